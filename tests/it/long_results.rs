//! Results of more rows than anyone looks at: a table shows the first ones, everything else has all.

use std::fs;

use crate::support::{Desk, Ran, csv_rows};

/// A query that is long enough in the samples, and quick.
const LONG: &str = "SELECT p.name AS department, d.fiscal_year, f.cell_id, f.amount AS lhs, f.table_kind AS rule \
    FROM fact f JOIN document d ON d.document_id = f.document_id JOIN department p ON p.department_id = d.department_id \
    ORDER BY f.cell_id, f.amount;";
/// What stands under a table that is cut off.
const FIRST: &str = "\n(first 1000 rows, there are more)\nall of them: --limit off, or -f csv, or -o FILE.csv\n";

/// Runs lines one after the other in one session.
fn lines<'a>(desk: &Desk, lines: impl IntoIterator<Item = &'a str>) -> Ran {
    desk.run(lines.into_iter().flat_map(|line| ["-c", line]))
}

/// All rows of the query that is long enough in the samples.
fn all(desk: &Desk) -> usize {
    let rows = csv_rows(&desk.run(["sql", LONG, "-f", "csv"]).succeeds().stdout).len();
    assert!(rows > 1000, "{rows}");
    rows
}

#[test]
fn a_table_shows_the_first_thousand_rows_and_tells_how_to_get_all() {
    let desk = Desk::with_samples();
    let rows = all(&desk);
    let table = desk.run(["sql", LONG]).succeeds();
    assert!(table.stdout.ends_with(FIRST) && table.stderr.is_empty(), "{}{}", &table.stderr, last_lines(&table.stdout));
    let whole = desk.run(["sql", LONG, "--limit", "off"]).succeeds().stdout;
    assert!(whole.ends_with(&format!("\n({rows} rows)\n")), "{}", last_lines(&whole));
    // Lines begin as the lines of all do; what is left out is told beside them.
    let line = desk.run(["sql", LONG, "-f", "line"]).succeeds();
    assert_eq!(
        line.stderr,
        "note: first 1000 rows, there are more; all of them: --limit off, or -f csv, or -o FILE.csv\n"
    );
    assert_eq!(line.stdout.matches("\n\n").count(), 999);
    let stats = desk.run(["sql", LONG, "--stats"]).succeeds().stderr;
    let stats: serde_json::Value = serde_json::from_str(&stats).unwrap();
    assert_eq!((&stats["rows"], &stats["truncated"]), (&1000.into(), &true.into()));
    let chinese = desk.command().args(["sql", LONG]).env("LC_ALL", "zh_CN.UTF-8").output().unwrap();
    let chinese = String::from_utf8(chinese.stdout).unwrap();
    assert!(
        chinese.ends_with("（前 1000 行，后面还有）\n全部行：--limit off，或 -f csv，或 -o FILE.csv\n"),
        "{}",
        last_lines(&chinese)
    );
    // A canned query as well.
    let canned = desk.run(["query", "checks"]).succeeds().stdout;
    assert!(canned.ends_with(FIRST), "{}", last_lines(&canned));
    // A thousand rows are all.
    let exact = desk.run(["sql", "FROM range(1000)"]).succeeds().stdout;
    assert!(exact.ends_with("\n(1000 rows)\n"), "{}", last_lines(&exact));
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(4)..].join("\n")
}

#[test]
fn data_and_files_have_all_rows() {
    let desk = Desk::with_samples();
    let rows = all(&desk);
    for format in ["csv", "csv-bom", "jsonl", "json", "md"] {
        let text = desk.run(["sql", LONG, "-f", format]).succeeds();
        assert_eq!(text.stderr, "", "{format}");
        let around = match format {
            "jsonl" => 0,
            "json" | "md" => 2,
            _ => 1,
        };
        assert_eq!(text.stdout.lines().count(), rows + around, "{format}");
    }
    for name in ["x.txt", "x.csv", "x.md", "x.html", "x.xlsx", "x.parquet"] {
        let ran = desk.run(["sql", LONG, "-o", name]).succeeds();
        assert_eq!(ran.stderr, "", "{name}");
    }
    assert!(fs::read_to_string(desk.path("x.txt")).unwrap().ends_with(&format!("\n({rows} rows)\n")));
    assert!(fs::read_to_string(desk.path("x.html")).unwrap().matches("<tr><td").count() > rows);
    assert_eq!(desk.sql("SELECT count(*) FROM 'x.parquet'"), rows.to_string());
    assert_eq!(desk.sql("SELECT count(*) FROM 'x.csv'"), rows.to_string());
    let stats = desk.run(["sql", LONG, "-o", "y.parquet", "--stats"]).succeeds().stderr;
    assert!(stats.contains(&format!("\"rows\":{rows}")) && stats.contains("\"truncated\":false"), "{stats}");
    let about = fs::read_to_string(desk.path("y.parquet.about.json")).unwrap();
    assert!(about.contains(&format!("\"rows\": {rows}")) && about.contains("\"truncated\": false"), "{about}");
    let sums = |from: &str, amount: &str| desk.sql(&format!("SELECT count(*), sum({amount}) FROM {from}"));
    assert_eq!(sums("'y.parquet'", "lhs"), sums("fact", "amount"));
    // What a script writes into a file is whole in tables, too.
    desk.run(["-c", LONG, "-c", "frame _ | head 1200", "-f", "line", "-o", "lines.txt"]).succeeds();
    let text = fs::read_to_string(desk.path("lines.txt")).unwrap();
    assert_eq!(text.matches("rule = ").count(), rows + 1200);
}

