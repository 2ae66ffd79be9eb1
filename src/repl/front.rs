//! Stands between the editor and the session: completion, hints, colours, and whether an input is complete.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use rustyline::completion::{Completer, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter, HistoryHinter};
use rustyline::line_buffer::LineBuffer;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Changeset, CompletionType, Context, Helper, Result};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::highlight::{DIM, LONGEST, PROMPT, RESET, coloured};
use crate::session::{Completion, Session, Statement, split};

/// So many candidates are listed at most; more are not read.
const MOST: usize = 400;
/// Between a candidate and what is told of it.
const GAP: &str = "  ";

pub(super) struct Front<'c, 's> {
    session: &'c RefCell<&'s mut Session>,
    history: HistoryHinter,
    /// Whether what all candidates begin with may replace what was typed.
    extends: Cell<bool>,
}

impl<'c, 's> Front<'c, 's> {
    pub(super) fn new(session: &'c RefCell<&'s mut Session>) -> Self {
        Self { session, history: HistoryHinter::new(), extends: Cell::new(true) }
    }

    /// Candidates that fit by an inner part may begin alike without having what was typed: the common beginning
    /// replaces it only where it means the same candidates.
    fn extends(&self, line: &str, pos: usize, completion: &Completion) -> bool {
        let all: Vec<&str> = completion.candidates.iter().map(|c| c.replacement.as_str()).collect();
        let [first, others @ ..] = all.as_slice() else { return true };
        if others.is_empty() {
            return true;
        }
        let same =
            |a: &str, b: &str| a.chars().zip(b.chars()).take_while(|(x, y)| x == y).map(|(x, _)| x.len_utf8()).sum();
        let length: usize = others.iter().map(|other| same(first, other)).min().unwrap_or(0);
        let common = first.get(..length).unwrap_or_default();
        let typed = line.get(completion.start..pos).unwrap_or_default();
        if common.to_lowercase().starts_with(&typed.to_lowercase()) {
            return true;
        }
        let before = line.get(..completion.start).unwrap_or_default();
        let longer = format!("{before}{common}");
        let again = self.session.borrow().complete(&longer, longer.len());
        again.start == completion.start && again.candidates.len() == completion.candidates.len()
    }
}

impl Helper for Front<'_, '_> {}

impl Completer for Front<'_, '_> {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> Result<(usize, Vec<Pair>)> {
        let mut completion = self.session.borrow().complete(line, pos);
        completion.candidates.truncate(MOST);
        self.extends.set(self.extends(line, pos, &completion));
        let room = self.session.borrow().settings.width.unwrap_or(80).saturating_sub(3);
        let widest = completion.candidates.iter().map(|c| c.name.width()).max().unwrap_or(0).min(room / 2);
        let pair = |c: crate::session::Candidate| {
            let pad = " ".repeat(widest.saturating_sub(c.name.width()));
            let display =
                if c.note.is_empty() { c.name } else { cut(&format!("{}{pad}{GAP}{}", c.name, c.note), room) };
            Pair { display, replacement: c.replacement }
        };
        Ok((completion.start, completion.candidates.into_iter().map(pair).collect()))
    }

    fn update(&self, line: &mut LineBuffer, start: usize, elected: &str, changes: &mut Changeset) {
        if self.extends.get() {
            let end = line.pos();
            line.replace(start..end, elected, changes);
        }
    }
}

/// A text on one line, no wider than `room`.
fn cut(text: &str, room: usize) -> String {
    let text: Cow<'_, str> = if text.contains('\n') { text.replace('\n', " ").into() } else { text.into() };
    if text.width() <= room {
        return text.into_owned();
    }
    let mut width = 1;
    let fits = |c: &char| {
        width += c.width().unwrap_or(0);
        width <= room
    };
    let mut short: String = text.chars().take_while(fits).collect();
    short.push('…');
    short
}

/// Ghost text; what may be accepted, if it is more than something to read.
pub(super) struct Ghost {
    shown: String,
    accepted: Option<String>,
}

impl Hint for Ghost {
    fn display(&self) -> &str {
        &self.shown
    }

    fn completion(&self) -> Option<&str> {
        self.accepted.as_deref()
    }
}

impl Hinter for Front<'_, '_> {
    type Hint = Ghost;

    fn hint(&self, line: &str, pos: usize, context: &Context<'_>) -> Option<Ghost> {
        if pos < line.len() || line.trim().is_empty() || line.len() > LONGEST {
            return None;
        }
        if let Some(rest) = self.history.hint(line, pos, context).filter(|rest| !rest.is_empty()) {
            let first = rest.lines().next().unwrap_or_default();
            let shown = if first.len() < rest.len() { format!("{first} …") } else { rest.clone() };
            return Some(Ghost { shown, accepted: Some(rest) });
        }
        // What is only to be read must not wrap: it is cut at the end of the line.
        let session = self.session.borrow();
        let width = session.settings.width.unwrap_or(80);
        let used = super::PROMPT.width() + line.rsplit('\n').next().unwrap_or_default().width();
        let room = width.saturating_sub(used + 1);
        let hint = session.hint(line).filter(|_| room > 8)?;
        Some(Ghost { shown: cut(&hint, room), accepted: None })
    }
}

impl Highlighter for Front<'_, '_> {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        coloured(line, self.session.borrow().library())
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        Cow::Owned(format!("{PROMPT}{prompt}{RESET}"))
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(format!("{DIM}{hint}{RESET}"))
    }

    fn highlight_candidate<'c>(&self, candidate: &'c str, _: CompletionType) -> Cow<'c, str> {
        match candidate.split_once(GAP) {
            Some((name, note)) => Cow::Owned(format!("{name}{GAP}{DIM}{note}{RESET}")),
            None => Cow::Borrowed(candidate),
        }
    }

    fn highlight_char(&self, line: &str, _: usize, kind: CmdKind) -> bool {
        // What is drawn again with every key must not be long.
        kind != CmdKind::MoveCursor && line.len() <= LONGEST
    }
}

impl Validator for Front<'_, '_> {
    fn validate(&self, context: &mut ValidationContext<'_>) -> Result<ValidationResult> {
        let split = split(context.input());
        let is_sql = matches!(split.statements.last(), Some(Statement::Sql(_) | Statement::Frame(_)));
        Ok(if is_sql && !split.complete { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_cut_to_the_width() {
        assert_eq!(cut("growth", 10), "growth");
        assert_eq!(cut("支出增长\n年", 10), "支出增长 …");
        assert_eq!(cut("支出增长年", 6), "支出…");
    }
}
