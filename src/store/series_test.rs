//! Series over years and departments: growth, peers, panel, execution, structure, breaks.

use super::queries_test::{lines, store};
use super::series_sample::Line::{Economic, Function as F, Procurement as P, Spent, ThreePublic as T, Total};
use super::series_sample::{account, budget, reform, unit};
use crate::record::{Dimensions, Disclosure, Fund, Item, Period, Stage, TableKind};

/// Three departments of one region and one of another, with gaps and a unit beside its department.
fn departments() -> Vec<Disclosure> {
    let of = |name: &str, year, total: &str| {
        let three = [T(Item::ThreePublic, "3"), T(Item::Reception, "1"), T(Item::ThreePublicMeetingTraining, "9")];
        let lines: Vec<_> = [Total(total)].into_iter().chain(three).collect();
        budget(&format!("洛阳市{name}"), "洛阳市", year, &lines)
    };
    vec![
        of("财政局", 2019, "100"),
        of("财政局", 2020, "110"),
        of("财政局", 2022, "121"),
        unit(of("财政局", 2020, "90")),
        unit(of("财政局", 2022, "95")),
        of("教育局", 2019, "300"),
        of("教育局", 2020, "290"),
        of("教育局", 2022, "363"),
        of("民政局", 2020, "0"),
        of("民政局", 2022, "50"),
        budget("上海市普陀区财政局", "上海市普陀区", 2020, &[Total("999")]),
    ]
}

/// Prints every amount of a table once for each of `columns`: what the column says, and by what the amount is divided.
fn in_columns(mut disclosure: Disclosure, kind: TableKind, columns: &[(Dimensions, i64)]) -> Disclosure {
    for table in disclosure.tables.iter_mut().filter(|table| table.kind == kind) {
        let column = |cell: &crate::record::CellRecord, (says, divisor): &(Dimensions, i64)| {
            let mut cell = cell.clone();
            let fact = cell.fact.as_mut().unwrap();
            let Dimensions { stage, period, fund, .. } = *says;
            fact.dimensions = Dimensions { stage, period, fund, ..fact.dimensions };
            fact.amount /= rust_decimal::Decimal::from(*divisor);
            cell
        };
        let cells = table.cells.iter().flat_map(|cell| columns.iter().map(move |c| column(cell, c)));
        table.cells = cells.collect();
    }
    disclosure
}

fn of_fund(fund: Fund) -> Dimensions {
    Dimensions { fund: Some(fund), ..Dimensions::default() }
}

fn of_period(period: Period) -> Dimensions {
    Dimensions { period: Some(period), ..Dimensions::default() }
}

#[test]
fn growth_tells_years_observed_missing_and_the_annual_rate() {
    let store = store(&departments());
    let columns = "department, scope, fiscal_year, first_year, years_observed, coalesce(missing_years, '–'), \
                   coalesce(growth_pct::VARCHAR, '–'), coalesce(cagr_pct::VARCHAR, '–')";
    assert_eq!(
        lines(&store, columns, "growth(region := '洛阳')"),
        [
            "洛阳市教育局 department 2019 2019 1 – – –",
            "洛阳市教育局 department 2020 2019 2 – -3.33 -3.33",
            "洛阳市教育局 department 2022 2019 3 2021 – 6.56",
            "洛阳市民政局 department 2020 2020 1 – – –",
            "洛阳市民政局 department 2022 2020 2 2021 – –",
            "洛阳市财政局 department 2019 2019 1 – – –",
            "洛阳市财政局 department 2020 2019 2 – 10.0 10.0",
            "洛阳市财政局 department 2022 2019 3 2021 – 6.56",
            "洛阳市财政局 unit 2020 2020 1 – – –",
            "洛阳市财政局 unit 2022 2020 2 2021 – 2.74",
        ]
    );
    assert_eq!(
        lines(
            &store,
            "first_year, years_observed, cagr_pct",
            "growth('财政局', since := 2020) WHERE fiscal_year = 2022"
        ),
        ["2020 2 4.88", "2020 2 2.74"]
    );
}

#[test]
fn totals_of_different_tables_are_not_compared() {
    let store = store(&[
        account("洛阳市财政局", "洛阳市", 2020, &[Total("100")]),
        account("洛阳市财政局", "洛阳市", 2021, &[Spent("90", "60", "30")]),
    ]);
    assert_eq!(lines(&store, "fiscal_year, prior_year, growth_pct, cagr_pct", "growth()"), ["2020", "2021"]);
}

