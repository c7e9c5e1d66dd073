//! What happens around every call, in order.
//!
//! ```text
//! begin the call (ids, journey) → address length → route, within the time limit, panics caught
//! → problem for what failed → headers of every answer → record and log line → compression
//! ```
//!
//! Must not know: what any route does.

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt as _;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use roundtrip_engine::Kind;
use roundtrip_journey::{Record, Stage};

use crate::app::App;
use crate::call::{Call, REQUEST_ID};
use crate::compression::{Sent, compressed, whole};
use crate::cors;
use crate::locality::Locality;
use crate::problem::{self, Failure};
use crate::rest::Body;
use crate::router::route;

/// Takes one call from its head to its answer.
pub(crate) async fn handle(app: Arc<App>, peer: SocketAddr, request: Request<Incoming>) -> Response<Sent> {
    let (parts, body) = request.into_parts();
    let locality = Locality::of(app.listening, peer, &parts);
    let mut call = Call::begin(&app, &parts, locality);
    let outcome = bounded(&app, &parts, body, &mut call).await;
    let mut response = outcome.unwrap_or_else(|failure| problem::render(failure, &call, parts.uri.path()));
    finish(&app, &parts, &mut call, &mut response);
    if app.settings.http.compression { compressed(&parts.headers, response).await } else { whole(response) }
}

async fn bounded(
    app: &App,
    parts: &Parts,
    body: Incoming,
    call: &mut Call,
) -> Result<Response<Bytes>, Failure> {
    let most = app.settings.limits.url_bytes;
    let length = parts.uri.path_and_query().map_or(0, |uri| uri.as_str().len());
    if length > most {
        return Err(problem::over_limit(Kind::UriTooLong, "the address", "limits.url_bytes", most).into());
    }
    let most = app.settings.limits.header_bytes;
    let head: usize = parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if head > most {
        let problem = problem::over_limit(Kind::HeadersTooLarge, "the head", "limits.header_bytes", most);
        return Err(problem.into());
    }
    let limit = app.settings.server.request_timeout;
    let answered = {
        // Pinned here: the future of a route is some kilobytes, and would be copied at every wrapping.
        let routed = std::pin::pin!(route(app, parts, Body::new(body), &mut *call));
        // A panic is a mistake of ours in one call; the others go on.
        AssertUnwindSafe(tokio::time::timeout(limit, routed)).catch_unwind().await
    };
    match answered {
        Ok(Ok(outcome)) => outcome,
        // Before there is an operation, only the body can be waited for.
        Ok(Err(_elapsed)) if call.journey.current() == Stage::Parse => {
            Err(problem::body_too_slow(limit.as_millis()).into())
        }
        Ok(Err(_elapsed)) => Err(problem::timed_out(limit.as_millis()).into()),
        Err(panic) => Err(problem::internal(format!("panic: {}", panic_text(&*panic))).into()),
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

fn finish(app: &App, parts: &Parts, call: &mut Call, response: &mut Response<Bytes>) {
    let clock = &*app.engine.world().clock;
    call.journey.finish(clock);
    let length = response.body().len();
    call.journey.bytes = length as u64;
    call.journey.status = response.status().as_u16();
    let status = response.status();
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(call.request_id.as_str()) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
    cors::finish(app, parts, call, headers);
    if call.is_local() {
        let mut timing = String::with_capacity(256);
        call.journey.server_timing(&mut timing);
        if let Ok(timing) = HeaderValue::from_str(&timing) {
            headers.insert(SERVER_TIMING, timing);
        }
    }
    // HEAD is GET without the body, with all of its headers (RFC 9110, section 9.3.2).
    if parts.method == Method::HEAD {
        if status != StatusCode::NO_CONTENT {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        *response.body_mut() = Bytes::new();
    }
    record(app, parts, call);
}

fn record(app: &App, parts: &Parts, call: &Call) {
    let Call { journey, request_id, trace, route, caller, sql, .. } = call;
    tracing::info!(
        target: "roundtrip::call",
        method = parts.method.as_str(),
        route,
        status = journey.status,
        total_us = journey.total_ns() / 1000,
        database_us = journey.database.run_ns / 1000,
        rows = journey.rows,
        bytes = journey.bytes,
        caller = caller.name(),
        request_id = request_id.as_str(),
        trace_id = trace.trace_id.hex(&mut [0; 32]),
        "call"
    );
    if app.ring.capacity() == 0 {
        return;
    }
    let ended = app.engine.world().clock.now();
    let began = ended.checked_sub(std::time::Duration::from_nanos(journey.total_ns()));
    app.ring.record(Record {
        request_id: request_id.clone(),
        trace_id: trace.trace_id,
        started_at: began.unwrap_or(ended),
        method: method_name(&parts.method),
        route,
        caller: caller.name(),
        journey: journey.clone(),
        sql: sql.clone(),
    });
}

/// The usual methods without an allocation.
fn method_name(method: &Method) -> std::borrow::Cow<'static, str> {
    const USUAL: [&str; 7] = ["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS"];
    let usual = USUAL.iter().find(|name| **name == method.as_str());
    usual.map_or_else(|| method.as_str().to_owned().into(), |name| (*name).into())
}
