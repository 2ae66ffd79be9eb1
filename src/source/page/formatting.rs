//! Formatting that is never closed. A browser opens it again in every paragraph that follows, and so does the
//! library: some kilobytes of a page become gigabytes of elements. They are counted before it reads.

/// Elements that are opened again in what follows when a paragraph ends before they do.
const FORMATTING: &[&str] =
    &["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
/// Of the same element with the same attributes only so many are opened again.
const ALIKE: usize = 3;
/// Open elements that are counted: a bound for the work on a page of nothing else.
const OPEN: usize = 500;
/// Elements that may be opened again; sloppy pages have thousands.
const REOPENED: usize = 2_000_000;

/// Whether reading a page would open too many elements again.
pub(super) fn is_endless(page: &str) -> bool {
    let mut open: Vec<(&str, &str)> = Vec::new();
    let mut reopened = 0_usize;
    for piece in page.split('<').skip(1) {
        let tag = piece.split('>').next().unwrap_or(piece);
        let (closes, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
        let name = tag.get(..end).unwrap_or_default();
        let is_formatting = FORMATTING.iter().any(|f| f.eq_ignore_ascii_case(name));
        if !is_formatting {
            // Anything that may be the next paragraph.
            reopened = reopened.saturating_add(open.len());
        } else if closes || name.eq_ignore_ascii_case("a") {
            // A link ends the one before it.
            if let Some(at) = open.iter().rposition(|(other, _)| other.eq_ignore_ascii_case(name)) {
                open.remove(at);
            }
            if !closes {
                open.push((name, tag));
            }
        } else if open.iter().rev().filter(|(_, other)| *other == tag).count() < ALIKE {
            open.push((name, tag));
        }
        if open.len() > OPEN {
            open.remove(0);
        }
        if reopened > REOPENED {
            return true;
        }
    }
    false
}

/// Elements that end only where they are closed.
const NESTED: &[&str] =
    &["div", "span", "table", "section", "article", "center", "ul", "ol", "dl", "blockquote", "form"];
/// Nested deeper than this, reading takes seconds and, twice as deep, four times as long.
const NESTING: usize = 10_000;

/// Whether a page is nested too deep to be read in time.
pub(super) fn is_bottomless(page: &str) -> bool {
    let mut depth = 0_usize;
    for piece in page.split('<').skip(1) {
        let (closes, tag) = piece.strip_prefix('/').map_or((false, piece), |tag| (true, tag));
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
        let name = tag.get(..end).unwrap_or_default();
        if !NESTED.iter().any(|nested| nested.eq_ignore_ascii_case(name)) {
            continue;
        }
        depth = if closes { depth.saturating_sub(1) } else { depth + 1 };
        if depth > NESTING {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatting_that_is_closed_or_alike_is_no_trouble_and_other_is_told() {
        let fonts = |n: usize| (0..n).map(|i| format!("<font size={i}>")).collect::<Vec<_>>().concat();
        assert!(is_endless(&format!("<p>{}{}", fonts(2000), "<p>x".repeat(20_000))));
        assert!(!is_endless(&format!("<p>{}{}", fonts(100), "<p>x".repeat(10_000))));
        assert!(!is_endless(&"<p><b><font size=1>x</font></b>".repeat(200_000)));
        assert!(!is_endless(&"<p><b>x".repeat(200_000)), "three are opened again");
        assert!(!is_endless(&(0..9000).map(|i| format!("<a name=n{i}><p>")).collect::<Vec<_>>().concat()));
        assert!(!is_endless("a < b <> </ <"));
    }

    #[test]
    fn elements_that_are_closed_may_be_many() {
        assert!(is_bottomless(&"<div>".repeat(NESTING + 1)));
        assert!(!is_bottomless(&"<div><SPAN>x</span></div>".repeat(100_000)));
        assert!(!is_bottomless(&"<p><td><br>".repeat(100_000)), "these end by themselves");
        assert!(!is_bottomless("a < b <> </ <"));
    }
}
