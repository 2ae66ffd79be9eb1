//! Lists and help on a narrow screen: lines go on under their second column.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// A text whose lines are no wider than `width`; words stay whole, Chinese breaks anywhere.
pub(super) fn fold(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches('\n');
        out.push_str(&fold_line(body, width));
        out.push_str(line.get(body.len()..).unwrap_or_default());
    }
    out
}

fn fold_line(line: &str, width: usize) -> String {
    let indent = second_column(line);
    // Where there is no room for a second column, the terminal may break the line.
    if line.width() <= width || indent + 16 > width {
        return line.to_owned();
    }
    let mut out = String::new();
    let mut rest = line;
    let mut used = 0;
    loop {
        let end = fitting(rest, width - used);
        let (piece, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        out.push_str(piece.trim_end());
        rest = after.trim_start();
        if rest.is_empty() {
            return out;
        }
        out.push('\n');
        out.push_str(&" ".repeat(indent));
        used = indent;
    }
}

/// Where the text begins that is told of what stands before it; two more than the beginning where there is none.
fn second_column(line: &str) -> usize {
    let start = line.len() - line.trim_start().len();
    let gap = line.get(start..).and_then(|l| l.find("  ")).map(|at| start + at);
    let column = gap.map(|at| at + line.get(at..).map_or(0, |l| l.len() - l.trim_start().len()));
    column.map_or(start + 2, |at| line.get(..at).unwrap_or_default().width())
}

/// How many bytes of a text are shown in `room`, to the last place where it may be broken.
fn fitting(text: &str, room: usize) -> usize {
    let mut width = 0;
    let mut breaks = 0;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let wide = |c: char| c.width() == Some(2);
        if c == ' ' && before != ' ' || at > 0 && (wide(c) || wide(before)) && !closes(c) {
            breaks = at;
        }
        width += c.width().unwrap_or(0);
        if width > room {
            // A word longer than the line is cut.
            return if breaks > 0 { breaks } else { at.max(c.len_utf8()) };
        }
        before = c;
    }
    text.len()
}

/// What may not begin a line.
fn closes(c: char) -> bool {
    "，。；：、）》”！？,.;:)".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_on_under_their_second_column() {
        let text = "  growth  支出增长 Growth of total expenditure over years\n  x  y\n";
        let expected = "  growth  支出增长 Growth of total\n          expenditure over years\n  x  y\n";
        assert_eq!(fold(text, 34), expected);
        assert_eq!(fold("一二三四五，六七八九十一二三四", 20), "一二三四五，六七八九\n  十一二三四");
        assert_eq!(fold(text, 400), text);
        assert_eq!(fold(text, 10), text);
    }

    #[test]
    fn nothing_but_breaks_is_added() {
        for text in
            ["", "\n\n", "x", "  a  b", &"长".repeat(100), &"w".repeat(100), "a  b c d e f g 部门（本级）的，。 x"]
        {
            for width in 20..40 {
                let folded = fold(text, width);
                let bare = |t: &str| t.chars().filter(|c| !c.is_whitespace()).collect::<String>();
                assert_eq!(bare(&folded), bare(text), "{text} at {width}");
                assert!(folded.lines().all(|l| l.width() <= width), "{folded} at {width}");
            }
        }
    }
}
