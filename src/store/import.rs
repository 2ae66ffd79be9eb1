//! A disclosure becomes rows: whole or not at all.

use duckdb::{Transaction, params};
use rust_decimal::Decimal;

use super::parts::{next_id, place};
use super::{Store, StoreError};
use crate::record::{
    CellRecord, Claim, Diagnostic, DiagnosticKind, Disclosure, Fact, Indicator, Place, TableKind,
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

impl Store {
    /// Whether a file with these bytes was imported.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn contains(&self, sha256: &str) -> Result<bool, StoreError> {
        Ok(self.connection.query_row(
            "SELECT count(*) > 0 FROM source_file WHERE sha256 = ?",
            [sha256],
            |row| row.get(0),
        )?)
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
        let target = place(&transaction, disclosure)?;
        Import::new(&transaction, disclosure, target.document)?.write()?;
        transaction.commit()?;
        Ok(target.imported)
    }
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
    ) -> Result<Self, StoreError> {
        Ok(Self {
            transaction,
            disclosure,
            document,
            file: next_id(transaction, "source_file", "file_id")?,
            table: next_id(transaction, "source_table", "table_id")?,
            cell: next_id(transaction, "cell", "cell_id")?,
            project: next_id(transaction, "project", "project_id")?,
            unit: next_id(transaction, "unit", "unit_id")?,
            diagnostics: Vec::new(),
        })
    }

    fn write(mut self) -> Result<(), StoreError> {
        let source = &self.disclosure.source;
        self.transaction.execute(
            "INSERT INTO source_file VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            params![
                self.file,
                self.document,
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
            let (unit, printed) = table
                .unit
                .as_ref()
                .map(|(unit, text)| (*unit, text))
                .unzip();
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
                let CellRecord {
                    place,
                    row_code,
                    row_name,
                    column_path,
                    text,
                    fact,
                    indicator,
                } = cell;
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

    fn append_fact(
        &self,
        facts: &mut duckdb::Appender<'_>,
        table: TableKind,
        fact: &Fact,
    ) -> Result<(), StoreError> {
        let Fact {
            amount,
            dimensions: d,
            ..
        } = fact;
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
            fact.unit
                .filter(|i| *i < self.disclosure.units.len())
                .map(|i| key(self.unit, i)),
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
            let Claim {
                place,
                subject,
                sentence,
                ..
            } = claim;
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
                sentence
            ])?;
        }
        Ok(stated.flush()?)
    }

    fn write_diagnostics(&self) -> Result<(), StoreError> {
        let first = next_id(self.transaction, "diagnostic", "diagnostic_id")?;
        let mut rows = self.transaction.appender("diagnostic")?;
        for (id, diagnostic) in
            (first..).zip(self.disclosure.diagnostics.iter().chain(&self.diagnostics))
        {
            let Diagnostic {
                kind,
                table,
                place,
                text,
                message,
            } = diagnostic;
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
        index
            .filter(|i| *i < self.disclosure.projects.len())
            .map(|i| key(self.project, i))
    }

    /// A figure that is no money, if its column (four decimals) holds it exactly: DuckDB would round it
    /// silently. The text is kept anyway, so the document need not fail.
    fn fit(
        &mut self,
        value: Option<Decimal>,
        digits: u32,
        place: Place,
        text: &str,
    ) -> Option<Decimal> {
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
        return Err(StoreError::Inexact {
            amount: amount.to_string(),
        });
    }
    Ok(normal)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::record::{Part, UnitRow};

    fn count(store: &Store, sql: &str) -> i64 {
        store
            .connection
            .query_row(sql, [], |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn a_disclosure_lands_once() {
        let mut store = Store::in_memory().unwrap();
        let disclosure = sample::henan(2023);
        assert!(!store.contains(&disclosure.source.sha256).unwrap());
        assert_eq!(store.import(&disclosure).unwrap(), Imported::Added);
        assert!(store.contains(&disclosure.source.sha256).unwrap());
        let facts = count(&store, "SELECT count(*) FROM fact");
        assert_eq!(usize::try_from(facts).unwrap(), disclosure.fact_count());
        assert_eq!(store.import(&disclosure).unwrap(), Imported::Unchanged);
        assert_eq!(count(&store, "SELECT count(*) FROM fact"), facts);
        let total: Decimal = store
            .connection
            .query_row("SELECT amount FROM total_expenditure", [], |row| row.get(0))
            .unwrap();
        assert_eq!(total.to_string(), "14466900.00");
    }

    #[test]
    fn a_changed_file_supersedes_and_the_old_one_stays() {
        let mut store = Store::in_memory().unwrap();
        let first = sample::henan(2023);
        let mut second = first.clone();
        second.source.sha256 = "other".to_owned();
        store.import(&first).unwrap();
        assert_eq!(
            store.import(&second).unwrap(),
            Imported::Superseded { earlier: 1 }
        );
        let mut third = first.clone();
        third.source.sha256 = "third".to_owned();
        assert_eq!(
            store.import(&third).unwrap(),
            Imported::Superseded { earlier: 2 }
        );
        assert_eq!(count(&store, "SELECT count(*) FROM document"), 3);
        assert_eq!(count(&store, "SELECT count(*) FROM current_document"), 1);
        assert_eq!(count(&store, "SELECT count(*) FROM total_expenditure"), 1);
        assert_eq!(count(&store, "SELECT count(*) FROM department"), 1);
        assert_eq!(store.import(&sample::henan(2022)).unwrap(), Imported::Added);
    }

    #[test]
    fn tables_and_narrative_join_in_either_order() {
        for narrative_first in [false, true] {
            let mut store = Store::in_memory().unwrap();
            let (tables, narrative) = sample::parts(2023);
            let (a, b) = if narrative_first {
                (&narrative, &tables)
            } else {
                (&tables, &narrative)
            };
            assert_eq!(store.import(a).unwrap(), Imported::Added);
            assert_eq!(store.import(b).unwrap(), Imported::Joined);
            assert_eq!(count(&store, "SELECT count(*) FROM document"), 1);

            // A new narrative replaces the old one and keeps the tables.
            let mut changed = narrative.clone();
            changed.source.sha256 = "changed".to_owned();
            assert_eq!(
                store.import(&changed).unwrap(),
                Imported::Superseded { earlier: 1 }
            );
            assert_eq!(count(&store, "SELECT count(*) FROM total_expenditure"), 1);
            assert_eq!(
                count(
                    &store,
                    "SELECT count(*) FROM source_file WHERE document_id = 2"
                ),
                2
            );
            let current = "SELECT count(*) FROM stated JOIN current_document USING (document_id)";
            assert_eq!(
                count(&store, current),
                i64::try_from(narrative.claims.len()).unwrap()
            );
            assert_eq!(
                count(&store, "SELECT count(*) FROM fact WHERE document_id = 1"),
                0
            );
        }
    }

    #[test]
    fn printed_cells_are_the_numeric_ones() {
        let mut store = Store::in_memory().unwrap();
        let disclosure = sample::henan(2023);
        store.import(&disclosure).unwrap();
        // One indicator of the sample is a number, one is a word.
        let printed = count(&store, "SELECT count(*) FROM printed_cells");
        assert_eq!(
            usize::try_from(printed).unwrap(),
            disclosure.fact_count() + 1
        );
        let same = "SELECT count(*) FROM printed_cells WHERE \"table\" = 'three_public' AND \"column\" = '公务接待费'
                    AND amount_as_printed = '5.00' AND unit = '万元' AND document_kind = 'budget' AND line > 0";
        assert_eq!(count(&store, same), 1);
    }

    #[test]
    fn a_failed_import_leaves_nothing() {
        let mut store = Store::in_memory().unwrap();
        let mut disclosure = sample::henan(2023);
        disclosure.claims[0].amount = Some("0.001".parse().unwrap());
        let error = store.import(&disclosure).unwrap_err();
        assert_eq!(
            error,
            StoreError::Inexact {
                amount: "0.001".to_owned()
            }
        );
        for table in [
            "document",
            "source_file",
            "source_table",
            "cell",
            "fact",
            "department",
            "project",
        ] {
            assert_eq!(
                count(&store, &format!("SELECT count(*) FROM {table}")),
                0,
                "{table}"
            );
        }
        disclosure.claims[0].amount = None;
        assert_eq!(store.import(&disclosure).unwrap(), Imported::Added);
    }

    #[test]
    fn figures_with_too_many_digits_stay_text() {
        let mut store = Store::in_memory().unwrap();
        let mut disclosure = sample::henan(2023);
        disclosure.claims[0].growth_pct = Some("1.23456".parse().unwrap());
        disclosure.units.push(UnitRow {
            code: "110".to_owned(),
            name: "办公室".to_owned(),
        });
        disclosure.part = Part::Whole;
        store.import(&disclosure).unwrap();
        assert_eq!(
            count(
                &store,
                "SELECT count(*) FROM diagnostic WHERE kind = 'out_of_range'"
            ),
            1
        );
        assert_eq!(
            count(
                &store,
                "SELECT count(*) FROM stated WHERE growth_pct IS NOT NULL"
            ),
            1
        );
    }
}
