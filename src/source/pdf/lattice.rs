//! Ruling lines → tables: cells with their spans and areas.
//!
//! Ready-made finders take shading for rules, lose rows that a page break left open, and cut double
//! borders into columns; what they get wrong is the list of tests here.

use std::collections::BTreeMap;

use super::geometry::{Area, Glyph, PageGeometry, Rule, SNAP};

/// Borders drawn twice stand this close; no column with text is as narrow.
const DOUBLE_BORDER: f64 = 6.5;

/// A table as its rules draw it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Lattice {
    pub(super) area: Area,
    /// Edges of the columns from the left, one more than columns.
    pub(super) columns: Vec<f64>,
    /// Edges of the rows from the top, one more than rows.
    pub(super) rows: Vec<f64>,
    pub(super) cells: Vec<LatticeCell>,
}

/// A cell of a lattice.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct LatticeCell {
    pub(super) row: usize,
    pub(super) column: usize,
    /// Rows it spans, at least 1.
    pub(super) row_span: usize,
    /// Columns it spans, at least 1.
    pub(super) column_span: usize,
    pub(super) area: Area,
}

/// All tables of a page from the top.
pub(super) fn find(page: &PageGeometry) -> Vec<Lattice> {
    let mut vertical = joined(&page.vertical, |a, b, rules| gap_is_empty(page, a, b, rules, true));
    let mut horizontal = joined(&page.horizontal, |a, b, rules| gap_is_empty(page, a, b, rules, false));
    // Names take more than half of some pages.
    close_open(&mut vertical, &horizontal, &page.glyphs, Direction::Columns(page.width));
    close_open(&mut horizontal, &vertical, &page.glyphs, Direction::Rows(160.0));
    let crossings = Crossings::of(&horizontal, &vertical);
    let mut tables: Vec<Lattice> =
        crossings.components(&crossings.cells()).iter().filter_map(|c| crossings.lattice(c)).collect();
    tables.sort_by(|a, b| a.area.top.total_cmp(&b.area.top).then(a.area.left.total_cmp(&b.area.left)));
    // A table drawn inside a cell of another one (a frame round the page) keeps its own place.
    let frames: Vec<bool> = tables.iter().map(|t| t.cells.len() < 2).collect();
    let mut frames = frames.into_iter();
    tables.retain(|_| !frames.next().unwrap_or(true));
    tables
}

/// Whether no text stands between two parallel positions, where any of the rules runs.
fn gap_is_empty(page: &PageGeometry, low: f64, high: f64, rules: &[Rule], upright: bool) -> bool {
    if high - low > DOUBLE_BORDER {
        return false;
    }
    let from = rules.iter().map(|r| r.from).fold(f64::MAX, f64::min);
    let to = rules.iter().map(|r| r.to).fold(f64::MIN, f64::max);
    !page.glyphs.iter().filter(|g| !g.text.is_whitespace()).any(|g| {
        let (x, y) = g.area.centre();
        let (across, along) = if upright { (x, y) } else { (y, x) };
        across > low && across < high && along > from && along < to
    })
}

/// Rules at nearly one position become one position; touching rules become one rule.
fn joined(rules: &[Rule], is_double: impl Fn(f64, f64, &[Rule]) -> bool) -> Vec<Rule> {
    let mut sorted: Vec<Rule> = rules.iter().filter(|r| r.to - r.from >= 1.0).copied().collect();
    sorted.sort_by(|a, b| a.at.total_cmp(&b.at));
    let mut groups: Vec<Vec<Rule>> = Vec::new();
    for rule in sorted {
        match groups.last_mut() {
            Some(group)
                if group.last().is_some_and(|last| {
                    rule.at <= last.at + SNAP || is_double(last.at, rule.at, &[group.as_slice(), &[rule]].concat())
                }) =>
            {
                group.push(rule);
            }
            _ => groups.push(vec![rule]),
        }
    }
    let mut out = Vec::new();
    for mut group in groups {
        #[allow(clippy::cast_precision_loss)] // a page has few rules
        let at = group.iter().map(|r| r.at).sum::<f64>() / group.len() as f64;
        group.sort_by(|a, b| a.from.total_cmp(&b.from));
        let mut current: Option<Rule> = None;
        for rule in group {
            match &mut current {
                Some(open) if rule.from <= open.to + SNAP => open.to = open.to.max(rule.to),
                _ => {
                    out.extend(current.take());
                    current = Some(Rule { at, ..rule });
                }
            }
        }
        out.extend(current);
    }
    out.retain(|r| r.to - r.from >= SNAP);
    out
}

