//! Scripts: statements with the lines they stand on, and parameters that the header declares.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use super::{Session, Shown, Statement, bind, split};
use crate::error::Error;
use crate::query::{Given, Query, split_words, suggest};

/// Deepest nesting of `.read`.
const DEEPEST: usize = 16;

/// A script that was read and not yet run.
#[derive(Clone, Debug)]
pub struct Script {
    /// How messages name it.
    name: String,
    /// Where scripts that it reads are looked for, too.
    folder: Option<PathBuf>,
    header: Query,
    statements: Vec<(usize, Statement)>,
}

/// Where the results of a script go while it runs.
pub trait Sink {
    /// A result.
    ///
    /// # Errors
    /// When it cannot be written; the script ends.
    fn shown(&mut self, session: &Session, shown: Shown) -> Result<(), Error>;

    /// A statement failed.
    fn failed(&mut self, error: Error);
}

/// What became of a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Statements that ran.
    pub done: usize,
    /// Lines of those that failed.
    pub failed: Vec<usize>,
    /// Statements that were not run.
    pub left: usize,
    /// Whether it was told to leave.
    pub quit: bool,
}

impl Tally {
    /// What was done, for a script with failures.
    #[must_use]
    pub fn summary(&self, name: &str) -> Option<String> {
        let lines: Vec<String> = self.failed.iter().map(usize::to_string).collect();
        let (done, all) = (self.done, self.done + self.failed.len() + self.left);
        match lines.as_slice() {
            // Of one statement the error has said everything.
            [_] if all == 1 => None,
            [] => None,
            [line] if self.left > 0 => {
                Some(format!("{name}: stopped at line {line}: {done} of {all} statements done, {} not run", self.left))
            }
            [line] => Some(format!("{name}: {done} of {all} statements done, line {line} failed")),
            lines => Some(format!("{name}: {done} of {all} statements done, lines {} failed", lines.join(", "))),
        }
    }
}

impl Script {
    /// Reads a script's text; its header may declare parameters, as those of canned queries do.
    ///
    /// # Errors
    /// When a line of the header is not well formed.
    pub fn parse(name: &str, text: &str) -> Result<Self, Error> {
        // The first line may name the program that runs the file.
        let first = text.trim_start_matches('\u{feff}').strip_prefix("#!").map(|rest| format!("--{rest}"));
        let text = first.as_deref().unwrap_or(text);
        let header = Query::script(name, text)?;
        let split = split(text);
        let statements = split.lines.into_iter().zip(split.statements).collect();
        Ok(Self { name: name.to_owned(), folder: None, header, statements })
    }

    /// Reads a script's file.
    ///
    /// # Errors
    /// When it cannot be read, is no UTF-8 or its header is not well formed.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let fail = |cause| Error::Io { path: path.to_owned(), action: "read the script", cause };
        let name = path.display().to_string();
        let text = utf8(&name, std::fs::read(path).map_err(fail)?)?;
        let folder = path.parent().map(Path::to_owned);
        Ok(Self { folder, ..Self::parse(&name, &text)? })
    }

    /// How messages name it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its header, which declares parameters as those of canned queries do.
    #[must_use]
    pub fn header(&self) -> &Query {
        &self.header
    }

    /// What its header says, for `--help`.
    #[must_use]
    pub fn help(&self) -> String {
        let header = Query { name: format!("yusuan run {}", self.name), ..self.header.clone() };
        header.help()
    }

    /// Checks values for its parameters.
    ///
    /// # Errors
    /// When one is wrong, unknown or missing.
    pub fn check(&self, args: &[String]) -> Result<(), Error> {
        self.header.bind(args)?;
        Ok(())
    }

    fn bound(&self, statement: &Statement, given: &[Given<'_>]) -> Result<Statement, Error> {
        let unknown = |name: String| {
            let names = self.header.params.iter().map(|p| p.name.as_str());
            match suggest(&name, names) {
                Some(nearest) => Error::Command(format!("unknown parameter `${name}`; did you mean `${nearest}`?")),
                None => Error::Command(format!(
                    "unknown parameter `${name}`; declare it at the top: -- param: {name} VARCHAR = value | what it means"
                )),
            }
        };
        match statement {
            Statement::Sql(text) => bind::sql(text, given).map(Statement::Sql),
            Statement::Frame(text) => bind::sql(text, given).map(Statement::Frame),
            Statement::Query(text) => bind::words(text, given).map(Statement::Query),
            Statement::Command(text) => bind::words(text, given).map(Statement::Command),
        }
        .map_err(unknown)
    }
}

fn asks_help(args: &[String]) -> bool {
    matches!(args, [word] if matches!(word.as_str(), "--help" | "-h"))
}

