//! The Henan layout: thirteen tables in 万元, budget, with functional items and both economic classifications.

use super::figures::{Item, Year, function_name, section};
use super::goals;
use super::names::Publisher;
use super::narrative::narrative;
use super::sheet::{Block, Node, Row, RowTruth, Sheet, Table, amount, group, label, wan, wan_or_blank};
use crate::record::TableKind;

/// Ordinal, code of the class, its name in the summary, its name in the summary of appropriations.
const CLASSES: [(&str, &str, &str, &str); 29] = [
    ("一", "201", "一般公共服务", "一般公共服务支出"),
    ("二", "202", "外交", "外交支出"),
    ("三", "203", "国防", "国防支出"),
    ("四", "204", "公共安全", "公共安全支出"),
    ("五", "205", "教育", "教育支出"),
    ("六", "206", "科学技术", "科学技术支出"),
    ("七", "207", "文化旅游体育与传媒", "文化旅游体育与传媒支出"),
    ("八", "208", "社会保障和就业", "社会保障和就业支出"),
    ("九", "209", "社会保险基金支出", "社会保险基金支出"),
    ("十", "210", "卫生健康", "卫生健康支出"),
    ("十一", "211", "节能环保", "节能环保支出"),
    ("十二", "212", "城乡社区事务", "城乡社区事务支出"),
    ("十三", "213", "农林水事务", "农林水事务支出"),
    ("十四", "214", "交通运输", "交通运输支出"),
    ("十五", "215", "资源勘探信息等", "资源勘探信息等支出"),
    ("十六", "216", "商业服务业等", "商业服务业等支出"),
    ("十七", "217", "金融支出", "金融支出"),
    ("十九", "219", "援助其他地区支出", "援助其他地区支出"),
    ("二十", "220", "自然资源海洋气象等支出", "自然资源海洋气象等支出"),
    ("二十一", "221", "住房保障支出", "住房保障支出"),
    ("二十二", "222", "粮油物资储备支出", "粮油物资储备支出"),
    ("二十三", "223", "国有资本经营预算", "国有资本经营预算支出"),
    ("二十四", "224", "灾害防治及应急管理", "灾害防治及应急管理支出"),
    ("二十七", "227", "预备费", "预备费支出"),
    ("二十九", "229", "其他支出", "其他支出"),
    ("三十", "230", "转移性支出", "转移性支出"),
    ("三十一", "231", "债务还本支出", "债务还本支出"),
    ("三十二", "232", "债务付息支出", "债务付息支出"),
    ("三十三", "233", "债务发行费用支出", "债务发行费用支出"),
];

/// A department's year, and the year before.
pub(super) struct Case<'a> {
    pub(super) publisher: &'a Publisher,
    pub(super) now: &'a Year,
    pub(super) before: Option<&'a Year>,
    /// Its name this year.
    pub(super) name: String,
    /// Whether nothing is printed as 0.00 where others leave a blank.
    pub(super) zeros: bool,
}

/// The whole document.
pub(super) fn sheet(case: &Case<'_>) -> Sheet {
    let Case { now, name, .. } = case;
    let year = now.year;
    let mut sheet = Sheet { blocks: Vec::new() };
    sheet.line("（合成语料：虚构的部门和数字）");
    sheet.line(name.clone());
    sheet.line(format!("{year} 年度部门预算"));
    sheet.line("目 录");
    for (ordinal, title) in [
        ("一", "部门收支预算表"),
        ("二", "部门收入预算表"),
        ("三", "部门支出预算表"),
        ("四", "财政拨款收支预算表"),
        ("五", "一般公共预算支出预算表"),
        ("六", "一般公共预算基本支出预算表"),
        ("七", "支出经济分类汇总表"),
        ("八", "一般公共预算“三公”经费预算表"),
        ("九", "政府性基金预算支出预算表"),
        ("十", "国有资本经营预算支出预算表"),
        ("十一", "项目支出预算表"),
        ("十二", "部门（单位）整体绩效目标表"),
        ("十三", "部门预算项目绩效目标表"),
    ] {
        sheet.line(format!("- {ordinal}、{title}"));
    }
    narrative(case, &mut sheet);
    for table in [
        summary(case),
        revenue(case),
        expenditure(case, TableKind::Expenditure, "部门支出预算表", None),
        appropriation(case),
        expenditure(case, TableKind::GeneralPublicExpenditure, "一般公共预算支出预算表", Some(false)),
        basic(case),
        economic(case),
        three_public(case),
        expenditure(case, TableKind::GovernmentFundExpenditure, "政府性基金支出预算表", Some(true)),
        state_capital(case),
        projects(case),
        goals::department_goals(case),
        goals::project_goals(case),
    ] {
        sheet.blocks.push(Block::Table(table));
    }
    sheet
}

