//! A small disclosure with the figures of the Henan document, for tests.

use rust_decimal::Decimal;

use crate::record::*;

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// The eleven projects in 万元.
const PROJECTS: [&str; 11] =
    ["200.00", "110.25", "56.00", "50.00", "42.05", "30.00", "15.00", "5.00", "3.06", "2.00", "0.24"];

/// Economic classification: code, all money, basic money.
const ECONOMIC: [(&str, &str, &str); 26] = [
    ("30102", "79.56", "79.56"),
    ("30107", "66.56", "66.56"),
    ("30101", "187.89", "187.89"),
    ("30103", "135.08", "135.08"),
    ("30305", "7.80", "7.80"),
    ("30112", "2.10", "2.10"),
    ("30199", "87.92", "87.92"),
    ("30239", "18.26", "18.26"),
    ("30211", "4.00", "1.00"),
    ("30201", "92.00", "20.00"),
    ("30231", "4.50", "4.50"),
    ("30213", "16.00", "1.00"),
    ("30207", "5.00", "3.00"),
    ("30229", "9.63", "9.63"),
    ("30202", "31.00", "11.00"),
    ("30217", "5.00", ""),
    ("31002", "2.24", ""),
    ("30226", "152.30", ""),
    ("30299", "12.29", "4.29"),
    ("30227", "200.00", ""),
    ("30214", "34.06", ""),
    ("30228", "7.70", "7.70"),
    ("30302", "135.20", "135.20"),
    ("30108", "53.33", "53.33"),
    ("30110", "51.96", "51.96"),
    ("30113", "45.31", "45.31"),
];

/// Functional classification: code, total, basic, project.
const FUNCTION: [(&str, &str, &str, &str); 7] = [
    ("2010301", "635.30", "635.30", ""),
    ("2010302", "513.60", "", "513.60"),
    ("2012906", "7.70", "7.70", ""),
    ("2080501", "139.49", "139.49", ""),
    ("2080505", "53.33", "53.33", ""),
    ("2101101", "51.96", "51.96", ""),
    ("2210201", "45.31", "45.31", ""),
];

pub(super) struct Cells(pub(super) Vec<CellRecord>);

impl Cells {
    pub(super) fn add(&mut self, column: &str, text: &str, dimensions: Dimensions) -> &mut Fact {
        let row = u32::try_from(self.0.len()).unwrap() + 1;
        self.0.push(CellRecord {
            place: Place { page: None, line: Some(100 + row), row, column: 1 },
            row_code: "".into(),
            row_name: "".into(),
            column_path: column.into(),
            text: text.into(),
            fact: Some(Fact {
                amount: MoneyUnit::TenThousand.to_yuan(dec(text)).unwrap(),
                dimensions,
                function_code: None,
                economic_code: None,
                economic_gov_code: None,
                project: None,
                unit: None,
            }),
            indicator: None,
        });
        self.0.last_mut().unwrap().fact.as_mut().unwrap()
    }
}

pub(super) fn table(kind: TableKind, fill: impl FnOnce(&mut Cells)) -> TableRecord {
    let mut cells = Cells(Vec::new());
    fill(&mut cells);
    TableRecord {
        kind,
        title: kind.chinese().to_owned(),
        place: Place::line(100),
        unit: Some((MoneyUnit::TenThousand, "单位：万元".to_owned())),
        state: if cells.0.is_empty() { TableState::Empty } else { TableState::Data },
        remark: String::new(),
        cells: cells.0,
    }
}

pub(super) fn role(role: RowRole) -> Dimensions {
    Dimensions { role: Some(role), ..Dimensions::default() }
}

pub(super) fn spend(row: RowRole, nature: Nature) -> Dimensions {
    Dimensions { flow: Some(Flow::Expenditure), nature: Some(nature), ..role(row) }
}

