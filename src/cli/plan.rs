//! What was typed → what is done.

use std::ffi::OsString;
use std::io::{IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};

use clap::error::{ContextKind, ErrorKind};
use clap::{CommandFactory as _, FromArgMatches as _};
use etcetera::BaseStrategy as _;

use super::args::{Action, Cli, Global, Ingest, Synth, Word};
use super::help::spoken;
use super::open::{configured, database, language, library, open, open_to_read, output};
use super::output::Output;
use super::progress::{self, Bar};
use super::{config, man};
use crate::error::{Error, brief};
use crate::language::Language;
use crate::query::{Library, Query, join_words, suggest};
use crate::render::Format;
use crate::repl::{self, Terminal};
use crate::session::{self, Script, Session, Shown, Sink, Statement, list_queries, split_sql, utf8};
use crate::synth::{self, Form, Plan};
use crate::table::Overrides;

/// Does what the arguments say, the program's name first; returns the exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    let args: Vec<OsString> = args.into_iter().collect();
    if let Some(text) = help_of_query(&args) {
        let _ = std::io::stdout().write_all(text.as_bytes());
        return 0;
    }
    let args = with_query(args);
    let matches = spoken(Cli::command(), language()).try_get_matches_from(&args);
    let cli = match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error, &args),
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

/// Tells what is wrong with the arguments, in the parser's words or their Chinese; returns the exit code.
fn refuse(error: &clap::Error, args: &[OsString]) -> u8 {
    // `yusuan growht 财政局`; what is wrong before the first word is another mistake: `yusuan --formt csv growth`.
    let is_word = |w: &str| Cli::command().find_subcommand(w).is_none() && !Path::new(w).exists();
    if error.kind() == ErrorKind::UnknownArgument
        && let Some((before, [word, ..])) = first_word(args).and_then(|at| args.split_at_checked(at))
        && let Some(word) = word.to_str().filter(|w| is_word(w))
    {
        let wrong = error.get(ContextKind::InvalidArg).map(ToString::to_string).unwrap_or_default();
        if !before.iter().any(|arg| arg.to_str().is_some_and(|arg| arg.starts_with(&wrong))) {
            let error = unknown_word(word);
            complain(&error);
            return error.exit_code();
        }
    }
    if language() == Language::English || !error.use_stderr() {
        let _ = error.print();
    } else {
        let message = error.render().to_string();
        let _ = write!(std::io::stderr(), "{}", language().say(&brief(&message)));
    }
    u8::try_from(error.exit_code()).unwrap_or(2)
}

/// The place of the first argument that is no option and no value of one.
fn first_word(args: &[OsString]) -> Option<usize> {
    let command = Cli::command();
    let takes_value = |option: &str| {
        let named = |a: &&clap::Arg| {
            let long = option.strip_prefix("--");
            a.get_long() == long && long.is_some() || a.get_short().map(|s| format!("-{s}")).as_deref() == Some(option)
        };
        let found = command.get_arguments().find(named);
        found.is_some_and(|a| a.get_action().takes_values() && !a.is_require_equals_set())
    };
    let mut at = 1;
    loop {
        let text = args.get(at)?.to_str()?;
        if !text.starts_with('-') || text == "-" {
            return Some(at);
        }
        at += if takes_value(text) { 2 } else { 1 };
    }
}

/// `yusuan help growth`, `yusuan growth --help`: what the prompt says of a canned query.
fn help_of_query(args: &[OsString]) -> Option<String> {
    let mut words = args.get(first_word(args)?..)?.iter().filter_map(|word| word.to_str());
    let word = words.next()?;
    let rest: Vec<&str> = words.collect();
    let asks = |words: &[&str]| words.iter().any(|word| matches!(*word, "--help" | "-h"));
    let (name, asked) = match (word, rest.as_slice()) {
        ("help", [name, ..]) => (*name, true),
        ("query", [name, rest @ ..]) => (*name, asks(rest)),
        (name, rest) => (name, asks(rest)),
    };
    let is_command = Cli::command().find_subcommand(name).is_some();
    asked.then(|| known_library().find(name).filter(|_| !is_command).map(Query::help))?
}

