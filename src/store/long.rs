//! Long tables (one row an amount) → the model, inside DuckDB: read once into a typed table, then cells and facts.
//!
//! A row that does not fit is kept in `rejected` with the reason. Every fact keeps its line.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use duckdb::{Connection, OptionalExt as _, params};

use super::import::take;
use super::limits::Limits;
use super::lines::Lines;
use super::loader::Loader;
use super::parts::Kinds;
use super::project_money;
use super::rows::{Rows, row};
use super::stage::{says, stage, unit_of};
use super::{Store, StoreError};
use crate::record::{
    Department, DocumentKind, Field, Header, Mapping, Part, Scope, SourceInfo, TableKind, TableState, region_in,
    sql_text, squash,
};

/// A long table to be imported.
#[derive(Debug)]
pub struct LongTable<'a> {
    /// The file.
    pub source: &'a SourceInfo,
    /// What DuckDB reads: `read_csv(…)`, `read_parquet(…)` or the name of a table.
    pub relation: &'a str,
    /// What DuckDB reads as the lines of a text, in a column `l`.
    pub text: Option<&'a str>,
    /// What stands between the fields of a text, as SQL writes it.
    pub delimiter: &'a str,
    /// What its columns mean; it was checked against them.
    pub mapping: &'a Mapping,
    /// The columns.
    pub columns: &'a [String],
    /// Of a workbook: how many columns of its sheets stand before the first one. Then what DuckDB reads has the columns
    /// [`LONG_ROW`] and [`LONG_SHEET`], too.
    pub sheet: Option<u32>,
}

/// The column that holds a row's number in its sheet.
pub const LONG_ROW: &str = "row of the sheet";

/// The column that holds the number of a row's sheet.
pub const LONG_SHEET: &str = "number of the sheet";

/// What came of a long table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LongCounts {
    /// Rows that became facts.
    pub facts: usize,
    /// Rows that did not fit.
    pub rejected: usize,
    /// Documents they make: one for each department, year, kind and scope.
    pub documents: usize,
    /// Documents that replace earlier ones.
    pub superseded: usize,
}

/// The rows as read, and what they are put together with; all temporary.
const TEMPORARY: [&str; 8] = [
    "long_stage",
    "long_slot",
    "long_line",
    "long_record",
    "long_offset",
    "long_project",
    "reject_errors",
    "reject_scans",
];

impl Store {
    /// The columns of what DuckDB reads.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn columns_of(&self, relation: &str) -> Result<Vec<String>, StoreError> {
        let mut statement = self.connection.prepare(&format!("SELECT column_name FROM (DESCRIBE FROM {relation})"))?;
        let names = statement.query_map([], |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// Imports a long table in one transaction; on an error nothing of it stays.
    ///
    /// # Errors
    /// When it cannot be read or the database not be written.
    pub fn import_long(&mut self, table: &LongTable<'_>) -> Result<LongCounts, StoreError> {
        let connection = &self.connection;
        let _limits = Limits::of_import(connection, None)?;
        let counts = import_all(connection, table);
        // What is left of them would be read as the next file's.
        let drop: String = TEMPORARY.iter().fold(String::new(), |mut sql, name| {
            let _ = write!(sql, "DROP TABLE IF EXISTS temp.{name};");
            sql
        });
        connection.execute_batch(&drop)?;
        counts
    }
}

fn import_all(connection: &Connection, table: &LongTable<'_>) -> Result<LongCounts, StoreError> {
    // Outside the transaction: rows have their final numbers only when they are committed.
    connection.execute_batch(&stage(table))?;
    let lines = Lines::of(connection, table)?;
    let source = SourceInfo { lines: lines.count.and_then(|lines| u32::try_from(lines).ok()), ..table.source.clone() };
    let table = &LongTable { source: &source, ..*table };
    let transaction = connection.unchecked_transaction()?;
    match import(connection, table, &lines) {
        Ok(counts) => Ok(transaction.commit().map(|()| counts)?),
        Err(error) => Err(transaction.rollback().map_or_else(StoreError::from, |()| error)),
    }
}

fn import(connection: &Connection, table: &LongTable<'_>, lines: &Lines) -> Result<LongCounts, StoreError> {
    let path = sql_text(&table.source.path);
    let sha256 = sql_text(&table.source.sha256);
    let Lines { line, join, refused, .. } = lines;
    connection.execute_batch(&format!(
        "DELETE FROM rejected WHERE sha256 = {sha256};
         INSERT INTO rejected SELECT {path}, {sha256}, {line}, s.reason, s.whole FROM long_stage s {join}
         WHERE s.reason IS NOT NULL ORDER BY s.rowid"
    ))?;
    if lines.has_refused {
        connection.execute_batch(&format!(
            "INSERT INTO rejected SELECT {path}, {sha256}, {refused}, e.reason, e.csv_line FROM (
               SELECT line, any_value(lower(error_type::VARCHAR) || ': ' || string_split(error_message, chr(10))[1]) AS reason,
                      coalesce(any_value(csv_line), '') AS csv_line
               FROM reject_errors GROUP BY line) e ORDER BY e.line"
        ))?;
    }
    let mut counts = LongCounts::default();
    slots(connection, table, &mut counts)?;
    write_facts(connection, lines, table)?;
    let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let number = |n: i64| usize::try_from(n).unwrap_or_default();
    counts.rejected = number(count(&format!("SELECT count(*) FROM rejected WHERE sha256 = {sha256}"))?);
    counts.facts = number(count("SELECT count(*) FROM long_stage WHERE reason IS NULL")?);
    Ok(counts)
}

