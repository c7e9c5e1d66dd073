//! Plans of writes: create, update, replace, delete, and what they answer.

use std::sync::Arc;

use roundtrip_schema::{FieldId, ResourceId, ResourceKind};

use super::condition::Conditions;
use super::scope::{Level, scope};
use super::slots::Slots;
use super::target::{key_predicate, resource};
use super::{Context, Written};
use crate::error::QueryError;
use crate::operation::{Answer, Condition, Create, Delete, Replace, Returning, Target, Update};
use crate::plan::{
    Compare, DeleteShape, InsertShape, Layout, Params, Plan, Predicate, ReplaceShape, Scope, Shape, Slot,
    UpdateShape,
};

pub(super) fn create(context: Context<'_>, create: &Create, written: Written) -> Result<Plan, QueryError> {
    let id = writable(context, &create.target)?;
    let most = context.limits.bulk_rows;
    if written.rows.len() > most {
        let (given, setting) = (written.rows.len(), "limits.bulk_rows");
        return Err(QueryError::Limit { what: "rows in one write", given, most, setting });
    }
    let mut slots = Slots::after(context, written.columns.len());
    let (returning, layout) = returning(context, id, &create.answer, &mut slots)?;
    // A caller who gets nothing back still wants to know where the row is (RFC 9110, section 10.2.2).
    let location = !create.input.list && !context.schema.resource(id).primary_key.is_empty();
    let columns = written.columns;
    let shape = InsertShape { resource: id, columns, check: Predicate::Never, returning, location, layout };
    Ok(finish(context, Shape::Insert(shape), written.rows, slots))
}

pub(super) fn update(context: Context<'_>, update: &Update, written: Written) -> Result<Plan, QueryError> {
    let id = writable(context, &update.target)?;
    let mut slots = Slots::after(context, written.columns.len());
    let filter = which(context, id, &update.target, &update.filter, "update", &mut slots)?;
    let (returning, layout) = returning(context, id, &update.answer, &mut slots)?;
    let shape = UpdateShape {
        resource: id,
        columns: written.columns,
        filter,
        access: Predicate::Never,
        check: Predicate::Never,
        returning,
        layout,
    };
    Ok(finish(context, Shape::Update(shape), written.rows, slots))
}

pub(super) fn replace(context: Context<'_>, replace: &Replace, written: Written) -> Result<Plan, QueryError> {
    let id = writable(context, &replace.target)?;
    let mut slots = Slots::after(context, written.columns.len());
    let (returning, layout) = returning(context, id, &replace.answer, &mut slots)?;
    let mut key = Predicate::Always;
    for field in &context.schema.resource(id).primary_key {
        key = key.and(Predicate::Compare {
            field: *field,
            operator: Compare::Eq,
            slot: slot_of(&written, *field)?,
        });
    }
    let update = UpdateShape {
        resource: id,
        columns: written.columns[..written.updated].to_vec(),
        filter: key,
        access: Predicate::Never,
        check: Predicate::Never,
        returning: returning.clone(),
        layout,
    };
    let columns = written.columns;
    let insert =
        InsertShape { resource: id, columns, check: Predicate::Never, returning, location: true, layout };
    let shape = Shape::Replace(ReplaceShape { update, insert: Some(insert) });
    Ok(finish(context, shape, written.rows, slots))
}

/// The written row holds its own key, so the update's filter needs no value beside it.
fn slot_of(written: &Written, field: FieldId) -> Result<Slot, QueryError> {
    let place = written.columns.iter().position(|column| *column == field);
    place.and_then(|place| u16::try_from(place).ok()).map(Slot).ok_or_else(|| QueryError::NotAllowed {
        detail: "a replacement needs the whole key of the row".to_owned(),
    })
}

pub(super) fn delete(context: Context<'_>, delete: &Delete) -> Result<Plan, QueryError> {
    let id = writable(context, &delete.target)?;
    let mut slots = Slots::after(context, 0);
    let filter = which(context, id, &delete.target, &delete.filter, "delete", &mut slots)?;
    let (returning, layout) = returning(context, id, &delete.answer, &mut slots)?;
    let shape = DeleteShape { resource: id, filter, access: Predicate::Never, returning, layout };
    Ok(finish(context, Shape::Delete(shape), vec![Vec::new()], slots))
}

fn finish(
    context: Context<'_>,
    shape: Shape,
    rows: Vec<Vec<roundtrip_schema::Value>>,
    slots: Slots<'_>,
) -> Plan {
    Plan {
        schema: context.schema.clone(),
        shape: Arc::new(shape),
        params: Params { rows, fixed: slots.finish() },
    }
}

/// The resource of a write, if it can be written at all.
fn writable(context: Context<'_>, target: &Target) -> Result<ResourceId, QueryError> {
    let id = resource(context.schema, target)?;
    let definition = context.schema.resource(id);
    let name = &definition.name;
    if definition.kind == ResourceKind::View {
        return Err(QueryError::NotAllowed { detail: format!("{name} is a view and can only be read") });
    }
    if !context.capabilities.writable {
        return Err(QueryError::NotAllowed {
            detail: format!("{name} can only be read: the database is open read-only"),
        });
    }
    if let Some(follow) = &target.follow {
        let detail = format!("rows are written at their own path, /{follow}, not through /{name}/…/{follow}");
        return Err(QueryError::NotAllowed { detail });
    }
    Ok(id)
}

/// The rows that an update or delete is about.
fn which(
    context: Context<'_>,
    id: ResourceId,
    target: &Target,
    conditions: &[Condition],
    action: &'static str,
    slots: &mut Slots<'_>,
) -> Result<Predicate, QueryError> {
    let resource = context.schema.resource(id);
    let key = match &target.key {
        Some(key) => key_predicate(context, id, key, slots)?,
        None if conditions.is_empty() && !context.limits.filterless_writes => {
            return Err(QueryError::Filterless { action, resource: resource.name.clone() });
        }
        None => Predicate::Always,
    };
    let conditions = Conditions { context, resource, embeds: &[] }.all(conditions, slots)?;
    Ok(key.and(conditions))
}

/// What a write answers of its rows.
fn returning(
    context: Context<'_>,
    id: ResourceId,
    answer: &Answer,
    slots: &mut Slots<'_>,
) -> Result<(Option<Scope>, Layout), QueryError> {
    let layout = match answer.returning {
        Returning::Minimal | Returning::HeadersOnly => return Ok((None, Layout::Array)),
        Returning::Representation => Layout::Array,
        Returning::Row => Layout::Object,
    };
    Ok((Some(scope(context, id, &answer.selection, Level::Row, slots)?), layout))
}