/// Closes rows or columns that are open to one side: three or more rules end together beyond the last
/// one across them, with text between. A page break leaves rows open; some forms have no outer border.
fn close_open(across: &mut Vec<Rule>, along: &[Rule], glyphs: &[Glyph], direction: Direction) {
    let (Direction::Rows(limit) | Direction::Columns(limit)) = direction;
    for far in [false, true] {
        let mut ends: Vec<(f64, f64)> = along.iter().map(|r| (if far { r.to } else { r.from }, r.at)).collect();
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut rest = ends.as_slice();
        while let Some((first, _)) = rest.first() {
            let count = rest.partition_point(|(end, _)| end - first <= SNAP);
            let (group, after) = rest.split_at(count.max(1));
            rest = after;
            if group.len() < 3 {
                continue;
            }
            #[allow(clippy::cast_precision_loss)] // a page has few rules
            let at = group.iter().map(|(end, _)| end).sum::<f64>() / group.len() as f64;
            let from = group.iter().map(|(_, x)| *x).fold(f64::MAX, f64::min);
            let to = group.iter().map(|(_, x)| *x).fold(f64::MIN, f64::max);
            let over = |r: &&Rule| r.from < to && r.to > from;
            if across.iter().filter(over).any(|r| (r.at - at).abs() <= SNAP + 0.5) {
                continue;
            }
            let distance = |r: &Rule| if far { at - r.at } else { r.at - at };
            let nearest = across.iter().filter(over).map(distance).filter(|d| *d > 0.0).fold(f64::MAX, f64::min);
            if !(6.0..limit).contains(&nearest) {
                continue;
            }
            let (low, high) = if far { (at - nearest, at) } else { (at, at + nearest) };
            let strip = match direction {
                Direction::Rows(_) => Area { left: from, top: low, right: to, bottom: high },
                Direction::Columns(_) => Area { left: low, top: from, right: high, bottom: to },
            };
            if glyphs.iter().any(|g| !g.text.is_whitespace() && strip.holds(g.area.centre())) {
                across.push(Rule { from, to, at });
            }
        }
    }
}

/// What lies open, and how far it may reach.
#[derive(Clone, Copy, Debug)]
enum Direction {
    Rows(f64),
    Columns(f64),
}

/// A cell by the indices of its edges: left, top, right, bottom.
type Edges = [usize; 4];

/// A place where rules cross: indices of the vertical and of the horizontal ones through it.
struct Crossing {
    y: usize,
    vertical: Vec<usize>,
    horizontal: Vec<usize>,
}

/// Where rules cross.
struct Crossings {
    xs: Vec<f64>,
    ys: Vec<f64>,
    /// For each of `xs` the crossings from the top.
    at: Vec<Vec<Crossing>>,
}

impl Crossings {
    fn of(horizontal: &[Rule], vertical: &[Rule]) -> Self {
        let positions = |rules: &[Rule]| {
            let mut all: Vec<f64> = rules.iter().map(|r| r.at).collect();
            all.sort_by(f64::total_cmp);
            all.dedup_by(|a, b| (*a - *b).abs() < 1e-6);
            all
        };
        let (xs, ys) = (positions(vertical), positions(horizontal));
        let index = |all: &[f64], value: f64| all.partition_point(|p| *p < value - 1e-6);
        let levels: Vec<usize> = horizontal.iter().map(|level| index(&ys, level.at)).collect();
        let mut at: Vec<Vec<Crossing>> = xs.iter().map(|_| Vec::new()).collect();
        let meets = |rule: &Rule, p: f64| rule.from <= p + SNAP && rule.to >= p - SNAP;
        for (v, upright) in vertical.iter().enumerate() {
            let Some(column) = at.get_mut(index(&xs, upright.at)) else { continue };
            for (h, (level, &y)) in horizontal.iter().zip(&levels).enumerate() {
                if meets(upright, level.at) && meets(level, upright.at) {
                    match column.binary_search_by_key(&y, |crossing| crossing.y) {
                        Ok(there) => column.get_mut(there).into_iter().for_each(|crossing| {
                            crossing.vertical.push(v);
                            crossing.horizontal.push(h);
                        }),
                        Err(free) => column.insert(free, Crossing { y, vertical: vec![v], horizontal: vec![h] }),
                    }
                }
            }
        }
        Self { xs, ys, at }
    }

