//! Long tables: columns by name or by mapping, rows that do not fit, other formats, data packages.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

use crate::support::{Desk, csv_rows, samples};

const HEADER: &str = "年度,地区,部门,功能分类,资金性质,支出性质,项目,金额,单位\n";

/// A desk with a table of this content ingested.
fn table(name: &str, text: impl AsRef<[u8]>) -> (Desk, String) {
    let desk = Desk::new();
    desk.write(name, text);
    let run = desk.run(["ingest", name]).succeeds();
    (desk, run.stderr)
}

#[test]
fn columns_are_known_by_chinese_names_and_every_amount_keeps_its_line() {
    let text = format!(
        "{HEADER}2023,云泽市,云泽市财政局,2010601,一般公共预算,合计,,\"1,234.56\",万元\n\
         2023,云泽市,云泽市财政局,,,,信息系统维护,12.5,万元\n2022,云泽市,云泽市财政局,2010601,一般公共预算,合计,,999.00,万元\n"
    );
    let (desk, told) = table("长表.csv", text);
    assert!(told.contains("3 rows of 2 documents stored"), "{told}");
    let facts = desk.sql(
        "SELECT fiscal_year, table_kind, function_code, fund, nature, amount, line, text FROM current_fact ORDER BY cell_id",
    );
    assert_eq!(
        facts,
        "2023,general_public_expenditure,2010601,general_public,total,12345600.00,2,\"1,234.56\"\n\
         2023,project_expenditure,,total,project,125000.00,3,12.5\n\
         2022,general_public_expenditure,2010601,general_public,total,9990000.00,4,999.00"
    );
    let cells = "SELECT source, department, \"table\", \"column\", amount_as_printed, unit, line FROM printed_cells WHERE line = 3";
    assert_eq!(desk.sql(cells), "长表.csv,云泽市财政局,project_expenditure,金额,12.5,万元,3");
    assert_eq!(desk.sql("SELECT name FROM project"), "信息系统维护");
    assert_eq!(desk.sql("SELECT DISTINCT region FROM department"), "云泽市");
    // The same file again changes nothing.
    let again = desk.run(["ingest", "长表.csv"]).succeeds();
    assert!(again.stderr.contains("1 unchanged"), "{}", again.stderr);
    assert_eq!(desk.count("fact"), 3);
}

#[test]
fn rows_that_do_not_fit_are_kept_with_line_and_reason() {
    let text = format!(
        "{HEADER}2023,,甲市财政局,2010601,一般公共预算,合计,,1.5,万元\n20x3,,甲市财政局,2010601,一般公共预算,合计,,1.5,万元\n\
         2023,,,2010601,一般公共预算,合计,,1.5,万元\n2023,,甲市财政局,2010601,彩票,合计,,1.5,万元\n\
         2023,,甲市财政局,2010601,一般公共预算,合计,,14A6,万元\n2023,,甲市财政局,2010601,一般公共预算,合计,,0.001,元\n\
         2023,,甲市财政局,2010601,一般公共预算,合计,,1e3,元\n2023,,甲市财政局,2010601,一般公共预算,合计,,,元\n\
         2023,,甲市财政局,2010601,一般公共预算,合计,,5,美元\n2023,,甲市财政局,2010602,一般公共预算,合计,,7,元\n"
    );
    let (desk, told) = table("a.csv", text);
    assert!(told.contains("2 rows of long tables stored, 8 rejected"), "{told}");
    let reasons = desk.sql("SELECT line, reason FROM rejected ORDER BY line");
    assert_eq!(
        reasons,
        "3,the fiscal year is missing or no year\n4,the department is missing\n5,fund: 彩票 is not known\n\
         6,the amount is no number\n7,the amount does not fit 元 with two decimals\n8,the amount is no number\n\
         9,the amount is missing\n10,unit: 美元 is no unit of money"
    );
    assert!(desk.sql("SELECT text FROM rejected WHERE line = 6").contains("14A6"));
    assert_eq!(desk.sql("SELECT line, amount FROM current_fact ORDER BY line"), "2,15000.00\n11,7.00");
}

#[test]
fn thousands_separators_at_wrong_places_reject_a_row() {
    let text = "年度,部门,金额（万元）\n2023,甲局,\"1,234.5\"\n2022,甲局,\"12,50\"\n2021,甲局,\"1,44.69\"\n2020,甲局,\"1，234，567\"\n";
    let (desk, _) = table("a.csv", text);
    assert_eq!(
        desk.sql("SELECT line FROM rejected WHERE contains(reason, 'digits may be missing') ORDER BY line"),
        "3\n4"
    );
    assert_eq!(desk.sql("SELECT line, amount FROM current_fact ORDER BY line"), "2,12345000.00\n5,12345670000.00");
}