/// One table of one document, as the rows name it.
#[derive(Debug)]
struct Slot {
    key: u64,
    region: Option<String>,
    department: String,
    code: Option<String>,
    year: u16,
    kind: DocumentKind,
    scope: Scope,
    table: TableKind,
    scale: i64,
}

impl Slot {
    fn read(row: &duckdb::Row<'_>) -> duckdb::Result<Self> {
        let name = |i: usize| row.get::<_, String>(i);
        Ok(Self {
            key: row.get(0)?,
            region: row.get(1)?,
            department: squash(&name(2)?).into_owned(),
            code: row.get(3)?,
            year: row.get(4)?,
            kind: DocumentKind::parse(&name(5)?).unwrap_or(DocumentKind::Budget),
            scope: Scope::parse(&name(6)?).unwrap_or(Scope::Department),
            table: TableKind::parse(&name(7)?).unwrap_or(TableKind::Unknown),
            scale: row.get(8)?,
        })
    }
}

/// Makes departments, documents and tables of what the rows name, and `long_slot` that leads to them.
fn slots(connection: &Connection, table: &LongTable<'_>, counts: &mut LongCounts) -> Result<(), StoreError> {
    connection.execute_batch(
        "CREATE OR REPLACE TEMP TABLE long_slot(slot UBIGINT, document_id INTEGER, file_id INTEGER, table_id INTEGER)",
    )?;
    let code = if says(table.mapping, Field::DepartmentCode) { "any_value(department_code)" } else { "NULL::VARCHAR" };
    let mut statement = connection.prepare(&format!(
        "SELECT slot, region, department, {code}, fiscal_year, kind::VARCHAR, scope::VARCHAR, table_kind::VARCHAR, scale
         FROM long_stage WHERE reason IS NULL
         GROUP BY slot, region, department, fiscal_year, kind, scope, table_kind, scale ORDER BY min(rowid)"
    ))?;
    let mut rows = statement.query(params![])?;
    let mut loader = Loader::in_transaction(connection)?;
    let mut groups: Vec<(Header, Vec<TableKind>)> = Vec::new();
    let mut places = BTreeMap::new();
    let mut slots = Vec::new();
    while let Some(found) = rows.next()? {
        let slot = Slot::read(found)?;
        let region = slot.region.as_deref().map(|r| squash(r).into_owned()).or_else(|| region_in(&slot.department));
        let (fiscal_year, kind, scope) = (slot.year, slot.kind, slot.scope);
        let title = format!("{}{fiscal_year}年度{}{}", slot.department, scope.chinese(), kind.chinese());
        let department = Department { name: slot.department, code: slot.code, region, region_code: None };
        // Several spellings of one department are one document.
        let group = *places.entry((loader.department(&department)?, fiscal_year, kind, scope)).or_insert(groups.len());
        if group == groups.len() {
            groups.push((Header { department, fiscal_year, kind, scope, title }, Vec::new()));
        }
        if let Some((_, kinds)) = groups.get_mut(group) {
            kinds.push(slot.table);
        }
        slots.push((slot.key, group, slot.table, slot.scale));
    }
    drop(rows);
    let mut documents = Vec::new();
    for (header, kinds) in groups {
        let kinds = Kinds::printed(kinds.into_iter().map(|kind| (kind, TableState::Data)));
        let (ids, imported) = loader.begin(&header, (Part::Tables, kinds), table.source)?;
        counts.documents += 1;
        counts.superseded += usize::from(matches!(imported, super::Imported::Superseded { .. }));
        documents.push(ids);
    }
    let mut all = Rows::new("long_slot", "uiii");
    let mut tables = BTreeMap::new();
    let mut keys = BTreeSet::new();
    for (key, group, kind, scale) in slots {
        let Some(&ids) = documents.get(group) else { continue };
        let id = *tables
            .entry((ids.document, kind, scale))
            .or_insert_with(|| loader.table(ids, kind, unit_of(scale), &table.source.path));
        // Two different slots of one hash would mix their amounts.
        if !keys.insert(key) {
            let message = "two tables of the file have the same key; split the file and import the parts".to_owned();
            return Err(StoreError::Sql { message });
        }
        row!(all, key, ids.document, ids.file, id);
    }
    loader.write_rows()?;
    all.flush_to_temporary(connection)
}

