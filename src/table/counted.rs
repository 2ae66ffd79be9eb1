//! What sentences and small tables count beside amounts: journeys, vehicles, guests, meetings, staff (`data/counts.toml`).

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use crate::record::{CellRecord, Claim, TableKind, TableRecord, join_key, parse_number, pattern};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Counts {
    /// What may stand between what is counted and its number.
    between: String,
    count: Vec<CountEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CountEntry {
    name: String,
    /// What is counted.
    of: String,
    /// Words directly before the number.
    #[serde(default)]
    told: String,
    unit: String,
}

/// A number and what it counts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Counted {
    /// `abroad_visits`, `reception_guests`, …
    pub(super) subject: &'static str,
    pub(super) count: i64,
    /// Where what is counted is named.
    pub(super) offset: usize,
}

#[allow(clippy::expect_used)] // the file is part of the program; every test reads it
fn entries() -> &'static [(Regex, String)] {
    static ENTRIES: LazyLock<Vec<(Regex, String)>> = LazyLock::new(|| {
        let counts: Counts =
            toml::from_str(include_str!("../../data/counts.toml")).expect("data/counts.toml is well formed");
        let between = &counts.between;
        let entry = |c: CountEntry| {
            let CountEntry { name, of, told, unit } = c;
            (pattern(&format!(r"(?:{of})(?:{between})*?(?:{told})(\d[\d,]*)(?:{unit})")), name)
        };
        counts.count.into_iter().map(entry).collect()
    });
    &ENTRIES
}

/// All that a sentence (without white space, half width) counts, in its order. Of several entries that take one number the
/// first of the list counts, and of one entry the mention nearest to the number.
pub(super) fn counted(sentence: &str) -> Vec<Counted> {
    static UNIT: LazyLock<Regex> = LazyLock::new(|| pattern(r"\d(个|人|批|辆|台|名|次|期)"));
    if !UNIT.is_match(sentence) {
        return Vec::new();
    }
    let mut taken: Vec<Range<usize>> = Vec::new();
    let mut found = Vec::new();
    for (entry, subject) in entries() {
        for captures in entry.captures_iter(sentence) {
            let (Some(all), Some(number)) = (captures.get(0), captures.get(1)) else { continue };
            let count = parse_number(number.as_str()).ok().flatten().and_then(|n| i64::try_from(n).ok());
            if let Some(count) = count.filter(|_| !taken.contains(&number.range())) {
                taken.push(number.range());
                if is_of_another(sentence, all.start(), number.start()) {
                    continue;
                }
                found.push(Counted { subject, count, offset: all.start() });
            }
        }
    }
    found.sort_by_key(|c| c.offset);
    found
}

/// Whether a number is of another year, of a plan that did not come true, or of a part: 上年国内公务接待50批次, 年初预算安排…实际…,
/// 行政在职人员75人. `of`: where what is counted is named.
fn is_of_another(sentence: &str, of: usize, number: usize) -> bool {
    static YEAR: LazyLock<Regex> = LazyLock::new(|| pattern(r"上年|去年|上一年|(与|比|较)20\d\d年"));
    let before = sentence.get(..of).unwrap_or_default();
    let start = before.rfind([',', '，', ';', '；', '。', '(']).unwrap_or(0);
    let told = sentence.get(start..number).unwrap_or_default();
    let planned = told.contains("预算") && sentence.contains("实际");
    let of_part = ["行政", "事业", "参公", "工勤", "编外"].iter().any(|part| before.ends_with(part));
    YEAR.is_match(told) || planned || of_part
}

/// The numbers that final accounts print below the three-public expenses (相关统计数), which are no amounts.
pub(super) fn claims_of_tables(tables: &[TableRecord]) -> Vec<Claim> {
    let of_three_public = tables.iter().filter(|t| t.kind == TableKind::ThreePublic);
    of_three_public.flat_map(|t| &t.cells).filter(|cell| cell.fact.is_none()).filter_map(claim_of_cell).collect()
}

