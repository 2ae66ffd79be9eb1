//! Tables without ruling lines → the lattice that rules would have drawn.
//!
//! Worksheets printed without borders have none, and where text was recognised on a picture (OCR) the rules are in the
//! picture. What is left is where words stand: rows are numbers beside a name, columns are what white space parts from
//! top to bottom, and a heading over several columns stands over their middle (`heading`, `header`). What fits no columns stays text.

mod header;
mod heading;
mod word;

use super::geometry::{Area, PageGeometry, Rule, SNAP};
use super::lattice::{Lattice, LatticeCell};
pub(super) use word::is_amount;
use word::{Row, Word};

/// White space that ends a table, in em.
const END: f64 = 4.0;
/// Rows of words that a header may have.
const HEADER_ROWS: usize = 10;

/// The tables of a page outside those that its rules draw, from the top. `before` is the table without rules that the
/// page before ends with: what goes on has no header, and its columns are those of `before`.
pub(super) fn find(page: &PageGeometry, ruled: &[Area], before: Option<&Lattice>) -> Vec<Lattice> {
    let rows = word::rows(page, ruled);
    let mut before = before;
    let mut tables = Vec::new();
    for block in blocks(&rows, ruled) {
        let (Some(header), Some(body)) = (rows.get(block.header..block.first), rows.get(block.first..=block.last))
        else {
            continue;
        };
        tables.extend(lattice(header, body, &page.vertical, before));
        before = None;
    }
    tables
}

/// Rows of a table by their indices.
struct Block {
    header: usize,
    first: usize,
    last: usize,
}

/// Runs of rows with numbers, and the rows of headings over them.
fn blocks(rows: &[Row], ruled: &[Area]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    let mut close = |open: &mut Option<(usize, usize)>| {
        let Some((first, last)) = open.take() else { return };
        let after = blocks.last().map_or(0, |b| b.last + 1);
        let joins = |i: &usize| {
            let (Some(row), Some(below)) = (rows.get(*i), rows.get(*i + 1)) else { return false };
            !row.is_caption() && !row.is_entry() && !apart(row, below, ruled)
        };
        let header = (after.max(first.saturating_sub(HEADER_ROWS))..first).rev().take_while(joins).last();
        blocks.push(Block { header: header.unwrap_or(first), first, last });
    };
    for (i, row) in rows.iter().enumerate() {
        let ends = row.is_caption() || i.checked_sub(1).and_then(|i| rows.get(i)).is_some_and(|b| apart(b, row, ruled));
        if ends {
            close(&mut open);
        }
        if row.has_numbers() && !row.is_caption() {
            open = Some((open.map_or(i, |(first, _)| first), i));
        }
    }
    close(&mut open);
    blocks
}

/// Whether two rows that follow each other are no rows of one table.
fn apart(above: &Row, below: &Row, ruled: &[Area]) -> bool {
    let (top, bottom) = (above.area.bottom, below.area.top);
    bottom - top > END * above.em().max(below.em())
        || ruled.iter().any(|t| t.top < bottom + 1.0 && t.bottom > top - 1.0)
}

/// The table of some rows, where they are one.
fn lattice(header: &[Row], body: &[Row], upright: &[Rule], before: Option<&Lattice>) -> Option<Lattice> {
    // A running head may stand over what goes on.
    let headless = header.iter().map(|row| row.words.len()).sum::<usize>() <= 1;
    let goes_on = before.filter(|b| headless && fits(body, &b.columns));
    if goes_on.is_none() && !is_table(header, body) {
        return None;
    }
    let area = body.iter().map(|r| r.area).reduce(Area::union)?;
    let (columns, headings) = if let Some(before) = goes_on {
        (before.columns.clone(), header::Headings::default())
    } else {
        let words: Vec<&Word> = header.iter().flat_map(|r| &r.words).collect();
        let ranges = drawn(upright, area, &words).unwrap_or_else(|| columns(body));
        header::over(&words, &ranges, area.top)?
    };
    let mut columns = match before {
        Some(b) if goes_on.is_none() && is_near(&columns, &b.columns) => b.columns.clone(),
        _ => columns,
    };
    if columns.len() < 3 {
        return None;
    }
    // What stands outside the columns must not be cut.
    if let (Some(first), true) = (columns.first_mut(), goes_on.is_none()) {
        *first = first.min(area.left - 1.0);
    }
    if let (Some(last), true) = (columns.last_mut(), goes_on.is_none()) {
        *last = last.max(area.right + 1.0);
    }
    let mut rows = headings.rows;
    let mut cells = headings.cells;
    let top = rows.len().saturating_sub(1);
    if rows.is_empty() {
        rows.push(area.top - 1.0);
    }
    for (i, row) in body.iter().enumerate() {
        let bottom =
            body.get(i + 1).map_or(row.area.bottom + 1.0, |next| f64::midpoint(row.area.bottom, next.area.top));
        rows.push(bottom);
        for (column, column_span) in row.spans(&columns) {
            cells.push(LatticeCell { row: top + i, column, row_span: 1, column_span, area: Area::default() });
        }
    }
    for cell in &mut cells {
        let edge = |all: &[f64], i: usize| all.get(i).copied();
        cell.area = Area {
            left: edge(&columns, cell.column)?,
            top: edge(&rows, cell.row)?,
            right: edge(&columns, cell.column + cell.column_span)?,
            bottom: edge(&rows, cell.row + cell.row_span)?,
        };
    }
    cells.sort_by_key(|c| (c.row, c.column));
    let area = cells.iter().map(|c| c.area).reduce(Area::union)?;
    Some(Lattice { area, columns, rows, cells })
}

