//! Document → [`Disclosure`]: which table is it, what do its columns and
//! rows mean, what does the narrative state.

mod aside;
mod body;
mod claimed;
mod clause;
mod codes;
mod columns;
mod counted;
mod doubt;
mod form;
mod goals;
mod header;
mod heading;
mod indicator;
mod inner;
mod items;
mod label;
mod layout;
mod line;
mod long;
mod narrative;
#[cfg(test)]
mod narrative_test;
mod outline;
mod own_codes;
mod panel;
mod paragraph;
mod publisher;
mod reader;
mod reread;
mod role;
mod ruled;
mod statement;
mod subject;
mod sums;
mod telling;
mod unit;

use std::collections::BTreeSet;

use crate::record::{
    Diagnostic, DiagnosticKind, Disclosure, DocumentKind, Part, Scope, SourceInfo, TableKind, TableRecord, TableState,
};
use crate::source::{Block, Document, NoteKind};

pub use long::{LongReader, Refusal};

use heading::Imprint;
use outline::{Outline, Section};
use reader::Registry;

/// What the user says of a document; overrides what is found in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Department's name.
    pub department: Option<String>,
    /// Region's name.
    pub region: Option<String>,
    /// Fiscal year.
    pub fiscal_year: Option<u16>,
    /// Budget or final account.
    pub kind: Option<DocumentKind>,
    /// Department or unit.
    pub scope: Option<Scope>,
}

/// Why a document is no disclosure.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TableError {
    /// Nothing recognisable.
    #[error("no budget table and no budget statement found in {size}; {hint}")]
    NoDisclosure {
        /// Lines or pages read.
        size: String,
        /// What may help.
        hint: String,
    },
    /// The year cannot be found.
    #[error("the fiscal year is stated nowhere; give it with --year")]
    NoYear,
    /// The department cannot be found.
    #[error("the department is named nowhere; give it with --department")]
    NoDepartment,
}

/// The table of a section; where it consists of forms, one of each.
fn read_section(section: &mut Section, registry: &mut Registry) -> Vec<TableRecord> {
    if matches!(section.kind, TableKind::ProjectPerformanceGoals | TableKind::Unknown) {
        let forms = form::read_forms(section, registry);
        if !forms.is_empty() {
            return forms;
        }
    }
    if section.kind == TableKind::DepartmentPerformanceGoals {
        return vec![goals::read_department_goals(section, registry)];
    }
    let parsed = reader::parse(section, registry);
    let record = match section.kind {
        TableKind::ProjectPerformanceGoals if parsed.lists_indicators() => {
            goals::read_project_goals(section, &parsed, registry)
        }
        // A form that is not understood is no list of projects.
        TableKind::ProjectPerformanceGoals => reader::read_table(&section.of_unknown_kind(), &parsed, registry),
        _ => reread::settle(section, &parsed, registry),
    };
    vec![record]
}

/// Recognises a disclosure.
///
/// # Errors
/// When the document has neither a table nor a statement, or when year or department are unknown.
pub fn recognise(mut document: Document, overrides: &Overrides) -> Result<Disclosure, TableError> {
    let cut_row = note_of_cut_row(document.blocks.last());
    let mut outline = Outline::of(std::mem::take(&mut document.blocks), &document.hidden);
    // Its blocks are in the outline now.
    let document = &document;
    let imprint = Imprint::of(document, &outline, overrides);
    let mut claims =
        narrative::claims(&outline.narrative, &imprint.names(), imprint.fiscal_year(), imprint.is_final_account());
    // Reading makes no unknown table a known one: a list of many rows that is no disclosure need not be read.
    if claims.is_empty() && outline.sections.iter().all(|s| s.kind == TableKind::Unknown) {
        return Err(no_disclosure(document));
    }
    let mut registry = Registry::default();
    registry.diagnostics.extend(document.notes.iter().map(|note| Diagnostic {
        kind: match note.kind {
            NoteKind::Encoding => DiagnosticKind::Encoding,
            NoteKind::Damaged => DiagnosticKind::Damaged,
            NoteKind::Scanned => DiagnosticKind::Scanned,
            NoteKind::NumberCut => DiagnosticKind::NumberCut,
            NoteKind::Unruled => DiagnosticKind::Unruled,
            NoteKind::Hidden => DiagnosticKind::Hidden,
            NoteKind::NumberRounded => DiagnosticKind::NumberRounded,
            NoteKind::NotCalculated => DiagnosticKind::NotCalculated,
            NoteKind::NotRead => DiagnosticKind::NotRead,
        },
        table: None,
        place: note.place,
        text: String::new(),
        message: note.message.clone(),
    }));
    unit::supply(&mut outline.sections, &mut registry);
    let mut tables: Vec<TableRecord> = Vec::new();
    // Whose table each is, where that is said.
    let mut owners = Vec::new();
    for section in &mut outline.sections {
        tables.extend(read_section(section, &mut registry));
        owners.resize(tables.len(), publisher::owner(&section.notes));
    }
    aside::set_hidden_aside(document, &mut tables, &mut registry);
    if let Some(department) = imprint.department() {
        aside::set_units_aside(department, &owners, &mut tables, &mut registry);
    }
    aside::set_repeats_aside(&mut tables, &mut registry);
    claims.extend(counted::claims_of_tables(&tables));
    own_codes::settle(&mut claims, &tables);
    let known = tables.iter().any(|t| t.kind != TableKind::Unknown);
    if !known && claims.is_empty() {
        return Err(no_disclosure(document));
    }
    note_unknown_tables(&tables, &mut registry);
    if !known {
        note_flat_rows(&outline, &mut registry);
    }
    // A narrative announces tables that stand in another file.
    if known {
        add_missing_tables(&outline, &mut tables, &mut registry);
    }
    registry.diagnostics.extend(cut_row);
    let Registry { projects, units, mut diagnostics, .. } = registry;
    let header = imprint.header(&outline, &projects, &units, overrides, &mut diagnostics)?;
    let part = match (known, claims.is_empty()) {
        (true, false) => Part::Whole,
        (true, true) => Part::Tables,
        (false, _) => Part::Narrative,
    };
    Ok(Disclosure {
        source: SourceInfo {
            path: document.path.clone(),
            sha256: document.sha256.clone(),
            format: document.format,
            pages: document.pages,
            lines: document.lines,
            sheets: document.sheets.clone(),
        },
        header,
        part,
        tables,
        claims,
        projects,
        units,
        diagnostics,
    })
}

