//! The text of a pipeline as tokens: stages, lists and clauses without a parser of our own.

use std::ops::Range;

use sqlparser::dialect::GenericDialect;
use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer};

use super::error::Fault;

/// A token with its place in bytes and how many brackets are open around it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lexeme {
    pub(super) token: Token,
    pub(super) span: Range<usize>,
    depth: usize,
}

impl Lexeme {
    /// A word outside quotes, compared without case.
    fn is_word(&self, word: &str) -> bool {
        matches!(&self.token, Token::Word(w) if w.quote_style.is_none() && w.value.eq_ignore_ascii_case(word))
    }

    fn is_pipe(&self) -> bool {
        self.depth == 0 && matches!(self.token, Token::Pipe | Token::VerticalBarRightAngleBracket | Token::Char('｜'))
    }

    fn is_comma(&self) -> bool {
        matches!(self.token, Token::Comma | Token::Char('，'))
    }
}

/// Reads the tokens, and what is wrong with the text where they end early.
///
/// Tokens of an unfinished text are as good as they can be: completion uses them.
pub(super) fn lexemes(text: &str) -> (Vec<Lexeme>, Option<Fault>) {
    let mut found: Vec<TokenWithSpan> = Vec::new();
    let result = Tokenizer::new(&GenericDialect {}, text).tokenize_with_location_into_buf(&mut found);
    let places = Places::of(text);
    let mut depth = 0_usize;
    let mut open = Vec::new();
    let mut all = Vec::with_capacity(found.len());
    for TokenWithSpan { token, span } in found {
        let span = places.byte(span.start)..places.byte(span.end);
        let closes = matches!(token, Token::RParen | Token::RBracket | Token::RBrace);
        if closes {
            depth = depth.saturating_sub(1);
            open.pop();
        }
        let opens = matches!(token, Token::LParen | Token::LBracket | Token::LBrace);
        if opens {
            open.push(span.clone());
        }
        let comment = matches!(token, Token::Whitespace(_));
        if !comment {
            all.push(Lexeme { token, span, depth });
        }
        depth += usize::from(opens);
    }
    let fault = match result {
        Err(error) => {
            let at = places.byte(error.location);
            let message = error.message.trim_end_matches([':', ' ', ',']).to_lowercase();
            Some(Fault::at(at..text.len(), format!("{message}; close the quote")))
        }
        Ok(()) => open.pop().map(|span| Fault::at(span, "this bracket is not closed")),
    };
    (all, fault)
}

/// Bytes of the tokenizer's lines and columns, which count characters.
struct Places {
    /// Byte of each character, and the end.
    bytes: Vec<usize>,
    /// First character of each line.
    lines: Vec<usize>,
}

impl Places {
    fn of(text: &str) -> Self {
        let mut lines = vec![0];
        let mut bytes = Vec::new();
        for (number, (at, c)) in text.char_indices().enumerate() {
            bytes.push(at);
            if c == '\n' {
                lines.push(number + 1);
            }
        }
        bytes.push(text.len());
        Self { bytes, lines }
    }

    fn byte(&self, place: Location) -> usize {
        let number = |n: u64| usize::try_from(n).unwrap_or(usize::MAX).saturating_sub(1);
        let first = self.lines.get(number(place.line)).copied().unwrap_or(0);
        let end = self.bytes.last().copied().unwrap_or(0);
        self.bytes.get(first + number(place.column)).copied().unwrap_or(end)
    }
}

/// A part of a pipeline: never empty of meaning, but possibly of tokens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'t> {
    text: &'t str,
    lexemes: &'t [Lexeme],
    /// Where it stands when it has no tokens.
    at: usize,
}

impl<'t> Piece<'t> {
    pub(super) fn new(text: &'t str, lexemes: &'t [Lexeme], at: usize) -> Self {
        Self { text, lexemes, at }
    }

    pub(super) fn span(&self) -> Range<usize> {
        match (self.lexemes.first(), self.lexemes.last()) {
            (Some(first), Some(last)) => first.span.start..last.span.end,
            _ => self.at..self.at,
        }
    }

