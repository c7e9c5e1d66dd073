//! Any JSON value, kept as text: whitespace goes, everything else stays as it was written.
//!
//! It never becomes a tree of values, which would round long numbers and drop repeated keys.

use serde::de::IgnoredAny;

use crate::field::{Facts, Measure, Refusal, Storage, literal};
use crate::form::Form;
use crate::value::Value;

/// How deep lists and objects may lie in one another; readers of JSON, ours and the databases',
/// are recursive.
const DEEPEST: usize = 128;

pub(super) static FACTS: Facts = Facts {
    name: "json",
    summary: "any JSON value",
    storage: Storage::Json,
    measure: Measure::Nothing,
    // A list is a JSON value already.
    listable: false,
    form: |_| Form::Json,
    from_json: |_, json| compact(json).map(|json| Value::Json(json.into())),
    from_text: |_, text| from_text(text),
    json_schema: |_| serde_json::json!({}),
    example: |_| serde_json::json!({ "colour": "blue", "sizes": [42, 43] }),
};

fn from_text(text: &str) -> Result<Value, Refusal> {
    well_formed(text)?;
    compact(text).map(|json| Value::Json(json.into()))
}

/// Refuses what is not one JSON value.
pub(super) fn well_formed(text: &str) -> Result<(), Refusal> {
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => Ok(()),
        Err(_) => Err(literal::wrong_format("JSON")),
    }
}

/// The same JSON without whitespace between its tokens.
pub(super) fn compact(json: &str) -> Result<String, Refusal> {
    let mut compacted = String::with_capacity(json.len());
    let mut depth = 0_usize;
    let mut rest = json;
    // Every delimiter is ASCII, so cutting there keeps characters whole.
    while let Some(at) = rest.find(['"', '[', '{', ']', '}', ' ', '\t', '\n', '\r']) {
        let (before, from) = rest.split_at(at);
        compacted.push_str(before);
        let token = match from.as_bytes()[0] {
            b'"' => string_token(from)?,
            _ => &from[..1],
        };
        match token.as_bytes()[0] {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Err(Refusal::new("depth", format!("must not be nested deeper than {DEEPEST} levels")));
        }
        if !token.starts_with([' ', '\t', '\n', '\r']) {
            compacted.push_str(token);
        }
        rest = &from[token.len()..];
    }
    compacted.push_str(rest);
    Ok(compacted)
}

/// The JSON string at the start of `json`, with its quotes.
fn string_token(json: &str) -> Result<&str, Refusal> {
    let mut escaped = false;
    let end = json.bytes().enumerate().skip(1).find_map(|(at, byte)| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes.then_some(at)
    });
    let token = end.map_or(json, |end| &json[..=end]);
    // PostgreSQL's jsonb refuses these two; refusing them everywhere keeps the databases alike.
    if token.contains("\\u") {
        literal::storable(&literal::string("text", token)?)?;
    }
    Ok(token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Kind;
    use crate::field::table::{check_json, check_text};

    #[test]
    fn json() {
        check_json(
            &Kind::Json,
            &[
                ("{ \"b\" : [ 1.50 , 2 ] ,\n\t\"a\": \" x \\\" y \" }", r#"{"b":[1.50,2],"a":" x \" y "}"#),
                (
                    r#"{"a":1,"a":12345678901234567890.123456789}"#,
                    r#"{"a":1,"a":12345678901234567890.123456789}"#,
                ),
                (r#" "tail\\" "#, r#""tail\\""#),
                (r#"["é", "\u00e9"]"#, r#"["é","\u00e9"]"#),
                ("12", "12"),
                (r#"{"a":"\u0000"}"#, r"format: must not hold the character NUL (\u0000)"),
                (r#"["\ud800"]"#, "format: must not hold an escape that stands for no character"),
                (r#"["\\u0000"]"#, r#"["\\u0000"]"#),
            ],
        );
    }

    #[test]
    fn text() {
        check_text(
            &Kind::Json,
            &[
                (" [1, 2] ", "[1,2]"),
                ("null", "null"),
                ("", "format: must be JSON"),
                ("{a:1}", "format: must be JSON"),
                ("1 2", "format: must be JSON"),
            ],
        );
    }

    #[test]
    fn depth_is_limited() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(from_text(&nested(DEEPEST)).is_ok());
        assert_eq!(from_text(&nested(DEEPEST + 1)).unwrap_err().code, "depth");
        assert_eq!(from_text(&nested(100_000)).unwrap_err().code, "depth");
    }
}
