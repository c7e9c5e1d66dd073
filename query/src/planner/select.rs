//! What is shown of a level: fields, what is found in them or worked out from them, embeds.

use std::sync::Arc;

use roundtrip_schema::{Cardinality, Kind, Resource, ResourceId};

use super::draft::Draft;
use super::expression::{self, Typed};
use super::scope::{Level, scope};
use super::{Context, embed};
use crate::error::QueryError;
use crate::operation::{Aggregate, CountItem, EmbedItem, FieldItem, Item, Shows};
use crate::plan::{Embed, Expr, Output, Predicate};

/// Fields first, then embeds, as PostgREST answers them; an embed replaces a field of its name.
pub(super) fn outputs(
    draft: &mut Draft<'_>,
    id: ResourceId,
    items: &[Item],
    level: Level,
) -> Result<Vec<Output>, QueryError> {
    let context = draft.context;
    let mut outputs: Vec<Output> = Vec::with_capacity(context.schema.resource(id).fields.len());
    let embeds = embeds(draft, id, items, level)?;
    for item in items {
        match item {
            Item::Star => stars(context, id, &mut outputs),
            Item::Field(field) => add(&mut outputs, field_output(context, id, field)?)?,
            Item::Count(count) => add(&mut outputs, count_output(context, count)?)?,
            Item::Embed(_) => {}
        }
    }
    if items.is_empty() && !matches!(level, Level::Asked(_)) {
        stars(context, id, &mut outputs);
    }
    if !embeds.is_empty() {
        outputs.retain(|output| {
            key(output).is_none_or(|key| !embeds.iter().any(|embed| nests(embed) && *embed.key == **key))
        });
        outputs.extend(embeds.into_iter().map(Output::Embed));
        drop_repeated(&mut outputs);
    }
    Ok(outputs)
}

/// The embeds of a level. A relation that there is not is told before a field that there is not, as
/// PostgREST does: it looks for relations itself, and leaves fields to the database.
fn embeds(
    draft: &mut Draft<'_>,
    id: ResourceId,
    items: &[Item],
    level: Level,
) -> Result<Vec<Embed>, QueryError> {
    let mut embeds: Vec<Embed> = Vec::new();
    for item in items {
        let Item::Embed(item) = item else { continue };
        let embed = embedded(draft, id, item, level)?;
        if nests(&embed) && embeds.iter().any(|other| nests(other) && other.key == embed.key) {
            return Err(twice_selected(&embed.key));
        }
        embeds.push(embed);
    }
    Ok(embeds)
}

/// The embed of a level that a name means: by its key in the answer, or else by its relation.
pub(super) fn embed_called<'a>(
    items: &'a [Item],
    outputs: &'a [Output],
    name: &str,
) -> Option<(&'a EmbedItem, &'a Embed)> {
    let asked = items.iter().filter_map(|item| match item {
        Item::Embed(item) => Some(item),
        Item::Star | Item::Field(_) | Item::Count(_) => None,
    });
    let resolved = outputs.iter().filter_map(|output| match output {
        Output::Embed(embed) => Some(embed),
        Output::Field { .. } | Output::Aggregate { .. } => None,
    });
    // Embeds keep their order from the one to the other.
    let mut both = asked.zip(resolved);
    both.clone().find(|(_, embed)| *embed.key == *name).or_else(|| both.find(|(item, _)| item.name == name))
}

/// Whether a level is made of groups: it has an aggregate, or spreads one that has.
pub(super) fn is_grouped(outputs: &[Output]) -> bool {
    outputs.iter().any(|output| match output {
        Output::Field { .. } => false,
        Output::Aggregate { .. } => true,
        Output::Embed(embed) => embed.shows == Shows::Spread && is_grouped(&embed.scope.outputs),
    })
}

fn nests(embed: &Embed) -> bool {
    embed.shows == Shows::Nested
}

