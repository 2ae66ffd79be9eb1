//! The Shanghai layout of a budget: 元 with separators, functional classes, sections and items, revenue by function.

use std::collections::BTreeMap;

use super::figures::{Item, function_name, section, section_name};
use super::henan::Case;
use super::sheet::{Block, Node, Row, RowTruth, Sheet, Table, amount, group, label, wan, yuan};
use super::words::{compared, share};
use crate::record::TableKind;

/// Classes with the names that this layout prints.
pub(super) fn class_name(code: &str) -> &'static str {
    match code {
        "201" => "一般公共服务支出",
        "204" => "公共安全支出",
        "205" => "教育支出",
        "206" => "科学技术支出",
        "207" => "文化旅游体育与传媒支出",
        "208" => "社会保障和就业支出",
        "210" => "卫生健康支出",
        "211" => "节能环保支出",
        "212" => "城乡社区支出",
        "213" => "农林水支出",
        "214" => "交通运输支出",
        "215" => "资源勘探工业信息等支出",
        "216" => "商业服务业等支出",
        "220" => "自然资源海洋气象等支出",
        "221" => "住房保障支出",
        "224" => "灾害防治及应急管理支出",
        _ => "其他支出",
    }
}

/// Classes, sections and items in order, each with its code, name and money.
pub(super) fn outline(case: &Case<'_>, fund: Option<bool>) -> Vec<(String, &'static str, Item)> {
    let mut all: BTreeMap<String, (&'static str, Item)> = BTreeMap::new();
    for (code, item) in case.now.items(case.publisher, fund) {
        let part = |digits: usize| code.get(..digits).unwrap_or_default().to_owned();
        for (code, name) in [
            (part(3), class_name(&part(3))),
            (part(5), section_name(&code, case.publisher)),
            (code.clone(), function_name(&code)),
        ] {
            let entry = all.entry(code).or_insert((name, Item::default()));
            entry.1 = entry.1.plus(&item);
        }
    }
    all.into_iter().map(|(code, (name, item))| (code, name, item)).collect()
}

/// The whole document.
pub(super) fn sheet(case: &Case<'_>) -> Sheet {
    let Case { now, before, name, .. } = case;
    let year = now.year;
    let mut sheet = Sheet { blocks: Vec::new() };
    sheet.line("（合成语料：虚构的部门和数字）");
    sheet.line(format!("{name}{year}年部门预算"));
    sheet.line("部门预算编制说明");
    let total = now.total();
    let growth = compared(year, total, before.map(super::figures::Year::total), "收支总预算");
    sheet.line(format!("{year}年，{name}收入预算 {0} 万元，支出总预算 {0} 万元{growth}", wan(total)));
    sheet.line(format!(
        "{year}年，{name}支出预算 {} 万元，其中：基本支出 {} 万元，占 {}；项目支出 {} 万元，占 {}。",
        wan(total),
        wan(now.basic_total()),
        share(now.basic_total(), total),
        wan(now.project_total()),
        share(now.project_total(), total)
    ));
    let spend = |kind, title: &str, fund, head: &str| by_function(case, kind, title, fund, head);
    for table in [
        summary(case),
        revenue(case),
        spend(TableKind::Expenditure, "部门支出预算总表", None, "支出预算"),
        appropriation(case),
        spend(
            TableKind::GeneralPublicExpenditure,
            "部门一般公共预算支出功能分类预算表",
            Some(false),
            "一般公共预算支出",
        ),
        basic(case),
        three_public(case),
    ] {
        sheet.blocks.push(Block::Table(table));
    }
    if now.fund_total() > 0 {
        let title = "部门政府性基金预算支出功能分类预算表";
        let table = spend(TableKind::GovernmentFundExpenditure, title, Some(true), "政府性基金预算支出");
        sheet.blocks.push(Block::Table(table));
    }
    sheet
}

fn table(case: &Case<'_>, kind: TableKind, title: &str, head: Vec<Node>, rows: Vec<Row>) -> Table {
    let notes = vec![format!("编制部门：{}", case.name), "单位：元".to_owned()];
    Table {
        kind,
        title: format!("{}年{title}", case.now.year),
        notes,
        head,
        rows,
        remark: None,
        unit: "元",
        shorten: 0,
    }
}

/// Zero is blank in the summaries.
fn shown(amount: i64) -> String {
    if amount == 0 { String::new() } else { yuan(amount) }
}

fn by_side(cells: Vec<String>) -> Row {
    Row { cells, truth: RowTruth::BySide }
}

fn named(code: &str, name: &str, cells: Vec<String>) -> Row {
    Row { cells, truth: RowTruth::Named { code: code.to_owned(), name: name.to_owned() } }
}

/// 一、二、… to twenty.
fn ordinal(n: usize) -> &'static str {
    const ALL: [&str; 12] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];
    ALL.get(n).copied().unwrap_or("十三")
}

