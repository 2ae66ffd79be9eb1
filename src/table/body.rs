//! Body rows of a table: pieces from several pages put together, cells cut by a page break joined.

use std::borrow::Cow;

use crate::record::{Classification, Diagnostic, DiagnosticKind, TableKind, join_key, parse_number};
use crate::source::{Grid, GridRow};

use super::columns::Column;
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

/// Number of rows at the head of a page that repeat the header or its last rows.
fn repeated(header: &[GridRow], rows: &[GridRow]) -> usize {
    let repeats = |count: &usize| {
        let tail = header.get(header.len() - count..).unwrap_or_default();
        rows.len() >= *count && tail.iter().zip(rows).all(|(a, b)| same_text(a, b))
    };
    (1..=header.len()).rev().find(repeats).unwrap_or(0)
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
