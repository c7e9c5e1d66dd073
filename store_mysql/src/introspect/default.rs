//! A column's default as the schema knows it.
//!
//! It is a literal only where the value that the engine would write is the one the database would
//! have written itself. Everything else, expressions above all, stays with the database.
//!
//! Must not know: the connection. Only MariaDB's texts are read, which are SQL: MySQL leaves out the
//! quotes.

use roundtrip_schema::{FieldDefault, FieldType, Kind, Value};

use super::token::string;

/// Reads the text of a default.
pub(super) fn read(ty: &FieldType, text: &str) -> FieldDefault {
    let value = match text.strip_prefix('\'') {
        Some(rest) => match string(rest) {
            (text, "") => from_text(ty, &text),
            _ => None,
        },
        None => from_number(ty, text),
    };
    value.map_or(FieldDefault::Database, FieldDefault::Literal)
}

fn from_number(ty: &FieldType, text: &str) -> Option<Value> {
    let number = |one: char| one.is_ascii_digit() || matches!(one, '-' | '+' | '.' | 'e' | 'E');
    let is_number =
        text.starts_with(|one: char| one.is_ascii_digit() || one == '-') && text.chars().all(number);
    match (&ty.kind, text) {
        (Kind::Boolean, "0" | "b'0'") => Some(Value::Boolean(false)),
        (Kind::Boolean, "1" | "b'1'") => Some(Value::Boolean(true)),
        (Kind::Integer | Kind::Float | Kind::Decimal { .. }, text) if is_number => {
            ty.value_from_text(text).ok()
        }
        _ => None,
    }
}

fn from_text(ty: &FieldType, text: &str) -> Option<Value> {
    // `information_schema` writes `?` for characters beyond 16 bits, and for bytes that are none.
    if text.contains('?') || matches!(ty.kind, Kind::Bytes | Kind::Any) {
        return None;
    }
    // Moments have a spelling of the server's own, without an offset: they are in UTC.
    let is_spelt_otherwise = matches!(ty.kind, Kind::Date | Kind::Time | Kind::Datetime);
    match ty.value_from_text(text).ok()? {
        Value::Text(canonical) if *canonical != *text && !is_spelt_otherwise => None,
        value => Some(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_what_stays_with_the_database() {
        let decimal = Kind::Decimal { precision: 5, scale: 2 };
        for (kind, text, expected) in [
            (Kind::Integer, "-7", Some(Value::Integer(-7))),
            (Kind::Integer, "'5'", Some(Value::Integer(5))),
            (Kind::Integer, "(1 + 1)", None),
            (Kind::Integer, "18446744073709551615", None),
            (Kind::Boolean, "1", Some(Value::Boolean(true))),
            (Kind::Boolean, "b'0'", Some(Value::Boolean(false))),
            (Kind::Boolean, "2", None),
            (Kind::Float, "1e-30", Some(Value::Float(1e-30))),
            (Kind::Float, "e", None),
            (decimal.clone(), "1.00", Some(Value::Decimal("1.00".into()))),
            (decimal, "1.005", None),
            (Kind::Text, "'it''s \\\\ \\n'", Some(Value::text("it's \\ \n"))),
            (Kind::Text, "''", Some(Value::text(""))),
            (Kind::Text, "'NULL'", Some(Value::text("NULL"))),
            (Kind::Text, "'how?'", None),
            (Kind::Text, "'a' 'b'", None),
            (Kind::Text, "concat('a','b')", None),
            (Kind::Enum(["a".into()].into()), "'a'", Some(Value::text("a"))),
            (Kind::Enum(["a".into()].into()), "'b'", None),
            (Kind::Date, "'2026-11-21'", Some(Value::text("2026-11-21"))),
            (Kind::Date, "'0000-00-00'", None),
            (Kind::Time, "'10:00:00.500000'", Some(Value::text("10:00:00.5"))),
            (Kind::Datetime, "'2026-11-21 17:30:00.000000'", Some(Value::text("2026-11-21T17:30:00+00:00"))),
            (Kind::Datetime, "current_timestamp(6)", None),
            (Kind::Json, "'{\"a\": 1}'", Some(Value::Json("{\"a\":1}".into()))),
            (Kind::Bytes, "'\\0A'", None),
            (Kind::Bytes, "X'00ff'", None),
            (Kind::Uuid, "uuid()", None),
        ] {
            let expected = expected.map_or(FieldDefault::Database, FieldDefault::Literal);
            assert_eq!(read(&FieldType::one(kind), text), expected, "{text}");
        }
    }
}
