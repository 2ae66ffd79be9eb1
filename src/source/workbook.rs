//! Workbooks (xlsx, xls) through calamine: every sheet, merged ranges, what is hidden, numbers as they are
//! shown, formulas by the results that were stored with them.

mod biff;
mod hidden;
mod table;

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{
    Data, DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsx, XlsxError, XlsxFormulaMetadata,
};

use super::SourceError;
use super::document::{Document, NoteKind};
use super::package::Package;
use super::sheet::{Merged, Room, Sheet};
use super::shown::{NumberFormat, Rounded};
use crate::record::Place;

use biff::Biff;

pub use table::{SheetHead, SheetHeads};
pub(super) use table::{heads, rows};

const XLSX: &str = "workbook";

/// Reads an xlsx workbook.
pub(super) fn parse_xlsx(bytes: &[u8], package: Package<'_>) -> Result<Document, SourceError> {
    let mut package = package.named(XLSX);
    package.check_size()?;
    check_counts(&mut package)?;
    let hidden = hidden::read(&mut package)?;
    let mut document = Document { format: "xlsx", ..Document::default() };
    let mut book: Xlsx<_> = guarded(|| Xlsx::new(Cursor::new(bytes)).map_err(xlsx_error))?;
    let sheets = book.sheets_metadata().to_vec();
    document.sheets = sheets.iter().map(|s| s.name.clone()).collect();
    document.pages = u32::try_from(sheets.len()).ok();
    let mut room = Room::new();
    for (number, meta) in (1..).zip(sheets.iter().take(MAX_SHEETS)) {
        if meta.typ != SheetType::WorkSheet {
            continue;
        }
        let mut sheet = Sheet {
            name: meta.name.clone(),
            number,
            hidden: meta.visible != SheetVisible::Visible,
            ..Sheet::default()
        };
        let mut notes = Notes::default();
        let read = guarded(|| xlsx_sheet(&mut book, &mut sheet, &mut notes, &mut room).map_err(xlsx_error));
        if let Err(cause) = read {
            let place = Place { page: Some(number), ..Place::default() };
            document.note(
                NoteKind::Damaged,
                place,
                &format!("the sheet {} could not be read whole: {cause}", meta.name),
            );
        }
        if let Some(hidden) = hidden.get(&meta.name) {
            sheet.hidden_rows.clone_from(&hidden.rows);
            sheet.hidden_columns.clone_from(&hidden.columns);
        }
        notes.write(number, &mut document);
        room.note(Some(number), &mut document);
        sheet.read_into(&mut document);
    }
    finished(document)
}

/// The library makes room for as many strings as the file states: no more than it has bytes.
fn check_counts(package: &mut Package<'_>) -> Result<(), SourceError> {
    for name in package.names_ending("sharedstrings.xml") {
        let bytes = package.part(&name)?.unwrap_or_default();
        let head = String::from_utf8_lossy(bytes.get(..4096).unwrap_or(&bytes)).into_owned();
        let stated = head.split("uniqueCount=").skip(1).filter_map(|rest| {
            let rest = rest.trim_start_matches(['"', '\'', ' ']);
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            rest.get(..end).map(|digits| digits.parse::<usize>().unwrap_or(usize::MAX))
        });
        if stated.max().unwrap_or(0) > bytes.len() {
            return Err(SourceError::Damaged { format: XLSX, cause: "it states more strings than it has".to_owned() });
        }
    }
    Ok(())
}

/// Sheets beyond these are left out.
const MAX_SHEETS: usize = 1000;

