//! Whatever an existing database holds in a column without a type: SQLite allows that.
//!
//! JSON says what it is by itself. Query text does not: what looks like a JSON number is taken for
//! a number, everything else for text, as SQLite's own comparison would tell 5 from '5'.

use crate::field::{Facts, Measure, Refusal, Storage, float, json, literal};
use crate::form::Form;
use crate::value::Value;

pub(super) static FACTS: Facts = Facts {
    name: "any",
    summary: "whatever the database holds",
    storage: Storage::Any,
    measure: Measure::Nothing,
    listable: false,
    form: |_| Form::Any,
    from_json: |_, json| from_json(json),
    from_text: |_, text| from_text(text),
    json_schema: |_| serde_json::json!({}),
    example: |_| serde_json::json!("anything"),
};

fn from_json(json: &str) -> Result<Value, Refusal> {
    let json = json.trim();
    match json_start(json) {
        b'"' => literal::storable(&literal::string("text", json)?).map(Value::text),
        b'[' | b'{' => json::compact(json).map(|json| Value::Json(json.into())),
        b'-' | b'0'..=b'9' => number(json),
        _ => match json {
            "true" => Ok(Value::Boolean(true)),
            "false" => Ok(Value::Boolean(false)),
            other => Err(literal::wrong_type("a value", other)),
        },
    }
}

fn from_text(text: &str) -> Result<Value, Refusal> {
    // `01234` is a postal code, not a number; JSON's grammar tells them apart.
    if matches!(json_start(text), b'-' | b'0'..=b'9') && json::well_formed(text).is_ok() {
        return number(text.trim());
    }
    literal::storable(text).map(Value::text)
}

fn json_start(json: &str) -> u8 {
    json.bytes().next().unwrap_or_default()
}

fn number(text: &str) -> Result<Value, Refusal> {
    // Whole numbers beyond 64 bits become doubles, as in SQLite.
    match text.parse() {
        Ok(integer) => Ok(Value::Integer(integer)),
        Err(_) => float::read(text).map(Value::Float),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Kind;
    use crate::field::table::check_json;

    #[test]
    fn json_says_what_it_is() {
        for (json, expected) in [
            ("5", Value::Integer(5)),
            ("5.0", Value::Float(5.0)),
            ("9223372036854775808", Value::Float(9_223_372_036_854_775_808.0)),
            ("true", Value::Boolean(true)),
            (r#""5""#, Value::text("5")),
            ("[1, 2]", Value::Json("[1,2]".into())),
            ("{ }", Value::Json("{}".into())),
        ] {
            assert_eq!(from_json(json), Ok(expected), "{json}");
        }
        check_json(&Kind::Any, &[("1e999", "range: must be a number that a double can hold")]);
    }

    #[test]
    fn text_is_text_unless_it_is_a_number() {
        for (text, expected) in [
            ("5", Value::Integer(5)),
            ("-2.5", Value::Float(-2.5)),
            ("01234", Value::text("01234")),
            ("true", Value::text("true")),
            ("+5", Value::text("+5")),
            ("", Value::text("")),
        ] {
            assert_eq!(from_text(text), Ok(expected), "{text}");
        }
    }
}
