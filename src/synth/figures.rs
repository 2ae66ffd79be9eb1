//! What departments spend: figures that satisfy every identity by how they are made. All amounts are whole
//! hundredths of 万元, the last place that budgets print.

use std::collections::BTreeMap;

use super::names::Publisher;
use super::random::{Random, whole};

/// An economic section: code, name, and the government's code and name for the same money.
#[derive(Clone, Copy, Debug)]
pub(super) struct Economic {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) government: &'static str,
    pub(super) government_name: &'static str,
}

const fn economic(
    code: &'static str,
    name: &'static str,
    government: &'static str,
    government_name: &'static str,
) -> Economic {
    Economic { code, name, government, government_name }
}

/// In the order in which tables print them.
const ECONOMIC: [Economic; 42] = [
    economic("30101", "基本工资", "50101", "工资奖金津补贴"),
    economic("30102", "津贴补贴", "50101", "工资奖金津补贴"),
    economic("30103", "奖金", "50101", "工资奖金津补贴"),
    economic("30104", "其他社会保障缴费", "50102", "社会保障缴费"),
    economic("30108", "机关事业单位基本养老保险缴费", "50102", "社会保障缴费"),
    economic("30109", "职业年金缴费", "50102", "社会保障缴费"),
    economic("30110", "职工基本医疗保险缴费", "50102", "社会保障缴费"),
    economic("30112", "其他社会保障缴费", "50102", "社会保障缴费"),
    economic("30113", "住房公积金", "50103", "住房公积金"),
    economic("30199", "其他工资福利支出", "50199", "其他工资福利支出"),
    economic("30302", "退休费", "50905", "离退休费"),
    economic("30305", "生活补助", "50901", "社会福利和救助"),
    economic("30311", "住房公积金", "50103", "住房公积金"),
    economic("30201", "办公费", "50201", "办公经费"),
    economic("30202", "印刷费", "50201", "办公经费"),
    economic("30205", "水费", "50201", "办公经费"),
    economic("30206", "电费", "50201", "办公经费"),
    economic("30207", "邮电费", "50201", "办公经费"),
    economic("30209", "物业管理费", "50201", "办公经费"),
    economic("30211", "差旅费", "50201", "办公经费"),
    economic("30212", "因公出国（境）费用", "50207", "因公出国（境）费用"),
    economic("30213", "维修（护）费", "50209", "维修(护)费"),
    economic("30214", "租赁费", "50201", "办公经费"),
    economic("30215", "会议费", "50202", "会议费"),
    economic("30216", "培训费", "50203", "培训费"),
    economic("30217", "公务接待费", "50206", "公务接待费"),
    economic("30226", "劳务费", "50205", "委托业务费"),
    economic("30227", "委托业务费", "50205", "委托业务费"),
    economic("30228", "工会经费", "50201", "办公经费"),
    economic("30229", "福利费", "50201", "办公经费"),
    economic("30231", "公务用车运行维护费", "50208", "公务用车运行维护费"),
    economic("30239", "其他交通费用", "50201", "办公经费"),
    economic("30299", "其他商品和服务支出", "50299", "其他商品和服务支出"),
    economic("31002", "办公设备购置", "50306", "设备购置"),
    economic("31003", "专用设备购置", "50306", "设备购置"),
    economic("31007", "信息网络及软件购置更新", "50306", "设备购置"),
    economic("31013", "公务用车购置", "50303", "公务用车购置"),
    economic("30114", "医疗费", "50102", "社会保障缴费"),
    economic("30301", "离休费", "50905", "离退休费"),
    economic("30304", "抚恤金", "50901", "社会福利和救助"),
    economic("30309", "奖励金", "50901", "社会福利和救助"),
    economic("30399", "其他对个人和家庭的补助", "50999", "其他对个人和家庭补助"),
];

/// The section with this code.
pub(super) fn section(code: &str) -> Option<Economic> {
    ECONOMIC.iter().find(|e| e.code == code).copied()
}

/// A project in one year.
#[derive(Clone, Debug)]
pub(super) struct Project {
    pub(super) name: String,
    /// 特定目标类, else 其他运转类.
    pub(super) targeted: bool,
    /// Paid from the government fund.
    pub(super) from_fund: bool,
    /// Functional item.
    pub(super) function: String,
    /// Economic section.
    pub(super) economic: &'static str,
    pub(super) amount: i64,
    /// Number within the department, part of its code.
    pub(super) number: i64,
}

