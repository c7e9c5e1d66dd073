//! The columns of our own tables on MariaDB: types, lengths, checks and literals.

use std::borrow::Cow;
use std::fmt::Write as _;

use roundtrip_schema::{Field, FieldId, FieldType, Kind, Resource, Value};

use crate::ddl::text::{self, hexadecimal, longest};
use crate::difference;

/// The most characters of text in a key: 3,072 bytes at four each.
pub(super) const LONGEST_IN_KEY: i64 = 768;

/// The length of text in a key where the file says none.
const USUAL_IN_KEY: i64 = 255;

/// Bytewise, and trailing spaces count.
const TEXT: &str = "CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin";

/// Whether a field is in a key, an index or a reference.
pub(super) fn in_key(table: &Resource, id: FieldId) -> bool {
    table.primary_key.contains(&id)
        || table.uniques.iter().any(|unique| unique.fields.contains(&id))
        || table.indexes.iter().any(|index| index.fields.contains(&id))
        || table.references.iter().any(|reference| reference.fields.contains(&id))
}

/// The greatest length of a text column, where it has one.
pub(super) fn length(table: &Resource, id: FieldId) -> Option<i64> {
    let field = table.field(id);
    let most = longest(field);
    match &field.ty.kind {
        _ if field.ty.list => None,
        Kind::Enum(_) => most.map(|most| most.max(USUAL_IN_KEY)),
        Kind::Text | Kind::Email | Kind::Url | Kind::Slug | Kind::Any => match most {
            Some(most) if most <= LONGEST_IN_KEY || in_key(table, id) => Some(most.max(1)),
            None if in_key(table, id) => Some(USUAL_IN_KEY),
            Some(_) | None => None,
        },
        _ => None,
    }
}

fn type_name(table: &Resource, id: FieldId) -> Cow<'static, str> {
    let field = table.field(id);
    if field.ty.list {
        return "json".into();
    }
    match &field.ty.kind {
        Kind::Text | Kind::Email | Kind::Url | Kind::Slug | Kind::Enum(_) | Kind::Any => {
            match length(table, id) {
                Some(length) => format!("varchar({length}) {TEXT}").into(),
                None => format!("longtext {TEXT}").into(),
            }
        }
        // Durations are whole microseconds.
        Kind::Integer | Kind::Duration => "bigint".into(),
        Kind::Float => "double".into(),
        Kind::Decimal { precision, scale } => format!("decimal({precision},{scale})").into(),
        Kind::Boolean => "boolean".into(),
        Kind::Date => "date".into(),
        Kind::Time => "time(6)".into(),
        Kind::Datetime => "datetime(6)".into(),
        Kind::Uuid => "char(36) CHARACTER SET ascii COLLATE ascii_nopad_bin".into(),
        Kind::Json => "json".into(),
        Kind::Bytes if in_key(table, id) => format!("varbinary({USUAL_IN_KEY})").into(),
        Kind::Bytes => "longblob".into(),
    }
}

/// Name, type, `NOT NULL` and default.
pub(super) fn definition(table: &Resource, id: FieldId) -> String {
    definition_as(table, id, None)
}

/// Whether introspection would read this of a column of ours.
pub(super) fn is_our_own(column_type: &str) -> bool {
    let (own, collation) = column_type.split_once(" collate ").unwrap_or((column_type, ""));
    let name = own.split('(').next().unwrap_or_default();
    match collation {
        "" => {
            let whole = [
                "bigint",
                "bigint(20)",
                "double",
                "tinyint(1)",
                "date",
                "time(6)",
                "datetime(6)",
                "longblob",
                "json",
            ];
            whole.contains(&own)
                || own.ends_with(')') && name == "decimal"
                || own == format!("varbinary({USUAL_IN_KEY})")
        }
        "utf8mb4_nopad_bin" => name == "varchar" || own == "longtext",
        // JSON is text with a check.
        "utf8mb4_bin" => own == "longtext",
        "ascii_nopad_bin" => own == "char(36)",
        _ => false,
    }
}

/// The definition, with a type as the database says it.
pub(super) fn definition_as(table: &Resource, id: FieldId, own_type: Option<&str>) -> String {
    let field = table.field(id);
    let ty = own_type.map_or_else(|| type_name(table, id), Cow::Borrowed);
    let mut text = format!("{} {ty}", quoted(&field.column));
    text.push_str(if field.optional && !table.primary_key.contains(&id) { " NULL" } else { " NOT NULL" });
    if let Some(value) = difference::literal(field) {
        let _never_fails = write!(text, " DEFAULT {}", literal(value, &field.ty));
    }
    text
}

/// What the values must satisfy where the type says too little; null always passes.
pub(super) fn check(field: &Field) -> Option<String> {
    text::one_of_its_words(field, quoted, text_literal)
}

/// A name in backticks.
pub(super) fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A value as SQL text. Only defaults are written this way; everything else is a parameter.
pub(super) fn literal(value: &Value, ty: &FieldType) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Boolean(flag) => i64::from(*flag).to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => format!("{number:?}"),
        Value::Decimal(digits) => digits.to_string(),
        // Moments are kept in UTC, without saying so.
        Value::Text(text) if ty.kind == Kind::Datetime && !ty.list => {
            let moment = text.get(..text.len().min(26)).unwrap_or(text);
            let moment = moment.split(['+', 'Z']).next().unwrap_or(moment);
            text_literal(&moment.replacen('T', " ", 1))
        }
        Value::Text(text) | Value::Json(text) => text_literal(text),
        Value::Bytes(bytes) => format!("x'{}'", hexadecimal(bytes)),
    }
}

pub(super) fn text_literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}
