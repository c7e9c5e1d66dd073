//! The body of a write: read within its limit, taken apart into rows without a tree of values.
//!
//! JSON is read here; `csv` and `form` read the other forms. It must not know which fields there are.

mod csv;
mod form;

use std::collections::HashSet;
use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Incoming;
use roundtrip_engine::{Kind, Problem};
use roundtrip_query::operation::{Input, InputRow};
use roundtrip_settings::Limits;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::problem::over_limit;

/// A body that has not been read yet.
pub(crate) struct Body(Incoming);

impl Body {
    pub(crate) fn new(body: Incoming) -> Self {
        Self(body)
    }

    /// All of it, if it is no longer than the limit.
    pub(super) async fn read(self, most: usize) -> Result<Bytes, Problem> {
        match Limited::new(self.0, most).collect().await {
            Ok(collected) => Ok(collected.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => {
                Err(over_limit(Kind::PayloadTooLarge, "the body", "limits.body_bytes", most))
            }
            Err(error) => {
                let message = "the body broke off before its end".to_owned();
                let mut problem = bad_body(message);
                problem.private = Some(error.to_string().into());
                Err(problem)
            }
        }
    }
}

/// The forms of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MediaType {
    /// `application/json`, and what is built on it.
    Json,
    /// `text/csv` (RFC 4180), with a line of names.
    Csv,
    /// `application/x-www-form-urlencoded`: one row of texts.
    Form,
}

/// Which form a body has; one without a type is taken for JSON.
pub(super) fn media_type(headers: &HeaderMap) -> Result<MediaType, Problem> {
    let Some(given) = headers.get(header::CONTENT_TYPE).map(HeaderValue::to_str) else {
        return Ok(MediaType::Json);
    };
    let given = given.unwrap_or_default();
    let media = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match media.as_str() {
        "application/json" => Ok(MediaType::Json),
        "text/csv" => Ok(MediaType::Csv),
        "application/x-www-form-urlencoded" => Ok(MediaType::Form),
        // A list of changes is not a row.
        other if other.ends_with("+json") && other != "application/json-patch+json" => Ok(MediaType::Json),
        _ => {
            let message = format!("Content-Type not acceptable: {given}");
            let title = "The body is in a form that is not read here";
            let (kind, name) = (Kind::UnsupportedMediaType, "unsupported-media-type");
            Err(Problem::new(kind, name, "PGRST102", title, message)
                .with_hint("send application/json, text/csv or application/x-www-form-urlencoded".to_owned()))
        }
    }
}

/// The rows of a body.
pub(super) fn rows(media: MediaType, body: &[u8], limits: &Limits) -> Result<Input, Problem> {
    match media {
        MediaType::Json => json(body, limits.json_depth),
        MediaType::Csv => csv::rows(body, limits.bulk_rows),
        MediaType::Form => form::row(body),
    }
}

/// The rows of a JSON body: an object, or a list of objects.
fn json(body: &[u8], most_depth: usize) -> Result<Input, Problem> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(bad_json("the body is empty".to_owned())
            .with_hint("send a JSON object, or a list of them".to_owned()));
    }
    check_depth(body, most_depth)?;
    let parsed: Parsed = serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        // The error repeats its place at the end of its text.
        let text = error.to_string();
        let text = text.split(" at line ").next().unwrap_or_default();
        bad_json(format!("the body is not usable JSON: {text} (line {line}, column {column})"))
    })?;
    Ok(match parsed {
        Parsed::One(row) => Input { rows: vec![row.0], ..Input::default() },
        Parsed::List(rows) => {
            Input { rows: rows.into_iter().map(|row| row.0).collect(), list: true, ..Input::default() }
        }
    })
}

/// The parser passes over a value without counting how deep it is nested.
fn check_depth(body: &[u8], most: usize) -> Result<(), Problem> {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => depth += 1,
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > most {
            let message = format!("the body is nested more than {most} deep");
            return Err(bad_json(message)
                .with_hint("send less depth, or raise limits.json_depth in roundtrip.toml".to_owned()));
        }
    }
    Ok(())
}

