//! What a command works with: the database, the user's lists, queries and settings, where results go.

use std::path::{Path, PathBuf};

use super::args::{Global, Word};
use super::config;
use super::output::Output;
use crate::error::Error;
use crate::language::Language;
use crate::query::Library;
use crate::record::Aliases;
use crate::render::Format;
use crate::session::{self, Places, Session};
use crate::store::Access;

/// The database that a command works on: `--db`, `YUSUAN_DB`, the settings', `./budget.duckdb`.
pub(super) fn database(global: &Global) -> PathBuf {
    let from_environment = || std::env::var_os("YUSUAN_DB").filter(|v| !v.is_empty()).map(PathBuf::from);
    let from_file = || global.file.db.clone();
    global.db.clone().or_else(from_environment).or_else(from_file).unwrap_or_else(|| PathBuf::from("budget.duckdb"))
}

/// A file or folder of the user's settings, if it exists.
pub(super) fn configured(name: &str) -> Option<PathBuf> {
    let path = config::folder()?.join(name);
    path.exists().then_some(path)
}

/// The list of `--aliases`, else the user's; without either the one that the database holds stays.
fn aliases(global: &Global) -> Result<Option<Aliases>, Error> {
    let Some(path) = global.aliases.clone().or_else(|| configured("aliases.csv")) else {
        return Ok(None);
    };
    let fail = |cause| Error::Io { path: path.clone(), action: "read the aliases", cause };
    let text = std::fs::read_to_string(&path).map_err(fail)?;
    Aliases::parse(&text).map(Some).map_err(|cause| Error::Aliases { path, cause })
}

/// Built-in queries, then the user's, then those of `--queries`.
pub(super) fn library(global: &Global) -> Result<Library, Error> {
    let mut library = Library::embedded()?;
    if let Some(folder) = configured("queries").filter(|f| f.is_dir()) {
        library.add_folder(&folder)?;
    }
    for folder in global.file.queries.iter().chain(&global.queries) {
        library.add_folder(folder)?;
    }
    Ok(library)
}

/// Opens the database for a command that only reads it: several of them can at the same time.
pub(super) fn open_to_read(global: &Global, path: &Path) -> Result<Session, Error> {
    // A user's list of aliases is applied first.
    if !global.read_only && path.exists() && aliases(global)?.is_none() {
        let library = library(global)?;
        if let Some(session) = Session::open_to_read(path, &library)? {
            return configure(global, session);
        }
    }
    open(global, path, true)
}

/// Opens the database with the user's lists, queries and settings.
pub(super) fn open(global: &Global, path: &Path, must_exist: bool) -> Result<Session, Error> {
    if must_exist && !path.exists() {
        return Err(Error::NoDatabase(path.to_owned()));
    }
    let access = if global.read_only { Access::ReadOnly } else { Access::ReadWrite };
    if global.read_only && global.aliases.is_some() {
        return Err(Error::Usage("--aliases changes the database; leave out --read-only".to_owned()));
    }
    let aliases = if global.read_only { None } else { aliases(global)? };
    let mut session = Session::open(path, access, library(global)?)?;
    if let Some(aliases) = aliases {
        session.use_aliases(&aliases)?;
    }
    configure(global, session)
}

/// With the settings of the user and of the command line.
fn configure(global: &Global, mut session: Session) -> Result<Session, Error> {
    session.settings = config::settings(global, &global.file)?;
    session.settings.language = language();
    let by_name = || global.output.as_deref()?.extension()?.to_str().and_then(Format::parse);
    let drawn = (global.chart.is_some() && global.output.is_none()).then_some(Format::Chart);
    let format = result_format(global).or_else(by_name).or(drawn);
    session.settings.format = format.unwrap_or(session.settings.format);
    session.settings.to_file = global.output.is_some();
    session.chart.clone_from(&global.chart);
    session.places = Places { queries: config::folder().map(|f| f.join("queries")), config: config::path() };
    Ok(session)
}

/// Where results go, and as what.
pub(super) fn output(global: &Global, session: &Session) -> Result<Output, Error> {
    let unknown = |path: &&PathBuf| {
        let end = path.extension().and_then(|e| e.to_str());
        let picture = matches!(global.format, Some(Word::Result(Format::Chart | Format::Svg)));
        end.is_some_and(|e| Format::parse(e).is_none()) && (global.format.is_none() || picture)
    };
    if let Some(path) = global.output.as_ref().filter(unknown) {
        let why = session::no_format(path);
        return Err(Error::Usage(format!("{}: {why}, or name the format with -f", path.display())));
    }
    Ok(Output::open(global.output.clone(), Some(session.settings.format))?.with_stats(global.stats))
}

fn result_format(global: &Global) -> Option<Format> {
    global.format.and_then(Word::result)
}

/// The language of the first of these that is set.
pub(super) fn language() -> Language {
    let names = ["LC_ALL", "LC_MESSAGES", "LANG"];
    let locale = names.iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    Language::of_locale(&locale.unwrap_or_default())
}
