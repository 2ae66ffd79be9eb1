//! The commands that begin with a dot: one table for the parser, `.help`, completion and the README.

mod catalog;
mod chart;
mod help;
mod look;
mod result;
mod script;

use super::fold::fold;
use super::{Session, Shown};
use crate::error::Error;
use crate::query::{split_words, suggest};

pub(crate) use catalog::list_queries;
pub(super) use help::two_columns;
pub(super) use look::text_formats;

type Action = fn(&mut Session, &[String]) -> Result<Vec<Shown>, Error>;

/// A command.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// With its dot.
    pub name: &'static str,
    /// What may follow, in order; the last may be given more than once.
    pub arguments: &'static [Argument],
    /// What it does.
    pub about: &'static str,
    /// A line that works.
    pub example: &'static str,
    action: Action,
}

/// What may follow a command's name.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// `FILE`, or `[FILE]` where it may be left out.
    pub name: &'static str,
    /// What it means.
    pub about: &'static str,
    /// What completes it.
    pub takes: Takes,
}

/// What an argument of a command may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// A command or a canned query.
    Name,
    /// A table or view.
    Table,
    /// A column of the last result.
    Column,
    /// A format that can be shown.
    Format,
    /// A file.
    File,
    /// One of these words.
    Words(&'static [&'static str]),
    /// Whatever could be typed at the prompt.
    Statement,
    /// A value of the setting that was named before it.
    Setting,
    /// A parameter of the script that was named before it, with its value.
    Parameter,
    /// Nothing that could be completed.
    Free,
}

impl Command {
    /// Its name and what may follow.
    #[must_use]
    pub fn usage(&self) -> String {
        let arguments = self.arguments.iter().map(|a| a.name);
        std::iter::once(self.name).chain(arguments).collect::<Vec<_>>().join(" ")
    }
}

