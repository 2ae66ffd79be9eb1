//! An input in coloured pieces: the tokens of `sqlparser`, with what it cannot read kept as it stands.
//!
//! Only its tokenizer is used: its parser refuses statements that `DuckDB` takes.

use sqlparser::dialect::DuckDbDialect;
use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer, Whitespace};

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A word that SQL reserves, or nearly so.
    Keyword,
    /// Any other word.
    Word,
    /// A name in double quotes.
    Name,
    /// A number.
    Number,
    /// A text in quotes.
    Text,
    /// A text, name or comment whose end is not typed yet.
    Open,
    /// A comment.
    Comment,
    /// An operator or a bracket.
    Symbol,
    /// White space.
    Space,
}

/// A part of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// What it is.
    pub kind: Kind,
    /// Its first byte in the input.
    pub start: usize,
    /// As typed.
    pub text: &'a str,
}

impl Piece<'_> {
    /// The byte after it.
    #[must_use]
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether it is that keyword or symbol; upper and lower case are one.
    #[must_use]
    pub fn is(&self, word: &str) -> bool {
        matches!(self.kind, Kind::Keyword | Kind::Word | Kind::Symbol) && self.text.eq_ignore_ascii_case(word)
    }

    /// What a name, a word or a text says, without its quotes.
    #[must_use]
    pub fn plain(&self) -> String {
        let inside = |quote: char| {
            let text = self.text.strip_prefix(quote).unwrap_or(self.text);
            let text = if self.kind == Kind::Open { text } else { text.strip_suffix(quote).unwrap_or(text) };
            text.replace(&format!("{quote}{quote}"), &quote.to_string())
        };
        match self.text.chars().next() {
            Some(quote @ ('"' | '\'')) => inside(quote),
            _ => self.text.to_owned(),
        }
    }
}

/// Words shown as keywords, and never taken for an alias.
const KEYWORDS: &str = " ALL ALTER ANALYZE AND ANTI ANY AS ASC ASOF ATTACH BEGIN BETWEEN BY CASE CAST CHECKPOINT COLUMNS COMMENT \
    COMMIT COPY CREATE CROSS CUBE CURRENT DEALLOCATE DEFAULT DELETE DESC DESCRIBE DETACH DISTINCT DROP ELSE END \
    EXCEPT EXCLUDE EXECUTE EXISTS EXPLAIN EXPORT FALSE FILTER FOLLOWING FOR FROM FULL GLOB GROUP GROUPING HAVING IF \
    ILIKE IMPORT IN INDEX INNER INSERT INSTALL INTERSECT INTERVAL INTO IS JOIN LAMBDA LATERAL LEFT LIKE LIMIT LOAD \
    MACRO NATURAL NOT NULL NULLS OFFSET ON OR ORDER ORDINALITY OUTER OVER PARTITION PIVOT POSITIONAL PRAGMA \
    PRECEDING PREPARE QUALIFY RANGE RECURSIVE RENAME REPLACE RESET RETURNING RIGHT ROLLBACK ROLLUP ROWS SAMPLE \
    SELECT SEMI SET SETS SHOW SIMILAR SUMMARIZE TABLE TEMP TEMPORARY THEN TO TRUE TRUNCATE UNBOUNDED UNION UNPIVOT \
    UPDATE USE USING VACUUM VALUES VIEW WHEN WHERE WINDOW WITH ";

/// Whether SQL reserves the word, or nearly so.
#[must_use]
pub fn is_keyword(word: &str) -> bool {
    word.is_ascii() && KEYWORDS.contains(&format!(" {} ", word.to_ascii_uppercase()))
}

/// Every keyword that is known here.
pub(super) fn keywords() -> impl Iterator<Item = &'static str> {
    KEYWORDS.split_whitespace()
}

/// How often the tokenizer is set on again after what it cannot read.
const RESTARTS: usize = 100;

/// The pieces of an input; together they are the input.
#[must_use]
pub fn pieces(input: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut at = 0;
    for _ in 0..RESTARTS {
        let Some(rest) = input.get(at..).filter(|r| !r.is_empty()) else { return pieces };
        let mut tokens = Vec::new();
        // What was read before an error stays in the buffer.
        let _ =
            Tokenizer::new(&DuckDbDialect {}, rest).with_unescape(false).tokenize_with_location_into_buf(&mut tokens);
        at = place(rest, at, &tokens, &mut pieces);
        let Some(unread) = input.get(at..).filter(|r| !r.is_empty()) else { return pieces };
        if unread.starts_with(['\'', '"', '$']) || unread.starts_with("/*") || opens_prefixed(unread) {
            pieces.push(Piece { kind: Kind::Open, start: at, text: unread });
            return pieces;
        }
        let length = unread.chars().next().map_or(0, char::len_utf8);
        pieces.push(Piece { kind: Kind::Symbol, start: at, text: unread.get(..length).unwrap_or_default() });
        at += length;
    }
    if let Some(rest) = input.get(at..).filter(|r| !r.is_empty()) {
        pieces.push(Piece { kind: Kind::Symbol, start: at, text: rest });
    }
    pieces
}

