//! An input → statements: commands, canned queries, SQL.

use crate::store::token_length;

/// Words that begin SQL; a line that begins with any other word is a canned query.
pub(super) const SQL_WORDS: &str = " abort alter analyze attach begin call checkpoint comment commit copy create deallocate delete \
    desc describe detach drop end execute explain export force from import insert install load merge pivot \
    pivot_wider pivot_longer pragma prepare reset rollback select set show start summarize table truncate unpivot \
    update use vacuum values with ";

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// A line that begins with a dot.
    Command(String),
    /// A call of a canned query.
    Query(String),
    /// SQL without its semicolon.
    Sql(String),
    /// A pipeline of frames.
    Frame(String),
}

impl Statement {
    /// The text that means the same in a script.
    #[must_use]
    pub fn script_text(&self) -> String {
        match self {
            Self::Command(text) | Self::Query(text) | Self::Frame(text) => text.clone(),
            // The end of a comment must not hide the semicolon.
            Self::Sql(text) if text.lines().last().is_some_and(|l| l.contains("--")) => format!("{text}\n;"),
            Self::Sql(text) => format!("{text};"),
        }
    }
}

/// The statements of an input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// In order.
    pub statements: Vec<Statement>,
    /// The lines on which they begin, from 1.
    pub lines: Vec<usize>,
    /// Whether the last one has ended.
    pub complete: bool,
}

/// Splits an input: commands and canned queries end with their line, SQL ends with `;` (or `；`), a pipeline of frames
/// with `;` or with a line, unless that line ends with `|` or the next begins with it.
#[must_use]
pub fn split(text: &str) -> Split {
    divide(text, false)
}

/// Splits an input that is nothing but SQL.
#[must_use]
pub fn split_sql(text: &str) -> Split {
    divide(text, true)
}

fn divide(text: &str, only_sql: bool) -> Split {
    let mut split = Split { statements: Vec::new(), lines: Vec::new(), complete: true };
    let mut rest = skip_blank(text);
    let (mut line, mut counted) = (1, 0);
    while !rest.is_empty() {
        let start = text.len() - rest.len();
        line += text.get(counted..start).unwrap_or_default().matches('\n').count();
        counted = start;
        if only_sql || is_sql(rest) {
            let (sql, after, ended) = take_sql(rest);
            if !skip_blank(sql).is_empty() {
                split.statements.push(Statement::Sql(sql.trim_end().to_owned()));
                split.complete = ended;
            }
            rest = skip_blank(after);
        } else if is_frame(rest) {
            let (pipeline, after, ended) = take_frame(rest);
            // A line that begins with a pipe goes on from the last result.
            let lead = if pipeline.starts_with(['|', '｜']) { "frame from _ " } else { "" };
            split.statements.push(Statement::Frame(format!("{lead}{}", pipeline.trim_end())));
            split.complete = ended;
            rest = skip_blank(after);
        } else {
            let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
            let line = line.trim().trim_end_matches([';', '；']).trim_end();
            let line = line.to_owned();
            let is_command = line.starts_with('.');
            split.statements.push(if is_command { Statement::Command(line) } else { Statement::Query(line) });
            rest = skip_blank(after);
        }
        split.lines.resize(split.statements.len(), line);
    }
    split
}

/// The sort of a statement that is being typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// A line that begins with a dot.
    Command,
    /// A call of a canned query.
    Query,
    /// SQL.
    Sql,
    /// A pipeline of frames.
    Frame,
}

/// The statements of an input with their places and sorts; the last one may not have ended.
#[must_use]
pub fn places(text: &str) -> Vec<(std::ops::Range<usize>, Begun)> {
    let mut found = Vec::new();
    let mut rest = skip_blank(text);
    while !rest.is_empty() {
        let start = text.len() - rest.len();
        let (begun, after) = match begun(rest) {
            Begun::Sql => (Begun::Sql, take_sql(rest).1),
            Begun::Frame => (Begun::Frame, take_frame(rest).1),
            other => (other, rest.split_once('\n').map_or("", |(_, after)| after)),
        };
        found.push((start..text.len() - after.len(), begun));
        rest = skip_blank(after);
    }
    found
}

