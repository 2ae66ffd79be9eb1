//! SQL in, Arrow out.

use std::ops::ControlFlow;
use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use duckdb::Statement;

use super::statement::{inner, is_query, one};
use super::{Store, StoreError};

/// The result of a statement.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its columns.
    pub schema: SchemaRef,
    /// Its rows; there may be no batch at all.
    pub batches: Vec<RecordBatch>,
}

impl Outcome {
    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The first rows.
    #[must_use]
    pub fn head(&self, rows: usize) -> Self {
        let mut left = rows;
        let mut batches = Vec::new();
        for batch in &self.batches {
            let taken = batch.num_rows().min(left);
            if taken > 0 {
                batches.push(batch.slice(0, taken));
            }
            left -= taken;
        }
        Self { schema: self.schema.clone(), batches }
    }

    /// The same rows under other names of columns.
    fn renamed(self, names: &[String]) -> Self {
        let fields = self.schema.fields().iter().zip(names);
        let fields: Vec<Field> = fields.map(|(field, name)| field.as_ref().clone().with_name(name)).collect();
        let schema = Arc::new(Schema::new_with_metadata(fields, self.schema.metadata().clone()));
        let batches = self.batches.into_iter();
        // Only names differ.
        let again = |b: RecordBatch| RecordBatch::try_new(schema.clone(), b.columns().to_vec()).unwrap_or(b);
        let batches = batches.map(again).collect();
        Self { schema, batches }
    }

    /// All values as text, an unknown one as an empty text.
    #[must_use]
    pub fn texts(&self) -> Vec<Vec<String>> {
        let options = FormatOptions::default().with_null("");
        let mut rows = Vec::with_capacity(self.rows());
        for batch in &self.batches {
            let columns: Vec<_> = batch.columns().iter().map(|c| ArrayFormatter::try_new(c, &options).ok()).collect();
            for row in 0..batch.num_rows() {
                let text = |c: &Option<ArrayFormatter<'_>>| c.as_ref().and_then(|c| c.value(row).try_to_string().ok());
                rows.push(columns.iter().map(|c| text(c).unwrap_or_default()).collect());
            }
        }
        rows
    }

    /// The position of a column.
    #[must_use]
    pub fn position(&self, column: &str) -> Option<usize> {
        self.schema.fields().iter().position(|f| f.name() == column)
    }
}

impl Store {
    /// Runs exactly one statement; a `;` at its end is accepted.
    ///
    /// A statement that returns nothing gives what DuckDB gives: no column, or a `Count`.
    ///
    /// # Errors
    /// When the text holds no or several statements, or DuckDB refuses it.
    pub fn run(&self, sql: &str) -> Result<Outcome, StoreError> {
        Ok(self.run_up_to(sql, None)?.0)
    }

    /// The same with at most `limit` rows of the result; also tells whether there are more. Columns that share a name
    /// are numbered then.
    ///
    /// # Errors
    /// As [`Store::run`].
    pub fn run_up_to(&self, sql: &str, limit: Option<usize>) -> Result<(Outcome, bool), StoreError> {
        one(sql)?;
        // What cannot stand in a query of its own is run as it is.
        let bounded = limit.and_then(|limit| self.bounded(sql, limit));
        gather(bounded.map_or_else(|| self.prepared(sql), Ok)?, limit.unwrap_or(usize::MAX))
    }

    /// The first `rows` rows of a query, and whether there are more. What is no query, as it may change data, is run once
    /// and gives all its rows.
    ///
    /// # Errors
    /// As [`Store::run`].
    pub fn run_first(&self, sql: &str, rows: usize) -> Result<(Outcome, bool), StoreError> {
        one(sql)?;
        let Some(bounded) = self.bounded(sql, rows) else { return gather(self.prepared(sql)?, usize::MAX) };
        let (outcome, cut) = gather(bounded, rows)?;
        Ok((self.with_own_names(outcome, sql), cut))
    }