fn xlsx_sheet(
    book: &mut Xlsx<Cursor<&[u8]>>,
    sheet: &mut Sheet,
    notes: &mut Notes,
    room: &mut Room,
) -> Result<(), XlsxError> {
    sheet.merged = book.merge_cells_by_sheet_name(&sheet.name)?.iter().map(merged).collect();
    let mut formats: BTreeMap<usize, NumberFormat> = BTreeMap::new();
    let mut reader = book.worksheet_cells_reader(&sheet.name)?;
    while let Some((cell, style)) = reader.next_cell_with_style_id()? {
        let value = cell.get_value();
        if matches!(value, DataRef::Empty) {
            continue;
        }
        let format = *formats.entry(style).or_insert_with(|| {
            let code = reader.styles().get(style).and_then(|s| s.number_format.as_ref());
            code.map(|f| NumberFormat::parse(&f.format_code)).unwrap_or_default()
        });
        let text = notes.text(&value.clone().into(), format, cell.get_position());
        if !insert(sheet, cell.get_position(), text, room) {
            return Ok(());
        }
    }
    drop(reader);
    let mut reader = book.worksheet_cells_reader(&sheet.name)?;
    while let Some(cell) = reader.next_cell_with_formula_metadata()? {
        let formula = match &cell.formula {
            None => continue,
            Some(XlsxFormulaMetadata::Normal { formula } | XlsxFormulaMetadata::Shared { formula, .. }) => {
                formula.as_str()
            }
            Some(_) => "",
        };
        if matches!(cell.value, DataRef::Empty) {
            notes.add(Noticed::Uncached, cell.pos, formula);
        } else if formula.contains('[') && formula.contains(']') && formula.contains('!') {
            notes.add(Noticed::External, cell.pos, formula);
        }
    }
    Ok(())
}

/// Reads an xls workbook (BIFF), et files saved as such too.
pub(super) fn parse_xls(bytes: &[u8]) -> Result<Document, SourceError> {
    let biff = Biff::read(bytes).map_err(|cause| SourceError::Damaged { format: XLSX, cause })?;
    let mut document = Document { format: "xls", ..Document::default() };
    let mut book: Xls<_> = guarded(|| Xls::new(Cursor::new(bytes)).map_err(xls_error))?;
    let sheets = book.sheets_metadata().to_vec();
    document.sheets = sheets.iter().map(|s| s.name.clone()).collect();
    document.pages = u32::try_from(sheets.len()).ok();
    let mut room = Room::new();
    for (index, meta) in sheets.iter().enumerate().take(MAX_SHEETS) {
        if meta.typ != SheetType::WorkSheet {
            continue;
        }
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let mut sheet = Sheet {
            name: meta.name.clone(),
            number,
            hidden: meta.visible != SheetVisible::Visible,
            ..Sheet::default()
        };
        if let Some(beside) = biff.sheets.get(index) {
            sheet.hidden_rows.clone_from(&beside.hidden_rows);
            sheet.hidden_columns.clone_from(&beside.hidden_columns);
        }
        let mut notes = Notes::default();
        let range = guarded(|| book.worksheet_range(&meta.name).map_err(xls_error))?;
        sheet.merged = book.merge_cells_by_sheet_name(&meta.name).unwrap_or_default().iter().map(merged).collect();
        let (top, start) = range.start().unwrap_or_default();
        for (row, column, value) in range.used_cells() {
            let at = (top + u32::try_from(row).unwrap_or(0), start + u32::try_from(column).unwrap_or(0));
            let text = notes.text(value, biff.format(index, at), at);
            if !insert(&mut sheet, at, text, &mut room) {
                break;
            }
        }
        notes.write(number, &mut document);
        room.note(Some(number), &mut document);
        sheet.read_into(&mut document);
    }
    finished(document)
}

/// Adds a text; `false` when the workbook is full.
fn insert(sheet: &mut Sheet, at: (u32, u32), text: String, room: &mut Room) -> bool {
    if text.trim().is_empty() {
        return true;
    }
    let fits = room.take(&text);
    if fits {
        sheet.cells.insert(at, text);
    }
    fits
}

fn finished(document: Document) -> Result<Document, SourceError> {
    if document.blocks.is_empty() && document.notes.is_empty() {
        return Err(SourceError::NoCells);
    }
    Ok(document)
}

