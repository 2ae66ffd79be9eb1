//! What an import may take of the machine.

use std::num::NonZeroUsize;

use duckdb::Connection;

/// What the database may keep in memory during an import, in MiB; the rest waits in a file beside it. Else it would keep
/// what it has written, and a large import would take all there is.
const IMPORT: u64 = 512;

/// The limits of an import, while they live; then those before are set again.
#[derive(Debug)]
pub(super) struct Limits<'a> {
    connection: &'a Connection,
    /// Settings with their values before.
    before: Vec<(&'static str, String)>,
}

impl<'a> Limits<'a> {
    /// Limits of memory and, if given, of the threads that the database works with.
    pub(super) fn of_import(connection: &'a Connection, threads: Option<NonZeroUsize>) -> duckdb::Result<Self> {
        let mut limits = Self { connection, before: Vec::new() };
        limits.set("memory_limit", &format!("{IMPORT}MiB"))?;
        if let Some(threads) = threads {
            limits.set("threads", &threads.to_string())?;
        }
        Ok(limits)
    }

    pub(super) fn set(&mut self, name: &'static str, value: &str) -> duckdb::Result<()> {
        let sql = format!("SELECT current_setting('{name}')::VARCHAR");
        let before = self.connection.query_row(&sql, [], |row| row.get(0))?;
        self.connection.execute_batch(&format!("SET {name} = '{value}'"))?;
        self.before.push((name, before));
        Ok(())
    }
}

impl Drop for Limits<'_> {
    fn drop(&mut self) {
        for (name, value) in &self.before {
            // Nothing can be done about a failure, and nothing is lost by a lower limit.
            let _ = self.connection.execute_batch(&format!("SET {name} = '{value}'"));
        }
    }
}
