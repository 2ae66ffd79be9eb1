//! Lines of one cell → its text.

/// Joins the lines of a cell: wrapped words close up, numbers above each other stay apart.
pub(super) fn joined<'a>(lines: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for line in lines {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if let Some(separator) = separator(&text, line) {
            text.push(separator);
        }
        text.push_str(line);
    }
    text
}

/// What stands between two lines of one cell.
fn separator(before: &str, after: &str) -> Option<char> {
    let (last, first) = (before.chars().next_back()?, after.chars().next()?);
    let number = |c: char| c.is_ascii_digit();
    let whole = |text: &str| text.rsplit(['\n']).next().is_some_and(|t| t.contains('.') || t.chars().all(number));
    if number(last) && number(first) && whole(before) {
        // `123.4` above `5` is one number only when a separator ends or begins a line.
        return Some('\n');
    }
    (last.is_ascii_alphanumeric() && first.is_ascii_alphabetic()).then_some(' ')
}

/// White space as it is shown: runs are one space, line breaks stay.
pub(super) fn lines_of(text: &str) -> impl Iterator<Item = String> {
    text.split(['\n', '\r', '\u{0B}', '\u{0C}']).map(crate::record::tidy).filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_close_up_and_numbers_stay_apart() {
        assert_eq!(joined(["机关事业单位基本养", "老保险缴费"]), "机关事业单位基本养老保险缴费");
        assert_eq!(joined(["12.50", "3.00"]), "12.50\n3.00");
        assert_eq!(joined(["≤", "5", ""]), "≤5");
    }

    #[test]
    fn line_breaks_make_lines() {
        assert_eq!(lines_of(" 一、\u{a0} 总体 \r\n\n 二、").collect::<Vec<_>>(), ["一、 总体", "二、"]);
    }
}
