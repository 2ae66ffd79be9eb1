//! Rules of reconciliation (勾稽关系): the files of `queries/checks/`.

use std::fmt::Write as _;

use crate::record::sql_text;

use super::QueryError;

/// One family of rules. Its query gives a row per identity: document, identity, both sides, the slack that
/// rounding allows, the cells on both sides; for statements of the narrative page, line and sentence too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// Short name shown in results, `TOT`.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// The identity in words.
    pub formula: String,
    /// What its sides are: `amount`, `percent`, `count`, or `presence` (1 or 0).
    pub measure: String,
    /// `break` or `note`: what a difference beyond the slack is.
    pub severity: String,
    /// Where the rule comes from.
    pub source: String,
    /// Whether its rows have page, line and sentence.
    placed: bool,
    /// The query.
    pub sql: String,
}

impl Rule {
    /// Reads a rule file; `file` names it in errors.
    ///
    /// # Errors
    /// When a header line is missing or the file does not end with its query.
    pub fn parse(file: &str, text: &str) -> Result<Self, QueryError> {
        let mut rule = Self { measure: "amount".to_owned(), ..Self::default() };
        for line in text.lines().map_while(|l| l.strip_prefix("-- ")) {
            let Some((key, value)) = line.split_once(": ") else { continue };
            let field = match key {
                "check" => &mut rule.id,
                "title" => &mut rule.title,
                "formula" => &mut rule.formula,
                "measure" => &mut rule.measure,
                "severity" => &mut rule.severity,
                "source" => &mut rule.source,
                _ => continue,
            };
            value.trim().clone_into(field);
        }
        rule.placed = text.contains("sentence");
        let fail = |cause: &str| QueryError::Header { file: file.to_owned(), line: 1, cause: cause.to_owned() };
        if [&rule.id, &rule.title, &rule.formula, &rule.source].iter().any(|field| field.is_empty()) {
            return Err(fail("a check needs `-- check:`, `-- title:`, `-- formula:` and `-- source:`"));
        }
        if !matches!(rule.severity.as_str(), "break" | "note") {
            return Err(fail("`-- severity:` is break or note"));
        }
        if !matches!(rule.measure.as_str(), "amount" | "percent" | "count" | "presence") {
            return Err(fail("`-- measure:` is amount, percent, count or presence"));
        }
        let Some(query) = text.trim_end().strip_suffix(';') else {
            return Err(fail("a check ends with one query and `;`"));
        };
        query.clone_into(&mut rule.sql);
        Ok(rule)
    }
}

/// What the rules read, once for all of them and of the asked departments only: in a rule's query these names are the common table
/// expressions around it.
const ALL_CHECKS: &str = "CREATE OR REPLACE MACRO all_checks(departments := NULL) AS TABLE
WITH proof AS MATERIALIZED (FROM proof_of(departments := departments)),
basic_economic AS MATERIALIZED (FROM basic_economic_of()),
document AS (FROM document_of(departments := departments)),
source_table AS (FROM main.source_table WHERE document_id IN (SELECT document_id FROM document)),
project AS (FROM main.project WHERE document_id IN (SELECT document_id FROM document)),
stated AS (FROM main.stated WHERE document_id IN (SELECT document_id FROM document)),
indicator AS (FROM main.indicator WHERE document_id IN (SELECT document_id FROM document)),
diagnostic AS (FROM main.diagnostic WHERE document_id IN (SELECT document_id FROM document))
";

/// The macros over all rules: `check_rules()`, the list, and `all_checks()`, every identity of every document, or of those of
/// a list of departments.
pub(super) fn combined(rules: &[Rule]) -> Vec<(String, String)> {
    let mut list = String::from("CREATE OR REPLACE MACRO check_rules() AS TABLE\nSELECT * FROM (VALUES\n");
    let mut all = String::from(ALL_CHECKS);
    for (i, rule) in rules.iter().enumerate() {
        let fields = [&rule.id, &rule.title, &rule.formula, &rule.severity, &rule.source].map(|f| sql_text(f));
        let comma = if i + 1 < rules.len() { "," } else { "" };
        let _ = writeln!(list, "  ({}){comma}", fields.join(", "));
        if i > 0 {
            all.push_str("UNION ALL\n");
        }
        let place = if rule.placed { "page, line, sentence" } else { "NULL::INTEGER, NULL::INTEGER, NULL::VARCHAR" };
        let _ = writeln!(
            all,
            "SELECT {} AS rule, {} AS severity, {} AS measure, document_id, identity, CAST(lhs AS DECIMAL(38,2)) AS lhs, \
             CAST(rhs AS DECIMAL(38,2)) AS rhs, CAST(slack AS DECIMAL(38,2)) AS slack, \
             list_sort(lhs_cells) AS lhs_cells, list_sort(rhs_cells) AS rhs_cells, {place} FROM (\n{}\n)",
            sql_text(&rule.id),
            sql_text(&rule.severity),
            sql_text(&rule.measure),
            rule.sql
        );
    }
    list.push_str(") AS r(rule, title, formula, severity, source);\nCOMMENT ON MACRO TABLE check_rules IS 'Rules of reconciliation (勾稽规则)';\n");
    // The first branch names the columns.
    let all = all.replacen(
        "NULL::INTEGER, NULL::INTEGER, NULL::VARCHAR",
        "NULL::INTEGER AS page, NULL::INTEGER AS line, NULL::VARCHAR AS sentence",
        1,
    );
    let all = format!(
        "{};\nCOMMENT ON MACRO TABLE all_checks IS 'Every identity of every document with both sides (勾稽)';\n",
        all.trim_end()
    );
    vec![("check_rules".to_owned(), list), ("all_checks".to_owned(), all)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_without_its_source_is_refused() {
        let text = "-- check: TOT\n-- title: x\n-- formula: a = b\n-- severity: break\nSELECT 1;\n";
        assert!(Rule::parse("x.sql", text).is_err());
        let text = text.replace("-- severity", "-- source: §3.1\n-- severity");
        assert_eq!(Rule::parse("x.sql", &text).unwrap().id, "TOT");
        assert!(Rule::parse("x.sql", text.trim_end().trim_end_matches(';')).is_err(), "a query that may be cut off");
    }
}
