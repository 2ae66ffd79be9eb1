//! Narrative → claims: what sentences state of amounts, changes, growth, shares and counts.
//!
//! A statement is a run of clauses about one subject. The subject is the last one named before a number;
//! clauses that name none speak of the one before them, within a paragraph.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::record::{
    BaseKind, Claim, Classification, CodeSystem, MoneyUnit, Place, fold_width, parse_number, pattern, tidy,
};
use crate::source::TextLine;

/// A paragraph put together from lines, with the place of every character.
#[derive(Debug, Default)]
struct Paragraph {
    /// Without white space, half width; aligned with `places`.
    text: String,
    /// Byte offset at which each line begins, and its place.
    starts: Vec<(usize, Place)>,
    /// As printed, lines joined.
    printed: String,
}

impl Paragraph {
    fn push(&mut self, line: &TextLine) {
        self.starts.push((self.text.len(), line.place));
        self.text.extend(fold_width(&line.text).chars().filter(|c| !c.is_whitespace()));
        self.printed.push_str(&line.text);
    }

    fn place(&self, offset: usize) -> Place {
        self.starts.iter().rev().find(|(at, _)| *at <= offset).map(|(_, p)| *p).unwrap_or_default()
    }

    /// Whether the next line carries the sentence on: a page break cuts sentences anywhere.
    fn is_cut_before(&self, next: &TextLine) -> bool {
        static HEADING: LazyLock<Regex> = LazyLock::new(|| {
            pattern(
                r"^(第[一二三四五六七八九十]+(部分|章|节)|[一二三四五六七八九十]+、|\([一二三四五六七八九十\d]+\)|\d{1,2}[.、．](\D|$)|[-•·]|附件|目录)",
            )
        });
        static TITLE: LazyLock<Regex> =
            LazyLock::new(|| pattern(r"(说明|情况|目录|表|解释|概况|部分|职责|构成|预算|决算|公开)$"));
        let next = fold_width(&next.text).chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let ended = self.text.ends_with(['。', ';', ':', '!', '?', '；', '：']);
        let sentence = self.text.contains([',', '，', '。']) || self.text.chars().count() > 20;
        !ended && sentence && !HEADING.is_match(&next) && !TITLE.is_match(&self.text)
    }
}

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

/// All claims of a narrative.
pub(super) fn claims(lines: &[TextLine]) -> Vec<Claim> {
    let mut claims = Vec::new();
    let mut paragraph = Paragraph::default();
    for line in lines {
        if !paragraph.text.is_empty() && !paragraph.is_cut_before(line) {
            read_paragraph(&paragraph, &mut claims);
            paragraph = Paragraph::default();
        }
        paragraph.push(line);
    }
    read_paragraph(&paragraph, &mut claims);
    claims
}

/// What a number in a clause is.
enum Stated {
    Amount(Decimal),
    Change(Decimal),
    Growth(Decimal),
    Share(Decimal),
    Count(i64),
    Unchanged,
}

fn read_paragraph(paragraph: &Paragraph, claims: &mut Vec<Claim>) {
    let text = paragraph.text.as_str();
    let mut current = Claim::default();
    // The whole of which the parts after 其中 are shares.
    let mut whole: Option<Claim> = None;
    let mut base = None;
    for (sentence_at, sentence) in pieces(text, &['。', ';', '；', '!']) {
        let printed = printed_sentence(paragraph, sentence);
        if let Some(found) = base_of(sentence) {
            base = Some(found);
        }
        let mut listed = false;
        for (clause_at, clause) in pieces(sentence, &[',', '，', '、', ':', '：']) {
            let offset = sentence_at + clause_at;
            // What is only listed (杂费、培训费等支出) is no subject.
            let in_list = std::mem::replace(&mut listed, clause.ends_with('、')) || listed || clause.contains('等');
            if clause.contains("其中") && !current.subject.is_empty() {
                whole = Some(current.clone());
            }
            let stated = statements(clause);
            let first = stated.first().map_or(clause.len(), |(at, _)| *at);
            let named = subject_of(clause.get(..first).unwrap_or(clause));
            if let Some(subject) = named.filter(|_| !stated.is_empty() || !in_list)
                && subject != current.subject
            {
                finish(&mut current, whole.as_ref(), claims);
                current.subject = subject;
                base = base_of(sentence).or(base.filter(|_| whole.is_some()));
            }
            if current.subject.is_empty() {
                continue;
            }
            for (_, value) in stated {
                if taken(&current, &value) {
                    let subject = current.subject.clone();
                    finish(&mut current, whole.as_ref(), claims);
                    current.subject = subject;
                }
                if current.is_empty() {
                    current.place = paragraph.place(offset);
                    current.sentence.clone_from(&printed);
                }
                match value {
                    Stated::Amount(v) => current.amount = Some(v),
                    Stated::Change(v) => current.change = Some(v),
                    Stated::Growth(v) => current.growth_pct = Some(v),
                    Stated::Count(v) => current.count = Some(v),
                    Stated::Share(v) => {
                        current.share_pct = Some(v);
                        let listed = whole.as_ref().map(|w| w.subject.clone());
                        current.share_of = whole_of_share(clause).or(listed).filter(|w| *w != current.subject);
                    }
                    Stated::Unchanged => {
                        current.change = Some(Decimal::ZERO);
                        current.growth_pct = Some(Decimal::ZERO);
                    }
                }
                if (current.change.is_some() || current.growth_pct.is_some()) && current.base_kind.is_none() {
                    let (year, kind) = base_of(sentence).or(base).unwrap_or((None, BaseKind::Unspecified));
                    current.base_year = year;
                    current.base_kind = Some(kind);
                }
                if !current.sentence.contains(&printed) {
                    current.sentence.push_str(&printed);
                }
            }
        }
    }
    finish(&mut current, whole.as_ref(), claims);
}

