//! How results look: every canned query at two widths and as Markdown and JSON, every workbook opened again.

use std::fs;
use std::path::Path;

use calamine::{Data, Reader as _, Xlsx, open_workbook};
use rust_decimal::Decimal;
use unicode_width::UnicodeWidthStr as _;

use crate::support::{Desk, csv_rows};

/// Every canned query with words that keep its result short.
pub(crate) fn calls() -> Vec<(String, Vec<&'static str>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
    let files = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_file());
    let mut names: Vec<String> = files.map(|p| p.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    names.sort();
    let words = |name: &str| -> Vec<&'static str> {
        match name {
            "goals" | "lorenz" => vec!["洛龙"],
            "checks" => vec!["洛龙", "rule=XTOT"],
            "why" => vec!["洛龙", "in_table=支出表", "in_row=2010301"],
            // One department and year would be told above its table.
            "unit_costs" => vec!["year=2023"],
            _ => Vec::new(),
        }
    };
    names.into_iter().map(|name| (name.clone(), words(&name))).collect()
}

#[test]
fn every_canned_query_is_shown_at_80_and_160_columns_and_as_markdown_and_json() {
    let desk = Desk::with_samples();
    for (name, words) in calls() {
        let call = [&[name.as_str()], &words[..]].concat().join(" ");
        let lines =
            [".config limit 5", ".config width 80", &call, ".config width 160", ".last", ".last md", ".last json"];
        let args: Vec<&str> = lines.iter().flat_map(|line| ["-c", line]).collect();
        let shown = desk.run(args).succeeds().stdout;
        let tables = shown.split("| --- |").next().unwrap();
        let [narrow, wide] =
            [80, 160].map(|width| shown.lines().filter(|l| l.starts_with(['┌', '│']) && l.width() <= width).count());
        assert!(narrow > 2 && wide > narrow, "{name}:\n{tables}");
        for line in shown.lines().filter(|l| l.starts_with(['┌', '│', '├', '└'])) {
            assert!(line.width() <= 160, "{name}: {} columns: {line}", line.width());
        }
        insta::assert_snapshot!(name, shown);
    }
}

/// A cell of a sheet is the exact decimal of the CSV, money in 万元.
#[test]
fn every_workbook_holds_the_exact_decimals() {
    let desk = Desk::with_samples();
    for (name, words) in calls() {
        let call = [&["query", name.as_str()], &words[..]].concat();
        let rows = csv_rows(&desk.run([&call[..], &["-f", "csv"]].concat()).succeeds().stdout);
        desk.run([&call[..], &["-o", "x.xlsx"]].concat()).succeeds();
        let mut book: Xlsx<_> = open_workbook(desk.path("x.xlsx")).unwrap();
        let range = book.worksheet_range_at(0).unwrap().unwrap();
        assert_eq!(range.height(), rows.len() + 1, "{name}");
        let heads: Vec<String> = range.rows().next().unwrap().iter().map(ToString::to_string).collect();
        for (cells, row) in range.rows().skip(1).zip(&rows) {
            for (head, cell) in heads.iter().zip(cells) {
                let (column, unit) = head.strip_suffix('）').and_then(|h| h.split_once('（')).unwrap_or((head, ""));
                let exact = &row[column];
                let factor = if unit == "万元" { Decimal::from(10_000) } else { Decimal::ONE };
                match cell {
                    Data::Empty => assert_eq!(exact, "", "{name} {head}"),
                    Data::Float(value) => {
                        let shown: Decimal = value.to_string().parse().unwrap();
                        let exact: Decimal = exact.parse().unwrap();
                        assert_eq!(shown, (exact / factor).normalize(), "{name} {head}");
                    }
                    Data::Bool(value) => assert_eq!(exact, &value.to_string(), "{name} {head}"),
                    other => assert_eq!(exact, &other.to_string(), "{name} {head}"),
                }
            }
        }
        assert_eq!(book.sheet_names().last().unwrap(), "来源", "{name}");
    }
}

#[test]
fn the_unit_is_under_the_name_and_growth_has_its_sign() {
    let desk = Desk::with_samples();
    let shown = |unit: &str| desk.run(["query", "growth", "示例", "--unit", unit]).succeeds().stdout;
    for (unit, amount) in [("元", "11,235,400.00"), ("万元", "1,123.54"), ("亿元", "0.11")] {
        let text = shown(unit);
        let heading = text.lines().nth(2).unwrap();
        assert!(heading.contains(unit), "{heading}");
        assert!(text.lines().any(|l| l.contains("│ 合成示例局 ") && l.contains(amount)), "{text}");
        assert!(text.contains("+20.66%"), "{text}");
        assert!(text.contains(" – "), "what is missing is no zero: {text}");
    }
}

#[test]
fn columns_that_are_no_money_have_no_unit_of_money() {
    let desk = Desk::with_samples();
    let text =
        desk.run(["sql", "SELECT 12345 AS n, 1234567.891 AS x, 2024 AS fiscal_year, sum(amount) AS 合计 FROM fact"]);
    let text = text.succeeds().stdout;
    assert!(
        text.contains("│ 12,345 │") && text.contains("│ 1,234,567.891 │") && text.contains("│        2024 │"),
        "{text}"
    );
    assert_eq!(text.matches("万元").count(), 1, "{text}");
}

#[test]
fn the_trend_is_for_people_only() {
    let desk = Desk::with_samples();
    let text = desk.run(["query", "growth", "示例"]).succeeds().stdout;
    assert!(text.contains("│ trend") && text.contains("▁"), "{text}");
    for format in ["csv", "json", "jsonl"] {
        let text = desk.run(["query", "growth", "示例", "-f", format]).succeeds().stdout;
        assert!(!text.contains("trend") && !text.contains('▁'), "{text}");
    }
}
