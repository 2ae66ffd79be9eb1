//! Long tables (one row an amount) → the model, inside DuckDB: read once into a typed table, then cells and facts.
//!
//! A row that does not fit is kept in `rejected` with the reason. Every fact keeps its line.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use duckdb::{Connection, params};

use super::import::take;
use super::loader::Loader;
use super::rows::{Rows, row};
use super::{Store, StoreError};
use crate::record::{
    Department, DocumentKind, Field, Flow, Fund, Header, Item, Mapping, MoneyUnit, Nature, Part, Period, RowRole,
    Scope, SourceInfo, TableKind, region_in, squash,
};

/// A long table to be imported.
#[derive(Debug)]
pub struct LongTable<'a> {
    /// The file.
    pub source: &'a SourceInfo,
    /// What DuckDB reads: `read_csv(…)`, `read_parquet(…)` or the name of a table.
    pub relation: &'a str,
    /// What its columns mean; it was checked against them.
    pub mapping: &'a Mapping,
    /// The columns.
    pub columns: &'a [String],
    /// Of a workbook: the number of the sheet and how many columns of the sheet stand before the first one. Then what
    /// DuckDB reads has the column [`LONG_ROW`], too.
    pub sheet: Option<(u32, u32)>,
}

/// The column that holds a row's number in its sheet.
pub const LONG_ROW: &str = "row of the sheet";

/// What came of a long table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LongCounts {
    /// Rows that became facts.
    pub facts: usize,
    /// Rows that did not fit.
    pub rejected: usize,
    /// Documents they make: one for each department, year, kind and scope.
    pub documents: usize,
    /// Documents that replace earlier ones.
    pub superseded: usize,
}

/// The rows as read, and what they are put together with; all temporary.
const TEMPORARY: [&str; 5] = ["long_stage", "long_slot", "long_offset", "long_project", "reject_errors"];

impl Store {
    /// The columns of what DuckDB reads.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn columns_of(&self, relation: &str) -> Result<Vec<String>, StoreError> {
        let mut statement = self.connection.prepare(&format!("SELECT column_name FROM (DESCRIBE FROM {relation})"))?;
        let names = statement.query_map([], |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// Imports a long table in one transaction; on an error nothing of it stays.
    ///
    /// # Errors
    /// When it cannot be read or the database not be written.
    pub fn import_long(&mut self, table: &LongTable<'_>) -> Result<LongCounts, StoreError> {
        let connection = &self.connection;
        let counts = import_all(connection, table);
        // What is left of them would be read as the next file's.
        let drop: String = TEMPORARY.iter().fold(String::new(), |mut sql, name| {
            let _ = write!(sql, "DROP TABLE IF EXISTS temp.{name};");
            sql
        });
        connection.execute_batch(&format!("{drop} DROP TABLE IF EXISTS temp.reject_scans"))?;
        counts
    }
}

fn import_all(connection: &Connection, table: &LongTable<'_>) -> Result<LongCounts, StoreError> {
    // Outside the transaction: rows have their final numbers only when they are committed.
    connection.execute_batch(&stage(table))?;
    let transaction = connection.unchecked_transaction()?;
    match import(connection, table) {
        Ok(counts) => Ok(transaction.commit().map(|()| counts)?),
        Err(error) => Err(transaction.rollback().map_or_else(StoreError::from, |()| error)),
    }
}

fn import(connection: &Connection, table: &LongTable<'_>) -> Result<LongCounts, StoreError> {
    let path = text(&table.source.path);
    let sha256 = text(&table.source.sha256);
    connection.execute_batch(&format!("DELETE FROM rejected WHERE sha256 = {sha256}"))?;
    let refused = refused_lines(connection)?;
    offsets(connection, &refused)?;
    let line = if table.sheet.is_some() {
        "s.sheet_row"
    } else if refused.is_empty() {
        "s.rowid + 2"
    } else {
        "s.rowid + 2 + coalesce(o.lines, 0)"
    };
    let with_lines = if refused.is_empty() { "" } else { "ASOF LEFT JOIN long_offset o ON s.rowid >= o.from_row" };
    connection.execute_batch(&format!(
        "INSERT INTO rejected SELECT {path}, {sha256}, {line}, s.reason, s.whole FROM long_stage s {with_lines}
         WHERE s.reason IS NOT NULL ORDER BY s.rowid"
    ))?;
    if !refused.is_empty() {
        connection.execute_batch(&format!(
            "INSERT INTO rejected SELECT {path}, {sha256}, line, any_value(lower(error_type::VARCHAR) || ': '
               || string_split(error_message, chr(10))[1]), coalesce(any_value(csv_line), '')
             FROM reject_errors GROUP BY line ORDER BY line"
        ))?;
    }
    let mut counts = LongCounts::default();
    slots(connection, table, &mut counts)?;
    write_facts(connection, line, with_lines, table)?;
    let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let number = |n: i64| usize::try_from(n).unwrap_or_default();
    counts.rejected = number(count(&format!("SELECT count(*) FROM rejected WHERE sha256 = {sha256}"))?);
    counts.facts = number(count("SELECT count(*) FROM long_stage WHERE reason IS NULL")?);
    Ok(counts)
}