#[test]
fn two_spellings_of_a_department_in_one_table_are_one_document() {
    let text = "年度,地区,部门,功能分类,金额（万元）\n2023,洛阳市,洛阳市教育局,2050201,5\n2023,,洛阳市教育局,2050202,3\n2023,洛阳市,洛阳市 教育局,2050203,2\n";
    let (desk, told) = table("a.csv", text);
    assert!(told.contains("3 rows of 1 document stored"), "{told}");
    assert_eq!(desk.sql("SELECT sum(amount) FROM current_fact"), "100000.00");
}

#[test]
fn rows_with_a_name_but_no_code_are_no_totals() {
    let text = "年度,部门,科目名称,金额（万元）\n2023,甲局,教育支出,5\n2023,甲局,卫生健康支出,3\n2023,甲局,合计,8\n";
    let (desk, _) = table("a.csv", text);
    assert_eq!(desk.sql("SELECT amount FROM growth()"), "80000.00");
}

#[test]
fn the_money_of_a_project_is_the_sum_over_its_funds_where_no_row_tells_it() {
    let text = "年度,部门,项目,资金性质,金额（万元）\n2023,甲局,系统维护,一般公共预算,5\n2023,甲局,系统维护,政府性基金预算,3\n2023,甲局,房屋租赁,全部资金,4\n2023,甲局,房屋租赁,一般公共预算,1\n";
    let (desk, _) = table("a.csv", text);
    assert_eq!(desk.sql("SELECT name, amount FROM project ORDER BY 1 DESC"), "系统维护,80000.00\n房屋租赁,40000.00");
}

#[test]
fn a_file_whose_name_looks_like_a_pattern_is_read_itself() {
    let desk = Desk::new();
    desk.write("预算1.csv", "年度,部门,金额（元）\n2023,甲局,1\n");
    desk.write("预算[1].csv", "年度,部门,金额（元）\n2023,乙局,2\n");
    desk.run(["ingest", "预算[1].csv"]).succeeds();
    assert_eq!(desk.sql("SELECT department, amount FROM current_fact"), "乙局,2.00");
}

#[test]
fn a_row_with_too_many_fields_is_rejected_and_the_lines_after_it_are_right() {
    let mut text = "fiscal_year,department,amount（元）\n".to_owned();
    for i in 0..5000 {
        let more = if i % 1000 == 500 { ",extra" } else { "" };
        let _ = writeln!(text, "2023,甲局,{i}{more}");
    }
    let (desk, told) = table("a.csv", text);
    assert!(told.contains("4995 rows of long tables stored, 5 rejected"), "{told}");
    assert_eq!(desk.sql("SELECT string_agg(line, ' ' ORDER BY line) FROM rejected"), "502 1502 2502 3502 4502");
    assert_eq!(desk.count("current_fact WHERE amount + 2 <> line"), 0);
}

#[test]
fn a_mapping_says_what_columns_mean_and_what_holds_for_every_row() {
    let desk = Desk::new();
    desk.write("x.csv", "谁,何时,数\n甲市财政局,2024,12.5\n");
    desk.write("m.toml", "[columns]\ndepartment = \"谁\"\nfiscal_year = \"何时\"\namount = \"数\"\n[values]\nunit = \"万元\"\nkind = \"决算\"\n");
    desk.run(["ingest", "--mapping", "m.toml", "x.csv"]).succeeds();
    let facts = "SELECT department, fiscal_year, kind, role, stage, amount FROM current_fact";
    assert_eq!(desk.sql(facts), "甲市财政局,2024,final_account,total,actual,125000.00");
    for (mapping, cause) in [
        ("[values]\nunit = \"元\"\n", "names no column"),
        ("[columns]\nyaer = \"何时\"\n", "yaer"),
        ("[columns]\ndepartment = \"谁\"\nfiscal_year = \"年\"\namount = \"数\"\n[values]\nunit=\"元\"\n", "`年`"),
        ("[columns]\ndepartment = \"谁\"\namount = \"数\"\n", "fiscal year"),
        ("columns", "[columns]"),
    ] {
        desk.write("bad.toml", mapping);
        let run = desk.run(["ingest", "--mapping", "bad.toml", "x.csv"]).fails_with(1);
        assert!(run.stderr.contains(cause), "{mapping}: {}", run.stderr);
        assert_eq!(run.stderr.lines().filter(|l| l.starts_with("error")).count(), 1, "{}", run.stderr);
    }
    assert_eq!(desk.count("fact"), 1);
    // 元 or 万元 is never guessed.
    desk.write("no_unit.csv", "年度,部门,金额\n2024,甲局,5\n");
    let run = desk.run(["ingest", "no_unit.csv"]).fails_with(1);
    assert!(run.stderr.contains("unit of money"), "{}", run.stderr);
}

