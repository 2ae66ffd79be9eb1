//! Results as files: every digit kept, and where they came from.

use std::fs;

use calamine::{Data, Reader as _, Xlsx, open_workbook};
use sha2::{Digest as _, Sha256};

use crate::support::{Desk, csv_rows};

#[test]
fn a_csv_file_has_its_query_and_sources_beside_it() {
    let desk = Desk::with_samples();
    desk.run(["query", "growth", "洛龙", "-o", "增长.csv"]).succeeds();
    assert_eq!(csv_rows(&fs::read_to_string(desk.path("增长.csv")).unwrap())[0]["amount"], "14466900.00");
    let about: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(desk.path("增长.csv.about.json")).unwrap()).unwrap();
    assert_eq!(about["queries"][0]["query"], "growth 洛龙");
    assert_eq!(about["queries"][0]["sql"], "FROM growth(department := '洛龙')");
    assert_eq!((&about["queries"][0]["rows"], &about["unit"]), (&1.into(), &"元".into()));
    assert_eq!(about["sources"].as_array().unwrap().len(), 1, "{about}");
    let path = about["sources"][0]["path"].as_str().unwrap();
    let bytes = fs::read(desk.path(path)).unwrap();
    let sha256 = about["sources"][0]["sha256"].as_str().unwrap();
    assert_eq!(u128::from_str_radix(&sha256[..32], 16).unwrap().to_be_bytes(), Sha256::digest(&bytes)[..16]);
    desk.run(["query", "growth", "洛龙", "-f", "csv-bom", "-o", "excel.csv"]).succeeds();
    assert!(fs::read(desk.path("excel.csv")).unwrap().starts_with(b"\xef\xbb\xbf"));
}

