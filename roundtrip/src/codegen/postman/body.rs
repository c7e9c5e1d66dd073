//! Example bodies: the document's examples, with values that this server will accept in a run.
//!
//! A reference becomes the variable of a row that the run knows; what has to occur once becomes new
//! in each run. It must not know how a body is sent.

use roundtrip_schema::{Field, FieldDefault, FieldId, Reference, Resource, ResourceId};
use serde_json::{Map, Value};

use super::operation::{Kind, Operation, json_schema, resolved};
use super::sample;
use super::tour::Tour;
use super::variables;

/// A body, as text with variables in it.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) text: String,
    /// The variables that must not be empty.
    pub(super) needs: Vec<String>,
    /// Whether each value is known to be accepted.
    pub(super) is_sure: bool,
}

/// The example body of an operation, if it takes one.
pub(super) fn of(
    tour: &Tour<'_>,
    document: &Value,
    id: ResourceId,
    operation: &Operation<'_>,
) -> Option<Body> {
    let schema = json_schema(&operation.described["requestBody"])?;
    let one = if schema["oneOf"].is_null() { schema } else { &schema["oneOf"][0] };
    let example = resolved(document, one)["examples"][0].as_object()?;
    Some(filled(tour, id, operation.kind, example))
}

fn filled(tour: &Tour<'_>, id: ResourceId, kind: Kind, example: &Map<String, Value>) -> Body {
    let resource = tour.schema.resource(id);
    let mut body = Body { text: String::new(), needs: Vec::new(), is_sure: true };
    let mut members = Vec::new();
    for (name, example) in example {
        let Some(field) = resource.field_id(name).filter(|field| is_given(resource, *field, kind)) else {
            continue;
        };
        let value = value(tour, id, field, example, &mut body);
        members.push(format!("  {}: {value}", Value::from(name.as_str())));
    }
    body.text = if members.is_empty() { "{}".to_owned() } else { format!("{{\n{}\n}}", members.join(",\n")) };
    body
}

/// The path of a row that is there has its key; what only the database can fill is left to it.
fn is_given(resource: &Resource, id: FieldId, kind: Kind) -> bool {
    let filled_by_database = resource.field(id).default == Some(FieldDefault::Database);
    match kind {
        Kind::Create => !filled_by_database,
        Kind::Replace => !resource.primary_key.contains(&id),
        _ => !resource.primary_key.contains(&id) && !filled_by_database,
    }
}

fn value(tour: &Tour<'_>, id: ResourceId, field: FieldId, example: &Value, body: &mut Body) -> String {
    let resource = tour.schema.resource(id);
    let definition = resource.field(field);
    if let Some(reference) = resource.references.iter().find(|one| one.fields.contains(&field)) {
        return referred(tour, id, (reference, field), example, body);
    }
    let has_to_be_new = |fields: &[FieldId]| fields.contains(&field);
    if (has_to_be_new(&resource.primary_key)
        || resource.uniques.iter().any(|unique| has_to_be_new(&unique.fields)))
        && let Some(fresh) = sample::fresh(definition)
    {
        return fresh;
    }
    plain(definition, example, body)
}

fn plain(field: &Field, example: &Value, body: &mut Body) -> String {
    sample::fitting(field, example)
        .unwrap_or_else(|| {
            body.is_sure = false;
            example.clone()
        })
        .to_string()
}

/// The value of a field that refers to a row of another resource.
fn referred(
    tour: &Tour<'_>,
    id: ResourceId,
    (reference, field): (&Reference, FieldId),
    example: &Value,
    body: &mut Body,
) -> String {
    let optional = tour.schema.resource(id).field(field).optional;
    if optional && !tour.is_known(reference.target, id) {
        return Value::Null.to_string();
    }
    let pairs = reference.fields.iter().zip(&reference.target_fields);
    let Some((_, end)) = pairs.into_iter().find(|(from, _)| **from == field) else {
        return example.to_string();
    };
    let variable = variables::value(tour, reference.target, *end);
    let used = variables::used(&variable);
    if !body.needs.contains(&variable) {
        body.needs.push(variable);
    }
    if example.is_string() { format!("\"{used}\"") } else { used }
}