    /// Hands over the rows of a query as `DuckDB` makes them, until `each` ends it; memory does not grow with them. Returns
    /// its columns, `None` for what is no query, which is not run.
    ///
    /// # Errors
    /// As [`Store::run`].
    pub fn each(
        &self,
        sql: &str,
        each: &mut dyn FnMut(&Schema, RecordBatch) -> ControlFlow<()>,
    ) -> Result<Option<SchemaRef>, StoreError> {
        one(sql)?;
        // What begins with WITH may change data; a change would end where the rows end.
        let with = is_query(sql, &["WITH"]) && self.bounded(sql, 0).is_some();
        if !with && !is_query(sql, &["SELECT", "FROM", "VALUES"]) {
            return Ok(None);
        }
        let mut statement = self.prepared(sql)?;
        // The iterator would panic where a batch fails; stepping gives the error.
        drop(statement.stream_arrow([])?);
        let schema = plain_schema(&statement.schema());
        while let Some(rows) = statement.step()? {
            if rows.num_columns() == 0 || rows.len() == 0 {
                continue;
            }
            if each(&schema, plain(&schema, RecordBatch::from(rows))?).is_break() {
                break;
            }
        }
        Ok(Some(schema))
    }

    /// A statement without parameters.
    fn prepared(&self, sql: &str) -> Result<Statement<'_>, StoreError> {
        let statement = self.connection.prepare(sql)?;
        if statement.parameter_count() > 0 {
            let message = "the statement has parameters ($name, ?), which need values; write the values into it";
            return Err(StoreError::Sql { message: message.to_owned() });
        }
        Ok(statement)
    }

    /// A query that makes one row more than `limit`: rows that nobody will see need not be made. `None` for what cannot
    /// stand in a query of its own.
    fn bounded(&self, sql: &str, limit: usize) -> Option<Statement<'_>> {
        // `t` alone would be a table there.
        if !is_query(sql, &["SELECT", "FROM", "WITH", "VALUES"]) && self.connection.prepare(sql).is_err() {
            return None;
        }
        let rows = limit.saturating_add(1);
        self.prepared(&format!("SELECT * FROM {} LIMIT {rows}", inner(sql)?)).ok()
    }

    /// Columns that share a name are numbered where the query stands inside another one; here they have the names that
    /// it gives them.
    fn with_own_names(&self, outcome: Outcome, sql: &str) -> Outcome {
        let names: Vec<&String> = outcome.schema.fields().iter().map(|f| f.name()).collect();
        let numbered = |name: &str| {
            let base = name.trim_end_matches(|c: char| c.is_ascii_digit()).strip_suffix('_');
            base.is_some_and(|base| names.iter().any(|n| n.eq_ignore_ascii_case(base)))
        };
        if !names.iter().any(|name| numbered(name)) {
            return outcome;
        }
        let described = inner(sql).and_then(|inner| self.run(&format!("DESCRIBE {inner}")).ok());
        let own: Vec<String> =
            described.iter().flat_map(Outcome::texts).filter_map(|row| row.into_iter().next()).collect();
        if own.len() == names.len() { outcome.renamed(&own) } else { outcome }
    }
}

/// Runs a statement and takes at most `room` rows; also tells whether there are more.
fn gather(mut statement: Statement<'_>, mut room: usize) -> Result<(Outcome, bool), StoreError> {
    // An unexecuted statement must not be asked for its columns, and the crate's Arrow iterator
    // hides errors in a panic: both are avoided by executing and stepping.
    statement.execute([])?;
    let schema = plain_schema(&statement.schema());
    let mut batches = Vec::new();
    let mut cut = false;
    while let Some(rows) = statement.step()? {
        if rows.num_columns() == 0 {
            continue;
        }
        let batch = plain(&schema, RecordBatch::from(rows))?;
        cut = batch.num_rows() > room;
        let taken = batch.slice(0, batch.num_rows().min(room));
        room -= taken.num_rows();
        if taken.num_rows() > 0 {
            batches.push(taken);
        }
        if cut {
            break;
        }
    }
    Ok((Outcome { schema, batches }, cut))
}

/// The closed lists are enumerations inside the database and plain text outside.
fn plain_schema(schema: &SchemaRef) -> SchemaRef {
    if !schema.fields().iter().any(|field| is_list_value(field.data_type())) {
        return schema.clone();
    }
    let field = |field: &Arc<Field>| match field.data_type() {
        kind if is_list_value(kind) => Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8)),
        _ => field.clone(),
    };
    Arc::new(Schema::new(schema.fields().iter().map(field).collect::<Vec<_>>()))
}

fn is_list_value(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Dictionary(_, value) if **value == DataType::Utf8)
}

