//! One disclosure in every format gives the same facts.

use std::path::{Path, PathBuf};

use crate::support::Desk;
use crate::written::{self, Written};

const NAME: &str = "洛阳市洛龙区人民政府办公室2023年度部门预算（示例）";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/formats")
}

/// The samples in `data/formats`: ending and bytes.
fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let written = written::henan();
    vec![
        ("xlsx", written::xlsx(&written)),
        ("ods", written::ods(&written)),
        ("docx", written::docx(&written)),
        ("xls", written::xls(&written)),
        ("html", written::html(&written)),
        ("csv", written::csv(&written, b',', false)),
        ("pdf", written::pdf(&written)),
    ]
}

/// Writes the samples anew: `YUSUAN_WRITE_FORMATS=1 cargo test --test it formats::`.
#[test]
fn the_committed_samples_are_those_that_the_writer_makes() {
    let anew = std::env::var_os("YUSUAN_WRITE_FORMATS").is_some();
    for (ending, bytes) in samples() {
        let path = folder().join(format!("{NAME}.{ending}"));
        if anew {
            std::fs::create_dir_all(folder()).unwrap();
            std::fs::write(&path, &bytes).unwrap();
        }
        // What compresses may be compressed otherwise by another version of a library.
        let read = |bytes: &[u8]| yusuan::source::read_bytes("x", bytes).unwrap().blocks;
        assert_eq!(read(&std::fs::read(&path).unwrap()), read(&bytes), "{}", path.display());
    }
}

/// What a file says, but for its places and for white space, which a PDF does not hold.
fn said(desk: &Desk) -> Vec<String> {
    let rows = |sql: &str| desk.sql(sql).lines().map(|l| l.replace(' ', "")).collect::<Vec<_>>();
    let mut all = rows(
        "SELECT fiscal_year, department, document_kind, \"table\", row_code, row_name, \"column\", amount_as_printed, unit \
         FROM printed_cells",
    );
    all.extend(rows("SELECT f.* EXCLUDE (cell_id, project_id), p.name FROM fact f LEFT JOIN project p USING (project_id) ORDER BY cell_id"));
    all.extend(rows("SELECT i.* EXCLUDE (cell_id, project_id), p.name FROM indicator i LEFT JOIN project p USING (project_id) ORDER BY cell_id"));
    // Where a sentence begins is less certain without the lines of a text; the tests of the narrative look at it.
    all.extend(rows("SELECT * EXCLUDE (stated_id, page, line, sentence) FROM stated ORDER BY stated_id"));
    all.extend(rows("SELECT kind, state, unit, remark FROM source_table ORDER BY table_id"));
    all.extend(rows("SELECT code, name FROM unit ORDER BY unit_id"));
    all
}

#[track_caller]
fn assert_same(name: &str, read: &[String], expected: &[String]) {
    let missing: Vec<&String> = expected.iter().filter(|r| !read.contains(r)).collect();
    let spurious: Vec<&String> = read.iter().filter(|r| !expected.contains(r)).collect();
    assert!(missing.is_empty() && spurious.is_empty(), "{name}: missing {missing:#?}, spurious {spurious:#?}");
    assert_eq!(read, expected, "{name}: another order");
}

#[test]
fn every_format_gives_the_same_facts_as_the_text() {
    let ingested = |path: &Path| {
        let desk = Desk::new();
        let ran = desk.run(["ingest", path.to_str().unwrap()]).succeeds();
        (said(&desk), ran.stderr)
    };
    let text = crate::support::samples().join(format!("{NAME}.txt"));
    let (expected, _) = ingested(&text);
    assert!(expected.len() > 700, "{}", expected.len());
    for (ending, _) in samples() {
        let path = folder().join(format!("{NAME}.{ending}"));
        let (read, stderr) = ingested(&path);
        assert_same(ending, &read, &expected);
        assert!(stderr.contains("0 warnings"), "{ending}: {stderr}");
    }
}

#[test]
fn a_number_of_a_workbook_leads_back_to_its_cell() {
    let desk = Desk::new();
    desk.run(["ingest", folder().join(format!("{NAME}.xlsx")).to_str().unwrap()]).succeeds();
    let ran = desk.run(["why", "洛龙", "2023", "三公经费表", "in_column=公务接待费", "-f", "line"]).succeeds();
    assert!(ran.stdout.contains("工作表“表8”第6行第6列"), "{}", ran.stdout);
}

