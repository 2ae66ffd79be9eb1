//! Formats without layout: csv, json, one object a line. Each row is written as it comes; nothing of it is kept.

use std::io::Write as _;

use arrow::array::{Array, ArrayRef, AsArray as _, BooleanArray, Decimal128Array, Float64Array, StringArray};
use arrow::datatypes::{DataType, Decimal128Type, Float32Type, Float64Type, Schema};
use arrow::record_batch::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::value::json_string;
use super::{Format, number};

/// A result that is being written.
#[derive(Debug)]
pub struct Stream {
    form: Form,
    /// Names of the columns, in JSON with what stands around them.
    names: Vec<String>,
    begun: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Csv,
    CsvBom,
    Json,
    Jsonl,
}

impl Form {
    fn of(format: Format) -> Option<Self> {
        match format {
            Format::Csv => Some(Self::Csv),
            Format::CsvBom => Some(Self::CsvBom),
            Format::Json => Some(Self::Json),
            Format::Jsonl => Some(Self::Jsonl),
            _ => None,
        }
    }

    fn is_csv(self) -> bool {
        matches!(self, Self::Csv | Self::CsvBom)
    }
}

impl Format {
    /// Whether a row is written without a look at the others.
    #[must_use]
    pub fn is_streamed(self) -> bool {
        Form::of(self).is_some()
    }
}

impl Stream {
    /// Begins a result; `None` for a format that needs all rows first.
    #[must_use]
    pub fn new(format: Format, schema: &Schema) -> Option<Self> {
        let form = Form::of(format)?;
        let names = schema.fields().iter().enumerate().map(|(i, field)| match form {
            Form::Csv | Form::CsvBom => field.name().clone(),
            _ => format!("{}{}: ", if i == 0 { "{" } else { ", " }, json_string(field.name())),
        });
        Some(Self { form, names: names.collect(), begun: false })
    }

    /// Writes more rows.
    pub fn rows(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) {
        if self.form.is_csv() {
            self.csv(Some(batch), out);
            return;
        }
        let columns: Vec<Cells<'_>> = batch.columns().iter().map(Cells::of).collect();
        let mut scratch = String::new();
        for row in 0..batch.num_rows() {
            if self.form == Form::Json {
                out.extend_from_slice(if self.begun { b",\n  " } else { b"[\n  " });
            }
            self.begun = true;
            if columns.is_empty() {
                out.push(b'{');
            }
            for (name, cells) in self.names.iter().zip(&columns) {
                out.extend_from_slice(name.as_bytes());
                cells.json(row, &mut scratch, out);
            }
            out.push(b'}');
            if self.form == Form::Jsonl {
                out.push(b'\n');
            }
        }
    }

    /// Writes what stands behind the last row.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        match self.form {
            Form::Csv | Form::CsvBom => self.csv(None, out),
            Form::Json if self.begun => out.extend_from_slice(b"\n]\n"),
            Form::Json => out.extend_from_slice(b"[]\n"),
            Form::Jsonl => {}
        }
    }

    fn csv(&mut self, batch: Option<&RecordBatch>, out: &mut Vec<u8>) {
        let begun = std::mem::replace(&mut self.begun, true);
        if !begun && self.form == Form::CsvBom {
            out.extend_from_slice("\u{feff}".as_bytes());
        }
        // Writing to memory does not fail, and all rows have one length.
        let mut writer = csv::WriterBuilder::new().buffer_capacity(1 << 16).from_writer(out);
        if !begun {
            let _ = writer.write_record(&self.names);
        }
        let mut scratch = String::new();
        if let Some(batch) = batch {
            let columns: Vec<Cells<'_>> = batch.columns().iter().map(Cells::of).collect();
            for row in 0..batch.num_rows() {
                for cells in &columns {
                    let _ = writer.write_field(cells.text(row, &mut scratch));
                }
                let _ = writer.write_record(None::<&[u8]>);
            }
        }
        let _ = writer.flush();
    }
}

/// A whole result as text.
pub(super) fn text(format: Format, schema: &Schema, batches: &[RecordBatch]) -> Option<String> {
    let mut stream = Stream::new(format, schema)?;
    let mut out = Vec::new();
    for batch in batches {
        stream.rows(batch, &mut out);
    }
    stream.end(&mut out);
    Some(String::from_utf8(out).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned()))
}

