//! Pipelines of frames through the real commands: every verb, every trap, every message, and ten questions that SQL
//! answers the same to the cent.

use std::fs;
use std::path::Path;

use yusuan::frame::VERBS;

use crate::corpus::corpus;
use crate::support::{Desk, csv_rows};

/// The rows of a pipeline as CSV without its heading line.
#[track_caller]
fn frame(desk: &Desk, pipeline: &str) -> String {
    let ran = desk.run(["frame", "-f", "csv", pipeline]).succeeds();
    ran.stdout.lines().skip(1).collect::<Vec<_>>().join("\n")
}

/// What is said about a pipeline that fails.
#[track_caller]
fn fault(desk: &Desk, pipeline: &str) -> String {
    let ran = desk.run(["frame", pipeline]).fails_with(1);
    assert!(ran.stderr.lines().count() <= 12, "more than a screen:\n{}", ran.stderr);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    ran.stderr
}

#[test]
fn the_example_of_every_verb_runs() {
    let desk = Desk::with_samples();
    for verb in VERBS {
        let ran = desk.run(["frame", verb.example]).succeeds();
        assert!(!ran.stdout.contains("(0 rows)") && !ran.stdout.trim().is_empty(), "{}:\n{}", verb.name, ran.stdout);
        for alias in verb.aliases.iter().filter(|_| verb.name != "from") {
            let other = verb.example.replacen(&format!("| {}", verb.name), &format!("| {alias}"), 1);
            let same = desk.run(["frame", &other]).succeeds();
            assert_eq!(same.stdout, ran.stdout, "{other}");
        }
    }
}

#[test]
fn every_example_of_a_saved_pipeline_runs() {
    let desk = Desk::with_samples();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries/frames");
    let mut examples = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        for example in text.lines().filter_map(|l| l.strip_prefix("-- example: ")) {
            desk.run(["frame"].into_iter().chain(example.split_whitespace())).succeeds();
            examples += 1;
        }
    }
    assert!(examples >= 6, "{examples}");
    // By name at the prompt, by its Chinese name, and with more stages behind it.
    desk.write("s.sql", "volatility\n支出波动 years=3\nframe volatility | select department, rates\n");
    let ran = desk.run(["run", "s.sql", "-f", "csv"]).succeeds();
    assert!(ran.stdout.contains("department,rates\n合成示例局,4"), "{}", ran.stdout);
    assert!(desk.run(["frame", "volatility", "yaers=3"]).fails_with(1).stderr.contains("did you mean `years`?"));
}

// Ten questions -------------------------------------------------------------------------------------------------------

