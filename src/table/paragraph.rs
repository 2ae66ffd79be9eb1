//! Paragraphs of a narrative, put together from lines, and the pieces that they are read in.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::record::{Place, fold_width, pattern, tidy};
use crate::source::TextLine;

/// A paragraph put together from lines, with the place of every character.
#[derive(Debug, Default)]
pub(super) struct Paragraph {
    /// Without white space, half width; aligned with `places`.
    pub(super) text: String,
    /// Byte offset at which each line begins, and its place.
    starts: Vec<(usize, Place)>,
    /// As printed, lines joined.
    printed: String,
    /// Whether a comma or a full stop stands in it; a long paragraph is not searched again for every line.
    has_clauses: bool,
}

impl Paragraph {
    pub(super) fn push(&mut self, line: &TextLine) {
        let start = self.text.len();
        self.starts.push((start, line.place));
        self.text.extend(fold_width(&line.text).chars().filter(|c| !c.is_whitespace()));
        let added = self.text.get(start..).unwrap_or_default();
        self.has_clauses |= added.contains([',', '，', '。']);
        self.printed.push_str(&line.text);
    }

    /// Puts 某 for every character of a name, so that places stay and no word of it is taken for a subject.
    pub(super) fn mask(&mut self, names: &[String]) {
        for name in names.iter().filter(|name| self.text.contains(name.as_str())).collect::<Vec<_>>() {
            // A name is masked only where all its characters have the width of the mask.
            if name.chars().all(|c| c.len_utf8() == '某'.len_utf8()) {
                self.text = self.text.replace(name.as_str(), &"某".repeat(name.chars().count()));
            }
        }
    }

    pub(super) fn place(&self, offset: usize) -> Place {
        self.starts.iter().rev().find(|(at, _)| *at <= offset).map(|(_, p)| *p).unwrap_or_default()
    }

    /// Whether the next line carries the sentence on: a page break cuts sentences anywhere.
    pub(super) fn is_cut_before(&self, next: &TextLine) -> bool {
        static HEADING: LazyLock<Regex> = LazyLock::new(|| {
            pattern(
                r"^(第[一二三四五六七八九十]+(部分|章|节)|[一二三四五六七八九十]+、|\([一二三四五六七八九十\d]+\)|\d{1,2}[.、．](\D|$)|[-•·]|附件|目录)",
            )
        });
        static TITLE: LazyLock<Regex> =
            LazyLock::new(|| pattern(r"(说明|情况|目录|表|解释|概况|部分|职责|构成|预算|决算|公开)$"));
        // 主要用于: goes on in the next line, and so does what such a line speaks of without naming it.
        static OPEN: LazyLock<Regex> = LazyLock::new(|| pattern(r"(用于|其中|包括|原因)[:：]$"));
        static GOES_ON: LazyLock<Regex> = LazyLock::new(|| {
            pattern(
                r"^(年初预算(数|为)|支出决算(数|为)|决算数|(比|较)(上年|去年|20\d\d)|同比|增长|减少|下降|主要原因|主要用于)",
            )
        });
        // 支出决算 / 数为3万元, 收支总预算 / 76300.76万元
        static VALUE: LazyLock<Regex> =
            LazyLock::new(|| pattern(r"^(数?为-?\d|数(大于|小于|等于|与|比|较)|-?\d[\d,]*(\.\d+)?(亿|百万|万|千)?元)"));
        let next = fold_width(&next.text).chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let ended = self.text.ends_with(['。', ';', ':', '!', '?', '；', '：'])
            && !OPEN.is_match(&self.text)
            && !GOES_ON.is_match(&next);
        let value_follows = VALUE.is_match(&next);
        // A title is a line of its own: 。年初预算 is cut from its 为.
        let (start, last) =
            self.starts.last().map_or((0, ""), |(at, _)| (*at, self.text.get(*at..).unwrap_or_default()));
        let whole = start == 0 || self.text.get(..start).is_some_and(|before| before.ends_with('。'));
        let is_title = whole && !last.contains(['。', ',', '，']) && TITLE.is_match(last) && !value_follows;
        let is_sentence = self.has_clauses || self.text.chars().nth(20).is_some() || value_follows;
        !ended && is_sentence && !HEADING.is_match(&next) && !is_title
    }

    /// The printed sentence that the folded one came from.
    pub(super) fn printed(&self, folded: &str) -> String {
        let wanted = folded.chars().count();
        let Some(offset) = self.text.find(folded) else { return folded.to_owned() };
        let skip = self.text.get(..offset).map_or(0, |t| t.chars().count());
        let mut seen = 0;
        let printed: String = self
            .printed
            .chars()
            .filter(|c| {
                let counts = !c.is_whitespace();
                let inside = seen >= skip && seen < skip + wanted;
                seen += usize::from(counts);
                inside
            })
            .collect();
        tidy(&printed)
    }
}

