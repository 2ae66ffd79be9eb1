//! Tables whose cells tell their spans: headings stand exactly over their columns, and the columns that
//! ruling lines cut without need are put together again.

use compact_str::CompactString;

use crate::record::squash;
use crate::source::{Cell, GridRow, Span};

use super::header::{is_code_part, numbers_columns};
use super::layout::Layouts;

/// The columns of a ruled table after its header.
#[derive(Debug)]
pub(super) struct Ruled {
    /// First grid column of every column that is kept, and the first one after it.
    groups: Vec<(usize, usize)>,
    /// Headings of every kept column from the top.
    pub(super) paths: Vec<Vec<String>>,
}

/// Whether the rows tell their spans.
pub(super) fn is_ruled(rows: &[GridRow]) -> bool {
    rows.iter().any(|r| r.cells.iter().any(|c| c.span.is_some()))
}

impl Ruled {
    /// Reads the header. Grid columns under one and the same cell are one column unless some row of the
    /// body has several texts there; columns with neither heading nor text are dropped.
    pub(super) fn of(header: &[GridRow], body: &[GridRow]) -> Self {
        let spread = spread_headings(header);
        let header = spread.as_slice();
        let width = header.iter().chain(body).map(|r| r.cells.len()).max().unwrap_or(0);
        let covers: Vec<Vec<(usize, usize)>> = (0..width)
            .map(|column| {
                let mut cells: Vec<(usize, usize)> =
                    (0..header.len()).map(|row| covering(header, row, column)).collect();
                cells.dedup();
                cells
            })
            .collect();
        let mut groups: Vec<(usize, usize)> = Vec::new();
        for column in 0..width {
            match groups.last_mut() {
                Some(group) if covers.get(group.0) == covers.get(column) && !header.is_empty() => group.1 = column + 1,
                _ => groups.push((column, column + 1)),
            }
        }
        let texts = |row: &GridRow, (from, to): (usize, usize)| (from..to).filter(|c| !row.text(*c).is_empty()).count();
        let groups: Vec<(usize, usize)> = groups
            .into_iter()
            .flat_map(|group| {
                let split = body.iter().any(|row| texts(row, group) > 1);
                if split { (group.0..group.1).map(|c| (c, c + 1)).collect() } else { vec![group] }
            })
            .collect();
        let numbers: Vec<bool> = header.iter().map(numbers_columns).collect();
        let heads = |row: usize, text: &str| numbers.get(row) != Some(&true) || is_code_part(text);
        let path = |column: usize| -> Vec<String> {
            covers
                .get(column)
                .into_iter()
                .flatten()
                .filter_map(|(row, column)| header.get(*row).map(|r| r.text(*column)).filter(|text| heads(*row, text)))
                .map(|text| squash(text).into_owned())
                .filter(|text| !text.is_empty())
                .collect()
        };
        let (groups, paths) = groups
            .into_iter()
            .map(|group| (group, path(group.0)))
            .filter(|(group, path)| !path.is_empty() || body.iter().any(|row| texts(row, *group) > 0))
            .unzip();
        Self { groups, paths }
    }

    /// A row in the kept columns.
    pub(super) fn collapse(&self, row: &GridRow) -> GridRow {
        let group_of = |column: usize| self.groups.iter().position(|(_, to)| column < *to);
        let cells = self
            .groups
            .iter()
            .enumerate()
            .map(|(g, (from, to))| {
                let range = || (*from..*to).filter_map(|c| row.cells.get(c).map(|cell| (c, cell)));
                let Some((column, cell)) = range().find(|(_, c)| !c.text.is_empty()).or_else(|| range().next()) else {
                    return Cell::default();
                };
                let Some(span) = cell.span.filter(|s| s.columns > 0) else { return cell.clone() };
                let last = column + span.columns as usize - 1;
                let last = group_of(last).unwrap_or(self.groups.len().saturating_sub(1));
                let columns = u32::try_from(last.saturating_sub(g) + 1).unwrap_or(1);
                Cell { span: Some(Span { columns, ..span }), ..cell.clone() }
            })
            .collect();
        GridRow { place: row.place, cells }
    }
}

