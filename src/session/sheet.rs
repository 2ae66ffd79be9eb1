//! Long tables in workbooks: which sheet is one, and its rows.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Builder, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::record_batch::RecordBatch;

use crate::error::Error;
use crate::record::{MappingError, SourceInfo};
use crate::source::{self, SheetHead, SheetHeads};
use crate::store::{LONG_ROW, Outcome, Store, StoreError};

/// Rows whose values tell what a column holds.
const SAMPLE: usize = 1000;
/// DuckDB takes a batch of Arrow as one vector.
const BATCH: usize = 2048;

/// A sheet that is a long table.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub(super) head: SheetHead,
    /// The names of all sheets of its workbook.
    pub(super) names: Vec<String>,
}

/// Chooses a sheet of a workbook: the first one whose columns `fit`, else the widest, of which is then told why it does
/// not fit. `None` for what is no such workbook.
pub(super) fn choose(path: &Path, fit: &dyn Fn(&[String]) -> bool) -> Option<Sheet> {
    let SheetHeads { names, heads } = source::sheet_heads(&source::load(path).ok()?).ok()?;
    let fitting = heads.iter().find(|head| fit(&head.columns));
    let widest = || heads.iter().rev().max_by_key(|head| head.columns.len());
    fitting.or_else(widest).cloned().map(|head| Sheet { head, names })
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

/// Makes a sheet a temporary table of texts, with the row of the sheet as one more column. Tells what was noticed, and
/// what other sheets there are.
///
/// # Errors
/// When it cannot be read or the table not be made.
pub(super) fn keep(
    store: &Store,
    name: &str,
    path: &Path,
    bytes: &[u8],
    source: &SourceInfo,
    sheet: &Sheet,
) -> Result<Vec<String>, Error> {
    let head = &sheet.head;
    let text = |name: &String| Field::new(name, DataType::Utf8, true);
    let fields = head.columns.iter().map(text).chain([Field::new(LONG_ROW, DataType::Int64, false)]);
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let mut columns: Vec<StringBuilder> = head.columns.iter().map(|_| StringBuilder::new()).collect();
    let mut lines = Int64Builder::new();
    let mut batches = Vec::new();
    let mut count = 0;
    let mut flush = |columns: &mut Vec<StringBuilder>, lines: &mut Int64Builder| {
        let texts = columns.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef);
        let arrays = texts.chain([Arc::new(lines.finish()) as ArrayRef]).collect();
        batches.extend(RecordBatch::try_new(schema.clone(), arrays));
    };
    let notes = source::sheet_rows(bytes, head, &mut |line, texts| {
        for (column, text) in columns.iter_mut().zip(texts) {
            column.append_option(Some(text).filter(|text| !text.is_empty()));
        }
        lines.append_value(i64::from(line));
        count += 1;
        if count % BATCH == 0 {
            flush(&mut columns, &mut lines);
        }
        ControlFlow::Continue(())
    });
    let notes = notes.map_err(|cause| Error::Source { path: path.to_owned(), cause })?;
    flush(&mut columns, &mut lines);
    let kept = store.keep(name, &Outcome { schema: schema.clone(), batches });
    kept.map_err(|cause: StoreError| Error::Import { path: path.to_owned(), cause })?;
    let mut told: Vec<String> =
        notes.iter().map(|note| format!("{}: {}", source.place(note.place), note.message)).collect();
    let others = (1..).zip(&sheet.names).filter(|(number, _)| *number != head.number);
    let others: Vec<&str> = others.map(|(_, name)| name.as_str()).collect();
    if !others.is_empty() {
        let (s, them) = if others.len() == 1 { ("", "it") } else { ("s", "each") };
        told.push(format!(
            "only the sheet {} was read as a table; save {them} as a file of its own to read the sheet{s} {}",
            head.name,
            others.join(", ")
        ));
    }
    Ok(told)
}
