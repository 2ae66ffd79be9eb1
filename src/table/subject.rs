//! What a sentence of the narrative is about: subjects of `data/lexicon.toml`, items of the functional
//! classification.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::layout::Memory;
use crate::record::{Classification, CodeSystem, pattern};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SubjectEntry {
    name: String,
    r#match: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lexicon {
    subject: Vec<SubjectEntry>,
}

#[allow(clippy::expect_used)] // the file is part of the program; every test reads it
fn subjects() -> &'static [(Regex, String)] {
    static SUBJECTS: LazyLock<Vec<(Regex, String)>> = LazyLock::new(|| {
        let lexicon: Lexicon =
            toml::from_str(include_str!("../../data/lexicon.toml")).expect("data/lexicon.toml is well formed");
        lexicon.subject.into_iter().map(|s| (pattern(&s.r#match), s.name)).collect()
    });
    &SUBJECTS
}

/// The subject named last in a text; what follows 占 is the whole of a share, and purposes and reasons
/// name no subject.
pub(super) fn subject_of(text: &str) -> Option<(usize, String)> {
    thread_local!(static KNOWN: Memory<Option<(usize, String)>> = const { Memory::new() });
    KNOWN.with(|known| known.recall(text, || named_last(text)))
}

fn named_last(text: &str) -> Option<(usize, String)> {
    let before_share = text.split('占').next().unwrap_or(text);
    // 包括财政拨款收入5万元 tells parts.
    let text = before_share.strip_prefix("其中").unwrap_or(before_share);
    let text = text.strip_prefix("包括").unwrap_or(text);
    let skipped = before_share.len() - text.len();
    if is_aside(text) {
        return function_item(text).map(|(end, name)| (skipped + end, name));
    }
    let mut named: Vec<(Range<usize>, &str)> = Vec::new();
    for (pattern, name) in subjects() {
        named.extend(pattern.find_iter(text).last().map(|m| (m.range(), name.as_str())));
    }
    // Of a name within a longer one (支出决算总额 of “三公”经费支出决算总额) the longer one's beginning counts.
    named.sort_by_key(|(at, _)| (std::cmp::Reverse(at.end), at.start));
    let last = named.first().map(|(at, _)| at.clone());
    let begins = |last: &Range<usize>| {
        let over = named.iter().filter(|(at, _)| at.start < last.start && at.end > last.start);
        over.min_by_key(|(at, _)| at.start).map(|(_, name)| *name)
    };
    let best = last.and_then(|last| {
        let own = named.first().map(|(_, name)| *name);
        Some((last.end, begins(&last).or(own)?.to_owned()))
    });
    let found = function_subject(text).filter(|(end, _)| best.as_ref().is_none_or(|(at, _)| end >= at)).or(best);
    found.map(|(end, name)| (skipped + end, name))
}

/// An item of the functional classification that is named in full, whose name may sound like a purpose: 最低生活保障(款)
/// 城市最低生活保障金支出(项), 用于社会福利的彩票公益金支出(项).
fn function_item(text: &str) -> Option<(usize, String)> {
    static FIRST: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(.+?)\((类|款)\)(.*)\(项\)"));
    let first = FIRST.captures(text)?;
    let found = function_subject(text)?;
    let outside = text.get(found.0..).is_none_or(|rest| !is_aside(rest));
    let is_listed = found.1.starts_with("function:");
    (outside && (is_listed || !is_aside(first.get(1)?.as_str()))).then_some(found)
}

/// Whether a subject is an item of the functional classification, by its code or its names.
pub(super) fn is_item(subject: &str) -> bool {
    subject.starts_with("function:") || subject.contains('/')
}

/// Whether a subject named under another one (政府采购预算9万元，其中：一般公共预算8万元) is only that one's share of it:
/// funds and natures under an item, funds and items under a nature.
pub(super) fn is_share_of(part: &str, whole: &str) -> bool {
    const NATURES: [&str; 4] = ["basic", "project", "personnel", "public"];
    const FUNDS: [&str; 4] = ["general_public", "government_fund", "state_capital", "fiscal_appropriation"];
    const TOTALS: [&str; 2] = ["total", "total_revenue"];
    const ITEMS: [&str; 4] = ["abroad", "reception", "meeting", "training"];
    let is_fund = FUNDS.iter().any(|fund| part.starts_with(fund)) || matches!(part, "special_account" | "own_funds");
    let is_nature = |subject: &str| NATURES.contains(&subject);
    let is_whole = TOTALS.contains(&whole) || whole.ends_with("revenue") || FUNDS.iter().any(|f| whole.starts_with(f));
    let is_cost = ITEMS.contains(&part) || part.starts_with("vehicle");
    let under_nature = is_nature(whole) || whole == "agency_operating" || ITEMS.contains(&whole);
    if is_item(whole) {
        return !is_item(part);
    }
    !is_whole && (is_fund || is_nature(part) && !is_nature(whole) || is_cost && under_nature)
}

/// A text without the names of funds, which are called budgets in final accounts, too: 一般公共预算财政拨款“三公”经费支出情况说明.
pub(super) fn without_funds(text: &str) -> Cow<'_, str> {
    static FUND: LazyLock<Regex> = LazyLock::new(|| pattern(r"(一般公共|政府性基金|国有资本经营)预算"));
    FUND.replace_all(text, "")
}

/// Whether a text tells purposes, reasons or rules.
pub(super) fn is_aside(text: &str) -> bool {
    static ASIDE: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"用于|弥补|(^|[^会房疗])保障|包括|原因|由于|反映|按照|根据|应与|不含|减去"));
    // 医疗保障局, 退役军人服务保障中心: names of bodies tell no purpose.
    static BODY: LazyLock<Regex> = LazyLock::new(|| pattern(r"保障(服务|事务|管理)?(局|厅|部|委|中心|处|站)"));
    ASIDE.is_match(&BODY.replace_all(text, ""))
}