fn finish(current: &mut Claim, whole: Option<&Claim>, claims: &mut Vec<Claim>) {
    let claim = std::mem::take(current);
    if claim.is_empty() || claim.subject.is_empty() {
        return;
    }
    // 支出预算10万元, 其中: 财政拨款10万元, 比上年增加1万元: the part is the whole, and so is its change.
    let is_whole = |w: &&Claim| w.subject != claim.subject && w.amount.is_some() && w.amount == claim.amount;
    if let Some(whole) = whole.filter(is_whole)
        && claim.change.is_some()
        && claim.subject.starts_with("fiscal_appropriation")
        && whole.change.is_none()
    {
        let twice = Claim { subject: whole.subject.clone(), share_pct: None, share_of: None, ..claim.clone() };
        claims.push(twice);
    }
    claims.push(claim);
}

/// Whether the claim already states such a value: a second one is another statement.
fn taken(claim: &Claim, value: &Stated) -> bool {
    match value {
        Stated::Amount(v) => claim.amount.is_some_and(|a| a != *v) || claim.amount.is_some() && claim.change.is_some(),
        Stated::Change(_) | Stated::Unchanged => claim.change.is_some(),
        Stated::Growth(_) => claim.growth_pct.is_some(),
        Stated::Share(_) => claim.share_pct.is_some(),
        Stated::Count(_) => claim.count.is_some(),
    }
}

/// The subject named last in a text; what follows 占 is the whole of a share, and purposes and reasons
/// name no subject.
fn subject_of(text: &str) -> Option<String> {
    static ASIDE: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"用于|弥补|保障|包括|原因|由于|反映|按照|根据|应与|不含|减去"));
    let text = text.split('占').next().unwrap_or(text);
    if ASIDE.is_match(text) {
        return None;
    }
    let mut best: Option<(usize, String)> = function_subject(text);
    for (pattern, name) in subjects() {
        if let Some(end) = pattern.find_iter(text).last().map(|m| m.end())
            && best.as_ref().is_none_or(|(at, _)| end > *at)
        {
            best = Some((end, name.clone()));
        }
    }
    best.map(|(_, name)| name)
}

/// The whole that a share is of: 占本年支出合计99.29%.
fn whole_of_share(clause: &str) -> Option<String> {
    let (_, after) = clause.rsplit_once('占')?;
    let end = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
    subject_of(after.get(..end)?)
}

/// A functional classification named as `…(类)…(款)…(项)`, or a class at the head of a list item: its code
/// as `function:2010301` where the lists know it, else the names. With the offset of its end.
fn function_subject(text: &str) -> Option<(usize, String)> {
    static LEVELS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r#"([^\d.、，,。:：“"()]+)\(类\)(?:支出)?(?:([^()“”"]+)\(款\))?(?:支出)?(?:([^()“”"]+)\(项\))?["”]?(?:支出|科目)*(?:预算|决算)?数?"#,
        )
    });
    static ITEM: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"^(?:\(?[一二三四五六七八九十\d]+[)、.．]+)?(\D{2,20}?支出)(?:预算|决算)?数?(?:为)?$")
    });
    let list = Classification::builtin();
    if let Some(found) = LEVELS.captures_iter(text).last() {
        let name = |i| found.get(i).map(|m| m.as_str());
        let end = found.get(0)?.end();
        let names: Vec<&str> = [name(1), name(2), name(3)].into_iter().flatten().collect();
        let mut code = list.function_class(name(1)?).map(str::to_owned);
        for level in [name(2), name(3)].into_iter().flatten() {
            code = code.and_then(|c| list.child_by_name(CodeSystem::Function, &c, level).map(str::to_owned));
        }
        return Some((end, code.map_or_else(|| names.join("/"), |c| format!("function:{c}"))));
    }
    let found = ITEM.captures(text)?;
    let code = list.function_class(found.get(1)?.as_str())?;
    Some((found.get(0)?.end(), format!("function:{code}")))
}

