//! Tables for people, in the terminal and in Markdown.

use std::collections::BTreeSet;
use std::time::Duration;

use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, ContentArrangement, ContentLineStyle, LineStyle, Table, TableStyle, Width,
};
use unicode_width::UnicodeWidthStr as _;

use super::column::Column;
use super::grid::{Grid, NULL};
use super::{Cut, Style, Unit};

/// Longer words are broken.
const LONGEST_WORD: usize = 24;
/// A text column is not made narrower than this.
const NARROWEST: usize = 10;

pub(super) fn table(grid_of: &Grid, style: &Style) -> String {
    let columns = &grid_of.columns;
    let mut out = String::new();
    let mut note = None;
    if !columns.is_empty() {
        let layout = Fit::new(columns, grid_of.texts(style.unit), style);
        if !layout.common.is_empty() {
            out.push_str(&lines_of(&layout.common, style.width));
            out.push('\n');
        }
        out.push_str(&grid(columns, &layout, style));
        out.push('\n');
        if !layout.elided.is_empty() {
            note = Some(format!(
                "not shown for lack of width: {} (`.mode line` or `-f line` shows all)\n",
                layout.elided(columns).join(", ")
            ));
        }
    }
    out.push_str(&footer(grid_of.rows.len(), style));
    out.push_str(&note.unwrap_or_default());
    out
}

/// Columns between two texts: padding and separator; and the border at the end.
const GAP: usize = 3;
const BORDER: usize = 1;
/// A heading wider than its numbers is broken at underscores to this width.
const HEADING: usize = 14;

/// Values of columns in lines of some width, no name apart from its value's first words.
fn lines_of(values: &[String], width: Option<usize>) -> String {
    let mut lines: Vec<String> = Vec::new();
    for value in values {
        match lines.last_mut() {
            Some(line) if width.is_none_or(|width| line.width() + 2 + value.width() <= width) => {
                line.push_str("  ");
                line.push_str(value);
            }
            _ => lines.push(value.clone()),
        }
    }
    lines.join("\n")
}

/// Which columns are shown in the width there is. Values common to all rows move to a line above the
/// table; then identifiers go that their names stand beside, then columns without any value, then whole columns from the right but
/// those that hold the answer, all named under the
/// table; numbers are never cut.
struct Fit {
    texts: Vec<Vec<String>>,
    /// Widths of the columns' headings, units of money included.
    headings: Vec<usize>,
    kept: Vec<usize>,
    common: Vec<String>,
    elided: Vec<usize>,
}

impl Fit {
    fn new(columns: &[Column], texts: Vec<Vec<String>>, style: &Style) -> Self {
        let width_of = |column: &Column| heading(column, style).lines().map(str::width).max().unwrap_or(0);
        let headings = columns.iter().map(width_of).collect();
        let kept = (0..columns.len()).collect();
        let mut fit = Self { texts, headings, kept, common: Vec::new(), elided: Vec::new() };
        let Some(width) = style.width else { return fit };
        let natural = |fit: &Self| fit.kept.iter().map(|i| fit.widest(*i) + GAP).sum::<usize>() + BORDER;
        let least = |fit: &Self| -> usize {
            let narrow = |i: &usize| {
                let text = columns.get(*i).is_some_and(|c| !c.is_numeric());
                (if text { fit.narrowest(*i) } else { fit.widest(*i) }) + GAP
            };
            fit.kept.iter().map(narrow).sum::<usize>() + BORDER
        };
        if natural(&fit) > width && fit.texts.len() > 1 {
            fit.lift_common(columns);
        }
        while least(&fit) > width
            && let Some(twin) = fit.twin(columns)
        {
            fit.kept.retain(|i| *i != twin);
            fit.elided.push(twin);
        }
        while least(&fit) > width && fit.kept.len() > 1 {
            let is_empty = |i: &usize| fit.texts.iter().all(|row| row.get(*i).is_none_or(|text| text == NULL));
            let is_main = |i: &usize| columns.get(*i).is_some_and(|column| column.is_main);
            let from_right = |goes: &dyn Fn(&usize) -> bool| fit.kept.iter().rposition(goes);
            let first = from_right(&|i| is_empty(i) && !is_main(i)).or_else(|| from_right(&|i| *i > 0 && !is_main(i)));
            let at = first.unwrap_or(fit.kept.len() - 1);
            fit.elided.push(fit.kept.remove(at));
        }
        fit.elided.sort_unstable();
        fit
    }

