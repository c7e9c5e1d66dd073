//! Slugs: what stands in a readable address, lower-case ASCII words joined by single hyphens.

use serde_json::json;

use crate::field::{Facts, Measure, Refusal, Storage, literal};
use crate::form::Form;
use crate::value::Value;

const WANTED: &str = "lower-case letters and digits joined by single hyphens, such as blue-shoes";

pub(super) static FACTS: Facts = Facts {
    name: "slug",
    summary: "lower-case words joined by hyphens",
    storage: Storage::Text,
    measure: Measure::Length,
    listable: true,
    form: |_| Form::Text,
    from_json: |_, json| read(&literal::string(WANTED, json)?),
    from_text: |_, text| read(text),
    json_schema: |_| json!({ "type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$" }),
    example: |_| json!("blue-shoes"),
};

fn read(text: &str) -> Result<Value, Refusal> {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'));
    if text.split('-').all(is_word) { Ok(Value::text(text)) } else { Err(literal::wrong_format(WANTED)) }
}

#[cfg(test)]
mod tests {
    use crate::field::Kind;
    use crate::field::table::{check_json, check_text};

    const REFUSED: &str =
        "format: must be lower-case letters and digits joined by single hyphens, such as blue-shoes";

    #[test]
    fn json_and_text() {
        check_json(
            &Kind::Slug,
            &[
                (r#""blue-shoes-2""#, r#""blue-shoes-2""#),
                (r#""a""#, r#""a""#),
                (r#""""#, REFUSED),
                (r#""-a""#, REFUSED),
                (r#""a--b""#, REFUSED),
                (r#""Blue""#, REFUSED),
                (r#""größe""#, REFUSED),
            ],
        );
        check_text(&Kind::Slug, &[("x-1", r#""x-1""#), ("x-", REFUSED), ("x\n", REFUSED)]);
    }
}