/// Classes with money: name with ordinal, money of both funds.
fn classes(case: &Case<'_>) -> Vec<(String, i64, i64)> {
    let sum = |fund| -> BTreeMap<String, i64> {
        outline(case, fund).into_iter().filter(|(c, ..)| c.len() == 3).map(|(c, _, i)| (c, i.total())).collect()
    };
    let (all, fund) = (sum(None), sum(Some(true)));
    all.into_iter()
        .enumerate()
        .map(|(i, (code, total))| {
            (format!("{}、{}", ordinal(i), class_name(&code)), total, fund.get(&code).copied().unwrap_or_default())
        })
        .collect()
}

fn summary(case: &Case<'_>) -> Table {
    let (total, fund) = (case.now.total(), case.now.fund_total());
    let left = [
        ("一、财政拨款收入", total),
        ("1. 一般公共预算资金", total - fund),
        ("2. 政府性基金", fund),
        ("3. 国有资本经营预算", 0),
        ("二、事业收入", 0),
        ("三、事业单位经营收入", 0),
        ("四、其他收入", 0),
    ];
    let classes = classes(case);
    let mut rows: Vec<Row> = (0..left.len().max(classes.len()))
        .map(|i| {
            let (name, revenue) = left.get(i).copied().unwrap_or_default();
            let (class, amount) = classes.get(i).map(|(n, total, _)| (n.clone(), *total)).unwrap_or_default();
            by_side(vec![name.to_owned(), shown(revenue), class, shown(amount)])
        })
        .collect();
    rows.push(by_side(vec!["收入总计".to_owned(), yuan(total), "支出总计".to_owned(), yuan(total)]));
    let head = vec![
        group("本年收入", vec![label("项目"), amount("预算数")]),
        group("本年支出", vec![label("项目"), amount("预算数")]),
    ];
    table(case, TableKind::RevenueExpenditureSummary, "部门财务收支预算总表", head, rows)
}

fn code_head() -> [Node; 2] {
    [
        group("项目", vec![group("功能分类科目编码", vec![label("类"), label("款"), label("项")])]),
        label("功能分类科目名称"),
    ]
}

fn codes(code: &str) -> Vec<String> {
    let part = |from: usize, to: usize| code.get(from..to).unwrap_or_default().to_owned();
    vec![part(0, 3), part(3, 5), part(5, 7)]
}

fn revenue(case: &Case<'_>) -> Table {
    let row = |code: &str, name: &str, total: i64| {
        let labels = [codes(code), vec![name.to_owned()]].concat();
        let amounts = vec![yuan(total), yuan(total), String::new(), String::new(), String::new()];
        named(code, name, [labels, amounts].concat())
    };
    let mut rows: Vec<Row> =
        outline(case, None).iter().map(|(code, name, item)| row(code, name, item.total())).collect();
    rows.push(row("", "合计", case.now.total()));
    let [code, name] = code_head();
    let head = vec![
        code,
        name,
        group(
            "收入预算",
            vec![
                amount("合计"),
                amount("财政拨款收入"),
                amount("事业收入"),
                amount("事业单位经营收入"),
                amount("其他收入"),
            ],
        ),
    ];
    table(case, TableKind::Revenue, "部门收入预算总表", head, rows)
}

fn by_function(case: &Case<'_>, kind: TableKind, title: &str, fund: Option<bool>, over: &str) -> Table {
    let row = |code: &str, name: &str, item: &Item| {
        let labels = [codes(code), vec![name.to_owned()]].concat();
        let amounts = [item.total(), item.basic(), item.project()].map(yuan).to_vec();
        named(code, name, [labels, amounts].concat())
    };
    let mut rows: Vec<Row> = outline(case, fund).iter().map(|(code, name, item)| row(code, name, item)).collect();
    let sum = case.now.items(case.publisher, fund).values().fold(Item::default(), |sum, item| sum.plus(item));
    rows.push(row("", "合计", &sum));
    let [code, name] = code_head();
    let head = vec![code, name, group(over, vec![amount("合计"), amount("基本支出"), amount("项目支出")])];
    table(case, kind, title, head, rows)
}

