//! Printed codes → codes of the classification. Leading zeros get lost, cells are damaged, and some units
//! number their rows themselves; the printed name decides then.

use compact_str::{CompactString, format_compact};

use crate::record::{Classification, CodeSystem, DiagnosticKind, Flow, TableKind};
use crate::source::GridRow;

use super::label::RowLabel;
use super::layout::{Codes, Rows};
use super::panel::{Line, PanelReader};
use super::reader::Registry;

/// A code as it is taken, with what was noticed about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CodeReading {
    /// 3, 5 or 7 digits.
    pub(super) code: Option<CompactString>,
    /// What was put right.
    pub(super) repaired: Option<String>,
    /// Why it is doubtful.
    pub(super) doubtful: Option<String>,
}

/// Reads the parts of a code (类, 款, 项 or the whole in one) beside the row's name. `before` is the code of
/// the row above.
fn read_code(system: CodeSystem, parts: &[String], name: &str, before: Option<&str>) -> CodeReading {
    let list = Classification::builtin();
    let printed: CompactString = parts.iter().map(String::as_str).collect();
    if printed.is_empty() {
        return CodeReading::default();
    }
    let padded: CompactString = parts
        .iter()
        .enumerate()
        .map(|(i, part)| if i > 0 && part.len() == 1 { format_compact!("0{part}") } else { part.into() })
        .collect();
    let whole = parts.len() == 1 || parts.first().is_some_and(|class| class.len() == 3);
    let fits = |code: &str| matches!(code.len(), 3 | 5 | 7);
    let lost_zero = (padded != printed).then(|| format!("the code {printed} was read as {padded}: a zero was lost"));
    if !fits(&padded) || !whole {
        let class = before.and_then(|b| b.get(..3)).unwrap_or_default();
        let rest: String = padded.chars().skip(parts.first().map_or(0, String::len)).collect();
        let candidate = format_compact!("{class}{rest}");
        if parts.len() > 1 && fits(&candidate) && list.knows(system, &candidate, name) == Some(true) {
            let repaired = Some(format!("the damaged code {printed} was read as {candidate}, as its name says"));
            return CodeReading { code: Some(candidate), repaired, doubtful: None };
        }
        let doubtful = Some(format!("{printed} is no code of the classification"));
        return CodeReading { code: None, repaired: None, doubtful };
    }
    if name.is_empty() || list.knows(system, &padded, name) == Some(true) {
        return CodeReading { code: Some(padded), repaired: lost_zero, doubtful: None };
    }
    if let Some(code) = list.sibling_by_name(system, &padded, name) {
        let doubtful =
            Some(format!("the name {name} belongs to {code}, not to the printed {printed}; {code} was taken"));
        return CodeReading { code: Some(code.into()), repaired: lost_zero, doubtful };
    }
    let doubtful = (list.knows(system, &padded, name) == Some(false))
        .then(|| format!("the code list has another name for {padded}; the printed code was taken"));
    CodeReading { code: Some(padded), repaired: lost_zero, doubtful }
}