fn no_disclosure(document: &Document) -> TableError {
    let elsewhere = document.notes.iter().find(|n| n.kind == NoteKind::NotRead);
    let hint = elsewhere.map_or("is it a 部门预算 or 部门决算 disclosure?", |n| n.message.as_str()).to_owned();
    TableError::NoDisclosure { size: size(document), hint }
}

/// `12 pages` or `300 lines`.
fn size(document: &Document) -> String {
    let count = |n: u32, noun: &str| if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") };
    if let Some(sheets) = u32::try_from(document.sheets.len()).ok().filter(|n| *n > 0) {
        return count(sheets, "sheet");
    }
    match (document.pages, document.lines) {
        (Some(pages), _) => count(pages, "page"),
        (None, lines) => count(lines.unwrap_or(0), "line"),
    }
}

fn note_unknown_tables(tables: &[TableRecord], registry: &mut Registry) {
    for table in tables.iter().filter(|t| t.kind == TableKind::Unknown && t.state == TableState::Data) {
        registry.note(
            DiagnosticKind::TableUnknown,
            table.kind,
            table.place,
            &table.title,
            "a table of an unknown kind; its numbers are kept as cells only".to_owned(),
        );
    }
}

/// A text that was taken from a page has its tables as lines: which column an amount stood in is lost with the blank cells.
fn note_flat_rows(outline: &Outline, registry: &mut Registry) {
    let mut rows = outline.narrative.iter().filter(|l| line::is_flat_row(&l.text));
    let (Some(first), others) = (rows.next(), rows.count()) else { return };
    if others < 4 {
        return;
    }
    registry.diagnostics.push(Diagnostic {
        kind: DiagnosticKind::NotRead,
        table: None,
        place: first.place,
        text: first.text.clone(),
        message: format!(
            "{} lines look like rows of tables whose columns are lost; their amounts were not read: give the PDF or the workbook itself",
            others + 1
        ),
    });
}

/// A document whose very last row is shorter than the one before ends in the middle of it.
fn note_of_cut_row(last: Option<&Block>) -> Option<Diagnostic> {
    let Some(Block::Grid(grid)) = last else { return None };
    let [.., before, last] = grid.rows.as_slice() else { return None };
    (last.cells.len() < before.cells.len()).then(|| Diagnostic {
        kind: DiagnosticKind::Truncated,
        table: None,
        place: last.place,
        text: last.cells.last().map(|c| c.text.to_string()).unwrap_or_default(),
        message: format!(
            "the last row has {} cells, the one before {}: the document is cut off here, its last number may be too",
            last.cells.len(),
            before.cells.len()
        ),
    })
}

/// Records the tables that the contents announce and the document lacks.
fn add_missing_tables(outline: &Outline, tables: &mut Vec<TableRecord>, registry: &mut Registry) {
    let mut found: BTreeSet<TableKind> = tables.iter().map(|t| t.kind).collect();
    for (kind, line) in &outline.announced {
        if !found.insert(*kind) {
            continue;
        }
        registry.note(
            DiagnosticKind::TableMissing,
            *kind,
            line.place,
            &line.text,
            "the contents announce this table, but it was not found; the document may be cut off".to_owned(),
        );
        tables.push(TableRecord {
            kind: *kind,
            title: line.text.clone(),
            place: line.place,
            unit: None,
            state: TableState::Missing,
            remark: String::new(),
            cells: Vec::new(),
        });
    }
}
