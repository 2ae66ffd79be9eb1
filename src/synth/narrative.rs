//! The narrative of the Henan layout.

use super::figures::Year;
use super::henan::Case;
use super::sheet::{Sheet, wan};
use super::words::{compared, share};

/// The sentences of the narrative.
pub(super) fn narrative(case: &Case<'_>, sheet: &mut Sheet) {
    let Case { now, before, name, .. } = case;
    let year = now.year;
    let total = now.total();
    sheet.line("第一部分 预算说明");
    sheet.line("一、收支总体情况");
    let growth = compared(year, total, before.map(Year::total), "收支总计各");
    sheet.line(format!("{name} {year} 年收入总计 {0} 万元，支出总计 {0} 万元{growth}", wan(total)));
    sheet.line("二、支出构成");
    sheet.line(format!(
        "{name} {year} 年支出合计 {} 万元，其中：基本支出 {} 万元，占 {}；项目支出 {} 万元，占 {}。",
        wan(total),
        wan(now.basic_total()),
        share(now.basic_total(), total),
        wan(now.project_total()),
        share(now.project_total(), total)
    ));
    sheet.line("三、基本支出");
    sheet.line(format!(
        "{name} {year} 年一般公共预算基本支出年初预算为 {} 万元，其中：人员经费支出 {} 万元，占 {}；公用经费支出 {} 万元，占 {}。",
        wan(now.basic_total()),
        wan(now.personnel()),
        share(now.personnel(), now.basic_total()),
        wan(now.public()),
        share(now.public(), now.basic_total())
    ));
    sheet.line("四、“三公”经费");
    let [abroad, purchase, running, reception] = now.three_public();
    let sum = abroad + purchase + running + reception;
    let growth = compared(year, sum, before.map(|b| b.three_public().iter().sum()), "");
    sheet.line(format!(
        "{name} {year} 年“三公”经费预算为 {} 万元{growth}其中：因公出国（境）费 {} 万元；公务用车购置费 {} 万元；公务用车运行维护费 {} 万元；公务接待费 {} 万元。",
        wan(sum),
        wan(abroad),
        wan(purchase),
        wan(running),
        wan(reception)
    ));
    sheet.line("五、其他事项");
    sheet.line(format!("机构运转经费支出预算 {} 万元。", wan(now.public())));
    if !now.projects.is_empty() {
        sheet.line(format!(
            "对项目支出全面实施绩效目标管理，涉及预算拨款 {} 万元，共 {} 个项目。",
            wan(now.project_total()),
            now.projects.len()
        ));
    }
    sheet.line(format!("{} 年期末，共有车辆 {} 辆。", year - 1, now.vehicles));
}
