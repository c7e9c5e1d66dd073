//! A column's default as the schema knows it.
//!
//! It is a literal only where the value that the engine would write is the one the database would
//! have written itself. Everything else, expressions above all, stays with the database.

use roundtrip_schema::{FieldDefault, FieldType, Kind, Value};

use super::column_type::ColumnType;
use super::token::{Token, bare, split, tokens};

/// Reads the text of a default; `None` if it is null, which is the same as none.
pub(super) fn read(column: &ColumnType, text: &str) -> Option<FieldDefault> {
    let all = tokens(text);
    let parts = split(bare(&all), |token| *token == Token::Cast);
    let (literal, casts) = parts.split_first()?;
    if matches!(literal, [null] if null.is_word("NULL")) {
        return None;
    }
    // A value that is cast twice may not be what it looks like.
    let value = if casts.len() > 1 || !column.is_known { None } else { value(&column.ty, bare(literal)) };
    Some(value.map_or(FieldDefault::Database, FieldDefault::Literal))
}

fn value(ty: &FieldType, literal: &[Token<'_>]) -> Option<Value> {
    match literal {
        [Token::Number(number)] => from_number(ty, number),
        [Token::Symbol('-'), Token::Number(number)] => from_number(ty, &format!("-{number}")),
        [Token::Text(text)] => from_text(ty, text),
        [word] if word.is_word("TRUE") && ty.kind == Kind::Boolean => Some(Value::Boolean(true)),
        [word] if word.is_word("FALSE") && ty.kind == Kind::Boolean => Some(Value::Boolean(false)),
        _ => None,
    }
}

fn from_number(ty: &FieldType, number: &str) -> Option<Value> {
    let is_number = matches!(ty.kind, Kind::Integer | Kind::Float | Kind::Decimal { .. });
    if is_number && !ty.list { ty.value_from_text(number).ok() } else { None }
}

fn from_text(ty: &FieldType, text: &str) -> Option<Value> {
    // Bytes are written in hexadecimal digits there, durations in words.
    if matches!(ty.kind, Kind::Bytes | Kind::Duration) {
        return None;
    }
    match ty.value_from_text(text).ok()? {
        // A moment in another spelling would be written in ours.
        Value::Text(canonical) if *canonical != *text => None,
        value => Some(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_what_stays_with_the_database() {
        for (kind, text, expected) in [
            (Kind::Integer, "7", Some(Value::Integer(7))),
            (Kind::Integer, "'-7'::integer", Some(Value::Integer(-7))),
            (Kind::Integer, "(-7)", Some(Value::Integer(-7))),
            (Kind::Integer, "(1 + 1)", None),
            (Kind::Integer, "nextval('a'::regclass)", None),
            (Kind::Boolean, "true", Some(Value::Boolean(true))),
            (Kind::Float, "'-1.5'::numeric", Some(Value::Float(-1.5))),
            (Kind::Decimal { precision: 5, scale: 2 }, "1", Some(Value::Decimal("1.00".into()))),
            (Kind::Decimal { precision: 5, scale: 2 }, "1.005", None),
            (Kind::Text, "'it''s'::text", Some(Value::text("it's"))),
            (Kind::Text, "''::character varying", Some(Value::text(""))),
            (Kind::Text, "('a'::text || 'b'::text)", None),
            (Kind::Text, "('abc'::character varying)::character varying(2)", None),
            (Kind::Text, "CURRENT_USER", None),
            (Kind::Datetime, "now()", None),
            (Kind::Datetime, "'2026-11-21 17:30:00+00'::timestamp with time zone", None),
            (Kind::Date, "'2026-11-21'::date", Some(Value::text("2026-11-21"))),
            (Kind::Json, "'{\"a\": 1}'::jsonb", Some(Value::Json("{\"a\":1}".into()))),
            (Kind::Bytes, "'\\x00ff'::bytea", None),
            (Kind::Uuid, "gen_random_uuid()", None),
        ] {
            let expected = expected.map_or(FieldDefault::Database, FieldDefault::Literal);
            let column = ColumnType::of(FieldType::one(kind));
            assert_eq!(read(&column, text), Some(expected), "{text}");
        }
        let list = ColumnType::of(FieldType::list(Kind::Text));
        let empty = Some(FieldDefault::Literal(Value::Json("[]".into())));
        assert_eq!(read(&list, "'{}'::text[]"), empty);
        assert_eq!(read(&list, "NULL::text[]"), None);
        let unknown = ColumnType { is_known: false, ..ColumnType::of(FieldType::one(Kind::Text)) };
        assert_eq!(read(&unknown, "'$1.00'::money"), Some(FieldDefault::Database));
    }
}
