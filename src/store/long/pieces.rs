//! Rows become pieces: columns of numbers that DuckDB takes as they are, and the few texts among them once.

use std::collections::BTreeMap;
use std::hash::BuildHasher as _;
use std::sync::Arc;

use arrow::array::{Decimal128Array, Int8Array, Int32Array, Int64Array};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::record_batch::RecordBatch;
use foldhash::fast::RandomState;
use rust_decimal::Decimal;

use super::super::import::{Keys, key};
use super::super::project_money::ProjectMoney;
use super::super::rows::{Rows, row};
use super::feed::PART;
use crate::record::{Fund, LongDocument, LongRow, LongSubject, Lookup, MoneyUnit, Period, RowRole, TableKind};

/// Rows of a piece: so many that those of one kind of table fill row groups of their own.
const ROWS: usize = 4 * PART;
/// Amounts in 元 below this one fit their column.
const LIMIT: Decimal = Decimal::from_parts(0x6FC1_0000, 0x0023_86F2, 0, false, 0);
/// Rejected rows that are written together.
const REJECTED: usize = PART;

/// Rows that are written together, and what they are the first to name.
#[derive(Debug)]
pub struct Piece {
    pub(super) batch: Option<RecordBatch>,
    /// Cells that do not follow from their facts.
    pub(super) cells: Rows,
    pub(super) subjects: Rows,
    pub(super) projects: Rows,
    /// Projects of earlier pieces that have more money.
    pub(super) late: Rows,
    /// The sum of a project that the database cannot hold.
    pub(super) inexact: Option<Decimal>,
    pub(super) rejected: Rows,
}

impl Piece {
    fn new() -> Self {
        Self {
            batch: None,
            cells: Rows::new("stored_cell", "liiiiitttt"),
            subjects: Rows::new("long_subject", "ittttttttttt"),
            projects: Rows::new("project", "iiitttm"),
            late: Rows::new("long_late", "i"),
            inexact: None,
            rejected: Rows::new("long_rejected", "itt"),
        }
    }

    /// How many of its rows are facts.
    pub(super) fn facts(&self) -> usize {
        self.batch.as_ref().map_or(0, RecordBatch::num_rows)
    }
}

/// A table of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Slot {
    pub(super) document: usize,
    pub(super) kind: TableKind,
    pub(super) unit: MoneyUnit,
}

/// What the rows name.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) documents: Vec<LongDocument>,
    pub(super) tables: Vec<Slot>,
    /// Whether rows have lines.
    pub(super) has_lines: bool,
    /// Whether rows have periods.
    pub(super) has_periods: bool,
    /// The column of the amounts, from 1, and what it is called.
    pub(super) amount: (u32, String),
}

/// Makes pieces of rows.
#[derive(Debug)]
pub struct Pieces {
    /// The keys that an import gives; those of documents and tables are taken back where they turn out to be others.
    first: Keys,
    known: Known,
    /// The place of a document among those that are known, by its number: those of rows that do not fit have none.
    documents: Vec<Option<usize>>,
    /// Which subjects are known, by their numbers.
    subjects: Vec<bool>,
    tables: Lookup<Slot, usize>,
    /// Numbers of projects and what their first code is, by two hashes of document and name: so many names need no room.
    projects: Lookup<u128, (i32, u64)>,
    hashes: [RandomState; 2],
    /// The projects that this piece is the first to name.
    new_projects: Vec<NewProject>,
    last_table: Option<(Slot, usize)>,
    /// Rows by the kind of their table: where those of one kind stand together, a query reads few of them.
    rows: BTreeMap<TableKind, Vec<Numbers>>,
    count: usize,
    piece: Piece,
}

/// A project, and what of its money its piece tells.
#[derive(Debug)]
struct NewProject {
    document: usize,
    name: String,
    code: Option<String>,
    money: Vec<(Option<Period>, Fund, i64)>,
}

impl NewProject {
    fn amount(&self) -> Option<Decimal> {
        // Nearly all of them.
        if let [(None | Some(Period::All), Fund::Total, cents)] = self.money[..] {
            return Some(Decimal::new(cents, 2));
        }
        let mut money = ProjectMoney::default();
        self.money.iter().for_each(|(period, fund, cents)| money.add(*period, *fund, Decimal::new(*cents, 2)));
        money.all()
    }
}

