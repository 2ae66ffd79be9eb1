//! Other programs: the pager and the editor.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::Error;
use crate::query::split_words;

/// A command line such as `less -SRXF` as a command.
fn command(line: &str) -> Option<Command> {
    let words = split_words(line).ok()?;
    let (name, args) = words.split_first()?;
    let mut command = Command::new(name);
    command.args(args);
    Some(command)
}

/// Shows a text in the pager; false when there is none that runs.
pub(super) fn page(pager: &str, text: &str) -> bool {
    let Some(mut command) = command(pager) else { return false };
    // Without it less shows Chinese as bytes where no locale is set.
    let Ok(mut child) = command.env("LESSCHARSET", "utf-8").stdin(Stdio::piped()).spawn() else { return false };
    if let Some(mut input) = child.stdin.take() {
        // Whoever leaves the pager early does not want the rest.
        let _ = input.write_all(text.as_bytes());
    }
    child.wait().is_ok()
}

/// Lets the user edit a text in a file of its own, which is gone afterwards.
///
/// # Errors
/// When the file cannot be written or read, or the editor does not run.
pub(super) fn edit(editor: &str, folder: &Path, text: &str) -> Result<String, Error> {
    let path = new_file(folder, text)?;
    let edited = run_editor(editor, &path);
    let _ = std::fs::remove_file(&path);
    edited
}

fn run_editor(editor: &str, path: &Path) -> Result<String, Error> {
    let wrong = |cause: String| {
        Error::Command(format!("the editor `{editor}` does not run: {cause}; set $VISUAL or $EDITOR to another"))
    };
    let mut command = command(editor).ok_or_else(|| wrong("no command".to_owned()))?;
    let status = command.arg(path).status().map_err(|e| wrong(e.to_string()))?;
    if !status.success() {
        return Err(wrong(format!("it ended with {status}")));
    }
    let fail = |cause| Error::Io { path: path.to_owned(), action: "read what was edited", cause };
    Ok(std::fs::read_to_string(path).map_err(fail)?.trim_end().to_owned())
}

/// A file that was not there before.
fn new_file(folder: &Path, text: &str) -> Result<PathBuf, Error> {
    let mut failure = None;
    for n in 0..100 {
        let path = folder.join(format!("yusuan-{}-{n}.sql", std::process::id()));
        match std::fs::File::create_new(&path) {
            Ok(mut file) => {
                let fail = |cause| Error::Io { path: path.clone(), action: "write there", cause };
                file.write_all(text.as_bytes()).and_then(|()| file.write_all(b"\n")).map_err(fail)?;
                return Ok(path);
            }
            Err(error) => failure = Some(Error::Io { path, action: "write there", cause: error }),
        }
    }
    Err(failure.unwrap_or_else(|| Error::Command("no file for the editor".to_owned())))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_the_editor_leaves_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let edited = edit("sed -i s/1/42/", folder.path(), "SELECT 1;").unwrap();
        assert_eq!(edited, "SELECT 42;");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let error = edit("no-such-editor", folder.path(), "x").unwrap_err().to_string();
        assert!(error.contains("$EDITOR"), "{error}");
        assert!(edit("false", folder.path(), "x").is_err());
        assert!(!page("no-such-pager", "x"));
    }
}
