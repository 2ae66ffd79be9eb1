//! Where results go.

use std::fs::File;
use std::io::{self, IsTerminal as _, Write};
use std::path::Path;

use crate::error::Error;

/// Standard output or a file.
pub(super) enum Output {
    Standard(io::Stdout),
    File(File),
}

impl Output {
    /// Opened before anything runs, so that a wrong path costs nothing.
    pub(super) fn open(path: Option<&Path>) -> Result<Self, Error> {
        let Some(path) = path else {
            return Ok(Self::Standard(io::stdout()));
        };
        let file = File::create(path);
        let fail = |cause| Error::Io { path: path.to_owned(), action: "write there", cause };
        file.map(Self::File).map_err(fail)
    }

    pub(super) fn write(&mut self, text: &str) -> Result<(), Error> {
        let result = match self {
            Self::Standard(out) => out.write_all(text.as_bytes()).and_then(|()| out.flush()),
            Self::File(file) => file.write_all(text.as_bytes()),
        };
        result.map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Error::BrokenPipe,
            _ => Error::Output(error.to_string()),
        })
    }

    /// Columns of the terminal; `None` when the output is none.
    pub(super) fn width(&self) -> Option<usize> {
        match self {
            Self::Standard(out) if out.is_terminal() => comfy_table::Table::new().width().map(usize::from),
            _ => None,
        }
    }
}
