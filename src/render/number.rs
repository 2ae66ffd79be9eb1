//! Numbers as text: the only place where anything is rounded.

use std::fmt::Write as _;

use rust_decimal::prelude::FromPrimitive as _;
use rust_decimal::{Decimal, RoundingStrategy};

/// The unit in which money is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// 元
    Yuan,
    /// 万元, ten thousand 元: what disclosures print.
    #[default]
    Wan,
    /// 亿元, a hundred million 元.
    Yi,
}

impl Unit {
    /// All units.
    pub const ALL: [Self; 3] = [Self::Yuan, Self::Wan, Self::Yi];

    /// The Chinese name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Yuan => "元",
            Self::Wan => "万元",
            Self::Yi => "亿元",
        }
    }

    /// The unit of that name; `yuan`, `wan`, `yi`, `万` and `亿` will do.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "元" | "yuan" => Some(Self::Yuan),
            "万元" | "万" | "wan" => Some(Self::Wan),
            "亿元" | "亿" | "yi" => Some(Self::Yi),
            _ => None,
        }
    }

    pub(super) fn yuan(self) -> Decimal {
        Decimal::from(match self {
            Self::Yuan => 1_u32,
            Self::Wan => 10_000,
            Self::Yi => 100_000_000,
        })
    }
}

/// Digits of a decimal, exactly.
pub(super) fn exact(mantissa: i128, scale: i8) -> String {
    let mut out = String::new();
    write_exact(&mut out, mantissa, scale);
    out
}

/// The same behind a text.
pub(super) fn write_exact(out: &mut String, mantissa: i128, scale: i8) {
    if mantissa < 0 {
        out.push('-');
    }
    let begin = out.len();
    let digits = mantissa.unsigned_abs();
    // Writing to memory does not fail. Most amounts are small enough for the faster division.
    let _ = match u64::try_from(digits) {
        Ok(digits) => write!(out, "{digits}"),
        Err(_) => write!(out, "{digits}"),
    };
    let Ok(scale) = usize::try_from(scale) else {
        out.extend(std::iter::repeat_n('0', scale.unsigned_abs().into()));
        return;
    };
    if scale == 0 {
        return;
    }
    let missing = (scale + 1).saturating_sub(out.len() - begin);
    for _ in 0..missing {
        out.insert(begin, '0');
    }
    out.insert(out.len() - scale, '.');
}

/// Money in `unit` with two decimals and thousands separators.
pub(super) fn money(mantissa: i128, scale: i8, unit: Unit) -> String {
    match decimal(mantissa, scale) {
        Some(amount) => yuan(amount, unit),
        None => format!("{} 元", exact(mantissa, scale)),
    }
}

/// The same of an amount in 元.
pub(super) fn yuan(amount: Decimal, unit: Unit) -> String {
    grouped(&fixed(amount / unit.yuan(), 2))
}

/// A percentage with two decimals.
pub(super) fn percent(value: Decimal) -> String {
    format!("{}%", grouped(&fixed(value, 2)))
}

/// A share of one in whole hundredths.
pub(super) fn share(value: f64) -> String {
    Decimal::from_f64(value * 100.0).map_or_else(String::new, |v| format!("{}%", fixed(v, 0)))
}

/// A value beside an axis: as short as it can be.
pub(super) fn tick(value: f64) -> String {
    let text = Decimal::from_f64(value).map_or_else(|| value.to_string(), |v| v.round_dp(6).normalize().to_string());
    grouped(&text)
}

/// Growth: a percentage that tells its direction.
pub(super) fn growth(value: Decimal) -> String {
    let text = percent(value);
    let is_zero = !text.bytes().any(|b| matches!(b, b'1'..=b'9'));
    if text.starts_with('-') || is_zero { text } else { format!("+{text}") }
}

/// A binary fraction for people: at most four decimals, as many as a small number needs.
pub(super) fn float(value: f64) -> String {
    let small = value != 0.0 && value.abs() < 0.001;
    match Decimal::from_f64(value) {
        Some(decimal) if !small => {
            let rounded = decimal.round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero);
            rounded.normalize().to_string()
        }
        _ => value.to_string(),
    }
}

pub(super) fn decimal(mantissa: i128, scale: i8) -> Option<Decimal> {
    Decimal::try_from_i128_with_scale(mantissa, u32::try_from(scale).ok()?).ok()
}

fn fixed(value: Decimal, places: u32) -> String {
    let rounded = value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    // A negative amount that rounds to nothing is not "-0.00".
    let rounded = if rounded.is_zero() { Decimal::ZERO } else { rounded };
    format!("{rounded:.0$}", places as usize)
}

/// Thousands apart; what is no plain number stays as it is.
pub(super) fn grouped(number: &str) -> String {
    if !number.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'.')) {
        return number.to_owned();
    }
    let (sign, number) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let mut out = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_rounded_once_and_half_away_from_zero() {
        assert_eq!(money(1_446_690_000, 2, Unit::Wan), "1,446.69");
        assert_eq!(money(5_000, 2, Unit::Wan), "0.01");
        assert_eq!(money(-5_000, 2, Unit::Wan), "-0.01");
        assert_eq!(money(-4_999, 2, Unit::Wan), "0.00");
        assert_eq!(money(1_446_690_000, 2, Unit::Yuan), "14,466,900.00");
        assert_eq!(money(123_456_789_012, 2, Unit::Yi), "12.35");
        assert!(money(i128::MAX, 2, Unit::Yi).ends_with(" 元"));
    }

    #[test]
    fn growth_has_a_sign_unless_there_is_none() {
        let of = |text: &str| growth(text.parse().unwrap());
        assert_eq!(of("12.345"), "+12.35%");
        assert_eq!(of("-0.5"), "-0.50%");
        assert_eq!(of("0.001"), "0.00%");
        assert_eq!(of("1234"), "+1,234.00%");
    }

    #[test]
    fn decimals_are_written_exactly() {
        assert_eq!(exact(5, 2), "0.05");
        assert_eq!(exact(-1234, 2), "-12.34");
        assert_eq!(exact(12, 0), "12");
        assert_eq!(exact(12, -2), "1200");
        assert_eq!(exact(i128::MIN, 0), i128::MIN.to_string());
    }

    #[test]
    fn fractions_are_short() {
        assert_eq!(float(0.604_548), "0.6045");
        assert_eq!(float(3.0), "3");
        assert_eq!(float(0.000_012), "0.000012");
        assert_eq!(float(f64::NAN), "NaN");
        assert_eq!(float(1e300), 1e300.to_string());
    }
}
