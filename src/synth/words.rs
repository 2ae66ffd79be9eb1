//! What the narrative says of amounts: differences, rates and shares, rounded as printed.

use rust_decimal::{Decimal, RoundingStrategy};

use super::sheet::wan;

/// `part` of `whole` in percent with two decimals; 0.00% of nothing.
pub(super) fn share(part: i64, whole: i64) -> String {
    format!("{}%", percent(part, whole).unwrap_or_else(|| "0.00".to_owned()))
}

fn percent(part: i64, whole: i64) -> Option<String> {
    let rate = Decimal::from(part).checked_mul(Decimal::ONE_HUNDRED)?.checked_div(Decimal::from(whole))?;
    Some(format!("{:.2}", rate.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)))
}

/// `，与 2022 年预算相比，…增加 192.37 万元，增长 20.66%。`; a full stop where there is nothing to compare with.
pub(super) fn compared(year: u16, now: i64, before: Option<i64>, what: &str) -> String {
    let Some(before) = before else { return "。".to_owned() };
    let change = now - before;
    let last = year - 1;
    let rate = percent(change.abs(), before);
    let lead = if what.is_empty() {
        format!("，比 {last} 年预算")
    } else {
        format!("，与 {last} 年预算相比，{what}")
    };
    match (change, rate) {
        (0, _) => format!("，与 {last} 年预算持平。"),
        (1.., Some(rate)) => format!("{lead}增加 {} 万元，增长 {rate}%。", wan(change)),
        (..0, Some(rate)) => format!("{lead}减少 {} 万元，下降 {rate}%。", wan(-change)),
        (_, None) => format!("{lead}增加 {} 万元。", wan(change)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_rounded_as_printed() {
        assert_eq!(
            compared(2023, 112_354, Some(93_117), "收支总计各"),
            "，与 2022 年预算相比，收支总计各增加 192.37 万元，增长 20.66%。"
        );
        assert_eq!(compared(2023, 90, Some(100), ""), "，比 2022 年预算减少 0.10 万元，下降 10.00%。");
        assert_eq!(compared(2023, 90, Some(0), ""), "，比 2022 年预算增加 0.90 万元。");
        assert_eq!(compared(2023, 0, Some(0), ""), "，与 2022 年预算持平。");
        assert_eq!(share(1, 3), "33.33%");
        assert_eq!(share(0, 0), "0.00%");
    }
}