/// Writes projects, cells and facts of the rows that fit.
fn write_facts(connection: &Connection, lines: &Lines, table: &LongTable<'_>) -> Result<(), StoreError> {
    let mut next = super::parts::next_id(connection, "project", "project_id")?;
    let first_project = take(&mut next);
    let cell = super::parts::next_id(connection, "cell", "cell_id")?;
    let amount = table.mapping.columns.get(&Field::Amount);
    let heading = sql_text(&amount.map_or_else(String::new, |name| squash(name).into_owned()));
    let column = amount.and_then(|name| table.columns.iter().position(|c| c == name)).map_or(1, |at| at + 1);
    // What no column says was not kept.
    let said = |field, column: &'static str| if says(table.mapping, field) { column } else { "NULL" };
    let [function, economic, economic_gov, code, project] = [
        said(Field::FunctionCode, "s.function_code"),
        said(Field::EconomicCode, "s.economic_code"),
        said(Field::EconomicGovCode, "s.economic_gov_code"),
        said(Field::ProjectCode, "s.project_code"),
        said(Field::Project, "s.project"),
    ];
    let [function_name, economic_name] =
        [said(Field::FunctionName, "s.function_name"), said(Field::EconomicName, "s.economic_name")];
    let [period, item] = [said(Field::Period, "s.period"), said(Field::Item, "s.item")];
    let (with_project, id) = if project == "NULL" {
        ("", "NULL")
    } else {
        connection.execute_batch(&format!(
            "CREATE OR REPLACE TEMP TABLE long_project AS
             SELECT {first_project} + row_number() OVER () - 1 AS project_id, * FROM (
               SELECT t.document_id, t.file_id, s.project, any_value({code}) AS code,
                 {} AS amount
               FROM long_stage s JOIN long_slot t ON t.slot = s.slot WHERE s.project IS NOT NULL AND s.reason IS NULL
               GROUP BY t.document_id, t.file_id, s.project ORDER BY min(s.rowid))",
            project_money::sql(Some(period).filter(|p| *p != "NULL"))
        ))?;
        let largest = "SELECT max(abs(amount))::VARCHAR FROM long_project HAVING max(abs(amount)) >= 10000000000000000";
        if let Some(amount) = connection.query_row(largest, [], |row| row.get(0)).optional()? {
            return Err(StoreError::Inexact { amount });
        }
        connection.execute_batch(
            "INSERT INTO project SELECT project_id, document_id, file_id, project, code, code, NULL, amount FROM long_project",
        )?;
        ("LEFT JOIN long_project p ON p.document_id = t.document_id AND p.project = s.project", "p.project_id")
    };
    let Lines { line, join, .. } = lines;
    let (page, before) = table.sheet.map_or(("NULL", 0), |before| ("s.sheet_no", before));
    // Facts of one kind of table stand together: a query reads few of them.
    connection.execute_batch(&format!(
        "INSERT INTO cell SELECT {cell} + s.rowid, t.table_id, {page}, {line}, s.rowid + 1, {before} + {column},
           coalesce({function}, {economic}, {code}, ''), coalesce({project}, {function_name}, {economic_name}, ''), {heading}, s.printed
         FROM long_stage s JOIN long_slot t ON t.slot = s.slot {join} WHERE s.reason IS NULL;
         INSERT INTO fact SELECT {cell} + s.rowid, t.document_id, s.table_kind, s.flow, s.role, own_stage(s.kind), {period}, s.fund,
           s.nature, {item}, {function}, {economic}, {economic_gov}, {id}, NULL, s.amount
         FROM long_stage s JOIN long_slot t ON t.slot = s.slot {with_project} WHERE s.reason IS NULL
         ORDER BY s.table_kind, s.rowid"
    ))?;
    Ok(())
}
