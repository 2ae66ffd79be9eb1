//! An input in colours: SQL, canned queries, commands, pipelines.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::query::Library;
use crate::session::{Begun, COMMANDS, Kind, Piece, pieces, places};

pub(super) const RESET: &str = "\x1b[0m";
pub(super) const DIM: &str = "\x1b[2m";
pub(super) const PROMPT: &str = "\x1b[1m";
pub(super) const WRONG: &str = "\x1b[31m";
const KEYWORD: &str = "\x1b[1;34m";
const FUNCTION: &str = "\x1b[36m";
const TEXT: &str = "\x1b[32m";
const NUMBER: &str = "\x1b[35m";
const KNOWN: &str = "\x1b[1;36m";
const PARAMETER: &str = "\x1b[33m";
const PLAIN: &str = "";

/// A longer input is pasted; colours would make it slow.
pub(super) const LONGEST: usize = 4_000;

/// The input with colours; nothing else of it changes.
pub(super) fn coloured<'l>(line: &'l str, library: &Library) -> Cow<'l, str> {
    if line.is_empty() || line.len() > LONGEST {
        return Cow::Borrowed(line);
    }
    let mut out = Painted { line, done: 0, text: String::with_capacity(line.len() * 2) };
    for (place, begun) in places(line) {
        let Some(statement) = line.get(place.clone()) else { continue };
        out.sql(place.start);
        match begun {
            Begun::Sql => out.sql(place.end),
            Begun::Command => out.command(statement, place.start),
            Begun::Frame => out.pipeline(statement, place.start),
            Begun::Query => out.query(statement, place.start, library),
        }
        out.plain(place.end);
    }
    out.sql(line.len());
    Cow::Owned(out.text)
}

/// A line that is painted from its beginning to its end.
struct Painted<'l> {
    line: &'l str,
    done: usize,
    text: String,
}