/// Lines that the reader could not take apart, in order.
fn refused_lines(connection: &Connection) -> Result<Vec<i64>, StoreError> {
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

/// From which row on how many lines were left out before it.
fn offsets(connection: &Connection, refused: &[i64]) -> Result<(), StoreError> {
    connection.execute_batch("CREATE OR REPLACE TEMP TABLE long_offset(from_row BIGINT, lines BIGINT)")?;
    let mut rows = Rows::new("long_offset", "ll");
    for (before, line) in (0_i64..).zip(refused) {
        // The header is line 1, the first row line 2.
        row!(rows, *line - 2 - before, before + 1);
    }
    rows.flush_to_temporary(connection)
}

/// What a column, or a value for all rows, says; `NULL` where nothing does.
fn said(mapping: &Mapping, field: Field) -> String {
    match (mapping.columns.get(&field), mapping.values.get(&field)) {
        (Some(column), _) => {
            // Trimming every value would cost as much as reading the file.
            let column = format!("CAST({} AS VARCHAR)", quoted(column));
            format!("nullif(CASE WHEN contains({column}, ' ') THEN trim({column}) ELSE {column} END, '')")
        }
        (None, Some(value)) => text(value),
        (None, None) => "NULL::VARCHAR".to_owned(),
    }
}

/// A column as a value of a closed list, by identifier, Chinese term or other words.
fn listed(name: &str, column: &str, values: &[(&str, &str)]) -> String {
    let words = values.iter().fold(String::new(), |mut sql, (word, id)| {
        let _ = write!(sql, " WHEN {} THEN {}", text(word), text(id));
        sql
    });
    format!("coalesce(TRY_CAST({column} AS {name}), TRY_CAST(CASE lower({column}){words} END AS {name}))")
}

macro_rules! terms {
    ($kind:ty) => {
        <$kind>::ALL.iter().map(|value| (value.chinese(), value.id())).collect::<Vec<(&'static str, &'static str)>>()
    };
}

/// A column whose values are of a closed list.
struct List {
    /// Its name in `long_stage`.
    name: &'static str,
    /// Its type.
    kind: &'static str,
    field: Field,
    /// Words for the identifiers, beside the identifiers themselves.
    words: Vec<(&'static str, &'static str)>,
}

/// The closed lists with the words that tables use for their values.
fn lists() -> [List; 9] {
    let mut kinds = terms!(DocumentKind);
    kinds.extend([
        ("部门预算", "budget"),
        ("年初预算", "budget"),
        ("approved", "budget"),
        ("部门决算", "final_account"),
        ("executed", "final_account"),
        ("actual", "final_account"),
    ]);
    let mut funds = terms!(Fund);
    funds.extend([
        ("政府性基金", "government_fund"),
        ("国有资本经营", "state_capital"),
        ("财政专户", "special_account"),
        ("合计", "total"),
        ("一般公共预算拨款", "general_public"),
    ]);
    let mut natures = terms!(Nature);
    natures.extend([("合计", "total"), ("基本", "basic"), ("项目", "project")]);
    let mut flows = terms!(Flow);
    flows.extend([("expense", "expenditure"), ("spending", "expenditure"), ("income", "revenue")]);
    [
        List { name: "kind", kind: "document_kind", field: Field::Kind, words: kinds },
        List { name: "scope", kind: "scope", field: Field::Scope, words: terms!(Scope) },
        List { name: "table_kind", kind: "table_kind", field: Field::Table, words: terms!(TableKind) },
        List { name: "flow", kind: "flow", field: Field::Flow, words: flows },
        List { name: "role", kind: "role", field: Field::Role, words: terms!(RowRole) },
        List { name: "period", kind: "period", field: Field::Period, words: terms!(Period) },
        List { name: "fund", kind: "fund", field: Field::Fund, words: funds },
        List { name: "nature", kind: "nature", field: Field::Nature, words: natures },
        List { name: "item", kind: "item", field: Field::Item, words: terms!(Item) },
    ]
}

/// SQL that reads the file into `long_stage`.
fn stage(table: &LongTable<'_>) -> String {
    let mapping = table.mapping;
    let said = |field| said(mapping, field);
    let unit = said(Field::Unit);
    let units = ["元", "千元", "万元", "百万元", "亿元"].iter().filter_map(|name| MoneyUnit::parse(name));
    let scale = units.fold(String::new(), |mut sql, unit| {
        let _ = write!(sql, " WHEN '{}' THEN {}", unit.name(), unit.scale());
        sql
    });
    let [mut raw, mut parsed, mut doubts, mut dropped] = [const { String::new() }; 4];
    for List { name, kind: list, field, words } in lists() {
        let column = said(field);
        if column.starts_with("NULL") {
            let _ = write!(parsed, ", NULL::{list} AS {name}");
            continue;
        }
        let _ = write!(raw, ", {column} AS {name}_said");
        let _ = write!(dropped, ", {name}_said");
        let _ = write!(parsed, ", {} AS {name}", listed(list, &format!("{name}_said"), &words));
        let _ = write!(
            doubts,
            " WHEN {name} IS NULL AND {name}_said IS NOT NULL THEN '{name}: ' || {name}_said || ' is not known'"
        );
    }
    if table.sheet.is_some() {
        let _ = write!(raw, ", {} AS sheet_row", quoted(LONG_ROW));
    }
    let whole = table.columns.iter().map(|c| format!("coalesce(CAST({} AS VARCHAR), '')", quoted(c)));
    let whole = whole.collect::<Vec<_>>().join(", ");
    let relation = table.relation;
    let texts = [
        ("year_said", Field::FiscalYear),
        ("region", Field::Region),
        ("department", Field::Department),
        ("department_code", Field::DepartmentCode),
        ("function_code", Field::FunctionCode),
        ("function_name", Field::FunctionName),
        ("economic_code", Field::EconomicCode),
        ("economic_name", Field::EconomicName),
        ("economic_gov_code", Field::EconomicGovCode),
        ("project", Field::Project),
        ("project_code", Field::ProjectCode),
        ("printed", Field::Amount),
    ];
    let texts = texts.map(|(name, field)| format!("{} AS {name}", said(field))).join(", ");
    // The table follows from what a row has. Digits are counted because a cast would round; a number of up to 18 digits is
    // cast fifty times faster than a longer one.
    format!(
        "CREATE OR REPLACE TEMP TABLE long_stage AS
         WITH raw AS (SELECT {texts}, {unit} AS unit{raw}, concat_ws(',', {whole}) AS whole FROM {relation}),
         plain AS (SELECT *, replace(replace(printed, ',', ''), '，', '') AS digits FROM raw),
         parsed AS (
           SELECT * EXCLUDE (digits, year_said){parsed},
                  CASE WHEN length(year_said) = 4 THEN TRY_CAST(year_said AS SMALLINT)
                       WHEN regexp_matches(year_said, '^[0-9]{{4}}([年-]|$)') THEN TRY_CAST(left(year_said, 4) AS SMALLINT) END AS fiscal_year,
                  CASE unit{scale} END AS scale,
                  CASE WHEN strpos(digits, '.') = 0 OR length(digits) - strpos(digits, '.') <= 6
                       THEN CASE WHEN NOT contains(lower(digits), 'e')
                            THEN coalesce(TRY_CAST(digits AS DECIMAL(18,6)), TRY_CAST(digits AS DECIMAL(24,6))) END END AS number
           FROM plain),
         valued AS (SELECT *, TRY_CAST(number * scale AS DECIMAL(18,2)) AS amount FROM parsed),
         judged AS (
           SELECT *, CASE
             WHEN fiscal_year IS NULL OR fiscal_year NOT BETWEEN 1949 AND 2100 THEN 'the fiscal year is missing or no year'
             WHEN department IS NULL THEN 'the department is missing'
             WHEN printed IS NULL THEN 'the amount is missing'
             WHEN scale IS NULL THEN 'unit: ' || coalesce(unit, 'nothing') || ' is no unit of money'
             WHEN number IS NULL THEN 'the amount is no number'
             WHEN amount IS NULL OR amount <> number * scale THEN 'the amount does not fit 元 with two decimals'{doubts} END AS reason
           FROM valued),
         placed AS (
           SELECT * REPLACE (
             coalesce(kind, 'budget') AS kind, coalesce(scope, 'department') AS scope,
             coalesce(table_kind, CASE
               WHEN project IS NOT NULL THEN 'project_expenditure' WHEN item IS NOT NULL THEN 'three_public'
               WHEN flow = 'revenue' THEN 'revenue'
               WHEN economic_code IS NOT NULL AND nature = 'basic' THEN 'general_public_basic_expenditure'
               WHEN economic_code IS NOT NULL THEN 'economic_classification_summary'
               WHEN function_code IS NOT NULL AND fund = 'general_public' THEN 'general_public_expenditure'
               WHEN function_code IS NOT NULL AND fund = 'government_fund' THEN 'government_fund_expenditure'
               WHEN function_code IS NOT NULL AND fund = 'state_capital' THEN 'state_capital_expenditure'
               ELSE 'expenditure' END::table_kind) AS table_kind)
           FROM judged)
         SELECT * EXCLUDE (whole, number, scale{dropped}) REPLACE (
             coalesce(flow, CASE table_kind WHEN 'revenue' THEN 'revenue' ELSE 'expenditure' END::flow) AS flow,
             coalesce(role, CASE WHEN table_kind IN ('expenditure', 'revenue', 'revenue_expenditure_summary')
               AND function_code IS NULL AND economic_code IS NULL AND project IS NULL THEN 'total' ELSE 'detail' END::role) AS role,
             coalesce(fund, CASE table_kind
               WHEN 'general_public_expenditure' THEN 'general_public' WHEN 'general_public_basic_expenditure' THEN 'general_public'
               WHEN 'three_public' THEN 'general_public' WHEN 'government_fund_expenditure' THEN 'government_fund'
               WHEN 'state_capital_expenditure' THEN 'state_capital' ELSE 'total' END::fund) AS fund,
             coalesce(nature, CASE table_kind WHEN 'project_expenditure' THEN 'project'
               WHEN 'general_public_basic_expenditure' THEN 'basic' ELSE 'total' END::nature) AS nature),
           CASE WHEN reason IS NOT NULL THEN whole END AS whole,
           CASE WHEN reason IS NULL THEN hash(region, department, fiscal_year, kind, scope, table_kind, unit) END AS slot
         FROM placed",
    )
}

/// One table of one document, as the rows name it.
#[derive(Debug)]
struct Slot {
    key: u64,
    region: Option<String>,
    department: String,
    code: Option<String>,
    year: u16,
    kind: DocumentKind,
    scope: Scope,
    table: String,
    unit: String,
}

/// Makes departments, documents and tables of what the rows name, and `long_slot` that leads to them.
fn slots(connection: &Connection, table: &LongTable<'_>, counts: &mut LongCounts) -> Result<(), StoreError> {
    connection.execute_batch(
        "CREATE OR REPLACE TEMP TABLE long_slot(slot UBIGINT, document_id INTEGER, file_id INTEGER, table_id INTEGER)",
    )?;
    let mut statement = connection.prepare(
        "SELECT slot, region, department, any_value(department_code), fiscal_year, kind::VARCHAR, scope::VARCHAR,
                table_kind::VARCHAR, unit
         FROM long_stage WHERE reason IS NULL
         GROUP BY slot, region, department, fiscal_year, kind, scope, table_kind, unit ORDER BY min(rowid)",
    )?;
    let mut rows = statement.query(params![])?;
    let mut loader = Loader::in_transaction(connection)?;
    let mut all = Rows::new("long_slot", "uiii");
    let mut documents: BTreeMap<(String, Option<String>, u16, DocumentKind, Scope), super::import::Ids> =
        BTreeMap::new();
    let mut keys = BTreeMap::new();
    while let Some(found) = rows.next()? {
        let (kind, scope): (String, String) = (found.get(5)?, found.get(6)?);
        let slot = Slot {
            key: found.get(0)?,
            region: found.get(1)?,
            department: squash(&found.get::<_, String>(2)?).into_owned(),
            code: found.get(3)?,
            year: found.get(4)?,
            kind: DocumentKind::parse(&kind).unwrap_or(DocumentKind::Budget),
            scope: Scope::parse(&scope).unwrap_or(Scope::Department),
            table: found.get(7)?,
            unit: found.get(8)?,
        };
        let region = slot.region.as_deref().map(|r| squash(r).into_owned()).or_else(|| region_in(&slot.department));
        let group = (slot.department.clone(), region.clone(), slot.year, slot.kind, slot.scope);
        let ids = if let Some(ids) = documents.get(&group) {
            *ids
        } else {
            let department = Department { name: slot.department.clone(), code: slot.code, region, region_code: None };
            let title = format!("{}{}年度{}{}", slot.department, slot.year, slot.scope.chinese(), slot.kind.chinese());
            let header = Header { department, fiscal_year: slot.year, kind: slot.kind, scope: slot.scope, title };
            let (ids, imported) = loader.begin(&header, Part::Tables, table.source)?;
            counts.documents += 1;
            counts.superseded += usize::from(matches!(imported, super::Imported::Superseded { .. }));
            documents.insert(group, ids);
            ids
        };
        let kind = TableKind::parse(&slot.table).unwrap_or(TableKind::Unknown);
        let id = loader.table(ids, kind, MoneyUnit::parse(&slot.unit), &table.source.path);
        // Two different slots of one hash would mix their amounts.
        if keys.insert(slot.key, id).is_some() {
            let message = "two tables of the file have the same key; split the file and import the parts".to_owned();
            return Err(StoreError::Sql { message });
        }
        row!(all, slot.key, ids.document, ids.file, id);
    }
    drop(rows);
    loader.write_rows()?;
    all.flush_to_temporary(connection)
}

/// Writes projects, cells and facts of the rows that fit.
fn write_facts(connection: &Connection, line: &str, with_lines: &str, table: &LongTable<'_>) -> Result<(), StoreError> {
    let mut next = super::parts::next_id(connection, "project", "project_id")?;
    let first_project = take(&mut next);
    let cell = super::parts::next_id(connection, "cell", "cell_id")?;
    let heading = table.mapping.columns.get(&Field::Amount).map_or_else(String::new, |name| squash(name).into_owned());
    let heading = text(&heading);
    let column = table.mapping.columns.get(&Field::Amount);
    let column = column.and_then(|name| table.columns.iter().position(|c| c == name)).map_or(1, |at| at + 1);
    let projects: bool =
        connection.query_row("SELECT count(project) > 0 FROM long_stage WHERE reason IS NULL", [], |row| row.get(0))?;
    let (join, id) = if projects {
        connection.execute_batch(&format!(
            "CREATE OR REPLACE TEMP TABLE long_project AS
             SELECT {first_project} + row_number() OVER () - 1 AS project_id, * FROM (
               SELECT t.document_id, t.file_id, s.project, any_value(s.project_code) AS code
               FROM long_stage s JOIN long_slot t ON t.slot = s.slot WHERE s.project IS NOT NULL AND s.reason IS NULL
               GROUP BY t.document_id, t.file_id, s.project ORDER BY min(s.rowid));
             INSERT INTO project SELECT project_id, document_id, file_id, project, code, code, NULL FROM long_project"
        ))?;
        ("LEFT JOIN long_project p ON p.document_id = t.document_id AND p.project = s.project", "p.project_id")
    } else {
        ("", "NULL")
    };
    let (page, before) = table.sheet.map_or(("NULL".to_owned(), 0), |(sheet, before)| (sheet.to_string(), before));
    let lines = table.source.lines.is_some();
    let line = if lines { format!("({line})::INTEGER") } else { "NULL".to_owned() };
    connection.execute_batch(&format!(
        "INSERT INTO cell SELECT {cell} + s.rowid, t.table_id, {page}, {line}, s.rowid + 1, {before} + {column},
           coalesce(s.function_code, s.economic_code, s.project_code, ''),
           coalesce(s.project, s.function_name, s.economic_name, ''), {heading}, s.printed
         FROM long_stage s JOIN long_slot t ON t.slot = s.slot {with_lines} WHERE s.reason IS NULL;
         INSERT INTO fact SELECT {cell} + s.rowid, t.document_id, s.table_kind, s.flow, s.role, own_stage(s.kind), s.period, s.fund,
           s.nature, s.item, s.function_code, s.economic_code, s.economic_gov_code, {id}, NULL, s.amount
         FROM long_stage s JOIN long_slot t ON t.slot = s.slot {join} WHERE s.reason IS NULL"
    ))?;
    Ok(())
}

/// A text as SQL writes it.
fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// A name as SQL writes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
