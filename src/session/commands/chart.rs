//! `.chart`: the last result as a picture.

use std::path::Path;

use super::result::wrote;
use super::text;
use crate::error::Error;
use crate::render::{ChartSpec, Format};
use crate::session::{Session, Shown};

pub(super) fn chart(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    let mut words = args.to_vec();
    let file = match words.iter().position(|w| w == "-o") {
        Some(at) => {
            let file = words.get(at + 1).cloned();
            words.drain(at..words.len().min(at + 2));
            Some(file.ok_or_else(|| Error::Command("no file after -o; write .chart -o FILE.svg".to_owned()))?)
        }
        None => None,
    };
    let answer = session.for_format(Format::Chart)?;
    let spec = ChartSpec::of(words).map_err(Error::Command)?;
    let answer = answer.charted(&spec);
    // What cannot be drawn is told before anything is written.
    let picture = session.picture(&answer).map_err(Error::Command)?;
    let Some(file) = file else { return Ok(text(picture)) };
    let path = Path::new(&file);
    let format = path.extension().and_then(|e| e.to_str()).and_then(Format::parse);
    if !matches!(format, Some(Format::Svg | Format::Html | Format::Table)) {
        return Err(Error::Command(format!("{file}: a picture is written as .svg, .html or .txt")));
    }
    let format = if format == Some(Format::Table) { Some(Format::Chart) } else { format };
    let written = session.export(&[answer], path, format)?;
    Ok(wrote(session, &written))
}
