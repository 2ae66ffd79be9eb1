//! Long tables in workbooks: which sheets are one, and their rows.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayBuilder as _, ArrayRef, Int64Builder, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;

use crate::error::Error;
use crate::record::{MappingError, SourceInfo};
use crate::source::{self, SheetHead, SheetHeads};
use crate::store::{LONG_ROW, LONG_SHEET, Outcome, Store, StoreError};

/// Rows whose values tell what a column holds.
const SAMPLE: usize = 1000;
/// DuckDB takes a batch of Arrow as one vector.
const BATCH: usize = 2048;

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

/// Makes the sheets a temporary table of texts, with the number of the sheet and the row in it as two more columns. Tells
/// what was noticed, and what other sheets there are.
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
    let mut rows = Rows::new(&head.columns);
    let mut notes = Vec::new();
    for head in sheet.heads() {
        let noticed = source::sheet_rows(bytes, head, &mut |line, texts| {
            rows.push(head.number, line, texts);
            ControlFlow::Continue(())
        });
        notes.extend(noticed.map_err(|cause| Error::Source { path: path.to_owned(), cause })?);
    }
    rows.flush();
    let Rows { schema, batches, .. } = rows;
    let kept = store.keep(name, &Outcome { schema, batches });
    kept.map_err(|cause: StoreError| Error::Import { path: path.to_owned(), cause })?;
    let mut told: Vec<String> =
        notes.iter().map(|note| format!("{}: {}", source.place(note.place), note.message)).collect();
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

/// Rows of sheets that become batches.
struct Rows {
    columns: Vec<StringBuilder>,
    lines: Int64Builder,
    numbers: Int64Builder,
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

impl Rows {
    fn new(columns: &[String]) -> Self {
        let text = |name: &String| Field::new(name, DataType::Utf8, true);
        let places = [LONG_ROW, LONG_SHEET].map(|name| Field::new(name, DataType::Int64, false));
        Self {
            columns: columns.iter().map(|_| StringBuilder::new()).collect(),
            lines: Int64Builder::new(),
            numbers: Int64Builder::new(),
            schema: Arc::new(Schema::new(columns.iter().map(text).chain(places).collect::<Vec<_>>())),
            batches: Vec::new(),
        }
    }

    fn push(&mut self, sheet: u32, line: u32, texts: &[String]) {
        // A row may end before the last column.
        for (i, column) in self.columns.iter_mut().enumerate() {
            column.append_option(texts.get(i).filter(|text| !text.is_empty()));
        }
        self.lines.append_value(i64::from(line));
        self.numbers.append_value(i64::from(sheet));
        if self.lines.len() == BATCH {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let texts = self.columns.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef);
        let places = [&mut self.lines, &mut self.numbers].map(|column| Arc::new(column.finish()) as ArrayRef);
        // As many values in every column: it cannot fail.
        self.batches.extend(RecordBatch::try_new(self.schema.clone(), texts.chain(places).collect()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_with_fewer_texts_than_columns_is_kept() {
        let mut rows = Rows::new(&["年度", "部门", "金额"].map(str::to_owned));
        let row = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        rows.push(1, 2, &row(&["2023", "甲局", "1.50"]));
        rows.push(1, 3, &row(&["2023"]));
        rows.push(1, 4, &row(&["2024", "", "2", "beyond"]));
        rows.flush();
        let Rows { schema, batches, .. } = rows;
        let texts = Outcome { schema, batches }.texts();
        assert_eq!(
            texts,
            [["2023", "甲局", "1.50", "2", "1"], ["2023", "", "", "3", "1"], ["2024", "", "2", "4", "1"]]
        );
    }
}
