//! What sentences state: a test for each rule of the narrative.

use rust_decimal::Decimal;

use super::narrative::claims;
use crate::record::Place;
use crate::source::TextLine;

fn read(text: &str) -> Vec<String> {
    let lines: Vec<TextLine> = text
        .lines()
        .enumerate()
        .filter(|(_, l)| !l.is_empty())
        .map(|(i, l)| TextLine { text: l.to_owned(), place: Place::line(u32::try_from(i).unwrap() + 1) })
        .collect();
    claims(&lines, &[], Some(2023), false)
        .into_iter()
        .map(|c| {
            let show = |v: Option<Decimal>| v.map_or("–".to_owned(), |v| v.normalize().to_string());
            format!(
                "{} {} {} {} {} {} @{}",
                c.subject,
                show(c.amount),
                show(c.change),
                show(c.growth_pct),
                show(c.share_pct),
                c.count.map_or("–".to_owned(), |n| n.to_string()),
                c.place.line.unwrap()
            )
        })
        .collect()
}

#[test]
fn totals_with_change_and_growth() {
    assert_eq!(
        read(
            "某局 2023 年收入总计 100.50 万元，支出总计 100.50 万元，与 2022 年预算相比，收支总计各增加 20 万元，增长 24.84%。"
        ),
        ["total_revenue 1005000 – – – – @1", "total 1005000 200000 24.84 – – @1"]
    );
}

#[test]
fn parts_have_shares_and_decreases_are_negative() {
    assert_eq!(
        read(
            "支出合计 10 万元，其中：基本支出 6 万元，占 60%；项目支出 4 万元，占 40%，比上年减少 1,234.56 万元，下降 5.5%。"
        ),
        ["total 100000 – – – – @1", "basic 60000 – – 60 – @1", "project 40000 -12345600 -5.5 40 – @1"]
    );
}

#[test]
fn a_sentence_cut_by_a_page_break_is_one() {
    assert_eq!(
        read(
            "（三）公务用车购置及运行费 4.50 万元，主要用于开展工\n\n作所需。其中，一是公务用车购置费 0.00 万元，预算数与 2022 年相比保持一致。二是公务用车运行维护费 4.50 万元，与上年持平。"
        ),
        ["vehicle 45000 – – – – @1", "vehicle_purchase 0 0 0 – – @3", "vehicle_running 45000 0 0 – – @3"]
    );
}

#[test]
fn items_are_subjects_and_yardsticks_state_nothing() {
    assert_eq!(
        read(
            "1.“一般公共服务支出（类）财政事务（款）行政运行（项）”5 万元，2023 年预算执行数为 4 万元，2024 年预算安排 5 万元，比 2023 年预算执行数增加 25%。"
        ),
        ["function:2010601 50000 – 25 – – @1"]
    );
    assert_eq!(
        read("“三公”经费年初预算为 9 万元，支出决算为 8 万元。"),
        ["three_public 80000 – – – – @1"],
        "an account is not measured by its budget"
    );
    assert_eq!(
        read("公务接待费支出预算为 9 万元，支出决算为 8 万元，完成预算的 88.9%。"),
        ["reception 80000 – – – – @1"]
    );
    assert_eq!(
        read("公务接待费预算为 9 万元，比 2023 年支出决算数增加 1 万元。"),
        ["reception 90000 10000 – – – @1"],
        "a budget may be compared with an account"
    );
}

#[test]
fn an_account_is_held_against_its_budget() {
    let text = "1、一般公共服务支出（类）财政事务（款）行政运行（项）。主要用于：人员经费等的基本支出。年初预算为 9 万元，支出决算为 8 万元。决算数大于预算数的主要原因：调整。2、“三公”经费支出年初预算为 2 万元，支出决算为 2 万元，完成预算的 100%，其中：公务接待费年初预算为 2 万元，支出决算为 2 万元。“三公”经费支出决算数与预算数基本持平。";
    assert_eq!(
        read(text),
        ["function:2010601 80000 – – – – @1", "three_public 20000 – – – – @1", "reception 20000 – – – – @1"]
    );
    let line = TextLine { text: text.to_owned(), place: Place::line(1) };
    let against: Vec<_> =
        claims(&[line], &[], Some(2023), false).into_iter().map(|c| (c.budget_amount, c.against_budget)).collect();
    let budget = |wan: i64| Some(Decimal::from(wan * 10_000));
    let expected = [
        (budget(9), Some(std::cmp::Ordering::Greater)),
        (budget(2), Some(std::cmp::Ordering::Equal)),
        (budget(2), None),
    ];
    assert_eq!(against, expected);
}

