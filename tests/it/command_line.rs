//! What the command line promises: streams, exit codes, messages.

use std::io::Read as _;
use std::process::Stdio;

use crate::run::{Yusuan, with_database};
use crate::support::Desk;

#[test]
fn help_names_every_command() {
    let done = Yusuan::new().args(["--help"]).succeeds();
    for command in ["ingest", "query", "queries", "departments", "sql", "run", "repl", "completions"] {
        assert!(done.stdout().contains(command), "{command}");
    }
}

#[test]
fn the_database_is_named_before_or_after_the_command() {
    with_database().args(["--db", "x.duckdb", "sql", "-f", "csv", "SELECT 1 AS a"]).succeeds().stdout_is("a\n1\n");
    with_database().args(["sql", "SELECT 1 AS a", "--db", "x.duckdb", "-f", "csv"]).succeeds().stdout_is("a\n1\n");
}

#[test]
fn no_database_is_told_with_the_remedy() {
    let done = Yusuan::new().args(["sql", "SELECT 1", "--db", "none.duckdb"]).exits(3);
    let done = done.stderr_has("none.duckdb").stderr_has("yusuan ingest PATH");
    assert!(!done.path("none.duckdb").exists(), "asking makes no database");
    done.stdout_is("");
}

#[test]
fn no_database_file_is_told_as_such() {
    let text = "not a database, but long enough to have a header of some kind".repeat(100);
    Yusuan::new().file("x.duckdb", text).args(["sql", "SELECT 1", "--db", "x.duckdb"]).exits(3).stderr_has("x.duckdb");
}

#[test]
fn wrong_words_are_usage_errors_with_a_suggestion() {
    Yusuan::new().args(["qurey", "growth"]).exits(2);
    Yusuan::new().args(["qurey"]).exits(2).stderr_has("did you mean `query`?");
    Yusuan::new().args(["sql", "SELECT 1", "-f", "cvs"]).exits(2).stderr_has("use one of table, csv");
    Yusuan::new().args(["query", "no_such_query_at_all"]).exits(2).stderr_has("unknown query `no_such_query_at_all`");
}

#[test]
fn a_users_query_folder_is_known_and_checked() {
    let sql = "-- title: 自定义 own query\n-- param: word VARCHAR | shown\n\
        CREATE OR REPLACE MACRO own(word := 'x') AS TABLE SELECT word AS word;";
    let own = || with_database().file("q/own.sql", sql);
    own()
        .args(["query", "own", "it's", "--queries", "q", "--db", "x.duckdb", "-f", "csv"])
        .succeeds()
        .stdout_is("word\nit's\n");
    own()
        .args(["query", "自定义", "word=a b", "--queries", "q", "--db", "x.duckdb", "-f", "jsonl"])
        .succeeds()
        .stdout_is("{\"word\": \"a b\"}\n");
    own().args(["query", "onw", "--queries", "q"]).exits(2).stderr_has("did you mean `own`?");
    own().args(["query", "own", "wrod=1", "--queries", "q"]).exits(2).stderr_has("did you mean `word`?");
    own().args(["queries", "--queries", "q"]).succeeds().stdout_has("own [word=…]");
    let broken = Yusuan::new().file("q/own.sql", "SELECT 1").args(["queries", "--queries", "q"]);
    broken.exits(1).stderr_has("own.sql: line 1: the file does not define `own`");
}

#[test]
fn a_failed_statement_does_not_stop_the_others() {
    let run =
        with_database().file("s.sql", ".mode csv\nSELECT 1 AS a;\nSELECT nothing;\nSELECT 2 AS b;\n.quit\nSELECT 3;");
    run.args(["run", "s.sql", "--db", "x.duckdb"]).exits(1).stderr_has("nothing").stdout_is("a\n1\nb\n2\n");
}

#[test]
fn standard_input_is_a_script_without_banner() {
    let run = with_database().args(["x.duckdb"]).input(".mode csv\nSELECT 1 AS a;\nSELECT 2 AS a");
    run.succeeds().stdout_is("a\n1\na\n2\n");
}

