//! A document before it is written in a format: lines and tables, each table with what is true of its cells.

use crate::record::TableKind;

/// A heading and what stands under it. A leaf is a column.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) text: String,
    /// Whether a leaf holds amounts.
    amount: bool,
    pub(super) under: Vec<Node>,
}

/// A column that names rows.
pub(super) fn label(text: &str) -> Node {
    Node { text: text.to_owned(), amount: false, under: Vec::new() }
}

/// A column of amounts.
pub(super) fn amount(text: &str) -> Node {
    Node { text: text.to_owned(), amount: true, under: Vec::new() }
}

/// A heading over others.
pub(super) fn group(text: &str, under: Vec<Node>) -> Node {
    Node { text: text.to_owned(), amount: false, under }
}

impl Node {
    pub(super) fn depth(&self) -> usize {
        1 + self.under.iter().map(Node::depth).max().unwrap_or_default()
    }

    pub(super) fn leaves(&self) -> usize {
        if self.under.is_empty() { 1 } else { self.under.iter().map(Node::leaves).sum() }
    }

    fn columns(&self, above: &str, into: &mut Vec<Column>) {
        let path = if above.is_empty() { self.text.clone() } else { format!("{above}/{}", self.text) };
        if self.under.is_empty() {
            into.push(Column { path: path.clone(), amount: self.amount });
        }
        for node in &self.under {
            node.columns(&path, into);
        }
    }
}

/// A column with the headings over it.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) path: String,
    pub(super) amount: bool,
}

/// What is true of a row's amounts.
#[derive(Clone, Debug)]
pub(super) enum RowTruth {
    /// One code and name for all.
    Named { code: String, name: String },
    /// Each amount is named by the label before it.
    BySide,
    /// A name and the column it is told under, for each amount.
    Keys(Vec<(String, String)>),
}

/// A row as printed.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) cells: Vec<String>,
    pub(super) truth: RowTruth,
}

/// A table with its title and the lines around it.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) kind: TableKind,
    pub(super) title: String,
    /// Lines between title and table.
    pub(super) notes: Vec<String>,
    pub(super) head: Vec<Node>,
    pub(super) rows: Vec<Row>,
    pub(super) remark: Option<String>,
    /// 万元 or 元.
    pub(super) unit: &'static str,
    /// Levels of the header that repeat the title and are no part of a column's path.
    pub(super) shorten: usize,
}

/// A part of a document.
#[derive(Clone, Debug)]
pub(super) enum Block {
    Line(String),
    Table(Table),
}

/// A document.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub(super) blocks: Vec<Block>,
}

/// A numeric cell as printed, as the scorer wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Truth {
    pub(super) table: TableKind,
    pub(super) row_code: String,
    pub(super) row_name: String,
    pub(super) column: String,
    pub(super) amount: String,
    pub(super) unit: &'static str,
}

impl Table {
    pub(super) fn columns(&self) -> Vec<Column> {
        let mut columns = Vec::new();
        for node in &self.head {
            node.columns("", &mut columns);
        }
        columns
    }

    /// Rows of the header.
    pub(super) fn head_rows(&self) -> usize {
        self.head.iter().map(Node::depth).max().unwrap_or_default()
    }

    fn truth(&self, into: &mut Vec<Truth>) {
        let columns = self.columns();
        for row in &self.rows {
            let mut side = String::new();
            let mut nth = 0;
            for (i, text) in row.cells.iter().enumerate() {
                let keys = matches!(row.truth, RowTruth::Keys(_));
                let column = columns.get(i);
                if !keys && column.is_none_or(|c| !c.amount) {
                    side.clone_from(text);
                    continue;
                }
                if text.is_empty() || keys && !is_number(text) {
                    continue;
                }
                let path = column.map(|c| c.path.as_str()).unwrap_or_default();
                let path = (0..self.shorten).fold(path, |path, _| path.split_once('/').map_or(path, |(_, rest)| rest));
                let path = path.to_owned();
                let (row_code, row_name, column) = match &row.truth {
                    RowTruth::Named { code, name } => (code.clone(), name.clone(), path),
                    RowTruth::BySide => (String::new(), side.clone(), path),
                    RowTruth::Keys(keys) => {
                        let Some((name, column)) = keys.get(nth).cloned() else { continue };
                        nth += 1;
                        (String::new(), name, column)
                    }
                };
                let squash = |text: String| crate::record::squash(&text).into_owned();
                into.push(Truth {
                    table: self.kind,
                    row_code,
                    row_name: squash(row_name),
                    column: squash(column),
                    amount: text.clone(),
                    unit: self.unit,
                });
            }
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-'))
}

impl Sheet {
    /// All numeric cells in order.
    pub(super) fn truth(&self) -> Vec<Truth> {
        let mut all = Vec::new();
        for block in &self.blocks {
            if let Block::Table(table) = block {
                table.truth(&mut all);
            }
        }
        all
    }

    pub(super) fn line(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Line(text.into()));
    }
}

/// An amount in 万元 with two decimals.
pub(super) fn wan(amount: i64) -> String {
    format!("{}{}.{:02}", if amount < 0 { "-" } else { "" }, amount.abs() / 100, amount.abs() % 100)
}

/// As [`wan`], blank for zero.
pub(super) fn wan_or_blank(amount: i64) -> String {
    if amount == 0 { String::new() } else { wan(amount) }
}

/// An amount in 元 with separators of thousands and two decimals.
pub(super) fn yuan(amount: i64) -> String {
    let digits = (amount.abs() * 100).to_string();
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{}{grouped}.00", if amount < 0 { "-" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_printed_exactly() {
        assert_eq!([wan(112_354), wan(5), wan(-1_205), wan(0)], ["1123.54", "0.05", "-12.05", "0.00"]);
        assert_eq!([yuan(112_354), yuan(5), yuan(123)], ["11,235,400.00", "500.00", "12,300.00"]);
        assert_eq!(wan_or_blank(0), "");
    }
}
