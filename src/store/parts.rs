//! How a file relates to the documents that are there: joins one, supersedes one, or is the first.

use duckdb::{OptionalExt as _, Transaction, params};

use super::import::Imported;
use crate::record::{Department, Disclosure, Part};

/// The document that a file goes to.
pub(super) struct Target {
    /// Its key.
    pub(super) document: i64,
    /// How the file relates to it.
    pub(super) imported: Imported,
}

/// Finds or creates the document of a file.
pub(super) fn place(transaction: &Transaction<'_>, disclosure: &Disclosure) -> duckdb::Result<Target> {
    let header = &disclosure.header;
    let department = department(transaction, &header.department)?;
    let current: Option<(i64, String)> = transaction
        .query_row(
            "SELECT document_id, string_agg(s.part, ',') FROM current_document d JOIN source_file s USING (document_id)
             WHERE d.department_id = ? AND d.fiscal_year = ? AND d.kind = ? AND d.scope = ?
             GROUP BY document_id ORDER BY document_id DESC LIMIT 1",
            params![department, header.fiscal_year, header.kind.id(), header.scope.id()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    if let Some((document, parts)) = &current
        && complement(disclosure.part).is_some_and(|other| parts.split(',').all(|part| part == other.id()))
    {
        return Ok(Target { document: *document, imported: Imported::Joined });
    }
    let document = next_id(transaction, "document", "document_id")?;
    let earlier = current.map(|(document, _)| document);
    transaction.execute(
        "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?)",
        params![document, department, header.fiscal_year, header.kind.id(), header.scope.id(), header.title, earlier],
    )?;
    let imported = match earlier {
        None => Imported::Added,
        Some(earlier) => {
            if let Some(other) = complement(disclosure.part) {
                carry_over(transaction, earlier, document, other)?;
            }
            Imported::Superseded { earlier }
        }
    };
    Ok(Target { document, imported })
}

/// The part that makes a document whole together with `part`.
fn complement(part: Part) -> Option<Part> {
    match part {
        Part::Whole => None,
        Part::Tables => Some(Part::Narrative),
        Part::Narrative => Some(Part::Tables),
    }
}

/// Takes the files of `part` along to a new document: only the other part was published anew.
fn carry_over(transaction: &Transaction<'_>, from: i64, to: i64, part: Part) -> duckdb::Result<()> {
    let files = format!("(SELECT file_id FROM source_file WHERE document_id = {from} AND part = '{}')", part.id());
    for table in ["fact", "indicator"] {
        transaction.execute_batch(&format!(
            "UPDATE {table} SET document_id = {to} WHERE cell_id IN
             (SELECT cell_id FROM cell JOIN source_table USING (table_id) WHERE file_id IN {files})"
        ))?;
    }
    for table in ["source_table", "project", "unit", "stated", "diagnostic", "source_file"] {
        transaction.execute_batch(&format!("UPDATE {table} SET document_id = {to} WHERE file_id IN {files}"))?;
    }
    Ok(())
}

/// Finds or creates a department by name and region, and learns its codes.
fn department(transaction: &Transaction<'_>, department: &Department) -> duckdb::Result<i64> {
    let known: Option<i64> = transaction
        .query_row(
            "SELECT department_id FROM department
             WHERE region IS NOT DISTINCT FROM ? AND (name = ? OR list_contains(aliases, ?))
             ORDER BY department_id LIMIT 1",
            params![department.region, department.name, department.name],
            |row| row.get(0),
        )
        .optional()?;
    if let Some(id) = known {
        transaction.execute(
            "UPDATE department SET code = coalesce(code, ?), region_code = coalesce(region_code, ?)
             WHERE department_id = ?",
            params![department.code, department.region_code, id],
        )?;
        return Ok(id);
    }
    let id = next_id(transaction, "department", "department_id")?;
    transaction.execute(
        "INSERT INTO department VALUES (?, ?, []::VARCHAR[], ?, ?, ?)",
        params![id, department.name, department.code, department.region, department.region_code],
    )?;
    Ok(id)
}

/// The next free key; a database has one writer, so none is taken twice.
pub(super) fn next_id(transaction: &Transaction<'_>, table: &str, key: &str) -> duckdb::Result<i64> {
    transaction.query_row(&format!("SELECT coalesce(max({key}), 0)::BIGINT + 1 FROM {table}"), [], |row| row.get(0))
}