/// A header whose headings span the blank cells to their right that have headings below: writers leave out merging
/// (2023年 and 2024年 in the first of six cells each). Where it is not certain how far they reach and years depend on
/// it, the blanks get a heading that nothing knows.
fn spread_headings(header: &[GridRow]) -> Vec<GridRow> {
    let mut out = header.to_vec();
    for r in 0..header.len() {
        let Some(row) = header.get(r).filter(|row| !numbers_columns(row)) else { continue };
        let below = |c: usize| -> Option<&str> {
            let rows = header.get(r + 1..)?.iter().filter(|row| !numbers_columns(row));
            rows.map(|row| row.text(c)).find(|text| !text.is_empty())
        };
        let own = |c: usize| row.cells.get(c).and_then(|cell| cell.span).filter(|s| s.rows > 0 && s.columns > 0);
        let blank = |c: usize| own(c).is_some() && row.text(c).is_empty() && below(c).is_some();
        // Runs of a heading over others and the blanks after it.
        let mut runs: Vec<(usize, usize)> = Vec::new();
        let mut loose = false;
        let mut c = 0;
        while c < row.cells.len() {
            let columns = own(c).map_or(1, |s| s.columns as usize);
            let heads = own(c).is_some_and(|s| r + (s.rows as usize) < header.len()) && below(c).is_some();
            if heads && !row.text(c).is_empty() {
                runs.push((c, c + columns));
            } else if blank(c) {
                match runs.last_mut().filter(|run| run.1 == c) {
                    Some(run) => run.1 = c + columns,
                    None => loose = true,
                }
            }
            c += columns;
        }
        let grown = |(from, to): &(usize, usize)| own(*from).is_some_and(|s| s.columns as usize != to - from);
        if !loose && !runs.iter().any(grown) {
            continue;
        }
        let children = |(from, to): &(usize, usize)| (*from..*to).map(below).collect::<Vec<_>>();
        let alike = runs.windows(2).all(|pair| matches!(pair, [a, b] if children(a) == children(b)));
        let certain = !loose && alike;
        let years = runs.iter().any(|(from, _)| row.text(*from).contains('年'));
        let Some(row_out) = out.get_mut(r) else { continue };
        for (from, to) in runs.iter().filter(|run| certain && grown(run)) {
            for (i, cell) in row_out.cells.iter_mut().enumerate().take(*to).skip(*from) {
                let rows = cell.span.map_or(1, |s| s.rows);
                let columns = if i == *from { u32::try_from(to - from).unwrap_or(1) } else { 0 };
                cell.span = Some(Span { rows: if i == *from { rows } else { 0 }, columns });
            }
        }
        if !certain && years {
            for c in (0..row.cells.len()).filter(|c| blank(*c)) {
                if let Some(cell) = row_out.cells.get_mut(c) {
                    cell.text = "…".into();
                }
            }
        }
    }
    out
}

/// The cell (row, column) that covers a position of the header.
fn covering(header: &[GridRow], row: usize, column: usize) -> (usize, usize) {
    let reaches = |r: usize, c: usize| {
        let span = header.get(r).and_then(|row| row.cells.get(c)).and_then(|cell| cell.span);
        span.is_some_and(|s| r + s.rows as usize > row && c + s.columns as usize > column)
    };
    (0..=row)
        .rev()
        .flat_map(|r| (0..=column).rev().map(move |c| (r, c)))
        .find(|(r, c)| reaches(*r, *c))
        .unwrap_or((row, column))
}

/// Splits a row that is half header and half body, as some writers merge the last header row with the
/// total: 类, 款, 项 beside amounts, or 合计, 基本支出, 项目支出 beside the amounts of columns that have no such headings.
pub(super) fn split_mixed(rows: Vec<GridRow>) -> Vec<GridRow> {
    let mut out = Vec::with_capacity(rows.len() + 1);
    let mut above_body = true;
    for row in rows {
        let has_amount = !numbers_columns(&row) && row.cells.iter().any(|c| is_number(&c.text));
        let above = if above_body { out.as_slice() } else { &[] };
        let heads = if has_amount { mixed_headings(&row, above) } else { Vec::new() };
        above_body &= !has_amount;
        if !heads.contains(&true) {
            out.push(row);
            continue;
        }
        let keep =
            |wanted: bool| GridRow {
                place: row.place,
                cells: row
                    .cells
                    .iter()
                    .zip(&heads)
                    .map(|(c, heads)| {
                        if *heads == wanted { c.clone() } else { Cell { text: CompactString::default(), ..c.clone() } }
                    })
                    .collect(),
            };
        let mut header = keep(true);
        // Headings above reach down over the amounts' half.
        for cell in header.cells.iter_mut().filter(|c| c.text.is_empty()) {
            cell.span = Some(Span { rows: 0, columns: 0 });
        }
        out.push(header);
        out.push(keep(false));
    }
    out
}

fn is_number(text: &str) -> bool {
    matches!(crate::record::parse_number(text), Ok(Some(_)))
}

/// Which cells of a row with amounts are headings: the parts of a code, and, right below the header `above`, known headings
/// that stand side by side under one heading, where that has no amounts.
fn mixed_headings(row: &GridRow, above: &[GridRow]) -> Vec<bool> {
    let mut heads: Vec<bool> = row.cells.iter().map(|c| is_code_part(&c.text)).collect();
    if heads.iter().filter(|h| **h).count() < 2 {
        heads.fill(false);
    }
    if above.is_empty() {
        return heads; // most rows: nothing is looked up for them
    }
    let written: Vec<usize> = (0..row.cells.len()).filter(|c| !row.text(*c).is_empty()).collect();
    let known = |c: usize| !is_number(row.text(c)) && Layouts::builtin().heading(row.text(c)).is_some();
    for pair in written.windows(2) {
        let &[left, right] = pair else { continue };
        if known(left) && known(right) && above.iter().any(|header| is_divided(header, left, right, row)) {
            for column in [left, right] {
                if let Some(head) = heads.get_mut(column) {
                    *head = true;
                }
            }
        }
    }
    heads
}

