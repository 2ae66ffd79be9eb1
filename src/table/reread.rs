//! The proof at work: where sums of a table do not hold and one other reading of its grid makes all of them hold, that
//! reading is taken and recorded with both; else the print stays and the sums are reported.
//!
//! Three mistakes of converters are tried: a number cut in two cells, a header that stands a column off, a row that a
//! page break put outside the grid.

use crate::record::{DiagnosticKind, TableKind, TableRecord, parse_number, squash};
use crate::source::{Cell, GridRow};

use super::columns::{Column, columns};
use super::doubt;
use super::header::read_header;
use super::outline::{Section, Stray};
use super::reader::{Parsed, Registry, Trial, read_table};

/// Readings that are tried for one table at most.
const TRIES: usize = 400;

/// Another reading of a table.
struct Rereading {
    kind: DiagnosticKind,
    parsed: Parsed,
    /// What was printed and how it is read.
    what: String,
    row: GridRow,
    /// Lines outside the grid that it uses.
    strays: usize,
}

/// Reads a table as its sums prove it: as printed, or in the one other way under which all hold.
pub(super) fn settle(section: &Section, parsed: &Parsed, registry: &mut Registry) -> TableRecord {
    if section.kind == TableKind::Unknown {
        return read_table(section, parsed, registry);
    }
    let printed = Trial::of(section, parsed, registry);
    if printed.doubts == 0 && section.strays.is_empty() {
        return doubt::take(printed, section, parsed, registry);
    }
    let mut found: Option<(Rereading, Trial)> = None;
    if printed.doubts > 0 {
        let tried = rereadings(section, parsed, registry).into_iter().take(TRIES);
        // More sums must hold than before: a reading under which there is less to check proves nothing.
        let proves = |t: &Trial| t.doubts == 0 && t.holds() > printed.holds();
        let all = tried.filter(|r| r.strays == section.strays.len());
        found = all.map(|r| (Trial::of(section, &r.parsed, registry), r)).find(|(t, _)| proves(t)).map(|(t, r)| (r, t));
    }
    let used = found.as_ref().map_or(0, |(r, _)| r.strays);
    for stray in section.strays.iter().skip(used) {
        registry.note(
            DiagnosticKind::Unplaced,
            section.kind,
            stray.line.place,
            &stray.line.text,
            "a line between two parts of the table may be a row of it, but the sums do not prove its place".to_owned(),
        );
    }
    let Some((found, trial)) = found else { return doubt::take(printed, section, parsed, registry) };
    let before = printed.doubts;
    let message = format!("{}; as printed {before} of its sums do not hold, so read all of them do", found.what);
    registry.note(found.kind, section.kind, found.row.place, &section.title.text, message);
    trial.take(registry)
}

/// Other readings, the likeliest first.
fn rereadings(section: &Section, parsed: &Parsed, registry: &Registry) -> Vec<Rereading> {
    let mut all = Vec::new();
    if !section.strays.is_empty() {
        return with_strays(section, parsed);
    }
    all.extend(joined_numbers(parsed));
    all.extend(other_headers(parsed, registry));
    all
}

/// Numbers that stand in two cells: `2,388.0|4`. The right half leaves a blank, or the cells after it move up.
fn joined_numbers(parsed: &Parsed) -> Vec<Rereading> {
    let mut all = Vec::new();
    for (at, row) in parsed.rows.iter().enumerate() {
        for column in 0..row.cells.len().saturating_sub(1) {
            let (left, right) = (row.text(column), row.text(column + 1));
            if !is_label(parsed, column) && is_cut(left, right) {
                for moves_up in [false, true] {
                    let mut cells = row.cells.clone();
                    let whole = format!("{}{}", squash(left), squash(right));
                    if let Some(cell) = cells.get_mut(column) {
                        cell.text = whole.as_str().into();
                    }
                    if moves_up {
                        cells.remove(column + 1);
                    } else if let Some(cell) = cells.get_mut(column + 1) {
                        cell.text.clear();
                    }
                    let mut rows = parsed.rows.clone();
                    if let Some(target) = rows.get_mut(at) {
                        target.cells = cells;
                    }
                    all.push(Rereading {
                        kind: DiagnosticKind::NumberCut,
                        parsed: Parsed { columns: parsed.columns.clone(), rows, ..parsed.clone() },
                        what: format!("{left}|{right} was read as {whole}"),
                        row: row.clone(),
                        strays: 0,
                    });
                }
            }
        }
    }
    all
}

fn is_label(parsed: &Parsed, column: usize) -> bool {
    parsed.columns.get(column).is_some_and(|c| c.label.is_some())
}

/// Whether two texts are halves of one number with two decimals.
fn is_cut(left: &str, right: &str) -> bool {
    let whole = format!("{}{}", squash(left), squash(right));
    let decimals = whole.rsplit_once('.').map_or(0, |(_, d)| d.len());
    let halves = !left.is_empty() && !right.is_empty() && left.split_once('.').is_none_or(|(_, d)| d.len() < 2);
    halves && decimals == 2 && matches!(parse_number(&whole), Ok(Some(_)))
}

