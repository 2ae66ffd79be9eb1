//! What is done with the last result: `.last`, `.why`, `.export`.

use std::path::{Path, PathBuf};

use super::look::{text_format, wrong};
use super::text;
use crate::error::Error;
use crate::render::Format;
use crate::session::{Session, Shown};

pub(super) fn last(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    let format = args.first().map(|name| text_format(name)).transpose()?;
    let usual = session.settings.format;
    let format = format.unwrap_or(usual);
    let answer = session.for_format(format)?;
    session.settings.format = format;
    let shown = session.show(&Shown::Rows(answer));
    session.settings.format = usual;
    Ok(text(shown))
}

pub(super) fn why(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    let row = args.first().and_then(|a| a.parse::<usize>().ok());
    let column = args.get(usize::from(row.is_some())).map(String::as_str);
    Ok(vec![session.why(row, column)?])
}

pub(super) fn export(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    let name = args.first().ok_or_else(|| Error::Command("no file; write .export FILE.xlsx".to_owned()))?;
    let path = Path::new(name);
    let (adds, words): (Vec<&String>, Vec<&String>) = args.iter().skip(1).partition(|w| *w == "add");
    let format = words.first().map(|name| any_format(name)).transpose()?;
    // A picture of too many rows is refused before all of them are fetched.
    let drawn = format.is_some_and(|f| f == Format::Svg) || format.is_none() && name.to_lowercase().ends_with(".svg");
    let answer = if drawn { session.for_format(Format::Svg)? } else { session.kept()? };
    let mut answers = if adds.is_empty() { Vec::new() } else { session.exported(path) };
    answers.push(answer);
    let written = session.export(&answers, path, format)?;
    session.remember_export(path, answers);
    Ok(wrote(session, &written))
}

fn any_format(name: &str) -> Result<Format, Error> {
    Format::parse(name).ok_or_else(|| wrong("format", name, &Format::ALL.map(Format::name)))
}

/// Which files were written.
pub(super) fn wrote(session: &Session, paths: &[PathBuf]) -> Vec<Shown> {
    let names: Vec<String> = paths.iter().map(|p| p.display().to_string()).collect();
    text(session.settings.language.say(&format!("wrote {}\n", names.join(" and "))))
}
