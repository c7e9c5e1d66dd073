//! One value on its way: whether it fits its field, and the one text of all values that are the same.
//!
//! Databases write equal values differently: PostgreSQL orders the members of JSON objects, SQLite keeps
//! a moment as somebody wrote it. It must not know databases.

use std::collections::BTreeMap;

use roundtrip_schema::{Field, Value};
use serde_json::value::RawValue;

use crate::transfer::object::members;

/// The one text of a value.
///
/// # Errors
/// Why it does not fit its field: `must be a whole number`.
pub(super) fn canonical(field: &Field, json: &str) -> Result<String, String> {
    let refused = |refusals: Vec<roundtrip_schema::field::Refusal>| {
        refusals.first().map_or_else(String::new, |first| first.detail.clone())
    };
    let value = field.accept_json(json).map_err(refused)?;
    Ok(match &value {
        Value::Json(text) => document(text),
        Value::Float(_) => {
            let kept = field.ty.json_text(&value);
            if number(&kept) != number(json.trim()) {
                return Err("has more digits than a double keeps".to_owned());
            }
            kept
        }
        value => field.ty.json_text(value),
    })
}

/// A document with its members in order, the last of several of the same name, and plain numbers.
fn document(json: &str) -> String {
    let json = json.trim();
    match json.as_bytes().first() {
        Some(b'{') => {
            let Ok(members) = members(json) else { return json.to_owned() };
            let members: BTreeMap<String, &str> = members.into_iter().collect();
            let member = |(name, value): (&String, &&str)| {
                format!("{}:{}", serde_json::Value::from(name.as_str()), document(value))
            };
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
        }
        Some(b'[') => {
            let Ok(elements) = serde_json::from_str::<Vec<&RawValue>>(json) else { return json.to_owned() };
            let elements: Vec<String> = elements.iter().map(|one| document(one.get())).collect();
            format!("[{}]", elements.join(","))
        }
        Some(b'"') => serde_json::from_str::<String>(json)
            .map_or_else(|_| json.to_owned(), |text| serde_json::Value::from(text).to_string()),
        Some(b'-' | b'0'..=b'9') => number(json),
        _ => json.to_owned(),
    }
}

/// A number as its digits and an exponent: `1.50`, `15e-1` are `15e-1`.
fn number(text: &str) -> String {
    let (sign, unsigned) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let digits = all.trim_start_matches('0').trim_end_matches('0');
    if digits.is_empty() {
        return "0".to_owned();
    }
    let behind = all.len() - all.trim_end_matches('0').len();
    let place = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
    let exponent = exponent
        .parse()
        .ok()
        .and_then(|one: i64| one.checked_sub(place(fraction.len()))?.checked_add(place(behind)));
    // So great an exponent that nobody counts it is equal to what is written the same.
    exponent.map_or_else(|| text.to_owned(), |exponent| format!("{sign}{digits}e{exponent}"))
}

#[cfg(test)]
mod tests {
    use roundtrip_schema::{FieldType, Kind};

    use super::*;

    fn one(kind: Kind, json: &str) -> Result<String, String> {
        canonical(&Field::new("f", FieldType::one(kind)), json)
    }

    #[test]
    fn what_is_the_same_has_one_text() {
        for (kind, one_text, other) in [
            (Kind::Json, r#"{"b": 1.50, "a": [1e2, "\u0061"]}"#, r#"{"a":[100,"a"],"b":15e-1}"#),
            (Kind::Json, r#"{"a": 1, "a": 2}"#, r#"{"a": 2}"#),
            (Kind::Datetime, r#""2026-01-02 03:04:05""#, r#""2026-01-02T03:04:05+00:00""#),
            (Kind::Datetime, r#""2026-01-02T03:04:05.100000000Z""#, r#""2026-01-02T03:04:05.1+00:00""#),
            (Kind::Decimal { precision: 9, scale: 2 }, "1.5", "1.50"),
            (Kind::Float, "1e3", "1000"),
            (Kind::Float, "0.30000000000000004", "3.0000000000000004e-1"),
        ] {
            assert_eq!(one(kind.clone(), one_text), one(kind, other), "{one_text}");
        }
        assert_ne!(one(Kind::Json, r#"{"a": "1"}"#), one(Kind::Json, r#"{"a": 1}"#));
        assert_ne!(one(Kind::Json, "[1,2]"), one(Kind::Json, "[2,1]"));
        assert_ne!(one(Kind::Json, "0.1"), one(Kind::Json, "0.01"));
    }

    #[test]
    fn what_does_not_fit_says_why() {
        for (kind, json, reason) in [
            (Kind::Integer, "1.5", "must be a whole number"),
            (Kind::Text, "null", "must not be null"),
            (Kind::Text, "\"a\\u0000b\"", "NUL"),
            (Kind::Decimal { precision: 9, scale: 2 }, "0.30000000000000004", "after the point"),
            (Kind::Float, "12345678901234567890.5", "more digits than a double keeps"),
        ] {
            let found = one(kind, json);
            assert!(found.as_ref().is_err_and(|found| found.contains(reason)), "{json}: {found:?}");
        }
    }
}
