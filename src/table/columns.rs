//! Columns and panels: which columns label a row and which hold its amounts.

use crate::record::{Dimensions, join_key, parse_number};
use crate::source::GridRow;

use super::layout::{LabelRole, Layouts, heading_year};

/// A column as its header reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// Headings from the top, without white space.
    pub(super) path: Vec<String>,
    /// What it labels; `None` for a column of amounts.
    pub(super) label: Option<LabelRole>,
    /// What its headings say of its amounts; the unknown heading otherwise.
    pub(super) said: Result<Dimensions, String>,
    /// Whether its figures are of another year, changes or rates: no amounts of this document.
    pub(super) compares: bool,
}

impl Column {
    /// The printed path.
    pub(super) fn printed_path(&self) -> String {
        self.path.join("/")
    }

    /// A column without any heading.
    pub(super) fn is_unnamed(&self) -> bool {
        self.path.is_empty()
    }

    /// A heading of amounts under a heading of labels (or the reverse): the header is out of step.
    pub(super) fn is_crowded(&self) -> bool {
        let layouts = Layouts::builtin();
        let (Some(leaf), Some(top)) = (self.path.last(), self.path.first()) else { return false };
        if self.path.len() < 2 {
            return false;
        }
        let one = |text: &String| vec![join_key(text).into_owned()];
        let labels = |text: &String| layouts.label(&one(text)).is_some();
        let amounts = |text: &String| layouts.heading(text).is_some_and(|d| d != Dimensions::default());
        (labels(top) && amounts(leaf))
            || (labels(leaf) && amounts(top) && !is_side(top) && self.label.is_none())
            || (amounts(top) && !is_side(top) && matches!(self.label, Some(LabelRole::Code)))
    }
}

fn is_side(text: &str) -> bool {
    let key = join_key(text);
    key.contains("收入") || key.contains("支出") && !key.starts_with("基本") && !key.starts_with("项目支出")
}

/// Columns from their paths.
pub(super) fn columns(paths: &[Vec<String>]) -> Vec<Column> {
    let layouts = Layouts::builtin();
    let mut columns: Vec<Column> = paths
        .iter()
        .map(|path| {
            let keys: Vec<String> = path.iter().map(|p| join_key(p).into_owned()).collect();
            Column {
                path: path.clone(),
                label: layouts.label(&keys).filter(|_| !path.is_empty()),
                said: layouts.path(&keys),
                compares: keys.iter().any(|k| layouts.is_comparison(k)),
            }
        })
        .collect();
    drop_caption(&mut columns);
    mark_earlier_years(&mut columns);
    tell_units_of_projects(&mut columns);
    columns
}

/// Beside a column of projects, names of units say whose they are.
fn tell_units_of_projects(columns: &mut [Column]) {
    let leaf = |c: &Column| c.path.last().map(|h| join_key(h).into_owned()).unwrap_or_default();
    if columns.iter().any(|c| leaf(c) == "项目名称") {
        for column in columns.iter_mut().filter(|c| c.label == Some(LabelRole::Name)) {
            if leaf(column).contains("单位") {
                column.label = Some(LabelRole::UnitName);
            }
        }
    }
}

/// Columns with an unknown heading, or none, that hold words and no number label their rows. In tables
/// with codes the name is known, so they are remarks.
pub(super) fn adopt_words(columns: &mut [Column], body: &[GridRow]) {
    let coded = columns.iter().any(|c| {
        use LabelRole::{Code, EconomicCode, ProjectCode};
        matches!(c.label, Some(Code | EconomicCode | ProjectCode))
    });
    for i in 0..columns.len() {
        let left = i.checked_sub(1).and_then(|l| columns.get(l)).and_then(|c| c.label);
        let Some(column) = columns.get_mut(i).filter(|c| c.label.is_none()) else { continue };
        let mut texts = body.iter().map(|r| r.text(i)).filter(|t| !t.is_empty()).peekable();
        if texts.peek().is_none() || !texts.all(|t| parse_number(t).is_err()) {
            continue;
        }
        if column.is_unnamed() && left == Some(LabelRole::Name) || column.said.is_err() {
            column.label = Some(if coded { LabelRole::Ignored } else { LabelRole::Name });
        }
    }
}

/// Of columns that name years, those of an earlier year are there for comparison.
fn mark_earlier_years(columns: &mut [Column]) {
    let year = |c: &Column| c.path.iter().filter_map(|h| heading_year(h)).max();
    let latest = columns.iter().filter(|c| !c.compares).filter_map(year).max();
    for column in columns {
        column.compares |= year(column) < latest && year(column).is_some();
    }
}

/// Drops headings that only repeat the table's title over all its amounts.
fn drop_caption(columns: &mut [Column]) {
    for column in columns.iter_mut().filter(|c| c.label.is_none() && c.path.len() > 1) {
        if column.path.first().is_some_and(|heading| Layouts::builtin().is_caption(heading)) {
            column.path.remove(0);
        }
    }
}

/// A run of label columns and the amount columns to its right: one stream of records. Tables printed
/// side by side have several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Panel {
    pub(super) labels: Vec<usize>,
    pub(super) amounts: Vec<usize>,
}

/// Splits columns into panels; indicator columns belong to none.
pub(super) fn panels(columns: &[Column]) -> Vec<Panel> {
    let mut panels: Vec<Panel> = Vec::new();
    for (i, column) in columns.iter().enumerate() {
        match column.label {
            Some(LabelRole::IndicatorName | LabelRole::IndicatorValue) => {}
            Some(_) => match panels.last_mut() {
                Some(panel) if panel.amounts.is_empty() => panel.labels.push(i),
                _ => panels.push(Panel { labels: vec![i], amounts: Vec::new() }),
            },
            None => match panels.last_mut() {
                Some(panel) => panel.amounts.push(i),
                None => panels.push(Panel { labels: Vec::new(), amounts: vec![i] }),
            },
        }
    }
    // Trailing labels (remarks) without amounts are no stream.
    panels.retain(|p| !p.amounts.is_empty());
    panels
}
