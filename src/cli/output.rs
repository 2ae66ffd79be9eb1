//! Where results go.

use std::io::{self, IsTerminal as _, Write};
use std::path::PathBuf;

use crate::error::Error;
use crate::render::{Cut, Format};
use crate::session::{Answer, Session, Shown};

/// Standard output, or a file that is written whole at the end.
pub(super) struct Output {
    path: Option<PathBuf>,
    format: Option<Format>,
    /// Text for the file.
    text: String,
    /// Results, for a file that tells of all of them.
    answers: Vec<Answer>,
    /// Whether standard error gets a line about each result.
    stats: bool,
}

impl Output {
    /// A wrong path is told before anything runs.
    pub(super) fn open(path: Option<PathBuf>, format: Option<Format>) -> Result<Self, Error> {
        if let Some(path) = &path {
            let folder = path.parent().filter(|f| !f.as_os_str().is_empty());
            if folder.is_some_and(|f| !f.is_dir()) || path.is_dir() {
                let cause =
                    io::Error::new(io::ErrorKind::NotFound, "there is no such folder, or the name is a folder's");
                return Err(Error::Io { path: path.clone(), action: "write there", cause });
            }
        } else if format == Some(Format::Parquet) || format == Some(Format::Xlsx) && is_terminal() {
            return Err(Error::Usage("this format is for files; add -o FILE".to_owned()));
        }
        Ok(Self { path, format, text: String::new(), answers: Vec::new(), stats: false })
    }

    /// With a line about each result on standard error.
    pub(super) fn with_stats(self, stats: bool) -> Self {
        Self { stats, ..self }
    }

    fn tell(&self, session: &Session, answer: &Answer) {
        let (rows, cut) = session.rows_shown(answer);
        let mut err = io::stderr().lock();
        if self.stats {
            let line = serde_json::json!({
                "query": answer.call,
                "rows": rows,
                "truncated": cut != Cut::No,
                "elapsed_ms": u64::try_from(answer.elapsed.as_millis()).unwrap_or(u64::MAX),
            });
            let _ = writeln!(err, "{line}");
            return;
        }
        let note = session.note_of(answer).filter(|_| self.path.is_some() || session.settings.format != Format::Table);
        if let Some(note) = note {
            let _ = writeln!(err, "{note}");
        }
    }

    /// Results are gathered where they make one file; all else is written.
    pub(super) fn show(&mut self, session: &Session, shown: Shown) -> Result<(), Error> {
        let whole = !session.settings.format.is_text();
        if let Shown::Rows(answer) = &shown {
            self.tell(session, answer);
        }
        match shown {
            Shown::Rows(answer) if whole => self.answers.push(answer),
            Shown::Rows(answer) => {
                let text = session.show(&Shown::Rows(answer.clone()));
                self.answers.push(answer);
                self.write(&text)?;
            }
            Shown::Edit(_) => return Err(Error::Command(".edit works at the prompt only".to_owned())),
            // What commands say has no place in such a file.
            _ if whole => {}
            other => self.write(&session.show(&other))?,
        }
        Ok(())
    }

    pub(super) fn write(&mut self, text: &str) -> Result<(), Error> {
        if self.path.is_some() {
            self.text.push_str(text);
            return Ok(());
        }
        print(text.as_bytes())
    }

    /// Puts the file in its place: nothing is written before all has been run.
    pub(super) fn finish(self, session: Option<&Session>) -> Result<(), Error> {
        let Self { path, format, text, answers, .. } = self;
        let format = session.map(|s| s.settings.format).or(format).unwrap_or_default();
        match (path, session) {
            (Some(path), Some(session)) if !answers.is_empty() => {
                // Text of commands between the results stays where it was.
                let text = format.is_text().then_some(text);
                session.export(&answers, &path, Some(format), text)?;
            }
            // Where everything failed, the file that was there stays.
            (Some(_), Some(_)) if text.is_empty() => {}
            (Some(path), _) => {
                let fail = |cause| Error::Io { path: path.clone(), action: "write there", cause };
                std::fs::write(&path, text).map_err(fail)?;
            }
            (None, Some(session)) if !format.is_text() => {
                print(&session.bytes(&answers, &session.about(&answers)?, format)?)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether somebody looks at it.
    pub(super) fn is_terminal(&self) -> bool {
        self.path.is_none() && is_terminal()
    }

    /// Columns of the terminal; `None` when the output is none.
    pub(super) fn width(&self) -> Option<usize> {
        self.is_terminal().then(|| comfy_table::Table::new().width().map(usize::from)).flatten()
    }
}

fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

fn print(bytes: &[u8]) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Error::BrokenPipe,
        _ => Error::Output(error.to_string()),
    })
}