#[test]
fn a_mapping_for_what_is_no_table_is_an_error() {
    let desk = Desk::new();
    desk.write(
        "m.toml",
        "[columns]\ndepartment = \"部门\"\nfiscal_year = \"年度\"\namount = \"金额\"\n[values]\nunit = \"元\"\n",
    );
    for name in ["表.xls", "表.ods", "说明.pdf"] {
        desk.write(name, "whatever it is");
        let run = desk.run(["ingest", "--mapping", "m.toml", name]).fails_with(1);
        let line = run.stderr.lines().find(|line| line.starts_with("error") && line.contains(name)).unwrap();
        assert!(line.contains("csv, tsv, parquet or xlsx") && line.contains("without --mapping"), "{line}");
    }
    // In a folder with tables it is for these.
    fs::create_dir(desk.path("混")).unwrap();
    desk.write("混/表.csv", "部门,年度,金额\n甲局,2023,5\n");
    let sample = fs::read_dir(samples()).unwrap().next().unwrap().unwrap();
    fs::copy(sample.path(), desk.path("混/说明.txt")).unwrap();
    let run = desk.run(["ingest", "--mapping", "m.toml", "混"]).succeeds();
    assert!(run.stderr.contains("2 documents: 2 stored"), "{} {}", run.stdout, run.stderr);
}

#[test]
fn the_same_table_compressed_as_tsv_parquet_and_workbook_gives_the_same_facts() {
    let desk = Desk::new();
    desk.run(["synth", "--departments", "2", "--years", "2021..2022", "--format", "csv", "-o", "c"]).succeeds();
    let csv = std::fs::read_to_string(desk.path("c/facts.csv")).unwrap();
    desk.write("facts.tsv", csv.replace(',', "\t"));
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(csv.as_bytes()).unwrap();
    desk.write("facts.csv.gz", gz.finish().unwrap());
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (i, line) in (0_u32..).zip(csv.lines()) {
        for (j, field) in (0_u16..).zip(line.split(',')) {
            match field.parse::<f64>() {
                Ok(number) if i > 0 && field.contains('.') => sheet.write_number(i, j, number).unwrap(),
                _ => sheet.write_string(i, j, field).unwrap(),
            };
        }
    }
    book.save(desk.path("facts.xlsx")).unwrap();
    let facts = |file: &str| {
        desk.run(["ingest", "--db", &format!("{file}.duckdb"), file]).succeeds();
        let sql = "SELECT department, fiscal_year, table_kind, flow, role, fund, nature, item, function_code, economic_code, \
                   project_id, amount FROM current_fact ORDER BY ALL";
        let text = desk.run(["sql", "-f", "csv", "--db", &format!("{file}.duckdb"), sql]).succeeds().stdout;
        assert!(text.lines().count() > 200, "{file}");
        text
    };
    std::fs::copy(desk.path("c/facts.csv"), desk.path("facts.csv")).unwrap();
    let expected = facts("facts.csv");
    for file in ["facts.parquet", "facts.csv.zst"] {
        let copy = format!("COPY (FROM read_csv('c/facts.csv', all_varchar = true)) TO '{file}'");
        desk.run(["sql", "--db", "facts.csv.duckdb", &copy]).succeeds();
    }
    for file in ["facts.tsv", "facts.csv.gz", "facts.csv.zst", "facts.parquet", "facts.xlsx"] {
        assert_eq!(facts(file), expected, "{file}");
    }
}