#[test]
fn three_public_is_a_trend_of_departments_without_meetings_and_training() {
    let all: Vec<_> = departments().into_iter().chain(reform()).collect();
    let store = store(&all);
    assert_eq!(
        lines(&store, "fiscal_year, wan(amount), growth_pct", "three_public('江苏省政协') WHERE item = 'three_public'"),
        ["2017 676.10", "2018 675.10 -0.15", "2019 660.10 -2.22"]
    );
    assert_eq!(
        lines(
            &store,
            "department, scope, fiscal_year, wan(amount), prior_amount, share_pct",
            "three_public(region := '洛阳', since := 2020) WHERE item = 'reception' AND department NOT LIKE '%教育局'"
        ),
        [
            "洛阳市民政局 department 2020 1.00 33.33",
            "洛阳市民政局 department 2022 1.00 33.33",
            "洛阳市财政局 department 2020 1.00 10000.00 33.33",
            "洛阳市财政局 department 2022 1.00 33.33",
            "洛阳市财政局 unit 2020 1.00 33.33",
            "洛阳市财政局 unit 2022 1.00 33.33",
        ]
    );
    assert_eq!(lines(&store, "count(*)", "three_public() WHERE item LIKE '%training'"), ["0"]);
}

#[test]
fn peers_are_ranked_within_region_year_and_scope() {
    let store = store(&departments());
    assert_eq!(
        lines(&store, "department, scope, rank, peers, wan(total), share_pct, growth_pct", "peers(year := 2020)"),
        [
            "上海市普陀区财政局 department 1 1 999.00 100.0",
            "洛阳市教育局 department 1 3 400.00 72.5 -3.33",
            "洛阳市财政局 department 2 3 400.00 27.5 10.0",
            "洛阳市民政局 department 3 3 400.00 0.0",
            "洛阳市财政局 unit 1 1 90.00 100.0",
        ]
    );
    // Asking for one department does not change its place.
    assert_eq!(lines(&store, "rank, peers", "peers('财政局', '洛阳', 2022) WHERE scope = 'department'"), ["2 3"]);
    assert_eq!(
        lines(&store, "rank, wan(amount), wan(total)", "peers('教育局', year := 2022, measure := 'three_public')"),
        ["1 3.00 9.00"]
    );
}

#[test]
fn peers_have_totals_of_the_same_table() {
    let of = |name: &str, year, lines: &[_]| account(&format!("洛阳市{name}"), "洛阳市", year, lines);
    let store = store(&[
        of("财政局", 2020, &[Total("100")]),
        of("民政局", 2020, &[Total("200")]),
        of("教育局", 2020, &[Spent("300", "200", "100")]),
        of("财政局", 2021, &[Spent("90", "60", "30")]),
        of("财政局", 2022, &[Spent("99", "66", "33")]),
    ]);
    let columns = "fiscal_year, department, rank, peers, wan(total), share_pct, wan(prior_amount), growth_pct";
    assert_eq!(
        lines(&store, columns, "peers()"),
        [
            "2020 洛阳市民政局 1 2 300.00 66.67",
            "2020 洛阳市财政局 2 2 300.00 33.33",
            "2020 洛阳市教育局 1 1 300.00 100.0",
            "2021 洛阳市财政局 1 1 90.00 100.0",
            "2022 洛阳市财政局 1 1 99.00 100.0 90.00 10.0",
        ]
    );
    // What is always taken from one table needs no basis.
    assert_eq!(
        lines(&store, columns, "peers(year := 2022, measure := 'basic')"),
        ["2022 洛阳市财政局 1 1 66.00 100.0 60.00 10.0"]
    );
}

#[test]
fn a_panel_holds_who_is_there_in_every_year() {
    let store = store(&departments());
    let columns = "fiscal_year, departments, wan(amount), coalesce(growth_pct::VARCHAR, '–'), panel_departments, \
                   wan(panel_amount), coalesce(panel_growth_pct::VARCHAR, '–'), coalesce(outside, '–'), missing_years";
    assert_eq!(
        lines(&store, columns, "panel(region := '洛阳') WHERE scope = 'department'"),
        [
            "2019 2 400.00 – 2 400.00 – – 2021",
            "2020 3 400.00 0.0 2 400.00 0.0 洛阳市民政局 2021",
            "2022 3 534.00 – 2 484.00 – 洛阳市民政局 2021",
        ]
    );
    assert_eq!(
        lines(&store, "panel_departments", "panel(region := '洛阳', since := 2020) WHERE scope = 'department'"),
        ["3", "3"]
    );
}