#[test]
fn what_is_unknown_takes_its_numbers_with_it() {
    assert_eq!(
        read("项目支出 9 万元，主要用于办公，比上年减少 1 万元。其中：甲费 5 万元，占 50%；公用经费 2 万元。"),
        ["project 90000 -10000 – – – @1", "public 20000 – – – – @1"]
    );
    assert_eq!(
        read("支出预算 10 万元，其中：财政拨款支出预算 10 万元，比 2024 年预算增加 1 万元。"),
        ["total 100000 10000 – – – @1", "fiscal_appropriation 100000 10000 – – – @1"],
        "a part that is the whole speaks for it"
    );
    assert_eq!(
        read(
            "收入预算 10 万元，其中：财政拨款收入 10 万元，比 2022 年预算增加 1 万元；事业收入 0 万元，比 2022 年预算减少 3 万元。"
        ),
        [
            "total_revenue 100000 – – – – @1",
            "fiscal_appropriation_revenue 100000 10000 – – – @1",
            "business_revenue 0 -30000 – – – @1"
        ],
        "but for what is told of another part"
    );
}

#[test]
fn revenue_and_expenditure_named_as_a_pair_are_one_subject() {
    assert_eq!(
        read("财政拨款收、支总预算 12 万元。与上年相比，财政拨款收、支总计各增加 2 万元，增长 20%。"),
        ["fiscal_appropriation 120000 20000 20 – – @1"]
    );
    assert_eq!(read("本年收入、支出总计均为 12 万元。"), ["total 120000 – – – – @1"]);
}

#[test]
fn the_total_beside_a_total_of_fiscal_appropriations_is_theirs() {
    assert_eq!(
        read("2023 年度财政拨款收入总计 12 万元、支出总计 12 万元。"),
        ["fiscal_appropriation_revenue 120000 – – – – @1", "fiscal_appropriation 120000 – – – – @1"]
    );
    assert_eq!(read("收入总计 12 万元，其中：财政拨款收入 10 万元，支出总计 12 万元。")[2], "total 120000 – – – – @1");
}

#[test]
fn items_of_the_functional_classification_with_brackets_in_their_names_are_known() {
    assert_eq!(
        read(
            "1.一般公共服务支出（类）政府办公厅（室）及相关机构事务（款）行政运行（项）。年初预算为 9 万元，支出决算为 8 万元。"
        ),
        ["function:2010301 80000 – – – – @1"]
    );
}

#[test]
fn a_budget_stated_with_its_year_or_as_fiscal_appropriation_is_known() {
    assert_eq!(
        read("2024 年支出预算 10 万元，其中：基本支出 9 万元，占 90%。"),
        ["total 100000 – – – – @1", "basic 90000 – – 90 – @1"]
    );
    assert_eq!(
        read("1.机关运行经费。2024 年机关运行经费财政拨款预算 2 万元，比上年增加 1 万元，增长 100%。"),
        ["agency_operating 20000 10000 100 – – @1"]
    );
}

#[test]
fn what_a_fund_has_in_some_projects_is_not_the_fund() {
    assert_eq!(
        read("2024 年实行绩效目标管理的项目 3 个，涉及一般公共预算当年拨款 60 万元。"),
        ["projects – – – – 3 @1"]
    );
}

#[test]
fn brackets_in_brackets_name_nothing_else() {
    assert_eq!(read("公务接待费（含外事接待（国内部分））预算 3 万元。"), ["reception 30000 – – – – @1"]);
}

#[test]
fn state_capital_revenue_and_subsidies_from_above_are_subjects() {
    assert_eq!(
        read("国有资本经营预算财政拨款收入 30 万元，占 3%。上级补助收入 2 万元，占 1%。"),
        ["state_capital_revenue 300000 – – 3 – @1", "superior_revenue 20000 – – 1 – @1"]
    );
}

#[test]
fn what_is_only_listed_is_no_subject() {
    assert_eq!(
        read("（一）因公出国（境）费 0.00 万元，主要用于杂费、培训费等支出。预算数与 2022 年相比保持一致。"),
        ["abroad 0 0 0 – – @1"]
    );
}

#[test]
fn template_residue_and_thresholds_state_nothing() {
    assert!(read("单位价值 50 万元以上通用设备 0 套。").is_empty());
    assert_eq!(read("期末共有车辆 5 辆，其中：一般公务用车 5 辆。")[0], "vehicles – – – – 5 @1");
    assert_eq!(
        read("对项目支出全面实施绩效目标管理，涉及预算拨款 8 万元，共 11 个项目。"),
        ["projects 80000 – – – 11 @1"]
    );
}

#[test]
fn a_change_against_the_years_own_budget_is_none_over_the_year_before() {
    assert_eq!(
        read("“三公”经费支出决算总额为 5.5 万元，比预算增加 0 万元，比去年增加 1.5 万元，增长 37.5%。"),
        ["three_public 55000 15000 37.5 – – @1"]
    );
    assert_eq!(
        read("公务接待费支出 2 万元，较年初预算减少 32%；因公出国支出比预算无增减变化，比去年无增减变化。"),
        ["reception 20000 – – – – @1", "abroad – 0 0 – – @1"]
    );
}

