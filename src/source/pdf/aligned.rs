//! Texts whose columns are aligned by spaces, as `pdftotext -layout` writes them: a page of equal characters without
//! ruling lines.

use std::ops::Range;

use unicode_width::UnicodeWidthChar as _;

use super::super::document::Grid;
use super::Found;
use super::continuation::{self, Columns, used_columns};
use super::geometry::{Area, Glyph, PageGeometry};
use super::lattice::Lattice;
use super::unruled::{self, is_amount};
use crate::record::Place;

/// Lines that are looked at together: the words of a column are compared with each other.
const LINES: usize = 1000;
/// Bytes of a line that is too long for one.
const LONG: usize = 4000;
/// Width of a narrow character, size of the type, and distance of the lines.
const CHAR: f64 = 5.0;
const EM: f64 = 10.0;
const PITCH: f64 = 12.0;
/// Between the fields of a line, at least.
const GAP: f64 = EM;

/// A table, and the lines that it takes.
#[derive(Debug)]
pub(in super::super) struct Aligned {
    pub(in super::super) lines: Range<usize>,
    pub(in super::super) grid: Grid,
}

/// The tables among the lines of a text, each line with its place.
pub(in super::super) fn find(lines: &[(&str, Place)]) -> Vec<Aligned> {
    let mut tables = Vec::new();
    let mut before: Option<(Option<u32>, Lattice)> = None;
    let mut start = 0;
    while let Some((_, first)) = lines.get(start) {
        let rest = lines.get(start..).unwrap_or_default();
        let own = |(text, place): &&(&str, Place)| place.page == first.page && !has_own_marks(text);
        let count = rest.iter().take(LINES).take_while(own).count();
        let piece = rest.get(..count).unwrap_or_default();
        // What ends one page may go on at the top of the next.
        let above = before.take().filter(|(page, _)| *page != first.page).map(|(_, lattice)| lattice);
        if is_aligned(piece) {
            let last = of_page(start, piece, above.as_ref(), &mut tables);
            before = last.map(|lattice| (first.page, lattice));
        }
        start += count.max(1);
    }
    tables
}

/// Lines whose cells are parted by marks are read by those; longer ones than any page has are no rows.
fn has_own_marks(text: &str) -> bool {
    text.len() > LONG || text.contains(['\t', '|', '│', '┃'])
}

/// Whether some lines have several words far from each other, amounts among them.
fn is_aligned(lines: &[(&str, Place)]) -> bool {
    let has = |(text, _): &(&str, Place)| {
        // Most lines of a narrative have no gap.
        if !text.trim_start().contains("  ") {
            return false;
        }
        let fields = fields(text, one);
        fields.len() >= 2 && fields.iter().any(|field| is_amount(field.text))
    };
    lines.iter().any(has)
}

/// What stands together in a line.
#[derive(Clone, Copy, Debug)]
struct Field<'a> {
    /// Where it begins and ends in characters.
    from: usize,
    to: usize,
    text: &'a str,
}

/// The fields of a line, parted by two spaces or more; one space parts an amount from a name, but not the words of a name.
/// Characters count as `width` says.
fn fields(line: &str, width: fn(char) -> usize) -> Vec<Field<'_>> {
    let mut fields: Vec<Field<'_>> = Vec::new();
    let (mut at, mut byte, mut spaces) = (0, 0, 2);
    // Where the last field begins in bytes.
    let mut begin = 0;
    for word in line.split_inclusive(char::is_whitespace) {
        let text = word.trim_end();
        let to = at + text.chars().map(width).sum::<usize>();
        if !text.is_empty() {
            match fields.last_mut() {
                Some(last) if spaces < 2 && !is_amount(last.text) && !is_amount(text) => {
                    last.to = to;
                    last.text = line.get(begin..byte + text.len()).unwrap_or_default();
                }
                _ => {
                    begin = byte;
                    fields.push(Field { from: at, to, text });
                }
            }
            spaces = 0;
        }
        let gap = word.get(text.len()..).unwrap_or_default().chars().map(width).sum::<usize>();
        spaces += gap;
        at = to + gap;
        byte += word.len();
    }
    fields
}

