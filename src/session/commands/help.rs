//! `.help`.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use super::{COMMANDS, Command, find, text};
use crate::error::Error;
use crate::language::Language;
use crate::session::{Session, Shown};

/// Lines of two columns; Chinese characters are two wide.
pub(in crate::session) fn two_columns(rows: &[(String, String)]) -> String {
    let width = rows.iter().map(|(left, _)| left.width()).max().unwrap_or(0);
    let mut out = String::new();
    for (left, right) in rows {
        let pad = " ".repeat(width - left.width());
        let _ = writeln!(out, "{}", format!("  {left}{pad}  {right}").trim_end());
    }
    out
}

pub(super) fn help(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    let language = session.settings.language;
    let Some(name) = args.first() else { return Ok(text(list(language))) };
    if let Some(query) = session.library().find(name) {
        return Ok(text(language.say(&query.help())));
    }
    if name.eq_ignore_ascii_case("frame") {
        return Ok(text(crate::frame::help(args.get(1).map(String::as_str))));
    }
    let pipeline = session.library().pipeline(name);
    if let Some(pipeline) = pipeline {
        return Ok(text(pipeline.help()));
    }
    let dotted = if name.starts_with('.') { name.clone() } else { format!(".{name}") };
    let command = find(&dotted).map_err(|error| {
        // What has no dot is more likely a query than a command.
        let of_query = (!name.starts_with('.')).then(|| session.library().call(name, &[]).err());
        of_query.flatten().map_or(error, Error::from)
    })?;
    Ok(text(about(command, language)))
}

fn list(language: Language) -> String {
    let rows: Vec<_> = COMMANDS.iter().map(|c| (c.usage(), language.say(c.about))).collect();
    let more = language.say(
        "A canned query is called by its name: growth 办公室 since=2019   (`.help growth` explains it)\n\
         Small steps with frames: frame from growth | filter growth_pct > 10 | sort amount desc   (`.help frame`)\n\
         Anything else is SQL and ends with `;`: FROM documents();",
    );
    format!("{}\n{more}\n", two_columns(&rows))
}

fn about(command: &Command, language: Language) -> String {
    let mut out = format!("{}\n  {}\n", command.usage(), language.say(command.about));
    if !command.arguments.is_empty() {
        let rows: Vec<_> = command.arguments.iter().map(|a| (a.name.to_owned(), language.say(a.about))).collect();
        let _ = write!(out, "{}\n{}", language.say("arguments"), two_columns(&rows));
    }
    let _ = writeln!(out, "{}\n  {}", language.say("example"), command.example);
    out
}
