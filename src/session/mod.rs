//! What both fronts share: an open database, the canned queries, settings, and what an input means.

mod answer;
mod batch;
mod bind;
mod bulk;
mod check;
mod commands;
mod complete;
mod deadline;
mod define;
mod export;
mod fold;
mod frames;
mod ingest;
mod interrupt;
mod last;
mod limit;
mod log;
mod mapping_file;
mod near;
mod package;
mod part;
mod pour;
mod save;
mod script;
mod seen;
mod settings;
mod sheet;
mod split;
mod tokens;
mod why;

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::error::Error;
use crate::frame::Frames;
use crate::language::Language;
use crate::query::{Given, Library, Query, QueryError, columns_of, split_words, suggest};
use crate::record::{Aliases, Mapping};
use crate::render::{self, ChartSpec, Cut, Format, Style};
use crate::store::{Access, Departments, Outcome, Store, StoreError, names_last};

use deadline::Deadline;
use log::Log;
use pour::Poured;

pub use answer::Answer;
pub use check::checks;
pub(crate) use commands::list_queries;
pub use commands::{Argument, COMMANDS, Command, Takes};
pub use complete::{Candidate, Completion};
pub(crate) use export::no_format;
pub use ingest::{Progress, Report, Summary};
pub use interrupt::{listen, patient};
pub use limit::Limit;
pub use mapping_file::read_mapping;
pub(crate) use part::Part;
pub use pour::Outlet;
pub use script::{Script, Sink, Tally, utf8};
pub use seen::Seen;
pub use settings::{Color, SETTINGS, Setting, Settings, seconds};
pub use split::{Begun, Split, Statement, places, split, split_sql, unfinished};
pub use tokens::{Kind, Piece, is_keyword, pieces};

/// What an input yields.
#[derive(Debug)]
pub enum Shown {
    /// A result.
    Rows(Answer),
    /// Text, shown as it is.
    Text(String),
    /// The user wants to edit this, or the last statement.
    Edit(Option<String>),
    /// A statement of a script that was read; those after it ran or were told.
    Failed(Error),
    /// The user wants to leave.
    Quit,
}

/// Files of the user's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// Folder of canned queries.
    pub queries: Option<PathBuf>,
    /// File of settings.
    pub config: Option<PathBuf>,
}

/// An open database with everything needed to question it.
#[derive(Debug)]
pub struct Session {
    store: Store,
    library: Library,
    /// How results look.
    pub settings: Settings,
    /// Where the user's files are.
    pub places: Places,
    /// The picture that is drawn of every result, instead of the one that suits it.
    pub chart: Option<ChartSpec>,
    /// What the columns of long tables mean, where the user says it; then every file is one.
    pub mapping: Option<Mapping>,
    path: PathBuf,
    access: Access,
    /// The last result: `_` in SQL.
    last: Option<Answer>,
    /// Whether the table `_` holds all rows of the last result, of which only the first were fetched.
    kept: Cell<bool>,
    /// Where results are written to as they come.
    outlet: Option<Box<dyn Outlet>>,
    /// What completion has read from the database.
    known: complete::Known,
    /// The file that was exported to last, and what is in it.
    exported: Option<(PathBuf, Vec<Answer>)>,
    log: Option<Log>,
    /// How deep scripts are nested; 0 outside of any.
    depth: usize,
    /// Frames that were kept under a name.
    frames: Frames,
}

impl Session {
    /// Opens a database and brings its macros up to date.
    ///
    /// # Errors
    /// When the database cannot be opened or a query cannot be installed.
    pub fn open(path: &Path, access: Access, library: Library) -> Result<Self, Error> {
        let store = Store::open(path, access)?;
        define::refresh(&store, &library, access)?;
        Ok(Self { access, ..Self::with(store, library, path.to_owned()) })
    }

    /// Opens a database to read it, so that others can read it at the same time; `None` where its macros are not up to date
    /// and have to be written first.
    ///
    /// # Errors
    /// When the database cannot be opened.
    pub fn open_to_read(path: &Path, library: &Library) -> Result<Option<Self>, Error> {
        let store = Store::open(path, Access::ReadOnly)?;
        let current = define::is_current(&store, library)?;
        let session = || Self { access: Access::ReadOnly, ..Self::with(store, library.clone(), path.to_owned()) };
        Ok(current.then(session))
    }

