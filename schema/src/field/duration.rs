//! Lengths of time, ISO 8601 with weeks, days, hours, minutes and seconds; kept as microseconds.
//!
//! A day is 24 hours here. Months and years are refused, since their length differs. Digits beyond
//! the microsecond are dropped.

use std::fmt::Write as _;

use serde_json::json;

use crate::field::{Facts, Measure, Refusal, Storage, calendar, literal};
use crate::form::Form;
use crate::value::Value;

const WANTED: &str = "a duration such as PT1H30M";

const SECOND: i128 = 1_000_000;
const MINUTE: i128 = 60 * SECOND;
const HOUR: i128 = 60 * MINUTE;
const DAY: i128 = 24 * HOUR;
const WEEK: i128 = 7 * DAY;

const DAY_UNITS: &[(char, i128)] = &[('W', WEEK), ('D', DAY)];
const CLOCK_UNITS: &[(char, i128)] = &[('H', HOUR), ('M', MINUTE), ('S', SECOND)];

pub(super) static FACTS: Facts = Facts {
    name: "duration",
    summary: "a length of time",
    storage: Storage::Integer,
    measure: Measure::Value,
    listable: true,
    form: |_| Form::Duration,
    from_json: |_, json| read(&literal::string(WANTED, json)?),
    from_text: |_, text| read(text),
    json_schema: |_| json!({ "type": "string", "format": "duration" }),
    example: |_| json!("PT1H30M"),
};

fn read(text: &str) -> Result<Value, Refusal> {
    let folded = text.trim().to_ascii_uppercase();
    let (negative, unsigned) = match folded.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, folded.strip_prefix('+').unwrap_or(&folded)),
    };
    let refused = || literal::wrong_format(WANTED);
    let body = unsigned.strip_prefix('P').ok_or_else(refused)?;
    let (days, clock) = match body.split_once('T') {
        Some((_, "")) => return Err(refused()),
        Some((days, clock)) => (days, clock),
        None => (body, ""),
    };
    if body.is_empty() {
        return Err(refused());
    }
    if days.contains(['Y', 'M']) {
        return Err(Refusal::new(
            "format",
            "must not use years or months, whose length differs; use weeks or days",
        ));
    }
    let size = sum(days, DAY_UNITS)
        .and_then(|days| Some(days.checked_add(sum(clock, CLOCK_UNITS)?)))
        .ok_or_else(refused)?;
    let signed = size.map(|size| if negative { -size } else { size });
    match signed.and_then(|microseconds| i64::try_from(microseconds).ok()) {
        Some(microseconds) => Ok(Value::Integer(microseconds)),
        None => Err(Refusal::new("range", "must be shorter than 292,000 years")),
    }
}

/// The sum of parts such as `1H30M` in microseconds; each unit at most once, the larger ones first.
/// `None` for any other text.
fn sum(mut text: &str, units: &[(char, i128)]) -> Option<i128> {
    let mut total = 0_i128;
    for (letter, size) in units {
        let Some((amount, rest)) = text.split_once(*letter) else { continue };
        let (whole, fraction) = match amount.split_once(['.', ',']) {
            // ISO 8601 allows a fraction in whichever part is last; only seconds are unambiguous.
            Some((whole, digits)) if *letter == 'S' => (whole, calendar::read_fraction(digits)?),
            Some(_) => return None,
            None => (amount, 0),
        };
        if whole.is_empty() || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        // Too many digits for 64 bits are surely too long a time, and stay so in the sum.
        let amount = i128::from(whole.parse::<i64>().unwrap_or(i64::MAX));
        total = total.saturating_add(amount.saturating_mul(*size)).saturating_add(i128::from(fraction));
        text = rest;
    }
    text.is_empty().then_some(total)
}

/// The canonical ISO 8601 text of so many microseconds: `PT1H30M`, `P2DT12H`, `-PT0.5S`, `PT0S`.
pub fn duration_text(microseconds: i64) -> String {
    let mut text = String::from(if microseconds < 0 { "-P" } else { "P" });
    let mut rest = i128::from(microseconds.unsigned_abs());
    let mut take = |size: i128| {
        let count = rest / size;
        rest %= size;
        count
    };
    let (days, hours, minutes, seconds) = (take(DAY), take(HOUR), take(MINUTE), take(SECOND));
    let fraction = u32::try_from(rest).unwrap_or_default();
    // A `String` never fails to take more text.
    if days > 0 {
        let _ = write!(text, "{days}D");
    }
    if hours + minutes + seconds > 0 || fraction > 0 || days == 0 {
        text.push('T');
    }
    for (count, letter) in [(hours, 'H'), (minutes, 'M')] {
        if count > 0 {
            let _ = write!(text, "{count}{letter}");
        }
    }
    if seconds > 0 || fraction > 0 || microseconds == 0 {
        let _ = write!(text, "{seconds}");
        calendar::write_fraction(&mut text, fraction);
        text.push('S');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Kind;
    use crate::field::table::{check_json, check_text};

    const REFUSED: &str = "format: must be a duration such as PT1H30M";

    #[test]
    fn json() {
        let differs = "format: must not use years or months, whose length differs; use weeks or days";
        check_json(
            &Kind::Duration,
            &[
                (r#""PT1H30M""#, "5400000000"),
                (r#""P1W2DT3H4M5.000006S""#, "788645000006"),
                (r#""-PT0.5S""#, "-500000"),
                (r#""PT0S""#, "0"),
                (r#""pt36h""#, "129600000000"),
                (r#""P1M""#, differs),
                (r#""P1Y2D""#, differs),
                (r#""P""#, REFUSED),
                (r#""P1DT""#, REFUSED),
                (r#""PT1M1H""#, REFUSED),
                (r#""PT1.5H""#, REFUSED),
                (r#""1:30""#, REFUSED),
                (r#""PT-1H""#, REFUSED),
                (r#""P99999999999999999999D""#, "range: must be shorter than 292,000 years"),
                ("90", "type: must be a duration such as PT1H30M, not a number"),
            ],
        );
    }

    #[test]
    fn text() {
        check_text(&Kind::Duration, &[(" PT1M ", "60000000"), ("", REFUSED), ("1 hour", REFUSED)]);
    }

    #[test]
    fn canonical_text() {
        for (microseconds, expected) in [
            (0, "PT0S"),
            (5_400_000_000, "PT1H30M"),
            (-500_000, "-PT0.5S"),
            (86_400_000_000, "P1D"),
            (129_600_000_001, "P1DT12H0.000001S"),
            (i64::MIN, "-P106751991DT4H54.775808S"),
        ] {
            assert_eq!(duration_text(microseconds), expected);
            assert_eq!(read(expected), Ok(Value::Integer(microseconds)), "{expected}");
        }
    }
}