fn appropriation(case: &Case<'_>) -> Table {
    let (total, fund) = (case.now.total(), case.now.fund_total());
    let left = [("一、一般公共预算资金", total - fund), ("二、政府性基金", fund), ("三、国有资本经营预算", 0)];
    let classes = classes(case);
    let row = |(name, revenue): (&str, i64), (class, all, fund): (String, i64, i64)| {
        let spent = [all, all - fund, fund, 0].map(shown).to_vec();
        by_side([vec![name.to_owned(), shown(revenue), class], spent].concat())
    };
    let mut rows: Vec<Row> = (0..left.len().max(classes.len()))
        .map(|i| row(left.get(i).copied().unwrap_or_default(), classes.get(i).cloned().unwrap_or_default()))
        .collect();
    rows.push(row(("收入总计", total), ("支出总计".to_owned(), total, fund)));
    let head = vec![
        group("财政拨款收入", vec![label("项目"), amount("预算数")]),
        group(
            "财政拨款支出",
            vec![
                label("项目"),
                amount("合计"),
                amount("一般公共预算"),
                amount("政府性基金预算"),
                amount("国有资本经营预算"),
            ],
        ),
    ];
    table(case, TableKind::FiscalAppropriationSummary, "部门财政拨款收支预算总表", head, rows)
}

fn basic(case: &Case<'_>) -> Table {
    let now = case.now;
    let row = |code: &str, name: &str, personnel: i64, public: i64| {
        let labels = [codes(code).into_iter().take(2).collect(), vec![name.to_owned()]].concat();
        let amounts = [personnel + public, personnel, public].map(yuan).to_vec();
        named(code, name, [labels, amounts].concat())
    };
    let mut rows = Vec::new();
    for (class, name) in
        [("301", "工资福利支出"), ("302", "商品和服务支出"), ("303", "对个人和家庭的补助"), ("310", "资本性支出")]
    {
        let sum = now.basic_of(&[class]);
        if sum == 0 {
            continue;
        }
        let split = |amount: i64| if matches!(class, "301" | "303") { (amount, 0) } else { (0, amount) };
        let (personnel, public) = split(sum);
        rows.push(row(class, name, personnel, public));
        for (code, amount) in now.basic.iter().filter(|(code, _)| code.starts_with(class)) {
            let (personnel, public) = split(*amount);
            rows.push(row(code, section(code).map(|s| s.name).unwrap_or_default(), personnel, public));
        }
    }
    rows.push(row("", "合计", now.personnel(), now.public()));
    let head = vec![
        group("项目", vec![group("经济分类科目编码", vec![label("类"), label("款")])]),
        label("经济分类科目名称"),
        group("一般公共预算基本支出", vec![amount("合计"), amount("人员经费"), amount("公用经费")]),
    ];
    let title = "部门一般公共预算基本支出部门预算经济分类预算表";
    table(case, TableKind::GeneralPublicBasicExpenditure, title, head, rows)
}

fn three_public(case: &Case<'_>) -> Table {
    let [abroad, purchase, running, reception] = case.now.three_public();
    let cells = [
        abroad + purchase + running + reception,
        abroad,
        reception,
        purchase + running,
        purchase,
        running,
        case.now.public(),
    ];
    let head = vec![
        group(
            "“三公”经费预算数",
            vec![
                amount("合计"),
                amount("因公出国（境）费"),
                amount("公务接待费"),
                group("公务用车购置及运行费", vec![amount("小计"), amount("购置费"), amount("运行费")]),
            ],
        ),
        amount("机关运行经费预算数"),
    ];
    let rows = vec![named("", "", cells.map(wan).to_vec())];
    let notes = vec![format!("编制部门：{}", case.name), "单位：万元".to_owned()];
    let table = table(case, TableKind::ThreePublic, "部门“三公”经费和机关运行经费预算表", head, rows);
    Table { notes, unit: "万元", ..table }
}