/// Whether one known heading of a header's row reaches from `left` to `right`, and no amount of `row` stands under it so far.
fn is_divided(header: &GridRow, left: usize, right: usize, row: &GridRow) -> bool {
    let Some(start) = (0..=left).rev().find(|c| !header.text(*c).is_empty()) else { return false };
    let spans = header.cells.get(start).and_then(|cell| cell.span).map(|span| start + span.columns as usize > right);
    // Where spans are not told, a heading reaches over the blanks after it.
    let reaches = spans.unwrap_or_else(|| (start + 1..=right).all(|c| header.text(c).is_empty()));
    reaches
        && Layouts::builtin().heading(header.text(start)).is_some()
        && !(start..=right).any(|c| is_number(row.text(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a«2»` spans two columns, `×` is covered.
    fn row(text: &str) -> GridRow {
        let cells = text
            .split('|')
            .map(|t| {
                let (text, columns) = match t.split_once('«') {
                    Some((text, n)) => (text, n.trim_end_matches('»').parse().unwrap()),
                    None => (t, 1),
                };
                let span = if t == "×" { Span { rows: 0, columns: 0 } } else { Span { rows: 1, columns } };
                Cell { text: if t == "×" { "" } else { text }.into(), span: Some(span), ..Cell::default() }
            })
            .collect();
        GridRow { cells, ..GridRow::default() }
    }

    #[test]
    fn needless_columns_go_and_codes_stay_apart() {
        let header = [row("|科目编码«3»|×|×|合计«2»|×")];
        let body = [row("|201|03|01|5.00«2»|×"), row("|201|||«1»|6.00")];
        let ruled = Ruled::of(&header, &body);
        let paths: Vec<String> = ruled.paths.iter().map(|p| p.join("/")).collect();
        assert_eq!(paths, ["科目编码", "科目编码", "科目编码", "合计"]);
        let texts: Vec<_> = ruled.collapse(&body[1]).cells.into_iter().map(|c| c.text).collect();
        assert_eq!(texts, ["201", "", "", "6.00"]);
    }

    #[test]
    fn headings_that_are_not_merged_reach_over_the_blanks_where_that_is_certain() {
        let paths = |rows: &[&str]| -> Vec<String> {
            let header: Vec<GridRow> = rows.iter().map(|r| row(r)).collect();
            let body = [row(&vec!["1.00"; rows[0].split('|').count()].join("|"))];
            Ruled::of(&header, &body).paths.iter().map(|p| p.join("/")).collect()
        };
        let certain = paths(&["2023年||2024年|", "合计|接待|合计|接待"]);
        assert_eq!(certain, ["2023年/合计", "2023年/接待", "2024年/合计", "2024年/接待"]);
        // Centred over its columns: which year the blanks are of is not known.
        let centred = paths(&["|2023年|||2024年|", "合计|接待|用车|合计|接待|用车"]);
        assert_eq!(centred, ["…/合计", "2023年/接待", "…/用车", "…/合计", "2024年/接待", "…/用车"]);
        let merged = paths(&["2023年«2»|×|2024年«2»|×", "合计|接待|合计|接待"]);
        assert_eq!(merged, certain);
    }

    #[test]
    fn a_total_merged_into_the_header_is_split_off() {
        let rows = split_mixed(vec![row("项目«4»|×|×|×|合计"), row("类|款|项|合计|2,946.25")]);
        let texts: Vec<Vec<&str>> = rows.iter().map(|r| r.cells.iter().map(|c| c.text.as_str()).collect()).collect();
        assert_eq!(texts[1], ["类", "款", "项", "", ""]);
        assert_eq!(texts[2], ["", "", "", "合计", "2,946.25"]);
    }

    #[test]
    fn headings_beside_the_amounts_of_the_total_are_split_off_and_a_row_of_the_body_is_not() {
        let split = |rows: &[&str]| -> Vec<String> {
            let rows = split_mixed(rows.iter().map(|r| row(r)).collect());
            rows.iter().map(|r| r.cells.iter().map(|c| c.text.as_str()).collect::<Vec<_>>().join("|")).collect()
        };
        let head = "项目«2»|×|本年收入|本年支出«3»|×|×";
        let rows = split(&[head, "合计«2»|×|105.00|合计|基本支出|项目支出", "221|住房保障支出|105.00|105.00||105.00"]);
        assert_eq!(rows[1..3], ["|||合计|基本支出|项目支出", "合计||105.00|||"]);
        let body = ["类别|金额|类别|金额", "基本支出|5.00|项目支出|6.00", "公用经费|5.00|合计|小计"];
        assert_eq!(split(&body).len(), 3);
        // A row of the body may begin with words that are headings elsewhere.
        let body = ["项目|支出性质|经济分类|金额", "行政运行|基本支出|人员经费|40.00"];
        assert_eq!(split(&body).len(), 2);
    }
}
