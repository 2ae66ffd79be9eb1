//! What a single line of a document is: a title, a note beside a title, a remark under a table, a row, a page number.

use std::sync::LazyLock;

use regex::Regex;

use crate::record::{Classification, CodeSystem, MoneyUnit, TableKind, fold_width, join_key, parse_number, pattern};

use super::layout::{Layouts, Memory};

/// Words at white space and where a name meets a code or a number: `2010301行政运行1,234.50` has three.
pub(super) fn split_words(text: &str) -> Vec<String> {
    static WORD: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^((?:\d{3}|\d{5}|\d{7})?)(\p{Han}.*?|)(-?\d[\d,]*\.\d+|)$"));
    let mut words = Vec::new();
    for word in text.split_whitespace() {
        match WORD.captures(word) {
            Some(found) => {
                let parts = (1..4).filter_map(|i| found.get(i)).map(|m| m.as_str()).filter(|part| !part.is_empty());
                words.extend(parts.map(str::to_owned));
            }
            None => words.push(word.to_owned()),
        }
    }
    words
}

/// Words of sentences that refer to a table.
const REFERS: [&str; 6] = ["如下表", "见下表", "见附表", "见上表", "见表", "下表"];

/// The kind of table a line names as its title; [`TableKind::Unknown`] for a title-like line of no known
/// table.
pub(super) fn title(line: &str) -> Option<TableKind> {
    thread_local!(static KNOWN: Memory<Option<TableKind>> = const { Memory::new() });
    if !line.contains('表') {
        return None;
    }
    // Titles stand in the contents and over each page, alike in many documents; sentences do not come again.
    if line.contains('。') { title_in(line) } else { KNOWN.with(|known| known.recall(line, || title_in(line))) }
}

fn title_in(line: &str) -> Option<TableKind> {
    static SHAPE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"^[-•·]?([一二三四五六七八九十]+、|\d+[.、])?[^。;；!！?？]{2,60}表(\([^()]*\))?[.…·\d]*$")
    });
    // 部门 and 单位 may stand on the same line.
    static NOTE: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"\(?(编制|填报)?(金额单位|部门|单位)(名称)?:[^表]*$|\((金额)?单位:[^()]*\)$"));
    // The number of a form (公开01表) is no title.
    static FORM: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"^\(?(公开|预算|决算|财决|财预|附)?(附?表)?[一二三四五六七八九十\d]{1,3}(-\d+)?表\)?$")
    });
    let key = join_key(line);
    if FORM.is_match(&key) {
        return None;
    }
    let key = NOTE.replace(&key, "");
    if !SHAPE.is_match(&key)
        || key.chars().count() > 60
        || REFERS.iter().any(|words| key.contains(words))
        || key.starts_with("详见")
    {
        return None;
    }
    Some(Layouts::builtin().by_title(&key).unwrap_or(TableKind::Unknown))
}

/// Whether a line is the title of the table that is open, printed again over its next page, perhaps as 续表.
pub(super) fn is_title_of(title: &str, line: &str) -> bool {
    static CONTINUED: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"\(?(续|续上|接上)表?[一二三四五六七八九十\d]*\)?(:|$)|^续表?:?"));
    let (title, line) = (join_key(title), join_key(line));
    // No page that goes on says so without one of these.
    if !line.contains(['续', '接']) {
        return line == title;
    }
    let bare = CONTINUED.replace(&line, "");
    bare == title || bare != line && title.ends_with(bare.as_ref())
}

/// Whether a line is made as a row: words and numbers with decimals, no sentence.
pub(super) fn is_row_like(line: &str) -> bool {
    let has_amount =
        split_words(&fold_width(line)).iter().any(|w| w.contains('.') && matches!(parse_number(w), Ok(Some(_))));
    has_amount && line.chars().count() <= 120 && !line.contains(['。', '；', '，', '：', ':'])
}

/// Whether a line is a row of a table whose columns are lost: a code or an ordinal, a name, amounts.
pub(super) fn is_flat_row(line: &str) -> bool {
    static ROW: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"^(\d{3}(\d\d)?(\d\d)?|[一二三四五六七八九十]+、)\s*\p{Han}[^\s，。；：]*(\s+-?\d[\d,]*(\.\d+)?)+\s*$")
    });
    ROW.is_match(line) && line.contains([',', '.'])
}

