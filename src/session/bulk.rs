//! Long tables: which files are one, what their columns mean, and their import.
//!
//! A file is a long table when its first line has columns that are known to say year, department and amount, or when
//! the user gives a mapping. All other files are documents and go their way.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::sheet::{self, Sheet};
use super::{Session, interrupt};
use crate::error::Error;
use crate::record::{Field, Mapping, MappingError, MoneyUnit, SourceInfo, sql_name, squash};
use crate::source;
use crate::store::{LongCounts, LongTable, Store, StoreError};

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

    /// What DuckDB reads; lines that it cannot take apart are recorded if `record`, else left out.
    fn relation(self, path: &Path, record: bool) -> String {
        let path = literal(path);
        match self {
            Self::Csv | Self::Tsv => {
                let delimiter = self.delimiter();
                // The first line is the header, whatever stands in it: a reader that looks for a better one would
                // take a publisher's form for a table.
                let more = if record { ", store_rejects = true, rejects_limit = 0" } else { ", ignore_errors = true" };
                format!(
                    "read_csv('{path}', header = true, skip = 0, all_varchar = true, delim = E'{delimiter}', quote = '\"', \
                     escape = '\"', comment = '', null_padding = false{more})"
                )
            }
            Self::Parquet => format!("read_parquet('{path}')"),
            Self::Workbook => SHEET.to_owned(),
        }
    }

    /// What stands between the fields of a text, as SQL writes it.
    fn delimiter(self) -> &'static str {
        if self == Self::Tsv { "\\t" } else { "," }
    }

    /// What DuckDB reads as the lines of a text, blank ones too.
    fn lines(self, path: &Path) -> Option<String> {
        let path = literal(path);
        matches!(self, Self::Csv | Self::Tsv).then(|| {
            format!(
                "read_csv('{path}', auto_detect = false, header = false, columns = {{'l': 'VARCHAR'}}, delim = E'\\x01', quote = '', \
                 escape = '', comment = '', null_padding = false)"
            )
        })
    }
}

/// A file as DuckDB names it within quotation marks: what it would take for a pattern stands for itself.
fn literal(path: &Path) -> String {
    let mut name = String::new();
    for c in path.display().to_string().chars() {
        match c {
            '\'' => name.push_str("''"),
            '[' | '*' | '?' => name.extend(['[', c, ']']),
            _ => name.push(c),
        }
    }
    name
}

