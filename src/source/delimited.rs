//! Separated values (CSV, TSV and the like) in a publisher's layout: titles, notes and tables under each
//! other, as a spreadsheet writes them.

use std::sync::LazyLock;

use csv::{ReaderBuilder, StringRecord};
use regex::Regex;

use super::cell_text::{joined, lines_of};
use super::document::{Block, Cell, Document, Grid, GridRow, LINES, NoteKind, TextLine};
use super::laid::COLUMNS;
use super::sheet::is_paragraph;
use super::text::plain;
use crate::record::{Place, parse_number, pattern};

/// What separates values, the likeliest first.
const DELIMITERS: &[u8] = b",\t;|";
/// Records looked at to tell the delimiter.
const LOOKED_AT: usize = 400;

/// The delimiter of a text, `None` where it is no such text. A file that is named so needs less proof.
pub(super) fn delimiter(path: &str, text: &str) -> Option<u8> {
    let ending = std::path::Path::new(path).extension().map(std::ffi::OsStr::to_ascii_lowercase);
    let named = ending.as_ref().is_some_and(|e| e == "csv" || e == "tsv" || e == "tab");
    if !named && text.contains('\t') {
        // Lines with tabs are read as they are, quotes and all.
        return None;
    }
    let scores = DELIMITERS.iter().map(|d| (score(*d, text, named), *d));
    // The first of the best.
    let best = scores.rev().max_by_key(|(score, _)| *score)?;
    let enough = if named { best.0 > 0 } else { best.0 >= 6 };
    enough.then_some(best.1)
}

/// Number of records that have as many values as the one before, three or more, and numbers among them or
/// blanks: what sentences do not have. Short words are proof only in a file that is named so, as sentences with
/// half-width commas have them, too; most of the lines of such sentences have no number of their own.
fn score(delimiter: u8, text: &str, named: bool) -> usize {
    // 增长154.06%, 105.16元。: words before a figure, or the end of a sentence.
    static SENTENCE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\p{Han}\s?[\d.]+\s?(万?元|%)|。"));
    // 1,234.50 in a text whose columns are aligned by spaces: that comma parts nothing.
    static THOUSANDS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\d{1,3}(,\d{3})+"));
    let parts = |record: &StringRecord| {
        let line = || record.iter().collect::<Vec<_>>().join(",");
        named || delimiter != b',' || THOUSANDS.replace_all(&line(), "0").contains(',')
    };
    let mut before = 0;
    let mut score = 0;
    let (mut rows, mut others) = (0, 0);
    for record in reader(delimiter, text).into_records().take(LOOKED_AT).flatten() {
        let is_row = record.len() >= 2
            && parts(&record)
            && (named || !record.iter().any(|v| SENTENCE.is_match(v)))
            && record.iter().any(|v| {
                v.trim().is_empty() || matches!(parse_number(v), Ok(Some(_))) || named && v.chars().count() < 20
            });
        if is_row {
            rows += 1;
        } else if record.len() >= 2 {
            others += 1;
        }
        if is_row && (record.len() == before || before == 0 || record.len() > 2) {
            score += usize::from(record.len() == before) + 1;
        }
        before = record.len();
    }
    if named || rows >= others { score } else { 0 }
}

fn reader(delimiter: u8, text: &str) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes())
}

/// Splits a text into lines and grids. As in texts a blank record ends a grid, and whether the next one
/// continues it is for the recognition to say.
pub(super) fn parse(text: &str, delimiter: u8) -> Document {
    let mut document =
        Document { format: "csv", lines: u32::try_from(text.lines().count()).ok(), ..Document::default() };
    let mut grid = Grid::default();
    let mut lines = Lines { text, at: 0, line: 1 };
    let mut truncated = false;
    let mut found = 0;
    let framed = delimiter == b'|' && is_framed(text);
    for record in reader(delimiter, text).into_records() {
        // Only bytes that are no UTF-8 are errors, and the text has none.
        let Ok(record) = record else { continue };
        let from = record.position().map_or(0, csv::Position::byte);
        // The reader skips blank lines.
        let (line, skipped) = lines.of(usize::try_from(from).unwrap_or(0));
        let is_blank = record.iter().all(|v| v.trim().is_empty());
        if skipped || is_blank {
            flush(&mut grid, &mut document);
        }
        if is_blank {
            continue;
        }
        // One more than a document may have, so that it is told.
        found += 1;
        if found > LINES + 1 {
            break;
        }
        let place = Place::line(line);
        let record =
            if framed && record.len() > 2 { record.iter().skip(1).take(record.len() - 2).collect() } else { record };
        if delimiter == b'|' && record.iter().all(is_rule) {
            continue;
        }
        match alone(&record) {
            // Nothing else in its record, or padded before any table and in paragraphs.
            Some(text)
                if record.len() == 1 || is_paragraph(text) || document.blocks.is_empty() && grid.rows.is_empty() =>
            {
                flush(&mut grid, &mut document);
                let lines = lines_of(text).map(|line| plain(&line));
                document.blocks.extend(lines.map(|text| Block::Text(TextLine { text, place })));
            }
            _ => {
                truncated |= record.len() > COLUMNS;
                grid.rows.push(GridRow { place, cells: record.iter().take(COLUMNS).map(cell).collect() });
            }
        }
    }
    flush(&mut grid, &mut document);
    if truncated {
        let message = format!("records have more than {COLUMNS} values; those after are left out");
        document.note(NoteKind::Damaged, Place::default(), &message);
    }
    document
}

/// Counts lines on the way through a text.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u32,
}

