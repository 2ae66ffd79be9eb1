//! What can go wrong with a database, told in one line with its remedy.

use std::path::{Path, PathBuf};

/// An error of the store.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another process has the file open for writing.
    #[error("{}: the database is in use by another process{detail}; wait for it or close it, then try again; several may read it at once with --read-only", .path.display())]
    Locked {
        /// The database.
        path: PathBuf,
        /// Who holds it, as far as known.
        detail: String,
    },
    /// The file is something else.
    #[error("{}: not a DuckDB database; name another file with --db", .path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be opened or created.
    #[error("{}: cannot open the database: {cause}; check that the folder exists and can be written", .path.display())]
    CannotOpen {
        /// The database.
        path: PathBuf,
        /// What DuckDB says.
        cause: String,
    },
    /// A database that was made by some other program.
    #[error("{}: a DuckDB database, but not one of yusuan; name another file with --db", .path.display())]
    Foreign {
        /// The database.
        path: PathBuf,
    },
    /// The schema is of another version of the program.
    #[error("{}: the database has schema version {found}, this program knows {known}; {}", .path.display(), remedy(found, known))]
    OtherSchema {
        /// The database.
        path: PathBuf,
        /// Version of the file.
        found: String,
        /// Version of this program.
        known: String,
    },
    /// A canned query that does not compile.
    #[error("canned query `{name}`: {cause}")]
    Definition {
        /// Name of the query.
        name: String,
        /// What DuckDB says.
        cause: String,
    },
    /// A statement failed.
    #[error("{message}")]
    Sql {
        /// DuckDB's message without stack traces; the first line says what is wrong.
        message: String,
    },
    /// Text without a statement.
    #[error("no SQL statement given")]
    NoStatement,
    /// More than one statement where one is expected.
    #[error("{count} SQL statements given where one is expected; run them one by one")]
    SeveralStatements {
        /// How many.
        count: usize,
    },
    /// An amount that the model cannot hold exactly.
    #[error("amount {amount} does not fit DECIMAL(18,2)")]
    Inexact {
        /// The amount in 元.
        amount: String,
    },
    /// No object has this name.
    #[error("no table, view or query is named `{name}`; `.tables` lists them")]
    UnknownObject {
        /// The name asked for.
        name: String,
    },
    /// No room is left.
    #[error(
        "the disk is full, so nothing more is stored; what was stored before stays. Make room and run the same command again"
    )]
    DiskFull,
    /// The user stopped the statement.
    #[error("interrupted")]
    Interrupted,
}

impl StoreError {
    /// Whether the database could not be opened (exit code 3).
    #[must_use]
    pub fn is_open_failure(&self) -> bool {
        matches!(
            self,
            Self::Locked { .. }
                | Self::NotADatabase { .. }
                | Self::CannotOpen { .. }
                | Self::Foreign { .. }
                | Self::OtherSchema { .. }
        )
    }

    /// The same in one line, for a list of files: DuckDB's message names the line of the file in another one.
    #[must_use]
    pub fn of_one_line(self) -> Self {
        match self {
            Self::Sql { message } => {
                let lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
                let told = lines.filter(|line| !line.starts_with("Possible") && !line.starts_with('*')).take(3);
                Self::Sql { message: told.collect::<Vec<_>>().join(" ") }
            }
            other => other,
        }
    }

    /// Sorts what DuckDB says on opening `path`.
    pub(super) fn on_open(path: &Path, error: &duckdb::Error) -> Self {
        let message = clean(error);
        let path = path.to_owned();
        if message.contains("Could not set lock") || message.contains("being used by another process") {
            // DuckDB names the holder: "Conflicting lock is held in /usr/bin/duckdb (PID 12) by user x."
            let detail = message
                .split_once("(PID ")
                .and_then(|(_, rest)| rest.split_once(')'))
                .map_or_else(String::new, |(pid, _)| format!(" (process {pid})"));
            Self::Locked { path, detail }
        } else if message.contains("not a valid DuckDB database file") {
            Self::NotADatabase { path }
        } else {
            Self::CannotOpen { path, cause: first_line(&message) }
        }
    }
}

impl From<duckdb::Error> for StoreError {
    fn from(error: duckdb::Error) -> Self {
        let message = clean(&error);
        if message.starts_with("INTERRUPT") {
            Self::Interrupted
        } else if message.contains("No space left on device") {
            Self::DiskFull
        } else {
            Self::Sql { message }
        }
    }
}

fn remedy(found: &str, known: &str) -> &'static str {
    match (found.parse::<u32>(), known.parse::<u32>()) {
        (Ok(found), Ok(known)) if found < known => "import the documents into a new database",
        _ => "update yusuan",
    }
}

/// DuckDB's message without what only its developers can use.
fn clean(error: &duckdb::Error) -> String {
    let message = match error {
        duckdb::Error::DuckDBFailure(_, Some(message)) => message.clone(),
        other => other.to_string(),
    };
    let message = message.split("\nStack Trace:").next().unwrap_or_default();
    message.split("\n\nStack Trace").next().unwrap_or_default().trim().to_owned()
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().trim_end_matches('.').to_owned()
}
