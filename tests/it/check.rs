//! Identities of the published documents: nothing breaks but what is wrong in them.

use crate::corpus::corpus;
use crate::support::Desk;

/// A desk with the whole corpus.
fn desk() -> Option<Desk> {
    let corpus = corpus()?;
    let desk = Desk::new();
    for region in ["henan", "jiangsu", "shanghai"] {
        desk.run(["ingest", corpus.join(region).to_str().unwrap()]);
    }
    Some(desk)
}

/// Every break on the corpus is a mistake in the document; each was looked up on its page.
#[test]
fn only_real_mistakes_break() {
    let Some(desk) = desk() else { return };
    let found = desk.sql(
        "SELECT DISTINCT concat_ws(' ', fiscal_year, rule, regexp_extract(identity, '［(.*?)］', 1), \
         coalesce(printf('%.2f', stated_pct), printf('%.2f', CAST(lhs / 10000 AS DOUBLE)))) \
         FROM checks(status := 'breaks') WHERE kind = 'budget' ORDER BY 1",
    );
    let expected = [
        "2017 NARG 2013101 行政运行 1.66",
        "2017 NARS 公务接待费 16.81",
        "2017 NARS 公务用车购置及运行费 7.22",
        "2017 NARS 因公出国（境）费 8.75",
        "2018 NARG 单位预留机动经费 1312.56",
        "2019 NARG 221 住房保障支出 30.00",
        // 其中：当年财政拨款 is more than the whole.
        "2023 FORM 公共服务设施运行经费 1090.30",
        "2023 NAR 2080506 机关事业单位职业年金缴费支出 441.25",
        // 政府性基金0万元，比2022年增加1421.25万元
        "2023 NARC 政府性基金预算 1421.25",
        "2023 NARG 2012902 一般行政管理事务 314.82",
        "2024 NAR 2210201 住房公积金 352.67",
        "2024 NOTE  585.56",
        // Cut off instead of rounded.
        "2025 NAR 2080501 行政单位离退休 87.70",
        "2025 NAR 2080506 机关事业单位职业年金缴费支出 887.36",
        "2025 NAR 2101101 行政单位医疗 78.21",
        "2025 NAR 2210201 住房公积金 204.91",
        "2025 NAR 2210203 购房补贴 268.77",
    ];
    assert_eq!(found.lines().collect::<Vec<_>>(), expected);
}

/// Each difference between the two files was planted: a table left out, another emptied, a total of zero, three
/// accounts on the wrong side of their budgets, a name left blank, two wrong years.
#[test]
fn the_final_account_and_its_copy_with_planted_errors_differ_in_what_does_not_hold() {
    let Some(corpus) = corpus() else { return };
    let open_ends = |file: &str| {
        let desk = Desk::new();
        desk.run(["ingest", corpus.join("shanghai").join(file).to_str().unwrap()]).succeeds();
        let found = desk.sql(
            "SELECT concat_ws(' ', rule, status, identity, printf('%.2f', coalesce(stated_pct, CAST(wan(lhs) AS DOUBLE)))) \
             FROM checks() WHERE status IN ('breaks', 'note') ORDER BY ALL",
        );
        found.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        open_ends("上海市普陀区财政局2024年度部门决算.pdf"),
        [
            "NAR breaks 文字说明［财政拨款］ = 报表 0.30",
            "NARS breaks 文字说明［201 一般公共服务支出］占比 % = 金额 ÷ 总额 71.73"
        ]
    );
    assert_eq!(
        open_ends("上海市普陀区财政局2024年度部门决算（含人为错误）.pdf"),
        [
            "DIR breaks 文字说明［2010601 行政运行］决算数大于预算数 1511.89",
            "DIR breaks 文字说明［2080506 机关事业单位职业年金缴费支出］决算数大于预算数 80.38",
            "DIR breaks 文字说明［2101101 行政单位医疗］决算数等于预算数 60.99",
            "NAR breaks 文字说明［支出合计］ = 报表 0.00",
            "NARG breaks 文字说明［支出合计］增幅 % = 增减额 ÷ 基数 -1.87",
            "NARS breaks 文字说明［201 一般公共服务支出］占比 % = 金额 ÷ 总额 71.73",
            "REQ note 空表［三公经费表］有说明",
            "STR breaks 目录所列［支出表］在文中",
            "TEMP note 截至日期的年度 = 决算年度",
            "TEMP note 标题有模板残留或他年年度",
            "TEMP note 标题有模板残留或他年年度"
        ]
    );
}

