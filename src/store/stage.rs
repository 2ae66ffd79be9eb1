//! SQL that reads a long table once and judges its rows: each becomes typed values, or a reason why it does not fit.
//!
//! What costs for every row is kept small: words are cast to closed lists before they are trimmed or translated, the row as
//! it was read is put together only where it is refused, and what no column says is not stored.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use super::long::{LONG_ROW, LONG_SHEET, LongTable};
use crate::record::{
    DocumentKind, Field, Flow, Fund, Item, Mapping, MoneyUnit, Nature, Period, RowRole, Scope, TableKind, sql_name,
    sql_text,
};

/// The columns of `long_stage` that are texts.
const TEXTS: [(&str, Field); 10] = [
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
];

/// Units of money by the names that tables use.
const UNITS: [&str; 5] = ["元", "千元", "万元", "百万元", "亿元"];

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

/// Whether a column or a value for all rows says a field.
pub(super) fn says(mapping: &Mapping, field: Field) -> bool {
    mapping.columns.contains_key(&field) || mapping.values.contains_key(&field)
}

/// What a column, or a value for all rows, says as it stands there; `NULL` where nothing does.
fn raw(table: &LongTable<'_>, field: Field) -> String {
    let Mapping { columns, values } = table.mapping;
    let place = columns.get(&field).and_then(|name| table.columns.iter().position(|column| column == name));
    match (place, values.get(&field)) {
        (Some(place), _) => format!("c{place}"),
        (None, Some(value)) => sql_text(value),
        (None, None) => "NULL::VARCHAR".to_owned(),
    }
}

/// The same without white space around it; trimming every value would cost as much as reading the file.
fn trimmed(said: &str) -> String {
    format!("CASE WHEN contains({said}, ' ') OR {said} = '' THEN nullif(trim({said}), '') ELSE {said} END")
}

/// A value of a closed list, by identifier, Chinese term or other words.
fn listed(kind: &str, said: &str, words: &[(&str, &str)]) -> String {
    let words = words.iter().fold(String::new(), |mut sql, (word, id)| {
        let _ = write!(sql, " WHEN {} THEN {}", sql_text(word), sql_text(id));
        sql
    });
    format!(
        "CASE WHEN {said} IS NOT NULL THEN coalesce(TRY_CAST({said} AS {kind}), TRY_CAST(trim({said}) AS {kind}),
           TRY_CAST(CASE lower(trim({said})){words} END AS {kind})) END"
    )
}

/// How many 元 the unit that a column says is.
fn scale(said: &str) -> String {
    let units = UNITS.iter().filter_map(|name| MoneyUnit::parse(name));
    let scales = units.fold(String::new(), |mut sql, unit| {
        let _ = write!(sql, " WHEN '{}' THEN {}", unit.name(), unit.scale());
        sql
    });
    format!("CASE {}{scales} END::INTEGER", trimmed(said))
}

/// The unit of a scale.
pub(super) fn unit_of(scale: i64) -> Option<MoneyUnit> {
    UNITS.iter().filter_map(|name| MoneyUnit::parse(name)).find(|unit| unit.scale() == Decimal::from(scale))
}

/// The fields that are words: their readings, doubts of those that are in no list, and the names of those that are kept.
fn words(table: &LongTable<'_>) -> [String; 3] {
    let [mut parsed, mut doubts, mut kept] = [const { String::new() }; 3];
    for List { name, kind, field, words } in lists() {
        let said = raw(table, field);
        if !says(table.mapping, field) {
            let _ = write!(parsed, ", NULL::{kind} AS {name}");
            continue;
        }
        let _ = write!(parsed, ", {} AS {name}", listed(kind, &said, &words));
        let _ = write!(
            doubts,
            " WHEN {name} IS NULL AND trim({said}) <> '' THEN '{name}: ' || trim({said}) || ' is not known'"
        );
    }
    for (name, field) in TEXTS {
        let _ = write!(parsed, ", {} AS {name}", trimmed(&raw(table, field)));
        // Region and department are always asked for.
        if says(table.mapping, field) || matches!(field, Field::Region | Field::Department) {
            let _ = write!(kept, "{name}, ");
        }
    }
    [parsed, doubts, kept]
}

