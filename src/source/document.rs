//! What every format is turned into.

use compact_str::CompactString;

use crate::record::Place;

/// A document as blocks in reading order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Path as given.
    pub path: String,
    /// SHA-256 of the bytes, hexadecimal.
    pub sha256: String,
    /// Name of the format.
    pub format: &'static str,
    /// Number of pages, where the format has pages.
    pub pages: Option<u32>,
    /// Number of lines, where the format has lines.
    pub lines: Option<u32>,
    /// Names of the sheets of a workbook, whose pages they are.
    pub sheets: Vec<String>,
    /// Pages (sheets) that are not shown.
    pub hidden: Vec<u32>,
    /// What was noticed while reading.
    pub notes: Vec<Note>,
    /// The content.
    pub blocks: Vec<Block>,
}

/// Lines and rows that a document may have; disclosures have some thousands.
pub(super) const LINES: usize = 300_000;

impl Document {
    /// Leaves out what comes after the first [`LINES`] lines and rows: each costs the recognition room and time.
    pub(super) fn bound(&mut self) {
        let mut left = LINES;
        let mut full = None;
        for (i, block) in self.blocks.iter_mut().enumerate() {
            let (rows, place) = match block {
                Block::Text(line) => (1, line.place),
                Block::Grid(grid) => {
                    let rows = grid.rows.len();
                    let place = grid.rows.get(left).or(grid.rows.last()).map(|row| row.place).unwrap_or_default();
                    grid.rows.truncate(left);
                    (rows, place)
                }
            };
            if rows > left {
                full = Some((i + usize::from(left > 0), place));
                break;
            }
            left -= rows;
        }
        if let Some((blocks, place)) = full {
            self.blocks.truncate(blocks);
            let message = format!("the document has more than {LINES} lines and rows; the rest is left out; split it");
            self.note(NoteKind::Damaged, place, &message);
        }
    }

    /// Adds a note.
    pub(super) fn note(&mut self, kind: NoteKind, place: Place, message: &str) {
        self.notes.push(Note { kind, place, message: message.to_owned() });
    }
}

/// Something that makes the content doubtful.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What kind of trouble.
    pub kind: NoteKind,
    /// Where.
    pub place: Place,
    /// What was noticed, what was done, what helps.
    pub message: String,
}

/// Kinds of notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteKind {
    /// Bytes or glyphs that are no characters.
    Encoding,
    /// A part of the file could not be read.
    Damaged,
    /// A page is a picture.
    Scanned,
    /// A ruling line went through a number.
    NumberCut,
    /// A table has no ruling lines.
    Unruled,
    /// A sheet, row or column is not shown; it was read.
    Hidden,
    /// A stored number has more places than are shown.
    NumberRounded,
    /// A formula without its result, or with a result from elsewhere.
    NotCalculated,
    /// Something that belongs to the document and was not read.
    NotRead,
}

/// A run of text or a grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A line or paragraph outside any grid.
    Text(TextLine),
    /// A table, or a part of one up to a page break.
    Grid(Grid),
}

/// A line of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextLine {
    /// The text, trimmed, without markup.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// Rows of cells without anything between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grid {
    /// The rows.
    pub rows: Vec<GridRow>,
    /// Whether its columns were told from where words stand, since nothing is drawn between them.
    pub unruled: bool,
}

/// A row of cells; cells may be fewer than the grid has columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GridRow {
    /// Where the row stands (column 0).
    pub place: Place,
    /// The cells from the left.
    pub cells: Vec<Cell>,
}

impl GridRow {
    /// The text at `column` (from 0), empty when the row is shorter.
    #[must_use]
    pub fn text(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |c| c.text.as_str())
    }

    /// The place of the cell at `column` (from 0).
    #[must_use]
    pub fn cell_place(&self, column: usize) -> Place {
        let counted = || u32::try_from(column).unwrap_or(u32::MAX - 1) + 1;
        let own = self.cells.get(column).and_then(|c| c.column);
        Place { column: own.unwrap_or_else(counted), ..self.place }
    }

    /// The column (from 0) whose cell covers `column` in this row: itself, or one to the left that spans
    /// it.
    #[must_use]
    pub fn covering(&self, column: usize) -> usize {
        let reaches = |c: &usize| {
            let span = self.cells.get(*c).and_then(|cell| cell.span);
            span.is_some_and(|s| s.columns > 0 && *c + s.columns as usize > column)
        };
        match self.cells.get(column).and_then(|cell| cell.span) {
            Some(span) if span.columns == 0 => (0..column).rev().find(reaches).unwrap_or(column),
            _ => column,
        }
    }

    /// Number of cells up to the last one with text.
    #[must_use]
    pub fn width(&self) -> usize {
        self.cells.iter().rposition(|c| !c.text.is_empty()).map_or(0, |i| i + 1)
    }
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Its text, trimmed, without markup. A line break separates numbers that stand above each other. Nearly all are short
    /// enough to need no allocation.
    pub text: CompactString,
    /// How many rows and columns it spans; `None` where the format does not tell.
    pub span: Option<Span>,
    /// Where it stands on its page, where the format tells.
    pub area: Option<CellArea>,
    /// Its column in the file, from 1, where that is not its position in the row.
    pub column: Option<u32>,
}

/// Rows and columns that a cell spans; 0 × 0 for a position that another cell covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Rows.
    pub rows: u32,
    /// Columns.
    pub columns: u32,
}

/// A cell's area on its page in tenths of a point, from the upper left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellArea {
    /// Left edge.
    pub left: i32,
    /// Upper edge.
    pub top: i32,
    /// Right edge.
    pub right: i32,
    /// Lower edge.
    pub bottom: i32,
}
