//! Layout knowledge as data: `data/layouts.toml`, compiled once.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use crate::record::{Dimensions, RowRole, TableKind, join_key, pattern};

/// Years at the head of a heading: 2024年预算数.
static LEADING_YEARS: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(20\d{2}年(度)?)+"));

/// The year that a heading names: 2024年预算数.
pub(super) fn heading_year(text: &str) -> Option<u16> {
    let key = join_key(text);
    let years = LEADING_YEARS.find(&key)?;
    years.as_str().get(..4)?.parse().ok()
}

/// What a column that labels rows holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum LabelRole {
    /// A part of a code in the table's own system (类, 款, 项 or the whole).
    Code,
    EconomicCode,
    EconomicName,
    EconomicGovCode,
    EconomicGovName,
    UnitCode,
    UnitName,
    ProjectCode,
    ProjectType,
    Name,
    IndicatorName,
    IndicatorValue,
    /// Row numbers, remarks.
    Ignored,
}

/// The system of a table's `code` columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Codes {
    Function,
    Economic,
    Unit,
}

/// What labels a table's rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Rows {
    /// Codes and names.
    #[default]
    Coded,
    /// Labels with ordinals: sources of revenue, functional classes by name.
    Classes,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    table: Vec<TableEntry>,
    label: Vec<LabelEntry>,
    heading: Vec<HeadingEntry>,
    captions: Vec<String>,
    comparisons: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableEntry {
    kind: TableKind,
    titles: Vec<String>,
    not: Option<String>,
    codes: Option<Codes>,
    #[serde(default)]
    rows: Rows,
    #[serde(default)]
    set: Dimensions,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LabelEntry {
    r#match: String,
    role: LabelRole,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadingEntry {
    r#match: String,
    #[serde(default)]
    set: Dimensions,
}

/// Layout of one kind of table.
#[derive(Debug)]
pub(super) struct TableLayout {
    pub(super) kind: TableKind,
    titles: Vec<Regex>,
    not: Option<Regex>,
    pub(super) codes: Option<Codes>,
    pub(super) rows: Rows,
    pub(super) set: Dimensions,
}

/// All layout knowledge.
#[derive(Debug)]
pub(super) struct Layouts {
    tables: Vec<TableLayout>,
    unknown: TableLayout,
    labels: Vec<(Regex, LabelRole)>,
    headings: Vec<(Regex, Dimensions)>,
    captions: Vec<Regex>,
    comparisons: Vec<Regex>,
}

impl Layouts {
    pub(super) fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<Layouts> = LazyLock::new(|| Layouts::parse(include_str!("../../data/layouts.toml")));
        &BUILTIN
    }

    #[allow(clippy::expect_used)] // the file is part of the program; every test reads it
    fn parse(text: &str) -> Self {
        let file: File = toml::from_str(text).expect("data/layouts.toml is well formed");
        let tables = file
            .table
            .into_iter()
            .map(|t| TableLayout {
                kind: t.kind,
                titles: t.titles.iter().map(|p| pattern(p)).collect(),
                not: t.not.as_deref().map(pattern),
                codes: t.codes,
                rows: t.rows,
                set: t.set,
            })
            .collect();
        Self {
            tables,
            unknown: TableLayout {
                kind: TableKind::Unknown,
                titles: Vec::new(),
                not: None,
                codes: None,
                rows: Rows::Coded,
                set: Dimensions::default(),
            },
            labels: file.label.into_iter().map(|l| (pattern(&l.r#match), l.role)).collect(),
            headings: file.heading.into_iter().map(|h| (pattern(&h.r#match), h.set)).collect(),
            captions: file.captions.iter().map(|c| pattern(c)).collect(),
            comparisons: file.comparisons.iter().map(|c| pattern(c)).collect(),
        }
    }

    /// The kind of table that a title names; titles come in any width and spacing.
    pub(super) fn by_title(&self, title: &str) -> Option<TableKind> {
        // 收入支出决算公开表
        let key = join_key(title).replace("公开表", "表");
        let names = |t: &&TableLayout| {
            t.titles.iter().any(|p| p.is_match(&key)) && !t.not.as_ref().is_some_and(|n| n.is_match(&key))
        };
        self.tables.iter().find(names).map(|t| t.kind)
    }

    pub(super) fn table(&self, kind: TableKind) -> &TableLayout {
        self.tables.iter().find(|t| t.kind == kind).unwrap_or(&self.unknown)
    }

    /// The role of a column by its path; `None` for columns of amounts or unknown ones.
    pub(super) fn label(&self, path: &[String]) -> Option<LabelRole> {
        thread_local!(static KNOWN: Memory<Option<LabelRole>> = const { Memory::new() });
        // The label of the total's row may stand among the headings: 科目编码/合计.
        let path = match path {
            [path @ .., last] if !path.is_empty() && matches!(last.as_str(), "合计" | "总计") => path,
            path => path,
        };
        let key = path.join("/");
        KNOWN.with(|known| {
            known.recall(&key, || self.labels.iter().find(|(p, _)| p.is_match(&key)).map(|(_, role)| *role))
        })
    }

    /// What one heading or row label says; `None` when it is not known. What follows 其中 is a part, known or not.
    pub(super) fn heading(&self, text: &str) -> Option<Dimensions> {
        thread_local!(static KNOWN: Memory<Option<Dimensions>> = const { Memory::new() });
        KNOWN.with(|known| known.recall(text, || self.matching_heading(text)))
    }

    fn matching_heading(&self, text: &str) -> Option<Dimensions> {
        static UNIT: LazyLock<Regex> = LazyLock::new(|| pattern(r"\((金额)?(单位:)?[亿百千万]*元\)$"));
        let key = join_key(text);
        let (key, part) = key.strip_prefix("其中:").map_or((key.as_ref(), false), |inner| (inner, true));
        let key = UNIT.replace(LEADING_YEARS.replace(key, "").as_ref(), "").into_owned();
        let printed = if part { format!("其中:{key}") } else { key.clone() };
        if key.is_empty() && heading_year(text).is_some() {
            return Some(Dimensions::default());
        }
        let find = |key: &str| self.headings.iter().find(|(p, _)| p.is_match(key)).map(|(_, set)| *set);
        find(&printed)
            .or_else(|| {
                let of_which = Dimensions { role: Some(RowRole::OfWhich), ..Dimensions::default() };
                part.then(|| find(&key).unwrap_or_default().refined_by(of_which))
            })
            .or_else(|| self.title_of_amounts(&key))
    }

    /// What a heading over amounts says that repeats a table's title: 一般公共预算财政拨款支出决算数.
    fn title_of_amounts(&self, key: &str) -> Option<Dimensions> {
        static AMOUNTS: LazyLock<Regex> = LazyLock::new(|| {
            pattern(
                r"^(?:本年)?((?:一般公共预算|政府性基金|国有资本经营|财政拨款).*(?:预算|决算|支出|收入))(?:数|金额)$",
            )
        });
        let title = AMOUNTS.captures(key)?.get(1)?.as_str();
        Some(self.table(self.by_title(&format!("{title}表"))?).set)
    }

    /// Whether a heading stands over figures of another year, over changes or over rates.
    pub(super) fn is_comparison(&self, text: &str) -> bool {
        let key = join_key(text);
        self.comparisons.iter().any(|c| c.is_match(&key))
    }

    /// Whether a heading only repeats the title over all amounts of a table.
    pub(super) fn is_caption(&self, text: &str) -> bool {
        let key = join_key(text);
        self.captions.iter().any(|p| p.is_match(&key))
    }

    /// What a whole path says, deeper headings refining the ones above; `Err` names the unknown one.
    pub(super) fn path(&self, path: &[String]) -> Result<Dimensions, String> {
        path.iter().try_fold(Dimensions::default(), |said, heading| {
            self.heading(heading).map(|set| said.refined_by(set)).ok_or_else(|| heading.clone())
        })
    }
}

/// What a few thousand texts mean: headings are the same in all documents, and matching them is most of the work of
/// reading a header.
#[derive(Debug)]
pub(super) struct Memory<T>(RefCell<BTreeMap<String, T>>);

impl<T: Clone> Memory<T> {
    const MOST: usize = 4096;

    pub(super) const fn new() -> Self {
        Self(RefCell::new(BTreeMap::new()))
    }

    /// What the text means; `find` finds it out the first time.
    pub(super) fn recall(&self, text: &str, find: impl FnOnce() -> T) -> T {
        if let Some(known) = self.0.borrow().get(text) {
            return known.clone();
        }
        let found = find();
        let mut known = self.0.borrow_mut();
        if known.len() >= Self::MOST {
            known.clear();
        }
        known.insert(text.to_owned(), found.clone());
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Fund;

    #[test]
    fn titles_of_three_regions_are_told_apart() {
        let layouts = Layouts::builtin();
        for (title, kind) in [
            ("2023 年部门收支预算表", TableKind::RevenueExpenditureSummary),
            ("2023 年部门收入预算表", TableKind::Revenue),
            ("2023 年部门支出预算表", TableKind::Expenditure),
            ("2023 年财政拨款收支预算表", TableKind::FiscalAppropriationSummary),
            ("一般公共预算支出预算表", TableKind::GeneralPublicExpenditure),
            ("一般公共预算基本支出预算表", TableKind::GeneralPublicBasicExpenditure),
            ("支出经济分类汇总表", TableKind::EconomicClassificationSummary),
            ("一般公共预算“三公”经费预算表", TableKind::ThreePublic),
            ("“三公”经费和机关运行经费预算表", TableKind::ThreePublic),
            ("政府性基金预算财政拨款支出预算表", TableKind::GovernmentFundExpenditure),
            ("国有资本经营支出预算表", TableKind::StateCapitalExpenditure),
            ("2023 年项目支出预算表", TableKind::ProjectExpenditure),
            ("区级部门(单位)整体绩效目标表", TableKind::DepartmentPerformanceGoals),
            ("2023 年度区级部门预算项目绩效目标表", TableKind::ProjectPerformanceGoals),
            ("财政拨款支出预算表（功能科目）", TableKind::FiscalAppropriationExpenditure),
            ("财政拨款基本支出预算表", TableKind::FiscalAppropriationBasicExpenditure),
            ("收入支出决算总表", TableKind::RevenueExpenditureSummary),
            ("财政拨款收入支出决算总表", TableKind::FiscalAppropriationSummary),
            ("一般公共预算机关运行经费支出预算表", TableKind::AgencyOperatingExpenditure),
            ("2018年政府采购预算表", TableKind::GovernmentProcurement),
        ] {
            assert_eq!(layouts.by_title(title), Some(kind), "{title}");
        }
        assert_eq!(layouts.by_title("固定资产表"), None);
    }

    #[test]
    fn titles_of_other_provinces_and_later_years_are_known_and_like_ones_are_not_mistaken() {
        let layouts = Layouts::builtin();
        for (title, kind) in [
            ("收支总表", TableKind::RevenueExpenditureSummary),
            ("2024年部门收支总体情况表", TableKind::RevenueExpenditureSummary),
            ("部门收入总体情况表", TableKind::Revenue),
            ("支出总表", TableKind::Expenditure),
            ("某市社会保险事业管理中心2024年支出总表", TableKind::Expenditure),
            ("财政拨款收支总表", TableKind::FiscalAppropriationSummary),
            ("财政拨款收支总体情况表", TableKind::FiscalAppropriationSummary),
            ("财政拨款支出表（功能科目）", TableKind::FiscalAppropriationExpenditure),
            ("财政拨款基本支出表（经济科目）", TableKind::FiscalAppropriationBasicExpenditure),
            ("一般公共预算支出表", TableKind::GeneralPublicExpenditure),
            ("一般公共预算支出情况表", TableKind::GeneralPublicExpenditure),
            ("一般公共预算基本支出情况表", TableKind::GeneralPublicBasicExpenditure),
            ("一般公共预算“三公”经费、会议费、培训费支出表", TableKind::ThreePublic),
            ("一般公共预算机关运行经费支出表", TableKind::AgencyOperatingExpenditure),
            ("政府采购支出表", TableKind::GovernmentProcurement),
            ("政府性基金预算支出表", TableKind::GovernmentFundExpenditure),
            ("国有资本经营预算收支情况表", TableKind::StateCapitalExpenditure),
            ("某局2024年部门项目支出表", TableKind::ProjectExpenditure),
            ("部门预算项目支出及其他支出预算表", TableKind::ProjectExpenditure),
            ("部门综合预算一般公共预算支出明细表（按支出功能分类科目）", TableKind::GeneralPublicExpenditure),
            ("财政拨款安排的基本支出预算表", TableKind::FiscalAppropriationBasicExpenditure),
        ] {
            assert_eq!(layouts.by_title(title), Some(kind), "{title}");
        }
        for title in [
            "政府购买服务支出预算表",
            "对下转移支付支出表",
            "一般公共预算项目支出表",
            "一般公共预算财政拨款支出决算明细表",
            "会议费支出表",
            "非税收入表",
            // A part of all expenditure each.
            "上年结余支出预算表",
            "财政专户管理资金预算支出表",
            "项目收入支出决算表",
            "上级转移支付补助项目支出预算表",
            "“三公”经费增减变化原因说明表",
            // Money of another fund than 一般公共预算 that “三公”经费 are of.
            "政府性基金预算“三公”经费支出预算表",
            // By economic class: no table of the functional classification.
            "一般公共预算支出情况表（按支出经济分类科目）",
            "财政拨款支出预算表（部门经济分类科目）",
        ] {
            assert_eq!(layouts.by_title(title), None, "{title}");
        }
    }

    #[test]
    fn what_follows_of_which_is_a_part_and_units_and_years_do_not_matter() {
        let layouts = Layouts::builtin();
        let said = |text| layouts.heading(text).map(|d| (d.role, d.fund, d.stage));
        assert_eq!(said("其中：政府性基金"), Some((Some(RowRole::OfWhich), Some(Fund::GovernmentFund), None)));
        assert_eq!(said("其中：某某"), Some((Some(RowRole::OfWhich), None, None)));
        assert_eq!(said("2024年预算数（万元）"), Some((None, None, Some(crate::record::Stage::Budget))));
        let whole = layouts.heading("一般公共预算财政拨款支出决算数").unwrap();
        assert_eq!((whole.fund, whole.stage), (Some(Fund::GeneralPublic), None), "the title of its own table");
        assert_eq!(layouts.heading("支出决算数").unwrap().flow, Some(crate::record::Flow::Expenditure));
        for count in ["固定资产数", "政府性基金支出项目个数", "一般公共预算基本支出人数", "政府采购情况数"]
        {
            assert_eq!(layouts.heading(count), None, "{count}");
        }
        assert!(layouts.is_comparison("比上年增减（%）") && layouts.is_comparison("上年执行数"));
        assert!(!layouts.is_comparison("上年结转") && !layouts.is_comparison("支出数"));
    }

    #[test]
    fn deeper_headings_refine_and_unknown_ones_are_named() {
        let layouts = Layouts::builtin();
        let path = |s: &str| s.split('/').map(str::to_owned).collect::<Vec<_>>();
        let said = layouts.path(&path("基本支出/人员经费/工资福利支出")).unwrap();
        assert_eq!(said.nature, Some(crate::record::Nature::Wages));
        assert_eq!(layouts.path(&path("项目支出/新类")), Err("新类".to_owned()));
    }
}
