//! Long tables (one row an amount) → the model. Rows come in pieces ([`Pieces`]), which DuckDB takes in on all cores; their
//! documents are known when the last one is there, and then get their places among those that are stored.
//!
//! What a row prints need not be stored where it follows from its fact: see the view `cell`. A row that does not fit is kept
//! in `rejected` with the reason.

mod feed;
mod pieces;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use arrow::record_batch::RecordBatch;
use duckdb::{Connection, OptionalExt as _, Transaction};

use super::import::{Ids, Keys};
use super::limits::Limits;
use super::loader::Loader;
use super::parts::Kinds;
use super::rows::{Rows, row};
use super::{Imported, Store, StoreError, project_money};
use crate::record::{
    Department, Header, Lookup, MoneyUnit, Part, SourceInfo, TableKind, TableState, region_in, sql_text,
};
use feed::{Feed, PART};
use pieces::Known;
pub use pieces::{Piece, Pieces};

/// Projects that are written together.
const PROJECTS: usize = 4 * PART;

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

/// What waits for the end of an import, all temporary.
const TEMPORARY: [(&str, &str); 3] = [
    (
        "long_subject",
        "subject INTEGER, table_kind table_kind, flow flow, role role, stage stage, period period, fund fund, nature nature, \
         item item, function_code VARCHAR, economic_code VARCHAR, economic_gov_code VARCHAR",
    ),
    ("long_late", "project_id INTEGER"),
    ("long_rejected", "line BIGINT, reason VARCHAR, text VARCHAR"),
];

/// The import of a long table in one transaction; dropped before [`LongImport::finish`] nothing of it stays.
#[derive(Debug)]
pub struct LongImport<'a> {
    connection: &'a Connection,
    transaction: Transaction<'a>,
    keys: Keys,
    /// Projects that wait: fewer would be written twice by the database.
    projects: Vec<RecordBatch>,
    feed: Feed,
    counts: LongCounts,
    _limits: Limits<'a>,
}

impl Store {
    /// Whether a long table of this format was imported.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn has_format(&self, format: &str) -> Result<bool, StoreError> {
        let sql = "SELECT count(*) > 0 FROM source_file WHERE format = ?";
        Ok(self.connection.query_row(sql, [format], |row| row.get(0))?)
    }

    /// The columns of what DuckDB reads.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn columns_of(&self, relation: &str) -> Result<Vec<String>, StoreError> {
        let mut statement = self.connection.prepare(&format!("SELECT column_name FROM (DESCRIBE FROM {relation})"))?;
        let names = statement.query_map([], |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// Another connection to the same database: reads beside an import.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn beside(&self) -> Result<Self, StoreError> {
        Ok(Self { connection: self.connection.try_clone()? })
    }

    /// Begins the import of a long table.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn import_long(&mut self) -> Result<LongImport<'_>, StoreError> {
        let connection = &self.connection;
        let mut limits = Limits::of_import(connection, None)?;
        // Rows know their lines: they need not come in the order of the file.
        limits.set("preserve_insertion_order", "false")?;
        let feed = Feed::of(connection)?;
        let transaction = connection.unchecked_transaction()?;
        let make = TEMPORARY.iter().fold(String::new(), |mut sql, (name, columns)| {
            let _ = write!(sql, "CREATE OR REPLACE TEMP TABLE {name}({columns});");
            sql
        });
        connection.execute_batch(&make)?;
        let keys = Keys::read(connection)?;
        let counts = LongCounts::default();
        Ok(LongImport { connection, transaction, keys, projects: Vec::new(), feed, counts, _limits: limits })
    }
}

