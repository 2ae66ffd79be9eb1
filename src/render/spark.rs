//! Years as a row of small bars.

use std::collections::BTreeMap;

use arrow::datatypes::Schema;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::grid::Grid;

/// Key of a schema's metadata: the column of values, that of years, and those that tell series apart.
pub const TREND: &str = "trend";
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// A year without a value is a gap.
const GAP: char = '·';
/// More years than these are not drawn: a typing error is not to fill the screen.
const MOST: i64 = 60;

/// Where the column of trends goes and what it holds: each row shows its series up to its own year, on the scale
/// of the whole series, from its least to its most.
pub(super) fn trends(schema: &Schema, grid: &Grid) -> Option<(usize, Vec<String>)> {
    let mut names = schema.metadata().get(TREND)?.split_whitespace();
    let position = |name: &str| grid.columns.iter().position(|c| c.name == name);
    let value = names.next().and_then(position)?;
    let year = names.next().and_then(position)?;
    let keys: Vec<usize> = names.filter_map(position).collect();
    let of = |row: &[super::value::Value]| {
        let key: Vec<String> = keys.iter().filter_map(|i| row.get(*i)).map(super::value::Value::exact).collect();
        let year = row.get(year)?.exact().parse::<i64>().ok()?;
        Some((key, year, row.get(value)?.decimal()))
    };
    let mut series: BTreeMap<Vec<String>, BTreeMap<i64, Option<Decimal>>> = BTreeMap::new();
    for (key, year, value) in grid.rows.iter().filter_map(|r| of(r)) {
        series.entry(key).or_default().insert(year, value);
    }
    // A picture of one year each says nothing.
    if series.values().all(|years| years.len() < 2) {
        return None;
    }
    let drawn = |row: &Vec<super::value::Value>| {
        of(row).and_then(|(key, year, _)| series.get(&key).map(|s| spark(s, year))).unwrap_or_default()
    };
    Some((value + 1, grid.rows.iter().map(drawn).collect()))
}

fn spark(series: &BTreeMap<i64, Option<Decimal>>, until: i64) -> String {
    let known = || series.values().flatten().copied();
    let (Some(least), Some(most), Some((first, _))) = (known().min(), known().max(), series.first_key_value()) else {
        return String::new();
    };
    let bar = |year: i64| match series.get(&year).copied().flatten() {
        None => GAP,
        Some(_) if least == most => '▄',
        Some(value) => {
            let steps = (value - least) * Decimal::from(BARS.len() - 1) / (most - least);
            steps.round().to_usize().and_then(|i| BARS.get(i)).copied().unwrap_or(GAP)
        }
    };
    ((*first).max(until - MOST)..=until).map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_year_is_a_gap_and_zero_is_a_bar() {
        let year = |y: i64, v: &str| (y, v.parse().ok());
        let series = BTreeMap::from([year(2019, "0"), year(2020, "50"), year(2022, "100"), year(2023, "–")]);
        assert_eq!(spark(&series, 2019), "▁");
        assert_eq!(spark(&series, 2023), "▁▅·█·");
        assert_eq!(spark(&BTreeMap::from([year(1, "5"), year(2, "5")]), 2), "▄▄");
    }
}
