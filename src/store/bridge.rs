//! Rows between DuckDB and polars by the Arrow C data interface: columns keep their memory where both sides have the
//! same layout (numbers, decimals, dates, the bytes of texts). The only file with `unsafe`.

#![allow(unsafe_code, reason = "the C data interface hands over pointers; each use says why it is sound")]

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringArray, make_array, new_null_array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi, to_ffi};
use arrow::record_batch::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use polars::prelude::{Column, CompatLevel, DataFrame, PlSmallStr, Series};
use polars_arrow::array::Array as PolarsArray;
use polars_arrow::datatypes::Field as PolarsField;
use polars_arrow::ffi::{
    ArrowArray, ArrowSchema, export_array_to_c, export_field_to_c, import_array_from_c, import_field_from_c,
};

use super::{Outcome, Store, StoreError};

/// Rows of a batch that leaves polars: its texts stay below the two gigabytes that 32-bit offsets reach.
const BATCH: usize = 1 << 20;

// Both libraries declare the two structures of the C data interface; a layout of another size must not compile.
const _: () = assert!(size_of::<FFI_ArrowArray>() == size_of::<ArrowArray>());
const _: () = assert!(align_of::<FFI_ArrowArray>() == align_of::<ArrowArray>());
const _: () = assert!(size_of::<FFI_ArrowSchema>() == size_of::<ArrowSchema>());
const _: () = assert!(align_of::<FFI_ArrowSchema>() == align_of::<ArrowSchema>());

impl Store {
    /// Runs a query and hands its rows to polars, batch by batch as DuckDB makes them.
    ///
    /// # Errors
    /// When DuckDB refuses the query or stops in the middle of it.
    pub fn frame(&self, sql: &str) -> Result<DataFrame, StoreError> {
        // Texts as polars keeps them, so that theirs need not be laid out anew; everywhere else they are plain.
        self.connection.execute_batch("SET produce_arrow_string_view = true")?;
        let frame = self.streamed(sql);
        self.connection.execute_batch("SET produce_arrow_string_view = false")?;
        frame
    }

    fn streamed(&self, sql: &str) -> Result<DataFrame, StoreError> {
        let mut statement = self.connection.prepare(sql)?;
        // The iterator would panic where a batch fails; stepping gives the error.
        drop(statement.stream_arrow([])?);
        let mut gathered = Gathered::new(&statement.schema());
        while let Some(rows) = statement.step()? {
            gathered.push(&RecordBatch::from(rows))?;
        }
        gathered.finish()
    }
}

impl Outcome {
    /// The rows for polars; texts and numbers are not copied where it can be helped.
    ///
    /// # Errors
    /// When a column has a type that polars lacks.
    pub fn to_frame(&self) -> Result<DataFrame, StoreError> {
        let mut gathered = Gathered::new(&self.schema);
        for batch in &self.batches {
            gathered.push(batch)?;
        }
        gathered.finish()
    }

    /// The rows of a frame.
    ///
    /// # Errors
    /// When a column has a type that Arrow or DuckDB lacks.
    pub fn of_frame(frame: &DataFrame) -> Result<Self, StoreError> {
        let mut batches = Vec::new();
        let mut schema = None;
        let mut at = 0;
        while at < frame.height() || schema.is_none() {
            let batch = leave(&frame.slice(i64::try_from(at).unwrap_or(i64::MAX), BATCH))?;
            let schema = schema.get_or_insert_with(|| batch.schema());
            if batch.num_rows() > 0 {
                // Every batch has the columns of the first.
                batches.push(batch.with_schema(schema.clone()).map_err(|e| failed(&e))?);
            }
            at += BATCH;
        }
        Ok(Self { schema: schema.unwrap_or_else(|| Arc::new(Schema::empty())), batches })
    }
}

fn failed(error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Sql { message: format!("rows cannot cross between DuckDB and polars: {error}") }
}

/// Chunks of every column.
struct Gathered {
    schema: SchemaRef,
    columns: Vec<Vec<Box<dyn PolarsArray>>>,
    rows: usize,
}

impl Gathered {
    fn new(schema: &SchemaRef) -> Self {
        Self { schema: schema.clone(), columns: schema.fields().iter().map(|_| Vec::new()).collect(), rows: 0 }
    }

    fn push(&mut self, batch: &RecordBatch) -> Result<(), StoreError> {
        for (chunks, array) in self.columns.iter_mut().zip(batch.columns()) {
            chunks.push(enter(&readable(array)?)?);
        }
        self.rows += batch.num_rows();
        Ok(())
    }

