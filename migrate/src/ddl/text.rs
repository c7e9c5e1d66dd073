//! Pieces of SQL text that databases have in common.
//!
//! It must not know which database it writes for: how names are quoted is passed in.

use std::fmt::Write as _;

use roundtrip_schema::field::Measure;
use roundtrip_schema::{Field, FieldId, Kind, OnDelete, Resource, Value};

/// Columns in quotes, with commas.
pub(super) fn columns(table: &Resource, fields: &[FieldId], quoted: impl Fn(&str) -> String) -> String {
    let names: Vec<String> = fields.iter().map(|id| quoted(&table.field(*id).column)).collect();
    names.join(", ")
}

/// ` ON DELETE …`. A reference that refuses says nothing, which is `NO ACTION`: `RESTRICT` also refuses
/// a statement that deletes a row together with every row that refers to it.
pub(super) fn on_delete(action: OnDelete) -> &'static str {
    match action {
        OnDelete::Restrict => "",
        OnDelete::Cascade => " ON DELETE CASCADE",
        OnDelete::SetNull => " ON DELETE SET NULL",
        OnDelete::SetDefault => " ON DELETE SET DEFAULT",
    }
}

/// What an enum's column must satisfy where the database has no type for it; null always passes.
pub(super) fn one_of_its_words(
    field: &Field,
    quoted: impl Fn(&str) -> String,
    literal: impl Fn(&str) -> String,
) -> Option<String> {
    match &field.ty.kind {
        Kind::Enum(words) if !field.ty.list => {
            let words: Vec<String> = words.iter().map(|word| literal(word)).collect();
            Some(format!("{} IN ({})", quoted(&field.column), words.join(", ")))
        }
        _ => None,
    }
}

/// The name of that check, as PostgreSQL itself would choose it.
pub(super) fn check_name(table: &Resource, field: &Field) -> String {
    format!("{}_{}_check", table.table, field.column)
}

/// Bytes as hexadecimal digits.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        // A `String` never fails to take more text.
        let _never_fails = write!(digits, "{byte:02x}");
        digits
    })
}

/// What kind of primary key a table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// None.
    None,
    /// One integer that the database gives.
    GeneratedInteger,
    /// One integer that the caller gives.
    GivenInteger,
    /// One column of another type.
    Other,
    /// Several columns.
    Several,
}

impl Key {
    pub(super) fn of(table: &Resource) -> Self {
        let [single] = table.primary_key[..] else {
            return if table.primary_key.is_empty() { Self::None } else { Self::Several };
        };
        match table.field(single).ty.kind {
            Kind::Integer if table.generated_key => Self::GeneratedInteger,
            Kind::Integer => Self::GivenInteger,
            _ => Self::Other,
        }
    }
}

/// The most characters of a column: `character varying(160)`.
pub(super) fn length_of(column_type: &str) -> Option<i64> {
    let (name, rest) = column_type.split_once('(')?;
    let text = ["character varying", "varchar", "character", "char", "bpchar"].contains(&name.trim());
    let length = rest.split_once(')')?.0.trim().parse().ok()?;
    text.then_some(length)
}

/// The most characters that a file allows.
pub(super) fn longest(field: &Field) -> Option<i64> {
    match (&field.ty.kind, &field.max) {
        (Kind::Enum(words), _) => {
            words.iter().map(|word| word.chars().count()).max().and_then(|most| i64::try_from(most).ok())
        }
        (Kind::Uuid, _) => Some(36),
        (_, Some(Value::Integer(most))) if field.ty.measure() == Measure::Length => Some(*most),
        _ => None,
    }
}

/// A type without its length and collation words: `longtext collate utf8mb4_bin`.
pub(super) fn first_word(column_type: &str) -> &str {
    column_type.split_whitespace().next().unwrap_or_default()
}