/// All commands, in the order of `.help`.
pub const COMMANDS: &[Command] = &[
    Command {
        name: ".help",
        arguments: &[Argument { name: "[NAME]", about: "a command or a canned query", takes: Takes::Name }],
        about: "this list, or all about a command, a canned query, or frame [VERB]",
        example: ".help growth",
        action: help::help,
    },
    Command {
        name: ".queries",
        arguments: &[Argument { name: "[WORD]", about: "a word of their names or texts", takes: Takes::Free }],
        about: "canned queries, those about WORD",
        example: ".queries 三公",
        action: catalog::queries,
    },
    Command {
        name: ".frames",
        arguments: &[],
        about: "frames kept with `as`, and saved pipelines",
        example: ".frames",
        action: catalog::frames,
    },
    Command {
        name: ".tables",
        arguments: &[],
        about: "tables and views with their meaning",
        example: ".tables",
        action: catalog::tables,
    },
    Command {
        name: ".schema",
        arguments: &[Argument { name: "[NAME]", about: "a table, view or canned query", takes: Takes::Table }],
        about: "columns with type, meaning and unit",
        example: ".schema fact",
        action: catalog::schema,
    },
    Command {
        name: ".mode",
        arguments: &[Argument { name: "[FORMAT]", about: "the format from now on", takes: Takes::Format }],
        about: "format of results: table, csv, json, jsonl, md, line, html, chart",
        example: ".mode line",
        action: look::mode,
    },
    Command {
        name: ".unit",
        arguments: &[Argument {
            name: "[UNIT]",
            about: "the unit from now on",
            takes: Takes::Words(&["元", "万元", "亿元"]),
        }],
        about: "unit of money: 元, 万元, 亿元 (csv and json always have 元)",
        example: ".unit 亿元",
        action: look::unit,
    },
    Command {
        name: ".last",
        arguments: &[Argument { name: "[FORMAT]", about: "a format for this once", takes: Takes::Format }],
        about: "show the last result again, in another format; in SQL it is the table _",
        example: ".last md",
        action: result::last,
    },
    Command {
        name: ".why",
        arguments: &[
            Argument { name: "[ROW]", about: "row of the last result, from 1", takes: Takes::Free },
            Argument { name: "[COLUMN]", about: "column of the last result", takes: Takes::Column },
        ],
        about: "the printed cells behind a row of the last result, with the identities that guard them",
        example: ".why 1 amount",
        action: result::why,
    },
    Command {
        name: ".export",
        arguments: &[
            Argument { name: "FILE", about: "its name tells the format", takes: Takes::File },
            Argument {
                name: "[FORMAT]",
                about: "where the name does not; csv-bom is for Excel",
                takes: Takes::Words(&["csv-bom", "csv", "json", "jsonl", "md", "html", "xlsx", "parquet"]),
            },
            Argument { name: "[add]", about: "a further sheet in the file of before", takes: Takes::Words(&["add"]) },
        ],
        about: "write the last result with its sources: .csv .json .jsonl .md .html .xlsx .parquet .svg",
        example: ".export growth.xlsx",
        action: result::export,
    },
    Command {
        name: ".timer",
        arguments: &[Argument {
            name: "[on|off]",
            about: "turn it the other way if left out",
            takes: Takes::Words(&["on", "off"]),
        }],
        about: "show the time each result took",
        example: ".timer on",
        action: look::timer,
    },
    Command {
        name: ".pager",
        arguments: &[Argument {
            name: "[on|off]",
            about: "turn it the other way if left out",
            takes: Takes::Words(&["on", "off"]),
        }],
        about: "show results longer than the screen in $PAGER (less)",
        example: ".pager off",
        action: look::pager,
    },
    Command {
        name: ".edit",
        arguments: &[Argument { name: "[STATEMENT]", about: "what to edit", takes: Takes::Statement }],
        about: "edit a statement in $VISUAL or $EDITOR, the last one if left out; it comes back to the prompt",
        example: ".edit growth 办公室",
        action: script::edit,
    },
    Command {
        name: ".chart",
        arguments: &[
            Argument {
                name: "[KIND]",
                about: "bar, line, stack or lorenz",
                takes: Takes::Words(&["bar", "line", "stack", "lorenz", "-o"]),
            },
            Argument { name: "[X]", about: "column of places: years, names", takes: Takes::Column },
            Argument { name: "[Y]", about: "column of values", takes: Takes::Column },
            Argument { name: "[BY]", about: "column that tells series or parts apart", takes: Takes::Column },
            Argument { name: "[-o FILE]", about: "write it as .svg or .html", takes: Takes::File },
        ],
        about: "draw the last result: bars, lines, stacked shares, a Lorenz curve",
        example: ".chart bar fiscal_year amount",
        action: chart::chart,
    },
    Command {
        name: ".read",
        arguments: &[
            Argument { name: "FILE", about: "the script", takes: Takes::File },
            Argument { name: "[NAME=VALUE]", about: "values of its parameters", takes: Takes::Parameter },
        ],
        about: "run a script of commands, canned queries and SQL",
        example: ".read script.sql",
        action: script::read,
    },
    Command {
        name: ".log",
        arguments: &[Argument { name: "[FILE|off]", about: "where to write", takes: Takes::File }],
        about: "write what is done from now on into a script that replays it",
        example: ".log session.sql",
        action: script::log,
    },
    Command {
        name: ".save",
        arguments: &[
            Argument { name: "NAME", about: "its name from now on", takes: Takes::Free },
            Argument { name: "[TITLE]", about: "what it answers, in a few words", takes: Takes::Free },
        ],
        about: "make the last query a canned query of yours",
        example: ".save my_query",
        action: script::save,
    },
    Command {
        name: ".config",
        arguments: &[
            Argument {
                name: "[NAME]",
                about: "a setting",
                takes: Takes::Words(&[
                    "format", "unit", "timer", "limit", "timeout", "width", "bail", "pager", "color",
                ]),
            },
            Argument { name: "[VALUE]", about: "its value for this session", takes: Takes::Setting },
        ],
        about: "show settings, or change one",
        example: ".config limit 1000",
        action: script::config,
    },
    Command { name: ".quit", arguments: &[], about: "leave (also Ctrl-D)", example: ".quit", action: quit },
    Command { name: ".exit", arguments: &[], about: "the same", example: ".exit", action: quit },
];

pub(super) fn run(session: &mut Session, text: &str) -> Result<Vec<Shown>, Error> {
    // What is edited is taken as it is, quotes and all.
    if let Some(rest) = text.strip_prefix(".edit").filter(|rest| rest.starts_with(char::is_whitespace)) {
        return script::edit(session, &[rest.trim().to_owned()]);
    }
    let words = split_words(text)?;
    let Some((name, args)) = words.split_first() else {
        return Ok(Vec::new());
    };
    let command = find(name)?;
    let mut shown = (command.action)(session, args)?;
    if let Some(width) = session.settings.width
        && READ.contains(&command.name)
    {
        for shown in &mut shown {
            if let Shown::Text(text) = shown {
                *text = fold(text, width);
            }
        }
    }
    Ok(shown)
}

