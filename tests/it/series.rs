//! Series over years and departments of the published documents, equal to the figures printed in them.

use crate::corpus::corpus;
use crate::support::Desk;

fn desk(folders: &[&str]) -> Option<Desk> {
    let corpus = corpus()?;
    let desk = Desk::new();
    for folder in folders {
        desk.run(["ingest", corpus.join(folder).to_str().unwrap()]);
    }
    Some(desk)
}

#[test]
fn three_departments_of_jiangsu_are_three_series_of_three_years() {
    let Some(desk) = desk(&["jiangsu"]) else { return };
    let ask = |sql: &str| desk.sql(sql).lines().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(
        ask("SELECT left(department, 5), fiscal_year, wan(amount), growth_pct, missing_years, cagr_pct FROM growth()"),
        [
            "江苏省人大,2017,13649.07,,,",
            "江苏省人大,2018,15897.44,16.47,,16.47",
            "江苏省人大,2019,18330.37,15.3,,15.89",
            "江苏省委办,2017,20849.45,,,",
            "江苏省委办,2018,24458.43,17.31,,17.31",
            "江苏省委办,2019,27664.22,13.11,,15.19",
            "江苏省政协,2017,9146.79,,,",
            "江苏省政协,2018,10150.48,10.97,,10.97",
            "江苏省政协,2019,13377.11,31.79,,20.93",
        ]
    );
    assert_eq!(
        ask(
            "SELECT left(department, 5), fiscal_year, wan(amount) FROM three_public() WHERE item = 'three_public' AND amount IS NOT NULL"
        ),
        [
            "江苏省人大,2017,833.60",
            "江苏省人大,2018,833.60",
            "江苏省人大,2019,767.60",
            "江苏省委办,2017,509.20",
            "江苏省委办,2018,508.20",
            "江苏省委办,2019,508.20",
            "江苏省政协,2017,676.10",
            "江苏省政协,2018,675.10",
            "江苏省政协,2019,660.10",
        ]
    );
    assert_eq!(
        ask("SELECT left(department, 5), rank, peers, share_pct FROM peers(year := 2018)"),
        ["江苏省委办,1,3,48.43", "江苏省人大,2,3,31.48", "江苏省政协,3,3,20.1"]
    );
    assert_eq!(
        ask("SELECT fiscal_year, panel_departments, wan(panel_amount), panel_growth_pct FROM panel()"),
        ["2017,3,43645.31,", "2018,3,50506.35,15.72", "2019,3,59371.70,17.55"]
    );
    let reasons = ask("SELECT found_as FROM departments() WHERE reason LIKE '中国共产党…委员会%' ORDER BY 1");
    assert_eq!(reasons, ["中共江苏省委办公厅", "中国共产党江苏省委员会办公厅"]);
    assert_eq!(
        ask("SELECT fiscal_year, grain, n, wan(total) FROM concentration('政协')"),
        ["2017,采购专项（代用）,4,1204.50", "2018,采购专项（代用）,3,1195.76", "2019,采购专项（代用）,4,1624.42"]
    );
}

#[test]
fn the_reform_of_2018_is_named_beside_the_rates_it_ruins() {
    let Some(desk) = desk(&["jiangsu"]) else { return };
    let sql = "SELECT code, basic_growth_pct, restated_growth_pct, series_break LIKE '2018年%' FROM by_economic('政协', year := 2018, level := 3)";
    assert_eq!(desk.sql(sql), "301,81.47,18.52,true\n302,-1.42,-1.42,\n303,-74.07,-54.72,true");
    let sql = "SELECT wan(prior_amount), wan(amount) FROM breaks('省委办公厅', axis := 'item') WHERE code = 'agency_operating'";
    assert_eq!(desk.sql(sql), "10101.76,2094.58");
    assert_eq!(desk.sql("SELECT count(*) FROM breaks(since := 2019) WHERE system = 'economic'"), "0");
}

#[test]
fn a_street_office_of_shanghai_is_a_series_of_three_years() {
    let Some(desk) = desk(&["shanghai"]) else { return };
    let sql = "SELECT fiscal_year, wan(amount), growth_pct FROM growth('万里街道')";
    assert_eq!(desk.sql(sql), "2023,16497.86,\n2024,15621.11,-5.31\n2025,18976.76,21.48");
    let sql = "SELECT fiscal_year, wan(amount) FROM three_public('万里街道') WHERE item = 'three_public'";
    assert_eq!(desk.sql(sql), "2023,22.91\n2024,47.91\n2025,37.91");
    let sql = "SELECT fiscal_year, grain, coverage_pct FROM concentration('万里街道')";
    assert_eq!(desk.sql(sql), ["2023", "2024", "2025"].map(|y| format!("{y},项级科目（代用）,100")).join("\n"));
}

#[test]
fn items_of_a_narrative_have_the_codes_of_tables_in_another_file() {
    let tables = "某省示例院2018年部门预算\n2018年一般公共预算支出表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n\
                  \t合计\t30.00\t10.00\t20.00\n204\t公共安全支出\t30.00\t10.00\t20.00\n20405\t法院\t30.00\t10.00\t20.00\n\
                  2040501\t行政运行\t10.00\t10.00\t\n2040506\t“两庭”建设\t20.00\t\t20.00\n";
    let text = "某省示例院2018年部门预算\n部门预算情况说明\n1．法院（款）行政运行（项）支出10万元。\n2．法院（款）“两庭”建设（项）支出20万元。\n";
    for order in [["a.txt", "b.txt"], ["b.txt", "a.txt"]] {
        let desk = Desk::new();
        desk.write("a.txt", tables);
        desk.write("b.txt", text);
        for file in order {
            desk.run(["ingest", file]).succeeds();
        }
        let told = "SELECT subject, wan(amount) FROM stated ORDER BY stated_id";
        assert_eq!(desk.sql(told), "function:2040501,10.00\nfunction:2040506,20.00", "{order:?}");
        assert_eq!(desk.sql("SELECT count(*) FROM checks(rule := 'NAR', status := 'holds')"), "2");
    }
}
