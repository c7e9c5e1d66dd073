//! What becomes of new rows that are there already.

use roundtrip_schema::field::SetOn;
use roundtrip_schema::{FieldId, Resource, ResourceId};

use super::{Context, Written};
use crate::error::QueryError;
use crate::operation::{Duplicates, Resolution};
use crate::plan::{Conflict, Predicate};

/// How a row is known to be there, and what then becomes of it; `None` where no row can be known.
pub(super) fn resolve(
    context: Context<'_>,
    id: ResourceId,
    duplicates: &Duplicates,
    written: &Written,
) -> Result<Option<Conflict>, QueryError> {
    let resource = context.schema.resource(id);
    let target = match duplicates.fields.as_deref() {
        None | Some([]) if resource.primary_key.is_empty() => return Ok(None),
        None | Some([]) => resource.primary_key.clone(),
        Some(names) => unique(context, resource, names)?,
    };
    let sets = match duplicates.resolution {
        Resolution::Merge => sets(resource, &target, written),
        Resolution::Ignore => Vec::new(),
    };
    Ok(Some(Conflict { target, resolution: duplicates.resolution, sets, access: Predicate::Never }))
}

/// The fields called so, if together they tell rows apart.
fn unique(context: Context<'_>, resource: &Resource, names: &[String]) -> Result<Vec<FieldId>, QueryError> {
    let mut fields = Vec::with_capacity(names.len());
    for name in names {
        let field = context.field(resource, name)?;
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    if resource.is_unique(&fields) {
        return Ok(fields);
    }
    Err(QueryError::NoUnique { resource: resource.name.clone(), fields: names.join(", ") })
}

/// What a merge takes from the new row: what an update would, but never what tells that the row is
/// the same, nor what is set once, when a row is created.
fn sets(resource: &Resource, target: &[FieldId], written: &Written) -> Vec<FieldId> {
    let once = |id: FieldId| matches!(resource.field(id).set, Some((SetOn::Create, _)));
    let updated = written.columns.iter().take(written.updated).copied();
    updated.filter(|id| !target.contains(id) && !once(*id)).collect()
}
