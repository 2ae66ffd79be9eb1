//! How files make documents: a file joins one, supersedes one, or is the first.
//!
//! A document consists of tables and narrative. A file brings one of them or both; what it brings replaces
//! what was there, what it does not bring stays: a narrative that comes after a whole document replaces
//! its statements and never its tables. This holds for any order, so the documents of a department-year
//! can be derived again from their files when departments turn out to be one.

use std::collections::{BTreeMap, BTreeSet};

use duckdb::{Connection, OptionalExt as _, params};

use crate::record::Part;

/// A file of one department, year, kind and scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct File {
    pub(super) id: i64,
    pub(super) part: Part,
}

/// One state of what is published: by which file it began, and where its two sides stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Publication {
    pub(super) began: i64,
    pub(super) tables: Option<i64>,
    pub(super) narrative: Option<i64>,
}

/// The publications that files make, each superseding the one before.
pub(super) fn publications(files: &[File]) -> Vec<Publication> {
    let mut all: Vec<Publication> = Vec::new();
    for file in files {
        let tables = (file.part != Part::Narrative).then_some(file.id);
        let narrative = (file.part != Part::Tables).then_some(file.id);
        match all.last_mut() {
            Some(last)
                if !(tables.is_some() && last.tables.is_some() || narrative.is_some() && last.narrative.is_some()) =>
            {
                last.tables = last.tables.or(tables);
                last.narrative = last.narrative.or(narrative);
            }
            last => {
                let before = last.map_or((None, None), |p| (p.tables, p.narrative));
                all.push(Publication {
                    began: file.id,
                    tables: tables.or(before.0),
                    narrative: narrative.or(before.1),
                });
            }
        }
    }
    all
}

/// Derives the documents of these departments again from their files; the keys of those that remain stay.
pub(super) fn derive(transaction: &Connection, departments: &BTreeSet<i64>) -> duckdb::Result<()> {
    type Group = (i64, i64, String, String);
    let list = departments.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let mut groups: BTreeMap<Group, Vec<File>> = BTreeMap::new();
    let mut origins: BTreeMap<i64, (i64, String)> = BTreeMap::new();
    {
        let mut statement = transaction.prepare(&format!(
            "SELECT f.file_id, f.part, a.department_id, d.fiscal_year::BIGINT, d.kind, d.scope, d.document_id, d.title
             FROM source_file f JOIN department_alias a USING (alias_id) JOIN document d USING (document_id)
             WHERE a.department_id IN ({list}) OR d.department_id IN ({list}) ORDER BY f.file_id"
        ))?;
        let rows = statement.query_map([], |row| {
            let file = File { id: row.get(0)?, part: part(&row.get::<_, String>(1)?) };
            Ok((file, (row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?), (row.get(6)?, row.get(7)?)))
        })?;
        for row in rows {
            let (file, group, origin): (File, Group, (i64, String)) = row?;
            origins.insert(file.id, origin);
            groups.entry(group).or_default().push(file);
        }
    }
    let mut kept = BTreeSet::new();
    for ((department, year, kind, scope), files) in groups {
        let mut earlier: Option<i64> = None;
        for now in publications(&files) {
            let document = if let Some(document) = document_of(transaction, now.began)? {
                transaction.execute(
                    "UPDATE document SET department_id = ?, supersedes = ? WHERE document_id = ?",
                    params![department, earlier, document],
                )?;
                document
            } else {
                let document = next_id(transaction, "document", "document_id")?;
                let title = origins.get(&now.began).map(|(_, title)| title.as_str()).unwrap_or_default();
                transaction.execute(
                    "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    params![document, now.began, department, year, kind, scope, title, earlier],
                )?;
                document
            };
            for (side, from) in [(Side::Tables, now.tables), (Side::Narrative, now.narrative)] {
                if let Some(from) = from {
                    transaction.execute_batch(&take_along(side, from, document))?;
                }
            }
            kept.insert(document);
            earlier = Some(document);
        }
    }
    let files = origins.keys().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let kept = kept.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    if !files.is_empty() {
        transaction.execute_batch(&format!(
            "DELETE FROM document WHERE file_id IN ({files}) AND document_id NOT IN ({kept})"
        ))?;
    }
    Ok(())
}

fn document_of(transaction: &Connection, began: i64) -> duckdb::Result<Option<i64>> {
    transaction.query_row("SELECT document_id FROM document WHERE file_id = ?", [began], |row| row.get(0)).optional()
}

pub(super) fn part(id: &str) -> Part {
    [Part::Tables, Part::Narrative].into_iter().find(|part| part.id() == id).unwrap_or(Part::Whole)
}

/// One of the two sides of a document.
#[derive(Clone, Copy, Debug)]
pub(super) enum Side {
    Tables,
    Narrative,
}

/// SQL that takes one side of a file to a document; the other side stays with the last document that had it.
pub(super) fn take_along(side: Side, file: i64, document: i64) -> String {
    let mut sql = String::new();
    let mut set = |table: &str, condition: &str| {
        use std::fmt::Write as _;
        let _ = write!(sql, "UPDATE {table} SET document_id = {document} WHERE {condition};");
    };
    let of_file = format!("file_id = {file}");
    match side {
        Side::Tables => {
            let cells = format!(
                "cell_id IN (SELECT cell_id FROM cell JOIN source_table USING (table_id) WHERE file_id = {file})"
            );
            set("fact", &cells);
            set("indicator", &cells);
            for table in ["source_table", "project", "unit"] {
                set(table, &of_file);
            }
            set("diagnostic", &format!("{of_file} AND table_kind IS NOT NULL"));
        }
        Side::Narrative => set("stated", &of_file),
    }
    set("diagnostic", &format!("{of_file} AND table_kind IS NULL"));
    set("source_file", &of_file);
    sql
}

/// The next free key; a database has one writer, so none is taken twice.
pub(super) fn next_id(connection: &Connection, table: &str, key: &str) -> duckdb::Result<i64> {
    connection.query_row(&format!("SELECT coalesce(max({key}), 0)::BIGINT + 1 FROM {table}"), [], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_side_is_replaced_by_what_brings_it() {
        let run = |parts: &[Part]| {
            let files: Vec<File> = (1..).zip(parts).map(|(id, part)| File { id, part: *part }).collect();
            publications(&files).iter().map(|p| (p.began, p.tables, p.narrative)).collect::<Vec<_>>()
        };
        let (w, t, n) = (Part::Whole, Part::Tables, Part::Narrative);
        assert_eq!(run(&[t, n]), [(1, Some(1), Some(2))]);
        assert_eq!(run(&[n, t, t]), [(1, Some(2), Some(1)), (3, Some(3), Some(1))]);
        assert_eq!(run(&[w, n]), [(1, Some(1), Some(1)), (2, Some(1), Some(2))]);
        assert_eq!(run(&[w, t, n]), [(1, Some(1), Some(1)), (2, Some(2), Some(1)), (3, Some(2), Some(3))]);
        assert_eq!(run(&[t, w]), [(1, Some(1), None), (2, Some(2), Some(2))]);
        assert_eq!(run(&[w, w]), [(1, Some(1), Some(1)), (2, Some(2), Some(2))]);
    }
}
