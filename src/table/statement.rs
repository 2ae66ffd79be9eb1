//! Numbers in sentences of the narrative: amounts, changes, growth, shares, counts, and what they are
//! compared with.

use std::cell::LazyCell;
use std::cmp::Ordering;
use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use rust_decimal::Decimal;

use super::paragraph::stands_in_row;
use super::subject::without_funds;
use crate::record::{BaseKind, MoneyUnit, parse_number, pattern};

/// What a number in a clause is.
pub(super) enum Stated {
    Amount(Decimal),
    Change(Decimal),
    Growth(Decimal),
    Share(Decimal),
    Count(i64),
    /// The figure of an earlier year that the amount is compared with; its year and kind, where they are told beside it.
    Base(Decimal, Option<(Option<u16>, BaseKind)>),
    /// The year's own budget that a final account is measured by.
    Budget(Decimal),
    /// The same told beside the account: 比年初预算10万元减少1万元.
    Yardstick(Decimal),
    /// The rate at which a budget was carried out: 完成年初预算的98%.
    Completion(Decimal),
    Unchanged,
}

/// A number of a clause and what it states.
pub(super) struct Statement {
    /// Where the number stands in its clause.
    pub(super) number: Range<usize>,
    /// Where the text that belongs to it begins: after the number before it.
    from: usize,
    pub(super) value: Stated,
}

impl Statement {
    /// Whether something that is no known subject is named between `subject_end` and the number: then the
    /// number is that one's.
    pub(super) fn names_another(&self, clause: &str, subject_end: usize) -> bool {
        static BRACKET: LazyLock<Regex> = LazyLock::new(|| pattern(r"\([^()]*\)"));
        static CONNECTIVE: LazyLock<Regex> = LazyLock::new(|| {
            pattern(concat!(
                r"^(由|从|到|至|20\d\d年度?|上一?年度?|去年|今年|本年度?|当年|全年|同期|期末|末|年初|调整|实际|与|比|较|同|的|了|也|将|拟|",
                r"其中|[一二三四五六]是|共有?|合计|总计|总额|各|均|都|分别|约|计|为|是|数|额|安排|预算|决算|执行|完成|支出|收入|收支|收|支|总|",
                r"金额|经费|资金|费用?|数量|规模|达到?|增加|减少|增长|下降|降低|上升|提高|压减|缩减|增|减|降|升|同比|比例|幅度?|率|",
                r"某|相比|比较|相较|持平|保持|一致|不变|涉及(项目|财政性?)?|拨款|部门|单位|[:：,，、.．\d%“”\x22'\s-]|万?元|个|辆|\()*$"
            ))
        });
        let from = self.from.max(subject_end.min(self.number.start));
        let text = clause.get(from..self.number.start).unwrap_or_default();
        let text = text.split('占').next().unwrap_or_default();
        let mut text = text.to_owned();
        while let std::borrow::Cow::Owned(outer) = BRACKET.replace_all(&text, "") {
            text = outer; // the innermost brackets first
        }
        !CONNECTIVE.is_match(&text)
    }
}

/// Years named in a text.
fn years(text: &str) -> impl Iterator<Item = u16> {
    static YEAR: LazyLock<Regex> = LazyLock::new(|| pattern(r"(20\d\d)(?:年|预算|决算|执行)"));
    YEAR.captures_iter(text).filter_map(|c| c.get(1)?.as_str().parse().ok())
}

/// The year that a sentence tells of: one named before its first number, unless another year is compared with it there
/// (与2022年相比) or something began or stood then (2022年3月, 2022年末). Of several years the latest.
pub(super) fn year_told(sentence: &str) -> Option<u16> {
    static NAMED: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"(与|比|较|同|和|自|从|至|\()?(20\d\d)(?:年度?|预算|决算|执行)(\d|底|末|期|以|起|前|初|结转|\))?")
    });
    static VALUE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\d(\.\d+)?(亿元|百万元|万元|千元|元|%|个|辆)"));
    if !sentence.contains("20") {
        return None;
    }
    let first = VALUE.find(sentence)?.start();
    let told = |c: Captures<'_>| {
        let year = c.get(2)?;
        let tells = c.get(1).is_none() && c.get(3).is_none() && year.start() < first;
        tells.then(|| year.as_str().parse::<u16>().ok()).flatten()
    };
    let told = NAMED.captures_iter(sentence).filter_map(told).max()?;
    Some(years(sentence).max().map_or(told, |latest| latest.max(told)))
}

/// What a final account is measured by: 比年初预算减少, 较预算数增加.
static OWN_BUDGET: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(与|比|较)(本年度?|当年|年初|全年|调整)?(支出)?预算(数|安排)?"));