#[test]
fn what_does_not_hold_in_a_workbook_names_its_sheets() {
    let desk = Desk::new();
    desk.run(["ingest", folder().join(format!("{NAME}.xlsx")).to_str().unwrap()]).succeeds();
    let sheets = desk.sql("SELECT unnest(string_split(sheets, chr(10))) FROM source_file");
    // A sentence of the narrative.
    let ran = desk.run(["check", "洛龙", "-f", "csv"]).succeeds();
    let note = ran.stdout.lines().find(|line| line.contains(",PRC,note,")).unwrap();
    let narrative = sheets.lines().next().unwrap();
    assert!(note.contains(&format!(",工作表“{narrative}”第")), "{note}");
    // Cells of a table.
    desk.sql("UPDATE fact SET amount = amount + 100 WHERE cell_id = (SELECT min(cell_id) FROM fact WHERE table_kind = 'expenditure' AND role = 'detail')");
    let ran = desk.run(["check", "洛龙", "-f", "csv"]).succeeds();
    let breaks: Vec<&str> = ran.stdout.lines().filter(|line| line.contains(",breaks,")).collect();
    assert!(breaks.iter().any(|line| line.contains("工作表“表3”第")), "{breaks:?}");
    assert!(!ran.stdout.contains("页"), "{}", ran.stdout);
}

#[test]
fn a_file_whose_name_lies_is_read_by_what_it_is() {
    let written = written::henan();
    let gb = |bytes: Vec<u8>| encoding_rs::GB18030.encode(&String::from_utf8(bytes).unwrap()).0.into_owned();
    let saved = String::from_utf8(written::html(&written)).unwrap().replace("utf-8", "gb2312").into_bytes();
    for (name, bytes) in [
        ("预算.pdf", written::xlsx(&written)),
        ("预算.xls", written::html(&written)),
        ("预算.et", written::xls(&written)),
        ("预算.doc", written::docx(&written)),
        ("预算.zip", written::docx(&written)),
        ("预算.docx", written::pdf(&written)),
        ("预算.html", written::text(&written)),
        ("预算.txt", written::csv(&written, b',', false)),
        ("预算gbk.htm", gb(saved)),
        ("预算gbk.csv", gb(written::csv(&written, b',', true))),
        ("预算.tsv", written::csv(&written, b'\t', true)),
        ("分号.csv", written::csv(&written, b';', false)),
    ] {
        let desk = Desk::new();
        let path = desk.write(name, bytes);
        let ran = desk.run(["ingest", path.to_str().unwrap()]).succeeds();
        assert!(ran.stderr.contains("2023 budget: stored, 316 amounts"), "{name}: {}", ran.stderr);
    }
}

#[test]
fn an_archive_is_a_folder_and_names_its_members() {
    let desk = Desk::new();
    let written = written::henan();
    let text = |year: &str| {
        let path = crate::support::samples().join(format!("合成示例局{year}年度部门预算.txt"));
        std::fs::read(path).unwrap()
    };
    let nested = written::zipped(&[("2020.txt", text("2020"))]);
    let archive = written::zipped(&[
        ("预算/2019.txt", text("2019")),
        ("预算/洛龙.xlsx", written::xlsx(&written)),
        ("内/更早.zip", nested),
        ("图.jpg", vec![0xFF, 0xD8, 0xFF]),
        ("__MACOSX/._2019.txt", vec![0]),
    ]);
    desk.write("公开.zip", &archive);
    let ran = desk.run(["ingest", "公开.zip"]).succeeds();
    assert!(ran.stderr.contains("3 documents: 3 stored"), "{}", ran.stderr);
    assert_eq!(
        desk.sql("SELECT path FROM source_file ORDER BY path"),
        "公开.zip/内/更早.zip/2020.txt\n公开.zip/预算/2019.txt\n公开.zip/预算/洛龙.xlsx"
    );
    let ran = desk.run(["ingest", "公开.zip/预算/2019.txt"]).succeeds();
    assert!(ran.stderr.contains("1 unchanged"), "{}", ran.stderr);
}

