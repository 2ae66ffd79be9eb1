//! Headings without rules → columns, the columns that each heading is over, and the cells of the header.

use std::ops::Range;

use super::super::geometry::Area;
use super::super::lattice::LatticeCell;
use super::Column;
use super::heading::{Heading, Rank, Set, lines, rank, wrapped};
use super::word::Word;

/// What a column without any heading costs, as a part of the table's width; headings stand nearer to their columns.
const BARE: f64 = 0.5;
/// How far from the middle of its columns a heading may stand, in em.
const ASIDE: f64 = 2.0;
/// The same as a part of the width of its columns, for which the larger of the two counts.
const ASIDE_PART: f64 = 0.08;
/// What a column costs that stands as low as those under a heading and is under none, in em.
const BESIDE: f64 = 12.0;
/// Columns that a table may have; published ones have up to 40.
const COLUMNS: usize = 80;
/// Headings of a table that may be understood in two ways.
const DOUBTFUL: usize = 4;
/// Columns without amounts that the lowest heading may be over: 类, 款 and 项 under one heading.
const CODES: usize = 4;

/// The header of a table: edges of its rows from the top, and its cells, whose areas follow from them.
#[derive(Debug, Default)]
pub(super) struct Headings {
    pub(super) rows: Vec<f64>,
    pub(super) cells: Vec<LatticeCell>,
}

/// Edges of the columns and the header, where its words fit the columns that the body has; `None` where they do not. Of
/// several ways to understand them the one with the fewest blank columns is right; two such ways settle nothing.
pub(super) fn over(words: &[&Word], body: &[Column], body_top: f64) -> Option<(Vec<f64>, Headings)> {
    if body.len() > COLUMNS || words.iter().any(|w| w.is_amount()) {
        return None;
    }
    let set = Set::of(words, body);
    let headings = wrapped(words, set);
    let ranks: Vec<Option<Rank>> = headings.iter().map(|h| rank(h, &headings)).collect();
    let doubtful = ranks.iter().filter(|rank| rank.is_none()).count();
    if doubtful > DOUBTFUL {
        return None;
    }
    let reading = |choice: usize| {
        let mut open = 0..doubtful;
        let is_lowest = |rank: &Option<Rank>| match rank {
            Some(rank) => *rank == Rank::Lowest,
            None => open.next().is_some_and(|i| choice & (1 << i) == 0),
        };
        let lowest: Vec<bool> = ranks.iter().map(is_lowest).collect();
        let of =
            |wanted: bool| headings.iter().zip(&lowest).filter(move |(_, l)| **l == wanted).map(|(h, _)| *h).collect();
        assembled((of(true), of(false)), body, body_top, set)
    };
    let mut readings: Vec<(usize, Vec<f64>, Headings)> = (0..1 << doubtful).filter_map(reading).collect();
    readings.sort_by_key(|(blank, ..)| *blank);
    if matches!(readings.as_slice(), [(first, ..), (second, ..), ..] if first == second) {
        return None;
    }
    readings.into_iter().next().map(|(_, edges, header)| (edges, header))
}

/// The header of the given headings: its number of blank columns, its edges and its cells.
fn assembled(
    (mut leaves, parents): (Vec<Heading>, Vec<Heading>),
    body: &[Column],
    body_top: f64,
    set: Set,
) -> Option<(usize, Vec<f64>, Headings)> {
    leaves.sort_by(|a, b| a.middle().total_cmp(&b.middle()));
    let columns = columns_of(&mut leaves, body)?;
    let edges = edges(&columns)?;
    let mut spans: Vec<Vec<Heading>> = Vec::new();
    for mut line in lines(parents) {
        match set {
            Set::Middle => spread(&mut line, &leaves, &spans, &edges)?,
            Set::Left => spread_from_left(&mut line, &leaves)?,
        }
        spans.push(line);
    }
    let header = header(&leaves, &spans, columns.len(), body_top)?;
    Some((columns.len() - body.len(), edges, header))
}

