//! Documents → database: read and recognised on all cores, stored one after the other in the given order, long
//! tables after them. A failure stops only its own document.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::batch::{Event, caught, in_order};
use super::bulk::{self, Long};
use super::mapping_file;
use super::{Session, interrupt};
use crate::error::Error;
use crate::record::{DiagnosticKind, Disclosure, Mapping, MappingError, TableState};
use crate::source;
use crate::store::{Imported, Loader, LongCounts, StoreError};
use crate::table::{self, Overrides};

/// Warnings shown of one document; all are in the database.
const SHOWN: usize = 10;
/// Documents that are told of together, at most.
const WAITING: usize = 500;

/// What became of one document.
#[derive(Debug)]
pub enum Report {
    /// It was stored.
    Stored {
        /// The file.
        path: PathBuf,
        /// Department, year and kind.
        title: String,
        /// Tables with data, printed empty, and missing.
        tables: [usize; 3],
        /// Amounts read with certainty.
        facts: usize,
        /// How it fits the documents there were.
        imported: Imported,
        /// Number of warnings.
        warnings: usize,
        /// The first ten warnings with their places.
        shown: Vec<String>,
    },
    /// The same bytes are stored already.
    Unchanged {
        /// The document.
        path: PathBuf,
        /// Whether what the user said of it (`--department`, …) was left unapplied.
        overrides_ignored: bool,
    },
    /// A long table was imported.
    Long {
        /// The file.
        path: PathBuf,
        /// What came of its rows.
        counts: LongCounts,
        /// What was noticed, in words.
        told: Vec<String>,
    },
    /// It could not be stored.
    Failed(Error),
}

/// All documents of one ingest.
#[derive(Debug, Default)]
pub struct Summary {
    /// Documents tried.
    pub documents: usize,
    /// Documents that were there already.
    pub unchanged: usize,
    /// What failed, in order.
    pub failures: Vec<String>,
    /// Tables with data, printed empty, and missing.
    pub tables: [usize; 3],
    /// Amounts read with certainty.
    pub facts: usize,
    /// Number of warnings.
    pub warnings: usize,
    /// Rows of long tables that became facts, and that were rejected.
    pub rows: [usize; 2],
    /// Files of other kinds in the directories, which were left out.
    pub skipped: usize,
    /// How long it took.
    pub time: Duration,
    /// Documents that were not tried because the database could not be written any more.
    pub untried: usize,
    /// Documents that supersede one with more amounts, in words.
    pub poorer: Vec<String>,
    /// Whether Ctrl-C ended it early.
    pub interrupted: bool,
}

impl Summary {
    fn add(&mut self, report: &Report) {
        self.documents += 1;
        match report {
            Report::Failed(error) => self.failures.push(error.to_string()),
            Report::Long { counts, .. } => {
                let [facts, rejected] = self.rows;
                self.rows = [facts + counts.facts, rejected + counts.rejected];
                self.facts += counts.facts;
            }
            Report::Unchanged { .. } | Report::Stored { imported: Imported::Unchanged, .. } => self.unchanged += 1,
            Report::Stored { tables, facts, warnings, .. } => {
                for (sum, n) in self.tables.iter_mut().zip(tables) {
                    *sum += n;
                }
                self.facts += facts;
                self.warnings += warnings;
            }
        }
    }
}

/// Is told of each step.
pub trait Progress {
    /// So many documents were found.
    fn found(&mut self, documents: usize);
    /// These documents are being read.
    fn working(&mut self, paths: &[&Path]);
    /// A document is done.
    fn done(&mut self, report: &Report);
}

/// A document that was read and recognised, or is stored already.
enum Read {
    Known,
    Recognised(Box<Disclosure>),
}

