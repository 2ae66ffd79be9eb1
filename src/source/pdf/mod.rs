//! PDF documents: glyphs and rules of every page → lines, paragraphs and grids.
//!
//! `device` fills the plain [`geometry`]; `lattice` finds tables in it, `unruled` those without rules, `words` reads texts off it;
//! `aligned` lends the same to texts whose columns are aligned by spaces, which are pages of equal characters; `continuation`
//! lines up the columns of tables that go on over pages; `guard` keeps bombs out.

mod aligned;
mod continuation;
mod device;
mod geometry;
mod guard;
mod lattice;
mod unruled;
mod words;

use std::time::{Duration, Instant};

use hayro_interpret::InterpreterCache;
use hayro_interpret::hayro_syntax::{LoadPdfError, Pdf};

use super::document::{Document, NoteKind, TextLine};
use super::{CellArea, SourceError};
use crate::record::Place;

pub(super) use aligned::{Aligned, find as aligned_tables};
use continuation::PageBlock;
use geometry::{Area, PageGeometry};
use lattice::Lattice;

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
    let mut before: Option<Lattice> = None;
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
        let (tables, last) = tables(&geometry, before.as_ref());
        before = last;
        read_page(&geometry, number, tables, &mut blocks, &mut document);
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

/// A table of a page, and what stands in it.
#[derive(Debug)]
struct Found {
    table: Lattice,
    /// Texts of its cells.
    texts: Vec<String>,
    /// Numbers that a rule cuts.
    cut: Vec<String>,
    is_ruled: bool,
}

impl Found {
    fn of(table: Lattice, is_ruled: bool, page: &PageGeometry) -> Self {
        let (cells, cut) = words::distribute(&table, &page.glyphs);
        let areas = table.cells.iter().map(|cell| &cell.area);
        let texts = cells.into_iter().zip(areas).map(|(cell, area)| words::cell_text(cell, area)).collect();
        Self { table, texts, cut: cut.into_iter().map(|(_, number)| number).collect(), is_ruled }
    }

    /// Whether rules part its columns only: numbers of several rows stand in one cell.
    fn lacks_rows(&self) -> bool {
        self.texts.iter().filter(|text| text.matches('\n').count() >= 2).count() >= 2
    }
}

/// All tables of a page from the top. `before` is the table without rules that ends the page before.
fn tables(page: &PageGeometry, before: Option<&Lattice>) -> (Vec<Found>, Option<Lattice>) {
    let mut tables: Vec<Found> = lattice::find(page).into_iter().map(|table| Found::of(table, true, page)).collect();
    tables.retain(|found| !found.lacks_rows());
    let areas: Vec<Area> = tables.iter().map(|found| found.table.area).collect();
    let unruled = unruled::find(page, &areas, before);
    let last = unruled.last().filter(|last| areas.iter().all(|area| area.bottom < last.area.top)).cloned();
    tables.extend(unruled.into_iter().map(|table| Found::of(table, false, page)));
    tables.sort_by(|a, b| a.table.area.top.total_cmp(&b.table.area.top));
    (tables, last)
}

/// Appends the lines and tables of a page in reading order.
fn read_page(
    page: &PageGeometry,
    number: u32,
    tables: Vec<Found>,
    blocks: &mut Vec<PageBlock>,
    document: &mut Document,
) {
    let areas: Vec<Area> = tables.iter().map(|found| found.table.area).collect();
    let lines = words::lines_outside(page, &areas);
    let margins = words::Margins::of(&lines, page.width);
    let mut rest = lines.as_slice();
    let place = Place { page: Some(number), ..Place::default() };
    let text = |lines: &[words::Line], blocks: &mut Vec<PageBlock>| {
        for paragraph in words::paragraphs(lines, margins) {
            let margin = page.height * 0.09;
            let edge = paragraph.area.bottom < margin || paragraph.area.top > page.height - margin;
            blocks.push(PageBlock::Text { line: TextLine { text: paragraph.text, place }, edge });
        }
    };
    for mut found in tables {
        let cut = std::mem::take(&mut found.cut);
        let above = rest.partition_point(|l| l.area.centre().1 < found.table.area.top);
        let (before, after) = rest.split_at(above);
        text(before, blocks);
        rest = after;
        if !found.is_ruled {
            let message = "the table has no ruling lines; its columns were told from where its words stand";
            document.note(NoteKind::Unruled, place, message);
        }
        for number_text in cut {
            let message = format!("a ruling line cuts the number {number_text}; it was kept whole");
            document.note(NoteKind::NumberCut, place, &message);
        }
        blocks.push(PageBlock::Table { page: number, found });
    }
    text(rest, blocks);
}

/// A cell's area in tenths of a point.
fn cell_area(area: Area) -> CellArea {
    #[allow(clippy::cast_possible_truncation)] // clamped
    let tenth = |x: f64| (x * 10.0).round().clamp(-1e6, 1e6) as i32;
    CellArea { left: tenth(area.left), top: tenth(area.top), right: tenth(area.right), bottom: tenth(area.bottom) }
}
