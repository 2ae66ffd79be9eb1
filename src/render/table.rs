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
    if !columns.is_empty() {
        out.push_str(&grid(columns, rows, style));
        out.push('\n');
    }
    out.push_str(&footer(rows.len(), style));
    out
}

fn grid(columns: &[Column], rows: &[Vec<Value>], style: &Style) -> String {
    let texts: Vec<Vec<String>> = rows.iter().map(|row| shown(columns, row, style.unit)).collect();
    let mut table = Table::new();
    let rule = LineStyle::none().fill('─').junction('─');
    table.load_style(TableStyle::new().header_separator(rule));
    table.set_content_arrangement(ContentArrangement::Disabled);
    if let Some(width) = style.width {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    }
    table.set_header(columns.iter().map(|c| heading(c, style.unit)));
    for row in &texts {
        table.add_row(row.iter().zip(columns).map(|(text, column)| cell(text, column)));
    }
    for (i, column) in columns.iter().enumerate() {
        let widths = texts.iter().filter_map(|row| row.get(i)).map(|text| text.width());
        let widest = widths.max().unwrap_or(0).max(column.name.width());
        if let Some(shape) = table.column_mut(i) {
            shape.set_padding((0, 2));
            if style.width.is_some() {
                shape.set_constraint(constraint(column, widest));
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

fn heading(column: &Column, unit: Unit) -> Cell {
    match column.unit(unit) {
        Some(unit) => cell(&format!("{}\n{unit}", column.name), column),
        None => cell(&column.name, column),
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
