//! A replacement: the whole row from the body, its key from its address.

use roundtrip_query::QueryError;
use roundtrip_query::operation::{InputRow, Replace};
use roundtrip_query::planner::Written;
use roundtrip_schema::field::SetOn;
use roundtrip_schema::{FieldDefault, FieldId, Value};

use super::row::Reader;
use crate::error::EngineError;

/// The columns come in the order that a plan of a replacement wants: first what an update sets, then
/// what only a new row gets (the key, the time of creation).
pub(super) fn row(
    reader: &mut Reader<'_>,
    row: &InputRow,
    replace: &Replace,
    key: &[String],
) -> Result<Written, EngineError> {
    let resource = reader.resource;
    let key = key_values(reader, key)?;
    let given = reader.read(0, row, None);
    let mut updated: Vec<(FieldId, Value)> = Vec::new();
    let mut created: Vec<(FieldId, Value)> = Vec::new();
    for ((id, field), given) in resource.fields().zip(given) {
        if let Some(place) = resource.primary_key.iter().position(|part| *part == id) {
            if given.is_some_and(|given| given != key[place]) {
                // Clients that give the key as a filter know this mistake by its code.
                if replace.target.key.is_none() {
                    return Err(QueryError::ReplaceKey.into());
                }
                reader.violation(0, id, "key", "differs from the key in the path".to_owned());
            }
            created.push((id, key[place].clone()));
        } else if let Some((set_on, value)) = field.set {
            let list = if set_on == SetOn::Write { &mut updated } else { &mut created };
            let value = given.unwrap_or_else(|| reader.server_value(field, value));
            list.push((id, value));
        } else if !field.generated
            && field.is_writable()
            && let Some(value) = given.or_else(|| absent(reader, id))
        {
            updated.push((id, value));
        }
    }
    let taken_by_update = updated.len();
    let (columns, values) = updated.into_iter().chain(created).unzip();
    Ok(Written { columns, updated: taken_by_update, rows: vec![values] })
}

/// What a field gets that the new row does not mention: its default, or null.
fn absent(reader: &mut Reader<'_>, id: FieldId) -> Option<Value> {
    if reader.was_refused(0, id) {
        return None;
    }
    let field = reader.resource.field(id);
    match &field.default {
        Some(FieldDefault::Literal(value)) => Some(value.clone()),
        Some(FieldDefault::Server(value)) => Some(reader.server_value(field, *value)),
        Some(FieldDefault::Database) | None if field.optional => Some(Value::Null),
        Some(FieldDefault::Database) | None => {
            reader.violation(0, id, "required", "is required: a replacement is the whole row".to_owned());
            None
        }
    }
}

fn key_values(reader: &Reader<'_>, parts: &[String]) -> Result<Vec<Value>, EngineError> {
    let resource = reader.resource;
    if resource.primary_key.is_empty() || parts.len() != resource.primary_key.len() {
        return Err(EngineError::Query(QueryError::Key {
            resource: resource.name.clone(),
            expected: resource.primary_key.len(),
            given: parts.len(),
            fields: resource.names(&resource.primary_key).join(","),
        }));
    }
    let mut values = Vec::with_capacity(parts.len());
    for (id, text) in resource.primary_key.iter().zip(parts) {
        let field = resource.field(*id);
        let value = field.ty.value_from_text(text).map_err(|refusal| {
            EngineError::Query(QueryError::Literal {
                field: field.name.clone(),
                ty: field.ty.to_string(),
                literal: text.clone(),
                detail: refusal.detail,
            })
        })?;
        values.push(value);
    }
    Ok(values)
}