/// Numbers of a clause with their offsets, in order.
fn statements(clause: &str) -> Vec<(usize, Stated)> {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(-?[\d,]*\d(?:\.\d+)?)(亿元|百万元|万元|千元|元|%|倍|个百分点|个项目|个预算项目|个一级项目|辆|台)(以上|以下|以内)?",
        )
    });
    static UNCHANGED: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"保持一致|持平|保持不变|无增减|没有变化|无变化|无增减变化|与(上年|去年)(预算|决算)?数?(一致|相同)")
    });
    static COUNT_BEFORE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(项目|车辆|共|合计|保有量)[^,，]{0,6}$"));
    let mut found = Vec::new();
    for captures in NUMBER.captures_iter(clause) {
        let Some(value) = statement(clause, &captures, &COUNT_BEFORE) else { continue };
        found.push((captures.get(0).map_or(0, |m| m.start()), value));
    }
    if let Some(at) = UNCHANGED.find(clause) {
        found.push((at.start(), Stated::Unchanged));
    }
    found
}

fn statement(clause: &str, captures: &Captures<'_>, count_before: &Regex) -> Option<Stated> {
    // 单位价值50万元以上 is a threshold, no statement.
    if captures.get(3).is_some() {
        return None;
    }
    let whole = captures.get(0)?;
    let before = clause.get(..whole.start())?;
    let number = parse_number(captures.get(1)?.as_str()).ok().flatten()?;
    let unit = captures.get(2)?.as_str();
    let sign = direction(before);
    match unit {
        "%" => {
            if before.contains('占') && !before.ends_with("增长") {
                Some(Stated::Share(number))
            } else {
                sign.map(|s| Stated::Growth(number * s))
            }
        }
        // 增长16倍
        "倍" => sign.filter(|s| s.is_sign_positive()).map(|_| Stated::Growth(number * Decimal::ONE_HUNDRED)),
        "个百分点" | "台" => None,
        "个项目" | "个预算项目" | "个一级项目" | "辆" => {
            let counts = sign.is_none() && count_before.is_match(before);
            i64::try_from(number).ok().filter(|_| counts).map(Stated::Count)
        }
        money => {
            let yuan = MoneyUnit::parse(money)?.to_yuan(number)?;
            Some(sign.map_or(Stated::Amount(yuan), |s| Stated::Change(yuan * s)))
        }
    }
}

/// The direction that the words before a number state; `None` where they state none, or both
/// (the residue of a template: 增加（减少）).
fn direction(before: &str) -> Option<Decimal> {
    static WORD: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(增加|增长|上升|提高|增幅为?|增)|(减少|下降|降低|压减|缩减|降幅为?|减)"));
    static TAIL: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(了|为|额为?|约|幅度为?|比例为?|\([^)]*\)|各|:)*$"));
    let last = WORD.find_iter(before).last()?;
    let tail = before.get(last.end()..)?;
    if !TAIL.is_match(tail) {
        return None;
    }
    let up = WORD.captures(last.as_str())?.get(1).is_some();
    Some(if up { Decimal::ONE } else { Decimal::NEGATIVE_ONE })
}

/// What a sentence compares with: year and kind of figure.
fn base_of(sentence: &str) -> Option<(Option<u16>, BaseKind)> {
    static BASE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?:与|比|较)(上年度?|去年|(20\d\d)年(?:度)?)([^,，。]{0,16}?)(?:相比|比较|增加|减少|增长|下降|持平|保持|一致|,|，|$)",
        )
    });
    let found = BASE.captures(sentence)?;
    let year = found.get(2).and_then(|y| y.as_str().parse().ok());
    let words = found.get(3).map_or("", |m| m.as_str());
    let kind = if words.contains("执行") {
        BaseKind::Execution
    } else if words.contains("决算") {
        BaseKind::FinalAccount
    } else if words.contains("预算") {
        BaseKind::Budget
    } else {
        BaseKind::Unspecified
    };
    Some((year, kind))
}

