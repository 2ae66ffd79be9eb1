//! Words as a shell splits them.

use super::QueryError;

/// Splits at white space; `'…'` and `"…"` hold words together.
///
/// # Errors
/// When a quote is not closed.
pub fn split_words(text: &str) -> Result<Vec<String>, QueryError> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in text.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '\'' || c == '"' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err(QueryError::Quote(text.to_owned()));
    }
    words.extend(word);
    Ok(words)
}

/// A word that [`split_words`] reads as it is.
#[must_use]
pub fn quote_word(word: &str) -> String {
    let plain = |c: char| !c.is_whitespace() && !matches!(c, '\'' | '"' | '$' | ';' | '；');
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\"'\"'"))
}

/// Words as one text that [`split_words`] takes apart again.
#[must_use]
pub fn join_words(words: &[String]) -> String {
    words.iter().map(|w| quote_word(w)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_words_together() {
        let words = split_words("growth 'a b' k=\"c d\"　办公室 ''").unwrap();
        assert_eq!(words, ["growth", "a b", "k=c d", "办公室", ""]);
        assert!(split_words("growth 'a").is_err());
    }

    #[test]
    fn joined_words_come_apart_again() {
        let words = ["growth", "", "it's", "a \"b\" 'c'", "k=v w", "办公室", "$x;"].map(str::to_owned);
        assert_eq!(split_words(&join_words(&words)).unwrap(), words);
    }
}