/// Pipeline and SQL.
const QUESTIONS: [(&str, &str); 10] = [
    (
        "three_public_rising years=1",
        "WITH s AS (
           SELECT p.department, coalesce(p.region, '') AS region, p.kind, p.scope, p.fiscal_year, p.amount AS three_public,
                  t.amount AS total, CAST(100 * p.amount AS DOUBLE) / CAST(t.amount AS DOUBLE) AS share_pct
           FROM three_public() p JOIN total_expenditure t
             ON t.department = p.department AND t.region IS NOT DISTINCT FROM p.region AND t.kind = p.kind
            AND t.scope = p.scope AND t.fiscal_year = p.fiscal_year
           WHERE p.item = 'three_public' AND p.amount IS NOT NULL
             AND p.stage = CASE p.kind WHEN 'budget' THEN 'budget' ELSE 'actual' END),
         r AS (SELECT *, CAST(coalesce(share_pct > lag(share_pct) OVER w AND fiscal_year = lag(fiscal_year) OVER w + 1, false) AS INTEGER) AS rise
               FROM s WINDOW w AS (PARTITION BY department, region, kind, scope ORDER BY fiscal_year)),
         g AS (SELECT *, sum(1 - rise) OVER (PARTITION BY department, region, kind, scope ORDER BY fiscal_year) AS run FROM r)
         SELECT department, region, kind, scope, fiscal_year, three_public, total, share_pct,
                CAST(sum(rise) OVER (PARTITION BY department, region, kind, scope, run ORDER BY fiscal_year) AS BIGINT) AS rises
         FROM g QUALIFY rises >= 1 ORDER BY ALL",
    ),
    (
        "class_by_year",
        "WITH b AS (SELECT coalesce(region, '') AS region, kind, scope, code, fiscal_year, sum(amount) AS amount
                    FROM by_function(level := 3) GROUP BY ALL),
         v AS (SELECT region, kind, scope, code, fiscal_year,
                      CAST(amount AS DOUBLE) / CAST(sum(amount) OVER (PARTITION BY region, kind, scope, fiscal_year) AS DOUBLE) * 100 AS v FROM b)
         SELECT w.region, w.kind, w.scope, w.code, n.name, w.* EXCLUDE (region, kind, scope, code)
         FROM (PIVOT v ON fiscal_year USING sum(v) GROUP BY region, kind, scope, code) w
         LEFT JOIN (SELECT code, max_by(name, valid_from) AS name FROM classification WHERE system = 'function' GROUP BY code) n
           ON n.code = w.code ORDER BY ALL",
    ),
    (
        "growth_contribution",
        "WITH b AS (SELECT department, coalesce(region, '') AS region, kind, scope, fiscal_year, code, amount FROM by_function(level := 3)),
         j AS (SELECT coalesce(a.department, p.department) AS department, coalesce(a.region, p.region) AS region,
                      coalesce(a.kind, p.kind) AS kind, coalesce(a.scope, p.scope) AS scope,
                      coalesce(a.fiscal_year, p.fiscal_year + 1) AS fiscal_year, coalesce(a.code, p.code) AS code,
                      coalesce(p.amount, 0) AS prior, coalesce(a.amount, 0) AS amount
               FROM b a FULL JOIN b p ON p.department = a.department AND p.region = a.region AND p.kind = a.kind
                AND p.scope = a.scope AND p.fiscal_year = a.fiscal_year - 1 AND p.code = a.code),
         t AS (SELECT *, sum(amount) OVER w AS total, sum(prior) OVER w AS total_before FROM j
               WINDOW w AS (PARTITION BY department, region, kind, scope, fiscal_year))
         SELECT t.department, t.region, t.kind, t.scope, t.fiscal_year, t.code, n.name, t.prior, t.amount,
                t.amount - t.prior AS change, t.total_before,
                CAST(100 * (t.amount - t.prior) AS DOUBLE) / CAST(t.total_before AS DOUBLE) AS contribution_pct
         FROM t LEFT JOIN (SELECT code, max_by(name, valid_from) AS name FROM classification WHERE system = 'function' GROUP BY code) n
           ON n.code = t.code
         WHERE t.total > 0 AND t.total_before > 0 ORDER BY ALL",
    ),
    (
        "growth_outliers z=0 peers=2",
        "WITH g AS (SELECT department, coalesce(region, '') AS region, kind, scope, fiscal_year, prior_amount, amount, growth_pct
                    FROM growth() WHERE growth_pct IS NOT NULL),
         m AS (SELECT *, median(growth_pct) OVER w AS median_pct, count(*) OVER w AS peers FROM g
               WINDOW w AS (PARTITION BY region, kind, scope, fiscal_year)),
         d AS (SELECT *, median(abs(growth_pct - median_pct)) OVER (PARTITION BY region, kind, scope, fiscal_year) AS mad FROM m)
         SELECT *, 0.6745::DOUBLE * (growth_pct - median_pct) / nullif(mad, 0) AS robust_z FROM d
         WHERE robust_z IS NOT NULL AND peers >= 2 ORDER BY ALL",
    ),
    (
        "volatility",
        "SELECT department, region, kind, scope, count(*) AS rates, min(fiscal_year) AS first_year, max(fiscal_year) AS last_year,
                avg(growth_pct) AS mean_pct, stddev_samp(growth_pct) AS volatility_pct, min(growth_pct) AS least_pct,
                max(growth_pct) AS most_pct, rank() OVER (PARTITION BY kind, scope ORDER BY stddev_samp(growth_pct) DESC) AS place
         FROM growth() WHERE growth_pct IS NOT NULL GROUP BY department, region, kind, scope HAVING count(*) >= 2 ORDER BY ALL",
    ),
    (
        "project_matching years=1",
        "WITH k AS (SELECT department, coalesce(region, '') AS region, kind, scope, fiscal_year, project, amount,
                           regexp_replace(project, '(19|20)\\d\\d年?度?|[（(【\\[][^）)】\\]]*[）)】\\]]|[\\s·、，,。.—-]', '', 'g') AS matched
                    FROM project_amount),
         a AS (SELECT department, region, kind, scope, matched, fiscal_year, sum(amount) AS amount, count(*) AS projects,
                      min(project) AS project FROM k GROUP BY ALL),
         y AS (SELECT *, count(*) OVER (PARTITION BY department, region, kind, scope, matched) AS years FROM a)
         SELECT *, CASE WHEN lag(amount) OVER w > 0 AND fiscal_year = lag(fiscal_year) OVER w + 1
                        THEN CAST(amount - lag(amount) OVER w AS DOUBLE) / CAST(lag(amount) OVER w AS DOUBLE) * 100 END AS growth_pct
         FROM y WHERE years >= 1 AND matched <> ''
         WINDOW w AS (PARTITION BY department, region, kind, scope, matched ORDER BY fiscal_year) ORDER BY ALL",
    ),
    (
        "from current_fact | filter role = 'detail', amount > 0 \
         | agg SUM(amount) AS 合计, COUNT(*) AS 个数, MAX(amount) AS 最大, COUNT(DISTINCT row_code) AS 科目 by table_kind, kind, fiscal_year",
        "SELECT table_kind, kind, fiscal_year, sum(amount) AS 合计, count(*) AS 个数, max(amount) AS 最大,
                count(DISTINCT row_code) AS 科目 FROM current_fact WHERE role = 'detail' AND amount > 0 GROUP BY ALL",
    ),
    (
        "from by_function level=5 | fill basic, project with 0 | unpivot basic, project by department, kind, scope, fiscal_year, code as nature, money \
         | agg SUM(money) AS money by kind, scope, nature, code | pivot SUM(money) by kind, scope, code on nature",
        "SELECT kind, scope, code, sum(coalesce(basic, 0)) AS basic, sum(coalesce(project, 0)) AS project
         FROM by_function(level := 5) GROUP BY ALL",
    ),
    (
        "from project_amount | rank amount by document_id as place | filter place <= 3 | agg SUM(amount) AS top by document_id \
         | join (SELECT document_id, sum(amount) AS whole FROM project_amount GROUP BY 1) on document_id | mutate 100 * top / whole AS cr3_pct",
        "SELECT *, CAST(100 * top AS DOUBLE) / CAST(whole AS DOUBLE) AS cr3_pct
         FROM (SELECT document_id, sum(amount) FILTER (place <= 3) AS top, sum(amount) AS whole
               FROM (SELECT *, rank() OVER (PARTITION BY document_id ORDER BY amount DESC) AS place FROM project_amount)
               GROUP BY document_id)",
    ),
    (
        "from total_expenditure | select department, region, kind, scope, basis, fiscal_year, amount \
         | cum amount by department, kind, scope, basis over fiscal_year as running \
         | mutate running - amount AS before, amount * 1.5 AS half_more, ROUND(amount / 3, 2) AS third_ratio \
         | sort department, kind, scope, basis, fiscal_year",
        "SELECT department, region, kind, scope, basis, fiscal_year, amount,
                sum(amount) OVER (PARTITION BY department, kind, scope, basis ORDER BY fiscal_year ROWS UNBOUNDED PRECEDING) AS running,
                running - amount AS before, amount * 1.5 AS half_more, round(CAST(amount AS DOUBLE) / 3, 2) AS third_ratio
         FROM total_expenditure ORDER BY department, kind, scope, basis, fiscal_year",
    ),
];