#[test]
fn canned_queries_answer_on_a_long_table_as_on_its_documents() {
    let desk = Desk::new();
    let corpus = ["--departments", "3", "--years", "2021..2023"];
    desk.run([&["synth", "-o", "t"], &corpus[..]].concat()).succeeds();
    desk.run([&["synth", "-o", "c", "--format", "csv"], &corpus[..]].concat()).succeeds();
    desk.run(["ingest", "--db", "t.duckdb", "t/documents"]).succeeds();
    desk.run(["ingest", "--db", "c.duckdb", "c/facts.csv"]).succeeds();
    for sql in [
        "SELECT department, fiscal_year, amount, growth_pct FROM growth()",
        "SELECT department, fiscal_year, n, total, hhi, gini, coverage_pct FROM concentration()",
        "SELECT department, fiscal_year, fund, amount, share_pct FROM revenue_sources()",
        "SELECT department, fiscal_year, code, amount, basic, project FROM by_function()",
        "SELECT department, fiscal_year, code, amount, basic, project FROM by_economic()",
        "SELECT department, fiscal_year, rank, amount FROM peers()",
    ] {
        let answer = |db: &str| desk.run(["sql", "-f", "csv", "--db", db, sql]).succeeds().stdout;
        let told = answer("t.duckdb");
        assert!(told.lines().count() >= 8, "{sql}: {told}");
        assert_eq!(answer("c.duckdb"), told, "{sql}");
    }
}

#[test]
fn a_data_package_describes_its_tables_and_an_export_is_one() {
    let desk = Desk::with_samples();
    desk.run(["export", "--to", "out"]).succeeds();
    let package: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(desk.path("out/datapackage.json")).unwrap()).unwrap();
    assert_eq!(package["profile"], "fiscal-data-package");
    let parquet = "SELECT region, fiscal_year, count(*) AS n FROM read_parquet('out/parquet/**/*.parquet', hive_partitioning = true) \
                   GROUP BY ALL ORDER BY ALL";
    assert_eq!(csv_rows(&desk.run(["sql", "-f", "csv", parquet]).succeeds().stdout).len(), 6);
    desk.run(["ingest", "--db", "again.duckdb", "out/datapackage.json"]).succeeds();
    let all = "SELECT department, fiscal_year, table_kind, flow, role, period, fund, nature, item, function_code, economic_code, \
               amount FROM current_fact ORDER BY ALL";
    let answer = |db: &str| desk.run(["sql", "-f", "csv", "--db", db, all]).succeeds().stdout;
    let expected = answer("budget.duckdb");
    assert!(expected.lines().count() > 1000);
    assert_eq!(answer("again.duckdb"), expected);
    let taken = desk.run(["export", "--to", "out"]).fails_with(1);
    assert!(taken.stderr.contains("out"), "{}", taken.stderr);
}

#[test]
fn the_tables_of_one_package_are_parts_of_the_same_documents() {
    let desk = Desk::new();
    let table = |flow: &str, amount: u32| format!("year,department,flow,amount\n2023,甲市财政局,{flow},{amount}\n");
    desk.write("revenue.csv", table("revenue", 700));
    desk.write("expenditure.csv", table("expenditure", 650));
    let fields = r#""schema": {"fields": [{"name": "year", "columnType": "date:fiscal-year"}, {"name": "department"},
        {"name": "flow"}, {"name": "amount"}]}"#;
    let package =
        format!(r#"{{"resources": [{{"path": "revenue.csv", {fields}}}, {{"path": "expenditure.csv", {fields}}}]}}"#);
    desk.write("datapackage.json", package);
    desk.run(["ingest", "datapackage.json"]).succeeds();
    let facts = "SELECT document_id, table_kind, amount FROM current_fact ORDER BY ALL";
    assert_eq!(desk.sql(facts), "1,revenue,700.00\n1,expenditure,650.00");
    // A later edition of one of them leaves the other.
    desk.write("new.csv", "年度,部门,收支,金额,单位\n2023,甲市财政局,收入,0.08,万元\n");
    desk.run(["ingest", "new.csv"]).succeeds();
    assert_eq!(desk.sql(facts), "2,revenue,800.00\n2,expenditure,650.00");
}

#[test]
fn a_quote_that_is_never_closed_late_in_a_table_leaves_what_was_stored_before() {
    let desk = Desk::new();
    desk.write("good.csv", "年度,部门,金额（元）\n2022,甲局,5\n");
    let mut text = "年度,部门,金额(元)\n".to_owned();
    for i in 0..200_000 {
        let _ = writeln!(text, "2023,甲局,{i}");
    }
    text.push_str("2023,\"甲局,7\n");
    for i in 0..1000 {
        let _ = writeln!(text, "2023,甲局,{i}");
    }
    desk.write("late.csv", text);
    let run = desk.run(["ingest", "good.csv", "late.csv"]);
    assert_eq!(desk.count("fact WHERE document_id = 1"), 1);
    // Either the file fails as a whole and says where, or the rows are rejected with their line.
    if run.code == Some(1) {
        assert!(run.stderr.contains("late.csv") && run.stderr.contains("200002"), "{}", run.stderr);
        assert_eq!(desk.count("fact"), 1);
    } else {
        assert!(desk.sql("SELECT min(line) FROM rejected").contains("200002"), "{}", run.stderr);
        assert!(desk.count("fact") >= 200_001);
    }
}