pub(super) fn table(case: &Case<'_>, kind: TableKind, title: &str, head: Vec<Node>, rows: Vec<Row>) -> Table {
    let notes = vec![format!("部门名称：{}", case.name), "单位：万元".to_owned()];
    Table {
        kind,
        title: format!("{} 年{title}", case.now.year),
        notes,
        head,
        rows,
        remark: None,
        unit: "万元",
        shorten: 0,
    }
}

pub(super) fn named(code: &str, name: &str, cells: Vec<String>) -> Row {
    Row { cells, truth: RowTruth::Named { code: code.to_owned(), name: name.to_owned() } }
}

fn by_side(cells: Vec<String>) -> Row {
    Row { cells, truth: RowTruth::BySide }
}

/// Amounts of all classes.
fn classes(case: &Case<'_>, fund: Option<bool>) -> Vec<i64> {
    let items = case.now.items(case.publisher, fund);
    let of = |class: &str| items.iter().filter(|(code, _)| code.starts_with(class)).map(|(_, item)| item.total()).sum();
    CLASSES.iter().map(|(_, code, _, _)| of(code)).collect()
}

fn summary(case: &Case<'_>) -> Table {
    let (total, fund) = (case.now.total(), case.now.fund_total());
    let general = total - fund;
    let left = [
        ("一、一般公共预算", general),
        ("其中：财政拨款", general),
        ("二、政府性基金预算拨款收入", fund),
        ("三、国有资本经营预算拨款收入", 0),
        ("四、财政专户管理资金收入", 0),
        ("五、事业收入", 0),
        ("六、事业单位经营收入", 0),
        ("七、上级补助收入", 0),
        ("八、附属单位上缴收入", 0),
        ("九、其他收入", 0),
    ];
    let mut rows: Vec<Row> = CLASSES
        .iter()
        .zip(classes(case, None))
        .enumerate()
        .map(|(i, ((ordinal, _, name, _), amount))| {
            let (label, revenue) = left.get(i).copied().unwrap_or_default();
            by_side(vec![label.to_owned(), wan_or_blank(revenue), format!("{ordinal}、{name}"), wan_or_blank(amount)])
        })
        .collect();
    let pair = |left: &str, a: String, right: &str, b: String| by_side(vec![left.to_owned(), a, right.to_owned(), b]);
    rows.push(pair("本年收入合计", wan(total), "本年支出合计", wan(total)));
    let zero = if case.zeros { wan(0) } else { String::new() };
    rows.push(pair("上年结转结余", String::new(), "年终结转结余", zero));
    rows.push(pair("收入总计", wan(total), "支出总计", wan(total)));
    let head =
        vec![group("收入", vec![label("项目"), amount("金额")]), group("支出", vec![label("项目"), amount("金额")])];
    table(case, TableKind::RevenueExpenditureSummary, "部门收支预算表", head, rows)
}

