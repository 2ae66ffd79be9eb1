//! What is wrong with a pipeline, shown under the pipeline.

use std::fmt;
use std::ops::Range;

use unicode_width::UnicodeWidthStr as _;

/// A line of a pipeline is shown so wide at most.
const WIDEST: usize = 110;
/// So many names are listed.
const NAMES: usize = 40;

/// A fault found while a stage is read or run; the pipeline's text is added later.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fault {
    /// Bytes of the pipeline; the whole stage where nothing nearer is known.
    pub(super) span: Option<Range<usize>>,
    pub(super) message: String,
    /// Lines that help.
    pub(super) help: Vec<String>,
    /// Ctrl-C.
    pub(super) interrupted: bool,
    /// Already shown under a text of its own: a saved pipeline that is the source of this one.
    pub(super) inner: Option<Box<FrameError>>,
}

impl Fault {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    pub(super) fn at(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span: Some(span), ..Self::new(message) }
    }

    pub(super) fn help(mut self, line: impl Into<String>) -> Self {
        self.help.push(line.into());
        self
    }

    pub(super) fn or_at(mut self, span: Range<usize>) -> Self {
        self.span.get_or_insert(span);
        self
    }

    pub(super) fn in_pipeline(self, text: &str) -> FrameError {
        if self.interrupted {
            return FrameError::Interrupted;
        }
        if let Some(inner) = self.inner {
            return *inner;
        }
        let end = text.len();
        let span = self.span.unwrap_or(0..end);
        let span = span.start.min(end)..span.end.min(end);
        FrameError::Fault { text: text.to_owned(), span, message: self.message, help: self.help }
    }
}

/// Why a pipeline cannot be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// Something in it is wrong.
    Fault {
        /// The pipeline.
        text: String,
        /// What of it, in bytes.
        span: Range<usize>,
        /// What is wrong.
        message: String,
        /// What helps: names that exist, the nearest right one.
        help: Vec<String>,
    },
    /// Ctrl-C.
    Interrupted,
}

impl std::error::Error for FrameError {}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Fault { text, span, message, help } = self else {
            return f.write_str("interrupted");
        };
        write!(f, "frame: {}", message.trim_end())?;
        if !text.trim().is_empty() {
            let (line, marks) = marked(text, span);
            write!(f, "\n  {line}\n  {marks}")?;
        }
        for line in help {
            write!(f, "\n  {line}")?;
        }
        Ok(())
    }
}

/// The line where a span begins, and carets right under it: Chinese characters are two wide.
fn marked(text: &str, span: &Range<usize>) -> (String, String) {
    // A span may begin behind the last character.
    let mut start = span.start.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let from = text.get(..start).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1);
    let to = text.get(start..).and_then(|t| t.find('\n')).map_or(text.len(), |i| start + i);
    let end = span.end.clamp(start, to);
    let tidy = |range: Range<usize>| text.get(range).unwrap_or_default().replace(['\t', '\r', '　'], " ");
    let (mut before, marked, mut after) = (tidy(from..start), tidy(start..end), tidy(end..to));
    if before.width() + marked.width() + after.width() > WIDEST {
        if before.width() > WIDEST / 3 {
            let kept: Vec<char> = before.chars().rev().take(WIDEST / 6).collect();
            before = format!("… {}", kept.into_iter().rev().collect::<String>());
        }
        let room = WIDEST.saturating_sub(before.width());
        let marked_short = shortened(&marked, room);
        let room = room.saturating_sub(marked_short.width());
        after = if marked_short == marked { shortened(&after, room) } else { String::new() };
        let marks = format!("{}{}", " ".repeat(before.width()), "^".repeat(marked_short.width().max(1)));
        return (format!("{before}{marked_short}{after}").trim_end().to_owned(), marks);
    }
    let lead = before.len() - before.trim_start().len();
    let before = before.split_off(lead);
    let marks = format!("{}{}", " ".repeat(before.width()), "^".repeat(marked.width().max(1)));
    (format!("{before}{marked}{after}").trim_end().to_owned(), marks)
}

/// At most so wide, with a sign that something is missing.
pub(super) fn shortened(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    for c in text.chars() {
        if short.width() + 3 > width {
            break;
        }
        short.push(c);
    }
    format!("{short}…")
}

/// Names in one line, the first of them where there are many.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let all: Vec<&str> = names.into_iter().collect();
    let mut text = String::new();
    for (i, name) in all.iter().enumerate() {
        if i >= NAMES || text.width() + name.width() > 3 * WIDEST {
            return format!("{text}, … {} in all", all.len());
        }
        text.push_str(if i == 0 { "" } else { ", " });
        text.push_str(name);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, part: &str) -> String {
        let at = text.find(part).unwrap();
        Fault::at(at..at + part.len(), "no column").in_pipeline(text).to_string()
    }

    #[test]
    fn the_mark_stands_right_under_chinese_text() {
        let shown = shown("from 支出 | filter 年渡 > 1 | head 3", "年渡");
        assert_eq!(shown, "frame: no column\n  from 支出 | filter 年渡 > 1 | head 3\n                     ^^^^");
    }

    #[test]
    fn only_the_line_with_the_fault_is_shown() {
        let shown = shown("from 支出\n  | filter 年渡 > 1\n  | head 3", "年渡");
        assert_eq!(shown, "frame: no column\n  | filter 年渡 > 1\n           ^^^^");
    }

    #[test]
    fn a_long_line_is_cut_on_both_sides() {
        let text =
            format!("from 支出 | select {} | filter 年渡 > 1 | select {}", "科目, ".repeat(60), "金额, ".repeat(60));
        let shown = shown(&text, "年渡");
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(lines.iter().all(|l| l.width() <= WIDEST + 4), "{shown}");
        assert!(lines[1].contains("年渡") && lines[1].contains('…'), "{shown}");
        let at = lines[2].find('^').unwrap();
        let before = lines[1].split("年渡").next().unwrap();
        assert_eq!(before.width(), at);
    }

    #[test]
    fn a_fault_behind_the_end_is_shown() {
        let text = "from 支出 | filter ";
        let shown = Fault::at(text.len()..text.len(), "what?").in_pipeline(text).to_string();
        assert!(shown.ends_with('^'), "{shown}");
    }
}
