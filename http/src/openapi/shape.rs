//! Schemas of rows: as they are read, created, changed and put.

use roundtrip_schema::field::{Measure, ServerValue};
use roundtrip_schema::{Field, FieldDefault, FieldId, Kind, Resource};
use serde_json::{Map, Value, json};

use super::pattern;

/// The four schemas of a resource: `products`, `products.new`, `products.patch`, `products.put`.
pub(super) fn schemas(resource: &Resource, component: &str) -> Vec<(String, Value)> {
    vec![
        (component.to_owned(), row(resource)),
        (format!("{component}.new"), Form::New.schema(resource)),
        (format!("{component}.patch"), Form::Patch.schema(resource)),
        (format!("{component}.put"), Form::Put.schema(resource)),
    ]
}

/// Where such a schema stands in the document.
pub(super) fn reference(component: &str, form: &str) -> String {
    format!("#/components/schemas/{component}{form}")
}

fn row(resource: &Resource) -> Value {
    let fields = || resource.fields().filter(|(_, field)| field.is_visible());
    let properties: Map<String, Value> =
        fields().map(|(_, field)| (field.name.clone(), shown(field))).collect();
    let example: Map<String, Value> =
        fields().map(|(id, field)| (field.name.clone(), example(resource, id))).collect();
    let mut schema = json!({ "type": "object", "properties": properties, "examples": [example] });
    if let Some(description) = &resource.description {
        schema["description"] = description.clone().into();
    }
    schema
}

/// What a body is for.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// A new row.
    New,
    /// Some fields of a row that is there.
    Patch,
    /// A whole row, whose key stands in the path.
    Put,
}

impl Form {
    fn schema(self, resource: &Resource) -> Value {
        let is_key = |id: FieldId| resource.primary_key.contains(&id);
        let is_own = |id: FieldId| resource.generated_key && is_key(id);
        let is_sent =
            |(id, field): &(FieldId, &Field)| field.is_writable() && !(self == Self::Put && is_key(*id));
        let fields = || resource.fields().filter(is_sent);
        let property = |(id, field): (FieldId, &Field)| {
            let mut schema = sent(field, self);
            if is_own(id) {
                nullable(&mut schema);
                schema["description"] = "The database gives one where there is none, or null".into();
                if field.ty.kind == Kind::Integer {
                    schema["maximum"] = Resource::GREATEST_GIVEN_KEY.into();
                }
            }
            (field.name.clone(), schema)
        };
        let properties: Map<String, Value> = fields().map(property).collect();
        // A key that the database gives, and one that stays, are not part of a good example.
        let in_example = |id: FieldId| !is_own(id) && (self != Self::Patch || !is_key(id));
        let example = fields().filter(|(id, _)| in_example(*id));
        let example: Map<String, Value> =
            example.map(|(id, field)| (field.name.clone(), example_of(resource, id, field))).collect();
        let mut schema = json!({
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
            "examples": [example],
        });
        let has_to_be =
            |(id, field): &(FieldId, &Field)| !field.optional && field.default.is_none() && !is_own(*id);
        let required: Vec<&str> = fields().filter(has_to_be).map(|(_, field)| field.name.as_str()).collect();
        if self != Self::Patch && !required.is_empty() {
            schema["required"] = required.into();
        }
        schema
    }
}

/// A value that the field takes, as well as can be told. The first row of another resource is the likeliest
/// to be there, so a reference leads to it.
pub(super) fn example(resource: &Resource, id: FieldId) -> Value {
    example_of(resource, id, resource.field(id))
}

fn example_of(resource: &Resource, id: FieldId, field: &Field) -> Value {
    let refers = resource.references.iter().any(|reference| reference.fields.contains(&id));
    let is_key = resource.primary_key.contains(&id);
    let usual = match &field.ty.kind {
        Kind::Integer if !field.ty.list && (refers || is_key) => json!(1),
        // Many validators divide by `multipleOf` as doubles, and find that 19.99 is no multiple of 0.01.
        Kind::Decimal { scale: 1.., .. } if !field.ty.list => json!(19.5),
        _ => field.ty.example(),
    };
    let literal = |value| serde_json::from_str(&field.ty.json_text(value)).ok();
    let limit = field.max.as_ref().and_then(|limit| limit.to_string().parse().ok());
    let candidates = match field.ty.measure() {
        Measure::Value => [field.min.as_ref().and_then(literal), field.max.as_ref().and_then(literal)],
        Measure::Length => [limit.and_then(|limit| cut(&usual, limit)), None],
        Measure::Nothing => [None, None],
    };
    let fits = |value: &Value| field.accept_json(&value.to_string()).is_ok();
    let mut all = std::iter::once(usual.clone()).chain(candidates.into_iter().flatten());
    all.find(fits).unwrap_or(usual)
}

