//! What may stand at a place of an input, for any front: commands, canned queries with their parameters and
//! the values that the data have, SQL, files.

mod files;
mod hint;
mod known;
mod matching;
mod query;
mod sql;
mod statement;

#[cfg(test)]
mod tests;

pub(super) use known::{Known, Value};

use std::path::Path;

use super::split::{Begun, unfinished};
use super::{COMMANDS, Script, Session, Setting, Takes};
use matching::{Fit, fit};

/// What may be put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What it is, for a list.
    pub name: String,
    /// What is told beside it.
    pub note: String,
    /// What is put in.
    pub replacement: String,
}

/// What may stand at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// The first byte that a replacement replaces; it ends at the cursor.
    pub start: usize,
    /// The candidates, the likeliest first.
    pub candidates: Vec<Candidate>,
}

/// Candidates by how well they fit.
pub(super) struct Gathered<'a> {
    typed: &'a str,
    found: Vec<(Fit, Candidate)>,
}

impl<'a> Gathered<'a> {
    pub(super) fn new(typed: &'a str) -> Self {
        Self { typed, found: Vec::new() }
    }

    /// Adds what fits to what was typed.
    pub(super) fn offer(&mut self, name: &str, also: &[String], note: &str, replacement: impl FnOnce(&str) -> String) {
        let Some(fit) = fit(self.typed, name, also) else { return };
        let replacement = replacement(name);
        if self.found.iter().any(|(_, c)| c.replacement == replacement) {
            return;
        }
        self.found.push((fit, Candidate { name: name.to_owned(), note: note.to_owned(), replacement }));
    }

    fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Adds a word that is followed by a space.
    fn word(&mut self, name: &str, note: &str) {
        self.offer(name, &[], note, |n| format!("{n} "));
    }

    /// Adds a word of the language: only its beginning means it.
    pub(super) fn begins(&mut self, name: &str, end: &str) {
        if fit(self.typed, name, &[]) == Some(Fit::Begins) {
            self.offer(name, &[], "", |n| format!("{n}{end}"));
        }
    }

    pub(super) fn from(mut self, start: usize) -> Completion {
        self.found.sort_by_key(|(fit, _)| *fit);
        Completion { start, candidates: self.found.into_iter().map(|(_, candidate)| candidate).collect() }
    }
}

/// Words that a statement often begins with.
const SQL_BEGINS: [&str; 10] =
    ["SELECT", "FROM", "WITH", "SUMMARIZE", "DESCRIBE", "PIVOT", "UNPIVOT", "EXPLAIN", "COPY", "CREATE"];

/// A longer input is pasted, not typed.
const LONGEST: usize = 20_000;

impl Session {
    /// What may stand at byte `at` of an input.
    #[must_use]
    pub fn complete(&self, input: &str, at: usize) -> Completion {
        if input.len() > LONGEST {
            return Completion { start: at, candidates: Vec::new() };
        }
        let before = input.get(..at).unwrap_or(input);
        let (start, begun) = unfinished(before);
        let statement = before.get(start..).unwrap_or_default();
        let mut completion = match begun {
            _ if !statement.contains(char::is_whitespace) && !statement.contains('(') => self.first(statement),
            Begun::Command => self.command(statement),
            Begun::Frame => self.complete_frame(statement),
            Begun::Query => self.query(statement),
            Begun::Sql => self.statement(statement, input.get(at..).unwrap_or_default()),
        };
        completion.start += start;
        completion
    }

    /// The first word.
    fn first(&self, typed: &str) -> Completion {
        let mut all = Gathered::new(typed);
        if !typed.starts_with('.') {
            for query in self.library().iter() {
                let also: Vec<String> = query.alias().map(str::to_owned).into_iter().collect();
                all.offer(&query.name, &also, &query.title, |n| format!("{n} "));
            }
            all.word("frame", "a pipeline: frame from SOURCE | verb … | verb …");
            for pipeline in self.library().pipelines() {
                let also: Vec<String> = pipeline.alias().map(str::to_owned).into_iter().collect();
                all.offer(&pipeline.name, &also, &pipeline.title, |n| format!("{n} "));
            }
        }
        if typed.is_empty() || typed.starts_with('.') {
            for command in COMMANDS {
                all.word(command.name, command.about);
            }
        }
        if !typed.is_empty() && !typed.starts_with('.') {
            for word in SQL_BEGINS {
                all.begins(word, " ");
            }
            for (word, start) in self.known.autocomplete(&self.store, typed) {
                if start == 0 {
                    all.begins(&word, " ");
                }
            }
        }
        all.from(0)
    }

    /// A word after a command.
    fn command(&self, statement: &str) -> Completion {
        let words = query::Words::of(statement);
        let Some(name) = words.complete.first() else { return Completion::default() };
        let Some(command) = COMMANDS.iter().find(|c| c.name == name.to_lowercase()) else {
            return Completion { start: statement.len(), candidates: Vec::new() };
        };
        let given = words.complete.len() - 1;
        let argument = command.arguments.get(given).or(command.arguments.last());
        let mut all = Gathered::new(&words.typed);
        let takes = match words.complete.last() {
            Some(option) if option == "-o" => Takes::File,
            _ => argument.map_or(Takes::Free, |a| a.takes),
        };
        match takes {
            Takes::Name => {
                for query in self.library().iter() {
                    all.offer(
                        &query.name,
                        &query.alias().map(str::to_owned).into_iter().collect::<Vec<_>>(),
                        &query.title,
                        |n| format!("{n} "),
                    );
                }
                for command in COMMANDS {
                    all.word(command.name, command.about);
                }
            }
            Takes::Table => {
                for object in self.known.relations(&self.store).iter() {
                    all.word(&object.name, object.comment.as_deref().unwrap_or_default());
                }
                for query in self.library().iter() {
                    all.word(&query.name, &query.title);
                }
            }
            Takes::Column => {
                for field in self.last().iter().flat_map(|last| last.outcome.schema.fields().iter()) {
                    all.word(field.name(), "");
                }
            }
            Takes::Format => {
                for format in super::commands::text_formats() {
                    all.word(format, "");
                }
            }
            Takes::Words(list) => {
                for word in list {
                    all.word(word, "");
                }
            }
            Takes::File => return files::files(&words.typed, words.start),
            Takes::Statement => {
                let at = statement.len() - statement.trim_start().len() + name.len();
                let rest = statement.get(at..).unwrap_or_default();
                let inner = rest.trim_start();
                let offset = statement.len() - inner.len();
                let mut completion = self.complete(inner, inner.len());
                completion.start += offset;
                return completion;
            }
            Takes::Setting => {
                let setting = words.complete.get(1).and_then(|name| Setting::find(name).ok());
                for value in setting.iter().flat_map(|s| s.values.split(", ")).filter(|v| !v.contains(' ')) {
                    all.word(value, "");
                }
            }
            Takes::Parameter => {
                let script = words.complete.get(1).and_then(|file| Script::read(Path::new(file)).ok());
                let given = words.complete.get(2..).unwrap_or_default();
                return script
                    .map_or_else(Completion::default, |s| self.arguments(s.header(), statement, &words, given));
            }
            Takes::Free => {}
        }
        all.from(words.start)
    }
}
