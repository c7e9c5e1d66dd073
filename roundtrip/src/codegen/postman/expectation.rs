//! What an answer has to be for a request's test to pass.
//!
//! Where an example is sure to fit, the documented success; elsewhere (a pattern that nobody can
//! guess a text for, constraints that only the database knows) anything but a server error.

use roundtrip_schema::{FieldId, Resource, ResourceId};

use super::body::Body;
use super::operation::{Kind, Operation, answers_list};
use super::sample;
use super::tour::Tour;

/// What an answer has to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Expectation {
    /// One of these statuses.
    OneOf(Vec<u16>),
    /// Whatever the caller can be told.
    NoServerError,
}

/// What the answer to an operation has to be.
pub(super) fn of(
    tour: &Tour<'_>,
    id: ResourceId,
    operation: &Operation<'_>,
    body: Option<&Body>,
) -> Expectation {
    let resource = tour.schema.resource(id);
    // Of a table that was found in a database nobody said which values it takes.
    let introspected = resource.file.is_none() && operation.kind.touches();
    if introspected || body.is_some_and(|body| !body.is_sure || resource.file.is_none()) {
        return Expectation::NoServerError;
    }
    let mut statuses = operation.successes();
    match operation.kind {
        Kind::Create if !is_fresh(tour, id, resource) => statuses.push(409),
        Kind::Remove | Kind::Delete if tour.may_stay(id) => statuses.push(409),
        // A reference may be null: then nothing belongs to the row.
        Kind::Follow if !answers_list(operation) => statuses.push(404),
        _ => {}
    }
    Expectation::OneOf(statuses)
}

/// Whether a new row cannot collide with one that is there: each of its keys has a part that is new.
fn is_fresh(tour: &Tour<'_>, id: ResourceId, resource: &Resource) -> bool {
    let is_own = resource.generated_key;
    let key = Some(&resource.primary_key).filter(|key| !is_own && !key.is_empty());
    let uniques = resource.uniques.iter().map(|unique| &unique.fields);
    key.into_iter().chain(uniques).all(|fields| fields.iter().any(|field| is_new(tour, id, resource, *field)))
}

fn is_new(tour: &Tour<'_>, id: ResourceId, resource: &Resource, field: FieldId) -> bool {
    match resource.references.iter().find(|reference| reference.fields.contains(&field)) {
        // A null is never the same as another.
        Some(reference) => {
            let is_null = resource.field(field).optional && !tour.is_known(reference.target, id);
            is_null || tour.is_made(reference.target, id)
        }
        None => sample::fresh(resource.field(field)).is_some(),
    }
}