/// The first letters or elements.
fn cut(value: &Value, most: usize) -> Option<Value> {
    Some(match value {
        Value::String(text) => text.chars().take(most).collect::<String>().into(),
        Value::Array(list) => list.iter().take(most).cloned().collect(),
        _ => return None,
    })
}

/// A field's schema: its type, its limits, and what to know about it.
fn property(field: &Field) -> Value {
    let mut schema = field.ty.json_schema();
    if field.ty.list {
        bounds(&field.ty.kind, &mut schema["items"]);
    } else {
        bounds(&field.ty.kind, &mut schema);
    }
    limits(field, &mut schema);
    if field.optional {
        nullable(&mut schema);
    }
    if let Some(description) = &field.description {
        schema["description"] = description.clone().into();
    }
    if !field.is_writable() {
        schema["readOnly"] = true.into();
    }
    schema
}

/// A field of a row, with what it has where a new row does not mention it.
fn shown(field: &Field) -> Value {
    let mut schema = property(field);
    if let Some(value) = default(field) {
        schema["default"] = value;
    }
    schema
}

/// A field of a body. Its default is told in words: generators of code take a field with `default` for one that
/// is always there, and would ask every caller for it.
fn sent(field: &Field, form: Form) -> Value {
    let mut schema = property(field);
    let without = match &field.default {
        _ if form == Form::Patch => None,
        Some(FieldDefault::Literal(_)) => default(field).map(|value| value.to_string()),
        Some(FieldDefault::Server(ServerValue::Now)) => Some("the moment of the call".to_owned()),
        Some(FieldDefault::Server(ServerValue::UuidV7)) => Some("a new UUID".to_owned()),
        Some(FieldDefault::Database) => Some("what the database gives it".to_owned()),
        None => None,
    };
    if let Some(without) = without {
        let own = field.description.as_ref().map(|own| format!("{own} ")).unwrap_or_default();
        schema["description"] = format!("{own}(left out: {without})").into();
    }
    schema
}

fn default(field: &Field) -> Option<Value> {
    let Some(FieldDefault::Literal(value)) = &field.default else { return None };
    serde_json::from_str(&field.ty.json_text(value)).ok()
}

/// What the kind of a value bounds by itself.
fn bounds(kind: &Kind, schema: &mut Value) {
    match kind {
        Kind::Text => schema["pattern"] = format!("^{}$", pattern::TEXT).into(),
        Kind::Decimal { precision, scale } => {
            let digits = |count: u8| "9".repeat(usize::from(count));
            let (whole, rest) = (digits(precision.saturating_sub(*scale).max(1)), digits(*scale));
            let most = if rest.is_empty() { whole } else { format!("{whole}.{rest}") };
            // What a double cannot hold is not worth a wrong bound.
            if *precision <= 15
                && let Ok(most) = most.parse::<f64>()
            {
                schema["maximum"] = most.into();
                schema["minimum"] = (-most).into();
            }
        }
        _ => {}
    }
}

fn limits(field: &Field, schema: &mut Value) {
    let words = match (field.ty.measure(), field.ty.list, &field.ty.kind) {
        (Measure::Length, true, _) => ("minItems", "maxItems"),
        // Base64 makes a text of another length than the bytes that are limited.
        (Measure::Length, false, Kind::Bytes) | (Measure::Nothing, ..) => return,
        (Measure::Length, false, _) => ("minLength", "maxLength"),
        (Measure::Value, ..) => ("minimum", "maximum"),
    };
    for (word, limit) in [(words.0, &field.min), (words.1, &field.max)] {
        let number = limit.as_ref().and_then(|limit| serde_json::from_str::<Value>(&limit.to_string()).ok());
        // Dates have limits too, but JSON Schema has no word for them.
        if let Some(number) = number.filter(Value::is_number) {
            schema[word] = number;
        }
    }
    if let Some(pattern) = field.pattern.as_ref().filter(|_| !field.ty.list) {
        schema["pattern"] = format!("^(?:{})$", pattern.source()).into();
    }
}

fn nullable(schema: &mut Value) {
    match schema.get_mut("type") {
        Some(Value::String(name)) => schema["type"] = json!([name.clone(), "null"]),
        Some(Value::Array(names)) if !names.contains(&"null".into()) => names.push("null".into()),
        _ => {}
    }
    if let Some(Value::Array(words)) = schema.get_mut("enum") {
        words.push(Value::Null);
    }
}
