//! Tables that go on over page breaks: their columns are lined up, so that a column has one number.

use std::collections::{BTreeMap, BTreeSet};

use super::super::document::{Block, Cell, Grid, GridRow, Span, TextLine};
use super::lattice::Lattice;
use super::{Found, cell_area};
use crate::record::Place;

/// Edges of one column on two pages lie this close, in points.
const SAME_EDGE: f64 = 4.0;

/// What a page is made of, in reading order.
#[derive(Debug)]
pub(super) enum PageBlock {
    /// A paragraph.
    Text {
        line: TextLine,
        /// Whether it stands at the upper or lower edge of its page.
        edge: bool,
    },
    /// A table.
    Table {
        /// Page number from 1.
        page: u32,
        found: Found,
    },
}

/// Puts the pages together.
pub(super) fn blocks(mut pages: Vec<PageBlock>) -> Vec<Block> {
    drop_running_heads(&mut pages);
    let columns = lined_up(&pages);
    pages
        .into_iter()
        .zip(columns)
        .map(|(block, columns)| match block {
            PageBlock::Text { line, .. } => Block::Text(line),
            PageBlock::Table { page, found } => {
                let place = Place { page: Some(page), ..Place::default() };
                Block::Grid(grid(place, found, &columns))
            }
        })
        .collect()
}

/// Drops texts repeated at the edge of three or more pages; lines with a colon (部门：, 单位：) say something
/// of the table under them and stay.
fn drop_running_heads(pages: &mut Vec<PageBlock>) {
    let mut counts: BTreeMap<String, BTreeSet<Option<u32>>> = BTreeMap::new();
    for block in pages.iter() {
        if let PageBlock::Text { line, edge: true } = block
            && !line.text.contains([':', '：'])
        {
            counts.entry(line.text.clone()).or_default().insert(line.place.page);
        }
    }
    let runs = |text: &str| counts.get(text).is_some_and(|pages| pages.len() >= 3);
    pages.retain(|block| !matches!(block, PageBlock::Text { line, edge: true } if runs(&line.text)));
}

/// The columns of a table by which its cells are counted.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    /// Edges of the columns of all its pages.
    edges: Vec<f64>,
    /// Where as many columns stand otherwise on this page: each edge here, and the one that it is on the pages before.
    moved: Vec<(f64, f64)>,
}

impl Columns {
    /// Columns of a table on one page.
    pub(super) fn of(edges: Vec<f64>) -> Self {
        Self { edges, moved: Vec::new() }
    }

    /// The position of an edge of this page.
    fn position(&self, edge: f64) -> usize {
        let moved = self.moved.iter().min_by(|a, b| (a.0 - edge).abs().total_cmp(&(b.0 - edge).abs()));
        nearest(&self.edges, moved.map_or(edge, |(_, base)| *base))
    }
}

/// Per block the columns to count by; none for texts.
fn lined_up(pages: &[PageBlock]) -> Vec<Columns> {
    let mut columns: Vec<Columns> = Vec::with_capacity(pages.len());
    // Blocks of the chain of tables that is being followed.
    let mut chain: Vec<usize> = Vec::new();
    let mut page_before = 0;
    for (i, block) in pages.iter().enumerate() {
        let PageBlock::Table { page, found } = block else {
            if matches!(block, PageBlock::Text { line, .. } if !is_page_number(&line.text)) {
                chain.clear();
            }
            columns.push(Columns::default());
            continue;
        };
        let own = used_columns(&found.table);
        let before = chain.last().and_then(|last| columns.get(*last)).map(|c| c.edges.clone());
        if let Some(before) = before.filter(|b| *page == page_before + 1 && same_extent(b, &own)) {
            let all = union(&before, &own);
            if own.len() == before.len() && all.len() > own.len() && !is_shifted(&before, &own) {
                // As many columns, of other widths: each is the one of its number.
                let moved = own.into_iter().zip(before.iter().copied()).collect();
                columns.push(Columns { edges: before, moved });
            } else {
                for member in &chain {
                    if let Some(columns) = columns.get_mut(*member) {
                        columns.edges.clone_from(&all);
                    }
                }
                columns.push(Columns::of(all));
            }
        } else {
            chain.clear();
            columns.push(Columns::of(own));
        }
        chain.push(i);
        page_before = *page;
    }
    columns
}

/// Edges at which a cell begins or the table ends; others come from rules that cut no row.
pub(super) fn used_columns(table: &Lattice) -> Vec<f64> {
    let last = table.columns.len().saturating_sub(1);
    let used = |i: usize| i == last || table.cells.iter().any(|c| c.column == i);
    table.columns.iter().enumerate().filter(|(i, _)| used(*i)).map(|(_, edge)| *edge).collect()
}

/// `- 5 -`, `第 5 页`: what may stand between the parts of a table.
fn is_page_number(text: &str) -> bool {
    text.chars().count() <= 12
        && text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || "-—–─·/第页共".contains(c))
}

