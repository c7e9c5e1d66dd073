//! Plans of reads: a page of rows, one row by key, the rows related to one row.

use roundtrip_schema::{Cardinality, Link, ResourceId, Schema, Through};

use super::draft::Draft;
use super::scope::{Level, scope};
use super::target::{key_predicate, key_values, resource};
use super::{Context, embed};
use crate::error::QueryError;
use crate::operation::{Count, Read, Rendering, Selection, Target, Terms};
use crate::plan::{Compare, Exists, Layout, Params, Plan, Predicate, ReadShape, Scope, Shape};

pub(super) fn plan(context: Context<'_>, read: &Read) -> Result<Plan, QueryError> {
    let id = resource(context.schema, &read.target)?;
    if read.explain {
        permit_explain(context)?;
    }
    let mut draft = Draft::after(context, &read.rendering, 0);
    let (scope, layout) = match (&read.target.key, &read.target.follow) {
        (None, _) => (scope(&mut draft, id, &read.selection, Level::Page)?, Layout::Array),
        (Some(key), None) => {
            let key = key_predicate(context, id, key, &mut draft.slots)?;
            let mut scope = scope(&mut draft, id, &read.selection, Level::Row)?;
            scope.filter = key.and(scope.filter);
            (scope, Layout::Object)
        }
        (Some(key), Some(name)) => follow(&mut draft, id, key, name, &read.selection)?,
    };
    let layout = draft.layout(layout);
    let shape = ReadShape { scope, count: count(context, read.count), layout, explain: read.explain };
    Ok(draft.finish(Shape::Read(shape), vec![Vec::new()], Terms::default()))
}

fn permit_explain(context: Context<'_>) -> Result<(), QueryError> {
    if !context.limits.explain {
        return Err(QueryError::ExplainOff);
    }
    if context.capabilities.explains { Ok(()) } else { Err(context.unsupported("the plan of a query")) }
}

/// What a database cannot expect without looking is counted.
fn count(context: Context<'_>, asked: Count) -> Count {
    match asked {
        Count::Planned | Count::Estimated if !context.capabilities.estimates => Count::Exact,
        other => other,
    }
}

/// The resource of a read that says nothing but which row: `/users/42`. Such reads of one resource
/// have one shape, so who keeps the plan of one needs only [`key_params`] for the next.
pub fn plain_key(schema: &Schema, read: &Read) -> Option<ResourceId> {
    let Target { profile: _, resource, key, follow } = &read.target;
    let plain = key.is_some() && follow.is_none() && read.count == Count::None && !read.explain;
    if plain && read.selection == Selection::default() && read.rendering == Rendering::default() {
        schema.find(resource)
    } else {
        None
    }
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
    draft: &mut Draft<'_>,
    origin: ResourceId,
    key: &[String],
    name: &str,
    selection: &Selection,
) -> Result<(Scope, Layout), QueryError> {
    let context = draft.context;
    let relation = embed::resolve(context, origin, name, None)?;
    let (level, layout) = match relation.cardinality {
        Cardinality::One => (Level::Row, Layout::Object),
        Cardinality::Many => (Level::Page, Layout::Array),
    };
    let mut direct = Predicate::Always;
    let parent = context.schema.resource(origin);
    for (field, value) in parent.primary_key.iter().zip(key_values(parent, key)?) {
        if let Some((_, far)) = relation.link.on.iter().find(|(near, _)| near == field) {
            let slot = draft.slots.push(value)?;
            direct = direct.and(Predicate::compare(*far, Compare::Eq, slot));
        }
    }
    let exists = Exists {
        link: inverse(&relation.link),
        resource: origin,
        filter: key_predicate(context, origin, key, &mut draft.slots)?,
        access: Predicate::Never,
        junction_access: Predicate::Never,
    };
    let mut scope = scope(draft, relation.target, selection, level)?;
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
    Some(Read::new(Target { follow: None, ..read.target.clone() }, Selection::default()))
}
