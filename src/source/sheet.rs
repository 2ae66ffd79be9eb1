//! A sheet of cells → text lines and a grid. Blank rows are left out; merged ranges become spans.

use std::collections::{BTreeMap, BTreeSet};

use super::cell_text::{joined, lines_of};
use super::document::{Block, Cell, Document, Grid, GridRow, NoteKind, Span, TextLine};
use super::laid::COLUMNS;
use crate::record::Place;

/// Cells with text that one workbook may have.
const CELLS: usize = 1_000_000;
/// Bytes that its texts may have: a file may hold a text once and show it in every cell.
const BYTES: usize = 128 << 20;
/// Cells that merged ranges may cover.
const MERGED: usize = 2_000_000;
/// A text this long in a row of its own is a paragraph.
const PARAGRAPH: usize = 40;

/// A rectangle of merged cells; rows and columns count from 0, both ends are inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Merged {
    pub(super) top: u32,
    pub(super) left: u32,
    pub(super) bottom: u32,
    pub(super) right: u32,
}

/// What texts a workbook may still have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    cells: usize,
    bytes: usize,
    full: bool,
}

impl Room {
    /// For a document.
    pub(super) fn new() -> Self {
        Self { cells: CELLS, bytes: BYTES, full: false }
    }

    /// For a long table, whose cells are not kept one by one.
    pub(super) fn for_table() -> Self {
        Self { cells: usize::MAX, bytes: 512 << 20, full: false }
    }

    /// Takes a cell with this text; `false` when the workbook is full.
    pub(super) fn take(&mut self, text: &str) -> bool {
        match (self.cells.checked_sub(1), self.bytes.checked_sub(text.len())) {
            (Some(cells), Some(bytes)) if !self.full => *self = Self { cells, bytes, full: false },
            _ => self.full = true,
        }
        !self.full
    }

    /// Whether something did not fit.
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// Tells that something was left out.
    pub(super) fn note(&self, page: Option<u32>, document: &mut Document) {
        if self.is_full() {
            let message = format!("more than {CELLS} cells or {} MB of texts; the rest is left out", BYTES >> 20);
            document.note(NoteKind::Damaged, Place { page, ..Place::default() }, &message);
        }
    }
}

/// What lies between two bounds, both inside.
fn within(all: &[u32], from: u32, to: u32) -> &[u32] {
    let from = all.partition_point(|i| *i < from);
    let to = all.partition_point(|i| *i <= to);
    all.get(from..to).unwrap_or_default()
}

/// What a workbook's reader finds in one sheet.
#[derive(Clone, Debug, Default)]
pub(super) struct Sheet {
    pub(super) name: String,
    /// Its number from 1.
    pub(super) number: u32,
    /// Texts by row and column, from 0.
    pub(super) cells: BTreeMap<(u32, u32), String>,
    pub(super) merged: Vec<Merged>,
    pub(super) hidden: bool,
    /// Rows and columns that are not shown.
    pub(super) hidden_rows: BTreeSet<u32>,
    pub(super) hidden_columns: BTreeSet<u32>,
}

impl Sheet {
    /// Adds what the sheet holds to a document.
    pub(super) fn read_into(mut self, document: &mut Document) {
        self.drop_covered();
        self.note_hidden(document);
        let columns = self.columns(document);
        let rows = self.rows(&columns);
        let mut grid: Vec<u32> = Vec::new();
        let mut leading = Vec::new();
        let mut blocks = Vec::new();
        for (row, cells) in &rows {
            let place = self.place(*row);
            let single = match cells.as_slice() {
                [(_, text)] => Some(*text),
                _ => None,
            };
            match single {
                Some(text) if is_paragraph(text) || grid.is_empty() => {
                    let lines = lines_of(text).map(|text| TextLine { text, place });
                    if grid.is_empty() && blocks.is_empty() {
                        leading.extend(lines);
                    } else {
                        blocks.extend(self.grid(&std::mem::take(&mut grid), &columns));
                        blocks.extend(lines.map(Block::Text));
                    }
                }
                _ => grid.push(*row),
            }
        }
        blocks.extend(self.grid(&grid, &columns));
        // A sheet that does not head itself is headed by its name.
        let heads = |line: &TextLine| !line.text.contains([':', '：']);
        let has_grid = blocks.iter().any(|b| matches!(b, Block::Grid(_)));
        if has_grid && !leading.iter().any(heads) {
            let place = self.place(rows.first().map_or(0, |(row, _)| *row));
            leading.insert(0, TextLine { text: self.name.trim().to_owned(), place });
        }
        document.blocks.extend(leading.into_iter().filter(|l| !l.text.is_empty()).map(Block::Text));
        document.blocks.extend(blocks);
    }

