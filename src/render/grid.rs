//! The columns and rows of a result, for people and for programs.

use arrow::datatypes::Schema;
use arrow::record_batch::RecordBatch;

use super::column::{Column, Kind};
use super::value::{self, Value};
use super::{Unit, spark};

/// What is not known.
pub(super) const NULL: &str = "–";
/// From this size on the numbers of a column are grouped by thousands.
const GROUPED: u64 = 10_000;

/// A result as values.
pub(super) struct Grid {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<Value>>,
}

impl Grid {
    pub(super) fn new(schema: &Schema, batches: &[RecordBatch]) -> Self {
        let columns = Column::all(schema);
        let rows = value::rows(&columns, batches);
        Self { columns, rows }
    }

    /// With the column of trends that the catalogue wishes for this result. It is a picture: programs do not get it.
    pub(super) fn with_trend(schema: &Schema, batches: &[RecordBatch]) -> Self {
        let mut grid = Self::new(schema, batches);
        if let Some((at, trend)) = spark::trends(schema, &grid) {
            grid.columns.insert(at, Column::text("trend"));
            for (row, trend) in grid.rows.iter_mut().zip(trend) {
                row.insert(at, Value::Text(trend));
            }
        }
        grid
    }

    /// All values as people read them.
    pub(super) fn texts(&self, unit: Unit) -> Vec<Vec<String>> {
        let grouped: Vec<bool> = (0..self.columns.len()).map(|i| self.is_grouped(i)).collect();
        let text = |((column, value), grouped): ((&Column, &Value), &bool)| {
            let text = value.shown(column.kind, unit).unwrap_or_else(|| NULL.to_owned());
            if *grouped { super::number::grouped(&text) } else { text }
        };
        self.rows.iter().map(|row| self.columns.iter().zip(row).zip(&grouped).map(text).collect()).collect()
    }

    fn is_grouped(&self, i: usize) -> bool {
        let is_number = self.columns.get(i).is_some_and(|c| c.kind == Kind::Number);
        let is_large = |value: &Value| value.decimal().is_some_and(|d| d.abs() >= GROUPED.into());
        is_number && self.rows.iter().filter_map(|row| row.get(i)).any(is_large)
    }
}
