//! Results as temporary tables, and tables as files that DuckDB writes.

use std::path::Path;

use arrow::record_batch::RecordBatch;
use duckdb::vtab::arrow::{ArrowVTab, arrow_recordbatch_to_query_params};

use crate::record::{sql_name, sql_text};

use super::statement::inner;
use super::{Outcome, Store, StoreError};

impl Store {
    /// Makes a result a temporary table; one of that name is replaced.
    ///
    /// # Errors
    /// When a column's type has no Arrow form that DuckDB reads.
    pub fn keep(&self, name: &str, outcome: &Outcome) -> Result<(), StoreError> {
        let registered: bool = self.connection.query_row(
            "SELECT count(*) > 0 FROM duckdb_functions() WHERE function_name = 'arrow' AND function_type = 'table'",
            [],
            |row| row.get(0),
        )?;
        if !registered {
            self.connection.register_table_function::<ArrowVTab>("arrow")?;
        }
        let table = sql_name(name);
        // What is given to `arrow` stays in memory as long as the program runs: the empty batch makes the table.
        let empty = RecordBatch::new_empty(outcome.schema.clone());
        self.connection.execute(
            &format!("CREATE OR REPLACE TEMP TABLE {table} AS FROM arrow(?, ?)"),
            arrow_recordbatch_to_query_params(empty),
        )?;
        if outcome.rows() > 0 {
            let mut appender = self.connection.appender_to_catalog_and_db(name, "temp", "main")?;
            for batch in &outcome.batches {
                appender.append_record_batch(batch.clone())?;
            }
            appender.flush()?;
        }
        Ok(())
    }

    /// Makes all that a query gives a temporary table, with the columns that `rows`, the first of them, have; one of that
    /// name is replaced when all is done. The query may read the one before.
    ///
    /// # Errors
    /// When the query fails.
    pub fn keep_all(&self, name: &str, rows: &Outcome, query: &str) -> Result<(), StoreError> {
        const NEXT: &str = "__next";
        // As the rows would be when they are given back: closed lists as text, and so on.
        self.keep(NEXT, &Outcome { schema: rows.schema.clone(), batches: Vec::new() })?;
        let from = inner(query).unwrap_or_else(|| query.to_owned());
        if let Err(error) = self.connection.execute_batch(&format!("INSERT INTO temp.main.{NEXT} FROM {from}")) {
            self.connection.execute_batch(&format!("DROP TABLE IF EXISTS temp.main.{NEXT}"))?;
            return Err(error.into());
        }
        let table = sql_name(name);
        Ok(self.connection.execute_batch(&format!(
            "DROP TABLE IF EXISTS temp.main.{table}; ALTER TABLE temp.main.{NEXT} RENAME TO {table}"
        ))?)
    }

    /// Whether a temporary table of that name exists.
    ///
    /// # Errors
    /// When the catalogue cannot be read.
    pub fn is_temporary(&self, name: &str) -> Result<bool, StoreError> {
        let sql = "SELECT count(*) > 0 FROM duckdb_tables() WHERE temporary AND lower(table_name) = lower(?)";
        Ok(self.connection.query_row(sql, [name], |row| row.get(0))?)
    }

    /// Writes a result as a Parquet file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_parquet(&self, outcome: &Outcome, path: &Path) -> Result<(), StoreError> {
        const NAME: &str = "__written";
        self.keep(NAME, outcome)?;
        let written = self.copy_parquet(NAME, path);
        self.connection.execute_batch(&format!("DROP TABLE {NAME}"))?;
        written
    }

    /// Writes a temporary table as a Parquet file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn copy_parquet(&self, name: &str, path: &Path) -> Result<(), StoreError> {
        let path = sql_text(&path.display().to_string());
        let sql = format!("COPY temp.main.{} TO {path} (FORMAT parquet)", sql_name(name));
        Ok(self.connection.execute_batch(&sql)?)
    }
}

impl Store {
    /// Writes a csv file again as Parquet, all columns as text.
    ///
    /// # Errors
    /// When one cannot be read or the other not be written.
    pub fn csv_to_parquet(&self, csv: &Path, parquet: &Path) -> Result<(), StoreError> {
        let text = |path: &Path| sql_text(&path.display().to_string());
        let (csv, parquet) = (text(csv), text(parquet));
        let sql = format!(
            "COPY (FROM read_csv({csv}, header = true, all_varchar = true)) TO {parquet} (FORMAT parquet, COMPRESSION zstd)"
        );
        Ok(self.connection.execute_batch(&sql)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_becomes_a_table_with_its_types() {
        let store = Store::in_memory().unwrap();
        let sql = "SELECT range AS n, '卫健委' || range AS name, CAST(range AS DECIMAL(18,2)) / 1 AS ratio, \
                   CAST(range * 100 AS DECIMAL(18,2)) AS amount, NULL AS nothing, range > 1 AS big FROM range(5000)";
        let outcome = store.run(sql).unwrap();
        assert!(outcome.batches.len() > 1);
        store.keep("_", &outcome).unwrap();
        store.keep("_", &outcome).unwrap();
        let again =
            store.run("SELECT count(*) AS n, sum(amount) AS amount, any_value(typeof(amount)) AS type FROM _").unwrap();
        assert_eq!(again.rows(), 1);
        let types =
            store.run("SELECT 1 FROM _ WHERE typeof(amount) <> 'DECIMAL(18,2)' OR typeof(name) <> 'VARCHAR'").unwrap();
        assert_eq!(types.rows(), 0);
        let empty = store.run("SELECT 1 AS x, 'a' AS y WHERE false").unwrap();
        store.keep("空", &empty).unwrap();
        assert_eq!(store.run("FROM \"空\"").unwrap().rows(), 0);
    }

    #[test]
    fn a_parquet_file_holds_the_result() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("it's.parquet");
        let store = Store::in_memory().unwrap();
        let outcome = store.run("SELECT CAST(1446.69 AS DECIMAL(18,2)) AS amount").unwrap();
        store.write_parquet(&outcome, &path).unwrap();
        let sql = format!("FROM {} WHERE amount = 1446.69", sql_text(&path.display().to_string()));
        assert_eq!(store.run(&sql).unwrap().rows(), 1);
        assert!(store.write_parquet(&outcome, Path::new("no/such/folder/x.parquet")).is_err());
    }
}
