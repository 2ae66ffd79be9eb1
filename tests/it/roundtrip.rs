//! Random disclosures, written in every format, are read back equal.

use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::written::{self, Table, Titled, Written};

/// Codes and names of functional items: classes, sections and items of the list that the program knows.
const ITEMS: [(&str, &str); 8] = [
    ("2010301", "行政运行"),
    ("2010302", "一般行政管理事务"),
    ("2050205", "高等教育"),
    ("2080501", "行政单位离退休"),
    ("2080505", "机关事业单位基本养老保险缴费支出"),
    ("2101101", "行政单位医疗"),
    ("2130101", "行政运行"),
    ("2210201", "住房公积金"),
];

/// One expected cell: code, name, column, text, amount in 元 if it has one.
type Expected = (String, String, String, String, Option<Decimal>);

/// Amounts as they are printed in 万元: cents of it; `None` is a blank.
fn printed(cents: Option<i64>) -> String {
    cents.map(|c| Decimal::new(c, 2).to_string()).unwrap_or_default()
}

fn yuan(cents: i64) -> Decimal {
    Decimal::new(cents, 2) * Decimal::from(10_000)
}

fn titled(title: &str, table: Table) -> Titled {
    let lines = vec![title.to_owned(), "部门：合成甲局".to_owned(), "单位：万元".to_owned()];
    Titled { lines, table, remarks: Vec::new() }
}

fn row(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|c| (*c).to_owned()).collect()
}

fn sum(values: impl Iterator<Item = Option<i64>>) -> i64 {
    values.flatten().sum()
}

/// A table of expenditure by function: basic and project money of some items.
fn expenditure(items: &[(usize, Option<i64>, Option<i64>)]) -> (Titled, Vec<Expected>) {
    let mut rows = vec![
        row(&["科目编码", "", "", "科目名称", "合计", "基本支出", "项目支出"]),
        row(&["类", "款", "项", "", "", "", ""]),
    ];
    let mut expected = Vec::new();
    let mut push = |code: &str, name: &str, basic: Option<i64>, project: Option<i64>| {
        let total = (basic.is_some() || project.is_some()).then(|| sum([basic, project].into_iter()));
        let parts = if code.is_empty() { ["", "", ""] } else { [&code[..3], &code[3..5], &code[5..]] };
        let values = [("合计", total), ("基本支出", basic), ("项目支出", project)];
        let mut cells = row(&parts);
        cells.push(name.to_owned());
        for (column, cents) in values {
            cells.push(printed(cents));
            if let Some(cents) = cents {
                expected.push((code.into(), name.into(), column.into(), printed(Some(cents)), Some(yuan(cents))));
            }
        }
        rows.push(cells);
    };
    push("", "合计", Some(sum(items.iter().map(|i| i.1))), Some(sum(items.iter().map(|i| i.2))));
    for &(item, basic, project) in items {
        push(ITEMS[item].0, ITEMS[item].1, basic, project);
    }
    (titled("2023年部门支出总表", Table::with_header(rows, 2)), expected)
}

/// A table of the three public expenses.
fn three_public([abroad, purchase, running, reception]: [i64; 4]) -> (Titled, Vec<Expected>) {
    let vehicle = "公务用车购置及运行费";
    let columns = [
        ("“三公”经费合计".to_owned(), abroad + purchase + running + reception),
        ("因公出国（境）费".to_owned(), abroad),
        (format!("{vehicle}/小计"), purchase + running),
        (format!("{vehicle}/公务用车购置费"), purchase),
        (format!("{vehicle}/公务用车运行费"), running),
        ("公务接待费".to_owned(), reception),
    ];
    let rows = vec![
        row(&["“三公”经费合计", "因公出国（境）费", vehicle, "", "", "公务接待费"]),
        row(&["", "", "小计", "公务用车购置费", "公务用车运行费", ""]),
        columns.iter().map(|(_, cents)| printed(Some(*cents))).collect(),
    ];
    let cell = |(column, cents): (String, i64)| {
        (String::new(), String::new(), column, printed(Some(cents)), Some(yuan(cents)))
    };
    let title = "2023年一般公共预算“三公”经费预算表";
    (titled(title, Table::with_header(rows, 2)), columns.into_iter().map(cell).collect())
}