#[test]
fn brackets_hold_statements_of_their_own() {
    assert_eq!(
        read(
            "公务用车购置及运行费 5 万元（公务用车购置费 1 万元，占 20%；公务用车运行维护费 4 万元。）比上年增加 2 万元。"
        ),
        ["vehicle_purchase 10000 – – 20 – @1", "vehicle_running 40000 – – – – @1", "vehicle 50000 20000 – – – @1"]
    );
    assert_eq!(read("支出预算 5 万元（含上年结转 1 万元），比上年增加 2 万元。"), ["total 50000 20000 – – – @1"]);
    assert_eq!(read("支出预算 5 万元（基本支出 1 万元，")[0], "total 50000 – – – – @1", "an open bracket is none");
}

#[test]
fn what_is_told_of_earlier_years_is_not_the_documents() {
    assert!(read("2022 年“三公”经费合计 9 万元，其中：公务接待费 4 万元；公务用车运行维护费 5 万元。").is_empty());
    assert_eq!(
        read("2022 年“三公”经费合计 9 万元。公务接待费 4 万元。"),
        ["reception 40000 – – – – @1"],
        "the next sentence is of the document's year"
    );
    assert_eq!(
        read("2023 年“三公”经费 9 万元，2022 年为 8 万元，比 2022 年增加 1 万元。"),
        ["three_public 90000 10000 – – – @1"]
    );
}

#[test]
fn parts_of_what_is_unknown_are_not_those_of_the_whole() {
    assert_eq!(
        read("初中教育支出 9 万元，其中：基本支出 8 万元，项目支出 1 万元。基本支出 20 万元。"),
        ["basic 200000 – – – – @1"]
    );
    assert_eq!(
        read("一般公共预算支出 20 万元，初中教育 9 万元，其中：基本支出 8 万元；项目支出 1 万元。"),
        ["general_public 200000 – – – – @1"]
    );
    assert_eq!(
        read("2023 年支出 9 万元，其中：基本支出 8 万元。"),
        ["basic 80000 – – – – @1"],
        "the whole has no other name"
    );
    assert_eq!(
        read("本年收入合计 9 万元；包括财政拨款收入 8 万元，占 88.89%。")[1],
        "fiscal_appropriation_revenue 80000 – – 88.89 – @1"
    );
}

#[test]
fn funds_and_natures_of_an_item_are_not_those_of_the_department() {
    assert_eq!(
        read(
            "政府采购预算 9 万元，其中：一般公共预算拨款 8 万元；货物类采购 7 万元。按政府采购资金类型划分，一般公共预算拨款 9 万元。"
        ),
        ["procurement 90000 – – – – @1", "procurement_goods 70000 – – – – @1"]
    );
    assert_eq!(
        read("一般公共服务支出（类）9 万元，其中：基本支出 8 万元。项目支出 5 万元，其中：一般公共预算支出 4 万元。"),
        ["function:201 90000 – – – – @1", "project 50000 – – – – @1"]
    );
}

#[test]
fn a_part_without_a_subject_is_not_the_whole_and_the_whole_comes_back() {
    assert_eq!(
        read(
            "（二）支出合计 9 万元，其中：本年支出 8 万元，教育支出 5 万元，其他支出 4 万元；支出较去年增加 2 万元，主要是人员增加。"
        ),
        [
            "total 90000 – – – – @1",
            "function:205 50000 – – – – @1",
            "function:229 40000 – – – – @1",
            "total – 20000 – – – @1"
        ]
    );
}

#[test]
fn a_line_that_ends_in_the_name_of_a_whole_goes_on() {
    assert_eq!(
        read("（一）教育支出类科目 5,806,105.16 元，占支出总预算\n82.27%，同比增加 1,000 元，增长 0.02%。"),
        ["function:205 5806105.16 1000 0.02 82.27 – @1"]
    );
}

#[test]
fn a_rate_after_another_things_change_is_that_things() {
    assert_eq!(
        read("“三公”经费预算较 2022 年增加 1.5 万元，其中甲费较上年减少 0.5 万元，减少 4.5%。"),
        ["three_public – 15000 – – – @1"]
    );
}

#[test]
fn what_a_reason_names_is_no_figure_of_the_department() {
    assert_eq!(
        read("公务接待费5万元，比上年减少1万元，主要原因：压缩会议费20万元，培训费19.93万元。"),
        ["reception 50000 -10000 – – – @1"]
    );
    assert_eq!(
        read("项目支出9万元，比上年增加3万元。主要原因：一是人员经费增加1万元；二是基本支出增加2万元，增长5%。"),
        ["project 90000 30000 – – – @1"]
    );
    assert_eq!(
        read("“三公”经费支出9万元，主要原因是厉行节约；公务接待费支出3万元。"),
        ["three_public 90000 – – – – @1", "reception 30000 – – – – @1"]
    );
}