impl Lines<'_> {
    /// The line of the record that is found from this offset on, and whether blank lines come before it.
    fn of(&mut self, from: usize) -> (u32, bool) {
        let between = self.text.get(self.at..from).unwrap_or_default();
        let breaks = between.matches('\n').count() + between.matches('\r').count() - between.matches("\r\n").count();
        self.line = self.line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        let rest = self.text.get(from..).unwrap_or_default();
        let blank = rest.len() - rest.trim_start_matches(['\n', '\r']).len();
        // The second half of a line's own end.
        let own = usize::from(between.ends_with('\r') && rest.starts_with('\n'));
        let gap = rest.get(own..blank).unwrap_or_default();
        let skipped = gap.matches('\n').count() + gap.matches('\r').count() - gap.matches("\r\n").count();
        self.line = self.line.saturating_add(u32::try_from(skipped).unwrap_or(u32::MAX));
        self.at = from + blank;
        (self.line, skipped > 0)
    }
}

/// Whether every row has bars at both ends, as Markdown draws tables: `| 合计 | 1.00 |`.
fn is_framed(text: &str) -> bool {
    let mut rows = text.lines().map(str::trim).filter(|line| line.contains('|'));
    rows.all(|row| row.len() > 1 && row.starts_with('|') && row.ends_with('|'))
}

/// What stands between header and rows in Markdown: `---`, `:--:`.
fn is_rule(value: &str) -> bool {
    let value = value.trim();
    value.contains("--") && value.chars().all(|c| matches!(c, '-' | ':')) || matches!(value, "-" | ":-" | "-:" | ":-:")
}

/// The only value of a record, if it is the first one.
fn alone(record: &StringRecord) -> Option<&str> {
    let mut values = record.iter();
    let first = values.next().filter(|v| !v.trim().is_empty())?;
    values.all(|v| v.trim().is_empty()).then_some(first)
}

fn cell(value: &str) -> Cell {
    let lines: Vec<String> = lines_of(value).collect();
    Cell { text: joined(lines.iter().map(String::as_str)).into(), ..Cell::default() }
}

fn flush(grid: &mut Grid, document: &mut Document) {
    if !grid.rows.is_empty() {
        document.blocks.push(Block::Grid(std::mem::take(grid)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_are_detected_and_sentences_have_none() {
        let table = |d: &str| {
            let rows = ["收支总表", "项目,金额,备注", "一、收入,\"1,446.69\",", "二、支出,2,", "合计,3,"];
            rows.map(|r| r.replace(',', d)).join("\n")
        };
        assert_eq!(delimiter("x.txt", &table(",")), Some(b','));
        assert_eq!(delimiter("x.csv", &table(";")), Some(b';'));
        assert_eq!(delimiter("x.txt", &table("|")), Some(b'|'));
        assert_eq!(delimiter("x.tsv", &table("\t")), Some(b'\t'));
        assert_eq!(delimiter("x.txt", "收入总计 1,446.69 万元，支出 933.09 万元。\n基本支出 1,033.09 万元。\n"), None);
    }

    #[test]
    fn sentences_with_half_width_commas_are_no_table() {
        let sentence = "收入预算900万元,其中财政拨款800万元,占88.9%,比上年增加10万元,增长1.3%。\n";
        assert_eq!(delimiter("x.txt", &sentence.repeat(12)), None);
        let grouped = "教育支出5,806,105.16元,占支出总预算82.27%,\n同比增加3,520,772.45元,增长154.06%。收入包\n";
        assert_eq!(delimiter("x.txt", &grouped.repeat(12)), None);
    }

    #[test]
    fn tables_of_markdown_have_neither_frame_nor_rule() {
        let text = "# 收支总表\n\n| 项目 | 金额 |\n|:---|---:|\n| 收入 | 1.00 |\n|  | 2.00 |\n";
        assert_eq!(delimiter("x.md", text), Some(b'|'));
        let document = parse(text, b'|');
        let [Block::Text(title), Block::Grid(grid)] = document.blocks.as_slice() else { panic!("{document:?}") };
        assert_eq!(title.text, "收支总表");
        let rows: Vec<Vec<&str>> =
            grid.rows.iter().map(|r| r.cells.iter().map(|c| c.text.as_str()).collect()).collect();
        assert_eq!(rows, [vec!["项目", "金额"], vec!["收入", "1.00"], vec!["", "2.00"]]);
    }

    #[test]
    fn quoted_values_and_blank_lines_keep_their_lines() {
        let text = "2023年收支总表\n单位：万元\n\n项目,金额\n一、收入,\"1,446.69\"\n\"二、\n支出\",2\n\n三、结余,3\n注：无。\n";
        let document = parse(text, b',');
        let shape: Vec<String> = document
            .blocks
            .iter()
            .map(|b| match b {
                Block::Text(l) => format!("{}:{}", l.place.line.unwrap(), l.text),
                Block::Grid(g) => g
                    .rows
                    .iter()
                    .map(|r| {
                        format!(
                            "{}:{}",
                            r.place.line.unwrap(),
                            r.cells.iter().map(|c| c.text.as_str()).collect::<Vec<_>>().join("|")
                        )
                    })
                    .collect::<Vec<_>>()
                    .join(" / "),
            })
            .collect();
        assert_eq!(
            shape,
            [
                "1:2023年收支总表",
                "2:单位：万元",
                "4:项目|金额 / 5:一、收入|1,446.69 / 6:二、支出|2",
                "9:三、结余|3",
                "10:注：无。"
            ]
        );
    }
}
