//! A file under another name until all of it is written.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use same_file::Handle;

use crate::error::Error;

/// The file; it comes into being with the first `write`, of no bytes too. Unless it is finished, nothing of it stays.
#[derive(Debug)]
pub(crate) struct Part {
    /// As the user names it.
    path: PathBuf,
    /// What gets the bytes in the end: the file that a link leads to, else the path.
    target: PathBuf,
    /// Where it is until it is whole.
    beside: PathBuf,
    /// Whether it came into being.
    begun: bool,
    file: Option<File>,
    /// Where the result begins that is being written.
    mark: u64,
    /// A device, a pipe and what this program's own output goes to take bytes at once: nothing may stand in their place.
    direct: bool,
}

impl Part {
    pub(crate) fn new(path: &Path) -> Self {
        let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let file = own_output(path);
        let direct = file.is_some() || path.exists() && !path.is_file() && !path.is_dir();
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let beside =
            if direct { path.to_owned() } else { target.with_file_name(format!("{name}.{}.part", std::process::id())) };
        Self { path: path.to_owned(), target, beside, begun: false, file, mark: 0, direct }
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if self.file.is_none() {
            let direct = self.direct;
            let opened = OpenOptions::new().write(true).create(!direct).truncate(!direct).open(&self.beside);
            self.file = Some(opened.map_err(|cause| self.fail(cause))?);
            self.begun = true;
        }
        let written = self.file.as_mut().map_or(Ok(()), |file| file.write_all(bytes));
        written.map_err(
            |cause| if cause.kind() == io::ErrorKind::BrokenPipe { Error::BrokenPipe } else { self.fail(cause) },
        )
    }

    /// Where the database writes it.
    pub(super) fn for_database(&mut self) -> &Path {
        self.begun = true;
        &self.beside
    }

    fn fail(&self, cause: io::Error) -> Error {
        Error::Io { path: self.path.clone(), action: "write there", cause }
    }

    pub(crate) fn mark(&mut self) {
        self.mark = self.file.as_mut().and_then(|file| file.stream_position().ok()).unwrap_or(0);
    }

    /// Takes back what was written since the mark.
    pub(crate) fn undo(&mut self) {
        if self.direct {
            return;
        }
        if self.mark == 0 {
            self.discard();
        } else if let Some(file) = &mut self.file {
            // Where that fails, the whole file is given up.
            let done = file.set_len(self.mark).and_then(|()| file.seek(io::SeekFrom::Start(self.mark)));
            if done.is_err() {
                self.discard();
            }
        }
    }

    /// Gives up what was written.
    pub(crate) fn discard(&mut self) {
        self.file = None;
        if std::mem::take(&mut self.begun) && !self.direct {
            let _ = std::fs::remove_file(&self.beside);
        }
    }

    /// Gives the file its name; whether a file is there that something can stand beside.
    pub(crate) fn finish(&mut self) -> Result<bool, Error> {
        self.file = None;
        if !self.begun || self.direct {
            return Ok(false);
        }
        std::fs::rename(&self.beside, &self.target).map_err(|cause| self.fail(cause))?;
        self.begun = false;
        Ok(true)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.discard();
    }
}

/// A file that standard output or standard error goes to, as `/dev/stdout` is with `> FILE`: what is written there must follow
/// what they have written.
fn own_output(path: &Path) -> Option<File> {
    let file = path.is_file().then(|| Handle::from_path(path).ok())??;
    let own = [Handle::stdout(), Handle::stderr()].into_iter().flatten().find(|own| *own == file)?;
    own.as_file().try_clone().ok()
}