fn key(output: &Output) -> Option<&Arc<str>> {
    match output {
        Output::Field { key, .. } | Output::Aggregate { key, .. } => Some(key),
        Output::Embed(_) => None,
    }
}

fn stars(context: Context<'_>, id: ResourceId, outputs: &mut Vec<Output>) {
    // Most often nothing stands before the star, and there is nothing to compare with.
    let before = outputs.len();
    for (field, definition) in context.schema.resource(id).fields() {
        let named = |output: &Output| key(output).is_some_and(|key| **key == *definition.name);
        if context.shows(definition) && !outputs.iter().take(before).any(named) {
            let key = Arc::clone(context.schema.key(id, field));
            outputs.push(Output::Field { value: Expr::field(field), key });
        }
    }
}

fn add(outputs: &mut Vec<Output>, output: Output) -> Result<(), QueryError> {
    let Some(key) = key(&output) else { return Ok(()) };
    match outputs.iter().find(|other| self::key(other) == Some(key)) {
        None => outputs.push(output),
        // `select=*,name` says the same thing twice, which is no contradiction.
        Some(other) if *other == output => {}
        Some(_) => return Err(twice_selected(key)),
    }
    Ok(())
}

fn twice_selected(key: &str) -> QueryError {
    QueryError::Operator {
        detail: format!("'{key}' is selected twice: give one of them an alias, new_name:{key}"),
    }
}

fn field_output(context: Context<'_>, id: ResourceId, item: &FieldItem) -> Result<Output, QueryError> {
    let resource = context.schema.resource(id);
    if is_old_count(context, resource, item) {
        return count_output(context, &CountItem { alias: item.alias.clone(), cast: item.cast.clone() });
    }
    let plain = expression::resolve(context, resource, &item.field)?;
    let typed = expression::cast(plain, item.cast.as_deref())?;
    if let Some(aggregate) = &item.aggregate {
        permit_aggregates(context)?;
        check_aggregate(aggregate.function, &typed)?;
        return Ok(Output::Aggregate {
            function: aggregate.function,
            of: Some(typed.value),
            cast: aggregate.cast.as_deref().map(expression::named_cast).transpose()?,
            key: item.alias.as_deref().unwrap_or_else(|| aggregate.function.word()).into(),
        });
    }
    let key = match &item.alias {
        Some(alias) => alias.as_str().into(),
        None if item.field.steps.is_empty() => Arc::clone(context.schema.key(id, typed.value.field)),
        None => expression::key(&item.field).into(),
    };
    Ok(Output::Field { value: typed.value, key })
}

/// `select=count`, as older clients count rows, unless there is such a field.
fn is_old_count(context: Context<'_>, resource: &Resource, item: &FieldItem) -> bool {
    item.field.name == "count"
        && item.field.steps.is_empty()
        && item.aggregate.is_none()
        && context.field(resource, "count").is_err()
}

fn count_output(context: Context<'_>, item: &CountItem) -> Result<Output, QueryError> {
    permit_aggregates(context)?;
    Ok(Output::Aggregate {
        function: Aggregate::Count,
        of: None,
        cast: item.cast.as_deref().map(expression::named_cast).transpose()?,
        key: item.alias.as_deref().unwrap_or_else(|| Aggregate::Count.word()).into(),
    })
}

fn permit_aggregates(context: Context<'_>) -> Result<(), QueryError> {
    if context.limits.aggregates { Ok(()) } else { Err(QueryError::AggregatesOff) }
}

fn check_aggregate(function: Aggregate, typed: &Typed<'_>) -> Result<(), QueryError> {
    let fits = match function {
        Aggregate::Count => true,
        Aggregate::Sum | Aggregate::Avg => typed.adds_up(),
        Aggregate::Max | Aggregate::Min => {
            !typed.ty.list && !matches!(typed.ty.kind, Kind::Json | Kind::Bytes | Kind::Boolean)
        }
    };
    if fits {
        return Ok(());
    }
    let (word, name) = (function.word(), typed.name());
    let takes = match function {
        Aggregate::Sum | Aggregate::Avg => "numbers",
        Aggregate::Count | Aggregate::Max | Aggregate::Min => "values that can be ordered",
    };
    let detail = format!("{word}() takes {takes}, {name} is {}: a cast may help, {name}::numeric", typed.ty);
    Err(QueryError::Operator { detail })
}

