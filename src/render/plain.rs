//! One line per value.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use super::Unit;
use super::grid::{Grid, NULL};

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