    fn with(store: Store, library: Library, path: PathBuf) -> Self {
        Self {
            store,
            library,
            settings: Settings::default(),
            places: Places::default(),
            chart: None,
            path,
            access: Access::ReadWrite,
            mapping: None,
            last: None,
            kept: Cell::new(false),
            outlet: None,
            known: complete::Known::default(),
            exported: None,
            log: None,
            depth: 0,
            frames: Frames::default(),
        }
    }

    /// A session without a file.
    ///
    /// # Errors
    /// When a query cannot be installed.
    pub fn in_memory(library: Library) -> Result<Self, Error> {
        let store = Store::in_memory()?;
        define::refresh(&store, &library, Access::ReadWrite)?;
        Ok(Self::with(store, library, PathBuf::from(":memory:")))
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
        let shown = match statement {
            Statement::Sql(sql) => {
                if !only_reads(sql) {
                    self.known.forget();
                }
                self.answer(sql, sql, None, None).map(|shown| vec![shown])
            }
            Statement::Frame(text) => self.frame(text),
            Statement::Query(text) => self.line(text),
            Statement::Command(text) => commands::run(self, text),
        };
        self.note(statement, shown.is_ok());
        shown
    }

    /// Runs a line that is neither SQL nor a command: a canned query, a saved pipeline, a check, or a word of other programs.
    fn line(&mut self, text: &str) -> Result<Vec<Shown>, Error> {
        let name = text.split_whitespace().next().unwrap_or_default();
        if self.library.find(name).is_some() {
            return self.call(text).map(|shown| vec![shown]);
        }
        if self.library.pipeline(name).is_some() {
            return self.frame(text);
        }
        if name.eq_ignore_ascii_case("check") {
            return self.check(text);
        }
        match commands::bare(text) {
            Some(command) => commands::run(self, &command),
            None => self.call(text).map(|shown| vec![shown]),
        }
    }

    /// Runs a canned query. A value that nothing in the database has is told, with the nearest one.
    fn call(&mut self, text: &str) -> Result<Shown, Error> {
        let sql = self.library.call_text(text).map_err(|error| self.or_table(text, error.into()))?;
        let words = split_words(text)?;
        let name = words.first().map(String::as_str).unwrap_or_default();
        let query = self.library.find(name).cloned();
        let given =
            query.as_ref().map(|q| q.given_by(words.get(1..).unwrap_or_default())).transpose()?.unwrap_or_default();
        let departments = query.as_ref().and_then(|q| departments(q, &given));
        let shown = self.answer(text, &sql, query.as_ref(), departments.as_ref())?;
        if let (Some(query), Shown::Rows(answer)) = (&query, &shown)
            && answer.outcome.rows() == 0
            && let Some(error) = self.names_nothing(&query.name, &given)
        {
            return Err(error);
        }
        Ok(shown)
    }

    /// Runs SQL whose result becomes the last one.
    fn answer(
        &mut self,
        call: &str,
        sql: &str,
        query: Option<&Query>,
        departments: Option<&Departments>,
    ) -> Result<Shown, Error> {
        let start = Instant::now();
        if names_last(sql) {
            self.keep_last()?;
        }
        let (outcome, cut, poured) = if let Some(Poured { outcome, cut, seen }) = self.pour(sql)? {
            (outcome, cut, seen)
        } else {
            let (outcome, cut) = self.fetch(sql, departments)?;
            (outcome, cut, None)
        };
        if outcome.rows() == 0 && outcome.position("Count") == Some(0) && !only_reads(sql) {
            // `CREATE TABLE` and its like count nothing: there is nothing to show, and the result before stays.
            return Ok(Shown::Text(String::new()));
        }
        let mut answer =
            Answer { sql: Some(sql.to_owned()), cut, poured, ..Answer::new(call, outcome, start.elapsed()) };
        answer = match query {
            Some(query) => answer.noted(query),
            None => answer.measured(&columns_of(sql, &|name| self.library.is_money(name))),
        };
        if let Some(spec) = &self.chart {
            answer = answer.charted(spec);
        }
        self.remember(&answer);
        if answer.cut == Cut::First && self.is_for_parquet() {
            // The database writes the file; the rows need not come out of it.
            self.keep_last()?;
            answer.poured = self.in_table(&answer)?;
        }
        Ok(Shown::Rows(answer))
    }