impl LongImport<'_> {
    /// What makes pieces of rows; it may work in another thread. `amount` is the column of the amounts, from 1, and its name.
    #[must_use]
    pub fn pieces(&self, amount: (u32, String)) -> Pieces {
        Pieces::new(&self.keys, amount)
    }

    /// Takes a piece.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn write(&mut self, mut piece: Piece) -> Result<(), StoreError> {
        if let Some(amount) = piece.inexact {
            return Err(StoreError::Inexact { amount: amount.to_string() });
        }
        self.counts.facts += piece.facts();
        self.counts.rejected += piece.rejected.count();
        for rows in [&mut piece.subjects, &mut piece.late, &mut piece.rejected] {
            rows.flush_to_temporary(self.connection)?;
        }
        piece.cells.flush(self.connection)?;
        self.projects.extend(piece.projects.batch()?);
        if self.projects.iter().map(RecordBatch::num_rows).sum::<usize>() >= PROJECTS {
            self.write_projects()?;
        }
        self.feed.pour(self.connection, piece.batch.as_slice(), |rows| {
            format!(
                "INSERT INTO fact SELECT r.cell_id, r.document_id, r.table_id, s.table_kind, s.flow, s.role, s.stage, s.period, s.fund,
                   s.nature, s.item, s.function_code, s.economic_code, s.economic_gov_code, r.project_id, NULL, r.amount, r.decimals
                 FROM {rows} r JOIN long_subject s ON s.subject = r.subject"
            )
        })
    }

    fn write_projects(&mut self) -> Result<(), StoreError> {
        let projects = std::mem::take(&mut self.projects);
        self.feed.pour(self.connection, &projects, |rows| {
            format!("INSERT INTO project SELECT c0, c1, c2, c3, c4, c5, NULL, c6 FROM {rows}")
        })
    }

    /// Gives the documents their places and ends the import.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn finish(mut self, pieces: Pieces, source: &SourceInfo) -> Result<LongCounts, StoreError> {
        let (last, known) = pieces.finish();
        self.write(last)?;
        self.write_projects()?;
        self.place(&known, source)?;
        let (path, sha256) = (sql_text(&source.path), sql_text(&source.sha256));
        self.connection.execute_batch(&format!(
            "DELETE FROM rejected WHERE sha256 = {sha256};
             INSERT INTO rejected SELECT {path}, {sha256}, line, reason, text FROM long_rejected ORDER BY line;"
        ))?;
        self.settle_projects(&known)?;
        self.transaction.commit()?;
        let drop = TEMPORARY.iter().fold(String::new(), |mut sql, (name, _)| {
            let _ = write!(sql, "DROP TABLE IF EXISTS temp.{name};");
            sql
        });
        self.connection.execute_batch(&drop)?;
        Ok(self.counts)
    }

    /// Makes departments, documents and tables of what the rows name. They have the keys that the facts bear already, unless
    /// several spellings are one department or a document is there that lacks these tables: then facts move.
    fn place(&mut self, known: &Known, source: &SourceInfo) -> Result<(), StoreError> {
        let mut loader = Loader::in_transaction(self.connection)?;
        // All names first: what settles them may change documents that are stored.
        let mut groups: Vec<(Header, BTreeSet<usize>)> = Vec::new();
        let mut group_of = Vec::with_capacity(known.documents.len());
        let mut places = BTreeMap::new();
        let mut firsts = Vec::new();
        for (no, document) in known.documents.iter().enumerate() {
            let region = document.region.clone().or_else(|| region_in(&document.department));
            let (name, code) = (document.department.clone(), document.code.clone());
            let department = Department { name, code, region, region_code: None };
            let (fiscal_year, kind, scope) = (document.fiscal_year, document.kind, document.scope);
            let key = (loader.department(&department)?, fiscal_year, kind, scope);
            let group = *places.entry(key).or_insert(groups.len());
            if group == groups.len() {
                let title = format!("{}{fiscal_year}年度{}{}", department.name, scope.chinese(), kind.chinese());
                groups.push((Header { department, fiscal_year, kind, scope, title }, BTreeSet::new()));
                firsts.push(no);
            }
            group_of.push(group);
        }
        for (slot, table) in known.tables.iter().enumerate() {
            let group = group_of.get(table.document).and_then(|group| groups.get_mut(*group));
            if let Some((_, slots)) = group {
                slots.insert(slot);
            }
        }
        let mut documents: Vec<Ids> = Vec::with_capacity(groups.len());
        for ((header, slots), first) in groups.iter().zip(firsts) {
            let kinds = slots.iter().filter_map(|slot| known.tables.get(*slot)).map(|table| table.kind);
            let kinds = Kinds::printed(kinds.map(|kind| (kind, TableState::Data)));
            loader.skip_to(self.keys.of_document(first));
            let (ids, imported) = loader.begin(header, (Part::Tables, kinds), source)?;
            self.counts.documents += 1;
            self.counts.superseded += usize::from(matches!(imported, Imported::Superseded { .. }));
            documents.push(ids);
        }
        let mut moved = Moved::default();
        for (no, group) in group_of.iter().enumerate() {
            let given = self.keys.of_document(no);
            if let Some(ids) =
                documents.get(*group).filter(|ids| (ids.document, ids.file) != (given.document, given.file))
            {
                moved.documents.push([given.document, ids.document, ids.file]);
            }
        }
        let mut rows = Rows::new("source_table", "iiiii");
        let mut tables = Lookup::default();
        for (slot, table) in known.tables.iter().enumerate() {
            let Some(ids) = group_of.get(table.document).and_then(|group| documents.get(*group)) else { continue };
            let given = self.keys.of_table(slot);
            let id = *tables.entry((ids.document, table.kind, table.unit)).or_insert_with(|| {
                row!(rows, given, ids.document, ids.file, ordinal(table.kind), scale(table.unit));
                given
            });
            if id != given {
                moved.tables.push((given, id));
            }
        }
        self.write_tables(rows, known, source)?;
        moved.apply(self.connection, &self.keys)?;
        loader.write_rows()
    }

    /// Writes the tables; but for their keys, kinds and units they are all alike.
    fn write_tables(&self, mut rows: Rows, known: &Known, source: &SourceInfo) -> Result<(), StoreError> {
        let line = if known.has_lines { "1" } else { "NULL" };
        let (path, first, (column, heading)) = (sql_text(&source.path), self.keys.cell, &known.amount);
        let heading = sql_text(heading);
        let units = UNITS.map(|unit| format!("('{}', {})", unit.name(), scale(unit))).join(", ");
        self.feed.pour(self.connection, rows.batch()?.as_slice(), |rows| {
            format!(
                "INSERT INTO source_table
                 SELECT r.c0, r.c1, r.c2, enum_range(NULL::table_kind)[r.c3]::table_kind, 'data', {path}, '', u.name, u.name, u.scale, NULL,
                   {line}, {first}, {column}, {heading}
                 FROM {rows} r JOIN (VALUES {units}) u(name, scale) ON u.scale = r.c4"
            )
        })
    }

    /// Sums up the money of the projects whose rows stand in several pieces.
    fn settle_projects(&self, known: &Known) -> Result<(), StoreError> {
        let sum = project_money::sql(known.has_periods.then_some("s.period"));
        let first = self.keys.cell;
        self.connection.execute_batch(&format!(
            "CREATE OR REPLACE TEMP TABLE long_sum AS
             SELECT s.project_id, {sum} AS amount FROM fact s
             WHERE s.cell_id >= {first} AND s.project_id IN (SELECT l.project_id FROM long_late l) GROUP BY s.project_id;
             UPDATE project SET amount = m.amount FROM long_sum m WHERE project.project_id = m.project_id AND abs(m.amount) < 10000000000000000"
        ))?;
        let largest = "SELECT max(abs(amount))::VARCHAR FROM long_sum HAVING max(abs(amount)) >= 10000000000000000";
        let found = self.connection.query_row(largest, [], |row| row.get(0)).optional()?;
        self.connection.execute_batch("DROP TABLE long_sum")?;
        found.map_or(Ok(()), |amount| Err(StoreError::Inexact { amount }))
    }
}

