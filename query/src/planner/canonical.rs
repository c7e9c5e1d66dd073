//! JSON as one text, however it was written: what a database's own one text of JSON is compared with.
//!
//! Members are sorted by name and the last of the same name counts, numbers are written in one way,
//! strings escape only what they must. Stores have a function that writes the same.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// So many zeros of a number are written out; more make an exponent.
const ZEROS: i64 = 20;

/// The one text of all JSON that says the same. What is no JSON stays as it is.
pub(super) fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    match write(text.trim(), &mut out) {
        Some(()) => out,
        None => text.to_owned(),
    }
}

/// Recursive, as deep as the JSON that a field's type lets through.
fn write(json: &str, out: &mut String) -> Option<()> {
    match json.bytes().next()? {
        b'{' => {
            let members: BTreeMap<String, &RawValue> = serde_json::from_str(json).ok()?;
            out.push('{');
            for (place, (name, value)) in members.into_iter().enumerate() {
                out.push_str(if place > 0 { "," } else { "" });
                out.push_str(&serde_json::to_string(&name).ok()?);
                out.push(':');
                write(value.get(), out)?;
            }
            out.push('}');
        }
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(json).ok()?;
            out.push('[');
            for (place, item) in items.into_iter().enumerate() {
                out.push_str(if place > 0 { "," } else { "" });
                write(item.get(), out)?;
            }
            out.push(']');
        }
        b'"' => {
            let text: String = serde_json::from_str(json).ok()?;
            out.push_str(&serde_json::to_string(&text).ok()?);
        }
        b'-' | b'0'..=b'9' => out.push_str(&number(json)),
        _ => out.push_str(json),
    }
    Some(())
}

/// A number by what it says: `1.50`, `1.5` and `15e-1` are `1.5`.
fn number(text: &str) -> String {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let sign = if unsigned.len() < text.len() { "-" } else { "" };
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let digits = all.trim_matches('0');
    if digits.is_empty() {
        return "0".to_owned();
    }
    let length = |text: &str| i64::try_from(text.len()).unwrap_or(i64::MAX);
    let behind = length(&all) - length(all.trim_end_matches('0'));
    let shifted = |exponent: i64| exponent.checked_sub(length(fraction))?.checked_add(behind);
    match exponent.parse().ok().and_then(shifted) {
        Some(exponent) => format!("{sign}{}", plain(digits, exponent)),
        // So great an exponent that nobody counts it: equal to what is written the same.
        None => text.to_owned(),
    }
}

/// The digits times ten to the power of `exponent`, without an exponent where that is not too long.
fn plain(digits: &str, exponent: i64) -> String {
    if (0..=ZEROS).contains(&exponent) {
        return format!("{digits}{}", "0".repeat(usize::try_from(exponent).unwrap_or_default()));
    }
    let count = i64::try_from(digits.len()).unwrap_or(i64::MAX);
    // The point is among the digits, or not far before them.
    let behind = exponent.checked_neg().filter(|behind| (1..count.saturating_add(ZEROS)).contains(behind));
    let Some(behind) = behind.and_then(|behind| usize::try_from(behind).ok()) else {
        return format!("{digits}e{exponent}");
    };
    let padded = format!("{digits:0>width$}", width = behind + 1);
    let (whole, fraction) = padded.split_at(padded.len() - behind);
    format!("{whole}.{fraction}")
}

#[cfg(test)]
mod tests {
    use super::json;

    #[test]
    fn what_says_the_same_is_written_the_same() {
        for (texts, expected) in [
            (
                &[r#"{"b": 1.0, "a": [true , null]}"#, r#"{"a":[true,null],"b":1e0}"#][..],
                r#"{"a":[true,null],"b":1}"#,
            ),
            (&[r#"{"a":1,"a":2}"#], r#"{"a":2}"#),
            (&[r#""\u00e9\n""#], "\"é\\n\""),
            (&["1.50", "15e-1", "0.15E+1"], "1.5"),
            (&["-0", "0.00", "0e9"], "0"),
            (&["-100", "-1e2"], "-100"),
            (&["1e20"], "100000000000000000000"),
            (&["1e21", "10e20"], "1e21"),
            (&["0.00012"], "0.00012"),
            (&["12e-21"], "0.000000000000000000012"),
            (&["12e-22"], "12e-22"),
            (&["12345678901234567890.1234567890"], "12345678901234567890.123456789"),
            (&["1e99999999999999999999"], "1e99999999999999999999"),
            (&["{", "\"a"], ""),
        ] {
            for text in texts {
                let expected = if expected.is_empty() { text } else { expected };
                assert_eq!(json(text), *expected, "{text}");
            }
        }
    }
}
