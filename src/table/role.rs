//! What the rows of a panel are in its sums.

use compact_str::CompactString;

use crate::record::{RowRole, TableKind, join_key};

use super::label::is_total_label;
use super::panel::{Line, PanelReader};

impl PanelReader<'_> {
    /// Totals, subtotals and details: only details may be added up.
    pub(super) fn assign_roles(&self, lines: &mut [Line<'_>]) {
        // 301|1 is 30101 and no parent of 30113: codes as they are read.
        let read = |l: &Line<'_>| l.function_code.clone().or(l.economic_code.clone()).filter(|c| c.len() > 3);
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
}
