//! Plans of writes: create, update, replace, delete, and what they answer.

use roundtrip_schema::{ResourceId, ResourceKind};

use super::condition::Conditions;
use super::draft::Draft;
use super::scope::{Level, scope};
use super::slots::Slots;
use super::target::{key_predicate, resource};
use super::{Context, Written, conflict};
use crate::error::QueryError;
use crate::operation::{Answer, Condition, Create, Delete, Returning, Selection, Target, Update};
use crate::plan::{DeleteShape, InsertShape, Layout, Plan, Predicate, Scope, Shape, UpdateShape};

pub(super) fn create(context: Context<'_>, create: &Create, written: Written) -> Result<Plan, QueryError> {
    let id = writable(context, &create.target)?;
    let most = context.limits.bulk_rows;
    if written.rows.len() > most {
        let (given, setting) = (written.rows.len(), "limits.bulk_rows");
        return Err(QueryError::Limit { what: "rows in one write", given, most, setting });
    }
    let mut draft = Draft::after(context, &create.answer.rendering, written.columns.len());
    let (returning, layout) = returning(&mut draft, id, &create.answer)?;
    let conflict = match &create.duplicates {
        Some(duplicates) => conflict::resolve(context, id, duplicates, &written)?,
        None => None,
    };
    // A caller who gets nothing back still wants to know where the row is (RFC 9110, section 10.2.2).
    let location = !create.input.list && !context.schema.resource(id).primary_key.is_empty();
    let columns = written.columns;
    let shape =
        InsertShape { resource: id, columns, check: Predicate::Never, conflict, returning, location, layout };
    Ok(draft.finish(Shape::Insert(shape), written.rows, create.answer.terms))
}

pub(super) fn update(context: Context<'_>, update: &Update, written: Written) -> Result<Plan, QueryError> {
    let id = writable(context, &update.target)?;
    let mut draft = Draft::after(context, &update.answer.rendering, written.columns.len());
    no_page(context, &update.answer)?;
    let asked = which(context, id, &update.target, &update.filter, "update", &mut draft.slots)?;
    // A patch that changes nothing touches no row; the one that a path names is answered all the same.
    let nothing = written.columns.is_empty() && update.target.key.is_none();
    let filter = if nothing { Predicate::Never } else { asked };
    let (returning, layout) = returning(&mut draft, id, &update.answer)?;
    let shape = UpdateShape {
        resource: id,
        columns: written.columns,
        filter,
        access: Predicate::Never,
        check: Predicate::Never,
        returning,
        layout,
    };
    Ok(draft.finish(Shape::Update(shape), written.rows, update.answer.terms))
}

pub(super) fn delete(context: Context<'_>, delete: &Delete) -> Result<Plan, QueryError> {
    let id = writable(context, &delete.target)?;
    let mut draft = Draft::after(context, &delete.answer.rendering, 0);
    no_page(context, &delete.answer)?;
    let filter = which(context, id, &delete.target, &delete.filter, "delete", &mut draft.slots)?;
    let (returning, layout) = returning(&mut draft, id, &delete.answer)?;
    let shape = DeleteShape { resource: id, filter, access: Predicate::Never, returning, layout };
    Ok(draft.finish(Shape::Delete(shape), vec![Vec::new()], delete.answer.terms))
}

/// PostgREST passes over a limit here and writes every row that the filters find. Where that is not
/// expressly wanted, it is refused: who gives a limit means fewer.
fn no_page(context: Context<'_>, answer: &Answer) -> Result<(), QueryError> {
    let Selection { limit, offset, .. } = &answer.selection;
    let given = limit.is_some() || offset.is_some();
    if given && !context.limits.filterless_writes { Err(QueryError::WritePage) } else { Ok(()) }
}

/// The resource of a write, if it can be written at all.
pub(super) fn writable(context: Context<'_>, target: &Target) -> Result<ResourceId, QueryError> {
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
    let conditions = Conditions { context, resource, items: &[], outputs: &[] }.all(conditions, slots)?;
    Ok(key.and(conditions))
}

/// What a write answers of its rows.
pub(super) fn returning(
    draft: &mut Draft<'_>,
    id: ResourceId,
    answer: &Answer,
) -> Result<(Option<Scope>, Layout), QueryError> {
    let layout = match answer.returning {
        Returning::Minimal | Returning::HeadersOnly => return Ok((None, Layout::Array)),
        Returning::Representation => draft.layout(Layout::Array),
        Returning::Row => draft.layout(Layout::Object),
    };
    Ok((Some(scope(draft, id, &answer.selection, Level::Written)?), layout))
}