/// Commands whose text is for reading: it is folded to the width of the terminal.
const READ: [&str; 5] = [".help", ".queries", ".tables", ".schema", ".config"];

/// The command of that name.
///
/// # Errors
/// When there is none; the message tells the nearest one.
fn find(name: &str) -> Result<&'static Command, Error> {
    let lower = name.to_lowercase();
    COMMANDS.iter().find(|c| c.name == lower).ok_or_else(|| {
        let remedy = match suggest(name, COMMANDS.iter().map(|c| c.name)) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "`.help` lists all".to_owned(),
        };
        Error::Command(format!("unknown command `{name}`; {remedy}"))
    })
}

/// The command that a bare word means to those who know other programs: `help growth`, `quit`, `\\d fact`, 退出.
pub(super) fn bare(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches(';').trim_end();
    if let Some(command) = text.strip_prefix('。') {
        return Some(format!(".{command}"));
    }
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let command = match word.to_lowercase().as_str() {
        "help" | "?" | "？" | "\\?" | "\\h" | "帮助" => ".help",
        "quit" | "exit" | "\\q" | "退出" => ".quit",
        "\\d" | "\\dt" if rest.is_empty() => ".tables",
        "\\d" => ".schema",
        _ => return None,
    };
    Some(format!("{command} {rest}").trim_end().to_owned())
}

/// What to do about a word of the command line, which is none of the prompt's.
pub(super) fn elsewhere(word: &str) -> Option<String> {
    let lower = word.to_lowercase();
    let is_shell = matches!(lower.as_str(), "ingest" | "synth" | "run");
    is_shell.then(|| format!("it works on the command line: leave with .quit and type yusuan {lower}"))
}

fn text(text: impl Into<String>) -> Vec<Shown> {
    vec![Shown::Text(text.into())]
}

/// What `.timer on` and its like say.
fn switch(command: &str, now: bool, args: &[String]) -> Result<bool, Error> {
    match args.first().map(|a| a.to_lowercase()).as_deref() {
        None => Ok(!now),
        Some("on") => Ok(true),
        Some("off") => Ok(false),
        Some(other) => Err(Error::Command(format!("`{other}` is neither on nor off; write {command} on"))),
    }
}

#[allow(clippy::unnecessary_wraps, reason = "all actions have one signature")]
fn quit(_: &mut Session, _: &[String]) -> Result<Vec<Shown>, Error> {
    Ok(vec![Shown::Quit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_complete() {
        for (i, command) in COMMANDS.iter().enumerate() {
            assert!(command.name.starts_with('.') && !command.about.is_empty(), "{}", command.name);
            assert!(command.example.starts_with(command.name), "{}", command.name);
            assert!(!COMMANDS[..i].iter().any(|c| c.name == command.name), "{} twice", command.name);
            let optional: Vec<bool> = command.arguments.iter().map(|a| a.name.starts_with('[')).collect();
            assert!(optional.is_sorted(), "{}: what may be left out stands last", command.name);
        }
    }

    #[test]
    fn completion_of_settings_knows_all_of_them() {
        let takes = find(".config").unwrap().arguments[0].takes;
        let names: Vec<_> = crate::session::SETTINGS.iter().map(|s| s.name).collect();
        assert!(matches!(takes, Takes::Words(words) if words == names), "{names:?}");
    }

    #[test]
    fn every_command_is_explained_in_chinese_too() {
        for command in COMMANDS {
            for about in command.arguments.iter().map(|a| a.about).chain([command.about]) {
                assert_ne!(crate::language::Language::Chinese.say(about), about, "data/messages.toml has no {about:?}");
            }
        }
    }

    #[test]
    fn a_wrong_command_tells_the_nearest() {
        assert!(find(".HELP").is_ok());
        let message = find(".hlep").unwrap_err().to_string();
        assert_eq!(message, "unknown command `.hlep`; did you mean `.help`?");
        assert!(find(".xyz").unwrap_err().to_string().ends_with("`.help` lists all"));
        assert!(switch(".timer", true, &["maybe".to_owned()]).is_err());
    }
}
