//! Text: in which character set and collation it is, and how it is compared byte by byte.
//!
//! A text column that we made is `utf8mb4_nopad_bin`: compared as it is, by its index. Others fold case,
//! accents or spaces at the end. They are told otherwise; where equality is asked, they are also asked in
//! their own way first, so that their index finds the few rows that could be equal.

use roundtrip_schema::field::Storage;

use super::super::{Operand, Origin};

/// The collation in which texts are equal only if their bytes are.
pub(super) const BYTEWISE: &str = "utf8mb4_nopad_bin";

/// How a value is compared by its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Collated<'a> {
    /// Byte by byte, as it is.
    Bytewise,
    /// In a character set of its own, in a collation of its own.
    Otherwise { character_set: &'a str, collation: &'a str },
    /// It is no text to the database, or in a collation that nobody knows.
    Unknown,
}

/// How a value of this storage is compared as it stands.
pub(super) fn collated(value: Operand<'_>) -> Collated<'_> {
    match value.origin {
        // A column that we made.
        Origin::Column(None) => match value.storage {
            Storage::Text | Storage::Uuid => Collated::Bytewise,
            _ => Collated::Unknown,
        },
        Origin::Column(Some(column_type)) => match column_type.rsplit_once(" collate ") {
            // An enum is a number in orders, whatever its words are compared by.
            Some((declared, BYTEWISE)) if !is_list(declared) => Collated::Bytewise,
            // The digits of a UUID are compared with nothing that this character set has not.
            Some((_, "ascii_nopad_bin")) if value.storage == Storage::Uuid => Collated::Bytewise,
            Some((_, collation)) => {
                let character_set = collation.split('_').next().unwrap_or(collation);
                Collated::Otherwise { character_set, collation }
            }
            None => Collated::Unknown,
        },
        Origin::Path | Origin::Cast => Collated::Unknown,
    }
}

/// Whether a column has a type of the server that compares texts as what they stand for, exactly and by
/// its index; in orders it is not what it seems to be.
pub(super) fn is_read(value: Operand<'_>) -> bool {
    matches!(value.origin, Origin::Column(Some("uuid" | "inet4" | "inet6")))
}

fn is_list(declared: &str) -> bool {
    declared.starts_with("enum(") || declared.starts_with("set(")
}

/// A value as text that is compared byte by byte.
pub(super) fn bytewise(value: Operand<'_>) -> String {
    let text = value.text;
    match collated(value) {
        Collated::Bytewise => text.to_owned(),
        Collated::Otherwise { character_set: "utf8mb4", .. } => format!("{text} COLLATE {BYTEWISE}"),
        Collated::Otherwise { .. } | Collated::Unknown => told(text),
    }
}

/// Whatever it is, as text that is compared byte by byte.
pub(super) fn told(text: &str) -> String {
    format!("CONVERT({text} USING utf8mb4) COLLATE {BYTEWISE}")
}

/// Whether a text column has this value in its own way of comparing, so that its index is used. A
/// parameter in another character set has to be brought into the column's, or the server refuses to
/// compare them; what does not exist there becomes a question mark.
pub(super) fn equal_by_column(value: Operand<'_>, parameter: &str) -> Option<String> {
    let text = value.text;
    match collated(value) {
        Collated::Bytewise | Collated::Otherwise { character_set: "utf8mb4", .. } => {
            Some(format!("{text} = {parameter}"))
        }
        Collated::Otherwise { character_set, collation } => {
            Some(format!("{text} = CONVERT({parameter} USING {character_set}) COLLATE {collation}"))
        }
        Collated::Unknown => None,
    }
}
