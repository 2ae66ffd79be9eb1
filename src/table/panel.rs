//! One panel of a table → its cells and facts: labels, codes, roles, amounts.

use std::sync::Arc;

use compact_str::CompactString;
use rust_decimal::Decimal;

use crate::record::{
    CellRecord, DiagnosticKind, Dimensions, Fact, Flow, MoneyUnit, Nature, NumberError, Period, Place, RowRole,
    TableKind, parse_number,
};
use crate::source::GridRow;

use super::columns::{Column, Panel};
use super::items::name_items;
use super::label::{RowLabel, restore_project_code, strip_ordinal};
use super::layout::{Layouts, Rows, TableLayout};
use super::reader::Registry;
use super::role::compare_years;

/// What is needed to read one panel.
pub(super) struct PanelReader<'a> {
    pub(super) layout: &'a TableLayout,
    /// What labels the rows: as the layout says, or as this table shows.
    pub(super) rows: Rows,
    /// Whether 本年支出 is all expenditure that the table tells of.
    pub(super) current_is_all: bool,
    pub(super) columns: &'a [Column],
    pub(super) panel: &'a Panel,
    pub(super) unit: Option<MoneyUnit>,
    /// Half a unit of the last printed place where the figures are rounded, in the printed unit; else nothing.
    pub(super) half: Decimal,
}

/// A row of one panel before its role is known.
pub(super) struct Line<'a> {
    pub(super) row: &'a GridRow,
    pub(super) label: RowLabel,
    pub(super) level: u8,
    /// What the label says; `None` when it says nothing known.
    pub(super) said: Option<Dimensions>,
    pub(super) function_code: Option<CompactString>,
    pub(super) economic_code: Option<CompactString>,
    pub(super) role: RowRole,
    pub(super) supplied: bool,
    /// Whether its figures are of another year or changes: no amounts of this document.
    pub(super) compares: bool,
}

impl Line<'_> {
    /// Whether it is a sum with a name and no code, over the rows after it: 某局机关, 工资福利支出.
    fn heads(&self) -> bool {
        self.role == RowRole::Subtotal && self.label.printed_code().is_empty() && !self.label.name.ends_with('计')
    }
}

/// The path of labels down to the current row of an outline: an upper level is printed on its first row
/// only.
#[derive(Debug, Default)]
struct Outlined(Vec<String>);

impl Outlined {
    /// Completes a row's name by the levels above it.
    fn place(&mut self, label: &mut RowLabel) {
        let Some(first) = label.levels.iter().position(|l| !l.is_empty()) else { return };
        self.0.truncate(first);
        self.0.resize(first, String::new());
        self.0.extend(label.levels.iter().skip(first).cloned());
        label.name = self.0.iter().filter(|l| !l.is_empty()).cloned().collect::<Vec<_>>().join("/");
    }
}