fn revenue(case: &Case<'_>) -> Table {
    let (total, fund) = (case.now.total(), case.now.fund_total());
    let cells = |code: &str, name: &str| {
        let mut cells = vec![code.to_owned(), name.to_owned()];
        cells.extend([total, total, total - fund, total - fund, fund].map(wan_or_blank));
        cells.resize(20, String::new());
        cells
    };
    let head = vec![
        label("部门(单位)代码"),
        label("部门(单位)名称"),
        amount("总计"),
        group(
            "本年收入",
            vec![
                amount("合计"),
                group("一般公共预算", vec![amount("小计"), amount("其中：财政拨款")]),
                amount("政府性基金"),
                amount("国有资本经营预算"),
                amount("财政专户管理资金收入"),
                amount("事业收入"),
                amount("事业单位经营收入"),
                amount("上级补助收入"),
                amount("附属单位上缴收入"),
                amount("其他收入"),
            ],
        ),
        group(
            "上年结转结余",
            vec![
                amount("合计"),
                amount("一般公共预算"),
                amount("政府性基金"),
                amount("国有资本经营预算"),
                amount("财政专户管理资金"),
                amount("单位资金"),
            ],
        ),
    ];
    let code = &case.publisher.code;
    let unit = format!("{code}001");
    let rows = vec![
        named("", "合计", cells("", "合计")),
        named(code, &case.name, cells(code, &case.name)),
        named(&unit, &case.name, cells(&unit, &case.name)),
    ];
    table(case, TableKind::Revenue, "部门收入预算表", head, rows)
}

/// The head of the four tables of expenditure by function.
fn expenditure_head() -> Vec<Node> {
    vec![
        group("科目编码", vec![label("类"), label("款"), label("项")]),
        label("单位代码"),
        label("单位（科目名称）"),
        amount("合计"),
        group(
            "基本支出",
            vec![
                amount("小计"),
                group("人员经费", vec![amount("工资福利支出"), amount("对个人和家庭的补助")]),
                group("公用经费", vec![amount("商品和服务支出"), amount("资本性支出")]),
            ],
        ),
        group("项目支出", vec![amount("小计"), amount("其他运转类"), amount("特定目标类")]),
    ]
}

fn expenditure(case: &Case<'_>, kind: TableKind, title: &str, fund: Option<bool>) -> Table {
    let items = case.now.items(case.publisher, fund);
    let cells = |codes: [&str; 4], name: &str, item: &Item| {
        let mut cells: Vec<String> = codes.iter().map(|&c| c.to_owned()).collect();
        cells.push(name.to_owned());
        let amounts = [
            item.total(),
            item.basic(),
            item.wages,
            item.family,
            item.goods,
            item.capital,
            item.project(),
            item.running,
            item.targeted,
        ];
        cells.extend(amounts.map(wan_or_blank));
        cells
    };
    let sum = items.values().fold(Item::default(), |sum, item| sum.plus(item));
    let code = &case.publisher.code;
    let mut rows = vec![named("", "合计", cells([""; 4], "合计", &sum))];
    let mut remark = None;
    if sum.total() == 0 {
        remark = Some(format!("备注：{} 年没有安排政府性基金支出，故此表无数据。", case.now.year));
    } else {
        rows.push(named(code, &case.name, cells(["", "", "", code], &case.name, &sum)));
        for (function, item) in &items {
            let part = |from: usize, to: usize| function.get(from..to).unwrap_or_default();
            let codes = [part(0, 3), part(3, 5), part(5, 7), ""];
            rows.push(named(function, function_name(function), cells(codes, function_name(function), item)));
        }
    }
    Table { remark, ..table(case, kind, title, expenditure_head(), rows) }
}

fn state_capital(case: &Case<'_>) -> Table {
    let mut cells = vec![String::new(); 14];
    if let Some(name) = cells.get_mut(4) {
        name.push_str("合计");
    }
    let remark = Some(format!("备注：{} 年没有安排国有资本经营支出，故此表无数据。", case.now.year));
    let rows = vec![named("", "合计", cells)];
    Table {
        remark,
        ..table(case, TableKind::StateCapitalExpenditure, "国有资本经营支出预算表", expenditure_head(), rows)
    }
}