#[test]
fn a_definition_names_no_subject() {
    let text = "财政拨款收入20万元，为当年从省级财政取得的一般公共预算拨款和政府性基金预算拨款，与上年相比增加1万元，增长5.26%。";
    assert_eq!(read(text), ["fiscal_appropriation_revenue 200000 10000 5.26 – – @1"]);
}

#[test]
fn parts_of_public_reception_are_told_from_all_of_it() {
    assert_eq!(
        read("公务接待费支出6.42万元。其中：国内公务接待支出5万元；国（境）外接待支出1.42万元。"),
        ["reception 64200 – – – – @1", "domestic_reception 50000 – – – – @1", "overseas_reception 14200 – – – – @1"]
    );
}

#[test]
fn items_whose_names_sound_like_purposes_are_items() {
    let text = "1、教育支出（类）普通教育（款）高等教育（项）。年初预算为3万元，支出决算为3.3万元。\
                2、社会保障和就业支出（类）最低生活保障（款）城市最低生活保障金支出（项）。年初预算为30万元，支出决算为33万元。";
    assert_eq!(
        read(text),
        [
            "function:2050205 33000 – – – – @1",
            "社会保障和就业支出/最低生活保障/城市最低生活保障金支出 330000 – – – – @1"
        ]
    );
}

#[test]
fn a_paragraph_goes_on_behind_an_open_end() {
    let text = "1、教育支出（类）普通教育（款）高等教育（项）。主要用于：\n学校人员经费。年初预算为10万元，支出决算为9万元。\n决算数小于预算数的主要原因是节约。";
    assert_eq!(read(text), ["function:2050205 90000 – – – – @2"]);
}

#[test]
fn amounts_of_a_single_project_are_not_the_departments() {
    let text = "“三公”经费预算为5万元。\n项目经费情况说明\n一、项目概述\n2025年项目支出预算1200万元。\n六、年度预算安排\n培训费100万元。\n第四部分\n会议费3万元。";
    assert_eq!(read(text), ["three_public 50000 – – – – @1", "meeting 30000 – – – – @8"]);
}

#[test]
fn an_amount_of_several_things_together_is_of_none() {
    assert_eq!(read("“三公”经费、会议费、培训费预算总额为30万元，其中：会议费7万元。"), ["meeting 70000 – – – – @1"]);
    assert_eq!(
        read("机关运行经费80万元，主要用于办公费20万元、会议费15万元、公务接待费3万元。"),
        ["agency_operating 800000 – – – – @1"]
    );
    assert!(read("会议费和培训费共计30万元。").is_empty());
    assert_eq!(read("公务用车购置及运行费9万元。"), ["vehicle 90000 – – – – @1"]);
    assert_eq!(read("公务用车运转维护费9万元。"), ["vehicle_running 90000 – – – – @1"]);
    assert_eq!(read("支出项目共5个，支出总额500万元。"), ["projects 5000000 – – – 5 @1"]);
}

#[test]
fn an_amount_of_the_year_before_is_the_base_however_it_is_named() {
    let base = |text: &str| {
        let line = TextLine { text: text.to_owned(), place: Place::line(1) };
        let show = |v: Option<Decimal>| v.map_or("–".to_owned(), |v| v.normalize().to_string());
        let told = claims(&[line], &[], Some(2023), false);
        told.iter().map(|c| [c.amount, c.base_amount, c.change].map(show).join(" ")).collect::<Vec<_>>()
    };
    for text in [
        "机关运行经费支出10万元，较2022年度12万元减少2万元，下降16.67%。",
        "“三公”经费预算10万元，比上年预算12万元减少2万元。",
        "会议费10万元，与上年的12万元相比减少2万元。",
        "培训费10万元，上年预算数12万元，减少2万元。",
    ] {
        assert_eq!(base(text), ["100000 120000 -20000"], "{text}");
    }
    assert_eq!(base("2023年会议费10万元。"), ["100000 – –"]);
}

#[test]
fn what_changed_against_the_years_own_budget_is_no_growth() {
    for text in [
        "公务接待费支出2万元，比年初预算减少1万元，下降33.33%。",
        "公务接待费支出2万元，与年初预算相比，减少1万元，下降33.33%。",
    ] {
        assert_eq!(read(text), ["reception 20000 – – – – @1"], "{text}");
    }
    assert_eq!(
        read("公务接待费支出2万元，比年初预算减少1万元，下降33.33%；比上年减少0.5万元，下降20%。"),
        ["reception 20000 -5000 -20 – – @1"]
    );
    let line = TextLine {
        text: "“三公”经费支出决算88万元，比年初预算120万元减少32万元，下降26.67%。".to_owned(),
        place: Place::line(1),
    };
    let told = claims(&[line], &[], Some(2023), false);
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].budget_amount, told[0].change), (Some(1_200_000.into()), None));
}

