//! Text documents: lines with tabs are rows of a grid, lines whose words stand in columns may be; others are text.

use crate::record::{Place, strip_tags, trim};

use super::document::{Block, Cell, Document, Grid, GridRow, LINES, NoteKind, TextLine};
use super::laid::COLUMNS;
use super::pdf::{self, Aligned};

/// Splits a text into blocks. A blank line ends a grid: whether the next one continues it is for the
/// recognition to say, which knows titles and headers.
pub(super) fn parse(text: &str) -> Document {
    let mut lines = 0_u32;
    let mut page = Page::of(text);
    let mut found = 0;
    let mut pieces: Vec<(&str, Place)> = Vec::new();
    for line in text.lines() {
        lines = lines.saturating_add(1);
        // One more than a document may have, so that it is told.
        if found > LINES {
            continue;
        }
        found += usize::from(!trim(line).is_empty());
        for (i, piece) in line.split('\u{0C}').enumerate() {
            if i > 0 {
                page.turn();
            }
            pieces.push((piece, Place { page: page.0, line: Some(lines), row: 0, column: 0 }));
        }
    }
    let mut document = Document { format: "text", pages: page.0, lines: Some(lines), ..Document::default() };
    let mut next = 0;
    for Aligned { lines, grid } in pdf::aligned_tables(&pieces) {
        by_marks(pieces.get(next..lines.start).unwrap_or_default(), &mut document);
        if let Some(first) = grid.rows.first() {
            let message = "the columns of the table are aligned by spaces; they were told from where its words stand";
            document.note(NoteKind::Unruled, first.place, message);
        }
        document.blocks.push(Block::Grid(grid));
        next = lines.end;
    }
    by_marks(pieces.get(next..).unwrap_or_default(), &mut document);
    document
}

/// Appends lines: those with tabs are rows of grids.
fn by_marks(pieces: &[(&str, Place)], document: &mut Document) {
    let mut grid = Grid::default();
    let mut truncated = false;
    let mut page = None;
    for (piece, place) in pieces {
        if page != place.page {
            flush(&mut grid, &mut document.blocks);
            page = place.page;
        }
        let tabs = piece.bytes().filter(|byte| *byte == b'\t').count();
        if tabs > 0 && !trim(piece).is_empty() {
            truncated |= tabs >= COLUMNS;
            grid.rows.push(row(piece, *place));
        } else {
            flush(&mut grid, &mut document.blocks);
            let text = plain(piece);
            if !text.is_empty() {
                document.blocks.push(Block::Text(TextLine { text, place: *place }));
            }
        }
    }
    flush(&mut grid, &mut document.blocks);
    if truncated {
        let message = format!("lines have more than {COLUMNS} values; those after are left out");
        document.note(NoteKind::Damaged, Place::default(), &message);
    }
}

/// Page number of texts that have form feeds; other texts have no pages.
struct Page(Option<u32>);

impl Page {
    fn of(text: &str) -> Self {
        Self(text.contains('\u{0C}').then_some(1))
    }

    fn turn(&mut self) {
        self.0 = self.0.map(|n| n.saturating_add(1));
    }
}

fn flush(grid: &mut Grid, blocks: &mut Vec<Block>) {
    if !grid.rows.is_empty() {
        blocks.push(Block::Grid(std::mem::take(grid)));
    }
}

fn row(line: &str, place: Place) -> GridRow {
    let cells = line.split('\t').take(COLUMNS);
    let cells = cells.map(|text| Cell { text: strip_tags(trim(text)).into(), ..Cell::default() }).collect();
    GridRow { place, cells }
}

/// A line without the marks of Markdown (emphasis, heading signs); list dashes stay, contents need them.
pub(super) fn plain(line: &str) -> String {
    let line = trim(trim(line).trim_start_matches('#'));
    strip_tags(&line.replace("**", "")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_grids_keep_their_places() {
        let document = parse("**标题\n2023**\n\n项目\t金额\n一\t1\n\n二\t2\n尾");
        assert_eq!(document.lines, Some(8));
        let shape: Vec<String> = document
            .blocks
            .iter()
            .map(|b| match b {
                Block::Text(t) => format!("{}:{}", t.place.line.unwrap(), t.text),
                Block::Grid(g) => format!("{}x{}", g.rows[0].place.line.unwrap(), g.rows.len()),
            })
            .collect();
        assert_eq!(shape, ["1:标题", "2:2023", "4x2", "7x1", "8:尾"]);
    }

    #[test]
    fn form_feeds_turn_pages() {
        let document = parse("甲\n\u{0C}乙\t1\n");
        assert_eq!(document.pages, Some(2));
        assert!(matches!(&document.blocks[1], Block::Grid(g) if g.rows[0].place.page == Some(2)));
    }
}