#[test]
fn a_short_table_with_a_bad_quote_says_so() {
    let desk = Desk::new();
    desk.write("bad.csv", "年度,部门,金额(元)\n2023,甲局,1\n2023,\"甲局,7\n2023,甲局,3\n");
    let run = desk.run(["ingest", "bad.csv"]).fails_with(1);
    let line = run.stderr.lines().find(|line| line.starts_with("error: bad.csv")).unwrap();
    assert!(line.contains("quotation mark"), "{line}");
}

#[test]
fn a_table_in_the_encoding_of_excel_is_read() {
    let text = "年度,部门,功能分类,项目,金额（万元）\n2023,甲局,2050201,系统维护,5\n";
    let (gbk, _, _) = encoding_rs::GB18030.encode(text);
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for bytes in [&gbk[..], &utf16, &[b"\xEF\xBB\xBF", text.as_bytes()].concat()] {
        let (desk, _) = table("a.csv", bytes);
        let facts = "SELECT department, function_code, row_name, line, amount FROM current_fact";
        assert_eq!(desk.sql(facts), "甲局,2050201,系统维护,2,50000.00");
    }
}

#[test]
fn a_row_that_is_no_text_is_rejected_with_its_line() {
    let rows = "2023,甲局,1\n".repeat(20_000);
    let bytes =
        ["年度,部门,金额（元）\n".as_bytes(), rows.as_bytes(), b"2023,\xFF\xFE\xFD,2\n2023,\xE7\x94\xB2,3\n"].concat();
    let (desk, told) = table("a.csv", bytes);
    assert!(told.contains("20001 rows of 2 documents stored, 1 row rejected"), "{told}");
    assert_eq!(
        desk.sql("SELECT line, reason FROM rejected"),
        "20002,the row has bytes that are no characters of the file's encoding"
    );
}

#[test]
fn a_publishers_csv_is_no_long_table() {
    let desk = Desk::new();
    desk.write("x.csv", "部门收支预算表,,,\n项目,金额,项目,金额\n一、财政拨款,5,一、教育,5\n");
    let run = desk.run(["ingest", "x.csv"]);
    assert!(!run.stderr.contains("long tables"), "{}", run.stderr);
    assert_eq!(desk.count("rejected"), 0);
}

/// A workbook of a cover sheet, the table with its head in the third row, and another sheet.
fn workbook(zero: &str) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().set_name("说明").unwrap().write_string(0, 0, "本表为示例").unwrap();
    let two = rust_xlsxwriter::Format::new().set_num_format(zero);
    let sheet = book.add_worksheet().set_name("明细").unwrap();
    for (column, name) in (1..).zip(["年度", "部门", "备注", "金额", "备注", "单位"]) {
        sheet.write_string(2, column, name).unwrap();
    }
    // The row far below is beyond a million blank ones.
    for (row, amount) in [(3, 0.1 + 0.2), (5, 0.0), (1_048_575, 1234.5)] {
        sheet.write_number(row, 1, 2023.0).unwrap();
        sheet.write_string(row, 2, "甲市财政局").unwrap();
        sheet.write_number_with_format(row, 4, amount, &two).unwrap();
        sheet.write_string(row, 6, "万元").unwrap();
    }
    sheet.write_string(1_048_574, 16_383, "远").unwrap();
    book.add_worksheet().set_name("附表").unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn the_sheet_that_is_a_table_is_read_with_its_rows_and_exact_numbers() {
    for zero in ["0.00", "_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * \"-\"??_ ;_ @_ "] {
        let desk = Desk::new();
        desk.write("长表.xlsx", workbook(zero));
        let told = desk.run(["ingest", "长表.xlsx"]).succeeds().stderr;
        assert!(told.contains("3 rows of 1 document stored"), "{told}");
        assert!(told.contains("sheet 明细, E4: noise of binary fractions was removed from a cell"), "{told}");
        assert!(told.contains("only the sheet 明细 was read as a table") && told.contains("说明, 附表"), "{told}");
        assert_eq!(desk.count("rejected"), 0);
        let facts = "SELECT page, line, replace(text, ',', ''), amount FROM current_fact ORDER BY cell_id";
        assert_eq!(desk.sql(facts), "2,4,0.30,3000.00\n2,6,0.00,0.00\n2,1048576,1234.50,12345000.00");
        let why = desk.run(["why", "甲市", "number=0.30", "-f", "line"]).succeeds().stdout;
        assert!(why.contains("工作表“明细”第4行第5列"), "{why}");
    }
}