fn merged(area: &calamine::Dimensions) -> Merged {
    Merged { top: area.start.0, left: area.start.1, bottom: area.end.0, right: area.end.1 }
}

/// Runs the library, which may panic on damaged files.
fn guarded<T>(work: impl FnOnce() -> Result<T, SourceError>) -> Result<T, SourceError> {
    let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    run.unwrap_or_else(|_| {
        Err(SourceError::Damaged { format: XLSX, cause: "its records contradict each other".to_owned() })
    })
}

fn xlsx_error(cause: XlsxError) -> SourceError {
    match cause {
        XlsxError::Password => SourceError::Protected(XLSX),
        cause => SourceError::Damaged { format: XLSX, cause: cause.to_string() },
    }
}

fn xls_error(cause: XlsError) -> SourceError {
    match cause {
        XlsError::Password => SourceError::Protected(XLSX),
        cause => SourceError::Damaged { format: XLSX, cause: cause.to_string() },
    }
}

/// What is noticed of cells; said once per sheet, with the first place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Noticed {
    Number(Rounded),
    Uncached,
    External,
}

impl Noticed {
    fn kind(self) -> NoteKind {
        match self {
            Self::Number(Rounded::TooLong) => NoteKind::Damaged,
            Self::Number(_) => NoteKind::NumberRounded,
            Self::Uncached | Self::External => NoteKind::NotCalculated,
        }
    }

    fn message(self, count: usize, example: &str) -> String {
        let cells = if count == 1 { "a cell".to_owned() } else { format!("{count} cells") };
        match self {
            Self::Number(Rounded::Noise) => format!("noise of binary fractions was removed from {cells}: {example}"),
            Self::Number(Rounded::Stored) => {
                format!("{cells} hold more places than they show; what they hold was taken: {example}")
            }
            Self::Number(Rounded::Shown) => {
                format!("{cells} hold more places than money has; what they show was taken: {example}")
            }
            Self::Number(Rounded::TooLong) => {
                format!(
                    "{cells} with a number of more than 15 digits, whose end is lost; enter codes as text: {example}"
                )
            }
            Self::Uncached => format!(
                "{cells} with a formula and no result; open the workbook, calculate and save it, and ingest it again: {example}"
            ),
            Self::External => {
                format!("{cells} with a result from another workbook, as it was when this one was saved: {example}")
            }
        }
    }
}

#[derive(Debug, Default)]
struct Notes(BTreeMap<Noticed, (usize, (u32, u32), String)>);

impl Notes {
    fn add(&mut self, what: Noticed, at: (u32, u32), example: &str) {
        self.0.entry(what).or_insert_with(|| (0, at, example.chars().take(60).collect())).0 += 1;
    }

    /// A value as text.
    fn text(&mut self, value: &Data, format: NumberFormat, at: (u32, u32)) -> String {
        let number = match value {
            Data::Float(value) => *value,
            #[allow(clippy::cast_precision_loss)] // larger ones lost their digits already
            Data::Int(value) => *value as f64,
            Data::Bool(value) => return if *value { "TRUE" } else { "FALSE" }.to_owned(),
            Data::DateTime(value) => return date(*value),
            Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => return text.clone(),
            Data::Error(error) => return error.to_string(),
            Data::Empty => return String::new(),
        };
        let shown = format.show(number);
        if let Some(rounded) = shown.rounded {
            self.add(Noticed::Number(rounded), at, &format!("{number} → {}", shown.text));
        }
        shown.text
    }

    fn write(self, sheet: u32, document: &mut Document) {
        for (what, (count, (row, column), example)) in self.0 {
            let place = Place { page: Some(sheet), line: row.checked_add(1), row: 0, column: column.saturating_add(1) };
            document.note(what.kind(), place, &what.message(count, &example));
        }
    }
}

/// A date as it is told apart everywhere: 2023-01-05.
fn date(value: ExcelDateTime) -> String {
    if !value.is_datetime() {
        return value.to_string();
    }
    let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
    match (hour, minute, second) {
        (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
        _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
    }
}
