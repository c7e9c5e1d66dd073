//! Plans of reads: a page of rows, one row by key, the rows related to one row.

use std::sync::Arc;

use roundtrip_schema::{Cardinality, Link, ResourceId, Schema, Through};

use super::scope::{Level, scope};
use super::slots::Slots;
use super::target::{key_predicate, key_values, resource};
use super::{Context, embed};
use crate::error::QueryError;
use crate::operation::{Count, Read, Selection, Target};
use crate::plan::{Compare, Exists, Layout, Params, Plan, Predicate, ReadShape, Shape};

pub(super) fn plan(context: Context<'_>, read: &Read) -> Result<Plan, QueryError> {
    let id = resource(context.schema, &read.target)?;
    let mut slots = Slots::after(context, 0);
    let (scope, layout) = match (&read.target.key, &read.target.follow) {
        (None, _) => (scope(context, id, &read.selection, Level::Page, &mut slots)?, Layout::Array),
        (Some(key), None) => {
            let key = key_predicate(context, id, key, &mut slots)?;
            let mut scope = scope(context, id, &read.selection, Level::Row, &mut slots)?;
            scope.filter = key.and(scope.filter);
            (scope, Layout::Object)
        }
        (Some(key), Some(name)) => follow(context, id, key, name, &read.selection, &mut slots)?,
    };
    let shape = Shape::Read(ReadShape { scope, count: read.count, layout });
    Ok(Plan {
        schema: context.schema.clone(),
        shape: Arc::new(shape),
        params: Params { rows: vec![Vec::new()], fixed: slots.finish() },
    })
}

/// The resource of a read that says nothing but which row: `/users/42`. Such reads of one resource
/// have one shape, so who keeps the plan of one needs only [`key_params`] for the next.
pub fn plain_key(schema: &Schema, read: &Read) -> Option<ResourceId> {
    let Target { resource, key, follow } = &read.target;
    let plain = key.is_some() && follow.is_none() && read.count == Count::None;
    if plain && read.selection == Selection::default() { schema.find(resource) } else { None }
}

/// The values of the plan of a read that says nothing but which row.
///
/// # Errors
/// When the key has other parts than the resource's, or a part does not fit its field.
pub fn key_params(schema: &Schema, id: ResourceId, target: &Target) -> Result<Params, QueryError> {
    let key = target.key.as_deref().unwrap_or_default();
    Ok(Params { rows: vec![Vec::new()], fixed: key_values(schema.resource(id), key)? })
}

/// `/users/42/orders`: the rows of `orders` whose `users` row is 42. The filter on the referring
/// column lets the database use its index; the `Exists` applies the rules of `users`, so that
/// nobody learns what belongs to a row that they may not see.
fn follow(
    context: Context<'_>,
    origin: ResourceId,
    key: &[String],
    name: &str,
    selection: &Selection,
    slots: &mut Slots<'_>,
) -> Result<(crate::plan::Scope, Layout), QueryError> {
    let relation = embed::resolve(context.schema, origin, name, None)?;
    let (level, layout) = match relation.cardinality {
        Cardinality::One => (Level::Row, Layout::Object),
        Cardinality::Many => (Level::Page, Layout::Array),
    };
    let mut direct = Predicate::Always;
    let parent = context.schema.resource(origin);
    for (field, value) in parent.primary_key.iter().zip(key_values(parent, key)?) {
        if let Some((_, far)) = relation.link.on.iter().find(|(near, _)| near == field) {
            let slot = slots.push(value)?;
            direct = direct.and(Predicate::Compare { field: *far, operator: Compare::Eq, slot });
        }
    }
    let exists = Exists {
        link: inverse(&relation.link),
        resource: origin,
        filter: key_predicate(context, origin, key, slots)?,
        access: Predicate::Never,
        junction_access: Predicate::Never,
    };
    let mut scope = scope(context, relation.target, selection, level, slots)?;
    let asked = std::mem::replace(&mut scope.filter, Predicate::Always);
    scope.filter = direct.and(Predicate::Exists(Box::new(exists))).and(asked);
    Ok((scope, layout))
}

/// The same link, seen from the other side.
fn inverse(link: &Link) -> Link {
    let swap = |pairs: &[_]| pairs.iter().map(|(near, far)| (*far, *near)).collect();
    Link {
        on: swap(&link.on),
        through: link.through.as_ref().map(|through| Through {
            junction: through.junction,
            origin: swap(&through.target),
            target: swap(&through.origin),
        }),
    }
}

/// The read that tells whether the row exists whose relation another read followed; the engine asks
/// it when that read came back empty, to answer 404 for a parent that is not there.
pub fn parent_of_follow(read: &Read) -> Option<Read> {
    read.target.follow.as_ref()?;
    Some(Read {
        target: Target { follow: None, ..read.target.clone() },
        selection: Selection::default(),
        count: Count::None,
    })
}