#[test]
fn a_workbook_with_a_sheet_a_year_is_read_whole() {
    let desk = Desk::new();
    let mut book = rust_xlsxwriter::Workbook::new();
    for (year, amount) in [(2022.0, 10.0), (2023.0, 20.0), (2024.0, 40.0)] {
        let sheet = book.add_worksheet().set_name(format!("{year}年")).unwrap();
        sheet.write_row(0, 0, ["年度", "部门", "金额（万元）"]).unwrap();
        sheet.write_row(1, 0, [year]).unwrap().write_string(1, 1, "甲市财政局").unwrap();
        sheet.write_number(1, 2, amount).unwrap();
    }
    book.add_worksheet().set_name("说明").unwrap().write_string(0, 0, "本表为示例").unwrap();
    desk.write("历年.xlsx", book.save_to_buffer().unwrap());
    let told = desk.run(["ingest", "历年.xlsx"]).succeeds().stderr;
    assert!(told.contains("3 rows of 3 documents stored"), "{told}");
    assert!(told.contains("only the sheets 2022年, 2023年, 2024年 were read as a table"), "{told}");
    let facts = "SELECT fiscal_year, page, line, amount FROM current_fact ORDER BY cell_id";
    assert_eq!(desk.sql(facts), "2022,1,2,100000.00\n2023,2,2,200000.00\n2024,3,2,400000.00");
}

#[test]
fn a_workbook_that_cannot_be_a_table_says_why() {
    let desk = Desk::new();
    desk.write(
        "m.toml",
        "[columns]\ndepartment = \"谁\"\nfiscal_year = \"何时\"\namount = \"数\"\n[values]\nunit = \"元\"\n",
    );
    desk.write("表.xlsx", workbook("0.00"));
    let mut hollow = rust_xlsxwriter::Workbook::new();
    hollow.add_worksheet();
    desk.write("空.xlsx", hollow.save_to_buffer().unwrap());
    desk.write("断.xlsx", &workbook("0.00")[..3000]);
    for (name, said) in [
        ("表.xlsx", "`何时`, which the table does not have; it has 年度, 部门, 备注, 金额, 备注_1, 单位"),
        ("空.xlsx", "no text in any cell"),
        ("断.xlsx", "the workbook is damaged"),
    ] {
        let run = desk.run(["ingest", "--mapping", "m.toml", name]).fails_with(1);
        let line = run.stderr.lines().find(|line| line.starts_with("error") && line.contains(name)).unwrap();
        assert!(line.contains(said), "{line}");
    }
}

#[test]
fn a_text_that_is_shown_in_every_cell_does_not_fill_the_memory() {
    let long = "长".repeat(10_000);
    let mut rows = String::from("<row r=\"1\">");
    for (column, name) in ["A", "B", "C"].iter().zip(["年度", "部门", "金额(元)"]) {
        write!(rows, "<c r=\"{column}1\" t=\"inlineStr\"><is><t>{name}</t></is></c>").unwrap();
    }
    rows.push_str("</row>");
    for row in 2..50_000 {
        write!(rows, "<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>0</v></c></row>").unwrap();
    }
    let strings = format!("<sst><si><t>{long}</t></si></sst>");
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    let desk = Desk::new();
    desk.write("重.xlsx", crate::damaged::workbook(&sheet, strings.as_bytes()));
    let run = desk.run(["ingest", "重.xlsx"]).fails_with(1);
    assert!(run.stderr.contains("expands beyond what a document has"), "{}", run.stderr);
}

