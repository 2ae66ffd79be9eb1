//! Values of performance indicators: `≥98%`, `≤30 万元`, `100余次`, `效果明显`.

use std::sync::LazyLock;

use regex::Regex;
use rust_decimal::Decimal;

use crate::record::{join_key, parse_number, pattern};

/// A value taken apart; all `None` for values in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) operator: Option<&'static str>,
    pub(super) number: Option<Decimal>,
    pub(super) unit: Option<String>,
}

/// Takes a printed value apart. Dates and ordinals are words, not quantities.
pub(super) fn value(text: &str) -> Value {
    static SHAPE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(≤|≥|=|<|>|≦|≧|不超过|不高于|不多于|不大于|小于等于|不低于|不少于|不小于|大于等于|达到|等于|小于|低于|大于|超过|高于|约)?(-?[\d,]+(?:\.\d+)?)(余|多)?([^\d]{0,8})$",
        )
    });
    let text = join_key(text);
    // Most values are words.
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return Value::default();
    }
    let Some(found) = SHAPE.captures(&text) else { return Value::default() };
    let part = |i| found.get(i).map_or("", |m| m.as_str());
    let unit = part(4)
        .trim_matches(['(', ')'])
        .trim_start_matches('个')
        .trim_end_matches("完成")
        .trim_end_matches("以上")
        .trim_end_matches("以下");
    let Ok(Some(number)) = parse_number(part(2)) else { return Value::default() };
    // A year or a month alone is a date.
    if unit.starts_with('年') || unit.starts_with('月') && part(1).is_empty() && part(4) != "月" {
        return Value::default();
    }
    let operator = match part(1) {
        "≤" | "≦" | "不超过" | "不高于" | "不多于" | "不大于" | "小于等于" => Some("≤"),
        "≥" | "≧" | "不低于" | "不少于" | "不小于" | "大于等于" | "达到" => Some("≥"),
        "<" | "小于" | "低于" => Some("<"),
        ">" | "大于" | "超过" | "高于" => Some(">"),
        "=" | "等于" => Some("="),
        "约" => Some("≈"),
        _ if !part(3).is_empty() => Some(">"),
        _ if part(4).ends_with("以上") => Some("≥"),
        _ if part(4).ends_with("以下") => Some("≤"),
        _ => None,
    };
    let unit = if unit.is_empty() && part(4) == "个" { "个" } else { unit };
    Value { operator, number: Some(number), unit: Some(unit.to_owned()).filter(|u| !u.is_empty()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_taken_apart() {
        for (text, operator, number, unit) in [
            ("≤30 万元", Some("≤"), "30", Some("万元")),
            ("≥98%", Some("≥"), "98", Some("%")),
            ("365 天", None, "365", Some("天")),
            ("100余次", Some(">"), "100", Some("次")),
            ("≤2550元", Some("≤"), "2550", Some("元")),
            ("100%完成", None, "100", Some("%")),
            ("不少于5个", Some("≥"), "5", Some("个")),
        ] {
            let read = value(text);
            assert_eq!(
                (read.operator, read.number.map(|n| n.to_string()), read.unit.as_deref()),
                (operator, Some(number.to_owned()), unit),
                "{text}"
            );
        }
        for text in ["效果明显", "前三名", "2023 年 6 月前", "2023年", ""] {
            assert_eq!(value(text), Value::default(), "{text}");
        }
    }
}
