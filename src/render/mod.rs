//! Arrow → text: tables for people, csv and json for programs.
//!
//! Amounts arrive in 元 and are shown in the chosen [`Unit`]; only this module rounds. Formats meant for
//! programs (`csv`, `json`, `jsonl`) give every number exactly as it was computed.

mod about;
mod chart;
mod column;
mod grid;
mod html;
mod number;
mod plain;
mod spark;
mod stream;
mod table;
mod value;
mod workbook;

use std::time::Duration;

use arrow::datatypes::Schema;
use arrow::record_batch::RecordBatch;

pub use about::{About, Asked, Source};
pub use chart::{CHART, ChartKind, ChartSpec, picture, too_many};
pub use column::{MAIN, MEANING, UNIT, unit_of};
pub use number::Unit;
pub use spark::TREND;
pub use stream::Stream;

use grid::Grid;

/// How a result is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// An aligned table with money in the chosen unit.
    #[default]
    Table,
    /// Comma-separated values, money in 元.
    Csv,
    /// The same with the byte order mark by which Excel knows UTF-8.
    CsvBom,
    /// One array of objects, money in 元.
    Json,
    /// One object per line, money in 元.
    Jsonl,
    /// A Markdown table with money in the chosen unit.
    Md,
    /// One line per value, money in the chosen unit.
    Line,
    /// A page with the results and where they came from, money in the chosen unit.
    Html,
    /// An Excel workbook: typed numbers in the chosen unit, a sheet for each result and one for the sources.
    Xlsx,
    /// A Parquet file, money in 元.
    Parquet,
    /// A picture of signs: the chart that suits the result, or the one that was asked for.
    Chart,
    /// The same as a drawing.
    Svg,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 12] = [
        Self::Table,
        Self::Csv,
        Self::CsvBom,
        Self::Json,
        Self::Jsonl,
        Self::Md,
        Self::Line,
        Self::Html,
        Self::Xlsx,
        Self::Parquet,
        Self::Chart,
        Self::Svg,
    ];

    /// The name typed by the user.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::CsvBom => "csv-bom",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Md => "md",
            Self::Line => "line",
            Self::Html => "html",
            Self::Xlsx => "xlsx",
            Self::Parquet => "parquet",
            Self::Chart => "chart",
            Self::Svg => "svg",
        }
    }

    /// Whether each result is text of its own; the others make one file of all results.
    #[must_use]
    pub fn is_text(self) -> bool {
        !matches!(self, Self::Html | Self::Xlsx | Self::Parquet | Self::Svg)
    }

    /// Whether people read it in a terminal: the others are for programs and files.
    #[must_use]
    pub fn is_for_people(self) -> bool {
        matches!(self, Self::Table | Self::Md | Self::Line | Self::Chart)
    }

    /// Whether it cannot be shown in a terminal at all.
    #[must_use]
    pub fn is_file_only(self) -> bool {
        matches!(self, Self::Xlsx | Self::Parquet | Self::Svg)
    }

    /// The format of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            "markdown" => Some(Self::Md),
            "htm" => Some(Self::Html),
            "excel" => Some(Self::Xlsx),
            "ndjson" | "jsonlines" => Some(Self::Jsonl),
            "txt" | "box" => Some(Self::Table),
            "picture" | "图" => Some(Self::Chart),
            _ => Self::ALL.into_iter().find(|f| f.name() == name),
        }
    }
}

/// Whether rows are all that there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cut {
    /// They are.
    #[default]
    No,
    /// A limit of the user's cut off the others.
    Limit,
    /// They are the first ones, for looking at.
    First,
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
    /// Whether rows were left out.
    pub cut: Cut,
    /// Whether it is shown at the prompt.
    pub at_prompt: bool,
    /// Whether charts may have colours.
    pub color: bool,
}

/// One result of an export.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// How it was asked, in a few words.
    pub title: &'a str,
    /// Its columns.
    pub schema: &'a Schema,
    /// Its rows.
    pub batches: &'a [RecordBatch],
}

/// Writes results as one file that also tells where they came from: a page or a workbook; any other format
/// becomes its text, the results one after the other.
///
/// # Errors
/// When a result does not fit the format.
pub fn export(sheets: &[Sheet<'_>], about: &About, style: &Style) -> Result<Vec<u8>, String> {
    match style.format {
        Format::Xlsx => workbook::workbook(sheets, about, style.unit),
        Format::Html => Ok(html::page(sheets, Some(about), style.unit).into_bytes()),
        Format::Svg => chart::file(sheets, about, style.unit).map(String::into_bytes),
        format => {
            let texts: Vec<String> = sheets.iter().map(|s| render(s.schema, s.batches, style)).collect();
            let mut text = texts.join("\n");
            if format == Format::Md {
                text.push('\n');
                text.push_str(&about.markdown());
            }
            Ok(text.into_bytes())
        }
    }
}

/// Writes a result as text that ends with a line break.
#[must_use]
pub fn render(schema: &Schema, batches: &[RecordBatch], style: &Style) -> String {
    if let Some(text) = stream::text(style.format, schema, batches) {
        return text;
    }
    let grid = || Grid::with_trend(schema, batches);
    match style.format {
        Format::Table | Format::Xlsx | Format::Parquet => table::table(&grid(), style),
        Format::Html => html::page(&[Sheet { title: "yusuan", schema, batches }], None, style.unit),
        Format::Md => table::markdown(&grid(), style.unit),
        Format::Line => plain::lines(&grid(), style.unit),
        // The others are written row by row.
        _ => chart::text(schema, batches, style),
    }
}

#[cfg(test)]
mod tests;
