//! Header rows → one path of headings per column, repaired where the printed header is damaged.
//!
//! Converters print merged header cells as blanks and lose some of them, so that labels stand too far
//! left. Readings are proposed by rule and judged by the body: labels must stand over what they name and
//! printed totals must equal their parts.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::rc::Rc;
use std::sync::LazyLock;

use regex::Regex;
use rust_decimal::Decimal;

use crate::record::{join_key, parse_number, pattern, squash};
use crate::source::GridRow;

use super::columns::{Column, columns};
use super::layout::Memory;
use super::sums::RowSums;

/// One reading of a header.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub(super) columns: Vec<Column>,
    /// What was repaired, for the diagnostics.
    pub(super) repair: Option<String>,
    /// Whether every label stands over what it names and all sums hold.
    pub(super) is_clean: bool,
}

/// Number of leading rows that are header.
pub(super) fn header_rows(rows: &[GridRow]) -> usize {
    let written = |row: &GridRow| row.cells.iter().any(|c| !c.text.is_empty());
    let top = rows.get(..8).unwrap_or(rows);
    // An empty form has blank rows where its body would be.
    let end = || top.iter().rposition(written).map_or(0, |last| last + 1);
    top.iter().position(is_body).map_or_else(end, |body| {
        let head = top.get(..body).unwrap_or_default();
        head.iter().rposition(written).map_or(0, |last| last + 1)
    })
}

/// Whether a row belongs to the body: it has a number, an ordinal label, or nothing but a total's label.
fn is_body(row: &GridRow) -> bool {
    static ORDINAL: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"^([一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)|\d+[.、]|其中:)|^(合计|总计)$")
    });
    let texts: Vec<Cow<'_, str>> = row.cells.iter().map(|c| join_key(&c.text)).filter(|t| !t.is_empty()).collect();
    let numbers = texts.iter().filter(|t| matches!(parse_number(t), Ok(Some(_)))).count();
    if numbers > 0 {
        return !numbers_columns(row);
    }
    let first_is_label = texts.first().is_some_and(|t| ORDINAL.is_match(t));
    first_is_label && (texts.len() == 1 || !matches!(texts.first().map(AsRef::as_ref), Some("合计" | "总计")))
}

/// Whether a row numbers the columns (栏次 1 2 3), perhaps beside 类, 款 and 项: it belongs to the header, and its
/// numbers head nothing.
pub(super) fn numbers_columns(row: &GridRow) -> bool {
    let (mut written, mut number) = (0, 0);
    row.cells.iter().map(|c| join_key(&c.text)).filter(|text| !text.is_empty()).all(|text| {
        written += 1;
        match text.parse::<usize>() {
            Ok(printed) => {
                number += 1;
                printed == number
            }
            Err(_) => {
                matches!(text.as_ref(), "栏次" | "行次" | "栏" | "次")
                    || is_code_part(&text)
                    || matches!(parse_number(&text), Ok(None))
            }
        }
    }) && written >= 2
        && number >= 1
}

/// Whether a text heads a column of a part of a code.
pub(super) fn is_code_part(text: &str) -> bool {
    !text.is_ascii() && text.contains(['类', '款', '项']) && matches!(join_key(text).as_ref(), "类" | "款" | "项")
}

/// Whether a cell names all parts of the codes below it, which stand in one column: 类 款 项.
fn names_code_parts(text: &str) -> bool {
    text.starts_with('类') && matches!(join_key(text).as_ref(), "类款项" | "类款")
}

/// Reads a header. `siblings` are column paths of earlier tables of the document, from which a header
/// that lost labels may be completed.
pub(super) fn read_header(header: &[GridRow], body: &[GridRow], siblings: &[Vec<Column>]) -> Reading {
    let width = header.iter().chain(body).map(GridRow::width).max().unwrap_or(0);
    let printed: Vec<Vec<Cow<'_, str>>> = header
        .iter()
        .filter_map(|row| {
            let numbers = numbers_columns(row);
            let heads = |text: &str| if numbers { is_code_part(text) } else { !names_code_parts(text) };
            let text = |c: usize| if heads(row.text(c)) { squash(row.text(c)) } else { Cow::Borrowed("") };
            let texts: Vec<Cow<'_, str>> = (0..width).map(text).collect();
            (!numbers || texts.iter().any(|t| !t.is_empty())).then_some(texts)
        })
        .collect();
    let candidates = candidates(&printed);
    let as_printed = candidates.first().map_or(&[][..], |c| c.columns.as_slice());
    let completed: Vec<Candidate> = siblings
        .iter()
        .filter(|sibling| *sibling != as_printed && completes(&printed, sibling))
        .map(|sibling| {
            let note = "completed from an earlier table of the same form".to_owned();
            Candidate::new(sibling.clone(), Some(note))
        })
        .collect();
    let all = || candidates.iter().chain(&completed);
    let numbers = numbers(body, width, all());
    // The first of the best: what is printed wins over a repair that explains no more.
    let best = all().map(|c| (c.rank(&numbers), c)).min_by_key(|(rank, _)| *rank);
    best.map_or_else(|| judge(Vec::new(), body), |(rank, candidate)| candidate.reading(rank))
}

