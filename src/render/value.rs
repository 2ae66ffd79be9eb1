//! Arrow arrays → values of a cell.

use arrow::array::{Array, ArrayRef, AsArray as _};
use arrow::datatypes::{DataType, Decimal128Type, Float32Type, Float64Type};
use arrow::record_batch::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive as _;

use super::column::{Column, Kind};
use super::{Unit, number};

/// What a cell of a result holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// Nothing is known.
    Null,
    /// True or false.
    Bool(bool),
    /// An integer's digits.
    Integer(String),
    /// A decimal number.
    Decimal(i128, i8),
    /// A binary fraction.
    Float(f64),
    /// Any other value as the database prints it.
    Text(String),
}

/// All rows of a result.
pub(super) fn rows(columns: &[Column], batches: &[RecordBatch]) -> Vec<Vec<Value>> {
    let mut rows = Vec::with_capacity(batches.iter().map(RecordBatch::num_rows).sum());
    for batch in batches {
        for row in 0..batch.num_rows() {
            let cells = batch.columns().iter().take(columns.len());
            rows.push(cells.map(|array| value(array, row)).collect());
        }
    }
    rows
}

fn value(array: &ArrayRef, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    match array.data_type() {
        DataType::Null => Value::Null,
        DataType::Boolean => Value::Bool(array.as_boolean().value(row)),
        DataType::Utf8 => Value::Text(array.as_string::<i32>().value(row).to_owned()),
        DataType::Decimal128(_, scale) => Value::Decimal(array.as_primitive::<Decimal128Type>().value(row), *scale),
        DataType::Float64 => Value::Float(array.as_primitive::<Float64Type>().value(row)),
        DataType::Float32 => Value::Float(array.as_primitive::<Float32Type>().value(row).into()),
        data_type => {
            let text = printed(array, row);
            if data_type.is_integer() { Value::Integer(text) } else { Value::Text(text) }
        }
    }
}

fn printed(array: &ArrayRef, row: usize) -> String {
    let options = FormatOptions::default();
    let Ok(formatter) = ArrayFormatter::try_new(array, &options) else {
        return format!("({})", array.data_type());
    };
    // A value that cannot be shown is no reason to lose the others.
    formatter.value(row).try_to_string().unwrap_or_else(|e| format!("({e})"))
}

impl Value {
    /// For people; `None` for what is not known.
    pub(super) fn shown(&self, kind: Kind, unit: Unit) -> Option<String> {
        Some(match (self, kind) {
            (Self::Null, _) => return None,
            (Self::Decimal(mantissa, scale), Kind::Money) => number::money(*mantissa, *scale, unit),
            (Self::Float(value), Kind::Money) => {
                self.decimal().map_or_else(|| number::float(*value), |yuan| number::yuan(yuan, unit))
            }
            (_, Kind::Percent) => self.decimal().map_or_else(|| self.exact(), number::percent),
            (_, Kind::Growth) => self.decimal().map_or_else(|| self.exact(), number::growth),
            (Self::Float(value), _) => number::float(*value),
            (Self::Text(text), _) => printable(text),
            _ => self.exact(),
        })
    }

    /// For programs: every digit, empty for what is not known.
    pub(super) fn exact(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Bool(value) => value.to_string(),
            Self::Integer(text) | Self::Text(text) => text.clone(),
            Self::Decimal(mantissa, scale) => number::exact(*mantissa, *scale),
            Self::Float(value) => value.to_string(),
        }
    }

    pub(super) fn decimal(&self) -> Option<Decimal> {
        match self {
            Self::Integer(text) => text.parse().ok(),
            Self::Decimal(mantissa, scale) => number::decimal(*mantissa, *scale),
            Self::Float(value) => Decimal::from_f64(*value),
            _ => None,
        }
    }
}

/// A text of a document without the signs that a terminal obeys: escapes, and those that turn the direction of writing.
fn printable(text: &str) -> String {
    let obeyed = |c: char| {
        c.is_control() && !matches!(c, '\n' | '\t') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.contains(obeyed) { text.replace(obeyed, "\u{fffd}") } else { text.to_owned() }
}

pub(super) fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_gives_a_terminal_no_orders() {
        assert_eq!(printable("\u{1b}[31m红\u{202e}\r\n\t"), "\u{fffd}[31m红\u{fffd}\u{fffd}\n\t");
        assert_eq!(printable("一般公共服务"), "一般公共服务");
    }
}