#[test]
fn the_last_result_is_all_of_the_answer_however_much_of_it_was_shown() {
    let desk = Desk::with_samples();
    let rows = all(&desk);
    let sum = "SELECT count(*), sum(amount) FROM fact";
    let wanted = desk.sql(sum);
    let count = wanted.split(',').next().unwrap().to_owned();
    assert_eq!(count, rows.to_string());
    let ask = "SELECT count(*) AS n, sum(lhs) AS s FROM _;";
    let ran = lines(&desk, [LONG, ".mode csv", ask]).succeeds();
    assert!(ran.stdout.ends_with(&format!("n,s\n{wanted}\n")), "{}", last_lines(&ran.stdout));
    // Results of results; one that fails on the way changes nothing.
    let chain = [
        LONG,
        "SELECT *, lhs AS again FROM _ WHERE rule <> '?';",
        "SELECT nothing FROM _;",
        "FROM _;",
        ".mode csv",
        "SELECT count(*) AS n, sum(again) AS s FROM _;",
    ];
    let ran = lines(&desk, chain).fails_with(1);
    assert!(ran.stdout.ends_with(&format!("n,s\n{wanted}\n")), "{}", last_lines(&ran.stdout));
    // Pipelines, also one that was kept under a name before another result came.
    let pipelines = [
        LONG,
        "frame _ | as held",
        "frame from (SELECT lhs FROM _) | as column_held",
        "growth 示例",
        ".mode csv",
        "frame held | agg COUNT(*) AS n, SUM(lhs) AS s",
        "frame column_held | agg COUNT(*) AS n, SUM(lhs) AS s",
    ];
    let ran = lines(&desk, pipelines).succeeds();
    let twice = format!("n,s\n{wanted}\n").repeat(2);
    assert!(ran.stdout.ends_with(&twice), "{}", last_lines(&ran.stdout));
    // A pipeline's own rows are all there, too.
    let ran = lines(&desk, ["frame from fact | select amount AS lhs", ".mode csv", ask]).succeeds();
    assert!(ran.stdout.contains(FIRST) && ran.stdout.ends_with(&format!("n,s\n{wanted}\n")));
    // Commands.
    let ran = lines(&desk, [LONG, ".export all.csv", ".export all.xlsx", ".mode csv", ".last"]).succeeds();
    let csv = desk.run(["sql", LONG, "-f", "csv"]).succeeds().stdout;
    assert!(ran.stdout.ends_with(&csv), "{}", last_lines(&ran.stdout));
    assert_eq!(fs::read_to_string(desk.path("all.csv")).unwrap(), csv);
    let about = fs::read_to_string(desk.path("all.csv.about.json")).unwrap();
    assert!(about.contains(&format!("\"rows\": {rows}")) && about.contains("\"truncated\": false"), "{about}");
    let ran = lines(&desk, [LONG, ".config limit off", ".last"]).succeeds();
    assert!(ran.stdout.ends_with(&format!("\n({rows} rows)\n")), "{}", last_lines(&ran.stdout));
    let ran = lines(&desk, ["FROM range(3000);", ".why 2500", ".why 3500"]).fails_with(1);
    assert!(ran.stderr.contains("the row does not say which department"), "{}", ran.stderr);
    assert!(ran.stderr.contains("the last result has no row 3500"), "{}", ran.stderr);
}

#[test]
fn what_changes_data_runs_once_and_its_rows_are_all_there() {
    let desk = Desk::with_samples();
    let ran = lines(
        &desk,
        [
            "CREATE TABLE t(x INTEGER);",
            "INSERT INTO t FROM range(1500) RETURNING x;",
            ".mode csv",
            "SELECT count(*) AS n, sum(x) AS s FROM _;",
            "SELECT count(*) AS n FROM t;",
        ],
    )
    .succeeds();
    assert!(ran.stdout.contains(FIRST), "{}", last_lines(&ran.stdout));
    assert!(ran.stdout.ends_with("n,s\n1500,1124250\nn\n1500\n"), "{}", last_lines(&ran.stdout));
}