/// A column of a batch, ready to be written cell by cell.
enum Cells<'a> {
    Bool(&'a BooleanArray),
    Text(&'a StringArray),
    Decimal(&'a Decimal128Array, i8),
    Float(&'a Float64Array),
    /// Whole numbers.
    Whole(&'a ArrayRef, ArrayFormatter<'a>),
    /// All else, as the database prints it.
    Other(&'a ArrayRef, Option<ArrayFormatter<'a>>),
}

impl<'a> Cells<'a> {
    fn of(array: &'a ArrayRef) -> Self {
        const OPTIONS: FormatOptions<'static> = FormatOptions::new();
        let formatter = || ArrayFormatter::try_new(array, &OPTIONS).ok();
        match array.data_type() {
            DataType::Boolean => Self::Bool(array.as_boolean()),
            DataType::Utf8 => Self::Text(array.as_string::<i32>()),
            DataType::Decimal128(_, scale) => Self::Decimal(array.as_primitive::<Decimal128Type>(), *scale),
            DataType::Float64 => Self::Float(array.as_primitive::<Float64Type>()),
            kind if kind.is_integer() => match formatter() {
                Some(formatter) => Self::Whole(array, formatter),
                None => Self::Other(array, None),
            },
            _ => Self::Other(array, formatter()),
        }
    }

    fn is_null(&self, row: usize) -> bool {
        match self {
            Self::Bool(array) => array.is_null(row),
            Self::Text(array) => array.is_null(row),
            Self::Decimal(array, _) => array.is_null(row),
            Self::Float(array) => array.is_null(row),
            Self::Whole(array, _) | Self::Other(array, _) => array.is_null(row) || *array.data_type() == DataType::Null,
        }
    }

    /// Every digit; empty for what is not known.
    fn text<'t>(&'t self, row: usize, scratch: &'t mut String) -> &'t [u8] {
        use std::fmt::Write as _;
        scratch.clear();
        if self.is_null(row) {
            return b"";
        }
        let _ = match self {
            Self::Text(array) => return array.value(row).as_bytes(),
            Self::Bool(array) => write!(scratch, "{}", array.value(row)),
            Self::Decimal(array, scale) => {
                number::write_exact(scratch, array.value(row), *scale);
                Ok(())
            }
            Self::Float(array) => write!(scratch, "{}", array.value(row)),
            Self::Whole(_, formatter) => write!(scratch, "{}", formatter.value(row)),
            Self::Other(array, formatter) => {
                scratch.push_str(&printed(array, formatter.as_ref(), row));
                Ok(())
            }
        };
        scratch.as_bytes()
    }

    /// Numbers digit by digit, never through a float.
    fn json(&self, row: usize, scratch: &mut String, out: &mut Vec<u8>) {
        if self.is_null(row) || matches!(self, Self::Float(array) if !array.value(row).is_finite()) {
            out.extend_from_slice(b"null");
            return;
        }
        match self {
            Self::Text(array) => {
                // Writing to memory does not fail.
                let _ = serde_json::to_writer(out, array.value(row));
            }
            Self::Other(array, formatter) if array.data_type() != &DataType::Float32 => {
                let text = printed(array, formatter.as_ref(), row);
                let _ = serde_json::to_writer(out, &text);
            }
            Self::Other(array, _) if !array.as_primitive::<Float32Type>().value(row).is_finite() => {
                let _ = out.write_all(b"null");
            }
            _ => out.extend_from_slice(self.text(row, scratch)),
        }
    }
}

fn printed(array: &ArrayRef, formatter: Option<&ArrayFormatter<'_>>, row: usize) -> String {
    if *array.data_type() == DataType::Float32 {
        return f64::from(array.as_primitive::<Float32Type>().value(row)).to_string();
    }
    match formatter {
        // A value that cannot be shown is no reason to lose the others.
        Some(formatter) => formatter.value(row).try_to_string().unwrap_or_else(|e| format!("({e})")),
        None => format!("({})", array.data_type()),
    }
}