/// Words that state a change of nothing.
static UNCHANGED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"保持一致|持平|保持不变|无增减|没有变化|无变化|无增减变化|与(上年|去年)(预算|决算)?数?(一致|相同)")
});

/// Whether a text can state anything: it has a digit, or words of no change.
pub(super) fn may_state(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit()) || UNCHANGED.is_match(text)
}

/// What a sentence compares with, as far as it was read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Compared {
    /// The document's year.
    pub(super) year: Option<u16>,
    /// Whether the document is a final account.
    pub(super) is_final_account: bool,
    /// Whether changes are against the year's own budget: 与年初预算相比，减少1万元，下降3%.
    pub(super) own_budget: bool,
}

impl Compared {
    /// Goes on over a text: what it names last counts.
    fn read(&mut self, text: &str) {
        static OTHER: LazyLock<Regex> = LazyLock::new(|| pattern(r"(与|比|较)(上年|去年|上一年|20\d\d年)"));
        // 与2021年度预算相比, told of 2021.
        static NAMED: LazyLock<Regex> =
            LazyLock::new(|| pattern(r"(?:与|比|较)(20\d\d)年度?(?:年初|全年|调整)?预算(?:[^执]|$)"));
        let last = |words: &Regex| words.find_iter(text).last().map(|m| m.start());
        let is_own = |year: &str| year.parse().ok() == self.year;
        let named = NAMED.captures_iter(text).filter(|c| c.get(1).is_some_and(|y| is_own(y.as_str()))).last();
        let own = last(&OWN_BUDGET).max(named.and_then(|c| Some(c.get(0)?.start())));
        match (own, last(&OTHER)) {
            (Some(own), other) if Some(own) >= other => self.own_budget = true,
            (_, Some(_)) => self.own_budget = false,
            _ => {}
        }
    }
}

/// Numbers of a clause in order.
pub(super) fn statements(clause: &str, sentence: &str, compared: &mut Compared) -> Vec<Statement> {
    // 较上年520万元减少, 上年预算数6万元
    static PAST: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(上年度?|去年|上一年度?)(同期)?(的|末)?(年初)?(预算|决算|执行|支出|实际|安排)*(数|额|经费)?(为|是)?:?$",
        )
    });
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(-?[\d,]*\d(?:\.\d+)?)(亿元|百万元|万元|千元|元|%|倍|个百分点|个项目|个预算项目|个一级项目|个|辆|台|万)(以上|以下|以内)?|(?:预算|决算|支出)数?[为是](0(?:\.0+)?)(?:[,，。;；(]|$)",
        )
    });
    static STATED_BUDGET: LazyLock<Regex> = LazyLock::new(|| pattern(r"预算数?(为|是|安排)?:?$"));
    static STATED_ACCOUNT: LazyLock<Regex> = LazyLock::new(|| pattern(r"决算数?(为|是)?:?\d"));
    static ENDS: LazyLock<Regex> = LazyLock::new(|| pattern(r"^([,，。;；、()]|$)"));
    static COUNT_BEFORE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(项目|车辆|共|合计|保有量)[^,，]{0,6}$"));
    let first_and_last = LazyCell::new(|| (years(sentence).min(), years(sentence).max()));
    let own_year = compared.year;
    let mut found = Vec::new();
    let of_budget = compared.is_final_account && tells_budget(sentence);
    let mut from = 0;
    let mut carried_out = false;
    let has_digit = clause.bytes().any(|b| b.is_ascii_digit());
    for captures in has_digit.then(|| NUMBER.captures_iter(clause)).into_iter().flatten() {
        // 年初预算为0，支出决算为150万元: nothing is told without a unit, too.
        let Some(digits) = captures.get(1).or_else(|| captures.get(4)) else { continue };
        let number = digits.start()..captures.get(0).map_or(digits.end(), |m| m.end());
        let unit = captures.get(2).map_or("元", |m| m.as_str());
        // 国内公务接待支出0.3万。 but 3万人
        if unit == "万" && !clause.get(number.end..).is_some_and(|after| ENDS.is_match(after)) {
            continue;
        }
        let before = clause.get(from..number.start).unwrap_or_default();
        // 年初预算为10万元, 支出决算为9万元: the account is stated, not the budget it is measured by.
        let is_earlier = |year| first_and_last.1.max(own_year).is_some_and(|latest| year < latest);
        let earlier = years(before).last().is_some_and(is_earlier);
        // 由5万元增加到8万元
        let raised =
            RAISED_FROM.is_match(before) && clause.get(number.end..).is_some_and(|after| RAISED.is_match(after));
        let past = before.contains("执行数") || earlier || PAST.is_match(before) || raised;
        compared.read(before);
        let stated_budget = STATED_BUDGET.is_match(before) && STATED_ACCOUNT.is_match(sentence);
        let measures = sentence.contains("决算") || sentence.contains("完成");
        let yardstick =
            before.contains("年初预算") && measures || stated_budget && first_and_last.0 == first_and_last.1;
        let beside = OWN_BUDGET.is_match(before);
        // 单位价值50万元以上 is a threshold, no statement.
        // 各下降23.51%、38.28%: no rule tells whose they are.
        let told = captures.get(3).is_none() && !stands_in_row(clause, &number);
        let told = told.then(|| statement(before, digits.as_str(), unit, &COUNT_BEFORE));
        let value = match told.flatten() {
            Some(Stated::Amount(budget)) if of_budget => Some(Stated::Budget(budget)),
            Some(_) if of_budget => None,
            new if RAISED_TO.is_match(before) => new,
            // Against the year's own budget: no change over the year before.
            Some(Stated::Change(_) | Stated::Growth(_)) if compared.own_budget => None,
            Some(Stated::Amount(base)) if past => Some(Stated::Base(base, base_told(before))),
            // 完成全年预算84.82万元的73.2%
            Some(Stated::Amount(budget)) if beside || CARRIED_OUT.is_match(before) => Some(Stated::Yardstick(budget)),
            _ if carried_out && unit == "%" && before == "的" => {
                parse_number(digits.as_str()).ok().flatten().map(Stated::Completion)
            }
            Some(Stated::Amount(budget)) if yardstick => Some(Stated::Budget(budget)),
            other => other,
        };
        carried_out = matches!(value, Some(Stated::Yardstick(_))) && CARRIED_OUT.is_match(before);
        if let Some(value) = value {
            found.push(Statement { number: number.clone(), from, value });
        }
        from = number.end;
    }
    compared.read(clause.get(from..).unwrap_or_default());
    let unchanged = UNCHANGED.find(clause).filter(|_| !compared.own_budget && !of_budget);
    if let Some(at) = unchanged.filter(|_| against_budget(clause).is_none()) {
        found.push(Statement { number: at.range(), from, value: Stated::Unchanged });
    }
    found
}