/// The text of a script's bytes.
///
/// # Errors
/// When they are no UTF-8.
pub fn utf8(name: &str, bytes: Vec<u8>) -> Result<String, Error> {
    String::from_utf8(bytes).map_err(|error| {
        let before = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
        let line = 1 + before.filter(|b| **b == b'\n').count();
        Error::Command(format!("{name}: line {line}: this is no UTF-8; save the script as UTF-8"))
    })
}

impl Session {
    /// Runs a script with values for its parameters. A statement that fails is told and the others run, unless
    /// the setting `bail` is on.
    ///
    /// # Errors
    /// When a value is wrong, the user interrupts, or a result cannot be written.
    pub fn run_script(&mut self, script: &Script, args: &[String], sink: &mut dyn Sink) -> Result<Tally, Error> {
        if self.depth >= DEEPEST {
            let place = &script.name;
            return Err(Error::Command(format!(
                "{place}: .read is nested {DEEPEST} deep; does the script read itself?"
            )));
        }
        let given = script.header.bind(args)?;
        self.depth += 1;
        let tally = self.run_bound(script, &given, sink);
        self.depth -= 1;
        tally
    }

    fn run_bound(&mut self, script: &Script, given: &[Given<'_>], sink: &mut dyn Sink) -> Result<Tally, Error> {
        let mut tally = Tally::default();
        let mut statements: VecDeque<&(usize, Statement)> = script.statements.iter().collect();
        while let Some((line, statement)) = statements.pop_front() {
            let ran = script.bound(statement, given).and_then(|s| self.run_one(script, &s, sink));
            match ran {
                Ok(quit) => {
                    tally.done += 1;
                    tally.quit = quit;
                    if quit {
                        break;
                    }
                }
                Err(error @ (Error::Interrupted | Error::BrokenPipe | Error::Output(_))) => return Err(error),
                Err(cause) => {
                    tally.failed.push(*line);
                    let error = match cause {
                        // What failed inside has told its own place.
                        told @ Error::Scripts(_) => told,
                        cause => Error::Script { file: script.name.clone(), line: *line, cause: Box::new(cause) },
                    };
                    sink.failed(error);
                    if self.settings.bail {
                        tally.left = statements.len();
                        break;
                    }
                }
            }
        }
        Ok(tally)
    }

    /// Whether to leave.
    fn run_one(&mut self, script: &Script, statement: &Statement, sink: &mut dyn Sink) -> Result<bool, Error> {
        let nested = match statement {
            Statement::Command(line) => split_words(line)?,
            _ => Vec::new(),
        };
        if let [command, file, args @ ..] = nested.as_slice()
            && command == ".read"
        {
            let beside =
                script.folder.as_deref().map(|f| f.join(file)).filter(|p| p.exists() && !Path::new(file).exists());
            let inner = Script::read(&beside.unwrap_or_else(|| PathBuf::from(file)))?;
            if asks_help(args) {
                sink.shown(self, Shown::Text(inner.help()))?;
                return Ok(false);
            }
            let tally = self.run_script(&inner, args, sink)?;
            self.note(statement, true);
            return match tally.summary(&inner.name) {
                Some(summary) => Err(Error::Scripts(summary)),
                None if !tally.failed.is_empty() => Err(Error::Scripts(format!("{}: failed", inner.name))),
                None => Ok(tally.quit),
            };
        }
        for shown in self.eval_one(statement)? {
            if matches!(shown, Shown::Quit) {
                return Ok(true);
            }
            sink.shown(self, shown)?;
        }
        Ok(false)
    }

    /// Runs a script whose results are shown together, each as the settings were when it came.
    pub(super) fn read_script(&mut self, path: &Path, args: &[String]) -> Result<Vec<Shown>, Error> {
        struct Together(Vec<Shown>);
        impl Sink for Together {
            fn shown(&mut self, session: &Session, shown: Shown) -> Result<(), Error> {
                self.0.push(Shown::Text(session.show(&shown)));
                Ok(())
            }
            fn failed(&mut self, error: Error) {
                self.0.push(Shown::Failed(error));
            }
        }
        let script = Script::read(path)?;
        if asks_help(args) {
            return Ok(vec![Shown::Text(script.help())]);
        }
        let mut together = Together(Vec::new());
        // Nothing is written before all of it is.
        let outlet = self.outlet.take();
        let tally = self.run_script(&script, args, &mut together);
        self.outlet = outlet;
        let tally = match tally {
            Ok(tally) => tally,
            // What came before Ctrl-C is shown.
            Err(error @ Error::Interrupted) => {
                together.0.push(Shown::Failed(error));
                return Ok(together.0);
            }
            Err(error) => return Err(error),
        };
        together.0.extend(tally.summary(&script.name).map(|s| Shown::Failed(Error::Scripts(s))));
        if tally.quit {
            together.0.push(Shown::Quit);
        }
        Ok(together.0)
    }
}
