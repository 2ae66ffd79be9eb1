//! Arrow → text: tables for people, csv and json for programs.
//!
//! Amounts arrive in 元 and are shown in the chosen [`Unit`]; only this module rounds. Formats meant for
//! programs (`csv`, `json`, `jsonl`) give every number exactly as it was computed.

mod column;
mod number;
mod plain;
mod table;
mod value;

use std::time::Duration;

use arrow::datatypes::Schema;
use arrow::record_batch::RecordBatch;

pub use number::Unit;

use column::Column;

/// How a result is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// An aligned table with money in the chosen unit.
    #[default]
    Table,
    /// Comma-separated values, money in 元.
    Csv,
    /// One array of objects, money in 元.
    Json,
    /// One object per line, money in 元.
    Jsonl,
    /// A Markdown table with money in the chosen unit.
    Md,
    /// One line per value, money in the chosen unit.
    Line,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 6] = [Self::Table, Self::Csv, Self::Json, Self::Jsonl, Self::Md, Self::Line];

    /// The name typed by the user.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Md => "md",
            Self::Line => "line",
        }
    }

    /// The format of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            "markdown" => Some(Self::Md),
            "ndjson" | "jsonlines" => Some(Self::Jsonl),
            "txt" => Some(Self::Table),
            _ => Self::ALL.into_iter().find(|f| f.name() == name),
        }
    }
}

/// Everything that decides how a result looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// The format.
    pub format: Format,
    /// The unit of money.
    pub unit: Unit,
    /// Columns of the terminal; `None` where lines may be as long as they like.
    pub width: Option<usize>,
    /// Shown under a table.
    pub elapsed: Option<Duration>,
}

/// Writes a result as text that ends with a line break.
#[must_use]
pub fn render(schema: &Schema, batches: &[RecordBatch], style: &Style) -> String {
    let columns = Column::all(schema);
    let rows = value::rows(&columns, batches);
    match style.format {
        Format::Table => table::table(&columns, &rows, style),
        Format::Md => table::markdown(&columns, &rows, style.unit),
        Format::Line => plain::lines(&columns, &rows, style.unit),
        Format::Csv => plain::csv(&columns, &rows),
        Format::Json => plain::json(&columns, &rows),
        Format::Jsonl => plain::jsonl(&columns, &rows),
    }
}

#[cfg(test)]
mod tests;