/// Appends the tables of lines that begin at `start`; returns the one that ends them.
fn of_page(
    start: usize,
    lines: &[(&str, Place)],
    above: Option<&Lattice>,
    tables: &mut Vec<Aligned>,
) -> Option<Lattice> {
    let tops = tops(lines);
    let page = geometry(lines, &tops);
    let found = unruled::find(&page, &[], above);
    let last = found.last().cloned();
    for table in found {
        let line_at = |y: f64| tops.partition_point(|top| top + EM / 2.0 < y);
        let own = line_at(table.area.top)..line_at(table.area.bottom);
        let row_lines: Vec<usize> = table.rows.iter().map(|edge| line_at(*edge)).collect();
        let found = Found::of(table, false, &page);
        let edges = used_columns(&found.table);
        let mut grid = continuation::grid(Place::default(), found, &Columns::of(edges));
        for (row, line) in grid.rows.iter_mut().zip(row_lines) {
            row.place = lines.get(line).map(|(_, place)| *place).unwrap_or_default();
        }
        tables.push(Aligned { lines: start + own.start..start + own.end, grid });
    }
    last
}

/// What a line has of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Half {
    Name,
    Numbers,
    Both,
    Blank,
}

impl Half {
    fn is_half(self) -> bool {
        matches!(self, Self::Name | Self::Numbers)
    }

    fn of(line: &str) -> Self {
        let fields = fields(line, one);
        let is_number = |f: &Field<'_>| f.text.chars().all(|c| !c.is_alphabetic());
        match fields.as_slice() {
            [] => Self::Blank,
            [name] if !is_number(name) => Self::Name,
            all if all.iter().any(|f| is_amount(f.text)) && all.iter().all(is_number) => Self::Numbers,
            _ => Self::Both,
        }
    }
}

/// Where the lines stand. A name that has a line to itself, since it wrapped or stood a little higher than the numbers of its
/// row, moves to them; which ones these are, the first and the last line of such rows tell. Else it keeps away from both.
fn tops(lines: &[(&str, Place)]) -> Vec<f64> {
    use Half::{Name, Numbers};
    let halves: Vec<(usize, Half)> = lines.iter().map(|(line, _)| Half::of(line)).enumerate().collect();
    let printed: Vec<(usize, Half)> = halves.into_iter().filter(|(_, half)| *half != Half::Blank).collect();
    let mut steps = vec![PITCH; lines.len()];
    for run in printed.chunk_by(|(_, a), (_, b)| a.is_half() && b.is_half()) {
        if run.len() < 2 || run.iter().all(|(_, half)| *half == Name) {
            continue;
        }
        let made_of = |rows: &&[Half]| run.chunks(rows.len()).all(|row| row.iter().map(|(_, half)| half).eq(*rows));
        let ways = [&[Name, Numbers][..], &[Numbers, Name], &[Name, Numbers, Name]];
        let height = ways.into_iter().find(made_of).map_or(1, <[Half]>::len);
        for (n, (line, _)) in run.iter().enumerate() {
            if let Some(step) = steps.get_mut(*line) {
                *step = if n % height > 0 { EM } else { 2.0 * EM };
            }
        }
    }
    let mut top = 0.0;
    let stand = |step: f64| {
        top += step;
        top
    };
    steps.into_iter().map(stand).collect()
}

/// Lines as a page.
fn geometry(lines: &[(&str, Place)], tops: &[f64]) -> PageGeometry {
    let width = if stacked(lines, one) > stacked(lines, two) { one } else { two };
    PageGeometry { glyphs: placed(lines, tops, width), ..PageGeometry::default() }
}

/// Programs count a Chinese character as one place or as two.
fn one(_: char) -> usize {
    1
}

