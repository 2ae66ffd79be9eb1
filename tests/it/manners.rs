//! Limits, settings, exit codes, names that nothing has, pages for shells and man.

use std::fs;

use crate::support::Desk;

#[test]
fn a_limit_tells_that_rows_were_cut_off() {
    let desk = Desk::with_samples();
    let ran = desk.run(["query", "growth", "示例", "--limit", "2"]).succeeds();
    assert!(ran.stdout.ends_with("(2 rows, cut off by the limit: there are more)\n"), "{}", ran.stdout);
    let ran = desk.run(["query", "growth", "示例", "--limit", "2", "-f", "json"]).succeeds();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&ran.stdout).unwrap().as_array().unwrap().len(), 2);
    assert_eq!(ran.stderr, "note: 2 rows, cut off by the limit: there are more\n");
    let ran = desk.run(["query", "growth", "示例", "--limit", "2", "-f", "csv", "--stats"]).succeeds();
    let stats: serde_json::Value = serde_json::from_str(&ran.stderr).unwrap();
    assert_eq!(
        (&stats["rows"], &stats["truncated"], &stats["query"]),
        (&2.into(), &true.into(), &"growth 示例".into())
    );
    let ran = desk.run(["query", "growth", "示例", "--limit", "5", "-f", "csv"]).succeeds();
    assert_eq!(ran.stderr, "", "five rows are all");
    desk.run(["query", "growth", "示例", "--limit", "2", "-o", "x.csv"]).succeeds();
    let about = fs::read_to_string(desk.path("x.csv.about.json")).unwrap();
    assert!(about.contains("\"truncated\": true"), "{about}");
    desk.run(["query", "growth", "--limit", "0"]).fails_with(2);
}

#[test]
fn a_statement_that_takes_too_long_is_stopped() {
    let desk = Desk::with_samples();
    let slow = "SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE a.range * b.range = 7";
    let ran = desk.run(["sql", slow, "--timeout", "0.3"]).fails_with(1);
    assert!(ran.stderr.starts_with("error: stopped after 0.3 s, the time limit; narrow the query"), "{}", ran.stderr);
    let ran =
        desk.run(["-c", ".config timeout 0.3", "-c", &format!("{slow};"), "-c", "SELECT 7 AS still;"]).fails_with(1);
    assert!(ran.stdout.contains("still"), "{}", ran.stdout);
    desk.run(["sql", "SELECT 1", "--timeout", "soon"]).fails_with(2);
    desk.run(["sql", "SELECT 1", "--timeout", "30"]).succeeds();
}