/// Where the statement begins in which a text ends, and its sort. After the end of one it is the next, empty one.
#[must_use]
pub fn unfinished(text: &str) -> (usize, Begun) {
    match places(text).pop() {
        Some((place, begun)) if place.end == text.len() => {
            let statement = text.get(place.clone()).unwrap_or_default();
            let ended = match begun {
                Begun::Sql => take_sql(statement).2,
                // At the end of its line a pipeline may still be typed.
                Begun::Frame => take_frame(statement).2 && statement.ends_with(['\n', ';', '；']),
                _ => statement.ends_with('\n'),
            };
            if ended { (text.len(), Begun::Query) } else { (place.start, begun) }
        }
        _ => (text.len(), Begun::Query),
    }
}

fn begun(text: &str) -> Begun {
    match text {
        _ if is_sql(text) => Begun::Sql,
        _ if is_frame(text) => Begun::Frame,
        _ if text.starts_with('.') => Begun::Command,
        _ => Begun::Query,
    }
}

pub(super) fn is_sql(text: &str) -> bool {
    if text.starts_with(['(', ';', '；']) {
        return true;
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let word = text.get(..end).unwrap_or_default().to_lowercase();
    // A call with parentheses is no SQL statement, but the message of the database says so best.
    !word.is_empty() && SQL_WORDS.contains(&format!(" {word} "))
}

/// Whether a pipeline begins here: the word `frame`, or a pipe.
fn is_frame(text: &str) -> bool {
    let word = text.get(..5).filter(|w| w.eq_ignore_ascii_case("frame")).and_then(|_| text.get(5..));
    word.is_some_and(|rest| rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || c == '('))
        || text.starts_with(['|', '｜']) && !text.starts_with("||")
}