/// Whether a nature of basic expenditure (工资福利支出) stands under spending that is none, or is not known: it is that
/// one's (二、项目支出, then 商品和服务支出).
fn of_other_spending(said: Dimensions, level: u8, before: &[Line<'_>]) -> bool {
    use Nature::{Capital, Family, Goods, Personnel, Public, Wages};
    let inner = matches!(said.nature, Some(Capital | Family | Goods | Personnel | Public | Wages));
    let above = before.iter().rev().find(|l| l.level > 0 && (level == 0 || l.level < level));
    // 一、本年支出 has every nature under it.
    let basic = |d: Dimensions| {
        matches!(d.nature, Some(Nature::Basic | Personnel | Public)) || d.nature.is_none() && d.flow.is_some()
    };
    inner && above.is_some_and(|l| !l.said.is_some_and(basic))
}

/// Whether a label names a fund and nothing else.
fn is_fund_alone(said: Option<Dimensions>) -> bool {
    let alone = |d: Dimensions| d.fund.is_some() && d == Dimensions { fund: d.fund, ..Dimensions::default() };
    said.is_some_and(alone)
}

impl PanelReader<'_> {
    /// Reads all rows; cells are appended, everything else goes to the registry.
    pub(super) fn read(&self, rows: &[GridRow], registry: &mut Registry, cells: &mut Vec<CellRecord>) {
        let mut lines = self.lines(rows, registry);
        if self.lists_items(&lines) {
            // Items are parts of items: the checks know which.
            name_items(&mut lines);
        } else {
            self.assign_roles(&mut lines);
            self.find_sums_without_code(&mut lines);
            self.find_breakdowns(&mut lines);
            self.check_total(&lines, registry);
        }
        let mut unit = None;
        for line in &lines {
            if line.label.is_unit_row() {
                unit = Some(registry.unit(&line.label.unit_code, &line.label.name));
            } else if let Some(known) = registry.units.iter().position(|u| u.code == line.label.unit_code) {
                unit = Some(known);
            } else if line.heads() {
                unit = registry.units.iter().position(|u| u.name == line.label.name);
            } else if let Some(named) = registry.units.iter().position(|u| u.name == line.label.unit_name) {
                unit = Some(named);
            }
            self.cells(line, unit, registry, cells);
        }
    }

    fn lines<'r>(&self, rows: &'r [GridRow], registry: &mut Registry) -> Vec<Line<'r>> {
        let mut lines: Vec<Line<'r>> = Vec::new();
        let mut period = None;
        let mut outline = Outlined::default();
        for row in rows {
            let mut label = RowLabel::of(row, self.columns, self.panel);
            outline.place(&mut label);
            label.take_unit_code(|code, name| registry.is_unit(code, name));
            self.take_codes(&mut label);
            let has_amount = self.panel.amounts.iter().any(|i| !row.text(*i).is_empty());
            if label.is_blank() && !has_amount {
                continue;
            }
            let mut supplied = false;
            if label.is_blank() && lines.is_empty() && !self.panel.labels.is_empty() && rows.len() > 1 {
                // A total without any label opens the table (domain handbook §2.1, 10).
                "合计".clone_into(&mut label.name);
                supplied = true;
                registry.note(
                    DiagnosticKind::LabelSupplied,
                    self.layout.kind,
                    row.place,
                    "",
                    "the first row has no label; it is taken for the total".to_owned(),
                );
            }
            let (level, name) = strip_ordinal(&label.name);
            let economic_code = self.economic_code(&label, lines.last(), row, registry);
            let function_code = self.function_code(&label, &name, lines.last(), row, registry);
            let mut said = self.said(&label, &name, function_code.is_some());
            if self.rows == Rows::Classes {
                match level {
                    1 => period = said.and_then(|s| s.period),
                    2 => said = said.map(|s| Dimensions { period: s.period.or(period), ..s }),
                    _ => {}
                }
                said = said.filter(|s| !of_other_spending(*s, level, &lines));
            }
            let role = RowRole::Detail;
            lines.push(Line { row, label, level, said, function_code, economic_code, role, supplied, compares: false });
        }
        self.nest_carry_over(&mut lines);
        compare_years(&mut lines);
        lines
    }

    /// What a row's label says of its amounts.
    fn said(&self, label: &RowLabel, name: &str, has_class: bool) -> Option<Dimensions> {
        let headings = |text: &str| Layouts::builtin().heading(text);
        if label.levels.len() > 1 && self.layout.set.flow == Some(Flow::Revenue) {
            // 一般公共预算资金/专项收入: the group must be known, its items need not.
            let mut levels = label.name.split('/');
            let group = headings(levels.next().unwrap_or_default())?;
            return Some(levels.filter_map(headings).fold(group, Dimensions::refined_by));
        }
        if self.rows == Rows::Classes {
            if has_class {
                return Some(Dimensions::default());
            }
            return Layouts::builtin().heading(name);
        }
        // 人员经费合计 in a table of codes says what it totals.
        let total = (label.printed_code().is_empty() && name.ends_with('计')).then(|| headings(name)).flatten();
        let known = !label.is_blank() || self.panel.labels.is_empty();
        known.then(|| total.unwrap_or_default())
    }

    /// Names rows after the carry-over that they break down: 年初结转和结余, then 一、…, 二、….
    fn nest_carry_over(&self, lines: &mut [Line<'_>]) {
        if self.rows != Rows::Classes {
            return;
        }
        let mut parent: Option<(String, Dimensions)> = None;
        for line in lines {
            let carry = line.said.filter(|s| s.period == Some(Period::CarryOver) && s.role.is_none());
            match (line.level, &parent, carry) {
                (0, _, Some(said)) => parent = Some((line.label.name.clone(), said)),
                (0 | 1, Some((name, said)), _)
                    if line.level == 1 && !line.label.name.is_empty() || is_fund_alone(line.said) =>
                {
                    line.label.name = format!("{name}/{}", line.label.name);
                    let own = line.said.unwrap_or_default();
                    line.said = Some(Dimensions { role: Some(RowRole::OfWhich), ..said.refined_by(own) });
                    line.function_code = None;
                }
                _ if !line.label.is_blank() => parent = None,
                _ => {}
            }
        }
    }

    /// The flow that the panel's headings or the table state.
    pub(super) fn flow(&self) -> Option<Flow> {
        let first = self.panel.amounts.first().and_then(|i| self.columns.get(*i))?;
        let top = first.path.first().and_then(|h| Layouts::builtin().heading(h)).and_then(|d| d.flow);
        top.or(self.layout.set.flow)
    }

    /// A panel's printed total must equal its details, column by column; where it does not, rows may
    /// have been lost or the document ends early.
    fn check_total(&self, lines: &[Line<'_>], registry: &mut Registry) {
        let totals: Vec<&Line<'_>> = lines.iter().filter(|l| l.role == RowRole::Total).collect();
        let details: Vec<&Line<'_>> = lines.iter().filter(|l| l.role == RowRole::Detail).collect();
        let ends = |l: &Line<'_>| l.label.name.ends_with('计');
        if totals.is_empty()
            && !lines.iter().any(ends)
            && details.len() > 3
            && details.iter().any(|l| self.panel.amounts.iter().any(|i| !l.row.text(*i).is_empty()))
        {
            if let Some(last) = lines.last() {
                registry.note(
                    DiagnosticKind::Truncated,
                    self.layout.kind,
                    last.row.place,
                    &last.label.name,
                    "the table has no total row; it may be cut off after this row".to_owned(),
                );
            }
            return;
        }
        let (Some(total), false) = (totals.first(), details.is_empty()) else { return };
        for i in self.amounts() {
            let amount = |l: &Line<'_>| parse_number(l.row.text(i)).ok().flatten();
            let Some(printed) = amount(total) else { continue };
            // A group without an amount of its own rows (政府性基金/小计) stands for them.
            let has_rows = |group: &str| {
                details.iter().any(|l| {
                    amount(l).is_some() && l.label.name.strip_prefix(group).is_some_and(|n| n.starts_with('/'))
                })
            };
            let stands = |l: &&Line<'_>| {
                l.role == RowRole::Subtotal && l.label.name.strip_suffix("/小计").is_some_and(|group| !has_rows(group))
            };
            let alone = lines.iter().filter(stands);
            let addends: Vec<Decimal> = details.iter().copied().chain(alone).filter_map(amount).collect();
            let sum: Decimal = addends.iter().sum();
            if (sum - printed).abs() <= self.tolerance(addends.len()) {
                registry.holds += usize::from(!printed.is_zero());
            } else {
                let path = self.columns.get(i).map(Column::printed_path).unwrap_or_default();
                registry.note(
                    DiagnosticKind::SumDiffers,
                    self.layout.kind,
                    total.row.cell_place(i),
                    total.row.text(i),
                    format!("the total of {path} is {printed}, the rows add up to {sum}"),
                );
            }
        }
    }

    /// Its columns of amounts of the document's own year.
    pub(super) fn amounts(&self) -> impl Iterator<Item = usize> {
        let own = |i: &usize| self.columns.get(*i).is_some_and(|c| !c.compares);
        self.panel.amounts.iter().copied().filter(own)
    }

    /// Sums of rounded figures may differ by half a unit of the last place per number (domain handbook §3.5).
    pub(super) fn tolerance(&self, addends: usize) -> Decimal {
        Decimal::from(u64::try_from(addends).unwrap_or(0) + 1) * self.half
    }

    fn cells(&self, line: &Line<'_>, unit: Option<usize>, registry: &mut Registry, cells: &mut Vec<CellRecord>) {
        let mut amounts = Vec::new();
        for &i in &self.panel.amounts {
            let text = line.row.text(i);
            let Some(column) = self.columns.get(i).filter(|_| !text.is_empty()) else { continue };
            let place = line.row.cell_place(i);
            let amount = match parse_number(text) {
                Ok(None) => continue,
                // Figures of another year, changes and rates are no amounts of this document.
                _ if column.compares || line.compares => None,
                Ok(Some(amount)) => self.in_yuan(amount, place, text, registry),
                Err(error) => {
                    let hint = if error == NumberError::Grouping { "; digits may be missing" } else { "" };
                    registry.note(
                        DiagnosticKind::NotANumber,
                        self.layout.kind,
                        place,
                        text,
                        format!("{error} where {} belongs{hint}; kept as a cell only", column.printed_path()),
                    );
                    None
                }
            };
            amounts.push((column, place, text, amount));
        }
        if amounts.is_empty() {
            return;
        }
        self.check_gov_code(line, registry);
        let project = self.project(line, registry);
        let row_code = CompactString::from(line.label.printed_code());
        let row_name: Arc<str> = line.label.printed_name().into();
        let gov_code =
            Some(&line.label.economic_gov_code).filter(|c| matches!(c.len(), 3 | 5)).map(CompactString::from);
        for (column, place, text, amount) in amounts {
            // What a table of an unknown kind means of its money is not certain.
            let reads = !column.compares && !line.compares && self.layout.kind != TableKind::Unknown;
            let dimensions = if reads { self.dimensions(line, column, place, text, registry) } else { None };
            let fact = amount.zip(dimensions).map(|(amount, dimensions)| Fact {
                amount,
                dimensions,
                function_code: line.function_code.clone(),
                economic_code: line.economic_code.clone(),
                economic_gov_code: gov_code.clone(),
                project,
                unit,
            });
            cells.push(CellRecord {
                place,
                row_code: row_code.clone(),
                row_name: row_name.clone(),
                column_path: self.path(line, column).into(),
                text: text.into(),
                fact,
                indicator: None,
            });
        }
    }

    /// The headings over an amount; a label that spans several panels leaves only what they share.
    fn path(&self, line: &Line<'_>, column: &Column) -> String {
        let other = line.label.spanning.and_then(|from| {
            let mut amounts = self.columns.get(from..)?.iter();
            amounts.find(|c| c.label.is_none())
        });
        let (Some(other), Some((leaf, above))) = (other, column.path.split_last()) else {
            return column.printed_path();
        };
        let shared = above.iter().zip(&other.path).take_while(|(a, b)| a == b).map(|(a, _)| a.as_str());
        shared.chain(std::iter::once(leaf.as_str())).collect::<Vec<_>>().join("/")
    }

    fn in_yuan(&self, amount: Decimal, place: Place, text: &str, registry: &mut Registry) -> Option<Decimal> {
        let unit = self.unit?;
        let yuan = unit.to_yuan(amount);
        if yuan.is_none() {
            registry.note(
                DiagnosticKind::OutOfRange,
                self.layout.kind,
                place,
                text,
                format!("no amount in {} with whole cents; kept as a cell only", unit.name()),
            );
        }
        yuan
    }

    fn dimensions(
        &self,
        line: &Line<'_>,
        column: &Column,
        place: Place,
        text: &str,
        registry: &mut Registry,
    ) -> Option<Dimensions> {
        let unplaced = match (&column.said, line.said) {
            (Ok(_), _) if column.is_unnamed() => "its column has no heading".to_owned(),
            (Err(heading), _) => format!("the heading {heading} is not known"),
            (Ok(_), None) if line.label.is_blank() => "its row has no label".to_owned(),
            (Ok(_), None) => format!("the row label {} is not known", line.label.printed_name()),
            (Ok(heading), Some(row))
                if self.rows == Rows::Classes && self.layout.set.flow.or(heading.flow).or(row.flow).is_none() =>
            {
                "its headings tell neither revenue nor expenditure".to_owned()
            }
            (Ok(heading), Some(row)) => {
                let mut said = self.layout.set.refined_by(*heading).refined_by(row);
                let of_which = heading.role == Some(RowRole::OfWhich);
                said.role = Some(if of_which { RowRole::OfWhich } else { line.role });
                said.period = said.period.or(Some(Period::All));
                // 收入总计 and 支出总计 under 本年收入 and 本年支出 are the whole.
                let whole = line.role == RowRole::Total && line.label.name.ends_with("总计");
                let all = whole || self.current_is_all && said.flow == Some(Flow::Expenditure);
                if all && said.period == Some(Period::CurrentYear) {
                    said.period = Some(Period::All);
                }
                said.nature = said.nature.or(Some(Nature::Total));
                if self.layout.kind == TableKind::ThreePublic {
                    said.item = said.item.or(Some(self.three_public_total(column)));
                }
                return Some(said);
            }
        };
        registry.note(
            DiagnosticKind::Unplaced,
            self.layout.kind,
            place,
            text,
            format!("{unplaced}; kept as a cell only"),
        );
        None
    }

    fn project(&self, line: &Line<'_>, registry: &mut Registry) -> Option<usize> {
        let is_project = matches!(self.layout.kind, TableKind::ProjectExpenditure | TableKind::ProjectPerformanceGoals)
            && line.role == RowRole::Detail
            && !line.supplied
            && !line.label.name.is_empty();
        let project = is_project.then(|| registry.project(&line.label.name))?;
        if let Some(known) = registry.projects.get_mut(project) {
            if !line.label.project_code.is_empty() {
                known.code_printed = Some(line.label.project_code.clone());
                known.code = restore_project_code(&line.label.project_code);
            }
            if !line.label.project_type.is_empty() {
                known.project_type = Some(line.label.project_type.clone());
            }
        }
        Some(project)
    }
}
