//! Canned queries in the database: written into a file that may be changed, else made for the session.

use std::sync::LazyLock;

use regex::Regex;

use super::{Statement, split_sql};
use crate::error::Error;
use crate::query::Library;
use crate::store::{Access, Store};

/// Defines the queries where the file has those of another version of the program, or of another user.
pub(super) fn refresh(store: &Store, library: &Library, access: Access) -> Result<(), Error> {
    if is_current(store, library)? {
        return Ok(());
    }
    match access {
        Access::ReadWrite => {
            store.install(&library.definitions())?;
            store.set_definitions_version(&library.version())?;
        }
        Access::ReadOnly => {
            let all = library.definitions().into_iter().map(|(name, sql)| (name, temporary(&sql)));
            store.install(&all.collect::<Vec<_>>())?;
        }
    }
    Ok(())
}

/// Whether the file has the queries of this program and this user.
pub(super) fn is_current(store: &Store, library: &Library) -> Result<bool, Error> {
    Ok(store.definitions_version()?.as_deref() == Some(library.version().as_str()))
}

/// The same definition for this session only; what has no place in the file has no comment.
fn temporary(sql: &str) -> String {
    static CREATE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)^\s*create\s+(?:or\s+replace\s+)?(macro|function|view)\b").ok());
    let mut out = String::new();
    for statement in split_sql(sql).statements {
        let Statement::Sql(text) = statement else { continue };
        let found = CREATE.as_ref().and_then(|c| c.captures(&text)).and_then(|c| Some((c.get(0)?.end(), c.get(1)?)));
        if let Some((end, kind)) = found {
            out.push_str("CREATE OR REPLACE TEMP ");
            out.push_str(kind.as_str());
            out.push_str(text.get(end..).unwrap_or_default());
            out.push_str("\n;\n");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_definition_has_a_form_for_the_session() {
        let store = Store::in_memory().unwrap();
        for (name, sql) in Library::embedded().unwrap().definitions() {
            let sql = temporary(&sql);
            assert_eq!(sql.matches("CREATE OR REPLACE TEMP ").count(), 1, "{name}: {sql}");
            store.install(&[(name, sql)]).unwrap();
        }
    }
}