/// Too short for a sentence.
pub(super) fn is_short(line: &str) -> bool {
    line.chars().count() <= 24 && !line.contains(['。', '；', '，', '！', '？'])
}

pub(super) fn is_note(line: &str) -> bool {
    static NOTE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^((编制|填报|预算|公开|主管|预算主管|申报|汇总)?(部门|单位)(\(单位\))?(名称)?(\([^)]*\))?:|金额单位|单位[:(]|(公开|预算|决算|财决|附)?(附?表|附件)?[一二三四五六七八九十\d]{1,3}(-\d+)?表?$|\(?\d{4}年度?\)?$|预算年度|.{0,40}单位:[^。,]{0,4}元$)",
        )
    });
    NOTE.is_match(&join_key(line)) || body_with_code(line).is_some()
}

/// The name of a body printed behind its code, as Hebei has it over every table: 360060某市第四中学.
pub(super) fn body_with_code(line: &str) -> Option<String> {
    static BODY: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"^(\d{3,9})[-_]?(\p{Han}{3,40}(?:局|厅|委|办|室|院|中心|学|校|园|政府|会|联|站|所|处|队|馆|部|社|团|署|场|库|庭|区|",
            r"镇|乡|街道|机关|本级|公司|集团)(?:\([^()]*\))?)$"
        ))
    });
    let key = join_key(line);
    let found = BODY.captures(&key)?;
    let (code, name) = (found.get(1)?.as_str(), found.get(2)?.as_str());
    // 2070104图书馆 is an item of the functional classification.
    let is_item = Classification::builtin().knows(CodeSystem::Function, code, name) == Some(true);
    (!is_item).then(|| name.to_owned())
}

pub(super) fn is_remark(line: &str) -> bool {
    static REMARK: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"^\(?(备注|注|说明)[:1-9]|^(本|此)表(无数据|为空)|^.{0,90}(此表|本表)(无数据|为空|没有数据)")
    });
    REMARK.is_match(&join_key(line))
}

/// Whether a line under a title says that its table has nothing, and why.
pub(super) fn is_reason_for_nothing(line: &str) -> bool {
    line.chars().count() <= 120 && (is_remark(line) && !line.contains(['1', '2']) || is_reason(line))
}

/// Whether a line says why a table has nothing: 本单位没有政府性基金预算拨款安排的支出。
pub(super) fn is_reason(line: &str) -> bool {
    static REASON: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^[^,。]{0,30}(没有|无|未安排|未使用|不涉及)[^。]{0,60}(基金|国有资本|拨款|预算|收入|支出|经费)[^。]{0,40}。?$",
        )
    });
    REASON.is_match(&join_key(line))
}

pub(super) fn is_page_number(line: &str) -> bool {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[-—─–]?(第?\d{1,4}页?)[-—─–]?(共\d+页)?$"));
    // Most lines are too long.
    line.len() <= 120 && NUMBER.is_match(&join_key(line))
}

/// The unit of money that a text states: `单位：万元`, `（单位:元）`, `项目金额（万元）`.
pub(super) fn stated_unit(text: &str) -> Option<(MoneyUnit, String)> {
    static UNIT: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"单位(?:\)|为)?:?\(?((?:人民币)?(?:亿元|百万元|万元|千元|元|万$))\)?|\(((?:亿|百万|万|千)?元)\)")
    });
    let key = join_key(text);
    let found = UNIT.captures(&key)?;
    let name = found.get(1).or(found.get(2))?.as_str();
    MoneyUnit::parse(name).map(|unit| (unit, name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_stand_behind_their_codes_and_items_are_none() {
        assert_eq!(body_with_code("360060某市第四中学").as_deref(), Some("某市第四中学"));
        assert_eq!(body_with_code("2070104图书馆"), None);
        assert_eq!(body_with_code("2010301行政运行"), None);
    }

    #[test]
    fn units_are_found_in_notes_and_headings() {
        for (text, unit) in [
            ("单位: 万元", MoneyUnit::TenThousand),
            ("金额单位：元", MoneyUnit::Yuan),
            ("项目金额（万元）", MoneyUnit::TenThousand),
            ("部门预算总额(万元)", MoneyUnit::TenThousand),
        ] {
            assert_eq!(stated_unit(text).map(|u| u.0), Some(unit), "{text}");
        }
        assert_eq!(stated_unit("部门名称：教育局"), None);
    }
}