#[test]
fn quoted_line_breaks_and_blank_lines_do_not_shift_the_lines_of_other_rows() {
    let desk = Desk::new();
    let text = "年度,部门,项目,金额（元）\n2023,甲局,\"维护\n费\",1\n\n2023,甲局,5\" 管道,2\n2023,甲局,\"含\"\"引号\"\"的\n\n项目\",3\n\
                2023,甲局,多,4,extra\n20x3,甲局,\"坏\n年度\",5\n2023,甲局,末,6\n";
    desk.write("a.csv", text);
    desk.write("b.tsv", text.replace(',', "\t"));
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(text.as_bytes()).unwrap();
    desk.write("c.csv.gz", gz.finish().unwrap());
    for file in ["a.csv", "b.tsv", "c.csv.gz"] {
        let db = format!("{file}.duckdb");
        let sql = |sql: &str| desk.run(["sql", "-f", "csv", "--db", &db, sql]).succeeds().stdout;
        desk.run(["ingest", "--db", &db, file]).succeeds();
        assert_eq!(
            sql("SELECT amount, line FROM current_fact ORDER BY amount"),
            "amount,line\n1.00,2\n2.00,5\n3.00,6\n6.00,12\n",
            "{file}"
        );
        assert_eq!(sql("SELECT line FROM rejected ORDER BY line"), "line\n9\n10\n", "{file}");
        assert_eq!(sql("SELECT lines FROM source_file"), "lines\n12\n", "{file}");
    }
}

#[test]
fn amounts_of_every_form_are_exact() {
    let mut text = "年度,部门,金额,单位\n".to_owned();
    let forms = [
        ("12345678901234.56", "元", "12345678901234.56"),
        ("99999999999.99", "元", "99999999999.99"),
        ("0.123456", "万元", "1234.56"),
        ("1.10", "千元", "1100.00"),
        ("-7.5", "亿元", "-750000000.00"),
        ("+3", "百万元", "3000000.00"),
        (" 8.250000 ", "元", "8.25"),
        ("0.1", "元", "0.10"),
        (".5", "万元", "5000.00"),
    ];
    for (printed, unit, _) in forms {
        let _ = writeln!(text, "2023,甲局,{printed},{unit}");
    }
    // None of these is rounded, none becomes a number.
    for (printed, unit) in
        [("0.005", "元"), ("1.2345678", "万元"), ("1E2", "元"), ("inf", "元"), ("12345678901234567", "元")]
    {
        let _ = writeln!(text, "2023,甲局,{printed},{unit}");
    }
    let (desk, told) = table("a.csv", text);
    assert!(told.contains("9 rows of long tables stored, 5 rejected"), "{told}");
    let expected: Vec<&str> = forms.iter().map(|(_, _, amount)| *amount).collect();
    assert_eq!(desk.sql("SELECT amount FROM current_fact ORDER BY line"), expected.join("\n"));
    let printed: Vec<&str> = forms.iter().map(|(printed, ..)| printed.trim()).collect();
    for relation in ["current_fact", "cell", "proof_of()"] {
        let texts = format!("SELECT text FROM {relation} ORDER BY cell_id");
        assert_eq!(desk.sql(&texts), printed.join("\n"), "{relation}");
    }
}

#[test]
fn every_amount_is_shown_as_the_table_prints_it() {
    // Digits, places of the point and units in all combinations, with and without a sign.
    let mut text = "年度,部门,金额,单位\n".to_owned();
    let mut printed = Vec::new();
    let mut digits: u64 = 7;
    for round in 0..400_u64 {
        for (places, unit) in [
            (0, "元"),
            (1, "元"),
            (2, "元"),
            (3, "千元"),
            (6, "万元"),
            (4, "万元"),
            (2, "万元"),
            (6, "亿元"),
            (5, "百万元"),
        ] {
            digits = digits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let number = (digits >> 33) % 10_u64.pow(1 + u32::try_from(round % 9).unwrap());
            let power = 10_u64.pow(places);
            let sign = if round % 5 == 0 && number > 0 { "-" } else { "" };
            let places = places as usize;
            let shown = match places {
                0 => format!("{sign}{number}"),
                _ => format!("{sign}{}.{:0places$}", number / power, number % power),
            };
            let _ = writeln!(text, "2023,甲局,{shown},{unit}");
            printed.push(shown);
        }
    }
    let (desk, told) = table("a.csv", text);
    assert!(told.contains("3600 rows of long tables stored, 0 rejected"), "{told}");
    assert_eq!(desk.sql("SELECT text FROM current_fact ORDER BY line"), printed.join("\n"));
    assert_eq!(desk.count("stored_cell"), 0, "all of them follow from their facts");
    let off = "current_fact f JOIN source_table t ON t.table_id = f.table_id WHERE CAST(f.text AS DECIMAL(24,6)) * t.unit_scale <> f.amount";
    assert_eq!(desk.count(off), 0);
}

