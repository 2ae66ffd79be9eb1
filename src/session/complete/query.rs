//! Canned queries: parameters and their values.

use super::{Completion, Gathered, Value};
use crate::query::{Param, ParamType, Query};
use crate::session::Session;

/// The words of a line up to the cursor.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Words {
    /// Those that have ended.
    pub(super) complete: Vec<String>,
    /// What is typed of the last one, without quotes.
    pub(super) typed: String,
    /// Its first byte, the quote included.
    pub(super) start: usize,
}

impl Words {
    pub(super) fn of(text: &str) -> Self {
        let mut words = Self { complete: Vec::new(), typed: String::new(), start: 0 };
        let mut quote = None;
        let mut inside = false;
        for (i, c) in text.char_indices() {
            match quote {
                Some(open) if c == open => quote = None,
                None if c.is_whitespace() => {
                    if inside {
                        words.complete.push(std::mem::take(&mut words.typed));
                    }
                    inside = false;
                    words.start = i + c.len_utf8();
                }
                None if matches!(c, '\'' | '"') => {
                    quote = Some(c);
                    inside = true;
                }
                _ => {
                    words.typed.push(c);
                    inside = true;
                }
            }
        }
        words
    }
}

/// So many values are shown where nothing of them is typed and parameters stand beside them.
const FEW: usize = 30;

impl Session {
    /// A word of a call of a canned query.
    pub(in crate::session) fn query(&self, statement: &str) -> Completion {
        let words = Words::of(statement);
        let Some(query) = words.complete.first().and_then(|name| self.library().find(name)) else {
            return Completion { start: statement.len(), candidates: Vec::new() };
        };
        self.arguments(query, statement, &words, words.complete.get(1..).unwrap_or_default())
    }

    /// A word of the arguments of a canned query or of a script.
    pub(super) fn arguments(&self, query: &Query, statement: &str, words: &Words, given: &[String]) -> Completion {
        let nothing = Completion { start: statement.len(), candidates: Vec::new() };
        if let Some((name, typed)) = words.typed.split_once(['=', '＝']) {
            let Some(param) = query.param(name) else { return nothing };
            let raw = statement.get(words.start..).unwrap_or_default();
            let start = words.start
                + raw
                    .find(['=', '＝'])
                    .map_or(0, |i| i + raw.get(i..).and_then(|r| r.chars().next()).map_or(1, char::len_utf8));
            let mut all = Gathered::new(typed);
            for value in &self.values_of(param) {
                all.offer(&value.text, &value.also, &value.note, word);
            }
            return all.from(start);
        }
        let mut all = Gathered::new(&words.typed);
        let filled = query.given(given);
        for param in query.params.iter().filter(|p| !filled.iter().any(|(f, _)| f.name == p.name)) {
            all.offer(&format!("{}=", param.name), &[], &param.meaning, str::to_owned);
        }
        if let Some(param) = query.takes_next(given, &words.typed) {
            let values = self.values_of(param);
            if !words.typed.is_empty() || values.len() <= FEW {
                for value in &values {
                    all.offer(&value.text, &value.also, &value.note, word);
                }
            }
        }
        all.from(words.start)
    }

    /// The values that a parameter may have, as far as its header tells where they come from.
    pub(in crate::session) fn values_of(&self, param: &Param) -> Vec<Value> {
        let one = |text: &str| Value { text: text.to_owned(), ..Value::default() };
        match param.from.as_deref() {
            Some(list) if list.contains(',') => list.split(',').map(|v| one(v.trim())).collect(),
            Some(source) => self.known.values(&self.store, source).to_vec(),
            None if param.kind == ParamType::Boolean => vec![one("true"), one("false")],
            None => Vec::new(),
        }
    }
}

/// A value as a word of a call.
fn word(value: &str) -> String {
    let plain =
        !value.is_empty() && !value.contains(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '=' | '＝'));
    match value {
        _ if plain => format!("{value} "),
        _ if value.contains('"') => format!("'{value}' "),
        _ => format!("\"{value}\" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_know_where_they_begin() {
        let words = Words::of("growth '河南 省' region=\"江 苏");
        assert_eq!(words.complete, ["growth", "河南 省"]);
        assert_eq!((words.typed.as_str(), words.start), ("region=江 苏", "growth '河南 省' ".len()));
        assert_eq!(Words::of("a ").start, 2);
        assert_eq!(word("住房 局"), "\"住房 局\" ");
    }
}
