//! The unit of money of tables that state none: a table that prints the numbers of another one has its unit.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::record::{DiagnosticKind, MoneyUnit, join_key, parse_number};

use super::line::stated_unit;
use super::outline::Section;
use super::reader::Registry;

/// Numbers that two tables must share before one has the unit of the other.
const SHARED: usize = 2;

/// Supplies units. A table has the one unit whose tables print its largest number or share several; where tables of two
/// units do, or none, it stays without.
pub(super) fn supply(sections: &mut [Section], registry: &mut Registry) {
    let stated: Vec<Option<MoneyUnit>> = sections.iter().map(stated).collect();
    if stated.iter().all(Option::is_some) {
        return;
    }
    let numbers: Vec<BTreeSet<Decimal>> = sections.iter().map(numbers).collect();
    for (i, section) in sections.iter_mut().enumerate() {
        let Some(own) = numbers.get(i).filter(|own| !own.is_empty() && stated.get(i) == Some(&None)) else { continue };
        let largest = own.iter().max();
        let alike = |(other, unit): (&BTreeSet<Decimal>, &Option<MoneyUnit>)| {
            let shares = largest.is_some_and(|n| other.contains(n)) || own.intersection(other).count() >= SHARED;
            unit.filter(|_| shares)
        };
        let units: BTreeSet<MoneyUnit> = numbers.iter().zip(&stated).filter_map(alike).collect();
        let [unit] = units.into_iter().collect::<Vec<_>>()[..] else { continue };
        section.supplied_unit = Some(unit);
        registry.note(
            DiagnosticKind::UnitMissing,
            section.kind,
            section.title.place,
            &section.title.text,
            format!(
                "no unit of money is stated; {} was taken, in which other tables of the document print the same numbers",
                unit.name()
            ),
        );
    }
}

/// The unit that a section states, over it or in a heading.
fn stated(section: &Section) -> Option<MoneyUnit> {
    let cells = section.grids.iter().flat_map(|g| &g.rows).flat_map(|r| &r.cells);
    let mut headings = cells.map(|c| join_key(&c.text)).filter(|t| t.contains("元)"));
    section.unit().map(|(unit, _)| unit).or_else(|| headings.find_map(|t| stated_unit(&t)).map(|(unit, _)| unit))
}

/// The amounts of a section: numbers with decimals or separators, or longer than a code.
fn numbers(section: &Section) -> BTreeSet<Decimal> {
    let cells = section.grids.iter().flat_map(|g| &g.rows).flat_map(|r| &r.cells);
    let amounts = cells.filter(|c| c.text.contains(['.', ',']) || c.text.chars().count() > 7);
    let amounts = amounts.filter_map(|c| parse_number(&c.text).ok().flatten());
    amounts.filter(|n| n.abs() >= Decimal::ONE).map(|n| n.normalize()).collect()
}
