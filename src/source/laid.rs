//! Tables whose cells tell how many rows and columns they span → grids.

use super::document::{Cell, Grid, GridRow, Span};
use crate::record::Place;

/// Cells that one table may have; what is beyond is left out.
const CELLS: usize = 2_000_000;
/// Columns that one table may have; published ones have up to 40.
pub(super) const COLUMNS: usize = 300;

/// A table being laid out, row by row.
#[derive(Debug, Default)]
pub(super) struct Laid {
    rows: Vec<GridRow>,
    /// Per column of the row being filled: the row after the last one that a cell above covers.
    covered_until: Vec<u32>,
    cells: usize,
    /// Whether cells were left out.
    pub(super) is_full: bool,
}

impl Laid {
    /// Begins a row.
    pub(super) fn row(&mut self, place: Place) {
        if self.cells < CELLS {
            self.rows.push(GridRow { place, cells: Vec::new() });
            self.cover();
        } else {
            self.is_full = true;
        }
    }

    /// Puts a cell into the first free position of the row; spans are at least 1.
    pub(super) fn cell(&mut self, text: String, span: Span) {
        let row = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        let Some(cells) = self.rows.last_mut().map(|r| &mut r.cells) else { return };
        let own = cells.len();
        let room = COLUMNS.saturating_sub(own).min(CELLS.saturating_sub(self.cells));
        let columns = (span.columns.max(1) as usize).min(room);
        self.is_full |= columns == 0;
        let span = Span { rows: span.rows, columns: u32::try_from(columns).unwrap_or(1) };
        if columns > 0 {
            cells.push(Cell { text: text.into(), span: Some(span), ..Cell::default() });
            cells.extend(std::iter::repeat_n(covered(), columns - 1));
        }
        self.cells += columns;
        if self.covered_until.len() < cells.len() {
            self.covered_until.resize(cells.len(), 0);
        }
        for until in self.covered_until.iter_mut().skip(own).take(columns) {
            *until = row.saturating_add(span.rows.max(1) - 1);
        }
        self.cover();
    }

    /// Marks what cells above reach down to.
    fn cover(&mut self) {
        let row = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        let Some(cells) = self.rows.last_mut().map(|r| &mut r.cells) else { return };
        while self.covered_until.get(cells.len()).is_some_and(|until| *until >= row) && self.cells < CELLS {
            cells.push(covered());
            self.cells += 1;
        }
    }

    /// The grid; spans reach no further than its rows, and columns count from 1 as they are drawn.
    pub(super) fn grid(self) -> Grid {
        let mut rows = self.rows;
        let height = rows.len();
        let width = rows.iter().map(|r| r.cells.len()).max().unwrap_or(0);
        rows.retain(|row| !row.cells.is_empty());
        for row in &mut rows {
            // Writers leave out what is blank at the end of a row.
            row.cells.resize_with(width, || Cell { span: Some(Span { rows: 1, columns: 1 }), ..Cell::default() });
        }
        for (r, row) in rows.iter_mut().enumerate() {
            for (c, cell) in row.cells.iter_mut().enumerate() {
                cell.column = u32::try_from(c + 1).ok();
                if let Some(span) = cell.span.as_mut() {
                    span.rows = span.rows.min(u32::try_from(height - r).unwrap_or(u32::MAX));
                }
            }
        }
        Grid { rows, ..Grid::default() }
    }
}

fn covered() -> Cell {
    Cell { span: Some(Span { rows: 0, columns: 0 }), ..Cell::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_flow_round_those_that_reach_down() {
        let mut laid = Laid::default();
        let one = Span { rows: 1, columns: 1 };
        laid.row(Place::default());
        laid.cell("名称".into(), Span { rows: 2, columns: 1 });
        laid.cell("收入".into(), Span { rows: 1, columns: 2 });
        laid.cell("备注".into(), Span { rows: 99, columns: 1 });
        laid.row(Place::default());
        laid.cell("合计".into(), one);
        laid.cell("其他".into(), one);
        let grid = laid.grid();
        let texts: Vec<Vec<&str>> =
            grid.rows.iter().map(|r| r.cells.iter().map(|c| c.text.as_str()).collect()).collect();
        assert_eq!(texts, [vec!["名称", "收入", "", "备注"], vec!["", "合计", "其他", ""]]);
        assert_eq!(grid.rows[0].cells[3].span, Some(Span { rows: 2, columns: 1 }));
        assert_eq!(grid.rows[1].cells[0].span, Some(Span { rows: 0, columns: 0 }));
    }
}
