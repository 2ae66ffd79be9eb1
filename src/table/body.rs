//! Body rows of a table: pieces from several pages put together, cells cut by a page break joined.

use std::borrow::Cow;

use crate::record::{Classification, Diagnostic, DiagnosticKind, TableKind, join_key, parse_number};
use crate::source::{Cell, Grid, GridRow, Span};

use super::columns::Column;
use super::header::{header_rows, numbers_columns};
use super::label::{is_total_label, strip_ordinal};
use super::layout::{LabelRole, Layouts};

/// The rows of all grids of a section with the index at which each page begins.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    pub(super) rows: Vec<GridRow>,
    /// Indices at which pages begin.
    breaks: Vec<usize>,
}

impl Pieces {
    /// Lines up the grids; header rows printed again on a later page are dropped.
    pub(super) fn of(grids: Vec<Grid>, header: &[GridRow]) -> Self {
        let mut pieces = Self::default();
        for (i, grid) in grids.into_iter().enumerate() {
            if i > 0 {
                pieces.breaks.push(pieces.rows.len());
            }
            let skip = if i > 0 { repeated(header, &grid.rows) } else { 0 };
            pieces.rows.extend(grid.rows.into_iter().skip(skip));
        }
        pieces
    }

    /// Joins the first row of a page to the last one before it where it only carries on its texts: it has
    /// no number, no code, no label of its own, and continues cells that have text.
    pub(super) fn join_cut_rows(
        mut self,
        kind: TableKind,
        columns: &[Column],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        for at in self.breaks.clone().into_iter().rev() {
            let (Some(before), Some(row)) = (at.checked_sub(1).and_then(|b| self.rows.get(b)), self.rows.get(at))
            else {
                continue;
            };
            if !carries_on(before, row, columns) {
                continue;
            }
            let row = self.rows.remove(at);
            self.breaks.iter_mut().filter(|b| **b > at).for_each(|b| *b -= 1);
            let Some(before) = self.rows.get_mut(at - 1) else { continue };
            for (c, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.text.is_empty()) {
                if let Some(target) = before.cells.get_mut(c) {
                    target.text.push_str(&cell.text);
                    diagnostics.push(Diagnostic {
                        kind: DiagnosticKind::CellJoined,
                        table: Some(kind),
                        place: row.cell_place(c),
                        text: target.text.to_string(),
                        message: "a cell cut by the page break was joined".to_owned(),
                    });
                }
            }
        }
        self
    }

    /// Indices of the rows after the header at which grids begin, the first one too.
    pub(super) fn starts(&self, header: usize) -> Vec<usize> {
        std::iter::once(0).chain(self.breaks.iter().map(|b| b.saturating_sub(header))).collect()
    }
}

/// Number of rows at the head of a page that repeat rows of the header, or number the columns as a header does that is
/// cut by the page break.
fn repeated(header: &[GridRow], rows: &[GridRow]) -> usize {
    let repeats = |count: &usize| {
        let tail = header.get(header.len() - count..).unwrap_or_default();
        rows.len() >= *count && tail.iter().zip(rows).all(|(a, b)| same_text(a, b))
    };
    let tail = (1..=header.len()).rev().find(repeats).unwrap_or(0);
    let heads = |row: &&GridRow| {
        let several = texts(row).nth(1).is_some();
        let numbered = texts(row).nth(2).is_some() && numbers_columns(row);
        numbered || several && header.iter().any(|above| same_text(above, row))
    };
    rows.iter().take_while(heads).count().max(tail)
}

/// Puts a header together that a page break cuts: a first piece of nothing but headings goes on in the next one. Where
/// the pieces are ruled otherwise, which headings stand over which is not known, and a heading that nothing knows says so.
pub(super) fn join_cut_header(grids: &mut Vec<Grid>) {
    while let [first, next, ..] = grids.as_slice()
        && !first.rows.is_empty()
        && header_rows(&first.rows) == first.rows.len()
        && header_rows(&next.rows) > 0
        && !next.rows.iter().take(header_rows(&next.rows)).all(|row| first.rows.iter().any(|r| same_text(r, row)))
    {
        let width = |grid: &Grid| grid.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        let alike = width(first) == width(next);
        let mut next = grids.remove(1);
        let Some(first) = grids.first_mut() else { return };
        let again = next.rows.iter().take_while(|row| first.rows.iter().any(|r| same_text(r, row))).count();
        next.rows.drain(..again);
        if alike {
            first.rows.append(&mut next.rows);
        } else {
            let unknown = |cell: &Cell| Cell {
                text: "…".into(),
                span: cell.span.map(|_| Span { rows: 1, columns: 1 }),
                ..Cell::default()
            };
            let place = first.rows.first().map(|row| row.place).unwrap_or_default();
            let cells = next.rows.first().map(|row| row.cells.iter().map(unknown).collect()).unwrap_or_default();
            first.rows = vec![GridRow { place, cells }];
            first.rows.append(&mut next.rows);
        }
    }
}

