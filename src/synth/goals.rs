//! Performance goals in the Henan layout: of the department as a whole, and of each project.

use super::henan::{Case, named, table};
use super::sheet::{Row, RowTruth, Table, amount, group, label, wan, wan_or_blank};
use crate::record::TableKind;

pub(super) fn department_goals(case: &Case<'_>) -> Table {
    let now = case.now;
    let key = |cells: [&str; 5], truth: Option<&str>| Row {
        cells: cells.map(str::to_owned).to_vec(),
        truth: RowTruth::Keys(truth.map(|name| (name.to_owned(), "预算情况".to_owned())).into_iter().collect()),
    };
    let (total, basic, project) =
        (wan(now.total()), wan_or_blank(now.basic_total()), wan_or_blank(now.project_total()));
    let rows = vec![
        key(["部门(单位)名称", &case.name, "", "", ""], None),
        key(["预算情况", "部门预算总额(万元)", &total, "", ""], Some("部门预算总额(万元)")),
        key(["", "1、资金来源: (1) 政府预算资金", &total, "", ""], Some("1、资金来源: (1) 政府预算资金")),
        key(["", "(2) 财政专户管理资金", "", "", ""], None),
        key(["", "(3) 单位资金", "", "", ""], None),
        key(["", "2、资金结构: (1) 基本支出", &basic, "", ""], Some("2、资金结构: (1) 基本支出")),
        key(["", "(2) 项目支出", &project, "", ""], Some("(2) 项目支出")),
        key(["一级指标", "二级指标", "三级指标", "指标值", "指标值说明"], None),
        key(["投入管理指标", "预算管理", "预算执行率", "≥95%", "执行数除以预算数"], None),
        key(["", "", "结转结余率", "≤5%", ""], None),
        key(["产出指标", "任务完成", "年度任务完成率", "100%", ""], None),
        key(["效益指标", "满意度", "服务对象满意度", "≥90%", ""], None),
    ];
    Table {
        kind: TableKind::DepartmentPerformanceGoals,
        title: "部门(单位)整体绩效目标表".to_owned(),
        notes: vec![format!("({} 年度)", now.year)],
        head: Vec::new(),
        rows,
        remark: None,
        unit: "万元",
        shorten: 0,
    }
}

pub(super) fn project_goals(case: &Case<'_>) -> Table {
    let now = case.now;
    let goals = |of: [&str; 4]| {
        let mut cells = Vec::new();
        for (name, value) in [of.get(..2), of.get(2..)].into_iter().flatten().filter_map(|p| p.split_first()) {
            cells.extend([(*name).to_owned(), value.first().copied().unwrap_or_default().to_owned()]);
        }
        cells
    };
    let blank = vec![String::new(); 8];
    let amounts = |code: &str, name: &str, amount: i64| {
        vec![code.to_owned(), name.to_owned(), wan_or_blank(amount), wan_or_blank(amount), String::new(), String::new()]
    };
    let unit = format!("{}001", case.publisher.code);
    let total = now.project_total();
    let mut rows = vec![named("", "合计", [amounts("", "", total), blank.clone()].concat())];
    if !now.projects.is_empty() {
        rows.push(named(&unit, &case.name, [amounts(&unit, &case.name, total), blank].concat()));
    }
    for project in &now.projects {
        let name = format!("{}（{}年）", project.name, now.year);
        let code = format!("{}{:02}{:013}", case.publisher.region_code, now.year % 100, project.number);
        let cost = format!("≤{}万元", wan(project.amount));
        let cells = [
            amounts(&code, &name, project.amount),
            goals(["项目支出", &cost, "任务完成率", "100%"]),
            goals(["工作效果", "明显", "受益者满意度", "≥90%"]),
        ];
        rows.push(named(&code, &name, cells.concat()));
        let mut more = vec![String::new(); 14];
        if let Some([indicator, value]) = more.get_mut(8..10) {
            indicator.push_str("按期完成率");
            value.push_str("≥95%");
        }
        rows.push(named("", "", more));
    }
    let pair = |name: &str| group(name, vec![label("三级指标"), label("指标值")]);
    let head = vec![
        label("单位编码（项目编码）"),
        label("项目单位（项目名称）"),
        group(
            "项目金额（万元）",
            vec![amount("资金总额"), amount("政府预算资金"), amount("财政专户管理资金"), amount("单位资金")],
        ),
        group("绩效目标", vec![pair("成本指标"), pair("产出指标"), pair("效益指标"), pair("满意度指标")]),
    ];
    Table {
        notes: vec![format!("部门名称：{}", case.name)],
        ..table(case, TableKind::ProjectPerformanceGoals, "度部门预算项目绩效目标表", head, rows)
    }
}
