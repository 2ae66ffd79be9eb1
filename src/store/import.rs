//! A disclosure becomes rows: whole or not at all.

use std::cmp::Ordering;

use duckdb::Connection;
use rust_decimal::Decimal;

use super::StoreError;
use super::parts::settle_items;
use super::project_money::project_sums;
use super::rows::{Rows, row};
use crate::record::{
    CellRecord, Claim, Diagnostic, DiagnosticKind, Disclosure, Fact, Indicator, MoneyUnit, Part, Place, SourceInfo,
    TableKind, tidy,
};

/// What an import did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imported {
    /// A new document.
    Added,
    /// The same file was there already.
    Unchanged,
    /// A new document that replaces an earlier one, which stays queryable.
    Superseded {
        /// Key of the earlier document.
        earlier: i64,
    },
    /// The file became a part of a document that lacked it.
    Joined,
}

/// The next free key of each table; a database has one writer, so none is taken twice.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keys {
    pub(super) department: i64,
    pub(super) alias: i64,
    pub(super) document: i64,
    pub(super) file: i64,
    pub(super) table: i64,
    pub(super) cell: i64,
    pub(super) project: i64,
    unit: i64,
    stated: i64,
    diagnostic: i64,
}

impl Keys {
    /// The keys of the document with a number among those that are imported, and of its file.
    pub(super) fn of_document(&self, number: usize) -> Ids {
        Ids { document: key(self.document, number), file: key(self.file, number), alias: 0 }
    }

    /// The key of the table with a number among those that are imported.
    pub(super) fn of_table(&self, number: usize) -> i64 {
        key(self.table, number)
    }

    pub(super) fn read(connection: &Connection) -> duckdb::Result<Self> {
        let next = |table: &str, key: &str| super::parts::next_id(connection, table, key);
        Ok(Self {
            department: next("department", "department_id")?,
            alias: next("department_alias", "alias_id")?,
            document: next("document", "document_id")?,
            file: next("source_file", "file_id")?,
            table: next("source_table", "table_id")?,
            cell: next(CELLS, "cell_id")?,
            project: next("project", "project_id")?,
            unit: next("unit", "unit_id")?,
            stated: next("stated", "stated_id")?,
            diagnostic: next("diagnostic", "diagnostic_id")?,
        })
    }
}

/// What has the keys of cells: those of a long table stand in its facts alone.
const CELLS: &str = "(SELECT max(cell_id) AS cell_id FROM stored_cell UNION ALL SELECT max(cell_id) FROM fact)";

/// The key that is free, and the one after it from now on.
pub(super) fn take(next: &mut i64) -> i64 {
    *next += 1;
    *next - 1
}

/// Rows of one table that are written together, four vectors of DuckDB.
const PIECE: usize = 8_192;

/// Rows of whole disclosures that wait to be written together.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) departments: Rows,
    pub(super) aliases: Rows,
    pub(super) documents: Rows,
    files: Rows,
    tables: Rows,
    cells: Rows,
    projects: Rows,
    units: Rows,
    facts: Rows,
    indicators: Rows,
    stated: Rows,
    diagnostics: Rows,
    /// What is done to stored rows after these are there.
    pub(super) updates: Vec<String>,
    /// Documents whose narrative and tables came in different files.
    pub(super) joined: Vec<i64>,
}

impl Batch {
    pub(super) fn new() -> Self {
        Self {
            departments: Rows::new("department", "itattt"),
            aliases: Rows::new("department_alias", "iitttttt"),
            documents: Rows::new("document", "iiiittti"),
            files: Rows::new("source_file", "iiittttiit"),
            tables: Rows::new("source_table", "iiittttttiiilit"),
            cells: Rows::new("stored_cell", "liiiiitttt"),
            projects: Rows::new("project", "iiittttm"),
            units: Rows::new("unit", "iiitt"),
            facts: Rows::new("fact", "liitttttttttttiimi"),
            indicators: Rows::new("indicator", "liittttdttt"),
            stated: Rows::new("stated", "iiiiitmmpptlitmmptt"),
            diagnostics: Rows::new("diagnostic", "iiitbtiiitt"),
            updates: Vec::new(),
            joined: Vec::new(),
        }
    }

    fn all(&mut self) -> [&mut Rows; 12] {
        [
            &mut self.departments,
            &mut self.aliases,
            &mut self.documents,
            &mut self.files,
            &mut self.tables,
            &mut self.projects,
            &mut self.units,
            &mut self.cells,
            &mut self.facts,
            &mut self.indicators,
            &mut self.stated,
            &mut self.diagnostics,
        ]
    }

    /// How much waits.
    pub(super) fn cells(&self) -> usize {
        self.cells.count() + self.stated.count()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.files.count() == 0
    }