/// SQL that reads the file into `long_stage`; the rows keep their order.
pub(super) fn stage(table: &LongTable<'_>) -> String {
    let raw = |field| raw(table, field);
    let columns = table.columns.iter().enumerate();
    let columns = columns.map(|(i, name)| format!("CAST({} AS VARCHAR) AS c{i}", sql_name(name)));
    let columns = columns.collect::<Vec<_>>().join(", ");
    let whole = (0..table.columns.len()).map(|i| format!("coalesce(c{i}, '')")).collect::<Vec<_>>().join(", ");
    let [parsed, doubts, kept] = words(table);
    let (read_row, row) = match table.sheet {
        Some(_) => (
            format!(", {} AS sheet_row, {} AS sheet_no", sql_name(LONG_ROW), sql_name(LONG_SHEET)),
            "sheet_row, sheet_no, ",
        ),
        None => (String::new(), ""),
    };
    let (year, unit) = (trimmed(&raw(Field::FiscalYear)), raw(Field::Unit));
    let (printed, scale) = (trimmed(&raw(Field::Amount)), scale(&unit));
    let period = if says(table.mapping, Field::Period) { "period, " } else { "" };
    let item = if says(table.mapping, Field::Item) { "item, " } else { "" };
    let relation = table.relation;
    // The table follows from what a row has. A cast rounds: an amount is right if a cast with more digits says the same. All
    // but odd amounts fit 64 bits on the way, which is several times faster than 128.
    format!(
        "CREATE OR REPLACE TEMP TABLE long_stage AS
         WITH read AS (SELECT {columns}{read_row} FROM {relation}),
         plain AS (SELECT *, {printed} AS printed, {year} AS year_said, {scale} AS scale{parsed} FROM read),
         cast_once AS (
           SELECT *, TRY_CAST(printed AS DECIMAL(13,2)) AS in_cents, TRY_CAST(printed AS DECIMAL(18,6)) AS in_micros,
                  CASE WHEN strlen(year_said) = 4 THEN TRY_CAST(year_said AS SMALLINT)
                       WHEN regexp_matches(year_said, '^[0-9]{{4}}([年-]|$)') THEN TRY_CAST(left(year_said, 4) AS SMALLINT) END AS fiscal_year
           FROM plain),
         quick AS (
           SELECT *, CASE WHEN in_cents = in_micros AND scale <= 10000 AND NOT contains(printed, 'e') AND NOT contains(printed, 'E')
                               AND NOT contains(printed, '_') AND (strpos(printed, '.') = 0 OR strlen(printed) - strpos(printed, '.') <= 6)
                          THEN CAST(in_cents * CAST(scale AS SMALLINT) AS DECIMAL(18,2)) END AS easy
           FROM cast_once),
         slow AS (
           SELECT *, CASE WHEN easy IS NOT NULL THEN NULL WHEN NOT regexp_matches(printed, '[,，_]') THEN printed
                          WHEN regexp_matches(printed, '^[-+]?[0-9]{{1,3}}([,，][0-9]{{3}})+([.][0-9]*)?$')
                          THEN regexp_replace(printed, '[,，]', '', 'g') END AS digits FROM quick),
         counted AS (
           SELECT *, CASE WHEN digits IS NOT NULL AND (strpos(digits, '.') = 0 OR length(digits) - strpos(digits, '.') <= 6)
                               AND NOT contains(lower(digits), 'e')
                          THEN coalesce(TRY_CAST(digits AS DECIMAL(18,6)), TRY_CAST(digits AS DECIMAL(24,6))) END AS number
           FROM slow),
         valued AS (
           SELECT *, CASE WHEN easy IS NOT NULL THEN easy ELSE TRY_CAST(number * scale AS DECIMAL(18,2)) END AS amount
           FROM counted),
         judged AS (
           SELECT *, CASE
             WHEN fiscal_year IS NULL OR fiscal_year NOT BETWEEN 1949 AND 2100 THEN 'the fiscal year is missing or no year'
             WHEN department IS NULL THEN 'the department is missing'
             WHEN printed IS NULL THEN 'the amount is missing'
             WHEN scale IS NULL THEN 'unit: ' || coalesce(nullif(trim({unit}), ''), 'nothing') || ' is no unit of money'
             WHEN easy IS NULL AND digits IS NULL THEN 'the amount has thousands separators at wrong places, so that digits may be missing'
             WHEN easy IS NULL AND number IS NULL THEN 'the amount is no number'
             WHEN easy IS NULL AND (amount IS NULL OR amount <> number * scale)
               THEN 'the amount does not fit 元 with two decimals'{doubts} END AS reason
           FROM valued),
         placed AS (
           SELECT * REPLACE (
             coalesce(kind, 'budget'::document_kind) AS kind, coalesce(scope, 'department'::scope) AS scope,
             coalesce(table_kind, CASE
               WHEN project IS NOT NULL THEN 'project_expenditure' WHEN item IS NOT NULL THEN 'three_public'
               WHEN flow = 'revenue'::flow THEN 'revenue'
               WHEN economic_code IS NOT NULL AND nature = 'basic'::nature THEN 'general_public_basic_expenditure'
               WHEN economic_code IS NOT NULL THEN 'economic_classification_summary'
               WHEN function_code IS NOT NULL AND fund = 'general_public'::fund THEN 'general_public_expenditure'
               WHEN function_code IS NOT NULL AND fund = 'government_fund'::fund THEN 'government_fund_expenditure'
               WHEN function_code IS NOT NULL AND fund = 'state_capital'::fund THEN 'state_capital_expenditure'
               ELSE 'expenditure' END::table_kind) AS table_kind)
           FROM judged)
         SELECT {kept}{period}{item}{row}fiscal_year, kind, scope, table_kind, scale, printed, amount,
           coalesce(flow, CASE table_kind WHEN 'revenue'::table_kind THEN 'revenue' ELSE 'expenditure' END::flow) AS flow,
           coalesce(role, CASE WHEN table_kind IN ('expenditure', 'revenue', 'revenue_expenditure_summary')
             AND function_code IS NULL AND economic_code IS NULL AND project IS NULL
             AND coalesce(function_name, economic_name, '合计') IN ('合计', '总计') THEN 'total' ELSE 'detail' END::role) AS role,
           coalesce(fund, CASE table_kind
             WHEN 'general_public_expenditure' THEN 'general_public' WHEN 'general_public_basic_expenditure' THEN 'general_public'
             WHEN 'three_public' THEN 'general_public' WHEN 'government_fund_expenditure' THEN 'government_fund'
             WHEN 'state_capital_expenditure' THEN 'state_capital' ELSE 'total' END::fund) AS fund,
           coalesce(nature, CASE table_kind WHEN 'project_expenditure' THEN 'project'
             WHEN 'general_public_basic_expenditure' THEN 'basic' ELSE 'total' END::nature) AS nature,
           reason, CASE WHEN reason IS NOT NULL THEN concat_ws(',', {whole}) END AS whole,
           CASE WHEN reason IS NULL THEN hash(region, department, fiscal_year, kind, scope, table_kind, scale) END AS slot
         FROM placed",
    )
}