/// Whether a sentence of a final account tells of the budget alone: “三公”经费预算为20万元，其中：公务接待费9万元。
fn tells_budget(sentence: &str) -> bool {
    static BUDGET: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^[^\d]*(?:20\d\d年?度?[^\d]*)?预算(?:数|总额|合计|总计|安排)?(?:为|是|共|共计)?:?\d[\d,.]*(亿元|百万元|万元|千元|元)",
        )
    });
    // 预算20万元，支出15万元
    static SPENT: LazyLock<Regex> = LazyLock::new(|| pattern(r"[,，;；]实?支出(数|额)?(为|共)?\d"));
    let accounts = ["决算", "执行", "完成", "实际", "支出数"].iter().any(|word| sentence.contains(word));
    !accounts && BUDGET.is_match(&without_funds(sentence)) && !SPENT.is_match(sentence)
}

fn statement(before: &str, digits: &str, unit: &str, count_before: &Regex) -> Option<Stated> {
    let number = parse_number(digits).ok().flatten()?;
    let sign = if unit != "%" && RAISED_TO.is_match(before) { None } else { direction(before) };
    match unit {
        "%" => {
            if before.contains('占') && !before.ends_with("增长") {
                Some(Stated::Share(number))
            } else if COMPLETED.is_match(before) {
                Some(Stated::Completion(number))
            } else {
                sign.map(|s| Stated::Growth(number * s))
            }
        }
        // 增长16倍
        "倍" => sign.filter(Decimal::is_sign_positive).map(|_| Stated::Growth(number * Decimal::ONE_HUNDRED)),
        "个百分点" | "台" => None,
        // 实行绩效目标管理的项目3个, 共5个
        "个" => {
            let counts = ["项目", "项目共", "项目共计"].iter().any(|end| before.ends_with(end));
            i64::try_from(number).ok().filter(|_| counts).map(Stated::Count)
        }
        "个项目" | "个预算项目" | "个一级项目" | "辆" => {
            let counts = sign.is_none() && count_before.is_match(before);
            i64::try_from(number).ok().filter(|_| counts).map(Stated::Count)
        }
        money => {
            let yuan = MoneyUnit::parse(money)?.to_yuan(number)?;
            // 较上年增加为3万元: what it is or by how much it changed.
            if COMPARED_TO.is_match(before) {
                return None;
            }
            // 较上年(减)6万元: the residue of a form.
            if BRACKETED.is_match(before) {
                return None;
            }
            // 增加基本支出5万元 is a change of what is named between; 增加（减少）0万元 is a form left unfilled.
            let of_another = sign.is_none() && !RAISED_TO.is_match(before) && CHANGES.is_match(before);
            (!of_another).then(|| sign.map_or(Stated::Amount(yuan), |s| Stated::Change(yuan * s)))
        }
    }
}

