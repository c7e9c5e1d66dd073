//! Whole numbers of 64 bits, exact. `1.0` and `1e3` are accepted, since some JSON writers know only
//! floating-point numbers; `1.5` is refused rather than rounded.

use serde_json::json;

use crate::field::number::Number;
use crate::field::{Facts, Measure, Refusal, Storage, literal};
use crate::form::Form;
use crate::value::Value;

const WANTED: &str = "a whole number";

pub(super) static FACTS: Facts = Facts {
    name: "integer",
    summary: "a whole number of 64 bits",
    storage: Storage::Integer,
    measure: Measure::Value,
    listable: true,
    form: |_| Form::Integer,
    from_json: |_, json| read(literal::number(WANTED, json)?).map(Value::Integer),
    from_text: |_, text| read(text.trim()).map(Value::Integer),
    json_schema: |_| json!({ "type": "integer", "format": "int64" }),
    example: |_| json!(42),
};

/// The whole number that `text` stands for, if it is one of 64 bits.
pub(super) fn read(text: &str) -> Result<i64, Refusal> {
    if let Ok(integer) = text.parse() {
        return Ok(integer);
    }
    let number = Number::parse(text).ok_or_else(|| literal::wrong_format(WANTED))?;
    if number.digits_after_point() > 0 {
        return Err(literal::wrong_format(WANTED));
    }
    let too_large = || Refusal::new("range", format!("must be between {} and {}", i64::MIN, i64::MAX));
    // 64 bits have at most 19 digits; a huge exponent must not become as many zeros.
    if number.digits_before_point() > 19 {
        return Err(too_large());
    }
    number.plain(0).parse().map_err(|_| too_large())
}

#[cfg(test)]
mod tests {
    use crate::field::Kind;
    use crate::field::table::{check_json, check_text};

    const RANGE: &str = "range: must be between -9223372036854775808 and 9223372036854775807";

    #[test]
    fn json() {
        check_json(
            &Kind::Integer,
            &[
                ("42", "42"),
                (" -0 ", "0"),
                ("1.0", "1"),
                ("1e3", "1000"),
                ("9223372036854775807", "9223372036854775807"),
                ("-9223372036854775808", "-9223372036854775808"),
                ("-9223372036854775808.0", "-9223372036854775808"),
                ("9223372036854775808", RANGE),
                ("1e999999999", RANGE),
                ("1e-999999999", "format: must be a whole number"),
                ("1.5", "format: must be a whole number"),
                (r#""42""#, "type: must be a whole number, not text"),
                ("true", "type: must be a whole number, not a boolean"),
            ],
        );
    }

    #[test]
    fn text() {
        check_text(
            &Kind::Integer,
            &[
                (" 42 ", "42"),
                ("+7", "7"),
                ("007", "7"),
                ("99999999999999999999", RANGE),
                ("", "format: must be a whole number"),
                ("4 2", "format: must be a whole number"),
                ("٤", "format: must be a whole number"),
            ],
        );
    }
}
