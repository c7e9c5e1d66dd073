//! A column's default as the schema knows it.
//!
//! It is a literal only where the value that the engine would write is the one the database would
//! have written itself. Everything else, expressions above all, stays with the database.

use roundtrip_schema::{FieldDefault, FieldType, Kind, Value};

use super::token::{Token, group, tokens};

/// Reads the text of a default; `None` if it is null, which is the same as none.
pub(super) fn read(ty: &FieldType, text: &str) -> Option<FieldDefault> {
    let all = tokens(text);
    let mut literal = &all[..];
    while let Some((inner, [])) = group(literal) {
        literal = inner;
    }
    if matches!(literal, [null] if null.is_word("NULL")) {
        return None;
    }
    Some(value(ty, literal).map_or(FieldDefault::Database, FieldDefault::Literal))
}

fn value(ty: &FieldType, literal: &[Token<'_>]) -> Option<Value> {
    match literal {
        [Token::Number(number)] | [Token::Symbol('+'), Token::Number(number)] => from_number(ty, number),
        [Token::Symbol('-'), Token::Number(number)] => from_number(ty, &format!("-{number}")),
        // SQLite takes a name in double quotes that is no column's for a string.
        [Token::Text(text) | Token::Name(text)] => from_text(ty, text),
        [Token::Blob(digits)] if ty.kind == Kind::Bytes => from_hexadecimal(digits),
        [word] if word.is_word("TRUE") => from_boolean(ty, true),
        [word] if word.is_word("FALSE") => from_boolean(ty, false),
        _ => None,
    }
}

fn from_number(ty: &FieldType, number: &str) -> Option<Value> {
    match &ty.kind {
        Kind::Boolean => match number {
            "0" => Some(Value::Boolean(false)),
            "1" => Some(Value::Boolean(true)),
            _ => None,
        },
        Kind::Integer | Kind::Float | Kind::Decimal { .. } => ty.value_from_text(number).ok(),
        // Whole microseconds, as they are stored; the literal of the type is written otherwise.
        Kind::Duration => number.parse().ok().map(Value::Integer),
        Kind::Any => match number.parse() {
            Ok(integer) => Some(Value::Integer(integer)),
            Err(_) => number.parse().ok().filter(|float: &f64| float.is_finite()).map(Value::Float),
        },
        // A column of text keeps the number's digits; other spellings (`1.50`) change on the way.
        Kind::Text => number.parse::<i64>().ok().map(|integer| Value::text(integer.to_string())),
        _ => None,
    }
}

fn from_text(ty: &FieldType, text: &str) -> Option<Value> {
    match (&ty.kind, ty.value_from_text(text).ok()?) {
        (Kind::Any, _) => Some(Value::text(text)),
        // The word stays text in such a column, unlike the value of that type.
        (Kind::Boolean | Kind::Bytes | Kind::Duration, _) => None,
        // A date in another spelling would be written in ours.
        (_, Value::Text(canonical)) if *canonical != *text => None,
        (_, value) => Some(value),
    }
}

fn from_boolean(ty: &FieldType, flag: bool) -> Option<Value> {
    match ty.kind {
        Kind::Boolean => Some(Value::Boolean(flag)),
        Kind::Integer | Kind::Any => Some(Value::Integer(flag.into())),
        _ => None,
    }
}

fn from_hexadecimal(digits: &str) -> Option<Value> {
    let pairs = digits.as_bytes().chunks(2);
    let bytes: Option<Box<[u8]>> = pairs
        .map(|pair| match pair {
            [_, _] => u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok(),
            _ => None,
        })
        .collect();
    bytes.map(Value::Bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_what_stays_with_the_database() {
        for (kind, text, expected) in [
            (Kind::Integer, "7", Some(Value::Integer(7))),
            (Kind::Integer, "(-7)", Some(Value::Integer(-7))),
            (Kind::Integer, "'7'", Some(Value::Integer(7))),
            (Kind::Integer, "TRUE", Some(Value::Integer(1))),
            (Kind::Integer, "1 + 1", None),
            (Kind::Boolean, "1", Some(Value::Boolean(true))),
            (Kind::Boolean, "false", Some(Value::Boolean(false))),
            (Kind::Boolean, "'true'", None),
            (Kind::Float, "-1.5", Some(Value::Float(-1.5))),
            (Kind::Text, "'it''s'", Some(Value::text("it's"))),
            (Kind::Text, "\"open\"", Some(Value::text("open"))),
            (Kind::Text, "''", Some(Value::text(""))),
            (Kind::Text, "007", Some(Value::text("7"))),
            (Kind::Text, "1.50", None),
            (Kind::Text, "CURRENT_TIMESTAMP", None),
            (Kind::Datetime, "CURRENT_TIMESTAMP", None),
            (Kind::Json, "'{}'", Some(Value::Json("{}".into()))),
            (Kind::Bytes, "x'00ff'", Some(Value::Bytes([0, 255].into()))),
            (Kind::Bytes, "x'0g'", None),
            (Kind::Bytes, "'text'", None),
            (Kind::Any, "3", Some(Value::Integer(3))),
            (Kind::Any, "1e400", None),
            (Kind::Text, "lower(hex(randomblob(16)))", None),
        ] {
            let expected = expected.map_or(FieldDefault::Database, FieldDefault::Literal);
            assert_eq!(read(&FieldType::one(kind), text), Some(expected), "{text}");
        }
        assert_eq!(read(&FieldType::one(Kind::Text), "(NULL)"), None);
    }
}
