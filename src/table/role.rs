//! What the rows of a panel are in its sums.

use compact_str::CompactString;
use rust_decimal::Decimal;

use crate::record::{Dimensions, Period, RowRole, TableKind, join_key, parse_number};

use super::label::is_total_label;
use super::layout::{Layouts, Rows, heading_year};
use super::panel::{Line, PanelReader};

/// Where every row is a year or a stage (2023年, 2024年; 上年预算数, 本年预算数, 增减), rows of an earlier year and of
/// changes are there for comparison.
pub(super) fn compare_years(lines: &mut [Line<'_>]) {
    let layouts = Layouts::builtin();
    let compares = |l: &Line<'_>| layouts.is_comparison(&l.label.name);
    let year = |l: &Line<'_>| heading_year(&l.label.name);
    let stage = |l: &Line<'_>| {
        let said = layouts.heading(&l.label.name)?;
        let alone = Dimensions { stage: said.stage, ..Dimensions::default() };
        (said == alone && (said.stage.is_some() || year(l).is_some())).then_some(alone)
    };
    if lines.iter().all(|l| compares(l) || stage(l).is_some()) {
        let latest = lines.iter().filter(|l| !compares(l)).filter_map(year).max();
        for line in lines {
            line.compares = compares(line) || year(line).is_some_and(|y| Some(y) < latest);
            line.said = stage(line).or(line.said);
        }
    }
}

impl PanelReader<'_> {
    /// Totals, subtotals and details: only details may be added up.
    pub(super) fn assign_roles(&self, lines: &mut [Line<'_>]) {
        // 301|1 is 30101 and no parent of 30113: codes as they are read.
        let read = |l: &Line<'_>| {
            let code = l.function_code.clone().or(l.economic_code.clone());
            code.filter(|c| c.len() > 3 || l.label.printed_code().contains('/'))
        };
        let printed = |l: &Line<'_>| l.label.printed_code().into();
        let codes: Vec<CompactString> = lines.iter().map(|l| read(l).unwrap_or_else(|| printed(l))).collect();
        let levels: Vec<u8> = lines.iter().map(|l| l.level).collect();
        let only_units = lines.iter().all(|l| l.label.is_unit_row() || l.label.printed_code().is_empty());
        let names: Vec<String> = lines.iter().map(|l| l.label.name.clone()).collect();
        let is_project_list =
            matches!(self.layout.kind, TableKind::ProjectExpenditure | TableKind::ProjectPerformanceGoals);
        for (i, line) in lines.iter_mut().enumerate() {
            let whole = join_key(&line.label.name);
            let outlined = line.label.levels.len() > 1;
            let key = if outlined { whole.rsplit('/').next().unwrap_or_default() } else { &whole };
            let has_parts = outlined
                && names
                    .get(i + 1)
                    .and_then(|n| n.strip_prefix(line.label.name.as_str()))
                    .is_some_and(|n| n.starts_with('/'));
            let code = codes.get(i).map_or("", CompactString::as_str);
            let is_parent = |code: &str| {
                !code.is_empty()
                    && !code.contains('/')
                    && codes.iter().any(|c| c.len() > code.len() && c.starts_with(code) && !c.contains('/'))
            };
            line.role = if is_total_label(key)
                || self.panel.labels.is_empty() && self.layout.kind != TableKind::ThreePublic
            {
                RowRole::Total
            } else if key.starts_with("其中") || line.said.is_some_and(|s| s.role == Some(RowRole::OfWhich)) {
                RowRole::OfWhich
            } else if key == "小计" || has_parts || key.ends_with("合计") || key.ends_with("小计") {
                RowRole::Subtotal
            } else if line.label.is_unit_row() {
                if only_units && !is_project_list && !is_parent(code) { RowRole::Detail } else { RowRole::Subtotal }
            } else if is_parent(code) || line.level > 0 && levels.get(i + 1).is_some_and(|next| *next > line.level) {
                RowRole::Subtotal
            } else {
                RowRole::Detail
            };
        }
    }

    /// Rows without a code among rows that have one are sums over those (某局机关, 工资福利支出 in the tables of
    /// Sichuan) where the rows with codes alone make up every printed total.
    pub(super) fn find_sums_without_code(&self, lines: &mut [Line<'_>]) {
        let coded: Vec<bool> = lines.iter().map(|l| !l.label.printed_code().is_empty()).collect();
        self.set_where_it_adds_up(lines, &coded, RowRole::Subtotal);
    }

    /// Rows without an ordinal after one that has (一、基本支出, then 工资福利支出) break it down where those with one
    /// alone make up every printed total.
    pub(super) fn find_breakdowns(&self, lines: &mut [Line<'_>]) {
        if self.rows != Rows::Classes {
            return;
        }
        let mut under = false;
        let kept: Vec<bool> = lines
            .iter()
            .map(|line| {
                let moved = line.said.is_some_and(|s| matches!(s.period, Some(p) if p != Period::All));
                under = match line.level {
                    1 => line.role == RowRole::Detail,
                    _ => under && line.role == RowRole::Detail && !moved && line.function_code.is_none(),
                };
                line.level == 1 || !under
            })
            .collect();
        self.set_where_it_adds_up(lines, &kept, RowRole::OfWhich);
    }

    /// Gives details that are not kept another role where those that are make up every printed total, and all
    /// together do not.
    fn set_where_it_adds_up(&self, lines: &mut [Line<'_>], kept: &[bool], role: RowRole) {
        let Some(total) = lines.iter().find(|l| l.role == RowRole::Total) else { return };
        let amount = |l: &Line<'_>, column: usize| parse_number(l.row.text(column)).ok().flatten();
        let details = |wanted: bool| {
            let rows = lines.iter().zip(kept).filter(move |(l, kept)| l.role == RowRole::Detail && **kept == wanted);
            rows.map(|(line, _)| line)
        };
        let sum = |wanted: bool, column: usize| details(wanted).filter_map(|l| amount(l, column)).sum::<Decimal>();
        let printed = || self.amounts().filter_map(|column| Some((column, amount(total, column)?)));
        let tolerance = self.tolerance(details(true).count());
        let adds = details(true).next().is_some() && printed().any(|(column, _)| !sum(false, column).is_zero());
        if adds && printed().all(|(column, printed)| (sum(true, column) - printed).abs() <= tolerance) {
            for (line, kept) in lines.iter_mut().zip(kept) {
                if line.role == RowRole::Detail && !kept {
                    line.role = role;
                }
            }
        }
    }
}
