//! Forms that the published documents at hand do not print, with figures of our own: a province's budget after 2020,
//! a central ministry's with the year before beside it, a unit's in whole 元, a final account with numbered rows.

use std::path::Path;

use crate::support::Desk;

fn desk(file: &str) -> Desk {
    let desk = Desk::new();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/forms").join(file);
    desk.run(["ingest", path.to_str().unwrap()]).succeeds();
    assert_eq!(desk.sql("SELECT count(*) FROM diagnostic WHERE warning"), "0", "{}", desk.sql("FROM diagnostic"));
    assert_eq!(desk.sql("SELECT rule, identity, lhs, rhs FROM checks(status := 'breaks')"), "");
    assert_eq!(desk.sql("SELECT count(*) FROM source_table WHERE kind = 'unknown'"), "0");
    desk
}

#[test]
fn a_provincial_budget_of_thirteen_tables_is_read() {
    let desk = desk("省级部门2023年度预算.txt");
    assert_eq!(desk.sql("SELECT count(DISTINCT kind), count(*) FILTER (state = 'empty') FROM source_table"), "13,2");
    assert_eq!(desk.sql("SELECT wan(amount) FROM three_public() WHERE item = 'three_public'"), "25.00");
    let units = "SELECT u.name, wan(f.amount) FROM fact f JOIN unit u USING (unit_id) WHERE f.table_kind = 'revenue' \
                 AND f.fund = 'special_account' AND f.role = 'detail'";
    assert_eq!(desk.sql(units), "某省示例中心,50.00");
    let carried = "SELECT flow, period, wan(amount) FROM fact WHERE table_kind = 'fiscal_appropriation_summary' \
                   AND period IN ('carry_over', 'carried_forward') ORDER BY ALL";
    assert_eq!(
        desk.sql(carried),
        "revenue,carry_over,30.00\nrevenue,carry_over,30.00\nexpenditure,carried_forward,20.00"
    );
}

#[test]
fn figures_of_the_year_before_and_rates_are_no_amounts_of_the_year() {
    let desk = desk("中央部门2024年预算.txt");
    let read = "SELECT column_path, count(*), count(f.cell_id) FROM cell c JOIN source_table t USING (table_id) LEFT JOIN fact f USING (cell_id) \
                WHERE t.kind = 'general_public_expenditure' AND column_path LIKE '2%' GROUP BY 1 ORDER BY 1";
    assert_eq!(
        desk.sql(read),
        "2023年执行数,11,0\n2024年预算数/基本支出,10,10\n2024年预算数/小计,11,11\n2024年预算数/项目支出,4,4\n\
         2024年预算数比2023年执行数/增减%,9,0\n2024年预算数比2023年执行数/增减额,9,0"
    );
    assert_eq!(desk.sql("SELECT wan(amount) FROM three_public() WHERE item = 'three_public'"), "19.00");
    assert_eq!(desk.sql("SELECT wan(amount) FROM total_expenditure"), "570.00");
}

#[test]
fn a_unit_in_whole_yuan_keeps_codes_without_zeros_and_its_table_of_three_natures() {
    let desk = desk("区级单位2024年度预算.txt");
    assert_eq!(desk.sql("SELECT scope, fiscal_year FROM document"), "unit,2024");
    let natures = "SELECT nature, amount FROM fact WHERE table_kind = 'revenue_expenditure_summary' AND flow = 'expenditure' \
                   AND role = 'total' ORDER BY 1";
    assert_eq!(desk.sql(natures), "total,10000000.00\npersonnel,5500000.00\npublic,500000.00\nproject,4000000.00");
    let roles =
        "SELECT economic_code, role FROM fact WHERE economic_code IN ('301', '30101', '30113') GROUP BY ALL ORDER BY 1";
    assert_eq!(desk.sql(roles), "301,subtotal\n30101,detail\n30113,detail");
}

#[test]
fn numbers_of_rows_and_columns_are_no_amounts() {
    let desk = desk("部门2023年度决算.txt");
    assert_eq!(desk.sql("SELECT count(*) FROM cell WHERE column_path LIKE '%行次%'"), "0");
    assert_eq!(
        desk.sql("SELECT stage, wan(amount) FROM three_public() WHERE item = 'three_public' ORDER BY 1"),
        "budget,12.00\nactual,11.00"
    );
    assert_eq!(
        desk.sql(
            "SELECT DISTINCT wan(amount) FROM fact WHERE table_kind = 'revenue_expenditure_summary' AND role = 'total'"
        ),
        "995.00"
    );
}