fn two(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// How many amounts begin or end under one of the line above: most do where places are counted in the right way.
fn stacked(lines: &[(&str, Place)], width: fn(char) -> usize) -> usize {
    let mut above: Vec<Field<'_>> = Vec::new();
    let mut count = 0;
    for (text, _) in lines {
        let mut own = fields(text, width);
        own.retain(|field| is_amount(field.text));
        if !own.is_empty() {
            count += own.iter().filter(|f| above.iter().any(|a| a.from == f.from || a.to == f.to)).count();
            above = own;
        }
    }
    count
}

/// The characters of lines where they stood in print: a field begins where it does, and a Chinese character is as wide as
/// two others if the next field leaves room.
fn placed(lines: &[(&str, Place)], tops: &[f64], width: fn(char) -> usize) -> Vec<Glyph> {
    let mut glyphs = Vec::new();
    for ((line, _), top) in lines.iter().zip(tops) {
        let (top, bottom) = (*top, top + EM);
        let fields = fields(line, width);
        for (n, field) in fields.iter().enumerate() {
            let printed = edge(field.text.chars().map(two).sum());
            let room = fields.get(n + 1).map_or(printed, |next| edge(next.from) - edge(field.from) - GAP);
            let shrunk = if printed > room { room / printed } else { 1.0 };
            let mut left = edge(field.from);
            for c in field.text.chars() {
                let right = left + shrunk * edge(two(c));
                if !c.is_whitespace() {
                    glyphs.push(Glyph { text: c, area: Area { left, top, right, bottom }, baseline: bottom });
                }
                left = right;
            }
        }
    }
    glyphs
}

fn edge(at: usize) -> f64 {
    CHAR * f64::from(u32::try_from(at).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::super::super::document::GridRow;
    use super::*;

    fn read(text: &str) -> Vec<Vec<Vec<String>>> {
        let lines: Vec<(&str, Place)> = (1..).zip(text.lines()).map(|(n, line)| (line, Place::line(n))).collect();
        let row = |row: &GridRow| {
            let texts = row.cells.iter().map(|cell| cell.text.to_string()).filter(|text| !text.is_empty());
            std::iter::once(row.place.line.unwrap().to_string()).chain(texts).collect()
        };
        find(&lines).iter().map(|table| table.grid.rows.iter().map(row).collect()).collect()
    }

    #[test]
    fn columns_are_found_where_a_character_is_one_place_and_where_it_is_two() {
        let two = "科目编码    科目名称          合计\n201         一般公共服务      12.50\n208         社会保障和就业     3.00\n221         住房保障支出       4.00";
        let one = "科目编码    科目名称        合计\n201     一般公共服务      12.50\n208     社会保障和就业     3.00\n221     住房保障支出       4.00";
        for text in [two, one] {
            let tables = read(text);
            assert_eq!(tables.len(), 1, "{text}");
            assert_eq!(tables[0][1], ["2", "201", "一般公共服务", "12.50"]);
            assert_eq!(tables[0][3], ["4", "221", "住房保障支出", "4.00"]);
        }
    }

    #[test]
    fn one_space_parts_amounts_and_not_the_words_of_a_name() {
        let text = |line| fields(line, one).iter().map(|f| f.text.to_owned()).collect::<Vec<_>>();
        assert_eq!(
            text("  2024 年预算数   1,234.50 二、其他支出 0.50"),
            ["2024 年预算数", "1,234.50", "二、其他支出", "0.50"]
        );
        assert_eq!(text(""), [""; 0]);
    }

    #[test]
    fn a_name_on_a_line_of_its_own_goes_to_the_numbers_that_all_such_rows_tell() {
        let header = "编码    名称            合计      基本支出\n";
        let above = "        行政运行\n201                     12.50    12.50\n        住房公积金\n221                      3.00     3.00\n";
        let rows = &read(&format!("{header}{above}"))[0];
        assert_eq!(rows[1], ["2", "201", "行政运行", "12.50", "12.50"]);
        assert_eq!(rows[2], ["4", "221", "住房公积金", "3.00", "3.00"]);
        // Names on both ends: which they belong to is not told.
        let doubtful = read(&format!("{header}{above}        购房补贴\n"));
        assert!(doubtful[0].iter().skip(1).all(|row| row.len() < 5), "{doubtful:?}");
    }

    #[test]
    fn sentences_and_lines_with_tabs_are_no_such_table() {
        assert!(
            read("收入预算 12.50 万元，比上年增加 2.00 万元。\n支出预算 12.50 万元。\n其中 3.00 万元。").is_empty()
        );
        assert!(read("a\t1.50  2.50\nb\t1.50  2.50\nc\t1.50  2.50").is_empty());
    }
}
