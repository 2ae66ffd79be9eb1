//! Canned queries: SQL macros and views with a header that people and completion can read.
//!
//! The built-in ones are embedded from `queries/`; users add folders of their own.

mod call;
mod check;
mod header;
mod library;
mod money;
mod pipeline;
mod suggest;
mod words;

use std::path::PathBuf;

pub use call::Given;
pub use check::Rule;
pub use header::{ColumnNote, Param, ParamType, Query, Shape};
pub use library::Library;
pub use money::{Holds, columns as columns_of};
pub use pipeline::{Pipeline, Setting};
pub use words::{join_words, quote_word, split_words};

pub(crate) use suggest::{suggest, suggest_part};

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
    /// A value is none of those that there are.
    #[error("{query}: {name}: `{value}` is none of {choices}{}", suggestion.as_ref().map(|s| format!("; did you mean `{s}`?")).unwrap_or_default())]
    Choice {
        /// The query.
        query: String,
        /// The parameter.
        name: String,
        /// What was typed.
        value: String,
        /// The nearest value.
        suggestion: Option<String>,
        /// All values.
        choices: String,
    },
    /// A value is of the right type, and nothing in the database has it.
    #[error("{query}: no {what} is called `{value}`; {remedy}")]
    Nothing {
        /// The query.
        query: String,
        /// What it would be: department, region.
        what: &'static str,
        /// What was typed.
        value: String,
        /// The nearest value, or where they are listed.
        remedy: String,
    },
    /// A parameter of a script has no value.
    #[error("{query}: the parameter `{name}` needs a value: {meaning}; write {name}={example}")]
    Missing {
        /// The script.
        query: String,
        /// The parameter.
        name: String,
        /// What it does.
        meaning: String,
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
        !matches!(self, Self::Header { .. } | Self::Folder { .. } | Self::Nothing { .. })
    }
}

fn did_you_mean(suggestion: Option<&str>, otherwise: &str) -> String {
    suggestion.map_or_else(|| otherwise.to_owned(), |name| format!("did you mean `{name}`?"))
}
