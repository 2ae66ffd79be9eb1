//! Variations of the Henan layout that our samples do not print: what is repaired by rule must hold on them.

use std::fs;

use crate::support::{Desk, samples};

fn sample() -> String {
    fs::read_to_string(samples().join("洛阳市洛龙区人民政府办公室2023年度部门预算（示例）.txt")).unwrap()
}

fn ingested(text: &str) -> Desk {
    let desk = Desk::new();
    let file = desk.write("x.txt", text);
    let ran = desk.run(["ingest", file.to_str().unwrap()]).succeeds();
    assert!(!ran.stderr.contains("x.txt: line"), "{}", ran.stderr);
    desk
}

#[test]
fn a_column_lost_from_the_header_is_completed_from_a_table_of_the_same_form() {
    let text = sample();
    let from = text.find("2023 年政府性基金支出预算表").unwrap();
    let to = text.find("2023 年国有资本经营支出预算表").unwrap();
    let tabs = |cells: &[&str]| cells.join("\t");
    let table = [
        "2023 年政府性基金支出预算表\n\n单位：万元\n".to_owned(),
        tabs(&["科目编码", "", "", "单位代码", "单位（科目名称）", "合计", "基本支出", "", "", "", "项目支出", "", ""]),
        tabs(&["", "", "", "", "", "", "小计", "人员经费", "", "公用经费", "", "小计", "其他运转类"]),
        tabs(&[
            "类",
            "款",
            "项",
            "工资福利支出",
            "对个人和家庭的补助",
            "商品和服务支出",
            "",
            "资本性支出",
            "",
            "",
            "",
            "",
            "",
        ]),
        tabs(&["", "", "", "", "合计", "25.00", "", "", "", "", "", "25.00", "5.00", "20.00"]),
        tabs(&["212", "08", "01", "", "征地和拆迁补偿支出", "20.00", "", "", "", "", "", "20.00", "", "20.00"]),
        tabs(&["212", "08", "99", "", "其他支出", "5.00", "", "", "", "", "", "5.00", "5.00", ""]),
        String::new(),
        String::new(),
    ];
    let desk = ingested(&format!("{}{}{}", &text[..from], table.join("\n"), &text[to..]));
    let facts = "SELECT nature, amount FROM fact WHERE table_kind = 'government_fund_expenditure' AND role = 'total' ORDER BY ALL";
    assert_eq!(
        desk.sql(facts),
        "total,250000.00\nproject,250000.00\nproject_running,50000.00\nproject_targeted,200000.00"
    );
}

#[test]
fn carry_over_and_several_units_keep_their_columns_and_are_not_added_twice() {
    let name = "洛阳市洛龙区人民政府办公室";
    let plain = "\t1446.69\t1446.69\t1446.69\t1446.69".to_owned() + &"\t".repeat(14);
    let carried =
        |total: &str, year: &str| format!("\t{total}\t{year}\t{year}\t{year}{}10.00\t10.00\t\t\t\t", "\t".repeat(9));
    let mut text = sample();
    for label in ["\t合计".to_owned(), format!("110\t{name}")] {
        let line = format!("{label}{plain}\n");
        assert!(text.contains(&line));
        text = text.replace(&line, &format!("{label}{}\n", carried("1446.69", "1436.69")));
    }
    let second = format!("110002\t洛阳市洛龙区机关事务中心\t446.69\t446.69\t446.69\t446.69{}", "\t".repeat(14));
    text = text.replace(
        &format!("110001\t{name}{plain}\n"),
        &format!("110001\t{name}{}\n{second}\n", carried("1000.00", "990.00")),
    );
    let desk = ingested(&text);
    let facts = "SELECT role, period, sum(amount) FROM fact WHERE table_kind = 'revenue' AND fund = 'general_public' \
                 AND role <> 'of_which' GROUP BY ALL ORDER BY ALL";
    assert_eq!(
        desk.sql(facts),
        "total,current_year,14366900.00\ntotal,carry_over,100000.00\nsubtotal,current_year,14366900.00\n\
         subtotal,carry_over,100000.00\ndetail,current_year,14366900.00\ndetail,carry_over,100000.00"
    );
}

/// 一般公共预算 in a heading names a fund, not the kind of the document.
#[test]
fn a_final_account_whose_headings_name_a_fund_is_no_budget() {
    let desk = ingested(
        "某市工商业联合会2021年度部门决算\n\
         一、2021年度一般公共预算财政拨款“三公”经费支出情况说明\n\
         二、2021年度一般公共预算基本支出情况说明\n\
         某市工商业联合会2021年度一般公共预算财政拨款“三公”经费支出预算为1.8万元，支出决算为1.52万元。\n",
    );
    assert_eq!(desk.sql("SELECT kind, fiscal_year FROM document"), "final_account,2021");
}
