//! The closed lists by which facts are told apart: table kinds, funds, natures of spending and so on.
//!
//! Each value has the identifier that stands in the database and in `layouts.toml`, and its Chinese term.

use serde::{Deserialize, Serialize};

/// Declares an enum whose values are known by an identifier (snake case) and a Chinese term.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $value:ident = $id:literal, $chinese:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$doc])* #[doc = concat!($chinese, " (`", $id, "`)")] #[serde(rename = $id)] $value,)+
        }
        impl $name {
            /// All values in their canonical order.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];
            /// The identifier used in the database.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Self::$value => $id),+ }
            }
            /// The Chinese term.
            #[must_use]
            pub fn chinese(self) -> &'static str {
                match self { $(Self::$value => $chinese),+ }
            }
            /// Finds a value by its identifier or its Chinese term.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($id | $chinese => Some(Self::$value),)+ _ => None }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.id())
            }
        }
    };
}

vocabulary! {
    /// The standard tables of a disclosure (domain handbook §1).
    TableKind {
        RevenueExpenditureSummary = "revenue_expenditure_summary", "收支总表";
        Revenue = "revenue", "收入表";
        Expenditure = "expenditure", "支出表";
        FiscalAppropriationSummary = "fiscal_appropriation_summary", "财政拨款收支总表";
        GeneralPublicExpenditure = "general_public_expenditure", "一般公共预算支出表";
        GeneralPublicBasicExpenditure = "general_public_basic_expenditure", "一般公共预算基本支出表";
        EconomicClassificationSummary = "economic_classification_summary", "支出经济分类汇总表";
        ThreePublic = "three_public", "三公经费表";
        GovernmentFundExpenditure = "government_fund_expenditure", "政府性基金支出表";
        StateCapitalExpenditure = "state_capital_expenditure", "国有资本经营支出表";
        ProjectExpenditure = "project_expenditure", "项目支出表";
        DepartmentPerformanceGoals = "department_performance_goals", "整体绩效目标表";
        ProjectPerformanceGoals = "project_performance_goals", "项目绩效目标表";
        FiscalAppropriationExpenditure = "fiscal_appropriation_expenditure", "财政拨款支出表";
        FiscalAppropriationBasicExpenditure = "fiscal_appropriation_basic_expenditure", "财政拨款基本支出表";
        AgencyOperatingExpenditure = "agency_operating_expenditure", "机关运行经费表";
        GovernmentProcurement = "government_procurement", "政府采购表";
        /// A table whose title is not known: its cells are kept, no facts are read.
        Unknown = "unknown", "未识别";
    }
}

vocabulary! {
    /// Budget before the year or account after it.
    DocumentKind {
        Budget = "budget", "预算";
        FinalAccount = "final_account", "决算";
    }
}

vocabulary! {
    /// Whether a document covers a department with all its units or one unit.
    Scope {
        Department = "department", "部门";
        Unit = "unit", "单位";
    }
}

vocabulary! {
    /// What was found of a table.
    TableState {
        Data = "data", "有数";
        Empty = "empty", "空表";
        Missing = "missing", "缺表";
    }
}

vocabulary! {
    /// Money coming in or going out.
    Flow {
        Revenue = "revenue", "收入";
        Expenditure = "expenditure", "支出";
    }
}

vocabulary! {
    /// What a row is to its table. Only `detail` rows may be added up.
    RowRole {
        Total = "total", "合计";
        Subtotal = "subtotal", "小计";
        /// A part of the row above that is printed for information: adding it doubles money.
        OfWhich = "of_which", "其中";
        Detail = "detail", "明细";
    }
}

vocabulary! {
    /// Budgeted or executed money; a final account's tables may print both.
    Stage {
        Budget = "budget", "预算数";
        Actual = "actual", "决算数";
    }
}

vocabulary! {
    /// Which year's money it is.
    Period {
        All = "all", "合计";
        CurrentYear = "current_year", "本年";
        CarryOver = "carry_over", "上年结转";
        CarriedForward = "carried_forward", "结转下年";
    }
}