#[test]
fn execution_compares_with_the_budget_of_the_same_year_and_scope() {
    let planned = [
        Spent("100", "60", "40"),
        F("2010601", "80", "40"),
        F("2080505", "20", ""),
        T(Item::ThreePublic, "5"),
        T(Item::Reception, "0"),
    ];
    let spent = [
        Total("150"),
        Spent("110", "60", "50"),
        F("2010601", "99", "50"),
        F("2080505", "11", ""),
        T(Item::ThreePublic, "4"),
        T(Item::Reception, "1"),
    ];
    let name = "上海市普陀区财政局";
    let mut own = account(name, "上海市普陀区", 2024, &spent);
    for table in own.tables.iter_mut().filter(|t| t.kind == TableKind::ThreePublic) {
        let mut printed = table.cells[0].clone();
        let fact = printed.fact.as_mut().unwrap();
        fact.dimensions.stage = Some(Stage::Budget);
        fact.amount = 80000.into();
        table.cells.push(printed);
    }
    let store = store(&[
        budget(name, "上海市普陀区", 2024, &planned),
        unit(budget(name, "上海市普陀区", 2024, &[Spent("1", "1", "1")])),
        budget(name, "上海市普陀区", 2023, &[Spent("7", "7", "7")]),
        own,
        account(name, "上海市普陀区", 2022, &spent),
    ]);
    assert_eq!(
        lines(
            &store,
            "fiscal_year, measure, code, label, wan(budget), coalesce(wan(own_budget)::VARCHAR, '–'), wan(actual), \
             coalesce(execution_pct::VARCHAR, '–'), own_execution_pct, composition_variance_pct",
            "execution()"
        ),
        [
            "2024 expenditure total 支出合计 100.00 – 110.00 110.0 20.0",
            "2024 expenditure basic 基本支出 60.00 – 60.00 100.0",
            "2024 expenditure project 项目支出 40.00 – 50.00 125.0",
            "2024 function 201 一般公共服务支出 80.00 – 99.00 123.75",
            "2024 function 208 社会保障和就业支出 20.00 – 11.00 55.0",
            "2024 three_public three_public 三公经费 5.00 8.00 4.00 80.0 50.0",
            "2024 three_public reception 公务接待费 0.00 – 1.00 –",
        ]
    );
}

#[test]
fn money_printed_under_several_funds_counts_once() {
    let lines_of = [
        Spent("100", "60", "40"),
        F("2010601", "70", "30"),
        F("2080505", "30", "10"),
        P("货物/办公设备购置/办公设备购置/计算机", "40"),
        P("服务/物业费/物业管理费/物业管理", "20"),
    ];
    let of = |year, columns: &[_]| {
        let tables = [TableKind::Expenditure, TableKind::GeneralPublicExpenditure, TableKind::GovernmentProcurement];
        let printed = budget("某省示例厅", "", year, &lines_of);
        tables.into_iter().fold(printed, |printed, kind| in_columns(printed, kind, columns))
    };
    let (total, public) = (of_fund(Fund::Total), of_fund(Fund::GeneralPublic));
    let spent = [Spent("95", "60", "35"), F("2010601", "56", ""), F("2080505", "33", "")];
    let store = store(&[
        of(2023, &[(public, 2), (total, 1)]),
        of(2024, &[(public, 1)]),
        account("某省示例厅", "", 2023, &spent),
        account("某省示例厅", "", 2024, &spent),
    ]);
    let columns = "fiscal_year, n, wan(total), coverage_pct, cr1";
    assert_eq!(
        lines(&store, columns, "concentration(grain := '采购专项')"),
        ["2023 2 60.00 150.0 66.67", "2024 2 60.00 66.67"]
    );
    assert_eq!(
        lines(&store, columns, "concentration(grain := '项级科目')"),
        ["2023 2 40.00 100.0 75.0", "2024 2 40.00 75.0"]
    );
    assert_eq!(
        lines(
            &store,
            "fiscal_year, code, wan(budget), wan(actual), execution_pct",
            "execution() WHERE measure = 'function'"
        ),
        [
            "2023 201 70.00 56.00 80.0",
            "2023 208 30.00 33.00 110.0",
            "2024 201 70.00 56.00 80.0",
            "2024 208 30.00 33.00 110.0"
        ]
    );
}