/// Where brackets hold statements of their own, in clauses: (公务用车购置费10万元，比上年增加1万元；…). Each from behind its
/// opening bracket to behind its closing one.
pub(super) fn insertions(text: &str) -> Vec<Range<usize>> {
    let mut open = Vec::new();
    let mut found = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '(' => open.push(at + 1),
            ')' => found.extend(open.pop().map(|start| start..at + 1)),
            _ => {}
        }
    }
    found.retain(|bracket| {
        let inside = text.get(bracket.clone()).unwrap_or_default();
        inside.contains(|c: char| c.is_ascii_digit())
            && inside.contains('元')
            && (inside.contains([',', '，', ';', '；', '。', '、']) || inside.starts_with('含'))
    });
    found
}

/// Where the name of a 款 or 项 stands behind its 类 or 款: 环境保护法规、规划及标准 of …(类)环境保护管理事务(款)环境保护法规、规划及标准(项).
pub(super) fn item_names(text: &str) -> Vec<Range<usize>> {
    static NAME: LazyLock<Regex> = LazyLock::new(|| pattern(r"\((?:类|款)\)([^。;；,，:：]{1,40}?)\((?:款|项)\)"));
    let mut names = Vec::new();
    let mut from = 0;
    // One's (款) is the next one's beginning.
    while let Some(found) = NAME.captures_at(text, from).and_then(|c| c.get(1)) {
        names.push(found.range());
        from = found.end();
    }
    names
}

/// Splits at delimiters, keeping offsets; thousands separators are no delimiters, nor is the one of 收、支总计, nor what the
/// name of an item holds. Breaks are offsets at which a piece ends besides.
pub(super) fn pieces<'t>(text: &'t str, delimiters: &[char], breaks: &[usize]) -> Vec<(usize, &'t str)> {
    let names = if text.contains('、') && text.contains("(项)") { item_names(text) } else { Vec::new() };
    let bytes = text.as_bytes();
    let digit = |i: Option<usize>| i.and_then(|i| bytes.get(i)).is_some_and(u8::is_ascii_digit);
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let grouping = c == ',' && digit(at.checked_sub(1)) && (end..end + 3).all(|i| digit(Some(i)));
        let pair = c == '、'
            && text.get(..at).is_some_and(|t| t.ends_with('收') || t.ends_with("收入"))
            && text.get(end..).is_some_and(|t| t.starts_with('支'));
        let in_name = c == '、' && names.iter().any(|name| name.contains(&at));
        let row = DELIMITS_ROW.contains(&c) && is_row(text, at, end);
        if delimiters.contains(&c) && !grouping && !pair && !in_name && !row || breaks.contains(&end) {
            pieces.push((start, text.get(start..end).unwrap_or_default()));
            start = end;
        }
    }
    pieces.push((start, text.get(start..).unwrap_or_default()));
    pieces.retain(|(_, p)| !p.is_empty());
    pieces
}

/// Whether a number is one of several in a row: a delimiter and another number stand directly before or behind it.
pub(super) fn stands_in_row(text: &str, number: &Range<usize>) -> bool {
    let before = text.get(..number.start).and_then(|t| t.chars().next_back());
    let after = text.get(number.end..).and_then(|t| t.chars().next());
    before.is_some_and(|c| DELIMITS_ROW.contains(&c) && is_row(text, number.start - c.len_utf8(), number.start))
        || after.is_some_and(|c| DELIMITS_ROW.contains(&c) && is_row(text, number.end, number.end + c.len_utf8()))
}

const DELIMITS_ROW: [char; 5] = ['、', ',', '，', '和', '及'];

/// Whether two numbers of one unit stand on both sides of a delimiter: values of several things in turn (各下降23.51%、38.28%).
fn is_row(text: &str, at: usize, end: usize) -> bool {
    static BEFORE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\d(%|亿元|百万元|万元|千元|元|个|辆)?$"));
    static AFTER: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\d[\d,]*(?:\.\d+)?(%|亿元|百万元|万元|千元|元|个|辆)"));
    let after = text.get(end..).filter(|after| after.starts_with(|c: char| c.is_ascii_digit()));
    let after = after.and_then(|after| AFTER.captures(after));
    let before = after.as_ref().and_then(|_| BEFORE.captures(text.get(..at)?));
    before.zip(after).is_some_and(|(before, after)| {
        let unit = |found: &Captures<'_>| found.get(1).map(|m| m.as_str().to_owned());
        unit(&before).is_none() || unit(&before) == unit(&after)
    })
}
