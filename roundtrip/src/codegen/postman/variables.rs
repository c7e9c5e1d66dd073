//! The variables of a collection: what they are called, and what they are for.
//!
//! It must not know who sets them.

use roundtrip_schema::{Action, FieldId, ResourceId};
use serde_json::{Value, json};

use super::tour::Tour;

/// The key of a row, as it stands in a path: one that the run made, else the first of the list.
pub(super) fn key(tour: &Tour<'_>, id: ResourceId) -> String {
    format!("{}.key", base(tour, id))
}

/// The key of the row that the run made. Only rows named by it are changed and removed.
pub(super) fn made(tour: &Tour<'_>, id: ResourceId) -> String {
    format!("{}.made", base(tour, id))
}

/// The value of a field of the row that `key` is about, as it stands in a body.
pub(super) fn value(tour: &Tour<'_>, id: ResourceId, field: FieldId) -> String {
    let name = &tour.schema.resource(id).field(field).name;
    format!("{}.row.{}", base(tour, id), plain(name, field.index()))
}

/// A reference to a variable.
pub(super) fn used(name: &str) -> String {
    format!("{{{{{name}}}}}")
}

fn base(tour: &Tour<'_>, id: ResourceId) -> String {
    plain(&tour.schema.resource(id).name, id.index())
}

/// A name without what Postman could take for something else. No resource begins with `~`, so that
/// nothing else is called like this.
fn plain(name: &str, index: usize) -> String {
    let allowed = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | ' ');
    if name.chars().all(allowed) { name.to_owned() } else { format!("~{index}") }
}

/// Every variable, with what it is before a run.
pub(super) fn declared(tour: &Tour<'_>, base_url: &str) -> Vec<Value> {
    let variable = |name: &str, value: &str, description: String| json!({ "key": name, "value": value, "type": "string", "description": description });
    let mut list = vec![variable("baseUrl", base_url, "Where the API is".to_owned())];
    for id in tour.resources() {
        let resource = tour.schema.resource(id);
        let name = &resource.name;
        if !resource.primary_key.is_empty() {
            list.push(variable(&key(tour, id), "", format!("The key of a row of {name}")));
        }
        if resource.offers(Action::Create) {
            let about = format!("The key of the row of {name} that this collection made");
            list.push(variable(&made(tour, id), "", about));
        }
        for field in tour.asked_for(id) {
            let about = format!("The {} of that row", resource.field(field).name);
            list.push(variable(&value(tour, id, field), "", about));
        }
    }
    list
}