impl Painted<'_> {
    fn paint(&mut self, colour: &str, end: usize) {
        let Some(part) = self.line.get(self.done..end).filter(|p| !p.is_empty()) else { return };
        if colour.is_empty() {
            self.text.push_str(part);
        } else {
            let _ = write!(self.text, "{colour}{part}{RESET}");
        }
        self.done = end;
    }

    fn plain(&mut self, end: usize) {
        self.paint(PLAIN, end);
    }

    fn sql(&mut self, end: usize) {
        self.tokens(end, |_, _| None);
    }

    /// Paints tokens up to `end`; `special` may give one another colour, knowing the meaningful one before it.
    fn tokens(&mut self, end: usize, special: impl Fn(&Piece<'_>, Option<&Piece<'_>>) -> Option<&'static str>) {
        let from = self.done;
        let Some(part) = self.line.get(from..end) else { return };
        let all = pieces(part);
        let mut before: Option<&Piece<'_>> = None;
        for (i, piece) in all.iter().enumerate() {
            let calls = || all.get(i + 1).is_some_and(|next| next.text == "(");
            let colour = special(piece, before).unwrap_or(match piece.kind {
                Kind::Keyword => KEYWORD,
                Kind::Word if calls() => FUNCTION,
                Kind::Number => NUMBER,
                Kind::Text | Kind::Open => TEXT,
                Kind::Comment => DIM,
                _ => PLAIN,
            });
            self.paint(colour, from + piece.end());
            if piece.kind != Kind::Space {
                before = Some(piece);
            }
        }
    }

    fn command(&mut self, statement: &str, start: usize) {
        let end = statement.find(char::is_whitespace).unwrap_or(statement.len());
        let name = statement.get(..end).unwrap_or_default().to_lowercase();
        let known = COMMANDS.iter().any(|c| c.name == name);
        let begun = COMMANDS.iter().any(|c| c.name.starts_with(&name));
        let colour = if known {
            KNOWN
        } else if begun && end == statement.len() {
            PLAIN
        } else {
            WRONG
        };
        self.paint(colour, start + end);
    }

    fn query(&mut self, statement: &str, start: usize, library: &Library) {
        let end = statement.find(char::is_whitespace).unwrap_or(statement.len());
        let name = statement.get(..end).unwrap_or_default();
        let Some(query) = library.find(name) else {
            // While it is typed it is not wrong yet.
            self.paint(if end == statement.len() { PLAIN } else { WRONG }, start + end);
            return;
        };
        self.paint(KNOWN, start + end);
        let mut quote = None;
        let mut word = end;
        for (i, c) in statement.char_indices().skip_while(|(i, _)| *i < end) {
            match quote {
                Some(open) if c == open => {
                    quote = None;
                    self.paint(TEXT, start + i + c.len_utf8());
                }
                None if matches!(c, '\'' | '"') => {
                    self.plain(start + i);
                    quote = Some(c);
                }
                None if matches!(c, '=' | '＝') => {
                    let known = statement.get(word..i).and_then(|name| query.param(name)).is_some();
                    self.paint(if known { PARAMETER } else { WRONG }, start + i);
                }
                None if c.is_whitespace() => {
                    self.value(start + i);
                    self.plain(start + i + c.len_utf8());
                    word = i + c.len_utf8();
                }
                _ => {}
            }
        }
        match quote {
            Some(_) => self.paint(TEXT, start + statement.len()),
            None => self.value(start + statement.len()),
        }
    }

    /// A value without quotes.
    fn value(&mut self, end: usize) {
        let value = self.line.get(self.done..end).unwrap_or_default().trim_start_matches(['=', '＝']);
        let number = !value.is_empty() && value.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | ','));
        let value_start = end - value.len();
        self.plain(value_start);
        self.paint(if number { NUMBER } else { PLAIN }, end);
    }

    /// `frame from x | filter …`: the verbs are the words after `frame` and after each bar.
    fn pipeline(&mut self, statement: &str, start: usize) {
        self.plain(start);
        self.tokens(start + statement.len(), |piece, before| match before {
            None if piece.text == "frame" => Some(KNOWN),
            Some(before) if matches!(before.text, "frame" | "|" | "|>") && piece.kind != Kind::Space => Some(KEYWORD),
            _ => None,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library() -> Library {
        Library::embedded().unwrap()
    }

    /// Colours as letters: `k` keyword, `n` known, `p` parameter, `t` text, `d` number, `f` function, `c` comment, `w` wrong.
    fn marked(line: &str) -> String {
        let mut text = coloured(line, &library()).into_owned();
        for (colour, mark) in [
            (KEYWORD, "<k:"),
            (KNOWN, "<n:"),
            (PARAMETER, "<p:"),
            (TEXT, "<t:"),
            (NUMBER, "<d:"),
            (FUNCTION, "<f:"),
            (DIM, "<c:"),
            (WRONG, "<w:"),
            (RESET, ">"),
        ] {
            text = text.replace(colour, mark);
        }
        text
    }

    #[test]
    fn each_sort_of_input_has_its_colours() {
        assert_eq!(
            marked("SELECT sum(金额), 'a' FROM t WHERE 年度 = 2022 -- 注"),
            "<k:SELECT> <f:sum>(金额), <t:'a'> <k:FROM> t <k:WHERE> 年度 = <d:2022> <c:-- 注>"
        );
        assert_eq!(
            marked("growth 洛龙 since=2019 regio='河南"),
            "<n:growth> 洛龙 <p:since>=<d:2019> <w:regio>=<t:'河南>"
        );
        assert_eq!(marked("支出增长 2023"), "<n:支出增长> <d:2023>");
        assert_eq!(marked(".mode csv"), "<n:.mode> csv");
        assert_eq!(marked(".mo"), ".mo");
        assert_eq!(marked(".xyz a"), "<w:.xyz> a");
        assert_eq!(marked("growt x"), "<w:growt> x");
        assert_eq!(marked("growt"), "growt");
        assert_eq!(
            marked("frame from 支出 | filter 年度 >= 2022"),
            "<n:frame> <k:from> 支出 | <k:filter> 年度 >= <d:2022>"
        );
        assert_eq!(marked("SELECT 1;\n.mode csv"), "<k:SELECT> <d:1>;\n<n:.mode> csv");
    }

    #[test]
    fn nothing_but_colours_is_added() {
        for line in [
            "",
            "SELECT '",
            "growth =",
            "growth ==＝ 'a",
            ".",
            "frame |",
            "；",
            "growth a='b' c=\"d\" e",
            "/* x",
            "\u{0}",
        ] {
            let mut text = coloured(line, &library()).into_owned();
            while let Some(start) = text.find('\x1b') {
                let end = start + text[start..].find('m').unwrap();
                text.replace_range(start..=end, "");
            }
            assert_eq!(text, line);
        }
    }
}
