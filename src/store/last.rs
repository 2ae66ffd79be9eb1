//! The last result: the table `_` in SQL and in pipelines.

use std::cell::Cell;

use super::statement::tokens;
use super::{Outcome, Store, StoreError};

/// The name of the last result in SQL.
pub const LAST: &str = "_";

/// The last result, of which perhaps only the first rows were fetched.
#[derive(Clone, Copy, Debug)]
pub struct Last<'a> {
    /// Its rows, or the first of them.
    pub rows: &'a Outcome,
    /// The query that gives all of them, where `rows` are only the first.
    pub query: Option<&'a str>,
    /// Whether the table `_` holds all that the query gives.
    pub kept: &'a Cell<bool>,
}

impl Last<'_> {
    /// Makes the table `_` of all rows, once.
    ///
    /// The query runs again for that. It gives what it gives now: where data were changed since, or where it calls what is
    /// new each time (`random()`), that is not what was shown. Canned queries call nothing of the sort.
    ///
    /// # Errors
    /// When the query fails, or a column's type has no Arrow form that `DuckDB` reads.
    pub fn keep(&self, store: &Store) -> Result<(), StoreError> {
        match self.query {
            None => store.keep(LAST, self.rows),
            Some(_) if self.kept.get() => Ok(()),
            Some(query) => {
                store.keep_all(LAST, self.rows, query)?;
                self.kept.set(true);
                Ok(())
            }
        }
    }
}

/// Whether SQL reads the last result: a `_` that is a word of its own.
#[must_use]
pub fn names_last(sql: &str) -> bool {
    tokens(sql).any(|token| token == LAST || token == "\"_\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_result_is_named_outside_texts_and_comments() {
        for sql in ["FROM _", "SELECT * FROM\n\"_\";", "from _ | head", "SELECT _.x FROM _"] {
            assert!(names_last(sql), "{sql}");
        }
        for sql in
            ["FROM a_", "FROM __", "SELECT '_'", "SELECT x LIKE 'a _ b' -- _", "SELECT 1 /* _ */", "FROM \"a _\""]
        {
            assert!(!names_last(sql), "{sql}");
        }
    }

    #[test]
    fn what_was_fetched_in_part_becomes_a_table_of_all() {
        let store = Store::in_memory().unwrap();
        let query = "SELECT range AS n, 'a'::ENUM ('a', 'b') AS kind, CAST(range AS DECIMAL(18,2)) AS amount FROM range(5000) -- end";
        let (rows, cut) = store.run_first(query, 10).unwrap();
        assert!(cut);
        let kept = Cell::new(false);
        let last = Last { rows: &rows, query: Some(query), kept: &kept };
        last.keep(&store).unwrap();
        let sums = |sql: &str| store.run(sql).unwrap().texts().concat();
        let types = "SELECT count(*), sum(amount), any_value(typeof(amount)), any_value(typeof(kind)) FROM _";
        assert_eq!(sums(types), ["5000", "12497500.00", "DECIMAL(18,2)", "VARCHAR"]);
        // A query of the table itself becomes the next one.
        let query = "FROM _ WHERE n >= 4000";
        let (rows, _) = store.run_first(query, 10).unwrap();
        let kept = Cell::new(false);
        let last = Last { rows: &rows, query: Some(query), kept: &kept };
        last.keep(&store).unwrap();
        last.keep(&store).unwrap();
        assert_eq!(sums("SELECT count(*), min(n) FROM _"), ["1000", "4000"]);
        // What fails leaves the table that was there.
        let fails = "SELECT CASE WHEN n = 4500 THEN error('x') ELSE n END AS n FROM _";
        let kept = Cell::new(false);
        let last = Last { rows: &rows, query: Some(fails), kept: &kept };
        assert!(last.keep(&store).is_err() && !kept.get());
        assert_eq!(sums("SELECT count(*) FROM _"), ["1000"]);
        // A table of the user's that has the name stays.
        let store = Store::in_memory().unwrap();
        store.run("CREATE TABLE _ AS SELECT 7 AS x").unwrap();
        let last = Last { rows: &rows, query: Some("SELECT 1 AS n, 'a' AS kind, 2 AS amount"), kept: &kept };
        last.keep(&store).unwrap();
        assert_eq!(store.run("SELECT x FROM memory.main._").unwrap().texts().concat(), ["7"]);
    }
}
