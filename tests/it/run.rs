//! A test reads as a sentence: `Yusuan::new().args(["--help"]).succeeds().stdout_has("ingest")`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A run of the program in a folder of its own.
pub(crate) struct Yusuan {
    folder: TempDir,
    args: Vec<String>,
    input: Option<String>,
}

impl Yusuan {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().unwrap(), args: Vec::new(), input: None }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    pub(crate) fn args<const N: usize>(mut self, args: [&str; N]) -> Self {
        self.args = args.map(str::to_owned).to_vec();
        self
    }

    pub(crate) fn input(mut self, text: &str) -> Self {
        self.input = Some(text.to_owned());
        self
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("yusuan"));
        isolate(&mut command, self.folder.path());
        command.args(&self.args);
        command
    }

    #[track_caller]
    pub(crate) fn succeeds(self) -> Done {
        self.exits(0)
    }

    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Done {
        let mut command = self.command();
        command.stdin(Stdio::null());
        if let Some(text) = &self.input {
            std::fs::write(self.path(".input"), text).unwrap();
            command.stdin(std::fs::File::open(self.path(".input")).unwrap());
        }
        let output = command.output().unwrap();
        let done = Done { run: self, output };
        assert_eq!(done.output.status.code(), Some(code), "stdout: {}\nstderr: {}", done.stdout(), done.stderr());
        assert!(!done.stderr().contains("panicked"), "{}", done.stderr());
        done
    }
}

/// Neither the user's files nor settings reach a test.
pub(crate) fn isolate(command: &mut Command, folder: &Path) {
    command.current_dir(folder).env_remove("YUSUAN_DB").env("HOME", folder);
    for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
        command.env(name, folder.join(name.to_lowercase()));
    }
}

/// A run that is over.
pub(crate) struct Done {
    run: Yusuan,
    output: Output,
}

impl Done {
    pub(crate) fn stdout(&self) -> String {
        String::from_utf8(self.output.stdout.clone()).unwrap()
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8(self.output.stderr.clone()).unwrap()
    }

    #[track_caller]
    pub(crate) fn stdout_is(self, expected: &str) -> Self {
        assert_eq!(self.stdout(), expected);
        self
    }

    #[track_caller]
    pub(crate) fn stdout_has(self, part: &str) -> Self {
        assert!(self.stdout().contains(part), "no {part:?} in stdout:\n{}", self.stdout());
        self
    }

    #[track_caller]
    pub(crate) fn stderr_has(self, part: &str) -> Self {
        assert!(self.stderr().contains(part), "no {part:?} in stderr:\n{}", self.stderr());
        self
    }

    /// The next run in the same folder.
    pub(crate) fn then<const N: usize>(self, args: [&str; N]) -> Yusuan {
        Yusuan { input: None, ..self.run }.args(args)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.run.path(name)
    }
}

/// A folder with an empty database `x.duckdb`.
pub(crate) fn with_database() -> Yusuan {
    let ingest = Yusuan::new().file("empty.txt", "").args(["ingest", "empty.txt", "--db", "x.duckdb"]);
    ingest.exits(1).stderr_has("empty.txt").then([])
}
