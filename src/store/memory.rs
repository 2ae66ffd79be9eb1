//! How much memory an import may take.

use duckdb::Connection;

/// What the database may keep in memory during an import, in MiB; the rest waits in a file beside it. Else it would keep
/// what it has written, and a large import would take all there is.
const IMPORT: u64 = 512;

/// The limit of an import, while it lives; then the one before is set again.
#[derive(Debug)]
pub(super) struct MemoryLimit<'a> {
    connection: &'a Connection,
    before: String,
}

impl<'a> MemoryLimit<'a> {
    pub(super) fn of_import(connection: &'a Connection) -> duckdb::Result<Self> {
        let before = connection.query_row("SELECT current_setting('memory_limit')", [], |row| row.get(0))?;
        connection.execute_batch(&format!("SET memory_limit = '{IMPORT}MiB'"))?;
        Ok(Self { connection, before })
    }
}

impl Drop for MemoryLimit<'_> {
    fn drop(&mut self) {
        // Nothing can be done about a failure, and nothing is lost by a lower limit.
        let _ = self.connection.execute_batch(&format!("SET memory_limit = '{}'", self.before));
    }
}
