//! Glyphs → lines of text, in cells and outside of tables.

use std::sync::LazyLock;

use regex::Regex;

use super::super::cell_text::joined;
use super::geometry::{Area, Glyph, PageGeometry};
use super::lattice::Lattice;
use crate::record::pattern;

/// A line of text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) area: Area,
    /// Size of its largest type.
    pub(super) em: f64,
}

/// Lines of glyphs from the top, each from the left. Glyphs belong together when their baselines do.
pub(super) fn rows(mut glyphs: Vec<Glyph>) -> Vec<Vec<Glyph>> {
    glyphs.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let mut rows: Vec<Vec<Glyph>> = Vec::new();
    for glyph in glyphs {
        match rows.last_mut() {
            Some(row)
                if row.last().is_some_and(|last| {
                    glyph.baseline - last.baseline <= 0.4 * glyph.em().min(last.em()).max(2.5)
                        && row.first().is_some_and(|f| glyph.baseline - f.baseline <= 0.6 * glyph.em().max(f.em()))
                }) =>
            {
                row.push(glyph);
            }
            _ => rows.push(vec![glyph]),
        }
    }
    for row in &mut rows {
        row.sort_by(|a, b| a.area.left.total_cmp(&b.area.left));
    }
    rows
}

/// The text of one line of glyphs; a gap wider than `gap` em is a space.
fn text_of(row: &[Glyph], gap: f64) -> String {
    let mut text = String::new();
    let mut right: Option<f64> = None;
    for glyph in row {
        if glyph.text.is_whitespace() || glyph.text.is_control() {
            continue;
        }
        if right.is_some_and(|r| glyph.area.left > r + gap * glyph.em()) {
            text.push(' ');
        }
        text.push(glyph.text);
        right = Some(right.map_or(glyph.area.right, |r| r.max(glyph.area.right)));
    }
    text
}

/// The text of a cell. Lines of a wrapped text are joined; numbers that merely stand above each other
/// are kept apart by a line break, for joining them would make another number.
pub(super) fn cell_text(glyphs: Vec<Glyph>, cell: &Area) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut is_full = false;
    for row in rows(glyphs) {
        let line = text_of(&row, 0.45);
        match lines.last_mut().filter(|last| is_full && is_wrapped_amount(last, &line)) {
            Some(last) => last.push_str(&line),
            None => lines.push(line),
        }
        is_full = fills(&row, cell);
    }
    joined(lines.iter().map(String::as_str))
}

/// Whether no further digit fits beside a line in its cell, with the margins that programs leave.
fn fills(row: &[Glyph], cell: &Area) -> bool {
    let left = row.iter().map(|g| g.area.left).fold(f64::MAX, f64::min);
    let right = row.iter().map(|g| g.area.right).fold(f64::MIN, f64::max);
    row.first().is_some_and(|glyph| (cell.right - cell.left) - (right - left) < 1.8 * glyph.em())
}

/// Whether two lines are one amount that its cell is too narrow for: `1,295,051.3` above `1`. The first is no amount with two
/// decimals, and both together are one.
fn is_wrapped_amount(first: &str, second: &str) -> bool {
    static AMOUNT: LazyLock<Regex> = LazyLock::new(|| pattern(r"^-?(\d{1,3}(,\d{3})+|\d{5,})\.\d\d$"));
    let is_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
    !AMOUNT.is_match(first) && is_digits(second) && AMOUNT.is_match(&format!("{first}{second}"))
}

/// Glyphs of every cell of a table, in the order of its cells, and the numbers that a rule cuts: they
/// belong whole to the cell that holds most of them.
pub(super) fn distribute(table: &Lattice, glyphs: &[Glyph]) -> (Vec<Vec<Glyph>>, Vec<(usize, String)>) {
    let inside: Vec<Glyph> = glyphs.iter().filter(|g| table.area.holds(g.area.centre())).copied().collect();
    let mut cells: Vec<Vec<Glyph>> = vec![Vec::new(); table.cells.len()];
    let mut cut = Vec::new();
    // Cells by row, so that a glyph looks only at those of its own rows.
    let mut by_row: Vec<Vec<usize>> = vec![Vec::new(); table.rows.len()];
    for (i, cell) in table.cells.iter().enumerate() {
        for row in cell.row..cell.row + cell.row_span {
            by_row.get_mut(row).into_iter().for_each(|r| r.push(i));
        }
    }
    let home = |point: (f64, f64)| {
        let row = table.rows.partition_point(|edge| *edge <= point.1).checked_sub(1)?;
        by_row.get(row)?.iter().copied().find(|i| table.cells.get(*i).is_some_and(|c| c.area.holds(point)))
    };
    for row in rows(inside) {
        for word in number_words(&row) {
            let own = |glyph: &Glyph| home(glyph.area.centre());
            if let [glyph] = word {
                own(glyph).and_then(|i| cells.get_mut(i)).into_iter().for_each(|cell| cell.push(*glyph));
                continue;
            }
            let homes: Vec<Option<usize>> = word.iter().map(own).collect();
            let first = homes.first().copied().flatten();
            let across = homes.iter().any(|h| *h != first) && is_number(word);
            let most = across.then(|| {
                let mut counts: Vec<(usize, usize)> = Vec::new();
                for home in homes.iter().flatten() {
                    match counts.iter_mut().find(|(h, _)| h == home) {
                        Some((_, n)) => *n += 1,
                        None => counts.push((*home, 1)),
                    }
                }
                counts.into_iter().max_by_key(|(_, n)| *n).map(|(home, _)| home)
            });
            if let Some(Some(home)) = most {
                cut.push((home, word.iter().map(|g| g.text).collect()));
            }
            for (glyph, own) in word.iter().zip(homes) {
                if let Some(cell) = most.flatten().or(own).and_then(|i| cells.get_mut(i)) {
                    cell.push(*glyph);
                }
            }
        }
    }
    (cells, cut)
}

