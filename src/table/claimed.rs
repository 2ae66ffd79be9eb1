//! What is told of one subject, number by number.

use rust_decimal::Decimal;

use super::statement::Stated;
use crate::record::{BaseKind, Claim};

/// Year and kind of a figure that others are compared with.
pub(super) type Base = (Option<u16>, BaseKind);

/// Whether a value begins another statement about the subject: such a one is told already, or it is against another figure.
pub(super) fn begins_another(claim: &Claim, value: &Stated, base: Option<Base>) -> bool {
    taken(claim, value) || is_of_another_base(claim, value, base)
}

/// Adds what a number states; shares are of `whole`.
pub(super) fn add(claim: &mut Claim, value: &Stated, base: Option<Base>, whole: impl FnOnce() -> Option<String>) {
    match *value {
        Stated::Amount(v) => claim.amount = Some(v),
        Stated::Base(v, told) => {
            claim.base_amount = Some(v);
            if let Some((year, kind)) = told {
                (claim.base_year, claim.base_kind) = (year, Some(kind));
            }
        }
        Stated::Completion(v) => claim.completion_pct = Some(v),
        Stated::Budget(v) => claim.budget_amount = Some(v),
        Stated::Yardstick(v) => claim.budget_amount = claim.budget_amount.or(Some(v)),
        Stated::Change(v) => claim.change = Some(v),
        Stated::Growth(v) => claim.growth_pct = Some(v),
        Stated::Count(v) => claim.count = Some(v),
        Stated::Share(v) => {
            claim.share_pct = Some(v);
            claim.share_of = whole().filter(|w| *w != claim.subject);
        }
        Stated::Unchanged => {
            claim.change = Some(Decimal::ZERO);
            claim.growth_pct = Some(Decimal::ZERO);
        }
    }
    if (claim.change.is_some() || claim.growth_pct.is_some()) && claim.base_kind.is_none() {
        let (year, kind) = base.unwrap_or((None, BaseKind::Unspecified));
        (claim.base_year, claim.base_kind) = (year, Some(kind));
    }
}

/// Whether a change is against another figure than the one of an earlier year that the claim states, or the other way round.
fn is_of_another_base(claim: &Claim, value: &Stated, base: Option<Base>) -> bool {
    let told = match value {
        Stated::Base(_, told) if claim.change.is_some() || claim.growth_pct.is_some() => *told,
        Stated::Change(_) | Stated::Growth(_) | Stated::Unchanged if claim.base_amount.is_some() => base,
        _ => None,
    };
    let Some(((year, kind), own)) = told.zip(claim.base_kind) else { return false };
    let years_differ = year.zip(claim.base_year).is_some_and(|(told, own)| told != own);
    years_differ || kind != own && kind != BaseKind::Unspecified && own != BaseKind::Unspecified
}

/// Whether the claim already states such a value: a second one is another statement.
fn taken(claim: &Claim, value: &Stated) -> bool {
    match value {
        Stated::Amount(v) => claim.amount.is_some_and(|a| a != *v) || claim.amount.is_some() && claim.change.is_some(),
        Stated::Change(_) | Stated::Unchanged => claim.change.is_some(),
        Stated::Growth(_) => claim.growth_pct.is_some(),
        Stated::Share(_) => claim.share_pct.is_some(),
        Stated::Count(_) => claim.count.is_some(),
        Stated::Base(..) => claim.base_amount.is_some(),
        Stated::Completion(_) => claim.completion_pct.is_some(),
        Stated::Yardstick(_) => false,
        Stated::Budget(_) => claim.budget_amount.is_some() || claim.amount.is_some(),
    }
}
