//! Doubles (IEEE 754 binary64). Never NaN or infinite: JSON cannot say those.

use serde_json::json;

use crate::field::number::Number;
use crate::field::{Facts, Measure, Refusal, Storage, literal};
use crate::form::Form;
use crate::value::Value;

const WANTED: &str = "a number";

pub(super) static FACTS: Facts = Facts {
    name: "float",
    summary: "a double",
    storage: Storage::Float,
    measure: Measure::Value,
    listable: true,
    form: |_| Form::Float,
    from_json: |_, json| read(literal::number(WANTED, json)?).map(Value::Float),
    from_text: |_, text| read(text.trim()).map(Value::Float),
    json_schema: |_| json!({ "type": "number", "format": "double" }),
    example: |_| json!(2.5),
};

/// The double nearest to the number that `text` stands for.
pub(super) fn read(text: &str) -> Result<f64, Refusal> {
    // Rust itself would also read `inf` and `nan`.
    if Number::parse(text).is_none() {
        return Err(literal::wrong_format(WANTED));
    }
    match text.parse::<f64>() {
        Ok(float) if float.is_finite() => Ok(float),
        _ => Err(Refusal::new("range", "must be a number that a double can hold")),
    }
}

#[cfg(test)]
mod tests {
    use crate::field::Kind;
    use crate::field::table::{check_json, check_text};

    #[test]
    fn json() {
        check_json(
            &Kind::Float,
            &[
                ("2.5", "2.5"),
                ("7", "7"),
                ("-0", "-0"),
                ("1e-400", "0"),
                ("1e400", "range: must be a number that a double can hold"),
                (r#""2.5""#, "type: must be a number, not text"),
                ("[]", "type: must be a number, not a list"),
            ],
        );
    }

    #[test]
    fn text() {
        check_text(
            &Kind::Float,
            &[
                (" 1e3 ", "1000"),
                ("NaN", "format: must be a number"),
                ("inf", "format: must be a number"),
                ("1,5", "format: must be a number"),
            ],
        );
    }
}
