//! How files make documents: a file joins one, supersedes one, or is the first.
//!
//! A document consists of tables and narrative. A file brings one of them or both; what it brings replaces
//! what was there, what it does not bring stays: a narrative that comes after a whole document replaces
//! its statements and never its tables. This holds for any order, so the documents of a department-year
//! can be derived again from their files when departments turn out to be one.

use std::collections::{BTreeMap, BTreeSet};

use duckdb::{OptionalExt as _, Transaction, params};

use super::import::Imported;
use crate::record::{Disclosure, Part};

/// The document that a file goes to.
pub(super) struct Target {
    /// Its key.
    pub(super) document: i64,
    /// How the file relates to it.
    pub(super) imported: Imported,
}

/// A file of one department, year, kind and scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct File {
    id: i64,
    part: Part,
}

/// One state of what is published: by which file it began, and where its two sides stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Publication {
    began: i64,
    tables: Option<i64>,
    narrative: Option<i64>,
}

/// The publications that files make, each superseding the one before.
fn publications(files: &[File]) -> Vec<Publication> {
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

/// Finds or creates the document of a file, whose rows the caller writes.
pub(super) fn place(
    transaction: &Transaction<'_>,
    disclosure: &Disclosure,
    department: i64,
    file: i64,
) -> duckdb::Result<Target> {
    let header = &disclosure.header;
    let (mut files, document): (Vec<File>, Option<i64>) = {
        let mut statement = transaction.prepare(
            "SELECT f.file_id, f.part, max(d.document_id) OVER () FROM source_file f JOIN document d USING (document_id)
             WHERE d.department_id = ? AND d.fiscal_year = ? AND d.kind = ? AND d.scope = ? ORDER BY f.file_id",
        )?;
        let group = params![department, header.fiscal_year, header.kind.id(), header.scope.id()];
        let rows = statement.query_map(group, |row| {
            Ok((File { id: row.get(0)?, part: part(&row.get::<_, String>(1)?) }, row.get::<_, i64>(2)?))
        })?;
        let rows = rows.collect::<duckdb::Result<Vec<_>>>()?;
        let last = rows.first().map(|(_, last)| *last);
        (rows.into_iter().map(|(file, _)| file).collect(), last)
    };
    files.push(File { id: file, part: disclosure.part });
    let all = publications(&files);
    match (all.last(), document) {
        (Some(now), Some(earlier)) if now.began != file => {
            Ok(Target { document: document_of(transaction, now.began)?.unwrap_or(earlier), imported: Imported::Joined })
        }
        (now, _) => {
            let earlier = match all.len().checked_sub(2).and_then(|before| all.get(before)) {
                Some(before) => document_of(transaction, before.began)?,
                None => None,
            };
            let document = next_id(transaction, "document", "document_id")?;
            transaction.execute(
                "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                params![
                    document,
                    file,
                    department,
                    header.fiscal_year,
                    header.kind.id(),
                    header.scope.id(),
                    header.title,
                    earlier
                ],
            )?;
            if let Some(now) = now {
                for (side, from) in [(Side::Tables, now.tables), (Side::Narrative, now.narrative)] {
                    if let Some(from) = from.filter(|from| *from != file) {
                        take_along(transaction, side, from, document)?;
                    }
                }
            }
            let imported = earlier.map_or(Imported::Added, |earlier| Imported::Superseded { earlier });
            Ok(Target { document, imported })
        }
    }
}

/// Derives the documents of these departments again from their files; the keys of those that remain stay.
pub(super) fn derive(transaction: &Transaction<'_>, departments: &BTreeSet<i64>) -> duckdb::Result<()> {
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
                    take_along(transaction, side, from, document)?;
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

fn document_of(transaction: &Transaction<'_>, began: i64) -> duckdb::Result<Option<i64>> {
    transaction.query_row("SELECT document_id FROM document WHERE file_id = ?", [began], |row| row.get(0)).optional()
}

fn part(id: &str) -> Part {
    [Part::Tables, Part::Narrative].into_iter().find(|part| part.id() == id).unwrap_or(Part::Whole)
}

#[derive(Clone, Copy)]
enum Side {
    Tables,
    Narrative,
}

/// Takes one side of a file to a document; the other side stays with the last document that had it.
fn take_along(transaction: &Transaction<'_>, side: Side, file: i64, document: i64) -> duckdb::Result<()> {
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
    transaction.execute_batch(&sql)
}

/// The next free key; a database has one writer, so none is taken twice.
pub(super) fn next_id(transaction: &Transaction<'_>, table: &str, key: &str) -> duckdb::Result<i64> {
    transaction.query_row(&format!("SELECT coalesce(max({key}), 0)::BIGINT + 1 FROM {table}"), [], |row| row.get(0))
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
