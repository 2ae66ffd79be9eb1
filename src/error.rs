//! One error for both fronts: what failed, where, and what helps.

use std::borrow::Cow;
use std::path::PathBuf;

use crate::frame::FrameError;
use crate::query::QueryError;
use crate::record::{AliasError, MappingError};
use crate::source::{FindError, SourceError};
use crate::store::StoreError;
use crate::synth::SynthError;
use crate::table::TableError;

/// Anything that stops a command. Shown as `error: <file>: <place>: <cause>; <remedy>`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read as a document.
    #[error("{}: {cause}", path.display())]
    Source {
        /// The document.
        path: PathBuf,
        /// Why.
        cause: SourceError,
    },
    /// A document is no disclosure.
    #[error("{}: {cause}", path.display())]
    Table {
        /// The document.
        path: PathBuf,
        /// Why.
        cause: TableError,
    },
    /// A document could not be stored.
    #[error("{}: {cause}", path.display())]
    Import {
        /// The document.
        path: PathBuf,
        /// Why.
        cause: StoreError,
    },
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A canned query is unknown, wrongly called or wrongly written.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// A pipeline is wrong.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// A list of aliases is not well formed.
    #[error("{}: {cause}", path.display())]
    Aliases {
        /// The list.
        path: PathBuf,
        /// What is wrong.
        cause: AliasError,
    },
    /// A file or directory cannot be used.
    #[error("{}: cannot {action}: {cause}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// Why it failed.
        cause: std::io::Error,
    },
    /// The database file does not exist.
    #[error("{}: there is no database; make one with `yusuan ingest PATH… --db {}`", .0.display(), .0.display())]
    NoDatabase(PathBuf),
    /// A path leads to no document.
    #[error("{}: {cause}", .path.display())]
    Find {
        /// The path or pattern.
        path: PathBuf,
        /// Why.
        cause: FindError,
    },
    /// A document made the program fail: a bug, but only this document's.
    #[error("{}: the program failed on this document: {message}; please report it", .path.display())]
    Panic {
        /// The document.
        path: PathBuf,
        /// What the program said.
        message: String,
    },
    /// A command of the REPL is unknown or wrongly used.
    #[error("{0}")]
    Command(String),
    /// A statement of a script failed.
    #[error("{file}: line {line}: {cause}")]
    Script {
        /// The script.
        file: String,
        /// Where the statement begins, from 1.
        line: usize,
        /// Why.
        cause: Box<Error>,
    },
    /// What was done of a script in which statements failed.
    #[error("{0}")]
    Scripts(String),
    /// A statement took too long.
    #[error("stopped after {} s, the time limit; narrow the query, or give it more time with --timeout (at the prompt `.config timeout`)", .0.as_secs_f64())]
    Timeout(std::time::Duration),
    /// The command line is wrong.
    #[error("{0}")]
    Usage(String),
    /// The columns of a long table are not understood.
    #[error("{}: {cause}", path.display())]
    Mapping {
        /// The mapping or the table.
        path: PathBuf,
        /// Why.
        cause: MappingError,
    },
    /// A synthetic corpus was not written.
    #[error(transparent)]
    Synth(#[from] SynthError),
    /// The result could not be written.
    #[error("cannot write the result: {0}; choose another file with -o")]
    Output(String),
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// The reader of the output went away.
    #[error("the output was closed")]
    BrokenPipe,
}

/// Characters of a line of a message.
const LONGEST: usize = 600;

/// A message whose lines are no longer than anyone reads: what was typed may be a megabyte.
#[must_use]
pub fn brief(message: &str) -> Cow<'_, str> {
    if message.len() <= LONGEST {
        return message.into();
    }
    let short = |line: &str| match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line.to_owned(),
    };
    message.lines().map(short).collect::<Vec<_>>().join("\n").into()
}

impl Error {
    /// 1 a query or document failed, 2 wrong usage, 3 no database, 130 interrupted.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::BrokenPipe => 0,
            Self::Usage(_) => 2,
            Self::Query(error) if error.is_usage() => 2,
            Self::NoDatabase(_) => 3,
            Self::Store(cause) if cause.is_open_failure() => 3,
            Self::Interrupted | Self::Frame(FrameError::Interrupted) => 130,
            _ => 1,
        }
    }
}