#[test]
fn settings_come_from_the_file_below_the_environment_below_the_command_line() {
    let desk = Desk::with_samples();
    let config = desk.path("xdg_config_home/yusuan/config.toml");
    let shown = desk.run(["config"]).succeeds().stdout;
    assert!(
        shown.contains("unit = \"万元\"  # default") && shown.contains("(not there; `yusuan config --init`"),
        "{shown}"
    );
    desk.run(["config", "--init"]).succeeds();
    assert!(desk.run(["config", "--init"]).fails_with(2).stderr.contains("is there already"));
    let commented = fs::read_to_string(&config).unwrap();
    assert!(commented.lines().all(|l| l.is_empty() || l.starts_with('#')), "{commented}");
    assert_eq!(
        desk.run(["config"]).succeeds().stdout.matches("# default").count(),
        yusuan::session::SETTINGS.len(),
        "comments set nothing"
    );
    fs::write(&config, "unit = \"元\"\nlimit = 3\nformat = \"csv\"\n").unwrap();
    let run = |args: &[&str], unit: Option<&str>| {
        let mut command = desk.command();
        command.args(args);
        if let Some(unit) = unit {
            command.env("YUSUAN_UNIT", unit);
        }
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    assert_eq!(run(&["query", "growth"], None).lines().count(), 4, "format and limit of the file");
    assert!(run(&["config"], Some("亿元")).contains("unit = \"亿元\"  # YUSUAN_UNIT"));
    assert!(run(&["config", "--unit", "万元"], Some("亿元")).contains("unit = \"万元\"  # command line"));
    assert!(run(&["query", "growth", "-f", "md"], None).contains("amount (元)"));
    fs::write(&config, "unit = \"元\"\nformatt = \"csv\"\n").unwrap();
    let ran = desk.run(["query", "growth"]).fails_with(2);
    assert!(
        ran.stderr.contains("config.toml: line 2: unknown field `formatt`")
            && ran.stderr.contains("did you mean `format`?"),
        "{}",
        ran.stderr
    );
    fs::write(&config, "unit = \"円\"\n").unwrap();
    assert!(desk.run(["query", "growth"]).fails_with(2).stderr.contains("line 1: unit: `円` is no value of it"));
}

#[test]
fn settings_of_a_session_are_shown_and_set() {
    let desk = Desk::with_samples();
    let ran = desk.run([
        "-c",
        ".config",
        "-c",
        ".config unit",
        "-c",
        ".config unit=亿元",
        "-c",
        ".unit",
        "-c",
        ".config limit 3",
    ]);
    let ran = ran.succeeds();
    assert!(
        ran.stdout.contains("timeout = off") && ran.stdout.contains("unit = 万元 (元, 万元, 亿元)"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("亿元 (of"), "{}", ran.stdout);
    let ran = desk.run(["-c", ".config untt 亿元"]).fails_with(1);
    assert!(ran.stderr.contains("unknown setting `untt`; did you mean `unit`?"), "{}", ran.stderr);
}

#[test]
fn a_name_or_value_that_nothing_has_tells_the_nearest() {
    let desk = Desk::with_samples();
    for (words, message) in [
        (vec!["growth", "合城示例局"], "growth: no department is called `合城示例局`; did you mean `合成示例局`?"),
        (vec!["growth", "洛农区"], "did you mean `洛阳市洛龙区"),
        (vec!["growth", "外星事务厅"], "there is 合成示例局, 洛阳市洛龙区人民政府办公室"),
        (vec!["three_public", "region=洛杨市"], "no region is called `洛杨市`; did you mean `洛阳市洛龙区`?"),
        (vec!["projects", "year=2031"], "no year is called `2031`; the years are 2019 to 2023"),
        (vec!["why", "洛龙", "in_table=三宫经费表"], "no table is called `三宫经费表`; did you mean `三公经费表`?"),
    ] {
        let ran = desk.run([&["query"], &words[..]].concat()).fails_with(1);
        assert!(ran.stderr.contains(message), "{words:?}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "an empty table is no answer");
    }
    for (words, message) in [
        (
            vec!["peers", "measure=totle"],
            "peers: measure: `totle` is none of total, basic, project, three_public; did you mean `total`?",
        ),
        (vec!["by_function", "level=4"], "level: `4` is none of 3,"),
        (vec!["three_public", "by=componet"], "did you mean `component`?"),
    ] {
        let ran = desk.run([&["query"], &words[..]].concat()).fails_with(2);
        assert!(ran.stderr.contains(message), "{words:?}: {}", ran.stderr);
    }
    // What is there and has nothing of the sort is an empty table.
    let ran = desk.run(["query", "growth", "示例", "since=2023", "region=洛阳"]).succeeds();
    assert!(ran.stdout.contains("(0 rows)"), "{}", ran.stdout);
}

#[test]
fn a_canned_query_is_a_command_too() {
    let desk = Desk::with_samples();
    let query = desk.run(["query", "growth", "示例", "-f", "csv"]).succeeds().stdout;
    assert_eq!(desk.run(["growth", "示例", "-f", "csv"]).succeeds().stdout, query);
    assert_eq!(desk.run(["支出增长", "示例", "-f", "csv"]).succeeds().stdout, query);
    let ran = desk.run(["--read-only", "--db", "budget.duckdb", "-f", "csv", "growth", "示例"]).succeeds();
    assert_eq!(ran.stdout, query);
    let ran = desk.run(["growht", "示例"]).fails_with(2);
    assert_eq!(
        ran.stderr,
        "error: `growht` is neither a command, a canned query nor a database file; did you mean `growth`?\n"
    );
    assert_eq!(desk.run(["budget.duckdb", "growth", "示例", "-f", "csv"]).code, Some(2));
    assert_eq!(desk.run(["budget.duckdb", "query", "growth", "示例", "-f", "csv"]).succeeds().stdout, query);
}

#[test]
fn colours_are_for_terminals_unless_they_are_asked_for() {
    let desk = Desk::with_samples();
    let drawn = |color: &str| {
        let output = desk.command().args(["growth", "-f", "chart"]).env("YUSUAN_COLOR", color).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(!drawn("auto").contains('\x1b') && !drawn("never").contains('\x1b'));
    assert!(drawn("always").contains("\x1b[34m"));
}

#[test]
fn components_are_added_up_over_the_departments_of_a_region() {
    let desk = Desk::new();
    desk.run(["synth", "--departments", "3", "--years", "2021..2023", "-o", "corpus"]).succeeds();
    desk.run(["ingest", "corpus"]);
    let rows = desk.run(["query", "three_public", "by=component", "year=2023", "-f", "csv"]).succeeds().stdout;
    assert!(rows.lines().skip(1).all(|l| l.starts_with(',')), "no department: {rows}");
    let sums = "SELECT count(*) FROM three_public(axis := 'component') c JOIN (\
        SELECT region, kind, scope, fiscal_year, stage, item, sum(amount) AS amount, count(amount) AS n FROM three_public() GROUP BY ALL) d \
        ON d.region IS NOT DISTINCT FROM c.region AND (d.kind, d.scope, d.fiscal_year, d.stage, d.item) = (c.kind, c.scope, c.fiscal_year, c.stage, c.item) \
        WHERE d.amount IS NOT DISTINCT FROM c.amount AND d.n = c.departments";
    assert_eq!(desk.sql(sums), desk.sql("SELECT count(*) FROM three_public(axis := 'component')"));
    assert_eq!(desk.sql("SELECT max(departments) FROM three_public(axis := 'component')"), "3");
    let change = "SELECT count(*) FROM three_public(axis := 'component') c JOIN (\
        SELECT kind, scope, fiscal_year, stage, item, sum(change) AS change, sum(prior_amount) FILTER (amount IS NOT NULL) AS prior \
        FROM three_public() GROUP BY ALL) d USING (kind, scope, fiscal_year, stage, item) \
        WHERE c.change IS DISTINCT FROM d.change OR c.prior_amount IS DISTINCT FROM d.prior";
    assert_eq!(desk.sql(change), "0");
    assert_ne!(desk.sql("SELECT count(change) FROM three_public(axis := 'component')"), "0");
    let totals = desk.sql("SELECT DISTINCT item FROM three_public(axis := 'department')");
    assert_eq!(totals, "three_public");
}

#[test]
fn help_shows_parameters_units_and_an_example() {
    let desk = Desk::with_samples();
    let help = desk.run(["-c", ".help growth"]).succeeds().stdout;
    for part in [
        "growth [department=…]",
        "since INTEGER: first fiscal year shown",
        "growth_pct (%): change ÷ prior_amount",
        "amount (元)",
        "examples\n  growth 办公室 since=2019",
    ] {
        assert!(help.contains(part), "{part}: {help}");
    }
}

#[test]
fn shells_and_man_know_every_command() {
    let desk = Desk::new();
    let man = desk.run(["man"]).succeeds().stdout;
    for word in [".TH yusuan 1", "yusuan query", ".chart", "three_public", "timeout", "NAME=VALUE"] {
        assert!(man.contains(word), "{word}: {man}");
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = desk.run(["completions", shell]).succeeds().stdout;
        assert!(script.contains("ingest") && script.contains("timeout"), "{shell}");
    }
}

#[test]
fn what_is_read_only_is_questioned_and_stays() {
    let desk = Desk::with_samples();
    let before = fs::read(desk.path("budget.duckdb")).unwrap();
    let ran =
        desk.run(["--read-only", "-c", "growth 示例", "-c", "DELETE FROM fact;", "-c", "SELECT count(*) FROM _;"]);
    assert!(ran.fails_with(1).stderr.contains("read-only"));
    assert_eq!(fs::read(desk.path("budget.duckdb")).unwrap(), before);
    // A query of the user's that the file does not have is there all the same.
    let folder = desk.path("xdg_config_home/yusuan/queries");
    fs::create_dir_all(&folder).unwrap();
    let sql = "-- title: 我的 mine\nCREATE OR REPLACE MACRO mine() AS TABLE FROM growth('示例');\nCOMMENT ON MACRO TABLE mine IS 'x';";
    fs::write(folder.join("mine.sql"), sql).unwrap();
    let ran = desk.run(["--read-only", "query", "mine", "-f", "csv"]).succeeds();
    assert_eq!(ran.stdout.lines().count(), 6);
    let ran = desk.run(["--read-only", "-c", "growth 示例", "-c", ".save yours", "-c", ".mode csv", "-c", "yours"]);
    assert!(ran.succeeds().stdout.contains("\n合成示例局,"));
    assert_eq!(fs::read(desk.path("budget.duckdb")).unwrap(), before);
}

#[test]
fn money_is_what_a_column_is_made_of() {
    let desk = Desk::with_samples();
    let shown = |sql: &str| {
        let text = desk.run(["sql", sql]).succeeds().stdout;
        text.lines().filter(|l| l.starts_with('│')).map(|l| l.replace([' ', '│'], "")).collect::<Vec<_>>().join("|")
    };
    assert_eq!(shown("SELECT 99.43::DECIMAL(18,2) AS score"), "score|99.43");
    assert_eq!(shown("SELECT (amount/10000)::DECIMAL(18,2) AS wan FROM growth('洛龙')"), "wan|1446.69");
    assert_eq!(shown("SELECT avg(amount) AS a FROM growth('洛龙')"), "a|万元|1,446.69");
    assert_eq!(shown("SELECT max(amount) * 2 AS twice FROM growth('洛龙')"), "twice|万元|2,893.38");
    assert_eq!(shown("SELECT amount / 1446.69 AS x FROM growth('洛龙')"), "x|万元|1.00");
}

#[test]
fn words_of_other_programs_are_understood_at_the_prompt() {
    let desk = Desk::with_samples();
    for word in ["help growth", "？", "\\?", "帮助", "。help"] {
        let ran = desk.run(["-c", word]).succeeds();
        assert!(ran.stdout.contains("growth"), "{word}: {}", ran.stdout);
    }
    for words in [&["help", "growth"][..], &["growth", "--help"], &["query", "growth", "-h"]] {
        assert!(desk.run(words).succeeds().stdout.starts_with("growth [department="), "{words:?}");
    }
    assert!(desk.run(["help", "ingest"]).succeeds().stdout.contains("--jobs"));
    assert_eq!(desk.run(["-c", "quit", "-c", "SELECT 1;"]).succeeds().stdout, "");
    let both = desk.run(["-c", "check 洛龙"]).succeeds().stdout;
    assert!(both.contains("coverage_pct") && both.contains("rule"), "{both}");
    for (word, told) in [("SELCT 1", "did you mean `SELECT`?"), ("ingest a.pdf", "type yusuan ingest")] {
        let ran = desk.run(["-c", word]).fails_with(1);
        assert!(ran.stderr.contains(told), "{word}: {}", ran.stderr);
    }
}

#[test]
fn what_is_no_database_is_told_and_several_may_read_one() {
    let desk = Desk::with_samples();
    desk.write("notes.db", "SQLite format 3\0 and more");
    for path in ["notes.db", "."] {
        let ran = desk.run(["--db", path, "growth"]).fails_with(3);
        assert!(ran.stderr.contains("not a DuckDB database"), "{}", ran.stderr);
    }
    let config = duckdb::Config::default().access_mode(duckdb::AccessMode::ReadOnly).unwrap();
    let reader = duckdb::Connection::open_with_flags(desk.path("budget.duckdb"), config).unwrap();
    desk.run(["growth", "洛龙"]).succeeds();
    desk.run(["check"]).succeeds();
    drop(reader);
}

#[test]
fn strict_looks_at_what_breaks_whatever_is_listed() {
    let desk = Desk::new();
    let text = "示例市甲局2023年部门预算\n\n部门支出预算表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n\t合计\t10.00\t6.00\t4.00\n2010601\t行政运行\t6.00\t6.00\t\n2010602\t一般行政管理事务\t5.00\t\t5.00\n";
    desk.write("a.txt", text);
    desk.run(["ingest", "a.txt"]).succeeds();
    desk.run(["check", "--strict"]).fails_with(4);
    desk.run(["check", "--strict", "status=holds"]).fails_with(4);
    desk.run(["check", "status＝holds", "rule=TOT"]).succeeds();
    desk.run(["check", "甲局", "示例", "2023", "TOT", "holds"]).succeeds();
}

#[test]
fn a_version_with_fewer_amounts_is_told() {
    let desk = Desk::new();
    let text = |rows: &str| {
        format!(
            "示例市甲局2023年部门预算\n\n部门支出预算表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n\t合计\t10.00\t6.00\t4.00\n{rows}"
        )
    };
    desk.write("a.txt", text("2010601\t行政运行\t6.00\t6.00\t\n2010602\t一般行政管理事务\t4.00\t\t4.00\n"));
    desk.write("b.txt", text(""));
    desk.run(["ingest", "a.txt"]).succeeds();
    let told = desk.run(["ingest", "b.txt"]).succeeds().stderr;
    assert!(told.contains("b.txt: 3 amounts take the place of 7 in a.txt"), "{told}");
}