/// The pipeline, what follows it, and whether it has ended.
fn take_frame(text: &str) -> (&str, &str, bool) {
    let mut at = 0;
    let mut depth = 0_usize;
    // The last sign that is no white space.
    let mut last = ' ';
    while let Some(rest) = text.get(at..).filter(|r| !r.is_empty()) {
        let first = rest.chars().next().unwrap_or(' ');
        let length = match first {
            ';' | '；' if depth == 0 => {
                let after = text.get(at + first.len_utf8()..).unwrap_or_default();
                return (text.get(..at).unwrap_or_default(), after, true);
            }
            '\n' if depth == 0 && !matches!(last, '|' | '｜' | ',' | '，') => {
                let after = rest.get(1..).unwrap_or_default();
                if !skip_blank(after).starts_with(['|', '｜']) {
                    return (text.get(..at).unwrap_or_default(), after, true);
                }
                Some(1)
            }
            // The end of the line may end the pipeline, too.
            '-' if rest.starts_with("--") => Some(rest.find('\n').unwrap_or(rest.len())),
            _ => token_length(rest),
        };
        match first {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let comment = rest.starts_with("--") || rest.starts_with("/*");
        if !first.is_whitespace() && !comment {
            // `|>` is a pipe, too.
            last = if first == '>' && last == '|' { '|' } else { first };
        }
        match length {
            Some(length) => at += length,
            None => return (text, "", false),
        }
    }
    (text, "", depth == 0 && !matches!(last, '|' | '｜' | ',' | '，'))
}

/// Past white space and comments.
fn skip_blank(text: &str) -> &str {
    let mut rest = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    loop {
        let after = if rest.starts_with("--") {
            rest.split_once('\n').map_or("", |(_, after)| after)
        } else if rest.starts_with("/*") {
            match token_length(rest) {
                Some(end) => rest.get(end..).unwrap_or_default(),
                None => return rest,
            }
        } else {
            return rest;
        };
        rest = after.trim_start();
    }
}

/// The statement, what follows it, and whether it has ended.
fn take_sql(text: &str) -> (&str, &str, bool) {
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|r| !r.is_empty()) {
        let first = rest.chars().next().unwrap_or(' ');
        let length = match first {
            ';' | '；' => {
                let after = text.get(at + first.len_utf8()..).unwrap_or_default();
                return (text.get(..at).unwrap_or_default(), after, true);
            }
            _ => token_length(rest),
        };
        match length {
            Some(length) => at += length,
            None => break,
        }
    }
    (text, "", false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (Vec<String>, bool) {
        let split = split(text);
        let part = |s: &Statement| match s {
            Statement::Command(t) => format!("C {t}"),
            Statement::Query(t) => format!("Q {t}"),
            Statement::Sql(t) => format!("S {t}"),
            Statement::Frame(t) => format!("F {t}"),
        };
        (split.statements.iter().map(part).collect(), split.complete)
    }

    #[test]
    fn each_kind_ends_in_its_own_way() {
        let text = "-- a script\n.mode csv\ngrowth 办公室 since=2019;\nSELECT 1,\n  2; FROM t；\n三公经费";
        let expected = ["C .mode csv", "Q growth 办公室 since=2019", "S SELECT 1,\n  2", "S FROM t", "Q 三公经费"];
        assert_eq!(parts(text), (expected.map(str::to_owned).to_vec(), true));
    }

    #[test]
    fn statements_know_their_lines() {
        let text = "-- a\n\n.mode csv\nSELECT 1,\n 2;\n;\n/* x\n */ growth\nSELECT 3; SELECT 4;";
        assert_eq!(split(text).lines, [3, 4, 8, 9, 9]);
    }

    #[test]
    fn a_pipeline_goes_on_over_lines_with_a_pipe() {
        let text = "frame from 支出 | filter a > 1\ngrowth\nframe from 支出 |\n head 3\n-- next\nframe from (SELECT 1;\n) x\n  | head 3\n  |> tail; | head 2\nframe from a | agg SUM(b),\n  MAX(c)\nframework";
        let expected = [
            "F frame from 支出 | filter a > 1",
            "Q growth",
            "F frame from 支出 |\n head 3",
            "F frame from (SELECT 1;\n) x\n  | head 3\n  |> tail",
            "F frame from _ | head 2",
            "F frame from a | agg SUM(b),\n  MAX(c)",
            "Q framework",
        ];
        assert_eq!(parts(text), (expected.map(str::to_owned).to_vec(), true));
        for open in
            ["frame from 支出 |", "frame from (SELECT 1", "frame from x | filter a = '", "frame from x | select a,"]
        {
            assert!(!parts(open).1, "{open}");
            assert_eq!(unfinished(&format!("growth\n{open}")), (7, Begun::Frame));
        }
        assert_eq!(unfinished("frame from x"), (0, Begun::Frame));
    }

    #[test]
    fn semicolons_in_quotes_and_comments_end_nothing() {
        for text in [
            "SELECT ';'",
            "SELECT 'it''s;'",
            "SELECT E'it\\'s; x'",
            "SELECT \"a;b\"",
            "SELECT 1 -- ;",
            "SELECT /* ; /* ; */ ; */ 1",
            "SELECT $$;$$",
            "SELECT $a$;$$;$a$",
            "SELECT '；'",
            "SELECT $1",
        ] {
            assert_eq!(parts(text), (vec![format!("S {text}")], false), "{text}");
            assert!(parts(&format!("{text}\n;")).1, "{text}");
        }
    }

    #[test]
    fn the_statement_being_typed_is_found() {
        for (before, typed, begun) in [
            ("", "", Begun::Query),
            ("growth 办公室\n", ".mo", Begun::Command),
            ("SELECT 1; ", "FROM fact\nWHERE ';", Begun::Sql),
            ("SELECT 1;\n-- x\n", "gr", Begun::Query),
            (";", "", Begun::Query),
        ] {
            assert_eq!(unfinished(&format!("{before}{typed}")), (before.len(), begun), "{before}{typed}");
        }
    }

    #[test]
    fn nothing_is_complete() {
        for text in ["", " \n", "-- x", ";", "/* x */"] {
            assert_eq!(parts(text), (vec![], true), "{text:?}");
        }
        assert!(!parts("SELECT '").1);
    }
}
