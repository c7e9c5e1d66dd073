//! Whether a value may stand in a field: null, `min`, `max`, `pattern`.
//!
//! It must not know how values are read; the kinds do that.

use std::cmp::Ordering;

use crate::field::number::Number;
use crate::field::{Field, Measure, Refusal, duration};
use crate::form::Form;
use crate::value::Value;

impl Field {
    /// Reads the exact JSON text of a value for this field, and checks it against the field's limits.
    pub fn accept_json(&self, json: &str) -> Result<Value, Vec<Refusal>> {
        let value = match json.trim() {
            "null" => Value::Null,
            other => self.ty.value_from_json(other).map_err(|refusal| vec![refusal])?,
        };
        let refusals = self.check(&value);
        if refusals.is_empty() { Ok(value) } else { Err(refusals) }
    }

    /// Reads the text form of a value, as CSV and forms have it, and checks it against the field's limits.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn accept_text(&self, text: &str) -> Result<Value, Vec<Refusal>> {
        let value = self.ty.value_from_text(text).map_err(|refusal| vec![refusal])?;
        let refusals = self.check(&value);
        if refusals.is_empty() { Ok(value) } else { Err(refusals) }
    }

    /// Everything that is wrong with a value of this field's type; nothing if it may be stored.
    pub fn check(&self, value: &Value) -> Vec<Refusal> {
        if value.is_null() {
            let missing = || Refusal::new("required", "must not be null");
            return if self.optional { Vec::new() } else { vec![missing()] };
        }
        let limit = |limit: Option<&Value>, side: Side| match self.ty.measure() {
            Measure::Nothing => None,
            Measure::Length => self.check_length(value, limit?, side),
            Measure::Value => self.check_value(value, limit?, side),
        };
        let least = limit(self.min.as_ref(), Side::Min);
        let most = limit(self.max.as_ref(), Side::Max);
        least.into_iter().chain(most).chain(self.check_pattern(value)).collect()
    }

    fn check_length(&self, value: &Value, limit: &Value, side: Side) -> Option<Refusal> {
        let (length, noun) = match value {
            Value::Text(text) => (text.chars().count(), "character"),
            Value::Bytes(bytes) => (bytes.len(), "byte"),
            Value::Json(json) if self.ty.list => (elements(json)?.len(), "element"),
            _ => return None,
        };
        let order = compare(&Value::Integer(i64::try_from(length).ok()?), limit)?;
        if order != side.refused() {
            return None;
        }
        let plural = if *limit == Value::Integer(1) { "" } else { "s" };
        let detail = format!("must have {} {limit} {noun}{plural}, has {length}", side.words());
        Some(Refusal::new(side.length_code(), detail))
    }

    fn check_value(&self, value: &Value, limit: &Value, side: Side) -> Option<Refusal> {
        if compare(value, limit)? != side.refused() {
            return None;
        }
        let shown = match limit {
            Value::Integer(microseconds) if self.ty.form() == Form::Duration => {
                duration::duration_text(*microseconds)
            }
            Value::Text(text) => text.to_string(),
            other => other.to_string(),
        };
        Some(Refusal::new(side.code(), format!("must be {} {shown}", side.words())))
    }

    /// A list's pattern is about each of its elements.
    fn check_pattern(&self, value: &Value) -> Option<Refusal> {
        let pattern = self.pattern.as_ref()?;
        let refusal = |element: &str| {
            Refusal::new("pattern", format!("{element}must match the pattern {}", pattern.source()))
        };
        match value {
            Value::Text(text) => (!pattern.matches(text)).then(|| refusal("")),
            Value::Json(json) if self.ty.list => elements(json)?
                .iter()
                .position(|element| element.as_str().is_some_and(|text| !pattern.matches(text)))
                .map(|index| refusal(&format!("element [{index}] "))),
            _ => None,
        }
    }
}

/// Which limit.
#[derive(Debug, Clone, Copy)]
enum Side {
    Min,
    Max,
}

impl Side {
    /// How a value compares to the limit that refuses it.
    fn refused(self) -> Ordering {
        match self {
            Self::Min => Ordering::Less,
            Self::Max => Ordering::Greater,
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::Min => "min",
            Self::Max => "max",
        }
    }

    fn length_code(self) -> &'static str {
        match self {
            Self::Min => "min_length",
            Self::Max => "max_length",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Min => "at least",
            Self::Max => "at most",
        }
    }
}

/// The elements of a stored list. Its numbers may be rounded here: they are counted, never shown.
fn elements(json: &str) -> Option<Vec<serde_json::Value>> {
    serde_json::from_str(json).ok()
}