fn appropriation(case: &Case<'_>) -> Table {
    let (total, fund) = (case.now.total(), case.now.fund_total());
    let general = total - fund;
    let left = [
        ("一、本年收入", total),
        ("（一）一般公共预算拨款", general),
        ("其中：财政拨款", general),
        ("（二）政府性基金预算拨款", fund),
        ("（三）国有资本经营预算拨款", 0),
        ("二、上年结转", 0),
        ("（一）一般公共预算拨款", 0),
        ("（二）政府性基金预算拨款", 0),
        ("（三）国有资本经营预算拨款", 0),
    ];
    let row = |i: usize, name: String, amounts: [i64; 2]| {
        let (label, revenue) = left.get(i).copied().unwrap_or_default();
        let [general, fund] = amounts;
        let spent = [general + fund, general, general, fund, 0].map(wan_or_blank);
        let cells = [vec![label.to_owned(), wan_or_blank(revenue), name], spent.to_vec()].concat();
        by_side(cells)
    };
    let mut rows = vec![row(0, "一、本年支出".to_owned(), [general, fund])];
    for (i, ((ordinal, _, _, name), (from_general, from_fund))) in
        CLASSES.iter().zip(classes(case, Some(false)).into_iter().zip(classes(case, Some(true)))).enumerate()
    {
        rows.push(row(i + 1, format!("（{ordinal}）{name}"), [from_general, from_fund]));
    }
    rows.push(row(usize::MAX, "二、年终结转结余".to_owned(), [0, 0]));
    let mut last = row(usize::MAX, "支出合计".to_owned(), [general, fund]);
    if let [label, revenue, ..] = last.cells.as_mut_slice() {
        label.push_str("收入合计");
        revenue.push_str(&wan(total));
    }
    rows.push(last);
    let head = vec![
        group("收入", vec![label("项目"), amount("金额")]),
        group(
            "支出",
            vec![
                label("项目"),
                amount("合计"),
                group("一般公共预算", vec![amount("小计"), amount("其中：财政拨款")]),
                amount("政府性基金"),
                amount("国有资本经营预算"),
            ],
        ),
    ];
    table(case, TableKind::FiscalAppropriationSummary, "财政拨款收支预算表", head, rows)
}

fn basic(case: &Case<'_>) -> Table {
    let now = case.now;
    let mut rows = vec![named(
        "",
        "合计",
        [
            vec!["合计".to_owned(), String::new(), String::new(), String::new()],
            vec![wan(now.basic_total()), wan_or_blank(now.personnel()), wan_or_blank(now.public())],
        ]
        .concat(),
    )];
    for (code, amount) in &now.basic {
        let Some(section) = section(code) else { continue };
        let people = code.starts_with("301") || code.starts_with("303");
        let (personnel, public) = if people { (*amount, 0) } else { (0, *amount) };
        let labels = [section.code, section.name, section.government, section.government_name].map(str::to_owned);
        let amounts = vec![wan(*amount), wan_or_blank(personnel), wan_or_blank(public)];
        rows.push(named(
            &format!("{}/{}", section.code, section.government),
            &format!("{}/{}", section.name, section.government_name),
            [labels.to_vec(), amounts].concat(),
        ));
    }
    let head = vec![
        group("部门预算支出经济分类科目", vec![label("科目编码"), label("科目名称")]),
        group("政府预算支出经济分类科目", vec![label("科目编码"), label("科目名称")]),
        group("本年一般公共预算基本支出", vec![amount("合计"), amount("人员经费"), amount("公用经费")]),
    ];
    let mut basic = table(case, TableKind::GeneralPublicBasicExpenditure, "一般公共预算基本支出预算表", head, rows);
    // That heading only repeats the title and is no level of the path.
    basic.shorten = 1;
    basic
}