/// Puts the columns of the body and the lowest headings together, in their order. A heading stands between the words of
/// the columns beside its own, but need not overlap those of its own: numbers stand right in a column, names left and
/// headings in the middle. A heading without a column has a blank one, one over several stands over their middle.
fn columns_of(leaves: &mut [Heading], body: &[Column]) -> Option<Vec<Column>> {
    let width = body.first().zip(body.last()).map_or(0.0, |(first, last)| last.right - first.left);
    let take = |leaf: usize, run: Range<usize>| {
        let heading = leaves.get(leaf)?;
        let own = body.get(run.clone())?;
        let clear_left =
            run.start.checked_sub(1).and_then(|c| body.get(c)).is_none_or(|c| heading.area.left >= c.right);
        let clear_right = body.get(run.end).is_none_or(|next| heading.area.right <= next.left);
        let is_code = own.len() < 2 || own.len() <= CODES && !own.iter().any(|c| c.has_amounts);
        (clear_left && clear_right && is_code).then(|| aside(heading, own))
    };
    let runs = in_order(leaves.len(), body.len(), |_| BARE * width, take)?;
    let mut columns: Vec<Column> = Vec::new();
    let mut next = 0;
    for (leaf, run) in leaves.iter_mut().zip(&runs) {
        columns.extend(body.get(next..run.start)?);
        let from = columns.len();
        match body.get(run.clone())? {
            [] => columns.push(Column { left: leaf.area.left, right: leaf.area.right, ..Column::default() }),
            [one] => {
                let (left, right) = (one.left.min(leaf.area.left), one.right.max(leaf.area.right));
                columns.push(Column { left, right, ..*one });
            }
            several => columns.extend(several),
        }
        leaf.columns = (from, columns.len());
        next = run.end;
    }
    columns.extend(body.get(next..)?);
    // What amounts mean that have no heading where others have one is not known; codes stand before all names.
    let is_bare = |i: &usize| !runs.is_empty() && !runs.iter().any(|run| run.contains(i));
    let unknown = |(i, c): (usize, &Column)| is_bare(&i) && (c.has_amounts || c.has_numbers && i > 0);
    (!body.iter().enumerate().any(unknown)).then_some(columns)
}

/// The cheapest way to give some things columns in the order of both: each takes a run of them, at the cost `take` if it
/// can, and those between are left, at the cost `leave`.
fn in_order(
    things: usize,
    columns: usize,
    leave: impl Fn(usize) -> f64,
    take: impl Fn(usize, Range<usize>) -> Option<f64>,
) -> Option<Vec<Range<usize>>> {
    // For the first of both: the least cost, and where the run of the last thing begins if the last column is not left.
    type Best = Option<(f64, Option<usize>)>;
    let mut best: Vec<Vec<Best>> = vec![vec![None; columns + 1]; things + 1];
    let cost = |best: &[Vec<Best>], i: usize, j: usize| Some(best.get(i)?.get(j)?.as_ref()?.0);
    for i in 0..=things {
        for j in 0..=columns {
            let mut least: Best = (i == 0 && j == 0).then_some((0.0, None));
            let mut offer = |cost: f64, start: Option<usize>| {
                if least.is_none_or(|(known, _)| cost < known) {
                    least = Some((cost, start));
                }
            };
            if let Some((before, cost)) = j.checked_sub(1).and_then(|before| Some((before, cost(&best, i, before)?))) {
                offer(cost + leave(before), None);
            }
            if let Some(thing) = i.checked_sub(1) {
                for start in (0..=j).rev() {
                    if let Some(cost) = cost(&best, thing, start)
                        && let Some(more) = take(thing, start..j)
                    {
                        offer(cost + more, Some(start));
                    }
                }
            }
            *best.get_mut(i)?.get_mut(j)? = least;
        }
    }
    let mut runs = Vec::new();
    let (mut i, mut j) = (things, columns);
    while i > 0 || j > 0 {
        let (_, start) = (*best.get(i)?.get(j)?)?;
        if let Some(start) = start {
            runs.push(start..j);
            (i, j) = (i.checked_sub(1)?, start);
        } else {
            j = j.checked_sub(1)?;
        }
    }
    runs.reverse();
    Some(runs)
}