#[test]
fn amounts_in_reasons_and_within_items_are_nobodys() {
    assert_eq!(
        read("“三公”经费支出88万元，比上年增加30万元，增加的原因是：购置公务用车2辆，支出36万元，上年未购置。")[..1],
        ["vehicles_purchased – – – – 2 @1"]
    );
    assert_eq!(
        read("项目支出100万元，比上年增加10万元，一是新增信息化建设项目8万元，二是培训费2万元。"),
        ["project 1000000 100000 – – – @1"]
    );
    assert_eq!(read("因公出国（境）费20万元，其中：国际旅费10万元、培训费5万元。"), ["abroad 200000 – – – – @1"]);
}

#[test]
fn names_of_items_divide_nothing_and_tell_no_change() {
    let item =
        |item: &str| format!("{item}。主要用于有关工作。年初预算为 5 万元，支出决算为 7 万元。决算数大于预算数。");
    for (name, subject) in [
        (
            "节能环保支出（类）环境保护管理事务（款）环境保护法规、规划及标准（项）",
            "节能环保支出/环境保护管理事务/环境保护法规、规划及标准",
        ),
        (
            "资源勘探工业信息等支出（类）支持中小企业发展和管理支出（款）某项（项）",
            "资源勘探工业信息等支出/支持中小企业发展和管理支出/某项",
        ),
        ("“节能环保支出（类）-污染减排（款）-减排专项支出（项）”", "节能环保支出/污染减排/减排专项支出"),
        ("“公共安全支出(类）—司法（款）—公共法律服务（项）”", "function:2040607"),
    ] {
        assert_eq!(read(&item(name)), [format!("{subject} 70000 – – – – @1")], "{name}");
    }
    assert_eq!(
        read("教育支出（类）26.02 万元，占 0.13%；污染减排支出 125.00 万元，占 0.62%。"),
        ["function:205 260200 – – 0.13 – @1"],
        "an unknown name keeps its share"
    );
    assert_eq!(
        read(
            "1.社会保障和就业支出（类）行政事业单位养老支出（款）机关事业单位职业年金缴费支出（项）。年初预算为 5 万元，支出决算为 5 万元。（款）没有名称（项）。年初预算为 6 万元，支出决算为 8 万元。"
        ),
        ["function:2080506 50000 – – – – @1"],
        "an item that is not understood ends the one before it"
    );
}

#[test]
fn the_commonest_class_is_no_ordinal() {
    let expected = ["function:201 5000000 – – 50 – @1", "function:205 4000000 – – 40 – @2"];
    assert_eq!(read("一般公共服务支出500万元，占50%。\n教育支出400万元，占40%。"), expected);
    assert_eq!(read("一、一般公共服务支出500万元，占50%。\n二、教育支出400万元，占40%。"), expected);
}

#[test]
fn a_comparison_in_general_words_is_of_what_was_told_before() {
    assert_eq!(
        read("某院2023年度财政拨款收、支总预算24458.43万元。与上年相比收、支预算总计各增加3756.18万元，增长18.14%。"),
        ["fiscal_appropriation 244584300 37561800 18.14 – – @1"]
    );
    assert_eq!(
        read("2023年一般公共预算财政拨款支出预算20702.25万元，与上年相比，财政拨款支出增加2043.58万元，增长10.95%。"),
        ["general_public 207022500 20435800 10.95 – – @1"]
    );
}

#[test]
fn sections_of_the_economic_classification_are_not_all_there_is() {
    assert_eq!(
        read(
            "财政拨款基本支出预算100万元，其中：公用经费50万元。（7）会议费（款）支出6.72万元。（8）公务接待费（款）支出1.6万元。"
        ),
        ["basic 1000000 – – – – @1", "public 500000 – – – – @1"]
    );
}

#[test]
fn shares_of_a_list_in_paragraphs_are_of_its_whole_and_no_other_ones_are() {
    let shares = |text: &str| -> Vec<String> {
        let lines: Vec<TextLine> =
            text.lines().map(|l| TextLine { text: l.to_owned(), place: Place::line(1) }).collect();
        let told = claims(&lines, &[], Some(2023), false).into_iter().filter(|c| c.share_pct.is_some());
        told.map(|c| format!("{} {}", c.subject, c.share_of.unwrap_or_default())).collect()
    };
    assert_eq!(
        shares(
            "本年收入预算合计200万元，其中：\n一般公共预算收入100万元，占50%；\n其他资金80万元，占40%；\n上年结转资金20万元，占10%。\n项目支出9万元，占3%。"
        ),
        ["general_public_revenue total_revenue", "own_funds total_revenue", "carry_over total_revenue", "project "]
    );
    assert_eq!(
        shares("一般公共预算支出100万元，主要用于以下方面：\n1.教育支出60万元，占60%。\n2023年基本支出60万元，占30%。"),
        ["function:205 general_public", "basic "]
    );
    assert_eq!(
        shares("2.在项目支出中，培训费10万元，占1%。\n3.公务接待费5万元，占2%。"),
        ["training project", "reception "]
    );
    assert!(shares("货物采购授予中小企业合同金额占货物支出金额的80%。").is_empty());
}

