//! Small disclosures of several departments and years, built line by line, for tests of the series.

use super::sample::{Cells, henan, role, spend, table};
use crate::record::*;

/// One amount in 万元.
#[derive(Clone, Copy)]
pub(super) enum Line<'a> {
    /// 支出总计
    Total(&'a str),
    /// Total row of the expenditure table: total, basic, project.
    Spent(&'a str, &'a str, &'a str),
    /// Functional item: code, total, project (blank: none).
    Function(&'a str, &'a str, &'a str),
    /// Economic item of basic expenditure.
    Economic(&'a str, &'a str),
    /// Item of the three-public table.
    ThreePublic(Item, &'a str),
    /// 机关运行经费, total
    Operating(&'a str),
    /// Row of the procurement table by its path.
    Procurement(&'a str, &'a str),
}

/// A budget with these amounts and nothing else.
pub(super) fn budget(name: &str, region: &str, year: u16, lines: &[Line<'_>]) -> Disclosure {
    let mut disclosure = henan(year);
    disclosure.header.department = Department {
        name: name.to_owned(),
        region: (!region.is_empty()).then(|| region.to_owned()),
        ..Department::default()
    };
    disclosure.source.sha256 = format!("{name}-{year}");
    disclosure.claims.clear();
    disclosure.projects.clear();
    disclosure.diagnostics.clear();
    let kinds = [
        TableKind::RevenueExpenditureSummary,
        TableKind::Expenditure,
        TableKind::GeneralPublicExpenditure,
        TableKind::GeneralPublicBasicExpenditure,
        TableKind::ThreePublic,
        TableKind::AgencyOperatingExpenditure,
        TableKind::GovernmentProcurement,
    ];
    let fill = |kind| table(kind, |cells| lines.iter().for_each(|line| add(cells, kind, *line)));
    disclosure.tables = kinds.into_iter().map(fill).filter(|table| table.state == TableState::Data).collect();
    disclosure
}

/// The same as a final account.
pub(super) fn account(name: &str, region: &str, year: u16, lines: &[Line<'_>]) -> Disclosure {
    let mut disclosure = budget(name, region, year, lines);
    disclosure.header.kind = DocumentKind::FinalAccount;
    disclosure.source.sha256.push_str("-account");
    disclosure
}

/// The same as the disclosure of the unit of that name.
pub(super) fn unit(mut disclosure: Disclosure) -> Disclosure {
    disclosure.header.scope = Scope::Unit;
    disclosure.source.sha256.push_str("-unit");
    disclosure
}

fn add(cells: &mut Cells, kind: TableKind, line: Line<'_>) {
    match (kind, line) {
        (TableKind::RevenueExpenditureSummary, Line::Total(amount)) => {
            let all = Dimensions { fund: Some(Fund::Total), ..spend(RowRole::Total, Nature::Total) };
            cells.add("支出/金额", amount, Dimensions { period: Some(Period::All), ..all });
        }
        (TableKind::Expenditure, Line::Spent(total, basic, project)) => {
            for (nature, amount) in [(Nature::Total, total), (Nature::Basic, basic), (Nature::Project, project)] {
                cells.add("合计", amount, spend(RowRole::Total, nature));
            }
        }
        (TableKind::Expenditure | TableKind::GeneralPublicExpenditure, Line::Function(code, total, project)) => {
            // Classes and sections are printed too, as subtotals.
            for length in [3, 5, 7] {
                let role = if length == 7 { RowRole::Detail } else { RowRole::Subtotal };
                cells.add("合计", total, spend(role, Nature::Total)).function_code = Some(code[..length].into());
            }
            if !project.is_empty() {
                cells.add("项目支出", project, spend(RowRole::Detail, Nature::Project)).function_code =
                    Some(code.into());
            }
        }
        (TableKind::GeneralPublicBasicExpenditure, Line::Economic(code, amount)) => {
            cells.add("金额", amount, spend(RowRole::Detail, Nature::Basic)).economic_code = Some(code.into());
        }
        (TableKind::ThreePublic, Line::ThreePublic(item, amount)) => {
            cells.add(item.chinese(), amount, Dimensions { item: Some(item), ..role(RowRole::Detail) });
        }
        (TableKind::AgencyOperatingExpenditure, Line::Operating(amount)) => {
            let total = Dimensions { item: Some(Item::AgencyOperating), ..role(RowRole::Total) };
            cells.add("机关运行经费支出", amount, total);
            cells.add("机关运行经费支出", amount, Dimensions { role: Some(RowRole::Subtotal), ..total });
        }
        (TableKind::GovernmentProcurement, Line::Procurement(path, amount)) => {
            let role = if path.matches('/').count() >= 3 { RowRole::Detail } else { RowRole::Subtotal };
            cells.add("总计", amount, Dimensions { item: Some(Item::Procurement), ..spend(role, Nature::Total) });
            cells.0.last_mut().unwrap().row_name = path.into();
        }
        _ => {}
    }
}

/// 江苏省政协办公厅 as published for 2017 to 2019, shortened: what the reform of 2018 does to a series.
pub(super) fn reform() -> [Disclosure; 3] {
    use Line::{Economic as E, Function as F, Operating, Procurement as P, Spent, ThreePublic as T, Total};
    [
        budget(
            "中国人民政治协商会议江苏省委员会办公厅",
            "",
            2017,
            &[
                Total("9146.79"),
                Spent("9146.79", "5916.27", "3230.52"),
                F("2010201", "3233.03", ""),
                F("2010299", "3230.52", ""),
                F("2080504", "1509.72", ""),
                F("2210201", "341.75", ""),
                F("2210202", "751.77", ""),
                E("30101", "737.94"),
                E("30102", "1263.76"),
                E("30103", "95.81"),
                E("30201", "1131.92"),
                E("30301", "163.00"),
                E("30302", "1329.92"),
                E("30307", "20.40"),
                E("30311", "341.75"),
                E("30312", "751.77"),
                T(Item::ThreePublicMeetingTraining, "1852.32"),
                T(Item::ThreePublic, "676.10"),
                T(Item::Abroad, "76.00"),
                T(Item::Vehicle, "156.60"),
                T(Item::Reception, "443.50"),
                T(Item::Meeting, "1094.62"),
                Operating("3348.98"),
                P("一、货物A", "259.32"),
                P("一、货物A/办公设备购置费/办公设备购置", "95.00"),
                P("一、货物A/办公设备购置费/办公设备购置/家具用具/分散自行组织", "95.00"),
                P("一、货物A/省政协全委会/会议费/印刷品/分散自行组织", "140.20"),
                P("三、服务C/省政协全委会/会议费/会议服务/分散自行组织", "164.80"),
                P("三、服务C/商品和服务支出/会议费/住宿服务/分散自行组织", "62.20"),
            ],
        ),
        budget(
            "江苏省政协办公厅",
            "江苏省",
            2018,
            &[
                Total("10150.48"),
                F("2010201", "4432.78", ""),
                F("2010299", "3314.68", ""),
                F("2080504", "252.82", ""),
                F("2080505", "407.81", ""),
                F("2080506", "163.13", ""),
                F("2210201", "391.66", ""),
                F("2210202", "1107.60", ""),
                E("30101", "854.47"),
                E("30102", "1863.72"),
                E("30103", "105.31"),
                E("30108", "407.81"),
                E("30109", "163.13"),
                E("30113", "391.66"),
                E("30114", "20.16"),
                E("30201", "1115.85"),
                E("30301", "219.82"),
                E("30302", "456.24"),
                T(Item::ThreePublicMeetingTraining, "1656.86"),
                T(Item::ThreePublic, "675.10"),
                T(Item::Abroad, "106.00"),
                Operating("1115.85"),
            ],
        ),
        budget(
            "政协江苏省委员会办公厅",
            "",
            2019,
            &[
                Total("13377.11"),
                E("30101", "877.88"),
                E("30113", "492.87"),
                T(Item::ThreePublicMeetingTraining, "2224.43"),
                T(Item::ThreePublic, "660.10"),
                T(Item::Abroad, "106.00"),
            ],
        ),
    ]
}
