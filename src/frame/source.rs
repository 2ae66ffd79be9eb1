//! Where the rows of a pipeline come from.

use std::path::Path;

use calamine::{Data, Reader as _};
use polars::prelude::{Column, DataFrame, IntoLazy as _, LazyFrame, NamedFrom as _, SchemaRef, Series};

use super::error::{Fault, listed};
use super::plan::Plan;
use super::scan;
use super::text::Piece;
use crate::query::suggest;
use crate::record::{sql_name, sql_text};
use crate::store::{LAST, StoreError, names_last};

/// Files that DuckDB reads, and workbooks.
const TEXTS: [&str; 9] = [".csv", ".tsv", ".csv.gz", ".parquet", ".json", ".jsonl", ".ndjson", ".json.gz", ".txt"];
const WORKBOOKS: [&str; 4] = [".xlsx", ".xlsm", ".xls", ".ods"];

type Source = (LazyFrame, SchemaRef);

/// Whether a macro is called as SQL does: `growth(since := 2019)`.
fn is_call(text: &str) -> bool {
    let name = text.split_once('(').filter(|_| text.ends_with(')')).map_or("", |(name, _)| name.trim_end());
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

impl Plan<'_> {
    /// Finds the source that `piece` names.
    pub(super) fn source(&mut self, piece: &Piece<'_>) -> Result<Source, Fault> {
        self.find_source(piece).map_err(|fault| fault.or_at(piece.span()))
    }

    fn find_source(&mut self, piece: &Piece<'_>) -> Result<Source, Fault> {
        let text = piece.text();
        if text.is_empty() {
            return Err(Fault::new("from what? name a table, a view, a canned query, a frame, a file, _ or (SQL)")
                .help(self.names_here()));
        }
        if let Some(sql) = text.strip_prefix('(') {
            let sql = sql.strip_suffix(')').unwrap_or(sql);
            if names_last(sql) {
                self.keep_last()?;
            }
            return scan::lazy(self.context.store, sql, &self.gate);
        }
        if text == LAST {
            let last = self.context.last.ok_or_else(|| Fault::new("there is no last result yet; run a query first"))?;
            if last.query.is_some() && !self.dry {
                self.keep_last()?;
                return scan::lazy(self.context.store, &format!("FROM {LAST}"), &self.gate);
            }
            let frame = last.rows.to_frame().map_err(|e| Fault::new(e.to_string()))?;
            let schema = frame.schema().clone();
            return Ok((frame.lazy(), schema));
        }
        let (first, arguments) = piece.first_word();
        let single = if arguments.is_empty() { piece.name() } else { None };
        if let Some(frame) = single.and_then(|name| self.kept(name)) {
            return Ok((frame.lazy.clone(), frame.schema.clone()));
        }
        let library = self.context.library;
        if let Some(saved) = first.name().and_then(|n| library.pipeline(n)) {
            return self.saved(saved, arguments.text());
        }
        if let Some(path) = file(text) {
            return self.file(&path);
        }
        if is_call(text) {
            return scan::lazy(self.context.store, &format!("FROM {text}"), &self.gate);
        }
        if first.name().is_some_and(|n| library.find(n).is_some()) {
            let sql = library.call_text(text).map_err(|e| Fault::new(e.to_string()))?;
            return scan::lazy(self.context.store, &sql, &self.gate);
        }
        if let Some(name) = single {
            let relations = self.relations();
            let found = relations
                .iter()
                .find(|r| *r == name)
                .or_else(|| relations.iter().find(|r| r.to_lowercase() == name.to_lowercase()));
            if let Some(found) = found {
                return scan::lazy(self.context.store, &format!("FROM {}", sql_name(found)), &self.gate);
            }
        }
        Err(self.unknown(&first, text))
    }

    /// Makes the last result a table that SQL reads; of one that was fetched in part not where only columns are wanted.
    fn keep_last(&mut self) -> Result<(), Fault> {
        let Some(last) = self.context.last.filter(|last| last.query.is_none() || !self.dry) else { return Ok(()) };
        self.reads_last = true;
        last.keep(self.context.store).map_err(|error| Fault {
            interrupted: matches!(error, StoreError::Interrupted),
            ..Fault::new(error.to_string())
        })
    }

    fn unknown(&self, first: &Piece<'_>, text: &str) -> Fault {
        let name = first.name().unwrap_or(text);
        let fault = Fault::at(first.span(), format!("nothing is named `{name}`"));
        let names = self.source_names();
        let fault = match suggest(name, names.iter().map(String::as_str)) {
            Some(nearest) => fault.help(format!("did you mean `{nearest}`?")),
            None => fault,
        };
        fault.help(self.names_here())
    }

    fn relations(&self) -> Vec<String> {
        let objects = self.context.store.objects().unwrap_or_default();
        objects.into_iter().filter(|o| o.kind != crate::store::ObjectKind::Macro).map(|o| o.name).collect()
    }

    /// Everything that may stand after `from`.
    pub(super) fn source_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.frames.names().map(str::to_owned).collect();
        names.extend(self.context.library.pipelines().map(|p| p.name.clone()));
        names.extend(self.context.library.iter().map(|q| q.name.clone()));
        names.extend(self.relations());
        if self.context.last.is_some() {
            names.push(LAST.to_owned());
        }
        names.sort();
        names.dedup();
        names
    }

    fn names_here(&self) -> String {
        format!(
            "sources: {}; a file .csv .parquet .xlsx; (SELECT …)",
            listed(self.source_names().iter().map(String::as_str))
        )
    }

    fn file(&self, path: &str) -> Result<Source, Fault> {
        let pattern = path.contains(['*', '?', '[']);
        if !pattern && !Path::new(path).is_file() {
            let fault = Fault::new(format!("{path}: there is no such file"));
            let folder = Path::new(path).parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let names: Vec<String> = std::fs::read_dir(folder)
                .map(|all| all.filter_map(Result::ok).map(|e| e.file_name().to_string_lossy().into_owned()).collect())
                .unwrap_or_default();
            let name = Path::new(path).file_name().unwrap_or_default().to_string_lossy().into_owned();
            return Err(match suggest(&name, names.iter().map(String::as_str)) {
                Some(nearest) => fault.help(format!("did you mean `{}`?", folder.join(nearest).display())),
                None => fault.help("paths begin in the folder where yusuan was started"),
            });
        }
        if WORKBOOKS.iter().any(|e| path.to_lowercase().ends_with(e)) {
            let frame = workbook(path).map_err(|cause| Fault::new(format!("{path}: {cause}")))?;
            let schema = frame.schema().clone();
            return Ok((frame.lazy(), schema));
        }
        scan::lazy(self.context.store, &format!("FROM {}", sql_text(path)), &self.gate)
    }
}

