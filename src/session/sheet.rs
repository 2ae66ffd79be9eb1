//! Long tables in workbooks: which sheets are one, and their rows.

use std::ops::ControlFlow;
use std::path::Path;

use crate::error::Error;
use crate::record::{MappingError, SourceInfo};
use crate::source::{self, Note, Records, SheetHead, SheetHeads, SourceError};

/// Rows whose values tell what a column holds.
const SAMPLE: usize = 1000;

/// A long table in a workbook.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    /// How its first sheet begins.
    pub(super) head: SheetHead,
    /// The other sheets that begin with the same columns, such as one a year.
    more: Vec<SheetHead>,
    /// The names of all sheets of its workbook.
    pub(super) names: Vec<String>,
}

impl Sheet {
    /// How all of its sheets begin, the first one first.
    fn heads(&self) -> impl Iterator<Item = &SheetHead> {
        std::iter::once(&self.head).chain(&self.more)
    }
}

/// Chooses sheets of a workbook: the first one whose columns `fit` and those with the same columns; else the widest, of
/// which is then told why it does not fit. `None` for what is no such workbook.
pub(super) fn choose(path: &Path, fit: &dyn Fn(&[String]) -> bool) -> Option<Sheet> {
    let SheetHeads { names, heads } = source::sheet_heads(&source::load(path).ok()?).ok()?;
    let fitting = heads.iter().find(|head| fit(&head.columns));
    let widest = || heads.iter().rev().max_by_key(|head| head.columns.len());
    let head = fitting.or_else(widest)?;
    let same = |other: &&SheetHead| {
        other.number != head.number && other.columns == head.columns && other.first_column == head.first_column
    };
    Some(Sheet { head: head.clone(), more: heads.iter().filter(same).cloned().collect(), names })
}

/// Why a workbook cannot be read as a table.
pub(super) fn unreadable(path: &Path) -> Error {
    let read = || source::sheet_heads(&source::load(path)?);
    let path = path.to_owned();
    if let Err(cause) = read() {
        return Error::Source { path, cause };
    }
    Error::Mapping { path, cause: MappingError::Form("the workbook has no text in any cell".to_owned()) }
}

/// What stands in a column of a sheet, in its first rows.
pub(super) fn sample(path: &Path, head: &SheetHead, column: &str) -> Vec<String> {
    let at = head.columns.iter().position(|name| name == column);
    let (Some(at), Ok(bytes)) = (at, source::load(path)) else { return Vec::new() };
    let mut values = Vec::new();
    let read = source::sheet_rows(&bytes, head, &mut |_, texts| {
        values.extend(texts.get(at).cloned());
        if values.len() < SAMPLE { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    read.map(|_| values).unwrap_or_default()
}

/// Hands on the rows of the sheets. Tells what was noticed, and what other sheets there are.
///
/// # Errors
/// When they cannot be read.
pub(super) fn read(
    bytes: &[u8],
    sheet: &Sheet,
    take: &mut dyn FnMut(Records) -> ControlFlow<()>,
) -> Result<Vec<String>, SourceError> {
    let mut notes = Vec::new();
    let mut records = Records::default();
    let mut number = 0;
    for head in sheet.heads() {
        notes.extend(source::sheet_rows(bytes, head, &mut |line, texts| {
            number += 1;
            // A row may end before the last column.
            let fields = (0..head.columns.len()).map(|at| texts.get(at).map_or("", String::as_str));
            records.push((Some(head.number), Some(line)), number, fields);
            if records.is_full() { take(std::mem::take(&mut records)) } else { ControlFlow::Continue(()) }
        })?);
    }
    if !records.is_empty() {
        let _ = take(records);
    }
    let place = |note: &Note| {
        let source = SourceInfo { format: "xlsx", sheets: sheet.names.clone(), ..SourceInfo::default() };
        source.place(note.place)
    };
    let mut told: Vec<String> = notes.iter().map(|note| format!("{}: {}", place(note), note.message)).collect();
    let read: Vec<u32> = sheet.heads().map(|head| head.number).collect();
    let others = (1..).zip(&sheet.names).filter(|(number, _)| !read.contains(number));
    let others: Vec<&str> = others.map(|(_, name)| name.as_str()).collect();
    if !others.is_empty() {
        let name = |head: &SheetHead| head.name.clone();
        let names: Vec<String> = sheet.heads().map(name).collect();
        let (sheets, was) = if names.len() == 1 { ("sheet", "was") } else { ("sheets", "were") };
        let (s, them) = if others.len() == 1 { ("", "it") } else { ("s", "each") };
        told.push(format!(
            "only the {sheets} {} {was} read as a table; save {them} as a file of its own to read the sheet{s} {}",
            names.join(", "),
            others.join(", ")
        ));
    }
    Ok(told)
}