/// How far a heading stands from its columns: from one the gap between them, and more where it cannot be its middle, since
/// amounts stand right and names left; from several the distance to their middle.
fn aside(heading: &Heading, columns: &[Column]) -> f64 {
    let (Some(first), Some(last)) = (columns.first(), columns.last()) else { return heading.em };
    if columns.len() > 1 {
        return (f64::midpoint(first.left, last.right) - heading.middle()).abs() + heading.em;
    }
    let (before, after) = ((first.left - heading.area.right).max(0.0), (heading.area.left - first.right).max(0.0));
    match (first.has_amounts, first.has_numbers) {
        (true, _) => before + 3.0 * after,
        (false, true) => before + after,
        (false, false) => 3.0 * before + after,
    }
}

/// Edges of the columns; `None` when these stand in each other's way.
fn edges(columns: &[Column]) -> Option<Vec<f64>> {
    let (first, last) = (columns.first()?, columns.last()?);
    let mut edges = vec![first.left - 1.0];
    for pair in columns.windows(2) {
        let (left, right) = (pair.first()?.right, pair.last()?.left);
        if right < left {
            return None;
        }
        edges.push(f64::midpoint(left, right));
    }
    edges.push(last.right + 1.0);
    Some(edges)
}

/// Gives each heading of a line the columns whose own headings stand lower and whose middle it is over; columns of one
/// heading lie side by side under one heading of the line above. `None` when one is over no middle.
fn spread(line: &mut [Heading], leaves: &[Heading], above: &[Vec<Heading>], edges: &[f64]) -> Option<()> {
    let owner = |leaf: &Heading| {
        above
            .iter()
            .map(|l| l.iter().position(|h| h.columns.0 <= leaf.columns.0 && leaf.columns.1 <= h.columns.1))
            .collect::<Vec<_>>()
    };
    let lower = |leaf: &Heading| stands_under(leaf, line, leaves);
    let width = |leaf: &Heading| Some(edges.get(leaf.columns.1)? - edges.get(leaf.columns.0)?);
    // Headings stand in the middle of their columns, so that the middle of several follows from the outer two.
    let middle = |from: &Heading, to: &Heading| {
        Some(f64::midpoint(from.middle(), to.middle()) + (width(to)? - width(from)?) / 4.0)
    };
    let em = line.iter().map(|h| h.em).fold(1.0, f64::max);
    let leave = |leaf: usize| if leaves.get(leaf).is_some_and(lower) { BESIDE * em } else { 0.0 };
    let take = |heading: usize, run: Range<usize>| {
        let under = leaves.get(run).filter(|under| under.iter().all(lower))?;
        let (first, last) = (under.first()?, under.last()?);
        let off = (middle(first, last)? - line.get(heading)?.middle()).abs();
        let span = edges.get(last.columns.1)? - edges.get(first.columns.0)?;
        (owner(first) == owner(last) && off <= (ASIDE * em).max(ASIDE_PART * span)).then_some(off)
    };
    let runs = in_order(line.len(), leaves.len(), leave, take)?;
    for (heading, run) in line.iter_mut().zip(runs) {
        heading.columns = (leaves.get(run.start)?.columns.0, leaves.get(run.end.checked_sub(1)?)?.columns.1);
    }
    Some(())
}

/// Whether one of the lowest headings stands under a line of headings; else it is set to the middle of all the lines, beside
/// the others.
fn stands_under(leaf: &Heading, line: &[Heading], leaves: &[Heading]) -> bool {
    let height = |h: &Heading| h.area.centre().1;
    let lowest = leaves.iter().map(height).fold(f64::MIN, f64::max);
    let top = line.iter().map(|h| h.area.top).fold(f64::MAX, f64::min);
    let bottom = leaves.iter().map(|h| h.area.bottom).fold(f64::MIN, f64::max);
    let middle = f64::midpoint(top, bottom);
    line.iter().all(|h| h.is_above(leaf)) && height(leaf) > middle + 0.3 * (lowest - middle)
}