#[test]
fn structure_is_of_the_documents_own_stage_and_of_all_its_money() {
    let of = |year| budget("某省示例厅", "", year, &[Spent("100", "60", "40")]);
    let [all, this, before, after] =
        [Period::All, Period::CurrentYear, Period::CarryOver, Period::CarriedForward].map(of_period);
    let planned = Dimensions { stage: Some(Stage::Budget), ..Dimensions::default() };
    let store = store(&[
        in_columns(of(2023), TableKind::Expenditure, &[(this, 2), (before, 4), (all, 1)]),
        in_columns(of(2024), TableKind::Expenditure, &[(this, 2), (before, 4), (after, 5)]),
        in_columns(
            account("某省示例厅", "", 2023, &[Spent("100", "60", "40")]),
            TableKind::Expenditure,
            &[(planned, 2), (Dimensions::default(), 1)],
        ),
    ]);
    assert_eq!(
        lines(&store, "kind, fiscal_year, nature, wan(amount), share_pct", "structure()"),
        [
            "budget 2023 basic 60.00 60.0",
            "budget 2023 project 40.00 40.0",
            "budget 2024 basic 45.00 60.0",
            "budget 2024 project 30.00 40.0",
            "final_account 2023 basic 60.00 60.0",
            "final_account 2023 project 40.00 40.0",
        ]
    );
}

#[test]
fn a_reform_is_named_where_it_ruins_a_rate() {
    let store = store(&reform());
    let columns = "code, coalesce(wan(prior_basic)::VARCHAR, '–'), wan(basic), coalesce(basic_growth_pct::VARCHAR, '–'), \
                   wan(restated_prior), restated_growth_pct, len(string_split(series_break, '；'))";
    assert_eq!(
        lines(&store, columns, "by_economic(level := 3, year := 2018)"),
        [
            "301 2097.51 3806.26 81.47 3211.43 18.52 5",
            "302 1131.92 1115.85 -1.42 1131.92 -1.42",
            "303 2606.84 676.06 -74.07 1492.92 -54.72 4",
        ]
    );
    assert_eq!(
        lines(&store, columns, "by_economic(year := 2018) WHERE code IN ('30101', '30113')"),
        ["30101 737.94 854.47 15.79 737.94 15.79", "30113 – 391.66 – 341.75 14.6 1"]
    );
    assert_eq!(
        lines(
            &store,
            "code, growth_pct, series_break IS NOT NULL",
            "by_function(year := 2018, level := 7)
               WHERE code IN ('2010201', '2080504', '2080505')"
        ),
        ["2010201 37.11 false", "2080504 -83.25 true", "2080505 true"]
    );
    // 30102 took in money of 30312 here; a successor that took in none is not touched.
    let other = [
        budget("江苏省财政厅", "江苏省", 2017, &[Economic("30102", "5"), Economic("30201", "1")]),
        budget("江苏省财政厅", "江苏省", 2018, &[Economic("30102", "6"), Economic("30201", "1")]),
    ];
    let other = self::store(&other);
    assert_eq!(lines(&other, "count(series_break)", "by_economic()"), ["0"]);
    assert_eq!(lines(&other, "count(*)", "breaks() WHERE length(code) = 5"), ["0"]);
    // Nothing was reformed in 2019 that this department spends on.
    assert_eq!(lines(&store, "count(series_break)", "by_economic(year := 2019)"), ["0"]);
}

#[test]
fn breaks_are_attached_to_the_rows_they_touch() {
    let store = store(&reform());
    let columns = "system, code, name, prior_year, coalesce(wan(prior_amount)::VARCHAR, '–'), fiscal_year, \
                   coalesce(wan(amount)::VARCHAR, '–'), coalesce(growth_pct::VARCHAR, '–')";
    assert_eq!(
        lines(&store, columns, "breaks()"),
        [
            "economic 301 工资福利支出 2017 2097.51 2018 3806.26 81.47",
            "economic 30102 津贴补贴 2017 1263.76 2018 1863.72 47.47",
            "economic 30108 机关事业单位基本养老保险缴费 2017 – 2018 407.81 –",
            "economic 30109 职业年金缴费 2017 – 2018 163.13 –",
            "economic 30113 住房公积金 2017 – 2018 391.66 –",
            "economic 30114 医疗费 2017 – 2018 20.16 –",
            "economic 303 对个人和家庭的补助 2017 2606.84 2018 676.06 -74.07",
            "economic 30302 退休费 2017 1329.92 2018 456.24 -65.69",
            "economic 30307 医疗费补助 2017 20.40 2018 – –",
            "economic 30311 代缴社会保险费 2017 341.75 2018 – –",
            "economic 30312 提租补贴 2017 751.77 2018 – –",
            "function 208 社会保障和就业支出 2017 1509.72 2018 823.76 -45.44",
            "function 20805 行政事业单位离退休 2017 1509.72 2018 823.76 -45.44",
            "function 2080504 未归口管理的行政单位离退休 2017 1509.72 2018 252.82 -83.25",
            "function 2080505 机关事业单位基本养老保险缴费支出 2017 – 2018 407.81 –",
            "function 2080506 机关事业单位职业年金缴费支出 2017 – 2018 163.13 –",
            "item agency_operating 机关运行经费 2017 3348.98 2018 1115.85 -66.68",
        ]
    );
    assert_eq!(
        lines(&store, "reform", "breaks(axis := 'item')"),
        ["2018年起机关运行经费只含基本支出中的公用经费，2017年含项目支出"]
    );
    assert_eq!(lines(&store, "count(*)", "breaks(since := 2019)"), ["0"]);
}