    /// Writes everything that waits; the caller has begun a transaction and commits.
    pub(super) fn flush(&mut self, connection: &Connection) -> Result<(), StoreError> {
        for rows in self.all() {
            rows.flush(connection)?;
        }
        for sql in self.updates.drain(..) {
            connection.execute_batch(&sql)?;
        }
        if !self.joined.is_empty() {
            connection.execute_batch(&settle_items(&self.joined))?;
            self.joined.clear();
        }
        Ok(())
    }

    /// Whether so many rows of a table wait that they are worth writing alone.
    pub(super) fn has_pieces(&self) -> bool {
        [&self.cells, &self.facts, &self.indicators].iter().any(|rows| rows.count() >= PIECE)
    }

    /// Writes the rows of tables of which many wait; the caller has begun a transaction.
    pub(super) fn flush_pieces(&mut self, connection: &Connection) -> Result<(), StoreError> {
        let mut many = self.all().into_iter().filter(|rows| rows.count() >= PIECE);
        many.try_for_each(|rows| rows.flush(connection))
    }

    /// Forgets everything that waits.
    pub(super) fn clear(&mut self) {
        for rows in self.all() {
            rows.clear();
        }
        self.updates.clear();
        self.joined.clear();
    }

    /// Adds the file that brought a document.
    pub(super) fn file(&mut self, ids: Ids, source: &SourceInfo, part: Part) {
        let names = || source.sheets.iter().map(|name| tidy(name)).collect::<Vec<_>>().join("\n");
        let sheets = (!source.sheets.is_empty()).then(names);
        row!(
            self.files,
            ids.file,
            ids.document,
            ids.alias,
            &source.path,
            &source.sha256,
            source.format,
            part.id(),
            source.pages,
            source.lines,
            sheets.as_ref()
        );
    }

    /// Adds a disclosure whose amounts all fit, see [`verify`].
    pub(super) fn add(&mut self, keys: &mut Keys, disclosure: &Disclosure, ids: Ids) {
        Import { batch: self, first: *keys, keys, disclosure, ids, diagnostics: Vec::new() }.write();
    }
}

/// The keys that a file's rows share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ids {
    pub(super) document: i64,
    pub(super) file: i64,
    pub(super) alias: i64,
}

/// Whether every amount fits its column exactly.
pub(super) fn verify(disclosure: &Disclosure) -> Result<(), StoreError> {
    let facts = disclosure.tables.iter().flat_map(|table| &table.cells).filter_map(|cell| cell.fact.as_ref());
    facts.map(|fact| fact.amount).try_for_each(money)?;
    project_sums(disclosure).into_iter().flatten().try_for_each(money)?;
    let claims = disclosure.claims.iter().flat_map(|c| [c.amount, c.change, c.base_amount, c.budget_amount]);
    claims.flatten().try_for_each(money)
}

/// The writing of one disclosure.
struct Import<'a> {
    batch: &'a mut Batch,
    /// The keys before this disclosure.
    first: Keys,
    keys: &'a mut Keys,
    disclosure: &'a Disclosure,
    ids: Ids,
    /// What turned out while writing.
    diagnostics: Vec<Diagnostic>,
}

