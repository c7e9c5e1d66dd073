//! Literals of a query become values of the type that they are compared with.

use roundtrip_schema::{Field, FieldType, Kind, Value};

use super::Context;
use super::expression::Typed;
use crate::error::QueryError;
use crate::operation::Operator;

/// A literal as a value of a field's type.
pub(super) fn of_field(field: &Field, text: &str) -> Result<Value, QueryError> {
    read(&field.ty, || field.name.clone(), text)
}

/// A literal as a value of the type of what it is compared with.
pub(super) fn of(typed: &Typed<'_>, text: &str) -> Result<Value, QueryError> {
    read(&typed.ty, || typed.name(), text)
}

fn read(ty: &FieldType, name: impl Fn() -> String, text: &str) -> Result<Value, QueryError> {
    // As in PostgreSQL, space around anything but text means nothing: `in.(1, 2)`.
    let textual = matches!(ty.kind, Kind::Any | Kind::Text | Kind::Enum(_)) || ty.list;
    let text = if textual { text } else { text.trim() };
    ty.value_from_text(text).map_err(|refusal| QueryError::Literal {
        field: name(),
        ty: ty.to_string(),
        literal: text.to_owned(),
        detail: refusal.detail,
    })
}

/// A pattern as every database can be told it.
pub(super) fn pattern<'a>(typed: &Typed<'_>, text: &'a str) -> Result<&'a str, QueryError> {
    if !text.contains('\0') {
        return Ok(text);
    }
    Err(QueryError::Literal {
        field: typed.name(),
        ty: typed.ty.to_string(),
        literal: text.to_owned(),
        detail: "must not hold the character NUL (\\u0000)".to_owned(),
    })
}

/// What `cs`, `cd` and `ov` compare with: a list, or JSON.
pub(super) fn container(
    context: Context<'_>,
    typed: &Typed<'_>,
    operator: Operator,
    text: &str,
) -> Result<Value, QueryError> {
    if typed.ty.list {
        return of(typed, text);
    }
    if !typed.is_json() && typed.ty.kind != Kind::Any {
        if is_range(text) && !context.capabilities.ranges {
            return Err(context.unsupported(format!("{} of ranges", operator.word())));
        }
        let word = operator.word();
        let detail = format!("{word} compares lists or JSON, {} is {}", typed.name(), typed.ty);
        return Err(QueryError::Operator { detail });
    }
    let json = read(&FieldType::one(Kind::Json), || typed.name(), text);
    if json.is_err() && text.trim_start().starts_with('{') {
        // `{a,b}` is how clients write a list, whatever the column; only as JSON it is nothing.
        return read(&FieldType::list(Kind::Any), || typed.name(), text).or(json);
    }
    json
}

/// `[2026-01-01,2026-02-01)`
fn is_range(text: &str) -> bool {
    let text = text.trim();
    text.starts_with(['[', '(']) && text.ends_with([']', ')']) && text.contains(',')
}
