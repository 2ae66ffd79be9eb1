//! The database: the only place that names duckdb.
//!
//! `schema.sql` is the model, `import` makes rows of a disclosure, `loader` writes those of many in one transaction, `run` answers
//! SQL with Arrow, `catalog` tells what there is.

mod bridge;
mod catalog;
mod error;
mod import;
mod last;
mod leading;
mod limits;
mod loader;
mod long;
mod names;
mod parts;
mod project_money;
mod rows;
mod run;
mod schema;
mod statement;
mod temp;

#[cfg(test)]
mod import_test;
#[cfg(test)]
mod names_test;
#[cfg(test)]
mod queries_test;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod series_sample;
#[cfg(test)]
mod series_test;

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use duckdb::{AccessMode, Config, Connection, OptionalExt as _};

pub use catalog::{ColumnInfo, ObjectInfo, ObjectKind};
pub use error::StoreError;
pub use import::Imported;
pub use last::{LAST, Last, names_last};
pub use leading::Departments;
pub use loader::Loader;
pub use long::{LongCounts, LongImport, Piece, Pieces};
pub use run::Outcome;
pub(crate) use statement::token_length;

/// Whether a database may be changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Read and write; only one process at a time.
    ReadWrite,
    /// Read only; several processes may.
    ReadOnly,
}

/// An open database.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
}

/// Stops the statement that a [`Store`] is running; may be used from any thread.
#[derive(Clone)]
pub struct InterruptHandle(Arc<duckdb::InterruptHandle>);

impl InterruptHandle {
    /// Stops it; does nothing when none runs.
    pub fn interrupt(&self) {
        self.0.interrupt();
    }
}

impl std::fmt::Debug for InterruptHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InterruptHandle")
    }
}

/// Whether a file is empty or has the mark of DuckDB's files: DUCK behind eight bytes of checksum.
fn is_duckdb(path: &Path) -> std::io::Result<bool> {
    let mut head = Vec::new();
    std::fs::File::open(path)?.take(12).read_to_end(&mut head)?;
    Ok(head.is_empty() || head.get(8..) == Some(b"DUCK"))
}

impl Store {
    /// Opens a database; a new one is created with its schema if it may be written.
    ///
    /// # Errors
    /// When the file is locked, is something else, or cannot be opened.
    pub fn open(path: &Path, access: Access) -> Result<Self, StoreError> {
        let failed = |error: &duckdb::Error| StoreError::on_open(path, error);
        let mode = match access {
            Access::ReadWrite => AccessMode::ReadWrite,
            Access::ReadOnly => AccessMode::ReadOnly,
        };
        if access == Access::ReadOnly && !path.exists() {
            let cause = "no such file; `yusuan ingest` makes one".to_owned();
            return Err(StoreError::CannotOpen { path: path.to_owned(), cause });
        }
        if path.is_dir() {
            return Err(StoreError::NotADatabase { path: path.to_owned() });
        }
        if path.is_file() && !is_duckdb(path).unwrap_or(true) {
            // DuckDB would look for an extension that reads it.
            return Err(StoreError::NotADatabase { path: path.to_owned() });
        }
        // New files use what this version of DuckDB can store: its compression of texts halves what they cost to write.
        // An import commits many times; each checkpoint would write its last, unfilled row groups once more.
        let config = Config::default()
            .access_mode(mode)
            .and_then(|c| c.with("storage_compatibility_version", "latest"))
            .and_then(|c| c.with("wal_autocheckpoint", "128MB"));
        let config = config.map_err(|e| failed(&e))?;
        let connection = Connection::open_with_flags(path, config).map_err(|e| failed(&e))?;
        let mut store = Self { connection };
        match store.schema_version().map_err(|e| failed(&e))? {
            Some(found) if found == schema::VERSION => {
                if access == Access::ReadWrite {
                    schema::refresh_lists(&store.connection)
                        .map_err(|e| StoreError::CannotOpen { path: path.to_owned(), cause: e.to_string() })?;
                }
            }
            Some(found) => {
                let known = schema::VERSION.to_owned();
                return Err(StoreError::OtherSchema { path: path.to_owned(), found, known });
            }
            None if access == Access::ReadWrite && store.is_blank().map_err(|e| failed(&e))? => {
                schema::create(&mut store.connection)
                    .map_err(|e| StoreError::CannotOpen { path: path.to_owned(), cause: e.to_string() })?;
            }
            None => {
                return Err(StoreError::Foreign { path: path.to_owned() });
            }
        }
        Ok(store)
    }

    /// Makes a database that lives as long as the value.
    ///
    /// # Errors
    /// When DuckDB cannot start.
    pub fn in_memory() -> Result<Self, StoreError> {
        let mut connection = Connection::open_in_memory()?;
        schema::create(&mut connection)?;
        Ok(Self { connection })
    }

