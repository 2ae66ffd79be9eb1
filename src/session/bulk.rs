//! Long tables: which files are one, what their columns mean, and their import.
//!
//! A file is a long table when its first line has columns that are known to say year, department and amount, or when
//! the user gives a mapping. All other files are documents and go their way.
//!
//! One thread reads records, one makes rows of them, and the database takes them in pieces, with threads of its own.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use arrow::array::{Array as _, AsArray as _};

use super::sheet::{self, Sheet};
use super::{Session, batch, interrupt};
use crate::error::Error;
use crate::record::{Field, Mapping, MappingError, MoneyUnit, SourceInfo, sql_name, squash};
use crate::source::{self, Records, Whole};
use crate::store::{LongCounts, LongImport, Piece, Pieces, Store, StoreError};
use crate::table::LongReader;

/// Blocks of records that wait at most.
const WAITING: usize = 16;
/// Records whose values tell what a column holds.
const SAMPLE: usize = 1000;

/// A long table that was recognised.
#[derive(Clone, Debug)]
pub(super) struct Long {
    path: PathBuf,
    form: Form,
    mapping: Mapping,
    columns: Vec<String>,
    /// Of a workbook.
    sheet: Option<Sheet>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Csv,
    Tsv,
    Parquet,
    Workbook,
}

impl Form {
    /// By the file's name, an ending of a compression left out.
    fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_lowercase();
        let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
        match name.rsplit('.').next()? {
            "csv" => Some(Self::Csv),
            "tsv" | "tab" => Some(Self::Tsv),
            "parquet" => Some(Self::Parquet),
            "xlsx" | "xlsm" => Some(Self::Workbook),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Parquet => "parquet",
            Self::Workbook => "xlsx",
        }
    }

    /// What stands between the fields of a text.
    fn delimiter(self) -> u8 {
        if self == Self::Tsv { b'\t' } else { b',' }
    }
}

/// What DuckDB reads of a parquet file.
fn parquet(path: &Path) -> String {
    let mut name = String::new();
    for c in path.display().to_string().chars() {
        match c {
            '\'' => name.push_str("''"),
            // What it would take for a pattern stands for itself.
            '[' | '*' | '?' => name.extend(['[', c, ']']),
            _ => name.push(c),
        }
    }
    format!("read_parquet('{name}')")
}

/// Whether a file is a long table, and how it is read: `None` for a document. A mapping makes it one, or an error.
///
/// # Errors
/// When the mapping does not fit the table.
pub(super) fn recognise(store: &Store, path: &Path, mapping: Option<&Mapping>) -> Result<Option<Long>, Error> {
    let Some(form) = Form::of(path) else {
        return match mapping {
            Some(_) => Err(Error::Mapping { path: path.to_owned(), cause: MappingError::NoTable }),
            None => Ok(None),
        };
    };
    let fits = |columns: &[String]| {
        let mapping = mapping.cloned().unwrap_or_else(|| Mapping::by_names(columns));
        mapping.check(columns).is_ok()
    };
    let sheet = if form == Form::Workbook { sheet::choose(path, &fits) } else { None };
    let columns = match form {
        Form::Workbook => sheet.as_ref().map(|sheet| sheet.head.columns.clone()),
        Form::Parquet => store.columns_of(&parquet(path)).ok(),
        // What it is as a document is told when it is read as one.
        Form::Csv | Form::Tsv => source::columns(path, form.delimiter()).ok().flatten(),
    };
    let fail = |cause| Error::Mapping { path: path.to_owned(), cause };
    let Some(columns) = columns else {
        return match mapping {
            Some(_) if form == Form::Workbook => Err(sheet::unreadable(path)),
            Some(_) => Err(fail(MappingError::Form("the file cannot be read as a table".to_owned()))),
            None => Ok(None),
        };
    };
    let by_names = by_names(store, path, form, sheet.as_ref(), &columns);
    let mapping = match mapping {
        Some(given) => {
            given.check(&columns).map_err(fail)?;
            given.clone()
        }
        None if by_names.check(&columns).is_ok() => by_names,
        None => return Ok(None),
    };
    // 元 and 万元 are ten thousand apart: which it is must be said.
    if !mapping.columns.contains_key(&Field::Unit) && !mapping.values.contains_key(&Field::Unit) {
        return Err(fail(MappingError::Lacks { what: "unit of money", known: columns }));
    }
    Ok(Some(Long { path: path.to_owned(), form, mapping, columns, sheet }))
}

