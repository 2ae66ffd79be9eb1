//! Items of three-public tables: in the headings, or row by row.

use crate::record::{Dimensions, Item, RowRole, TableKind};

use super::columns::Column;
use super::label::{is_total_label, strip_ordinal};
use super::layout::Layouts;
use super::panel::{Line, PanelReader};

/// What a row named after an item says, as a part of the item above (其中：（1）公务用车购置费) too.
fn item_row(name: &str) -> Option<Dimensions> {
    let (_, outer) = strip_ordinal(name);
    let (_, inner) = strip_ordinal(outer.strip_prefix("其中:").unwrap_or(&outer));
    Layouts::builtin().heading(&inner).filter(|d| d.item.is_some())
}

/// What a total is a total of: some tables add meetings and training to the three-public expenses.
fn total_beside(mut items: impl Iterator<Item = Option<Item>>) -> Item {
    if items.any(|item| matches!(item, Some(Item::Meeting | Item::Training))) {
        Item::ThreePublicMeetingTraining
    } else {
        Item::ThreePublic
    }
}

/// Names rows by their items: what is no item, as a number of vehicles, is no amount of one.
pub(super) fn name_items(lines: &mut [Line<'_>]) {
    let total = total_beside(lines.iter().map(|l| item_row(&l.label.name).and_then(|d| d.item)));
    for line in lines {
        let said = item_row(&line.label.name);
        if said.is_some_and(|d| d.role == Some(RowRole::OfWhich)) {
            // 国内接待费 under 公务接待费.
            line.role = RowRole::OfWhich;
        }
        let is_total = is_total_label(&strip_ordinal(&line.label.name).1);
        line.said = if is_total { Some(Dimensions { item: Some(total), ..Dimensions::default() }) } else { said };
    }
}

impl PanelReader<'_> {
    /// Whether the rows of a three-public table are its items and no heading is one, as Guangdong prints it.
    pub(super) fn lists_items(&self, lines: &[Line<'_>]) -> bool {
        let component = |d: Dimensions| matches!(d.item, Some(Item::Abroad | Item::Vehicle | Item::Reception));
        let heading = |i: &usize| self.columns.get(*i).and_then(|c| c.said.as_ref().ok()).copied();
        self.layout.kind == TableKind::ThreePublic
            && !self.panel.amounts.iter().filter_map(heading).any(component)
            && lines.iter().filter_map(|l| item_row(&l.label.name)).any(component)
    }

    /// What a total of a table with its items in the headings is a total of: of what stands beside it under the same
    /// headings (2024年 over 合计, 三公经费 and 会议费).
    pub(super) fn three_public_total(&self, column: &Column) -> Item {
        let Some((_, above)) = column.path.split_last() else { return Item::ThreePublic };
        let beside = self.columns.iter().filter(|c| c.path.starts_with(above));
        let item = |c: &Column| c.path.get(above.len()).and_then(|h| Layouts::builtin().heading(h))?.item;
        total_beside(beside.map(item))
    }
}
