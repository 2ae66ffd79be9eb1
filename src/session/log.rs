//! `.log`: a session as a script that replays.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::settings::{SETTINGS, Settings};
use super::{Session, Statement};
use crate::error::Error;
use crate::query::join_words;

/// The first line of a log.
const MARK: &str = "-- title: session";

/// A log that is being written.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    file: File,
}

impl Session {
    /// Begins to log into a file; a log that is there goes on, any other file stays.
    ///
    /// # Errors
    /// When the file is something else or cannot be written.
    pub(super) fn start_log(&mut self, path: &Path) -> Result<(), Error> {
        let fail = |cause| Error::Io { path: path.to_owned(), action: "log there", cause };
        let before = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(fail(error)),
        };
        if !before.is_empty() && !before.starts_with(MARK) {
            let place = path.display();
            return Err(Error::Command(format!("{place}: the file is no log of yusuan; choose another name")));
        }
        let mut file = OpenOptions::new().append(true).create(true).open(path).map_err(fail)?;
        let mut head = String::new();
        if before.is_empty() {
            let _ = writeln!(head, "{MARK} on {}, yusuan {}", self.path.display(), env!("CARGO_PKG_VERSION"));
        }
        // What the session was told before belongs to what it will show.
        let usual = Settings::default();
        // Times and colours belong to who sat there.
        for setting in SETTINGS.iter().filter(|s| !matches!(s.name, "timer" | "pager" | "color")) {
            let value = setting.get(&self.settings);
            if value != setting.get(&usual) {
                let words = [".config".to_owned(), setting.name.to_owned(), value];
                let _ = writeln!(head, "{}", join_words(&words));
            }
        }
        file.write_all(head.as_bytes()).map_err(fail)?;
        self.log = Some(Log { path: path.to_owned(), file });
        Ok(())
    }

    /// The file of the log that is being written.
    pub(super) fn log_path(&self) -> Option<&Path> {
        self.log.as_ref().map(|log| log.path.as_path())
    }

    pub(super) fn stop_log(&mut self) {
        self.log = None;
    }

    /// Writes a statement into the log; one that failed as a comment.
    pub(super) fn note(&mut self, statement: &Statement, done: bool) {
        let Some(log) = &mut self.log else { return };
        let text = statement.script_text();
        if self.depth > 1 || [".log", ".quit", ".exit"].iter().any(|c| text.split_whitespace().next() == Some(c)) {
            return;
        }
        let mark = if done { "" } else { "-- failed: " };
        let lines: Vec<String> = text.trim_end().lines().map(|line| format!("{mark}{line}")).collect();
        if writeln!(log.file, "{}", lines.join("\n")).is_err() {
            // A full disk is told once, by the next `.log`.
            self.log = None;
        }
    }
}
