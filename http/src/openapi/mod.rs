//! `/openapi.json`: the OpenAPI 3.1 document of what is served.
//!
//! Made from the schema alone, with the resources' own types, limits and examples. It shows the
//! operations that a rule could permit; the others do not exist for a reader of the document.

mod names;
mod operation;
mod page;
mod parameter;
mod pattern;
mod problem;
mod resource;
mod response;
mod shape;
mod used;

use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use http::request::Parts;
use roundtrip_schema::Schema;
use serde_json::{Map, Value, json};

use crate::answer;
use crate::app::App;
use crate::problem::Failure;
use crate::rest::profile;

const ABOUT: &str = "\
Each resource is a list of rows and has a path for each row. Lists take filters, an order, pages and embedded \
resources in PostgREST's grammar. Every failure is a problem (RFC 9457): `code` is for programs, `detail` for people, \
and `errors` lists the fields that are wrong. Each answer carries its id in `x-request-id`; a `traceparent` that is \
sent along is continued.";

/// The document of the schema that the call names. That of the first is made once per model.
pub(crate) fn serve(app: &App, parts: &Parts) -> Result<Response<Bytes>, Failure> {
    let model = app.engine.model();
    let title = &app.settings.project.name;
    let asked = model.of(profile::asked(&parts.method, &parts.headers).as_deref())?;
    if !std::ptr::eq(asked, Arc::as_ptr(&model)) {
        return Ok(answer::text(Bytes::from(served(&asked.schema, title).to_string())));
    }
    if let Some(cached) = &*app.openapi.load()
        && Arc::ptr_eq(&cached.0, &model)
    {
        return Ok(answer::text(cached.1.clone()));
    }
    let text = Bytes::from(served(&model.schema, title).to_string());
    app.openapi.store(Some(Arc::new((model, text.clone()))));
    Ok(answer::text(text))
}

/// What a running server has: the resources, and its own pages beside them.
fn served(schema: &Schema, title: &str) -> Value {
    let mut document = whole(schema, title);
    page::add(&mut document);
    used::keep(&mut document);
    document
}

/// The OpenAPI 3.1 document of a schema.
pub fn document(schema: &Schema, title: &str) -> Value {
    let mut document = whole(schema, title);
    used::keep(&mut document);
    document
}

/// With every component, whether something refers to it or not.
fn whole(schema: &Schema, title: &str) -> Value {
    let names = names::Names::of(schema);
    let mut paths = Map::new();
    let mut schemas = Map::from_iter([("Problem".to_owned(), problem::schema())]);
    let mut parameters = parameter::shared();
    let mut tags = Vec::new();
    for (id, resource) in schema.resources() {
        let context = resource::Context { schema, id, resource, names: &names };
        paths.extend(context.paths());
        schemas.extend(shape::schemas(resource, names.component(id)));
        parameters.extend(parameter::own(&context));
        if context.is_shown() {
            let about = resource.description.clone();
            let about = about.unwrap_or_else(|| format!("Rows of {}.", resource.name));
            tags.push(json!({ "name": resource.name, "description": about }));
        }
    }
    json!({
        "openapi": "3.1.1",
        "info": {
            "title": title,
            "version": "1",
            "summary": format!("The API of {title}"),
            "description": ABOUT,
            "contact": { "name": format!("Whoever runs {title}") },
            "license": { "name": "Not stated", "identifier": "LicenseRef-not-stated" },
        },
        "servers": [{ "url": "/rest/v1", "description": "This server" }],
        "security": [],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": schemas,
            "parameters": parameters,
            "responses": response::problems(),
            "headers": response::headers(),
        },
    })
}
