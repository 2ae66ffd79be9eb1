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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_words_together() {
        let words = split_words("growth 'a b' k=\"c d\"　办公室 ''").unwrap();
        assert_eq!(words, ["growth", "a b", "k=c d", "办公室", ""]);
        assert!(split_words("growth 'a").is_err());
    }
}