#[test]
fn a_workbook_has_exact_numbers_and_a_sheet_of_sources() {
    let desk = Desk::with_samples();
    let script = desk.write("s.sql", "growth 合成示例局\nby_economic 洛龙\n");
    desk.run(["run", script.to_str().unwrap(), "-o", "结果.xlsx"]).succeeds();
    let mut book: Xlsx<_> = open_workbook(desk.path("结果.xlsx")).unwrap();
    assert_eq!(book.sheet_names(), ["1 growth 合成示例局", "2 by_economic 洛龙", "来源"]);
    for (sheet, query) in
        [("1 growth 合成示例局", ["growth", "合成示例局"]), ("2 by_economic 洛龙", ["by_economic", "洛龙"])]
    {
        let rows = csv_rows(&desk.run(["query", query[0], query[1], "-f", "csv"]).succeeds().stdout);
        let range = book.worksheet_range(sheet).unwrap();
        assert_eq!(range.height(), rows.len() + 1);
        let at = range.rows().next().unwrap().iter().position(|c| *c == "amount（万元）").unwrap();
        for (cells, row) in range.rows().skip(1).zip(&rows) {
            let Data::Float(wan) = cells[at] else { panic!("{:?}", cells[at]) };
            let yuan = format!("{:.2}", wan * 10_000.0);
            assert_eq!(yuan, row["amount"]);
        }
    }
    let sources = book.worksheet_range("来源").unwrap();
    let text: Vec<String> =
        sources.rows().map(|r| r.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(text.iter().filter(|t| t.starts_with("来源 source 合成示例局")).count(), 5, "{text:#?}");
    assert!(text.iter().any(|t| t.contains("growth 合成示例局")), "{text:#?}");
}

#[test]
fn a_page_needs_nothing_else_and_parquet_is_read_back() {
    let desk = Desk::with_samples();
    desk.run(["check", "洛龙", "-o", "勾稽.html"]).succeeds();
    let page = fs::read_to_string(desk.path("勾稽.html")).unwrap();
    assert!(page.contains("coverage_pct") && page.contains("来源 source"), "{page}");
    assert!(!page.contains("http") && !page.contains("src="), "{page}");
    desk.run(["query", "growth", "洛龙", "-o", "g.parquet"]).succeeds();
    assert_eq!(desk.sql("SELECT amount FROM 'g.parquet'"), "14466900.00");
    assert!(desk.path("g.parquet.about.json").exists());
    for format in ["md", "html", "xlsx", "csv", "json"] {
        let output = desk.command().args(["check", "-f", format]).output().unwrap();
        assert!(
            output.status.success() && !output.stdout.is_empty(),
            "{format}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn results_of_a_session_become_sheets_of_one_workbook() {
    let desk = Desk::with_samples();
    let lines = [
        "growth 示例",
        ".export 表.xlsx",
        "structure 洛龙",
        ".export 表.xlsx add",
        "SELECT 1 AS x;",
        ".export 表.xlsx add",
    ];
    desk.run(lines.iter().flat_map(|l| ["-c", l])).succeeds();
    let book: Xlsx<_> = open_workbook(desk.path("表.xlsx")).unwrap();
    assert_eq!(book.sheet_names(), ["1 growth 示例", "2 structure 洛龙", "3 SELECT 1 AS x", "来源"]);
    for (name, message) in [
        ("x.xls", "written as .xlsx, not as .xls"),
        ("x.png", "written as .svg or .html"),
        ("x.doc", "the name tells no format"),
    ] {
        for args in [
            vec!["-c".to_owned(), "SELECT 1;".to_owned(), "-c".to_owned(), format!(".export {name}")],
            vec!["sql".to_owned(), "SELECT 1".to_owned(), "-o".to_owned(), name.to_owned()],
        ] {
            let ran = desk.run(&args);
            assert!(ran.code != Some(0) && ran.stderr.contains(message), "{args:?}: {}", ran.stderr);
            assert!(!desk.path(name).exists());
        }
    }
}

#[test]
fn what_fails_leaves_the_file_that_was_there() {
    let desk = Desk::with_samples();
    desk.write("old.csv", "kept");
    assert_eq!(desk.run(["sql", "SELECT nothing", "-o", "old.csv"]).code, Some(1));
    assert_eq!(fs::read_to_string(desk.path("old.csv")).unwrap(), "kept");
    let ran = desk.run(["sql", "SELECT 1", "-o", "no/such/x.csv"]);
    assert!(ran.stderr.contains("no/such/x.csv: cannot write there"), "{}", ran.stderr);
    let ran = desk.run(["sql", "SELECT 1", "-f", "parquet"]);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    let ran = desk.run(["sql", "SELECT 1; SELECT 2", "-o", "two.parquet"]);
    assert!(ran.stderr.contains("one result"), "{}", ran.stderr);
}

#[test]
fn a_failed_export_leaves_nothing_beside() {
    let desk = Desk::with_samples();
    // The name is a folder's: that is noticed when all is written.
    for name in ["x.csv", "x.md", "x.html", "x.xlsx", "x.parquet"] {
        fs::create_dir(desk.path(name)).unwrap();
        let ran = desk.run(["-c", "growth 洛龙", "-c", &format!(".export {name}")]).fails_with(1);
        assert!(ran.stderr.contains(&format!("{name}: cannot write there")), "{name}: {}", ran.stderr);
        assert!(!desk.path(&format!("{name}.part")).exists(), "{name}");
        assert!(!desk.path(&format!("{name}.about.json")).exists(), "{name}");
    }
    // Half of the rows is no file.
    let fails = "SELECT CASE WHEN range > 300000 THEN CAST('没有' AS INTEGER) ELSE range END AS x FROM range(400000);";
    for name in ["y.csv", "y.xlsx", "y.parquet"] {
        desk.run(["-c", fails, "-c", &format!(".export {name}")]).fails_with(1);
        assert!(!desk.path(name).exists() && !desk.path(&format!("{name}.part")).exists(), "{name}");
    }
}

#[test]
fn a_device_takes_an_export_at_once() {
    let desk = Desk::with_samples();
    if !cfg!(target_os = "linux") {
        return;
    }
    let ran = desk.run(["-c", "SELECT 1 AS x;", "-c", ".export /dev/stdout csv"]);
    assert!(ran.code == Some(0) && ran.stdout.contains("x\n1\n"), "{} {}", ran.stdout, ran.stderr);
}

#[test]
fn an_export_to_where_the_output_goes_takes_nothing_of_it_away() {
    let desk = Desk::with_samples();
    let output = fs::File::create(desk.path("out.csv")).unwrap();
    let words = ["-c", "SELECT 1 AS before;", "-f", "csv", "-c", ".export out.csv csv", "-c", "SELECT 2 AS after;"];
    assert!(desk.command().args(words).stdout(output).status().unwrap().success());
    let text = fs::read_to_string(desk.path("out.csv")).unwrap();
    assert!(text.starts_with("before\n1\n") && text.ends_with("after\n2\n"), "{text}");
    assert_eq!(text.matches("before\n1\n").count(), 2, "{text}");
    assert!(!desk.path("out.csv.about.json").exists());
}

#[cfg(unix)]
#[test]
fn an_export_to_a_link_replaces_what_it_leads_to() {
    let desk = Desk::with_samples();
    desk.write("x.csv", "old and longer than what comes\n");
    std::os::unix::fs::symlink(desk.path("x.csv"), desk.path("link.csv")).unwrap();
    desk.run(["-c", "SELECT 1 AS x;", "-c", ".export link.csv"]).succeeds();
    assert_eq!(fs::read_to_string(desk.path("x.csv")).unwrap(), "x\n1\n");
    assert!(fs::symlink_metadata(desk.path("link.csv")).unwrap().is_symlink());
}

#[test]
fn the_last_result_is_a_table_and_can_be_shown_again_and_explained() {
    let desk = Desk::with_samples();
    let script = "growth 合成示例局\nSELECT count(*) AS years, max(amount) AS most FROM _ WHERE growth_pct > 0;\n.last jsonl\n\
                  growth 洛龙\n.mode csv\n.why 1 amount\n.export x.md\n";
    desk.write("s.sql", script);
    let ran = desk.run(["run", "s.sql", "-f", "csv"]).succeeds();
    assert!(ran.stdout.contains("years,most\n4,"), "{}", ran.stdout);
    assert!(ran.stdout.contains("{\"years\": 4,"), "{}", ran.stdout);
    let cells: Vec<&str> = ran.stdout.lines().filter(|l| l.contains("1446.69,万元,14466900.00")).collect();
    assert!(cells.len() >= 8, "{}", ran.stdout);
    assert!(cells.iter().any(|c| c.contains("支出表") && c.contains("支出表合计 = 收支总表支出")), "{cells:#?}");
    let page = fs::read_to_string(desk.path("x.md")).unwrap();
    assert!(page.contains("- 查询 query: growth 洛龙"), "{page}");
    for (command, message) in [
        (".why", "there is no result yet"),
        ("growth 合成示例局\n.why", "which of the 5 rows?"),
        ("growth 合成示例局\n.why 9", "has no row 9; it has 5"),
        ("growth 合成示例局\n.why 1 amont", "did you mean `amount`?"),
        ("SELECT 1 AS x;\n.why", "does not say which department"),
        (".export x.csv", "there is no result yet"),
        ("SELECT 1;\n.export x.doc", "the name tells no format"),
        (".mode xlsx", "write .export FILE.xlsx"),
    ] {
        desk.write("s.sql", command);
        let ran = desk.run(["run", "s.sql"]);
        assert_eq!(ran.code, Some(1));
        assert!(ran.stderr.contains(message), "{command}: {}", ran.stderr);
    }
}
