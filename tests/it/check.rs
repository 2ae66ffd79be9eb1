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
        "2017 NARG function:2013101 1.66",
        "2017 NARS 公务接待费 16.81",
        "2017 NARS 公务用车购置及运行费 7.22",
        "2017 NARS 因公出国（境）费 8.75",
        "2018 NARG 单位预留机动经费 1312.56",
        "2019 NARG function:221 30.00",
        "2023 NAR function:2080506 441.25",
        "2023 NARG function:2012902 314.82",
        "2024 NAR function:2210201 352.67",
        "2024 NOTE  585.56",
        // Cut off instead of rounded.
        "2025 NAR function:2080501 87.70",
        "2025 NAR function:2080506 887.36",
        "2025 NAR function:2101101 78.21",
        "2025 NAR function:2210201 204.91",
        "2025 NAR function:2210203 268.77",
    ];
    assert_eq!(found.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn the_final_account_and_its_copy_with_planted_errors_differ_in_what_breaks() {
    let Some(corpus) = corpus() else { return };
    let breaks = |file: &str| {
        let desk = Desk::new();
        desk.run(["ingest", corpus.join("shanghai").join(file).to_str().unwrap()]).succeeds();
        desk.sql(
            "SELECT rule, regexp_extract(identity, '［(.*?)］', 1), coalesce(printf('%.2f', stated_pct), printf('%.2f', \
             CAST(lhs / 10000 AS DOUBLE))) FROM checks(status := 'breaks') ORDER BY ALL",
        )
    };
    assert_eq!(
        breaks("上海市普陀区财政局2024年度部门决算.pdf"),
        "NAR,fiscal_appropriation,0.30\nNARS,function:201,71.73"
    );
    let planted = breaks("上海市普陀区财政局2024年度部门决算（含人为错误）.pdf");
    assert_eq!(
        planted, "NAR,支出合计,0.00\nNARG,支出合计,-1.87\nNARS,function:201,71.73\nSTR,支出表,0.00",
        "a table is missing and a total is zero"
    );
}

#[test]
fn every_identity_of_the_henan_budget_holds() {
    let Some(corpus) = corpus() else { return };
    let desk = Desk::new();
    desk.run(["ingest", corpus.join("henan").to_str().unwrap()]).succeeds();
    assert_eq!(desk.sql("SELECT count(*) FROM checks() WHERE status IN ('breaks', 'note')"), "0");
    assert_eq!(desk.sql("SELECT identities > 300 AND coverage_pct > 85 FROM check_summary()"), "true");
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