    /// Names of the columns that are left out.
    fn elided(&self, columns: &[Column]) -> Vec<String> {
        self.elided.iter().filter_map(|i| columns.get(*i)).map(|column| column.name.clone()).collect()
    }

    /// A column of identifiers before the column of their names: each stands with one name, and that with no other.
    fn twin(&self, columns: &[Column]) -> Option<usize> {
        let is_text = |i: usize| columns.get(i).is_some_and(|column| !column.is_numeric());
        let values = |i: usize| self.texts.iter().filter_map(move |row| row.get(i));
        let is_name = |text: &String| text.starts_with(|c: char| c.is_ascii_lowercase()) && word(text) == text.len();
        let names = |i: usize| is_text(i) && self.texts.len() > 1 && values(i).all(is_name);
        let tell_the_same = |i: usize, j: usize| {
            let pairs: BTreeSet<(&String, &String)> = values(i).zip(values(j)).collect();
            let (left, right): (BTreeSet<_>, BTreeSet<_>) = pairs.iter().copied().unzip();
            pairs.len() == left.len() && pairs.len() == right.len()
        };
        let pairs = self.kept.windows(2).filter_map(|pair| pair.first().copied().zip(pair.last().copied()));
        let mut twins = pairs.filter(|(i, j)| names(*i) && is_text(*j) && !names(*j) && tell_the_same(*i, *j));
        twins.next().map(|(i, _)| i)
    }

    fn lift_common(&mut self, columns: &[Column]) {
        let texts = &self.texts;
        let mut common = Vec::new();
        self.kept.retain(|i| {
            let Some(column) = columns.get(*i).filter(|c| !c.is_numeric()) else { return true };
            let first = texts.first().and_then(|row| row.get(*i));
            if texts.iter().any(|row| row.get(*i) != first) {
                return true;
            }
            common.extend(first.map(|text| format!("{}: {text}", column.name)));
            false
        });
        self.common = common;
    }

    /// Chinese breaks anywhere, identifiers do not.
    fn narrowest(&self, i: usize) -> usize {
        let words = self.texts.iter().filter_map(|row| row.get(i)).map(|text| word(text)).max().unwrap_or(0);
        self.widest(i).min(NARROWEST.max(self.heading(i)).max(words.min(LONGEST_WORD)))
    }

    fn widest(&self, i: usize) -> usize {
        let values = self.texts.iter().filter_map(|row| row.get(i)).map(|text| text.width()).max().unwrap_or(0);
        self.heading(i).max(values)
    }

    fn heading(&self, i: usize) -> usize {
        self.headings.get(i).copied().unwrap_or(0)
    }
}

/// Width of the longest run of letters without a place to break.
fn word(text: &str) -> usize {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map(str::len).max().unwrap_or(0)
}

/// A long name broken at its underscores.
fn broken(name: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for piece in name.split_inclusive('_') {
        match lines.last_mut() {
            Some(line) if line.width() + piece.width() <= HEADING => line.push_str(piece),
            _ => lines.push(piece.to_owned()),
        }
    }
    lines.join("\n")
}

const BOX: TableStyle = TableStyle::new()
    .top_border(LineStyle::new('┌', '─', '┬', '┐'))
    .header_lines(ContentLineStyle::new('│', '│', '│'))
    .header_separator(LineStyle::new('├', '─', '┼', '┤'))
    .content_lines(ContentLineStyle::new('│', '│', '│'))
    .bottom_border(LineStyle::new('└', '─', '┴', '┘'));

