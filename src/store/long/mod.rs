//! Long tables (one row an amount) → the model. Rows come in pieces ([`Pieces`]), which DuckDB takes in on all cores; their
//! documents are known when the last one is there, and then get their places among those that are stored.
//!
//! What a row prints need not be stored where it follows from its fact: see the view `cell`. A row that does not fit is kept
//! in `rejected` with the reason.

mod feed;
mod pieces;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use duckdb::{Connection, OptionalExt as _, Transaction};

use super::import::{Ids, Keys, LongPlace};
use super::limits::Limits;
use super::loader::Loader;
use super::parts::Kinds;
use super::rows::{Rows, row};
use super::{Imported, Store, StoreError, project_money};
use crate::record::{Department, Header, Part, SourceInfo, TableState, region_in, sql_text};
use feed::Feed;
pub use pieces::{Piece, Pieces};
use pieces::{Known, PIECE};

/// Pieces that DuckDB takes in at once, some for each core.
const AT_ONCE: usize = 8;

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
const TEMPORARY: [(&str, &str); 4] = [
    (
        "long_subject",
        "subject INTEGER, table_kind table_kind, flow flow, role role, stage stage, period period, fund fund, nature nature, \
         item item, function_code VARCHAR, economic_code VARCHAR, economic_gov_code VARCHAR",
    ),
    ("long_project", "project_id INTEGER, document INTEGER, name VARCHAR, code VARCHAR"),
    ("long_document", "document INTEGER, document_id INTEGER, file_id INTEGER"),
    ("long_rejected", "line BIGINT, reason VARCHAR, text VARCHAR"),
];

/// The import of a long table in one transaction; dropped before [`LongImport::finish`] nothing of it stays.
#[derive(Debug)]
pub struct LongImport<'a> {
    connection: &'a Connection,
    transaction: Transaction<'a>,
    keys: Keys,
    waiting: Vec<Piece>,
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
        let (waiting, counts) = (Vec::new(), LongCounts::default());
        Ok(LongImport { connection, transaction, keys, waiting, feed, counts, _limits: limits })
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
    pub fn write(&mut self, piece: Piece) -> Result<(), StoreError> {
        self.counts.facts += piece.facts();
        self.counts.rejected += piece.rejected.count();
        self.waiting.push(piece);
        if self.waiting.iter().map(Piece::facts).sum::<usize>() >= AT_ONCE * PIECE || self.waiting.len() > 4 * AT_ONCE {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        let mut batches = Vec::new();
        for piece in &mut self.waiting {
            for rows in [&mut piece.subjects, &mut piece.projects, &mut piece.rejected] {
                rows.flush_to_temporary(self.connection)?;
            }
            piece.cells.flush(self.connection)?;
            batches.extend(piece.batch.take());
        }
        self.waiting.clear();
        self.feed.pour(self.connection, batches, |rows| {
            format!(
                "INSERT INTO fact SELECT r.cell_id, r.document_id, r.table_id, s.table_kind, s.flow, s.role, s.stage, s.period, s.fund,
                   s.nature, s.item, s.function_code, s.economic_code, s.economic_gov_code, r.project_id, NULL, r.amount, r.decimals
                 FROM {rows} r JOIN long_subject s ON s.subject = r.subject"
            )
        })
    }

    /// Gives the documents their places and ends the import.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn finish(mut self, pieces: Pieces, source: &SourceInfo) -> Result<LongCounts, StoreError> {
        let (last, known) = pieces.finish();
        self.write(last)?;
        self.flush()?;
        self.place(&known, source)?;
        let (path, sha256) = (sql_text(&source.path), sql_text(&source.sha256));
        self.connection.execute_batch(&format!(
            "DELETE FROM rejected WHERE sha256 = {sha256};
             INSERT INTO rejected SELECT {path}, {sha256}, line, reason, text FROM long_rejected ORDER BY line;"
        ))?;
        self.write_projects(&known)?;
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
            group.into_iter().for_each(|(_, slots)| {
                slots.insert(slot);
            });
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
        let mut rows = Rows::new("long_document", "iii");
        for (no, group) in group_of.iter().enumerate() {
            let Some(ids) = documents.get(*group) else { continue };
            moved.document(self.keys.of_document(no).document, ids.document);
            row!(rows, u32::try_from(no).unwrap_or(u32::MAX), ids.document, ids.file);
        }
        rows.flush_to_temporary(self.connection)?;
        let mut tables = BTreeMap::new();
        for (slot, table) in known.tables.iter().enumerate() {
            let Some(ids) = group_of.get(table.document).and_then(|group| documents.get(*group)).copied() else { continue };
            let given = self.keys.of_table(slot);
            let id = *tables.entry((ids.document, table.kind, table.unit)).or_insert_with(|| {
                let place = LongPlace {
                    line: known.has_lines.then_some(1),
                    first_cell: self.keys.cell,
                    column: known.amount.0,
                    heading: &known.amount.1,
                };
                loader.table(given, ids, (table.kind, table.unit), (&source.path, &place))
            });
            moved.table(given, id);
        }
        moved.apply(self.connection, self.keys.cell)?;
        loader.write_rows()
    }

    /// Writes the projects with their money.
    fn write_projects(&self, known: &Known) -> Result<(), StoreError> {
        let first = self.keys.cell;
        self.connection.execute_batch(&format!(
            "INSERT INTO project
             SELECT p.project_id, d.document_id, d.file_id, p.name, p.code, p.code, NULL, m.amount
             FROM long_project p JOIN long_document d ON d.document = p.document
             LEFT JOIN (SELECT s.project_id, {} AS amount FROM fact s WHERE s.cell_id >= {first} AND s.project_id IS NOT NULL
                        GROUP BY s.project_id) m ON m.project_id = p.project_id",
            project_money::sql(known.has_periods.then_some("s.period"))
        )).map_err(|error| self.inexact(first, known, error))
    }

    /// Why the sum of a project does not fit: which it is.
    fn inexact(&self, first: i64, known: &Known, error: duckdb::Error) -> StoreError {
        let largest = format!(
            "SELECT max(abs(amount))::VARCHAR FROM (SELECT {} AS amount FROM fact s WHERE s.cell_id >= {first} GROUP BY s.project_id)
             HAVING max(abs(amount)) >= 10000000000000000",
            project_money::sql(known.has_periods.then_some("s.period"))
        );
        let found = self.connection.query_row(&largest, [], |row| row.get(0)).optional();
        match found {
            Ok(Some(amount)) => StoreError::Inexact { amount },
            _ => error.into(),
        }
    }
}