/// Splits a line into runs: digits and separators set without a gap, and single other glyphs.
fn number_words(row: &[Glyph]) -> impl Iterator<Item = &[Glyph]> {
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-');
    row.chunk_by(move |last, glyph| {
        numeric(glyph.text)
            && numeric(last.text)
            && glyph.area.left - last.area.right < 0.12 * glyph.em()
            && (glyph.baseline - last.baseline).abs() < 1.0
    })
}

/// A number with decimals: codes side by side have none.
fn is_number(word: &[Glyph]) -> bool {
    let text: String = word.iter().map(|g| g.text).collect();
    let digits = text.trim_start_matches('-').replace(',', "");
    let mut parts = digits.split('.');
    let (whole, decimals, more) = (parts.next(), parts.next(), parts.next());
    more.is_none()
        && whole.is_some_and(|w| !w.is_empty() && w.chars().all(|c| c.is_ascii_digit()))
        && decimals.is_some_and(|d| (1..=4).contains(&d.len()) && d.chars().all(|c| c.is_ascii_digit()))
}

/// Lines of a page outside its tables, from the top.
pub(super) fn lines_outside(page: &PageGeometry, tables: &[Area]) -> Vec<Line> {
    let free = |g: &&Glyph| !tables.iter().any(|t| t.holds(g.area.centre()));
    let glyphs: Vec<Glyph> = page.glyphs.iter().filter(free).copied().collect();
    rows(glyphs)
        .into_iter()
        .filter_map(|row| {
            let ink: Vec<&Glyph> = row.iter().filter(|g| !g.text.is_whitespace()).collect();
            let area = ink.iter().map(|g| g.area).reduce(Area::union)?;
            let em = ink.iter().map(|g| g.em()).fold(0.0, f64::max);
            let text = squeeze(&text_of(&row, 0.45));
            (!text.is_empty()).then_some(Line { text, area, em })
        })
        .collect()
}

/// Drops spaces next to Chinese characters: they come from justified setting.
fn squeeze(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::new();
    for (i, &c) in chars.iter().enumerate() {
        if c == ' ' {
            let wide = |c: Option<&char>| c.is_none_or(|c| is_wide(*c));
            if wide(i.checked_sub(1).and_then(|p| chars.get(p))) || wide(chars.get(i + 1)) {
                continue;
            }
        }
        out.push(c);
    }
    out
}

fn is_wide(c: char) -> bool {
    matches!(u32::from(c), 0x2E80..=0x9FFF | 0xF900..=0xFAFF | 0xFF00..=0xFFEF | 0x2010..=0x2027)
}

/// The margins of a page's text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Margins {
    left: f64,
    right: f64,
    /// Lines shorter than this end a paragraph: titles do not carry on.
    full: f64,
}

impl Margins {
    pub(super) fn of(lines: &[Line], page_width: f64) -> Self {
        let mut lefts: Vec<f64> = lines.iter().map(|l| l.area.left).collect();
        lefts.sort_by(f64::total_cmp);
        let twice = |x: &&f64| lefts.iter().filter(|y| (**y - **x).abs() < 3.0).count() >= 2;
        let left = lefts.iter().find(twice).or(lefts.first()).copied().unwrap_or(0.0);
        Self { left, right: lines.iter().map(|l| l.area.right).fold(0.0, f64::max), full: page_width * 0.5 }
    }
}