fn embedded(
    draft: &mut Draft<'_>,
    origin: ResourceId,
    item: &EmbedItem,
    level: Level,
) -> Result<Embed, QueryError> {
    let context = draft.context;
    let depth = level.depth() + 1;
    let most = context.limits.embed_depth;
    if depth > most {
        let setting = "limits.embed_depth";
        return Err(QueryError::Limit { what: "levels of embedding", given: depth, most, setting });
    }
    let relation = embed::resolve(context, origin, &item.name, item.hint.as_deref())?;
    let shows = if is_empty(item) { Shows::Nothing } else { item.shows };
    let inner = match (shows, relation.cardinality) {
        (Shows::Nothing, _) => Level::Asked(depth),
        (Shows::Nested | Shows::Spread, Cardinality::One) => Level::One(depth),
        (Shows::Nested, Cardinality::Many) => Level::Many(depth),
        (Shows::Spread, Cardinality::Many) => Level::Lists(depth),
    };
    let scope = scope(draft, relation.target, &item.selection, inner)?;
    // What a spread of one row works out, it works out over the rows around it.
    let of_its_own = (shows, relation.cardinality) != (Shows::Spread, Cardinality::One);
    if of_its_own && !context.capabilities.grouped_embeds && is_grouped(&scope.outputs) {
        return Err(context.unsupported("an aggregate over the related rows of each row"));
    }
    Ok(Embed {
        key: item.alias.as_deref().unwrap_or(&item.name).into(),
        link: relation.link.clone(),
        cardinality: relation.cardinality,
        join: item.join,
        shows,
        scope,
        junction_access: Predicate::Never,
    })
}

/// Whether nothing of an embed is shown: it holds nothing, or nothing but embeds that are empty too.
fn is_empty(item: &EmbedItem) -> bool {
    let items = &item.selection.items;
    let empty = |item: &Item| matches!(item, Item::Embed(embed) if is_empty(embed));
    item.shows == Shows::Nothing || (!items.is_empty() && items.iter().all(empty))
}

/// Where a spread brings a member of a name that is there already, the later one stays: that is the
/// one that a reader of JSON sees of two. Members that make up groups all stay.
fn drop_repeated(outputs: &mut Vec<Output>) {
    let spreads =
        outputs.iter().any(|output| matches!(output, Output::Embed(one) if one.shows == Shows::Spread));
    if spreads && !is_grouped(outputs) {
        drop_known(outputs, &mut Vec::new());
    }
}

fn drop_known(outputs: &mut Vec<Output>, known: &mut Vec<Arc<str>>) {
    let mut kept: Vec<Output> = Vec::with_capacity(outputs.len());
    for mut output in outputs.drain(..).rev() {
        let is_new = match &mut output {
            Output::Field { key, .. } | Output::Aggregate { key, .. } => {
                let is_new = !known.contains(key);
                known.push(Arc::clone(key));
                is_new
            }
            Output::Embed(embed) => {
                match embed.shows {
                    // It may still decide which rows there are.
                    Shows::Nested if known.iter().any(|key| **key == *embed.key) => {
                        embed.shows = Shows::Nothing;
                    }
                    Shows::Nested => known.push((*embed.key).into()),
                    Shows::Spread => drop_known(&mut embed.scope.outputs, known),
                    Shows::Nothing => {}
                }
                true
            }
        };
        if is_new {
            kept.push(output);
        }
    }
    kept.reverse();
    *outputs = kept;
}
