//! The Jiangsu layout: codes in one column with classes and sections above the items, 万元 with separators.

use super::figures::{Item, section};
use super::henan::Case;
use super::shanghai::{class_name, outline};
use super::sheet::{Block, Node, Row, RowTruth, Sheet, Table, amount, group, label, wan};
use super::words::{compared, share};
use crate::record::TableKind;

/// The whole document.
pub(super) fn sheet(case: &Case<'_>) -> Sheet {
    let Case { now, before, name, .. } = case;
    let year = now.year;
    let total = now.total();
    let mut sheet = Sheet { blocks: Vec::new() };
    sheet.line("（合成语料：虚构的部门和数字）");
    sheet.line(format!("{name}{year}年度部门预算公开"));
    sheet.line("一、收支预算总体情况说明");
    let growth = compared(year, total, before.map(super::figures::Year::total), "收、支预算总计各");
    sheet.line(format!("{name}{year}年度收入、支出预算总计 {} 万元{growth}", wan(total)));
    sheet.line(format!(
        "其中：基本支出预算 {} 万元，占 {}；项目支出预算 {} 万元，占 {}。",
        wan(now.basic_total()),
        share(now.basic_total(), total),
        wan(now.project_total()),
        share(now.project_total(), total)
    ));
    for table in [
        summary(case),
        revenue(case),
        expenditure(case),
        by_function(case, TableKind::FiscalAppropriationExpenditure, "财政拨款支出预算表（功能科目）", None),
        by_function(case, TableKind::GeneralPublicExpenditure, "一般公共预算支出预算表（功能科目）", Some(false)),
        basic(case),
        three_public(case),
    ] {
        sheet.blocks.push(Block::Table(table));
    }
    if now.fund_total() > 0 {
        let title = "政府性基金支出预算表";
        let table = by_function(case, TableKind::GovernmentFundExpenditure, title, Some(true));
        sheet.blocks.push(Block::Table(table));
    }
    sheet
}

fn table(case: &Case<'_>, kind: TableKind, title: &str, head: Vec<Node>, rows: Vec<Row>) -> Table {
    let notes = vec![format!("部门名称：{}", case.name), "单位：万元".to_owned()];
    Table { kind, title: title.to_owned(), notes, head, rows, remark: None, unit: "万元", shorten: 0 }
}

/// With separators of thousands.
fn shown(amount: i64) -> String {
    let plain = wan(amount);
    let Some((whole, fraction)) = plain.split_once('.') else { return plain };
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped}.{fraction}")
}

fn shown_or_blank(amount: i64) -> String {
    if amount == 0 { String::new() } else { shown(amount) }
}

fn named(code: &str, name: &str, cells: Vec<String>) -> Row {
    Row { cells, truth: RowTruth::Named { code: code.to_owned(), name: name.to_owned() } }
}

const ORDINALS: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];

fn summary(case: &Case<'_>) -> Table {
    let now = case.now;
    let (total, fund) = (now.total(), now.fund_total());
    let left = [
        ("一、财政拨款", total),
        ("1. 一般公共预算", total - fund),
        ("2. 政府性基金预算", fund),
        ("二、财政专户管理资金", 0),
        ("三、其他资金", 0),
    ];
    let right =
        [("一、基本支出", now.basic_total()), ("二、项目支出", now.project_total()), ("三、单位预留机动经费", 0)];
    let classes: Vec<(String, i64)> = outline(case, None)
        .into_iter()
        .filter(|(code, ..)| code.len() == 3)
        .map(|(code, _, item)| (class_name(&code).to_owned(), item.total()))
        .collect();
    let mut rows: Vec<Row> = (0..left.len().max(classes.len()))
        .map(|i| {
            let (name, revenue) = left.get(i).copied().unwrap_or_default();
            let (use_name, use_amount) = right.get(i).copied().unwrap_or_default();
            let (class, amount) = classes.get(i).cloned().unwrap_or_default();
            let ordinal = ORDINALS.get(i).copied().unwrap_or_default();
            let class = if class.is_empty() { class } else { format!("{ordinal}、{class}") };
            vec![
                name.to_owned(),
                shown_or_blank(revenue),
                class,
                shown_or_blank(amount),
                use_name.to_owned(),
                shown_or_blank(use_amount),
            ]
        })
        .map(|cells| Row { cells, truth: RowTruth::BySide })
        .collect();
    let blank = String::new;
    let cells = vec!["收入合计".to_owned(), shown(total), blank(), blank(), "支出合计".to_owned(), shown(total)];
    rows.push(Row { cells, truth: RowTruth::BySide });
    let head = vec![
        group("收入", vec![label("项目名称"), amount("金额")]),
        group(
            "支出",
            vec![
                group("功能分类", vec![label("功能科目名称"), amount("金额")]),
                group("支出用途", vec![label("项目名称"), amount("金额")]),
            ],
        ),
    ];
    table(case, TableKind::RevenueExpenditureSummary, "收支预算总表", head, rows)
}