/// Project expenditure and what it is called, with the economic section of its money.
const TOPICS: [(&str, &str); 36] = [
    ("信息系统运行维护费", "30213"),
    ("业务培训费", "30216"),
    ("政务服务大厅运行费", "30227"),
    ("档案整理费", "30226"),
    ("宣传经费", "30202"),
    ("专项检查费", "30211"),
    ("设备购置", "31002"),
    ("劳务派遣人员经费", "30226"),
    ("综合业务费", "30201"),
    ("公务接待经费", "30217"),
    ("因公出国经费", "30212"),
    ("规划编制费", "30227"),
    ("法律顾问服务费", "30227"),
    ("办公用房租金", "30214"),
    ("食堂运行补助", "30201"),
    ("数据共享平台建设", "31007"),
    ("专用设备更新", "31003"),
    ("公务用车更新", "31013"),
    ("年度工作会议费", "30215"),
    ("调查研究费", "30211"),
    ("人才引进工作经费", "30226"),
    ("安全生产专项经费", "30227"),
    ("应急物资储备", "30201"),
    ("网络安全等级保护测评", "30227"),
    ("绩效评价服务费", "30227"),
    ("审计服务费", "30227"),
    ("物业管理服务费", "30209"),
    ("科普活动经费", "30202"),
    ("志愿服务项目", "30226"),
    ("基层站所维修改造", "30213"),
    ("环境整治专项", "30227"),
    ("招商引资工作经费", "30211"),
    ("普法宣传教育", "30202"),
    ("信访维稳工作经费", "30201"),
    ("统计调查专项", "30226"),
    ("惠民项目补助", "30299"),
];

/// One year of a department.
#[derive(Clone, Debug)]
#[allow(clippy::struct_field_names)] // the year's number has no better name
pub(super) struct Year {
    pub(super) year: u16,
    /// Basic expenditure by economic section, in the order of printing.
    pub(super) basic: Vec<(&'static str, i64)>,
    pub(super) projects: Vec<Project>,
    pub(super) vehicles: i64,
    /// Whether the document was published.
    pub(super) published: bool,
}

/// A functional item with its money by nature.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Item {
    pub(super) wages: i64,
    pub(super) family: i64,
    pub(super) goods: i64,
    pub(super) capital: i64,
    pub(super) running: i64,
    pub(super) targeted: i64,
}

impl Item {
    pub(super) fn basic(&self) -> i64 {
        self.wages + self.family + self.goods + self.capital
    }

    pub(super) fn project(&self) -> i64 {
        self.running + self.targeted
    }

    pub(super) fn total(&self) -> i64 {
        self.basic() + self.project()
    }

    pub(super) fn plus(&self, other: &Self) -> Self {
        Self {
            wages: self.wages + other.wages,
            family: self.family + other.family,
            goods: self.goods + other.goods,
            capital: self.capital + other.capital,
            running: self.running + other.running,
            targeted: self.targeted + other.targeted,
        }
    }
}

impl Year {
    pub(super) fn total(&self) -> i64 {
        self.basic_total() + self.project_total()
    }

    pub(super) fn basic_total(&self) -> i64 {
        self.basic.iter().map(|(_, amount)| amount).sum()
    }

    pub(super) fn project_total(&self) -> i64 {
        self.projects.iter().map(|p| p.amount).sum()
    }

    /// Paid from the government fund.
    pub(super) fn fund_total(&self) -> i64 {
        self.projects.iter().filter(|p| p.from_fund).map(|p| p.amount).sum()
    }

    pub(super) fn general_total(&self) -> i64 {
        self.total() - self.fund_total()
    }

    /// Basic expenditure of these classes (301 and 303 are people, 302 and 310 the rest).
    pub(super) fn basic_of(&self, classes: &[&str]) -> i64 {
        self.basic.iter().filter(|(code, _)| classes.iter().any(|c| code.starts_with(c))).map(|(_, a)| a).sum()
    }

    pub(super) fn personnel(&self) -> i64 {
        self.basic_of(&["301", "303"])
    }

    pub(super) fn public(&self) -> i64 {
        self.basic_of(&["302", "310"])
    }

    /// All money of an economic section.
    pub(super) fn economic(&self, code: &str) -> i64 {
        let basic: i64 = self.basic.iter().filter(|(c, _)| *c == code).map(|(_, amount)| amount).sum();
        basic + self.projects.iter().filter(|p| p.economic == code).map(|p| p.amount).sum::<i64>()
    }

