//! In which line of its file a row of a long table begins.
//!
//! Row n stands in line n + 1, the header being line 1, unless lines were refused, are blank, or a quoted text goes over several.

use duckdb::Connection;

use super::StoreError;
use super::long::LongTable;
use super::rows::{Rows, row};

/// SQL for the line of a row of `long_stage s`.
#[derive(Debug)]
pub(super) struct Lines {
    /// The line, NULL where it is not known.
    pub(super) line: String,
    /// What is joined for it.
    pub(super) join: &'static str,
    /// How many lines the file has.
    pub(super) count: Option<i64>,
    /// Whether the reader could not take lines apart.
    pub(super) has_refused: bool,
    /// SQL for the line of a row of `reject_errors e`, whose own numbers are those of records.
    pub(super) refused: &'static str,
}

const MOVED: &str = "s.rowid + 2 + coalesce(o.lines, 0)";
const AFTER: &str = "ASOF LEFT JOIN long_offset o ON s.rowid >= o.from_row";

impl Lines {
    /// Compares the rows of `long_stage` with the lines of the file. No transaction is open: rows have their final numbers only
    /// when they are committed.
    pub(super) fn of(connection: &Connection, table: &LongTable<'_>) -> Result<Self, StoreError> {
        let refused = refused(connection)?;
        let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
        let rows = count("SELECT count(*) FROM long_stage")?;
        let has_refused = !refused.is_empty();
        let lines =
            |line: &str, join, count, refused| Self { line: line.to_owned(), join, count, has_refused, refused };
        let Some(text) = table.text else {
            return Ok(lines(if table.sheet.is_some() { "s.sheet_row" } else { "NULL" }, "", None, "NULL"));
        };
        let there = match table.source.lines {
            Some(lines) => i64::from(lines),
            None => count(&format!("SELECT count(*) FROM {text}"))?,
        };
        if there == rows + 1 + i64::try_from(refused.len()).unwrap_or_default() {
            if has_refused {
                connection.execute_batch("CREATE OR REPLACE TEMP TABLE long_offset(from_row BIGINT, lines BIGINT)")?;
                let mut offsets = Rows::new("long_offset", "ll");
                for (before, line) in (0_i64..).zip(&refused) {
                    row!(offsets, *line - 2 - before, before + 1);
                }
                offsets.flush_to_temporary(connection)?;
                return Ok(lines(MOVED, AFTER, Some(there), "e.line"));
            }
            return Ok(lines("s.rowid + 2", "", Some(there), "e.line"));
        }
        connection.execute_batch(&records(text, table.delimiter, has_refused))?;
        if count("SELECT count(*) FROM long_record WHERE NOT refused")? == rows {
            let refused = "(SELECT r.line FROM long_record r WHERE r.record = e.line)";
            return Ok(lines(MOVED, AFTER, Some(there), refused));
        }
        // No line is better than a wrong one.
        Ok(lines("NULL", "", Some(there), "NULL"))
    }
}

/// Numbers of the records that the reader could not take apart, the header being 1, in order.
fn refused(connection: &Connection) -> Result<Vec<i64>, StoreError> {
    let there: bool = connection.query_row(
        "SELECT count(*) > 0 FROM duckdb_tables() WHERE table_name = 'reject_errors' AND temporary",
        [],
        |row| row.get(0),
    )?;
    if !there {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare("SELECT DISTINCT line::BIGINT FROM reject_errors ORDER BY 1")?;
    let lines = statement.query_map([], |row| row.get(0))?;
    Ok(lines.collect::<Result<_, _>>()?)
}

/// SQL that finds the line in which each record begins. Between two quotation marks that stand at an end of a field a line break
/// is text; a doubled mark, and one amid a field, means nothing. Blank lines count as records of the reader and make no row.
fn records(text: &str, delimiter: &str, has_refused: bool) -> String {
    let amid = format!("([^{delimiter}])\"([^{delimiter}])");
    let refused = if has_refused { "record IN (SELECT e.line::BIGINT FROM reject_errors e)" } else { "false" };
    format!(
        "CREATE OR REPLACE TEMP TABLE long_line AS
         WITH once AS (SELECT l, replace(l, '\"\"', '') AS marked FROM {text}),
         ends AS (SELECT l, CASE WHEN contains(marked, '\"') THEN
           regexp_replace(regexp_replace(marked, E'{amid}', E'\\\\1\\\\2', 'g'), E'{amid}', E'\\\\1\\\\2', 'g') ELSE '' END AS marked FROM once)
         SELECT coalesce(l, '') = '' AS blank, strlen(marked) - strlen(replace(marked, '\"', '')) AS marks FROM ends;
         CREATE OR REPLACE TEMP TABLE long_record AS
         WITH begun AS (
           SELECT rowid + 1 AS line, blank,
                  coalesce(sum(marks) OVER (ORDER BY rowid ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) % 2 = 0 AS begins
           FROM long_line),
         numbered AS (SELECT row_number() OVER (ORDER BY line) AS record, line, blank FROM begun WHERE begins)
         SELECT record, line, {refused} AS refused FROM numbered WHERE record > 1 AND NOT blank ORDER BY record;
         CREATE OR REPLACE TEMP TABLE long_offset AS
         WITH placed AS (
           SELECT row_number() OVER (ORDER BY record) - 1 AS from_row, line - row_number() OVER (ORDER BY record) - 1 AS lines
           FROM long_record WHERE NOT refused)
         SELECT from_row, lines FROM placed QUALIFY lines IS DISTINCT FROM coalesce(lag(lines) OVER (ORDER BY from_row), 0)
         ORDER BY from_row;
         DROP TABLE long_line"
    )
}
