//! What was typed → what is done.

use std::ffi::OsString;
use std::io::{IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};

use clap::{CommandFactory as _, Parser as _};
use etcetera::BaseStrategy as _;

use super::args::{Action, Cli, Global, Ingest, Synth, Word};
use super::output::Output;
use super::progress::{self, Bar};
use crate::error::Error;
use crate::language::Language;
use crate::query::{Library, suggest};
use crate::record::Aliases;
use crate::render::Format;
use crate::repl::{self, Terminal};
use crate::session::{self, Session, Shown, Statement, list_queries, split, split_sql};
use crate::store::Access;
use crate::synth::{self, Form, Plan};
use crate::table::Overrides;

/// Does what the arguments say, the program's name first; returns the exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return u8::try_from(error.exit_code()).unwrap_or(2);
        }
    };
    session::listen();
    session::patient(false);
    match dispatch(cli) {
        Ok(code) => code,
        Err(error) => {
            if !matches!(error, Error::BrokenPipe) {
                complain(&error);
            }
            error.exit_code()
        }
    }
}

/// Standard error may be closed too.
fn complain(error: &Error) {
    let language = language();
    let _ = writeln!(std::io::stderr(), "{} {}", language.say("error:"), language.say(&error.to_string()));
}

fn dispatch(cli: Cli) -> Result<u8, Error> {
    let Cli { action, file, global } = cli;
    if matches!(global.format, Some(Word::Text | Word::Pdf)) && !matches!(action, Some(Action::Synth(_))) {
        return Err(Error::Usage(format!("text and pdf are formats of `synth`; {}", super::args::formats())));
    }
    match action {
        Some(Action::Synth(synth)) => do_synth(&global, &synth),
        Some(Action::Ingest(ingest)) => do_ingest(&global, ingest),
        Some(Action::Query { name, args }) => {
            // A wrong call is told even where there is no database.
            let sql = library(&global)?.call(&name, &args)?;
            answer(&global, &[Statement::Sql(sql)])
        }
        Some(Action::Departments { args }) => {
            let sql = library(&global)?.call("departments", &args)?;
            answer(&global, &[Statement::Sql(sql)])
        }
        Some(Action::Why { args }) => {
            let sql = library(&global)?.call("why", &args)?;
            answer(&global, &[Statement::Sql(sql)])
        }
        Some(Action::Check { args, strict }) => do_check(&global, &args, strict),
        Some(Action::Queries { word }) => {
            let text = list_queries(&library(&global)?, word.as_deref().unwrap_or_default(), None);
            let mut output = Output::open(global.output.clone(), None)?;
            output.write(&text)?;
            output.finish(None)?;
            Ok(0)
        }
        Some(Action::Sql { text }) => {
            let statements = split_sql(&text).statements;
            if statements.is_empty() {
                return Err(Error::Usage("no SQL; write yusuan sql \"FROM documents\"".to_owned()));
            }
            answer(&global, &statements)
        }
        Some(Action::Run { script }) => answer(&global, &split(&read_script(&script)?).statements),
        Some(Action::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "yusuan", &mut script);
            let mut output = Output::open(global.output.clone(), None)?;
            output.write(&String::from_utf8_lossy(&script))?;
            output.finish(None)?;
            Ok(0)
        }
        Some(Action::Repl) => prompt(&global, &database(&global)),
        None => {
            let path = file.map_or_else(|| Ok(database(&global)), named_database)?;
            prompt(&global, &path)
        }
    }
}

fn database(global: &Global) -> PathBuf {
    let from_environment = || std::env::var_os("YUSUAN_DB").filter(|v| !v.is_empty()).map(PathBuf::from);
    global.db.clone().or_else(from_environment).unwrap_or_else(|| PathBuf::from("budget.duckdb"))
}