/// The whole that a share is of: 占本年支出合计99.29%.
pub(super) fn whole_of_share(clause: &str) -> Option<String> {
    let (_, after) = clause.rsplit_once('占')?;
    let end = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
    subject_of(after.get(..end)?).map(|(_, name)| name)
}

/// A functional classification named as `…(类)…(款)…(项)`, or a class at the head of a list item: its code
/// as `function:2010301` where the lists know it, else the names. With the offset of its end.
fn function_subject(text: &str) -> Option<(usize, String)> {
    // Names have brackets of their own: 政府办公厅(室)及相关机构事务(款).
    static LEVELS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r#"([^\d.、，,。:：“"()]+)\(类\)(?:支出)?(?:([^“”"，。]+?)\(款\))?(?:支出)?(?:([^“”"，。]+?)\(项\))?["”]?(?:支出|科目)*(?:预算|决算)?数?"#,
        )
    });
    static ITEM: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r#"^(?:\(?\d+[)、.．]*|\(?[一二三四五六七八九十]+[)、.．]+)?[.．"“”]*(?:(\D{2,20}?支出)["”]?|([^\d"“”,，]{2,20})["”])(?:类?科目)?(?:预算|决算)?数?(?:为)?$"#,
        )
    });
    // Under a class the lists go on with (款) and (项).
    static SECTION: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?:\(?[一二三四五六七八九十\d]+[)、.．]+)?(.+?)\(款\)(.+?)\(项\)(?:支出|科目)*(?:预算|决算)?数?[。:，,]?$",
        )
    });
    let list = Classification::builtin();
    if let Some(found) = LEVELS.captures_iter(text).last() {
        let name = |i| found.get(i).map(|m| m.as_str());
        let end = found.get(0)?.end();
        // 司法支出(类)-司法(款)-公共法律服务(项)
        let bare = |name| str::trim_matches(name, |c| "-－—–/、·.".contains(c));
        let names: Vec<&str> = [name(1), name(2), name(3)].into_iter().flatten().map(bare).collect();
        let mut code = list.function_class(names.first()?).map(str::to_owned);
        for level in names.iter().skip(1) {
            code = code.and_then(|c| list.child_by_name(CodeSystem::Function, &c, level).map(str::to_owned));
        }
        return Some((end, code.map_or_else(|| names.join("/"), |c| format!("function:{c}"))));
    }
    if let Some(found) = SECTION.captures(text) {
        let (section, item) = (found.get(1)?.as_str(), found.get(2)?.as_str());
        let code = list.section_by_name(CodeSystem::Function, section);
        let code = code.and_then(|c| list.child_by_name(CodeSystem::Function, c, item));
        let name = code.map_or_else(|| format!("{section}/{item}"), |c| format!("function:{c}"));
        return Some((found.get(0)?.end(), name));
    }
    let found = ITEM.captures(text)?;
    let code = list.function_class(found.get(1).or_else(|| found.get(2))?.as_str())?;
    Some((found.get(0)?.end(), format!("function:{code}")))
}