/// A path, if the text is one.
fn file(text: &str) -> Option<String> {
    let quoted = text.len() > 1 && text.starts_with(['\'', '"']) && text.ends_with(['\'', '"']);
    let path = text.trim_matches(['\'', '"']);
    let lower = path.to_lowercase();
    let known = TEXTS.iter().chain(&WORKBOOKS).any(|e| lower.ends_with(e));
    (known || quoted && path.contains(['/', '\\'])).then(|| path.to_owned())
}

/// The first sheet of a workbook: its first row names the columns.
fn workbook(path: &str) -> Result<DataFrame, String> {
    let mut book = calamine::open_workbook_auto(path).map_err(|e| e.to_string())?;
    let sheet = book.worksheet_range_at(0).ok_or("the workbook has no sheet")?.map_err(|e| e.to_string())?;
    let mut rows = sheet.rows();
    let head = rows.next().ok_or("the sheet is empty")?;
    let rows: Vec<&[Data]> = rows.collect();
    let mut columns: Vec<Column> = Vec::new();
    for (i, title) in head.iter().enumerate() {
        let mut name = title.to_string().trim().to_owned();
        if name.is_empty() {
            name = format!("column{}", i + 1);
        }
        if columns.iter().any(|c| c.name().as_str() == name) {
            name = format!("{name}_{}", i + 1);
        }
        let cells = rows.iter().map(|row| row.get(i).unwrap_or(&Data::Empty));
        columns.push(Column::from(series(&name, &cells.collect::<Vec<_>>())));
    }
    DataFrame::new(rows.len(), columns).map_err(|e| e.to_string())
}

/// Whole numbers, numbers, truth or text: the narrowest that holds every cell.
fn series(name: &str, cells: &[&Data]) -> Series {
    let filled = || cells.iter().filter(|c| !matches!(c, Data::Empty));
    let number = |c: &Data| match c {
        Data::Int(n) => Some(num(*n)),
        Data::Float(n) => Some(*n),
        _ => None,
    };
    if filled().count() > 0 && filled().all(|c| number(c).is_some()) {
        let numbers: Vec<Option<f64>> = cells.iter().map(|c| number(c)).collect();
        let whole = |n: &f64| n.fract() == 0.0 && n.abs() < 9e15;
        if numbers.iter().flatten().all(whole) {
            #[allow(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
            let numbers: Vec<Option<i64>> = numbers.iter().map(|n| n.map(|n| n as i64)).collect();
            return Series::new(name.into(), numbers);
        }
        return Series::new(name.into(), numbers);
    }
    if filled().count() > 0 && filled().all(|c| matches!(c, Data::Bool(_))) {
        let truth: Vec<Option<bool>> =
            cells.iter().map(|c| if let Data::Bool(b) = c { Some(*b) } else { None }).collect();
        return Series::new(name.into(), truth);
    }
    let text = |c: &&Data| match c {
        Data::Empty => None,
        Data::DateTime(moment) => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            Some(if (hour, minute, second) == (0, 0, 0) {
                date
            } else {
                format!("{date} {hour:02}:{minute:02}:{second:02}")
            })
        }
        other => Some(other.to_string()),
    };
    Series::new(name.into(), cells.iter().map(text).collect::<Vec<_>>())
}

#[allow(clippy::cast_precision_loss, reason = "a workbook's numbers are floats")]
fn num(n: i64) -> f64 {
    n as f64
}
