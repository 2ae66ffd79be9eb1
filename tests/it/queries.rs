//! Canned queries on the sample documents: each has a snapshot, each example in a header runs.

use std::fs;
use std::path::Path;

use crate::support::Desk;

fn headers() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_file()).collect();
    files.sort();
    files
        .into_iter()
        .map(|p| (p.file_stem().unwrap().to_string_lossy().into_owned(), fs::read_to_string(p).unwrap()))
        .collect()
}

#[test]
fn every_canned_query_answers_as_before() {
    let desk = Desk::with_samples();
    for (name, _) in headers() {
        let narrowed: &[&str] = match name.as_str() {
            "goals" | "lorenz" => &["洛龙"],
            "checks" => &["洛龙", "rule=XTOT"],
            "why" => &["洛龙", "in_table=支出表", "in_row=2010301"],
            _ => &[],
        };
        // How it looks: `looks.rs`.
        let ran = desk.run(["query", &name].iter().chain(narrowed).chain(&["-f", "csv"])).succeeds();
        insta::assert_snapshot!(name, ran.stdout);
    }
}

#[test]
fn every_example_in_a_header_runs() {
    let desk = Desk::with_samples();
    let mut examples = 0;
    for (name, text) in headers() {
        for example in text.lines().filter_map(|l| l.strip_prefix("-- example: ")) {
            desk.run(["query"].into_iter().chain(example.split_whitespace())).succeeds();
            examples += 1;
        }
        assert!(text.contains("-- example: "), "{name} has no example");
    }
    assert!(examples >= 12, "{examples}");
}

#[test]
fn a_code_narrows_a_classification_and_leaves_its_shares() {
    let desk = Desk::with_samples();
    let all = |macro_call: &str| {
        desk.sql(&format!("SELECT fiscal_year, code, amount, share_pct FROM {macro_call} ORDER BY ALL"))
    };
    for (name, level, under) in [("by_function", 7, "20103"), ("by_economic", 5, "302")] {
        let whole = all(&format!("{name}(level := {level})"));
        let expected: Vec<&str> =
            whole.lines().filter(|l| l.split(',').nth(1).is_some_and(|code| code.starts_with(under))).collect();
        assert!(!expected.is_empty() && expected.len() < whole.lines().count(), "{whole}");
        // The level follows the code where it is too shallow to tell it.
        let narrowed = all(&format!("{name}(level := {level}, under := '{under}')"));
        assert_eq!(narrowed.lines().collect::<Vec<_>>(), expected);
    }
    let deeper = all("by_function(under := '20103')");
    assert!(deeper.lines().all(|l| l.split(',').nth(1) == Some("20103")), "{deeper}");
}

#[test]
fn a_canned_query_composes_in_sql() {
    let desk = Desk::with_samples();
    let sql = "SELECT fiscal_year, growth_pct FROM growth(department := '合成示例局') WHERE growth_pct > 20 ORDER BY 1";
    assert_eq!(desk.sql(sql), "2021,22.46\n2023,20.66");
}

/// Rows that an order leaves equal come as the database happens to find them.
#[test]
fn answers_depend_neither_on_threads_nor_on_the_order_in_which_rows_are_stored() {
    let desk = Desk::with_samples();
    let answers = |threads: u8| -> Vec<(String, String)> {
        let ask = |(name, _): (String, String)| {
            desk.write("ask.sql", format!("SET threads = {threads};\n{name};\n"));
            let answer = desk.run(["run", "ask.sql", "-f", "csv"]).succeeds().stdout;
            (name, answer)
        };
        headers().into_iter().map(ask).collect()
    };
    let expected = answers(1);
    assert!(expected.iter().all(|(_, answer)| answer.lines().count() > 1), "each has rows");
    let same = |threads: u8| {
        for ((name, expected), (_, answer)) in expected.iter().zip(answers(threads)) {
            let differing = expected.lines().zip(answer.lines()).find(|(a, b)| a != b);
            assert!(*expected == answer, "{name} with {threads} threads: {differing:?}");
        }
    };
    same(2);
    same(4);
    let tables = "SELECT table_name FROM duckdb_tables() WHERE table_name <> 'yusuan_meta'";
    let turn = |table: &str| {
        format!(
            "CREATE TEMP TABLE turned AS FROM {table} ORDER BY rowid DESC;\nDELETE FROM {table};\n\
             INSERT INTO {table} FROM turned;\nDROP TABLE turned;\n"
        )
    };
    let turned: Vec<String> = desk.sql(tables).lines().map(turn).collect();
    desk.write("turn.sql", turned.concat());
    desk.run(["run", "turn.sql"]).succeeds();
    same(1);
}
