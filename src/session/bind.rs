//! `$name` in a script → the value of its parameter, quoted as the place needs it.

use std::fmt::Write as _;

use crate::query::{Given, quote_word};
use crate::store::token_length;

/// SQL with the values as literals; quoted text and comments stay. A name that no parameter has is returned.
pub(super) fn sql(text: &str, given: &[Given<'_>]) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let name = parameter(rest);
        let length = token_length(rest);
        // A `$` that opens no quotation.
        if first == '$' && length == Some(1) && !name.is_empty() {
            out.push_str(&find(name, given)?.literal);
            rest = rest.get(1 + name.len()..).unwrap_or_default();
            continue;
        }
        let (taken, after) = rest.split_at(length.unwrap_or(rest.len()).min(rest.len()));
        out.push_str(taken);
        rest = after;
    }
    Ok(out)
}

/// Words of a command or of a call with the values as parts of words; `'…'` stays.
pub(super) fn words(text: &str, given: &[Given<'_>]) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut quote = None;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let name = if c == '$' && quote != Some('\'') { parameter(rest) } else { "" };
        if name.is_empty() {
            match quote {
                Some(open) if open == c => quote = None,
                None if c == '\'' || c == '"' => quote = Some(c),
                _ => {}
            }
            out.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            continue;
        }
        let value = quote_word(&find(name, given)?.text);
        // Inside quotes the value stands between two quoted pieces of one word.
        let around = quote.map(String::from).unwrap_or_default();
        let _ = write!(out, "{around}{value}{around}");
        rest = rest.get(1 + name.len()..).unwrap_or_default();
    }
    Ok(out)
}

/// The name behind a `$`.
fn parameter(text: &str) -> &str {
    let name = text.get(1..).unwrap_or_default();
    let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(name.len());
    let name = name.get(..end).unwrap_or_default();
    if name.starts_with(|c: char| c.is_ascii_digit()) { "" } else { name }
}

fn find<'a>(name: &str, given: &'a [Given<'a>]) -> Result<&'a Given<'a>, String> {
    given.iter().find(|g| g.param.name.eq_ignore_ascii_case(name)).ok_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Query;

    fn header() -> Query {
        let text = "-- param: 部门 VARCHAR = x | whose\n-- param: since INTEGER = 2019 | first\n";
        Query::script("s.sql", text).unwrap()
    }

    fn with<R>(args: &[&str], run: impl Fn(&[Given<'_>]) -> R) -> R {
        let header = header();
        let args: Vec<String> = args.iter().map(|a| (*a).to_owned()).collect();
        run(&header.bind(&args).unwrap())
    }

    #[test]
    fn values_stand_in_sql_as_literals() {
        let of = |text: &str| with(&["部门=O'Neill 局"], |given| sql(text, given));
        assert_eq!(of("x = $部门 AND y >= $since").unwrap(), "x = 'O''Neill 局' AND y >= 2019");
        for text in ["'$since'", "\"$since\"", "-- $since", "/* $since */", "$$ $since $$", "a$since", "$1", "$"] {
            assert_eq!(of(text).unwrap(), text);
        }
        assert_eq!(of("SELECT $sinse").unwrap_err(), "sinse");
    }

    #[test]
    fn values_stand_in_calls_as_one_word() {
        let of = |text: &str| with(&["部门=O'Neill \"局\"; x"], |given| words(text, given));
        for text in ["growth $部门", "growth 部门=$部门", "growth \"$部门\"", "growth \"部门=$部门\""] {
            let words = crate::query::split_words(&of(text).unwrap()).unwrap();
            assert_eq!(words.len(), 2, "{text}: {words:?}");
            assert!(words[1].ends_with("O'Neill \"局\"; x"), "{text}: {words:?}");
        }
        assert_eq!(of("growth '$since'").unwrap(), "growth '$since'");
    }
}