impl PanelReader<'_> {
    /// Takes codes out of the cells that print them with a name, and tells which classification they are of.
    pub(super) fn take_codes(&self, label: &mut RowLabel) {
        let systems: &[CodeSystem] = match self.layout.codes {
            Some(Codes::Function) => &[CodeSystem::Function],
            Some(Codes::Economic) => &[CodeSystem::Economic, CodeSystem::EconomicGov, CodeSystem::Function],
            _ => &[],
        };
        for system in systems {
            label.take_code(*system, self.layout.kind != TableKind::ProjectExpenditure);
        }
        if self.system(label) == Some(CodeSystem::EconomicGov) {
            let code = read_code(CodeSystem::EconomicGov, &label.code_parts, &label.name, None).code;
            label.economic_gov_code = code.unwrap_or_default().into();
        }
    }

    /// The classification that a row's code is of: the table's, unless the code tells of another one. Classes of
    /// functions are 201 to 299, economic ones 301 to 399, those of the government 501 to 599, and a table of basic
    /// expenditure may be by function (一般公共预算基本支出明细表（按支出功能分类科目）).
    fn system(&self, label: &RowLabel) -> Option<CodeSystem> {
        let class = label.code_parts.first().filter(|class| class.len() >= 3).and_then(|class| class.chars().next());
        let is =
            |system| Classification::builtin().knows(system, &label.code_parts.concat(), &label.name) == Some(true);
        Some(match (self.layout.codes?, class) {
            (Codes::Economic, Some('2')) => CodeSystem::Function,
            (Codes::Economic, Some('5')) => CodeSystem::EconomicGov,
            (Codes::Economic, _) => CodeSystem::Economic,
            (Codes::Function, Some('3')) if is(CodeSystem::Economic) => CodeSystem::Economic,
            (Codes::Function, Some('5')) if is(CodeSystem::EconomicGov) => CodeSystem::EconomicGov,
            (Codes::Function, _) => CodeSystem::Function,
            (Codes::Unit, _) => return None,
        })
    }

    pub(super) fn function_code(
        &self,
        label: &RowLabel,
        name: &str,
        before: Option<&Line<'_>>,
        row: &GridRow,
        registry: &mut Registry,
    ) -> Option<CompactString> {
        if self.rows == Rows::Classes && self.flow() != Some(Flow::Revenue) {
            return Classification::builtin().function_class(name).map(CompactString::from);
        }
        if self.rows != Rows::Coded || self.system(label) != Some(CodeSystem::Function) {
            return None;
        }
        let above = before.and_then(|b| b.function_code.as_deref());
        self.code(CodeSystem::Function, label, above, row, registry)
    }

    pub(super) fn economic_code(
        &self,
        label: &RowLabel,
        before: Option<&Line<'_>>,
        row: &GridRow,
        registry: &mut Registry,
    ) -> Option<CompactString> {
        if self.system(label) != Some(CodeSystem::Economic) {
            return None;
        }
        let above = before.and_then(|b| b.economic_code.as_deref());
        if !label.code_parts.is_empty() {
            return self.code(CodeSystem::Economic, label, above, row, registry);
        }
        // A blank code under a row of the same name is a second amount of that code.
        let before = before.filter(|b| !label.name.is_empty() && b.label.name == label.name)?;
        let filled = before.economic_code.clone()?;
        registry.note(
            DiagnosticKind::LabelSupplied,
            self.layout.kind,
            row.place,
            &label.name,
            format!("the blank code was filled down: {filled}"),
        );
        Some(filled)
    }

    /// The code of a row with amounts, and what is to be said of it.
    fn code(
        &self,
        system: CodeSystem,
        label: &RowLabel,
        above: Option<&str>,
        row: &GridRow,
        registry: &mut Registry,
    ) -> Option<CompactString> {
        // A project's name is not that of its code.
        let name = if self.layout.kind == TableKind::ProjectExpenditure { "" } else { &label.name };
        let reading = read_code(system, &label.code_parts, name, above);
        let has_amount = self.panel.amounts.iter().any(|i| !row.text(*i).is_empty());
        for (kind, message) in
            [(DiagnosticKind::LabelSupplied, reading.repaired), (DiagnosticKind::CodeDoubtful, reading.doubtful)]
        {
            if let Some(message) = message.filter(|_| has_amount) {
                let text = format!("{} {}", label.printed_code(), label.name);
                registry.note(kind, self.layout.kind, row.place, &text, message);
            }
        }
        reading.code
    }

    /// Flags codes of the government economic classification whose printed name the list does not know.
    pub(super) fn check_gov_code(&self, line: &Line<'_>, registry: &mut Registry) {
        let (code, name) = (&line.label.economic_gov_code, &line.label.gov_name);
        let known = Classification::builtin().knows(CodeSystem::EconomicGov, code, name);
        if !code.is_empty() && !name.is_empty() && known == Some(false) {
            registry.note(
                DiagnosticKind::CodeDoubtful,
                self.layout.kind,
                line.row.place,
                &format!("{code} {name}"),
                format!("the code list has another name for {code}; the printed code was taken"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parts: &[&str], name: &str, before: Option<&str>) -> CodeReading {
        let system = if parts[0].starts_with('3') { CodeSystem::Economic } else { CodeSystem::Function };
        read_code(system, &parts.iter().map(|p| (*p).to_owned()).collect::<Vec<_>>(), name, before)
    }

    #[test]
    fn lost_zeros_and_damaged_classes_are_restored() {
        assert_eq!(read(&["301", "2"], "津贴补贴", None).code.as_deref(), Some("30102"));
        assert!(read(&["301", "2"], "津贴补贴", None).repaired.is_some());
        assert_eq!(read(&["7", "11", "01"], "行政单位医疗", Some("21011")).code.as_deref(), Some("2101101"));
        assert_eq!(read(&["7", "11", "01"], "某某", Some("21011")).code, None);
    }

    #[test]
    fn the_name_decides_over_a_self_made_code() {
        let reading = read(&["30203"], "水费", None);
        assert_eq!(reading.code.as_deref(), Some("30205"));
        assert!(reading.doubtful.is_some());
        assert_eq!(
            read(&["30205"], "水费", None),
            CodeReading { code: Some("30205".into()), ..CodeReading::default() }
        );
        assert_eq!(read(&["2010199"], "没有见过的支出", None).code.as_deref(), Some("2010199"));
    }
}