#[test]
fn a_limit_of_the_users_cuts_everything() {
    let desk = Desk::with_samples();
    let ran = lines(&desk, [".config limit 1200", LONG, ".mode csv", "SELECT count(*) AS n FROM _;"]).succeeds();
    assert!(
        ran.stdout.contains("\n(1200 rows, cut off by the limit: there are more)\n"),
        "{}",
        last_lines(&ran.stdout)
    );
    assert!(ran.stdout.ends_with("\nn\n1200\n"), "{}", last_lines(&ran.stdout));
    let ran = desk.run(["sql", LONG, "--limit", "3", "-f", "csv"]).succeeds();
    assert_eq!(ran.stdout.lines().count(), 4);
    desk.run(["sql", LONG, "--limit", "3", "-o", "x.csv"]).succeeds();
    assert_eq!(desk.sql("SELECT count(*) FROM 'x.csv'"), "3");
    // The file of settings and the environment say it as the command line does.
    let config = desk.path("xdg_config_home/yusuan/config.toml");
    fs::create_dir_all(config.parent().unwrap()).unwrap();
    fs::write(&config, "limit = \"off\"\n").unwrap();
    assert!(!desk.run(["sql", LONG]).succeeds().stdout.contains("there are more"));
    let ran = desk.command().args(["sql", LONG]).env("YUSUAN_LIMIT", "auto").output().unwrap();
    assert!(String::from_utf8(ran.stdout).unwrap().ends_with(FIRST));
    let ran = desk.run(["sql", LONG, "--limit", "many"]).fails_with(2);
    assert!(ran.stderr.contains("write a number of rows, or off: --limit 5000"), "{}", ran.stderr);
}

#[test]
fn columns_that_share_a_name_keep_it_in_a_table() {
    let desk = Desk::with_samples();
    let table = desk.run(["sql", "SELECT 1 AS 年度, 2 AS 年度, 3 AS x"]).succeeds().stdout;
    assert!(table.contains("│ 年度 │ 年度 │ x │"), "{table}");
}

#[test]
fn a_picture_of_more_rows_than_it_could_show_is_refused_and_others_are_of_all_rows() {
    let desk = Desk::with_samples();
    let bars = "SELECT 'x' || range AS label, range AS n FROM range(3000);";
    let ran = lines(&desk, [bars, ".chart bar label n"]).succeeds();
    assert!(ran.stdout.contains("(2940 more bars are not drawn)"), "{}", last_lines(&ran.stdout));
    let many = "SELECT 'x' || range AS label, range AS n FROM range(100001);";
    let ran = lines(&desk, [many, ".chart bar label n", ".export x.svg"]).fails_with(1);
    let why = "the result has more than 100000 rows, too many for a picture; narrow the query";
    assert_eq!(ran.stderr.matches(why).count(), 2, "{}", ran.stderr);
    let ran = desk.run(["sql", many, "-f", "chart"]).succeeds();
    assert_eq!(ran.stdout, format!("(no picture: {why})\n"));
}

/// A query that fails after it has made many rows.
const FAILS: &str =
    "SELECT CASE WHEN range > 300000 THEN CAST('没有' AS INTEGER) ELSE range END AS x FROM range(400000)";

