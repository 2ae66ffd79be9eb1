//! Results as pictures: bars, lines, stacked shares and Lorenz curves, in signs for the terminal and as SVG.

#![allow(
    clippy::cast_precision_loss,
    clippy::similar_names,
    reason = "places on a screen: few, small, and named by their axes"
)]

mod canvas;
mod data;
mod spec;
mod svg;
mod terminal;

use arrow::datatypes::Schema;
use arrow::record_batch::RecordBatch;

use super::about::About;
use super::html::escaped;
use super::{Cut, Sheet, Style, Unit};

pub use spec::{ChartKind, ChartSpec};

use data::Picture;

/// Key of a schema's metadata: the chart that was asked for, or that suits.
pub const CHART: &str = "chart";

/// Columns of a picture where the terminal does not say.
const WIDTH: usize = 80;

/// The chart of a result in signs, or why there is none, as one line.
pub(super) fn text(schema: &Schema, batches: &[RecordBatch], style: &Style) -> String {
    picture(schema, batches, style).unwrap_or_else(|why| format!("(no picture: {why})\n"))
}

/// Why there is no picture of a result with more rows than these.
#[must_use]
pub fn too_many(rows: usize) -> String {
    format!("the result has more than {rows} rows, too many for a picture; narrow the query")
}

/// The chart of a result in signs.
///
/// # Errors
/// Why there is none.
pub fn picture(schema: &Schema, batches: &[RecordBatch], style: &Style) -> Result<String, String> {
    if style.cut == Cut::First {
        let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
        return Err(too_many(rows));
    }
    let picture = found(schema, batches, "", style.unit)?;
    Ok(terminal::draw(&picture, style.width.unwrap_or(WIDTH), style.color))
}

fn found(schema: &Schema, batches: &[RecordBatch], title: &str, unit: Unit) -> Result<Picture, String> {
    let words = schema.metadata().get(CHART).map(String::as_str).unwrap_or_default();
    let spec = ChartSpec::parse(words)?;
    Picture::new(schema, batches, &spec, title, unit)
}

/// The picture that the catalogue wishes for a result, if it gives one, as SVG for the inside of a page.
pub(super) fn inline(sheet: &Sheet<'_>, unit: Unit) -> Option<String> {
    let words = sheet.schema.metadata().get(CHART)?;
    if words.trim() == "none" {
        return None;
    }
    let svg = svg::draw(&found(sheet.schema, sheet.batches, sheet.title, unit).ok()?);
    // Inside HTML the name of the namespace is not needed, and the page names no address at all.
    Some(svg.replacen(" xmlns=\"http://www.w3.org/2000/svg\"", "", 1))
}

/// An SVG file that tells where it came from.
pub(super) fn file(sheets: &[Sheet<'_>], about: &About, unit: Unit) -> Result<String, String> {
    let [sheet] = sheets else {
        return Err("a drawing shows one result; run one query, or write html".to_owned());
    };
    let svg = svg::draw(&found(sheet.schema, sheet.batches, sheet.title, unit)?);
    let lines: Vec<String> = about.lines().iter().map(|line| line.join(" ").trim_end().to_owned()).collect();
    let (head, body) = svg.split_once(">\n").ok_or("the drawing has no beginning")?;
    let (title, about) = (escaped(sheet.title), escaped(&lines.join("; ")));
    Ok(format!("{head}>\n<title>{title}</title>\n<desc>{about}</desc>\n{body}"))
}

#[cfg(test)]
mod tests;
