//! How results look: `.mode`, `.unit`, `.timer`, `.pager`.

use super::{switch, text};
use crate::error::Error;
use crate::query::suggest;
use crate::render::{Format, Unit};
use crate::session::{Session, Shown};

pub(super) fn mode(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    let Some(name) = args.first() else {
        return Ok(text(format!("{} (of {})\n", session.settings.format.name(), text_formats().join(", "))));
    };
    session.settings.format = text_format(name)?;
    Ok(Vec::new())
}

/// Names of the formats that can be shown.
pub(in crate::session) fn text_formats() -> Vec<&'static str> {
    let all = Format::ALL.into_iter().filter(|f| !f.is_file_only());
    all.map(Format::name).collect()
}

/// A format that can be shown.
pub(super) fn text_format(name: &str) -> Result<Format, Error> {
    match Format::parse(name) {
        Some(file) if file.is_file_only() => {
            Err(Error::Command(format!("{} is a format of files; write .export FILE.{0}", file.name())))
        }
        Some(format) => Ok(format),
        None => Err(wrong("format", name, &text_formats())),
    }
}

pub(super) fn unit(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    let all = Unit::ALL.map(Unit::name);
    let Some(name) = args.first() else {
        return Ok(text(format!("{} (of {})\n", session.settings.unit.name(), all.join(", "))));
    };
    session.settings.unit = Unit::parse(name).ok_or_else(|| wrong("unit", name, &all))?;
    Ok(Vec::new())
}

/// A value that a setting does not have.
pub(super) fn wrong(what: &str, value: &str, all: &[&str]) -> Error {
    let remedy = match suggest(value, all.iter().copied()) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("use one of {}", all.join(", ")),
    };
    Error::Command(format!("unknown {what} `{value}`; {remedy}"))
}

pub(super) fn timer(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    session.settings.timer = switch(".timer", session.settings.timer, args)?;
    Ok(text(session.settings.language.say(if session.settings.timer { "timer on\n" } else { "timer off\n" })))
}

pub(super) fn pager(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    let on = switch(".pager", session.settings.pager.unwrap_or(true), args)?;
    session.settings.pager = Some(on);
    Ok(text(session.settings.language.say(if on { "pager on\n" } else { "pager off\n" })))
}
