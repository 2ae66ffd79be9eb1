//! The commands that begin with a dot: one table for the parser, `.help` and completion.

use std::fmt::Write as _;
use std::path::Path;

use unicode_width::UnicodeWidthStr as _;

use super::{Session, Shown, split};
use crate::error::Error;
use crate::query::{split_words, suggest};
use crate::render::{Format, Unit};

type Action = fn(&mut Session, &[String]) -> Result<Vec<Shown>, Error>;

/// A command.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// With its dot.
    pub name: &'static str,
    /// What may follow.
    pub args: &'static str,
    /// What it does.
    pub about: &'static str,
    action: Action,
}

/// All commands, in the order of `.help`.
pub const COMMANDS: &[Command] = &[
    Command {
        name: ".help",
        args: "[NAME]",
        about: "this list, or all about a command or a canned query",
        action: help,
    },
    Command { name: ".queries", args: "[WORD]", about: "canned queries, those about WORD", action: queries },
    Command { name: ".tables", args: "", about: "tables and views with their meaning", action: tables },
    Command { name: ".schema", args: "[NAME]", about: "columns with type, meaning and unit", action: schema },
    Command {
        name: ".mode",
        args: "[FORMAT]",
        about: "format of results: table, csv, json, jsonl, md, line, html",
        action: mode,
    },
    Command {
        name: ".unit",
        args: "[UNIT]",
        about: "unit of money: 元, 万元, 亿元 (csv and json always have 元)",
        action: unit,
    },
    Command {
        name: ".last",
        args: "[FORMAT]",
        about: "show the last result again, in another format; in SQL it is the table _",
        action: last,
    },
    Command {
        name: ".why",
        args: "[ROW] [COLUMN]",
        about: "the printed cells behind a row of the last result, with the identities that guard them",
        action: why,
    },
    Command {
        name: ".export",
        args: "FILE",
        about: "write the last result with its sources: .csv .csv-bom .json .jsonl .md .html .xlsx .parquet",
        action: export,
    },
    Command { name: ".timer", args: "[on|off]", about: "show the time each result took", action: timer },
    Command { name: ".read", args: "FILE", about: "run a script of commands, canned queries and SQL", action: read },
    Command { name: ".quit", args: "", about: "leave (also Ctrl-D)", action: quit },
    Command { name: ".exit", args: "", about: "the same", action: quit },
];

/// Deepest nesting of `.read`.
const DEEPEST: usize = 16;

pub(super) fn run(session: &mut Session, text: &str) -> Result<Vec<Shown>, Error> {
    let words = split_words(text)?;
    let Some((name, args)) = words.split_first() else {
        return Ok(Vec::new());
    };
    (find(name)?.action)(session, args)
}

fn find(name: &str) -> Result<&'static Command, Error> {
    let names = || COMMANDS.iter().map(|c| c.name);
    COMMANDS.iter().find(|c| c.name == name).ok_or_else(|| {
        let remedy = match suggest(name, names()) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "`.help` lists all".to_owned(),
        };
        Error::Command(format!("unknown command `{name}`; {remedy}"))
    })
}

fn text(text: impl Into<String>) -> Vec<Shown> {
    vec![Shown::Text(text.into())]
}

/// Lines of two columns; Chinese characters are two wide.
pub(super) fn two_columns(rows: &[(String, String)]) -> String {
    let width = rows.iter().map(|(left, _)| left.width()).max().unwrap_or(0);
    let mut out = String::new();
    for (left, right) in rows {
        let pad = " ".repeat(width - left.width());
        let _ = writeln!(out, "{}", format!("  {left}{pad}  {right}").trim_end());
    }
    out
}

fn help(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    if let Some(name) = args.first() {
        if let Some(query) = session.library().find(name) {
            return Ok(text(query.help()));
        }
        let dotted = if name.starts_with('.') { name.clone() } else { format!(".{name}") };
        let command = find(&dotted).map_err(|error| {
            // What has no dot is more likely a query than a command.
            let of_query = (!name.starts_with('.')).then(|| session.library().call(name, &[]).err());
            of_query.flatten().map_or(error, Error::from)
        })?;
        return Ok(text(format!("{} {}\n  {}\n", command.name, command.args, command.about)));
    }
    let row = |c: &Command| (format!("{} {}", c.name, c.args), c.about.to_owned());
    let rows: Vec<_> = COMMANDS.iter().map(row).collect();
    Ok(text(format!(
        "{}\nA canned query is called by its name: growth 办公室 since=2019   (`.help growth` explains it)\n\
         Anything else is SQL and ends with `;`: FROM documents();\n",
        two_columns(&rows)
    )))
}

#[allow(clippy::unnecessary_wraps, reason = "all actions have one signature")]
fn queries(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    Ok(text(session.list_queries(args.first().map_or("", String::as_str))))
}

impl Session {
    /// The canned queries about `word`, one a line.
    #[must_use]
    pub fn list_queries(&self, word: &str) -> String {
        list_queries(self.library(), word)
    }
}

/// The canned queries about `word`, one a line.
pub(crate) fn list_queries(library: &crate::query::Library, word: &str) -> String {
    let rows: Vec<_> = library.matching(word).map(|q| (q.usage(), q.title.clone())).collect();
    if rows.is_empty() { format!("no canned query about `{word}`\n") } else { two_columns(&rows) }
}