#[test]
fn what_an_item_is_used_for_is_passed_over_and_the_item_goes_on() {
    let told: Vec<_> = claims(
        &[TextLine {
            text: "公共安全支出（类）司法（款）公共法律服务（项）100万元，主要用于购置设备50万元、培训费20万元。年初预算为90万元，支出决算为100万元，完成年初预算的111.11%。"
                .to_owned(),
            place: Place::line(1),
        }],
        &[],
        Some(2023),
        false,
    )
    .into_iter()
    .map(|c| (c.subject, c.amount, c.budget_amount, c.completion_pct.map(|rate| rate.to_string())))
    .collect();
    let item = "function:2040607".to_owned();
    let (amount, budget) = (Some(1_000_000.into()), Some(900_000.into()));
    assert_eq!(told, [(item.clone(), amount, None, None), (item, amount, budget, Some("111.11".to_owned()))]);
}

#[test]
fn classes_in_quotes_are_items_of_a_list_and_shares_are_of_what_the_list_divides() {
    let text = "一般公共预算财政拨款支出 100 万元，主要用于以下方面：\n1.“一般公共服务”30 万元，占 30%；\n11“. 灾害防治及应急管理支出”70 万元，占 70%。\n“三公”经费支出决算中，公务接待费 3 万元，占 20%。";
    let lines: Vec<TextLine> = text.lines().map(|l| TextLine { text: l.to_owned(), place: Place::line(1) }).collect();
    let told: Vec<String> = claims(&lines, &[], Some(2023), false)
        .into_iter()
        .map(|c| format!("{} {}", c.subject, c.share_of.unwrap_or_default()))
        .collect();
    assert_eq!(
        told,
        ["general_public ", "function:201 general_public", "function:224 general_public", "reception three_public"]
    );
}

#[test]
fn a_line_within_a_sentence_is_no_title() {
    let expected = ["training 70000 – – – – @1"];
    assert_eq!(read("培训费支出。年初预算\n为 5 万元，支出决算为 7 万元。决算\n数大于预算数。"), expected);
    assert_eq!(
        read("2023 年公务接待费支出决算\n数为 3 万元，比 2022 年增加 1 万元。"),
        ["reception 30000 10000 – – – @1"]
    );
    assert_eq!(read("2023 年公务接待费支出决算\n公务接待费为 3 万元。"), ["reception 30000 – – – – @2"]);
}

#[test]
fn raised_to_an_amount_is_that_amount() {
    assert_eq!(read("公务接待费支出决算减少为 3 万元，比 2022 年减少 2 万元。"), ["reception 30000 -20000 – – – @1"]);
    assert_eq!(read("公务接待费减少为 0.00 万元，与 2022 年持平。"), ["reception 0 0 0 – – @1"]);
    assert_eq!(read("公务接待费由 5 万元增加到 8 万元，增长 60%。"), ["reception 80000 – 60 – – @1"]);
    assert_eq!(read("公务接待费 8 万元，较上年增加为 3 万元。"), ["reception 80000 – – – – @1"]);
    assert_eq!(
        read("2023 年公务接待费由 2022 年的 4 万元减少到 3 万元。会议费较 2022 年减少到 2 万元。"),
        ["reception 30000 – – – – @1", "meeting 20000 – – – – @1"]
    );
}

#[test]
fn nothing_needs_no_unit_and_ten_thousands_need_no_yuan() {
    assert_eq!(
        read("国内公务接待支出 0.40 万（含外宾接待支出 0.10 万元）。"),
        ["foreign_affairs_reception 1000 – – – – @1", "domestic_reception 4000 – – – – @1"]
    );
    let line = TextLine {
        text: "培训费年初预算为 0，支出决算为 15 万元。惠及 3 万人。".to_owned(),
        place: Place::line(1),
    };
    let told = claims(&[line], &[], Some(2023), false);
    assert_eq!((told[0].amount, told[0].budget_amount), (Some(150_000.into()), Some(0.into())));
    assert_eq!(told.len(), 1);
}

