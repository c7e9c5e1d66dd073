//! Embeds: which of a resource's relations a name, and perhaps a hint, stands for.

use roundtrip_schema::{FieldId, Link, Relation, ResourceId, Schema};

use super::Context;
use crate::error::{QueryError, RelationCandidate};

/// The one relation that `name` (and `hint`) stands for.
pub(super) fn resolve<'a>(
    context: Context<'a>,
    origin: ResourceId,
    name: &str,
    hint: Option<&str>,
) -> Result<&'a Relation, QueryError> {
    let schema = context.schema;
    let shown = |relation: &&Relation| is_shown(context, origin, relation);
    let hinted = |relation: &&Relation| hint.is_none_or(|hint| relation.hints.iter().any(|one| one == hint));
    let named = |relation: &&Relation| relation.names.iter().any(|one| one == name);
    let short = |relation: &&Relation| relation.short.as_deref() == Some(name);
    let relations = || schema.relations(origin).iter().filter(shown);
    let mut found: Vec<&Relation> = relations().filter(named).filter(hinted).collect();
    if found.is_empty() {
        found = relations().filter(short).filter(hinted).collect();
    }
    match found[..] {
        [one] => Ok(one),
        [] => Err(unknown(context, origin, name, hint)),
        _ => Err(ambiguous(schema, origin, name, &mut found)),
    }
}

/// Whether every field that the relation goes by is there for the caller: a row found by a hidden
/// field tells the field's value.
fn is_shown(context: Context<'_>, origin: ResourceId, relation: &Relation) -> bool {
    let schema = context.schema;
    let all = |resource: ResourceId, mut fields: Box<dyn Iterator<Item = FieldId> + '_>| {
        fields.all(|field| context.shows(schema.resource(resource).field(field)))
    };
    let Link { on, through } = &relation.link;
    let direct = all(origin, Box::new(on.iter().map(|(near, _)| *near)))
        && all(relation.target, Box::new(on.iter().map(|(_, far)| *far)));
    direct
        && through.as_ref().is_none_or(|through| {
            all(origin, Box::new(through.origin.iter().map(|(near, _)| *near)))
                && all(through.junction, Box::new(through.origin.iter().map(|(_, own)| *own)))
                && all(through.junction, Box::new(through.target.iter().map(|(own, _)| *own)))
                && all(relation.target, Box::new(through.target.iter().map(|(_, far)| *far)))
        })
}

fn unknown(context: Context<'_>, origin: ResourceId, name: &str, hint: Option<&str>) -> QueryError {
    let schema = context.schema;
    let relations = schema.relations(origin).iter().filter(|one| is_shown(context, origin, one));
    let known = relations.flat_map(|one| one.names.iter().chain(&one.short)).map(String::as_str);
    QueryError::UnknownRelation {
        profile: schema.profile().to_owned(),
        origin: schema.resource(origin).name.clone(),
        target: name.to_owned(),
        hint: hint.map(str::to_owned),
        nearest: roundtrip_schema::nearest::nearest(name, known).map(str::to_owned),
    }
}

/// The order of candidates is PostgREST's: who refers here, who is referred to, who is joined.
const KINDS: [&str; 4] = ["one-to-many", "one-to-one", "many-to-one", "many-to-many"];

fn ambiguous(schema: &Schema, origin: ResourceId, name: &str, found: &mut [&Relation]) -> QueryError {
    found.sort_by_key(|relation| KINDS.iter().position(|kind| *kind == relation.kind));
    let origin = &schema.resource(origin).name;
    let candidate = |relation: &&Relation| {
        let target = &schema.resource(relation.target).name;
        RelationCandidate {
            cardinality: relation.kind,
            embedding: format!("{origin} with {target}"),
            relationship: relation.description.clone(),
            choose: format!("{target}!{}", relation.hints.first().map_or("", String::as_str)),
        }
    };
    QueryError::AmbiguousRelation {
        origin: origin.clone(),
        target: name.to_owned(),
        candidates: found.iter().map(candidate).collect(),
    }
}