/// `E'…` and its like.
fn opens_prefixed(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.get(1..2) == Some("'")
}

/// Adds the tokens of `text`, which begins at byte `offset` of the input; returns the byte after the last one.
fn place<'a>(text: &'a str, offset: usize, tokens: &[TokenWithSpan], pieces: &mut Vec<Piece<'a>>) -> usize {
    let mut cursor = Cursor { text, at: 0, line: 1, column: 1 };
    let mut end = 0;
    for TokenWithSpan { token, span } in tokens {
        let start = cursor.seek(span.start);
        end = cursor.seek(span.end);
        if let Some(part) = text.get(start..end).filter(|p| !p.is_empty()) {
            pieces.push(Piece { kind: kind(token), start: offset + start, text: part });
        }
    }
    offset + end
}

/// Walks along a text by lines and columns in characters, as the tokenizer counts them.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
    line: u64,
    column: u64,
}

impl Cursor<'_> {
    /// The byte at a place that does not lie before the last one.
    fn seek(&mut self, place: Location) -> usize {
        let rest = self.text.get(self.at..).unwrap_or_default();
        for c in rest.chars() {
            if (self.line, self.column) >= (place.line, place.column) {
                break;
            }
            self.at += c.len_utf8();
            if c == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.at
    }
}

fn kind(token: &Token) -> Kind {
    match token {
        Token::Word(word) if word.quote_style.is_some() => Kind::Name,
        Token::Word(word) if is_keyword(&word.value) => Kind::Keyword,
        Token::Word(_) => Kind::Word,
        Token::Number(..) => Kind::Number,
        Token::Whitespace(Whitespace::SingleLineComment { .. } | Whitespace::MultiLineComment(_)) => Kind::Comment,
        Token::Whitespace(_) => Kind::Space,
        Token::SingleQuotedString(_)
        | Token::DoubleQuotedString(_)
        | Token::DollarQuotedString(_)
        | Token::EscapedStringLiteral(_)
        | Token::HexStringLiteral(_)
        | Token::NationalStringLiteral(_)
        | Token::UnicodeStringLiteral(_)
        | Token::SingleQuotedByteStringLiteral(_)
        | Token::TripleSingleQuotedString(_)
        | Token::TripleDoubleQuotedString(_) => Kind::Text,
        _ => Kind::Symbol,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(Kind, &str)> {
        let all = pieces(text);
        let joined: String = all.iter().map(|p| p.text).collect();
        assert_eq!(joined, text);
        let mut at = 0;
        for piece in &all {
            assert_eq!(piece.start, at, "{piece:?} of {text}");
            at = piece.end();
        }
        all.into_iter().filter(|p| p.kind != Kind::Space).map(|p| (p.kind, p.text)).collect()
    }

    #[test]
    fn chinese_and_half_typed_sql_is_read() {
        use Kind::{Keyword, Name, Number, Open, Symbol, Text, Word};
        assert_eq!(
            read("SELECT 部门, \"金额（万元）\" FROM 支出\nwhere 年度>=2022 and 科目 = '项目"),
            [
                (Keyword, "SELECT"),
                (Word, "部门"),
                (Symbol, ","),
                (Name, "\"金额（万元）\""),
                (Keyword, "FROM"),
                (Word, "支出"),
                (Keyword, "where"),
                (Word, "年度"),
                (Symbol, ">="),
                (Number, "2022"),
                (Keyword, "and"),
                (Word, "科目"),
                (Symbol, "="),
                (Open, "'项目"),
            ]
        );
        assert_eq!(read("a := 'it''s'"), [(Word, "a"), (Symbol, ":="), (Text, "'it''s'")]);
        assert_eq!(read("金额（万元）")[1], (Symbol, "（"));
        assert_eq!(read("FROM \"t"), [(Keyword, "FROM"), (Open, "\"t")]);
        assert_eq!(read("1 /* x"), [(Number, "1"), (Open, "/* x")]);
    }

    #[test]
    fn nothing_is_lost_whatever_is_typed() {
        for text in ["", "\u{0}", "￥￥￥", "a\r\nb\tc", "$$x", "$", "E'\\", "`", "\\", "'''", "é\u{301}‘’", "1e", "0x"]
        {
            read(text);
        }
        read(&"￥".repeat(1000));
        assert_eq!(pieces("'it''s'")[0].plain(), "it's");
        assert_eq!(pieces("'it")[0].plain(), "it");
    }
}