#[test]
fn results_go_to_a_file_whose_name_tells_the_format() {
    let done =
        with_database().args(["sql", "SELECT 1 AS a", "--db", "x.duckdb", "-o", "r.csv"]).succeeds().stdout_is("");
    assert_eq!(std::fs::read_to_string(done.path("r.csv")).unwrap(), "a\n1\n");
    with_database()
        .args(["sql", "SELECT 1", "--db", "x.duckdb", "-o", "no/where.csv"])
        .exits(1)
        .stderr_has("no/where.csv: cannot write there");
}

#[test]
fn bad_documents_are_listed_and_the_others_done() {
    let run = Yusuan::new().file("d/a.txt", "").file("d/b.txt", b"ab\0\x01cd").file("d/c.txt", "天气很好。\n");
    let done = run.args(["ingest", "d", "missing.txt", "--db", "x.duckdb"]).exits(1).stdout_is("");
    let done = done
        .stderr_has("a.txt: the file is empty")
        .stderr_has("b.txt: this is no text")
        .stderr_has("missing.txt: there is no such file or folder; check the name");
    done.stderr_has("c.txt: no budget table").stderr_has("4 documents: 0 stored, 0 unchanged, 4 failed");
}

#[test]
fn a_directory_without_documents_is_an_error() {
    let run = Yusuan::new().file("d/picture.png", "x").args(["ingest", "d", "--db", "x.duckdb"]);
    run.exits(1).stderr_has("d: no document found");
}

#[test]
fn read_only_changes_nothing() {
    with_database().args(["sql", "CREATE TABLE t (a INTEGER)", "--db", "x.duckdb", "--read-only"]).exits(1);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let run = with_database().args(["sql", "-f", "csv", "FROM range(300000)", "--db", "x.duckdb"]);
    let mut child = run.command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let status = child.wait().unwrap();
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((status.code(), stderr.as_str()), (Some(0), ""));
}

#[test]
fn run_can_be_called_more_than_once() {
    let args = || ["yusuan", "completions", "bash", "-o", "/dev/null"].map(Into::into);
    assert_eq!(yusuan::run(args()), 0);
    assert_eq!(yusuan::run(args()), 0);
}

#[test]
fn aliases_of_the_user_merge_what_is_stored_and_say_why() {
    let desk = Desk::with_samples();
    let years = "SELECT string_agg(DISTINCT department, ' ' ORDER BY department), count(*) FROM growth()";
    assert_eq!(desk.sql(years), "合成示例局 洛阳市洛龙区人民政府办公室,6");
    let list = desk.write("aliases.csv", "name,canonical,region,note\n合成示例局,合成示范局,洛阳市洛龙区,2024年更名\n");
    let list = list.to_str().unwrap();
    let shown = desk.run(["departments", "示例", "-f", "csv", "--aliases", list]).succeeds().stdout;
    let row = "合成示范局,洛阳市洛龙区,,990,合成示例局,\"2019, 2020, 2021, 2022, 2023\",budget,department,5,\
               aliases.csv: 合成示例局 = 合成示范局（2024年更名）";
    assert!(shown.contains(row), "{shown}");
    // The list stays in force, until another is given.
    assert_eq!(desk.sql(years), "合成示范局 洛阳市洛龙区人民政府办公室,6");
    assert_eq!(desk.run(["query", "部门", "洛龙", "-f", "csv"]).succeeds().stdout.lines().count(), 2);

    let wrong = desk.write("wrong.csv", "name,canonical\na,\n");
    let ran = desk.run(["departments", "--aliases", wrong.to_str().unwrap()]).fails_with(1);
    assert!(ran.stderr.contains("wrong.csv: line 2: name or canonical is blank"), "{}", ran.stderr);
    desk.run(["departments", "--read-only", "--aliases", list]).fails_with(2);
    desk.run(["departments", "--aliases", "none.csv"]).fails_with(1);
}