/// The order of two values by what they mean. `None` if they are of different kinds; `parse` reads
/// limits by the field's own type, so that they are not.
fn compare(value: &Value, limit: &Value) -> Option<Ordering> {
    match (value, limit) {
        (Value::Integer(value), Value::Integer(limit)) => Some(value.cmp(limit)),
        (Value::Float(value), Value::Float(limit)) => value.partial_cmp(limit),
        // Canonical days, times and moments sort bytewise.
        (Value::Text(value), Value::Text(limit)) => Some(value.cmp(limit)),
        _ => Some(digits(value)?.cmp(&digits(limit)?)),
    }
}

fn digits(value: &Value) -> Option<Number> {
    match value {
        Value::Integer(_) | Value::Float(_) | Value::Decimal(_) => Number::parse(&value.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::{FieldType, Kind, Pattern};

    fn check(field: &Field, rows: &[(&str, &str)]) {
        for (json, expected) in rows {
            let shown = match field.accept_json(json) {
                Ok(value) => value.to_string(),
                Err(refusals) => {
                    let each = refusals.iter().map(|refusal| format!("{}: {}", refusal.code, refusal.detail));
                    each.collect::<Vec<_>>().join(" | ")
                }
            };
            assert_eq!(&shown, expected, "from {json}");
        }
    }

    fn limited(ty: &FieldType, min: &str, max: &str) -> Field {
        let read = |text: &str| {
            let limits = if ty.measure() == Measure::Length { &FieldType::one(Kind::Integer) } else { ty };
            Some(limits.value_from_text(text).unwrap())
        };
        Field { min: read(min), max: read(max), ..Field::new("field", ty.clone()) }
    }

    #[test]
    fn null_needs_an_optional_field() {
        let field = Field::new("about", FieldType::one(Kind::Text));
        check(&field, &[("null", "required: must not be null"), (r#""""#, r#""""#)]);
        check(
            &Field { optional: true, ..field },
            &[(" null ", "null"), ("1", "type: must be text, not a number")],
        );
    }

    #[test]
    fn lengths() {
        check(
            &limited(&FieldType::one(Kind::Text), "2", "3"),
            &[
                (r#""äöü""#, r#""äöü""#),
                (r#""a""#, "min_length: must have at least 2 characters, has 1"),
                (r#""abcd""#, "max_length: must have at most 3 characters, has 4"),
            ],
        );
        check(
            &limited(&FieldType::list(Kind::Integer), "1", "2"),
            &[
                ("[7]", "[7]"),
                ("[]", "min_length: must have at least 1 element, has 0"),
                ("[1,2,3]", "max_length: must have at most 2 elements, has 3"),
            ],
        );
        check(
            &limited(&FieldType::one(Kind::Bytes), "0", "1"),
            &[(r#""aGk=""#, "max_length: must have at most 1 byte, has 2")],
        );
    }

    #[test]
    fn values() {
        let price = Kind::Decimal { precision: 12, scale: 2 };
        check(
            &limited(&FieldType::one(price), "0", "100.5"),
            &[
                ("9.99", "9.99"),
                ("-0.01", "min: must be at least 0.00"),
                ("100.51", "max: must be at most 100.50"),
            ],
        );
        check(
            &limited(&FieldType::one(Kind::Integer), "-3", "10"),
            &[("9", "9"), ("-20", "min: must be at least -3")],
        );
        check(
            &limited(&FieldType::one(Kind::Float), "0", "0.5"),
            &[("0.5", "0.5"), ("0.51", "max: must be at most 0.5")],
        );
        check(
            &limited(&FieldType::one(Kind::Date), "2000-01-01", "2030-01-01"),
            &[(r#""1999-12-31""#, "min: must be at least 2000-01-01")],
        );
        check(
            &limited(&FieldType::one(Kind::Duration), "PT0S", "PT1H"),
            &[(r#""PT61M""#, "max: must be at most PT1H"), (r#""PT1H""#, "3600000000")],
        );
    }

    #[test]
    fn limits_of_another_number_kind_still_hold() {
        let price = FieldType::one(Kind::Decimal { precision: 12, scale: 2 });
        let field = Field {
            min: Some(Value::Integer(1)),
            max: Some(Value::Float(9.5)),
            ..Field::new("price", price)
        };
        check(
            &field,
            &[("0.99", "min: must be at least 1"), ("9.51", "max: must be at most 9.5"), ("1", "1.00")],
        );
    }

    #[test]
    fn patterns() {
        let pattern = Pattern::new("[A-Z]{2}").ok();
        let one = Field {
            pattern: pattern.clone(),
            max: Some(Value::Integer(2)),
            ..Field::new("c", FieldType::one(Kind::Text))
        };
        check(
            &one,
            &[
                (r#""DE""#, r#""DE""#),
                (
                    r#""deu""#,
                    "max_length: must have at most 2 characters, has 3 | pattern: must match the pattern [A-Z]{2}",
                ),
            ],
        );
        let many = Field { pattern, ..Field::new("c", FieldType::list(Kind::Text)) };
        check(&many, &[(r#"["DE","x"]"#, "pattern: element [1] must match the pattern [A-Z]{2}")]);
    }
}
