//! Numbers of a document: whole ones, and how many digits stand around the point.
//!
//! It must not know fields.

use serde_json::Value;

/// More digits after the point than this are a measurement, not money.
const MOST_SCALE: u8 = 12;

/// The number as text without a fraction of zeros: `5` for `5.0`.
pub(super) fn plain(value: &Value) -> Option<String> {
    let text = value.as_number()?.to_string();
    // Beyond this a double is not exact.
    match value.as_f64() {
        Some(float) if !value.is_i64() && !value.is_u64() && float.fract() == 0.0 && float.abs() < 9e15 => {
            Some(format!("{float:.0}"))
        }
        _ => Some(text),
    }
}

/// The number if it is whole and of 64 bits.
pub(super) fn whole(value: &Value) -> Option<i64> {
    plain(value)?.parse().ok()
}

/// What `multipleOf` says about digits.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Whole numbers, of this step.
    Whole(i64),
    /// So many digits after the point; exactly this step is one of the last digit.
    Digits { scale: u8, exact: bool },
}

/// Reads `multipleOf`; `None` for what says nothing about digits.
pub(super) fn step(value: &Value) -> Option<Step> {
    if let Some(whole) = whole(value) {
        return (whole > 0).then_some(Step::Whole(whole));
    }
    let step = value.as_f64().filter(|step| *step > 0.0)?;
    (1..=MOST_SCALE).find_map(|scale| {
        let times = step * 10_f64.powi(i32::from(scale));
        let exact = format!("1e-{scale}").parse() == Ok(step);
        let even = (times - times.round()).abs() < 1e-9 * times;
        (exact || (even && times >= 1.0)).then_some(Step::Digits { scale, exact })
    })
}

/// How many digits the greatest number of this scale has, if this is one, or its negative: 5 for `999.99`.
pub(super) fn nines(value: &Value, scale: u8) -> Option<u8> {
    let text = plain(value)?;
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let digits = format!("{}{fraction}", whole.trim_start_matches('-'));
    let are_nines = !digits.is_empty() && digits.bytes().all(|digit| digit == b'9');
    (are_nines && fraction.len() == usize::from(scale)).then(|| u8::try_from(digits.len()).ok()).flatten()
}

/// How many digits a number has before the point.
pub(super) fn digits_before_point(value: &Value) -> u8 {
    let size = value.as_f64().map_or(0.0, f64::abs);
    (0..u8::MAX).find(|digits| size < 10_f64.powi(i32::from(*digits))).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn steps() {
        let digits = |scale, exact| Some(Step::Digits { scale, exact });
        for (value, expected) in [
            (json!(0.01), digits(2, true)),
            (json!(1e-6), digits(6, true)),
            (json!(0.05), digits(2, false)),
            (json!(0.25), digits(2, false)),
            (json!(2.5), digits(1, false)),
            (json!(1.0), Some(Step::Whole(1))),
            (json!(5), Some(Step::Whole(5))),
            (json!(0), None),
            (json!(1e-20), None),
            (json!("0.01"), None),
        ] {
            assert_eq!(step(&value), expected, "{value}");
        }
    }

    #[test]
    fn whole_numbers_and_their_digits() {
        assert_eq!(plain(&json!(5.0)).as_deref(), Some("5"));
        assert_eq!(plain(&json!(0.5)).as_deref(), Some("0.5"));
        assert_eq!(whole(&json!(-3.0)), Some(-3));
        assert_eq!(whole(&json!(3.5)), None);
        assert_eq!(whole(&json!(u64::MAX)), None);
        for (value, scale, digits) in [
            (json!(999.99), 2, Some(5)),
            (json!(-9_999_999_999.99), 2, Some(12)),
            (json!(999.9), 2, None),
            (json!(999.95), 2, None),
            (json!(99), 0, Some(2)),
        ] {
            assert_eq!(nines(&value, scale), digits, "{value}");
        }
        for (value, digits) in
            [(json!(0), 0), (json!(0.5), 0), (json!(9), 1), (json!(-10), 2), (json!(1e300), 255)]
        {
            assert_eq!(digits_before_point(&value), digits, "{value}");
        }
    }
}
