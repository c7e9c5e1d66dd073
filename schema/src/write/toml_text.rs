//! TOML as text: strings, keys, lists, literals, comments.
//!
//! Written by hand, because the order, the short forms and the comments matter here.

use std::fmt::{self, Write as _};

use crate::field::{FieldType, duration_text};
use crate::form::Form;
use crate::parse::literal::Literal;
use crate::parse::name;
use crate::value::Value;

/// A list longer than this is written one item a line.
const LONGEST_LINE: usize = 100;

/// Adds to a text.
pub(super) fn put(text: &mut String, words: fmt::Arguments<'_>) {
    // A `String` never fails to take more text.
    let _ = text.write_fmt(words);
}

/// A basic string.
pub(super) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for one in text.chars() {
        match one {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            control if control.is_control() => {
                put(&mut quoted, format_args!("\\u{:04X}", u32::from(control)));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// A string in single quotes where that spares backslashes: patterns.
pub(super) fn quote_raw(text: &str) -> String {
    let raw = text.contains('\\') && !text.contains('\'') && !text.chars().any(char::is_control);
    if raw { format!("'{text}'") } else { quote(text) }
}

/// A key, quoted unless it is a plain name.
pub(super) fn key(name: &str) -> String {
    if name::is_plain(name) { name.to_owned() } else { quote(name) }
}

/// A list of items that are TOML already.
pub(super) fn list(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().collect();
    let line = format!("[{}]", items.join(", "));
    if line.len() <= LONGEST_LINE { line } else { format!("[\n    {},\n]", items.join(",\n    ")) }
}

/// A list on one line, as inside an inline table.
pub(super) fn inline_list(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(", "))
}

/// A comment line.
pub(super) fn comment(text: &mut String, sentence: &str) {
    let sentence: String = sentence.chars().map(|one| if one.is_control() { ' ' } else { one }).collect();
    put(text, format_args!("# {sentence}\n"));
}

/// A value of a type, if TOML can write it so that it is read back the same.
pub(super) fn literal(value: &Value, ty: &FieldType) -> Option<String> {
    let toml = match value {
        Value::Null => return None,
        Value::Boolean(flag) => flag.to_string(),
        Value::Integer(microseconds) if ty.form() == Form::Duration => quote(&duration_text(*microseconds)),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => format!("{number:?}"),
        // Longer ones are no TOML numbers; in quotes they stay exact.
        Value::Decimal(text) if text.len() > 18 => quote(text),
        // `0.00` is written `0`, but `9.90` keeps its cents.
        Value::Decimal(text) => match text.split_once('.') {
            Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole.to_owned(),
            _ => text.to_string(),
        },
        Value::Text(text) => quote(text),
        // Already base64 in quotes.
        Value::Bytes(_) => value.to_string(),
        Value::Json(json) => json_literal(&serde_json::from_str(json).ok()?)?,
    };
    // JSON knows nulls and longer numbers than TOML: trust only what comes back the same.
    let read_back = Literal::parse(&toml)?.value(ty).ok()?;
    (read_back == *value).then_some(toml)
}

fn json_literal(json: &serde_json::Value) -> Option<String> {
    Some(match json {
        serde_json::Value::Null => return None,
        serde_json::Value::Bool(flag) => flag.to_string(),
        serde_json::Value::Number(number) => number.to_string(),
        serde_json::Value::String(text) => quote(text),
        serde_json::Value::Array(items) => {
            inline_list(items.iter().map(json_literal).collect::<Option<Vec<_>>>()?)
        }
        serde_json::Value::Object(entries) => {
            let entries =
                entries.iter().map(|(name, value)| Some(format!("{} = {}", key(name), json_literal(value)?)));
            let entries = entries.collect::<Option<Vec<_>>>()?;
            if entries.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", entries.join(", ")) }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Kind;

    #[test]
    fn strings_survive_any_character() {
        for text in ["", "a\"b", "back\\slash", "line\nbreak", "\u{1}\u{7f}\u{85}", "größe 🎵", "'''"] {
            let value = Value::text(text);
            assert!(literal(&value, &FieldType::one(Kind::Text)).is_some(), "{text:?}");
        }
    }

    #[test]
    fn what_toml_cannot_write_is_not_written() {
        let json = FieldType::one(Kind::Json);
        assert_eq!(literal(&Value::Json(r#"{"a":null}"#.into()), &json), None);
        assert_eq!(
            literal(&Value::Json(r#"{"a":[1,2.5,"x"]}"#.into()), &json).as_deref(),
            Some(r#"{ a = [1, 2.5, "x"] }"#)
        );
    }
}