impl Import<'_> {
    fn write(mut self) {
        self.batch.file(self.ids, &self.disclosure.source, self.disclosure.part);
        self.write_names();
        self.write_tables();
        self.write_claims();
        self.write_diagnostics();
    }

    fn write_names(&mut self) {
        let (disclosure, Ids { document, file, .. }) = (self.disclosure, self.ids);
        for (project, amount) in disclosure.projects.iter().zip(project_sums(disclosure)) {
            row!(
                self.batch.projects,
                take(&mut self.keys.project),
                document,
                file,
                &project.name,
                project.code_printed.as_ref(),
                project.code.as_ref(),
                project.project_type.as_ref(),
                amount
            );
        }
        for unit in &disclosure.units {
            row!(self.batch.units, take(&mut self.keys.unit), document, file, &unit.code, &unit.name);
        }
    }

    fn write_tables(&mut self) {
        let (disclosure, Ids { document, file, .. }) = (self.disclosure, self.ids);
        for table in &disclosure.tables {
            let id = take(&mut self.keys.table);
            let (unit, printed) = table.unit.as_ref().map(|(unit, text)| (*unit, text)).unzip();
            row!(
                self.batch.tables,
                id,
                document,
                file,
                table.kind.id(),
                table.state.id(),
                &table.title,
                &table.remark,
                unit.map(MoneyUnit::name),
                printed,
                unit.and_then(|unit| i64::try_from(unit.scale().mantissa()).ok()),
                table.place.page,
                table.place.line,
                None::<i64>,
                None::<u32>,
                None::<&str>
            );
            for cell in &table.cells {
                self.write_cell(id, table.kind, cell);
            }
        }
    }

    fn write_cell(&mut self, table: i64, kind: TableKind, cell: &CellRecord) {
        let id = take(&mut self.keys.cell);
        let CellRecord { place, row_code, row_name, column_path, text, fact, indicator } = cell;
        row!(
            self.batch.cells,
            id,
            table,
            place.page,
            place.line,
            place.row,
            place.column,
            row_code,
            row_name,
            column_path,
            text
        );
        if let Some(fact) = fact {
            self.write_fact(id, (table, kind), fact);
        }
        if let Some(indicator) = indicator {
            let value = self.fit(indicator.value, 14, *place, text);
            self.write_indicator(id, indicator, value, text);
        }
    }

    fn write_fact(&mut self, cell: i64, (table, kind): (i64, TableKind), fact: &Fact) {
        let Fact { amount, dimensions: d, .. } = fact;
        let unit = fact.unit.filter(|i| *i < self.disclosure.units.len()).map(|i| key(self.first.unit, i));
        // A stage that is not printed follows from the kind of document.
        let stage = d.stage.unwrap_or(self.disclosure.header.kind.stage());
        let project = self.project_id(fact.project);
        row!(
            self.batch.facts,
            cell,
            self.ids.document,
            table,
            kind.id(),
            d.flow.map(crate::record::Flow::id),
            d.role.map(crate::record::RowRole::id),
            stage.id(),
            d.period.map(crate::record::Period::id),
            d.fund.map(crate::record::Fund::id),
            d.nature.map(crate::record::Nature::id),
            d.item.map(crate::record::Item::id),
            fact.function_code.as_ref(),
            fact.economic_code.as_ref(),
            fact.economic_gov_code.as_ref(),
            project,
            unit,
            *amount,
            None::<u32>
        );
    }

    fn write_indicator(&mut self, cell: i64, indicator: &Indicator, value: Option<Decimal>, text: &str) {
        let project = self.project_id(indicator.project);
        row!(
            self.batch.indicators,
            cell,
            self.ids.document,
            project,
            &indicator.level1,
            &indicator.level2,
            &indicator.level3,
            indicator.operator,
            value,
            indicator.unit.as_ref(),
            text,
            &indicator.note
        );
    }

    fn write_claims(&mut self) {
        let (disclosure, Ids { document, file, .. }) = (self.disclosure, self.ids);
        for claim in &disclosure.claims {
            let Claim { place, subject, sentence, .. } = claim;
            let growth = self.fit(claim.growth_pct, 8, *place, sentence);
            let share = self.fit(claim.share_pct, 8, *place, sentence);
            let completion = self.fit(claim.completion_pct, 8, *place, sentence);
            row!(
                self.batch.stated,
                take(&mut self.keys.stated),
                document,
                file,
                place.page,
                place.line,
                subject,
                claim.amount,
                claim.change,
                growth,
                share,
                claim.share_of.as_ref(),
                claim.count,
                claim.base_year,
                claim.base_kind.map(crate::record::BaseKind::id),
                claim.base_amount,
                claim.budget_amount,
                completion,
                claim.against_budget.map(|order| match order {
                    Ordering::Greater => "above",
                    Ordering::Equal => "equal",
                    Ordering::Less => "below",
                }),
                sentence
            );
        }
    }

    fn write_diagnostics(&mut self) {
        let (disclosure, Ids { document, file, .. }) = (self.disclosure, self.ids);
        let found = std::mem::take(&mut self.diagnostics);
        for diagnostic in disclosure.diagnostics.iter().chain(&found) {
            let Diagnostic { kind, table, place, text, message } = diagnostic;
            row!(
                self.batch.diagnostics,
                take(&mut self.keys.diagnostic),
                document,
                file,
                kind.id(),
                kind.is_warning(),
                table.map(TableKind::id),
                place.page,
                place.line,
                (place.column > 0).then_some(place.column),
                text,
                message
            );
        }
    }

    fn project_id(&self, index: Option<usize>) -> Option<i64> {
        index.filter(|i| *i < self.disclosure.projects.len()).map(|i| key(self.first.project, i))
    }

    /// A figure that is no money, if its column (four decimals) holds it exactly: DuckDB would round it
    /// silently. The text is kept anyway, so the document need not fail.
    fn fit(&mut self, value: Option<Decimal>, digits: u32, place: Place, text: &str) -> Option<Decimal> {
        let value = value?.normalize();
        if value.scale() <= 4 && value.abs() < Decimal::from(10_u64.pow(digits)) {
            return Some(value);
        }
        self.diagnostics.push(Diagnostic {
            kind: DiagnosticKind::OutOfRange,
            table: None,
            place,
            text: text.to_owned(),
            message: format!("the number {value} has too many digits and is kept as text only"),
        });
        None
    }
}

/// The key of the row with a number, from 0, where the first one has this key.
pub(super) fn key(first: i64, index: usize) -> i64 {
    first.saturating_add(i64::try_from(index).unwrap_or(i64::MAX))
}

/// Whether the database holds an amount in 元 exactly; it would round more than two decimals silently.
fn money(amount: Decimal) -> Result<(), StoreError> {
    let normal = amount.normalize();
    if normal.scale() > 2 || normal.abs() >= Decimal::from(10_u64.pow(16)) {
        return Err(StoreError::Inexact { amount: amount.to_string() });
    }
    Ok(())
}
