//! Rows that wait in memory, column by column, and land in their table as Arrow batches.

use std::sync::Arc;

use arrow::array::{
    ArrayBuilder as _, ArrayRef, BooleanBuilder, Decimal128Builder, Int32Builder, Int64Builder, ListBuilder,
    StringBuilder, UInt64Builder,
};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::record_batch::RecordBatch;
use compact_str::CompactString;
use duckdb::{Appender, Connection};
use rust_decimal::Decimal;

use super::StoreError;

/// A value of a row; what does not fit its column is NULL, which the columns that must not be empty refuse.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    Null,
    Int(i64),
    Key(u64),
    Text(&'a str),
    Decimal(Decimal),
    Bool(bool),
    Texts(&'a [String]),
}

macro_rules! value_from {
    ($($kind:ty => $value:expr;)+) => {
        $(impl<'a> From<$kind> for Value<'a> {
            fn from(value: $kind) -> Self {
                #[allow(clippy::redundant_closure_call)]
                ($value)(value)
            }
        })+
    };
}

value_from! {
    i64 => Value::Int;
    u64 => Value::Key;
    u32 => |v| Value::Int(i64::from(v));
    u16 => |v| Value::Int(i64::from(v));
    bool => Value::Bool;
    Decimal => Value::Decimal;
    &'a str => Value::Text;
    &'a String => |v: &'a String| Value::Text(v);
    &'a CompactString => |v: &'a CompactString| Value::Text(v);
    &'a Arc<str> => |v: &'a Arc<str>| Value::Text(v);
    &'a [String] => Value::Texts;
}

impl<'a, T> From<Option<T>> for Value<'a>
where
    Value<'a>: From<T>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Value::from)
    }
}

/// Rows of one table.
#[derive(Debug)]
pub(super) struct Rows {
    table: &'static str,
    columns: Vec<Column>,
    count: usize,
}

#[derive(Debug)]
enum Column {
    Int(Int32Builder),
    Long(Int64Builder),
    Key(UInt64Builder),
    Text(StringBuilder),
    Decimal(Decimal128Builder, u32),
    Bool(BooleanBuilder),
    Texts(ListBuilder<StringBuilder>),
}