/// The temporary table that holds a workbook's sheet.
const SHEET: &str = "long_sheet";

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
    // What Excel calls CSV is GBK in China, which DuckDB does not read.
    if says_all(path, form) == Some(Utf8(false)) {
        let message = "this table is not in UTF-8; save it as \"CSV UTF-8\", or convert it (iconv -f GB18030 -t UTF-8)";
        let cause = StoreError::Sql { message: message.to_owned() };
        return Err(Error::Import { path: path.to_owned(), cause });
    }
    let columns = match form {
        Form::Workbook => sheet.as_ref().map(|sheet| sheet.head.columns.clone()),
        _ => match store.columns_of(&form.relation(path, false)) {
            Ok(columns) => Some(columns),
            // The first line says that it is one: then why it cannot be read is told.
            Err(StoreError::Sql { .. }) if says_all(path, form).is_some() => {
                let message = "the rows of this table cannot be taken apart; look for a quotation mark that is not closed, \
                               and for text that is not UTF-8";
                let cause = StoreError::Sql { message: message.to_owned() };
                return Err(Error::Import { path: path.to_owned(), cause });
            }
            Err(_) => None,
        },
    };
    let fail = |cause| Error::Mapping { path: path.to_owned(), cause };
    let Some(columns) = columns else {
        return match mapping {
            Some(_) if form == Form::Workbook => Err(sheet::unreadable(path)),
            Some(_) => Err(fail(MappingError::Form("the file cannot be read as a table in UTF-8".to_owned()))),
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

/// Whether a text is UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Utf8(bool);

/// The encoding of a text whose first line has columns for year, department and amount.
fn says_all(path: &Path, form: Form) -> Option<Utf8> {
    let delimiter = if form == Form::Tsv { b'\t' } else { b',' };
    if !matches!(form, Form::Csv | Form::Tsv) {
        return None;
    }
    let mut head = Vec::new();
    File::open(path).ok()?.take(1 << 16).read_to_end(&mut head).ok()?;
    let (line, is_utf8) = source::first_line(&head)?;
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(line.as_bytes());
    let columns: Vec<String> = reader.headers().ok()?.iter().map(str::to_owned).collect();
    Mapping::by_names(&columns).check(&columns).is_ok().then_some(Utf8(is_utf8))
}

/// What the columns' names say. 单位 is an organisation or the unit of money: its values tell.
fn by_names(store: &Store, path: &Path, form: Form, sheet: Option<&Sheet>, columns: &[String]) -> Mapping {
    let is_money = |column: &&String| {
        if squash(column) != "单位" {
            return false;
        }
        let values: Vec<String> = if let Some(sheet) = sheet {
            sheet::sample(path, &sheet.head, column)
        } else {
            let name = sql_name(column);
            let sql = format!(
                "SELECT DISTINCT value FROM (SELECT trim(CAST({name} AS VARCHAR)) AS value FROM {} LIMIT 1000)
                 WHERE value <> ''",
                form.relation(path, false)
            );
            store.run(&sql).map(|found| found.texts()).unwrap_or_default().into_iter().flatten().collect()
        };
        values.iter().any(|value| MoneyUnit::parse(value).is_some())
    };
    let money = columns.iter().find(is_money);
    let others: Vec<String> = columns.iter().filter(|column| Some(*column) != money).cloned().collect();
    let mut mapping = Mapping::by_names(&others);
    if let Some(column) = money {
        mapping.values.remove(&Field::Unit);
        mapping.columns.insert(Field::Unit, column.clone());
    }
    mapping
}

/// Reads a mapping: TOML, or the description of a data package, whose tables come along.
///
/// # Errors
/// When the file cannot be read or says nothing.
pub fn read_mapping(path: &Path) -> Result<Mapping, Error> {
    if is_package(path) {
        let tables = package(path)?;
        let first = tables.into_iter().next();
        return first.map(|(_, mapping)| mapping).ok_or_else(|| Error::Mapping {
            path: path.to_owned(),
            cause: MappingError::Form("the package describes no table".to_owned()),
        });
    }
    let text = std::fs::read_to_string(path).map_err(|cause| Error::Io {
        path: path.to_owned(),
        action: "read the mapping",
        cause,
    })?;
    Mapping::parse(&text).map_err(|cause| Error::Mapping { path: path.to_owned(), cause })
}

pub(super) fn is_package(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == source::PACKAGE)
}

#[derive(Deserialize)]
struct Package {
    #[serde(default)]
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
struct Resource {
    path: Paths,
    #[serde(default)]
    schema: Option<PackageSchema>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Paths {
    One(String),
    Many(Vec<String>),
}

#[derive(Default, Deserialize)]
struct PackageSchema {
    #[serde(default)]
    fields: Vec<PackageField>,
}

#[derive(Deserialize)]
struct PackageField {
    name: String,
    #[serde(rename = "columnType", default)]
    column_type: Option<String>,
    /// What every row has.
    #[serde(default)]
    constant: Option<serde_json::Value>,
}

/// The tables of a Fiscal Data Package and what their columns mean: by `columnType`, else by name.
///
/// # Errors
/// When the description is not well formed.
pub(super) fn package(path: &Path) -> Result<Vec<(PathBuf, Mapping)>, Error> {
    let text = std::fs::read_to_string(path).map_err(|cause| Error::Io {
        path: path.to_owned(),
        action: "read the package",
        cause,
    })?;
    let package: Package = serde_json::from_str(&text).map_err(|error| Error::Mapping {
        path: path.to_owned(),
        cause: MappingError::Form(format!("this is no data package: {error}")),
    })?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut tables = Vec::new();
    for resource in package.resources {
        let fields = resource.schema.unwrap_or_default().fields;
        let names: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
        let mut mapping = Mapping::by_names(&names);
        let mut typed = BTreeMap::new();
        for field in fields {
            let Some(means) = field.column_type.as_deref().and_then(Field::of_column_type) else { continue };
            match field.constant {
                Some(value) => {
                    mapping.columns.remove(&means);
                    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    mapping.values.insert(means, text);
                }
                None => {
                    typed.entry(means).or_insert(field.name);
                }
            }
        }
        mapping.columns.extend(typed);
        // Amounts of a package are in its currency.
        if !mapping.columns.contains_key(&Field::Unit) {
            mapping.values.entry(Field::Unit).or_insert_with(|| "元".to_owned());
        }
        let files = match resource.path {
            Paths::One(path) => vec![path],
            Paths::Many(paths) => paths,
        };
        tables.extend(files.into_iter().map(|file| (folder.join(file), mapping.clone())));
    }
    Ok(tables)
}

impl Session {
    /// Imports a long table; tells what was noticed. `None` when its bytes were imported before.
    pub(super) fn import_long(&mut self, long: &Long) -> Result<Option<(LongCounts, Vec<String>)>, Error> {
        let Long { path, form, mapping, columns, sheet } = long;
        let io = |cause| Error::Io { path: path.clone(), action: "read it", cause };
        // A workbook may be a member of an archive, as other documents.
        let bytes = match sheet {
            Some(_) => source::load(path).map_err(|cause| Error::Source { path: path.clone(), cause })?,
            None => Vec::new(),
        };
        let (sha256, lines) = match sheet {
            Some(_) => (source::digest(&bytes), None),
            None => digest(path).map_err(io)?,
        };
        let known = self.store.contains(&sha256)?;
        if known {
            return Ok(None);
        }
        let text = form.lines(path);
        // Of a compressed file these are no lines.
        let lines = lines
            .filter(|_| text.is_some() && path.extension().is_some_and(|ending| ending != "gz" && ending != "zst"));
        let source = SourceInfo {
            path: path.display().to_string(),
            sha256,
            format: form.name(),
            pages: None,
            lines,
            sheets: sheet.as_ref().map(|sheet| sheet.names.clone()).unwrap_or_default(),
        };
        let told = match sheet {
            Some(sheet) => sheet::keep(&self.store, SHEET, path, &bytes, &source, sheet)?,
            None => Vec::new(),
        };
        let mut told = told;
        let unread = mapping.unread(columns);
        if !unread.is_empty() {
            told.push(format!("no field is known for the columns {}; they are not read (a mapping names their fields: --mapping FILE.toml)", unread.join(", ")));
        }
        let relation = form.relation(path, true);
        let table = LongTable {
            source: &source,
            relation: &relation,
            text: text.as_deref(),
            delimiter: form.delimiter(),
            mapping,
            columns,
            sheet: sheet.as_ref().map(|sheet| sheet.head.first_column),
        };
        // Pressed while the file was read, which nothing stops.
        if interrupt::requested() {
            return Err(Error::Interrupted);
        }
        let handle = self.store.interrupt_handle();
        let (counts, interrupted) = interrupt::during(move || handle.interrupt(), || self.store.import_long(&table));
        counts.map(|counts| Some((counts, told))).map_err(|cause| match cause {
            _ if interrupted => Error::Interrupted,
            cause => Error::Import { path: path.clone(), cause: cause.of_one_line() },
        })
    }
}

/// SHA-256 and number of lines of a file, read piece by piece.
fn digest(path: &Path) -> std::io::Result<(String, Option<u32>)> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut piece = vec![0_u8; 1 << 20];
    let mut lines = 0_usize;
    let mut last = b'\n';
    loop {
        let read = file.read(&mut piece)?;
        let Some(bytes) = piece.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        hash.update(bytes);
        // At most 255 in one byte: the compiler counts many of them at once.
        let count = |piece: &[u8]| usize::from(piece.iter().map(|b| u8::from(*b == b'\n')).sum::<u8>());
        lines += bytes.chunks(255).map(count).sum::<usize>();
        last = bytes.last().copied().unwrap_or(last);
    }
    lines += usize::from(last != b'\n');
    let hex = hash.finalize().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    Ok((hex, u32::try_from(lines).ok()))
}
