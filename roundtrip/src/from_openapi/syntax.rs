//! From the text of a document to its values: JSON by serde_json, YAML by serde-saphyr, both with
//! limits, and mistakes with line and column.
//!
//! It must not know OpenAPI.

use roundtrip_schema::Diagnostic;
use serde_json::Value;
use serde_saphyr::options::NonFiniteFloatPolicy;
use serde_saphyr::{MessageFormatter as _, UserMessageFormatter};

use super::error::FromOpenapiError;
use super::note::in_one_line;

/// How deep lists and objects may lie in one another. JSON's own limit, built into serde_json, is 128.
const DEEPEST: usize = 100;

/// The most values of a YAML document, those that aliases repeat included.
const MOST_VALUES: usize = 2_000_000;

const TOO_LARGE: &str =
    "too large or too deep: at most 100 levels, 2,000,000 values, a tenth of them repeated by aliases";

/// A line longer than this, in bytes, is not shown: it is a document without line breaks.
const LONGEST_SHOWN: usize = 2_000;

/// Reads a document by its name's ending, or by its first character.
pub(super) fn read(name: &str, text: &str) -> Result<Value, FromOpenapiError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let is_json = match ending.as_deref() {
        Some("json") => true,
        Some("yaml" | "yml") => false,
        _ => text.trim_start().starts_with('{'),
    };
    if is_json { json(name, text) } else { yaml(name, text) }
}

fn json(name: &str, text: &str) -> Result<Value, FromOpenapiError> {
    serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
        mistake(name, text, "JSON", message, error.line(), error.column())
    })
}

fn yaml(name: &str, text: &str) -> Result<Value, FromOpenapiError> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: DEEPEST,
            max_nodes: MOST_VALUES,
            max_events: 2 * MOST_VALUES,
        },
        // A few anchors that repeat one another nine times each would else fill the memory.
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MOST_VALUES / 10 },
        // YAML 1.2, as OpenAPI asks for: `no` is a word and `0755` is not a number.
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let place = error.location();
        let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let line = place.map_or(1, |place| number(place.line()));
        let column = place.map_or(1, |place| number(place.column()));
        let message = UserMessageFormatter.format_message(&error);
        // The library names the counter that ran over, which is nothing that a person has written.
        let message = if message.starts_with("YAML document too large") { TOO_LARGE.into() } else { message };
        mistake(name, text, "YAML", &message, line, column)
    })
}

/// A mistake at a line and column, both from 1; of JSON, the column of the end of the document can be 0.
fn mistake(
    name: &str,
    text: &str,
    language: &str,
    message: &str,
    line: usize,
    column: usize,
) -> FromOpenapiError {
    let message = in_one_line(message);
    let lines: Vec<&str> = text.split('\n').collect();
    let wrong = lines.get(line.saturating_sub(1)).copied().unwrap_or_default();
    if wrong.len() > LONGEST_SHOWN {
        return FromOpenapiError::Syntax { name: name.to_owned(), line, column, message };
    }
    let start: usize = lines.iter().take(line.saturating_sub(1)).map(|line| line.len() + 1).sum();
    let before: usize = wrong.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
    let at = (start + before).min(text.len());
    let end = text[at..].chars().next().filter(|one| *one != '\n').map_or(at, |one| at + one.len_utf8());
    FromOpenapiError::Refused(vec![Diagnostic {
        message,
        file: name.to_owned(),
        source: text.to_owned(),
        span: at..end,
        label: format!("read as {language}"),
        help: None,
    }])
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use serde_json::json;

    use super::*;

    #[test]
    fn both_languages_are_read() {
        let expected = json!({ "openapi": "3.0.3", "on": "no", "code": "0755", "size": 0.01, "200": [true] });
        for (name, text) in [
            ("a.yaml", "openapi: 3.0.3\non: no\ncode: 0755\nsize: 0.01\n200: [true]\n"),
            ("a.json", r#"{"openapi":"3.0.3","on":"no","code":"0755","size":0.01,"200":[true]}"#),
            (
                "a",
                "\u{feff} {\"openapi\":\"3.0.3\",\"on\":\"no\",\"code\":\"0755\",\"size\":0.01,\"200\":[true]}",
            ),
            ("a.yml", "{openapi: 3.0.3, 'on': 'no', code: '0755', size: 0.01, 200: [true]}"),
        ] {
            assert_eq!(read(name, text).unwrap(), expected, "{name}");
        }
    }

    #[test]
    fn an_alias_stands_for_its_anchor() {
        let read = read("a.yaml", "a: &a {x: 1}\nb: *a\nc:\n  <<: *a\n  y: 2\n").unwrap();
        assert_eq!(read, json!({ "a": { "x": 1 }, "b": { "x": 1 }, "c": { "x": 1, "y": 2 } }));
    }

    #[test]
    fn a_mistake_has_its_line_and_column() {
        for (name, text, position, part) in [
            ("a.yaml", "a: 1\nb: [1,\n", (2, 4), "unclosed"),
            ("a.yaml", "a: 1\n\tb: 2\n", (1, 4), "tab"),
            ("a.yaml", "a: 1\nä: 'x' y\n", (2, 8), ""),
            ("a.yaml", "a: 1\nb: 1\na: 2\n", (3, 1), "duplicate"),
            ("a.yaml", "--- {}\n--- {}\n", (2, 5), "single YAML document"),
            ("a.yaml", "a: *b\n", (1, 4), "unknown"),
            ("a.json", "{\n  \"a\": 1,\n}", (3, 1), "trailing comma"),
            ("a.json", "", (1, 1), "EOF"),
        ] {
            let Err(FromOpenapiError::Refused(found)) = read(name, text) else { panic!("{text:?}") };
            assert_eq!(found[0].position(), position, "{text:?}: {}", found[0]);
            assert!(found[0].message.contains(part), "{text:?}: {}", found[0].message);
        }
    }

    #[test]
    fn hostile_documents_are_refused_at_once() {
        let mut bomb = "a0: &a0 [1,1,1,1,1,1,1,1,1]\n".to_owned();
        for level in 1..12 {
            let inside = vec![format!("*a{}", level - 1); 9].join(",");
            writeln!(bomb, "a{level}: &a{level} [{inside}]").unwrap();
        }
        for text in [bomb, "[".repeat(100_000), "a: ".repeat(9_999), "&a [*a]".to_owned()] {
            assert!(read("a.yaml", &text).is_err());
        }
        assert!(read("a.json", &"[".repeat(100_000)).is_err());
        let long = format!("{{\"a\": \"{}\" 1}}", "x".repeat(1 << 20));
        assert!(matches!(read("a.json", &long), Err(FromOpenapiError::Syntax { line: 1, .. })));
    }
}
