//! The published Henan disclosure against its hand-verified truth: every cell, indicator and headline.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::support::{Desk, csv_rows};

/// The corpus, unless it is absent: it is never part of the project.
pub(crate) fn corpus() -> Option<PathBuf> {
    let dir = std::env::var_os("YUSUAN_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    if dir.is_dir() {
        return Some(dir);
    }
    eprintln!("skipped, no corpus");
    None
}

fn henan(corpus: &Path) -> PathBuf {
    let folder = corpus.join("henan");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "txt"));
    files.pop().unwrap()
}

/// White space, width and thousands separators do not matter to the truth.
fn squash(text: &str) -> String {
    yusuan::record::join_key(text).replace('，', ",")
}

fn multiset<'a>(
    rows: impl Iterator<Item = &'a BTreeMap<String, String>>,
    columns: &[&str],
) -> BTreeMap<Vec<String>, usize> {
    let mut set = BTreeMap::new();
    for row in rows {
        let key: Vec<String> = columns.iter().map(|c| squash(&row[*c])).collect();
        *set.entry(key).or_default() += 1;
    }
    set
}

#[test]
fn every_printed_number_of_the_henan_budget_is_read_as_verified() {
    let Some(corpus) = corpus() else { return };
    let desk = Desk::new();
    desk.run(["ingest", henan(&corpus).to_str().unwrap()]).succeeds();
    let columns = ["table", "row_code", "row_name", "column", "amount_as_printed"];
    let plain =
        |row: &&BTreeMap<String, String>| squash(&row["amount_as_printed"]).replace(',', "").parse::<f64>().is_ok();
    let read = csv_rows(&desk.run(["sql", "-f", "csv", "FROM printed_cells"]).succeeds().stdout);
    let truth = csv_rows(&std::fs::read_to_string(corpus.join("truth/henan_luolong_gov_office_2023.csv")).unwrap());
    assert_eq!(multiset(read.iter().filter(plain), &columns), multiset(truth.iter().filter(plain), &columns));
}

#[test]
fn all_indicators_of_the_henan_budget_are_equal_to_the_truth() {
    let Some(corpus) = corpus() else { return };
    let desk = Desk::new();
    desk.run(["ingest", henan(&corpus).to_str().unwrap()]).succeeds();
    let sql = "SELECT t.kind AS \"table\", c.line, c.row_code AS project_code, i.level1 AS indicator_level1, \
               i.level2 AS indicator_level2, i.level3 AS indicator_level3, c.text AS value_as_printed, i.note \
               FROM indicator i JOIN cell c USING (cell_id) JOIN source_table t USING (table_id)";
    let read = csv_rows(&desk.run(["sql", "-f", "csv", sql]).succeeds().stdout);
    let truth =
        csv_rows(&std::fs::read_to_string(corpus.join("truth/indicators_henan_luolong_gov_office_2023.csv")).unwrap());
    let columns = [
        "table",
        "line",
        "project_code",
        "indicator_level1",
        "indicator_level2",
        "indicator_level3",
        "value_as_printed",
        "note",
    ];
    assert_eq!(truth.len(), 98);
    assert_eq!(multiset(read.iter(), &columns), multiset(truth.iter(), &columns));
}

#[test]
fn all_headlines_of_the_henan_narrative_are_equal_to_the_truth() {
    let Some(corpus) = corpus() else { return };
    let desk = Desk::new();
    desk.run(["ingest", henan(&corpus).to_str().unwrap()]).succeeds();
    let sql =
        "SELECT subject, line, amount / 10000 AS amount, change / 10000 AS change, growth_pct, share_pct FROM stated";
    let read = csv_rows(&desk.run(["sql", "-f", "csv", sql]).succeeds().stdout);
    let truth = csv_rows(&std::fs::read_to_string(corpus.join("truth/stated.csv")).unwrap());
    let number = |text: &str| (!text.is_empty()).then(|| text.parse::<f64>().unwrap());
    let headlines: Vec<_> = truth.iter().filter(|r| r["document"].starts_with("henan")).collect();
    assert_eq!(headlines.len(), 14);
    for headline in headlines {
        let found = read.iter().any(|r| {
            r["subject"] == headline["subject"]
                && r["line"] == headline["line_of_seed"]
                && number(&r["amount"]) == number(&headline["amount_wanyuan"])
                && number(&r["change"]) == number(&headline["change_wanyuan"])
                && number(&r["growth_pct"]) == number(&headline["growth_pct"])
                && number(&r["share_pct"]) == number(&headline["share_pct"])
        });
        assert!(found, "{headline:?} is not among {read:#?}");
    }
}

#[test]
fn the_canned_queries_give_the_regression_values_on_the_henan_budget() {
    let Some(corpus) = corpus() else { return };
    let desk = Desk::new();
    desk.run(["ingest", henan(&corpus).to_str().unwrap()]).succeeds();
    let value = |sql: &str| desk.sql(sql).replace('\n', ";");
    assert_eq!(value("SELECT amount, stated_growth_pct, prior_stated FROM growth()"), "14466900.00,43.44,10085400.00");
    assert_eq!(
        value("SELECT n, cr1, cr3, cr5, hhi, gini, coverage_pct FROM concentration()"),
        "11,38.94,71.31,89.23,0.2302,0.6045,100"
    );
    let money =
        value("SELECT code, project FROM by_economic(level := 5) WHERE project <> 0 ORDER BY project DESC, code");
    assert_eq!(
        money,
        "30227,2000000.00;30226,1523000.00;30201,720000.00;30214,340600.00;30202,200000.00;30213,150000.00;30299,80000.00;\
         30217,50000.00;30211,30000.00;31002,22400.00;30207,20000.00"
    );
}