vocabulary! {
    /// Source of the money.
    Fund {
        Total = "total", "全部资金";
        /// All money appropriated through the treasury: the three budgets together.
        Fiscal = "fiscal", "财政拨款";
        GeneralPublic = "general_public", "一般公共预算";
        GovernmentFund = "government_fund", "政府性基金预算";
        StateCapital = "state_capital", "国有资本经营预算";
        SpecialAccount = "special_account", "财政专户管理资金";
        Business = "business", "事业收入";
        Operating = "operating", "事业单位经营收入";
        Superior = "superior", "上级补助收入";
        Subordinate = "subordinate", "附属单位上缴收入";
        Other = "other", "其他收入";
        /// Everything outside the treasury taken together.
        OwnFunds = "own_funds", "单位资金";
    }
}

vocabulary! {
    /// Nature of spending.
    Nature {
        Total = "total", "支出合计";
        Basic = "basic", "基本支出";
        Personnel = "personnel", "人员经费";
        Wages = "wages", "工资福利支出";
        Family = "family", "对个人和家庭的补助";
        Public = "public", "公用经费";
        Goods = "goods", "商品和服务支出";
        Capital = "capital", "资本性支出";
        Project = "project", "项目支出";
        ProjectRunning = "project_running", "其他运转类";
        ProjectTargeted = "project_targeted", "特定目标类";
        Reserve = "reserve", "单位预留机动经费";
        HandedUp = "handed_up", "上缴上级支出";
        OperatingExpenditure = "operating_expenditure", "经营支出";
        SubsidyToSubordinates = "subsidy_to_subordinates", "对附属单位补助支出";
    }
}

vocabulary! {
    /// Items that cut across the classifications, above all the three-public expenses.
    Item {
        ThreePublic = "three_public", "三公经费";
        Abroad = "abroad", "因公出国（境）费";
        Vehicle = "vehicle", "公务用车购置及运行费";
        VehiclePurchase = "vehicle_purchase", "公务用车购置费";
        VehicleRunning = "vehicle_running", "公务用车运行费";
        Reception = "reception", "公务接待费";
        Meeting = "meeting", "会议费";
        Training = "training", "培训费";
        AgencyOperating = "agency_operating", "机关运行经费";
        Procurement = "procurement", "政府采购";
        /// A printed total of three-public expenses together with meetings and training.
        ThreePublicMeetingTraining = "three_public_meeting_training", "三公、会议、培训合计";
    }
}

impl DocumentKind {
    /// What its amounts are where no heading says otherwise.
    #[must_use]
    pub fn stage(self) -> Stage {
        match self {
            Self::Budget => Stage::Budget,
            Self::FinalAccount => Stage::Actual,
        }
    }
}

/// What a heading, a row label or a table says about the amounts under it. `None`: it says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dimensions {
    /// See [`Flow`].
    pub flow: Option<Flow>,
    /// See [`Stage`].
    pub stage: Option<Stage>,
    /// See [`Period`].
    pub period: Option<Period>,
    /// See [`Fund`].
    pub fund: Option<Fund>,
    /// See [`Nature`].
    pub nature: Option<Nature>,
    /// See [`Item`].
    pub item: Option<Item>,
    /// See [`RowRole`]; a column of-which makes every amount in it one.
    pub role: Option<RowRole>,
}

impl Dimensions {
    /// `self` overridden by what `other` says.
    #[must_use]
    pub fn refined_by(self, other: Self) -> Self {
        // 一般公共预算 / 财政拨款: what is of one of its budgets stays so among the fiscal appropriations.
        let budgets = [Fund::GeneralPublic, Fund::GovernmentFund, Fund::StateCapital];
        let in_fiscal = other.fund == Some(Fund::Fiscal) && self.fund.is_some_and(|f| budgets.contains(&f));
        Self {
            flow: other.flow.or(self.flow),
            stage: other.stage.or(self.stage),
            period: other.period.or(self.period),
            fund: if in_fiscal { self.fund } else { other.fund.or(self.fund) },
            nature: other.nature.or(self.nature),
            item: other.item.or(self.item),
            role: other.role.or(self.role),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_both_names() {
        assert_eq!(Fund::parse("general_public"), Some(Fund::GeneralPublic));
        assert_eq!(Fund::parse("一般公共预算"), Some(Fund::GeneralPublic));
        assert_eq!(TableKind::ALL.len(), 18);
    }
}
