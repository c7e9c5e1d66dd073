//! Bytes, base64 in JSON (RFC 4648). The standard and the URL-safe alphabet are read, with or
//! without padding; the standard one with padding is written.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_PAD_INDIFFERENT;
use serde_json::json;

use crate::field::{Facts, Measure, Refusal, Storage, literal};
use crate::form::Form;
use crate::value::Value;

const WANTED: &str = "bytes in base64";

pub(super) static FACTS: Facts = Facts {
    name: "bytes",
    summary: "bytes, base64 in JSON; min and max count bytes",
    storage: Storage::Bytes,
    measure: Measure::Length,
    listable: true,
    form: |_| Form::Base64,
    from_json: |_, json| read(&literal::string(WANTED, json)?),
    from_text: |_, text| read(text.trim()),
    json_schema: |_| json!({ "type": "string", "contentEncoding": "base64" }),
    example: |_| json!("aGVsbG8="),
};

fn read(text: &str) -> Result<Value, Refusal> {
    let standard: Vec<u8> = text
        .bytes()
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => other,
        })
        .collect();
    match STANDARD_PAD_INDIFFERENT.decode(standard) {
        Ok(bytes) => Ok(Value::Bytes(bytes.into())),
        Err(_) => Err(literal::wrong_format(WANTED)),
    }
}

#[cfg(test)]
mod tests {
    use crate::field::Kind;
    use crate::field::table::{check_json, check_text};

    #[test]
    fn json_and_text() {
        check_json(
            &Kind::Bytes,
            &[
                (r#""aGVsbG8=""#, r#""aGVsbG8=""#),
                (r#""aGVsbG8""#, r#""aGVsbG8=""#),
                (r#""-_8""#, r#""+/8=""#),
                (r#""""#, r#""""#),
                (r#""a""#, "format: must be bytes in base64"),
                (r#""aGVs bG8=""#, "format: must be bytes in base64"),
                ("[1,2]", "type: must be bytes in base64, not a list"),
            ],
        );
        check_text(&Kind::Bytes, &[("aGk", r#""aGk=""#), ("é", "format: must be bytes in base64")]);
    }
}