    pub(super) fn text(&self) -> &'t str {
        self.text.get(self.span()).unwrap_or_default()
    }

    pub(super) fn lexemes(&self) -> &'t [Lexeme] {
        self.lexemes
    }

    /// The part of it that is one of its tokens.
    pub(super) fn of(&self, lexeme: &'t Lexeme) -> Self {
        Self { text: self.text, lexemes: std::slice::from_ref(lexeme), at: lexeme.span.start }
    }

    /// What stands between its brackets, where it is one bracketed text.
    pub(super) fn inner(&self) -> Option<Self> {
        let [Lexeme { token: Token::LParen, .. }, .., Lexeme { token: Token::RParen, .. }] = self.lexemes else {
            return None;
        };
        Some(self.cut(1, self.lexemes.len() - 1))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lexemes.is_empty()
    }

    /// The single name that it is, without its quotes.
    pub(super) fn name(&self) -> Option<&'t str> {
        match self.lexemes {
            [Lexeme { token: Token::Word(word), .. }] => Some(&word.value),
            [Lexeme { token: Token::SingleQuotedString(text), .. }] => Some(text),
            _ => None,
        }
    }

    fn cut(&self, from: usize, to: usize) -> Self {
        let lexemes = self.lexemes.get(from..to).unwrap_or_default();
        let at = from.checked_sub(1).and_then(|i| self.lexemes.get(i)).map_or(self.at, |l| l.span.end);
        Self { text: self.text, lexemes, at }
    }

    fn base_depth(&self) -> usize {
        self.lexemes.iter().map(|l| l.depth).min().unwrap_or(0)
    }

    fn split(&self, at: impl Fn(&Lexeme) -> bool) -> Vec<Self> {
        let mut pieces = Vec::new();
        let mut from = 0;
        for (i, lexeme) in self.lexemes.iter().enumerate() {
            if at(lexeme) {
                pieces.push(self.cut(from, i));
                from = i + 1;
            }
        }
        pieces.push(self.cut(from, self.lexemes.len()));
        pieces
    }

    /// The stages between `|`.
    pub(super) fn stages(&self) -> Vec<Self> {
        self.split(Lexeme::is_pipe)
    }

    /// The items between commas; empty ones are left out.
    pub(super) fn items(&self) -> Vec<Self> {
        let depth = self.base_depth();
        let mut items = self.split(|l| l.depth == depth && l.is_comma());
        items.retain(|p| !p.is_empty());
        items
    }

    /// The first word and the rest.
    pub(super) fn first_word(&self) -> (Self, Self) {
        let n = usize::from(!self.lexemes.is_empty());
        (self.cut(0, n), self.cut(n, self.lexemes.len()))
    }

    /// Cuts at the last of `words` that stands outside brackets: what is before, and what follows if there is one.
    pub(super) fn clause(&self, words: &[&str]) -> (Self, Option<Self>) {
        let depth = self.base_depth();
        let at = self.lexemes.iter().rposition(|l| l.depth == depth && words.iter().any(|w| l.is_word(w)));
        match at {
            Some(at) => (self.cut(0, at), Some(self.cut(at + 1, self.lexemes.len()))),
            None => (*self, None),
        }
    }

    /// Takes one of `words` off the end.
    pub(super) fn without_last(&self, words: &[&str]) -> (Self, Option<&'t str>) {
        let Some(last) = self.lexemes.last().filter(|l| words.iter().any(|w| l.is_word(w))) else {
            return (*self, None);
        };
        (self.cut(0, self.lexemes.len() - 1), self.text.get(last.span.clone()))
    }

    /// Where a name stands in it, in whatever quotes.
    pub(super) fn find(&self, name: &str) -> Option<Range<usize>> {
        self.lexemes.iter().find(|l| matches!(&l.token, Token::Word(w) if w.value == name)).map(|l| l.span.clone())
    }

    /// Where a name stands in it, compared without case.
    pub(super) fn find_word(&self, name: &str) -> Option<Range<usize>> {
        let same = |l: &&Lexeme| matches!(&l.token, Token::Word(w) if w.value.eq_ignore_ascii_case(name));
        self.lexemes.iter().find(same).map(|l| l.span.clone())
    }

    /// The text with full-width brackets, commas and comparisons as SQL writes them; quoted text stays as it is.
    pub(super) fn sql(&self) -> String {
        let mut sql = String::new();
        let mut end = self.span().start;
        for lexeme in self.lexemes {
            sql.push_str(self.text.get(end..lexeme.span.start).unwrap_or_default());
            match &lexeme.token {
                Token::Char(c) => sql.push(half_width(*c)),
                _ => sql.push_str(self.text.get(lexeme.span.clone()).unwrap_or_default()),
            }
            end = lexeme.span.end;
        }
        sql
    }
}

/// What an input method for Chinese writes instead of the ASCII sign.
fn half_width(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '。' => '.',
        '‘' | '’' => '\'',
        '“' | '”' => '"',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stages(text: &str) -> Vec<String> {
        let (all, fault) = lexemes(text);
        assert_eq!(fault, None, "{text}");
        Piece::new(text, &all, 0).stages().iter().map(|p| p.text().to_owned()).collect()
    }

    #[test]
    fn pipes_in_quotes_and_brackets_end_no_stage() {
        assert_eq!(
            stages("from (SELECT a || 'x|y' FROM t) | filter 科目 = 'a|b' |> head 3｜tail 2"),
            ["from (SELECT a || 'x|y' FROM t)", "filter 科目 = 'a|b'", "head 3", "tail 2"]
        );
        assert_eq!(
            stages("from 支出\n  | filter \"a|b\" > 1 -- 注 |\n  | head"),
            ["from 支出", "filter \"a|b\" > 1", "head"]
        );
        assert_eq!(stages(""), [""]);
    }

    #[test]
    fn lists_and_clauses_are_cut_outside_brackets() {
        let text = "SUM(a) OVER (PARTITION BY b, c) AS x，max(d) by 部门, 年度";
        let (all, _) = lexemes(text);
        let piece = Piece::new(text, &all, 0);
        let (aggregates, by) = piece.clause(&["by", "按"]);
        let texts = |p: &Piece<'_>| p.items().iter().map(|i| i.text().to_owned()).collect::<Vec<_>>();
        assert_eq!(texts(&aggregates), ["SUM(a) OVER (PARTITION BY b, c) AS x", "max(d)"]);
        assert_eq!(texts(&by.unwrap()), ["部门", "年度"]);
    }

    #[test]
    fn unfinished_text_is_told_with_its_place() {
        for (text, from) in [("from 支出 | filter 科目 = 'a", 23), ("from (SELECT 1", 5)] {
            let (_, fault) = lexemes(text);
            let span = fault.unwrap().span.unwrap();
            assert!(span.start >= from && span.end <= text.len(), "{text}: {span:?}");
        }
    }

    #[test]
    fn full_width_signs_are_read() {
        let text = "金额 ＞ 100 AND 科目 IN （'（a）'，'b'）";
        let (all, _) = lexemes(text);
        assert_eq!(Piece::new(text, &all, 0).sql(), "金额 > 100 AND 科目 IN ('（a）','b')");
    }
}