/// A row without its texts.
#[derive(Clone, Copy, Debug)]
struct Numbers {
    cell: i64,
    document: i32,
    table: i32,
    subject: i32,
    project: Option<i32>,
    cents: i64,
    decimals: Option<i8>,
}

fn short(key: i64) -> i32 {
    i32::try_from(key).unwrap_or(i32::MAX)
}

impl Pieces {
    pub(super) fn new(keys: &Keys, amount: (u32, String)) -> Self {
        Self {
            first: *keys,
            known: Known { amount, ..Known::default() },
            documents: Vec::new(),
            subjects: Vec::new(),
            tables: Lookup::default(),
            projects: Lookup::default(),
            hashes: [RandomState::default(), RandomState::default()],
            new_projects: Vec::new(),
            last_table: None,
            rows: BTreeMap::new(),
            count: 0,
            piece: Piece::new(),
        }
    }

    /// Takes a row; gives a piece when there are enough.
    pub fn push(&mut self, row: &LongRow<'_>) -> Option<Piece> {
        let document = self.document(row);
        if !self.subjects.get(row.subject_no).is_some_and(|known| *known) {
            self.add_subject(row.subject_no, row.subject);
        }
        self.known.has_lines |= row.line.is_some();
        let table = self.table(Slot { document, kind: row.subject.table, unit: row.unit });
        let (project, has_own_code) = row.project.map(|name| self.project(document, row, name)).unzip();
        let LongSubject { function_code, economic_code, .. } = row.subject;
        let code = function_code.as_deref().or(economic_code.as_deref());
        let name = row.project.or(row.name);
        // What the view `cell` says of a fact whose cell is not stored.
        let follows = row.page.is_none()
            && row.decimals.is_some()
            && (row.project.is_some() || row.name.is_none())
            && if row.project.is_some() {
                code.is_some() || has_own_code == Some(false)
            } else {
                row.project_code.is_none() || code.is_some()
            };
        let cell = self.first.cell.saturating_add(i64::from(row.number));
        let table_id = key(self.first.table, table);
        if !follows {
            row!(
                self.piece.cells,
                cell,
                table_id,
                row.page,
                row.line,
                row.number,
                self.known.amount.0,
                code.or(row.project_code).unwrap_or_default(),
                name.unwrap_or_default(),
                &self.known.amount.1,
                row.printed
            );
        }
        self.rows.entry(row.subject.table).or_default().push(Numbers {
            cell,
            document: short(key(self.first.document, document)),
            table: short(table_id),
            subject: short(key(0, row.subject_no)),
            project,
            cents: row.cents,
            decimals: row.decimals.filter(|_| follows).and_then(|decimals| i8::try_from(decimals).ok()),
        });
        self.count += 1;
        (self.count >= ROWS).then(|| self.take())
    }

    /// Takes a row that does not fit, with the reason and its texts.
    pub fn refuse(&mut self, line: Option<u32>, reason: &str, text: &str) -> Option<Piece> {
        row!(self.piece.rejected, line, reason, text);
        (self.piece.rejected.count() >= REJECTED).then(|| self.take())
    }

    /// The last piece, and what all of them name.
    pub(super) fn finish(mut self) -> (Piece, Known) {
        (self.take(), self.known)
    }

    fn document(&mut self, row: &LongRow<'_>) -> usize {
        if self.documents.len() <= row.document_no {
            self.documents.resize(row.document_no + 1, None);
        }
        let known = &mut self.known.documents;
        let place = self.documents.get_mut(row.document_no);
        place.map_or(0, |place| {
            *place.get_or_insert_with(|| {
                known.push(row.document.clone());
                known.len() - 1
            })
        })
    }

    fn add_subject(&mut self, number: usize, subject: &LongSubject) {
        if self.subjects.len() <= number {
            self.subjects.resize(number + 1, false);
        }
        if let Some(known) = self.subjects.get_mut(number) {
            *known = true;
        }
        self.known.has_periods |= subject.period.is_some();
        row!(
            self.piece.subjects,
            key(0, number),
            subject.table.id(),
            subject.flow.id(),
            subject.role.id(),
            subject.stage.id(),
            subject.period.map(crate::record::Period::id),
            subject.fund.id(),
            subject.nature.id(),
            subject.item.map(crate::record::Item::id),
            subject.function_code.as_ref(),
            subject.economic_code.as_ref(),
            subject.economic_gov_code.as_ref()
        );
    }

