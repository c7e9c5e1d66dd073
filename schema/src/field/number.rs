//! Numbers as digits: exact, of any size, never through a double.
//!
//! Integers and decimals are read through this, and limits compare through it. It must not know
//! which kinds exist.

use std::cmp::Ordering;

/// A number as it was written: `0.DIGITS` times ten to the power of `point`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Number {
    negative: bool,
    /// Digits without zeros at either end; empty for zero.
    digits: String,
    /// How many digits stand before the point; negative if zeros follow the point.
    point: i64,
}

impl Number {
    /// Reads `-12.50`, `.5`, `1e3`; `None` for anything else, also for infinities.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = sign(text);
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
            None => (rest, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(whole) || !is_digits(fraction) || whole.len() + fraction.len() == 0 {
            return None;
        }
        let written = format!("{whole}{fraction}");
        let significant = written.trim_start_matches('0');
        let leading = i64::try_from(written.len() - significant.len()).ok()?;
        let digits = significant.trim_end_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Self { negative: false, digits, point: 0 });
        }
        let point = i64::try_from(whole.len()).ok()?.saturating_sub(leading).saturating_add(exponent);
        Some(Self { negative, digits, point })
    }

    /// How many digits stand before the point, at least none.
    pub(super) fn digits_before_point(&self) -> u64 {
        u64::try_from(self.point).unwrap_or(0)
    }

    /// How many digits are needed after the point.
    pub(super) fn digits_after_point(&self) -> u64 {
        let length = i64::try_from(self.digits.len()).unwrap_or(i64::MAX);
        u64::try_from(length.saturating_sub(self.point)).unwrap_or(0)
    }

    /// The number in plain notation with exactly `scale` digits after the point. The caller has
    /// checked both counts of digits; more digits would be cut off.
    pub(super) fn plain(&self, scale: u8) -> String {
        let before = usize::try_from(self.digits_before_point()).unwrap_or(usize::MAX);
        let zeros_after_point = usize::try_from(self.point.saturating_neg()).unwrap_or(0);
        let (whole, fraction) = self.digits.split_at(before.min(self.digits.len()));
        let mut text = String::from(if self.negative { "-" } else { "" });
        text.push_str(if whole.is_empty() { "0" } else { whole });
        text.extend(std::iter::repeat_n('0', before.saturating_sub(self.digits.len())));
        if scale > 0 {
            text.push('.');
            let zeros = std::iter::repeat_n('0', zeros_after_point);
            let padded = zeros.chain(fraction.chars()).chain(std::iter::repeat('0'));
            text.extend(padded.take(usize::from(scale)));
        }
        text
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |number: &Self| match (number.digits.is_empty(), number.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        let size = || self.point.cmp(&other.point).then_with(|| self.digits.cmp(&other.digits));
        sign(self).cmp(&sign(other)).then_with(|| match sign(self) {
            0 => Ordering::Equal,
            1 => size(),
            _ => size().reverse(),
        })
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// An exponent; one too long for the machine stands for the largest, which every kind refuses.
fn read_exponent(text: &str) -> Option<i64> {
    let (negative, digits) = sign(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse().unwrap_or(i64::MAX / 2).min(i64::MAX / 2);
    Some(if negative { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_notation() {
        for (text, scale, expected) in [
            ("12.5", 2, "12.50"),
            ("-0.00", 2, "0.00"),
            ("00120", 0, "120"),
            ("1.5e3", 1, "1500.0"),
            ("125e-5", 5, "0.00125"),
            ("-.5", 1, "-0.5"),
            ("+7.", 0, "7"),
            ("1200e-2", 0, "12"),
        ] {
            assert_eq!(
                Number::parse(text).map(|number| number.plain(scale)).as_deref(),
                Some(expected),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_number() {
        for text in ["", "-", ".", "e5", "1e", "1e+", "1.2.3", "NaN", "inf", "0x10", "1_000", "--1", "١"] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }

    #[test]
    fn order_is_by_value() {
        let ascending = [
            "-1e999999999999999999999",
            "-100",
            "-99.9",
            "-0.1",
            "0",
            "1e-99",
            "0.1",
            "0.11",
            "0.9",
            "1",
            "10",
            "1e20",
        ];
        for (low, high) in ascending.iter().zip(&ascending[1..]) {
            assert!(Number::parse(low) < Number::parse(high), "{low} < {high}");
        }
        assert_eq!(Number::parse("1.50"), Number::parse("15e-1"));
        assert_eq!(Number::parse("-0"), Number::parse("0"));
    }
}
