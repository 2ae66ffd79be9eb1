//! Identities within a row: a group's printed total equals its parts.

use rust_decimal::Decimal;

use crate::record::{Item, RowRole, join_key};

use super::columns::{Column, panels};

/// One identity: `total` = Σ `parts` (columns).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) total: usize,
    pub(super) parts: Vec<usize>,
}

/// The identities of a header.
#[derive(Clone, Debug, Default)]
pub(super) struct RowSums {
    identities: Vec<Identity>,
}

impl RowSums {
    /// Derives them from the header tree, panel by panel.
    pub(super) fn new(columns: &[Column]) -> Self {
        let mut sums = Self::default();
        for panel in panels(columns) {
            let members: Vec<usize> = panel
                .amounts
                .into_iter()
                .filter(|i| {
                    columns.get(*i).is_some_and(|c| {
                        !c.is_unnamed()
                            && !c.compares
                            && !c.said.as_ref().is_ok_and(|d| d.role == Some(RowRole::OfWhich))
                    })
                })
                .collect();
            sums.group(columns, &members, 0);
        }
        sums
    }

    /// Whether each of so many columns stands in an identity; `None` where none does.
    pub(super) fn columns(&self, width: usize) -> Option<Vec<bool>> {
        let mut summed = vec![false; width];
        for column in self.identities.iter().flat_map(|identity| identity.parts.iter().chain([&identity.total])) {
            if let Some(summed) = summed.get_mut(*column) {
                *summed = true;
            }
        }
        summed.contains(&true).then_some(summed)
    }

    /// Identities held and broken by a row of amounts; a blank part counts as nothing. `half` is what rounding may take
    /// from each number.
    pub(super) fn check(
        &self,
        amounts: &[Option<Decimal>],
        half: Decimal,
    ) -> (usize, Vec<(&Identity, Decimal, Decimal)>) {
        let amount = |i: &usize| amounts.get(*i).copied().flatten();
        let mut holds = 0;
        let mut broken = Vec::new();
        for identity in &self.identities {
            let parts: Vec<Decimal> = identity.parts.iter().filter_map(amount).collect();
            let total = amount(&identity.total);
            if total.is_none() && parts.is_empty() {
                continue;
            }
            let sum: Decimal = parts.iter().sum();
            let total = total.unwrap_or_default();
            let slack = half * Decimal::from(u64::try_from(parts.len()).unwrap_or(0) + 1);
            if (total - sum).abs() <= slack {
                holds += 1;
            } else {
                broken.push((identity, total, sum));
            }
        }
        (holds, broken)
    }

    /// Number of totals that stand in the middle of their group, where no form has them.
    pub(super) fn misplaced(columns: &[Column]) -> usize {
        let above = |c: &Column| c.path.split_last().map(|(_, above)| above.to_vec());
        let is_misplaced = |panel: &super::columns::Panel| {
            let members: Vec<&Column> = panel.amounts.iter().filter_map(|i| columns.get(*i)).collect();
            let totals = members.iter().enumerate().filter(|(_, c)| c.path.last().is_some_and(|h| is_total(h)));
            let found: Vec<usize> = totals.map(|(at, _)| at).collect();
            let [at] = found[..] else { return false };
            let own = members.get(at).and_then(|c| above(c));
            let beside = |m: Option<&&Column>| m.is_some_and(|c| above(c) == own);
            beside(at.checked_sub(1).and_then(|left| members.get(left))) && beside(members.get(at + 1))
        };
        panels(columns).iter().filter(|p| is_misplaced(p)).count()
    }

    /// Collects the identities of the columns that share the first `depth` headings. Returns the columns
    /// that stand for the whole group: its total, or else all its parts.
    fn group(&mut self, columns: &[Column], members: &[usize], depth: usize) -> Vec<usize> {
        let heading = |i: usize| columns.get(i).and_then(|c| c.path.get(depth)).map(String::as_str);
        let mut total = None;
        let mut parts = Vec::new();
        let mut rest = members;
        while let Some((&first, _)) = rest.split_first() {
            let run = rest.iter().take_while(|i| heading(**i) == heading(first)).count().max(1);
            let (same, after) = rest.split_at(run);
            rest = after;
            let is_leaf = columns.get(first).is_some_and(|c| c.path.len() <= depth + 1);
            let stands_at_an_end = parts.is_empty() || rest.is_empty();
            if is_leaf && heading(first).is_some_and(is_total) && total.is_none() && stands_at_an_end {
                total = Some(first);
            } else if is_leaf {
                parts.extend_from_slice(same);
            } else {
                parts.extend(self.group(columns, same, depth + 1));
            }
        }
        match total {
            Some(total) => {
                // 三公经费合计 beside 会议费 and 培训费 adds up its own items only, 合计 all of them.
                let item = |i: usize| columns.get(i)?.said.as_ref().ok()?.item;
                if item(total) == Some(Item::ThreePublic) {
                    parts.retain(|part| !matches!(item(*part), Some(Item::Meeting | Item::Training)));
                }
                if !parts.is_empty() {
                    self.identities.push(Identity { total, parts });
                }
                vec![total]
            }
            None => parts,
        }
    }
}

fn is_total(heading: &str) -> bool {
    let key = join_key(heading);
    matches!(key.as_ref(), "合计" | "小计" | "总计" | "资金总额") || key.ends_with("经费合计")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::columns::columns;

    #[test]
    fn totals_at_every_level_are_checked() {
        let paths: Vec<Vec<String>> =
            ["科目名称", "合计", "基本支出/小计", "基本支出/人员经费", "基本支出/公用经费", "项目支出"]
                .iter()
                .map(|p| p.split('/').map(str::to_owned).collect())
                .collect();
        let sums = RowSums::new(&columns(&paths));
        let row = |values: [i64; 5]| -> Vec<Option<Decimal>> {
            std::iter::once(None).chain(values.map(|v| (v != 0).then(|| Decimal::from(v)))).collect()
        };
        assert_eq!(sums.check(&row([10, 7, 4, 3, 3]), Decimal::ZERO).0, 2);
        let (holds, broken) = sums.check(&row([10, 7, 4, 2, 3]), Decimal::ZERO).clone();
        assert_eq!((holds, broken.len()), (1, 1));
        assert!(sums.check(&row([10, 7, 4, 2, 3]), Decimal::new(5, 1)).1.is_empty());
    }
}