/// Headers read in another way: by their words alone, as an earlier table of the document has them, or with the labels
/// over the amounts one column to the right or to the left.
fn other_headers(parsed: &Parsed, registry: &Registry) -> Vec<Rereading> {
    let mut readings: Vec<Vec<Column>> = Vec::new();
    if !parsed.header.is_empty() {
        readings.push(read_header(&parsed.header, &parsed.rows, registry.headers()).columns);
    }
    let names = |columns: &[Column]| {
        let mut names: Vec<String> = columns.iter().filter_map(|c| c.path.last().cloned()).collect();
        names.sort();
        names
    };
    let own = names(&parsed.columns);
    readings.extend(registry.headers().iter().filter(|h| h.len() == parsed.columns.len() && names(h) == own).cloned());
    for right in [true, false] {
        readings.extend(shifted(&parsed.columns, right));
    }
    readings.retain(|columns| *columns != parsed.columns);
    let path = |columns: &[Column]| columns.iter().map(Column::printed_path).collect::<Vec<_>>().join(" | ");
    let row = parsed.header.first().cloned().unwrap_or_default();
    let made = readings.into_iter().map(|columns| Rereading {
        kind: DiagnosticKind::HeaderRepaired,
        what: format!("the header {} was read as {}", path(&parsed.columns), path(&columns)),
        parsed: Parsed { columns, ..parsed.clone() },
        row: row.clone(),
        strays: 0,
    });
    made.collect()
}

/// The paths of the columns of amounts one column on; the one that falls off goes to the column left free.
fn shifted(all: &[Column], right: bool) -> Option<Vec<Column>> {
    let first = all.iter().position(|c| c.label.is_none())?;
    let mut paths: Vec<Vec<String>> = all.iter().map(|c| c.path.clone()).collect();
    let amounts = paths.get_mut(first..).filter(|a| a.len() > 1)?;
    if all.iter().skip(first).any(|c| c.label.is_some()) {
        return None;
    }
    if right {
        amounts.rotate_right(1);
    } else {
        amounts.rotate_left(1);
    }
    Some(columns(&paths))
}

/// Every way to set the lines between the parts of a table as rows of it.
fn with_strays(section: &Section, parsed: &Parsed) -> Vec<Rereading> {
    let mut tables = vec![parsed.rows.clone()];
    for (shift, stray) in section.strays.iter().enumerate() {
        let at = parsed.starts.get(stray.grid).copied().unwrap_or(parsed.rows.len()) + shift;
        let rows = as_rows(stray, &parsed.columns);
        tables = tables
            .into_iter()
            .flat_map(|table| {
                rows.iter().map(move |row| {
                    let mut with = table.clone();
                    with.insert(at.min(with.len()), row.clone());
                    with
                })
            })
            .take(TRIES)
            .collect();
    }
    let texts: Vec<&str> = section.strays.iter().map(|s| s.line.text.as_str()).collect();
    let row = GridRow { place: section.strays.first().map(|s| s.line.place).unwrap_or_default(), cells: Vec::new() };
    let made = tables.into_iter().map(|mut rows| {
        for (i, row) in rows.iter_mut().enumerate() {
            row.place.row = u32::try_from(i + 1).unwrap_or(u32::MAX);
        }
        Rereading {
            kind: DiagnosticKind::RowRecovered,
            parsed: Parsed { rows, ..parsed.clone() },
            what: format!("{} stood outside the grid and was read as a row", texts.join(" / ")),
            row: row.clone(),
            strays: section.strays.len(),
        }
    });
    made.collect()
}

/// The rows that a line of text can be: codes and name to the label columns, its numbers in order to the columns of
/// amounts.
fn as_rows(stray: &Stray, columns: &[Column]) -> Vec<GridRow> {
    let (labels, numbers) = stray.words();
    let label_columns: Vec<usize> =
        (0..columns.len()).filter(|i| columns.get(*i).is_some_and(|c| c.label.is_some())).collect();
    let amounts: Vec<usize> =
        (0..columns.len()).filter(|i| columns.get(*i).is_some_and(|c| c.label.is_none())).collect();
    if numbers.is_empty() || labels.len() > label_columns.len() || numbers.len() > amounts.len() {
        return Vec::new();
    }
    // Names stand in the last label column, codes in the first ones.
    let names = labels.iter().filter(|l| !l.chars().all(|c| c.is_ascii_digit())).count();
    let mut cells = vec![Cell::default(); columns.len()];
    for (i, label) in labels.iter().enumerate() {
        let is_name = i + names >= labels.len();
        let slot = if is_name { label_columns.len() - (labels.len() - i) } else { i };
        if let Some(cell) = label_columns.get(slot).and_then(|c| cells.get_mut(*c)) {
            cell.text = label.into();
        }
    }
    choices(amounts.len(), numbers.len())
        .into_iter()
        .map(|chosen| {
            let mut cells = cells.clone();
            for (slot, number) in chosen.iter().zip(&numbers) {
                if let Some(cell) = amounts.get(*slot).and_then(|c| cells.get_mut(*c)) {
                    cell.text = number.into();
                }
            }
            GridRow { place: stray.line.place, cells }
        })
        .collect()
}

/// All ways to choose `k` of `n` places in order, the first ones first.
fn choices(n: usize, k: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for picked in 0..k {
        all = all
            .into_iter()
            .flat_map(|chosen: Vec<usize>| {
                let from = chosen.last().map_or(0, |last| last + 1);
                let to = n - (k - picked - 1);
                (from..to).map(move |next| chosen.iter().copied().chain([next]).collect())
            })
            .take(TRIES)
            .collect();
    }
    all
}
