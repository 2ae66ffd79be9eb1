//! Completion on the sample documents.

use std::path::Path;

use super::*;
use crate::query::Library;
use crate::session::{Progress, Report};
use crate::table::Overrides;

struct Silent;

impl Progress for Silent {
    fn found(&mut self, _: usize) {}
    fn working(&mut self, _: &[&Path]) {}
    fn done(&mut self, _: &Report) {}
}

fn session() -> Session {
    let mut session = Session::in_memory(Library::embedded().unwrap()).unwrap();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/samples");
    session.ingest(&[samples], &Overrides::default(), None, &mut Silent);
    session
}

const OFFICE: &str = "洛阳市洛龙区人民政府办公室";

/// The replacements for the place of `|`.
fn at(session: &Session, text: &str) -> Vec<String> {
    let (before, after) = text.split_once('|').unwrap();
    let completion = session.complete(&format!("{before}{after}"), before.len());
    assert!(completion.start <= before.len() && text.is_char_boundary(completion.start), "{text}");
    completion.candidates.into_iter().map(|c| c.replacement).collect()
}

#[track_caller]
fn offers(session: &Session, text: &str, wanted: &[&str]) {
    let found = at(session, text);
    for word in wanted {
        assert!(found.iter().any(|f| f.trim_end() == *word), "{text}: no {word} in {found:?}");
    }
}

#[test]
fn everything_is_completed_from_the_data() {
    let mut session = session();
    let s = &session;

    // The first word.
    offers(s, "|", &["growth", "three_public", ".help"]);
    offers(s, "gr|", &["growth"]);
    assert_eq!(at(s, "支出增|"), ["growth "]);
    assert_eq!(at(s, ".qu|"), [".queries ", ".quit "]);
    offers(s, "SEL|", &["SELECT"]);
    offers(s, "SELECT 1; gr|", &["growth"]);

    // Commands.
    assert_eq!(at(s, ".timer |"), ["on ", "off "]);
    assert_eq!(at(s, ".unit 亿|"), ["亿元 "]);
    assert_eq!(at(s, ".mode js|"), ["json ", "jsonl "]);
    offers(s, ".help gro|", &["growth"]);
    assert_eq!(at(s, ".schema source_f|"), ["source_file "]);

    // Canned queries: parameters, then values of what is meant.
    let office = format!("{OFFICE} ");
    assert_eq!(at(s, "growth si|"), ["since="]);
    assert!(!at(s, "growth since=2019 |").iter().any(|r| r == "since="));
    for typed in ["洛阳", "洛龙", "办公室", "lysll", "luoyang", "bgs", "部门=洛", "department=办公", "department='办公"]
    {
        assert_eq!(at(s, &format!("growth {typed}|")), [office.as_str()], "{typed}");
    }
    offers(s, "growth since=|", &["2019", "2023"]);
    offers(s, "growth 洛龙 20|", &["2021"]);
    offers(s, "growth region=|", &["洛阳市洛龙区"]);
    assert_eq!(at(s, "peers measure=t|"), ["total ", "three_public "]);
    offers(s, "by_function level=|", &["3", "5", "7"]);
    offers(s, "by_economic under=差旅|", &["30211"]);
    offers(s, "by_function under=201|", &["2010301"]);
    offers(s, "why 洛龙 in_table=三公|", &["three_public"]);
    assert!(at(s, "growth nothing=|").is_empty());
    assert!(at(s, "nothing x|").is_empty());

    // SQL.
    offers(s, "FROM docum|", &["document", "documents("]);
    offers(s, "SELECT am| FROM fact", &["amount"]);
    offers(s, "SELECT f.func| FROM fact f", &["function_code"]);
    offers(s, "FROM growth() WHERE grow|", &["growth_pct"]);
    offers(s, "FROM growth(|", &["department :=", "since :="]);
    offers(s, "FROM growth(department := '洛|", &[&format!("'{OFFICE}'")]);
    offers(s, "FROM growth('bgs|", &[&format!("'{OFFICE}'")]);
    offers(s, "FROM growth(since := |", &["2019"]);
    offers(s, "FROM fact WHERE item = 'three|", &["'three_public'"]);
    offers(s, "FROM current_document WHERE department = '办|", &[&format!("'{OFFICE}'")]);
    offers(s, "FROM fact WHERE function_code = '201|", &["'2010301'"]);
    offers(s, "FROM fact WHERE economic_code IN ('差旅|", &["'30211'"]);
    offers(s, "FROM source_file WHERE format = '|", &["'text'"]);
    offers(s, "SELECT \"am| FROM fact", &["\"amount\""]);
    offers(s, "FROM fact WH|", &["WHERE"]);
    // Columns of other tables are no answer; functions are, where the database tells them.
    let found = at(s, "SELECT am| FROM fact");
    assert!(!found.iter().any(|f| f.contains("as_printed")), "{found:?}");
    assert!(at(s, "SELECT 'x|").is_empty());
    assert!(at(s, "SELECT 1 -- FROM f|").is_empty());

    // A code tells its name.
    let text = "FROM fact WHERE economic_code = '30211";
    assert_eq!(s.complete(text, text.len()).candidates[0].note, "差旅费");

    // What changes is seen.
    session.eval("CREATE TABLE 科目表(编码 VARCHAR); INSERT INTO 科目表 VALUES ('甲'), ('乙');").unwrap();
    offers(&session, "FROM 科|", &["科目表"]);
    session.eval("CREATE MACRO 我的(x := 1) AS TABLE SELECT x").unwrap();
    offers(&session, "FROM 我|", &["我的("]);
    offers(&session, "FROM all_ch|", &["all_checks("]);
    offers(&session, "SELECT 编| FROM 科目表", &["编码"]);
    offers(&session, "FROM 科目表 WHERE 编码 = '|", &["'甲'", "'乙'"]);
    session.eval("INSERT INTO 科目表 VALUES ('丙')").unwrap();
    offers(&session, "FROM 科目表 WHERE 编码 = '|", &["'丙'"]);
    offers(&session, "SELECT _.编| FROM _", &[]);
    session.eval("SELECT 1 AS 合计").unwrap();
    offers(&session, "SELECT 合| FROM _", &["合计"]);
    offers(&session, ".why 1 合|", &["合计"]);

    // Settings, and parameters of scripts.
    offers(&session, ".config lim|", &["limit"]);
    assert_eq!(at(&session, ".config timer o|"), ["on ", "off "]);
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("年报.sql");
    std::fs::write(&script, "-- title: x\n-- param: who VARCHAR from=department | whose\nSELECT 1;\n").unwrap();
    let script = script.display();
    offers(&session, &format!(".read {}|", folder.path().join("年").display()), &[&script.to_string()]);
    offers(&session, &format!(".read {script} w|"), &["who="]);
    offers(&session, &format!(".read {script} who=bgs|"), &[OFFICE]);
    offers(&session, &format!(".chart bar -o {}|", folder.path().join("年").display()), &[&script.to_string()]);

    // Odd input.
    for text in
        ["\u{0}|", "'|", "(((|", "FROM growth((|", "SELECT \"|", "growth '|", ".help '|", "；|", "FROM ￥|", ". |"]
    {
        at(&session, text);
    }
    assert!(at(&session, &format!("{}|", "x".repeat(1_000_000))).is_empty());
}