const UNITS: [MoneyUnit; 5] =
    [MoneyUnit::Yuan, MoneyUnit::Thousand, MoneyUnit::TenThousand, MoneyUnit::Million, MoneyUnit::HundredMillion];

/// How many 元 a unit is.
fn scale(unit: MoneyUnit) -> i64 {
    i64::try_from(unit.scale().mantissa()).unwrap_or_default()
}

/// The place of a kind of table among all, from 1.
fn ordinal(kind: TableKind) -> u32 {
    let at = TableKind::ALL.iter().position(|known| *known == kind).unwrap_or_default();
    u32::try_from(at + 1).unwrap_or_default()
}

/// Facts that bear keys which their documents and tables did not get.
#[derive(Debug, Default)]
struct Moved {
    /// The key given, those of document and file that count.
    documents: Vec<[i64; 3]>,
    /// The key given, that which counts.
    tables: Vec<(i64, i64)>,
}

impl Moved {
    /// Moves facts, cells and projects of this import; projects that are one now become one.
    fn apply(self, connection: &Connection, first: &Keys) -> Result<(), StoreError> {
        let (cell, project) = (first.cell, first.project);
        if !self.tables.is_empty() {
            connection.execute_batch("CREATE OR REPLACE TEMP TABLE long_moved(was INTEGER, becomes INTEGER)")?;
            let mut rows = Rows::new("long_moved", "ii");
            self.tables.iter().for_each(|(was, becomes)| row!(rows, *was, *becomes));
            rows.flush_to_temporary(connection)?;
            connection.execute_batch(&format!(
                "UPDATE fact SET table_id = m.becomes FROM long_moved m WHERE table_id = m.was AND cell_id >= {cell};
                 UPDATE stored_cell SET table_id = m.becomes FROM long_moved m WHERE table_id = m.was AND cell_id >= {cell};
                 DROP TABLE long_moved"
            ))?;
        }
        if !self.documents.is_empty() {
            connection.execute_batch(
                "CREATE OR REPLACE TEMP TABLE long_moved(was INTEGER, document INTEGER, file INTEGER)",
            )?;
            let mut rows = Rows::new("long_moved", "iii");
            self.documents.iter().for_each(|[was, document, file]| row!(rows, *was, *document, *file));
            rows.flush_to_temporary(connection)?;
            connection.execute_batch(&format!(
                "UPDATE fact SET document_id = m.document FROM long_moved m WHERE document_id = m.was AND cell_id >= {cell};
                 UPDATE project SET document_id = m.document, file_id = m.file FROM long_moved m
                 WHERE document_id = m.was AND project_id >= {project};
                 CREATE OR REPLACE TEMP TABLE long_same AS SELECT * FROM (
                   SELECT project_id, min(project_id) OVER (PARTITION BY document_id, file_id, name) AS kept
                   FROM project WHERE project_id >= {project}) WHERE project_id <> kept;
                 UPDATE fact SET project_id = m.kept FROM long_same m WHERE fact.project_id = m.project_id AND cell_id >= {cell};
                 DELETE FROM project WHERE project_id IN (SELECT m.project_id FROM long_same m);
                 INSERT INTO long_late SELECT kept FROM long_same;
                 DROP TABLE long_same;
                 DROP TABLE long_moved"
            ))?;
        }
        Ok(())
    }
}
