//! Answers: what comes when it went well, what comes when it did not, and the headers of both.

use serde_json::{Map, Value, json};

use super::problem::STATUSES;

/// Headers that answers share, by component name; the names are those on the wire.
pub(super) fn headers() -> Map<String, Value> {
    let text = |description: &str| json!({ "description": description, "schema": { "type": "string" } });
    let number = |description: &str| json!({ "description": description, "schema": { "type": "integer", "minimum": 0 } });
    let rows = "Which rows of how many: `0-9/100`; `*` stands for what was not counted, or for no row";
    Map::from_iter(
        [
            ("X-Request-Id", text("The id of the call; the log and the journey have it too")),
            ("Content-Range", text(rows)),
            ("Location", text("Where the new row is")),
            ("Content-Location", text("The address with its parameters in order")),
            ("Preference-Applied", text("The preferences that were followed (RFC 7240)")),
            ("Server-Timing", text("How long each stage took; for callers on the same machine")),
            ("Retry-After", number("After how many seconds to try again")),
            ("Allow", text("The methods that there are here")),
            ("WWW-Authenticate", text("How to say who one is (RFC 6750)")),
        ]
        .map(|(name, header)| (name.to_owned(), header)),
    )
}

/// The responses of failures, by component name.
pub(super) fn problems() -> Map<String, Value> {
    let response = |status: &super::problem::Status| {
        let schema = json!({ "$ref": "#/components/schemas/Problem" });
        let content =
            json!({ "application/problem+json": { "schema": schema, "examples": status.examples() } });
        let response = json!({
            "description": status.description,
            "headers": references(status.headers),
            "content": content,
        });
        (status.name.to_owned(), response)
    };
    STATUSES.iter().map(response).collect()
}

/// An answer that is no failure.
pub(super) struct Success<'a> {
    pub(super) status: &'a str,
    pub(super) description: &'a str,
    /// What its JSON looks like; `None` for no body.
    pub(super) schema: Option<Value>,
    /// Headers by component name, beside the id of the call.
    pub(super) headers: &'a [&'a str],
}

/// The member `responses` of an operation.
pub(super) fn responses(good: &[Success<'_>], bad: &[&str]) -> Value {
    let good = good.iter().map(|one| {
        let mut response = json!({ "description": one.description, "headers": references(one.headers) });
        if let Some(schema) = &one.schema {
            response["content"] = json!({ "application/json": { "schema": schema } });
        }
        (one.status.to_owned(), response)
    });
    let bad = STATUSES.iter().filter(|status| bad.contains(&status.code));
    let bad = bad.map(|status| {
        let reference = format!("#/components/responses/{}", status.name);
        (status.code.to_owned(), json!({ "$ref": reference }))
    });
    Value::Object(good.chain(bad).collect())
}

fn references(headers: &[&str]) -> Map<String, Value> {
    let all = ["X-Request-Id", "Server-Timing"].iter().chain(headers);
    all.map(|name| ((*name).to_owned(), json!({ "$ref": format!("#/components/headers/{name}") }))).collect()
}