/// Facts that bear keys which their documents and tables did not get.
#[derive(Debug, Default)]
struct Moved {
    documents: Vec<(i64, i64)>,
    tables: Vec<(i64, i64)>,
}

impl Moved {
    fn document(&mut self, from: i64, to: i64) {
        if from != to {
            self.documents.push((from, to));
        }
    }

    fn table(&mut self, from: i64, to: i64) {
        if from != to {
            self.tables.push((from, to));
        }
    }

    /// Moves facts and cells of this import; projects that are one now become one.
    fn apply(self, connection: &Connection, first_cell: i64) -> Result<(), StoreError> {
        let pairs = |pairs: &[(i64, i64)]| {
            let mut list = pairs.iter().map(|(from, to)| format!("({from}, {to})"));
            list.next().map(|one| list.fold(one, |all, pair| all + ", " + &pair))
        };
        if let Some(list) = pairs(&self.tables) {
            connection.execute_batch(&format!(
                "UPDATE fact SET table_id = m.becomes FROM (VALUES {list}) m(was, becomes) WHERE table_id = m.was AND cell_id >= {first_cell};
                 UPDATE stored_cell SET table_id = m.becomes FROM (VALUES {list}) m(was, becomes) WHERE table_id = m.was AND cell_id >= {first_cell};"
            ))?;
        }
        if let Some(list) = pairs(&self.documents) {
            connection.execute_batch(&format!(
                "UPDATE fact SET document_id = m.becomes FROM (VALUES {list}) m(was, becomes) WHERE document_id = m.was AND cell_id >= {first_cell};
                 CREATE OR REPLACE TEMP TABLE long_same AS SELECT * FROM (
                   SELECT p.project_id, min(p.project_id) OVER (PARTITION BY d.document_id, p.name) AS kept
                   FROM long_project p JOIN long_document d ON d.document = p.document) WHERE project_id <> kept;
                 UPDATE fact SET project_id = m.kept FROM long_same m WHERE fact.project_id = m.project_id AND cell_id >= {first_cell};
                 DELETE FROM long_project WHERE project_id IN (SELECT m.project_id FROM long_same m);
                 DROP TABLE long_same;"
            ))?;
        }
        Ok(())
    }
}