/// Splits at delimiters, keeping offsets; thousands separators are no delimiters.
fn pieces<'t>(text: &'t str, delimiters: &[char]) -> Vec<(usize, &'t str)> {
    let bytes = text.as_bytes();
    let digit = |i: Option<usize>| i.and_then(|i| bytes.get(i)).is_some_and(u8::is_ascii_digit);
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let grouping = c == ',' && digit(at.checked_sub(1)) && (end..end + 3).all(|i| digit(Some(i)));
        if delimiters.contains(&c) && !grouping {
            pieces.push((start, text.get(start..end).unwrap_or_default()));
            start = end;
        }
    }
    pieces.push((start, text.get(start..).unwrap_or_default()));
    pieces.retain(|(_, p)| !p.is_empty());
    pieces
}

/// The printed sentence that the folded one came from.
fn printed_sentence(paragraph: &Paragraph, folded: &str) -> String {
    let wanted = folded.chars().count();
    let Some(offset) = paragraph.text.find(folded) else { return folded.to_owned() };
    let skip = paragraph.text.get(..offset).map_or(0, |t| t.chars().count());
    let mut seen = 0;
    let printed: String = paragraph
        .printed
        .chars()
        .filter(|c| {
            let counts = !c.is_whitespace();
            let inside = seen >= skip && seen < skip + wanted;
            seen += usize::from(counts);
            inside
        })
        .collect();
    tidy(&printed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let lines: Vec<TextLine> = text
            .lines()
            .enumerate()
            .filter(|(_, l)| !l.is_empty())
            .map(|(i, l)| TextLine { text: l.to_owned(), place: Place::line(u32::try_from(i).unwrap() + 1) })
            .collect();
        claims(&lines)
            .into_iter()
            .map(|c| {
                let show = |v: Option<Decimal>| v.map_or("–".to_owned(), |v| v.normalize().to_string());
                format!(
                    "{} {} {} {} {} {} @{}",
                    c.subject,
                    show(c.amount),
                    show(c.change),
                    show(c.growth_pct),
                    show(c.share_pct),
                    c.count.map_or("–".to_owned(), |n| n.to_string()),
                    c.place.line.unwrap()
                )
            })
            .collect()
    }

    #[test]
    fn totals_with_change_and_growth() {
        assert_eq!(
            read(
                "某局 2023 年收入总计 100.50 万元，支出总计 100.50 万元，与 2022 年预算相比，收支总计各增加 20 万元，增长 24.84%。"
            ),
            ["total_revenue 1005000 – – – – @1", "total 1005000 200000 24.84 – – @1"]
        );
    }

    #[test]
    fn parts_have_shares_and_decreases_are_negative() {
        assert_eq!(
            read(
                "支出合计 10 万元，其中：基本支出 6 万元，占 60%；项目支出 4 万元，占 40%，比上年减少 1,234.56 万元，下降 5.5%。"
            ),
            ["total 100000 – – – – @1", "basic 60000 – – 60 – @1", "project 40000 -12345600 -5.5 40 – @1"]
        );
    }

    #[test]
    fn a_sentence_cut_by_a_page_break_is_one() {
        assert_eq!(
            read(
                "（三）公务用车购置及运行费 4.50 万元，主要用于开展工\n\n作所需。其中，一是公务用车购置费 0.00 万元，预算数与 2022 年相比保持一致。二是公务用车运行维护费 4.50 万元，与上年持平。"
            ),
            ["vehicle 45000 – – – – @1", "vehicle_purchase 0 0 0 – – @3", "vehicle_running 45000 0 0 – – @3"]
        );
    }

    #[test]
    fn what_is_only_listed_is_no_subject() {
        assert_eq!(
            read("（一）因公出国（境）费 0.00 万元，主要用于杂费、培训费等支出。预算数与 2022 年相比保持一致。"),
            ["abroad 0 0 0 – – @1"]
        );
    }

    #[test]
    fn template_residue_and_thresholds_state_nothing() {
        assert!(read("单位价值 50 万元以上通用设备 0 套。").is_empty());
        assert_eq!(read("期末共有车辆 5 辆，其中：一般公务用车 5 辆。")[0], "vehicles – – – – 5 @1");
        assert_eq!(
            read("对项目支出全面实施绩效目标管理，涉及预算拨款 8 万元，共 11 个项目。"),
            ["projects 80000 – – – 11 @1"]
        );
    }

    #[test]
    fn no_text_panics() {
        proptest::proptest!(|(text in "[0-9,.%万元增加减少占其中，。：一般公共预算支出总计 ]{0,80}")| {
            let _ = claims(&[TextLine { text, place: Place::line(1) }]);
        });
    }
}