    fn place(&self, row: u32) -> Place {
        Place { page: Some(self.number), line: row.checked_add(1), row: 0, column: 0 }
    }

    /// What merged cells hold under the first one is not shown. Ranges that lie over each other without end are
    /// no merged cells.
    fn drop_covered(&mut self) {
        let used_rows: Vec<u32> = self.cells.keys().map(|(row, _)| *row).collect::<BTreeSet<_>>().into_iter().collect();
        let used_columns: Vec<u32> =
            self.cells.keys().map(|(_, column)| *column).collect::<BTreeSet<_>>().into_iter().collect();
        let mut left = MERGED;
        self.merged.retain(|m| {
            let covers = within(&used_rows, m.top, m.bottom).len() * within(&used_columns, m.left, m.right).len();
            let fits = covers < left;
            left = left.saturating_sub(covers + 1);
            fits
        });
        for area in &self.merged {
            for row in within(&used_rows, area.top, area.bottom) {
                let covered: Vec<(u32, u32)> = self
                    .cells
                    .range((*row, area.left)..=(*row, area.right.max(area.left)))
                    .map(|(at, _)| *at)
                    .filter(|at| *at != (area.top, area.left))
                    .collect();
                for at in covered {
                    self.cells.remove(&at);
                }
            }
        }
    }

    fn note_hidden(&self, document: &mut Document) {
        if self.cells.is_empty() {
            return;
        }
        let place = Place { page: Some(self.number), ..Place::default() };
        if self.hidden {
            document.hidden.push(self.number);
            document.note(NoteKind::Hidden, place, &format!("the sheet {} is hidden; it was read", self.name));
        }
        let used_rows: BTreeSet<u32> = self.cells.keys().map(|(row, _)| *row).collect();
        let used_columns: BTreeSet<u32> = self.cells.keys().map(|(_, column)| *column).collect();
        let rows: Vec<u32> = self.hidden_rows.intersection(&used_rows).map(|r| r + 1).collect();
        if let Some(first) = rows.first() {
            let place = Place { line: Some(*first), ..place };
            document.note(NoteKind::Hidden, place, &listed("row", &rows));
        }
        let columns: Vec<u32> = self.hidden_columns.intersection(&used_columns).map(|c| c + 1).collect();
        if let Some(first) = columns.first() {
            let place = Place { column: *first, ..place };
            document.note(NoteKind::Hidden, place, &listed("column", &columns));
        }
    }

    /// The columns that have a text, in order.
    fn columns(&self, document: &mut Document) -> Vec<u32> {
        let used: BTreeSet<u32> = self.cells.keys().map(|(_, column)| *column).collect();
        if used.len() > COLUMNS {
            let place = Place { page: Some(self.number), ..Place::default() };
            let message = format!("{} columns have texts; those after the first {COLUMNS} are left out", used.len());
            document.note(NoteKind::Damaged, place, &message);
        }
        used.into_iter().take(COLUMNS).collect()
    }

    /// Rows that have a text, with their texts by column.
    fn rows(&self, columns: &[u32]) -> Vec<(u32, Vec<(u32, &str)>)> {
        let mut rows: Vec<(u32, Vec<(u32, &str)>)> = Vec::new();
        for ((row, column), text) in &self.cells {
            if columns.binary_search(column).is_err() {
                continue;
            }
            match rows.last_mut() {
                Some((last, cells)) if last == row => cells.push((*column, text)),
                _ => rows.push((*row, vec![(*column, text)])),
            }
        }
        rows
    }

    /// A grid of these rows. Only where cells are merged in its head do spans tell what a heading stands
    /// over; else blanks do.
    fn grid(&self, rows: &[u32], columns: &[u32]) -> Option<Block> {
        let head = rows.get(..8).unwrap_or(rows);
        let (first, last) = (head.first()?, head.last()?);
        let ruled = self.merged.iter().any(|m| m.bottom >= *first && m.top <= *last);
        let mut anchors: BTreeMap<(u32, u32), &Merged> = BTreeMap::new();
        let mut covered: BTreeSet<(u32, u32)> = BTreeSet::new();
        let end = rows.last().copied().unwrap_or(0);
        for area in self.merged.iter().filter(|m| ruled && m.bottom >= *first && m.top <= end) {
            anchors.insert((area.top, area.left), area);
            for row in within(rows, area.top, area.bottom) {
                for column in within(columns, area.left, area.right) {
                    if (*row, *column) != (area.top, area.left) {
                        covered.insert((*row, *column));
                    }
                }
            }
        }
        let count =
            |all: &[u32], from: u32, to: u32| u32::try_from(within(all, from, to).len().max(1)).unwrap_or(u32::MAX);
        let cell = |row: u32, column: u32| {
            let at = (row, column);
            let lines: Vec<String> = self.cells.get(&at).map(|t| lines_of(t).collect()).unwrap_or_default();
            let span = match anchors.get(&at) {
                _ if !ruled => None,
                Some(m) => Some(Span { rows: count(rows, m.top, m.bottom), columns: count(columns, m.left, m.right) }),
                None if covered.contains(&at) => Some(Span { rows: 0, columns: 0 }),
                None => Some(Span { rows: 1, columns: 1 }),
            };
            Cell {
                text: joined(lines.iter().map(String::as_str)).into(),
                span,
                area: None,
                column: column.checked_add(1),
            }
        };
        let row = |row: &u32| GridRow {
            place: self.place(*row),
            cells: columns.iter().map(|column| cell(*row, *column)).collect(),
        };
        Some(Block::Grid(Grid { rows: rows.iter().map(row).collect(), ..Grid::default() }))
    }
}

