//! PDF documents: glyphs and rules of every page → lines, paragraphs and grids.
//!
//! `device` fills the plain [`geometry`]; `lattice` finds tables in it, `words` reads texts off it;
//! `continuation` lines up the columns of tables that go on over pages; `guard` keeps bombs out.

mod continuation;
mod device;
mod geometry;
mod guard;
mod lattice;
mod words;

use std::time::{Duration, Instant};

use hayro_interpret::InterpreterCache;
use hayro_interpret::hayro_syntax::{LoadPdfError, Pdf};

use super::document::{Document, NoteKind, TextLine};
use super::{CellArea, SourceError};
use crate::record::Place;

use continuation::PageBlock;
use geometry::{Area, PageGeometry};

/// Time that a document may take.
const TIME: Duration = Duration::from_mins(5);

/// Reads a PDF.
pub(super) fn parse(bytes: &[u8]) -> Result<Document, SourceError> {
    if guard::is_bomb(bytes) {
        return Err(SourceError::Bomb);
    }
    let load = || Pdf::new(bytes.to_vec());
    let pdf = match std::panic::catch_unwind(load) {
        Ok(Ok(pdf)) => pdf,
        Ok(Err(LoadPdfError::Decryption(_))) => return Err(SourceError::Encrypted),
        Ok(Err(LoadPdfError::Invalid)) | Err(_) => return Err(SourceError::DamagedPdf),
    };
    let mut document = Document { format: "pdf", ..Document::default() };
    if guard::lacks_end(bytes) {
        document.note(
            NoteKind::Damaged,
            Place::default(),
            "the end of the file is missing; it was probably not downloaded completely",
        );
    }
    let deadline = Instant::now() + TIME;
    let cache = InterpreterCache::new();
    let pages = pdf.pages();
    document.pages = u32::try_from(pages.len()).ok();
    let (mut glyphs, mut images) = (0, 0);
    let mut blocks: Vec<PageBlock> = Vec::new();
    for (number, page) in (1_u32..).zip(pages.iter()) {
        let place = Place { page: Some(number), ..Place::default() };
        if Instant::now() > deadline {
            document.note(NoteKind::Damaged, place, "reading took too long; this page and those after it are left out");
            break;
        }
        let geometry = match device::read_page(&pdf, page, &cache) {
            Ok(geometry) => geometry,
            Err(cause) => {
                document.note(NoteKind::Damaged, place, &format!("the page could not be read: {cause}"));
                continue;
            }
        };
        glyphs += geometry.glyphs.len();
        images += geometry.images;
        note_text(&geometry, place, &mut document);
        read_page(&geometry, number, &mut blocks, &mut document);
    }
    if glyphs == 0 {
        return Err(if images > 0 { SourceError::Scanned } else { SourceError::NoText });
    }
    document.blocks = continuation::blocks(blocks);
    Ok(document)
}

/// Notes pages whose text cannot be trusted or is not there.
fn note_text(geometry: &PageGeometry, place: Place, document: &mut Document) {
    if geometry.glyphs.is_empty() && geometry.images > 0 {
        document.note(
            NoteKind::Scanned,
            place,
            "the page is a picture without text; run OCR over it (for example ocrmypdf) and ingest the result",
        );
    }
    if geometry.unmapped > 0 {
        let message = format!(
            "{} of {} characters have no Unicode in the file's fonts and are shown as \u{FFFD}",
            geometry.unmapped,
            geometry.glyphs.len()
        );
        document.note(NoteKind::Encoding, place, &message);
    }
}

/// Appends the lines and tables of a page in reading order.
fn read_page(page: &PageGeometry, number: u32, blocks: &mut Vec<PageBlock>, document: &mut Document) {
    let tables = lattice::find(page);
    let lines = words::lines_outside(page, &tables);
    let margins = words::Margins::of(&lines, page.width);
    let mut rest = lines.as_slice();
    let text = |lines: &[words::Line], blocks: &mut Vec<PageBlock>| {
        for paragraph in words::paragraphs(lines, margins) {
            let place = Place { page: Some(number), ..Place::default() };
            let margin = page.height * 0.09;
            let edge = paragraph.area.bottom < margin || paragraph.area.top > page.height - margin;
            blocks.push(PageBlock::Text { line: TextLine { text: paragraph.text, place }, edge });
        }
    };
    for table in &tables {
        let above = rest.partition_point(|l| l.area.centre().1 < table.area.top);
        let (before, after) = rest.split_at(above);
        text(before, blocks);
        rest = after;
        let (cells, cut) = words::distribute(table, &page.glyphs);
        for (_, number_text) in cut {
            let place = Place { page: Some(number), ..Place::default() };
            let message = format!("a ruling line cuts the number {number_text}; it was kept whole");
            document.note(NoteKind::NumberCut, place, &message);
        }
        let texts = cells.into_iter().map(words::cell_text).collect();
        blocks.push(PageBlock::Table { page: number, table: table.clone(), texts });
    }
    text(rest, blocks);
}

/// A cell's area in tenths of a point.
fn cell_area(area: Area) -> CellArea {
    #[allow(clippy::cast_possible_truncation)] // clamped
    let tenth = |x: f64| (x * 10.0).round().clamp(-1e6, 1e6) as i32;
    CellArea { left: tenth(area.left), top: tenth(area.top), right: tenth(area.right), bottom: tenth(area.bottom) }
}