#[test]
fn every_identity_of_the_henan_budget_holds() {
    let Some(corpus) = corpus() else { return };
    let desk = Desk::new();
    desk.run(["ingest", corpus.join("henan").to_str().unwrap()]).succeeds();
    assert_eq!(desk.sql("SELECT count(*) FROM checks(status := 'breaks')"), "0");
    let notes = desk.sql("SELECT rule, identity, wan(lhs), wan(rhs) FROM checks(status := 'note') ORDER BY 1");
    let expected = [
        "PRC,文字说明政府采购为 0 而预算有委托业务费、资本性支出,0.00,202.24",
        "RSN,文字说明［一般公共预算］增减额 = 所述新增项目之和（71%）,438.15,310.25",
        "TASK,项目数 = 年度主要任务所列的项目数（11 ≠ 6）,,",
    ];
    assert_eq!(notes.lines().collect::<Vec<_>>(), expected);
    assert_eq!(desk.sql("SELECT identities > 350 AND coverage_pct > 98 FROM check_summary()"), "true");
}

#[test]
fn check_is_strict_when_asked_and_why_leads_to_the_cell() {
    let desk = Desk::with_samples();
    let ran = desk.run(["check", "--strict"]).succeeds();
    assert!(ran.stdout.contains("coverage_pct"), "{}", ran.stdout);
    desk.sql("UPDATE fact SET amount = amount + 100 WHERE cell_id = (SELECT min(cell_id) FROM fact WHERE table_kind = 'expenditure' AND role = 'detail')");
    let ran = desk.run(["check", "--strict", "-f", "csv"]);
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    assert!(ran.stdout.contains("breaks") && ran.stdout.contains("支出表"), "{}", ran.stdout);
    let ran = desk.run(["why", "洛龙", "2023", "in_table=三公经费表", "in_column=公务接待费", "-f", "csv"]).succeeds();
    assert!(ran.stdout.contains(",公务接待费,5.00,万元,50000.00,第"), "{}", ran.stdout);
    assert!(ran.stdout.contains("公务接待费 = 经济分类汇总 30217"), "{}", ran.stdout);
}

/// A project under two functional codes, and columns of the year's money and of the carry-over beside its amount. Its rows
/// are what the narrative counts.
const PROJECTS: &str = "\
某市示例局
2024年部门预算公开

我单位2024年实行绩效目标管理的项目3个，涉及金额150.00万元。

2024年项目支出表
单位：万元
功能分类科目\t单位名称\t项目名称\t合计\t本年拨款\t上年结转
2010302-一般行政管理事务\t某市示例局\t信息系统运维\t30.00\t25.00\t5.00
2010399-其他政府办公厅（室）及相关机构事务支出\t某市示例局\t信息系统运维\t70.00\t70.00\t
2010302-一般行政管理事务\t某市示例局\t专项检查\t50.00\t40.00\t10.00
合计\t\t\t150.00\t135.00\t15.00

2024年部门整体绩效目标表
部门名称\t某市示例局\t
年度主要任务\t任务名称\t主要内容
\t信息系统运维\t保障运行

2024年项目绩效目标表
单位编码（项目编码）\t项目单位（项目名称）\t项目金额（万元）\t\t绩效目标\t
\t\t资金总额\t政府预算资金\t成本指标\t
\t\t\t\t三级指标\t指标值
\t\t150.00\t150.00\t\t
990001\t某市示例局\t150.00\t150.00\t\t
990000240000000000001\t信息系统运维\t100.00\t100.00\t项目支出\t≤100.00万元
990000240000000000002\t专项检查\t50.00\t50.00\t项目支出\t≤50.00万元
";

