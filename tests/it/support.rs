//! A desk: one folder with one database, over many runs.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::Yusuan;

/// The sample documents that the project ships.
pub(crate) fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/samples")
}

/// Rows of a CSV text by column name.
pub(crate) fn csv_rows(text: &str) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect()
}

/// A folder whose `budget.duckdb` is used by every run.
pub(crate) struct Desk(Yusuan);

/// What a run gave.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self(Yusuan::new())
    }

    /// A desk with the samples at `data/samples`, as in the project's folder: paths in results are short
    /// and the same everywhere.
    pub(crate) fn beside_samples() -> Self {
        let desk = Self::new();
        std::fs::create_dir_all(desk.path("data/samples")).unwrap();
        for entry in std::fs::read_dir(samples()).unwrap() {
            let path = entry.unwrap().path();
            std::fs::copy(&path, desk.path("data/samples").join(path.file_name().unwrap())).unwrap();
        }
        desk
    }

    /// A desk whose database holds the sample documents.
    pub(crate) fn with_samples() -> Self {
        let desk = Self::beside_samples();
        desk.run(["ingest", "data/samples"]).succeeds();
        desk
    }

    pub(crate) fn command(&self) -> Command {
        self.0.command()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        std::fs::write(self.path(name), content).unwrap();
        self.path(name)
    }

    pub(crate) fn run<I: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = I>) -> Ran {
        let output = self.command().args(args).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let ran = Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) };
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
        ran
    }

    /// The result of a query as CSV without its heading line.
    #[track_caller]
    pub(crate) fn sql(&self, sql: &str) -> String {
        let ran = self.run(["sql", "-f", "csv", sql]).succeeds();
        ran.stdout.lines().skip(1).collect::<Vec<_>>().join("\n")
    }

    /// Number of rows of a table.
    #[track_caller]
    pub(crate) fn count(&self, table: &str) -> usize {
        self.sql(&format!("SELECT count(*) FROM {table}")).parse().unwrap()
    }
}

impl Ran {
    #[track_caller]
    pub(crate) fn succeeds(self) -> Self {
        assert_eq!(self.code, Some(0), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub(crate) fn fails_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }
}
