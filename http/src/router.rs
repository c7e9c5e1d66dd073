//! Every route, in one function.
//!
//! A match on the path, not a table of boxed handlers: the call's journey is passed by reference
//! through it, and a newcomer sees all there is on one screen.

use bytes::Bytes;
use http::request::Parts;
use http::{Method, Response};
use roundtrip_journey::Stage;

use crate::app::App;
use crate::call::Call;
use crate::problem::{Failure, method_not_allowed, no_such_path};
use crate::rest::Body;
use crate::{admin, answer, health, openapi, rest};

/// Answers a call, or says why not.
pub(crate) async fn route(
    app: &App,
    parts: &Parts,
    body: Body,
    call: &mut Call,
) -> Result<Response<Bytes>, Failure> {
    call.enter(app, Stage::Route);
    let path = parts.uri.path();
    if let Some(rest_path) = path.strip_prefix("/rest/v1/") {
        return rest::handle(app, parts, rest_path, body, call).await;
    }
    call.route =
        known(path).ok_or_else(|| no_such_path("resources are at /rest/v1/, documents at /openapi.json"))?;
    if parts.method != Method::GET && parts.method != Method::HEAD {
        return Err(method_not_allowed(&parts.method, "GET, HEAD"));
    }
    match call.route {
        "/" | "/rest/v1" => Ok(answer::json(index(app, call))),
        "/health/live" => Ok(health::live()),
        "/health/ready" => Ok(health::ready(app, call).await),
        "/openapi.json" => Ok(openapi::serve(app)),
        "/admin/v1/journeys" => admin::list(app, parts, call),
        _ => admin::one(app, path, call),
    }
}

/// The template of a path outside the doors.
fn known(path: &str) -> Option<&'static str> {
    Some(match path {
        "/" => "/",
        "/rest/v1" => "/rest/v1",
        "/health/live" => "/health/live",
        "/health/ready" => "/health/ready",
        "/openapi.json" => "/openapi.json",
        "/admin/v1/journeys" => "/admin/v1/journeys",
        _ => {
            let id = path.strip_prefix("/admin/v1/journeys/")?;
            (!id.is_empty() && !id.contains('/')).then_some("/admin/v1/journeys/{request_id}")?
        }
    })
}

/// Where things are. Which version this is helps an attacker more than a caller.
fn index(app: &App, call: &Call) -> serde_json::Value {
    let mut index = serde_json::json!({
        "name": app.settings.project.name,
        "api": "/rest/v1",
        "openapi": "/openapi.json",
        "health": "/health/ready",
    });
    if call.is_local() {
        index["version"] = env!("CARGO_PKG_VERSION").into();
    }
    index
}