#[test]
fn a_project_whose_rows_stand_far_apart_has_all_its_money() {
    let mut text =
        "年度,部门,项目,资金性质,功能分类,金额（元）\n2023,甲局,系统维护,一般公共预算,,5\n2022,甲局,坏,,,x\n"
            .to_owned();
    // More than are written together.
    for row in 0..500_000 {
        let _ = writeln!(text, "{},乙局,,一般公共预算,2050201,{row}.00", 2014 + row % 10);
    }
    text.push_str("2023,甲局,系统维护,政府性基金预算,,3\n2022,甲局,房屋租赁,,,4\n");
    let (desk, told) = table("a.csv", text);
    assert!(told.contains("500003 rows of 12 documents stored, 1 row rejected"), "{told}");
    assert_eq!(desk.sql("SELECT name, amount FROM project ORDER BY amount"), "房屋租赁,4.00\n系统维护,8.00");
    assert_eq!(desk.sql("SELECT line FROM rejected"), "3");
    let sums = "SELECT count(*), sum(amount), min(line), max(line) FROM current_fact WHERE department = '乙局'";
    assert_eq!(desk.sql(sums), "500000,124999750000.00,4,500003");
    assert_eq!(desk.count("current_fact WHERE department = '乙局' AND amount <> line - 4"), 0);
}

#[test]
fn spellings_of_one_department_share_its_projects() {
    let text = "年度,地区,部门,项目,资金性质,金额（元）,单位\n2023,洛阳市,洛阳市教育局,维护,一般公共预算,\"1,000\",元\n\
                2023,,洛阳市教育局,维护,政府性基金预算,7,元\n2023,,洛阳市教育局,租赁,,2,元\n2022,,洛阳市教育局,租赁,,1,元\n";
    let (desk, told) = table("a.csv", text);
    assert!(told.contains("4 rows of 2 documents stored"), "{told}");
    let projects =
        "SELECT d.fiscal_year, p.name, p.amount FROM project p JOIN document d USING (document_id) ORDER BY 1, 2";
    assert_eq!(desk.sql(projects), "2022,租赁,1.00\n2023,租赁,2.00\n2023,维护,1007.00");
    let facts = "SELECT fiscal_year, row_name, text, line FROM current_fact ORDER BY line";
    assert_eq!(desk.sql(facts), "2023,维护,\"1,000\",2\n2023,维护,7,3\n2023,租赁,2,4\n2022,租赁,1,5");
    assert_eq!(desk.sql("SELECT count(*), count(DISTINCT table_id) FROM source_table"), "2,2");
}

#[test]
fn the_name_of_the_amounts_says_whether_they_are_accounts_and_what_is_not_read_is_told() {
    let (desk, told) = table("a.csv", "年度,部门,季度,决算数(万元)\n2023,甲市乙局,Q1,10\n");
    assert_eq!(desk.sql("SELECT kind, stage, amount FROM current_amount"), "final_account,actual,100000.00");
    assert!(told.contains("no field is known for the columns 季度; they are not read"), "{told}");
    let (desk, _) = table("b.csv", "年度,部门,金额(万元)\n2023,甲市乙局,1.00000049\n2023,甲市乙局,1_000\n");
    assert_eq!(desk.sql("SELECT count(*) FROM fact"), "0", "neither is rounded or guessed");
    assert_eq!(desk.sql("SELECT count(*) FROM rejected"), "2");
}

#[test]
fn a_project_told_by_period_has_all_its_money() {
    let text = "年度,部门,项目,资金年度,金额(元)\n2023,甲市乙局,丙项目,本年,10\n2023,甲市乙局,丙项目,上年结转,5\n";
    let (desk, _) = table("a.csv", text);
    assert_eq!(desk.sql("SELECT name, amount FROM project"), "丙项目,15.00");
}

#[test]
fn a_folder_with_a_package_is_read_as_the_package_says() {
    let desk = Desk::with_samples();
    let amounts = desk.sql("SELECT count(*), sum(amount) FROM current_amount");
    desk.run(["export", "--to", "p"]).succeeds();
    let run = desk.run(["--db", "other.duckdb", "ingest", "p"]).succeeds();
    assert!(!run.stderr.contains("supersede"), "{}", run.stderr);
    let sql = "SELECT count(*), sum(amount) FROM current_amount";
    let read = desk.run(["--db", "other.duckdb", "sql", sql, "-f", "csv"]).succeeds().stdout;
    assert_eq!(read.lines().nth(1), Some(amounts.as_str()));
}
