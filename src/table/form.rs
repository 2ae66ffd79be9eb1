//! The form of one project (项目支出绩效目标填报表, 申报表): keys beside their values, then a list of indicators. A document
//! prints one such form for each of the projects that it tells of.

use std::sync::LazyLock;

use regex::Regex;
use rust_decimal::Decimal;

use crate::record::{
    CellRecord, DiagnosticKind, Dimensions, Fact, Fund, MoneyUnit, Period, RowRole, TableKind, TableRecord, TableState,
    join_key, parse_number, pattern, squash,
};
use crate::source::GridRow;

use super::goals::{IndicatorColumns, read_list};
use super::layout::Layouts;
use super::line::stated_unit;
use super::outline::Section;
use super::reader::{Registry, unit_of};

/// The key that begins a form, with the project's name beside it.
const NAME: &str = "项目名称";

/// Reads the forms of a section, each a table of its own with the unit that it states; none when it has none.
pub(super) fn read_forms(section: &Section, registry: &mut Registry) -> Vec<TableRecord> {
    let mut rows: Vec<GridRow> = section.grids.iter().flat_map(|g| g.rows.iter().cloned()).collect();
    for (i, row) in rows.iter_mut().enumerate() {
        row.place.row = u32::try_from(i + 1).unwrap_or(u32::MAX);
    }
    let begins: Vec<usize> =
        rows.iter().enumerate().filter(|(_, row)| beside(row, NAME).is_some()).map(|(i, _)| i).collect();
    let mut forms: Vec<&[GridRow]> = Vec::new();
    for (i, begin) in begins.iter().enumerate() {
        let end = begins.get(i + 1).copied().unwrap_or(rows.len());
        forms.extend(rows.get(*begin..end));
    }
    let is_form = |form: &&[GridRow]| form.iter().any(|row| IndicatorColumns::of(row).is_some());
    if !forms.iter().any(is_form) {
        return Vec::new();
    }
    let texts = |rows: &[GridRow]| rows.iter().flat_map(|r| &r.cells).map(|c| c.text.clone()).collect::<Vec<_>>();
    let of_section = unit_of(section, texts(&rows).iter());
    let read = |form: &[GridRow]| {
        let own = texts(form).iter().filter(|t| join_key(t).contains("元)")).find_map(|t| stated_unit(t));
        let mut record = TableRecord {
            kind: TableKind::ProjectPerformanceGoals,
            place: form.first().map_or(section.title.place, |row| row.place),
            ..section.record(own.or_else(|| of_section.clone()))
        };
        let unit = record.unit.as_ref().map(|u| u.0);
        read_form(form, unit, registry, &mut record.cells);
        record.state = if record.cells.is_empty() { TableState::Empty } else { TableState::Data };
        record
    };
    forms.into_iter().map(read).collect()
}

fn read_form(form: &[GridRow], unit: Option<MoneyUnit>, registry: &mut Registry, cells: &mut Vec<CellRecord>) {
    let value = |key: &str| form.iter().find_map(|row| beside(row, key)).map(|text| squash(text).into_owned());
    let Some(name) = value(NAME) else { return };
    let project = registry.project(&name);
    if let Some(known) = registry.projects.get_mut(project) {
        known.project_type = known.project_type.take().or_else(|| value("项目类别"));
    }
    let split = form.iter().position(|row| IndicatorColumns::of(row).is_some()).unwrap_or(form.len());
    let (keys, list) = form.split_at(split);
    // A form that reports (自评表) has columns for budget and account; its numbers stay cells.
    let reports = keys.iter().flat_map(|row| &row.cells).any(|cell| REPORT.is_match(&join_key(&cell.text)));
    // What stands from the column of the year's money on is the year's; before it, that of all years of the project.
    let year = keys.iter().find_map(|row| (0..row.cells.len()).find(|i| is_money_of_year(&join_key(row.text(*i)))));
    for row in keys {
        for column in 1..row.cells.len() {
            let Ok(Some(number)) = parse_number(row.text(column)) else { continue };
            let label = (0..column).rev().map(|c| squash(row.text(c))).find(|t| !t.is_empty()).unwrap_or_default();
            if parse_number(&label).is_ok() {
                continue;
            }
            let of_year = !reports && year.is_some_and(|year| column > year);
            let fact = if of_year { fact(&label, number, unit, project) } else { None };
            if of_year && fact.is_none() {
                registry.note(
                    DiagnosticKind::Unplaced,
                    TableKind::ProjectPerformanceGoals,
                    row.cell_place(column),
                    row.text(column),
                    format!("the label {label} is not known; kept as a cell only"),
                );
            }
            cells.push(CellRecord {
                place: row.cell_place(column),
                row_code: "".into(),
                row_name: name.as_str().into(),
                column_path: label.as_ref().into(),
                text: row.text(column).into(),
                fact,
                indicator: None,
            });
        }
    }
    if let Some((header, list)) = list.split_first()
        && let Some(columns) = IndicatorColumns::of(header)
    {
        let first = cells.len();
        read_list(header, list, &columns, cells);
        for indicator in cells.iter_mut().skip(first).filter_map(|cell| cell.indicator.as_mut()) {
            indicator.project = Some(project);
        }
    }
}

/// Headings of forms that report on a year that is over.
static REPORT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(年初|全年)(预算|执行)数|^(预算)?执行(数|率)|^得分$|^实际完成值"));

/// 年度资金申请总额, 年度资金总额: the project's money of the year.
fn is_money_of_year(label: &str) -> bool {
    static YEAR: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^(本?年度|当年)(项目)?(资金|预算)(申请|安排)?(总额|金额|数)$"));
    YEAR.is_match(label.trim_end_matches([':', '：']))
}

