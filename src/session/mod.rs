//! What both fronts share: an open database, the canned queries, settings, and what an input means.

mod batch;
mod commands;
mod complete;
mod export;
mod ingest;
mod interrupt;
mod split;
mod tokens;
mod why;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::language::Language;
use crate::query::{Library, QueryError, suggest};
use crate::record::Aliases;
use crate::render::{self, Format, Style, Unit};
use crate::store::{Access, Outcome, Store};

pub(crate) use commands::list_queries;
pub use commands::{Argument, COMMANDS, Command, Takes};
pub use complete::{Candidate, Completion};
pub use ingest::{Progress, Report, Summary};
pub use interrupt::{listen, patient};
pub use split::{Begun, Split, Statement, places, split, split_sql, unfinished};
pub use tokens::{Kind, Piece, is_keyword, pieces};

/// How results look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The format.
    pub format: Format,
    /// The unit of money.
    pub unit: Unit,
    /// Whether the time taken is shown.
    pub timer: bool,
    /// Columns of the terminal.
    pub width: Option<usize>,
    /// Whether what is longer than the screen goes to the pager; it does unless told otherwise.
    pub pager: Option<bool>,
    /// The language of messages.
    pub language: Language,
}

/// A result and how it was asked for.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What was typed: a call of a canned query, or SQL.
    pub call: String,
    /// The rows.
    pub outcome: Outcome,
    /// How long the database took.
    pub elapsed: Duration,
    /// The chart that suits, as the header of the canned query says.
    pub chart: Option<String>,
}

/// What an input yields.
#[derive(Debug)]
pub enum Shown {
    /// A result.
    Rows(Answer),
    /// Text, shown as it is.
    Text(String),
    /// The user wants to edit this, or the last statement.
    Edit(Option<String>),
    /// The user wants to leave.
    Quit,
}

/// An open database with everything needed to question it.
#[derive(Debug)]
pub struct Session {
    store: Store,
    library: Library,
    /// How results look.
    pub settings: Settings,
    path: PathBuf,
    /// The last result: `_` in SQL.
    last: Option<Answer>,
    /// What completion has read from the database.
    known: complete::Known,
}

impl Session {
    /// Opens a database and brings its macros up to date.
    ///
    /// # Errors
    /// When the database cannot be opened or a query cannot be installed.
    pub fn open(path: &Path, access: Access, library: Library) -> Result<Self, Error> {
        let store = Store::open(path, access)?;
        if access == Access::ReadWrite {
            refresh(&store, &library)?;
        }
        Ok(Self {
            store,
            library,
            settings: Settings::default(),
            path: path.to_owned(),
            last: None,
            known: complete::Known::default(),
        })
    }

    /// A session without a file.
    ///
    /// # Errors
    /// When a query cannot be installed.
    pub fn in_memory(library: Library) -> Result<Self, Error> {
        let store = Store::in_memory()?;
        refresh(&store, &library)?;
        let path = PathBuf::from(":memory:");
        Ok(Self { store, library, settings: Settings::default(), path, last: None, known: complete::Known::default() })
    }