    fn finish(mut self) -> Result<DataFrame, StoreError> {
        if self.columns.iter().all(Vec::is_empty) {
            let empty = RecordBatch::new_empty(self.schema.clone());
            self.push(&empty)?;
        }
        let mut columns = Vec::with_capacity(self.columns.len());
        for (field, chunks) in self.schema.fields().iter().zip(self.columns) {
            let name = PlSmallStr::from_str(field.name());
            let many = chunks.len() > 1;
            let series = Series::try_from((name, chunks)).map_err(|e| failed(&e))?;
            // DuckDB gives 2048 rows at a time: thousands of chunks would slow every step that follows. One column
            // after the other, so that at most one is there twice.
            columns.push(Column::from(if many { series.rechunk() } else { series }));
        }
        DataFrame::new(self.rows, columns).map_err(|e| failed(&e))
    }
}

/// The type in which polars reads a column: itself, or text.
fn readable_type(data_type: &DataType) -> DataType {
    use DataType as T;
    match data_type {
        T::Null
        | T::Boolean
        | T::Utf8
        | T::LargeUtf8
        | T::Utf8View
        | T::Binary
        | T::LargeBinary
        | T::Date32
        | T::Timestamp(_, None)
        | T::Decimal128(..) => data_type.clone(),
        // In UTC.
        T::Timestamp(unit, Some(_)) => T::Timestamp(*unit, None),
        t if t.is_integer() || matches!(t, T::Float32 | T::Float64) => t.clone(),
        T::List(inner) | T::LargeList(inner) if readable_type(inner.data_type()) == *inner.data_type() => {
            data_type.clone()
        }
        T::List(inner) | T::LargeList(inner) if matches!(inner.data_type(), T::Dictionary(..)) => {
            T::List(Arc::new(Field::new(inner.name(), T::Utf8, true)))
        }
        _ => T::Utf8,
    }
}

/// ENUMs become text; what polars does not read (structs, times, intervals) becomes its text, too.
fn readable(array: &ArrayRef) -> Result<ArrayRef, StoreError> {
    let wanted = readable_type(array.data_type());
    if wanted == *array.data_type() {
        return Ok(array.clone());
    }
    if let Ok(done) = cast(array, &wanted) {
        return Ok(done);
    }
    let options = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(array, &options).map_err(|e| failed(&e))?;
    let text = |i| (!array.is_null(i)).then(|| formatter.value(i).try_to_string().unwrap_or_default());
    Ok(Arc::new((0..array.len()).map(text).collect::<StringArray>()))
}

fn enter(array: &ArrayRef) -> Result<Box<dyn PolarsArray>, StoreError> {
    let (array, schema) = to_ffi(&array.to_data()).map_err(|e| failed(&e))?;
    // SAFETY: both types are the C structure that the Arrow specification fixes field by field, of one size and
    // alignment (asserted above); `transmute` moves them, so that the release callback runs once, on the new owner.
    let (array, schema) = unsafe {
        (
            std::mem::transmute::<FFI_ArrowArray, ArrowArray>(array),
            std::mem::transmute::<FFI_ArrowSchema, ArrowSchema>(schema),
        )
    };
    // SAFETY: the structures were made a moment ago by the Arrow library from a valid array.
    unsafe {
        let field = import_field_from_c(&schema).map_err(|e| failed(&e))?;
        import_array_from_c(array, field.dtype).map_err(|e| failed(&e))
    }
}

/// One batch of plain types, as DuckDB gives them.
fn leave(frame: &DataFrame) -> Result<RecordBatch, StoreError> {
    let mut fields = Vec::with_capacity(frame.width());
    let mut arrays = Vec::with_capacity(frame.width());
    for column in frame.columns() {
        let series = column.as_materialized_series().rechunk();
        if series.dtype().is_null() {
            // As DuckDB gives a column of which nothing is known.
            fields.push(Field::new(series.name().as_str(), DataType::Int32, true));
            arrays.push(new_null_array(&DataType::Int32, frame.height()));
            continue;
        }
        let array = series.to_arrow(0, CompatLevel::oldest());
        let field = PolarsField::new(series.name().clone(), array.dtype().clone(), true);
        // SAFETY: as in `enter`, the other way round.
        let data = unsafe {
            let schema = std::mem::transmute::<ArrowSchema, FFI_ArrowSchema>(export_field_to_c(&field));
            let array = std::mem::transmute::<ArrowArray, FFI_ArrowArray>(export_array_to_c(array));
            from_ffi(array, &schema).map_err(|e| failed(&e))?
        };
        let array = plain(&make_array(data))?;
        fields.push(Field::new(series.name().as_str(), array.data_type().clone(), true));
        arrays.push(array);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(|e| failed(&e))
}

/// The type in which DuckDB would give the column.
fn plain_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
        DataType::LargeBinary | DataType::BinaryView => DataType::Binary,
        DataType::LargeList(inner) | DataType::List(inner) => {
            DataType::List(Arc::new(Field::new(inner.name(), plain_type(inner.data_type()), true)))
        }
        other => other.clone(),
    }
}