    fn is_for_parquet(&self) -> bool {
        self.settings.to_file && self.settings.format == Format::Parquet
    }

    /// Runs SQL as far as the settings let it: the rows, and whether there are more.
    fn fetch(&self, sql: &str, departments: Option<&Departments>) -> Result<(Outcome, Cut), Error> {
        let Settings { limit, format, .. } = self.settings;
        let first = if self.is_for_parquet() { Some(limit::LOOKED_AT) } else { self.settings.first(format) };
        let (rows, cut) = match (limit.rows(), first) {
            (Some(rows), _) => (rows, Cut::Limit),
            (None, Some(rows)) => (rows, Cut::First),
            (None, None) => return Ok((self.sql(sql)?, Cut::No)),
        };
        let work = |store: &Store| match cut {
            Cut::Limit => store.run_up_to(sql, Some(rows)),
            _ => store.run_first(sql, rows),
        };
        let (outcome, more) = match departments {
            Some(asked) => self.guarded(|store| store.leading(asked, rows, work))?,
            None => self.guarded(work)?,
        };
        Ok((outcome, if more { cut } else { Cut::No }))
    }

    /// Runs one SQL statement; Ctrl-C stops it.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn sql(&self, sql: &str) -> Result<Outcome, Error> {
        self.guarded(|store| store.run(sql))
    }

    /// Works on the database until Ctrl-C or the end of the time there is.
    fn guarded<T>(&self, work: impl FnOnce(&Store) -> Result<T, StoreError>) -> Result<T, Error> {
        let handle = self.store.interrupt_handle();
        let limit = self.settings.timeout;
        let deadline = limit.map(|limit| {
            let handle = handle.clone();
            Deadline::after(limit, move || handle.interrupt())
        });
        let (result, interrupted) = interrupt::during(move || handle.interrupt(), || work(&self.store));
        match result {
            Ok(done) => Ok(done),
            Err(_) if interrupted => Err(Error::Interrupted),
            Err(StoreError::Interrupted) if deadline.is_some_and(|d| d.is_over()) => {
                Err(Error::Timeout(limit.unwrap_or_default()))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn style(&self) -> Style {
        let Settings { format, unit, width, fixed_width, at_prompt, .. } = self.settings;
        let width = fixed_width.or(width);
        Style { format, unit, width, color: self.settings.colored(), at_prompt, ..Style::default() }
    }

    /// The rows of a result that are shown in a format, and whether there are more.
    fn shown(&self, answer: &Answer, format: Format) -> (Outcome, Cut) {
        match self.settings.first(format) {
            Some(rows) if answer.outcome.rows() > rows => (answer.outcome.head(rows), Cut::First),
            _ => (answer.outcome.clone(), answer.cut),
        }
    }

    /// Whether a picture shows all of a result.
    fn drawable(&self, answer: &Answer) -> Result<(), String> {
        match self.shown(answer, Format::Chart) {
            (outcome, Cut::First) => Err(render::too_many(outcome.rows())),
            _ => Ok(()),
        }
    }

    /// The picture of a result in signs.
    fn picture(&self, answer: &Answer) -> Result<String, String> {
        let (outcome, cut) = self.shown(answer, Format::Chart);
        render::picture(&outcome.schema, &outcome.batches, &Style { cut, ..self.style() })
    }

    /// The text of what was yielded, in the session's settings.
    #[must_use]
    pub fn show(&self, shown: &Shown) -> String {
        match shown {
            Shown::Rows(answer) if answer.poured.is_none() => {
                let (outcome, cut) = self.shown(answer, self.settings.format);
                let elapsed = self.settings.timer.then_some(answer.elapsed);
                let style = Style { elapsed, cut, ..self.style() };
                let text = render::render(&outcome.schema, &outcome.batches, &style);
                self.with_notes(text)
            }
            Shown::Text(text) => text.clone(),
            Shown::Failed(error) => self.settings.language.say(&format!("error: {error}\n")),
            // What was poured was written as it came.
            Shown::Rows(_) | Shown::Edit(_) | Shown::Quit => String::new(),
        }
    }

    /// How many rows of a result are shown, and whether they are all.
    #[must_use]
    pub fn rows_shown(&self, answer: &Answer) -> (usize, Cut) {
        if let Some(seen) = &answer.poured {
            return (seen.rows, Cut::No);
        }
        let (outcome, cut) = self.shown(answer, self.settings.format);
        (outcome.rows(), cut)
    }

    /// What is to be told where rows of a result are left out.
    #[must_use]
    pub fn note_of(&self, answer: &Answer) -> Option<String> {
        let note = match self.rows_shown(answer) {
            (_, Cut::No) => return None,
            (rows, Cut::Limit) => format!("note: {rows} rows, cut off by the limit: there are more"),
            // A picture tells it itself.
            (_, Cut::First) if self.settings.format == Format::Chart => return None,
            (rows, Cut::First) if self.settings.at_prompt => {
                format!("note: first {rows} rows, there are more; all of them: .config limit off, or .export FILE.csv")
            }
            (rows, Cut::First) => {
                format!("note: first {rows} rows, there are more; all of them: --limit off, or -f csv, or -o FILE.csv")
            }
        };
        Some(self.settings.language.say(&note))
    }

    /// A table whose notes, the lines under it, are in the user's language and no wider than the screen.
    fn with_notes(&self, text: String) -> String {
        let Settings { language, format: Format::Table, .. } = self.settings else { return text };
        let Some((table, notes)) = text
            .rfind("┘\n")
            .and_then(|at| text.split_at_checked(at + "┘\n".len()))
            .filter(|(_, notes)| !notes.is_empty())
        else {
            return text;
        };
        let notes = if language == Language::English { notes.to_owned() } else { language.say(notes) };
        let notes = self.style().width.map_or_else(|| notes.clone(), |width| fold::fold(&notes, width));
        format!("{table}{notes}")
    }

    /// A word that is no query may be a table.
    fn or_table(&self, text: &str, error: Error) -> Error {
        let Error::Query(QueryError::Unknown { name, suggestion }) = error else { return error };
        let word = text.split_whitespace().next().unwrap_or_default();
        if let Some(remedy) = commands::elsewhere(word) {
            return Error::Command(format!("`{word}` is no query; {remedy}"));
        }
        let tables = self.tables();
        if tables.iter().any(|t| t == word) {
            return Error::Command(format!("`{word}` is a table; write FROM {word};"));
        }
        let words = tables.iter().map(String::as_str).chain(split::SQL_WORDS.split_whitespace());
        let near = || suggest(&name, words).map(|w| if split::is_sql(w) { w.to_uppercase() } else { w.to_owned() });
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

/// The departments that a call asks for, where the rows of each stand for themselves.
fn departments(query: &Query, given: &[Given<'_>]) -> Option<Departments> {
    if !query.by_department || given.iter().any(|g| Some(&g.param.name) == query.unless.as_ref()) {
        return None;
    }
    let literal = |name: &str| given.iter().find(|g| g.param.name == name).map_or("NULL", |g| &g.literal).to_owned();
    Some(Departments { department: literal("department"), region: literal("region") })
}

/// Whether SQL surely leaves data and definitions as they are.
#[must_use]
pub fn only_reads(sql: &str) -> bool {
    const READS: [&str; 9] = ["FROM", "SELECT", "VALUES", "DESCRIBE", "DESC", "SHOW", "SUMMARIZE", "PIVOT", "UNPIVOT"];
    let first = pieces(sql.get(..sql.len().min(200)).unwrap_or(sql));
    let first = first.into_iter().find(|p| !matches!(p.kind, Kind::Space | Kind::Comment | Kind::Symbol));
    first.is_some_and(|p| READS.iter().any(|word| p.is(word)))
}
