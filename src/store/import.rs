//! A disclosure becomes rows: whole or not at all.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use duckdb::{Transaction, params};
use rust_decimal::Decimal;

use super::parts::{next_id, place};
use super::{Store, StoreError, names};
use crate::record::{CellRecord, Claim, Diagnostic, DiagnosticKind, Disclosure, Fact, Indicator, Place, TableKind};

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

impl Store {
    /// Whether a file with these bytes was imported.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn contains(&self, sha256: &str) -> Result<bool, StoreError> {
        Ok(self
            .connection
            .query_row("SELECT count(*) > 0 FROM source_file WHERE sha256 = ?", [sha256], |row| row.get(0))?)
    }

    /// SHA-256 of all files that were imported.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn known_files(&self) -> Result<BTreeSet<String>, StoreError> {
        let mut statement = self.connection.prepare("SELECT sha256 FROM source_file")?;
        let names = statement.query_map([], |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// Writes a disclosure in one transaction; on an error nothing of it stays.
    ///
    /// # Errors
    /// When an amount does not fit or the database cannot be written.
    pub fn import(&mut self, disclosure: &Disclosure) -> Result<Imported, StoreError> {
        if self.contains(&disclosure.source.sha256)? {
            return Ok(Imported::Unchanged);
        }
        // Dropped without a commit, the transaction rolls back.
        let transaction = self.connection.transaction()?;
        let imported = write(&transaction, disclosure)?;
        transaction.commit()?;
        Ok(imported)
    }
}

/// Writes a disclosure; the caller commits.
pub(super) fn write(transaction: &Transaction<'_>, disclosure: &Disclosure) -> Result<Imported, StoreError> {
    let name = names::find(transaction, &disclosure.header.department)?;
    let file = next_id(transaction, "source_file", "file_id")?;
    let target = place(transaction, disclosure, name.department, file)?;
    Import::new(transaction, disclosure, target.document, file)?.write(name.alias)?;
    Ok(target.imported)
}