fn summary(cells: &mut Cells) {
    let revenue = Dimensions { flow: Some(Flow::Revenue), ..Dimensions::default() };
    let of = |row, period, fund| Dimensions { role: Some(row), period: Some(period), fund: Some(fund), ..revenue };
    cells.add("收入/金额", "1446.69", of(RowRole::Detail, Period::CurrentYear, Fund::GeneralPublic));
    cells.add("收入/金额", "1446.69", of(RowRole::Total, Period::All, Fund::Total));
    let out = Dimensions { fund: Some(Fund::Total), ..spend(RowRole::Total, Nature::Total) };
    cells.add(
        "支出/金额",
        "1446.69",
        Dimensions { role: Some(RowRole::Subtotal), period: Some(Period::CurrentYear), ..out },
    );
    cells.add("支出/金额", "1446.69", Dimensions { period: Some(Period::All), ..out });
}

fn revenue(cells: &mut Cells) {
    for row in [RowRole::Total, RowRole::Subtotal] {
        let base = Dimensions { flow: Some(Flow::Revenue), ..role(row) };
        let of = |period, fund| Dimensions { period: Some(period), fund: Some(fund), ..base };
        cells.add("总计", "1446.69", of(Period::All, Fund::Total));
        cells.add("本年收入/合计", "1446.69", of(Period::CurrentYear, Fund::Total));
        cells.add("本年收入/一般公共预算/小计", "1446.69", of(Period::CurrentYear, Fund::GeneralPublic));
        let part = Dimensions { role: Some(RowRole::OfWhich), ..of(Period::CurrentYear, Fund::GeneralPublic) };
        cells.add("本年收入/一般公共预算/其中：财政拨款", "1446.69", part);
    }
}

fn functions(cells: &mut Cells) {
    for (nature, text) in [(Nature::Total, "1446.69"), (Nature::Basic, "933.09"), (Nature::Project, "513.60")] {
        cells.add("合计", text, spend(RowRole::Total, nature));
    }
    for (code, total, basic, project) in FUNCTION {
        for (nature, text) in [(Nature::Total, total), (Nature::Basic, basic), (Nature::Project, project)] {
            if !text.is_empty() {
                cells.add("合计", text, spend(RowRole::Detail, nature)).function_code = Some(code.into());
            }
        }
    }
}

fn economic(cells: &mut Cells) {
    let all = Dimensions { fund: Some(Fund::Total), ..spend(RowRole::Detail, Nature::Total) };
    cells.add("总计", "1446.69", Dimensions { role: Some(RowRole::Total), ..all });
    cells.add("总计", "1446.69", Dimensions { role: Some(RowRole::Subtotal), ..all });
    for (code, amount, _) in ECONOMIC {
        cells.add("总计", amount, all).economic_code = Some(code.into());
        let part = Dimensions { role: Some(RowRole::OfWhich), fund: Some(Fund::GeneralPublic), ..all };
        cells.add("一般公共预算/其中：财政拨款", amount, part).economic_code = Some(code.into());
    }
}

fn basic(cells: &mut Cells) {
    for (nature, text) in [(Nature::Basic, "933.09"), (Nature::Personnel, "852.71"), (Nature::Public, "80.38")] {
        cells.add("合计", text, spend(RowRole::Total, nature));
    }
    for (code, _, amount) in ECONOMIC {
        if !amount.is_empty() {
            let nature = if code.starts_with("302") { Nature::Public } else { Nature::Personnel };
            for nature in [Nature::Basic, nature] {
                cells.add("合计", amount, spend(RowRole::Detail, nature)).economic_code = Some(code.into());
            }
        }
    }
}

fn three_public(cells: &mut Cells) {
    for (item, column, text) in [
        (Item::ThreePublic, "“三公”经费合计", "9.50"),
        (Item::Vehicle, "公务用车购置及运行费/小计", "4.50"),
        (Item::VehicleRunning, "公务用车购置及运行费/公务用车运行费", "4.50"),
        (Item::Reception, "公务接待费", "5.00"),
    ] {
        cells.add(column, text, Dimensions { item: Some(item), ..role(RowRole::Detail) });
    }
}

fn projects(cells: &mut Cells) {
    let all = Dimensions { fund: Some(Fund::Total), ..spend(RowRole::Detail, Nature::Project) };
    let public = Dimensions { fund: Some(Fund::GeneralPublic), ..all };
    for row in [RowRole::Total, RowRole::Subtotal] {
        cells.add("合计", "513.60", Dimensions { role: Some(row), ..all });
    }
    for (index, amount) in PROJECTS.into_iter().enumerate() {
        for dimensions in [all, public] {
            cells.add("合计", amount, dimensions).project = Some(index);
        }
    }
}