#[test]
fn a_code_with_three_meanings_is_followed_over_the_years() {
    let of = |year, codes: &[(&'static str, &'static str)]| {
        let lines: Vec<_> = codes.iter().map(|(code, amount)| F(code, amount, "")).collect();
        budget("江苏省人民检察院", "江苏省", year, &lines)
    };
    let all = [
        of(2017, &[("2040405", "10"), ("2040406", "5"), ("2040401", "100")]),
        of(2018, &[("2040405", "18"), ("2040401", "110")]),
        of(2019, &[("2040410", "20"), ("2040401", "120")]),
    ];
    let columns = "fiscal_year, code, coalesce(wan(prior_amount)::VARCHAR, '–'), coalesce(wan(amount)::VARCHAR, '–'), \
                   coalesce(wan(restated_prior)::VARCHAR, '–'), restated_growth_pct";
    assert_eq!(
        lines(&store(&all), columns, "breaks()"),
        [
            "2018 2040405 10.00 18.00 15.00 20.0",
            "2018 2040406 5.00 – –",
            "2019 2040405 18.00 – –",
            "2019 2040410 – 20.00 18.00 11.11",
        ]
    );
    // Over a missing year both reforms lie between the documents.
    assert_eq!(
        lines(&store(&[all[0].clone(), all[2].clone()]), columns, "breaks() WHERE code = '2040410'"),
        ["2019 2040410 – 20.00 15.00 33.33"]
    );
}

#[test]
fn structural_change_tells_reform_from_change() {
    let store = store(&reform());
    assert_eq!(
        lines(
            &store,
            "fiscal_year, axis, prior_year, classes, change_index, restated_index, gained, gained_points, lost, \
             lost_points, series_break IS NOT NULL",
            "structural_change(since := 2018)"
        ),
        [
            "2018 economic 2017 3 0.3259 0.135 工资福利支出 32.05 对个人和家庭的补助 -32.59 true",
            "2019 economic 2018 3 0.3201 0.3201 工资福利支出 32.01 商品和服务支出 -19.93 false",
            "2018 function 2017 3 0.0847 0.0847 一般公共服务支出 5.64 社会保障和就业支出 -8.47 true",
        ]
    );
    assert_eq!(lines(&store, "count(*)", "structural_change(axis := 'function')"), ["1"]);
    let gap = [reform()[0].clone(), reform()[2].clone()];
    assert_eq!(lines(&self::store(&gap), "count(*)", "structural_change()"), ["0"]);
}

#[test]
fn concentration_says_when_a_proxy_stands_in() {
    let shanghai =
        [Spent("100", "60", "40"), F("2010601", "61", "1"), F("2010607", "30", "30"), F("2010608", "8", "8")];
    let all: Vec<_> = reform()
        .into_iter()
        .chain([
            budget("上海市普陀区财政局", "上海市普陀区", 2024, &shanghai),
            budget("上海市普陀区财政局", "上海市普陀区", 2025, &shanghai),
            super::sample::henan(2023),
        ])
        .collect();
    let store = store(&all);
    assert_eq!(
        lines(&store, "fiscal_year, grain, n, wan(total), coverage_pct, cr1", "concentration()"),
        [
            "2024 项级科目（代用） 3 39.00 97.5 76.92",
            "2025 项级科目（代用） 3 39.00 97.5 76.92",
            "2017 采购专项（代用） 2 400.00 12.38 76.25",
            "2023 项目 11 513.60 100.0 38.94",
        ]
    );
    assert_eq!(lines(&store, "fiscal_year", "concentration(since := 2025)"), ["2025"]);
    assert_eq!(
        lines(&store, "fiscal_year, n, wan(total)", "concentration('洛龙', grain := '项级科目')"),
        ["2023 1 513.60"]
    );
}