fn tables(session: &mut Session, _: &[String]) -> Result<Vec<Shown>, Error> {
    let objects = session.store.objects()?;
    let row = |o: &crate::store::ObjectInfo| (o.name.clone(), o.comment.clone().unwrap_or_default());
    Ok(text(two_columns(&objects.iter().map(row).collect::<Vec<_>>())))
}

fn schema(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    let names = session.tables();
    let wanted = match args.first() {
        None => names,
        Some(name) if names.contains(name) => vec![name.clone()],
        Some(name) => {
            let remedy = match suggest(name, names.iter().map(String::as_str)) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => "`.tables` lists all".to_owned(),
            };
            return Err(Error::Command(format!("unknown table `{name}`; {remedy}")));
        }
    };
    let mut out = String::new();
    for name in wanted {
        let columns = session.store.columns(&name)?;
        let row = |c: &crate::store::ColumnInfo| {
            (format!("{} {}", c.name, c.data_type), c.comment.clone().unwrap_or_default())
        };
        let _ = write!(out, "{name}\n{}", two_columns(&columns.iter().map(row).collect::<Vec<_>>()));
    }
    Ok(text(out))
}

fn mode(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    let Some(name) = args.first() else {
        return Ok(text(format!("{} (of {})\n", session.settings.format.name(), text_formats())));
    };
    session.settings.format = text_format(name)?;
    Ok(Vec::new())
}

fn text_formats() -> String {
    let all = Format::ALL.into_iter().filter(|f| !matches!(f, Format::Xlsx | Format::Parquet));
    all.map(Format::name).collect::<Vec<_>>().join(", ")
}

/// A format that can be shown.
fn text_format(name: &str) -> Result<Format, Error> {
    match Format::parse(name) {
        Some(file @ (Format::Xlsx | Format::Parquet)) => {
            Err(Error::Command(format!("{} is a format of files; write .export FILE.{0}", file.name())))
        }
        Some(format) => Ok(format),
        None => Err(Error::Command(format!("unknown format `{name}`; use one of {}", text_formats()))),
    }
}

fn last(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    let format = args.first().map(|name| text_format(name)).transpose()?;
    let answer = session.last().ok_or_else(no_result)?.clone();
    let usual = session.settings.format;
    session.settings.format = format.unwrap_or(usual);
    let shown = session.show(&Shown::Rows(answer));
    session.settings.format = usual;
    Ok(text(shown))
}

fn no_result() -> Error {
    Error::Command("there is no result yet; run a query first".to_owned())
}

fn why(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    let row = args.first().and_then(|a| a.parse::<usize>().ok());
    let column = args.get(usize::from(row.is_some())).map(String::as_str);
    Ok(vec![session.why(row, column)?])
}

fn export(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    let name = args.first().ok_or_else(|| Error::Command("no file; write .export FILE.xlsx".to_owned()))?;
    let answer = session.last().ok_or_else(no_result)?.clone();
    let written = session.export(&[answer], Path::new(name), None, None)?;
    let names: Vec<String> = written.iter().map(|p| p.display().to_string()).collect();
    Ok(text(format!("wrote {}\n", names.join(" and "))))
}

fn unit(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    let all = Unit::ALL.map(Unit::name);
    let Some(name) = args.first() else {
        return Ok(text(format!("{} (of {})\n", session.settings.unit.name(), all.join(", "))));
    };
    session.settings.unit = Unit::parse(name)
        .ok_or_else(|| Error::Command(format!("unknown unit `{name}`; use one of {}", all.join(", "))))?;
    Ok(Vec::new())
}

fn timer(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    session.settings.timer = match args.first().map(String::as_str) {
        None => !session.settings.timer,
        Some("on") => true,
        Some("off") => false,
        Some(other) => {
            return Err(Error::Command(format!("`{other}` is neither on nor off; write .timer on")));
        }
    };
    Ok(text(if session.settings.timer { "timer on\n" } else { "timer off\n" }))
}

fn read(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    let name = args.first().ok_or_else(|| Error::Command("no file; write .read FILE".to_owned()))?;
    session.read(Path::new(name), 0)
}

impl Session {
    fn read(&mut self, path: &Path, depth: usize) -> Result<Vec<Shown>, Error> {
        let script = std::fs::read_to_string(path).map_err(|cause| Error::Io {
            path: path.to_owned(),
            action: "read the script",
            cause,
        })?;
        let mut shown = Vec::new();
        for statement in split(&script).statements {
            let nested = match &statement {
                super::Statement::Command(line) => split_words(line)?,
                _ => Vec::new(),
            };
            if let [command, file, ..] = nested.as_slice()
                && command == ".read"
            {
                if depth >= DEEPEST {
                    let place = path.display();
                    return Err(Error::Command(format!(
                        "{place}: .read is nested {DEEPEST} deep; does the script read itself?"
                    )));
                }
                shown.extend(self.read(Path::new(file), depth + 1)?);
                continue;
            }
            shown.extend(self.eval_one(&statement)?);
        }
        Ok(shown)
    }
}

#[allow(clippy::unnecessary_wraps, reason = "all actions have one signature")]
fn quit(_: &mut Session, _: &[String]) -> Result<Vec<Shown>, Error> {
    Ok(vec![Shown::Quit])
}