/// The built-in queries and the user's; what is wrong with those is told when they run.
fn known_library() -> Library {
    let mut library = Library::embedded().unwrap_or_default();
    if let Some(folder) = configured("queries").filter(|f| f.is_dir()) {
        let _ = library.add_folder(&folder);
    }
    library
}

/// `yusuan growth 财政局` is `yusuan query growth 财政局`, where no command and no file has that name.
fn with_query(mut args: Vec<OsString>) -> Vec<OsString> {
    let Some(at) = first_word(&args) else { return args };
    let Some(word) = args.get(at).and_then(|a| a.to_str()).filter(|w| !w.is_empty()) else { return args };
    let is_command = Cli::command().find_subcommand(word).is_some() || word == "help";
    if is_command || Path::new(word).exists() {
        return args;
    }
    if known_library().find(word).is_some() {
        args.insert(at, "query".into());
    }
    args
}

/// A word that is no command, no canned query and no file.
fn unknown_word(word: &str) -> Error {
    let command = Cli::command();
    let library = Library::embedded().unwrap_or_default();
    let queries = library.iter().flat_map(|q| [Some(q.name.as_str()), q.alias()]).flatten();
    let remedy = match suggest(word, command.get_subcommands().map(clap::Command::get_name).chain(queries)) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "`yusuan --help` lists the commands, `yusuan queries` the canned queries".to_owned(),
    };
    Error::Usage(format!("`{word}` is neither a command, a canned query nor a database file; {remedy}"))
}

/// Standard error may be closed too.
fn complain(error: &Error) {
    let language = language();
    let _ = writeln!(std::io::stderr(), "{} {}", language.say("error:"), language.say(&brief(&error.to_string())));
}

fn dispatch(cli: Cli) -> Result<u8, Error> {
    let Cli { action, file, commands, mut global } = cli;
    if matches!(global.format, Some(Word::Text | Word::Pdf)) && !matches!(action, Some(Action::Synth(_))) {
        return Err(Error::Usage(format!("text and pdf are formats of `synth`; {}", super::args::formats())));
    }
    if !matches!(action, Some(Action::Completions { .. } | Action::Man | Action::Config { init: true })) {
        global.file = config::load()?;
    }
    if !commands.is_empty() && action.is_some() {
        return Err(Error::Usage("-c stands for a command; leave out one of them".to_owned()));
    }
    let file = match (file, &action) {
        (Some(file), Some(_)) => {
            // `yusuan x.duckdb query growth`
            let path = named_database(file)?;
            global.db.get_or_insert(path);
            None
        }
        (file, _) => file,
    };
    match action {
        Some(Action::Export { to }) => {
            let session = open_to_read(&global, &database(&global))?;
            let amounts = session.export_all(&to)?;
            progress::tell(&format!("{amounts} amounts in {}", to.display()));
            Ok(0)
        }
        Some(Action::Synth(synth)) => do_synth(&global, &synth),
        Some(Action::Ingest(ingest)) => do_ingest(&global, ingest),
        Some(Action::Query { name, args }) => call(&global, &name, &args),
        Some(Action::Departments { args }) => call(&global, "departments", &args),
        Some(Action::Why { args }) => call(&global, "why", &args),
        Some(Action::Check { args, strict }) => do_check(&global, &args, strict),
        Some(Action::Queries { word }) => {
            let text = list_queries(&library(&global)?, word.as_deref().unwrap_or_default(), None);
            write(&global, &text)
        }
        Some(Action::Frame { pipeline }) => answer(&global, &[Statement::Frame(pipeline.join(" "))]),
        Some(Action::Sql { text }) => {
            let statements = split_sql(&text).statements;
            if statements.is_empty() {
                return Err(Error::Usage("no SQL; write yusuan sql \"FROM documents\"".to_owned()));
            }
            answer(&global, &statements)
        }
        Some(Action::Run { script: None, help, .. }) => {
            let mut command = spoken(Cli::command(), language());
            command.build();
            let usage = command.find_subcommand_mut("run").map(|c| c.render_help().to_string()).unwrap_or_default();
            if help {
                return write(&global, &usage);
            }
            Err(Error::Usage("no script; write yusuan run FILE [name=value], or `-` for standard input".to_owned()))
        }
        Some(Action::Run { script: Some(path), args, help }) => {
            let script =
                if path.as_os_str() == "-" { Script::parse(INPUT, &read_input()?)? } else { Script::read(&path)? };
            if help {
                return write(&global, &script.help());
            }
            script.check(&args)?;
            scripts(&global, &database(&global), &[script], &args)
        }
        Some(Action::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "yusuan", &mut script);
            write(&global, &String::from_utf8_lossy(&script))
        }
        Some(Action::Man) => write(&global, &String::from_utf8_lossy(&man::page(&Library::embedded()?))),
        Some(Action::Config { init: true }) => write(&global, &format!("wrote {}\n", config::init()?.display())),
        Some(Action::Config { init: false }) => {
            write(&global, &config::report(&global, &global.file, &database(&global))?)
        }
        Some(Action::Repl) => prompt(&global, &database(&global)),
        None => {
            let path = file.map_or_else(|| Ok(database(&global)), named_database)?;
            if commands.is_empty() {
                return prompt(&global, &path);
            }
            let name = |i: usize| if commands.len() > 1 { format!("-c {}", i + 1) } else { "-c".to_owned() };
            let all: Result<Vec<_>, _> = commands.iter().enumerate().map(|(i, c)| Script::parse(&name(i), c)).collect();
            scripts(&global, &path, &all?, &[])
        }
    }
}