#[test]
fn a_statement_that_fails_half_way_leaves_no_half_file() {
    let desk = Desk::with_samples();
    let names = || -> Vec<String> {
        let all = fs::read_dir(desk.path(".")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = all.filter(|n| n.starts_with("x.")).collect();
        names.sort();
        names
    };
    for format in ["csv", "json", "jsonl", "csv-bom"] {
        let ran = desk.run(["sql", FAILS, "-f", format, "-o", "x.out"]).fails_with(1);
        assert!(ran.stderr.contains("没有"), "{}", ran.stderr);
        assert_eq!(names(), [""; 0], "{format}");
    }
    desk.write("x.csv", "before\n");
    desk.run(["sql", FAILS, "-o", "x.csv"]).fails_with(1);
    assert_eq!(fs::read_to_string(desk.path("x.csv")).unwrap(), "before\n");
    assert_eq!(names(), ["x.csv"]);
    // The others are whole, before and after it.
    let ran = desk.run(["sql", &format!("SELECT 1 AS a; {FAILS}; SELECT 2 AS b"), "-o", "x.csv"]).fails_with(1);
    assert!(ran.stderr.contains("没有"), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(desk.path("x.csv")).unwrap(), "a\n1\nb\n2\n");
    // On the screen stands what came before it.
    let ran = desk.run(["sql", FAILS, "-f", "csv"]).fails_with(1);
    assert!(ran.stdout.starts_with("x\n0\n1\n") && ran.stderr.contains("没有"), "{}", ran.stderr);
    // A time limit stops it, too.
    let slow = "SELECT a.range FROM range(1000000000) a";
    let ran = desk.run(["sql", slow, "-o", "x.jsonl", "--timeout", "0.5"]).fails_with(1);
    assert!(ran.stderr.contains("the time limit") && names() == ["x.csv", "x.csv.about.json"], "{:?}", names());
}

#[test]
fn what_was_written_as_it_came_is_the_same_and_is_the_last_result() {
    let desk = Desk::with_samples();
    let rows = all(&desk);
    let sum = "SELECT count(*) AS n, sum(lhs) AS s FROM _;";
    let wanted = desk.sql("SELECT count(*), sum(amount) FROM fact");
    for format in ["csv", "json", "jsonl", "csv-bom"] {
        let screen = desk.run(["sql", LONG, "-f", format]).succeeds().stdout;
        desk.run(["sql", LONG, "-f", format, "-o", "x.out"]).succeeds();
        assert_eq!(fs::read_to_string(desk.path("x.out")).unwrap(), screen, "{format}");
        // Gathered first, as before a limit, it is the same.
        let gathered = desk.run(["sql", LONG, "-f", format, "--limit", "1000000"]).succeeds().stdout;
        assert_eq!(gathered, screen, "{format}");
    }
    let script = [".mode csv", LONG, sum, LONG, "frame _ | agg COUNT(*) AS n, SUM(lhs) AS s", ".last json"];
    let ran = lines(&desk, script).succeeds();
    let csv = desk.run(["sql", LONG, "-f", "csv"]).succeeds().stdout;
    let wanted = format!("n,s\n{wanted}\n");
    assert!(ran.stdout.starts_with(&format!("{csv}{wanted}{csv}{wanted}")), "{}", last_lines(&ran.stdout));
    let ran = desk.run(["sql", LONG, "-f", "csv", "--stats"]).succeeds();
    let stats: serde_json::Value = serde_json::from_str(&ran.stderr).unwrap();
    assert_eq!((&stats["rows"], &stats["truncated"]), (&rows.into(), &false.into()));
    // A file of several results says of each where it came from.
    desk.run(["-c", LONG, "-c", "growth 洛龙", "-f", "csv", "-o", "x.csv"]).succeeds();
    let about: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(desk.path("x.csv.about.json")).unwrap()).unwrap();
    assert_eq!((&about["queries"][0]["rows"], &about["queries"][1]["rows"]), (&rows.into(), &1.into()));
    assert_eq!(about["queries"][0]["truncated"], false);
    assert_eq!(about["sources"].as_array().unwrap().len(), 6, "{about}");
    // Without a row there is the heading, and a name that nothing has is an error with no output.
    assert_eq!(desk.run(["sql", "SELECT 1 AS a WHERE false", "-f", "csv"]).succeeds().stdout, "a\n");
    assert_eq!(desk.run(["query", "growth", "外星事务厅", "-f", "csv"]).fails_with(1).stdout, "");
    // What is written as a page at the end has all rows, whatever they were shown as before.
    let mixed = ["-c", LONG, "-c", ".mode html", "-f", "csv", "-o", "x.html"];
    desk.run(mixed).succeeds();
    let page = fs::read_to_string(desk.path("x.html")).unwrap();
    assert!(page.matches("<tr><td").count() >= rows, "{}", page.matches("<tr><td").count());
}

#[test]
fn results_of_before_are_exported_again_with_all_their_rows() {
    let desk = Desk::with_samples();
    let rows = all(&desk);
    let ran = lines(&desk, [LONG, ".export x.csv", "growth 示例", ".export x.csv add"]).succeeds();
    assert!(ran.stdout.contains("wrote x.csv and x.csv.about.json"), "{}", last_lines(&ran.stdout));
    let text = fs::read_to_string(desk.path("x.csv")).unwrap();
    let csv = desk.run(["sql", LONG, "-f", "csv"]).succeeds().stdout;
    assert!(text.starts_with(&format!("{csv}\ndepartment,")), "{}", text.len());
    let about = fs::read_to_string(desk.path("x.csv.about.json")).unwrap();
    assert!(about.contains(&format!("\"rows\": {rows}")) && about.contains("\"rows\": 5"), "{about}");
    let gone = [LONG, "FROM _;", ".export y.csv", "growth 示例", ".export y.csv add"];
    let ran = lines(&desk, gone).fails_with(1);
    assert!(ran.stderr.contains("read the result before it, which is another by now"), "{}", ran.stderr);
}
