//! Schemas of rows: as they are read, created and changed.

use roundtrip_schema::field::Measure;
use roundtrip_schema::{Field, FieldDefault, Kind, Resource};
use serde_json::{Map, Value, json};

/// The three schemas of a resource: `products`, `products.new`, `products.patch`.
pub(super) fn schemas(resource: &Resource, component: &str) -> Vec<(String, Value)> {
    vec![
        (component.to_owned(), row(resource)),
        (format!("{component}.new"), new(resource)),
        (format!("{component}.patch"), patch(resource)),
    ]
}

fn row(resource: &Resource) -> Value {
    let fields = || resource.fields.iter().filter(|field| field.is_visible());
    let properties: Map<String, Value> =
        fields().map(|field| (field.name.clone(), property(field))).collect();
    let example: Map<String, Value> = fields().map(|field| (field.name.clone(), example(field))).collect();
    let mut schema = json!({ "type": "object", "properties": properties, "examples": [example] });
    if let Some(description) = &resource.description {
        schema["description"] = description.clone().into();
    }
    schema
}

fn new(resource: &Resource) -> Value {
    let own_key = |field: &Field| resource.generated_key && is_key(resource, field);
    let required =
        |field: &&Field| field.is_writable() && !field.optional && field.default.is_none() && !own_key(field);
    let mut schema = writable(resource, |field| !own_key(field));
    let required: Vec<&str> =
        resource.fields.iter().filter(required).map(|field| field.name.as_str()).collect();
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    schema
}

fn patch(resource: &Resource) -> Value {
    writable(resource, |field| !is_key(resource, field))
}

fn is_key(resource: &Resource, field: &Field) -> bool {
    resource.names(&resource.primary_key) == [field.name.as_str()]
}

fn writable(resource: &Resource, shown: impl Fn(&Field) -> bool) -> Value {
    let fields = || resource.fields.iter().filter(|field| field.is_writable());
    let properties: Map<String, Value> =
        fields().map(|field| (field.name.clone(), property(field))).collect();
    let example: Map<String, Value> =
        fields().filter(|field| shown(field)).map(|field| (field.name.clone(), example(field))).collect();
    json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "examples": [example],
    })
}

fn example(field: &Field) -> Value {
    match (&field.min, field.ty.measure()) {
        // The usual example may be below a least value; the least value itself never is.
        (Some(least), Measure::Value) => {
            serde_json::from_str(&field.ty.json_text(least)).unwrap_or(Value::Null)
        }
        _ => field.ty.example(),
    }
}

/// A field's schema: its type, its limits, and what to know about it.
pub(super) fn property(field: &Field) -> Value {
    let mut schema = field.ty.json_schema();
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
    if let Some(FieldDefault::Literal(value)) = &field.default
        && let Ok(value) = serde_json::from_str::<Value>(&field.ty.json_text(value))
    {
        schema["default"] = value;
    }
    schema
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

/// The body of every failure.
pub(super) fn problem() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let maybe = |description: &str| json!({ "type": ["string", "null"], "description": description });
    json!({
        "type": "object",
        "description": "What went wrong (RFC 9457), with the members that PostgREST's clients read.",
        "required": ["type", "title", "status", "detail", "code", "message"],
        "properties": {
            "type": text("A URN that names the kind of problem"),
            "title": text("The same few words whenever this problem occurs"),
            "status": { "type": "integer", "description": "The HTTP status" },
            "detail": text("What happened this time"),
            "instance": text("The path of the call"),
            "code": text("A code that programs can compare"),
            "message": text("The same as detail"),
            "details": { "description": "More about it" },
            "hint": maybe("What to do"),
            "errors": {
                "type": "array",
                "description": "Each field that is wrong",
                "items": {
                    "type": "object",
                    "required": ["pointer", "code", "detail"],
                    "properties": {
                        "pointer": text("Where it stands in the body (RFC 6901)"),
                        "code": text("A word that programs can compare"),
                        "detail": text("A sentence for people"),
                    },
                },
            },
            "request_id": text("The id of the call, also in x-request-id"),
            "trace_id": text("The trace of the call (W3C Trace Context)"),
        },
    })
}
