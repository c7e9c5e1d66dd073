//! Exact decimals, `decimal(precision,scale)`: read digit by digit, no double in between.
//!
//! The canonical form is plain notation with exactly `scale` digits after the point, so that equal
//! numbers are equal text. Digits beyond the scale are refused, not rounded; zeros there are fine.
//! PostgreSQL and MySQL keep any declared precision. SQLite keeps numbers as doubles, which hold 15
//! decimal digits; its store refuses a resource that declares more.

use serde_json::json;

use crate::field::number::Number;
use crate::field::{Facts, Kind, Measure, Refusal, Storage, literal};
use crate::form::Form;
use crate::value::Value;

const WANTED: &str = "a decimal number";

pub(super) static FACTS: Facts = Facts {
    name: "decimal",
    summary: "an exact decimal number: decimal(digits in all, digits after the point)",
    storage: Storage::Decimal,
    measure: Measure::Value,
    listable: true,
    form: |kind| Form::Decimal(digits(kind).1),
    from_json,
    from_text: |kind, text| read(kind, text.trim()),
    json_schema: |kind| json!({ "type": "number", "multipleOf": step(digits(kind).1) }),
    example,
};

/// Digits in all, and digits after the point.
fn digits(kind: &Kind) -> (u8, u8) {
    match kind {
        Kind::Decimal { precision, scale } => (*precision, *scale),
        _ => (0, 0),
    }
}

fn from_json(kind: &Kind, json: &str) -> Result<Value, Refusal> {
    // A string of digits is welcome: it is how a caller keeps its JSON library from rounding.
    if literal::json_type(json) == "text" {
        read(kind, &literal::string(WANTED, json)?)
    } else {
        read(kind, literal::number(WANTED, json)?)
    }
}

fn read(kind: &Kind, text: &str) -> Result<Value, Refusal> {
    let (precision, scale) = digits(kind);
    let number = Number::parse(text).ok_or_else(|| literal::wrong_format(WANTED))?;
    fits(number.digits_after_point(), scale, "after")?;
    fits(number.digits_before_point(), precision.saturating_sub(scale), "before")?;
    Ok(Value::Decimal(number.plain(scale).into()))
}

fn fits(count: u64, most: u8, side: &str) -> Result<(), Refusal> {
    if count <= u64::from(most) {
        return Ok(());
    }
    let kept = match most {
        0 => "none is kept".to_owned(),
        1 => "at most 1 is kept".to_owned(),
        more => format!("at most {more} are kept"),
    };
    let noun = if count == 1 { "digit" } else { "digits" };
    Err(Refusal::new("range", format!("has {count} {noun} {side} the point, {kept}")))
}

/// The smallest difference between two numbers of this scale.
fn step(scale: u8) -> serde_json::Value {
    if scale == 0 { json!(1) } else { as_json(&format!("1e-{scale}")) }
}

fn example(kind: &Kind) -> serde_json::Value {
    let (precision, scale) = digits(kind);
    let whole = match precision.saturating_sub(scale) {
        0 => "0",
        1 => "9",
        _ => "19",
    };
    as_json(&format!("{whole}.{}", "9".repeat(usize::from(scale.min(2)))))
}

/// A JSON number for documents, where a double is good enough.
fn as_json(text: &str) -> serde_json::Value {
    text.parse::<f64>().map_or(serde_json::Value::Null, serde_json::Value::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::table::{check_json, check_text};

    const PRICE: Kind = Kind::Decimal { precision: 5, scale: 2 };

    #[test]
    fn json() {
        check_json(
            &PRICE,
            &[
                ("12.5", "12.50"),
                ("0.1", "0.10"),
                ("-0.00", "0.00"),
                ("999.99", "999.99"),
                (r#""12.345000e1""#, "123.45"),
                ("12.5000000", "12.50"),
                ("1e-2", "0.01"),
                ("1.005", "range: has 3 digits after the point, at most 2 are kept"),
                ("1000", "range: has 4 digits before the point, at most 3 are kept"),
                ("1e999999999", "range: has 1000000000 digits before the point, at most 3 are kept"),
                (r#""twelve""#, "format: must be a decimal number"),
                ("true", "type: must be a decimal number, not a boolean"),
            ],
        );
        check_json(
            &Kind::Decimal { precision: 30, scale: 0 },
            &[
                ("123456789012345678901234567890", "123456789012345678901234567890"),
                ("0.5", "range: has 1 digit after the point, none is kept"),
            ],
        );
        check_json(
            &Kind::Decimal { precision: 2, scale: 2 },
            &[("0.99", "0.99"), (".5", "type: must be a decimal number, not something that is not JSON")],
        );
    }

    #[test]
    fn text() {
        check_text(
            &PRICE,
            &[
                (" +1.5 ", "1.50"),
                (".5", "0.50"),
                ("NaN", "format: must be a decimal number"),
                ("", "format: must be a decimal number"),
            ],
        );
    }

    #[test]
    fn documents_show_the_step() {
        assert_eq!((FACTS.json_schema)(&PRICE).to_string(), r#"{"type":"number","multipleOf":0.01}"#);
        assert_eq!((FACTS.example)(&PRICE).to_string(), "19.99");
    }
}
