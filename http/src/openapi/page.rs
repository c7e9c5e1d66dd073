//! The server's own pages that programs read: health, this document, the catalogue of APIs.
//!
//! They stand beside the resources, not below them, and so have a server of their own. What only callers
//! on the same machine see is left out.

use serde_json::{Map, Value, json};

use super::operation::Operation;
use super::response::{Success, responses};

/// Failures that can meet a call before anybody looks what it asks for, or in place of any answer.
const ANYWHERE: [&str; 5] = ["414", "431", "500", "503", "504"];

const TAG: &str = "Server";

/// Adds the pages.
pub(super) fn add(document: &mut Value) {
    let pages = [
        (
            "/health/live",
            page(
                "is_live",
                "Whether the process answers",
                "Nothing else is asked: for who restarts a process that hangs.",
                "It does",
                object(&[("status", "Always `live`")]),
            ),
        ),
        (
            "/health/ready",
            page(
                "is_ready",
                "Whether the server can do its work",
                "Asks the database: for who sends calls only to servers that can answer them.",
                "It can",
                object(&[("status", "`ready`, or why not"), ("database", "`up` or `down`")]),
            ),
        ),
        (
            "/openapi.json",
            page(
                "read_description",
                "This document",
                "The description of everything that is served here (OpenAPI 3.1).",
                "The document",
                json!({ "type": "object" }),
            ),
        ),
        ("/.well-known/api-catalog", catalog()),
    ];
    let paths = document["paths"].as_object_mut().into_iter();
    for paths in paths {
        for (path, operation) in &pages {
            let servers = json!([{ "url": "/", "description": "This server" }]);
            paths.insert((*path).to_owned(), json!({ "servers": servers, "get": operation }));
        }
    }
    // `/health/ready` tells in a form of its own that it is not.
    let down = json!({
        "description": "The database cannot be reached; `Retry-After` says when to ask again",
        "headers": {
            "X-Request-Id": { "$ref": "#/components/headers/X-Request-Id" },
            "Retry-After": { "$ref": "#/components/headers/Retry-After" },
        },
        "content": { "application/json": { "schema": object(&[("status", "`not ready`"), ("database", "`down`")]) } },
    });
    document["paths"]["/health/ready"]["get"]["responses"]["503"] = down;
    if let Some(tags) = document["tags"].as_array_mut() {
        tags.push(json!({ "name": TAG, "description": "The server's own pages." }));
    }
}

fn page(id: &str, summary: &str, description: &str, answer: &str, schema: Value) -> Value {
    let good = Success { status: "200", description: answer, schema: Some(schema), headers: &[] };
    let responses = responses(&[good], &ANYWHERE);
    let id = id.to_owned();
    Operation { id, tag: TAG, summary, description, parameters: Vec::new(), body: None, responses }.json()
}

fn catalog() -> Value {
    let mut operation = page(
        "read_catalog",
        "Where the API and its description are",
        "A set of links (RFC 9727) for programs that know nothing but the host.",
        "The links",
        Value::Null,
    );
    let links = json!({
        "type": "object",
        "required": ["linkset"],
        "properties": { "linkset": { "type": "array", "items": { "type": "object" } } },
    });
    operation["responses"]["200"]["content"] = json!({ "application/linkset+json": { "schema": links } });
    operation
}

fn object(members: &[(&str, &str)]) -> Value {
    let property = |(name, description): &(&str, &str)| {
        ((*name).to_owned(), json!({ "type": "string", "description": description }))
    };
    let properties: Map<String, Value> = members.iter().map(property).collect();
    let required: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
    json!({ "type": "object", "required": required, "properties": properties })
}
