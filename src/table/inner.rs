//! A small table of its own under the rows of another one: the numbers of journeys, vehicles and guests (相关统计数) that
//! final accounts print below the three-public expenses, under headings or with words beside each number.

use crate::record::{CellRecord, DiagnosticKind, NumberError, TableKind, join_key, parse_number};
use crate::source::GridRow;

use super::columns::Column;
use super::layout::Layouts;
use super::reader::Registry;

/// Takes the rows from the first one on that does not go by `columns`.
pub(super) fn take_inner(kind: TableKind, columns: &[Column], rows: &mut Vec<GridRow>) -> Vec<GridRow> {
    use TableKind::{DepartmentPerformanceGoals, ProjectPerformanceGoals, Unknown};
    // Forms of goals are made of such tables, and what is not known has no columns to go by.
    if matches!(kind, DepartmentPerformanceGoals | ProjectPerformanceGoals | Unknown) {
        return Vec::new();
    }
    let Some(mut first) = rows.iter().position(|row| is_heading(row, columns) || names_its_numbers(row, columns))
    else {
        return Vec::new();
    };
    // Its title: 相关统计数.
    let is_title = |row: &GridRow| texts(row).all(|(_, text)| is_words(text));
    while first.checked_sub(1).and_then(|above| rows.get(above)).is_some_and(is_title) {
        first -= 1;
    }
    rows.split_off(first)
}

/// Its numbers as cells: they are numbers of what stands to their left, and no amounts of the table's columns.
pub(super) fn read_inner(
    kind: TableKind,
    columns: &[Column],
    rows: &[GridRow],
    registry: &mut Registry,
    cells: &mut Vec<CellRecord>,
) {
    let known = cells.len();
    let mut heading = None;
    for row in rows {
        if is_heading(row, columns) {
            heading = Some(row);
            continue;
        }
        let mut name = "";
        for (i, cell) in row.cells.iter().enumerate() {
            match parse_number(&cell.text) {
                Ok(Some(_)) => cells.push(CellRecord {
                    place: row.cell_place(i),
                    row_code: "".into(),
                    row_name: join_key(name).as_ref().into(),
                    column_path: heading.map(|h| join_key(h.text(i))).unwrap_or_default().as_ref().into(),
                    text: cell.text.as_str().into(),
                    fact: None,
                    indicator: None,
                }),
                Ok(None) => {}
                Err(_) => name = &cell.text,
            }
        }
    }
    if let Some(first) = rows.first().filter(|_| cells.len() > known) {
        registry.note(
            DiagnosticKind::Unplaced,
            kind,
            first.place,
            &texts(first).map(|(_, text)| text).collect::<Vec<_>>().join(" "),
            "from here on the rows do not go by the headings of the table; their numbers are kept as cells only"
                .to_owned(),
        );
    }
}

fn texts(row: &GridRow) -> impl Iterator<Item = (usize, &str)> {
    (0..row.cells.len()).map(|i| (i, row.text(i))).filter(|(_, text)| !text.is_empty())
}

/// Whether a text is Chinese: an amount with a letter in it is a damaged amount.
fn is_words(text: &str) -> bool {
    parse_number(text) == Err(NumberError::NotANumber) && text.chars().any(|c| matches!(c, '\u{4e00}'..='\u{9fff}'))
}

/// Whether a row has nothing but words, among them two or more in columns of amounts, most of which are no headings that
/// a table goes on with on a new page.
fn is_heading(row: &GridRow, columns: &[Column]) -> bool {
    if !texts(row).all(|(_, text)| is_words(text)) {
        return false;
    }
    let is_amount = |i: usize| columns.get(i).is_some_and(|c| c.label.is_none());
    let words: Vec<_> = texts(row).filter(|(i, _)| is_amount(*i)).map(|(_, text)| join_key(text)).collect();
    let known = |word: &str| {
        Layouts::builtin().heading(word).is_some() || columns.iter().flat_map(|c| &c.path).any(|h| join_key(h) == word)
    };
    words.len() > 1 && words.iter().filter(|w| !known(w)).count() * 2 >= words.len()
}

/// Whether a row of a table whose rows have no labels begins with one, and a number follows it.
fn names_its_numbers(row: &GridRow, columns: &[Column]) -> bool {
    let mut texts = texts(row);
    columns.iter().all(|c| c.label.is_none())
        && texts.next().is_some_and(|(_, text)| is_words(text))
        && texts.next().is_some_and(|(_, text)| matches!(parse_number(text), Ok(Some(_))))
}