#[test]
fn a_project_in_several_rows_and_columns_has_one_amount() {
    let desk = Desk::new();
    desk.write("projects.txt", PROJECTS);
    desk.run(["ingest", "projects.txt"]).succeeds();
    let found = "SELECT rule, status, identity, wan(lhs), wan(rhs) FROM checks() WHERE rule IN ('PRJ', 'GOAL', 'TASK', 'CNT') ORDER BY ALL";
    let expected = "CNT,holds,文字说明的项目数 = 项目支出表的项目数,,\n\
                    GOAL,holds,项目［专项检查］成本指标 = 项目金额,50.00,50.00\n\
                    GOAL,holds,项目［专项检查］有绩效目标,50.00,50.00\n\
                    GOAL,holds,项目［信息系统运维］成本指标 = 项目金额,100.00,100.00\n\
                    GOAL,holds,项目［信息系统运维］有绩效目标,100.00,100.00\n\
                    PRJ,holds,项目［专项检查］项目支出表 = 绩效目标表,50.00,50.00\n\
                    PRJ,holds,项目［信息系统运维］项目支出表 = 绩效目标表,100.00,100.00\n\
                    TASK,note,项目数 = 年度主要任务所列的项目数（2 ≠ 1）,,";
    assert_eq!(desk.sql(found), expected);
    // Both rows are told where the sum differs.
    let desk = Desk::new();
    desk.write("projects.txt", PROJECTS.replace("\t70.00\t70.00", "\t60.00\t60.00"));
    desk.run(["ingest", "projects.txt"]).succeeds();
    let broken =
        "SELECT wan(lhs), wan(rhs), len(string_split(places, '；')) FROM checks(rule := 'PRJ', status := 'breaks')";
    assert_eq!(desk.sql(broken), "90.00,100.00,2");
}

#[test]
fn the_checks_of_one_department_are_those_among_all() {
    let desk = Desk::with_samples();
    desk.write("projects.txt", PROJECTS.replace("\t70.00\t70.00", "\t60.00\t60.00"));
    desk.run(["ingest", "projects.txt"]).succeeds();
    let all = desk.sql("SELECT * FROM checks() WHERE department = '某市示例局' ORDER BY ALL");
    assert!(all.lines().count() > 10, "{all}");
    assert_eq!(desk.sql("SELECT * FROM checks(department := '某市示例局') ORDER BY ALL"), all);
    // No other department is read for it: that is what makes it fast.
    let read = "WITH one AS (SELECT list(department_id) AS ids FROM department WHERE name = '某市示例局') \
                SELECT string_agg(DISTINCT p.name) FROM all_checks(departments := (SELECT ids FROM one)) \
                JOIN document d USING (document_id) JOIN department p USING (department_id)";
    assert_eq!(desk.sql(read), "某市示例局");
}

#[test]
fn what_follows_a_check_of_one_department_is_of_all_again() {
    let desk = Desk::with_samples();
    desk.write("projects.txt", PROJECTS.replace("\t70.00\t70.00", "\t60.00\t60.00"));
    desk.run(["ingest", "projects.txt"]).succeeds();
    let all = "SELECT count(*) FROM checks()";
    let checked = desk.run(["-f", "csv", "-c", "check 某市示例局", "-c", all]).succeeds();
    let summary = desk.run(["-f", "csv", "query", "check_summary", "某市示例局"]).succeeds();
    assert!(checked.stdout.starts_with(&summary.stdout), "{}", checked.stdout);
    assert_eq!(checked.stdout.lines().last(), Some(desk.sql(all).as_str()));
}

#[test]
fn check_can_be_asked_for_a_rule_and_a_status() {
    let desk = Desk::new();
    desk.write("projects.txt", PROJECTS.replace("\t70.00\t70.00", "\t60.00\t60.00"));
    desk.run(["ingest", "projects.txt"]).succeeds();
    let of_rule = desk.run(["check", "rule=prj", "-f", "csv"]).succeeds();
    assert_eq!(
        of_rule.stdout.matches(",PRJ,breaks,").count(),
        of_rule.stdout.lines().count() - 1,
        "{}",
        of_rule.stdout
    );
    let held = desk.run(["check", "某市", "rule=GOAL", "status=成立"]).succeeds();
    assert!(held.stdout.contains("有绩效目标") && !held.stdout.contains("coverage_pct"), "{}", held.stdout);
    assert_eq!(desk.run(["check", "rule=prj", "--strict"]).code, Some(4));
    assert!(desk.run(["check", "rul=prj"]).fails_with(2).stderr.contains("rule"));
    assert!(desk.run(["check", "status=bad"]).fails_with(2).stderr.contains("breaks"));
    let nothing = desk.run(["check", "rule=HIERR"]);
    assert!(nothing.code != Some(0) && nothing.stderr.contains("did you mean `HIER`"), "{}", nothing.stderr);
    let nowhere = desk.run(["check", "某是示例局"]);
    assert!(nowhere.code != Some(0) && nowhere.stderr.matches("某市示例局").count() == 1, "{}", nowhere.stderr);
}

const REVENUE: &str = "\
某市示例局
2024年部门预算公开

2024年收入总表
单位：万元
部门名称\t合计\t一般公共预算\t财政专户管理资金\t单位资金\t\t\t
\t\t\t\t小计\t事业收入\t上级补助收入\t其他收入
合计\t200.00\t100.00\t20.00\t80.00\t55.00\t\t25.00
某市示例局\t200.00\t100.00\t20.00\t80.00\t55.00\t\t25.00
";

