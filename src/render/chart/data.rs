//! A result → what a picture draws. Rows that fall on one place are told apart by further columns, never added up.

use std::collections::BTreeMap;

use arrow::datatypes::Schema;
use arrow::record_batch::RecordBatch;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::spec::{ChartKind, ChartSpec};
use crate::render::Unit;
use crate::render::column::{Column, Kind, is_year};
use crate::render::grid::{Grid, NULL};
use crate::render::value::Value;

/// More bars than these are not drawn.
const BARS: usize = 60;
/// More series than these cannot be told apart.
const SERIES: usize = 8;

/// A value with the text that people read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) value: f64,
    pub(super) text: String,
}

/// A line of bars, or of parts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bar {
    /// What stands above the bars that belong together.
    pub(super) group: String,
    pub(super) label: String,
    /// One value; in a stack one for each series.
    pub(super) points: Vec<Option<Point>>,
}

/// A line of points; where one is missing, the line has a gap.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Series {
    pub(super) name: String,
    /// Place and value.
    pub(super) points: Vec<(f64, Option<Point>)>,
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    Bars(Vec<Bar>),
    /// Names of the parts, and the bars.
    Stack(Vec<String>, Vec<Bar>),
    /// The names of places where they are years, and the lines.
    Lines(Vec<(f64, String)>, Vec<Series>),
    /// Lines from 0,0 to 100,100.
    Lorenz(Vec<Series>),
}

/// A picture before it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Picture {
    pub(super) title: String,
    pub(super) x: String,
    /// Name of the values with their unit.
    pub(super) y: String,
    pub(super) shape: Shape,
    /// What is not drawn.
    pub(super) note: Option<String>,
}

/// Rows of a result with the columns that matter.
struct Table<'a> {
    grid: &'a Grid,
    texts: Vec<Vec<String>>,
    unit: Unit,
}

impl Picture {
    /// # Errors
    /// When the result has no such column, no values, or several values on one place.
    pub(super) fn new(
        schema: &Schema,
        batches: &[RecordBatch],
        spec: &ChartSpec,
        title: &str,
        unit: Unit,
    ) -> Result<Self, String> {
        let grid = Grid::new(schema, batches);
        if grid.rows.is_empty() {
            return Err("the result has no rows".to_owned());
        }
        let texts = grid.texts(unit);
        let table = Table { grid: &grid, texts, unit };
        let named = |name: &Option<String>| name.as_deref().map(|n| table.column(n)).transpose();
        // `.chart pie`: the first word may be meant as a kind.
        if let (None, Some(word), None) = (spec.kind, &spec.x, &spec.y)
            && table.column(word).is_err()
        {
            return Err(format!(
                "`{word}` is neither a column nor a kind of chart; the kinds of charts are {}",
                ChartKind::ALL.map(ChartKind::name).join(", ")
            ));
        }
        if spec.kind == Some(ChartKind::Lorenz) {
            return table.lorenz(spec, title);
        }
        let x = named(&spec.x)?.map_or_else(|| table.usual_x(), Ok)?;
        let y = named(&spec.y)?.map_or_else(|| table.usual_y(x), Ok)?;
        let by = named(&spec.by)?;
        let column = table.at(y).ok_or("no column of values")?;
        if !column.is_numeric() {
            return Err(format!("`{}` holds no numbers; name a column of numbers: {}", column.name, table.numbers()));
        }
        let over_years = table.at(x).is_some_and(|c| is_year(&c.name)) && table.distinct(&[x]) > 1;
        let kind = spec.kind.unwrap_or(if over_years { ChartKind::Line } else { ChartKind::Bar });
        // A line through one place is no line.
        let kind = if kind == ChartKind::Line && table.distinct(&[x]) == 1 { ChartKind::Bar } else { kind };
        let (shape, note) = match kind {
            ChartKind::Line => table.lines(x, y, by)?,
            ChartKind::Stack => table.stack(x, y, by)?,
            _ => table.bars(x, y, by),
        };
        let name = |i: usize| table.at(i).map(|c| c.name.clone()).unwrap_or_default();
        Ok(Self { title: title.to_owned(), x: name(x), y: table.measure(y), shape, note })
    }
}

