//! The first rows of long answers, and the sums that are stored for them.

use crate::support::Desk;

/// Departments of three regions over four years, as documents and as a long table.
fn desks() -> [Desk; 3] {
    let [texts, long] = ["text", "csv"].map(|format| {
        let desk = Desk::new();
        let args = [
            "synth",
            "--departments",
            "40",
            "--years",
            "2019..2022",
            "--flaws",
            "0.3",
            "--format",
            format,
            "-o",
            "made",
        ];
        desk.run(args).succeeds();
        desk.run(["ingest", if format == "csv" { "made/facts.csv" } else { "made/documents" }]).succeeds();
        desk
    });
    [Desk::with_samples(), texts, long]
}

#[test]
fn the_first_rows_are_those_of_the_whole_answer() {
    let mut cut = 0;
    let [samples, _, long] = desks();
    for desk in [samples, long] {
        let names = desk.sql(
            "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type = 'table_macro' AND NOT internal
             AND function_name NOT LIKE 'check%' AND function_name NOT IN ('all_checks', 'why') ORDER BY 1",
        );
        let some = desk.sql("SELECT name FROM department ORDER BY length(name), name LIMIT 1");
        let some = format!("department={some}");
        for name in names.lines() {
            let added: &[&str] = if name == "three_public" { &["by=component"] } else { &["region=区"] };
            for narrowed in [&[][..], added, &[&some]] {
                let ask = |more: &[&str]| {
                    let ran = desk.run(["query", name].iter().chain(narrowed).chain(&["-f", "csv"]).chain(more));
                    // A region that the samples do not have is told.
                    if ran.code == Some(0) { ran.stdout } else { String::new() }
                };
                let whole: Vec<String> = ask(&[]).lines().map(str::to_owned).collect();
                for limit in [1, 40] {
                    let first: Vec<String> = ask(&["--limit", &limit.to_string()]).lines().map(str::to_owned).collect();
                    assert_eq!(first, whole[..whole.len().min(limit + 1)], "{name} {narrowed:?} {limit}");
                    cut += usize::from(first.len() < whole.len());
                }
            }
        }
    }
    assert!(cut > 60, "{cut}");
}

#[test]
fn first_rows_follow_an_order_that_a_user_sets_and_change_nothing_else() {
    let [_, desk, _] = desks();
    let ask = |script: &str| {
        desk.write("ask.sql", script);
        desk.run(["run", "ask.sql", "-f", "csv", "--limit", "3"]).succeeds().stdout
    };
    let first = ask("growth;\nSELECT count(*) AS n FROM current_document;\n");
    assert!(first.ends_with(&format!("n\n{}\n", desk.count("document"))), "{first}");
    let down = ask("SET default_order = 'DESC';\ngrowth;\n");
    let names = desk.sql("SELECT max(department), min(department) FROM growth()");
    let (highest, lowest) = names.split_once(',').unwrap();
    assert!(down.contains(highest) && !down.contains(lowest), "{down}");
    assert!(first.contains(lowest) && !first.contains(highest), "{first}");
}

#[test]
fn the_stored_money_of_a_project_is_the_sum_of_its_amounts() {
    for desk in desks() {
        let differ = "SELECT p.project_id, p.amount, s.amount FROM project p LEFT JOIN (
            SELECT f.project_id, sum(f.amount) AS amount FROM fact f JOIN document d USING (document_id)
            WHERE f.table_kind = 'project_expenditure' AND f.role = 'detail' AND coalesce(f.fund, 'total') = 'total'
              AND coalesce(f.period, 'all') = 'all' AND f.stage = if(d.kind = 'budget', 'budget', 'actual')
            GROUP BY f.project_id) s USING (project_id) WHERE p.amount IS DISTINCT FROM s.amount";
        assert_eq!(desk.sql(differ), "");
        let known: usize = desk.sql("SELECT count(amount) FROM project").parse().unwrap();
        assert!(known > 10, "{known}");
        assert_eq!(desk.sql("SELECT count(*) FROM project_amount"), desk.sql("SELECT count(*) FROM projects()"));
    }
}

#[test]
fn only_details_over_all_funds_and_periods_are_the_money_of_a_project() {
    let desk = Desk::new();
    let rows = "年度,部门,表,项目,行类型,资金性质,资金年度,金额,单位\n2023,甲市财政局,project_expenditure,修路,明细,合计,,1.5,万元\n\
                2023,甲市财政局,project_expenditure,修路,明细,,,2,元\n2023,甲市财政局,project_expenditure,修路,明细,一般公共预算,,4,元\n\
                2023,甲市财政局,project_expenditure,修路,合计,,,8,元\n2023,甲市财政局,expenditure,修路,明细,,,16,元\n\
                2023,甲市财政局,project_expenditure,修路,明细,,上年结转,32,元\n2023,甲市财政局,expenditure,他项,明细,,,64,元\n";
    desk.write("a.csv", rows);
    desk.run(["ingest", "a.csv"]).succeeds();
    assert_eq!(
        desk.sql("SELECT name, amount FROM project ORDER BY name"),
        "他项,\n修路,15002.00",
        "{}",
        desk.sql("FROM fact")
    );
    assert_eq!(desk.sql("SELECT project, amount FROM projects()"), "修路,15002.00");
}

#[test]
fn a_sum_that_does_not_fit_is_told_and_stores_nothing() {
    let desk = Desk::new();
    let row = "2023,甲市财政局,修路,9999999999999999.99,元\n";
    desk.write("a.csv", format!("年度,部门,项目,金额,单位\n{row}{row}"));
    let ran = desk.run(["ingest", "a.csv"]);
    assert_ne!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains("19999999999999999.98"), "{}", ran.stderr);
    assert_eq!(desk.count("fact"), 0);
}
