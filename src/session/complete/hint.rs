//! What could follow, to be read beside what is typed.

use super::query::Words;
use crate::query::Query;
use crate::session::split::{Begun, unfinished};
use crate::session::tokens::{Kind, pieces};
use crate::session::{COMMANDS, Session};

impl Session {
    /// What may follow the end of an input: what a canned query or a command takes, what a parameter means, and, on
    /// a new line, that a statement goes on.
    #[must_use]
    pub fn hint(&self, input: &str) -> Option<String> {
        if input.len() > super::LONGEST {
            return None;
        }
        let (start, begun) = unfinished(input);
        let statement = input.get(start..).filter(|s| !s.is_empty())?;
        match begun {
            Begun::Sql => input.ends_with('\n').then(|| goes_on(statement).to_owned()),
            Begun::Frame => crate::session::frames::hint(statement),
            Begun::Command => {
                let words = Words::of(statement);
                let (name, given) = split(&words)?;
                let command = COMMANDS.iter().find(|c| c.name == name)?;
                let rest: Vec<String> = command.arguments.iter().skip(given.len()).map(|a| a.name.to_owned()).collect();
                after(statement, &words, &rest)
            }
            Begun::Query => {
                let words = Words::of(statement);
                let (name, given) = split(&words)?;
                let query = self.library().find(name)?;
                if let Some(meaning) = meaning(query, &words) {
                    return Some(format!("  {meaning}"));
                }
                let filled = query.given(given);
                let free = query.params.iter().filter(|p| !filled.iter().any(|(f, _)| f.name == p.name));
                after(statement, &words, &free.map(|p| format!("[{}=…]", p.name)).collect::<Vec<_>>())
            }
        }
    }
}

/// What a statement that is not ended wants.
fn goes_on(statement: &str) -> &'static str {
    let open = pieces(statement).into_iter().rfind(|p| p.kind != Kind::Space).filter(|p| p.kind == Kind::Open);
    match open.and_then(|p| p.text.chars().next()) {
        Some('\'' | '"' | '$') => "  a quote is open: close it and end with ;",
        Some('/') => "  a comment is open: close it with */",
        _ => "  goes on; ; runs it, Ctrl-C drops it",
    }
}

/// The name at the beginning and the words after it.
fn split(words: &Words) -> Option<(&str, &[String])> {
    match words.complete.split_first() {
        Some((name, given)) => Some((name, given)),
        None => Some((words.typed.as_str(), [].as_slice())).filter(|(name, _)| !name.is_empty()),
    }
}

/// The rest, where nothing of the next word is typed yet.
fn after(statement: &str, words: &Words, rest: &[String]) -> Option<String> {
    let only_name = words.complete.is_empty();
    if rest.is_empty() || !(words.typed.is_empty() || only_name) {
        return None;
    }
    let gap = if statement.ends_with(char::is_whitespace) { "" } else { " " };
    Some(format!("{gap}{}", rest.join(" ")))
}

/// What the parameter means whose value comes next.
fn meaning(query: &Query, words: &Words) -> Option<String> {
    let (name, value) = words.typed.split_once(['=', '＝'])?;
    let param = query.param(name).filter(|_| value.is_empty())?;
    let list = param.from.as_deref().filter(|from| from.contains(','));
    Some(list.map_or_else(|| param.meaning.clone(), |list| format!("{}: {}", list.replace(',', ", "), param.meaning)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Library;

    #[test]
    fn what_may_follow_is_told() {
        let mut library = Library::embedded().unwrap();
        let text = "-- title: x\n-- param: department VARCHAR | whose\n-- param: since INTEGER | first year\n\
            -- param: measure VARCHAR from=total,basic | what\n\
            CREATE OR REPLACE MACRO rise(department := NULL, since := NULL, measure := NULL) AS TABLE SELECT 1;";
        library.add("rise.sql", text).unwrap();
        let session = Session::in_memory(library).unwrap();
        let hint = |input: &str| session.hint(input).unwrap_or_default();
        assert_eq!(hint("rise"), " [department=…] [since=…] [measure=…]");
        assert_eq!(hint("rise 洛龙 "), "[since=…] [measure=…]");
        assert_eq!(hint("rise 洛龙"), "");
        assert_eq!(hint("rise since="), "  first year");
        assert_eq!(hint("rise measure="), "  total, basic: what");
        assert_eq!(hint(".export "), "FILE [FORMAT] [add]");
        assert_eq!(hint("SELECT 1"), "");
        assert_eq!(hint("SELECT 1\n"), "  goes on; ; runs it, Ctrl-C drops it");
        assert!(hint("SELECT 'x\n").contains("a quote is open"));
        assert_eq!(hint(""), "");
        assert_eq!(hint("nothing "), "");
    }
}