impl Table<'_> {
    fn at(&self, i: usize) -> Option<&Column> {
        self.grid.columns.get(i)
    }

    fn column(&self, name: &str) -> Result<usize, String> {
        let columns = || self.grid.columns.iter();
        let names = || columns().map(|c| c.name.as_str());
        let exact = names().position(|n| n == name).or_else(|| names().position(|n| n.eq_ignore_ascii_case(name)));
        exact.or_else(|| columns().position(|c| c.chinese.as_deref() == Some(name))).ok_or_else(|| {
            let near = |n: &&str| strsim::damerau_levenshtein(&n.to_lowercase(), &name.to_lowercase());
            let nearest = names().min_by_key(near).filter(|n| near(n) <= 1 + name.chars().count() / 3);
            match nearest {
                Some(nearest) => format!("the result has no column `{name}`; did you mean `{nearest}`?"),
                None => format!(
                    "the result has no column `{name}`; its columns are {}",
                    names().collect::<Vec<_>>().join(", ")
                ),
            }
        })
    }

    fn numbers(&self) -> String {
        let numeric = self.grid.columns.iter().filter(|c| c.is_numeric() && c.kind != Kind::Key);
        numeric.map(|c| c.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// Years where there are several, else the first column of names that differ, else the first of names.
    fn usual_x(&self) -> Result<usize, String> {
        let columns = || self.grid.columns.iter().enumerate();
        let several = |i: &usize| self.distinct(&[*i]) > 1;
        let years = columns().filter(|(_, c)| is_year(&c.name)).map(|(i, _)| i).find(several);
        let mut texts = columns().filter(|(_, c)| !c.is_numeric()).map(|(i, _)| i);
        let named = texts.clone().find(several).or_else(|| texts.next());
        years.or(named).or_else(|| columns().next().map(|(i, _)| i)).ok_or_else(|| "no column".to_owned())
    }

    /// Money, else percent, else any other number.
    fn usual_y(&self, x: usize) -> Result<usize, String> {
        let find = |wanted: &[Kind]| {
            let fits = |(i, c): &(usize, &Column)| *i != x && wanted.contains(&c.kind);
            self.grid.columns.iter().enumerate().find(fits).map(|(i, _)| i)
        };
        let found = find(&[Kind::Money]).or_else(|| find(&[Kind::Number]));
        found
            .or_else(|| find(&[Kind::Percent, Kind::Growth]))
            .ok_or_else(|| "the result has no column of numbers".to_owned())
    }

    fn measure(&self, y: usize) -> String {
        let Some(column) = self.at(y) else { return String::new() };
        match column.bare_unit(self.unit) {
            Some(unit) => format!("{} ({unit})", column.name),
            None => column.name.clone(),
        }
    }

    fn key(&self, row: usize, columns: &[usize]) -> Vec<&str> {
        let row = self.texts.get(row);
        columns.iter().filter_map(|i| row?.get(*i)).map(String::as_str).collect()
    }

    fn name(&self, row: usize, columns: &[usize]) -> String {
        self.key(row, columns).into_iter().filter(|t| *t != NULL).collect::<Vec<_>>().join(" · ")
    }

    fn distinct(&self, columns: &[usize]) -> usize {
        let keys: std::collections::BTreeSet<_> = (0..self.texts.len()).map(|row| self.key(row, columns)).collect();
        keys.len()
    }

    /// The columns that tell apart the rows on one place: as few as it takes, from the left.
    fn tell_apart(&self, place: &[usize], y: usize) -> Vec<usize> {
        let mut key = place.to_vec();
        let mut found = Vec::new();
        let mut distinct = self.distinct(&key);
        for (i, column) in self.grid.columns.iter().enumerate() {
            if distinct == self.texts.len() {
                break;
            }
            if i == y || key.contains(&i) || column.is_numeric() && column.kind != Kind::Key {
                continue;
            }
            key.push(i);
            let more = self.distinct(&key);
            if more > distinct {
                distinct = more;
                found.push(i);
            } else {
                key.pop();
            }
        }
        found
    }

    /// Columns whose values no line joins, though each stands on a place of its own: a budget of one year and a final account
    /// of the next are no growth.
    fn kinds(&self, x: usize, y: usize) -> Vec<usize> {
        let is_kind =
            |c: &Column| matches!(c.name.as_str(), "kind" | "scope" | "stage" | "basis" | "grain" | "measure");
        let columns = self.grid.columns.iter().enumerate().filter(|(i, c)| is_kind(c) && ![x, y].contains(i));
        columns.map(|(i, _)| i).filter(|i| self.distinct(&[*i]) > 1).collect()
    }

    fn point(&self, row: usize, y: usize) -> Option<Point> {
        let value = self.grid.rows.get(row)?.get(y)?;
        let money = self.at(y).is_some_and(|c| c.kind == Kind::Money);
        let unit = if money { self.unit.yuan() } else { Decimal::ONE };
        let number = value.decimal()?.checked_div(unit)?.to_f64().filter(|v| v.is_finite())?;
        Some(Point { value: number, text: self.texts.get(row)?.get(y)?.clone() })
    }

    fn bars(&self, x: usize, y: usize, by: Option<usize>) -> (Shape, Option<String>) {
        let inner = by.unwrap_or(x);
        let mut outer = self.tell_apart(&[x, inner], y);
        if by.is_some() {
            outer.push(x);
        }
        let all = 0..self.texts.len();
        let bar = |row: usize| Bar {
            group: self.name(row, &outer),
            label: self.name(row, &[inner]),
            points: vec![self.point(row, y)],
        };
        let bars: Vec<Bar> = all.map(bar).take(BARS).collect();
        let note = self.left_out(self.texts.len(), bars.len(), "bars");
        (Shape::Bars(bars), note)
    }

    fn stack(&self, x: usize, y: usize, by: Option<usize>) -> Result<(Shape, Option<String>), String> {
        let by = by.ok_or("stacked shares need the column of the parts; write .chart stack X Y BY")?;
        let outer = self.tell_apart(&[x, by], y);
        self.refuse_doubles(&[&outer[..], &[x, by]].concat())?;
        let mut names: Vec<String> = Vec::new();
        let mut bars: Vec<Bar> = Vec::new();
        for row in 0..self.texts.len() {
            let point = self.point(row, y);
            if point.as_ref().is_some_and(|p| p.value < 0.0) {
                return Err("stacked shares need amounts that are not negative; take bars".to_owned());
            }
            let name = self.name(row, &[by]);
            let part = names.iter().position(|n| *n == name).unwrap_or_else(|| {
                names.push(name);
                names.len() - 1
            });
            let (group, label) = (self.name(row, &outer), self.name(row, &[x]));
            if !bars.last().is_some_and(|b| b.group == group && b.label == label) {
                bars.push(Bar { group, label, points: Vec::new() });
            }
            if let Some(bar) = bars.last_mut() {
                if bar.points.len() <= part {
                    bar.points.resize(part + 1, None);
                }
                if let Some(place) = bar.points.get_mut(part) {
                    *place = point;
                }
            }
        }
        let count = bars.len();
        bars.truncate(BARS);
        let note = self.left_out(count, bars.len(), "bars");
        Ok((Shape::Stack(names, bars), note))
    }

    fn lines(&self, x: usize, y: usize, by: Option<usize>) -> Result<(Shape, Option<String>), String> {
        let mut of = self.kinds(x, y);
        of.extend(by.filter(|by| !of.contains(by)));
        let more = self.tell_apart(&[&[x], &of[..]].concat(), y);
        of.splice(0..0, more);
        self.refuse_doubles(&[&of[..], &[x]].concat())?;
        let numeric = self.at(x).is_some_and(Column::is_numeric);
        let years = self.at(x).is_some_and(|c| c.kind == Kind::Key);
        let mut places: Vec<(f64, String)> = Vec::new();
        let mut series: BTreeMap<usize, Series> = BTreeMap::new();
        let mut order: Vec<String> = Vec::new();
        for row in 0..self.texts.len() {
            let label = self.name(row, &[x]);
            let value =
                self.grid.rows.get(row).and_then(|r| r.get(x)).and_then(Value::decimal).and_then(|d| d.to_f64());
            let at = match value.filter(|_| numeric) {
                Some(value) => value,
                None if numeric => continue,
                None => places.iter().find(|(_, l)| *l == label).map_or(places.len() as f64, |(at, _)| *at),
            };
            if !places.iter().any(|(_, l)| *l == label) {
                places.push((at, label));
            }
            let name = self.name(row, &of);
            let number = order.iter().position(|n| *n == name).unwrap_or_else(|| {
                order.push(name.clone());
                order.len() - 1
            });
            let line = series.entry(number).or_insert_with(|| Series { name, points: Vec::new() });
            line.points.push((at, self.point(row, y)));
        }
        let mut series: Vec<Series> = series.into_values().collect();
        places.sort_by(|a, b| a.0.total_cmp(&b.0));
        for line in &mut series {
            line.points.sort_by(|a, b| a.0.total_cmp(&b.0));
            if years || !numeric {
                line.fill_gaps(&places, years);
            }
        }
        if series.iter().all(|s| s.points.iter().all(|(_, p)| p.is_none())) {
            return Err(format!("`{}` is not known in any row", self.measure(y)));
        }
        let (series, note) = largest(series);
        Ok((Shape::Lines(places, series), note))
    }

    /// With X and Y the points are given in percent; with one column they are worked out of its amounts.
    fn lorenz(&self, spec: &ChartSpec, title: &str) -> Result<Picture, String> {
        let column = |name: &Option<String>| name.as_deref().map(|n| self.column(n)).transpose();
        let (x, y, mut by) = (column(&spec.x)?, column(&spec.y)?, column(&spec.by)?);
        // `lorenz amount department`: what holds no numbers tells curves apart.
        let y = y.filter(|y| {
            let numeric = self.at(*y).is_some_and(Column::is_numeric);
            by = if numeric { by } else { Some(*y) };
            numeric
        });
        let given = x.zip(y);
        let (x, y) = if let Some(given) = given {
            given
        } else {
            let y = x.map_or_else(|| self.usual_y(usize::MAX), Ok)?;
            (y, y)
        };
        // Projects differ by their names; curves by where and when.
        let whose = |(i, c): (usize, &Column)| {
            let is_place = is_year(&c.name) || matches!(c.name.as_str(), "department" | "region" | "kind" | "scope");
            (is_place && self.distinct(&[i]) > 1).then_some(i)
        };
        let of: Vec<usize> =
            by.map_or_else(|| self.grid.columns.iter().enumerate().filter_map(whose).collect(), |by| vec![by]);
        let mut curves: Vec<(String, Vec<(f64, f64)>)> = Vec::new();
        for row in 0..self.texts.len() {
            let value = |i: usize| self.point(row, i).map(|p| p.value);
            let Some((at, value)) = value(x).zip(value(y)) else { continue };
            if value < 0.0 {
                return Err("a Lorenz curve needs amounts that are not negative".to_owned());
            }
            let name = self.name(row, &of);
            let number = curves.iter().position(|(n, _)| *n == name).unwrap_or_else(|| {
                curves.push((name, Vec::new()));
                curves.len() - 1
            });
            if let Some((_, points)) = curves.get_mut(number) {
                points.push((at, value));
            }
        }
        let series: Vec<Series> = curves
            .into_iter()
            .map(|(name, points)| {
                let points =
                    if given.is_some() { points } else { cumulated(points.into_iter().map(|p| p.1).collect()) };
                let point = |(at, value): (f64, f64)| (at, Some(Point { value, text: String::new() }));
                Series { name, points: [(0.0, 0.0)].into_iter().chain(points).map(point).collect() }
            })
            .collect();
        if series.is_empty() {
            return Err("the result has no amounts for a Lorenz curve".to_owned());
        }
        let (series, note) = largest(series);
        let bare = |i: usize| self.at(i).map(|c| c.name.as_str()).unwrap_or_default();
        let name = |i: usize| if given.is_some() { self.measure(i) } else { format!("{} (%)", bare(i)) };
        let x = if given.is_some() { self.measure(x) } else { "rows (%)".to_owned() };
        Ok(Picture { title: title.to_owned(), x, y: name(y), shape: Shape::Lorenz(series), note })
    }

    fn refuse_doubles(&self, key: &[usize]) -> Result<(), String> {
        let mut seen = std::collections::BTreeSet::new();
        for row in 0..self.texts.len() {
            if !seen.insert(self.key(row, key)) {
                let place = self.name(row, key);
                return Err(format!(
                    "several rows stand at {place}; name the column that tells them apart, or add them up in SQL"
                ));
            }
        }
        Ok(())
    }

    #[allow(clippy::unused_self, reason = "stands with the others that count")]
    fn left_out(&self, all: usize, drawn: usize, what: &str) -> Option<String> {
        (all > drawn).then(|| format!("{} more {what} are not drawn", all - drawn))
    }
}

impl Series {
    /// A place without a value is a gap.
    fn fill_gaps(&mut self, places: &[(f64, String)], years: bool) {
        let (Some(first), Some(last)) = (self.points.first().map(|p| p.0), self.points.last().map(|p| p.0)) else {
            return;
        };
        let has = |points: &[(f64, Option<Point>)], at: f64| points.iter().any(|(p, _)| (p - at).abs() < 0.5);
        let missing: Vec<f64> = if years {
            let all = std::iter::successors(Some(first), |at| Some(at + 1.0)).take_while(|at| *at <= last).take(400);
            all.filter(|at| !has(&self.points, *at)).collect()
        } else {
            places.iter().map(|p| p.0).filter(|at| *at > first && *at < last && !has(&self.points, *at)).collect()
        };
        self.points.extend(missing.into_iter().map(|at| (at, None)));
        self.points.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
}

/// The series with the largest values, in their order.
fn largest(series: Vec<Series>) -> (Vec<Series>, Option<String>) {
    if series.len() <= SERIES {
        return (series, None);
    }
    let most = |s: &Series| s.points.iter().filter_map(|(_, p)| p.as_ref()).map(|p| p.value).fold(f64::MIN, f64::max);
    let mut sizes: Vec<f64> = series.iter().map(most).collect();
    sizes.sort_by(|a, b| b.total_cmp(a));
    let least = sizes.get(SERIES - 1).copied().unwrap_or(f64::MIN);
    let note = format!("{} more series, all smaller, are not drawn", series.len() - SERIES);
    (series.into_iter().filter(|s| most(s) >= least).take(SERIES).collect(), Some(note))
}

/// Amounts → shares of their number and of their sum, from the least.
fn cumulated(mut amounts: Vec<f64>) -> Vec<(f64, f64)> {
    amounts.sort_by(f64::total_cmp);
    let whole: f64 = amounts.iter().sum();
    if whole <= 0.0 {
        return Vec::new();
    }
    let count = amounts.len() as f64;
    let mut sum = 0.0;
    let point = |(i, amount): (usize, &f64)| {
        sum += amount;
        (100.0 * (i + 1) as f64 / count, 100.0 * sum / whole)
    };
    amounts.iter().enumerate().map(point).collect()
}
