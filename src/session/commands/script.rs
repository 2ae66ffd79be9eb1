//! Scripts and what outlives a session: `.read`, `.log`, `.save`, `.config`.

use std::fmt::Write as _;
use std::path::Path;

use super::{text, two_columns};
use crate::error::Error;
use crate::session::settings::{SETTINGS, Setting};
use crate::session::{Session, Shown, Statement, split};

pub(super) fn read(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    let (name, values) =
        args.split_first().ok_or_else(|| Error::Command("no file; write .read FILE [name=value]".to_owned()))?;
    session.read_script(Path::new(name), values)
}

#[allow(clippy::unnecessary_wraps, reason = "all actions have one signature")]
pub(super) fn edit(_: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    let ended = |text: &String| {
        // The `;` at the end of a line of its own was taken off with it.
        let all = split(text);
        let open = matches!(all.statements.last(), Some(Statement::Sql(_))) && !all.complete;
        if open { format!("{text};") } else { text.clone() }
    };
    Ok(vec![Shown::Edit(args.first().filter(|text| !text.is_empty()).map(ended))])
}

pub(super) fn log(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    match args.first().map(String::as_str) {
        None => {}
        Some("off") => session.stop_log(),
        Some(name) => session.start_log(Path::new(name))?,
    }
    Ok(text(match session.log_path() {
        Some(path) => session.settings.language.say(&format!("logging to {}\n", path.display())),
        None => session.settings.language.say("not logging\n"),
    }))
}

pub(super) fn save(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    let (name, title) =
        args.split_first().ok_or_else(|| Error::Command("no name; write .save NAME [TITLE]".to_owned()))?;
    let path = session.save(name, &title.join(" "))?;
    Ok(text(session.settings.language.say(&format!("saved as `{name}` in {}\n", path.display()))))
}

pub(super) fn config(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    let setting = |name: &String| Setting::find(name).map_err(Error::Command);
    match args {
        [] => {
            let row = |s: &Setting| {
                (format!("{} = {}", s.name, s.get(&session.settings)), format!("{} ({})", s.about, s.values))
            };
            let mut out = two_columns(&SETTINGS.iter().map(row).collect::<Vec<_>>());
            if let Some(path) = &session.places.config {
                let there = if path.exists() { "read from" } else { "write them for good into" };
                let _ = writeln!(out, "{there} {} (`yusuan config --init` makes it)", path.display());
            }
            Ok(text(out))
        }
        [name] if !name.contains('=') => {
            let setting = setting(name)?;
            Ok(text(format!("{} = {} ({})\n", setting.name, setting.get(&session.settings), setting.values)))
        }
        words => {
            // `.config unit 亿元`, `.config unit=亿元`, `.config unit = 亿元`
            let line = words.join(" ").replacen('=', " ", 1);
            let (name, value) = line.split_once(' ').unwrap_or((&line, ""));
            setting(&name.to_owned())?.set(&mut session.settings, value.trim()).map_err(Error::Command)?;
            Ok(Vec::new())
        }
    }
}
