//! Front 1: the prompt. Errors never end it; Ctrl-C cancels, Ctrl-D leaves.

mod banner;
mod helper;

use std::io::Write as _;
use std::path::Path;

use rustyline::config::Configurer as _;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{CompletionType, Config, Editor};

use crate::error::Error;
use crate::session::{self, Session, Shown, split};

use helper::{Front, Words};

const PROMPT: &str = "预算> ";

/// Reads and answers until the user leaves.
///
/// # Errors
/// When the terminal or the output fails; what the user types wrong is shown and forgotten.
pub fn run(session: &mut Session, history: Option<&Path>) -> Result<(), Error> {
    let terminal =
        |e: ReadlineError| Error::Command(format!("the terminal cannot be used: {e}; give a script on standard input"));
    let config = Config::builder().completion_type(CompletionType::List).auto_add_history(false).build();
    let mut editor: Editor<Front, FileHistory> = Editor::with_config(config).map_err(terminal)?;
    editor.set_helper(Some(Front::new(Words::of(session))));
    let _ = editor.set_max_history_size(10_000);
    let _ = editor.set_history_ignore_dups(true);
    if let Some(file) = history {
        // Without a place for it there is no history, and everything else works.
        let _ = file.parent().map(std::fs::create_dir_all);
        let _ = editor.load_history(file);
    }
    print(&banner::text(session))?;
    session::patient(true);
    loop {
        match editor.readline(PROMPT) {
            Ok(input) => {
                if !input.trim().is_empty() {
                    let _ = editor.add_history_entry(input.trim_end());
                    if let Some(file) = history {
                        let _ = editor.append_history(file);
                    }
                }
                if session.settings.width.is_some() {
                    // The window may have another size by now.
                    session.settings.width = editor.dimensions().map(|(width, _)| width.into());
                }
                if !answer(session, &input)? {
                    break;
                }
                editor.set_helper(Some(Front::new(Words::of(session))));
            }
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(terminal(error)),
        }
    }
    session::patient(false);
    Ok(())
}

/// Runs one input; false when the user leaves.
fn answer(session: &mut Session, input: &str) -> Result<bool, Error> {
    for statement in split(input).statements {
        match session.eval_one(&statement) {
            Ok(all) => {
                for shown in all {
                    if matches!(shown, Shown::Quit) {
                        return Ok(false);
                    }
                    print(&session.show(&shown))?;
                }
            }
            Err(error) => {
                let _ = writeln!(std::io::stderr(), "error: {error}");
                break;
            }
        }
    }
    Ok(true)
}

fn print(text: &str) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|_| Error::BrokenPipe)
}