fn write(global: &Global, text: &str) -> Result<u8, Error> {
    let mut output = Output::open(global.output.clone(), None)?;
    output.write(text)?;
    output.finish(None)?;
    Ok(0)
}

/// Runs a canned query; a wrong call is told even where there is no database.
fn call(global: &Global, name: &str, args: &[String]) -> Result<u8, Error> {
    library(global)?.call(name, args)?;
    answer(global, &[query_of(name, args)])
}

/// A word that is no file is rather a command with a typing error than a new database.
fn named_database(path: PathBuf) -> Result<PathBuf, Error> {
    let is_database = path.extension().is_some_and(|e| e == "duckdb" || e == "db" || e == "ddb");
    if path.exists() || is_database {
        return Ok(path);
    }
    Err(unknown_word(&path.display().to_string()))
}

/// Runs all statements; a failed one does not keep the others from being run.
fn answer(global: &Global, statements: &[Statement]) -> Result<u8, Error> {
    let reads = |statement: &Statement| match statement {
        Statement::Query(_) => true,
        Statement::Sql(sql) => session::only_reads(sql),
        _ => false,
    };
    let path = database(global);
    let mut session =
        if statements.iter().all(reads) { open_to_read(global, &path)? } else { open(global, &path, true)? };
    let mut output = output(global, &session)?;
    let code = run_all(&mut session, statements, &mut output)?;
    output.finish(Some(&session))?;
    Ok(code)
}

/// People get the documents' summary, then what does not hold; other formats only the latter.
fn do_check(global: &Global, args: &[String], strict: bool) -> Result<u8, Error> {
    let (_, list) = session::checks(&library(global)?, args)?;
    let mut session = open_to_read(global, &database(global))?;
    let mut output = output(global, &session)?;
    let people = !matches!(
        session.settings.format,
        Format::Csv | Format::CsvBom | Format::Json | Format::Jsonl | Format::Parquet
    );
    let asked = if people { query_of("check", args) } else { Statement::Query(list) };
    let code = run_all(&mut session, &[asked], &mut output)?;
    output.finish(Some(&session))?;
    Ok(if strict && code == 0 && session.breaks(args)? { 4 } else { code })
}

/// The call of a canned query with these words.
fn query_of(name: &str, args: &[String]) -> Statement {
    let words: Vec<String> = std::iter::once(name.to_owned()).chain(args.iter().cloned()).collect();
    Statement::Query(join_words(&words))
}