/// Whether a text that stands alone in its row is a paragraph.
pub(super) fn is_paragraph(text: &str) -> bool {
    text.contains(['。', '；']) || text.chars().filter(|c| !c.is_whitespace()).count() > PARAGRAPH
}

/// `rows 3, 4 and 2 more are hidden; they were read`.
fn listed(noun: &str, numbers: &[u32]) -> String {
    let shown: Vec<String> = numbers.iter().take(3).map(u32::to_string).collect();
    let more = numbers.len().saturating_sub(3);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    let (s, are) = if numbers.len() == 1 { ("", "is hidden; it was") } else { ("s", "are hidden; they were") };
    format!("{noun}{s} {}{rest} {are} read", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(rows: &[(u32, &[&str])], merged: &[[u32; 4]]) -> Document {
        let mut cells = BTreeMap::new();
        for (row, texts) in rows {
            for (column, text) in (0..).zip(*texts).filter(|(_, t)| !t.is_empty()) {
                cells.insert((*row, column), (*text).to_owned());
            }
        }
        let merged = merged.iter().map(|&[top, left, bottom, right]| Merged { top, left, bottom, right }).collect();
        let mut document = Document::default();
        Sheet { name: "收支总表".into(), number: 3, cells, merged, ..Sheet::default() }.read_into(&mut document);
        document
    }

    fn shape(document: &Document) -> Vec<String> {
        let row = |r: &GridRow| r.cells.iter().map(|c| c.text.clone()).collect::<Vec<_>>().join("|");
        let block = |b: &Block| match b {
            Block::Text(line) => line.text.clone(),
            Block::Grid(grid) => grid.rows.iter().map(row).collect::<Vec<_>>().join(" / "),
        };
        document.blocks.iter().map(block).collect()
    }

    #[test]
    fn titles_stand_before_the_grid_and_paragraphs_after_it() {
        let document = sheet(
            &[
                (1, &["2023年部门收支总表"]),
                (3, &["", "", "单位：元"]),
                (5, &["项目", "", "金额"]),
                (6, &["一、收入", "", "1"]),
                (8, &["合计"]),
                (9, &["注：本表没有数据。"]),
            ],
            &[[1, 0, 1, 2], [8, 0, 8, 1]],
        );
        assert_eq!(
            shape(&document),
            ["2023年部门收支总表", "单位：元", "项目|金额 / 一、收入|1 / 合计|", "注：本表没有数据。"]
        );
        let Block::Grid(grid) = &document.blocks[2] else { panic!() };
        assert_eq!(grid.rows[1].cell_place(1), Place { page: Some(3), line: Some(7), row: 0, column: 3 });
        assert_eq!(grid.rows[2].cells[0].span, Some(Span { rows: 1, columns: 1 }), "column B has no text");
    }

    #[test]
    fn merged_ranges_span_the_rows_and_columns_that_have_texts() {
        let document = sheet(
            &[(0, &["名称", "收入", "hidden rest"]), (2, &["", "合计", "其他"]), (3, &["甲", "1", "2"])],
            &[[0, 0, 2, 0], [0, 1, 0, 2]],
        );
        assert_eq!(shape(&document), ["收支总表", "名称|收入| / |合计|其他 / 甲|1|2"]);
        let Block::Grid(grid) = &document.blocks[1] else { panic!() };
        let spans: Vec<_> = grid.rows[0].cells.iter().map(|c| c.span.unwrap()).map(|s| (s.rows, s.columns)).collect();
        assert_eq!(spans, [(2, 1), (1, 2), (0, 0)]);
        assert_eq!(grid.rows[1].cells[0].span, Some(Span { rows: 0, columns: 0 }));
    }
}