/// What the columns' names say. 单位 is an organisation or the unit of money: its values tell.
fn by_names(store: &Store, path: &Path, form: Form, sheet: Option<&Sheet>, columns: &[String]) -> Mapping {
    let doubtful = columns.iter().position(|column| squash(column) == "单位");
    let money = doubtful.filter(|at| {
        let column = columns.get(*at).map(String::as_str).unwrap_or_default();
        let values = match (sheet, form) {
            (Some(sheet), _) => sheet::sample(path, &sheet.head, column),
            (None, Form::Parquet) => {
                let name = sql_name(column);
                let sql = format!("SELECT DISTINCT CAST({name} AS VARCHAR) FROM {} LIMIT {SAMPLE}", parquet(path));
                store.run(&sql).map(|found| found.texts().concat()).unwrap_or_default()
            }
            (None, _) => sample(path, form, *at),
        };
        values.iter().any(|value| MoneyUnit::parse(value).is_some())
    });
    let others: Vec<String> =
        columns.iter().enumerate().filter(|(at, _)| Some(*at) != money).map(|(_, c)| c.clone()).collect();
    let mut mapping = Mapping::by_names(&others);
    if let Some(column) = money.and_then(|at| columns.get(at)) {
        mapping.values.remove(&Field::Unit);
        mapping.columns.insert(Field::Unit, column.clone());
    }
    mapping
}

/// What stands in a column of a text, in its first rows.
fn sample(path: &Path, form: Form, column: usize) -> Vec<String> {
    let mut values = Vec::new();
    // What cannot be read is told when it is imported.
    let _ = source::separated(path, form.delimiter(), &mut |records| {
        let texts = records.iter().take(SAMPLE).filter_map(|record| record.field(column).map(str::to_owned));
        values.extend(texts);
        ControlFlow::Break(())
    });
    values
}

impl Session {
    /// Imports a long table; tells what was noticed. `None` when its bytes were imported before.
    pub(super) fn import_long(&mut self, long: &Long) -> Result<Option<(LongCounts, Vec<String>)>, Error> {
        let Long { path, form, mapping, columns, sheet } = long;
        let failed = |cause| Error::Source { path: path.clone(), cause };
        // A text is digested while it is read, unless it may be one that is there.
        let is_text = matches!(form, Form::Csv | Form::Tsv);
        let known = if is_text && !self.store.has_format(form.name())? {
            None
        } else {
            Some(source::digest_of(path).map_err(failed)?)
        };
        if let Some(sha256) = &known
            && self.store.contains(sha256)?
        {
            return Ok(None);
        }
        let mut told = Vec::new();
        let unread = mapping.unread(columns);
        if !unread.is_empty() {
            told.push(format!("no field is known for the columns {}; they are not read (a mapping names their fields: --mapping FILE.toml)", unread.join(", ")));
        }
        // Pressed while the file was read, which nothing stops.
        if interrupt::requested() {
            return Err(Error::Interrupted);
        }
        let beside = if *form == Form::Parquet { Some(self.store.beside()?) } else { None };
        let mut read = move |take: &mut Take<'_>| -> Result<Read, Error> {
            match (form, sheet, &beside) {
                (_, Some(sheet), _) => {
                    let bytes = source::load(path).map_err(failed)?;
                    sheet::read(&bytes, sheet, take).map(|notes| Read { notes, ..Read::default() }).map_err(failed)
                }
                (_, _, Some(store)) => read_parquet(store, path, columns, take).map(|()| Read::default()),
                _ => {
                    let whole = source::separated(path, form.delimiter(), take).map_err(failed)?;
                    Ok(Read { whole, notes: Vec::new() })
                }
            }
        };
        let handle = self.store.interrupt_handle();
        let work = || {
            let import = self.store.import_long()?;
            let info = |whole: Option<&Whole>| SourceInfo {
                path: path.display().to_string(),
                sha256: known.clone().or_else(|| whole.map(|whole| whole.sha256.clone())).unwrap_or_default(),
                format: form.name(),
                pages: None,
                lines: whole.map(|whole| whole.lines),
                sheets: sheet.as_ref().map(|sheet| sheet.names.clone()).unwrap_or_default(),
            };
            run(long, import, &mut read, &info)
        };
        let (done, interrupted) = interrupt::during(move || handle.interrupt(), work);
        match done {
            Ok((counts, notes)) => {
                told.splice(0..0, notes);
                Ok(Some((counts, told)))
            }
            Err(_) if interrupted => Err(Error::Interrupted),
            Err(Error::Store(cause)) => Err(Error::Import { path: path.clone(), cause: cause.of_one_line() }),
            Err(error) => Err(error),
        }
    }
}