fn grid(columns: &[Column], fit: &Fit, style: &Style) -> String {
    let kept: Vec<(usize, &Column)> = fit.kept.iter().filter_map(|i| columns.get(*i).map(|c| (*i, c))).collect();
    let mut table = Table::new();
    table.load_style(BOX);
    table.set_content_arrangement(ContentArrangement::Disabled);
    if let Some(width) = style.width {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    }
    table.set_header(kept.iter().map(|(_, column)| cell(&heading(column, style), column)));
    for row in &fit.texts {
        table.add_row(kept.iter().filter_map(|(i, column)| row.get(*i).map(|text| cell(text, column))));
    }
    for (at, (i, column)) in kept.iter().enumerate() {
        if let Some(shape) = table.column_mut(at).filter(|_| style.width.is_some()) {
            shape.set_constraint(constraint(column, fit.narrowest(*i)));
        }
    }
    table.trim_fmt()
}

/// A number that is broken over two lines is a wrong number.
fn constraint(column: &Column, narrowest: usize) -> ColumnConstraint {
    if column.is_numeric() {
        return ColumnConstraint::ContentWidth;
    }
    ColumnConstraint::LowerBoundary(Width::Fixed(u16::try_from(narrowest + 2).unwrap_or(u16::MAX)))
}

/// A column's name, broken where there is a width, with its unit of money below.
fn heading(column: &Column, style: &Style) -> String {
    let name = if style.width.is_some() { broken(&column.name) } else { column.name.clone() };
    match column.unit(style.unit) {
        Some(unit) => format!("{name}\n{unit}"),
        None => name,
    }
}

fn cell(text: &str, column: &Column) -> Cell {
    let alignment = if column.is_numeric() { CellAlignment::Right } else { CellAlignment::Left };
    Cell::new(text).set_alignment(alignment)
}

fn footer(rows: usize, style: &Style) -> String {
    let noun = if rows == 1 { "row" } else { "rows" };
    let told = match style.cut {
        Cut::No => format!("({rows} {noun})"),
        Cut::Limit => format!("({rows} {noun}, cut off by the limit: there are more)"),
        Cut::First => format!("(first {rows} {noun}, there are more)"),
    };
    let took = style.elapsed.map_or_else(String::new, |elapsed| format!("  {}", took(elapsed)));
    let more = if style.cut == Cut::First { how_to_see_all(style.at_prompt) } else { "" };
    format!("{told}{took}\n{more}")
}

/// A line that tells how to get all rows.
fn how_to_see_all(at_prompt: bool) -> &'static str {
    if at_prompt {
        "all of them: .config limit off, or .export FILE.csv; _ in SQL has all\n"
    } else {
        "all of them: --limit off, or -f csv, or -o FILE.csv\n"
    }
}

fn took(elapsed: Duration) -> String {
    if elapsed < Duration::from_secs(10) {
        format!("{} ms", elapsed.as_millis())
    } else {
        format!("{:.1} s", elapsed.as_secs_f64())
    }
}

pub(super) fn markdown(grid: &Grid, unit: Unit) -> String {
    let columns = &grid.columns;
    let name = |column: &Column| match column.unit(unit) {
        Some(unit) => format!("{} ({unit})", column.name),
        None => column.name.clone(),
    };
    let rule = |column: &Column| if column.is_numeric() { "---:" } else { "---" }.to_owned();
    let mut out = markdown_row(&columns.iter().map(name).collect::<Vec<_>>());
    out.push_str(&markdown_row(&columns.iter().map(rule).collect::<Vec<_>>()));
    for row in grid.texts(unit) {
        out.push_str(&markdown_row(&row));
    }
    out
}

fn markdown_row(cells: &[String]) -> String {
    let escaped = |text: &String| text.replace('|', "\\|").replace(['\n', '\r'], " ");
    format!("| {} |\n", cells.iter().map(escaped).collect::<Vec<_>>().join(" | "))
}