    fn get(&self, x: usize, y: usize) -> Option<&Crossing> {
        let column = self.at.get(x)?;
        column.get(column.binary_search_by_key(&y, |crossing| crossing.y).ok()?)
    }

    /// The smallest rectangle right and below each crossing.
    fn cells(&self) -> Vec<Edges> {
        // For each of `ys` the crossings from the left.
        let mut right: Vec<Vec<usize>> = self.ys.iter().map(|_| Vec::new()).collect();
        for (x, column) in self.at.iter().enumerate() {
            for crossing in column {
                right.get_mut(crossing.y).into_iter().for_each(|row| row.push(x));
            }
        }
        let share = |a: &[usize], b: &[usize]| a.iter().any(|i| b.contains(i));
        let mut cells = Vec::new();
        for (x, column) in self.at.iter().enumerate() {
            let mut below = column.as_slice();
            while let Some((here, rest)) = below.split_first() {
                below = rest;
                let row = right.get(here.y).map_or(&[][..], Vec::as_slice);
                let (_, after) = row.split_at(row.partition_point(|i| *i <= x));
                let smallest = below.iter().filter(|low| share(&here.vertical, &low.vertical)).find_map(|low| {
                    after.iter().find_map(|&x2| {
                        let top = self.get(x2, here.y).filter(|top| share(&here.horizontal, &top.horizontal))?;
                        let corner = self.get(x2, low.y)?;
                        let closed =
                            share(&top.vertical, &corner.vertical) && share(&low.horizontal, &corner.horizontal);
                        closed.then_some([x, here.y, x2, low.y])
                    })
                });
                cells.extend(smallest);
            }
        }
        cells
    }

    /// Groups cells that share a corner.
    fn components(&self, cells: &[Edges]) -> Vec<Vec<Edges>> {
        let mut group: Vec<usize> = (0..cells.len()).collect();
        // The first cell at each crossing.
        let mut corners: Vec<Vec<Option<usize>>> = self.at.iter().map(|column| vec![None; column.len()]).collect();
        for (i, &[left, top, right, bottom]) in cells.iter().enumerate() {
            for (x, y) in [(left, top), (right, top), (left, bottom), (right, bottom)] {
                let place = self.at.get(x).and_then(|column| column.binary_search_by_key(&y, |c| c.y).ok());
                let corner = place.and_then(|place| corners.get_mut(x)?.get_mut(place));
                let Some(first) = corner.map(|corner| *corner.get_or_insert(i)) else { continue };
                let (a, b) = (root(&mut group, i), root(&mut group, first));
                if let Some(own) = group.get_mut(a) {
                    *own = b;
                }
            }
        }
        let mut groups: BTreeMap<usize, Vec<Edges>> = BTreeMap::new();
        for (i, cell) in cells.iter().enumerate() {
            groups.entry(root(&mut group, i)).or_default().push(*cell);
        }
        groups.into_values().collect()
    }

