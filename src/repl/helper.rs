//! Completion, hints and the decision whether an input is complete.

use std::borrow::Cow;

use rustyline::completion::{Completer, Pair};
use rustyline::highlight::Highlighter;
use rustyline::hint::{Hinter, HistoryHinter};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper, Result};

use crate::session::{COMMANDS, Session, Statement, split};

/// What can be completed, as it was when the prompt was shown.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// Name, parameters and usage.
    queries: Vec<(String, Vec<String>, String)>,
    tables: Vec<String>,
}

impl Words {
    pub(super) fn of(session: &Session) -> Self {
        let query = |q: &crate::query::Query| {
            let params = q.params.iter().map(|p| format!("{}=", p.name)).collect();
            (q.name.clone(), params, q.usage())
        };
        Self { queries: session.library().iter().map(query).collect(), tables: session.tables() }
    }

    /// What may stand after `before`, and begins with `word`.
    fn candidates(&self, before: &str, word: &str) -> Vec<String> {
        let first = before.split_whitespace().next();
        let mut all: Vec<&str> = Vec::new();
        match first {
            None => {
                all.extend(COMMANDS.iter().map(|c| c.name));
                all.extend(self.queries.iter().map(|(name, ..)| name.as_str()));
                all.extend(["SELECT", "FROM", "SUMMARIZE", "DESCRIBE", "WITH", "PIVOT"]);
            }
            Some(".mode") => {
                all.extend(crate::render::Format::ALL.map(crate::render::Format::name));
            }
            Some(".unit") => all.extend(crate::render::Unit::ALL.map(crate::render::Unit::name)),
            Some(".timer") => all.extend(["on", "off"]),
            Some(".schema") => all.extend(self.tables.iter().map(String::as_str)),
            Some(".help" | ".queries") => {
                all.extend(self.queries.iter().map(|(name, ..)| name.as_str()));
                all.extend(COMMANDS.iter().map(|c| c.name));
            }
            Some(name) => {
                if let Some((_, params, _)) = self.queries.iter().find(|(query, ..)| query == name) {
                    all.extend(params.iter().map(String::as_str).filter(|p| !before.contains(p)));
                } else {
                    all.extend(self.tables.iter().map(String::as_str));
                    all.extend(self.queries.iter().map(|(name, ..)| name.as_str()));
                }
            }
        }
        let lower = word.to_lowercase();
        let fits = |c: &&str| c.to_lowercase().starts_with(&lower);
        all.into_iter().filter(fits).map(str::to_owned).collect()
    }
}

/// Stands between the editor and the session.
pub(super) struct Front {
    words: Words,
    history: HistoryHinter,
}

impl Front {
    pub(super) fn new(words: Words) -> Self {
        Self { words, history: HistoryHinter::new() }
    }
}

impl Helper for Front {}

impl Completer for Front {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> Result<(usize, Vec<Pair>)> {
        let typed = line.get(..pos).unwrap_or_default();
        let breaks = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | ';');
        let start = typed.char_indices().rev().find(|(_, c)| breaks(*c)).map_or(0, |(i, c)| i + c.len_utf8());
        let (before, word) = typed.split_at(start);
        let statement = before.rsplit([';', '\n']).next().unwrap_or(before);
        let statement = if statement.trim().is_empty() && before.contains('\n') { before } else { statement };
        let pair = |text: String| {
            let replacement = if text.ends_with('=') { text.clone() } else { format!("{text} ") };
            Pair { display: text, replacement }
        };
        Ok((start, self.words.candidates(statement, word).into_iter().map(pair).collect()))
    }
}

impl Hinter for Front {
    type Hint = String;

    fn hint(&self, line: &str, pos: usize, context: &Context<'_>) -> Option<String> {
        if pos < line.len() || line.trim().is_empty() {
            return None;
        }
        let usage = || {
            let (_, _, usage) = self.words.queries.iter().find(|(name, ..)| name == line.trim_end())?;
            let rest = usage.get(line.trim_end().len()..)?.trim_start();
            let gap = if line.ends_with(' ') { "" } else { " " };
            (!rest.is_empty()).then(|| format!("{gap}{rest}"))
        };
        // The usage is for reading: it is longer than what one would want to accept.
        usage().or_else(|| self.history.hint(line, pos, context))
    }
}

impl Highlighter for Front {
    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(format!("\x1b[2m{hint}\x1b[0m"))
    }
}

impl Validator for Front {
    fn validate(&self, context: &mut ValidationContext<'_>) -> Result<ValidationResult> {
        let split = split(context.input());
        let is_sql = matches!(split.statements.last(), Some(Statement::Sql(_)));
        Ok(if is_sql && !split.complete { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn completion_knows_where_it_stands() {
        let words = Words {
            queries: vec![("growth".to_owned(), vec!["department=".to_owned(), "since=".to_owned()], String::new())],
            tables: vec!["document".to_owned()],
        };
        assert_eq!(words.candidates("", ".qu"), [".queries", ".quit"]);
        assert_eq!(words.candidates("", "gr"), ["growth"]);
        assert_eq!(words.candidates("growth ", "s"), ["since="]);
        assert_eq!(words.candidates("growth since=2019 ", ""), ["department="]);
        assert_eq!(words.candidates("SELECT * FROM ", "doc"), ["document"]);
        assert_eq!(words.candidates(".unit ", "亿"), ["亿元"]);
    }
}
