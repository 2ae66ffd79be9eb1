//! `.read`: scripts.

use std::path::Path;

use crate::error::Error;
use crate::query::split_words;
use crate::session::{Session, Shown, Statement, split};

/// Deepest nesting of `.read`.
const DEEPEST: usize = 16;

pub(super) fn read(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    let name = args.first().ok_or_else(|| Error::Command("no file; write .read FILE".to_owned()))?;
    session.read(Path::new(name), 0)
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

impl Session {
    fn read(&mut self, path: &Path, depth: usize) -> Result<Vec<Shown>, Error> {
        let fail = |cause| Error::Io { path: path.to_owned(), action: "read the script", cause };
        let script = std::fs::read_to_string(path).map_err(fail)?;
        let mut shown = Vec::new();
        for statement in split(&script).statements {
            let nested = match &statement {
                Statement::Command(line) => split_words(line)?,
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
