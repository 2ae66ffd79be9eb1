//! Money as printed: exact decimals and the unit they stand in.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::text::{join_key, squash, trim};

/// The unit a table prints its money in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum MoneyUnit {
    /// 元
    Yuan,
    /// 千元
    Thousand,
    /// 万元
    TenThousand,
    /// 百万元
    Million,
    /// 亿元
    HundredMillion,
}

impl MoneyUnit {
    /// How many 元 one unit is.
    #[must_use]
    pub fn scale(self) -> Decimal {
        Decimal::from(match self {
            Self::Yuan => 1_u32,
            Self::Thousand => 1_000,
            Self::TenThousand => 10_000,
            Self::Million => 1_000_000,
            Self::HundredMillion => 100_000_000,
        })
    }

    /// The unit's printed name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Yuan => "元",
            Self::Thousand => "千元",
            Self::TenThousand => "万元",
            Self::Million => "百万元",
            Self::HundredMillion => "亿元",
        }
    }

    /// Reads a unit's name (`万元`, `人民币万元`, `万`), white space ignored.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = squash(text);
        let text = text.strip_prefix("人民币").unwrap_or(&text);
        Some(match text {
            "元" => Self::Yuan,
            "千元" => Self::Thousand,
            "万元" | "万" => Self::TenThousand,
            "百万元" => Self::Million,
            "亿元" | "亿" => Self::HundredMillion,
            _ => return None,
        })
    }

    /// Converts a printed number to 元; `None` when it would need more than two decimals of 元 or is
    /// too large for DECIMAL(18,2), because neither may be rounded silently.
    #[must_use]
    pub fn to_yuan(self, printed: Decimal) -> Option<Decimal> {
        let yuan = printed.checked_mul(self.scale())?.normalize();
        let limit = Decimal::from(9_999_999_999_999_999_u64);
        (yuan.scale() <= 2 && yuan.abs() <= limit).then_some(yuan)
    }
}

/// Why a text that should be a number is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// The text is not of the form of a number.
    #[error("not a number")]
    NotANumber,
    /// White space stands between digits: two numbers, or one that was torn apart.
    #[error("white space between digits")]
    Apart,
    /// The thousands separators stand at wrong places, so digits may be missing.
    #[error("thousands separators at wrong places")]
    Grouping,
}

/// Parses a printed number exactly, never through a float.
///
/// Blank cells and dashes are `Ok(None)`: a blank is no number, a printed 0 is one. Full-width digits,
/// white space beside signs and separators and thousands separators are accepted; `(1.5)` is not taken for −1.5.
///
/// # Errors
/// When the text is anything else; the caller keeps the cell and reports it.
pub fn parse_number(text: &str) -> Result<Option<Decimal>, NumberError> {
    // Nearly all cells are blank or plain digits.
    let trimmed = trim(text);
    if trimmed.is_empty() {
        return Ok(None);
    }
    if let Some(number) = plain(trimmed) {
        return Ok(Some(number));
    }
    // Words without a digit, of any width.
    let has_digits = || {
        let wide = |b: u8| b == 0xEF; // the first byte of all full-width forms
        trimmed.bytes().any(|b| b.is_ascii_digit()) || trimmed.bytes().any(wide) && trimmed.contains(is_digit)
    };
    if trimmed.starts_with(|c: char| ('\u{4E00}'..='\u{9FFF}').contains(&c)) && !has_digits() {
        return Err(NumberError::NotANumber);
    }
    if has_digits_apart(trimmed) {
        return Err(NumberError::Apart);
    }
    let key = join_key(trimmed);
    if key.chars().all(|c| matches!(c, '-' | '—' | '–' | '─' | '/' | '\\')) {
        return Ok(None);
    }
    let (negative, digits) = match key.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, key.strip_prefix('+').unwrap_or(&key)),
    };
    let number = if let Some(number) = plain(digits) {
        Ok(number)
    } else if digits.contains(',') {
        let whole = digits.split('.').next().unwrap_or_default();
        let mut groups = whole.split(',');
        let leads = groups.next().is_some_and(|first| (1..=3).contains(&first.len()));
        let grouped = leads && groups.all(|group| group.len() == 3);
        let joined = digits.replace(',', "");
        match (plain(&joined), grouped && digits.matches(',').count() == whole.matches(',').count()) {
            (Some(number), true) => Ok(number),
            (Some(_), false) => Err(NumberError::Grouping),
            (None, _) => Err(NumberError::NotANumber),
        }
    } else {
        Err(NumberError::NotANumber)
    };
    number.map(|n| Some(if negative { -n } else { n }))
}