    fn table(&mut self, slot: Slot) -> usize {
        if let Some((last, table)) = self.last_table
            && last == slot
        {
            return table;
        }
        let tables = &mut self.known.tables;
        let table = *self.tables.entry(slot).or_insert_with(|| {
            tables.push(slot);
            tables.len() - 1
        });
        self.last_table = Some((slot, table));
        table
    }

    /// The key of a project, and whether the row has another code than its first.
    fn project(&mut self, document: usize, row: &LongRow<'_>, name: &str) -> (i32, bool) {
        let [high, low] = self.hashes.each_ref().map(|state| u128::from(state.hash_one((document, name))));
        let [state, _] = &self.hashes;
        let code = state.hash_one(row.project_code);
        let next = self.projects.len();
        let (id, first_code) = *self.projects.entry(high << 64 | low).or_insert_with(|| {
            let (name, code_printed) = (name.to_owned(), row.project_code.map(str::to_owned));
            self.new_projects.push(NewProject { document, name, code: code_printed, money: Vec::new() });
            (short(key(self.first.project, next)), code)
        });
        let LongSubject { table, role, period, fund, .. } = *row.subject;
        if table == TableKind::ProjectExpenditure && role == RowRole::Detail {
            // Those of this piece are the last ones.
            let before = self.projects.len() - self.new_projects.len();
            let number = usize::try_from(i64::from(id) - self.first.project).unwrap_or_default();
            match number.checked_sub(before).and_then(|place| self.new_projects.get_mut(place)) {
                Some(project) => project.money.push((period, fund, row.cents)),
                None => row!(self.piece.late, i64::from(id)),
            }
        }
        (id, first_code != code)
    }

    /// What is there as a piece.
    fn take(&mut self) -> Piece {
        let mut piece = std::mem::replace(&mut self.piece, Piece::new());
        let before = self.projects.len() - self.new_projects.len();
        for (place, project) in self.new_projects.drain(..).enumerate() {
            let NewProject { document, name, code, .. } = &project;
            let amount = project.amount();
            piece.inexact = piece.inexact.or(amount.filter(|amount| amount.abs() >= LIMIT));
            row!(
                piece.projects,
                key(self.first.project, before + place),
                key(self.first.document, *document),
                key(self.first.file, *document),
                name,
                code.as_ref(),
                code.as_ref(),
                amount
            );
        }
        if self.count > 0 {
            piece.batch = batch(&self.rows.values().flatten().copied().collect::<Vec<_>>());
            self.rows.values_mut().for_each(Vec::clear);
            self.count = 0;
        }
        piece
    }
}

/// The columns of a piece, as [`super::feed`] declares them.
fn batch(rows: &[Numbers]) -> Option<RecordBatch> {
    let decimal = Decimal128Array::from_iter_values(rows.iter().map(|row| i128::from(row.cents)));
    let fields = [
        ("cell_id", DataType::Int64),
        ("document_id", DataType::Int32),
        ("table_id", DataType::Int32),
        ("subject", DataType::Int32),
        ("project_id", DataType::Int32),
        ("amount", DataType::Decimal128(18, 2)),
        ("decimals", DataType::Int8),
    ];
    let schema = Schema::new(fields.map(|(name, kind)| Field::new(name, kind, true)).to_vec());
    let columns: Vec<Arc<dyn arrow::array::Array>> = vec![
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.cell))),
        Arc::new(Int32Array::from_iter_values(rows.iter().map(|row| row.document))),
        Arc::new(Int32Array::from_iter_values(rows.iter().map(|row| row.table))),
        Arc::new(Int32Array::from_iter_values(rows.iter().map(|row| row.subject))),
        Arc::new(rows.iter().map(|row| row.project).collect::<Int32Array>()),
        Arc::new(decimal.with_data_type(DataType::Decimal128(18, 2))),
        Arc::new(rows.iter().map(|row| row.decimals).collect::<Int8Array>()),
    ];
    // As many values of the declared types in every column: it cannot fail.
    RecordBatch::try_new(Arc::new(schema), columns).ok()
}