impl Rows {
    /// No rows yet; `types` has one letter a column: `i` INTEGER, `l` BIGINT, `u` UBIGINT, `t` text or a list of the
    /// vocabulary, `m` money DECIMAL(18,2), `p` DECIMAL(12,4), `d` DECIMAL(18,4), `b` BOOLEAN, `a` VARCHAR[].
    pub(super) fn new(table: &'static str, types: &str) -> Self {
        let decimal = |precision, scale: u32| {
            let scale_of_type = i8::try_from(scale).unwrap_or_default();
            let builder = Decimal128Builder::new().with_data_type(DataType::Decimal128(precision, scale_of_type));
            Column::Decimal(builder, scale)
        };
        let columns = types.chars().map(|letter| match letter {
            'i' => Column::Int(Int32Builder::new()),
            'l' => Column::Long(Int64Builder::new()),
            'u' => Column::Key(UInt64Builder::new()),
            'm' => decimal(18, 2),
            'p' => decimal(12, 4),
            'd' => decimal(18, 4),
            'b' => Column::Bool(BooleanBuilder::new()),
            'a' => Column::Texts(ListBuilder::new(StringBuilder::new())),
            _ => Column::Text(StringBuilder::new()),
        });
        Self { table, columns: columns.collect(), count: 0 }
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Adds a row; `values` are as many as there are columns.
    pub(super) fn push(&mut self, values: &[Value<'_>]) {
        debug_assert_eq!(values.len(), self.columns.len(), "{}", self.table);
        for (column, value) in self.columns.iter_mut().zip(values) {
            column.push(*value);
        }
        self.count += 1;
    }

    /// Writes all rows into the table and forgets them.
    pub(super) fn flush(&mut self, connection: &Connection) -> Result<(), StoreError> {
        let table = self.table;
        self.flush_into(|| connection.appender(table))
    }

    /// The same for a temporary table.
    pub(super) fn flush_to_temporary(&mut self, connection: &Connection) -> Result<(), StoreError> {
        let table = self.table;
        self.flush_into(|| connection.appender_to_catalog_and_db(table, "temp", "main"))
    }

    fn flush_into<'c>(&mut self, appender: impl FnOnce() -> duckdb::Result<Appender<'c>>) -> Result<(), StoreError> {
        let Some(batch) = self.batch()? else { return Ok(()) };
        let mut appender = appender()?;
        appender.append_record_batch(batch)?;
        Ok(appender.flush()?)
    }

    /// All rows as they would be written, columns named `c0`, `c1`, …; forgets them.
    pub(super) fn batch(&mut self) -> Result<Option<RecordBatch>, StoreError> {
        if self.count == 0 {
            return Ok(None);
        }
        self.count = 0;
        let arrays: Vec<ArrayRef> = self.columns.iter_mut().map(Column::finish).collect();
        let field = |(i, array): (usize, &ArrayRef)| Field::new(format!("c{i}"), array.data_type().clone(), true);
        let schema = Schema::new(arrays.iter().enumerate().map(field).collect::<Vec<_>>());
        RecordBatch::try_new(Arc::new(schema), arrays)
            .map(Some)
            .map_err(|error| StoreError::Sql { message: format!("{}: {error}", self.table) })
    }

    /// Forgets all rows.
    pub(super) fn clear(&mut self) {
        for column in &mut self.columns {
            column.finish();
        }
        self.count = 0;
    }
}

impl Column {
    fn push(&mut self, value: Value<'_>) {
        match (self, value) {
            (Self::Int(column), Value::Int(value)) => column.append_option(i32::try_from(value).ok()),
            (Self::Int(column), _) => column.append_null(),
            (Self::Long(column), Value::Int(value)) => column.append_value(value),
            (Self::Long(column), _) => column.append_null(),
            (Self::Key(column), Value::Key(value)) => column.append_value(value),
            (Self::Key(column), _) => column.append_null(),
            (Self::Text(column), Value::Text(text)) => column.append_value(text),
            (Self::Text(column), _) => column.append_null(),
            (Self::Bool(column), Value::Bool(value)) => column.append_value(value),
            (Self::Bool(column), _) => column.append_null(),
            (Self::Decimal(column, scale), Value::Decimal(mut value)) => {
                // The caller has seen to it that no digit is lost.
                value.rescale(*scale);
                column.append_value(value.mantissa());
            }
            (Self::Decimal(column, _), _) => column.append_null(),
            (Self::Texts(column), Value::Texts(texts)) => {
                column.append_value(texts.iter().map(Some));
            }
            (Self::Texts(column), _) => column.append_null(),
        }
    }

    /// The rows so far; room for as many is kept, since the next batch is about as large.
    fn finish(&mut self) -> ArrayRef {
        macro_rules! taken {
            ($column:expr, $room:expr) => {{
                let room = $room;
                Arc::new(std::mem::replace($column, room).finish())
            }};
        }
        match self {
            Self::Int(column) => taken!(column, Int32Builder::with_capacity(column.len())),
            Self::Long(column) => taken!(column, Int64Builder::with_capacity(column.len())),
            Self::Key(column) => taken!(column, UInt64Builder::with_capacity(column.len())),
            Self::Text(column) => {
                taken!(column, StringBuilder::with_capacity(column.len(), column.values_slice().len()))
            }
            Self::Decimal(column, _) => Arc::new(column.finish()),
            Self::Bool(column) => Arc::new(column.finish()),
            Self::Texts(column) => Arc::new(column.finish()),
        }
    }
}

/// One row from values of any kind: `row!(rows, id, name, None::<&str>)`.
macro_rules! row {
    ($rows:expr, $($value:expr),+ $(,)?) => { $rows.push(&[$($crate::store::rows::Value::from($value)),+]) };
}
pub(super) use row;
