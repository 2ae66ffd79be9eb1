//! What every format is turned into.

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
    /// Number of characters that could not be decoded.
    pub replaced: usize,
    /// The content.
    pub blocks: Vec<Block>,
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
        Place { column: u32::try_from(column).unwrap_or(u32::MAX - 1) + 1, ..self.place }
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
    /// Its text, trimmed, without markup.
    pub text: String,
}