fn economic(case: &Case<'_>) -> Table {
    let now = case.now;
    let cells = |labels: [&str; 6], all: i64, fund: i64| {
        let mut cells: Vec<String> = labels.iter().map(|&l| l.to_owned()).collect();
        cells.extend([all, all - fund, all - fund, fund].map(wan_or_blank));
        cells.resize(18, String::new());
        cells
    };
    let (total, fund, code) = (now.total(), now.fund_total(), &case.publisher.code);
    let mut rows = vec![
        named("", "合计", cells(["", "", "合计", "", "", ""], total, fund)),
        named(code, &case.name, cells([code, "", &case.name, "", "", ""], total, fund)),
    ];
    for (code, (all, fund)) in now.by_economic() {
        let Some(section) = section(code) else { continue };
        let part = |code: &'static str, from: usize, to: usize| code.get(from..to).unwrap_or_default();
        let labels = [
            part(section.code, 0, 3),
            part(section.code, 3, 5),
            section.name,
            part(section.government, 0, 3),
            part(section.government, 3, 5),
            section.government_name,
        ];
        rows.push(named(
            &format!("{}/{}", section.code, section.government),
            &format!("{}/{}", section.name, section.government_name),
            cells(labels, all, fund),
        ));
    }
    let head = vec![
        group("部门预算经济分类", vec![label("类"), label("款"), label("科目名称")]),
        group("政府预算经济分类", vec![label("类"), label("款"), label("科目名称")]),
        amount("总计"),
        group("一般公共预算", vec![amount("小计"), amount("其中：财政拨款")]),
        amount("政府性基金"),
        amount("国有资本经营预算"),
        amount("上年结转结余"),
        amount("财政专户管理资金收入"),
        amount("事业收入"),
        amount("上级补助收入"),
        amount("附属单位上缴收入"),
        amount("事业单位经营收入"),
        amount("其他收入"),
    ];
    table(case, TableKind::EconomicClassificationSummary, "支出经济分类汇总表", head, rows)
}

fn three_public(case: &Case<'_>) -> Table {
    let [abroad, purchase, running, reception] = case.now.three_public();
    let shown = |amount: i64| if case.zeros { wan(amount) } else { wan_or_blank(amount) };
    let sum = abroad + purchase + running + reception;
    let cells =
        vec![wan(sum), shown(abroad), shown(purchase + running), shown(purchase), shown(running), shown(reception)];
    let head = vec![
        amount("“三公”经费合计"),
        amount("因公出国（境）费"),
        group("公务用车购置及运行费", vec![amount("小计"), amount("公务用车购置费"), amount("公务用车运行费")]),
        amount("公务接待费"),
    ];
    let rows = vec![named("", "", cells)];
    table(case, TableKind::ThreePublic, "一般公共预算“三公”经费预算表", head, rows)
}

fn projects(case: &Case<'_>) -> Table {
    let now = case.now;
    let cells = |labels: [&str; 3], general: i64, fund: i64| {
        let mut cells: Vec<String> = labels.iter().map(|&l| l.to_owned()).collect();
        cells.extend([general + fund, general, fund].map(wan_or_blank));
        cells.resize(12, String::new());
        cells
    };
    let (total, fund, code) = (now.project_total(), now.fund_total(), &case.publisher.code);
    let mut rows = vec![named("", "合计", cells(["", "", ""], total - fund, fund))];
    let mut remark = None;
    if now.projects.is_empty() {
        remark = Some(format!("备注：{} 年没有安排项目支出，故此表无数据。", now.year));
    } else {
        rows.push(named(code, &case.name, cells(["", code, &case.name], total - fund, fund)));
    }
    for project in &now.projects {
        let name = format!("{}（{}年）", project.name, now.year);
        let kind = if project.targeted { "特定目标类" } else { "其他运转类" };
        let (general, fund) = if project.from_fund { (0, project.amount) } else { (project.amount, 0) };
        rows.push(named("", &name, cells([kind, &name, &case.name], general, fund)));
    }
    let head = vec![
        label("类型"),
        label("项目名称"),
        label("项目单位"),
        amount("合计"),
        group("本年拨款", vec![amount("一般公共预算"), amount("政府性基金预算"), amount("国有资本经营预算")]),
        group("财政拨款结转结余", vec![amount("一般公共预算"), amount("政府性基金预算"), amount("国有资本经营预算")]),
        amount("财政专户管理资金"),
        amount("单位资金"),
    ];
    Table { remark, ..table(case, TableKind::ProjectExpenditure, "项目支出预算表", head, rows) }
}
