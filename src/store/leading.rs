//! The first rows of a long answer, made of the first departments alone.
//!
//! Where rows stand in order of the department's name and those of a department depend on it alone, the first thousand need
//! no more than the first thousand departments: nobody waits for millions of rows that are not shown.

use duckdb::{Connection, OptionalExt as _};

use super::{Outcome, Store, StoreError};

/// Departments that a query asks for, each as SQL writes a part of the name, or `NULL`.
#[derive(Clone, Debug)]
pub struct Departments {
    /// The department.
    pub department: String,
    /// The region.
    pub region: String,
}

impl Store {
    /// What `work` gives with at most `rows` rows and whether there are more, for an answer whose rows stand in order of the
    /// department's name and where those of a department depend on it alone. It is asked of few departments first, and of all
    /// where these have no more than `rows`.
    ///
    /// # Errors
    /// As `work`.
    pub fn leading(
        &self,
        asked: &Departments,
        rows: usize,
        work: impl Fn(&Self) -> Result<(Outcome, bool), StoreError>,
    ) -> Result<(Outcome, bool), StoreError> {
        for departments in [rows / 32 + 1, rows.saturating_add(1)] {
            let Some(last) = self.last_of(asked, departments)? else { break };
            let _until = Until::set(&self.connection, &last)?;
            let found = work(self)?;
            if found.1 {
                return Ok(found);
            }
        }
        work(self)
    }

    /// The name at that place among the departments asked for; `None` where there are no more than so many, or where
    /// answers are sorted downwards.
    fn last_of(
        &self,
        Departments { department, region }: &Departments,
        place: usize,
    ) -> Result<Option<String>, StoreError> {
        let sql = format!(
            "SELECT name FROM (
               SELECT DISTINCT p.name FROM department p
               WHERE has_name(list_prepend(p.name, p.aliases), {department}) AND has_name([p.region], {region})
                 AND current_setting('default_order') ILIKE 'asc%'
               ORDER BY p.name LIMIT 1 OFFSET {})",
            place.saturating_sub(1)
        );
        Ok(self.connection.query_row(&sql, [], |row| row.get(0)).optional()?)
    }
}

/// While it lives, the view `current_document` has only departments up to a name.
struct Until<'a>(&'a Connection);

impl<'a> Until<'a> {
    fn set(connection: &'a Connection, name: &str) -> duckdb::Result<Self> {
        connection.execute_batch(&format!("SET VARIABLE last_department = {}", super::stage::text(name)))?;
        Ok(Self(connection))
    }
}

impl Drop for Until<'_> {
    fn drop(&mut self) {
        // Nothing can be done about a failure.
        let _ = self.0.execute_batch("RESET VARIABLE last_department");
    }
}
