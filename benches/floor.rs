//! The least that an import of texts costs: reading and decoding the bytes, and appending the rows that came of them,
//! ready as Arrow batches, to the same tables.
//!
//! usage: `floor FOLDER DATABASE NEW_DATABASE` prints seconds of both, and of the processor

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

use std::path::Path;
use std::time::Instant;

use arrow::record_batch::RecordBatch;
use duckdb::Connection;
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
    "cell",
    "fact",
    "indicator",
    "stated",
    "diagnostic",
];

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let [folder, database, new] = args.as_slice() else {
        // `cargo bench` without arguments.
        println!("usage: floor FOLDER DATABASE NEW_DATABASE");
        return;
    };
    let rows: Vec<(&str, Vec<RecordBatch>)> = {
        let stored = Connection::open(database).unwrap();
        let rows = |table: &str| {
            // The appender takes texts for enumerations, as the program gives them.
            let is_list = |c: &str| c.starts_with("ENUM");
            let mut described =
                stored.prepare(&format!("SELECT column_name, column_type FROM (DESCRIBE {table})")).unwrap();
            let names: Vec<(String, String)> =
                described.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
            let list: Vec<String> = names
                .iter()
                .map(|(name, kind)| if is_list(kind) { format!("{name}::VARCHAR AS {name}") } else { name.clone() })
                .collect();
            let mut statement = stored.prepare(&format!("SELECT {} FROM {table}", list.join(", "))).unwrap();
            statement.query_arrow([]).unwrap().collect::<Vec<RecordBatch>>()
        };
        TABLES.map(|table| (table, rows(table))).into_iter().collect()
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
    for (table, batches) in rows {
        let mut appender = connection.appender(table).unwrap();
        for batch in batches {
            appender.append_record_batch(batch).unwrap();
        }
        appender.flush().unwrap();
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
