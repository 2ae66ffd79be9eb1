//! Forms that the published documents at hand do not print, with figures of our own: a province's budget after 2020,
//! a central ministry's with the year before beside it, a unit's in whole 元, a final account with numbered rows.

use std::path::{Path, PathBuf};

use crate::support::Desk;

fn form(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/forms").join(file)
}

fn ingested(file: &str) -> Desk {
    let desk = Desk::new();
    desk.run(["ingest", form(file).to_str().unwrap()]).succeeds();
    desk
}

/// A form that is read whole: no warning, no break, no unknown table.
fn desk(file: &str) -> Desk {
    let desk = ingested(file);
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
    // The purchases stand under their fund and under 总计.
    let bought = "SELECT n, wan(total), coverage_pct FROM concentration(grain := '采购专项')";
    assert_eq!(desk.sql(bought), "2,60.00,28.57");
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

#[test]
fn a_three_public_table_that_lists_its_items_in_rows_gives_each_its_own_amount() {
    let desk = ingested("省直部门2024年部门预算.txt");
    assert_eq!(
        desk.sql("SELECT item, wan(amount), share_pct FROM three_public()"),
        "three_public,38.50,100\nabroad,10.00,25.97\nvehicle,20.50,53.25\nvehicle_purchase,18.00,46.75\n\
         vehicle_running,2.50,6.49\nreception,8.00,20.78"
    );
    // Two sums of parts hold; what is no item is kept as a cell and said.
    assert_eq!(desk.sql("SELECT count(*), bool_and(status = 'holds') FROM checks() WHERE rule = '3PU'"), "2,true");
    let unplaced = "SELECT text, regexp_extract(message, 'label (\\S+)', 1) FROM diagnostic WHERE kind = 'unplaced'";
    assert_eq!(desk.sql(unplaced), "210.00,行政经费\n3,公务用车保有量（辆）");
    assert_eq!(desk.sql("SELECT count(*) FROM diagnostic WHERE kind IN ('sum_differs', 'truncated')"), "0");
}

#[test]
fn a_final_account_in_the_nine_forms_of_the_centre_is_read_whole_and_holds() {
    let desk = desk("决算公开01至09表.html");
    let read = "SELECT count(DISTINCT t.kind), count(*), count(f.cell_id) FROM cell c JOIN source_table t USING (table_id) \
                LEFT JOIN fact f USING (cell_id)";
    assert_eq!(desk.sql(read), "9,182,182");
    let year = "SELECT DISTINCT flow, wan(amount) FROM fact WHERE table_kind = 'government_fund_expenditure' AND role = 'total' ORDER BY 1";
    assert_eq!(desk.sql(year), "revenue,100.00\nexpenditure,100.00");
    let basic = "SELECT nature, wan(sum(amount)) FROM fact WHERE table_kind = 'general_public_basic_expenditure' AND role = 'detail' GROUP BY 1 ORDER BY 1";
    assert_eq!(desk.sql(basic), "personnel,710.00\npublic,100.00");
}

/// A text whose columns are aligned by spaces instead of tabs; a Chinese character takes two places.
fn aligned(text: &str) -> String {
    use unicode_width::UnicodeWidthStr as _;
    let mut out = String::new();
    for block in text.lines().collect::<Vec<_>>().chunk_by(|a, b| a.contains('\t') == b.contains('\t')) {
        let rows: Vec<Vec<&str>> = block.iter().map(|line| line.split('\t').collect()).collect();
        let width = |i: usize| rows.iter().filter_map(|row| row.get(i)).map(|cell| cell.width()).max().unwrap_or(0);
        let is_number = |cell: &str| !cell.is_empty() && cell.chars().all(|c| c.is_ascii_digit() || ",.-".contains(c));
        for row in &rows {
            let mut line = String::new();
            for (i, cell) in row.iter().enumerate() {
                let pad = " ".repeat(width(i) - cell.width());
                let parts = if i > 0 && is_number(cell) { [&pad, *cell, "  "] } else { [*cell, &pad, "  "] };
                line.extend(parts);
            }
            out += line.trim_end();
            out.push('\n');
        }
    }
    out
}

#[test]
fn a_heading_twice_without_the_year_that_others_name_is_of_no_year() {
    let row = |cells: [&str; 6]| format!("<tr>{}</tr>", cells.map(|cell| format!("<td>{cell}</td>")).concat());
    let header = row([
        "2023年预算数合计",
        "因公出国（境）费",
        "公务接待费",
        "2024年预算数合计",
        "因公出国（境）费",
        "公务接待费",
    ]);
    let desk = Desk::new();
    desk.write(
        "a.html",
        format!(
            "<html><head><meta charset=\"utf-8\"></head><body><h1>某县示例局2024年度部门预算</h1><p>一般公共预算“三公”经费支出表</p>\
             <p>单位：万元</p><table>{header}{}</table></body></html>",
            row(["9.00", "4.00", "5.00", "8.00", "3.00", "5.00"])
        ),
    );
    desk.run(["ingest", "a.html"]).succeeds();
    assert_eq!(desk.sql("SELECT count(*) FROM cell"), "6");
    assert_eq!(desk.sql("SELECT c.text FROM fact JOIN cell c USING (cell_id)"), "");
    let told = desk.sql("SELECT message FROM diagnostic WHERE kind = 'unplaced'");
    assert!(told.contains("4 numbers name none"), "{told}");
}

#[test]
fn a_group_that_only_the_place_of_its_name_tells_gives_no_fund() {
    let rows = "项目名称\t\t金额\n收入总计\t\t100.00\n\t小计\t80.00\n财政拨款\t一般公共预算拨款\t80.00\n\t专项收入\t\n\
                \t小计\t20.00\n其他资金\t其他收入\t20.00\n";
    let desk = Desk::new();
    desk.write("a.txt", aligned(&format!("某省示例厅2018年度部门预算\n\n收入预算总表\n单位：万元\n{rows}")));
    let told = desk.run(["ingest", "a.txt"]).succeeds().stderr;
    assert_eq!(desk.sql("SELECT count(*) FROM cell"), "5");
    let facts = "SELECT fund, wan(amount) FROM fact WHERE role <> 'total' ORDER BY ALL";
    assert_eq!(desk.sql(facts), "general_public,80.00\nother,20.00");
    assert!(told.contains("code or group is doubtful"), "{told}");
}

#[test]
fn columns_that_are_aligned_by_spaces_are_read_as_those_with_tabs() {
    let facts = "SELECT table_kind, flow, role, period, fund, nature, item, function_code, economic_code, amount \
                 FROM current_fact ORDER BY ALL";
    for file in [
        "区属单位2023年度决算（收入支出决算表）.txt",
        "市级部门2024年预算（科目编码与名称同格）.txt",
        "省直部门2024年部门预算.txt",
        "省级部门2024年综合预算.txt",
        "省级部门2023年度决算（机构运行）.txt",
    ] {
        let text = std::fs::read_to_string(form(file)).unwrap();
        let (tabs, spaces) = (Desk::new(), Desk::new());
        tabs.write("a.txt", &text);
        spaces.write("a.txt", aligned(&text));
        tabs.run(["ingest", "a.txt"]).succeeds();
        spaces.run(["ingest", "a.txt"]).succeeds();
        assert_eq!(spaces.sql(facts), tabs.sql(facts), "{file}");
        let line = "SELECT text FROM cell WHERE line IS NULL";
        assert_eq!(spaces.sql(line), "", "{file}");
    }
}

#[test]
fn tables_published_in_files_of_their_own_are_one_document() {
    let desk = Desk::new();
    let text = std::fs::read_to_string(form("决算公开01至09表.html")).unwrap();
    let (head, rest) = text.split_once("<p>公开").unwrap();
    std::fs::create_dir(desk.path("公开")).unwrap();
    for (n, table) in rest.split("<p>公开").enumerate() {
        desk.write(&format!("公开/{n}.html"), format!("{head}<p>公开{table}</body></html>"));
    }
    desk.run(["ingest", "公开"]).succeeds();
    let read = "SELECT count(DISTINCT table_kind), count(*), count(DISTINCT document_id) FROM current_fact";
    assert_eq!(desk.sql(read), "9,182,1");
    assert_eq!(desk.sql("FROM checks(status := 'breaks')"), "");
    // One of them once more, with another remark: it alone is replaced.
    let (head, table) = (head.replace("</h1>", "</h1><p>更正</p>"), rest.split("<p>公开").last().unwrap());
    desk.write("更正.html", format!("{head}<p>公开{table}</body></html>"));
    let told = desk.run(["ingest", "更正.html"]).succeeds().stderr;
    assert!(told.contains("supersedes"), "{told}");
    assert_eq!(desk.sql(read), "9,182,1");
    assert_eq!(
        desk.sql("SELECT document_id, superseded, tables, facts FROM documents() ORDER BY 1"),
        "1,true,1,8\n2,false,9,182"
    );
}

#[test]
fn names_of_units_and_sums_without_code_are_no_details_of_a_table_by_unit() {
    let desk = ingested("省级部门2024年预算（按单位）.txt");
    assert_eq!(desk.sql("SELECT rule, identity, lhs, rhs FROM checks(status := 'breaks')"), "");
    // By economic class and of projects only: neither is a table of the functional classification.
    assert_eq!(desk.sql("SELECT DISTINCT kind, count(*) FROM diagnostic GROUP BY 1"), "table_unknown,2");
    let details = "SELECT table_kind, wan(sum(amount)) FROM fact WHERE role = 'detail' AND fund IN ('total', 'general_public', 'government_fund') \
                   AND nature IN ('total', 'basic') AND period = 'all' AND flow = 'expenditure' AND table_kind NOT LIKE '%summary' AND item IS NULL GROUP BY ALL ORDER BY 1";
    assert_eq!(
        desk.sql(details),
        "expenditure,1960.00\ngeneral_public_expenditure,920.00\ngeneral_public_basic_expenditure,880.00\ngovernment_fund_expenditure,100.00"
    );
    let units = "SELECT u.name, wan(f.amount) FROM fact f JOIN unit u USING (unit_id) WHERE f.table_kind = 'revenue' \
                 AND f.fund = 'total' AND f.period = 'all' ORDER BY 2 DESC";
    assert_eq!(desk.sql(units), "某省乙局机关,860.00\n某省乙局培训中心,200.00");
    let sums = "SELECT row_name, u.name FROM fact f JOIN cell c USING (cell_id) LEFT JOIN unit u USING (unit_id) \
                WHERE f.table_kind = 'expenditure' AND f.role = 'subtotal' AND f.nature = 'total' ORDER BY c.cell_id";
    assert_eq!(desk.sql(sums), "某省乙局部门,\n某省乙局机关,某省乙局机关\n某省乙局培训中心,某省乙局培训中心");
}

#[test]
fn expenditure_printed_by_three_classifications_side_by_side_adds_up_in_each() {
    let facts = "SELECT count(*) FILTER (role = 'detail' AND flow = 'expenditure' AND nature = 'total'), wan(sum(amount) FILTER (role = 'detail' \
                 AND flow = 'expenditure' AND nature = 'total')), wan(max(amount) FILTER (role = 'detail' AND flow = 'revenue')), \
                 count(*) FILTER (nature = 'goods' AND role = 'detail') FROM fact WHERE table_kind = 'revenue_expenditure_summary'";
    for (file, unplaced) in [("省级部门2024年预算（三种分类）.txt", 5), ("省级部门2024年综合预算.txt", 10)]
    {
        let desk = ingested(file);
        assert_eq!(desk.sql("SELECT rule, identity, lhs, rhs FROM checks(status := 'breaks')"), "", "{file}");
        assert_eq!(desk.sql("SELECT count(*) FROM diagnostic WHERE kind = 'sum_differs'"), "0", "{file}");
        // Goods of projects are no goods of basic expenditure: they and what is not known stay cells.
        assert_eq!(desk.sql(facts), "3,900.00,900.00,0", "{file}");
        assert_eq!(desk.sql("SELECT count(*) FROM diagnostic WHERE kind = 'unplaced'"), unplaced.to_string(), "{file}");
        assert_eq!(desk.sql("SELECT count(*) FROM fact WHERE table_kind = 'unknown'"), "0", "{file}");
    }
}

#[test]
fn tables_of_a_unit_behind_those_of_its_department_do_not_count_twice() {
    let desk = Desk::new();
    let of_department = std::fs::read_to_string(form("省直部门2024年部门预算.txt")).unwrap();
    let of_unit = of_department.replace("某省甲局", "某省甲局机关");
    desk.write("both.txt", format!("{of_department}\n{of_unit}"));
    desk.run(["ingest", "both.txt"]).succeeds();
    assert_eq!(desk.sql("SELECT department FROM current_document"), "某省甲局");
    let spent = "SELECT count(*), wan(sum(amount)) FROM fact WHERE table_kind = 'expenditure' AND role = 'detail' AND nature = 'total'";
    assert_eq!(desk.sql(spent), "4,1060.00");
    assert_eq!(desk.sql("SELECT rule, identity FROM checks(status := 'breaks')"), "");
    assert_eq!(desk.sql("SELECT count(*) FROM printed_cells WHERE \"table\" = 'expenditure'"), "60");
    let told = "SELECT DISTINCT regexp_extract(message, '^a table of (.+?);', 1) FROM diagnostic WHERE kind = 'other_unit' AND warning";
    assert_eq!(desk.sql(told), "某省甲局机关 beside one of 某省甲局");
}

#[test]
fn a_table_that_is_printed_twice_counts_once() {
    let desk = Desk::new();
    let text = std::fs::read_to_string(form("省直部门2024年部门预算.txt")).unwrap();
    let (_, tables) = text.split_once("表1\n").unwrap();
    desk.write("twice.txt", format!("{text}\n第四部分 附表\n\n表1\n{tables}"));
    desk.run(["ingest", "twice.txt"]).succeeds();
    let spent = "SELECT count(*), wan(sum(amount)) FROM fact WHERE table_kind = 'expenditure' AND role = 'detail' AND nature = 'total'";
    assert_eq!(desk.sql(spent), "4,1060.00");
    assert_eq!(desk.sql("SELECT rule, identity FROM checks(status := 'breaks')"), "");
    assert_eq!(desk.sql("SELECT count(*), bool_or(warning) FROM diagnostic WHERE kind = 'repeated'"), "5,false");
}

#[test]
fn three_public_expenses_beside_numbers_of_journeys_and_vehicles_are_read_row_by_row() {
    let desk = ingested("省级部门2023年度决算（机构运行）.txt");
    assert_eq!(
        desk.sql("SELECT item, wan(max(amount) FILTER (stage = 'budget')), wan(max(amount) FILTER (stage = 'actual')) FROM fact GROUP BY 1 ORDER BY 1"),
        "three_public,12.00,11.00\nvehicle,8.00,7.50\nvehicle_running,8.00,7.50\nreception,4.00,3.50\nagency_operating,,105.00"
    );
    assert_eq!(desk.sql("SELECT count(*), bool_and(status = 'holds') FROM checks() WHERE rule = '3PU'"), "4,true");
    assert_eq!(desk.sql("SELECT count(*) FROM cell WHERE row_name = '栏次'"), "0");
}

#[test]
fn numbers_of_journeys_and_vehicles_below_the_three_public_expenses_are_no_amounts() {
    let desk = ingested("省级部门2021年度决算（相关统计数）.html");
    assert_eq!(desk.sql("SELECT kind, table_kind, text FROM diagnostic"), "unplaced,three_public,相关统计数");
    assert_eq!(desk.sql("SELECT rule, identity, lhs, rhs FROM checks(status := 'breaks')"), "");
    let read = "SELECT item, wan(amount), role FROM fact WHERE table_kind = 'three_public' AND amount > 0 ORDER BY item, amount DESC";
    assert_eq!(
        desk.sql(read),
        "three_public,100.00,detail\nvehicle,80.00,detail\nvehicle_running,80.00,detail\nreception,20.00,detail\n\
         reception,15.00,of_which\nreception,5.00,of_which\nmeeting,100.00,detail\ntraining,50.00,detail"
    );
    assert_eq!(desk.sql("SELECT wan(amount) FROM three_public() WHERE item = 'reception'"), "20.00");
    let counted = "SELECT row_name, column_path, text FROM cell WHERE row_name LIKE '公务用车%(辆)' ORDER BY cell_id";
    assert_eq!(desk.sql(counted), "公务用车购置数(辆),统计数,0\n公务用车保有量(辆),统计数,12");
    let operating = "SELECT wan(amount) FROM fact WHERE table_kind = 'agency_operating_expenditure' AND role = 'total'";
    assert_eq!(desk.sql(operating), "1000.00");
}

#[test]
fn rows_that_are_years_or_stages_are_told_apart() {
    let read = "SELECT row_name, stage, wan(amount) FROM fact JOIN cell USING (cell_id) WHERE table_kind = 'three_public' AND item = 'three_public'";
    let desk = desk("市级部门2024年预算（三公按年）.txt");
    assert_eq!(desk.sql(read), "2024年,budget,25.00");
    assert_eq!(desk.sql("SELECT count(*) FROM cell WHERE row_name = '2023年'"), "6");
    let desk = self::desk("市级部门2023年度决算（三公按阶段）.txt");
    assert_eq!(desk.sql(read), "预算数,budget,30.00\n决算数,actual,25.00");
}

#[test]
fn codes_printed_with_their_names_in_one_cell_are_read() {
    let desk = desk("市级部门2024年预算（科目编码与名称同格）.txt");
    let functions = "SELECT table_kind, function_code, wan(amount) FROM fact WHERE function_code = '2010302' AND role = 'detail' \
                     AND nature IN ('total', 'project') AND fund <> 'total' ORDER BY ALL";
    assert_eq!(
        desk.sql(functions),
        "general_public_expenditure,2010302,200.00\ngeneral_public_expenditure,2010302,200.00\n\
         project_expenditure,2010302,50.00\nproject_expenditure,2010302,150.00"
    );
    let dual = "SELECT row_code, row_name, economic_code, economic_gov_code, role FROM fact JOIN cell USING (cell_id) \
                WHERE table_kind = 'general_public_basic_expenditure' AND nature = 'basic' AND row_code LIKE '302%' ORDER BY ALL";
    assert_eq!(
        desk.sql(dual),
        "302/502,商品和服务支出/机关商品和服务支出,302,502,subtotal\n30201/50201,办公费/办公经费,30201,50201,detail"
    );
    assert_eq!(
        desk.sql("SELECT name, wan(amount) FROM project ORDER BY 1"),
        "120急救站专项检查,50.00\n信息系统运维,150.00"
    );
}

#[test]
fn fiscal_appropriations_are_no_total_of_all_funds_and_codes_of_government_are_of_their_own_list() {
    let desk = desk("市级部门2024年预算（财政拨款与政府经济分类）.txt");
    let funds = "SELECT fund, wan(amount) FROM fact WHERE table_kind = 'revenue' AND role = 'total' ORDER BY cell_id";
    assert_eq!(desk.sql(funds), "total,1060.00\nfiscal,1000.00\ngeneral_public,1000.00\nbusiness,50.00\ntotal,10.00");
    let codes =
        "SELECT economic_code, economic_gov_code, role FROM fact WHERE table_kind = 'general_public_basic_expenditure'";
    assert_eq!(desk.sql(codes), ",,total\n,501,subtotal\n,50101,detail\n,50103,detail\n,502,subtotal\n,50201,detail");
}

#[test]
fn tables_of_basic_expenditure_by_function_and_funds_in_four_panels_are_read() {
    let desk = ingested("省级部门2024年综合预算（支出明细表）.txt");
    assert_eq!(desk.sql("SELECT rule, identity, lhs, rhs FROM checks(status := 'breaks')"), "");
    let left = "SELECT kind, message FROM diagnostic ORDER BY ALL";
    assert_eq!(
        desk.sql(left),
        "unplaced,the row label 二、机关商品和服务支出 is not known; kept as a cell only\n\
         unplaced,the row label 商品和服务支出 is not known; kept as a cell only"
    );
    let codes = "SELECT function_code, economic_code, economic_gov_code, wan(amount) FROM fact \
                 WHERE table_kind = 'general_public_basic_expenditure' AND role = 'detail' AND nature = 'basic' ORDER BY ALL";
    assert_eq!(
        desk.sql(codes),
        "2011301,,,600.00\n2080505,,,120.00\n2210201,,,60.00\n,30101,50101,400.00\n,30113,50103,200.00\n,30201,50201,180.00"
    );
    let fund = "SELECT function_code, flow, wan(amount) FROM fact WHERE table_kind = 'government_fund_expenditure' AND role = 'detail' ORDER BY ALL";
    assert_eq!(desk.sql(fund), "212,expenditure,5.00\n,revenue,5.00\n,expenditure,5.00");
    let total = "SELECT item, wan(amount) FROM fact WHERE table_kind = 'three_public' AND role = 'total' AND amount > 80000 ORDER BY ALL";
    assert_eq!(desk.sql(total), "three_public,9.00\nthree_public_meeting_training,19.00");
}

#[test]
fn a_page_of_the_three_public_expenses_alone_is_a_disclosure_and_what_it_tells_of_the_year_before_is_not_its_own() {
    let desk = desk("县级部门2022年三公经费预算情况.html");
    assert_eq!(
        desk.sql("SELECT department, fiscal_year, kind FROM three_public() WHERE item = 'three_public'"),
        "某县司法局,2022,budget"
    );
    let stated = "SELECT subject, wan(amount), wan(change), growth_pct FROM stated ORDER BY stated_id";
    assert_eq!(
        desk.sql(stated),
        "three_public,60.00,-20.00,-25.0000\nabroad,0.00,,\nreception,10.00,-2.00,-16.6700\n\
         vehicle_purchase,20.00,-18.00,\nvehicle_running,30.00,0.00,0.0000\nvehicle,50.00,-18.00,-26.4700"
    );
}

#[test]
fn a_units_tables_with_title_owner_and_year_inside_are_read() {
    let desk = desk("市属学校2024年收支预算.html");
    assert_eq!(
        desk.sql("SELECT d.name, fiscal_year, kind FROM document JOIN department d USING (department_id)"),
        "某市第四中学,2024,budget"
    );
    assert_eq!(desk.sql("SELECT count(*) FROM source_table WHERE unit_printed = '万元'"), "5");
    assert_eq!(desk.sql("SELECT wan(amount) FROM total_expenditure"), "2235.68");
    assert_eq!(desk.sql("SELECT count(*) FROM cell LEFT JOIN fact USING (cell_id) WHERE fact.cell_id IS NULL"), "0");
}

#[test]
fn expenditure_of_the_year_in_a_final_account_is_what_is_asked_for_by_function() {
    let desk = ingested("区属单位2023年度决算（收入支出决算表）.txt");
    assert_eq!(desk.sql("SELECT rule, identity, lhs, rhs FROM checks(status := 'breaks')"), "");
    assert_eq!(desk.sql("SELECT name FROM department"), "某市第一幼儿园");
    // Numbers of vehicles and guests, and the operating expenses of an authority among them.
    assert_eq!(desk.sql("SELECT text FROM diagnostic WHERE kind = 'unplaced' ORDER BY ALL"), "12\n2\n46.50\n96");
    assert_eq!(desk.sql("SELECT count(*) FROM diagnostic WHERE kind <> 'unplaced'"), "0");
    let by_function = "SELECT code, wan(amount), wan(basic), wan(project) FROM by_function() ORDER BY 1";
    assert_eq!(desk.sql(by_function), "205,705.00,500.00,205.00\n208,150.00,150.00,\n210,50.00,50.00,");
    let carried = "SELECT period, flow, wan(amount) FROM fact WHERE table_kind = 'general_public_expenditure' AND role = 'total' \
                   AND nature = 'total' ORDER BY cell_id";
    assert_eq!(
        desk.sql(carried),
        "carry_over,expenditure,10.00\ncurrent_year,revenue,900.00\nall,expenditure,905.00\ncarried_forward,expenditure,5.00"
    );
    // Beside a budget the expenditure alone counts as executed, not the revenue and the carry-over of the same table.
    desk.write(
        "预算.txt",
        "某市第一幼儿园2023年度部门预算\n\n一般公共预算支出预算表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n\
         \t合计\t880.00\t690.00\t190.00\n205\t教育支出\t680.00\t490.00\t190.00\n20502\t普通教育\t680.00\t490.00\t190.00\n\
         2050201\t学前教育\t680.00\t490.00\t190.00\n208\t社会保障和就业支出\t200.00\t200.00\t\n\
         20805\t行政事业单位养老支出\t200.00\t200.00\t\n2080505\t机关事业单位基本养老保险缴费支出\t200.00\t200.00\t\n",
    );
    desk.run(["ingest", "预算.txt"]).succeeds();
    let executed = "SELECT code, wan(budget), wan(actual) FROM execution() WHERE measure = 'function' ORDER BY 1";
    assert_eq!(desk.sql(executed), "205,680.00,705.00\n208,200.00,150.00\n210,,50.00");
    // The national form, without the carry-over.
    let desk = ingested("省级部门2021年度决算（相关统计数）.html");
    let by_function = "SELECT code, wan(amount) FROM by_function() WHERE code = '206'";
    assert_eq!(desk.sql(by_function), "206,6799.50");
}

#[test]
fn final_accounts_whose_form_number_owner_and_year_stand_in_the_tables_are_read() {
    let desk = desk("乡镇学校2024年度决算（题头在表内）.html");
    let header = "SELECT name, fiscal_year, kind FROM document JOIN department USING (department_id)";
    assert_eq!(desk.sql(header), "某县龙山镇四方中学,2024,final_account");
    assert_eq!(desk.sql("SELECT count(*) FROM source_table WHERE unit_printed = '万元'"), "6");
    assert_eq!(desk.sql("SELECT count(*) FROM cell LEFT JOIN fact USING (cell_id) WHERE fact.cell_id IS NULL"), "0");
    let three = "SELECT stage, wan(amount) FROM three_public() WHERE item = 'three_public' ORDER BY 1";
    assert_eq!(desk.sql(three), "budget,3.00\nactual,2.50");
}

#[test]
fn sources_of_revenue_that_stand_in_rows_are_told_with_their_shares() {
    let desk = Desk::new();
    let text = "江苏省示例厅2018年部门预算\n\n收入预算总表\n单位：万元\n项目\t\t金额\n收入总计\t\t100.00\n\
                一般公共预算资金\t小计\t90.00\n\t公共财政拨款（补助）资金\t90.00\n政府性基金\t小计\t8.00\n其他资金\t小计\t2.00\n\t其他收入\t2.00\n";
    desk.write("a.txt", text);
    desk.run(["ingest", "a.txt"]).succeeds();
    assert_eq!(
        desk.sql("SELECT fund, wan(amount), share_pct FROM revenue_sources()"),
        "general_public,90.00,90\ngovernment_fund,8.00,8\nother,2.00,2"
    );
    // A group without rows of its own is one of the addends.
    assert_eq!(desk.sql("SELECT status, lhs, rhs FROM checks() WHERE rule = 'TOT'"), "holds,1000000.00,1000000.00");
    assert_eq!(desk.sql("SELECT count(*) FROM diagnostic WHERE kind = 'sum_differs'"), "0");
}

#[test]
fn what_a_guest_and_a_vehicle_cost_follows_from_the_text_and_the_statistics() {
    let desk = Desk::new();
    let text = "# 示例市科学技术局2023年度部门决算\n\n一般公共预算“三公”经费支出决算表\n\n单位：万元\n\n\
                | 项目 | 预算数 | 决算数 |\n|---|---|---|\n| 合计 | 30.00 | 16.60 |\n| 1.因公出国（境）费 | 10.00 | 0.00 |\n\
                | 2.公务用车购置及运行费 | 15.00 | 13.00 |\n| （1）公务用车购置费 | 0.00 | 0.00 |\n| （2）公务用车运行费 | 15.00 | 13.00 |\n\
                | 3.公务接待费 | 5.00 | 3.60 |\n\n公务用车运行支出13万元，年末公务用车保有量5辆。\n\n\
                公务接待费支出3.6万元。国内公务接待12批次、120人次，其中：接待外宾2批次、10人次。\n";
    desk.write("a.md", text);
    desk.run(["ingest", "a.md"]).succeeds();
    assert_eq!(
        desk.sql("SELECT measure, counted, count, unit_cost FROM unit_costs()"),
        "running_per_vehicle,vehicles_kept,5,26000.00\nreception_per_batch,domestic_reception_batches,12,3000.00\n\
         reception_per_guest,domestic_reception_guests,120,300.00"
    );
    let statistics = ingested("省级部门2021年度决算（相关统计数）.html");
    let counted = "SELECT subject, count FROM stated WHERE count > 0 ORDER BY 1";
    assert_eq!(
        statistics.sql(counted),
        "domestic_reception_batches,35\ndomestic_reception_guests,350\nmeeting_participants,800\n\
         overseas_reception_batches,1\nvehicles_kept,12"
    );
}

#[test]
fn a_final_account_tells_its_execution_by_itself() {
    let desk = Desk::new();
    let text = "示例市教育局2024年度部门决算\n\n第三部分 2024年度部门决算情况说明\n\
                1、教育支出（类）普通教育（款）高等教育（项）。主要用于：学校。年初预算为300.00万元，支出决算为330.00万元，完成年初预算的110%。\
                决算数大于预算数的主要原因：追加项目支出30万元。\n";
    desk.write("a.txt", text);
    desk.run(["ingest", "a.txt"]).succeeds();
    assert_eq!(
        desk.sql("SELECT measure, code, wan(own_budget), wan(actual), own_execution_pct, budget FROM execution()"),
        "stated,function:2050205,300.00,330.00,110,"
    );
}
