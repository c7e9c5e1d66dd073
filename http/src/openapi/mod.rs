//! `/openapi.json`: the OpenAPI 3.1 document of what is served.
//!
//! Made from the schema alone, with the resources' own types, limits and examples. It shows the
//! operations that a rule could permit; the others do not exist for a reader of the document.

mod names;
mod operation;
mod parameter;
mod shape;

use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use roundtrip_schema::{Action, Resource, ResourceKind, Rule, Schema};
use serde_json::{Map, Value, json};

use crate::answer;
use crate::app::App;

/// The document, made once per model.
pub(crate) fn serve(app: &App) -> Response<Bytes> {
    let model = app.engine.model();
    if let Some(cached) = &*app.openapi.load()
        && Arc::ptr_eq(&cached.0, &model)
    {
        return answer::text(cached.1.clone());
    }
    let text = Bytes::from(document(&model.schema, &app.settings.project.name).to_string());
    app.openapi.store(Some(Arc::new((model, text.clone()))));
    answer::text(text)
}

/// The OpenAPI 3.1 document of a schema.
pub fn document(schema: &Schema, title: &str) -> Value {
    let names = names::Names::of(schema);
    let mut paths = Map::new();
    let mut schemas = Map::new();
    let mut tags = Vec::new();
    for (id, resource) in schema.resources() {
        let context = operation::Context { schema, id, resource, names: &names };
        let operations = context.paths();
        if operations.is_empty() {
            continue;
        }
        paths.extend(operations);
        schemas.extend(shape::schemas(resource, names.component(id)));
        tags.push(json!({
            "name": resource.name,
            "description": resource.description.clone().unwrap_or_else(|| format!("Rows of {}.", resource.name)),
        }));
    }
    schemas.insert("Problem".to_owned(), shape::problem());
    json!({
        "openapi": "3.1.1",
        "info": {
            "title": title,
            "version": "1",
            "summary": format!("The API of {title}"),
            "description": "Resources with filters, paging and embedding. Every failure is a problem (RFC 9457).",
            "license": { "name": "Not stated", "identifier": "LicenseRef-not-stated" },
        },
        "servers": [{ "url": "/rest/v1", "description": "This server" }],
        "security": [],
        "tags": tags,
        "paths": paths,
        "components": { "schemas": schemas, "parameters": parameter::shared(), "responses": operation::problems() },
    })
}

/// Whether a rule could permit the action to somebody, and the resource can do it.
pub(crate) fn offers(resource: &Resource, action: Action) -> bool {
    let possible = action == Action::Read || resource.kind == ResourceKind::Table;
    possible && resource.access.rule(action).is_some_and(|rule| *rule != Rule::Nobody)
}
