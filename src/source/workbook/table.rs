//! A sheet as a long table: its first row with texts names the columns, every row below is one of the table. Rows
//! are handed on as they are read, so that a million of them need no room.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::ops::ControlFlow;

use calamine::{Data, DataRef, Reader as _, SheetType, Xlsx, XlsxError};

use super::super::document::{Document, Note};
use super::super::laid::COLUMNS;
use super::super::package::Package;
use super::super::records::distinct;
use super::super::sheet::Room;
use super::super::shown::NumberFormat;
use super::{MAX_SHEETS, Notes, SourceError, XLSX, check_counts, guarded, xlsx_error};

/// How the sheets of a workbook begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetHeads {
    /// The names of all sheets.
    pub names: Vec<String>,
    /// Those that have a text.
    pub heads: Vec<SheetHead>,
}

/// How a sheet begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetHead {
    /// Its number from 1.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// The names of its columns, no two alike: the texts of its first row that has one.
    pub columns: Vec<String>,
    /// The column of the sheet, from 0, in which the first of them stands.
    pub first_column: u32,
    /// Their row, from 0.
    row: u32,
}

fn open(bytes: &[u8]) -> Result<Xlsx<Cursor<&[u8]>>, SourceError> {
    let mut package = Package::open(bytes, XLSX)?;
    package.check_size()?;
    check_counts(&mut package)?;
    guarded(|| Xlsx::new(Cursor::new(bytes)).map_err(xlsx_error))
}

/// The sheets of an xlsx workbook, in order; what comes after their first rows is not looked at.
pub(in super::super) fn heads(bytes: &[u8]) -> Result<SheetHeads, SourceError> {
    let mut book = open(bytes)?;
    let sheets = book.sheets_metadata().to_vec();
    let mut heads = Vec::new();
    for (number, meta) in (1..).zip(sheets.iter().take(MAX_SHEETS)) {
        if meta.typ == SheetType::WorkSheet
            && let Some((at, texts)) = guarded(|| first_row(&mut book, &meta.name).map_err(xlsx_error))?
        {
            heads.push(SheetHead {
                number,
                name: meta.name.clone(),
                columns: distinct(texts),
                first_column: at.1,
                row: at.0,
            });
        }
    }
    Ok(SheetHeads { names: sheets.into_iter().map(|sheet| sheet.name).collect(), heads })
}

type FirstRow = Option<((u32, u32), Vec<String>)>;

fn first_row(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Result<FirstRow, XlsxError> {
    let mut reader = book.worksheet_cells_reader(sheet)?;
    let mut texts: Vec<String> = Vec::new();
    let mut at: Option<(u32, u32)> = None;
    while let Some(cell) = reader.next_cell()? {
        let text = Data::from(cell.get_value().clone()).to_string();
        if text.trim().is_empty() {
            continue;
        }
        let position = cell.get_position();
        let first = *at.get_or_insert(position);
        let column = position.1.saturating_sub(first.1) as usize;
        if position.0 != first.0 || column >= COLUMNS {
            break;
        }
        // Blank cells between them have a column, too.
        texts.resize(column.max(texts.len()), String::new());
        texts.push(text);
    }
    Ok(at.map(|at| (at, texts)))
}

/// Hands on every row below the head that has a text, with its number from 1 and its texts by column. Numbers are exact
/// decimals, as in documents; what was taken where stored and shown ones differ is told by the notes.
pub(in super::super) fn rows(
    bytes: &[u8],
    head: &SheetHead,
    take: &mut dyn FnMut(u32, &[String]) -> ControlFlow<()>,
) -> Result<Vec<Note>, SourceError> {
    let mut book = open(bytes)?;
    let mut notes = Notes::default();
    let mut room = Room::for_table();
    guarded(|| read(&mut book, head, &mut notes, &mut room, take).map_err(xlsx_error))?;
    if room.is_full() {
        return Err(SourceError::Expands);
    }
    let mut document = Document::default();
    notes.write(head.number, &mut document);
    Ok(document.notes)
}

fn read(
    book: &mut Xlsx<Cursor<&[u8]>>,
    head: &SheetHead,
    notes: &mut Notes,
    room: &mut Room,
    take: &mut dyn FnMut(u32, &[String]) -> ControlFlow<()>,
) -> Result<(), XlsxError> {
    let mut formats: BTreeMap<usize, NumberFormat> = BTreeMap::new();
    let mut texts = vec![String::new(); head.columns.len()];
    let mut current: Option<u32> = None;
    let mut reader = book.worksheet_cells_reader(&head.name)?;
    while let Some((cell, style)) = reader.next_cell_with_style_id()? {
        let at @ (row, column) = cell.get_position();
        let value = cell.get_value();
        let column = column.checked_sub(head.first_column).map_or(usize::MAX, |column| column as usize);
        if row <= head.row || column >= texts.len() || matches!(value, DataRef::Empty) {
            continue;
        }
        let format = *formats.entry(style).or_insert_with(|| {
            let code = reader.styles().get(style).and_then(|s| s.number_format.as_ref());
            code.map(|f| NumberFormat::parse(&f.format_code)).unwrap_or_default().with_zeros()
        });
        let text = notes.text(&value.clone().into(), format, at);
        if text.trim().is_empty() {
            continue;
        }
        if !room.take(&text) {
            return Ok(());
        }
        if let Some(done) = current.filter(|current| *current != row) {
            if take(done.saturating_add(1), &texts).is_break() {
                return Ok(());
            }
            texts.iter_mut().for_each(String::clear);
        }
        current = Some(row);
        if let Some(place) = texts.get_mut(column) {
            *place = text;
        }
    }
    if let Some(done) = current {
        let _ = take(done.saturating_add(1), &texts);
    }
    Ok(())
}