fn run_all(session: &mut Session, statements: &[Statement], output: &mut Output) -> Result<u8, Error> {
    look(session, output);
    session.pour_into(Some(output.outlet()));
    let mut code = 0;
    for statement in statements {
        let words = session.settings.language.say("(Ctrl-C stops it)");
        match output.wait(words, || session.eval_one(statement)) {
            Ok(all) => {
                for shown in all {
                    match shown {
                        Shown::Quit => return Ok(code),
                        Shown::Failed(error) => {
                            complain(&error);
                            code = code.max(1);
                        }
                        shown => output.show(session, shown)?,
                    }
                }
            }
            Err(error @ (Error::Interrupted | Error::BrokenPipe | Error::Output(_))) => return Err(error),
            Err(error) => {
                complain(&error);
                code = code.max(error.exit_code());
            }
        }
    }
    Ok(code)
}

/// What the output can show.
fn look(session: &mut Session, output: &Output) {
    session.settings.width = output.width();
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    let able = std::env::var_os("TERM").is_none_or(|v| v != "dumb");
    session.settings.can_color = output.is_terminal() && wanted && able;
}

/// The results of scripts: written as they come, failures told.
struct Front<'a> {
    output: &'a mut Output,
    code: u8,
}

impl Sink for Front<'_> {
    fn shown(&mut self, session: &Session, shown: Shown) -> Result<(), Error> {
        if let Shown::Failed(error) = shown {
            self.failed(error);
            return Ok(());
        }
        self.output.show(session, shown)
    }

    fn failed(&mut self, error: Error) {
        complain(&error);
        self.code = 1;
    }
}

/// Runs scripts one after the other.
fn scripts(global: &Global, path: &Path, all: &[Script], args: &[String]) -> Result<u8, Error> {
    let mut session = open(global, path, true)?;
    let mut output = output(global, &session)?;
    look(&mut session, &output);
    session.pour_into(Some(output.outlet()));
    let mut front = Front { output: &mut output, code: 0 };
    for script in all {
        let tally = session.run_script(script, args, &mut front)?;
        if let Some(summary) = tally.summary(script.name()) {
            let _ = writeln!(std::io::stderr(), "{}", language().say(&summary));
        }
        if tally.quit || session.settings.bail && !tally.failed.is_empty() {
            break;
        }
    }
    let code = front.code;
    output.finish(Some(&session))?;
    Ok(code)
}

/// How messages name it.
const INPUT: &str = "standard input";

fn read_input() -> Result<String, Error> {
    let mut bytes = Vec::new();
    let fail = |cause| Error::Io { path: PathBuf::from(INPUT), action: "read it", cause };
    std::io::stdin().read_to_end(&mut bytes).map_err(fail)?;
    utf8(INPUT, bytes)
}

/// The prompt, or a script when standard input is no terminal.
fn prompt(global: &Global, path: &Path) -> Result<u8, Error> {
    if !std::io::stdin().is_terminal() {
        return scripts(global, path, &[Script::parse(INPUT, &read_input()?)?], &[]);
    }
    let mut session = open(global, path, false)?;
    look(&mut session, &Output::open(None, None)?);
    // Whoever waits likes to know how long; a script's output is to be the same every time.
    session.settings.timer |= !config::tells(&global.file, "timer");
    session.settings.at_prompt = true;
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

fn do_ingest(global: &Global, ingest: Ingest) -> Result<u8, Error> {
    let Ingest { paths, jobs, mapping, verbose, department, region, year, kind, scope } = ingest;
    let overrides = Overrides { department, region, fiscal_year: year, kind, scope };
    let mapping = mapping.map(|path| session::read_mapping(&path)).transpose()?;
    let mut session = open(global, &database(global), false)?;
    session.mapping = mapping;
    session::patient(true);
    let summary = session.ingest(&paths, &overrides, jobs, &mut Bar::new(verbose, language()));
    session::patient(false);
    progress::tell(&language().say(&progress::summary(&summary)));
    if summary.interrupted {
        return Err(Error::Interrupted);
    }
    Ok(u8::from(!summary.failures.is_empty()))
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