/// The writing of one disclosure; the keys are the next free ones of each table.
struct Import<'a> {
    transaction: &'a Transaction<'a>,
    disclosure: &'a Disclosure,
    document: i64,
    file: i64,
    table: i64,
    cell: i64,
    project: i64,
    unit: i64,
    /// What turned out while writing.
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Import<'a> {
    fn new(
        transaction: &'a Transaction<'a>,
        disclosure: &'a Disclosure,
        document: i64,
        file: i64,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            transaction,
            disclosure,
            document,
            file,
            table: next_id(transaction, "source_table", "table_id")?,
            cell: next_id(transaction, "cell", "cell_id")?,
            project: next_id(transaction, "project", "project_id")?,
            unit: next_id(transaction, "unit", "unit_id")?,
            diagnostics: Vec::new(),
        })
    }

    fn write(mut self, alias: i64) -> Result<(), StoreError> {
        let source = &self.disclosure.source;
        self.transaction.execute(
            "INSERT INTO source_file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            params![
                self.file,
                self.document,
                alias,
                source.path,
                source.sha256,
                source.format,
                self.disclosure.part.id(),
                source.pages,
                source.lines
            ],
        )?;
        self.write_names()?;
        self.write_tables()?;
        self.write_cells()?;
        self.write_claims()?;
        self.write_diagnostics()
    }

    fn write_names(&self) -> Result<(), StoreError> {
        let mut projects = self.transaction.appender("project")?;
        for (id, project) in (self.project..).zip(&self.disclosure.projects) {
            projects.append_row(params![
                id,
                self.document,
                self.file,
                project.name,
                project.code_printed,
                project.code,
                project.project_type
            ])?;
        }
        projects.flush()?;
        let mut units = self.transaction.appender("unit")?;
        for (id, unit) in (self.unit..).zip(&self.disclosure.units) {
            units.append_row(params![id, self.document, self.file, unit.code, unit.name])?;
        }
        Ok(units.flush()?)
    }

    fn write_tables(&self) -> Result<(), StoreError> {
        let mut tables = self.transaction.appender("source_table")?;
        for (id, table) in (self.table..).zip(&self.disclosure.tables) {
            let (unit, printed) = table.unit.as_ref().map(|(unit, text)| (*unit, text)).unzip();
            tables.append_row(params![
                id,
                self.document,
                self.file,
                table.kind.id(),
                table.state.id(),
                table.title,
                table.remark,
                unit.map(crate::record::MoneyUnit::name),
                printed,
                unit.map(crate::record::MoneyUnit::scale),
                table.place.page,
                table.place.line
            ])?;
        }
        Ok(tables.flush()?)
    }

    fn write_cells(&mut self) -> Result<(), StoreError> {
        // Appenders keep the connection busy only while they flush, so three may be filled at once.
        let mut cells = self.transaction.appender("cell")?;
        let mut facts = self.transaction.appender("fact")?;
        let mut indicators = self.transaction.appender("indicator")?;
        for (table_id, table) in (self.table..).zip(&self.disclosure.tables) {
            for cell in &table.cells {
                let CellRecord { place, row_code, row_name, column_path, text, fact, indicator } = cell;
                cells.append_row(params![
                    self.cell,
                    table_id,
                    place.page,
                    place.line,
                    place.row,
                    place.column,
                    row_code,
                    row_name,
                    column_path,
                    text
                ])?;
                if let Some(fact) = fact {
                    self.append_fact(&mut facts, table.kind, fact)?;
                }
                if let Some(indicator) = indicator {
                    let value = self.fit(indicator.value, 14, *place, text);
                    self.append_indicator(&mut indicators, indicator, value, text)?;
                }
                self.cell += 1;
            }
        }
        cells.flush()?;
        facts.flush()?;
        Ok(indicators.flush()?)
    }

    fn append_fact(&self, facts: &mut duckdb::Appender<'_>, table: TableKind, fact: &Fact) -> Result<(), StoreError> {
        let Fact { amount, dimensions: d, .. } = fact;
        Ok(facts.append_row(params![
            self.cell,
            self.document,
            table.id(),
            d.flow.map(crate::record::Flow::id),
            d.role.map(crate::record::RowRole::id),
            d.stage.map(crate::record::Stage::id),
            d.period.map(crate::record::Period::id),
            d.fund.map(crate::record::Fund::id),
            d.nature.map(crate::record::Nature::id),
            d.item.map(crate::record::Item::id),
            fact.function_code,
            fact.economic_code,
            fact.economic_gov_code,
            self.project_id(fact.project),
            fact.unit.filter(|i| *i < self.disclosure.units.len()).map(|i| key(self.unit, i)),
            money(*amount)?
        ])?)
    }

    fn append_indicator(
        &self,
        indicators: &mut duckdb::Appender<'_>,
        indicator: &Indicator,
        value: Option<Decimal>,
        text: &str,
    ) -> Result<(), StoreError> {
        Ok(indicators.append_row(params![
            self.cell,
            self.document,
            self.project_id(indicator.project),
            indicator.level1,
            indicator.level2,
            indicator.level3,
            indicator.operator,
            value,
            indicator.unit,
            text,
            indicator.note
        ])?)
    }

    fn write_claims(&mut self) -> Result<(), StoreError> {
        let first = next_id(self.transaction, "stated", "stated_id")?;
        let mut stated = self.transaction.appender("stated")?;
        for (id, claim) in (first..).zip(&self.disclosure.claims) {
            let Claim { place, subject, sentence, .. } = claim;
            let growth = self.fit(claim.growth_pct, 8, *place, sentence);
            let share = self.fit(claim.share_pct, 8, *place, sentence);
            stated.append_row(params![
                id,
                self.document,
                self.file,
                place.page,
                place.line,
                subject,
                claim.amount.map(money).transpose()?,
                claim.change.map(money).transpose()?,
                growth,
                share,
                claim.share_of,
                claim.count,
                claim.base_year,
                claim.base_kind.map(crate::record::BaseKind::id),
                claim.base_amount.map(money).transpose()?,
                claim.budget_amount.map(money).transpose()?,
                claim.against_budget.map(|order| match order {
                    Ordering::Greater => "above",
                    Ordering::Equal => "equal",
                    Ordering::Less => "below",
                }),
                sentence
            ])?;
        }
        Ok(stated.flush()?)
    }

    fn write_diagnostics(&self) -> Result<(), StoreError> {
        let first = next_id(self.transaction, "diagnostic", "diagnostic_id")?;
        let mut rows = self.transaction.appender("diagnostic")?;
        for (id, diagnostic) in (first..).zip(self.disclosure.diagnostics.iter().chain(&self.diagnostics)) {
            let Diagnostic { kind, table, place, text, message } = diagnostic;
            rows.append_row(params![
                id,
                self.document,
                self.file,
                kind.id(),
                kind.is_warning(),
                table.map(TableKind::id),
                place.page,
                place.line,
                (place.column > 0).then_some(place.column),
                text,
                message
            ])?;
        }
        Ok(rows.flush()?)
    }

    fn project_id(&self, index: Option<usize>) -> Option<i64> {
        index.filter(|i| *i < self.disclosure.projects.len()).map(|i| key(self.project, i))
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

fn key(first: i64, index: usize) -> i64 {
    first.saturating_add(i64::try_from(index).unwrap_or(i64::MAX))
}

/// An amount in 元 as the database holds it; the appender would round more than two decimals silently.
fn money(amount: Decimal) -> Result<Decimal, StoreError> {
    let normal = amount.normalize();
    if normal.scale() > 2 || normal.abs() >= Decimal::from(10_u64.pow(16)) {
        return Err(StoreError::Inexact { amount: amount.to_string() });
    }
    Ok(normal)
}