fn plain(array: &ArrayRef) -> Result<ArrayRef, StoreError> {
    let wanted = plain_type(array.data_type());
    if wanted == *array.data_type() {
        return Ok(array.clone());
    }
    cast(array, &wanted).map_err(|e| failed(&e))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// To polars and back.
    fn round_trip(store: &Store, sql: &str) -> (Outcome, Outcome) {
        let direct = store.run(sql).unwrap();
        let streamed = store.frame(sql).unwrap();
        assert_eq!(direct.to_frame().unwrap(), streamed, "{sql}");
        (direct, Outcome::of_frame(&streamed).unwrap())
    }

    #[test]
    fn every_type_of_a_query_crosses_both_ways() {
        let store = Store::in_memory().unwrap();
        let sql = "SELECT range AS 序号, '卫健委“三公”' || range AS 名称, CAST(range * 1.01 AS DECIMAL(18,2)) AS 金额, \
                   CAST(range AS DECIMAL(38,6)) AS wide, DATE '2023-01-31' + CAST(range AS INTEGER) AS day, range % 3 = 0 AS yes, \
                   TIMESTAMP '2023-01-01 08:00:00' AS at, CASE WHEN range % 2 = 0 THEN range END AS hole, \
                   [range, NULL] AS list, ['甲', 'b'] AS names, CAST(range AS HUGEINT) AS huge, range / 3 AS ratio, \
                   CAST(range % 100 AS UTINYINT) AS tiny, 'x'::BLOB AS bytes FROM range(5000)";
        let (direct, back) = round_trip(&store, sql);
        assert_eq!(back.rows(), 5000);
        assert_eq!(back.texts(), direct.texts());
        // What a list calls its elements does not matter.
        let types = |o: &Outcome| {
            format!("{:?}", o.schema.fields().iter().map(|f| f.data_type()).collect::<Vec<_>>())
                .replace("name: \"l\", ", "")
        };
        assert_eq!(types(&back), types(&direct));
        store.keep("往返", &back).unwrap();
        let same = store.run(&format!("SELECT count(*) AS n FROM (({sql}) EXCEPT FROM 往返) HAVING n = 0")).unwrap();
        assert_eq!(same.rows(), 1);
    }

    #[test]
    fn types_that_polars_lacks_become_text() {
        let store = Store::in_memory().unwrap();
        let sql = "SELECT 'budget'::ENUM ('budget', 'final_account') AS kind, TIME '08:30:00' AS t, {'a': 1} AS s, \
                   MAP {'k': 1} AS m, INTERVAL 2 DAY AS i, ['a'::ENUM ('a', 'b')] AS kinds, NULL AS nothing, \
                   TIMESTAMPTZ '2023-01-01 00:00:00+00' AS z";
        let (_, back) = round_trip(&store, sql);
        let row = back.texts().remove(0);
        assert_eq!(row[0], "budget");
        assert_eq!(row[1], "08:30:00");
        assert!(row[2].contains('1') && row[5].contains('a'), "{row:?}");
        assert_eq!(row[6], "");
    }

    #[test]
    fn an_empty_result_keeps_its_columns() {
        let store = Store::in_memory().unwrap();
        let (_, back) = round_trip(&store, "SELECT '甲' AS 部门, CAST(1 AS DECIMAL(18,2)) AS 金额 WHERE false");
        assert_eq!(back.rows(), 0);
        assert_eq!(back.schema.field(1).data_type(), &DataType::Decimal128(18, 2));
        assert_eq!(back.position("部门"), Some(0));
    }

    #[test]
    fn a_query_that_fails_in_its_middle_is_an_error() {
        let store = Store::in_memory().unwrap();
        let sql = "SELECT CASE WHEN range > 300000 THEN CAST('没有' AS INTEGER) ELSE range END FROM range(400000)";
        assert!(store.frame(sql).is_err());
        assert!(store.frame("SELEC").is_err());
        assert_eq!(store.frame("SELECT 1 AS x").unwrap().height(), 1);
    }

    #[test]
    fn numbers_are_not_copied() {
        let store = Store::in_memory().unwrap();
        let outcome = store.run("SELECT CAST(range AS DECIMAL(18,2)) AS 金额 FROM range(2000)").unwrap();
        assert_eq!(outcome.batches.len(), 1);
        let frame = outcome.to_frame().unwrap();
        let before = outcome.batches[0].column(0).to_data().buffers()[0].as_ptr();
        let back = Outcome::of_frame(&frame).unwrap();
        let after = back.batches[0].column(0).to_data().buffers()[0].as_ptr();
        assert_eq!(before, after, "the same memory after the way there and back");
    }
}