/// Lines → paragraphs. A line carries the one before it on when it begins at the left margin, the one
/// before is full, and both are of one size.
pub(super) fn paragraphs(lines: &[Line], Margins { left, right, full }: Margins) -> Vec<Line> {
    let mut out: Vec<Line> = Vec::new();
    let mut last: Option<&Line> = None;
    for line in lines {
        let carries_on = last.is_some_and(|before| {
            let indented = line.area.left > left + 1.3 * line.em;
            let short = before.area.right < right - 2.2 * before.em || before.area.right - before.area.left < full;
            let apart = line.area.top - before.area.bottom > 1.6 * line.em;
            let other_size = (line.em - before.em).abs() > 1.5;
            let leader = before.text.ends_with(['…', '.', '·']);
            !(indented || short || apart || other_size || leader)
        });
        match out.last_mut().filter(|_| carries_on) {
            Some(paragraph) => {
                let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
                if latin(paragraph.text.chars().next_back()) && latin(line.text.chars().next()) {
                    paragraph.text.push(' ');
                }
                paragraph.text.push_str(&line.text);
                paragraph.area = paragraph.area.union(line.area);
            }
            None => out.push(line.clone()),
        }
        last = Some(line);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::pdf::geometry::Rule;
    use crate::source::pdf::lattice;

    fn set(text: &str, left: f64, top: f64, width: f64) -> Vec<Glyph> {
        let place = |(i, text): (usize, char)| {
            let left = left + width * f64::from(u8::try_from(i).unwrap());
            Glyph { text, area: Area { left, top, right: left + width, bottom: top + 10.0 }, baseline: top + 8.8 }
        };
        text.chars().enumerate().map(place).collect()
    }

    #[test]
    fn wrapped_names_join_and_stacked_numbers_do_not() {
        let area = |right| Area { left: 0.0, top: 0.0, right, bottom: 30.0 };
        let stack = |a: &str, b: &str| cell_text([set(a, 0.0, 0.0, 5.0), set(b, 0.0, 12.0, 5.0)].concat(), &area(90.0));
        let narrow =
            |a: &str, b: &str| cell_text([set(a, 0.0, 0.0, 5.0), set(b, 0.0, 12.0, 5.0)].concat(), &area(65.0));
        assert_eq!(narrow("1,295,051.3", "1"), "1,295,051.31");
        assert_eq!(stack("1,295,051.3", "1"), "1,295,051.3\n1", "there was room for one more digit");
        assert_eq!(narrow("1,295,051.30", "1"), "1,295,051.30\n1", "it was whole");
        assert_eq!(narrow("1,295,051.3", "12"), "1,295,051.3\n12", "no amount has three decimals");
        assert_eq!(stack("社会保障和就", "业支出"), "社会保障和就业支出");
        assert_eq!(stack("1,234.", "56"), "1,234.56");
        assert_eq!(stack("12.50", "3.00"), "12.50\n3.00");
        assert_eq!(stack("12", "13"), "12\n13");
    }

    #[test]
    fn a_rule_through_a_number_does_not_cut_it() {
        let rule = |from, to, at| Rule { from, to, at };
        let page = PageGeometry {
            width: 200.0,
            height: 100.0,
            glyphs: [set("2,388.04", 62.0, 5.0, 5.0), set("201", 10.0, 5.0, 5.0)].concat(),
            vertical: [0.0, 50.0, 98.0, 150.0].map(|x| rule(0.0, 20.0, x)).to_vec(),
            horizontal: [0.0, 20.0].map(|y| rule(0.0, 150.0, y)).to_vec(),
            ..PageGeometry::default()
        };
        let [table] = lattice::find(&page).try_into().unwrap();
        let (cells, cut) = distribute(&table, &page.glyphs);
        let areas = table.cells.iter().map(|cell| &cell.area);
        let texts: Vec<String> = cells.into_iter().zip(areas).map(|(cell, area)| cell_text(cell, area)).collect();
        assert_eq!(texts, ["201", "2,388.04", ""]);
        assert_eq!(cut, [(1, "2,388.04".to_owned())]);
    }

    #[test]
    fn full_lines_carry_on() {
        let line = |text: &str, left: f64, top: f64, right: f64| Line {
            text: text.to_owned(),
            area: Area { left, top, right, bottom: top + 10.0 },
            em: 10.0,
        };
        let lines = [
            line("本年预算比上年增", 20.0, 0.0, 100.0),
            line("加。", 0.0, 14.0, 20.0),
            line("二、说明", 20.0, 28.0, 60.0),
            line("三、附表", 0.0, 42.0, 40.0),
        ];
        let texts: Vec<String> = paragraphs(&lines, Margins::of(&lines, 100.0)).into_iter().map(|l| l.text).collect();
        assert_eq!(texts, ["本年预算比上年增加。", "二、说明", "三、附表"]);
    }
}