/// A way to read a header, and what can be said of it whatever stands under it.
#[derive(Debug)]
struct Candidate {
    columns: Vec<Column>,
    repair: Option<String>,
    sums: RowSums,
    /// Labels that stand over what they cannot name.
    misfits: usize,
}

/// Misfits, sums that do not hold, sums that hold: smaller is better.
type Rank = (usize, usize, Reverse<usize>);

impl Candidate {
    fn new(columns: Vec<Column>, repair: Option<String>) -> Self {
        let sums = RowSums::new(&columns);
        let misfits = columns.iter().filter(|c| c.is_crowded()).count() + late_subtotals(&columns);
        Self { columns, repair, sums, misfits }
    }

    /// How it fits the numbers under it.
    fn rank(&self, numbers: &[Vec<Option<Decimal>>]) -> Rank {
        let (mut holds, mut breaks) = (0, 0);
        let mut filled = vec![false; self.columns.len()];
        for amounts in numbers {
            for ((column, amount), seen) in self.columns.iter().zip(amounts).zip(&mut filled) {
                *seen |= amount.is_some() && column.label.is_none();
            }
            let (held, broken) = self.sums.check(amounts, Decimal::ZERO);
            holds += held;
            breaks += broken.len();
        }
        let unnamed = self.columns.iter().zip(&filled).filter(|(c, seen)| **seen && c.is_unnamed()).count();
        (self.misfits + unnamed, breaks, Reverse(holds))
    }

    fn reading(&self, (misfits, breaks, _): Rank) -> Reading {
        Reading { columns: self.columns.clone(), repair: self.repair.clone(), is_clean: misfits == 0 && breaks == 0 }
    }
}

/// The ways to read a header by itself, the printed one first. All documents of a region have the same headers.
fn candidates(printed: &[Vec<Cow<'_, str>>]) -> Rc<[Candidate]> {
    thread_local!(static KNOWN: Memory<Rc<[Candidate]>> = const { Memory::new() });
    let key = printed.iter().map(|row| row.join("\t")).collect::<Vec<_>>().join("\n");
    let made = || {
        let mut header: Vec<Vec<String>> =
            printed.iter().map(|row| row.iter().map(|text| text.clone().into_owned()).collect()).collect();
        let mut made = vec![Candidate::new(columns(&paths(&header)), None)];
        let moved = move_group_starts(&mut header);
        if !moved.is_empty() {
            let note = format!("moved {} to the column of its own subtotal", moved.join(", "));
            made.push(Candidate::new(columns(&paths(&header)), Some(note)));
        }
        let spread = spread_labels(&mut header);
        if !spread.is_empty() {
            let note = format!(
                "spread the labels {} over the columns that lack one; as printed they stand too far left",
                spread.join(", ")
            );
            made.push(Candidate::new(columns(&paths(&header)), Some(note)));
        }
        made.into()
    };
    KNOWN.with(|known| known.recall(&key, made))
}

/// The numbers of a body, row by row, in the columns that do not label rows after all of the readings.
fn numbers<'c>(
    body: &[GridRow],
    width: usize,
    readings: impl Iterator<Item = &'c Candidate>,
) -> Vec<Vec<Option<Decimal>>> {
    let mut counts = vec![false; width];
    for reading in readings {
        for (counts, column) in counts.iter_mut().zip(&reading.columns) {
            *counts |= column.label.is_none();
        }
    }
    let number = |text: &str| parse_number(text).ok().flatten();
    let row = |row: &GridRow| {
        let columns = (0..).zip(&counts);
        columns.map(|(c, counts)| if *counts { number(row.text(c)) } else { None }).collect()
    };
    body.iter().map(row).collect()
}

/// The reading that has these columns.
pub(super) fn judge(columns: Vec<Column>, body: &[GridRow]) -> Reading {
    let candidate = Candidate::new(columns, None);
    let numbers = numbers(body, candidate.columns.len(), std::iter::once(&candidate));
    candidate.reading(candidate.rank(&numbers))
}

