//! Values on their way to the server, in the text format: the server has inferred what type each
//! parameter is of, and reads its text as that. So an integer can go where a numeric is wanted, and
//! text where an enumeration, a range or a day is.
//!
//! Must not know: where a parameter stands in a statement.

use std::error::Error;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::BytesMut;
use roundtrip_schema::Value;
use serde_json::value::RawValue;
use tokio_postgres::types::{Format, IsNull, Kind, ToSql, Type, to_sql_checked};

/// A value that is bound. Its `Debug` form tells nothing: the driver would write it to a log.
pub(crate) struct Parameter<'a>(pub(crate) &'a Value);

impl std::fmt::Debug for Parameter<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("…")
    }
}

/// How deep the arrays of a list may lie in each other; PostgreSQL has no more dimensions.
const MOST_DIMENSIONS: u8 = 6;

impl ToSql for Parameter<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        let ty = base(ty);
        match self.0 {
            Value::Null => return Ok(IsNull::Yes),
            Value::Boolean(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
            Value::Integer(value) if *ty == Type::INTERVAL => write!(out, "{value} microseconds")?,
            Value::Integer(value) => write!(out, "{value}")?,
            // With an exponent where it is shorter; `Display` would write out 300 zeros.
            Value::Float(value) => write!(out, "{value:?}")?,
            Value::Json(text) => match ty.kind() {
                Kind::Array(element) => {
                    let mut literal = String::with_capacity(text.len() + 2);
                    push_array(&mut literal, text, base(element), 0)?;
                    out.extend_from_slice(literal.as_bytes());
                }
                _ => out.extend_from_slice(text.as_bytes()),
            },
            Value::Decimal(text) | Value::Text(text) => out.extend_from_slice(text.as_bytes()),
            Value::Bytes(bytes) => push_bytes(out, bytes)?,
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Text
    }

    to_sql_checked!();
}

fn base(ty: &Type) -> &Type {
    match ty.kind() {
        Kind::Domain(inner) => base(inner),
        _ => ty,
    }
}

fn push_bytes(out: &mut impl std::fmt::Write, bytes: &[u8]) -> std::fmt::Result {
    out.write_str("\\x")?;
    bytes.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
}

/// A JSON array as a literal of PostgreSQL: `{1,"a b",NULL}`.
fn push_array(
    out: &mut String,
    json: &str,
    element: &Type,
    depth: u8,
) -> Result<(), Box<dyn Error + Sync + Send>> {
    if depth >= MOST_DIMENSIONS {
        return Err("a list of too many dimensions".into());
    }
    let items: Vec<&RawValue> = serde_json::from_str(json)?;
    let is_json = matches!(*element, Type::JSON | Type::JSONB);
    out.push('{');
    for (index, item) in items.into_iter().map(RawValue::get).enumerate() {
        if index > 0 {
            out.push(',');
        }
        match item.as_bytes().first() {
            _ if item == "null" => out.push_str("NULL"),
            _ if is_json => push_quoted(out, item),
            Some(b'[') => push_array(out, item, element, depth + 1)?,
            Some(b'"') => {
                let text: String = serde_json::from_str(item)?;
                if *element == Type::BYTEA {
                    let mut hexadecimal = String::new();
                    push_bytes(&mut hexadecimal, &STANDARD.decode(text)?)?;
                    push_quoted(out, &hexadecimal);
                } else {
                    push_quoted(out, &text);
                }
            }
            _ if *element == Type::INTERVAL => push_quoted(out, &format!("{item} microseconds")),
            _ => push_quoted(out, item),
        }
    }
    out.push('}');
    Ok(())
}

fn push_quoted(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        if matches!(letter, '"' | '\\') {
            out.push('\\');
        }
        out.push(letter);
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &Value, ty: &Type, expected: &str) {
        let mut out = BytesMut::new();
        let parameter = Parameter(value);
        assert!(matches!(parameter.to_sql_checked(ty, &mut out), Ok(IsNull::No)));
        assert_eq!(String::from_utf8(out.to_vec()).unwrap(), expected);
        assert_eq!(format!("{parameter:?}"), "…");
    }

    #[test]
    fn values_are_texts_that_the_server_reads() {
        let json = |text: &str| Value::Json(text.into());
        for (value, ty, expected) in [
            (Value::Boolean(true), Type::BOOL, "true"),
            (Value::Integer(-5), Type::INT4, "-5"),
            (Value::Integer(5_400_000_000), Type::INTERVAL, "5400000000 microseconds"),
            (Value::Float(0.1), Type::FLOAT8, "0.1"),
            (Value::Float(1e300), Type::FLOAT8, "1e300"),
            (Value::Decimal("12.50".into()), Type::NUMERIC, "12.50"),
            (Value::text("a'b"), Type::TEXT, "a'b"),
            (Value::Bytes([0, 255, 16].into()), Type::BYTEA, "\\x00ff10"),
            (json(r#"{"a":1}"#), Type::JSONB, r#"{"a":1}"#),
            (json("[1,2]"), Type::JSONB, "[1,2]"),
            (json("[]"), Type::TEXT_ARRAY, "{}"),
            (
                json(r#"["a","b \"c\\","",null,"NULL"]"#),
                Type::TEXT_ARRAY,
                r#"{"a","b \"c\\","",NULL,"NULL"}"#,
            ),
            (json("[1,2.50]"), Type::NUMERIC_ARRAY, r#"{"1","2.50"}"#),
            (json("[[1],[2]]"), Type::INT4_ARRAY, r#"{{"1"},{"2"}}"#),
            (json(r#"["PT1H",5]"#), Type::INTERVAL_ARRAY, r#"{"PT1H","5 microseconds"}"#),
            (json(r#"["YWI="]"#), Type::BYTEA_ARRAY, r#"{"\\x6162"}"#),
            (json(r#"["a",{"b":[1]}]"#), Type::JSONB_ARRAY, r#"{"\"a\"","{\"b\":[1]}"}"#),
        ] {
            check(&value, &ty, expected);
        }
        let mut out = BytesMut::new();
        assert!(matches!(Parameter(&Value::Null).to_sql_checked(&Type::TEXT, &mut out), Ok(IsNull::Yes)));
        let deep = json("[[[[[[[1]]]]]]]");
        assert!(Parameter(&deep).to_sql_checked(&Type::INT4_ARRAY, &mut out).is_err());
    }
}