impl Session {
    /// Reads, recognises and stores documents: files, directories, patterns. `jobs` documents are read at
    /// once; by default as many as there are cores.
    pub fn ingest(
        &mut self,
        paths: &[PathBuf],
        overrides: &Overrides,
        jobs: Option<NonZeroUsize>,
        progress: &mut dyn Progress,
    ) -> Summary {
        self.known.forget();
        let begun = Instant::now();
        let mut summary = Summary::default();
        let mut documents: Vec<PathBuf> = Vec::new();
        for path in paths {
            match source::find(path) {
                Ok(found) => {
                    documents.extend(found.documents);
                    summary.skipped += found.skipped;
                    for (path, cause) in found.unreadable {
                        let report = Report::Failed(Error::Io { path, action: "read", cause });
                        progress.done(&report);
                        summary.add(&report);
                    }
                }
                Err(cause) => {
                    let report = Report::Failed(Error::Find { path: path.clone(), cause });
                    progress.done(&report);
                    summary.add(&report);
                }
            }
        }
        let (documents, tables) = self.split_off_tables(documents, paths, progress, &mut summary);
        if summary.interrupted {
            return summary;
        }
        progress.found(documents.len() + tables.len());
        let last = self.sql("SELECT coalesce(max(document_id), 0) FROM document").ok();
        let cores = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let jobs = jobs.unwrap_or(cores);
        let threads = Some(jobs.min(cores));
        match self.store.known_files().and_then(|known| Ok((known, self.store.loader(threads)?))) {
            Ok((known, loader)) => {
                let read = |i: usize| documents.get(i).map(|path| read(path, overrides, &known));
                let mut writer =
                    Writer { loader, overrides, waiting: Vec::new(), progress, summary: &mut summary, broken: false };
                in_order(documents.len(), jobs, read, |event| writer.take(&documents, event));
                writer.flush();
                let broken = writer.broken;
                drop(writer);
                if broken {
                    summary.untried = (documents.len() + tables.len()).saturating_sub(summary.documents);
                }
            }
            Err(cause) => {
                let report = Report::Failed(Error::Store(cause));
                progress.done(&report);
                summary.add(&report);
            }
        }
        for (path, table) in tables {
            if summary.untried > 0 {
                break;
            }
            if summary.interrupted || interrupt::requested() {
                summary.interrupted = true;
                break;
            }
            progress.working(&[&path]);
            let report = match self.import_long(&table) {
                Ok(Some((counts, told))) => Report::Long { path, counts, told },
                Ok(None) => Report::Unchanged { path, overrides_ignored: *overrides != Overrides::default() },
                Err(Error::Interrupted) => {
                    summary.interrupted = true;
                    break;
                }
                Err(error) => Report::Failed(error),
            };
            progress.done(&report);
            summary.add(&report);
        }
        if let Some(last) = last.and_then(|last| last.texts().concat().pop()) {
            summary.poorer = self.poorer(&last);
        }
        summary.time = begun.elapsed();
        summary
    }

    /// What of the documents after the `last` one supersedes one with more amounts: the newest counts, though it may be damaged.
    fn poorer(&self, last: &str) -> Vec<String> {
        let sql = format!(
            "WITH d AS (SELECT document_id, supersedes FROM document WHERE document_id > {last} AND supersedes IS NOT NULL),
             n AS (SELECT document_id, count(*) AS amounts FROM fact
                   WHERE document_id IN (SELECT unnest([document_id, supersedes]) FROM d) GROUP BY document_id),
             p AS (SELECT document_id, min(path) AS path FROM source_file GROUP BY document_id)
             SELECT p.path, coalesce(n.amounts, 0), o.amounts, coalesce(q.path, '')
             FROM d JOIN p ON p.document_id = d.document_id LEFT JOIN n ON n.document_id = d.document_id
             JOIN n o ON o.document_id = d.supersedes LEFT JOIN p q ON q.document_id = d.supersedes
             WHERE coalesce(n.amounts, 0) < o.amounts ORDER BY d.document_id"
        );
        let rows = self.sql(&sql).map(|found| found.texts()).unwrap_or_default();
        let told = |row: Vec<String>| match row.as_slice() {
            [path, now, before, earlier] => {
                format!(
                    "{path}: {now} amounts take the place of {before} in {earlier}; the later file counts, check which is right"
                )
            }
            _ => String::new(),
        };
        rows.into_iter().map(told).collect()
    }

    /// Documents, and the long tables among the files: those of data packages, those with a mapping, those whose columns
    /// are known. A mapping is for every file that was `named` itself; what else stands in a folder goes its way.
    fn split_off_tables(
        &self,
        files: Vec<PathBuf>,
        named: &[PathBuf],
        progress: &mut dyn Progress,
        summary: &mut Summary,
    ) -> (Vec<PathBuf>, Vec<(PathBuf, Long)>) {
        let mut documents = Vec::new();
        let mut tables = Vec::new();
        let is_package = files.iter().filter(|file| mapping_file::is_package(file));
        let mut packages: Packages = is_package.map(|file| (file.clone(), mapping_file::package(file))).collect();
        let (files, left_out) = as_described(files, named, &packages);
        summary.skipped += left_out;
        let mut recognise =
            |path: PathBuf, mapping: Option<&Mapping>| match bulk::recognise(&self.store, &path, mapping) {
                Ok(Some(table)) => tables.push((path, table)),
                Ok(None) => documents.push(path),
                Err(Error::Mapping { cause: MappingError::NoTable, path }) if !named.contains(&path) => {
                    documents.push(path);
                }
                Err(error) => {
                    let report = Report::Failed(error);
                    progress.done(&report);
                    summary.add(&report);
                }
            };
        for path in files {
            if interrupt::requested() {
                summary.interrupted = true;
                break;
            }
            match packages.remove(&path) {
                Some(Ok(described)) => {
                    for (file, mapping) in described {
                        recognise(file, Some(&mapping));
                    }
                }
                // Told as what it is when it is read.
                Some(Err(_)) => recognise(path, None),
                None => recognise(path, self.mapping.as_ref()),
            }
        }
        (documents, tables)
    }
}

/// Data packages with the tables that they describe.
type Packages = BTreeMap<PathBuf, Result<Vec<(PathBuf, Mapping)>, Error>>;