/// A table of projects.
fn projects(projects: &[(String, i64)]) -> (Titled, Vec<Expected>) {
    let unit = "合成甲局";
    let mut rows = vec![
        row(&["类型", "项目名称", "项目单位", "合计", "本年拨款", ""]),
        row(&["", "", "", "", "一般公共预算", "政府性基金预算"]),
    ];
    let mut expected = Vec::new();
    for (i, (name, cents)) in projects.iter().enumerate() {
        // A name is a project once.
        let name = format!("{name}{}", ["甲", "乙", "丙", "丁", "戊", "己"][i]);
        let text = printed(Some(*cents));
        rows.push(row(&["特定目标类", &name, unit, &text, &text, ""]));
        for column in ["合计", "本年拨款/一般公共预算"] {
            expected.push((String::new(), name.clone(), column.to_owned(), text.clone(), Some(yuan(*cents))));
        }
    }
    (titled("2023年项目支出预算表", Table::with_header(rows, 2)), expected)
}

/// Cells of the document as the recognition gives them, table by table.
fn read(name: &str, bytes: &[u8]) -> Vec<Vec<Expected>> {
    let document = yusuan::source::read_bytes(name, bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
    let disclosure = yusuan::table::recognise(document, &yusuan::table::Overrides::default()).unwrap();
    assert_eq!(disclosure.header.department.name, "合成甲局", "{name}");
    assert_eq!(disclosure.header.fiscal_year, 2023, "{name}");
    let cells = |t: yusuan::record::TableRecord| {
        let cell = |c: yusuan::record::CellRecord| {
            let texts = [&*c.row_code, &*c.row_name, &*c.column_path, &*c.text].map(str::to_owned);
            let [code, name, path, text] = texts;
            (code, name, path, text, c.fact.map(|f| f.amount))
        };
        t.cells.into_iter().map(cell).collect()
    };
    disclosure.tables.into_iter().map(cells).collect()
}

proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(48))]

    #[test]
    fn a_random_disclosure_is_read_back_equal_from_every_format(
        items in proptest::sample::subsequence((0..ITEMS.len()).collect::<Vec<_>>(), 1..=ITEMS.len()),
        amounts in proptest::collection::vec((proptest::option::of(0..10_i64.pow(9)), proptest::option::of(1..10_i64.pow(7))), ITEMS.len()),
        three in proptest::array::uniform4(0..1_000_000_i64),
        names in proptest::collection::vec(("[建设维修服务运行信息中心网络]{3,9}经费", 1..10_i64.pow(8)), 1..6),
    ) {
        let items: Vec<_> = items.iter().zip(&amounts).map(|(i, (basic, project))| (*i, *basic, *project)).collect();
        let (tables, expected): (Vec<Titled>, Vec<Vec<Expected>>) =
            [expenditure(&items), three_public(three), projects(&names)].into_iter().unzip();
        let written = Written { narrative: vec!["合成甲局2023年度部门预算".to_owned()], tables };
        for (name, bytes) in [
            ("x.txt", written::text(&written)),
            ("x.csv", written::csv(&written, b',', false)),
            ("padded.csv", written::csv(&written, b';', true)),
            ("x.html", written::html(&written)),
            ("x.docx", written::docx(&written)),
            ("x.xlsx", written::xlsx(&written)),
            ("x.xls", written::xls(&written)),
            ("x.ods", written::ods(&written)),
            ("x.pdf", written::pdf(&written)),
        ] {
            prop_assert_eq!(&read(name, &bytes), &expected, "{}", name);
        }
    }
}
