//! The least that an import of texts costs: reading and decoding the bytes, and appending the rows that came of them to
//! the same tables; value by value with the Appender, or as Arrow batches that are there already.
//!
//! usage: `floor FOLDER DATABASE NEW_DATABASE rows|batches` prints seconds of both, and of the processor

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

use std::path::Path;
use std::time::Instant;

use arrow::record_batch::RecordBatch;
use duckdb::types::Value;
use duckdb::{Appender, Connection, appender_params_from_iter};
use yusuan::source;

/// The tables that an import fills.
const TABLES: [&str; 12] = [
    "department",
    "department_alias",
    "document",
    "source_file",
    "source_table",
    "project",
    "unit",
    "stored_cell",
    "fact",
    "indicator",
    "stated",
    "diagnostic",
];

/// The rows of a table, ready to be appended.
enum Ready {
    Batches(Vec<RecordBatch>),
    Rows(Vec<Vec<Value>>),
}

impl Ready {
    fn of(stored: &Connection, table: &str, by_row: bool) -> Self {
        let described = |sql: &str| {
            let mut statement = stored.prepare(sql).unwrap();
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
            rows.map(Result::unwrap).collect::<Vec<(String, String)>>()
        };
        let columns = described(&format!("SELECT column_name, column_type FROM (DESCRIBE {table})"));
        // The appender takes texts for enumerations, as the program gives them.
        let is_list = |kind: &str| kind.starts_with("ENUM");
        let plain = |(name, kind): &(String, String)| {
            if is_list(kind) { format!("{name}::VARCHAR AS {name}") } else { name.clone() }
        };
        let list = columns.iter().map(plain);
        let sql = format!("SELECT {} FROM {table}", list.collect::<Vec<_>>().join(", "));
        let mut statement = stored.prepare(&sql).unwrap();
        // It takes no lists; only departments have some, of which there are few.
        if by_row && !columns.iter().any(|(_, kind)| kind.ends_with("[]")) {
            let value = |row: &duckdb::Row<'_>| (0..columns.len()).map(|i| row.get(i)).collect();
            Self::Rows(statement.query_map([], value).unwrap().map(Result::unwrap).collect())
        } else {
            Self::Batches(statement.query_arrow([]).unwrap().collect())
        }
    }

    fn append(&self, appender: &mut Appender<'_>) {
        match self {
            Self::Batches(batches) => {
                for batch in batches {
                    appender.append_record_batch(batch.clone()).unwrap();
                }
            }
            Self::Rows(rows) => {
                for row in rows {
                    appender.append_row(appender_params_from_iter(row)).unwrap();
                }
            }
        }
        appender.flush().unwrap();
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let [folder, database, new, way] = args.as_slice() else {
        // `cargo bench` without arguments.
        println!("usage: floor FOLDER DATABASE NEW_DATABASE rows|batches");
        return;
    };
    let ready: Vec<(&str, Ready)> = {
        let stored = Connection::open(database).unwrap();
        TABLES.map(|table| (table, Ready::of(&stored, table, way == "rows"))).into_iter().collect()
    };
    drop(yusuan::store::Store::open(Path::new(new), yusuan::store::Access::ReadWrite).unwrap());
    let files = source::find(Path::new(folder)).unwrap().documents;

    let before = processor_seconds();
    let begun = Instant::now();
    let mut characters = 0;
    for file in &files {
        let bytes = source::load(file).unwrap();
        characters += std::str::from_utf8(&bytes).unwrap().chars().count() + source::digest(&bytes).len();
    }
    let decoded = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    let connection = Connection::open(new).unwrap();
    connection.execute_batch("BEGIN").unwrap();
    for (table, ready) in &ready {
        ready.append(&mut connection.appender(table).unwrap());
    }
    connection.execute_batch("COMMIT").unwrap();
    drop(connection);
    let appended = begun.elapsed().as_secs_f64();
    println!("{decoded:.3} {appended:.3} {:.3} {characters}", processor_seconds() - before);
}

/// Processor seconds of this process, all threads together; zero where the system does not tell.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name in brackets; user and system time are the 14th and 15th field, in hundredths of a second.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    [11, 12].iter().filter_map(|i| fields.get(*i)?.parse::<f64>().ok()).sum::<f64>() / 100.0
}