/// Number of groups whose subtotal column does not open them.
fn late_subtotals(columns: &[Column]) -> usize {
    let group = |c: &Column| c.path.split_last().map(|(_, above)| above.to_vec()).filter(|above| !above.is_empty());
    columns
        .windows(2)
        .filter(|pair| {
            let [left, right] = pair else { return false };
            right.path.last().is_some_and(|leaf| is_subtotal(leaf))
                && group(right).is_some_and(|g| left.path.starts_with(&g))
        })
        .count()
}

/// The column in which the label over each position stands, row by row; a blank takes the label to its
/// left while the labels above are the same for both.
fn origins(header: &[Vec<String>]) -> Vec<Vec<Option<usize>>> {
    let width = header.first().map_or(0, Vec::len);
    let mut all: Vec<Vec<Option<usize>>> = Vec::new();
    for (r, row) in header.iter().enumerate() {
        let last = r + 1 == header.len();
        let mut origin: Vec<Option<usize>> = Vec::with_capacity(width);
        for (c, text) in row.iter().enumerate() {
            let left = c.checked_sub(1).and_then(|l| origin.get(l).copied().flatten());
            let same_parents = c > 0 && all.iter().all(|above| above.get(c) == above.get(c - 1)) && (r > 0 || !last);
            origin.push(if !text.is_empty() {
                Some(c)
            } else if same_parents && !(last && r > 0) {
                left
            } else {
                None
            });
        }
        all.push(origin);
    }
    all
}

/// Paths of all columns.
fn paths(header: &[Vec<String>]) -> Vec<Vec<String>> {
    let origins = origins(header);
    let width = header.first().map_or(0, Vec::len);
    (0..width)
        .map(|c| {
            header
                .iter()
                .zip(&origins)
                .filter_map(|(row, origin)| row.get(origin.get(c).copied().flatten()?).cloned())
                .collect()
        })
        .collect()
}

fn is_subtotal(text: &str) -> bool {
    matches!(text, "合计" | "小计")
}

/// A group's subtotal column opens it. Where a group label stands left of its own subtotal, over the
/// last column of the group before, it is moved right. Returns the labels moved.
fn move_group_starts(header: &mut [Vec<String>]) -> Vec<String> {
    let mut moved = Vec::new();
    for r in 0..header.len().saturating_sub(1) {
        let origin = origins(header).get(r).cloned().unwrap_or_default();
        let (Some(row), Some(below)) = (header.get(r).cloned(), header.get(r + 1).cloned()) else { continue };
        let starts: Vec<usize> = (0..row.len()).filter(|c| row.get(*c).is_some_and(|t| !t.is_empty())).collect();
        for pair in starts.windows(2) {
            let &[before, group] = pair else { continue };
            let opens = |c: usize| below.get(c).is_some_and(|t| is_subtotal(t));
            let in_group = |c: usize| origin.get(c).copied().flatten() == Some(group);
            let subtotals: Vec<usize> = (group..row.len()).filter(|c| in_group(*c) && opens(*c)).collect();
            if let &[subtotal] = subtotals.as_slice()
                && subtotal > group
                && opens(before)
                && let Some(header_row) = header.get_mut(r)
            {
                let label = header_row.get_mut(group).map(std::mem::take).unwrap_or_default();
                moved.push(label.clone());
                if let Some(cell) = header_row.get_mut(subtotal) {
                    *cell = label;
                }
            }
        }
    }
    moved
}

/// Labels of a row that a converter pushed left because it dropped the blanks of merged cells: when as
/// many labels as columns without a distinct path exist, they belong to those, in order.
fn spread_labels(header: &mut [Vec<String>]) -> Vec<String> {
    for r in 1..header.len() {
        let above = paths(header.get(..r).unwrap_or_default());
        // `paths` gives the last row no inheritance; the rows above a row are all inner rows.
        let mut padded: Vec<Vec<String>> = header.get(..r).unwrap_or_default().to_vec();
        padded.push(vec![String::new(); above.len()]);
        let above = paths(&padded);
        let origin = origins(&padded);
        let key = |c: usize| origin.iter().take(r).map(|o| o.get(c).copied().flatten()).collect::<Vec<_>>();
        let keys: Vec<Vec<Option<usize>>> = (0..above.len()).map(key).collect();
        let twice = |key: &&Vec<Option<usize>>| keys.iter().filter(|other| other == key).nth(1).is_some();
        let open: Vec<usize> = keys.iter().enumerate().filter(|(_, key)| twice(key)).map(|(c, _)| c).collect();
        let Some(row) = header.get_mut(r) else { continue };
        let labelled: Vec<usize> = (0..row.len()).filter(|c| row.get(*c).is_some_and(|t| !t.is_empty())).collect();
        let misplaced = labelled.iter().any(|c| !open.contains(c) && above.get(*c).is_some_and(|p| !p.is_empty()));
        if misplaced && labelled.len() == open.len() {
            let labels: Vec<String> = labelled.iter().filter_map(|c| row.get_mut(*c).map(std::mem::take)).collect();
            for (slot, label) in open.iter().zip(&labels) {
                if let Some(cell) = row.get_mut(*slot) {
                    cell.clone_from(label);
                }
            }
            return labels;
        }
    }
    Vec::new()
}

