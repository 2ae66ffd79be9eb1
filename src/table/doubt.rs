//! Numbers that are withheld: they stay cells, since what they mean is not certain.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::record::{DiagnosticKind, Fact, RowRole, TableKind, TableRecord};

use super::layout::{Layouts, Rows};
use super::outline::Section;
use super::reader::{Parsed, Registry, Trial};

/// Takes the reading as printed, without what is doubtful. Where nothing is drawn between columns and rows, it has to prove
/// itself: most sums are right sooner than a heading that was given its columns.
pub(super) fn take(mut printed: Trial, section: &Section, parsed: &Parsed, registry: &mut Registry) -> TableRecord {
    let place = parsed.rows.first().map_or(section.title.place, |row| row.place);
    let mut note = |message: String| {
        registry.note(DiagnosticKind::Unplaced, section.kind, place, &section.title.text, message);
    };
    if parsed.unruled && printed.is_contradicted() {
        printed.withhold();
        note(
            "nothing is drawn between the columns of this table, and the sums of its rows contradict the headings they \
             were given; its numbers are kept as cells only"
                .to_owned(),
        );
    }
    let yearless = printed.withhold_yearless();
    if yearless > 0 {
        note(format!(
            "the headings name two years, and the columns of {yearless} numbers name none; they are kept as cells only"
        ));
    }
    let rows = if parsed.unruled { printed.withhold_doubtful_rows() } else { 0 };
    if rows > 0 {
        note(format!(
            "nothing is drawn in this table, and {rows} numbers stand in rows whose code or group is doubtful; they are \
             kept as cells only"
        ));
    }
    printed.take(registry)
}

impl Trial {
    /// Whether more of the sums within its rows are broken than hold.
    fn is_contradicted(&self) -> bool {
        let [held, broken] = self.scratch.rows;
        broken > held
    }

    /// Keeps its numbers as cells that mean nothing.
    fn withhold(&mut self) {
        self.record.cells.iter_mut().for_each(|cell| cell.fact = None);
        let told = |kind| matches!(kind, DiagnosticKind::SumDiffers | DiagnosticKind::Unplaced);
        self.scratch.diagnostics.retain(|d| !told(d.kind));
    }

    /// The same for columns that name no year where others name two, as far as two have the same headings: each is of
    /// another year. Returns how many numbers these are.
    fn withhold_yearless(&mut self) -> usize {
        let columns = || self.record.cells.iter().map(|cell| (&cell.column_path, cell.place.column));
        let years: BTreeSet<&str> = columns().filter_map(|(path, _)| year_in(path)).collect();
        if years.len() < 2 {
            return 0;
        }
        let mut places: BTreeMap<Arc<str>, BTreeSet<u32>> = BTreeMap::new();
        for (path, column) in columns().filter(|(path, _)| year_in(path).is_none()) {
            places.entry(Arc::clone(path)).or_default().insert(column);
        }
        let twice = |path: &Arc<str>| places.get(path).is_some_and(|columns| columns.len() > 1);
        let yearless = self.record.cells.iter_mut().filter(|cell| twice(&cell.column_path));
        yearless.filter_map(|cell| cell.fact.take()).count()
    }

    /// The same for rows of a table without ruling lines that may have lost a part of their label to another row: whose
    /// code is none or another's, that have no code where others have one, or whose group is told by nothing but their
    /// place. Returns how many numbers these are.
    fn withhold_doubtful_rows(&mut self) -> usize {
        let doubtful = self.scratch.diagnostics.iter().filter(|d| d.kind == DiagnosticKind::CodeDoubtful);
        let mut doubtful: BTreeSet<u32> = doubtful.map(|d| d.place.row).collect();
        let coded = self.record.cells.iter().filter(|cell| !cell.row_code.is_empty()).map(|cell| cell.place.row);
        // A name or two may be worded in another way than the list has them.
        if 3 * doubtful.len() <= coded.collect::<BTreeSet<_>>().len() || doubtful.len() < 3 {
            doubtful.clear();
        }
        let is_coded = |fact: &Fact| {
            fact.function_code.is_some() || fact.economic_code.is_some() || fact.economic_gov_code.is_some()
        };
        let details = || {
            let facts = self.record.cells.iter().filter_map(|cell| cell.fact.as_ref());
            facts.filter(|fact| fact.dimensions.role == Some(RowRole::Detail))
        };
        let by_code = Layouts::builtin().table(self.record.kind).rows == Rows::Coded;
        let are_coded = by_code && 3 * details().filter(|fact| is_coded(fact)).count() > details().count();
        let mut count = 0;
        for cell in &mut self.record.cells {
            let lacks_code = |fact: &Fact| {
                are_coded && fact.dimensions.role == Some(RowRole::Detail) && !is_coded(fact) && fact.project.is_none()
            };
            // A group's name stands in the middle of its rows: which they are, its lines would tell.
            let own = cell.row_name.rsplit('/').next().unwrap_or_default();
            let said = Layouts::builtin().heading(own).and_then(|d| d.fund);
            let of_no_group = own == "小计"
                || self.record.kind == TableKind::Revenue
                    && cell.row_name.contains('/')
                    && cell.fact.as_ref().is_some_and(|fact| fact.dimensions.fund != said);
            if doubtful.contains(&cell.place.row) || of_no_group || cell.fact.as_ref().is_some_and(lacks_code) {
                count += usize::from(cell.fact.take().is_some());
            }
        }
        count
    }
}

/// The year that a heading names: 2024年.
fn year_in(heading: &str) -> Option<&str> {
    let digits = heading.find("年").and_then(|at| heading.get(at.checked_sub(4)?..at))?;
    digits.chars().all(|c| c.is_ascii_digit()).then_some(digits)
}
