//! Canned queries: SQL macros and views with a header that people and completion can read.
//!
//! The built-in ones are embedded from `queries/`; users add folders of their own.

mod call;
mod check;
mod header;
mod library;
mod suggest;
mod words;

use std::path::PathBuf;

pub use check::Rule;
pub use header::{ColumnNote, Param, ParamType, Query, Shape};
pub use library::Library;
pub use words::split_words;

pub(crate) use suggest::suggest;

/// Why a canned query cannot be called or read.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// No query has that name.
    #[error("unknown query `{name}`; {}", did_you_mean(suggestion.as_deref(), "`.queries` lists all (on the command line `yusuan queries`)"))]
    Unknown {
        /// What was typed.
        name: String,
        /// The nearest name.
        suggestion: Option<String>,
    },
    /// The query has no such parameter.
    #[error("{query}: unknown parameter `{name}`; {}", did_you_mean(suggestion.as_deref(), &format!("it takes {takes}")))]
    UnknownParameter {
        /// The query.
        query: String,
        /// What was typed.
        name: String,
        /// The nearest name.
        suggestion: Option<String>,
        /// Its parameters.
        takes: String,
    },
    /// More values than parameters.
    #[error("{query}: `{value}` is one value too many; it takes {takes}")]
    TooMany {
        /// The query.
        query: String,
        /// The first value without a parameter.
        value: String,
        /// Its parameters.
        takes: String,
    },
    /// A parameter has two values.
    #[error("{query}: the parameter `{name}` is given twice; leave one out")]
    Twice {
        /// The query.
        query: String,
        /// The parameter.
        name: String,
    },
    /// A value is not of the parameter's type.
    #[error("{query}: {name}: `{value}` is no {expected}; write {name}={example}")]
    Value {
        /// The query.
        query: String,
        /// The parameter.
        name: String,
        /// What was typed.
        value: String,
        /// What it should be.
        expected: &'static str,
        /// A good value.
        example: &'static str,
    },
    /// A quote is not closed.
    #[error("a quote is opened and not closed in `{0}`; close it")]
    Quote(String),
    /// A query file is not well formed.
    #[error("{file}: line {line}: {cause}")]
    Header {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong and what helps.
        cause: String,
    },
    /// A folder or file of queries cannot be read.
    #[error("{}: cannot read the queries: {cause}; name another folder with --queries", path.display())]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
}

impl QueryError {
    /// Whether the call is wrong rather than the query.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        !matches!(self, Self::Header { .. } | Self::Folder { .. })
    }
}

fn did_you_mean(suggestion: Option<&str>, otherwise: &str) -> String {
    suggestion.map_or_else(|| otherwise.to_owned(), |name| format!("did you mean `{name}`?"))
}
