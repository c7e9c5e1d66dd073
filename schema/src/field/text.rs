//! Text, kept exactly as it was sent: no trimming, no normalisation.

use serde_json::json;

use crate::field::{Facts, Measure, Storage, literal};
use crate::form::Form;
use crate::value::Value;

pub(super) static FACTS: Facts = Facts {
    name: "text",
    summary: "text; min and max count characters",
    storage: Storage::Text,
    measure: Measure::Length,
    listable: true,
    form: |_| Form::Text,
    from_json: |_, json| literal::storable(&literal::string("text", json)?).map(Value::text),
    from_text: |_, text| literal::storable(text).map(Value::text),
    json_schema: |_| json!({ "type": "string" }),
    example: |_| json!("Mountain bike"),
};

#[cfg(test)]
mod tests {
    use crate::field::Kind;
    use crate::field::table::{check_json, check_text};

    #[test]
    fn json() {
        check_json(
            &Kind::Text,
            &[
                (r#"" a\tb ""#, r#"" a\tb ""#),
                (r#""""#, r#""""#),
                (r#""\u00e9""#, r#""é""#),
                (r#""a\u0000b""#, r"format: must not hold the character NUL (\u0000)"),
                (r#""\udc00""#, "format: must not hold an escape that stands for no character"),
                ("12", "type: must be text, not a number"),
                ("{}", "type: must be text, not an object"),
            ],
        );
    }

    #[test]
    fn text() {
        check_text(
            &Kind::Text,
            &[
                (" as is ", r#"" as is ""#),
                ("null", r#""null""#),
                ("a\0b", r"format: must not hold the character NUL (\u0000)"),
            ],
        );
    }
}