    /// A connected group of cells as a table.
    fn lattice(&self, cells: &[Edges]) -> Option<Lattice> {
        let used = |pick: [usize; 2]| {
            let mut all: Vec<usize> = cells.iter().flat_map(|c| pick.map(|i| c.get(i).copied().unwrap_or(0))).collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let (columns, rows) = (used([0, 2]), used([1, 3]));
        let index = |all: &[usize], edge: usize| all.partition_point(|e| *e < edge);
        let x = |i: usize| self.xs.get(i).copied();
        let y = |i: usize| self.ys.get(i).copied();
        let mut placed = Vec::with_capacity(cells.len());
        for &[left, top, right, bottom] in cells {
            let (row, column) = (index(&rows, top), index(&columns, left));
            placed.push(LatticeCell {
                row,
                column,
                row_span: index(&rows, bottom) - row,
                column_span: index(&columns, right) - column,
                area: Area { left: x(left)?, top: y(top)?, right: x(right)?, bottom: y(bottom)? },
            });
        }
        placed.sort_by_key(|c| (c.row, c.column));
        let area = placed.iter().map(|c| c.area).reduce(Area::union)?;
        Some(Lattice {
            area,
            columns: columns.into_iter().filter_map(x).collect(),
            rows: rows.into_iter().filter_map(y).collect(),
            cells: placed,
        })
    }
}

/// The group that `i` belongs to; paths are halved on the way.
fn root(group: &mut [usize], mut i: usize) -> usize {
    while let Some(&parent) = group.get(i).filter(|p| **p != i) {
        let above = group.get(parent).copied().unwrap_or(parent);
        if let Some(own) = group.get_mut(i) {
            *own = above;
        }
        i = parent;
    }
    i
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(columns: &[f64], rows: &[f64]) -> PageGeometry {
        let mut page = PageGeometry { width: 600.0, height: 800.0, ..PageGeometry::default() };
        let ends = |all: &[f64]| (all[0], all[all.len() - 1]);
        for &at in columns {
            page.vertical.push(Rule { from: ends(rows).0, to: ends(rows).1, at });
        }
        for &at in rows {
            page.horizontal.push(Rule { from: ends(columns).0, to: ends(columns).1, at });
        }
        page
    }

    fn write(page: &mut PageGeometry, text: &str, left: f64, top: f64) {
        for (i, c) in text.chars().enumerate() {
            let left = left + 10.0 * f64::from(u8::try_from(i).unwrap());
            let area = Area { left, top, right: left + 10.0, bottom: top + 10.0 };
            page.glyphs.push(Glyph { text: c, area, baseline: top + 9.0 });
        }
    }

    #[test]
    fn rules_make_cells_and_merged_cells_span() {
        let mut page = page(&[0.0, 100.0, 200.0], &[0.0, 20.0, 40.0]);
        page.vertical[1].from = 20.0;
        let [table] = find(&page).try_into().unwrap();
        let spans: Vec<_> = table.cells.iter().map(|c| (c.row, c.column, c.column_span)).collect();
        assert_eq!(spans, [(0, 0, 2), (1, 0, 1), (1, 1, 1)]);
    }

    #[test]
    fn shading_is_no_rule_and_double_borders_are_one() {
        let mut shaded = page(&[0.0, 100.0, 105.0, 200.0], &[0.0, 20.0, 25.0, 45.0]);
        shaded.add_fill(Area { left: 30.0, top: 2.0, right: 60.0, bottom: 18.0 });
        let [table] = find(&shaded).try_into().unwrap();
        assert_eq!((table.columns.len(), table.rows.len()), (3, 3));
    }

    #[test]
    fn rows_left_open_by_a_page_break_are_closed() {
        let mut page = page(&[0.0, 100.0, 200.0], &[40.0, 60.0]);
        for rule in &mut page.vertical {
            rule.from = 10.0;
        }
        assert_eq!(find(&page)[0].rows.len(), 2);
        write(&mut page, "住房", 10.0, 20.0);
        assert_eq!(find(&page)[0].rows.len(), 3);
    }

    #[test]
    fn columns_without_an_outer_border_are_closed() {
        let mut page = page(&[50.0, 100.0], &[40.0, 60.0, 80.0]);
        for rule in &mut page.horizontal {
            rule.to = 180.0;
        }
        write(&mut page, "12.00", 110.0, 45.0);
        assert_eq!(find(&page)[0].columns.len(), 3);
    }

    #[test]
    fn a_frame_round_the_page_is_no_table() {
        let mut page = page(&[100.0, 200.0, 300.0], &[100.0, 120.0, 140.0]);
        page.add_outline(Area { left: 10.0, top: 10.0, right: 590.0, bottom: 790.0 });
        let tables = find(&page);
        assert_eq!(tables.len(), 1);
        assert_eq!(tables[0].cells.len(), 4);
    }
}