/// Whether rows are a table rather than a list of contents or a sentence with numbers: some of their numbers are written
/// as amounts, and they stand under each other or under headings.
fn is_table(header: &[Row], body: &[Row]) -> bool {
    let amounts: usize = body.iter().map(|r| r.words.iter().filter(|w| w.is_amount()).count()).sum();
    let wide = body.iter().filter(|r| r.numbers().count() >= 2).count();
    let body: Vec<&Row> = body.iter().filter(|row| !row.counts_columns()).collect();
    let stacked = body.iter().enumerate().any(|(i, row)| {
        let mut below = body.iter().skip(i + 1).flat_map(|r| r.numbers());
        below.any(|w| row.numbers().any(|v| v.area.is_over(w.area)))
    });
    match body.as_slice() {
        [] => false,
        [row] => !header.is_empty() && (amounts >= 2 || row.numbers().count() >= 3),
        _ => stacked && (amounts >= 2 || wide >= 3),
    }
}

/// Whether every word of the rows stands between two edges of the table that may go on in them.
fn fits(body: &[Row], edges: &[f64]) -> bool {
    let inside = |w: &Word| {
        let at = edges.partition_point(|e| *e <= w.area.left + SNAP);
        at > 0 && edges.get(at).is_some_and(|right| w.area.right <= right + SNAP)
    };
    !body.first().is_some_and(Row::counts_columns) && body.iter().flat_map(|r| &r.words).all(inside)
}

/// Whether two sets of edges are those of one form on two pages.
fn is_near(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < 5.0 * SNAP)
}

/// Columns between upright rules that run through most of a table whose rows have no rules.
fn drawn(upright: &[Rule], area: Area, header: &[&Word]) -> Option<Vec<Column>> {
    let height = area.bottom - area.top;
    let through = |r: &&Rule| r.to.min(area.bottom) - r.from.max(area.top) > 0.6 * height;
    let inside = |r: &&Rule| r.at > area.left - 30.0 && r.at < area.right + 30.0;
    let mut at: Vec<f64> = upright.iter().filter(through).filter(inside).map(|r| r.at).collect();
    at.sort_by(f64::total_cmp);
    at.dedup_by(|a, b| *a - *b <= SNAP);
    let outer = header.iter().map(|w| w.area).fold(area, Area::union);
    if at.first().is_some_and(|x| *x > outer.left + SNAP) {
        at.insert(0, outer.left - 1.0);
    }
    if at.last().is_some_and(|x| *x < outer.right - SNAP) {
        at.push(outer.right + 1.0);
    }
    let column = |w: &[f64]| Some(Column { left: *w.first()?, right: *w.last()?, ..Column::default() });
    (at.len() >= 4).then(|| at.windows(2).filter_map(column).collect())
}

/// Where the words of a column stand.
#[derive(Clone, Copy, Debug, Default)]
struct Column {
    left: f64,
    right: f64,
    has_numbers: bool,
    /// Numbers other than the parts of a code.
    has_amounts: bool,
}

impl Column {
    fn is_over(&self, area: Area) -> bool {
        self.left < area.right && self.right > area.left
    }
}

/// The columns of some rows: words that stand over each other belong to one, unless a row has words in both of what they
/// would join. Numbers come first, since they are the narrowest and stand surest. Column numbers (栏次 1 2 3) and dashes may
/// stand in the middle where amounts stand right, so that they tell nothing.
fn columns(body: &[Row]) -> Vec<Column> {
    let mut words: Vec<(usize, &Word)> = Vec::new();
    for (i, row) in body.iter().enumerate().filter(|(_, row)| !row.counts_columns()) {
        words.extend(row.words.iter().filter(|w| !w.is_dash()).map(|w| (i, w)));
    }
    words.sort_by(|(_, a), (_, b)| {
        (!a.is_number())
            .cmp(&!b.is_number())
            .then(a.width().total_cmp(&b.width()))
            .then(a.area.left.total_cmp(&b.area.left))
    });
    // With the rows that have words in each.
    let mut columns: Vec<(Column, Vec<usize>)> = Vec::new();
    for (row, word) in words {
        let over = |c: &Column| c.is_over(word.area);
        let mut rows = vec![row];
        for (_, own) in columns.iter().filter(|(c, _)| over(c)) {
            rows.extend(own);
        }
        let all = rows.len();
        rows.sort_unstable();
        rows.dedup();
        // A row with words in several of them: what reaches over them is a title inside the table.
        if all > rows.len() && columns.iter().filter(|(c, _)| over(c)).count() > 1 {
            continue;
        }
        let (has_numbers, has_amounts) = (word.is_number(), word.is_number() && word.text.len() > 3);
        let mut joined = Column { left: word.area.left, right: word.area.right, has_numbers, has_amounts };
        columns.retain(|(c, _)| {
            if over(c) {
                joined.left = joined.left.min(c.left);
                joined.right = joined.right.max(c.right);
                joined.has_numbers |= c.has_numbers;
                joined.has_amounts |= c.has_amounts;
            }
            !over(c)
        });
        columns.push((joined, rows));
    }
    columns.sort_by(|(a, _), (b, _)| a.left.total_cmp(&b.left));
    columns.into_iter().map(|(column, _)| column).collect()
}
