//! Every route, in one function.
//!
//! A match on the path, not a table of boxed handlers: the call's journey is passed by reference
//! through it, and a newcomer sees all there is on one screen.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, Response, header};
use roundtrip_journey::Stage;

use crate::app::App;
use crate::call::Call;
use crate::problem::{Failure, method_not_allowed, no_such_path};
use crate::rest::Body;
use crate::{admin, answer, catalog, cors, docs, health, openapi, rest};

/// What can be done at every path outside the doors.
const ALLOW: &str = "GET, HEAD, OPTIONS";

/// Answers a call, or says why not.
pub(crate) async fn route(
    app: &App,
    parts: &Parts,
    body: Body,
    call: &mut Call,
) -> Result<Response<Bytes>, Failure> {
    call.enter(app, Stage::Route);
    if let Some(answer) = cors::preflight(app, parts, call) {
        return answer;
    }
    let path = parts.uri.path();
    if let Some(rest_path) = path.strip_prefix("/rest/v1/") {
        return rest::handle(app, parts, rest_path, body, call).await;
    }
    call.route = known(path, call).ok_or_else(|| {
        no_such_path("resources are at /rest/v1/, their description at /docs and /openapi.json")
    })?;
    match parts.method {
        Method::GET | Method::HEAD => {}
        Method::OPTIONS => return Ok(options()),
        _ => return Err(method_not_allowed(&parts.method, ALLOW)),
    }
    if let Some(file) = docs::find(call.route) {
        return Ok(docs::serve(file, parts));
    }
    match call.route {
        "/" | "/rest/v1" => Ok(index(app, call)),
        "/health/live" => Ok(health::live()),
        "/health/ready" => Ok(health::ready(app, call).await),
        "/openapi.json" => openapi::serve(app, parts),
        "/.well-known/api-catalog" => Ok(catalog::serve()),
        "/admin/v1/journeys" => admin::list(app, parts, call),
        _ => admin::one(app, path, call),
    }
}

/// The template of a path outside the doors. The administrator's pages do not exist for callers from
/// elsewhere, whatever the method.
fn known(path: &str, call: &Call) -> Option<&'static str> {
    const PATHS: [&str; 7] = [
        "/",
        "/rest/v1",
        "/health/live",
        "/health/ready",
        "/openapi.json",
        "/.well-known/api-catalog",
        "/admin/v1/journeys",
    ];
    let known = PATHS.into_iter().find(|known| *known == path);
    let known = known.or_else(|| docs::find(path).map(|file| file.path)).or_else(|| {
        let id = path.strip_prefix("/admin/v1/journeys/")?;
        (!id.is_empty() && !id.contains('/')).then_some("/admin/v1/journeys/{request_id}")
    });
    known.filter(|known| call.is_local() || !known.starts_with("/admin/"))
}

/// What can be done here, for who asks first.
fn options() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(ALLOW));
    response
}

/// Where things are. Which version this is helps an attacker more than a caller.
fn index(app: &App, call: &Call) -> Response<Bytes> {
    let mut index = serde_json::json!({
        "name": app.settings.project.name,
        "api": "/rest/v1",
        "docs": "/docs",
        "openapi": "/openapi.json",
        "health": "/health/ready",
    });
    if call.is_local() {
        index["version"] = env!("CARGO_PKG_VERSION").into();
    }
    let mut response = answer::json(index);
    catalog::announce(response.headers_mut());
    response
}