fn same_text(a: &GridRow, b: &GridRow) -> bool {
    // Columns are ruled otherwise on some pages; what is written counts.
    texts(a).eq(texts(b))
}

/// What is written in a row, from the left.
fn texts(row: &GridRow) -> impl Iterator<Item = Cow<'_, str>> {
    row.cells.iter().map(|c| join_key(&c.text)).filter(|t| !t.is_empty())
}

fn carries_on(before: &GridRow, row: &GridRow, columns: &[Column]) -> bool {
    let texts: Vec<(usize, &str)> =
        (0..row.cells.len()).map(|c| (c, row.text(c))).filter(|(_, t)| !t.is_empty()).collect();
    !texts.is_empty()
        && texts.iter().all(|(c, text)| {
            let role = columns.get(*c).and_then(|column| column.label);
            let joins = matches!(
                role,
                Some(
                    LabelRole::Name
                        | LabelRole::UnitName
                        | LabelRole::ProjectType
                        | LabelRole::EconomicName
                        | LabelRole::EconomicGovName
                        | LabelRole::IndicatorName
                )
            );
            // An indicator with a value of its own is a new one.
            let has_value = role == Some(LabelRole::IndicatorName) && !row.text(c + 1).is_empty();
            let had = before.text(*c);
            // 当年收入 | 小计: a label of its own, but only together they are the known one.
            let together = is_known(&format!("{had}{text}"));
            let apart = is_label(text) || is_known(had);
            joins && !has_value && !had.is_empty() && !ends_label(had) && (together || !apart)
        })
}

/// Whether a text is a finished label, to which nothing can be added.
fn ends_label(text: &str) -> bool {
    text.ends_with('计')
}

/// Whether a text is a label in its own right.
fn is_label(text: &str) -> bool {
    strip_ordinal(text).0 > 0 || is_known(text) || matches!(parse_number(text), Ok(Some(_)))
}

/// Whether a text is the whole of a known label.
fn is_known(text: &str) -> bool {
    let rest = strip_ordinal(text).1;
    is_total_label(&join_key(text))
        || Layouts::builtin().heading(&rest).is_some()
        || Classification::builtin().function_class(&rest).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(rows: &[&str]) -> Grid {
        let row = |text: &&str| GridRow {
            cells: text.split('|').map(|t| Cell { text: t.into(), ..Cell::default() }).collect(),
            ..GridRow::default()
        };
        Grid { rows: rows.iter().map(row).collect(), ..Grid::default() }
    }

    fn shown(rows: &[GridRow]) -> Vec<String> {
        rows.iter().map(|r| r.cells.iter().map(|c| c.text.as_str()).collect::<Vec<_>>().join("|")).collect()
    }

    #[test]
    fn a_header_cut_by_a_page_break_is_put_together() {
        let mut grids = vec![
            grid(&["预算数||决算数|"]),
            grid(&["预算数||决算数|", "合计|接待费|合计|接待费", "1|2|3|4", "5.00|5.00|4.00|4.00"]),
        ];
        join_cut_header(&mut grids);
        let whole = ["预算数||决算数|", "合计|接待费|合计|接待费", "1|2|3|4", "5.00|5.00|4.00|4.00"];
        assert_eq!(shown(&grids[0].rows), whole);
        assert_eq!(grids.len(), 1);
        // Ruled otherwise: nobody knows which heading stands over which column.
        let mut grids = vec![grid(&["预算数|决算数"]), grid(&["合计|接待费|合计|接待费", "5.00|5.00|4.00|4.00"])];
        join_cut_header(&mut grids);
        assert_eq!(shown(&grids[0].rows)[0], "…|…|…|…");
    }

    #[test]
    fn rows_of_the_header_and_numbers_of_columns_printed_again_are_no_amounts() {
        let header = grid(&["科目|合计|本年支出|", "||基本支出|项目支出", "栏次|1|2|3"]).rows;
        let again = grid(&["科目|合计|本年支出|", "||基本支出|项目支出", "教育支出|5.00|4.00|1.00"]);
        assert_eq!(shown(&Pieces::of(vec![grid(&["卫生|1.00|1.00|"]), again], &header).rows).len(), 2);
        let numbers = grid(&["栏次|1|2|3", "教育支出|5.00|4.00|1.00"]);
        assert_eq!(shown(&Pieces::of(vec![grid(&["卫生|1.00|1.00|"]), numbers], &header).rows).len(), 2);
        let amounts = grid(&["教育支出|1|2|3"]);
        assert_eq!(shown(&Pieces::of(vec![grid(&["卫生|1.00|1.00|"]), amounts], &header).rows).len(), 2);
    }
}
