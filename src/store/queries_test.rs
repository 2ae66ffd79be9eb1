//! The canned queries in `queries/` on an empty database and on the figures of the Henan document.

use std::path::Path;

use rust_decimal::Decimal;

use super::*;
use crate::record::{Claim, DocumentKind, Scope, TableKind};

/// Name and text of every canned query.
pub(super) fn definitions() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "sql"));
    // The checks need the rules, which the library puts together; `tests/it/check.rs` tries them.
    files.retain(|path| !["check_summary", "checks", "why"].contains(&path.file_stem().unwrap().to_str().unwrap()));
    files.sort();
    let read = |path: &std::path::PathBuf| {
        (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(path).unwrap())
    };
    files.iter().map(read).collect()
}

pub(super) fn store(disclosures: &[crate::record::Disclosure]) -> Store {
    let mut store = Store::in_memory().unwrap();
    store.install(&definitions()).unwrap();
    for disclosure in disclosures {
        store.import(disclosure).unwrap();
    }
    store
}

/// The rows of a query whose columns are put together in one text.
pub(super) fn lines(store: &Store, columns: &str, from: &str) -> Vec<String> {
    let sql = format!("SELECT concat_ws(' ', {columns}) FROM {from}");
    let mut statement = store.connection.prepare(&sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// A header's values of one key, up to the first `|` or blank.
fn header(text: &str, key: &str) -> Vec<String> {
    let prefix = format!("-- {key}: ");
    let first = |rest: &str| rest.split([' ', '|']).next().unwrap().to_owned();
    text.lines().filter_map(|line| line.strip_prefix(&prefix)).map(first).collect()
}

/// A copy of the sample with other total expenditure.
fn with_total(year: u16, total: &str) -> crate::record::Disclosure {
    let mut disclosure = sample::henan(year);
    let cells = &mut disclosure.tables[0].cells;
    cells.last_mut().unwrap().fact.as_mut().unwrap().amount = total.parse::<Decimal>().unwrap();
    disclosure
}

#[test]
fn every_query_installs_and_runs_on_an_empty_database() {
    let store = store(&[]);
    // Installing again replaces.
    store.install(&definitions()).unwrap();
    for (name, _) in definitions() {
        assert_eq!(store.run(&format!("FROM {name}()")).unwrap().rows(), 0, "{name}");
        let object = store.objects().unwrap().into_iter().find(|o| o.name == name).unwrap();
        assert_eq!(object.kind, ObjectKind::Macro);
        assert!(object.comment.is_some(), "{name}");
    }
}

#[test]
fn headers_tell_the_parameters_and_columns_that_are_there() {
    let store = store(&[]);
    for (name, text) in definitions() {
        let columns: Vec<String> = store.columns(&name).unwrap().into_iter().map(|c| c.name).collect();
        let mut told = header(&text, "column");
        let mut found = columns.clone();
        told.sort();
        found.sort();
        assert_eq!(told, found, "{name}");
        let mut parameters = lines(
            &store,
            "unnest(parameters)",
            &format!("duckdb_functions() WHERE function_name = '{name}' AND function_type = 'table_macro'"),
        );
        let mut told = header(&text, "param");
        parameters.sort();
        told.sort();
        assert_eq!(told, parameters, "{name}");
        assert!(!header(&text, "title").is_empty() && !header(&text, "about").is_empty(), "{name}");
        assert!(!header(&text, "example").is_empty() && header(&text, "chart").len() == 1, "{name}");
        for column in store.columns(&name).unwrap() {
            let money = [
                "amount",
                "change",
                "total",
                "basic",
                "project",
                "prior_amount",
                "stated_change",
                "prior_stated",
                "stated_amount",
                "restated_prior",
                "prior_basic",
                "panel_amount",
                "budget",
                "own_budget",
                "actual",
            ];
            if money.contains(&column.name.as_str()) && column.data_type != "VARCHAR" {
                assert!(
                    column.data_type.starts_with("DECIMAL(") && column.data_type.ends_with(",2)"),
                    "{name}.{}: {}",
                    column.name,
                    column.data_type
                );
            }
            if column.name.ends_with("_pct") {
                assert_eq!(column.data_type, "DOUBLE", "{name}.{}", column.name);
            }
        }
    }
}

#[test]
fn every_query_answers_with_every_parameter() {
    let mut account = sample::henan(2023);
    account.header.kind = DocumentKind::FinalAccount;
    account.source.sha256.push_str("-account");
    let store = store(&[sample::henan(2022), sample::henan(2023), account]);
    // No code list was reformed in these years; see `series_test`.
    for (name, text) in definitions().iter().filter(|(name, _)| name != "breaks") {
        assert!(store.run(&format!("FROM {name}()")).unwrap().rows() > 0, "{name}");
        let all = "department := '办公室', region := '洛龙'";
        assert!(store.run(&format!("FROM {name}({all})")).unwrap().rows() > 0, "{name}");
        for other in ["department := '无此部门'", "region := '无此地区'"] {
            assert_eq!(store.run(&format!("FROM {name}({other})")).unwrap().rows(), 0, "{name}");
        }
        for parameter in header(text, "param").iter().filter(|p| *p == "year" || *p == "since") {
            assert_eq!(store.run(&format!("FROM {name}({parameter} := 2024)")).unwrap().rows(), 0, "{name}");
            assert!(store.run(&format!("FROM {name}({parameter} := 2023)")).unwrap().rows() > 0, "{name}");
        }
    }
}

#[test]
fn growth_of_one_document_is_stated_only() {
    let store = store(&[sample::henan(2023)]);
    assert_eq!(
        lines(
            &store,
            "amount, base, stated_change, stated_growth_pct, wan(prior_stated), growth_from_stated_change_pct",
            "growth()"
        ),
        ["14466900.00 2022年预算 4381500.00 43.44 1008.54 43.44"]
    );
    assert_eq!(lines(&store, "prior_year, prior_amount, change, growth_pct", "growth()"), [""]);
}

#[test]
fn growth_is_computed_against_the_year_directly_before() {
    let mut account = with_total(2020, "77");
    account.header.kind = DocumentKind::FinalAccount;
    account.source.sha256.push_str("-account");
    let mut unit = with_total(2020, "77");
    unit.header.scope = Scope::Unit;
    unit.source.sha256.push_str("-unit");
    let mut quiet = with_total(2021, "200");
    quiet.claims = vec![Claim::default()];
    let store = store(&[
        with_total(2018, "50"),
        with_total(2020, "100"),
        quiet,
        with_total(2022, "0"),
        with_total(2023, "30"),
        account,
        unit,
    ]);
    assert_eq!(
        lines(&store, "kind, scope, fiscal_year, amount, prior_year, change, growth_pct", "growth()"),
        [
            "budget department 2018 50.00",
            "budget department 2020 100.00",
            "budget department 2021 200.00 2020 100.00 100.0",
            "budget department 2022 0.00 2021 -200.00 -100.0",
            "budget department 2023 30.00 2022 30.00",
            "budget unit 2020 77.00",
            "final_account department 2020 77.00",
        ]
    );
    assert_eq!(lines(&store, "fiscal_year, growth_pct", "growth(since := 2021) LIMIT 1"), ["2021 100.0"]);
    assert_eq!(lines(&store, "coalesce(base, 'none')", "growth() WHERE fiscal_year = 2021"), ["none"]);
}

#[test]
fn three_public_keeps_what_is_not_printed_apart() {
    let store = store(&[sample::henan(2022), sample::henan(2023)]);
    assert_eq!(
        lines(
            &store,
            "label, coalesce(wan(amount)::VARCHAR, '–'), share_pct, change, growth_pct, stated_amount",
            "three_public(year := 2023)"
        ),
        [
            "三公经费 9.50 100.0 0.00 0.0",
            "因公出国（境）费 – 0.00",
            "公务用车购置及运行费 4.50 47.37 0.00 0.0",
            "公务用车运行费 4.50 47.37 0.00 0.0",
            "公务接待费 5.00 52.63 0.00 0.0",
        ]
    );
}

#[test]
fn concentration_of_the_eleven_projects() {
    let store = store(&[sample::henan(2023)]);
    assert_eq!(
        lines(
            &store,
            "grain, n, wan(total), coverage_pct, cr1, cr3, cr5, hhi, effective_number, gini",
            "concentration()"
        ),
        ["项目 11 513.60 100.0 38.94 71.31 89.23 0.2302 4.34 0.6045"]
    );
    assert_eq!(
        lines(&store, "rank, wan(amount), cum_projects_pct, cum_amount_pct", "lorenz() WHERE rank IN (1, 11)"),
        ["1 0.24 9.09 0.05", "11 200.00 100.0 100.0"]
    );
    assert_eq!(
        lines(&store, "rank, project, wan(amount), share_pct, project_type", "projects() LIMIT 2"),
        ["1 项目0（2023年） 200.00 38.94 其他运转类", "2 项目1（2023年） 110.25 21.47 其他运转类"]
    );
}

#[test]
fn structure_and_sources() {
    let store = store(&[sample::henan(2023)]);
    assert_eq!(
        lines(&store, "whole, label, wan(amount), share_pct", "structure()"),
        [
            "total 基本支出 933.09 64.5",
            "total 项目支出 513.60 35.5",
            "basic 人员经费 852.71 91.39",
            "basic 公用经费 80.38 8.61"
        ]
    );
    let sources = ["一般公共预算 current_year 1446.69 100.0"];
    assert_eq!(lines(&store, "label, period, wan(amount), share_pct", "revenue_sources()"), sources);

    let mut without = sample::henan(2023);
    without.tables.retain(|table| table.kind != TableKind::Revenue);
    let store = self::store(&[without]);
    assert_eq!(lines(&store, "label, period, wan(amount), share_pct", "revenue_sources()"), sources);
}

#[test]
fn classifications_add_up_to_the_level_asked_for() {
    let store = store(&[sample::henan(2023)]);
    assert_eq!(
        lines(&store, "code, wan(amount), wan(basic), wan(project)", "by_function()"),
        ["201 1156.60 643.00 513.60", "208 192.82 192.82", "210 51.96 51.96", "221 45.31 45.31"]
    );
    assert_eq!(lines(&store, "count(*), wan(sum(amount))", "by_function(level := 7)"), ["7 1446.69"]);
    assert_eq!(
        lines(&store, "code, wan(project)", "by_economic() WHERE project > 0 ORDER BY project DESC, code"),
        [
            "30227 200.00",
            "30226 152.30",
            "30201 72.00",
            "30214 34.06",
            "30202 20.00",
            "30213 15.00",
            "30299 8.00",
            "30217 5.00",
            "30211 3.00",
            "31002 2.24",
            "30207 2.00",
        ]
    );
    assert_eq!(
        lines(&store, "code, basic_share_pct", "by_economic(level := 3)"),
        ["301 76.06", "302 8.61", "303 15.33", "310"]
    );
    assert_eq!(lines(&store, "name", "by_economic() WHERE code = '30201'"), ["办公费"]);
}

#[test]
fn documents_tell_what_was_read_and_superseded() {
    let first = sample::henan(2023);
    let mut second = first.clone();
    second.source.sha256 = "other".to_owned();
    let store = store(&[first, second]);
    assert_eq!(
        lines(
            &store,
            "document_id, superseded, tables, empty_tables, missing_tables, statements, indicators, warnings",
            "documents()"
        ),
        ["1 true 9 1 0 3 2 1", "2 false 9 1 0 3 2 1"]
    );
    assert_eq!(lines(&store, "diagnostic, warning, line", "diagnostics()"), ["sum_differs true 7"]);
    assert_eq!(
        lines(&store, "project, op, value, unit, text", "goals()"),
        ["项目0（2023年） ≥ 95.0000 % ≥95%", "完整"]
    );
}
