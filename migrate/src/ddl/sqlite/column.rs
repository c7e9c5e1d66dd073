//! The columns of our own tables: their declared types, checks and literals.
//!
//! SQLite has five storage classes and takes any words for a type. Types of two words say both: the
//! kind, for people, other tools and introspection, and the affinity that SQLite derives by looking
//! for `INT`, `CHAR`, `CLOB`, `TEXT`, `BLOB`, `REAL`, `FLOA`, `DOUB` anywhere in them, in this order.
//! `DATE` alone would have numeric affinity and turn the text `2026` into a number.
//!
//! `min`, `max` and `pattern` are no checks here: the engine validates them, and a check cannot be
//! changed without copying the table.

use std::borrow::Cow;
use std::fmt::Write as _;

use roundtrip_schema::{Field, FieldType, Kind, Value};

use crate::ddl::text::{self, hexadecimal};
use crate::difference;

/// The declared type; empty for a column without one.
fn declared_type(ty: &FieldType) -> Cow<'static, str> {
    if ty.list {
        return "JSON TEXT".into();
    }
    match &ty.kind {
        Kind::Any => "".into(),
        Kind::Text | Kind::Email | Kind::Url | Kind::Slug | Kind::Enum(_) => "TEXT".into(),
        Kind::Integer => "INTEGER".into(),
        Kind::Float => "REAL".into(),
        Kind::Decimal { precision, scale } => format!("DECIMAL({precision},{scale})").into(),
        Kind::Boolean => "BOOLEAN".into(),
        Kind::Date => "DATE TEXT".into(),
        Kind::Time => "TIME TEXT".into(),
        Kind::Datetime => "DATETIME TEXT".into(),
        Kind::Duration => "DURATION INTEGER".into(),
        Kind::Uuid => "UUID TEXT".into(),
        Kind::Json => "JSON TEXT".into(),
        Kind::Bytes => "BLOB".into(),
    }
}

/// How SQLite turns values of a declared type into one of its storage classes.
fn affinity(declared: &str) -> &'static str {
    let upper = declared.to_ascii_uppercase();
    let has = |parts: &[&str]| parts.iter().any(|part| upper.contains(part));
    if has(&["INT"]) {
        "integer"
    } else if has(&["CHAR", "CLOB", "TEXT"]) {
        "text"
    } else if has(&["BLOB"]) || upper.is_empty() {
        "none"
    } else if has(&["REAL", "FLOA", "DOUB"]) {
        "real"
    } else {
        "numeric"
    }
}

/// Whether values of a column of this declared type are others in the one that we declare: a text that
/// looks like a number becomes one, or the reverse.
pub(super) fn turns_values(declared: &str, ty: &FieldType) -> bool {
    let (from, to) = (affinity(declared), affinity(&declared_type(ty)));
    let whole = |one| matches!(one, "integer" | "numeric");
    from != to && to != "none" && !(whole(from) && whole(to))
}

/// Name, type, `NOT NULL`, default and check of a column.
pub(super) fn definition(field: &Field) -> String {
    let mut text = typed(field);
    if !field.optional {
        text.push_str(" NOT NULL");
    }
    if let Some(value) = difference::literal(field) {
        let _never_fails = write!(text, " DEFAULT {}", literal(value));
    }
    if let Some(condition) = condition(field) {
        let _never_fails = write!(text, " CHECK ({condition})");
    }
    text
}

/// Name and type of a column.
pub(super) fn typed(field: &Field) -> String {
    format!("{} {}", quoted(&field.column), declared_type(&field.ty)).trim_end().to_owned()
}

/// What the values must satisfy where the declared type says too little; null always passes.
fn condition(field: &Field) -> Option<String> {
    let column = quoted(&field.column);
    match &field.ty.kind {
        _ if field.ty.list => None,
        Kind::Boolean => Some(format!("{column} IN (0, 1)")),
        _ => text::one_of_its_words(field, quoted, text_literal),
    }
}

/// A name in double quotes.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A value as SQL text. Only defaults are written this way; everything else is a parameter.
pub(super) fn literal(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Boolean(flag) => i64::from(*flag).to_string(),
        Value::Integer(number) => number.to_string(),
        // The shortest digits that read back as the same double, always with a point or exponent.
        Value::Float(number) => format!("{number:?}"),
        Value::Decimal(digits) => digits.to_string(),
        Value::Text(text) | Value::Json(text) => text_literal(text),
        Value::Bytes(bytes) => format!("x'{}'", hexadecimal(bytes)),
    }
}

fn text_literal(text: &str) -> String {
    if text.contains('\0') {
        // SQL text ends at a NUL.
        return format!("CAST(x'{}' AS TEXT)", hexadecimal(text.as_bytes()));
    }
    format!("'{}'", text.replace('\'', "''"))
}