/// Whether two tables begin and end at the same places across the page.
fn same_extent(a: &[f64], b: &[f64]) -> bool {
    let near = |a: Option<&f64>, b: Option<&f64>| a.zip(b).is_some_and(|(a, b)| (a - b).abs() <= 2.0 * SAME_EDGE);
    near(a.first(), b.first()) && near(a.last(), b.last())
}

/// All edges of both.
fn union(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut all = a.to_vec();
    for edge in b {
        if !a.iter().any(|e| (e - edge).abs() <= SAME_EDGE) {
            all.push(*edge);
        }
    }
    all.sort_by(f64::total_cmp);
    all
}

/// Whether half of the inner edges of a page are those of other columns on the page before: columns were put together and
/// others divided.
fn is_shifted(before: &[f64], own: &[f64]) -> bool {
    let inner = own.len().saturating_sub(2);
    let shifted = |(i, edge): &(usize, &f64)| {
        before.iter().enumerate().any(|(j, other)| j != *i && (other - *edge).abs() <= SAME_EDGE)
    };
    2 * own.iter().enumerate().skip(1).take(inner).filter(shifted).count() >= inner.max(1)
}

/// The position of `edge` in `edges`.
fn nearest(edges: &[f64], edge: f64) -> usize {
    let distance = |i: &usize| edges.get(*i).map_or(f64::MAX, |e| (e - edge).abs());
    (0..edges.len()).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(0)
}

/// A lattice as a grid counted by the given columns.
pub(super) fn grid(place: Place, found: Found, columns: &Columns) -> Grid {
    let Found { table, texts, is_ruled, .. } = found;
    let width = columns.edges.len().saturating_sub(1);
    let covered = Cell { span: Some(Span { rows: 0, columns: 0 }), ..Cell::default() };
    let height = table.rows.len().saturating_sub(1);
    let mut rows = vec![GridRow { place, cells: vec![covered; width] }; height];
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    for (cell, text) in table.cells.iter().zip(texts) {
        let (left, right) = (columns.position(cell.area.left), columns.position(cell.area.right));
        if let Some(target) = rows.get_mut(cell.row).and_then(|row| row.cells.get_mut(left)) {
            *target = Cell {
                text: text.into(),
                span: Some(Span { rows: count(cell.row_span), columns: count(right.saturating_sub(left).max(1)) }),
                area: Some(cell_area(cell.area)),
                column: None,
            };
        }
    }
    Grid { rows, unruled: !is_ruled }
}

#[cfg(test)]
mod tests {
    use super::super::geometry::Area;
    use super::super::lattice::LatticeCell;
    use super::*;

    fn table(page: u32, columns: &[f64]) -> PageBlock {
        let cells = columns
            .windows(2)
            .enumerate()
            .map(|(column, edges)| LatticeCell {
                row: 0,
                column,
                row_span: 1,
                column_span: 1,
                area: Area { left: edges[0], top: 0.0, right: edges[1], bottom: 20.0 },
            })
            .collect::<Vec<_>>();
        let texts = (0..cells.len()).map(|i| i.to_string()).collect();
        let table = Lattice { columns: columns.to_vec(), rows: vec![0.0, 20.0], cells, ..Lattice::default() };
        PageBlock::Table { page, found: Found { table, texts, cut: Vec::new(), is_ruled: true } }
    }

    #[test]
    fn running_heads_are_dropped() {
        let text = |page: u32, text: &str| PageBlock::Text {
            line: TextLine { text: text.to_owned(), place: Place { page: Some(page), ..Place::default() } },
            edge: true,
        };
        let pages = (1..4).flat_map(|p| [text(p, "某局2025年部门预算"), text(p, "单位：万元")]).collect();
        assert_eq!(blocks(pages).len(), 3);
    }

    #[test]
    fn columns_of_a_continued_table_are_lined_up() {
        let blocks = blocks(vec![table(1, &[0.0, 50.0, 100.0]), table(2, &[0.0, 50.0, 75.0, 101.0])]);
        let texts = |block: &Block| match block {
            Block::Grid(grid) => grid.rows[0].cells.iter().map(|c| c.text.clone()).collect::<Vec<_>>(),
            Block::Text(_) => panic!("a grid"),
        };
        assert_eq!(texts(&blocks[0]), ["0", "1", ""]);
        assert_eq!(texts(&blocks[1]), ["0", "1", "2"]);
    }

    #[test]
    fn as_many_columns_of_other_widths_are_the_same_columns() {
        let pages = vec![
            table(1, &[0.0, 50.0, 80.0, 100.0]),
            table(2, &[0.0, 30.0, 65.0, 101.0]),
            table(3, &[0.0, 50.0, 65.0, 80.0, 100.0]),
        ];
        let texts: Vec<Vec<String>> = blocks(pages)
            .iter()
            .map(|block| match block {
                Block::Grid(grid) => grid.rows[0].cells.iter().map(|c| c.text.to_string()).collect(),
                Block::Text(_) => panic!("a grid"),
            })
            .collect();
        assert_eq!(texts[0], ["0", "1", "", "2"]);
        assert_eq!(texts[1], ["0", "1", "", "2"]);
        assert_eq!(texts[2], ["0", "1", "2", "3"]);
    }
}
