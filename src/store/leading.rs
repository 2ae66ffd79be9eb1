//! The first rows of a long answer, made of the first departments alone.
//!
//! Where rows stand in order of the department's name and those of a department depend on it alone, the first thousand need
//! no more than the first thousand departments: nobody waits for millions of rows that are not shown.

use duckdb::{Connection, OptionalExt as _};

use crate::record::sql_text;

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
        // In a transaction that fails nothing could be set back, and every later answer would lack departments.
        if self.in_transaction()? {
            return work(self);
        }
        let most = rows.saturating_add(1);
        let mut departments = rows / 32 + 1;
        while let Some(last) = self.last_of(asked, departments)? {
            let found = {
                let until = Until(&self.connection);
                until.set(&last)?;
                work(self)?
            };
            if found.1 {
                return Ok(found);
            }
            if departments >= most {
                break;
            }
            // As many as would do if all had as many rows as these, and some more.
            let needed = departments.saturating_mul(most) / found.0.rows().max(1);
            departments = (needed + needed / 4 + 1).max(2 * departments).min(most);
        }
        work(self)
    }

    /// Whether the user has begun a transaction: else each statement has one of its own.
    fn in_transaction(&self) -> Result<bool, StoreError> {
        let number = || self.connection.query_row("SELECT txid_current()", [], |row| row.get::<_, i64>(0));
        Ok(number()? == number()?)
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

impl Until<'_> {
    fn set(&self, name: &str) -> duckdb::Result<()> {
        self.0.execute_batch(&format!("SET VARIABLE last_department = {}", sql_text(name)))
    }
}

impl Drop for Until<'_> {
    fn drop(&mut self) {
        // Ctrl-C or the end of the time may fall upon this, too: as often as it does, it is done again, else every later
        // answer would lack departments. Of other failures none is known that leaves a database to ask.
        let reset = || self.0.execute_batch("RESET VARIABLE last_department").map_err(StoreError::from);
        while matches!(reset(), Err(StoreError::Interrupted)) {}
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::super::queries_test::store;
    use super::super::sample;
    use super::*;

    /// How many documents `leading` lets its work see, one number for each time that it is asked.
    fn seen(store: &Store, rows: usize) -> Vec<usize> {
        let seen = RefCell::new(Vec::new());
        let asked = Departments { department: "NULL".to_owned(), region: "NULL".to_owned() };
        let work = |store: &Store| {
            let found = store.run_up_to("FROM current_document", Some(rows))?;
            seen.borrow_mut().push(found.0.rows() + usize::from(found.1));
            Ok(found)
        };
        store.leading(&asked, rows, work).unwrap();
        seen.into_inner()
    }

    #[test]
    fn few_departments_are_asked_first_and_all_are_there_afterwards() {
        let documents: Vec<_> = ["甲市财政局", "乙市财政局", "丙市财政局"]
            .into_iter()
            .map(|name| {
                let mut disclosure = sample::henan(2023);
                disclosure.header.department.name = name.to_owned();
                disclosure.source.sha256 = name.to_owned();
                disclosure
            })
            .collect();
        let store = store(&documents);
        assert_eq!(seen(&store, 1), [1, 2]);
        assert_eq!(seen(&store, 2), [1, 3]);
        // Fewer departments than rows wanted: at last all are asked.
        assert_eq!(seen(&store, 9), [1, 3]);
        assert_eq!(store.run("FROM current_document").unwrap().rows(), 3);
        store.run("BEGIN").unwrap();
        assert_eq!(seen(&store, 1), [2]);
        store.run("ROLLBACK").unwrap();
        let asked = Departments { department: "NULL".to_owned(), region: "NULL".to_owned() };
        assert!(store.leading(&asked, 1, |store| store.run_up_to("FROM nowhere", Some(1))).is_err());
        assert_eq!(store.run("FROM current_document").unwrap().rows(), 3);
    }

    #[test]
    fn an_interrupt_at_any_moment_leaves_all_departments() {
        let store = Store::in_memory().unwrap();
        // Reading it is interrupted as well.
        let left = || loop {
            if let Ok(found) = store.run("SELECT getvariable('last_department')") {
                return found.texts().concat();
            }
        };
        let handle = store.interrupt_handle();
        let done = AtomicBool::new(false);
        let mut most = 0;
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    handle.interrupt();
                    std::thread::sleep(std::time::Duration::from_micros(20));
                }
            });
            for _ in 0..200 {
                let until = Until(&store.connection);
                let _ = until.set("甲市财政局");
                drop(until);
                most = most.max(left().concat().len());
            }
            done.store(true, Ordering::Relaxed);
        });
        assert_eq!(most, 0);
    }
}
