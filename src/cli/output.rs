//! Where results go.

use std::cell::RefCell;
use std::io::{self, IsTerminal as _, Write};
use std::path::PathBuf;
use std::rc::Rc;

use crate::error::Error;
use crate::render::{Cut, Format};
use crate::repl::Waiting;
use crate::session::{Answer, Outlet, Part, Session, Shown};

/// Standard output, or a file that gets its name when all is written.
pub(super) struct Output {
    path: Option<PathBuf>,
    format: Option<Format>,
    /// What takes the bytes.
    target: Target,
    /// Shown until something is written.
    waiting: Rc<RefCell<Option<Waiting>>>,
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
        let waiting = Rc::new(RefCell::new(None));
        let target = match &path {
            Some(path) => Target::File(Rc::new(RefCell::new(Part::new(path)))),
            None => Target::Screen(waiting.clone()),
        };
        Ok(Self { path, format, target, waiting, answers: Vec::new(), stats: false })
    }

    /// Where a session writes results as they come.
    pub(super) fn outlet(&self) -> Box<dyn Outlet> {
        Box::new(self.target.clone())
    }

    /// Shows how long it takes until the end of `work`, or until it writes something.
    pub(super) fn wait<T>(&self, words: String, work: impl FnOnce() -> T) -> T {
        *self.waiting.borrow_mut() = Some(Waiting::begin(io::stderr().is_terminal(), words));
        let done = work();
        self.waiting.borrow_mut().take();
        done
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
                if answer.poured.is_none() {
                    // No rows may be no text, and are a file all the same.
                    self.target.write(session.show(&Shown::Rows(answer.clone())).as_bytes())?;
                }
                self.answers.push(answer);
            }
            Shown::Edit(_) => return Err(Error::Command(".edit works at the prompt only".to_owned())),
            // What commands say has no place in such a file.
            _ if whole => {}
            other => self.write(&session.show(&other))?,
        }
        Ok(())
    }

    pub(super) fn write(&mut self, text: &str) -> Result<(), Error> {
        if text.is_empty() { Ok(()) } else { self.target.write(text.as_bytes()) }
    }

    /// Puts the file in its place: nothing has the name before all has been run.
    pub(super) fn finish(self, session: Option<&Session>) -> Result<(), Error> {
        let Self { path, format, target, answers, .. } = self;
        let format = session.map(|s| s.settings.format).or(format).unwrap_or_default();
        // A page of Markdown has its sources at its end.
        let as_written = format.is_text() && format != Format::Md;
        match (target, path, session) {
            (Target::File(part), Some(_), Some(_)) if answers.len() > 1 && format == Format::Json => {
                part.borrow_mut().discard();
                let message = "a JSON file holds one result; run one query, or write jsonl, xlsx or html";
                return Err(Error::Command(message.to_owned()));
            }
            (Target::File(part), Some(path), Some(session)) if !answers.is_empty() => {
                if !as_written {
                    part.borrow_mut().discard();
                    session.export(&answers, &path, Some(format))?;
                } else if part.borrow_mut().finish()? {
                    session.tell_beside(&answers, &path, format)?;
                }
            }
            // Where everything failed, the file that was there stays.
            (Target::File(part), ..) => {
                part.borrow_mut().finish()?;
            }
            (_, None, Some(session)) if !format.is_text() => {
                let answers = session.all(&answers)?;
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

/// What takes the bytes.
#[derive(Clone)]
enum Target {
    Screen(Rc<RefCell<Option<Waiting>>>),
    File(Rc<RefCell<Part>>),
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Screen(_) => "Screen",
            Self::File(_) => "File",
        })
    }
}

impl Outlet for Target {
    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        match self {
            Self::Screen(waiting) => {
                waiting.borrow_mut().take();
                print(bytes)
            }
            Self::File(part) => part.borrow_mut().write(bytes),
        }
    }

    fn mark(&mut self) {
        if let Self::File(part) = self {
            part.borrow_mut().mark();
        }
    }

    fn undo(&mut self) {
        if let Self::File(part) = self {
            part.borrow_mut().undo();
        }
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