    /// Makes `aliases` the list that holds for the database; what is stored follows it at once. Returns
    /// whether it differs from the one that held.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn use_aliases(&mut self, aliases: &Aliases) -> Result<bool, Error> {
        self.known.forget();
        Ok(self.store.use_aliases(aliases)?)
    }

    /// The canned queries.
    #[must_use]
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// The database file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Names of tables and views; none when the catalog cannot be read.
    #[must_use]
    pub fn tables(&self) -> Vec<String> {
        self.store.objects().unwrap_or_default().into_iter().map(|o| o.name).collect()
    }

    /// Evaluates an input of any number of statements.
    ///
    /// # Errors
    /// The first failure; the statements after it are not run.
    pub fn eval(&mut self, input: &str) -> Result<Vec<Shown>, Error> {
        let mut shown = Vec::new();
        for statement in split(input).statements {
            shown.extend(self.eval_one(&statement)?);
        }
        Ok(shown)
    }

    /// Evaluates one statement.
    ///
    /// # Errors
    /// When it fails.
    pub fn eval_one(&mut self, statement: &Statement) -> Result<Vec<Shown>, Error> {
        match statement {
            Statement::Sql(sql) => {
                if !only_reads(sql) {
                    self.known.forget();
                }
                Ok(vec![self.answer(sql, sql, None)?])
            }
            Statement::Query(text) => {
                let sql = self.library.call_text(text).map_err(|error| self.or_table(text, error.into()))?;
                let name = text.split_whitespace().next().unwrap_or_default();
                let chart = self.library.find(name).and_then(|q| q.chart.clone());
                Ok(vec![self.answer(text, &sql, chart)?])
            }
            Statement::Command(text) => commands::run(self, text),
        }
    }

    /// Runs SQL whose result becomes the last one.
    fn answer(&mut self, call: &str, sql: &str, chart: Option<String>) -> Result<Shown, Error> {
        if names_last(sql)
            && let Some(last) = &self.last
        {
            self.store.keep(LAST, &last.outcome)?;
        }
        let start = Instant::now();
        let outcome = self.sql(sql)?;
        let answer = Answer { call: call.to_owned(), outcome, elapsed: start.elapsed(), chart };
        self.last = Some(answer.clone());
        Ok(Shown::Rows(answer))
    }

    /// The last result.
    #[must_use]
    pub fn last(&self) -> Option<&Answer> {
        self.last.as_ref()
    }

    /// Runs one SQL statement; Ctrl-C stops it.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn sql(&self, sql: &str) -> Result<Outcome, Error> {
        let handle = self.store.interrupt_handle();
        let (outcome, interrupted) = interrupt::during(move || handle.interrupt(), || self.store.run(sql));
        match outcome {
            Ok(outcome) => Ok(outcome),
            Err(_) if interrupted => Err(Error::Interrupted),
            Err(error) => Err(error.into()),
        }
    }

    fn style(&self) -> Style {
        let Settings { format, unit, width, .. } = self.settings;
        Style { format, unit, width, elapsed: None }
    }

    /// The text of what was yielded, in the session's settings.
    #[must_use]
    pub fn show(&self, shown: &Shown) -> String {
        match shown {
            Shown::Rows(Answer { outcome, elapsed, .. }) => {
                let style = Style { elapsed: self.settings.timer.then_some(*elapsed), ..self.style() };
                render::render(&outcome.schema, &outcome.batches, &style)
            }
            Shown::Text(text) => text.clone(),
            Shown::Edit(_) | Shown::Quit => String::new(),
        }
    }

    /// A word that is no query may be a table.
    fn or_table(&self, text: &str, error: Error) -> Error {
        let Error::Query(QueryError::Unknown { name, suggestion }) = error else { return error };
        let word = text.split_whitespace().next().unwrap_or_default();
        let tables = self.tables();
        if tables.iter().any(|t| t == word) {
            return Error::Command(format!("`{word}` is a table; write FROM {word};"));
        }
        let near = || suggest(&name, tables.iter().map(String::as_str)).map(str::to_owned);
        let suggestion = suggestion.or_else(near);
        QueryError::Unknown { name, suggestion }.into()
    }
}

/// Writes a csv file again as parquet.
///
/// # Errors
/// When one cannot be read or the other not be written.
pub fn to_parquet(csv: &Path, parquet: &Path) -> Result<(), Error> {
    Ok(Store::in_memory()?.csv_to_parquet(csv, parquet)?)
}

/// The name of the last result in SQL.
const LAST: &str = "_";

/// Whether SQL reads the last result: a `_` that is a word of its own.
fn names_last(sql: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    sql.split(|c: char| !part(c)).any(|word| word == LAST)
}

/// Whether SQL surely leaves data and definitions as they are.
fn only_reads(sql: &str) -> bool {
    const READS: [&str; 9] = ["FROM", "SELECT", "VALUES", "DESCRIBE", "DESC", "SHOW", "SUMMARIZE", "PIVOT", "UNPIVOT"];
    let first = pieces(sql.get(..sql.len().min(200)).unwrap_or(sql));
    let first = first.into_iter().find(|p| !matches!(p.kind, Kind::Space | Kind::Comment | Kind::Symbol));
    first.is_some_and(|p| READS.iter().any(|word| p.is(word)))
}

fn refresh(store: &Store, library: &Library) -> Result<(), Error> {
    let version = library.version();
    if store.definitions_version()?.as_deref() != Some(version.as_str()) {
        store.install(&library.definitions())?;
        store.set_definitions_version(&version)?;
    }
    Ok(())
}
