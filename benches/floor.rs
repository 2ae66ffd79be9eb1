//! The least that an import of texts costs: reading and decoding the bytes, and appending the rows that came of them,
//! ready as Arrow batches, to the same tables.
//!
//! usage: `floor FOLDER DATABASE NEW_DATABASE` prints seconds of both

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
    println!("{decoded:.3} {appended:.3} {characters}");
}
