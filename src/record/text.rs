//! Text normalisation that Chinese disclosures need: white space, character width, markup residue.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

/// Compiles a pattern that is part of the program.
///
/// A wrong pattern is a bug that any run of the tests shows, so this is the one place that may panic.
#[allow(clippy::expect_used)]
pub(crate) fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of the program compiles")
}

/// Removes all white space, the ideographic space included: names in converted tables are broken by
/// spaces at arbitrary places, so comparisons never look at them.
#[must_use]
pub fn squash(text: &str) -> Cow<'_, str> {
    rewritten(text, |c| if is_blank(c) { None } else { Some(c) })
}

/// Folds full-width ASCII forms (U+FF01..FF5E) and the ideographic space to half width.
///
/// Unlike NFKC it leaves ①, Ⅱ and the like alone, which carry meaning in names.
#[must_use]
pub fn fold_width(text: &str) -> Cow<'_, str> {
    rewritten(text, |c| Some(folded(c)))
}

/// The key by which names are joined: no white space, brackets and colons half width.
#[must_use]
pub fn join_key(text: &str) -> Cow<'_, str> {
    rewritten(text, |c| if is_blank(c) { None } else { Some(folded(c)) })
}

/// The bytes with which characters that change begin: controls and space, U+0080.., U+1000.. to U+3FFF, U+F000... None of these is
/// a byte within a character. (A wrong index would not compile.)
#[allow(clippy::indexing_slicing)]
const MAY_CHANGE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = byte <= 0x20 || byte == 0xC2 || (byte >= 0xE1 && byte <= 0xE3) || byte == 0xEF;
        byte += 1;
    }
    table
};

fn may_change(byte: u8) -> bool {
    MAY_CHANGE.get(usize::from(byte)) == Some(&true)
}

/// The text that [`str::trim`] gives: most have no white space at their ends, which their first and last bytes tell sooner.
pub(crate) fn trim(text: &str) -> &str {
    let bytes = text.as_bytes();
    // No white space has more than three bytes.
    let end = bytes.get(bytes.len().saturating_sub(3)..).unwrap_or_default();
    let clean = !bytes.iter().take(1).chain(end).any(|byte| may_change(*byte));
    if clean { text } else { text.trim() }
}

/// A text with every character replaced or left out; nearly all texts come back as they are, without a copy.
fn rewritten(text: &str, character: impl Fn(char) -> Option<char>) -> Cow<'_, str> {
    let next = |from: usize| {
        let rest = text.as_bytes().get(from..).unwrap_or_default();
        rest.iter().position(|byte| may_change(*byte)).map(|at| from + at)
    };
    let mut new = String::new();
    // Where the run of characters that stay begins.
    let mut run = 0;
    let mut found = next(0);
    while let Some(at) = found {
        let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
        let after = at + c.len_utf8();
        let put = character(c);
        if put != Some(c) {
            new.reserve(text.len());
            new.push_str(text.get(run..at).unwrap_or_default());
            new.extend(put);
            run = after;
        }
        found = next(after);
    }
    if run == 0 {
        return Cow::Borrowed(text);
    }
    new.push_str(text.get(run..).unwrap_or_default());
    Cow::Owned(new)
}

fn folded(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '−' => '-',
        _ => c,
    }
}

/// Collapses runs of white space to one space and trims; used for sentences and notes.
#[must_use]
pub fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Replaces HTML tags left in cells by a converter with a space; text without `<` is borrowed.
#[must_use]
pub fn strip_tags(text: &str) -> Cow<'_, str> {
    static TAG: LazyLock<Regex> = LazyLock::new(|| pattern(r"</?[A-Za-z][A-Za-z0-9]*(\s[^<>]*)?/?>"));
    if !text.contains('<') {
        return Cow::Borrowed(text);
    }
    match TAG.replace_all(text, " ") {
        Cow::Borrowed(_) => Cow::Borrowed(text),
        Cow::Owned(clean) => Cow::Owned(tidy(&clean)),
    }
}

/// White space and marks without width.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200D}' | '\u{FEFF}' | '\u{00AD}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_broken_by_spaces_join() {
        assert_eq!(squash("洛阳市洛龙区人民政 府办公室"), "洛阳市洛龙区人民政府办公室");
        assert_eq!(join_key("经费（2023 年）"), join_key("经费(2023年)"));
    }

    #[test]
    fn every_character_that_changes_is_seen_by_its_first_byte() {
        for c in '\0'..=char::MAX {
            let text = c.to_string();
            assert_eq!(squash(&text).is_empty(), is_blank(c), "{c:?}");
            assert_eq!(fold_width(&text), folded(c).to_string(), "{c:?}");
            for text in [format!("{c}甲"), format!("12{c}"), format!("{c}")] {
                assert_eq!(trim(&text), text.trim(), "{c:?}");
            }
        }
    }

    #[test]
    fn width_is_folded_but_circled_numbers_stay() {
        assert_eq!(fold_width("（１２）①：Ａ"), "(12)①:A");
    }

    #[test]
    fn tags_go_and_comparison_signs_stay() {
        assert_eq!(strip_tags("<p>一；</p> <p>二。</p>"), "一； 二。");
        assert_eq!(strip_tags("<30 天"), "<30 天");
        assert_eq!(strip_tags("a<br/>b"), "a b");
    }
}