fn bad_body(message: String) -> Problem {
    Problem::new(Kind::BadRequest, "bad-body", "PGRST102", "The body cannot be used", message)
}

/// Clients know one sentence for it; a person gets another.
fn bad_json(detail: String) -> Problem {
    bad_body("Empty or invalid json".to_owned()).with_detail(detail)
}

/// A text as JSON.
fn json_text(text: &str) -> Box<str> {
    serde_json::Value::from(text).to_string().into()
}

enum Parsed {
    One(Row),
    List(Vec<Row>),
}

struct Row(InputRow);

impl<'de> Deserialize<'de> for Parsed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Parsed;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object, or a list of objects")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Parsed, A::Error> {
                members(map).map(|row| Parsed::One(Row(row)))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Parsed, A::Error> {
                let mut rows = Vec::new();
                while let Some(row) = list.next_element()? {
                    rows.push(row);
                }
                Ok(Parsed::List(rows))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Row;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Row, A::Error> {
                members(map).map(Row)
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// The members of an object, values as the exact text that was sent. A name that occurs twice is
/// refused: parsers disagree about which one counts, and attackers know it (RFC 8259, section 4).
fn members<'de, A: MapAccess<'de>>(mut map: A) -> Result<InputRow, A::Error> {
    let mut members: Vec<(Box<str>, Box<str>)> = Vec::with_capacity(8);
    let mut many = HashSet::new();
    while let Some(name) = map.next_key::<Box<str>>()? {
        if !is_new(&name, &members, &mut many) {
            return Err(A::Error::custom(format_args!("member \"{name}\" is given twice")));
        }
        let value: Box<RawValue> = map.next_value()?;
        members.push((name, value.into()));
    }
    Ok(InputRow { members })
}

/// Few names are compared one by one; many are hashed, or a body of a million members would take
/// 10^12 comparisons on a thread that serves others.
fn is_new(name: &str, members: &[(Box<str>, Box<str>)], many: &mut HashSet<Box<str>>) -> bool {
    const FEW: usize = 32;
    if members.len() < FEW {
        return members.iter().all(|(known, _)| **known != *name);
    }
    if many.is_empty() {
        many.extend(members.iter().map(|(known, _)| known.clone()));
    }
    many.insert(name.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str) -> String {
        match json(body.as_bytes(), 64) {
            Ok(input) => {
                let row = |row: &InputRow| {
                    row.members
                        .iter()
                        .map(|(name, json)| format!("{name}={json}"))
                        .collect::<Vec<_>>()
                        .join(" ")
                };
                let rows: Vec<String> = input.rows.iter().map(row).collect();
                if input.list { format!("[{}]", rows.join("; ")) } else { rows.join("; ") }
            }
            Err(problem) => problem.detail.map_or(problem.message, String::from),
        }
    }

    #[test]
    fn values_stay_what_was_written() {
        for (body, expected) in [
            (r#"{"a": 1.10, "b":[1, 2]}"#, "a=1.10 b=[1, 2]"),
            (r#"[{"a":1e400},{}]"#, "[a=1e400; ]"),
            ("[]", "[]"),
            (r#"{"\u0061":null}"#, "a=null"),
        ] {
            assert_eq!(check(body), expected, "{body}");
        }
    }

    #[test]
    fn what_cannot_be_used_says_where() {
        for (body, expected) in [
            ("", "the body is empty"),
            ("\n {\"a\" 1}", "the body is not usable JSON: expected `:` (line 2, column 7)"),
            ("{\"a\":1", "the body is not usable JSON: EOF while parsing an object (line 1, column 6)"),
            (
                r#"{"a":1,"a":2}"#,
                "the body is not usable JSON: member \"a\" is given twice (line 1, column 10)",
            ),
            (
                "[1]",
                "the body is not usable JSON: invalid type: integer `1`, expected an object (line 1, column 2)",
            ),
        ] {
            assert_eq!(check(body), expected, "{body}");
        }
        assert!(check("4").starts_with("the body is not usable JSON"), "{}", check("4"));
    }
}
