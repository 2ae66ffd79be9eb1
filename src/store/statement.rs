//! A statement as text: its tokens, how many there are, what it begins with.
//!
//! There is a second tokenizer, that of `sqlparser` (`session/tokens.rs`), to colour and complete what is being typed. It
//! gives up after many places that it cannot read, and nothing may be run that was not counted to its end.

use super::StoreError;

/// Refuses all but one statement: `DuckDB` would run all but the last while preparing.
pub(super) fn one(sql: &str) -> Result<(), StoreError> {
    match count_statements(sql) {
        0 => Err(StoreError::NoStatement),
        1 => Ok(()),
        count => Err(StoreError::SeveralStatements { count }),
    }
}

/// Whether SQL begins with one of these words.
pub(super) fn is_query(sql: &str, words: &[&str]) -> bool {
    let first = tokens(sql).find(|t| !t.trim().is_empty() && !t.starts_with("--") && !t.starts_with("/*"));
    first.is_some_and(|t| words.iter().any(|word| t.eq_ignore_ascii_case(word)))
}

/// A statement in brackets, as a query inside another one; `None` when its own brackets would close ours.
pub(super) fn inner(sql: &str) -> Option<String> {
    let mut depth = 0_usize;
    for token in tokens(sql) {
        match token {
            "(" => depth += 1,
            ")" => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    (depth == 0).then(|| format!("(\n{}\n)", sql.trim_end().trim_end_matches(';')))
}

/// Counts statements: pieces between `;` outside quotes and comments that are not blank.
fn count_statements(sql: &str) -> usize {
    let mut count = 0;
    let mut started = false;
    for token in tokens(sql) {
        let comment = token.starts_with("--") || token.starts_with("/*");
        if token == ";" {
            started = false;
        } else if !comment && !token.trim().is_empty() && !started {
            started = true;
            count += 1;
        }
    }
    count
}

/// Quoted texts, comments, words and single characters.
pub(super) fn tokens(sql: &str) -> impl Iterator<Item = &str> {
    let mut rest = sql;
    std::iter::from_fn(move || {
        rest.chars().next()?;
        let (token, after) = rest.split_at_checked(token_length(rest).unwrap_or(rest.len()))?;
        rest = after;
        Some(token)
    })
}

/// Length of the token at the start of `rest`: a quoted text, a comment, a word or a single character. `None` where what is
/// opened there is not closed.
pub(crate) fn token_length(rest: &str) -> Option<usize> {
    let after = |opening: usize, closing: &str| {
        rest.get(opening..).and_then(|body| body.find(closing)).map(|at| opening + at + closing.len())
    };
    match rest.chars().next()? {
        // A doubled quote inside ends one text and begins the next, which counts the same.
        '\'' => after(1, "'"),
        '"' => after(1, "\""),
        'e' | 'E' if rest.get(1..2) == Some("'") => escaped_length(rest),
        '-' if rest.starts_with("--") => Some(after(2, "\n").unwrap_or(rest.len())),
        '/' if rest.starts_with("/*") => comment_length(rest),
        '$' => dollar_tag(rest).map_or(Some(1), |tag| after(tag.len(), tag)),
        // Words are taken whole, so that an `e` or `$` inside one opens nothing.
        c if c.is_alphanumeric() || c == '_' => {
            Some(rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(rest.len()))
        }
        c => Some(c.len_utf8()),
    }
}

/// Length of a comment; comments nest.
fn comment_length(rest: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    loop {
        let inside = rest.get(at..)?;
        let close = inside.find("*/")?;
        let open = inside.find("/*").filter(|open| *open < close);
        depth = if open.is_some() { depth + 1 } else { depth - 1 };
        at += open.unwrap_or(close) + 2;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Length of `E'…'`, where a backslash takes the next character along.
fn escaped_length(rest: &str) -> Option<usize> {
    let mut characters = rest.char_indices().skip(2);
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' => {
                characters.next();
            }
            '\'' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// `$$` or `$tag$` at the start of `rest`.
fn dollar_tag(rest: &str) -> Option<&str> {
    let end = rest.get(1..)?.find('$')? + 1;
    let tag = rest.get(..=end)?;
    let name = tag.get(1..end)?;
    let is_name =
        name.chars().all(|c| c.is_alphanumeric() || c == '_') && !name.starts_with(|c: char| c.is_ascii_digit());
    is_name.then_some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_counted_outside_quotes_and_comments() {
        for (sql, count) in [
            ("", 0),
            (" ;; -- nothing; here\n /* nor; here */ ;", 0),
            ("/* one /* in; another */ ; */ SELECT 1", 1),
            ("SELECT 1", 1),
            ("SELECT 1;\n-- the end;", 1),
            ("SELECT ';', \"a;b\", 'it''s;', $$a;b$$, $x$;$$;$x$, E'\\';', e';'", 1),
            ("SELECT 1; SELECT 2", 2),
            ("SELECT '未完; SELECT 2", 1),
            ("SELECT type';'", 1),
        ] {
            assert_eq!(count_statements(sql), count, "{sql}");
        }
    }
}