#[test]
fn own_funds_are_the_sum_of_their_parts() {
    let ingested = |text: &str| {
        let desk = Desk::new();
        desk.write("revenue.txt", text);
        desk.run(["ingest", "revenue.txt"]).succeeds();
        desk
    };
    let broken = "SELECT rule, identity, wan(lhs), wan(rhs) FROM checks(status := 'breaks') ORDER BY ALL";
    let sources = "SELECT fund, wan(amount), share_pct FROM revenue_sources()";
    let desk = ingested(REVENUE);
    assert_eq!(desk.sql(broken), "");
    assert_eq!(desk.sql("SELECT count(*) FROM checks(rule := 'ROWF', status := 'holds')"), "4");
    let parts = "general_public,100.00,50\nspecial_account,20.00,10\nbusiness,55.00,27.5\nother,25.00,12.5";
    assert_eq!(desk.sql(sources), parts);
    // A part that is wrong shows within the group, not in the sum of all.
    assert_eq!(
        ingested(&REVENUE.replace("\t55.00", "\t50.00")).sql(broken),
        "ROWF,收入表［合计］单位资金 = Σ 来源,80.00,75.00\nROWF,收入表［某市示例局］单位资金 = Σ 来源,80.00,75.00"
    );
    // The group alone, and surplus that is used beside the parts, which has the fund of the group.
    let alone = "2024年收入总表\n单位：万元\n部门名称\t合计\t一般公共预算\t单位资金\n合计\t180.00\t100.00\t80.00\n";
    let beside = "2024年收入总表\n单位：万元\n部门名称\t合计\t一般公共预算\t事业收入\t使用非财政拨款结余\n合计\t180.00\t100.00\t30.00\t50.00\n";
    for (table, expected) in [
        (alone, "general_public,100.00,55.56\nown_funds,80.00,44.44"),
        (beside, "general_public,100.00,55.56\nbusiness,30.00,16.67\nown_funds,50.00,27.78"),
    ] {
        let desk = ingested(&format!("某市示例局\n2024年部门预算公开\n\n{table}"));
        assert_eq!(desk.sql(broken), "");
        assert_eq!(desk.sql(sources), expected);
    }
}

/// A final account in the Ministry's form: the fund table's last headings stand beside its total.
const ACCOUNT: &str = "\
某市示例局2024年度部门决算

收入支出决算总表
单位：万元
收入\t\t支出\t
项目\t决算数\t项目\t决算数
一、一般公共预算财政拨款收入\t1000.00\t一、一般公共服务支出\t900.00
二、政府性基金预算财政拨款收入\t100.00\t二、城乡社区支出\t200.00
本年收入合计\t1100.00\t本年支出合计\t1100.00
总计\t1100.00\t总计\t1100.00

财政拨款收入支出决算总表
单位：万元
收入\t\t支出\t\t\t
项目\t决算数\t项目\t合计\t一般公共预算财政拨款\t政府性基金预算财政拨款
一、一般公共预算财政拨款\t1000.00\t一、一般公共服务支出\t900.00\t900.00\t
二、政府性基金预算财政拨款\t100.00\t二、城乡社区支出\t200.00\t100.00\t100.00
本年收入合计\t1100.00\t本年支出合计\t1100.00\t1000.00\t100.00
总计\t1100.00\t总计\t1100.00\t1000.00\t100.00

一般公共预算财政拨款支出决算表
单位：万元
项目\t\t合计\t基本支出\t项目支出
功能分类科目编码\t科目名称\t\t\t
合计\t\t1000.00\t600.00\t400.00
201\t一般公共服务支出\t900.00\t600.00\t300.00
20103\t政府办公厅（室）及相关机构事务\t900.00\t600.00\t300.00
2010301\t行政运行\t900.00\t600.00\t300.00
212\t城乡社区支出\t100.00\t\t100.00
21299\t其他城乡社区支出\t100.00\t\t100.00
2129999\t其他城乡社区支出\t100.00\t\t100.00

一般公共预算财政拨款基本支出决算表
单位：万元
人员经费\t\t\t公用经费\t\t
科目编码\t科目名称\t决算数\t科目编码\t科目名称\t决算数
301\t工资福利支出\t500.00\t302\t商品和服务支出\t100.00
30101\t基本工资\t500.00\t30201\t办公费\t90.00
\t\t\t30217\t公务接待费\t2.00
\t\t\t30231\t公务用车运行维护费\t8.00
人员经费合计\t\t500.00\t公用经费合计\t\t100.00