#[test]
fn a_base_has_the_year_and_kind_that_stand_beside_it() {
    let read = |text: &str| -> Vec<String> {
        let line = TextLine { text: text.to_owned(), place: Place::line(1) };
        let show = |v: Option<Decimal>| v.map_or("–".to_owned(), |v| v.normalize().to_string());
        let claim = |c: crate::record::Claim| {
            let base = c.base_kind.map_or("–", crate::record::BaseKind::id);
            let year = c.base_year.map_or("–".to_owned(), |y| y.to_string());
            format!("{} {} {year} {base} {}", show(c.amount), show(c.base_amount), show(c.growth_pct))
        };
        claims(&[line], &[], Some(2023), false).into_iter().map(claim).collect()
    };
    assert_eq!(read("培训费2023年度预算5万元，2022年度预算4万元。"), ["50000 40000 2022 budget –"]);
    assert_eq!(
        read("培训费2022年当年预算执行数为4万元，2023预算安排5万元，比2022预算执行数增加25%。"),
        ["50000 40000 2022 execution 25"]
    );
    assert_eq!(
        read("培训费2022年当年预算执行数为4万元，2023年预算安排5万元，比2022年预算减少10%。"),
        ["50000 40000 2022 execution –", "– – 2022 budget -10"],
        "a rate against another figure is told apart"
    );
}

#[test]
fn what_is_reserved_for_small_firms_and_told_of_projects_is_told_apart() {
    assert_eq!(
        read(
            "面向中小企业预留政府采购项目预算金额 343.49 万元，其中，预留给小型和微型企业的政府采购项目预算为 178.85 万元。"
        ),
        ["procurement_reserved 3434900 – – – – @1", "procurement_reserved_micro 1788500 – – – – @1"]
    );
    assert_eq!(
        read(
            "编报绩效目标的2023年度项目53个，涉及预算金额7352.06万元；绩效跟踪评价的2023年度项目52个，涉及预算金额7000万元；绩效自评的2023年度项目51个，涉及预算金额6993.22万元，平均得分95分。"
        ),
        [
            "projects 73520600 – – – 53 @1",
            "projects_tracked 70000000 – – – 52 @1",
            "projects_evaluated 69932200 – – – 51 @1"
        ]
    );
    assert_eq!(read("编报绩效目标的项目14个，涉及项目预算资金1099.22万元。"), ["projects 10992200 – – – 14 @1"]);
    assert_eq!(
        read("政府性基金预算财政拨款收入 20 万元，支出 19 万元。"),
        ["government_fund_revenue 200000 – – – – @1", "government_fund 190000 – – – – @1"]
    );
    assert_eq!(
        read("公务接待费 0.3 万元，接待批次 1 次、接待 15 人次。"),
        ["reception_batches – – – – 1 @1", "reception_guests – – – – 15 @1", "reception 3000 – – – – @1"]
    );
}

#[test]
fn the_rate_at_which_a_budget_was_carried_out_is_read() {
    let line = TextLine {
        text: "“三公”经费年初预算为 20 万元，支出决算为 15 万元，完成预算的 75%，其中：公务接待费支出决算为 5 万元，完成年初预算的 50.00%。".to_owned(),
        place: Place::line(1),
    };
    let told: Vec<_> =
        claims(&[line], &[], Some(2023), false).into_iter().map(|c| (c.subject, c.completion_pct)).collect();
    assert_eq!(told, [("three_public".to_owned(), Some(75.into())), ("reception".to_owned(), Some(50.into()))]);
}

#[test]
fn no_text_panics() {
    proptest::proptest!(|(text in "[0-9,.%万元增加减少占其中，。：一般公共预算支出总计 ]{0,80}")| {
        let _ = claims(&[TextLine { text, place: Place::line(1) }], &[], Some(2023), false);
    });
}

#[test]
fn funds_in_which_revenue_is_divided_are_revenue() {
    assert_eq!(
        read(
            "本年收入合计 20 万元；包括财政拨款收入 19 万元（其中一般公共预算 18 万元，政府性基金预算 1 万元，国有资本经营预算 0 万元），占收入合计 95%；其他收入 1 万元，占收入合计 5%。"
        ),
        [
            "total_revenue 200000 – – – – @1",
            "general_public_revenue 180000 – – – – @1",
            "government_fund_revenue 10000 – – – – @1",
            "state_capital_revenue 0 – – – – @1",
            "fiscal_appropriation_revenue 190000 – – 95 – @1",
            "other_revenue 10000 – – 5 – @1"
        ]
    );
}

#[test]
fn what_is_carried_over_of_a_fund_is_not_all_of_it() {
    assert_eq!(
        read(
            "收入预算合计 20 万元，其中：\n本年一般公共预算收入 19 万元，占 95%；\n上年结转结余的一般公共预算收入 1 万元，占 5%。"
        ),
        ["total_revenue 200000 – – – – @1", "general_public_revenue 190000 – – 95 – @2"]
    );
}

#[test]
fn values_in_a_row_belong_to_several_things() {
    assert_eq!(
        read(
            "与 2022 年相比，收、支总计各减少 12.5、13.5 万元，各下降 23.51%、38.28%。基本支出和项目支出分别为 5 万元、6 万元。支出总计 20 万元。"
        ),
        ["total 200000 – – – – @1"]
    );
    assert_eq!(read("与 2022 年相比，收、支总计各下降 23.51%、38.28%。"), [""; 0]);
    assert_eq!(read("与 2022 年相比，收、支总计各下降 23.51%。"), ["total – – -23.51 – – @1"]);
}

