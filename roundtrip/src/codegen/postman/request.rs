//! One operation as a request of a collection, with its scripts.
//!
//! It must not know which folder it goes into.

use roundtrip_schema::{FieldId, ResourceId};
use serde_json::{Value, json};

use super::body::{self, Body};
use super::operation::{Kind, Operation};
use super::query::{self, Entry};
use super::script::{self, Remembered};
use super::tour::Tour;
use super::{expectation, variables};

/// The item of an operation; `None` where nothing says which rows it would touch.
pub(super) fn item(
    tour: &Tour<'_>,
    document: &Value,
    id: ResourceId,
    operation: &Operation<'_>,
) -> Option<Value> {
    let url = url(tour, id, operation)?;
    let body = body::of(tour, document, id, operation);
    let events = [
        script::event("prerequest", before(tour, id, operation, body.as_ref())),
        script::event("test", after(tour, id, operation, body.as_ref())),
    ];
    let mut headers = query::headers(operation);
    if body.is_some() {
        headers.insert(0, json!({ "key": "Content-Type", "value": "application/json" }));
    }
    let mut request = json!({
        "method": operation.method,
        "header": headers,
        "url": url,
        "description": operation.text("description"),
    });
    if let Some(body) = body {
        let options = json!({ "raw": { "language": "json" } });
        request["body"] = json!({ "mode": "raw", "raw": body.text, "options": options });
    }
    let events: Vec<Value> = events.into_iter().flatten().collect();
    let name = operation.text("summary");
    Some(json!({ "name": name, "event": events, "request": request, "response": [] }))
}

fn url(tour: &Tour<'_>, id: ResourceId, operation: &Operation<'_>) -> Option<Value> {
    let entries = query::entries(tour, id, operation)?;
    let segment = |segment: &str| if segment == "{key}" { ":key".to_owned() } else { segment.to_owned() };
    let path: Vec<String> = operation.path.split('/').skip(1).map(segment).collect();
    let enabled = entries.iter().filter(|entry| entry.enabled);
    let asked: Vec<String> = enabled.map(|entry| format!("{}={}", entry.key, entry.value)).collect();
    let asked = if asked.is_empty() { String::new() } else { format!("?{}", asked.join("&")) };
    let mut url = json!({
        "raw": format!("{{{{baseUrl}}}}/{}{asked}", path.join("/")),
        "host": ["{{baseUrl}}"],
        "path": path,
    });
    if !entries.is_empty() {
        url["query"] = entries.iter().map(Entry::json).collect();
    }
    if let Some(parameter) = operation.parameters.iter().find(|parameter| parameter["in"] == "path") {
        let value = variables::used(&row(tour, id, operation.kind));
        url["variable"] = json!([{ "key": "key", "value": value, "description": parameter["description"] }]);
    }
    Some(url)
}

/// The variable that names the row of a request: one that is changed is one that the run made.
fn row(tour: &Tour<'_>, id: ResourceId, kind: Kind) -> String {
    if kind.touches() { variables::made(tour, id) } else { variables::key(tour, id) }
}

fn before(tour: &Tour<'_>, id: ResourceId, operation: &Operation<'_>, body: Option<&Body>) -> Vec<String> {
    let mut needs = match operation.kind {
        Kind::Create | Kind::List => Vec::new(),
        kind => vec![row(tour, id, kind)],
    };
    needs.extend(body.into_iter().flat_map(|body| body.needs.iter().cloned()));
    if needs.is_empty() { needs } else { script::before(&needs) }
}

fn after(tour: &Tour<'_>, id: ResourceId, operation: &Operation<'_>, body: Option<&Body>) -> Vec<String> {
    let remembered = remembered(tour, id, operation.kind);
    let mut lines = vec![script::expect(&expectation::of(tour, id, operation, body))];
    lines.extend(match operation.kind {
        Kind::Create => script::remember_created(&remembered),
        Kind::List => script::remember_listed(&remembered),
        // The last that is done to it.
        Kind::Delete => script::forget(&remembered),
        _ => Vec::new(),
    });
    lines
}

/// What is remembered of a row. A list shows only what may be seen.
fn remembered(tour: &Tour<'_>, id: ResourceId, kind: Kind) -> Remembered {
    let resource = tour.schema.resource(id);
    let shown = |id: &FieldId| kind != Kind::List || resource.field(*id).is_visible();
    let name = |id: FieldId| resource.field(id).name.clone();
    let parts = &resource.primary_key;
    let key = (!parts.is_empty() && parts.iter().all(shown))
        .then(|| (variables::key(tour, id), parts.iter().copied().map(name).collect()));
    let asked_for = tour.asked_for(id).into_iter().filter(shown);
    let values = asked_for.map(|field| (variables::value(tour, id, field), name(field))).collect();
    Remembered { key, made: variables::made(tour, id), values }
}