/// Whether every printed label is one of the sibling's and both begin with the same groups.
fn completes(printed: &[Vec<Cow<'_, str>>], sibling: &[Column]) -> bool {
    let groups = |names: &mut dyn Iterator<Item = &str>| -> Vec<String> {
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        names.dedup();
        names
    };
    let mut labels = printed.iter().flatten().map(AsRef::as_ref).filter(|t: &&str| !t.is_empty()).peekable();
    let mut top = printed.first().into_iter().flatten().map(AsRef::as_ref).filter(|t: &&str| !t.is_empty());
    if labels.peek().is_none()
        || groups(&mut top) != groups(&mut sibling.iter().filter_map(|c| Some(c.path.first()?.as_str())))
    {
        return false;
    }
    let mut missing: Vec<&str> = sibling.iter().flat_map(|c| &c.path).map(String::as_str).collect();
    labels.all(|label| {
        let found = missing.iter().position(|m| *m == label);
        found.map(|i| missing.swap_remove(i)).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Block, read_bytes};

    fn read(text: &str) -> (Vec<String>, Reading) {
        let document = read_bytes("x", text.as_bytes()).unwrap();
        let Some(Block::Grid(grid)) = document.blocks.into_iter().next() else { panic!("no grid") };
        let n = header_rows(&grid.rows);
        let reading = read_header(&grid.rows[..n], &grid.rows[n..], &[]);
        (reading.columns.iter().map(|c| c.path.join("/")).collect(), reading)
    }

    #[test]
    fn merged_headings_span_their_columns() {
        let (paths, reading) =
            read("三公合计\t出国\t用车\t\t\t接待\n\t\t小计\t购置费\t运行费\t\n9.5\t\t4.5\t\t4.5\t5\n");
        assert_eq!(paths, ["三公合计", "出国", "用车/小计", "用车/购置费", "用车/运行费", "接待"]);
        assert!(reading.repair.is_none());
    }

    #[test]
    fn a_group_starts_at_its_subtotal() {
        let (paths, reading) = read(
            "名称\t总计\t本年收入\t\t上年结转结余\t\t\n\t\t合计\t事业收入\t其他收入\t合计\t单位资金\n甲\t6\t3\t1\t2\t3\t3\n",
        );
        assert_eq!(paths[4], "本年收入/其他收入");
        assert_eq!(paths[5], "上年结转结余/合计");
        assert!(reading.repair.is_some() && reading.is_clean);
    }

    #[test]
    fn labels_pushed_left_are_spread_when_the_sums_agree() {
        let (paths, reading) = read(
            "科目编码\t\t\t单位代码\t科目名称\t合计\t基本支出\t\t\t\t项目支出\t\n\t\t\t\t\t\t小计\t人员经费\t\t公用经费\t小计\t特定目标类\n\
             类\t款\t项\t工资福利支出\t对个人和家庭的补助\t\t\t\t\t\t\t\n201\t03\t01\t\t行政运行\t18\t13\t4\t6\t3\t5\t5\n",
        );
        assert_eq!(paths[0], "科目编码/类");
        assert_eq!(paths[7], "基本支出/人员经费/工资福利支出");
        assert_eq!(paths[8], "基本支出/人员经费/对个人和家庭的补助");
        assert!(reading.is_clean, "{paths:?}");
    }

    #[test]
    fn a_row_of_column_numbers_is_header() {
        let document = read_bytes("x", "项目\t金额\n栏次\t1\n一、收入\t5\n".as_bytes()).unwrap();
        let Some(Block::Grid(grid)) = document.blocks.into_iter().next() else { panic!("no grid") };
        assert_eq!(header_rows(&grid.rows), 2);
    }
}