/// Files without the tables below the folder of a data package, which names those that are its own, and the number of the
/// others (the same amounts in another format, or what nobody described). A file that was `named` stays.
fn as_described(files: Vec<PathBuf>, named: &[PathBuf], packages: &Packages) -> (Vec<PathBuf>, usize) {
    let folders: Vec<&Path> = packages.keys().filter_map(|package| package.parent()).collect();
    let described: BTreeSet<&PathBuf> = packages.values().flatten().flatten().map(|(file, _)| file).collect();
    let mut left_out = 0;
    let stays = |file: &PathBuf| {
        let of_package = source::is_table(file) && folders.iter().any(|folder| file.starts_with(folder));
        if !of_package || named.contains(file) {
            return true;
        }
        left_out += usize::from(!described.contains(file));
        false
    };
    let files = files.into_iter().filter(stays).collect();
    (files, left_out)
}

/// Takes what was read, in order, and stores many documents at once; tells of a document when it is stored.
struct Writer<'a> {
    loader: Loader<'a>,
    overrides: &'a Overrides,
    /// What is told when all that waits is stored.
    waiting: Vec<(PathBuf, Report)>,
    progress: &'a mut dyn Progress,
    summary: &'a mut Summary,
    /// The database cannot be written: nothing more is tried.
    broken: bool,
}

impl Writer<'_> {
    fn take(&mut self, documents: &[PathBuf], event: Event<Option<Result<Read, Error>>>) -> ControlFlow<()> {
        if interrupt::requested() {
            self.summary.interrupted = true;
            return ControlFlow::Break(());
        }
        match event {
            Event::Working(items) => {
                let paths: Vec<&Path> = items.iter().filter_map(|i| documents.get(*i)).map(PathBuf::as_path).collect();
                self.progress.working(&paths);
            }
            Event::Done(i, result) => {
                if let (Some(path), Some(result)) = (documents.get(i), result) {
                    let report = result.and_then(|read| self.store(path, read)).unwrap_or_else(Report::Failed);
                    self.waiting.push((path.clone(), report));
                }
            }
        }
        if self.loader.is_full() || self.waiting.len() >= WAITING {
            self.flush();
        }
        if self.broken { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn store(&mut self, path: &Path, read: Read) -> Result<Report, Error> {
        let Read::Recognised(disclosure) = read else {
            let overrides_ignored = *self.overrides != Overrides::default();
            return Ok(Report::Unchanged { path: path.to_owned(), overrides_ignored });
        };
        let imported = self.loader.add(&disclosure);
        if let Err(cause) = &imported
            && !matches!(cause, StoreError::Inexact { .. })
        {
            // With it, what waited is lost.
            self.fail(cause);
        }
        let imported = imported.map_err(|cause| Error::Import { path: path.to_owned(), cause })?;
        let header = &disclosure.header;
        let count = |state| disclosure.tables.iter().filter(|t| t.state == state).count();
        let (warnings, shown) = warnings(path, &disclosure);
        Ok(Report::Stored {
            path: path.to_owned(),
            title: format!("{} {} {}", header.department.name, header.fiscal_year, header.kind),
            tables: [TableState::Data, TableState::Empty, TableState::Missing].map(count),
            facts: disclosure.fact_count(),
            imported,
            warnings,
            shown,
        })
    }

    /// Stores what waits and tells of it.
    fn flush(&mut self) {
        if let Err(cause) = self.loader.flush() {
            self.fail(&cause);
        }
        for (_, report) in self.waiting.drain(..) {
            self.progress.done(&report);
            self.summary.add(&report);
        }
    }

    /// What was taken and waits was not stored.
    fn fail(&mut self, cause: &StoreError) {
        self.broken = true;
        for (path, report) in &mut self.waiting {
            if matches!(report, Report::Stored { .. }) {
                *report = Report::Failed(Error::Import { path: path.clone(), cause: cause.clone() });
            }
        }
    }
}

/// Reads one document; what panics in it is its own failure.
fn read(path: &Path, overrides: &Overrides, known: &BTreeSet<String>) -> Result<Read, Error> {
    let fail = |cause| Error::Source { path: path.to_owned(), cause };
    let result = caught(|| {
        let bytes = source::load(path).map_err(fail)?;
        if known.contains(&source::digest(&bytes)) {
            return Ok(Read::Known);
        }
        let document = source::read_bytes(&path.display().to_string(), &bytes).map_err(fail)?;
        let disclosure =
            table::recognise(document, overrides).map_err(|cause| Error::Table { path: path.to_owned(), cause })?;
        Ok(Read::Recognised(Box::new(disclosure)))
    });
    result.unwrap_or_else(|message| Err(Error::Panic { path: path.to_owned(), message }))
}

/// Number of warnings, and the first ones in words.
fn warnings(path: &Path, disclosure: &Disclosure) -> (usize, Vec<String>) {
    let is_warning = |kind: DiagnosticKind| kind.is_warning();
    let all: Vec<_> = disclosure.diagnostics.iter().filter(|d| is_warning(d.kind)).collect();
    let line = |d: &&&crate::record::Diagnostic| {
        let place = disclosure.source.place(d.place);
        let place = if place.is_empty() { place } else { format!("{place}: ") };
        format!("{}: {place}{}", path.display(), d.message)
    };
    (all.len(), all.iter().take(SHOWN).map(|d| line(&d)).collect())
}
