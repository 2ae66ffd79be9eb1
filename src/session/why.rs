//! From a figure of the last result back to the cells on the page.

use std::time::Instant;

use arrow::datatypes::DataType;

use super::{Answer, Session, Shown};
use crate::error::Error;
use crate::query::suggest;
use crate::record::sql_text;
use crate::render::Cut;

/// Columns that name years a figure may come from.
const YEARS: [&str; 8] =
    ["fiscal_year", "year", "previous_year", "base_year", "from_year", "to_year", "first_year", "last_year"];
/// Columns that name rows of the documents' tables.
const CODES: [&str; 6] = ["row_code", "code", "function_code", "economic_code", "class", "section"];

impl Session {
    /// The cells behind a row of the last result, or behind one of its columns: every printed cell of the row's
    /// department and years that reads as one of its amounts; where an amount is computed, the cells with the
    /// row's code. Rows count from 1; a result of one row needs no number.
    ///
    /// # Errors
    /// When there is no such row or column, or the row does not say which department it is about.
    pub fn why(&self, row: Option<usize>, column: Option<&str>) -> Result<Shown, Error> {
        let nothing = || Error::Command("there is no result yet; run a query, then .why ROW [COLUMN]".to_owned());
        let last = self.last().ok_or_else(nothing)?;
        let rows = last.outcome.rows();
        let row = match (row, rows) {
            (_, 0) => return Err(Error::Command("the last result has no rows".to_owned())),
            (Some(row), _) => row,
            (None, 1) => 1,
            (None, _) => return Err(Error::Command(format!("which of the {rows} rows? write .why 1 [COLUMN]"))),
        };
        let found = self.row(row)?;
        let last = &found.ok_or_else(|| match last.cut {
            Cut::First => Error::Command(format!("the last result has no row {row}")),
            _ => Error::Command(format!("the last result has no row {row}; it has {rows}")),
        })?;
        let names: Vec<&str> = last.outcome.schema.fields().iter().map(|f| f.name().as_str()).collect();
        if let Some(column) = column.filter(|c| !names.contains(c)) {
            let remedy = suggest(column, names.iter().copied())
                .map_or_else(|| format!("its columns are {}", names.join(", ")), |n| format!("did you mean `{n}`?"));
            return Err(Error::Command(format!("the last result has no column `{column}`; {remedy}")));
        }
        let texts = last.outcome.texts().into_iter().next().unwrap_or_default();
        let value = |name: &str| last.outcome.position(name).and_then(|i| texts.get(i)).filter(|v| !v.is_empty());
        let start = Instant::now();
        let mut outcome = None;
        for sql in searches(last, &texts, column, &value)? {
            let found = self.sql(&sql)?;
            let some = found.rows() > 0;
            outcome = Some(found);
            if some {
                break;
            }
        }
        let call = [Some(".why".to_owned()), Some(row.to_string()), column.map(str::to_owned)];
        let call = call.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let outcome = outcome.filter(|o| o.rows() > 0).ok_or_else(|| {
            Error::Command(
                "no printed cell reads as an amount of this row: it is computed; ask for its inputs, or look with the \
                 canned query `why`"
                    .to_owned(),
            )
        })?;
        Ok(Shown::Rows(Answer::new(&call, outcome, start.elapsed())))
    }
}

/// Queries to try in turn, the closest first.
fn searches<'v>(
    last: &Answer,
    texts: &[String],
    column: Option<&str>,
    value: &impl Fn(&str) -> Option<&'v String>,
) -> Result<Vec<String>, Error> {
    let key = |name: &str| value(name).and_then(|text| text.parse::<i64>().ok());
    if let Some(cell) = key("cell_id") {
        return Ok(vec![format!("FROM why(cell := {cell})")]);
    }
    let mut place = Vec::new();
    if let Some(id) = key("document_id") {
        place.push(format!("cell_id IN (SELECT f.cell_id FROM fact f WHERE f.document_id = {id})"));
    }
    if let Some(name) = value("department") {
        place.push(format!("department = {}", sql_text(name)));
    }
    if place.is_empty() {
        let message =
            "the row does not say which department it is about; ask for the columns department and fiscal_year, too";
        return Err(Error::Command(message.to_owned()));
    }
    if key("document_id").is_none() {
        let years: Vec<i64> = YEARS.iter().filter_map(|y| value(y)?.parse().ok()).collect();
        // The year before is what growth is computed from.
        let years: Vec<String> = years.iter().flat_map(|y| [*y, y - 1]).map(|y| y.to_string()).collect();
        if !years.is_empty() {
            place.push(format!("fiscal_year IN ({})", years.join(", ")));
        }
        for name in ["region", "kind", "scope"] {
            if let Some(value) = value(name) {
                place.push(format!("{name} = {}", sql_text(value)));
            }
        }
    }
    let fields = last.outcome.schema.fields().iter().zip(texts);
    let is_money = |t: &DataType| matches!(t, DataType::Decimal128(p, 2) if *p >= 18);
    let of_column = |name: &str, data_type: &DataType| match column {
        // A rate is explained by the amounts of its row.
        Some(wanted) => name == wanted && is_money(data_type),
        None => is_money(data_type),
    };
    let mut amounts: Vec<&str> = fields
        .clone()
        .filter(|(f, text)| of_column(f.name(), f.data_type()) && !text.is_empty())
        .map(|(_, text)| text.as_str())
        .collect();
    if amounts.is_empty() {
        amounts = fields.filter(|(f, t)| is_money(f.data_type()) && !t.is_empty()).map(|(_, t)| t.as_str()).collect();
    }
    let codes: Vec<String> = CODES.iter().filter_map(|c| value(c)).map(|c| sql_text(c)).collect();
    let base = format!(
        "FROM why(department := {}) WHERE {}",
        value("department").map_or_else(|| "NULL".to_owned(), |d| sql_text(d)),
        place.join(" AND ")
    );
    let by_amount = format!("amount IN ({})", amounts.join(", "));
    let listed = codes.join(", ");
    let by_code = format!(
        "cell_id IN (SELECT f.cell_id FROM fact f WHERE f.function_code IN ({listed}) OR f.economic_code IN ({listed}))"
    );
    let mut searches = Vec::new();
    if !amounts.is_empty() && !codes.is_empty() {
        searches.push(format!("{by_amount} AND {by_code}"));
    }
    if !amounts.is_empty() {
        searches.push(by_amount);
    }
    if !codes.is_empty() {
        searches.push(by_code);
    }
    Ok(searches.into_iter().map(|s| format!("{base} AND {s} ORDER BY fiscal_year DESC, cell_id")).collect())
}
