//! Formats without layout: csv, json, one line per value.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use super::Unit;
use super::column::Column;
use super::grid::{Grid, NULL};
use super::value::{Value, json_string};

pub(super) fn csv(Grid { columns, rows }: &Grid) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail, and all rows have one length.
    let _ = writer.write_record(columns.iter().map(|c| &c.name));
    for row in rows {
        let _ = writer.write_record(row.iter().map(Value::exact));
    }
    writer.into_inner().map(|b| String::from_utf8_lossy(&b).into_owned()).unwrap_or_default()
}

pub(super) fn json(Grid { columns, rows }: &Grid) -> String {
    let objects: Vec<String> = rows.iter().map(|row| object(columns, row)).collect();
    if objects.is_empty() { "[]\n".to_owned() } else { format!("[\n  {}\n]\n", objects.join(",\n  ")) }
}

pub(super) fn jsonl(Grid { columns, rows }: &Grid) -> String {
    rows.iter().map(|row| object(columns, row) + "\n").collect()
}

fn object(columns: &[Column], row: &[Value]) -> String {
    let pair = |(column, value): (&Column, &Value)| format!("{}: {}", json_string(&column.name), value.json());
    let pairs: Vec<String> = columns.iter().zip(row).map(pair).collect();
    format!("{{{}}}", pairs.join(", "))
}

/// `name = value`, a blank line between rows.
pub(super) fn lines(grid: &Grid, unit: Unit) -> String {
    let columns = &grid.columns;
    let width = columns.iter().map(|c| c.name.width()).max().unwrap_or(0);
    let mut out = String::new();
    for (i, row) in grid.texts(unit).iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        for (column, text) in columns.iter().zip(row) {
            let pad = " ".repeat(width - column.name.width());
            let _ = match column.unit(unit).filter(|_| text != NULL) {
                Some(unit) => writeln!(out, "{pad}{} = {text} {unit}", column.name),
                None => writeln!(out, "{pad}{} = {text}", column.name),
            };
        }
    }
    out
}
