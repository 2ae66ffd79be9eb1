//! The money of a project, once however it is printed: for the facts of a document, and as SQL for the rows of a long table.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::record::{Disclosure, Fund, Period, RowRole, TableKind};

/// The money of each project in the project table, else in its goals, as `project.amount` has it. Amounts that fit their column cannot
/// overflow this sum.
pub(super) fn project_sums(disclosure: &Disclosure) -> Vec<Option<Decimal>> {
    let mut money = vec![ProjectMoney::default(); disclosure.projects.len()];
    let own = disclosure.header.kind.stage();
    // Where there is no table of projects, the forms of single ones tell their money.
    let has = |kind| disclosure.tables.iter().any(|table| table.kind == kind && !table.cells.is_empty());
    let kind = if has(TableKind::ProjectExpenditure) {
        TableKind::ProjectExpenditure
    } else {
        TableKind::ProjectPerformanceGoals
    };
    let tables = disclosure.tables.iter().filter(|table| table.kind == kind);
    for fact in tables.flat_map(|table| &table.cells).filter_map(|cell| cell.fact.as_ref()) {
        let d = &fact.dimensions;
        let counts = d.role == Some(RowRole::Detail) && d.stage.is_none_or(|stage| stage == own);
        if let Some(money) = fact.project.filter(|_| counts).and_then(|i| money.get_mut(i)) {
            money.add(d.period, d.fund.unwrap_or(Fund::Total), fact.amount);
        }
    }
    money.iter().map(ProjectMoney::all).collect()
}

/// The printed amounts of a project by period and fund.
#[derive(Clone, Debug, Default)]
pub(super) struct ProjectMoney(BTreeMap<(Period, Fund), Decimal>);

impl ProjectMoney {
    /// Adds an amount as printed.
    pub(super) fn add(&mut self, period: Option<Period>, fund: Fund, amount: Decimal) {
        let sum = self.0.entry((period.unwrap_or(Period::All), fund)).or_default();
        *sum = sum.saturating_add(amount);
    }

    /// All of its money: what is printed as such, else the sum over the periods, each as printed or summed over its funds.
    pub(super) fn all(&self) -> Option<Decimal> {
        let years = || sum([self.of(Period::CurrentYear), self.of(Period::CarryOver)]);
        self.0.get(&(Period::All, Fund::Total)).copied().or_else(|| self.of(Period::All)).or_else(years)
    }

    /// Its money of a period. 财政拨款 and 单位资金 are the sums of others, which count where they are not printed.
    fn of(&self, period: Period) -> Option<Decimal> {
        let printed = |fund| self.0.get(&(period, fund)).copied();
        let fiscal = || sum([Fund::GeneralPublic, Fund::GovernmentFund, Fund::StateCapital].map(printed));
        let own =
            || sum([Fund::Business, Fund::Operating, Fund::Superior, Fund::Subordinate, Fund::Other].map(printed));
        let by_fund = || {
            sum([
                printed(Fund::Fiscal).or_else(fiscal),
                printed(Fund::SpecialAccount),
                printed(Fund::OwnFunds).or_else(own),
            ])
        };
        printed(Fund::Total).or_else(by_fund)
    }
}

/// The sum of what is there; `None` of nothing.
fn sum(amounts: impl IntoIterator<Item = Option<Decimal>>) -> Option<Decimal> {
    amounts.into_iter().flatten().reduce(Decimal::saturating_add)
}

/// SQL for the same of rows whose column `period`, if there is one, tells their period.
pub(super) fn sql(period: Option<&str>) -> String {
    let of_period = |wanted: &str| {
        let when =
            period.map_or_else(String::new, |p| format!(" AND coalesce({p}, 'all'::period) = '{wanted}'::period"));
        let of = |funds: &str| {
            format!(
                "sum(s.amount) FILTER (s.table_kind = 'project_expenditure'::table_kind AND s.role = 'detail'::role
                   AND s.fund IN ({funds}){when})"
            )
        };
        format!(
            "coalesce({}, list_sum([coalesce({}, {}), {}, coalesce({}, {})]))",
            of("'total'::fund"),
            of("'fiscal'::fund"),
            of("'general_public'::fund, 'government_fund'::fund, 'state_capital'::fund"),
            of("'special_account'::fund"),
            of("'own_funds'::fund"),
            of("'business'::fund, 'operating'::fund, 'superior'::fund, 'subordinate'::fund, 'other'::fund")
        )
    };
    match period {
        None => of_period("all"),
        Some(_) => format!(
            "coalesce({}, list_sum([{}, {}]))",
            of_period("all"),
            of_period("current_year"),
            of_period("carry_over")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Fund::{Business, Fiscal, GeneralPublic, GovernmentFund, OwnFunds, Total};
    use Period::{All, CarryOver, CurrentYear};

    #[test]
    fn the_money_of_a_project_counts_once_however_it_is_printed() {
        let all = |printed: &[(Period, Fund, i64)]| {
            let amounts = printed.iter().map(|(period, fund, amount)| ((*period, *fund), Decimal::from(*amount)));
            ProjectMoney(amounts.collect()).all()
        };
        assert_eq!(all(&[]), None);
        assert_eq!(all(&[(All, Total, 9), (All, GeneralPublic, 5), (CurrentYear, Total, 7)]), Some(9.into()));
        assert_eq!(all(&[(All, GeneralPublic, 5), (All, GovernmentFund, 3)]), Some(8.into()));
        assert_eq!(
            all(&[(All, Fiscal, 8), (All, GeneralPublic, 5), (All, OwnFunds, 2), (All, Business, 2)]),
            Some(10.into())
        );
        assert_eq!(
            all(&[(CurrentYear, Total, 7), (CurrentYear, GeneralPublic, 7), (CarryOver, GeneralPublic, 2)]),
            Some(9.into())
        );
    }
}