/// Digits with at most one point between them. 28 significant digits are more than any printed amount has; longer digit
/// runs are codes.
fn plain(text: &str) -> Option<Decimal> {
    let (mut mantissa, mut digits, mut scale) = (0_i64, 0_u32, None);
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa.wrapping_mul(10).wrapping_add(i64::from(byte - b'0'));
                digits += 1;
                scale = scale.map(|places| places + 1);
            }
            b'.' if scale.is_none() && digits > 0 => scale = Some(0),
            _ => return None,
        }
    }
    match scale {
        _ if digits == 0 => None,
        Some(0) => None,
        // So many always fit 64 bits.
        _ if digits <= 18 => Some(Decimal::new(mantissa, scale.unwrap_or(0))),
        _ => Decimal::from_str_exact(text).ok(),
    }
}

/// A digit of any width.
fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || ('０'..='９').contains(&c)
}

/// Whether only white space stands between two digits.
fn has_digits_apart(text: &str) -> bool {
    let mut before = false;
    text.split_whitespace().any(|word| {
        let apart = before && word.starts_with(is_digit);
        before = word.ends_with(is_digit);
        apart
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn printed_numbers_are_exact() {
        assert_eq!(parse_number("1,446.69"), Ok(Some(dec("1446.69"))));
        assert_eq!(parse_number("１２．５０"), Ok(Some(dec("12.50"))));
        assert_eq!(parse_number("－3"), Ok(Some(dec("-3"))));
        assert_eq!(parse_number("0.00"), Ok(Some(dec("0.00"))));
    }

    #[test]
    fn blanks_and_dashes_are_no_numbers() {
        for text in ["", "  ", "-", "——", "　"] {
            assert_eq!(parse_number(text), Ok(None), "{text:?}");
        }
    }

    #[test]
    fn damaged_numbers_are_refused() {
        assert_eq!(parse_number("14A6.69"), Err(NumberError::NotANumber));
        assert_eq!(parse_number("1,44.69"), Err(NumberError::Grouping));
        assert_eq!(parse_number("1.2.3"), Err(NumberError::NotANumber));
    }

    #[test]
    fn units_convert_without_rounding() {
        assert_eq!(MoneyUnit::TenThousand.to_yuan(dec("1446.69")), Some(dec("14466900")));
        assert_eq!(MoneyUnit::Yuan.to_yuan(dec("1.005")), None);
        assert_eq!(MoneyUnit::parse("万 元"), Some(MoneyUnit::TenThousand));
        assert_eq!(MoneyUnit::parse("美元"), None);
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(cents in -10_i64.pow(15)..10_i64.pow(15), grouped: bool) {
            let value = Decimal::new(cents, 2);
            let mut text = value.abs().to_string();
            if grouped {
                let (whole, fraction) = text.split_once('.').unwrap();
                let mut out = String::new();
                for (i, c) in whole.chars().enumerate() {
                    if i > 0 && (whole.len() - i) % 3 == 0 { out.push(','); }
                    out.push(c);
                }
                text = format!("{out}.{fraction}");
            }
            if cents < 0 { text.insert(0, '-'); }
            prop_assert_eq!(parse_number(&text), Ok(Some(value)));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = parse_number(&text);
        }
    }
}
