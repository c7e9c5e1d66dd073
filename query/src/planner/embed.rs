//! Embeds: which of a resource's relations a name, and perhaps a hint, stands for.

use roundtrip_schema::{Relation, ResourceId, Schema};

use crate::error::{QueryError, RelationCandidate};

/// The one relation that `name` (and `hint`) stands for.
pub(super) fn resolve<'a>(
    schema: &'a Schema,
    origin: ResourceId,
    name: &str,
    hint: Option<&str>,
) -> Result<&'a Relation, QueryError> {
    let hinted = |relation: &&Relation| hint.is_none_or(|hint| relation.hints.iter().any(|one| one == hint));
    let named = |relation: &&Relation| relation.names.iter().any(|one| one == name);
    let short = |relation: &&Relation| relation.short.as_deref() == Some(name);
    let relations = schema.relations(origin);
    let mut found: Vec<&Relation> = relations.iter().filter(named).filter(hinted).collect();
    if found.is_empty() {
        found = relations.iter().filter(short).filter(hinted).collect();
    }
    match found[..] {
        [one] => Ok(one),
        [] => Err(unknown(schema, origin, name, hint)),
        _ => Err(ambiguous(schema, origin, name, &mut found)),
    }
}

fn unknown(schema: &Schema, origin: ResourceId, name: &str, hint: Option<&str>) -> QueryError {
    let relations = schema.relations(origin);
    let known = relations.iter().flat_map(|one| one.names.iter().chain(&one.short)).map(String::as_str);
    QueryError::UnknownRelation {
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
