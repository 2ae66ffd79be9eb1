//! A recognised section → a table record: every value cell, its fact where it has a certain one.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::record::{
    Diagnostic, DiagnosticKind, Dimensions, Flow, MoneyUnit, Period, Place, ProjectRef, TableKind, TableRecord,
    TableState, UnitRow, join_key, parse_number,
};
use crate::source::GridRow;

use super::body::{Pieces, join_cut_header};
use super::columns::{Column, adopt_words, columns, panels};
use super::header::{header_rows, judge, read_header};
use super::inner::{read_inner, take_inner};
use super::layout::{LabelRole, Layouts, Rows};
use super::line::stated_unit;
use super::outline::Section;
use super::panel::PanelReader;
use super::ruled::{Ruled, is_ruled, split_mixed};
use super::sums::RowSums;

/// What the tables of a document share while they are read one after the other.
#[derive(Debug, Default)]
pub(super) struct Registry {
    pub(super) projects: Vec<ProjectRef>,
    /// Their places in `projects` by key.
    known_projects: BTreeMap<String, usize>,
    pub(super) units: Vec<UnitRow>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Headers read without doubt: later tables of the same form are completed from them.
    headers: Vec<Vec<Column>>,
    /// Sums that held in the tables read so far, those of nothing not counted.
    pub(super) holds: usize,
    /// Sums within rows, by which headings are proven: how many held and how many did not.
    pub(super) rows: [usize; 2],
}

impl Registry {
    /// Adds a diagnostic. A table of an unknown kind has one that names it; its cells need none.
    pub(super) fn note(&mut self, kind: DiagnosticKind, table: TableKind, place: Place, text: &str, message: String) {
        if table == TableKind::Unknown && kind != DiagnosticKind::TableUnknown {
            return;
        }
        self.diagnostics.push(Diagnostic { kind, table: Some(table), place, text: text.to_owned(), message });
    }

    /// The project of that name; names are compared without white space and width.
    pub(super) fn project(&mut self, name: &str) -> usize {
        let key = join_key(name);
        if let Some(known) = self.known_projects.get(key.as_ref()) {
            return *known;
        }
        let project = self.projects.len();
        self.projects.push(ProjectRef { name: name.to_owned(), ..ProjectRef::default() });
        self.known_projects.insert(key.into_owned(), project);
        project
    }

    /// The unit of that code.
    pub(super) fn unit(&mut self, code: &str, name: &str) -> usize {
        if let Some(known) = self.units.iter().position(|u| u.code == code) {
            return known;
        }
        self.units.push(UnitRow { code: code.to_owned(), name: name.to_owned() });
        self.units.len() - 1
    }

    /// A registry with the same projects and units and nothing else.
    fn with_names(&self) -> Self {
        let Self { projects, known_projects, units, .. } = self;
        let (projects, known_projects) = (projects.clone(), known_projects.clone());
        Self { projects, known_projects, units: units.clone(), ..Self::default() }
    }

    /// Headers read without doubt.
    pub(super) fn headers(&self) -> &[Vec<Column>] {
        &self.headers
    }

    pub(super) fn is_unit(&self, code: &str, name: &str) -> bool {
        self.units.iter().any(|u| u.code == code && join_key(&u.name) == join_key(name))
    }
}

/// A table with its columns resolved, ready for the goals reader too.
#[derive(Clone, Debug)]
pub(super) struct Parsed {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<GridRow>,
    /// Rows below them that do not go by the columns.
    pub(super) inner: Vec<GridRow>,
    /// The header's rows in the kept columns, merged cells as blanks after their text.
    pub(super) header: Vec<GridRow>,
    /// Indices of `rows` at which the section's grids begin.
    pub(super) starts: Vec<usize>,
    /// Whether the columns were told from where words stand.
    pub(super) unruled: bool,
}

impl Parsed {
    /// Whether columns of indicators stand beside each other, as in a list of projects with their goals.
    pub(super) fn lists_indicators(&self) -> bool {
        self.columns.iter().any(|c| matches!(c.label, Some(LabelRole::IndicatorName | LabelRole::IndicatorValue)))
    }
}