    /// All money by economic section, and how much of it comes from the government fund.
    pub(super) fn by_economic(&self) -> BTreeMap<&'static str, (i64, i64)> {
        let mut all: BTreeMap<&'static str, (i64, i64)> = BTreeMap::new();
        for (code, amount) in &self.basic {
            all.entry(code).or_default().0 += amount;
        }
        for project in &self.projects {
            let sums = all.entry(project.economic).or_default();
            sums.0 += project.amount;
            sums.1 += if project.from_fund { project.amount } else { 0 };
        }
        all.retain(|_, (amount, _)| *amount != 0);
        all
    }

    /// 因公出国（境）费, 公务用车购置费, 公务用车运行费, 公务接待费.
    pub(super) fn three_public(&self) -> [i64; 4] {
        ["30212", "31013", "30231", "30217"].map(|code| self.economic(code))
    }

    /// Functional items of one fund, or of all.
    pub(super) fn items(&self, office: &Publisher, fund: Option<bool>) -> BTreeMap<String, Item> {
        let mut items: BTreeMap<String, Item> = BTreeMap::new();
        if fund != Some(true) {
            for (code, amount) in &self.basic {
                let function = match *code {
                    "30302" => "2080501".to_owned(),
                    "30108" => "2080505".to_owned(),
                    "30109" => "2080506".to_owned(),
                    "30110" => "2101101".to_owned(),
                    "30113" | "30311" => "2210201".to_owned(),
                    "30228" if office.office.section.starts_with("201") => "2012906".to_owned(),
                    _ => format!("{}01", office.office.section),
                };
                let item = items.entry(function).or_default();
                match code.get(..3).unwrap_or_default() {
                    "301" => item.wages += amount,
                    "303" => item.family += amount,
                    "302" => item.goods += amount,
                    _ => item.capital += amount,
                }
            }
        }
        for project in self.projects.iter().filter(|p| fund.is_none_or(|fund| fund == p.from_fund)) {
            let item = items.entry(project.function.clone()).or_default();
            if project.targeted {
                item.targeted += project.amount;
            } else {
                item.running += project.amount;
            }
        }
        items.retain(|_, item| item.total() != 0);
        items
    }
}

/// The printed name of a functional item.
pub(super) fn function_name(code: &str) -> &'static str {
    match code {
        "2012906" => "工会事务",
        "2080501" => "行政单位离退休",
        "2080505" => "机关事业单位基本养老保险缴费支出",
        "2080506" => "机关事业单位职业年金缴费支出",
        "2101101" => "行政单位医疗",
        "2210201" => "住房公积金",
        "2120804" => "农村基础设施建设支出",
        _ if code.ends_with("01") => "行政运行",
        _ => "一般行政管理事务",
    }
}

/// The name of the section of a functional item.
pub(super) fn section_name(code: &str, office: &Publisher) -> &'static str {
    match code.get(..5).unwrap_or_default() {
        "20129" => "群众团体事务",
        "20805" => "行政事业单位养老支出",
        "21011" => "行政事业单位医疗",
        "22102" => "住房改革支出",
        "21208" => "国有土地使用权出让收入安排的支出",
        _ => office.office.section_name,
    }
}

