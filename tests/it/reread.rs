//! Readings that the sums of a table prove: a number cut in two, a row outside its grid, a header a column off. What
//! nothing proves stays as it is printed, and is reported.

use crate::support::Desk;

const HEAD: &str = "示例局2024年度部门预算\n一般公共预算支出预算表\n部门：示例局\t单位：万元\n";
const COLUMNS: &str = "科目编码\t科目名称\t合计\t基本支出\t项目支出\n";
const ROWS: [&str; 4] = [
    "\t合计\t2388.04\t1388.04\t1000.00\n",
    "2010301\t行政运行\t1388.04\t1388.04\t\n",
    "2010302\t一般行政管理事务\t700.00\t\t700.00\n",
    "2010350\t事业运行\t300.00\t\t300.00\n",
];

fn read(text: &str) -> (String, String) {
    let desk = Desk::new();
    let file = desk.write("x.txt", text);
    desk.run(["ingest", file.to_str().unwrap()]).succeeds();
    let facts = "SELECT string_agg(concat_ws(' ', coalesce(function_code, role), nature, wan(amount)), '; ' ORDER BY cell_id) FROM fact";
    (desk.sql(facts), desk.sql("SELECT kind, warning, message FROM diagnostic ORDER BY diagnostic_id"))
}

fn plain() -> String {
    read(&format!("{HEAD}{COLUMNS}{}", ROWS.concat())).0
}

#[test]
fn a_number_cut_in_two_cells_is_whole_again_when_the_sums_say_so() {
    for cut in [
        "\t合计\t2388.0\t4\t1388.04\t1000.00\n",
        "\t合计\t2388.04\t1388.0\t4\t1000.00\n",
        "\t合计\t2388.04\t1388\t.04\t1000.00\n",
    ] {
        let (facts, diagnostics) = read(&format!("{HEAD}{COLUMNS}{cut}{}", ROWS[1..].concat()));
        assert_eq!(facts, plain(), "{cut}");
        assert!(diagnostics.starts_with("number_cut,false,") && diagnostics.contains("was read as"), "{diagnostics}");
        assert!(diagnostics.contains("as printed"), "{diagnostics}");
    }
}

#[test]
fn a_cut_that_no_sum_proves_stays_as_printed_and_is_reported() {
    let cut = "\t合计\t2399.0\t4\t1388.04\t1000.00\n";
    let (_, diagnostics) = read(&format!("{HEAD}{COLUMNS}{cut}{}", ROWS[1..].concat()));
    assert!(diagnostics.contains("sum_differs,true") && !diagnostics.contains("number_cut"), "{diagnostics}");
}

#[test]
fn a_row_that_a_page_break_put_outside_the_grid_is_put_back_when_the_sums_say_so() {
    for stray in ["2010302 一般行政管理事务 700.00 700.00\n", "2010302一般行政管理事务700.00 700.00\n\n- 2 -\n"]
    {
        let text = format!("{HEAD}{COLUMNS}{}{}\n{stray}{}", ROWS[0], ROWS[1], ROWS[3]);
        let (facts, diagnostics) = read(&text);
        assert_eq!(facts, plain());
        assert!(diagnostics.starts_with("row_recovered,false,"), "{diagnostics}");
    }
    let text = format!("{HEAD}{COLUMNS}{}{}\n2010302 一般行政管理事务 711.00 711.00\n{}", ROWS[0], ROWS[1], ROWS[3]);
    let (facts, diagnostics) = read(&text);
    assert!(!facts.contains("711.00") && facts.contains("2010350 total 300.00"), "{facts}");
    assert!(diagnostics.contains("unplaced,true") && diagnostics.contains("sum_differs,true"), "{diagnostics}");
}

#[test]
fn a_header_a_column_off_is_moved_when_the_sums_say_so() {
    let shifted = "科目编码\t科目名称\t项目支出\t合计\t基本支出\n";
    let (facts, diagnostics) = read(&format!("{HEAD}{shifted}{}", ROWS.concat()));
    assert_eq!(facts, plain());
    assert!(diagnostics.contains("header_repaired,false") && diagnostics.contains("was read as"), "{diagnostics}");
}

#[test]
fn a_wrong_number_is_no_reason_for_another_reading() {
    let (facts, diagnostics) =
        read(&format!("{HEAD}{COLUMNS}{}", ROWS.concat().replace("700.00\t\t700.00", "701.00\t\t700.00")));
    assert!(facts.contains("2010302 total 701.00"), "{facts}");
    assert!(diagnostics.lines().all(|d| d.starts_with("sum_differs,true")), "{diagnostics}");
}
