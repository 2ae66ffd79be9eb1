//! Front 1: the prompt. Errors never end it; Ctrl-C cancels, Ctrl-D leaves.

mod banner;
mod front;
mod highlight;
mod program;
mod waiting;

use std::cell::RefCell;
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{CompletionType, Config, Editor};

use crate::error::{Error, brief};
use crate::language::Language;
use crate::render::Format;
use crate::session::{self, Session, Shown, Statement, split};

use front::Front;
pub(crate) use waiting::Waiting;

const PROMPT: &str = "预算> ";
/// Statements that are remembered.
const REMEMBERED: usize = 10_000;

/// What the program was told of the user's terminal.
#[derive(Clone, Debug)]
pub struct Terminal {
    /// Where statements are remembered; nowhere where there is no such place.
    pub history: Option<PathBuf>,
    /// Shows what is longer than the screen.
    pub pager: String,
    /// Edits a statement.
    pub editor: String,
    /// Folder for what is being edited.
    pub scratch: PathBuf,
    /// Whether standard error shows colours.
    pub colour: bool,
}

/// Reads and answers until the user leaves.
///
/// # Errors
/// When the terminal or the output fails; what the user types wrong is shown and forgotten.
pub fn run(session: &mut Session, terminal: &Terminal) -> Result<(), Error> {
    let language = session.settings.language;
    let unusable =
        |e: ReadlineError| Error::Command(format!("the terminal cannot be used: {e}; give a script on standard input"));
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .completion_show_all_if_ambiguous(true)
        .auto_add_history(false)
        .history_ignore_dups(true)
        .and_then(|config| config.max_history_size(REMEMBERED))
        .map_err(unusable)?
        .build();
    let session = RefCell::new(session);
    let mut editor: Editor<Front<'_, '_>, FileHistory> = Editor::with_config(config).map_err(unusable)?;
    editor.set_helper(Some(Front::new(&session)));
    if let Some(file) = &terminal.history {
        // Without a place for it there is no history, and everything else works.
        let _ = file.parent().map(std::fs::create_dir_all);
        let _ = editor.load_history(file);
    }
    print(&banner::text(&session.borrow(), language))?;
    session::patient(true);
    let mut prompt = At { terminal, rows: None, previous: String::new() };
    let mut begun = String::new();
    loop {
        match editor.readline_with_initial(PROMPT, (&std::mem::take(&mut begun), "")) {
            Ok(input) => {
                let input = input.trim_end();
                if input.trim().is_empty() {
                    continue;
                }
                let _ = editor.add_history_entry(input);
                if let Some(file) = &terminal.history {
                    let _ = editor.append_history(file);
                }
                // The window may have another size by now.
                let size = editor.dimensions();
                prompt.rows = size.map(|(_, rows)| rows.into());
                if session.borrow().settings.width.is_some() {
                    session.borrow_mut().settings.width = size.map(|(width, _)| width.into());
                }
                match prompt.answer(&mut session.borrow_mut(), input)? {
                    Next::Prompt => {}
                    Next::Edit(text) => begun = text,
                    Next::Leave => break,
                }
            }
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break,
            // Bytes that are no text, from a paste or a wrong encoding.
            Err(ReadlineError::Io(error)) if error.kind() == std::io::ErrorKind::InvalidData => {
                complain(terminal, language, "this is no UTF-8; set the terminal to UTF-8");
            }
            Err(error) => return Err(unusable(error)),
        }
    }
    session::patient(false);
    Ok(())
}

/// What the prompt does after an input.
enum Next {
    Prompt,
    /// The prompt, with this text on it.
    Edit(String),
    Leave,
}

/// The prompt between two inputs.
struct At<'t> {
    terminal: &'t Terminal,
    /// Lines of the screen.
    rows: Option<usize>,
    /// The last input, for `.edit`.
    previous: String,
}

impl At<'_> {
    /// Runs one input.
    fn answer(&mut self, session: &mut Session, input: &str) -> Result<Next, Error> {
        let mut next = Next::Prompt;
        for statement in split(input).statements {
            let words = session.settings.language.say("(Ctrl-C stops it)");
            let waiting = Waiting::begin(std::io::stderr().is_terminal(), words);
            let shown = session.eval_one(&statement);
            drop(waiting);
            match shown {
                Ok(all) => {
                    for shown in all {
                        match shown {
                            Shown::Quit => return Ok(Next::Leave),
                            Shown::Failed(error) => self.tell(session, &error),
                            Shown::Edit(text) => match self.edit(text) {
                                Ok(text) => next = Next::Edit(text),
                                Err(error) => self.tell(session, &error),
                            },
                            other => {
                                self.show(session, &session.show(&other))?;
                                Self::note(session, &other);
                            }
                        }
                    }
                }
                Err(error) => {
                    self.tell(session, &error);
                    break;
                }
            }
        }
        if !matches!(split(input).statements.as_slice(), [Statement::Command(line)] if line.starts_with(".edit")) {
            input.clone_into(&mut self.previous);
        }
        Ok(next)
    }

    fn edit(&self, text: Option<String>) -> Result<String, Error> {
        let text = text.unwrap_or_else(|| self.previous.clone());
        program::edit(&self.terminal.editor, &self.terminal.scratch, &text)
    }

    fn tell(&self, session: &Session, error: &Error) {
        complain(self.terminal, session.settings.language, &error.to_string());
    }

    /// Under a table stands whether rows were left out; for other formats it is told.
    fn note(session: &Session, shown: &Shown) {
        let Shown::Rows(answer) = shown else { return };
        if let Some(note) = session.note_of(answer).filter(|_| session.settings.format != Format::Table) {
            let _ = writeln!(std::io::stderr().lock(), "{note}");
        }
    }

    /// What is longer than the screen goes to the pager.
    fn show(&self, session: &Session, text: &str) -> Result<(), Error> {
        let long = self.rows.is_some_and(|rows| text.lines().count() >= rows);
        let wanted = session.settings.pager.unwrap_or(true) && std::io::stdout().is_terminal();
        if long && wanted && program::page(&self.terminal.pager, text) {
            return Ok(());
        }
        print(text)
    }
}

/// Standard error may be closed.
fn complain(terminal: &Terminal, language: Language, message: &str) {
    let mut out = std::io::stderr().lock();
    let (error, message) = (language.say("error:"), language.say(&brief(message)));
    let _ = if terminal.colour {
        writeln!(out, "{}{error}{} {message}", highlight::WRONG, highlight::RESET)
    } else {
        writeln!(out, "{error} {message}")
    };
}

fn print(text: &str) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|_| Error::BrokenPipe)
}
