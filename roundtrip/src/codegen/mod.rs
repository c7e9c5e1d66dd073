//! Documents for other programs, made from a schema: TypeScript types, a Postman collection.
//!
//! They show what the OpenAPI document shows: what a rule could permit to somebody. It must not know
//! the command line, nor open a database.

#[cfg(test)]
mod example;
pub(crate) mod postman;
pub(crate) mod typescript;

use roundtrip_schema::{Action, Resource, ResourceKind, Rule};

/// Whether a rule could permit the action to somebody, and the resource can do it.
fn offers(resource: &Resource, action: Action) -> bool {
    let possible = action == Action::Read || resource.kind == ResourceKind::Table;
    possible && resource.access.rule(action).is_some_and(|rule| *rule != Rule::Nobody)
}

/// Whether anything at all could be permitted to somebody.
fn offers_anything(resource: &Resource) -> bool {
    Action::ALL.into_iter().any(|action| offers(resource, action))
}
