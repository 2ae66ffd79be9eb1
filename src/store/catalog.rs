//! What a database holds, by name.

use std::collections::BTreeMap;

use duckdb::OptionalExt as _;

use crate::record::sql_name;

use super::{Store, StoreError};

/// Kinds of objects that a query can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObjectKind {
    /// A table.
    Table,
    /// A view.
    View,
    /// A table macro: a canned query.
    Macro,
}

impl ObjectKind {
    /// The word shown to users.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::View => "view",
            Self::Macro => "query",
        }
    }
}

/// A table, view or table macro.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectInfo {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: ObjectKind,
    /// Its comment.
    pub comment: Option<String>,
}

/// A column of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnInfo {
    /// Its name.
    pub name: String,
    /// Its type in DuckDB's words.
    pub data_type: String,
    /// Its comment.
    pub comment: Option<String>,
}

impl Store {
    /// Tables, views and table macros by kind and name.
    ///
    /// # Errors
    /// When the catalogue cannot be read.
    pub fn objects(&self) -> Result<Vec<ObjectInfo>, StoreError> {
        let mut all = self.relations()?;
        all.extend(self.macros()?);
        Ok(all)
    }

    /// Tables and views by kind and name.
    ///
    /// # Errors
    /// When the catalogue cannot be read.
    pub fn relations(&self) -> Result<Vec<ObjectInfo>, StoreError> {
        self.named(
            "SELECT table_name, 0 AS kind, comment FROM duckdb_tables() WHERE NOT internal
             UNION ALL
             SELECT view_name, 1, comment FROM duckdb_views() WHERE NOT internal
             ORDER BY kind, 1",
        )
    }

    /// Table macros by name. `DuckDB` lists all its functions for it, which takes longer than all else here.
    ///
    /// # Errors
    /// When the catalogue cannot be read.
    pub fn macros(&self) -> Result<Vec<ObjectInfo>, StoreError> {
        self.named(
            "SELECT DISTINCT function_name, 2, comment FROM duckdb_functions()
             WHERE function_type = 'table_macro' AND NOT internal ORDER BY 1",
        )
    }

    fn named(&self, sql: &str) -> Result<Vec<ObjectInfo>, StoreError> {
        let mut statement = self.connection.prepare(sql)?;
        let rows = statement.query_map([], |row| {
            let kind = match row.get::<_, i32>(1)? {
                0 => ObjectKind::Table,
                1 => ObjectKind::View,
                _ => ObjectKind::Macro,
            };
            Ok(ObjectInfo { name: row.get(0)?, kind, comment: row.get(2)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Columns of all tables and views, by their names in lower case.
    ///
    /// # Errors
    /// When the catalogue cannot be read.
    pub fn all_columns(&self) -> Result<BTreeMap<String, Vec<ColumnInfo>>, StoreError> {
        let mut statement = self.connection.prepare(
            "SELECT lower(table_name), column_name, data_type, comment FROM duckdb_columns()
             WHERE NOT internal ORDER BY database_oid, schema_oid, table_oid, column_index",
        )?;
        let rows = statement.query_map([], |row| {
            let column = ColumnInfo { name: row.get(1)?, data_type: row.get(2)?, comment: row.get(3)? };
            Ok((row.get::<_, String>(0)?, column))
        })?;
        let mut all: BTreeMap<String, Vec<ColumnInfo>> = BTreeMap::new();
        for row in rows {
            let (table, column) = row?;
            all.entry(table).or_default().push(column);
        }
        Ok(all)
    }

    /// Columns of a table, a view or a table macro whose parameters all have defaults, in order.
    ///
    /// # Errors
    /// When no such object exists or its columns cannot be found out.
    pub fn columns(&self, object: &str) -> Result<Vec<ColumnInfo>, StoreError> {
        let mut statement = self.connection.prepare(
            "SELECT column_name, data_type, comment FROM duckdb_columns()
             WHERE NOT internal AND lower(table_name) = lower(?) ORDER BY database_oid, schema_oid, column_index",
        )?;
        let read =
            |row: &duckdb::Row<'_>| Ok(ColumnInfo { name: row.get(0)?, data_type: row.get(1)?, comment: row.get(2)? });
        let columns: Vec<ColumnInfo> = statement.query_map([object], read)?.collect::<Result<_, _>>()?;
        if !columns.is_empty() {
            return Ok(columns);
        }
        let macro_name: Option<String> = self
            .connection
            .query_row(
                "SELECT function_name FROM duckdb_functions()
                 WHERE function_type = 'table_macro' AND NOT internal AND lower(function_name) = lower(?) LIMIT 1",
                [object],
                |row| row.get(0),
            )
            .optional()?;
        let name = macro_name.ok_or_else(|| StoreError::UnknownObject { name: object.to_owned() })?;
        let quoted = sql_name(&name);
        let mut statement = self
            .connection
            .prepare(&format!("SELECT column_name, column_type, NULL::VARCHAR FROM (DESCRIBE FROM {quoted}())"))?;
        Ok(statement.query_map([], read)?.collect::<Result<_, _>>()?)
    }
}