/// The layout of a workbook as an official one has it: `fill` writes amounts into its blanks.
fn shanghai(fill: bool) -> Written {
    let rows = |rows: &[&[&str]]| {
        let keep = |t: &&str| fill || !t.contains('.');
        rows.iter().map(|r| r.iter().map(|t| if keep(t) { (*t).to_owned() } else { String::new() }).collect()).collect()
    };
    let lines =
        |title: &str, unit: &str| vec![title.to_owned(), "编制部门：上海市示例区合成局".to_owned(), unit.to_owned()];
    let mut expenditure = written::Table::with_header(
        rows(&[
            &["项目", "", "", "", "支出预算", "", ""],
            &["功能分类科目编码", "", "", "功能分类科目名称", "合计", "基本支出", "项目支出"],
            &["类", "款", "项", "", "", "", ""],
            &["205", "", "", "教育支出", "120.50", "100.50", "20.00"],
            &["205", "02", "", "普通教育", "120.50", "100.50", "20.00"],
            &["205", "02", "05", "高等教育", "120.50", "100.50", "20.00"],
            &["合计", "", "", "", "120.50", "100.50", "20.00"],
        ]),
        3,
    );
    expenditure.merged.push([6, 0, 1, 4]);
    let three = written::Table::with_header(
        rows(&[
            &["“三公”经费预算数", "", "", "", "", "", "机关运行经费预算数"],
            &["合计", "因公出国(境)费", "公务接待费", "公务用车购置及运行费", "", "", ""],
            &["", "", "", "小计", "购置费", "运行费", ""],
            &["3.50", "0.00", "1.00", "2.50", "0.00", "2.50", "60.00"],
        ]),
        3,
    );
    Written {
        narrative: vec!["上海市示例区2026年区级部门预算".into(), "预算主管部门：上海市示例区合成局".into()],
        tables: vec![
            written::Titled {
                lines: lines("2026年部门支出预算总表", "单位：元"),
                table: expenditure,
                remarks: Vec::new(),
            },
            written::Titled {
                lines: lines("2026年部门“三公”经费和机关运行经费预算表", "单位:万元"),
                table: three,
                remarks: vec!["注：示例。".into()],
            },
        ],
    }
}

#[test]
fn a_form_is_empty_until_it_is_filled_in() {
    let states = |fill: bool| {
        let desk = Desk::new();
        desk.write("表.xlsx", written::xlsx(&shanghai(fill)));
        desk.run(["ingest", "表.xlsx"]).succeeds();
        (
            desk.sql("SELECT kind, state, unit FROM source_table ORDER BY table_id"),
            desk.sql("SELECT table_kind, role, coalesce(function_code, item), nature, amount FROM fact WHERE amount <> 0 ORDER BY cell_id"),
        )
    };
    assert_eq!(states(false), ("expenditure,empty,元\nthree_public,empty,万元".into(), String::new()));
    let (tables, facts) = states(true);
    assert_eq!(tables, "expenditure,data,元\nthree_public,data,万元");
    assert_eq!(facts.lines().count(), 17, "{facts}");
    assert!(facts.contains("expenditure,detail,2050205,basic,100.50"), "{facts}");
    assert!(facts.contains("three_public,detail,vehicle_running,total,25000.00"), "{facts}");
    assert!(facts.contains("three_public,detail,agency_operating,total,600000.00"), "{facts}");
}

#[test]
fn the_official_shanghai_workbooks_are_forms_without_an_amount() {
    let Some(corpus) = crate::corpus::corpus() else { return };
    let desk = Desk::new();
    for form in ["department_budget_template.xlsx", "unit_budget_template.xlsx"] {
        desk.run(["ingest", corpus.join("shanghai").join(form).to_str().unwrap()]).succeeds();
    }
    assert_eq!(desk.sql("SELECT count(*) FROM fact"), "0");
    let kinds = "revenue_expenditure_summary,revenue,expenditure,fiscal_appropriation_summary,general_public_expenditure,\
                 government_fund_expenditure,state_capital_expenditure,general_public_basic_expenditure,three_public";
    for file in 1..=2 {
        let sql = format!(
            "SELECT kind || ' ' || state || ' ' || page FROM source_table WHERE file_id = {file} ORDER BY table_id"
        );
        let tables = desk.sql(&sql);
        let expected: Vec<String> =
            (7..).zip(kinds.split(',')).map(|(sheet, kind)| format!("{} empty {sheet}", kind.trim())).collect();
        assert_eq!(tables, expected.join("\n"), "sheet by sheet");
    }
}

