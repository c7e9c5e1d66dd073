//! Reading literals: what the kinds share when they read JSON text and query text.
//!
//! It must not know any particular kind, save in [`FieldType::json_text`], the way back.

use std::borrow::Cow;

use crate::field::{FieldType, Refusal, duration};
use crate::form::Form;
use crate::value::Value;

/// What a JSON text is, judged by its first character; the rest is known to be well-formed.
pub(super) fn json_type(json: &str) -> &'static str {
    match json.trim_start().bytes().next() {
        Some(b'"') => "text",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        Some(b'[') => "a list",
        Some(b'{') => "an object",
        Some(b'-' | b'0'..=b'9') => "a number",
        _ => "something that is not JSON",
    }
}

/// The refusal of a JSON value of another type than `wanted` (`a whole number`).
pub(super) fn wrong_type(wanted: &str, json: &str) -> Refusal {
    Refusal::new("type", format!("must be {wanted}, not {}", json_type(json)))
}

/// The refusal of a value that has the right type but does not read as `wanted`.
pub(super) fn wrong_format(wanted: &str) -> Refusal {
    Refusal::new("format", format!("must be {wanted}"))
}

/// The text inside a JSON string, unescaped.
pub(super) fn string<'a>(wanted: &str, json: &'a str) -> Result<Cow<'a, str>, Refusal> {
    let json = json.trim();
    if !json.starts_with('"') {
        return Err(wrong_type(wanted, json));
    }
    if let Some(plain) = json.get(1..json.len() - 1)
        && json.ends_with('"')
        && !plain.contains(['"', '\\'])
    {
        return Ok(Cow::Borrowed(plain));
    }
    // JSON may escape half of a surrogate pair, which is no character and has no UTF-8.
    serde_json::from_str(json)
        .map(Cow::Owned)
        .map_err(|_| Refusal::new("format", "must not hold an escape that stands for no character"))
}

/// The text of a JSON number.
pub(super) fn number<'a>(wanted: &str, json: &'a str) -> Result<&'a str, Refusal> {
    let json = json.trim();
    if json_type(json) == "a number" { Ok(json) } else { Err(wrong_type(wanted, json)) }
}

/// Text that every database can store.
pub(super) fn storable(text: &str) -> Result<&str, Refusal> {
    // PostgreSQL ends text at NUL; refusing it everywhere keeps the databases alike.
    if text.contains('\0') {
        return Err(Refusal::new("format", "must not hold the character NUL (\\u0000)"));
    }
    Ok(text)
}

impl FieldType {
    /// The JSON text of a value of this type, as an answer shows it. [`FieldType::value_from_json`]
    /// reads it back as the same value.
    pub fn json_text(&self, value: &Value) -> String {
        match value {
            Value::Integer(microseconds) if self.form() == Form::Duration => {
                format!("\"{}\"", duration::duration_text(*microseconds))
            }
            // `Display` would write 1e300 with all its zeros.
            Value::Float(float) => serde_json::Value::from(*float).to_string(),
            other => other.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_unescaped() {
        for (json, expected) in [
            (r#""plain""#, Ok("plain")),
            (r#" "" "#, Ok("")),
            (r#""a\"b\u00e9\ud83d\ude00""#, Ok("a\"bé😀")),
            (r#""\ud83d""#, Err("format")),
            (r#"""#, Err("format")),
            ("12", Err("type")),
            ("", Err("type")),
        ] {
            let read = string("text", json);
            assert_eq!(read.as_deref().map_err(|refusal| refusal.code), expected, "{json}");
        }
    }

    #[test]
    fn a_wrong_type_is_named() {
        for (json, found) in [
            ("null", "null"),
            ("true", "a boolean"),
            ("[1]", "a list"),
            ("{}", "an object"),
            ("-1", "a number"),
            (r#""a""#, "text"),
        ] {
            assert_eq!(wrong_type("a day", json).detail, format!("must be a day, not {found}"));
        }
    }
}
