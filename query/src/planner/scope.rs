//! One level of a read: what is shown of a resource, which rows, in which order.

use std::sync::Arc;

use roundtrip_schema::{Cardinality, FieldId, Resource, ResourceId};

use super::condition::Conditions;
use super::slots::Slots;
use super::{Context, embed};
use crate::error::QueryError;
use crate::operation::{Direction, EmbedItem, Item, OrderTerm, Selection};
use crate::plan::{Embed, Nulls, Order, Output, Predicate, Scope};

/// Which level of a read a scope is; the levels differ in what ends and orders them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// The rows that are asked for: a page, in a stable order.
    Page,
    /// The one row that a key names.
    Row,
    /// The related rows inside a row, at this depth from 1.
    Many(usize),
    /// The one related row inside a row, at this depth from 1.
    One(usize),
}

impl Level {
    fn depth(self) -> usize {
        match self {
            Self::Page | Self::Row => 0,
            Self::Many(depth) | Self::One(depth) => depth,
        }
    }
}

/// Resolves a selection on a resource.
pub(super) fn scope(
    context: Context<'_>,
    id: ResourceId,
    selection: &Selection,
    level: Level,
    slots: &mut Slots<'_>,
) -> Result<Scope, QueryError> {
    let resource = context.schema.resource(id);
    let outputs = outputs(context, id, &selection.items, level, slots)?;
    let conditions = Conditions { context, resource, embeds: &outputs };
    let filter = conditions.all(&selection.filter, slots)?;
    let (limit, offset) = match level {
        Level::Page | Level::Many(_) => {
            let limit = slots.limit(selection.limit)?;
            let offset = selection.offset.filter(|rows| *rows > 0);
            (limit, offset.map(|rows| slots.push(super::slots::count(rows))).transpose()?)
        }
        Level::Row | Level::One(_) => (None, None),
    };
    Ok(Scope {
        resource: id,
        outputs,
        filter,
        access: Predicate::Never,
        order: order(context, resource, &selection.order, level)?,
        limit,
        offset,
    })
}

/// Fields first, then embeds, as PostgREST answers them; an embed replaces a field of its name.
fn outputs(
    context: Context<'_>,
    id: ResourceId,
    items: &[Item],
    level: Level,
    slots: &mut Slots<'_>,
) -> Result<Vec<Output>, QueryError> {
    let resource = context.schema.resource(id);
    let mut fields: Vec<(FieldId, Arc<str>)> = Vec::with_capacity(resource.fields.len());
    let mut embeds = Vec::new();
    for item in items {
        match item {
            Item::Star => stars(context, id, &mut fields),
            Item::Field(field) => {
                let found = context.field(resource, &field.name)?;
                let key = match &field.alias {
                    Some(alias) => alias.as_str().into(),
                    None => Arc::clone(context.schema.key(id, found)),
                };
                add_field(resource, &mut fields, found, key)?;
            }
            Item::Embed(item) => embeds.push(embedded(context, id, item, level, slots)?),
        }
    }
    if items.is_empty() {
        stars(context, id, &mut fields);
    }
    let replaced = |key: &str| embeds.iter().any(|embed| *embed.key == *key);
    if let Some(twice) =
        embeds.iter().enumerate().find(|(index, one)| embeds[..*index].iter().any(|e| e.key == one.key))
    {
        return Err(twice_selected(&twice.1.key));
    }
    let mut outputs: Vec<Output> = fields
        .into_iter()
        .filter(|(_, key)| !replaced(key))
        .map(|(field, key)| Output::Field { field, key })
        .collect();
    outputs.extend(embeds.into_iter().map(Output::Embed));
    Ok(outputs)
}

fn stars(context: Context<'_>, id: ResourceId, fields: &mut Vec<(FieldId, Arc<str>)>) {
    // Most often nothing stands before the star, and there is nothing to compare with.
    let before = fields.len();
    for (field, definition) in context.schema.resource(id).fields() {
        let named = fields.iter().take(before).any(|(_, key)| **key == *definition.name);
        if context.shows(definition) && !named {
            fields.push((field, Arc::clone(context.schema.key(id, field))));
        }
    }
}

fn add_field(
    resource: &Resource,
    fields: &mut Vec<(FieldId, Arc<str>)>,
    id: FieldId,
    key: Arc<str>,
) -> Result<(), QueryError> {
    match fields.iter().find(|(_, known)| *known == key) {
        None => fields.push((id, key)),
        // `select=*,name` says the same thing twice, which is no contradiction.
        Some((known, _)) if resource.field(*known).name == resource.field(id).name => {}
        Some(_) => return Err(twice_selected(&key)),
    }
    Ok(())
}

fn twice_selected(key: &str) -> QueryError {
    QueryError::Operator {
        detail: format!("'{key}' is selected twice: give one of them an alias, new_name:{key}"),
    }
}

fn embedded(
    context: Context<'_>,
    origin: ResourceId,
    item: &EmbedItem,
    level: Level,
    slots: &mut Slots<'_>,
) -> Result<Embed, QueryError> {
    let depth = level.depth() + 1;
    let most = context.limits.embed_depth;
    if depth > most {
        let setting = "limits.embed_depth";
        return Err(QueryError::Limit { what: "levels of embedding", given: depth, most, setting });
    }
    let relation = embed::resolve(context.schema, origin, &item.name, item.hint.as_deref())?;
    let inner = match relation.cardinality {
        Cardinality::One => Level::One(depth),
        Cardinality::Many => Level::Many(depth),
    };
    Ok(Embed {
        key: item.alias.as_deref().unwrap_or(&item.name).into(),
        link: relation.link.clone(),
        cardinality: relation.cardinality,
        join: item.join,
        scope: scope(context, relation.target, &item.selection, inner, slots)?,
        junction_access: Predicate::Never,
    })
}

/// The order that was asked for, made total by the primary key, so that pages neither overlap nor
/// skip. Related rows without an order of their own come as the database finds them: sorting every
/// embedded list would cost more than it is worth.
fn order(
    context: Context<'_>,
    resource: &Resource,
    terms: &[OrderTerm],
    level: Level,
) -> Result<Vec<Order>, QueryError> {
    if matches!(level, Level::Row | Level::One(_)) {
        return Ok(Vec::new());
    }
    let mut order = Vec::with_capacity(terms.len() + 1);
    for term in terms {
        let field = context.field(resource, &term.field)?;
        let nulls = term.nulls.unwrap_or(match term.direction {
            Direction::Ascending => Nulls::Last,
            Direction::Descending => Nulls::First,
        });
        order.push(Order { field, direction: term.direction, nulls });
    }
    if matches!(level, Level::Many(_)) && terms.is_empty() {
        return Ok(order);
    }
    // The last term's direction lets one index serve both the term and the key behind it.
    let direction = order.last().map_or(Direction::Ascending, |last| last.direction);
    for field in &resource.primary_key {
        if order.iter().all(|term| term.field != *field) {
            order.push(Order { field: *field, direction, nulls: Nulls::Last });
        }
    }
    Ok(order)
}