fn plain(schema: &SchemaRef, batch: RecordBatch) -> Result<RecordBatch, StoreError> {
    if !batch.columns().iter().any(|column| is_list_value(column.data_type())) {
        return Ok(batch);
    }
    let text = |column: &ArrayRef| match column.data_type() {
        kind if is_list_value(kind) => cast(column, &DataType::Utf8),
        _ => Ok(column.clone()),
    };
    let columns = batch.columns().iter().map(text).collect::<Result<Vec<_>, _>>();
    let batch = columns.and_then(|columns| RecordBatch::try_new(schema.clone(), columns));
    batch.map_err(|error| StoreError::Sql { message: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_statement_runs_and_no_text_panics() {
        let store = Store::in_memory().unwrap();
        for sql in [
            "CREATE TABLE t(x INTEGER)",
            "INSERT INTO t VALUES (1), (2)",
            "INSERT INTO t VALUES (3) RETURNING x;",
            "UPDATE t SET x = x + 1",
            "DELETE FROM t WHERE x > 2",
            "CREATE VIEW v AS FROM t",
            "CREATE MACRO m() AS TABLE FROM t",
            "EXPLAIN FROM t",
            "EXPLAIN ANALYZE FROM t",
            "DESCRIBE t",
            "SHOW TABLES",
            "SUMMARIZE t",
            "PRAGMA table_info('t')",
            "PRAGMA version",
            "SET threads = 1",
            "PIVOT t ON x USING count(*)",
            "BEGIN",
            "ROLLBACK",
            "CHECKPOINT",
            "SELECT NULL",
            "SELECT [1, 2], {'a': 1}, MAP {'k': 1}, DATE '2023-01-01', 1.5::DECIMAL(38,10), 'a'::BLOB",
            "SELECT INTERVAL 1 DAY, TIME '01:02:03', 170141183460469231731687303715884105727::HUGEINT",
            "SELECT 'a'::ENUM ('a', 'b'), union_value(a := 1), gen_random_uuid(), '101'::BIT",
            "DROP VIEW v",
            "PREPARE p AS SELECT 1",
            "EXECUTE p",
        ] {
            assert!(store.run(sql).is_ok(), "{sql}: {:?}", store.run(sql).err());
        }
        for sql in [
            "SELEC 1",
            "FROM nowhere",
            "SELECT $1",
            "SELECT ?",
            "SELECT $a",
            "SELECT 1/",
            "\0",
            "SELECT '\0'",
            ")",
            "SELECT error('x')",
            "COPY t TO '/no/such/dir/x.csv'",
            "ATTACH '/no/such/dir/x'",
            "SELECT '未完",
        ] {
            let error = store.run(sql).unwrap_err();
            assert!(!error.to_string().contains("Stack"), "{error}");
        }
        assert_eq!(store.run("FROM t").unwrap().rows(), 1);
        assert_eq!(store.run("SELECT 1 WHERE false").unwrap().schema.fields().len(), 1);
        assert_eq!(store.run("SELECT 1; DROP TABLE t"), Err(StoreError::SeveralStatements { count: 2 }));
        assert_eq!(store.run("FROM t").unwrap().rows(), 1);
    }

    #[test]
    fn a_limit_keeps_what_nobody_sees_from_being_made() {
        let store = Store::in_memory().unwrap();
        let (outcome, cut) = store.run_up_to("FROM range(1000000000000) -- ;\n;", Some(3)).unwrap();
        assert_eq!((outcome.texts().concat(), cut), (vec!["0".to_owned(), "1".to_owned(), "2".to_owned()], true));
        for (sql, rows, cut) in [
            ("SELECT 1 AS a, 2 AS a", 1, false),
            ("SELECT * FROM range(5) ORDER BY 1 DESC LIMIT 3", 3, false),
            ("SELECT * FROM range(5)", 3, true),
            ("CREATE TABLE t AS FROM range(9)", 1, false),
            ("INSERT INTO t FROM range(5) RETURNING range", 3, true),
            ("SUMMARIZE t", 1, false),
            ("SHOW TABLES", 3, true),
            ("EXPLAIN FROM t", 1, false),
            ("PRAGMA table_info('t')", 1, false),
        ] {
            let (outcome, more) = store.run_up_to(sql, Some(3)).unwrap();
            assert_eq!((outcome.rows(), more), (rows, cut), "{sql}");
        }
        assert_eq!(store.run("FROM t").unwrap().rows(), 14);
        assert!(store.run_up_to("SELECT 1) UNION ALL (SELECT 2", Some(3)).is_err());
    }

    #[test]
    fn the_first_rows_have_the_names_of_the_query_and_what_is_no_query_runs_once() {
        let store = Store::in_memory().unwrap();
        let names = |sql: &str| -> Vec<String> {
            let (outcome, _) = store.run_first(sql, 3).unwrap();
            assert!(outcome.batches.iter().all(|b| b.schema().fields() == outcome.schema.fields()), "{sql}");
            outcome.schema.fields().iter().map(|f| f.name().clone()).collect()
        };
        assert_eq!(names("SELECT 1 AS a, 2 AS a, 3 AS b;"), ["a", "a", "b"]);
        assert_eq!(names("SELECT 1 AS a, 2 AS a_1"), ["a", "a_1"]);
        assert_eq!(names("WITH t AS (SELECT 1 AS \"年 度\") FROM t a, t b -- x"), ["年 度", "年 度"]);
        assert_eq!(names("FROM (VALUES (1, 2)) t(a, a_1)"), ["a", "a_1"]);
        store.run("CREATE TABLE t(x INTEGER)").unwrap();
        let (outcome, cut) = store.run_first("INSERT INTO t FROM range(5) RETURNING x", 3).unwrap();
        assert_eq!((outcome.rows(), cut), (5, false));
        assert_eq!(store.run_first("FROM t", 3).unwrap().0.rows(), 3);
        assert!(store.run_first("FROM t", 3).unwrap().1 && !store.run_first("FROM t", 5).unwrap().1);
        assert!(store.run_first("t", 3).is_err() && store.run_first("(t)", 3).is_err());
        assert_eq!(store.run_first("(SELECT 1 AS x)", 3).unwrap().0.rows(), 1);
        assert!(store.run_first("SELECT 1) UNION ALL (SELECT 2", 3).is_err());
        assert!(store.run_first("SELECT $1", 3).unwrap_err().to_string().contains("parameters"));
    }

    #[test]
    fn rows_come_as_they_are_made_and_only_queries_run_so() {
        let store = Store::in_memory().unwrap();
        let count = |sql: &str, most: usize| {
            let mut rows = 0;
            let columns = store.each(sql, &mut |_, batch| {
                rows += batch.num_rows();
                if rows < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            });
            columns.map(|columns| columns.map(|c| (c.fields().len(), rows)))
        };
        assert_eq!(
            count("SELECT range, 'a'::ENUM ('a') AS b FROM range(10000) -- x\n;", usize::MAX),
            Ok(Some((2, 10_000)))
        );
        assert_eq!(count("WITH t AS (FROM range(5)) FROM t", usize::MAX), Ok(Some((1, 5))));
        assert!(count("FROM range(1000000000000)", 5).unwrap().unwrap().1 < 10_000);
        store.run("CREATE TABLE t(x INTEGER)").unwrap();
        for sql in ["INSERT INTO t VALUES (1) RETURNING x", "WITH a AS (SELECT 1) INSERT INTO t FROM a", "DROP TABLE t"]
        {
            assert_eq!(count(sql, usize::MAX), Ok(None), "{sql}");
        }
        assert_eq!(count("FROM t", usize::MAX), Ok(Some((1, 0))));
        let fails = "SELECT CASE WHEN range > 300000 THEN CAST('没有' AS INTEGER) ELSE range END FROM range(400000)";
        assert!(count(fails, usize::MAX).is_err() && count("SELECT 1; SELECT 2", 1).is_err());
        assert_eq!(store.run("FROM t").unwrap().rows(), 0);
    }

    impl PartialEq for Outcome {
        fn eq(&self, other: &Self) -> bool {
            self.batches == other.batches
        }
    }

    #[test]
    fn a_running_statement_is_interrupted() {
        let store = Store::in_memory().unwrap();
        let handle = store.interrupt_handle();
        let done = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let seen = done.clone();
        let thread = std::thread::spawn(move || {
            while !seen.load(std::sync::atomic::Ordering::Relaxed) {
                std::thread::sleep(std::time::Duration::from_millis(50));
                handle.interrupt();
            }
        });
        let result = store.run("SELECT count(*) FROM range(100000000) a, range(100000) b WHERE a.range + b.range = 7");
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        thread.join().unwrap();
        assert_eq!(result, Err(StoreError::Interrupted));
        assert!(store.run("SELECT 1").is_ok());
    }
}
