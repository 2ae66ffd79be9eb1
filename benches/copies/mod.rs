//! Copies of stored documents, for benchmarks and tests that need many.

/// The tables that hold a document, with the keys that a copy has of its own.
const TABLES: [(&str, &[&str]); 8] = [
    ("department", &["department_id"]),
    ("document", &["document_id", "department_id"]),
    ("source_table", &["document_id", "table_id"]),
    ("stored_cell", &["cell_id", "table_id"]),
    ("project", &["project_id", "document_id"]),
    ("fact", &["cell_id", "document_id", "table_id", "project_id"]),
    ("indicator", &["cell_id", "document_id", "project_id"]),
    ("stated", &["stated_id", "document_id"]),
];

/// A table and the SQL that adds its rows once for each row of the relation `copies`; its column `copy` (from 1) times
/// `apart`, which is more than any key, is added to the keys.
pub(super) fn copying(copies: &str, apart: u32) -> impl Iterator<Item = (&'static str, String)> {
    TABLES.into_iter().map(move |(table, keys)| {
        let keys: Vec<String> = keys.iter().map(|key| format!("x.{key} + n.copy * {apart} AS {key}")).collect();
        let keys = keys.join(", ");
        (table, format!("INSERT INTO {table} SELECT x.* REPLACE ({keys}) FROM {table} x, {copies} n"))
    })
}