/// 完成年初预算的98%, 完成预算的98%: of the year's own budget, not of an adjusted one
static COMPLETED: LazyLock<Regex> = LazyLock::new(|| pattern(r"完成(了)?(本年度?|当年|年初)?(支出)?预算(数)?的?$"));

/// Before the budget itself: 完成全年预算84.82万元.
static CARRIED_OUT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"完成(了)?(本年度?|当年|年初|全年)?(支出)?预算(数)?(为)?$"));

/// Words of change anywhere before a number, as far as they are no part of a name (污染减排, 能源增产).
static CHANGES: LazyLock<Regex> = LazyLock::new(|| pattern(r"增加|增长|上升|提高|增幅|减少|下降|降低|压减|缩减|降幅"));

/// A direction in brackets before a number.
static BRACKETED: LazyLock<Regex> = LazyLock::new(|| pattern(r"\((增加?|减少?|增长|下降)\)$"));

/// Behind an earlier amount: 由5万元增加到.
static RAISED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(增加|增长|上升|提高|减少|下降|降低|压减|缩减)(了)?(到|至|为)"));

/// Before that earlier amount.
static RAISED_FROM: LazyLock<Regex> = LazyLock::new(|| pattern(r"(由|从)[^,，]{0,12}$"));

/// A comparison and a new amount at once.
static COMPARED_TO: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(比|较|与).*(增加|上升|提高|减少|下降|降低|压减|缩减)为$"));

/// Before the new amount: 增加到8万元, 决算减少为3万元.
static RAISED_TO: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(增加|增长|上升|提高|减少|下降|降低|压减|缩减)了?(到|至)$|^[^比较与]*(增加|上升|提高|减少|下降|降低|压减|缩减)为$",
    )
});

/// Words of increase (group 1) and decrease (group 2).
static DIRECTION: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(增加|增长|上升|提高|增幅为?|增)|(减少|下降|降低|压减|缩减|降幅为?|减)"));

/// The direction that the words before a number state; `None` where they state none, or both
/// (the residue of a template: 增加（减少）).
fn direction(before: &str) -> Option<Decimal> {
    static TAIL: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(了|为|额为?|约|幅度为?|比例为?|\([^)]*\)|各|:)*$"));
    let last = DIRECTION.find_iter(before).last()?;
    let tail = before.get(last.end()..)?;
    if !TAIL.is_match(tail) {
        return None;
    }
    let up = DIRECTION.captures(last.as_str())?.get(1).is_some();
    Some(if up { Decimal::ONE } else { Decimal::NEGATIVE_ONE })
}

/// What a sentence calls a final account against its budget (决算数大于预算数), and where that begins.
pub(super) fn against_budget(sentence: &str) -> Option<(usize, Ordering)> {
    static AGAINST: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?:支出)?决算数?(?:(大于|高于|超过)|(小于|低于)|(等于|与))(?:年初)?预算数?(?:基本)?(持平|一致|相同|相等)?",
        )
    });
    let found = AGAINST.captures(sentence)?;
    let start = found.get(0)?.start();
    let equal = found.get(3).is_some_and(|m| m.as_str() == "等于") || found.get(4).is_some();
    match (found.get(1).is_some(), found.get(2).is_some(), equal) {
        (true, ..) => Some((start, Ordering::Greater)),
        (_, true, _) => Some((start, Ordering::Less)),
        (_, _, true) => Some((start, Ordering::Equal)),
        _ => None,
    }
}

/// What a text compares with last: year and kind of figure.
pub(super) fn base_of(sentence: &str) -> Option<(Option<u16>, BaseKind)> {
    static BASE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?:与|比|较)(上年度?|去年|(20\d\d)(?:年度?|预算|决算|执行))([^,，。]{0,16}?)(?:相比|比较|增加|减少|增长|下降|持平|保持|一致|,|，|$)",
        )
    });
    let found = BASE.captures_iter(sentence).last()?;
    let year = found.get(2).and_then(|y| y.as_str().parse().ok());
    let words = sentence.get(found.get(1)?.start()..found.get(3)?.end())?;
    Some((year, base_kind(words)))
}

fn base_kind(words: &str) -> BaseKind {
    if words.contains("执行") {
        BaseKind::Execution
    } else if words.contains("决算") {
        BaseKind::FinalAccount
    } else if words.contains("预算") {
        BaseKind::Budget
    } else {
        BaseKind::Unspecified
    }
}

/// Year and kind of an earlier figure by the words before it: 2025年当年预算执行数为.
fn base_told(before: &str) -> Option<(Option<u16>, BaseKind)> {
    let year = years(before).last();
    let kind = base_kind(before);
    (year.is_some() || kind != BaseKind::Unspecified).then_some((year, kind))
}
