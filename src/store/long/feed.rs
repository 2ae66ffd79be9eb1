//! Batches of Arrow as a table function, which DuckDB reads with several threads: each takes whole batches.
//!
//! The library's own function for this keeps every batch for ever, and reads with one thread.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::ThreadId;

use arrow::record_batch::RecordBatch;
use duckdb::Connection;
use duckdb::core::{DataChunkHandle, LogicalTypeHandle, LogicalTypeId};
use duckdb::vtab::arrow::{record_batch_to_duckdb_data_chunk, to_duckdb_logical_type_for_field};
use duckdb::vtab::{BindInfo, InitInfo, TableFunctionInfo, VTab};

use super::super::StoreError;
use crate::record::Lookup;

/// The name of the function, whose argument is the number of what it reads.
const FUNCTION: &str = "yusuan_rows";
/// Rows that a thread takes at once: one row group of DuckDB.
pub(super) const PART: usize = 122_880;
/// Rows of a vector of DuckDB.
const VECTOR: usize = 2048;

/// What the function may read, by number.
static FED: Mutex<BTreeMap<u64, Arc<Vec<RecordBatch>>>> = Mutex::new(BTreeMap::new());
static NEXT: AtomicU64 = AtomicU64::new(1);

/// Feeds DuckDB with batches.
#[derive(Debug)]
pub(super) struct Feed {
    number: u64,
}

impl Feed {
    /// Registers the function, if that was not done.
    pub(super) fn of(connection: &Connection) -> Result<Self, StoreError> {
        let known = "SELECT count(*) > 0 FROM duckdb_functions() WHERE function_name = ?";
        if !connection.query_row(known, [FUNCTION], |row| row.get(0))? {
            connection.register_table_function::<Function>(FUNCTION)?;
        }
        Ok(Self { number: NEXT.fetch_add(1, Ordering::Relaxed) })
    }

    /// Runs a statement that reads the batches as the relation that it is given; no batch, no statement.
    pub(super) fn pour(
        &self,
        connection: &Connection,
        batches: &[RecordBatch],
        statement: impl Fn(&str) -> String,
    ) -> Result<(), StoreError> {
        if batches.is_empty() {
            return Ok(());
        }
        let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
        let parts = batches.iter().flat_map(|batch| {
            let starts = (0..batch.num_rows()).step_by(PART);
            starts.map(move |from| batch.slice(from, PART.min(batch.num_rows() - from)))
        });
        let parts: Vec<RecordBatch> = parts.collect();
        let fed = || FED.lock().unwrap_or_else(PoisonError::into_inner);
        fed().insert(self.number, Arc::new(parts));
        let written = connection.execute(&statement(&format!("{FUNCTION}({}::UBIGINT)", self.number)), []);
        fed().remove(&self.number);
        let written = written?;
        if written != rows {
            // Nothing is lost without a word.
            let message =
                format!("of {rows} rows {written} were written; nothing of the file is stored, please report it");
            return Err(StoreError::Sql { message });
        }
        Ok(())
    }
}

struct Function;

/// Which thread is where.
struct Reading {
    /// The batch that nobody reads yet.
    next: AtomicUsize,
    /// The batches that threads read, and the row at which they are.
    places: Mutex<Lookup<ThreadId, (usize, usize)>>,
}

impl VTab for Function {
    type BindData = Arc<Vec<RecordBatch>>;
    type InitData = Reading;

    fn bind(bind: &BindInfo) -> Result<Self::BindData, Box<dyn std::error::Error>> {
        let number = bind.get_parameter(0).to_uint64();
        let fed = FED.lock().unwrap_or_else(PoisonError::into_inner).get(&number).cloned();
        let batches = fed.filter(|batches| !batches.is_empty()).ok_or("there are no rows of this number")?;
        if let Some(batch) = batches.first() {
            for field in batch.schema().fields() {
                bind.add_result_column(field.name(), to_duckdb_logical_type_for_field(field)?);
            }
        }
        let rows = batches.iter().map(RecordBatch::num_rows).sum::<usize>();
        bind.set_cardinality(u64::try_from(rows)?, true);
        Ok(batches)
    }

    fn init(info: &InitInfo) -> Result<Self::InitData, Box<dyn std::error::Error>> {
        // DuckDB takes no more than it has.
        info.set_max_threads(64);
        Ok(Reading { next: AtomicUsize::new(0), places: Mutex::default() })
    }

    fn func(info: &TableFunctionInfo<Self>, output: &mut DataChunkHandle) -> Result<(), Box<dyn std::error::Error>> {
        let (batches, reading) = (info.get_bind_data(), info.get_init_data());
        let this = std::thread::current().id();
        let slice = {
            let mut places = reading.places.lock().unwrap_or_else(PoisonError::into_inner);
            let place = places.entry(this).or_insert_with(|| (reading.next.fetch_add(1, Ordering::Relaxed), 0));
            if batches.get(place.0).is_some_and(|batch| place.1 >= batch.num_rows()) {
                *place = (reading.next.fetch_add(1, Ordering::Relaxed), 0);
            }
            let (batch, from) = *place;
            place.1 += VECTOR;
            batches.get(batch).map(|batch| batch.slice(from, VECTOR.min(batch.num_rows() - from)))
        };
        match slice {
            Some(slice) => record_batch_to_duckdb_data_chunk(&slice, output)?,
            None => output.set_len(0),
        }
        Ok(())
    }

    fn parameters() -> Option<Vec<LogicalTypeHandle>> {
        Some(vec![LogicalTypeHandle::from(LogicalTypeId::UBigint)])
    }
}
