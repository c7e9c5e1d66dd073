//! The TypeScript type of a field's value, as the REST door reads and writes it.
//!
//! It must not know where the type is written.

use roundtrip_schema::{Field, Kind};

use super::names::quoted;

/// Which way a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// In an answer.
    Read,
    /// In a body.
    Write,
}

/// The type of a field's value.
pub(super) fn type_of(field: &Field, side: Side) -> String {
    let one = kind(&field.ty.kind, side);
    let several = field.ty.list && one.contains(" | ");
    let value = match (field.ty.list, several) {
        (false, _) => one,
        (true, false) => format!("{one}[]"),
        (true, true) => format!("({one})[]"),
    };
    if field.optional { format!("{value} | null") } else { value }
}

fn kind(kind: &Kind, side: Side) -> String {
    let name = match kind {
        Kind::Any | Kind::Json => "Json",
        // A decimal is a number in every answer; a string of digits is taken too, and is exact.
        Kind::Decimal { .. } if side == Side::Write => "number | string",
        Kind::Integer | Kind::Float | Kind::Decimal { .. } => "number",
        Kind::Boolean => "boolean",
        Kind::Text
        | Kind::Email
        | Kind::Url
        | Kind::Slug
        | Kind::Date
        | Kind::Time
        | Kind::Datetime
        | Kind::Duration
        | Kind::Uuid
        | Kind::Bytes => "string",
        Kind::Enum(words) => return union(words),
    };
    name.to_owned()
}

/// Words as a union of literals.
pub(super) fn union(words: &[Box<str>]) -> String {
    if words.is_empty() {
        return "never".to_owned();
    }
    words.iter().map(|word| quoted(word)).collect::<Vec<String>>().join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use roundtrip_schema::FieldType;

    fn check(ty: FieldType, optional: bool, read: &str, written: &str) {
        let field = Field { optional, ..Field::new("f", ty) };
        assert_eq!(type_of(&field, Side::Read), read, "{field:?}");
        assert_eq!(type_of(&field, Side::Write), written, "{field:?}");
    }

    #[test]
    fn types_of_values() {
        let price = || Kind::Decimal { precision: 12, scale: 2 };
        let words = |words: &[&str]| Kind::Enum(words.iter().map(|word| (*word).into()).collect());
        check(FieldType::one(Kind::Integer), false, "number", "number");
        check(FieldType::one(Kind::Float), true, "number | null", "number | null");
        check(FieldType::one(price()), false, "number", "number | string");
        check(FieldType::list(price()), true, "number[] | null", "(number | string)[] | null");
        check(FieldType::one(Kind::Json), true, "Json | null", "Json | null");
        check(FieldType::one(Kind::Any), false, "Json", "Json");
        check(FieldType::one(Kind::Bytes), false, "string", "string");
        check(FieldType::list(Kind::Boolean), false, "boolean[]", "boolean[]");
        let (one, two) = (r#""a\"b""#, r#"("a" | "b")[]"#);
        check(FieldType::one(words(&["a\"b"])), false, one, one);
        check(FieldType::list(words(&["a", "b"])), false, two, two);
        check(FieldType::one(words(&[])), false, "never", "never");
    }
}
