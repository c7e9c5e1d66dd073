//! What the type of a value means for the operators and functions that it can have.
//!
//! It reads the words that introspection wrote: a type as the database itself says it, a domain with
//! what it is made of, a collation that is not the database's own. It must not know statements.

use roundtrip_schema::field::Storage;

use crate::dialect::{Operand, Origin};

/// Types that are compared alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// Text, in the order of some collation.
    Text,
    /// Text that is equal in any case.
    Folded,
    /// A whole number of less than 64 bits.
    Small,
    /// Numbers, days, moments, booleans, bytes and so on: what every store reads as it is.
    Plain,
    /// A UUID.
    Uuid,
    /// JSON kept as it was written, which can be compared with nothing.
    Json,
    /// JSON.
    Jsonb,
    /// A length of time that knows months.
    Interval,
    /// A type with operators of its own, which is shown as text: an enum, an address, a range.
    Own,
    /// An address of the internet, whose cast to text is not the text it is written in.
    Inet,
    /// A type that has no equality, which is shown and compared as text: XML, a point.
    Opaque,
}

/// What is known of the type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ColumnType<'a> {
    /// The family, or that of the elements of an array.
    pub(super) family: Family,
    /// Whether it is an array of the database's own.
    pub(super) array: bool,
    /// Whether its text is in the order of its bytes by itself.
    pub(super) bytewise: bool,
    /// Whether it has a collation of its own, in which patterns may mean nothing.
    pub(super) collated: bool,
    /// What a domain is made of.
    pub(super) base: Option<&'a str>,
}

impl<'a> ColumnType<'a> {
    /// The type of a value.
    pub(super) fn of(value: Operand<'a>) -> Self {
        match value.origin {
            Origin::Column(Some(words)) => Self::read(words),
            // A table of ours orders text by its bytes.
            Origin::Column(None) => Self { bytewise: true, ..Self::plain(stored(value.storage)) },
            Origin::Path | Origin::Cast => Self::plain(stored(value.storage)),
        }
    }

    fn plain(family: Family) -> Self {
        Self { family, array: false, bytewise: false, collated: false, base: None }
    }

    fn read(words: &'a str) -> Self {
        let (words, collation) = match words.rsplit_once(" collate ") {
            Some((words, collation)) if collation.ends_with('"') => (words, Some(collation)),
            _ => (words, None),
        };
        let made_of = words.strip_prefix("domain ").and_then(base);
        let name = made_of.unwrap_or(words);
        let element = name.strip_suffix("[]");
        let bytewise = matches!(collation, Some("\"C\"" | "\"POSIX\""));
        Self {
            family: family(element.unwrap_or(name)),
            array: element.is_some(),
            bytewise,
            collated: collation.is_some() && !bytewise,
            base: made_of,
        }
    }
}

/// What a domain is made of: what follows ` over ` outside of quotes.
fn base(domain: &str) -> Option<&str> {
    let over =
        |(at, _): &(usize, &str)| domain.get(..*at).is_some_and(|name| name.matches('"').count() % 2 == 0);
    let (at, word) = domain.match_indices(" over ").find(over)?;
    domain.get(at + word.len()..)
}

fn family(name: &str) -> Family {
    let bare = name.split_once('(').map_or(name, |(before, _)| before);
    match bare {
        "text" | "character varying" | "character" => Family::Text,
        "smallint" | "integer" => Family::Small,
        "bigint"
        | "real"
        | "double precision"
        | "numeric"
        | "boolean"
        | "date"
        | "time"
        | "timestamp"
        | "bytea"
        | "time without time zone"
        | "timestamp without time zone"
        | "timestamp with time zone" => {
            // `time(3) with time zone` is cut short to `time`.
            if name.starts_with("time(") && name.ends_with("with time zone") {
                Family::Own
            } else {
                Family::Plain
            }
        }
        "uuid" => Family::Uuid,
        "json" => Family::Json,
        "jsonb" => Family::Jsonb,
        "xml" | "point" | "line" | "lseg" | "box" | "path" | "polygon" | "circle" => Family::Opaque,
        "inet" => Family::Inet,
        "citext" => Family::Folded,
        _ if bare.starts_with("interval") => Family::Interval,
        // The server reads no value of it before it knows which it is.
        _ if bare.starts_with("composite ") => Family::Opaque,
        _ if bare.ends_with(".citext") => Family::Folded,
        _ => Family::Own,
    }
}

/// As a table of ours keeps it.
fn stored(storage: Storage) -> Family {
    match storage {
        Storage::Any | Storage::Text => Family::Text,
        Storage::Json => Family::Jsonb,
        Storage::Uuid => Family::Uuid,
        Storage::Integer
        | Storage::Float
        | Storage::Decimal
        | Storage::Boolean
        | Storage::Date
        | Storage::Time
        | Storage::Datetime
        | Storage::Bytes => Family::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read() {
        let plain = ColumnType::plain;
        for (words, expected) in [
            ("text", plain(Family::Text)),
            ("character varying(80)", plain(Family::Text)),
            ("text collate \"C\"", ColumnType { bytewise: true, ..plain(Family::Text) }),
            ("text collate public.\"x y\"", ColumnType { collated: true, ..plain(Family::Text) }),
            ("public.citext", plain(Family::Folded)),
            ("public.\"citext\"", plain(Family::Own)),
            ("integer", plain(Family::Small)),
            ("numeric(10,2)", plain(Family::Plain)),
            ("time(3) without time zone", plain(Family::Plain)),
            ("time(3) with time zone", plain(Family::Own)),
            ("time with time zone", plain(Family::Own)),
            ("timestamp(0) with time zone", plain(Family::Plain)),
            ("interval day to second(3)", plain(Family::Interval)),
            ("character varying(80)[]", ColumnType { array: true, ..plain(Family::Text) }),
            ("public.mood[]", ColumnType { array: true, ..plain(Family::Own) }),
            (
                "domain public.\"a over b\" over text collate \"C\"",
                ColumnType { bytewise: true, base: Some("text"), ..plain(Family::Text) },
            ),
            (
                "domain public.small[] over integer[]",
                ColumnType { array: true, base: Some("integer[]"), ..plain(Family::Small) },
            ),
            ("range public.span", plain(Family::Own)),
            ("composite public.pair", plain(Family::Opaque)),
            ("point", plain(Family::Opaque)),
        ] {
            assert_eq!(ColumnType::read(words), expected, "{words}");
        }
    }
}
