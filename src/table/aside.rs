//! Tables whose numbers would count twice: they are kept as cells, and what was done is told.

use std::collections::{BTreeMap, BTreeSet};

use crate::record::{CellRecord, DiagnosticKind, TableKind, TableRecord, TableState, join_key};
use crate::source::Document;

use super::reader::Registry;

/// Leaves a table its cells alone.
fn set_aside(table: &mut TableRecord, kind: DiagnosticKind, message: String, registry: &mut Registry) {
    for cell in &mut table.cells {
        (cell.fact, cell.indicator) = (None, None);
    }
    registry.note(kind, table.kind, table.place, &table.title, message);
}

/// A hidden sheet often is last year's, or a draft: where a shown one has the same table, only that counts.
pub(super) fn set_hidden_aside(document: &Document, tables: &mut [TableRecord], registry: &mut Registry) {
    let hidden = |t: &TableRecord| t.place.page.is_some_and(|p| document.hidden.contains(&p));
    let shown: BTreeSet<TableKind> = tables.iter().filter(|t| !hidden(t)).map(|t| t.kind).collect();
    for table in tables.iter_mut().filter(|t| hidden(t) && t.state == TableState::Data && shown.contains(&t.kind)) {
        let message = "a hidden sheet has a table that is shown elsewhere; its numbers are kept as cells only";
        set_aside(table, DiagnosticKind::Hidden, message.to_owned(), registry);
    }
}

/// A file may hold the tables of the department and, after them, those of its units: together they would count twice.
/// Goals of projects add up to nothing: those of every unit belong to the department. `owners`: whose each table is.
pub(super) fn set_units_aside(
    department: &str,
    owners: &[Option<String>],
    tables: &mut [TableRecord],
    registry: &mut Registry,
) {
    let is_own = |owner: &str| join_key(owner) == join_key(department);
    let counts = |t: &TableRecord| t.state == TableState::Data && t.kind != TableKind::ProjectPerformanceGoals;
    let own: BTreeSet<TableKind> = tables
        .iter()
        .zip(owners)
        .filter(|(table, owner)| counts(table) && owner.as_deref().is_some_and(is_own))
        .map(|(table, _)| table.kind)
        .collect();
    for (table, owner) in tables.iter_mut().zip(owners).filter(|(t, _)| counts(t) && own.contains(&t.kind)) {
        let Some(owner) = owner.as_deref().filter(|owner| !is_own(owner)) else { continue };
        let message = format!(
            "a table of {owner} beside one of {department}; its numbers are kept as cells only, split the file to read both"
        );
        set_aside(table, DiagnosticKind::OtherUnit, message, registry);
    }
}

/// A table may stand in the text and once more among the tables at the end: its numbers count where they come first.
pub(super) fn set_repeats_aside(tables: &mut [TableRecord], registry: &mut Registry) {
    let printed = |cell: &CellRecord| {
        let labels = [&*cell.row_name, &*cell.column_path].map(|text| join_key(text).into_owned());
        let fact = cell.fact.as_ref().map(|fact| (fact.amount, fact.project, fact.unit));
        // What is no amount is the same where its text is.
        let text = fact.is_none().then(|| cell.text.clone());
        (cell.row_code.clone(), labels, fact, text)
    };
    let has_facts = |t: &TableRecord| t.cells.iter().any(|c| c.fact.is_some());
    let mut times: BTreeMap<TableKind, usize> = BTreeMap::new();
    for table in tables.iter().filter(|t| has_facts(t)) {
        *times.entry(table.kind).or_default() += 1;
    }
    times.retain(|_, n| *n > 1);
    let mut before: BTreeMap<TableKind, Vec<BTreeSet<_>>> = BTreeMap::new();
    for table in tables.iter_mut().filter(|t| times.contains_key(&t.kind) && has_facts(t)) {
        let cells: BTreeSet<_> = table.cells.iter().map(printed).collect();
        let known = before.entry(table.kind).or_default();
        if known.iter().any(|earlier| cells.is_subset(earlier)) {
            let message = "the same numbers stand in a table before; they count once".to_owned();
            set_aside(table, DiagnosticKind::Repeated, message, registry);
        } else {
            known.push(cells);
        }
    }
}