/// The years of a department, one after the other: what was there the year before goes on, grown.
pub(super) fn years(publisher: &Publisher, from: u16, to: u16, random: &mut Random) -> Vec<Year> {
    let staff = random.around(45.0, 0.7).clamp(5.0, 900.0);
    let has_fund = random.happens(0.15);
    let count = usize::try_from(random.amount(20.0, 0.6).clamp(1, 120)).unwrap_or(1);
    let mut next = random.between(6001, 6100);
    // Basic expenditure per head in hundredths of 万元.
    let mut heads: Vec<(&'static str, f64)> = [
        ("30101", 470.0),
        ("30102", 250.0),
        ("30103", 200.0),
        ("30108", 130.0),
        ("30109", 65.0),
        ("30110", 65.0),
        ("30112", 7.0),
        ("30113", 105.0),
        ("30199", 40.0),
        ("30302", 150.0),
        ("30305", 18.0),
        ("30201", 52.0),
        ("30202", 22.0),
        ("30205", 4.0),
        ("30206", 9.0),
        ("30207", 9.0),
        ("30211", 24.0),
        ("30215", 3.0),
        ("30228", 19.0),
        ("30229", 25.0),
        ("30231", 26.0),
        ("30239", 46.0),
        ("31002", 6.0),
    ]
    .map(|(code, median)| (code, random.around(median, 0.25)))
    .to_vec();
    // Not every department has everything; wages and what follows from them every one has.
    heads.retain(|(code, _)| {
        matches!(*code, "30101" | "30102" | "30103" | "30108" | "30110" | "30113" | "30201") || random.happens(0.85)
    });
    let mut projects: Vec<Project> = Vec::new();
    let mut all = Vec::new();
    for year in from..=to {
        for (code, amount) in &mut heads {
            let growth = if code.starts_with("302") || code.starts_with("310") { 1.01 } else { 1.05 };
            *amount *= random.around(growth, 0.04);
        }
        projects.retain(|_| !random.happens(0.2));
        for project in &mut projects {
            project.amount = whole(random.around(1.04, 0.2) * 100.0) * project.amount / 100 + 1;
        }
        let topics: Vec<&(&str, &'static str)> = TOPICS.iter().collect();
        let wanted = usize::try_from(random.amount(100.0, 0.08)).unwrap_or(100) * count / 100;
        while projects.len() < wanted.max(1) {
            let Some((topic, economic)) = random.one(&topics).copied().copied() else { break };
            let same = projects.iter().filter(|p| p.name.starts_with(topic)).count();
            let name = match same {
                0 => topic.to_owned(),
                n => format!("{topic}{}", ordinal(n + 1)),
            };
            if projects.iter().any(|p| p.name == name) {
                next += 1;
                continue;
            }
            let from_fund = has_fund && random.happens(0.2);
            let function = if from_fund { "2120804".to_owned() } else { format!("{}02", publisher.office.section) };
            let amount = random.amount(1800.0, 1.1).max(5);
            let targeted = random.happens(0.4);
            projects.push(Project { name, targeted, from_fund, function, economic, amount, number: next });
            next += random.between(1, 9);
        }
        let mut basic: Vec<(&'static str, i64)> = Vec::new();
        for (code, per_head) in &heads {
            let amount = whole(staff * per_head);
            // Until 2017 two sections had other codes.
            let code = match *code {
                "30113" if year < 2018 => "30311",
                "30112" if year < 2018 => "30104",
                code => code,
            };
            if amount > 0 {
                basic.push((code, amount));
            }
        }
        let order = |code: &str| ECONOMIC.iter().position(|e| e.code == code);
        basic.sort_by_key(|(code, _)| order(code));
        // A year without projects now and then.
        let idle = random.happens(0.02);
        all.push(Year {
            year,
            basic,
            projects: if idle { Vec::new() } else { projects.clone() },
            vehicles: random.between(1, 9),
            published: !random.happens(0.05),
        });
    }
    all
}

/// 二, 三, … as projects of one kind are told apart.
fn ordinal(n: usize) -> String {
    const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |n: usize| DIGITS.get(n % 10).copied().unwrap_or_default();
    let number = if n < 10 { digit(n).to_owned() } else { format!("{}{}", digit(n / 10), digit(n)) };
    format!("（{number}期）")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_economic_sections_and_projects_add_up_to_the_same() {
        for number in 0..40 {
            let mut random = Random::new(3, 1, number);
            let publisher = Publisher::new(usize::try_from(number).unwrap(), &mut random);
            for year in years(&publisher, 2015, 2024, &mut random) {
                let items = year.items(&publisher, None);
                assert_eq!(items.values().map(Item::total).sum::<i64>(), year.total());
                assert_eq!(items.values().map(Item::basic).sum::<i64>(), year.basic_total());
                assert_eq!(year.by_economic().values().map(|(all, _)| all).sum::<i64>(), year.total());
                assert_eq!(year.personnel() + year.public(), year.basic_total());
                let mut names: Vec<&str> = year.projects.iter().map(|p| p.name.as_str()).collect();
                names.sort_unstable();
                names.dedup();
                assert_eq!(names.len(), year.projects.len(), "a name twice");
                assert!(year.basic.iter().all(|(code, _)| section(code).is_some()));
            }
        }
    }

    #[test]
    fn the_median_department_has_twenty_projects() {
        let mut counts: Vec<usize> = (0..300)
            .flat_map(|number| {
                let mut random = Random::new(5, 1, number);
                let publisher = Publisher::new(usize::try_from(number).unwrap(), &mut random);
                years(&publisher, 2021, 2023, &mut random).into_iter().map(|y| y.projects.len())
            })
            .filter(|n| *n > 0)
            .collect();
        counts.sort_unstable();
        assert!((17..=23).contains(&counts[counts.len() / 2]), "{}", counts[counts.len() / 2]);
    }
}