fn goals(cells: &mut Cells) {
    for (text, value) in [("≥95%", Some(dec("95"))), ("完整", None)] {
        cells.add("指标值", "0", role(RowRole::Detail));
        let cell = cells.0.last_mut().unwrap();
        cell.fact = None;
        cell.text = text.into();
        cell.indicator = Some(Indicator {
            project: value.map(|_| 0),
            level1: "产出指标".to_owned(),
            level2: "数量指标".to_owned(),
            level3: "完成率".to_owned(),
            operator: value.map(|_| "≥"),
            value,
            unit: value.map(|_| "%".to_owned()),
            note: String::new(),
        });
    }
}

/// The disclosure of one year.
pub(super) fn henan(year: u16) -> Disclosure {
    let project = |(index, _)| ProjectRef {
        name: format!("项目{index}（{year}年）"),
        project_type: Some("其他运转类".to_owned()),
        ..ProjectRef::default()
    };
    Disclosure {
        source: SourceInfo {
            path: format!("corpus/henan_{year}.txt"),
            sha256: format!("henan-{year}"),
            format: "text",
            pages: None,
            lines: Some(600),
            sheets: Vec::new(),
        },
        header: Header {
            department: Department {
                name: "洛阳市洛龙区人民政府办公室".to_owned(),
                code: Some("110".to_owned()),
                region: Some("洛阳市洛龙区".to_owned()),
                region_code: Some("410311".to_owned()),
            },
            fiscal_year: year,
            kind: DocumentKind::Budget,
            scope: Scope::Department,
            title: format!("{year}年部门预算公开"),
        },
        part: Part::Whole,
        tables: vec![
            table(TableKind::RevenueExpenditureSummary, summary),
            table(TableKind::Revenue, revenue),
            table(TableKind::Expenditure, functions),
            table(TableKind::GeneralPublicExpenditure, functions),
            table(TableKind::GeneralPublicBasicExpenditure, basic),
            table(TableKind::EconomicClassificationSummary, economic),
            table(TableKind::ThreePublic, three_public),
            table(TableKind::GovernmentFundExpenditure, |_| ()),
            table(TableKind::ProjectExpenditure, projects),
            table(TableKind::ProjectPerformanceGoals, goals),
        ],
        claims: vec![
            Claim {
                place: Place::line(83),
                subject: "total".to_owned(),
                amount: Some(dec("14466900")),
                change: Some(dec("4381500")),
                growth_pct: Some(dec("43.44")),
                base_year: Some(year - 1),
                base_kind: Some(BaseKind::Budget),
                sentence: "支出总计1446.69万元，与上年预算相比增加438.15万元，增长43.44%。".to_owned(),
                ..Claim::default()
            },
            Claim {
                place: Place::line(111),
                subject: "abroad".to_owned(),
                amount: Some(dec("0")),
                growth_pct: Some(dec("0")),
                sentence: "因公出国（境）费0万元。".to_owned(),
                ..Claim::default()
            },
            Claim {
                place: Place::line(112),
                subject: "vehicles_kept".to_owned(),
                count: Some(5),
                sentence: "公务用车保有量5辆。".to_owned(),
                ..Claim::default()
            },
        ],
        projects: PROJECTS.into_iter().enumerate().map(project).collect(),
        units: Vec::new(),
        diagnostics: vec![Diagnostic {
            kind: DiagnosticKind::SumDiffers,
            table: Some(TableKind::Revenue),
            place: Place::line(7),
            text: "1".to_owned(),
            message: "parts and total differ".to_owned(),
        }],
    }
}

/// The same disclosure published as tables and narrative apart.
pub(super) fn parts(year: u16) -> (Disclosure, Disclosure) {
    let whole = henan(year);
    let mut tables = whole.clone();
    tables.part = Part::Tables;
    tables.claims.clear();
    tables.source.sha256.push_str("-tables");
    let mut narrative = whole;
    narrative.part = Part::Narrative;
    narrative.tables.clear();
    narrative.projects.clear();
    narrative.source.sha256.push_str("-narrative");
    (tables, narrative)
}