    /// Defines canned queries, all or none. Each pair is a name, for messages, and the SQL that defines it.
    ///
    /// # Errors
    /// When one does not compile; the error names it.
    pub fn install(&self, definitions: &[(String, String)]) -> Result<(), StoreError> {
        let transaction = self.connection.unchecked_transaction()?;
        for (name, sql) in definitions {
            transaction.execute_batch(sql).map_err(|error| match error.into() {
                StoreError::Sql { message } => StoreError::Definition { name: name.clone(), cause: message },
                other => other,
            })?;
        }
        Ok(transaction.commit()?)
    }

    /// Version of the built-in queries that the file holds.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn definitions_version(&self) -> Result<Option<String>, StoreError> {
        Ok(self.meta("definitions")?)
    }

    /// Notes the version of the built-in queries.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set_definitions_version(&self, version: &str) -> Result<(), StoreError> {
        self.connection.execute("INSERT OR REPLACE INTO yusuan_meta VALUES ('definitions', ?)", [version])?;
        Ok(())
    }

    /// A handle that stops what this store is running.
    #[must_use]
    pub fn interrupt_handle(&self) -> InterruptHandle {
        InterruptHandle(self.connection.interrupt_handle())
    }

    fn meta(&self, key: &str) -> duckdb::Result<Option<String>> {
        self.connection.query_row("SELECT value FROM yusuan_meta WHERE key = ?", [key], |row| row.get(0)).optional()
    }

    /// `None` when the database was not made by this program.
    fn schema_version(&self) -> duckdb::Result<Option<String>> {
        match self.meta("schema") {
            // Asking the catalogue first would cost every start a scan of it.
            Err(duckdb::Error::DuckDBFailure(_, Some(message))) if message.contains("yusuan_meta does not exist") => {
                Ok(None)
            }
            other => other,
        }
    }

    fn is_blank(&self) -> duckdb::Result<bool> {
        self.connection.query_row(
            "SELECT (SELECT count(*) FROM duckdb_tables() WHERE NOT internal)
                  + (SELECT count(*) FROM duckdb_views() WHERE NOT internal) = 0",
            [],
            |row| row.get(0),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_created_once_and_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("预算.duckdb");
        assert!(matches!(Store::open(&path, Access::ReadOnly), Err(StoreError::CannotOpen { .. })));
        let store = Store::open(&path, Access::ReadWrite).unwrap();
        assert_eq!(store.definitions_version().unwrap(), None);
        store.set_definitions_version("0.1.0").unwrap();
        store.set_definitions_version("0.2.0").unwrap();
        drop(store);
        let store = Store::open(&path, Access::ReadOnly).unwrap();
        assert_eq!(store.definitions_version().unwrap().as_deref(), Some("0.2.0"));
        assert!(store.set_definitions_version("0.3.0").is_err());
    }

    #[test]
    fn other_files_are_refused_with_their_reason() {
        let folder = tempfile::tempdir().unwrap();
        let text = folder.path().join("notes.txt");
        std::fs::write(&text, "not a database ".repeat(2000)).unwrap();
        assert_eq!(Store::open(&text, Access::ReadWrite).unwrap_err(), StoreError::NotADatabase { path: text.clone() });
        let error = Store::open(&folder.path().join("no/such/x.duckdb"), Access::ReadWrite).unwrap_err();
        assert!(error.is_open_failure(), "{error}");
        assert_eq!(error.to_string().lines().count(), 1, "{error}");

        let foreign = folder.path().join("foreign.duckdb");
        Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE t(x INT)").unwrap();
        assert!(matches!(Store::open(&foreign, Access::ReadWrite), Err(StoreError::Foreign { .. })));

        let newer = folder.path().join("newer.duckdb");
        let store = Store::open(&newer, Access::ReadWrite).unwrap();
        store.run("UPDATE yusuan_meta SET value = '999' WHERE key = 'schema'").unwrap();
        drop(store);
        let error = Store::open(&newer, Access::ReadOnly).unwrap_err();
        assert!(error.to_string().contains("update yusuan"), "{error}");
    }

    #[test]
    fn a_wrong_definition_is_named_and_undoes_all() {
        let store = Store::in_memory().unwrap();
        let definitions = [
            ("good".to_owned(), "CREATE OR REPLACE MACRO good() AS TABLE SELECT 1".to_owned()),
            ("bad".to_owned(), "CREATE OR REPLACE MACRO bad( AS TABLE".to_owned()),
        ];
        let error = store.install(&definitions).unwrap_err();
        assert!(error.to_string().starts_with("canned query `bad`: "), "{error}");
        assert!(store.run("FROM good()").is_err());
        assert!(store.install(&definitions[..1]).is_ok());
        assert!(store.run("FROM good()").is_ok());
    }

    #[test]
    fn everything_carries_a_comment() {
        let store = Store::in_memory().unwrap();
        for object in store.objects().unwrap() {
            assert!(object.comment.is_some(), "{}", object.name);
            // Those of a macro cannot have any.
            if object.kind == ObjectKind::Macro {
                continue;
            }
            for column in store.columns(&object.name).unwrap() {
                assert!(column.comment.is_some(), "{}.{}", object.name, column.name);
            }
        }
        assert!(matches!(store.columns("无此表"), Err(StoreError::UnknownObject { .. })));
    }
}