fn revenue(case: &Case<'_>) -> Table {
    let (total, fund) = (case.now.total(), case.now.fund_total());
    let mut rows = Vec::new();
    for (name, amount) in [
        ("收入总计", total),
        ("一般公共预算资金", total - fund),
        ("政府性基金", fund),
        ("财政专户管理资金", 0),
        ("其他资金", 0),
    ] {
        rows.push(named("", name, vec![name.to_owned(), shown_or_blank(amount)]));
    }
    table(case, TableKind::Revenue, "收入预算总表", vec![label("项目名称"), amount("金额")], rows)
}

fn expenditure(case: &Case<'_>) -> Table {
    let now = case.now;
    let cells = [now.total(), now.basic_total(), now.project_total(), 0, 0].map(shown_or_blank).to_vec();
    let head = ["合计", "基本支出", "项目支出", "单位预留机动经费", "结转下年资金"].map(amount).to_vec();
    table(case, TableKind::Expenditure, "支出预算总表", head, vec![named("", "", cells)])
}

fn by_function(case: &Case<'_>, kind: TableKind, title: &str, fund: Option<bool>) -> Table {
    let sum = case.now.items(case.publisher, fund).values().fold(Item::default(), |sum, item| sum.plus(item));
    let mut rows = vec![named("", "合计", vec![String::new(), "合计".to_owned(), shown(sum.total())])];
    for (code, name, item) in outline(case, fund) {
        rows.push(named(&code, name, vec![code.clone(), name.to_owned(), shown(item.total())]));
    }
    let head = vec![label("功能科目编码"), label("功能科目名称"), amount("金额")];
    table(case, kind, title, head, rows)
}

fn basic(case: &Case<'_>) -> Table {
    let now = case.now;
    let mut rows = vec![named("", "合计", vec![String::new(), "合计".to_owned(), shown(now.basic_total())])];
    for (class, name) in
        [("301", "工资福利支出"), ("302", "商品和服务支出"), ("303", "对个人和家庭的补助"), ("310", "资本性支出")]
    {
        let sum = now.basic_of(&[class]);
        if sum == 0 {
            continue;
        }
        rows.push(named(class, name, vec![class.to_owned(), name.to_owned(), shown(sum)]));
        for (code, amount) in now.basic.iter().filter(|(code, _)| code.starts_with(class)) {
            let name = section(code).map(|s| s.name).unwrap_or_default();
            rows.push(named(code, name, vec![(*code).to_owned(), name.to_owned(), shown(*amount)]));
        }
    }
    let head = vec![label("科目编码"), label("科目名称"), amount("金额")];
    let title = "一般公共预算基本支出预算表（经济科目）";
    table(case, TableKind::GeneralPublicBasicExpenditure, title, head, rows)
}

fn three_public(case: &Case<'_>) -> Table {
    let now = case.now;
    let [abroad, purchase, running, reception] = now.three_public();
    let (meeting, training) = (now.economic("30215"), now.economic("30216"));
    let sum = abroad + purchase + running + reception;
    let cells =
        [sum + meeting + training, sum, abroad, purchase + running, purchase, running, reception, meeting, training];
    let head = vec![
        amount("合计"),
        group(
            "“三公”经费",
            vec![
                amount("小计"),
                amount("因公出国（境）费"),
                group(
                    "公务用车购置及运行维护费",
                    vec![amount("小计"), amount("公务用车购置费"), amount("公务用车运行维护费")],
                ),
                amount("公务接待费"),
            ],
        ),
        amount("会议费"),
        amount("培训费"),
    ];
    let title = "一般公共预算“三公”经费、会议费、培训费支出预算表";
    table(case, TableKind::ThreePublic, title, head, vec![named("", "", cells.map(shown).to_vec())])
}