/// The same where headings are set left: each begins over the first of its columns and goes as far as the next heading of
/// its line, or the next column whose own heading does not stand lower.
fn spread_from_left(line: &mut [Heading], leaves: &[Heading]) -> Option<()> {
    let begins = |h: &Heading| leaves.iter().position(|leaf| (leaf.area.left - h.area.left).abs() < 0.5 * h.em);
    let starts: Vec<usize> = line.iter().map(begins).collect::<Option<_>>()?;
    for (i, heading) in line.iter_mut().enumerate() {
        let start = *starts.get(i)?;
        let end = starts.get(i + 1).copied().unwrap_or(leaves.len());
        let under = leaves.get(start..end)?.iter().take_while(|leaf| heading.is_above(leaf)).count();
        let (first, last) = (leaves.get(start)?, leaves.get((start + under).checked_sub(1)?)?);
        if under == 0 {
            return None;
        }
        heading.columns = (first.columns.0, last.columns.1);
    }
    Some(())
}

/// Rows and cells of the header.
fn header(leaves: &[Heading], spans: &[Vec<Heading>], width: usize, body_top: f64) -> Option<Headings> {
    let all = || leaves.iter().chain(spans.iter().flatten());
    let Some(area) = all().map(|h| h.area).reduce(Area::union) else { return Some(Headings::default()) };
    let mut rows = vec![area.top - 1.0];
    for line in spans {
        let bottom = line.iter().map(|h| h.area.bottom).fold(f64::MIN, f64::max);
        let under = |h: &&Heading| {
            line.iter().any(|p| p.columns.0 <= h.columns.0 && h.columns.1 <= p.columns.1 && p.is_above(h))
        };
        let below = all().filter(under).map(|h| h.area.top).fold(f64::MAX, f64::min);
        let edge = f64::midpoint(bottom, below);
        if edge <= *rows.last()? || below > 1e9 {
            return None;
        }
        rows.push(edge);
    }
    rows.push(f64::midpoint(area.bottom, body_top).max(area.bottom));
    let end = rows.len() - 1;
    // The row under the lowest of the given lines that has a heading over the column.
    let start = |column: usize, lines: usize| {
        let covers = |line: &Vec<Heading>| line.iter().any(|h| h.columns.0 <= column && column < h.columns.1);
        spans.iter().take(lines).rposition(covers).map_or(0, |line| line + 1)
    };
    let mut cells = Vec::new();
    let mut cell = |row: usize, until: usize, (from, to): (usize, usize)| {
        cells.push(LatticeCell {
            row,
            column: from,
            row_span: until - row,
            column_span: to - from,
            area: Area::default(),
        });
    };
    for (i, line) in spans.iter().enumerate() {
        for heading in line {
            cell(start(heading.columns.0, i), i + 1, heading.columns);
        }
    }
    let mut bare: Vec<usize> = (0..width).collect();
    for leaf in leaves {
        let top = start(leaf.columns.0, spans.len());
        // What is blank over one that stands low may belong to the heading beside it, which nobody merged.
        let low = top + spans.iter().skip(top).take_while(|line| stands_under(leaf, line, leaves)).count();
        for column in (leaf.columns.0..leaf.columns.1).filter(|_| low > top) {
            cell(top, low, (column, column + 1));
        }
        cell(low, end, leaf.columns);
        bare.retain(|c| *c < leaf.columns.0 || *c >= leaf.columns.1);
    }
    for column in bare {
        cell(start(column, spans.len()), end, (column, column + 1));
    }
    Some(Headings { rows, cells })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A heading in the middle of two edges, 10 points high.
    fn word(left: f64, right: f64, top: f64, text: &str) -> Word {
        let half = 5.0 * f64::from(u8::try_from(text.chars().count()).unwrap());
        let middle = f64::midpoint(left, right);
        let area = Area { left: middle - half, top, right: middle + half, bottom: top + 10.0 };
        Word { text: text.to_owned(), area, em: 10.0 }
    }

    /// A code or name of some width at the left, then columns of amounts of 100 points each, set right.
    fn body(amounts: u8) -> Vec<Column> {
        let right = |i: u8| 200.0 + 100.0 * f64::from(i + 1) - 3.0;
        let amount = |i| Column { left: right(i) - 20.0, right: right(i), has_numbers: true, has_amounts: true };
        [Column { left: 3.0, right: 80.0, ..Column::default() }].into_iter().chain((0..amounts).map(amount)).collect()
    }

    fn cells(words: &[Word], body: &[Column]) -> Option<Vec<(usize, usize, usize, usize)>> {
        let words: Vec<&Word> = words.iter().collect();
        let (_, headings) = over(&words, body, 60.0)?;
        let mut cells: Vec<_> = headings.cells.iter().map(|c| (c.row, c.column, c.row_span, c.column_span)).collect();
        cells.sort_unstable();
        Some(cells)
    }

    #[test]
    fn a_heading_spans_the_columns_whose_middle_it_is_over() {
        // 项目 and 合计 are set to half the height, 基本支出 is over three, one of which has no amounts.
        let words = [
            word(0.0, 200.0, 18.0, "项目"),
            word(200.0, 300.0, 18.0, "合计"),
            word(300.0, 600.0, 10.0, "基本支出"),
            word(300.0, 400.0, 26.0, "小计"),
            word(400.0, 500.0, 26.0, "人员"),
            word(500.0, 600.0, 26.0, "公用"),
        ];
        let mut columns = body(4);
        columns.remove(3);
        let found = cells(&words, &columns).unwrap();
        assert_eq!(found, [(0, 0, 2, 1), (0, 1, 2, 1), (0, 2, 1, 3), (1, 2, 1, 1), (1, 3, 1, 1), (1, 4, 1, 1)]);
    }

    #[test]
    fn a_heading_that_is_set_left_begins_over_the_first_of_its_columns() {
        let words = [
            word(3.0, 23.0, 10.0, "项目"),
            word(260.0, 300.0, 10.0, "基本支出"),
            word(260.0, 280.0, 22.0, "小计"),
            word(360.0, 380.0, 22.0, "人员"),
            word(460.0, 480.0, 22.0, "公用"),
        ];
        let found = cells(&words, &body(3)).unwrap();
        assert_eq!(found, [(0, 0, 2, 1), (0, 1, 1, 3), (1, 1, 1, 1), (1, 2, 1, 1), (1, 3, 1, 1)]);
    }

    #[test]
    fn a_heading_that_nobody_merged_leaves_blanks_over_its_neighbours() {
        let words = [
            word(0.0, 200.0, 10.0, "项目"),
            word(200.0, 300.0, 10.0, "车辆"),
            word(200.0, 300.0, 26.0, "小计"),
            word(300.0, 400.0, 26.0, "购置"),
            word(400.0, 500.0, 26.0, "运行"),
        ];
        let found = cells(&words, &body(3)).unwrap();
        let blanks = [(0, 2, 1, 1), (0, 3, 1, 1)];
        assert!(blanks.iter().all(|blank| found.contains(blank)), "{found:?}");
        assert!(found.contains(&(0, 1, 1, 1)) && found.contains(&(1, 3, 1, 1)), "{found:?}");
    }

    #[test]
    fn lines_of_one_heading_are_one_and_headings_over_them_are_not() {
        let words = [
            word(0.0, 200.0, 18.0, "项目"),
            word(200.0, 300.0, 12.0, "政府性"),
            word(200.0, 300.0, 24.0, "基金"),
            word(300.0, 400.0, 18.0, "其他"),
        ];
        assert_eq!(cells(&words, &body(2)).unwrap(), [(0, 0, 1, 1), (0, 1, 1, 1), (0, 2, 1, 1)]);
    }

    #[test]
    fn what_the_headings_do_not_settle_is_no_table() {
        let two = [word(0.0, 200.0, 10.0, "项目"), word(200.0, 300.0, 10.0, "合计")];
        assert_eq!(cells(&two, &body(1)).map(|c| c.len()), Some(2));
        // An amount under no heading, and a heading far from the middle of all columns below.
        assert_eq!(cells(&two, &body(2)), None);
        let aside = [
            word(0.0, 200.0, 26.0, "项目"),
            word(300.0, 350.0, 10.0, "基本"),
            word(200.0, 300.0, 26.0, "人员"),
            word(300.0, 400.0, 26.0, "公用"),
        ];
        assert_eq!(cells(&aside, &body(2)), None);
    }
}
