//! Numbers of workbooks: exact decimals out of what is stored, in the places that their format shows.
//!
//! A workbook stores binary fractions; the shortest decimal that gives the same fraction is what was
//! typed. Sums leave noise in the last digits (0.1 + 0.2 is stored as 0.30000000000000004), which the
//! format's places tell from digits that mean something.

use rust_decimal::{Decimal, RoundingStrategy};

/// Places that an amount of money can need: 分 in 万元. Stored digits beyond them are rounded to what is
/// shown, for no unit of money has them.
const MONEY_PLACES: u32 = 6;

/// What a number format says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct NumberFormat {
    /// Decimal places; `None` for the general format.
    places: Option<u32>,
    /// Least number of digits before the point: codes are shown by `000`.
    digits: usize,
    percent: bool,
    grouped: bool,
    /// The number is shown divided by 1000 this often.
    thousands: u32,
    /// A zero is shown as a dash or not at all.
    zero: Option<char>,
    /// Shown in a way that is not understood: digits in odd places, fractions.
    odd: bool,
}

/// A number as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) text: String,
    /// What was taken where the stored and the shown number differ.
    pub(super) rounded: Option<Rounded>,
}

/// Why text and stored number differ, or text and shown one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rounded {
    /// Noise of binary fractions was removed.
    Noise,
    /// The stored number has more places than are shown; it was taken.
    Stored,
    /// The stored number has more places than any amount; the shown number was taken.
    Shown,
    /// More than fifteen digits: the last ones are lost in the file.
    TooLong,
}

impl NumberFormat {
    /// Reads a format's code, `#,##0.00;[Red]-#,##0.00`.
    pub(super) fn parse(code: &str) -> Self {
        let sections = sections(code);
        let Some(first) = sections.first() else { return Self::default() };
        let shape: String = first.chars().filter(|c| !matches!(c, ' ')).collect();
        if shape.is_empty() || shape.eq_ignore_ascii_case("general") || shape.contains('@') {
            return Self { zero: zero(&sections), ..Self::default() };
        }
        let (whole, fraction) = shape.split_once('.').unwrap_or((&shape, ""));
        let is_place = |c: char| matches!(c, '0' | '#' | '?');
        let count = |text: &str| text.chars().filter(|c| is_place(*c)).count();
        let digits_end = shape.rfind(is_place).map_or(0, |i| i + 1);
        let tail = shape.get(digits_end..).unwrap_or_default();
        let inner = shape.get(shape.find(is_place).unwrap_or(0)..digits_end).unwrap_or_default();
        Self {
            places: u32::try_from(count(fraction)).ok(),
            digits: whole.chars().filter(|c| *c == '0').count(),
            percent: shape.contains('%'),
            grouped: inner.contains(','),
            thousands: u32::try_from(tail.chars().filter(|c| *c == ',').count()).unwrap_or(0),
            zero: zero(&sections),
            // A literal among the digits (`0!.0,` shows 万元), a fraction, an exponent.
            odd: inner.contains('\u{0}') || shape.contains(['/', 'E', 'e']) && count(&shape) > 0,
        }
    }

    /// The same format, but for zeros: they are shown as digits.
    pub(super) fn with_zeros(self) -> Self {
        Self { zero: None, ..self }
    }

    /// A stored number as text.
    pub(super) fn show(&self, value: f64) -> Shown {
        let plain = |rounded| Shown { text: format!("{value}"), rounded };
        let Some(exact) = exact(value) else { return plain(None) };
        if let (true, Some(zero)) = (exact.is_zero(), self.zero) {
            return Shown { text: zero.to_string().trim().to_owned(), rounded: None };
        }
        if exact.is_integer() && exact.abs() >= Decimal::from(10_u64.pow(15)) {
            return plain(Some(Rounded::TooLong));
        }
        if self.odd || self.thousands > 0 {
            // Neither the stored nor the shown number is safe in the unit that the sheet states.
            return Shown { text: format!("{exact} (shown scaled)"), rounded: None };
        }
        let exact = if self.percent { exact * Decimal::ONE_HUNDRED } else { exact };
        let (number, rounded) = match self.places {
            None => without_noise(value, exact, self.percent),
            Some(places) => settle(exact, places),
        };
        let number =
            if rounded == Some(Rounded::Stored) { number.normalize() } else { with_places(number, self.places) };
        let mut text = self.written(number);
        if self.percent {
            text.push('%');
        }
        Shown { text, rounded }
    }

    /// Digits, separators and leading zeros.
    fn written(&self, number: Decimal) -> String {
        let text = number.abs().to_string();
        let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
        let mut whole = format!("{whole:0>width$}", width = self.digits);
        if self.grouped {
            let chars: Vec<char> = whole.chars().collect();
            let groups: Vec<String> = chars.rchunks(3).rev().map(|c| c.iter().collect()).collect();
            whole = groups.join(",");
        }
        let sign = if number.is_sign_negative() && !number.is_zero() { "-" } else { "" };
        fraction.map_or_else(|| format!("{sign}{whole}"), |f| format!("{sign}{whole}.{f}"))
    }
}

/// The shortest decimal that gives this fraction.
fn exact(value: f64) -> Option<Decimal> {
    Decimal::from_str_exact(&format!("{value}")).ok()
}

fn with_places(number: Decimal, places: Option<u32>) -> Decimal {
    let mut number = number.normalize();
    if let Some(places) = places.filter(|p| *p > number.scale()) {
        number.rescale(places);
    }
    number
}