/// A word that is no file is rather a command with a typing error than a new database.
fn named_database(path: PathBuf) -> Result<PathBuf, Error> {
    let is_database = path.extension().is_some_and(|e| e == "duckdb" || e == "db" || e == "ddb");
    if path.exists() || is_database {
        return Ok(path);
    }
    let word = path.display().to_string();
    let command = Cli::command();
    let remedy = match suggest(&word, command.get_subcommands().map(clap::Command::get_name)) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "`yusuan --help` lists the commands".to_owned(),
    };
    Err(Error::Usage(format!("`{word}` is neither a command nor a database file; {remedy}")))
}

/// A file or folder of the user's settings, if it exists.
fn configured(name: &str) -> Option<PathBuf> {
    let path = etcetera::choose_base_strategy().ok()?.config_dir().join("yusuan").join(name);
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
fn library(global: &Global) -> Result<Library, Error> {
    let mut library = Library::embedded()?;
    if let Some(folder) = configured("queries").filter(|f| f.is_dir()) {
        library.add_folder(&folder)?;
    }
    for folder in &global.queries {
        library.add_folder(folder)?;
    }
    Ok(library)
}

fn open(global: &Global, path: &Path, must_exist: bool) -> Result<Session, Error> {
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
    session.settings.language = language();
    session.settings.unit = global.unit.unwrap_or_default();
    let by_name = || global.output.as_deref()?.extension()?.to_str().and_then(Format::parse);
    session.settings.format = result_format(global).or_else(by_name).unwrap_or_default();
    Ok(session)
}

/// Runs all statements; a failed one does not keep the others from being run.
fn answer(global: &Global, statements: &[Statement]) -> Result<u8, Error> {
    let mut session = open(global, &database(global), true)?;
    let mut output = output(global, &session)?;
    let code = run_all(&mut session, statements, &mut output)?;
    output.finish(Some(&session))?;
    Ok(code)
}

fn output(global: &Global, session: &Session) -> Result<Output, Error> {
    Output::open(global.output.clone(), Some(session.settings.format))
}

/// People get the documents' summary, then what does not hold; other formats only the latter.
fn do_check(global: &Global, args: &[String], strict: bool) -> Result<u8, Error> {
    let library = library(global)?;
    let summary = library.call("check_summary", args)?;
    let list = library.call("checks", args)?;
    let open_ends = format!("FROM ({list}) WHERE status IN ('breaks', 'note')");
    let mut session = open(global, &database(global), true)?;
    let mut output = output(global, &session)?;
    let people = !matches!(
        session.settings.format,
        Format::Csv | Format::CsvBom | Format::Json | Format::Jsonl | Format::Parquet
    );
    let mut statements = Vec::new();
    if people {
        statements.push(Statement::Sql(summary));
    }
    statements.push(Statement::Sql(open_ends.clone()));
    let code = run_all(&mut session, &statements, &mut output)?;
    output.finish(Some(&session))?;
    let broken = Statement::Sql(format!("FROM ({open_ends}) WHERE status = 'breaks' LIMIT 1"));
    let shown = if strict { session.eval_one(&broken)? } else { Vec::new() };
    let breaks = shown.iter().any(|s| matches!(s, Shown::Rows(answer) if answer.outcome.rows() > 0));
    Ok(if breaks { code.max(4) } else { code })
}

fn run_all(session: &mut Session, statements: &[Statement], output: &mut Output) -> Result<u8, Error> {
    session.settings.width = output.width();
    let mut code = 0;
    for statement in statements {
        match session.eval_one(statement) {
            Ok(all) => {
                for shown in all {
                    if matches!(shown, Shown::Quit) {
                        return Ok(code);
                    }
                    output.show(session, shown)?;
                }
            }
            Err(Error::Interrupted) => return Err(Error::Interrupted),
            Err(error) => {
                complain(&error);
                code = code.max(error.exit_code());
            }
        }
    }
    Ok(code)
}

fn read_script(path: &Path) -> Result<String, Error> {
    let fail = |cause| Error::Io { path: path.to_owned(), action: "read the script", cause };
    if path.as_os_str() == "-" { read_input() } else { std::fs::read_to_string(path).map_err(fail) }
}

fn read_input() -> Result<String, Error> {
    let mut text = String::new();
    let fail = |cause| Error::Io { path: PathBuf::from("standard input"), action: "read it", cause };
    std::io::stdin().read_to_string(&mut text).map_err(fail)?;
    Ok(text)
}

/// The prompt, or a script when standard input is no terminal.
fn prompt(global: &Global, path: &Path) -> Result<u8, Error> {
    if !std::io::stdin().is_terminal() {
        let script = read_input()?;
        let mut session = open(global, path, true)?;
        let mut output = output(global, &session)?;
        let code = run_all(&mut session, &split(&script).statements, &mut output)?;
        output.finish(Some(&session))?;
        return Ok(code);
    }
    let mut session = open(global, path, false)?;
    session.settings.width = Output::open(None, None)?.width();
    repl::run(&mut session, &terminal())?;
    Ok(0)
}

/// What the environment says of the terminal.
fn terminal() -> Terminal {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    Terminal {
        history: etcetera::choose_base_strategy().ok().map(|b| b.data_dir().join("yusuan").join("history")),
        pager: set("PAGER").unwrap_or_else(|| "less -SRXF".to_owned()),
        editor: set("VISUAL").or_else(|| set("EDITOR")).unwrap_or_else(|| "vi".to_owned()),
        scratch: std::env::temp_dir(),
        colour: std::io::stderr().is_terminal() && set("NO_COLOR").is_none(),
    }
}

/// The language of the first of these that is set.
fn language() -> Language {
    let names = ["LC_ALL", "LC_MESSAGES", "LANG"];
    let locale = names.iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    Language::of_locale(&locale.unwrap_or_default())
}

fn do_ingest(global: &Global, ingest: Ingest) -> Result<u8, Error> {
    let Ingest { paths, jobs, verbose, department, region, year, kind, scope } = ingest;
    let overrides = Overrides { department, region, fiscal_year: year, kind, scope };
    let mut session = open(global, &database(global), false)?;
    session::patient(true);
    let summary = session.ingest(&paths, &overrides, jobs, &mut Bar::new(verbose));
    session::patient(false);
    progress::tell(&progress::summary(&summary));
    if summary.interrupted {
        return Err(Error::Interrupted);
    }
    Ok(u8::from(!summary.failures.is_empty()))
}

fn result_format(global: &Global) -> Option<Format> {
    global.format.and_then(|word| if let Word::Result(format) = word { Some(format) } else { None })
}

fn do_synth(global: &Global, synth: &Synth) -> Result<u8, Error> {
    let Synth { departments, years, seed, flaws } = *synth;
    let form = match global.format {
        None | Some(Word::Text) => Form::Text,
        Some(Word::Pdf) => Form::Pdf,
        Some(Word::Result(Format::Csv | Format::Parquet)) => Form::Csv,
        Some(Word::Result(_)) => {
            return Err(Error::Usage("synth writes text, pdf, csv or parquet; give one with --format".to_owned()));
        }
    };
    let folder = global.output.clone().unwrap_or_else(|| PathBuf::from("synth"));
    let written = synth::write(&Plan { departments, years, seed, form, flaws }, &folder)?;
    let synth::Written { documents, flawed, cells, bytes } = written;
    let size = bytes.div_ceil(1 << 20);
    if form != Form::Csv {
        let folder = folder.display();
        progress::tell(&format!(
            "{documents} documents, {flawed} of them flawed, {cells} numbers, {size} MB in {folder}"
        ));
        return Ok(0);
    }
    let mut file = folder.join("facts.csv");
    if global.format == Some(Word::Result(Format::Parquet)) {
        let parquet = folder.join("facts.parquet");
        session::to_parquet(&file, &parquet)?;
        std::fs::remove_file(&file).map_err(|cause| Error::Io { path: file.clone(), action: "remove it", cause })?;
        file = parquet;
    }
    progress::tell(&format!("{cells} rows, {size} MB as csv, in {}", file.display()));
    Ok(0)
}