/// 因公出国（境）团组数（个） | 3: its label with the number before the unit is such a sentence.
fn claim_of_cell(cell: &CellRecord) -> Option<Claim> {
    static LABEL: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^[\d.、]*(?:其中:)?(.+?)\((个|人|批|辆|台|名|次|人次)\)$"));
    let number = parse_number(&cell.text).ok().flatten()?.normalize();
    [&cell.row_name, &cell.column_path].into_iter().find_map(|label| {
        let label = join_key(label);
        let captures = LABEL.captures(&label)?;
        let sentence = format!("{}{number}{}", captures.get(1)?.as_str(), captures.get(2)?.as_str());
        let [Counted { subject, count, .. }] = counted(&sentence)[..] else { return None };
        let sentence = format!("{label} {}", cell.text);
        Some(Claim { place: cell.place, subject: subject.to_owned(), count: Some(count), sentence, ..Claim::default() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(sentence: &str) -> Vec<String> {
        counted(sentence).into_iter().map(|c| format!("{} {}", c.subject, c.count)).collect()
    }

    #[test]
    fn journeys_are_counted_by_groups_and_persons() {
        assert_eq!(read("全年安排因公出国(境)团组3个、累计1,012人次"), ["abroad_groups 3", "abroad_visits 1012"]);
        assert_eq!(
            read("组织因公出国(境)团组3个,参加其他单位组织的因公出国(境)团组2个,累计12人次"),
            ["abroad_groups 3", "abroad_groups_joined 2", "abroad_visits 12"]
        );
        assert_eq!(read("因公出国(境)费支出决算为0万元,团组数为0个,人数0人"), ["abroad_groups 0", "abroad_visits 0"]);
    }

    #[test]
    fn vehicles_bought_are_told_from_vehicles_kept() {
        assert_eq!(
            read("公务用车购置及运行维护费12万元,其中:公务用车购置支出8万元,购置公务用车1辆,公务用车保有量为7辆"),
            ["vehicles_purchased 1", "vehicles_kept 7"]
        );
        assert_eq!(read("部门预算安排购置车辆2辆,其中:应急保障用车1辆"), ["vehicles_purchased 2"]);
    }

    #[test]
    fn guests_are_counted_by_who_they_are() {
        assert_eq!(
            read("公务接待12批次、85人次,其中:接待外宾2批次、5人次"),
            ["reception_batches 12", "reception_guests 85", "foreign_affairs_batches 2", "foreign_affairs_guests 5"]
        );
        assert_eq!(
            read("共接待国内来访团组20个、来宾200人次(不包括陪同人员)"),
            ["domestic_reception_batches 20", "domestic_reception_guests 200"]
        );
        assert_eq!(
            read("国(境)外接待费0万元,共接待国(境)外来访团组0个、来访外宾0人次"),
            ["overseas_reception_batches 0", "overseas_reception_guests 0"]
        );
        assert_eq!(
            read("国内公务接待支出1.2万元,接待12批次,85人次"),
            ["domestic_reception_batches 12", "domestic_reception_guests 85"]
        );
    }

    #[test]
    fn numbers_of_anything_else_are_not_counted() {
        for text in [
            "公务接待费5万元,服务群众200人次",
            "接待港澳台侨同胞及国际友好人士10多批200多人次",
            "公务用车购置及运行费主要用于3个街道",
            "因公出国(境)团组XX个、累计XX人次",
            "培训中心在职教师进修,涉及5个单位",
            "上年国内公务接待50批次、400人次",
            "与2022年国内公务接待50批次、400人次相比,批次减少10批次",
            "其中行政在职人员75人,事业在职人员40人",
        ] {
            assert!(read(text).is_empty(), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn labels_of_small_tables_tell_what_their_numbers_count() {
        let read = |label: &str, text: &str| {
            let cell = CellRecord {
                place: crate::record::Place::default(),
                row_code: "".into(),
                row_name: label.into(),
                column_path: "".into(),
                text: text.into(),
                fact: None,
                indicator: None,
            };
            claim_of_cell(&cell).map(|c| format!("{} {}", c.subject, c.count.unwrap_or(-1)))
        };
        for (label, subject) in [
            ("1.因公出国（境）团组数（个）", "abroad_groups 12"),
            ("2.因公出国（境）人次数（人）", "abroad_visits 12"),
            ("3.公务用车购置数（辆）", "vehicles_purchased 12"),
            ("4.公务用车保有量（辆）", "vehicles_kept 12"),
            ("5.国内公务接待批次（个）", "domestic_reception_batches 12"),
            ("其中：外事接待批次（个）", "foreign_affairs_batches 12"),
            ("6.国内公务接待人次（人）", "domestic_reception_guests 12"),
            ("7.国（境）外公务接待批次（个）", "overseas_reception_batches 12"),
            ("8.国（境）外公务接待人次（人）", "overseas_reception_guests 12"),
        ] {
            assert_eq!(read(label, "12").as_deref(), Some(subject), "{label}");
        }
        assert_eq!(read("公务接待费（万元）", "12"), None);
        assert_eq!(read("公务用车保有量（辆）", "1.5"), None);
    }
}
