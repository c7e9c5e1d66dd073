//! The columns of our own tables on PostgreSQL: types, checks and literals.
//!
//! It must not know tables.

use std::borrow::Cow;
use std::fmt::Write as _;

use roundtrip_schema::{Field, FieldType, Kind, Value};

use crate::ddl::text::{self, hexadecimal};
use crate::difference;

/// The type of a column.
pub(super) fn type_name(ty: &FieldType) -> Cow<'static, str> {
    if ty.list {
        return "jsonb".into();
    }
    match &ty.kind {
        Kind::Text | Kind::Email | Kind::Url | Kind::Slug | Kind::Enum(_) => "text COLLATE \"C\"".into(),
        // Whatever it is, it was written as text.
        Kind::Any => "text".into(),
        // Durations are whole microseconds.
        Kind::Integer | Kind::Duration => "bigint".into(),
        Kind::Float => "double precision".into(),
        Kind::Decimal { precision, scale } => format!("numeric({precision},{scale})").into(),
        Kind::Boolean => "boolean".into(),
        Kind::Date => "date".into(),
        Kind::Time => "time".into(),
        Kind::Datetime => "timestamptz".into(),
        Kind::Uuid => "uuid".into(),
        Kind::Json => "jsonb".into(),
        Kind::Bytes => "bytea".into(),
    }
}

/// Name, type, `NOT NULL` and default.
pub(super) fn definition(field: &Field) -> String {
    let mut text = format!("{} {}", quoted(&field.column), type_name(&field.ty));
    if !field.optional {
        text.push_str(" NOT NULL");
    }
    if let Some(value) = difference::literal(field) {
        let _never_fails = write!(text, " DEFAULT {}", literal(value));
    }
    text
}

/// What the values must satisfy where the type says too little; null always passes.
pub(super) fn check(field: &Field) -> Option<String> {
    text::one_of_its_words(field, quoted, text_literal)
}

/// A name in double quotes.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A value as SQL text. Only defaults are written this way; everything else is a parameter.
pub(super) fn literal(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Boolean(flag) => flag.to_string(),
        Value::Integer(number) => number.to_string(),
        // The shortest digits that read back as the same double.
        Value::Float(number) => format!("'{number:?}'"),
        Value::Decimal(digits) => digits.to_string(),
        Value::Text(text) | Value::Json(text) => text_literal(text),
        Value::Bytes(bytes) => format!("'\\x{}'", hexadecimal(bytes)),
    }
}

fn text_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