#[test]
fn a_change_against_the_budget_of_the_own_year_is_none_over_the_year_before() {
    assert_eq!(
        read(
            "公务接待费支出 1.5 万元，与 2023 年度预算相比，减少 0.3 万元，下降 15%。公务用车购置及运行维护费支出 2 万元，与 2023 年度预算相比无变化，与 2022 年相比增加 1 万元。"
        ),
        ["reception 15000 – – – – @1", "vehicle 20000 10000 – – – @1"]
    );
}

#[test]
fn an_account_is_told_with_the_budget_that_it_carried_out() {
    let lines = [TextLine {
        text: "“三公”经费财政拨款支出决算为 62 万元，完成全年预算 84 万元的 73.8%，比上年决算数增加 38 万元，增长 158.3%。其中：因公出国（境）费支出决算为 0 万元，完成预算 0 万元的 --%（基数为 0，不可比）；公务接待费支出决算为 2 万元，完成预算 4 万元的 50%。".to_owned(),
        place: Place::line(1),
    }];
    let read: Vec<_> = claims(&lines, &[], Some(2023), false)
        .into_iter()
        .map(|c| (c.subject, c.amount, c.budget_amount, c.completion_pct, c.change))
        .collect();
    let wan = |n: i64| Some(Decimal::from(n * 10_000));
    assert_eq!(
        read,
        [
            ("three_public".to_owned(), wan(62), wan(84), Some(Decimal::new(738, 1)), wan(38)),
            ("abroad".to_owned(), wan(0), wan(0), None, None),
            ("reception".to_owned(), wan(2), wan(4), Some(Decimal::from(50)), None),
        ]
    );
}

#[test]
fn a_final_account_tells_of_its_budget_too() {
    let line = |text: &str| [TextLine { text: text.to_owned(), place: Place::line(1) }];
    let lines = line(
        "2023年我镇“三公”经费预算为20万元，其中：公务接待费9万元，公务用车运行维护费11万元，与上年持平。2023年“三公”经费支出共计8万元，较年初预算数减少12万元，下降60%，较上年支出数减少1万元。",
    );
    let read = |is_final_account| -> Vec<_> {
        let claims = claims(&lines, &[], Some(2023), is_final_account);
        let wan = |v: Option<Decimal>| v.map(|v| (v / Decimal::from(10_000)).normalize().to_string());
        claims.into_iter().map(|c| (c.subject, wan(c.amount), wan(c.budget_amount), wan(c.change))).collect()
    };
    let told = |subject: &str, amount: Option<&str>, budget: Option<&str>, change: Option<&str>| {
        (subject.to_owned(), amount.map(str::to_owned), budget.map(str::to_owned), change.map(str::to_owned))
    };
    assert_eq!(
        read(true),
        [
            told("three_public", None, Some("20"), None),
            told("reception", None, Some("9"), None),
            told("vehicle_running", None, Some("11"), None),
            told("three_public", Some("8"), None, Some("-1")),
        ]
    );
    assert_eq!(read(false).first(), Some(&told("three_public", Some("20"), None, None)));
    let lines = line("“三公”经费财政拨款预算 20 万元，支出 15 万元。");
    let claims = claims(&lines, &[], Some(2023), true);
    assert!(claims.iter().all(|c| c.budget_amount != Some(Decimal::from(150_000))), "what was spent is no budget");
    let lines = line("政府采购预算 20 万元，其中：一般公共预算 20 万元。");
    let told: Vec<_> = super::narrative::claims(&lines, &[], Some(2023), true).into_iter().map(|c| c.amount).collect();
    assert_eq!(told, [None], "a part named after a fund does not make it an account");
}

#[test]
fn a_direction_in_brackets_is_the_residue_of_a_form() {
    assert_eq!(
        read("项目支出预算较上年(减)6万元，(减)幅23%。对个人和家庭补助支出较上年(减少)16.23万元，减幅71%。"),
        [""; 0]
    );
}

#[test]
fn totals_into_which_fiscal_appropriations_are_divided_are_theirs() {
    assert_eq!(
        read(
            "财政拨款收支总预算 30 万元，比上年预算数减少 10 万元，主要是项目支出减少 11 万元。其中，收入总计 30 万元，包括一般公共预算本年收入 29 万元、上年结转 1 万元；支出总计 30 万元，包括教育支出 30 万元。"
        ),
        [
            "fiscal_appropriation 300000 -100000 – – – @1",
            "fiscal_appropriation_revenue 300000 – – – – @1",
            "fiscal_appropriation 300000 – – – – @1",
            "function:205 300000 – – – – @1"
        ]
    );
}
