//! Where an operation happens: the resource, and the one row of it that a key names.

use roundtrip_schema::{Resource, ResourceId, Schema, Value};

use super::slots::Slots;
use super::{Context, literal};
use crate::error::QueryError;
use crate::operation::Target;
use crate::plan::{Compare, Predicate};

/// The resource that a target names.
pub fn resource(schema: &Schema, target: &Target) -> Result<ResourceId, QueryError> {
    schema.find(&target.resource).ok_or_else(|| QueryError::UnknownResource {
        profile: schema.profile().to_owned(),
        name: target.resource.clone(),
        nearest: schema.nearest_resource(&target.resource).map(str::to_owned),
    })
}

/// The condition that holds for the one row with this key.
pub(super) fn key_predicate(
    context: Context<'_>,
    id: ResourceId,
    key: &[String],
    slots: &mut Slots<'_>,
) -> Result<Predicate, QueryError> {
    let resource = context.schema.resource(id);
    let mut all = Vec::with_capacity(key.len());
    for (field, value) in resource.primary_key.iter().copied().zip(key_values(resource, key)?) {
        all.push(Predicate::compare(field, Compare::Eq, slots.push(value)?));
    }
    Ok(match all.len() {
        1 => all.remove(0),
        _ => Predicate::All(all),
    })
}

/// The typed parts of a key from a path.
pub(super) fn key_values(resource: &Resource, key: &[String]) -> Result<Vec<Value>, QueryError> {
    let parts = &resource.primary_key;
    if parts.is_empty() {
        return Err(QueryError::NotAllowed {
            detail: format!("{} has no primary key, its rows have no path of their own", resource.name),
        });
    }
    if parts.len() != key.len() {
        return Err(QueryError::Key {
            resource: resource.name.clone(),
            expected: parts.len(),
            given: key.len(),
            fields: resource.names(parts).join(","),
        });
    }
    parts.iter().zip(key).map(|(id, text)| literal::of_field(resource.field(*id), text)).collect()
}
