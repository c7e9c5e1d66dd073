//! True or false. Query text also takes the words that PostgreSQL takes.

use serde_json::json;

use crate::field::{Facts, Measure, Refusal, Storage, literal};
use crate::form::Form;
use crate::value::Value;

const WANTED: &str = "true or false";

pub(super) static FACTS: Facts = Facts {
    name: "boolean",
    summary: "true or false",
    storage: Storage::Boolean,
    measure: Measure::Nothing,
    listable: true,
    form: |_| Form::Boolean,
    from_json: |_, json| from_json(json),
    from_text: |_, text| from_text(text),
    json_schema: |_| json!({ "type": "boolean" }),
    example: |_| json!(true),
};

fn from_json(json: &str) -> Result<Value, Refusal> {
    match json.trim() {
        "true" => Ok(Value::Boolean(true)),
        "false" => Ok(Value::Boolean(false)),
        other => Err(literal::wrong_type(WANTED, other)),
    }
}

fn from_text(text: &str) -> Result<Value, Refusal> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "on" | "1" => Ok(Value::Boolean(true)),
        "false" | "f" | "no" | "n" | "off" | "0" => Ok(Value::Boolean(false)),
        _ => Err(literal::wrong_format(WANTED)),
    }
}

#[cfg(test)]
mod tests {
    use crate::field::Kind;
    use crate::field::table::{check_json, check_text};

    #[test]
    fn json() {
        check_json(
            &Kind::Boolean,
            &[
                ("true", "true"),
                (" false", "false"),
                ("1", "type: must be true or false, not a number"),
                (r#""true""#, "type: must be true or false, not text"),
            ],
        );
    }

    #[test]
    fn text() {
        for word in ["true", "t", "1", "yes", "on", "TRUE", " t "] {
            check_text(&Kind::Boolean, &[(word, "true")]);
        }
        for word in ["false", "f", "0", "no", "off"] {
            check_text(&Kind::Boolean, &[(word, "false")]);
        }
        check_text(
            &Kind::Boolean,
            &[("", "format: must be true or false"), ("2", "format: must be true or false")],
        );
    }
}
