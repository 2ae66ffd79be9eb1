//! Spreadsheets of `OpenDocument` (ods): the shown text of every cell, beside the exact number that is stored.

use super::SourceError;
use super::document::{Document, NoteKind};
use super::package::Package;
use super::sheet::{Merged, Room, Sheet};
use super::xml::{self, Element, Node};
use crate::record::{Place, parse_number};

const FORMAT: &str = "workbook";
const ROWS: u32 = 1_048_576;
const COLUMNS: u32 = 16_384;
/// Copies of a row with texts beyond these are left out: a sheet repeats blank rows, which cost nothing.
const COPIES: u32 = 1000;
/// Merged ranges that a sheet may get of rows that are repeated.
const MERGED: usize = 100_000;

/// Reads an ods workbook.
pub(super) fn parse(package: Package<'_>) -> Result<Document, SourceError> {
    let mut package = package.named(FORMAT);
    let damaged = |cause: String| SourceError::Damaged { format: FORMAT, cause };
    if package.text("META-INF/manifest.xml")?.is_some_and(|m| m.contains("encryption-data")) {
        return Err(SourceError::Protected(FORMAT));
    }
    let text = package.text("content.xml")?.ok_or_else(|| damaged("its content is missing".to_owned()))?;
    let root = xml::parse(&text).map_err(damaged)?;
    let hidden_styles: Vec<&str> = styles_not_shown(&root);
    let book = root.child("body").and_then(|b| b.child("spreadsheet"));
    let tables: Vec<&Element> = book.into_iter().flat_map(Element::elements).filter(|e| e.name == "table").collect();
    let mut document = Document { format: "ods", pages: u32::try_from(tables.len()).ok(), ..Document::default() };
    document.sheets = tables.iter().map(|t| t.attribute("name").unwrap_or_default().to_owned()).collect();
    let mut left = Room::new();
    for (number, table) in (1..).zip(&tables) {
        let name = table.attribute("name").unwrap_or_default().to_owned();
        let hidden = table.attribute("style-name").is_some_and(|s| hidden_styles.contains(&s));
        let mut filling = Filling {
            sheet: Sheet { name, number, hidden, ..Sheet::default() },
            row: 0,
            room: &mut left,
            uncalculated: None,
            repeated: None,
        };
        filling.rows(table);
        let Filling { sheet, uncalculated, repeated, .. } = filling;
        if let Some((row, copies)) = repeated {
            let place = Place { page: Some(number), line: Some(row + 1), ..Place::default() };
            let message =
                format!("the row is repeated {copies} times; the copies after the first {COPIES} are left out");
            document.note(NoteKind::Damaged, place, &message);
        }
        if let Some((count, (row, column))) = uncalculated {
            let place = Place { page: Some(number), line: Some(row + 1), row: 0, column: column + 1 };
            let message = format!(
                "{count} cells with a formula and no result; open the workbook, calculate and save it, and ingest it again"
            );
            document.note(NoteKind::NotCalculated, place, &message);
        }
        sheet.read_into(&mut document);
    }
    left.note(None, &mut document);
    if document.blocks.is_empty() && document.notes.is_empty() {
        return Err(SourceError::NoCells);
    }
    Ok(document)
}

/// Names of the table styles that hide their table.
fn styles_not_shown(root: &Element) -> Vec<&str> {
    let styles = root.child("automatic-styles").into_iter().flat_map(Element::elements);
    styles
        .filter(|s| s.child("table-properties").and_then(|p| p.attribute("display")) == Some("false"))
        .filter_map(|s| s.attribute("name"))
        .collect()
}

/// A sheet while its rows are read.
struct Filling<'a> {
    sheet: Sheet,
    row: u32,
    room: &'a mut Room,
    uncalculated: Option<(usize, (u32, u32))>,
    /// The first row that is repeated too often, from 0, and how often.
    repeated: Option<(u32, u32)>,
}