/// Resolves header and body of a section, whose grids are used up.
pub(super) fn parse(section: &mut Section, registry: &mut Registry) -> Parsed {
    let mut grids = std::mem::take(&mut section.grids);
    let unruled = grids.iter().any(|grid| grid.unruled);
    for grid in &mut grids {
        grid.rows = split_mixed(std::mem::take(&mut grid.rows));
    }
    join_cut_header(&mut grids);
    let count = header_rows(grids.first().map_or(&[], |g| g.rows.as_slice()));
    let header = grids.first().and_then(|g| g.rows.get(..count)).unwrap_or_default().to_vec();
    let mut pieces = Pieces::of(grids, &header);
    let body = pieces.rows.get(count..).unwrap_or_default();
    let mut reading = if is_ruled(&header) {
        let ruled = Ruled::of(&header, body);
        pieces.rows = pieces.rows.iter().map(|row| ruled.collapse(row)).collect();
        judge(columns(&ruled.paths), pieces.rows.get(count..).unwrap_or_default())
    } else {
        read_header(&header, body, &registry.headers)
    };
    adopt_words(&mut reading.columns, pieces.rows.get(count..).unwrap_or_default());
    if let Some(repair) = &reading.repair {
        let place = header.first().map(|r| r.place).unwrap_or_default();
        let doubt = if reading.is_clean { "" } else { "; not all sums agree with it" };
        registry.note(
            DiagnosticKind::HeaderRepaired,
            section.kind,
            place,
            &section.title.text,
            format!("{repair}{doubt}"),
        );
    }
    if reading.is_clean && !registry.headers.contains(&reading.columns) {
        registry.headers.push(reading.columns.clone());
    }
    let pieces = pieces.join_cut_rows(section.kind, &reading.columns, &mut registry.diagnostics);
    let starts = pieces.starts(count);
    let mut rows = pieces.rows;
    let header = rows.drain(..count.min(rows.len())).collect();
    for (i, row) in rows.iter_mut().enumerate() {
        row.place.row = u32::try_from(i + 1).unwrap_or(u32::MAX);
    }
    let inner = take_inner(section.kind, &reading.columns, &mut rows);
    Parsed { columns: reading.columns, rows, inner, header, starts, unruled }
}

/// A reading of a table that is not decided on yet.
pub(super) struct Trial {
    pub(super) record: TableRecord,
    /// What the reading would add to the registry.
    pub(super) scratch: Registry,
    /// Sums that do not hold and cells that cannot be placed.
    pub(super) doubts: usize,
}

impl Trial {
    pub(super) fn of(section: &Section, parsed: &Parsed, registry: &Registry) -> Self {
        let mut scratch = registry.with_names();
        let record = read_table(section, parsed, &mut scratch);
        let counts =
            |kind| matches!(kind, DiagnosticKind::SumDiffers | DiagnosticKind::NotANumber | DiagnosticKind::Unplaced);
        let doubtful = scratch.diagnostics.iter().filter(|d| counts(d.kind)).count();
        Self { record, scratch, doubts: doubtful + RowSums::misplaced(&parsed.columns) }
    }

    /// Sums that hold.
    pub(super) fn holds(&self) -> usize {
        self.scratch.holds
    }

    /// Decides on it.
    pub(super) fn take(self, registry: &mut Registry) -> TableRecord {
        let Registry { projects, known_projects, units, diagnostics, holds, .. } = self.scratch;
        (registry.projects, registry.known_projects, registry.units) = (projects, known_projects, units);
        registry.diagnostics.extend(diagnostics);
        registry.holds += holds;
        self.record
    }
}

/// The unit a table's money stands in: stated above it, or in one of its headings.
pub(super) fn unit_of<T: AsRef<str>>(section: &Section, texts: impl Iterator<Item = T>) -> Option<(MoneyUnit, String)> {
    section.unit().or_else(|| {
        // Only a bracketed unit is one: 单位 alone also means an organisation.
        let mut texts = texts.filter(|t| t.as_ref().contains('元') && join_key(t.as_ref()).contains("元)"));
        texts
            .find_map(|t| stated_unit(t.as_ref()))
            .or_else(|| section.supplied_unit.map(|unit| (unit, unit.name().to_owned())))
    })
}

/// Whether revenue stands beside expenditure and no row has a code: rows are classes then, whatever the table
/// (政府性基金收支表).
fn is_two_sided(parsed: &Parsed) -> bool {
    let coded = parsed.columns.iter().any(|c| matches!(c.label, Some(LabelRole::Code | LabelRole::EconomicCode)));
    let flows =
        |flow| parsed.columns.iter().any(|c| c.label.is_none() && c.said.as_ref().is_ok_and(|d| d.flow == Some(flow)));
    !coded && flows(Flow::Revenue) && flows(Flow::Expenditure)
}