/// Without a format only the fifteen digits tell noise that a workbook keeps.
fn without_noise(value: f64, exact: Decimal, percent: bool) -> (Decimal, Option<Rounded>) {
    let fifteen = Decimal::from_scientific(&format!("{value:.14e}")).unwrap_or(exact);
    let fifteen = if percent { fifteen * Decimal::ONE_HUNDRED } else { fifteen }.normalize();
    if fifteen.scale() + 3 <= exact.normalize().scale() { (fifteen, Some(Rounded::Noise)) } else { (exact, None) }
}

/// The number in the shown places, unless the file holds digits beyond them that may be money.
fn settle(exact: Decimal, places: u32) -> (Decimal, Option<Rounded>) {
    let exact = exact.normalize();
    let shown = exact.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    let gap = (exact - shown).abs();
    // 10⁻⁹, and for large numbers as much as their last binary digits may be off.
    let noise = Decimal::new(1, 9).max(exact.abs() * Decimal::new(1, 14));
    if gap.is_zero() {
        (shown, None)
    } else if gap <= noise {
        (shown, Some(Rounded::Noise))
    } else if exact.scale() <= MONEY_PLACES {
        (exact, Some(Rounded::Stored))
    } else {
        // Noise behind digits that mean something.
        let money = exact.round_dp_with_strategy(MONEY_PLACES, RoundingStrategy::MidpointAwayFromZero);
        if (exact - money).abs() <= noise { (money, Some(Rounded::Stored)) } else { (shown, Some(Rounded::Shown)) }
    }
}

/// The sections of a code without literals, colours and conditions; a literal among digits leaves U+0000.
fn sections(code: &str) -> Vec<String> {
    let mut sections = vec![String::new()];
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        let literal = match c {
            ';' => {
                sections.push(String::new());
                continue;
            }
            '"' => chars.by_ref().take_while(|c| *c != '"').collect::<String>(),
            '\\' | '!' => chars.next().map(String::from).unwrap_or_default(),
            '_' | '*' => {
                chars.next();
                continue;
            }
            '[' => {
                let _ = chars.by_ref().take_while(|c| *c != ']').count();
                continue;
            }
            c => {
                if let Some(section) = sections.last_mut() {
                    section.push(c);
                }
                continue;
            }
        };
        if let Some(section) = sections.last_mut() {
            // Points and dashes are looked at: 0!.0 scales, "-" stands for zero.
            section.push_str(if literal.contains('-') && !section.contains(['0', '#']) { "-" } else { "\u{0}" });
        }
    }
    sections
}

/// What a zero is shown as where that is no digit.
fn zero(sections: &[String]) -> Option<char> {
    let third = sections.get(2)?;
    if third.contains(['0', '#']) || third.eq_ignore_ascii_case("general") {
        return None;
    }
    Some(if third.contains('-') { '-' } else { ' ' })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(code: &str, value: f64) -> (String, Option<Rounded>) {
        let shown = NumberFormat::parse(code).show(value);
        (shown.text, shown.rounded)
    }

    #[test]
    fn numbers_are_shown_in_the_places_of_their_format() {
        for (code, value, text) in [
            ("0.00", 143.0, "143.00"),
            ("General", 1446.69, "1446.69"),
            ("#,##0.00", 31_214_205.8, "31,214,205.80"),
            ("#,##0.00_);[Red](#,##0.00)", -1234.5, "-1,234.50"),
            ("000", 5.0, "005"),
            ("@", 205.0, "205"),
            ("0.00%", 0.645, "64.50%"),
            ("0%", 1.0, "100%"),
            ("_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * \"-\"??_ ;_ @_ ", 0.0, "-"),
            ("_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * \"-\"??_ ;_ @_ ", 12.5, "12.50"),
            ("0.00;-0.00;;@", 0.0, ""),
            ("0.00", 0.0, "0.00"),
        ] {
            assert_eq!(show(code, value), (text.to_owned(), None), "{code} {value}");
        }
    }

    #[test]
    fn noise_is_removed_and_digits_that_mean_something_stay() {
        assert_eq!(show("0.00", 0.1 + 0.2), ("0.30".into(), Some(Rounded::Noise)));
        assert_eq!(show("General", 0.1 + 0.2), ("0.3".into(), Some(Rounded::Noise)));
        let sum: f64 = "1446.6899999999998".parse().unwrap();
        assert_eq!(show("0.00", sum), ("1446.69".into(), Some(Rounded::Noise)));
        assert_eq!(show("0.00", 1446.6866), ("1446.6866".into(), Some(Rounded::Stored)));
        assert_eq!(show("0.00", 1.0 / 3.0), ("0.33".into(), Some(Rounded::Shown)));
        assert_eq!(show("General", 1.0 / 3.0), ("0.3333333333333333".into(), None));
    }

    #[test]
    fn what_is_shown_scaled_or_lost_its_digits_is_no_amount() {
        assert!(show("0.00,", 1_234_567.0).0.contains("scaled"));
        assert!(show("0!.0,", 1_234_567.0).0.contains("scaled"));
        assert_eq!(show("0", 41_031_123_000_000_006_040.0).1, Some(Rounded::TooLong));
    }

    proptest::proptest! {
        #[test]
        fn two_places_come_back_as_they_were_typed(cents in -10_i64.pow(14)..10_i64.pow(14)) {
            let typed = Decimal::new(cents, 2);
            let stored: f64 = typed.to_string().parse().unwrap();
            proptest::prop_assert_eq!(show("0.00", stored), (typed.to_string(), None));
            proptest::prop_assert_eq!(show("General", stored).0, typed.normalize().to_string());
        }

        #[test]
        fn no_format_and_no_number_panics(code in "\\PC{0,30}", bits: u64) {
            let _ = NumberFormat::parse(&code).show(f64::from_bits(bits));
        }
    }
}