/// An amount of the year; parts are told as such, so that nothing is counted twice.
fn fact(label: &str, number: Decimal, unit: Option<MoneyUnit>, project: usize) -> Option<Fact> {
    let key = join_key(label);
    let key = key.trim_start_matches("其中").trim_matches([':', '：']);
    let (fund, period, role) = match key {
        key if is_money_of_year(key) => (Fund::Total, Period::All, RowRole::Detail),
        "当年财政拨款" | "财政拨款" | "财政资金" | "本年财政拨款" => {
            (Fund::Fiscal, Period::CurrentYear, RowRole::OfWhich)
        }
        "上年结转资金" | "上年结转" => (Fund::Total, Period::CarryOver, RowRole::OfWhich),
        "其他资金" => (Fund::OwnFunds, Period::All, RowRole::OfWhich),
        _ => return None,
    };
    let told = Dimensions { fund: Some(fund), period: Some(period), role: Some(role), ..Dimensions::default() };
    Some(Fact {
        amount: unit?.to_yuan(number)?,
        dimensions: Layouts::builtin().table(TableKind::ProjectPerformanceGoals).set.refined_by(told),
        function_code: None,
        economic_code: None,
        economic_gov_code: None,
        project: Some(project),
        unit: None,
    })
}

/// The text beside a key of a row.
fn beside<'r>(row: &'r GridRow, key: &str) -> Option<&'r str> {
    let at = row.cells.iter().position(|cell| join_key(&cell.text) == key)?;
    (at + 1..row.cells.len()).map(|i| row.text(i)).find(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::outline::Outline;

    const FORM: &str = "财政项目支出绩效目标填报表\n\n项目名称\t{name}\t\t项目类别\t特定目标类\n\
        项目资金（元）\t项目资金总额\t900.00\t年度资金申请总额\t{amount}\n\t其中：财政资金\t900.00\t其中：当年财政拨款\t250.00\n\
        \t\t\t上年结转资金\t50.00\n一级指标\t二级指标\t三级指标\t年度(/项目)指标值\t\n产出指标\t数量指标\t建筑面积\t≥13459.00(平方米)\t\n\
        \t质量指标\t完工及时率\t及时\t\n";

    #[test]
    fn a_form_tells_a_projects_money_of_the_year_and_its_indicators() {
        let text = FORM.replace("{name}", "甲项目").replace("{amount}", "300.00")
            + &FORM.replace("{name}", "乙项目").replace("{amount}", "1,000.00");
        let outline = Outline::read("x", &text);
        let mut registry = Registry::default();
        let tables: Vec<TableRecord> =
            outline.sections.iter().flat_map(|section| read_forms(section, &mut registry)).collect();
        let cells = || tables.iter().flat_map(|t| &t.cells);
        let projects: Vec<_> = registry.projects.iter().map(|p| (p.name.as_str(), p.project_type.as_deref())).collect();
        assert_eq!(projects, [("甲项目", Some("特定目标类")), ("乙项目", Some("特定目标类"))]);
        let own = |c: &&CellRecord| c.fact.as_ref().is_some_and(|f| f.dimensions.role == Some(RowRole::Detail));
        let money: Vec<_> = cells().filter(own).map(|c| c.text.as_str()).collect();
        assert_eq!(money, ["300.00", "1,000.00"], "not those of all years");
        let goals: Vec<String> = cells()
            .filter_map(|c| c.indicator.as_ref())
            .map(|i| {
                format!("{:?} {}/{} {:?} {:?}", i.project, i.level1, i.level3, i.value.map(|v| v.to_string()), i.unit)
            })
            .collect();
        assert_eq!(goals[0], "Some(0) 产出指标/建筑面积 Some(\"13459.00\") Some(\"平方米\")");
        assert_eq!(goals[3], "Some(1) 产出指标/完工及时率 None None");
    }

    #[test]
    fn a_list_of_projects_is_no_form() {
        let text = "项目绩效目标表\n\n项目名称\t三级指标\t指标值\n甲项目\t次数\t3\n";
        let outline = Outline::read("x", text);
        assert!(outline.sections.iter().all(|s| read_forms(s, &mut Registry::default()).is_empty()));
    }

    #[test]
    fn each_form_has_the_unit_that_it_states_and_a_report_tells_no_budget() {
        let text = FORM.replace("{name}", "甲项目").replace("{amount}", "300.00")
            + &FORM.replace("{name}", "乙项目").replace("{amount}", "50.00").replace("（元）", "（万元）")
            + "\n项目支出绩效自评表\n\n项目名称\t丙项目\t\t\n项目资金（万元）\t\t年初预算数\t全年执行数\n\t年度资金总额\t100.00\t90.00\n\
               一级指标\t二级指标\t三级指标\t年度指标值\n产出指标\t数量指标\t次数\t3次\n";
        let outline = Outline::read("x", &text);
        let mut registry = Registry::default();
        let cells: Vec<CellRecord> =
            outline.sections.iter().flat_map(|s| read_forms(s, &mut registry)).flat_map(|t| t.cells).collect();
        let facts = cells.iter().filter_map(|c| c.fact.as_ref()).filter(|f| f.dimensions.role == Some(RowRole::Detail));
        let money: Vec<_> = facts.map(|f| (f.project, f.amount.normalize().to_string())).collect();
        assert_eq!(money, [(Some(0), "300".to_owned()), (Some(1), "500000".to_owned())]);
    }
}