/// What takes records, until it has enough.
type Take<'a> = dyn FnMut(Records) -> ControlFlow<()> + 'a;

/// What was read of a file beside its records.
#[derive(Debug, Default)]
struct Read {
    /// Of a text.
    whole: Option<Whole>,
    notes: Vec<String>,
}

/// Reads records, makes rows of them and writes these, each beside the others.
fn run(
    long: &Long,
    mut import: LongImport<'_>,
    read: &mut (impl FnMut(&mut Take<'_>) -> Result<Read, Error> + Send),
    info: &dyn Fn(Option<&Whole>) -> SourceInfo,
) -> Result<(LongCounts, Vec<String>), Error> {
    let pieces = import.pieces(amount_column(long));
    let reader = LongReader::new(&long.mapping, &long.columns);
    let panicked = |message| Error::Panic { path: long.path.clone(), message };
    let (read, pieces) = thread::scope(|scope| {
        let (records_in, records) = sync_channel(WAITING);
        // One waits while another one is written.
        let (pieces_in, made) = sync_channel(2);
        let reading = scope.spawn(move || {
            // A receiver that is gone has failed, and tells why.
            batch::caught(|| {
                read(&mut |records| match records_in.send(records) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_) => ControlFlow::Break(()),
                })
            })
        });
        let judging = scope.spawn(move || batch::caught(|| judge(reader, pieces, records, &pieces_in)));
        // Whoever fails, the others stop: their channels are gone.
        for piece in made {
            if interrupt::requested() {
                return Err(Error::Interrupted);
            }
            import.write(piece)?;
        }
        let pieces = judging.join().unwrap_or_else(|_| Err(String::new())).map_err(panicked)?;
        let read = reading.join().unwrap_or_else(|_| Err(String::new())).map_err(panicked)??;
        Ok((read, pieces))
    })?;
    let counts = import.finish(pieces, &info(read.whole.as_ref()))?;
    Ok((counts, read.notes))
}

/// Makes rows of records, and pieces of these.
fn judge(mut reader: LongReader, mut pieces: Pieces, records: Receiver<Records>, out: &SyncSender<Piece>) -> Pieces {
    for records in records {
        for record in records.iter() {
            let piece = match reader.read(&record) {
                Ok(row) => pieces.push(&row),
                Err(reason) => {
                    let text = record.fields().collect::<Vec<_>>().join(",");
                    pieces.refuse(record.line, &reason, &text)
                }
            };
            if piece.is_some_and(|piece| out.send(piece).is_err()) {
                return pieces;
            }
        }
    }
    pieces
}

/// The column of the amounts, from 1 in its sheet, and what it is called.
fn amount_column(long: &Long) -> (u32, String) {
    let name = long.mapping.columns.get(&Field::Amount);
    let at = name.and_then(|name| long.columns.iter().position(|column| column == name)).unwrap_or(0);
    let before = long.sheet.as_ref().map_or(0, |sheet| sheet.head.first_column);
    (
        before.saturating_add(u32::try_from(at).unwrap_or(0) + 1),
        name.map_or_else(String::new, |name| squash(name).into_owned()),
    )
}

/// Reads the rows of a parquet file as texts.
fn read_parquet(store: &Store, path: &Path, columns: &[String], take: &mut Take<'_>) -> Result<(), Error> {
    let list: Vec<String> = columns.iter().map(|name| format!("CAST({} AS VARCHAR)", sql_name(name))).collect();
    let mut number = 0;
    let mut each = |batch: &arrow::record_batch::RecordBatch| {
        let texts: Vec<_> = batch.columns().iter().map(|column| column.as_string_opt::<i32>()).collect();
        let mut records = Records::default();
        for row in 0..batch.num_rows() {
            number += 1;
            let text = |column: Option<&arrow::array::StringArray>| {
                column.filter(|column| !column.is_null(row)).map_or("", |column| column.value(row)).to_owned()
            };
            let fields: Vec<String> = texts.iter().copied().map(text).collect();
            records.push((None, None), number, fields.iter().map(String::as_str));
        }
        take(records)
    };
    let sql = format!("SELECT {} FROM {}", list.join(", "), parquet(path));
    let done = store.each(&sql, &mut |_, batch| each(&batch));
    done.map(|_| ()).map_err(|cause: StoreError| Error::Import { path: path.to_owned(), cause: cause.of_one_line() })
}