impl Filling<'_> {
    fn rows(&mut self, parent: &Element) {
        for element in parent.elements() {
            match element.name.as_str() {
                "table-row" => {
                    let repeats = element.number("number-rows-repeated").unwrap_or(1).max(1);
                    let hidden = matches!(element.attribute("visibility"), Some("collapse" | "filter"));
                    let (cells, merged) = self.cells(element);
                    // A row that is repeated to the end of the sheet holds nothing.
                    if cells.is_empty() {
                        self.sheet.merged.extend(merged);
                        self.row = self.row.saturating_add(repeats);
                        continue;
                    }
                    let from = self.row;
                    if repeats > COPIES {
                        self.repeated.get_or_insert((from, repeats));
                    }
                    for row in (from..ROWS).take(repeats.min(COPIES) as usize) {
                        if row > from && !cells.iter().all(|(_, text)| self.room.take(text)) {
                            return;
                        }
                        self.row = row + 1;
                        let placed = cells.iter().map(|(column, text)| ((row, *column), text.clone()));
                        self.sheet.cells.extend(placed);
                        let down = row - merged.first().map_or(row, |m| m.top);
                        let moved = merged.iter().map(|m| Merged { top: m.top + down, bottom: m.bottom + down, ..*m });
                        if self.sheet.merged.len() < MERGED {
                            self.sheet.merged.extend(moved);
                        }
                        if hidden {
                            self.sheet.hidden_rows.insert(row);
                        }
                    }
                    self.row = from.saturating_add(repeats);
                }
                "table-rows" | "table-header-rows" | "table-row-group" => self.rows(element),
                _ => {}
            }
        }
    }

    /// Texts of a row by column, and the ranges that begin in it.
    fn cells(&mut self, row: &Element) -> (Vec<(u32, String)>, Vec<Merged>) {
        let (mut cells, mut merged) = (Vec::new(), Vec::new());
        let mut column = 0_u32;
        for cell in row.elements().filter(|e| matches!(e.name.as_str(), "table-cell" | "covered-table-cell")) {
            let repeats = cell.number("number-columns-repeated").unwrap_or(1).max(1);
            let text = if cell.name == "table-cell" { self.text(cell, column) } else { String::new() };
            merged.extend(self.merged(cell, column));
            if !text.trim().is_empty() {
                let columns = (column..COLUMNS).take(repeats as usize);
                cells.extend(columns.take_while(|_| self.room.take(&text)).map(|c| (c, text.clone())));
            }
            column = column.saturating_add(repeats);
            if column >= COLUMNS {
                break;
            }
        }
        (cells, merged)
    }

    fn merged(&self, cell: &Element, column: u32) -> Option<Merged> {
        let span = |name| cell.number(name).unwrap_or(1).max(1);
        let (rows, columns) = (span("number-rows-spanned"), span("number-columns-spanned"));
        (rows > 1 || columns > 1).then(|| Merged {
            top: self.row,
            left: column,
            bottom: self.row.saturating_add(rows - 1).min(ROWS),
            right: column.saturating_add(columns - 1),
        })
    }

    /// The shown text; for numbers the stored one where it is the same in the shown places or is more.
    fn text(&mut self, cell: &Element, column: u32) -> String {
        let shown: Vec<String> = cell.elements().filter(|e| e.name == "p").map(text_of).collect();
        let shown = shown.join("\n");
        if shown.is_empty() && value(cell).is_none() && cell.attribute("formula").is_some() {
            self.uncalculated.get_or_insert((0, (self.row, column))).0 += 1;
        }
        match value(cell) {
            // What is shown as a number is what is printed.
            Some(stored) if shown.is_empty() || parse_number(&shown).is_err() && !shown.ends_with('%') => {
                stored.to_owned()
            }
            _ => shown,
        }
    }
}

/// The number stored in a cell.
fn value(cell: &Element) -> Option<&str> {
    let kind = cell.attribute("value-type")?;
    matches!(kind, "float" | "currency").then(|| cell.attribute("value")).flatten()
}

/// Text with its spaces and line breaks.
fn text_of(element: &Element) -> String {
    let mut text = String::new();
    for node in &element.children {
        match node {
            Node::Text(t) => text.push_str(t),
            Node::Element(e) => match e.name.as_str() {
                "s" => text.push_str(&" ".repeat(e.number("c").unwrap_or(1).min(100) as usize)),
                "tab" => text.push(' '),
                "line-break" => text.push('\n'),
                "annotation" | "note" => {}
                _ => text.push_str(&text_of(e)),
            },
        }
    }
    text
}
