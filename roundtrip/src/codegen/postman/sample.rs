//! Values that a field accepts.
//!
//! It must not know where they are put.

use roundtrip_schema::field::Measure;
use roundtrip_schema::{Field, FieldDefault, Kind};
use serde_json::{Value, json};

/// What Postman puts the seconds since 1970 for.
const TIMESTAMP: &str = "{{$timestamp}}";

/// What Postman puts a new UUID for.
const GUID: &str = "{{$guid}}";

/// Longer texts than this are not tried for a least length.
const LONGEST: usize = 1_000;

/// A value that the field accepts: the example, if it does.
pub(super) fn fitting(field: &Field, example: &Value) -> Option<Value> {
    let literal = |value| serde_json::from_str(&field.ty.json_text(value)).ok();
    let default = match &field.default {
        Some(FieldDefault::Literal(value)) => literal(value),
        Some(FieldDefault::Server(_) | FieldDefault::Database) | None => None,
    };
    let (least, most) = match field.ty.measure() {
        Measure::Value => (field.min.as_ref().and_then(literal), field.max.as_ref().and_then(literal)),
        Measure::Length => (longer(field, example), shorter(field, example)),
        Measure::Nothing => (None, None),
    };
    let null = field.optional.then_some(Value::Null);
    let candidates = [Some(example.clone()), default, least, most, null];
    candidates.into_iter().flatten().find(|candidate| field.accept_json(&candidate.to_string()).is_ok())
}

/// The example, repeated until it has the least length.
fn longer(field: &Field, example: &Value) -> Option<Value> {
    let length: usize = field.min.as_ref()?.to_string().parse().ok().filter(|length| *length <= LONGEST)?;
    Some(match example {
        Value::Array(list) => list.iter().cycle().take(length).cloned().collect(),
        Value::String(text) => text.chars().cycle().take(length).collect::<String>().trim_end().into(),
        _ => return None,
    })
}

/// The example, cut to the greatest length.
fn shorter(field: &Field, example: &Value) -> Option<Value> {
    let length: usize = field.max.as_ref()?.to_string().parse().ok()?;
    Some(match example {
        Value::Array(list) => list.iter().take(length).cloned().collect(),
        Value::String(text) => text.chars().take(length).collect::<String>().into(),
        _ => return None,
    })
}

/// A value that is another one in each run, as JSON with Postman's own variables in it; `None` where
/// the field takes none of them.
pub(super) fn fresh(field: &Field) -> Option<String> {
    if field.ty.list {
        return None;
    }
    let example = field.ty.example();
    let example = example.as_str().unwrap_or_default();
    let texts = match &field.ty.kind {
        Kind::Text => vec![format!("{example} {TIMESTAMP}"), TIMESTAMP.to_owned()],
        Kind::Slug => vec![format!("{example}-{TIMESTAMP}")],
        Kind::Email => vec![format!("{TIMESTAMP}@example.org")],
        Kind::Url => vec![format!("{example}?{TIMESTAMP}")],
        Kind::Uuid => vec![GUID.to_owned()],
        Kind::Integer => return Some(TIMESTAMP.to_owned()).filter(|text| is_accepted(field, text)),
        Kind::Any
        | Kind::Float
        | Kind::Decimal { .. }
        | Kind::Boolean
        | Kind::Date
        | Kind::Time
        | Kind::Datetime
        | Kind::Duration
        | Kind::Json
        | Kind::Bytes
        | Kind::Enum(_) => return None,
    };
    texts.into_iter().map(|text| json!(text).to_string()).find(|text| is_accepted(field, text))
}

/// Whether the field accepts what Postman will make of the text.
fn is_accepted(field: &Field, text: &str) -> bool {
    let sent = text.replace(TIMESTAMP, "1750000000").replace(GUID, "01932c07-209c-4a3e-8c5d-2f1b6e4a9d10");
    field.accept_json(&sent).is_ok()
}

#[cfg(test)]
mod tests {
    use roundtrip_schema::{FieldType, Value as Limit};

    use super::*;

    fn field(kind: Kind) -> Field {
        Field::new("f", FieldType::one(kind))
    }

    fn check(field: &Field, expected: &str) {
        let fitting = fitting(field, &field.ty.example());
        assert_eq!(fitting.map_or("none".to_owned(), |value| value.to_string()), expected, "{field:?}");
    }

    #[test]
    fn an_example_is_bent_until_it_fits() {
        let limit = |limit: i64| Some(Limit::Integer(limit));
        check(&field(Kind::Integer), "42");
        check(&Field { max: limit(40), ..field(Kind::Integer) }, "40");
        check(&Field { max: limit(2), ..field(Kind::Text) }, "\"Mo\"");
        check(&Field { min: limit(20), ..field(Kind::Text) }, "\"Mountain bikeMountai\"");
        let words = Field::new("f", FieldType::list(Kind::Slug));
        check(&Field { min: limit(2), ..words }, "[\"blue-shoes\",\"blue-shoes\"]");
        let pattern = roundtrip_schema::field::Pattern::new("[A-Z]{2}").ok();
        check(&Field { pattern: pattern.clone(), ..field(Kind::Text) }, "none");
        check(&Field { pattern, optional: true, ..field(Kind::Text) }, "null");
    }

    #[test]
    fn what_has_to_be_new_is_new_in_each_run() {
        let ten = Some(Limit::Integer(10));
        for (field, expected) in [
            (field(Kind::Text), Some(r#""Mountain bike {{$timestamp}}""#)),
            (Field { max: ten.clone(), ..field(Kind::Text) }, Some(r#""{{$timestamp}}""#)),
            (field(Kind::Slug), Some(r#""blue-shoes-{{$timestamp}}""#)),
            (field(Kind::Email), Some(r#""{{$timestamp}}@example.org""#)),
            (field(Kind::Url), Some(r#""https://example.org/about?{{$timestamp}}""#)),
            (field(Kind::Uuid), Some(r#""{{$guid}}""#)),
            (field(Kind::Integer), Some("{{$timestamp}}")),
            (Field { max: ten, ..field(Kind::Integer) }, None),
            (field(Kind::Date), None),
            (Field::new("f", FieldType::list(Kind::Text)), None),
        ] {
            assert_eq!(fresh(&field).as_deref(), expected, "{field:?}");
        }
    }
}
