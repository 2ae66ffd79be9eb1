//! Scripts: parameters, failures in the middle, logs that replay, saved queries.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use crate::support::{Desk, Ran};

const SCRIPT: &str = "-- title: 部门概览 A department at a glance\n\
    -- about: Growth and structure.\n\
    -- param: dept VARCHAR from=department | whose\n\
    -- param: since INTEGER = 2020 | first year\n\
    -- param: share DECIMAL = 0.5 | least share\n\
    -- example: yusuan run s.sql dept=示例\n\
    .mode csv\n\
    growth $dept since=$since\n\
    SELECT fiscal_year, '$since' AS raw, $since AS since, $dept AS dept, $share AS share\n\
    FROM growth(department := $dept) WHERE fiscal_year = $since;\n";

fn piped(desk: &Desk, args: &[&str], input: &[u8]) -> Ran {
    let mut child =
        desk.command().args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let ran = Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) };
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    ran
}

#[test]
fn parameters_of_a_script_are_typed_told_and_quoted() {
    let desk = Desk::with_samples();
    desk.write("s.sql", SCRIPT);
    let help = desk.run(["run", "s.sql", "--help"]).succeeds().stdout;
    insta::assert_snapshot!("help", help);
    let ran = desk.run(["run", "s.sql", "dept=示例", "since=2022"]).succeeds().stdout;
    assert!(ran.contains("合成示例局,,budget,department,2022") && !ran.contains("department,2021"), "{ran}");
    assert!(ran.ends_with("fiscal_year,raw,since,dept,share\n2022,$since,2022,示例,0.5\n"), "{ran}");
    // By position, too; and what is no SQL of ours stays text.
    let ran = desk.run(["run", "s.sql", "x' OR 1=1 --", "2022"]).fails_with(1);
    assert!(ran.stderr.contains("s.sql: line 8: growth: no department is called `x' OR 1=1 --`"), "{}", ran.stderr);
    for (args, message) in [
        (vec!["dept=示例", "sinse=2022"], "s.sql: unknown parameter `sinse`; did you mean `since`?"),
        (vec!["dept=示例", "since=新"], "s.sql: since: `新` is no whole number; write since=2024"),
        (vec!["dept=示例", "share=much"], "s.sql: share: `much` is no number"),
        (vec![], "s.sql: the parameter `dept` needs a value: whose; write dept="),
        (vec!["a", "1", "2", "3"], "one value too many"),
    ] {
        let ran = desk.run([&["run", "s.sql"], &args[..]].concat()).fails_with(2);
        assert!(ran.stderr.contains(message), "{message}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "nothing runs");
    }
    desk.write("t.sql", "-- param: since INTEGER = 2020 | first year\nSELECT 1 AS a;\nSELECT $sinse;\ngrowth $dept\n");
    let ran = desk.run(["run", "t.sql"]).fails_with(1);
    assert!(ran.stderr.contains("t.sql: line 3: unknown parameter `$sinse`; did you mean `$since`?"), "{}", ran.stderr);
    assert!(ran.stderr.contains("declare it at the top: -- param: dept VARCHAR"), "{}", ran.stderr);
    desk.run(["run", "--help"]).succeeds().stdout.contains("NAME=VALUE").then_some(()).unwrap();
    let none = desk.run(["run"]).fails_with(2);
    assert!(none.stderr.contains("yusuan run FILE"), "{}", none.stderr);
}

#[test]
fn a_script_that_fails_in_the_middle_names_the_line_and_says_what_was_done() {
    let desk = Desk::with_samples();
    desk.write("s.sql", ".mode csv\nSELECT 1 AS a;\n\nSELECT nothing\nFROM nowhere;\ngrowht\nSELECT 2 AS b;\n");
    let ran = desk.run(["run", "s.sql"]).fails_with(1);
    assert_eq!(ran.stdout, "a\n1\nb\n2\n");
    assert!(ran.stderr.contains("error: s.sql: line 4: "), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("error: s.sql: line 6: unknown query `growht`; did you mean `growth`?"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.ends_with("s.sql: 3 of 5 statements done, lines 4, 6 failed\n"), "{}", ran.stderr);
    let ran = desk.run(["run", "--bail", "s.sql"]).fails_with(1);
    assert_eq!(ran.stdout, "a\n1\n");
    assert!(ran.stderr.ends_with("s.sql: stopped at line 4: 2 of 5 statements done, 2 not run\n"), "{}", ran.stderr);
}

#[test]
fn scripts_read_scripts_with_values() {
    let desk = Desk::with_samples();
    fs::create_dir(desk.path("parts")).unwrap();
    desk.write("parts/inner.sql", "-- param: n INTEGER | a number\nSELECT $n AS n;\nSELECT broken;\n");
    desk.write(
        "parts/outer.sql",
        "-- param: n INTEGER = 1 | a number\n.mode csv\n.read inner.sql n=$n\n.mode jsonl\n.read inner.sql 7\n",
    );
    let ran = desk.run(["run", "parts/outer.sql", "n=5"]).fails_with(1);
    assert_eq!(ran.stdout, "n\n5\n{\"n\": 7}\n");
    assert!(ran.stderr.contains("error: parts/inner.sql: line 3: "), "{}", ran.stderr);
    assert!(ran.stderr.contains("parts/inner.sql: 1 of 2 statements done, line 3 failed"), "{}", ran.stderr);
    desk.write("self.sql", ".read self.sql\n");
    assert!(desk.run(["run", "self.sql"]).fails_with(1).stderr.contains("does the script read itself?"));
    assert!(desk.run(["run", "none.sql"]).fails_with(1).stderr.contains("none.sql: cannot read the script"));
    desk.write("header.sql", "-- param: n NUMBER | x\nSELECT 1;");
    assert!(desk.run(["run", "header.sql"]).fails_with(1).stderr.contains("header.sql: line 1: unknown type `NUMBER`"));
}

#[test]
fn texts_and_standard_input_are_scripts() {
    let desk = Desk::with_samples();
    let ran = desk.run(["-c", ".mode csv", "-c", "SELECT 1 AS a; SELECT 2 AS b", "budget.duckdb"]).succeeds();
    assert_eq!(ran.stdout, "a\n1\nb\n2\n");
    let ran = desk.run(["-c", "SELECT 1;", "-c", "SELECT 1;\nSELEC 2;"]).fails_with(1);
    assert!(ran.stderr.contains("error: -c 2: line 2: unknown query `SELEC`"), "{}", ran.stderr);
    assert!(desk.run(["-c", "SELECT 1;", "queries"]).fails_with(2).stderr.contains("leave out one of them"));
    let ran = piped(&desk, &["run", "-", "n=3"], b"-- param: n INTEGER | x\n.mode csv\nSELECT $n AS n;");
    assert_eq!(ran.stdout, "n\n3\n");
    let ran = piped(&desk, &[], "SELECT 1;\n.mode csv\nSELECT '\u{fffd}".as_bytes());
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let ran = piped(&desk, &[], b"SELECT 1;\nSELECT '\xd6\xd0';\n");
    assert_eq!(ran.code, Some(1));
    assert_eq!(ran.stderr, "error: standard input: line 2: this is no UTF-8; save the script as UTF-8\n");
    let long = format!(".mode csv\nSELECT length('{}') AS n;\n", "预".repeat(400_000));
    assert_eq!(piped(&desk, &[], long.as_bytes()).stdout, "n\n400000\n");
    for garbage in [
        "'",
        "\"",
        "growth '",
        "SELECT (",
        ".read",
        "$$",
        "$",
        "-- param: \n",
        "\0",
        ".chart bar bar bar bar bar bar",
        "/*",
    ] {
        let ran = piped(&desk, &[], garbage.as_bytes());
        assert!(matches!(ran.code, Some(0 | 1)), "{garbage:?}: {:?} {}", ran.code, ran.stderr);
    }
}

#[test]
fn a_log_replays_to_the_same_output() {
    let desk = Desk::with_samples();
    desk.write("extra.sql", "SELECT 'extra' AS x;\n");
    let session = "SELECT 0 AS before;\n.config width 100\n.timer on\n.log log.sql\n.timer off\n.unit 元\ngrowth 示例 since=2021\n\
                   SELECT count(*) AS n -- rows; of it\nFROM _;\nSELECT broken;\n.read extra.sql\n.chart bar n x\n\
                   .chart bar x x\n.last md\n.log\n.log off\nSELECT 'not logged';\n";
    desk.write("s.sql", session);
    let first = desk.run(["run", "s.sql"]).fails_with(1).stdout;
    let log = fs::read_to_string(desk.path("log.sql")).unwrap();
    insta::assert_snapshot!("log", log.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
    let again = desk.run(["run", "log.sql"]).succeeds().stdout;
    let logged = first.split("logging to log.sql\n").nth(1).unwrap();
    assert_eq!(again, logged);
    desk.write("mine.txt", "my notes");
    let ran = desk.run(["-c", ".log mine.txt"]).fails_with(1);
    assert!(ran.stderr.contains("mine.txt: the file is no log of yusuan"), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(desk.path("mine.txt")).unwrap(), "my notes");
}

#[test]
fn a_saved_query_is_a_canned_query_in_every_later_session() {
    let desk = Desk::with_samples();
    let ran = desk.run([
        "-c",
        "growth 示例 since=2022",
        "-c",
        ".save 示例增长 示例局的增长",
        "-c",
        ".mode csv",
        "-c",
        "示例增长",
    ]);
    assert!(ran.succeeds().stdout.contains("saved as `示例增长` in "));
    let direct = desk.run(["query", "growth", "示例", "since=2022"]).succeeds().stdout;
    assert_eq!(desk.run(["query", "示例增长"]).succeeds().stdout, direct, "units, trend and all");
    assert!(desk.run(["queries", "示例"]).succeeds().stdout.contains("示例局的增长"));
    assert_eq!(desk.sql("SELECT count(*) FROM 示例增长()"), "2");
    let ran = desk.run(["-c", "SELECT 1;", "-c", ".save growth"]).fails_with(1);
    assert!(ran.stderr.contains("`growth` is the name of a built-in query or table"), "{}", ran.stderr);
}

#[test]
fn help_of_a_script_that_is_read_and_a_reader_that_goes_away() {
    let desk = Desk::with_samples();
    desk.write("s.sql", SCRIPT);
    assert!(desk.run(["-c", ".read s.sql --help"]).succeeds().stdout.contains("since INTEGER = 2020: first year"));
    desk.write(
        "windows.sql",
        "\u{feff}#!/usr/bin/env -S yusuan run\r\n-- param: n INTEGER = 4 | x\r\n.mode csv\r\nSELECT $n AS n;\r\n",
    );
    assert_eq!(desk.run(["run", "windows.sql"]).succeeds().stdout, "n\n4\n");
    desk.write("long.sql", "SELECT * FROM range(300000);\n".repeat(3));
    let mut child =
        desk.command().args(["run", "long.sql"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()));
}

#[test]
fn pipelines_take_parameters_and_are_logged() {
    let desk = Desk::with_samples();
    let script = "-- param: since INTEGER = 2021 | first year\n-- param: dept VARCHAR = 合成示例局 | whose\n.mode csv\n.log log.sql\n\
        frame from growth | filter fiscal_year >= $since AND department = $dept | select fiscal_year, amount\n";
    desk.write("s.sql", script);
    let ran = desk.run(["run", "s.sql", "since=2022"]).succeeds().stdout;
    let rows = "fiscal_year,amount\n2022,9311700.00\n2023,11235400.00\n";
    assert_eq!(ran.split("logging to log.sql\n").nth(1).unwrap(), rows);
    assert_eq!(desk.run(["run", "log.sql"]).succeeds().stdout, rows);
    let ran = desk.run(["run", "s.sql", "since=2022", "--limit", "1", "-o", "x.xlsx"]).succeeds();
    assert!(ran.stderr.contains("cut off by the limit"), "{}", ran.stderr);
    let ran = desk.run(["-c", "frame from growth | head 1", "-c", ".save mine"]).fails_with(1);
    assert!(ran.stderr.contains("only canned queries and SQL can be saved"), "{}", ran.stderr);
}

#[test]
fn output_is_the_same_every_time() {
    let desk = Desk::with_samples();
    desk.write("s.sql", "growth\nthree_public by=component\nprojects\n.chart\nchecks 洛龙\n.last json\n");
    let run = || desk.run(["run", "s.sql"]).succeeds().stdout;
    assert_eq!(run(), run());
}