/// Whether a table by function has no column for all expenditure but the one of the year: final accounts print 本年支出合计
/// beside 基本支出 and 项目支出, some with the carry-over before and after it.
fn current_is_all(kind: TableKind, parsed: &Parsed) -> bool {
    let by_function = matches!(
        kind,
        TableKind::Expenditure | TableKind::GeneralPublicExpenditure | TableKind::FiscalAppropriationExpenditure
    );
    let of_all = |d: &Dimensions| {
        d.nature.is_none() && d.flow != Some(Flow::Revenue) && matches!(d.period, None | Some(Period::All))
    };
    by_function && !parsed.columns.iter().any(|c| c.label.is_none() && !c.compares && c.said.as_ref().is_ok_and(of_all))
}

/// Reads an ordinary table: labels to the left, amounts to the right, perhaps several side by side.
pub(super) fn read_table(section: &Section, parsed: &Parsed, registry: &mut Registry) -> TableRecord {
    let layout = Layouts::builtin().table(section.kind);
    let unit = unit_of(section, parsed.columns.iter().flat_map(|c| &c.path));
    let half = half_of(section, parsed, unit.as_ref().map(|u| u.0));
    let mut record = section.record(unit);
    let panels = panels(&parsed.columns);
    let rows = if panels.len() > 1 && is_two_sided(parsed) { Rows::Classes } else { layout.rows };
    let current_is_all = current_is_all(section.kind, parsed);
    for panel in panels {
        let reader = PanelReader {
            layout,
            rows,
            current_is_all,
            columns: &parsed.columns,
            panel: &panel,
            unit: record.unit.as_ref().map(|u| u.0),
            half,
        };
        reader.read(&parsed.rows, registry, &mut record.cells);
    }
    check_rows(section.kind, parsed, half, registry);
    let has_numbers = !record.cells.is_empty();
    read_inner(section.kind, &parsed.columns, &parsed.inner, registry, &mut record.cells);
    if has_numbers {
        record.state = TableState::Data;
        if record.unit.is_none() {
            registry.note(
                DiagnosticKind::UnitMissing,
                section.kind,
                section.title.place,
                &section.title.text,
                "no unit of money (单位：万元) is stated, so its numbers are kept as cells only".to_owned(),
            );
        }
    }
    record
}

/// Half a unit of the last place where figures are rounded: final accounts are from 元, tables in whole 元 from their
/// cents; other budgets are exact (domain handbook §3.5).
fn half_of(section: &Section, parsed: &Parsed, unit: Option<MoneyUnit>) -> Decimal {
    let decimals = || parsed.rows.iter().flat_map(|r| &r.cells).any(|c| c.text.contains('.'));
    if section.title.text.contains("决算") {
        Decimal::new(5, 3)
    } else if unit == Some(MoneyUnit::Yuan) && !decimals() {
        Decimal::new(5, 1)
    } else {
        Decimal::ZERO
    }
}

/// Reports rows whose printed parts do not add up.
fn check_rows(kind: TableKind, parsed: &Parsed, half: Decimal, registry: &mut Registry) {
    let sums = RowSums::new(&parsed.columns);
    let Some(summed) = sums.columns(parsed.columns.len()) else { return };
    for row in &parsed.rows {
        let amount =
            |(c, summed): (usize, &bool)| if *summed { parse_number(row.text(c)).ok().flatten() } else { None };
        let amounts: Vec<Option<Decimal>> = summed.iter().enumerate().map(amount).collect();
        let (holds, breaks) = sums.check(&amounts, half);
        let holds = if amounts.iter().flatten().any(|a| !a.is_zero()) { holds } else { 0 };
        registry.holds += holds;
        registry.rows[0] += holds;
        registry.rows[1] += breaks.len();
        for (identity, total, sum) in breaks {
            if parse_number(row.text(identity.total)).is_err() {
                continue; // reported as no number already
            }
            let path = parsed.columns.get(identity.total).map(Column::printed_path).unwrap_or_default();
            registry.note(
                DiagnosticKind::SumDiffers,
                kind,
                row.cell_place(identity.total),
                row.text(identity.total),
                format!("{path} is {total}, its parts in the row add up to {sum}"),
            );
        }
    }
}