/// Rows with their heading, in a fixed order; ratios may differ in the last bits, all else is equal digit by digit.
#[track_caller]
fn equal(pipeline: &str, left: &str, right: &str) -> usize {
    let read = |text: &str| {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    let (mut left, mut right) = (read(left), read(right));
    let (head, other) = (left.remove(0), right.remove(0));
    assert_eq!(head, other, "{pipeline}");
    let is_ratio = |name: &String| {
        ["_pct", "_z", "_ratio", "mad"].iter().any(|e| name.ends_with(e)) || name.chars().all(|c| c.is_ascii_digit())
    };
    let exact: Vec<usize> = (0..head.len()).filter(|i| !is_ratio(&head[*i])).collect();
    let key = |row: &Vec<String>| exact.iter().map(|i| row[*i].clone()).collect::<Vec<_>>();
    left.sort_by_key(key);
    right.sort_by_key(key);
    assert_eq!(left.len(), right.len(), "{pipeline}: rows\n{left:#?}\n{right:#?}");
    for (a, b) in left.iter().zip(&right) {
        for (i, name) in head.iter().enumerate() {
            if a[i] == b[i] {
                continue;
            }
            let (Ok(x), Ok(y)) = (a[i].parse::<f64>(), b[i].parse::<f64>()) else {
                panic!("{pipeline}: {name}: {} and {} in\n{a:?}\n{b:?}", a[i], b[i]);
            };
            assert!(
                is_ratio(name) && (x - y).abs() <= 1e-9 * x.abs().max(1.0),
                "{pipeline}: {name}: {x} and {y} in\n{a:?}\n{b:?}"
            );
        }
    }
    left.len()
}

/// How many rows each question has.
fn ask(desk: &Desk) -> Vec<usize> {
    let rows = |(pipeline, sql): &(&str, &str)| {
        let frame = desk.run(["frame", "-f", "csv", pipeline]).succeeds().stdout;
        let sql = desk.run(["sql", "-f", "csv", sql]).succeeds().stdout;
        equal(pipeline, &frame, &sql)
    };
    QUESTIONS.iter().map(rows).collect()
}

#[test]
fn ten_pipelines_are_equal_to_sql_on_the_samples() {
    let desk = Desk::with_samples();
    let rows = ask(&desk);
    for ((pipeline, _), rows) in QUESTIONS.iter().zip(rows) {
        // Each region of the samples has one department: there are no peers.
        assert!(rows > 0 || pipeline.starts_with("growth_outliers"), "{pipeline} is vacuous");
    }
}

#[test]
fn ten_pipelines_are_equal_to_sql_on_the_corpus() {
    let Some(corpus) = corpus() else { return };
    let desk = Desk::new();
    desk.run(["ingest", corpus.to_str().unwrap()]);
    let rows = ask(&desk);
    for ((pipeline, _), rows) in QUESTIONS.iter().zip(rows) {
        assert!(rows > 0, "{pipeline} is vacuous");
    }
}

// Traps ---------------------------------------------------------------------------------------------------------------

#[test]
fn a_divided_decimal_is_a_float_with_all_its_digits() {
    let desk = Desk::with_samples();
    // 1: 0.1398 must not become 0.14, nor 352 / 10000 become 0.04.
    let rows = "from (SELECT CAST(352 AS DECIMAL(18,2)) AS a, CAST(3 AS DECIMAL(18,2)) AS b)";
    assert_eq!(
        frame(&desk, &format!("{rows} | select a / 10000 AS x, b / a AS y, a * b AS z, a + b AS s")),
        "0.0352,0.008522727272727272,1056.0000,355.00"
    );
    let g = frame(
        &desk,
        "from growth 示例 | growth amount by department over fiscal_year | filter fiscal_year = 2021 | select 增长率",
    );
    assert!(g.starts_with("0.2245"), "{g}");
    assert_eq!(frame(&desk, "from (SELECT 100.01::DECIMAL(18,2) AS a) | filter a IN (100.005)"), "");
    assert_eq!(
        frame(&desk, "from (SELECT 100.01::DECIMAL(18,2) AS a) | filter a IN (100.01, 7.0) AND a NOT IN (100.02)"),
        "100.01"
    );
    assert_eq!(
        frame(
            &desk,
            "from (SELECT unnest([0.1, 0.2, 0.25])::DECIMAL(18,2) AS a) | agg ROUND(AVG(a), 6) AS m, MEDIAN(a) AS d, ROUND(STDDEV(a), 6) AS s"
        ),
        "0.183333,0.2,0.076376"
    );
    assert_eq!(
        frame(&desk, "from (SELECT 2.675::DECIMAL(18,3) AS a) | select ROUND(a, 2) AS r, ROUND(a * -1, 2) AS n"),
        "2.680,-2.680"
    );
    // 4: nothing is divided by zero; halves are rounded away from zero.
    let zero = "from (SELECT 1.0 AS one, 0.0::DOUBLE AS nought, 0::DECIMAL(18,2) AS none, 2.5::DOUBLE AS half)";
    assert_eq!(frame(&desk, &format!("{zero} | select one / nought AS a, one / none AS b, ROUND(half) AS c")), ",,3");
}

#[test]
fn a_pivot_finds_its_columns_where_sql_needs_them_named() {
    let desk = Desk::with_samples();
    // 2: with values put in, in a canned query with arguments.
    let ran = desk
        .run(["frame", "-f", "csv", "from projects 示例 | pivot SUM(amount) by department on fiscal_year"])
        .succeeds();
    assert!(ran.stdout.starts_with("department,2019,2020,2021,2022,2023\n合成示例局,1475500.00"), "{}", ran.stdout);
    // Names that begin with a digit are written in quotes.
    assert_eq!(
        frame(&desk, "from projects 示例 | pivot SUM(amount) by department on fiscal_year | select \"2019\" AS x"),
        "1475500.00"
    );
}

#[test]
fn what_is_saved_has_all_its_digits_and_rows() {
    let desk = Desk::with_samples();
    // 3: nothing is rounded on the way into a table.
    let script = "frame from (SELECT CAST(1.23456 AS DECIMAL(18,5)) AS x, range AS n FROM range(5000)) | save t\n\
                  SELECT count(*), sum(x), any_value(typeof(x)) FROM t;\nSELECT typeof(s) AS type, s FROM (SELECT sum(x) AS s FROM t);\n\
                  frame from t | agg SUM(x) AS s | save t2\nFROM t2;\n";
    desk.write("s.sql", script);
    let ran = desk.run(["run", "s.sql", "-f", "csv"]).succeeds();
    assert!(ran.stdout.contains("5000,6172.80000,\"DECIMAL(18,5)\""), "{}", ran.stdout);
    assert!(ran.stdout.ends_with("s\n6172.80000\n"), "{}", ran.stdout);
    let message = fault(&desk, "from growth | save document");
    assert!(message.contains("`document` is a table of the database"), "{message}");
}

#[test]
fn functions_that_polars_lacks_and_wrong_names_are_told() {
    let desk = Desk::with_samples();
    // 5, 6, 7
    assert!(
        fault(&desk, "from growth | mutate NTILE(4) OVER (ORDER BY amount) AS q")
            .contains("polars has no SQL function `ntile`")
    );
    let message = fault(&desk, "from (SELECT 1 AS \"金额（万元）\") | filter 金额（万元） > 1");
    assert!(message.contains("write it in double quotes: \"金额（万元）\""), "{message}");
    assert_eq!(frame(&desk, "from (SELECT 2 AS \"金额（万元）\") | filter \"金额（万元）\" > 1"), "2");
    let message = fault(&desk, "from growth | filter amuont > 1");
    let expected = "error: frame: no column `amuont` here\n  from growth | filter amuont > 1\n                       ^^^^^^\n  did you mean `amount`?\n  columns here: department, region";
    assert!(message.starts_with(expected), "{message}");
    // 8: named parameters of a saved pipeline are $name.
    desk.write("top.frame", "-- title: 最大 Largest\n-- param: n INTEGER = 2 | rows\n-- param: 部门 VARCHAR = | whose\nfrom projects department=$部门 | sort amount desc | head $n\n");
    let ran = desk.run(["--queries", ".", "frame", "-f", "csv", "top", "n=1", "部门=洛龙"]).succeeds();
    assert_eq!(csv_rows(&ran.stdout).len(), 1);
    assert_eq!(csv_rows(&ran.stdout)[0]["amount"], "2000000.00");
}

#[test]
fn amounts_can_be_keys() {
    let desk = Desk::with_samples();
    assert_eq!(frame(&desk, "from projects | agg COUNT(*) AS n by amount | filter n > 1 | select n"), "2");
    assert_eq!(frame(&desk, "from projects | distinct amount | agg COUNT(*) AS n"), "50");
    assert_eq!(frame(&desk, "from projects | join projects on amount | agg COUNT(*) AS n"), "53");
    assert_eq!(frame(&desk, "from projects | pivot COUNT(*) by amount on kind | agg COUNT(*) AS n"), "50");
    assert_eq!(frame(&desk, "from projects 洛龙 | head 2 | pivot COUNT(*) by kind on amount"), "budget,1,1");
    assert_eq!(frame(&desk, "from projects | mutate COUNT(*) OVER (PARTITION BY amount) AS n | agg MAX(n) AS n"), "2");
    // Keys of different whole-number types are equal.
    let keys = "from (SELECT 1::TINYINT AS k, 'a' AS x) | join (SELECT 1::UBIGINT AS k, 'b' AS y) on k";
    assert_eq!(frame(&desk, keys), "1,a,b");
}

// Sources and sinks ---------------------------------------------------------------------------------------------------

#[test]
fn sources_are_tables_queries_frames_results_files_and_sql() {
    let desk = Desk::with_samples();
    // A query may be called by word and as SQL does.
    let (by_word, as_sql) = ("from growth 示例 since=2022", "from growth(department := '示例', since := 2022)");
    let rest = "| agg SUM(amount) AS a, COUNT(*) AS n";
    assert_eq!(frame(&desk, &format!("{by_word} {rest}")), "20547100.00,2");
    assert_eq!(frame(&desk, &format!("{as_sql} {rest}")), "20547100.00,2");
    // Options may stand behind it, as for other commands.
    let ran = desk.run(["frame", &format!("{by_word} {rest}"), "-f", "csv"]).succeeds();
    assert_eq!(ran.stdout, "a,n\n20547100.00,2\n");
    let script = "growth 示例\nframe from _ | filter growth_pct > 20 | select fiscal_year\n| sort fiscal_year desc | head 1\n\
                  frame from projects | agg SUM(amount) AS 合计 by fiscal_year | as 年度项目\nframe from 年度项目 | filter fiscal_year = 2019\n\
                  frame from (SELECT count(*) AS n FROM _)\n.frames\n.help frame pivot\nframe from document | agg COUNT(*) AS n\n\
                  frame from growth 示例 |\n  select amount\n  | write 支出.csv\nframe from 支出.csv | agg COUNT(*) AS n\n\
                  frame from projects | head 3 | write p.xlsx\nframe from p.xlsx | agg COUNT(*) AS n\n\
                  frame from projects | write p.parquet\nframe from p.parquet | agg SUM(amount) AS s, COUNT(*) AS n; | select n\n";
    desk.write("s.sql", script);
    let ran = desk.run(["run", "s.sql", "-f", "csv"]).succeeds();
    for part in [
        "fiscal_year\n2023\n",
        "fiscal_year,合计\n2019,1475500.00",
        "n\n1\n",
        "年度项目",
        "pivot AGGREGATE by",
        "n\n6\n",
        "wrote 支出.csv and 支出.csv.about.json",
        "n\n5\n",
        "n\n3\n",
        "n\n51\n",
    ] {
        assert!(ran.stdout.contains(part), "no {part:?} in\n{}", ran.stdout);
    }
    assert!(ran.stdout.contains("frame 年度项目: 2 columns, run when it is shown"), "{}", ran.stdout);
}

#[test]
fn only_the_columns_that_are_used_are_read() {
    let desk = Desk::with_samples();
    let plan = desk
        .run(["frame", "from current_fact | filter amount > 0 | agg SUM(amount) AS s by department | explain"])
        .succeeds()
        .stdout;
    assert!(plan.contains("PROJECT 2/"), "{plan}");
}

// Bad input -----------------------------------------------------------------------------------------------------------

#[test]
fn bad_input_is_marked_on_one_screen() {
    let desk = Desk::with_samples();
    desk.write("多.csv", "年度,金额\n2021,1\n2021,2\n");
    for (pipeline, parts) in [
        ("from growth | filtr amount > 1", &["no verb `filtr`", "did you mean `filter`?", "^^^^^"][..]),
        ("from growth | sort amont", &["no column `amont` here", "did you mean `amount`?"]),
        ("from growth | mutate SUMM(amount) AS s", &["no SQL function `summ`", "did you mean `sum`?"]),
        ("from growth | filter department > 5", &["`department` is text and `5` is a number"]),
        ("from growth | filter amount", &["not a condition"]),
        ("from growth | filter amount >", &["cannot read the expression"]),
        ("from growht", &["nothing is named `growht`", "did you mean `growth`?"]),
        ("from growth sinse=2019", &["did you mean `since`?"]),
        ("from 没有.csv", &["没有.csv: there is no such file"]),
        ("from 多多.csv", &["there is no such file", "did you mean `./多.csv`?"]),
        ("from (SELEC 1)", &["syntax error"]),
        ("from ", &["from what?", "sources: "]),
        ("", &["from what?"]),
        ("from _", &["there is no last result yet"]),
        ("from growth | ", &["", ""]),
        ("from growth | | head", &["a stage is missing"]),
        ("from growth | filter department = 'x", &["close the quote"]),
        ("from growth | filter (amount > 1", &["this bracket is not closed"]),
        ("filter amount > 1", &["`filter` needs rows"]),
        ("from growth | head ten", &["`ten` is no number of rows"]),
        ("from growth | agg amount by department", &["is not one value for a group"]),
        (
            "from growth | agg SUM(amount), MAX(amount) by department",
            &["two columns of the result would be named `amount`"],
        ),
        ("from growth | growth amount by department", &["over YEAR"]),
        ("from 多.csv | growth 金额 over 年度", &["one row for each 年度, and there are several for 2021"]),
        ("from growth | growth department over fiscal_year", &["`department` is str, not a number"]),
        (
            "from (SELECT range AS a, range % 7 AS b FROM range(10000)) | pivot COUNT(*) by b on a",
            &["`a` has 10000 values", "limit 10000"],
        ),
        ("from (SELECT 1 AS a, 2 AS b WHERE false) | pivot SUM(a) by a on b", &["there are no rows"]),
        (
            "from (SELECT 1 AS k FROM range(4000)) | join (SELECT 1 AS k FROM range(4000)) on k",
            &["would make 16000000 rows", "limit 16000000"],
        ),
        ("from growth | join projects on departmant", &["did you mean `department`?"]),
        ("from growth | join projects on fiscal_year = project", &["on the left and"]),
        ("from growth | describe nothing", &["no column `nothing` here"]),
        ("from growth | quantile amount at 7", &["no number from 0 to 1"]),
        ("from growth | sample many", &["neither a number of rows nor a share"]),
        ("from growth | write x.doc", &["tells no format"]),
        ("from growth | mutate CAST(department AS INTEGER) AS n", &["conversion from `str` to `i32` failed", "^^^"]),
        ("from growth | rename amount", &["write OLD AS NEW"]),
        ("from growth | as growth", &["`growth` is a canned query"]),
        ("from growth | save _", &["`_` is the last result"]),
    ] {
        if pipeline == "from growth | " {
            desk.run(["frame", pipeline]).succeeds();
            continue;
        }
        let message = fault(&desk, pipeline);
        for part in parts {
            assert!(message.contains(part), "{pipeline}: no {part:?} in\n{message}");
        }
    }
    // A limit can be raised.
    let many = "from (SELECT range AS a, range % 7 AS b FROM range(600)) | pivot COUNT(*) by b on a limit 600";
    assert_eq!(frame(&desk, many).lines().count(), 7);
    let join = "from (SELECT 1 AS k FROM range(4000)) | join (SELECT 1 AS k FROM range(4000)) on k limit 16000000 | agg COUNT(*) AS n";
    assert_eq!(frame(&desk, join), "16000000");
}

#[test]
fn an_empty_source_gives_no_rows_and_says_where_they_went() {
    let desk = Desk::with_samples();
    let ran =
        desk.run(["frame", "from growth | filter fiscal_year > 3000 | agg SUM(amount) AS s by department"]).succeeds();
    assert!(ran.stdout.contains("no rows are left after `filter fiscal_year > 3000`"), "{}", ran.stdout);
    let ran = desk.run(["frame", "-f", "csv", "from (SELECT 1 AS x WHERE false) | mutate x * 2 AS y"]).succeeds();
    assert_eq!(ran.stdout, "x,y\n");
}

#[test]
fn garbage_never_panics() {
    let desk = Desk::with_samples();
    let mut script = String::new();
    for text in [
        "frame",
        "frame |",
        "frame ||",
        "frame from from",
        "frame from growth | select",
        "frame from growth | select *",
        "frame from growth | select * EXCLUDE (amount)",
        "frame from growth | select * FROM x",
        "frame from growth | agg",
        "frame from growth | agg by department",
        "frame from growth | pivot",
        "frame from growth | pivot SUM(amount)",
        "frame from growth | join",
        "frame from growth | as",
        "frame from growth | as a b",
        "frame from growth | mutate amount AS",
        "frame from growth | mutate amount amount amount",
        "frame from growth | sort desc",
        "frame from growth | fill region",
        "frame from growth | filter region IN (SELECT 1)",
        "frame from growth | mutate a.b.c AS x",
        "frame from growth | mutate names[1] AS x",
        "frame from growth | filter NULL",
        "frame from growth | mutate NULL AS x",
        "frame from growth | mutate 1/0 AS x",
        "frame from growth | tail 99999999999999",
        "frame from growth | mutate amount * amount * amount * amount AS x",
        "frame from growth | select SUM(amount), department",
        "frame from growth | cum department",
        "frame from growth | rank region",
        "frame from growth | share amount by amount",
        "frame from growth | correlate",
        "frame from growth | describe",
        "frame from (FROM",
        "frame from ()",
        "frame from growth | unpivot",
        "frame from growth | unpivot amount, department",
        "frame from '' | head",
        "frame from \"\" | head",
        "frame from growth | filter '｜'",
        "frame from current_document | describe",
        "frame from current_document | mutate ARRAY_LENGTH(names) AS n",
        "frame from growth | mutate COUNT(*) OVER () AS n, ROW_NUMBER() OVER (ORDER BY amount) AS r",
        "frame from growth | sample 200%",
        "frame from growth | quantile amount by region at 0.5",
        "frame from growth | join growth on department | join growth on department",
        "frame ；",
    ] {
        script.push_str(text);
        script.push_str("\n\n");
    }
    desk.write("s.sql", script);
    let ran = desk.run(["run", "s.sql"]);
    assert!(!ran.stderr.contains("panicked") && !ran.stderr.contains("polars failed"), "{}", ran.stderr);
}
