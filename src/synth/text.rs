//! A document as text, the way converters of PDF give it: cells separated by tabs, blank lines between blocks.

use super::flaws::{Flaw, break_in, half_width, on_lines, spaced};
use super::random::Random;
use super::sheet::{Block, Node, Sheet, Table};

/// The text, with these flaws of converters.
pub(super) fn write(sheet: &Sheet, flaws: &[Flaw], random: &mut Random) -> String {
    let mut out = String::new();
    for block in &sheet.blocks {
        match block {
            Block::Line(line) => write_line(line, flaws, random, &mut out),
            Block::Table(table) => write_table(table, flaws, random, &mut out),
        }
    }
    out
}

fn write_line(line: &str, flaws: &[Flaw], random: &mut Random, out: &mut String) {
    let long = line.chars().count() > 40;
    match flaws.contains(&Flaw::BrokenParagraph).then(|| break_in(line, random)).flatten().filter(|_| long) {
        Some(at) => {
            let (first, second) = line.split_at(at);
            out.push_str(first);
            out.push_str("\n\n");
            out.push_str(second);
        }
        None if flaws.contains(&Flaw::Stars) && line.ends_with("部门预算") => {
            out.push_str("**");
            out.push_str(line);
            out.push_str("**");
        }
        None => out.push_str(line),
    }
    // The contents are a list without blank lines.
    out.push_str(if line.starts_with("- ") { "\n" } else { "\n\n" });
}

fn write_table(table: &Table, flaws: &[Flaw], random: &mut Random, out: &mut String) {
    let narrow = flaws.contains(&Flaw::HalfWidth);
    out.push('\n');
    for line in std::iter::once(&table.title).chain(&table.notes) {
        out.push_str(&if narrow { half_width(line, random) } else { line.clone() });
        out.push_str("\n\n");
    }
    let mut head = head(table);
    let mut rows: Vec<Vec<String>> = table.rows.iter().map(|row| row.cells.clone()).collect();
    for flaw in flaws {
        on_lines(&mut head, &mut rows, table, *flaw);
    }
    let breaks = flaws.contains(&Flaw::BrokenTable);
    let header = head.len();
    for (i, mut cells) in head.into_iter().chain(rows).enumerate() {
        // A page never ends inside a header or right after it.
        if breaks && i > header + 1 && random.happens(0.04) {
            out.push('\n');
        }
        for cell in &mut cells {
            if flaws.contains(&Flaw::SpacedWords) {
                *cell = spaced(cell, random);
            }
            if narrow {
                *cell = half_width(cell, random);
            }
        }
        out.push_str(&cells.join("\t"));
        out.push('\n');
    }
    out.push('\n');
    if let Some(remark) = &table.remark {
        out.push_str(remark);
        out.push_str("\n\n");
    }
}

/// The header's rows: a heading stands in the first column that it is over.
pub(super) fn head(table: &Table) -> Vec<Vec<String>> {
    let width: usize = table.head.iter().map(Node::leaves).sum();
    let mut rows = vec![vec![String::new(); width]; table.head_rows()];
    let mut at = 0;
    for node in &table.head {
        place(node, 0, at, &mut rows);
        at += node.leaves();
    }
    rows
}

fn place(node: &Node, level: usize, at: usize, rows: &mut [Vec<String>]) {
    if let Some(cell) = rows.get_mut(level).and_then(|row| row.get_mut(at)) {
        cell.clone_from(&node.text);
    }
    let mut at = at;
    for under in &node.under {
        place(under, level + 1, at, rows);
        at += under.leaves();
    }
}
