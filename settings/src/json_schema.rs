//! The JSON Schema (2020-12) of `roundtrip.toml`, with which editors complete and check it.
//!
//! Must not know: where the binary writes it.

use serde_json::{Map, Value as Json, json};

use crate::{Key, Kind, Section, Value, sections};

/// The schema of `roundtrip.toml`.
pub fn json_schema() -> Json {
    let properties: Map<_, _> =
        sections().iter().map(|section| (section.name.to_owned(), section_schema(section))).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "roundtrip.toml",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    })
}

fn section_schema(section: &Section) -> Json {
    let properties: Map<_, _> =
        section.keys.iter().map(|key| (key.name.to_owned(), key_schema(key))).collect();
    json!({
        "description": section.sentence(),
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    })
}

fn key_schema(key: &Key) -> Json {
    let mut schema = match key.kind {
        Kind::Name => json!({ "type": "string", "minLength": 1, "maxLength": 64 }),
        Kind::Address { .. } | Kind::Url { .. } | Kind::Folder { .. } => json!({ "type": "string" }),
        Kind::Origins | Kind::Names { .. } => {
            json!({ "type": ["array", "string"], "items": { "type": "string" } })
        }
        Kind::Integer { min, max, .. } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Kind::Flag { .. } => json!({ "type": "boolean" }),
        Kind::Choice { names, .. } => json!({ "enum": names }),
    };
    schema["description"] = json!(key.sentence());
    match key.kind.default() {
        Value::Text(text) if !text.is_empty() => schema["default"] = json!(text),
        Value::Integer(number) => schema["default"] = json!(number),
        Value::Flag(flag) => schema["default"] = json!(flag),
        Value::Text(_) | Value::Unset => {}
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_its_type_limits_default_and_sentence() {
        let schema = json_schema();
        assert_eq!(
            schema["properties"]["server"]["properties"]["port"],
            json!({
                "type": "integer", "minimum": 0, "maximum": 65535, "default": 8360,
                "description": "The port to listen on; 0 takes a free one.",
            })
        );
        assert_eq!(
            schema["properties"]["public"]["properties"]["access"]["enum"],
            json!(["none", "read", "write"])
        );
        assert_eq!(schema["properties"]["log"]["additionalProperties"], json!(false));
        assert!(schema["properties"]["database"]["properties"]["url"].get("default").is_none());
    }
}
