//! Documents → database, one after the other; a failure stops only its own document.

use std::path::{Path, PathBuf};

use super::{Session, interrupt};
use crate::error::Error;
use crate::record::{DiagnosticKind, Disclosure};
use crate::source;
use crate::store::Imported;
use crate::table::{self, Overrides};

/// Warnings shown of one document; all are in the database.
const SHOWN: usize = 10;

/// What became of one document.
#[derive(Debug)]
pub enum Report {
    /// It was stored.
    Stored {
        /// The file.
        path: PathBuf,
        /// Department, year and kind.
        title: String,
        /// Amounts read with certainty.
        facts: usize,
        /// How it fits the documents there were.
        imported: Imported,
        /// Warnings with their places, at most ten, then how many more.
        warnings: Vec<String>,
    },
    /// The same bytes are stored already.
    Unchanged {
        /// The document.
        path: PathBuf,
        /// Whether what the user said of it (`--department`, …) was left unapplied.
        overrides_ignored: bool,
    },
    /// It could not be stored.
    Failed(Error),
}

/// All documents of one ingest.
#[derive(Debug, Default)]
pub struct Summary {
    /// In order.
    pub reports: Vec<Report>,
    /// Whether Ctrl-C ended it early.
    pub interrupted: bool,
}

impl Summary {
    /// Number of documents that failed.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.reports.iter().filter(|r| matches!(r, Report::Failed(_))).count()
    }

    /// Number of documents that were there already.
    #[must_use]
    pub fn unchanged(&self) -> usize {
        self.reports
            .iter()
            .filter(|r| matches!(r, Report::Unchanged { .. } | Report::Stored { imported: Imported::Unchanged, .. }))
            .count()
    }

    /// `3 documents: 2 stored, 1 unchanged, 0 failed`
    #[must_use]
    pub fn line(&self) -> String {
        let all = self.reports.len();
        let (unchanged, failed) = (self.unchanged(), self.failed());
        let noun = if all == 1 { "document" } else { "documents" };
        format!("{all} {noun}: {} stored, {unchanged} unchanged, {failed} failed", all - unchanged - failed)
    }
}

/// Is told of each step.
pub trait Progress {
    /// So many documents were found.
    fn found(&mut self, documents: usize);
    /// A document is begun.
    fn begin(&mut self, path: &Path);
    /// A document is done.
    fn done(&mut self, report: &Report);
}

impl Session {
    /// Reads, recognises and stores documents; directories are searched.
    pub fn ingest(&mut self, paths: &[PathBuf], overrides: &Overrides, progress: &mut dyn Progress) -> Summary {
        let mut summary = Summary::default();
        let mut documents = Vec::new();
        for path in paths {
            match source::find(std::slice::from_ref(path)) {
                Ok(found) if found.is_empty() => {
                    documents.push(Err(Error::NoDocument(path.clone())));
                }
                Ok(found) => documents.extend(found.into_iter().map(Ok)),
                Err((path, cause)) => documents.push(Err(Error::Io { path, action: "read", cause })),
            }
        }
        progress.found(documents.len());
        for document in documents {
            if interrupt::requested() {
                summary.interrupted = true;
                break;
            }
            let report = document.and_then(|path| {
                progress.begin(&path);
                self.ingest_one(&path, overrides)
            });
            let report = report.unwrap_or_else(Report::Failed);
            progress.done(&report);
            summary.reports.push(report);
        }
        summary
    }

    fn ingest_one(&mut self, path: &Path, overrides: &Overrides) -> Result<Report, Error> {
        let document = source::read(path).map_err(|cause| Error::Source { path: path.to_owned(), cause })?;
        let fail = |cause| Error::Import { path: path.to_owned(), cause };
        if self.store.contains(&document.sha256).map_err(fail)? {
            let overrides_ignored = *overrides != Overrides::default();
            return Ok(Report::Unchanged { path: path.to_owned(), overrides_ignored });
        }
        let disclosure =
            table::recognise(&document, overrides).map_err(|cause| Error::Table { path: path.to_owned(), cause })?;
        let imported = self.store.import(&disclosure).map_err(fail)?;
        let header = &disclosure.header;
        Ok(Report::Stored {
            path: path.to_owned(),
            title: format!("{} {} {}", header.department.name, header.fiscal_year, header.kind),
            facts: disclosure.fact_count(),
            imported,
            warnings: warnings(path, &disclosure),
        })
    }
}

fn warnings(path: &Path, disclosure: &Disclosure) -> Vec<String> {
    let is_warning = |kind: DiagnosticKind| kind.is_warning();
    let all: Vec<_> = disclosure.diagnostics.iter().filter(|d| is_warning(d.kind)).collect();
    let line = |d: &&&crate::record::Diagnostic| {
        let place = d.place.to_string();
        let place = if place.is_empty() { place } else { format!("{place}: ") };
        format!("{}: {place}{}", path.display(), d.message)
    };
    let mut lines: Vec<String> = all.iter().take(SHOWN).map(|d| line(&d)).collect();
    if all.len() > SHOWN {
        let more = all.len() - SHOWN;
        lines.push(format!("{}: … and {more} more: yusuan query diagnostics", path.display()));
    }
    lines
}