财政拨款“三公”经费支出决算表
单位：万元
合计\t\t因公出国（境）费\t\t公务用车购置及运行维护费\t\t\t\t\t\t公务接待费\t
\t\t\t\t小计\t\t公务用车购置费\t\t公务用车运行维护费\t\t\t
预算数\t决算数\t预算数\t决算数\t预算数\t决算数\t预算数\t决算数\t预算数\t决算数\t预算数\t决算数
20.00\t10.00\t\t\t15.00\t8.00\t\t\t15.00\t8.00\t5.00\t2.00

政府性基金预算财政拨款收入支出决算表
单位：万元
项目\t\t年初结转和结余\t本年收入\t本年支出\t\t\t年末结转和结余
功能分类科目编码\t科目名称\t\t\t\t\t\t
合计\t\t\t100.00\t合计\t基本支出\t项目支出\t
212\t城乡社区支出\t\t100.00\t100.00\t\t100.00\t
21208\t某项基金安排的支出\t\t100.00\t100.00\t\t100.00\t
2120897\t某项基金的其他支出\t\t100.00\t100.00\t\t100.00\t

部门决算情况说明
“三公”经费财政拨款支出年初预算为20万元，支出决算为10万元，完成预算的50%，其中：公务用车购置及运行维护费支出决算为8万元，完成预算的53.33%；公务接待费支出决算为2万元，完成预算的40%。
政府性基金预算财政拨款支出100万元，具体如下：城乡社区支出（类）某项基金安排的支出（款）某项基金的其他支出（项）100万元。
政府采购支出总额30万元，其中：政府采购货物支出10万元、政府采购工程支出0万元、政府采购服务支出20万元。
";

#[test]
fn each_wrong_figure_of_a_final_account_is_found_by_the_rule_for_it() {
    let broken = |from: &str, to: &str| {
        assert!(ACCOUNT.contains(from), "{from}");
        let desk = Desk::new();
        desk.write("account.txt", ACCOUNT.replacen(from, to, 1));
        desk.run(["ingest", "account.txt"]).succeeds();
        desk.sql(
            "SELECT concat_ws(' ', rule, identity, coalesce(stated_pct, CAST(wan(lhs) AS DOUBLE)), coalesce(computed_pct, CAST(wan(rhs) AS DOUBLE))) \
             FROM checks(status := 'breaks') WHERE rule NOT IN ('TOT', 'HIER') ORDER BY ALL",
        )
    };
    assert_eq!(broken("", ""), "");
    for (from, to, expected) in [
        (
            "完成预算的53.33%",
            "完成预算的63.33%",
            "RATE 文字说明［公务用车购置及运行费］完成率 % = 决算 ÷ 预算 63.33 53.33",
        ),
        ("采购服务支出20万元", "采购服务支出15万元", "NARC 文字说明［政府采购］ = Σ 分项 30.0 25.0"),
        ("其他支出（项）100万元", "其他支出（项）135万元", "NAR 文字说明［2120897］ = 报表 135.0 100.0"),
        ("30217\t公务接待费\t2.00", "30217\t公务接待费\t4.00", "3PE 公务接待费 ≥ 基本支出 30217 2.0 4.0"),
        (
            "支出\t\t100.00\t100.00",
            "支出\t\t100.00\t90.00",
            "BAL 政府性基金支出表［212］年初结转 + 收入 = 支出 + 年末结转 100.0 90.0",
        ),
        (
            "预算财政拨款收入\t100.00",
            "预算财政拨款收入\t90.00",
            "XTOT 收支总表［政府性基金预算］ = 财政拨款收支总表收入 90.0 100.0",
        ),
        (
            "公用经费合计\t\t100.00",
            "公用经费合计\t\t110.00",
            "ECO 公用经费合计 = Σ 其余各类 110.0 100.0\nXTOT 基本支出表合计 = 一般公共预算支出表基本支出 610.0 600.0",
        ),
        (
            "年初预算为20万元",
            "年初预算为22万元",
            "NAR 文字说明［三公经费］预算数 = 报表 22.0 20.0\nRATE 文字说明［三公经费］完成率 % = 决算 ÷ 预算 50.0 45.45",
        ),
    ] {
        let found = broken(from, to);
        assert!(expected.lines().all(|line| found.lines().any(|other| other == line)), "{to}: {found}");
    }
}
