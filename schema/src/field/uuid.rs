//! UUIDs (RFC 9562) of any version, kept in lower case with hyphens.

use serde_json::json;

use crate::field::{Facts, Measure, Refusal, Storage, literal};
use crate::form::Form;
use crate::value::Value;

const WANTED: &str = "a UUID such as 01932c07-209c-7a3e-8c5d-2f1b6e4a9d10";

pub(super) static FACTS: Facts = Facts {
    name: "uuid",
    summary: "a UUID",
    storage: Storage::Uuid,
    measure: Measure::Nothing,
    listable: true,
    form: |_| Form::Text,
    from_json: |_, json| read(&literal::string(WANTED, json)?),
    from_text: |_, text| read(text),
    json_schema: |_| json!({ "type": "string", "format": "uuid" }),
    example: |_| json!("01932c07-209c-7a3e-8c5d-2f1b6e4a9d10"),
};

fn read(text: &str) -> Result<Value, Refusal> {
    // Braces, a `urn:uuid:` in front and missing hyphens are understood, as PostgreSQL does.
    match uuid::Uuid::try_parse(text.trim()) {
        Ok(uuid) => Ok(Value::text(uuid.hyphenated().to_string())),
        Err(_) => Err(literal::wrong_format(WANTED)),
    }
}

#[cfg(test)]
mod tests {
    use crate::field::Kind;
    use crate::field::table::{check_json, check_text};

    const CANONICAL: &str = r#""01932c07-209c-7a3e-8c5d-2f1b6e4a9d10""#;
    const REFUSED: &str = "format: must be a UUID such as 01932c07-209c-7a3e-8c5d-2f1b6e4a9d10";

    #[test]
    fn json_and_text() {
        check_json(
            &Kind::Uuid,
            &[
                (CANONICAL, CANONICAL),
                (r#""01932C07-209C-7A3E-8C5D-2F1B6E4A9D10""#, CANONICAL),
                (r#""{01932c07-209c-7a3e-8c5d-2f1b6e4a9d10}""#, CANONICAL),
                (r#""01932c07209c7a3e8c5d2f1b6e4a9d10""#, CANONICAL),
                (r#""01932c07""#, REFUSED),
                ("7", "type: must be a UUID such as 01932c07-209c-7a3e-8c5d-2f1b6e4a9d10, not a number"),
            ],
        );
        check_text(&Kind::Uuid, &[("01932c07-209c-7a3e-8c5d-2f1b6e4a9d10", CANONICAL), ("", REFUSED)]);
    }
}