/// A copy of a workbook with figures in its blank cells: sheet, cells with their numbers. The text XX of the form names a
/// department.
fn filled(form: &[u8], figures: &[(usize, &[(&str, f64)])]) -> Vec<u8> {
    use std::io::Read as _;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(form)).unwrap();
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        if name == "xl/sharedStrings.xml" {
            bytes = String::from_utf8(bytes).unwrap().replace("XX局", "合成局").into_bytes();
        }
        for (_, cells) in figures.iter().filter(|(sheet, _)| name == format!("xl/worksheets/sheet{sheet}.xml")) {
            let mut text = String::from_utf8(bytes).unwrap();
            for (cell, number) in *cells {
                let at = text.find(&format!("<c r=\"{cell}\"")).unwrap_or_else(|| panic!("{name} has no {cell}"));
                let end = at + text[at..].find('>').unwrap();
                assert!(text[..end].ends_with('/'), "{name}: {cell} is not blank");
                text.replace_range(end - 1..=end, &format!("><v>{number}</v></c>"));
            }
            bytes = text.into_bytes();
        }
        parts.push((name, bytes));
    }
    let parts: Vec<(&str, Vec<u8>)> = parts.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
    written::zipped(&parts)
}

#[test]
fn the_official_shanghai_workbook_filled_in_gives_what_was_filled_in() {
    let Some(corpus) = crate::corpus::corpus() else { return };
    let form = std::fs::read(corpus.join("shanghai/department_budget_template.xlsx")).unwrap();
    let expenditure = [
        ("E9", 1_205_000.0),
        ("F9", 1_005_000.0),
        ("G9", 200_000.0),
        ("E10", 1_205_000.0),
        ("F10", 1_005_000.0),
        ("G10", 200_000.0),
        ("E11", 1_205_000.0),
        ("F11", 1_005_000.0),
        ("G11", 200_000.0),
        ("E13", 300_000.3),
        ("F13", 100_000.1 + 0.2),
        ("G13", 200_000.0),
        ("E14", 300_000.3),
        ("F14", 100_000.3),
        ("G14", 200_000.0),
    ];
    let totals =
        |row: u32| [(format!("E{row}"), 1_505_000.3), (format!("F{row}"), 1_105_000.3), (format!("G{row}"), 400_000.0)];
    let with_totals = |row: u32| {
        let totals = totals(row).map(|(cell, number)| (&*cell.leak(), number));
        [&expenditure[..], &totals[..]].concat()
    };
    let (all, general) = (with_totals(20), with_totals(21));
    let figures: [(usize, &[(&str, f64)]); 4] = [
        (
            7,
            &[
                ("B8", 1_505_000.3),
                ("B9", 1_505_000.3),
                ("B21", 1_505_000.3),
                ("D8", 1_505_000.3),
                ("D21", 1_505_000.3),
            ],
        ),
        (9, &all),
        (11, &general),
        (15, &[("A7", 3.5), ("B7", 0.0), ("C7", 1.0), ("D7", 2.5), ("E7", 0.0), ("F7", 2.5), ("G7", 60.0)]),
    ];
    let desk = Desk::new();
    desk.write("表.xlsx", filled(&form, &figures));
    let ran = desk.run(["ingest", "表.xlsx"]).succeeds();
    assert!(ran.stderr.contains("上海市普陀区合成局 2026 budget: stored, 48 amounts"), "{}", ran.stderr);
    let states = desk.sql("SELECT string_agg(state, ' ' ORDER BY table_id) FROM source_table");
    assert_eq!(states, "data empty data empty data empty empty empty data");
    let facts = desk.sql(
        "SELECT role, function_code, amount FROM fact WHERE table_kind = 'expenditure' AND nature = 'basic' ORDER BY cell_id",
    );
    assert_eq!(
        facts,
        "subtotal,205,1005000.00\nsubtotal,20502,1005000.00\ndetail,2050205,1005000.00\nsubtotal,207,100000.30\n\
         detail,20799,100000.30\ntotal,,1105000.30"
    );
    assert_eq!(desk.sql("SELECT amount FROM fact WHERE item = 'agency_operating'"), "600000.00");
    assert_eq!(desk.sql("SELECT count(*) FROM checks(status := 'breaks')"), "0");
    assert_eq!(desk.sql("SELECT hold > 60 FROM check_summary()"), "true");
}
