//! Results as an Excel workbook: numbers as numbers, a sheet for each result, and one that tells where
//! they came from.

use rust_decimal::prelude::ToPrimitive as _;
use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::about::About;
use super::column::Kind;
use super::grid::Grid;
use super::value::Value;
use super::{Sheet, Unit};

/// Most rows of an Excel sheet, its heading included.
const ROWS: usize = 1_048_576;
/// Excel refuses longer names of sheets.
const NAME: usize = 31;

/// The bytes of a workbook.
///
/// # Errors
/// When a result has more rows or columns than Excel takes.
pub(super) fn workbook(sheets: &[Sheet<'_>], about: &About, unit: Unit) -> Result<Vec<u8>, String> {
    let mut workbook = Workbook::new();
    for (i, sheet) in sheets.iter().enumerate() {
        let worksheet = workbook.add_worksheet();
        write(worksheet, sheet, i, sheets.len(), unit).map_err(|e| format!("{}: {e}", sheet.title))?;
    }
    let worksheet = workbook.add_worksheet();
    write_about(worksheet, about).map_err(|e| e.to_string())?;
    workbook.save_to_buffer().map_err(|e| e.to_string())
}

fn write(sheet: &mut Worksheet, result: &Sheet<'_>, number: usize, of: usize, unit: Unit) -> Result<(), XlsxError> {
    let Grid { columns, rows } = Grid::new(result.schema, result.batches);
    if rows.len() >= ROWS {
        return Err(XlsxError::RowColumnLimitError);
    }
    sheet.set_name(name(result.title, number, of))?;
    sheet.set_freeze_panes(1, 0)?;
    for (at, column) in (0..).zip(&columns) {
        let heading = match column.bare_unit(unit) {
            Some(unit) => format!("{}（{unit}）", column.name),
            None => column.name.clone(),
        };
        let align = if column.is_numeric() { FormatAlign::Right } else { FormatAlign::Left };
        sheet.write_with_format(0, at, heading, &Format::new().set_bold().set_align(align))?;
        let form = match column.kind {
            Kind::Money => Format::new().set_num_format("#,##0.00"),
            Kind::Percent => Format::new().set_num_format("0.00"),
            Kind::Growth => Format::new().set_num_format("+0.00;-0.00;0.00"),
            _ => Format::new(),
        };
        for (line, row) in (1..).zip(&rows) {
            if let Some(value) = row.get(usize::from(at)) {
                write_value(sheet, line, at, value, column.kind, unit, &form)?;
            }
        }
    }
    sheet.autofit();
    Ok(())
}

fn write_value(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    value: &Value,
    kind: Kind,
    unit: Unit,
    form: &Format,
) -> Result<(), XlsxError> {
    let number = match kind {
        Kind::Money => value.decimal().map(|yuan| yuan / unit.yuan()).and_then(|d| d.normalize().to_f64()),
        Kind::Text => None,
        _ => value.decimal().and_then(|d| d.to_f64()),
    };
    match (value, number) {
        (Value::Null, _) => {}
        (_, Some(number)) => {
            sheet.write_number_with_format(row, column, number, form)?;
        }
        (Value::Bool(value), _) => {
            sheet.write_boolean(row, column, *value)?;
        }
        (value, _) => {
            sheet.write_string(row, column, value.exact())?;
        }
    }
    Ok(())
}

fn write_about(sheet: &mut Worksheet, about: &About) -> Result<(), XlsxError> {
    sheet.set_name("来源")?;
    for (row, line) in (0..).zip(about.lines()) {
        for (column, text) in (0..).zip(line) {
            sheet.write_string(row, column, text)?;
        }
    }
    sheet.autofit();
    Ok(())
}

/// A name that Excel takes and no other sheet has.
fn name(title: &str, number: usize, of: usize) -> String {
    let prefix = if of > 1 { format!("{} ", number + 1) } else { String::new() };
    let clean = title
        .chars()
        .map(|c| if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'') || c.is_control() { ' ' } else { c });
    let name: String = prefix.chars().chain(clean).take(NAME).collect();
    let name = name.trim();
    if name.is_empty() || name == "来源" { format!("result {}", number + 1) } else { name.to_owned() }
}
