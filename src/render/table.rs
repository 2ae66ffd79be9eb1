//! Tables for people, in the terminal and in Markdown.

use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width};
use unicode_width::UnicodeWidthStr as _;

use super::column::Column;
use super::value::Value;
use super::{Style, Unit};

/// What is not known.
const NULL: &str = "–";
/// A text column is not made narrower than this.
const NARROWEST: usize = 10;

pub(super) fn table(columns: &[Column], rows: &[Vec<Value>], style: &Style) -> String {
    let mut out = String::new();
    let mut note = None;
    if !columns.is_empty() {
        let layout = Fit::new(columns, rows, style);
        if !layout.common.is_empty() {
            out.push_str(&layout.common.join("  "));
            out.push('\n');
        }
        out.push_str(&grid(columns, &layout, style));
        out.push('\n');
        if !layout.elided.is_empty() {
            note = Some(format!(
                "not shown for lack of width: {} (`.mode line` or `-f line` shows all)\n",
                layout.elided.join(", ")
            ));
        }
    }
    out.push_str(&footer(rows.len(), style));
    out.push_str(&note.unwrap_or_default());
    out
}

/// Columns between two texts: padding and separator.
const GAP: usize = 3;
/// A heading wider than its numbers is broken at underscores to this width.
const HEADING: usize = 14;

/// Which columns are shown in the width there is. Values common to all rows move to a line above the
/// table; then whole columns are left out from the right, named under the table; numbers are never cut.
struct Fit {
    texts: Vec<Vec<String>>,
    kept: Vec<usize>,
    common: Vec<String>,
    elided: Vec<String>,
}

impl Fit {
    fn new(columns: &[Column], rows: &[Vec<Value>], style: &Style) -> Self {
        let texts: Vec<Vec<String>> = rows.iter().map(|row| shown(columns, row, style.unit)).collect();
        let mut fit = Self { texts, kept: (0..columns.len()).collect(), common: Vec::new(), elided: Vec::new() };
        let Some(width) = style.width else { return fit };
        let natural = |fit: &Self| fit.kept.iter().map(|i| fit.widest(columns, *i) + GAP).sum::<usize>();
        let least = |fit: &Self| -> usize {
            let narrow = |i: &usize| {
                let widest = fit.widest(columns, *i);
                let text = columns.get(*i).is_some_and(|c| !c.is_numeric());
                (if text { widest.min(NARROWEST) } else { widest }) + GAP
            };
            fit.kept.iter().map(narrow).sum()
        };
        if natural(&fit) > width && fit.texts.len() > 1 {
            fit.lift_common(columns);
        }
        while least(&fit) > width && fit.kept.len() > 1 {
            let name = fit.kept.pop().and_then(|i| columns.get(i)).map(|c| c.name.clone());
            fit.elided.splice(0..0, name);
        }
        fit
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

    fn widest(&self, columns: &[Column], i: usize) -> usize {
        let values = self.texts.iter().filter_map(|row| row.get(i)).map(|text| text.width()).max().unwrap_or(0);
        let name = columns.get(i).map(|c| broken(&c.name)).unwrap_or_default();
        name.lines().map(str::width).max().unwrap_or(0).max(values)
    }
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

fn grid(columns: &[Column], fit: &Fit, style: &Style) -> String {
    let kept: Vec<(usize, &Column)> = fit.kept.iter().filter_map(|i| columns.get(*i).map(|c| (*i, c))).collect();
    let mut table = Table::new();
    let rule = LineStyle::none().fill('─').junction('─');
    table.load_style(TableStyle::new().header_separator(rule));
    table.set_content_arrangement(ContentArrangement::Disabled);
    if let Some(width) = style.width {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    }
    table.set_header(kept.iter().map(|(_, column)| heading(column, style)));
    for row in &fit.texts {
        table.add_row(kept.iter().filter_map(|(i, column)| row.get(*i).map(|text| cell(text, column))));
    }
    for (at, (i, column)) in kept.iter().enumerate() {
        if let Some(shape) = table.column_mut(at) {
            shape.set_padding((0, 2));
            if style.width.is_some() {
                shape.set_constraint(constraint(column, fit.widest(columns, *i)));
            }
        }
    }
    table.trim_fmt()
}

/// A number that is broken over two lines is a wrong number.
fn constraint(column: &Column, widest: usize) -> ColumnConstraint {
    if column.is_numeric() {
        return ColumnConstraint::ContentWidth;
    }
    let narrowest = u16::try_from(widest.min(NARROWEST) + 2).unwrap_or(u16::MAX);
    ColumnConstraint::LowerBoundary(Width::Fixed(narrowest))
}

fn heading(column: &Column, style: &Style) -> Cell {
    let name = if style.width.is_some() { broken(&column.name) } else { column.name.clone() };
    match column.unit(style.unit) {
        Some(unit) => cell(&format!("{name}\n{unit}"), column),
        None => cell(&name, column),
    }
}

fn cell(text: &str, column: &Column) -> Cell {
    let alignment = if column.is_numeric() { CellAlignment::Right } else { CellAlignment::Left };
    Cell::new(text).set_alignment(alignment)
}

fn shown(columns: &[Column], row: &[Value], unit: Unit) -> Vec<String> {
    let text = |(column, value): (&Column, &Value)| value.shown(column.kind, unit).unwrap_or_else(|| NULL.to_owned());
    columns.iter().zip(row).map(text).collect()
}

fn footer(rows: usize, style: &Style) -> String {
    let noun = if rows == 1 { "row" } else { "rows" };
    match style.elapsed {
        Some(elapsed) => format!("({rows} {noun}, {} ms)\n", elapsed.as_millis()),
        None => format!("({rows} {noun})\n"),
    }
}

pub(super) fn markdown(columns: &[Column], rows: &[Vec<Value>], unit: Unit) -> String {
    let name = |column: &Column| match column.unit(unit) {
        Some(unit) => format!("{} ({unit})", column.name),
        None => column.name.clone(),
    };
    let rule = |column: &Column| if column.is_numeric() { "---:" } else { "---" }.to_owned();
    let mut out = markdown_row(&columns.iter().map(name).collect::<Vec<_>>());
    out.push_str(&markdown_row(&columns.iter().map(rule).collect::<Vec<_>>()));
    for row in rows {
        out.push_str(&markdown_row(&shown(columns, row, unit)));
    }
    out
}

fn markdown_row(cells: &[String]) -> String {
    let escaped = |text: &String| text.replace('|', "\\|").replace(['\n', '\r'], " ");
    format!("| {} |\n", cells.iter().map(escaped).collect::<Vec<_>>().join(" | "))
}
