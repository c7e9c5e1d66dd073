//! Problems on HTTP: RFC 9457 bodies, with the members that PostgREST's clients read beside them.
//!
//! The engine's table says what happened; here is the table from its kinds to statuses, and the few
//! problems that only HTTP has. Nothing is ever answered as plain text.

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header};
use roundtrip_engine::{EngineError, Kind, Problem};
use roundtrip_policy::Caller;
use serde_json::{Map, Value, json};

use crate::call::Call;

/// A problem on its way out, with what only HTTP has to add.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) problem: Box<Problem>,
    /// The methods that there are, for 405.
    pub(crate) allow: Option<String>,
    /// How many rows there are, for 416.
    pub(crate) content_range: Option<String>,
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self { problem: Box::new(problem), allow: None, content_range: None }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Problem::from(error).into()
    }
}

impl From<roundtrip_query::QueryError> for Failure {
    fn from(error: roundtrip_query::QueryError) -> Self {
        EngineError::from(error).into()
    }
}

/// Nothing stands at this path.
pub(crate) fn no_such_path(hint: &str) -> Problem {
    let message = "invalid path specified in request URL".to_owned();
    Problem::new(Kind::NotFound, "no-such-path", "PGRST125", "Nothing is here", message)
        .with_hint(hint.to_owned())
}

/// The path is there and does not know the method.
pub(crate) fn method_not_allowed(method: &Method, allow: &str) -> Failure {
    let message = format!("{method} is not possible here");
    let problem =
        Problem::new(Kind::MethodNotAllowed, "method-not-allowed", "PGRST117", "Method not allowed", message)
            .with_hint(format!("possible here: {allow}"));
    Failure { problem: Box::new(problem), allow: Some(allow.to_owned()), content_range: None }
}

/// The body or address is over a limit; the setting is named, and its value.
pub(crate) fn over_limit(kind: Kind, what: &str, setting: &str, most: usize) -> Problem {
    let message = format!("{what} is longer than {most} bytes");
    Problem::new(kind, "limit", "54000", "More than a limit allows", message)
        .with_hint(format!("send less, or raise {setting} in roundtrip.toml"))
}

/// A mistake of ours; what it was stands in the log.
pub(crate) fn internal(private: String) -> Problem {
    let message = "something went wrong here; the log has more under the request id".to_owned();
    let mut problem = Problem::new(Kind::Internal, "internal", "XX000", "Something went wrong here", message);
    problem.private = Some(private.into());
    problem
}

/// The call took longer than it may.
pub(crate) fn timed_out(limit_ms: u128) -> Problem {
    let message = format!("the call took longer than {limit_ms} ms");
    let mut problem =
        Problem::new(Kind::Timeout, "request-timeout", "57014", "The call took too long", message);
    problem.retry_after_s = Some(1);
    problem
}

/// The caller took longer to send its body than it may.
pub(crate) fn body_too_slow(limit_ms: u128) -> Problem {
    let message = format!("the body did not arrive within {limit_ms} ms");
    Problem::new(Kind::RequestTimeout, "body-too-slow", "57014", "The request took too long", message)
}

/// Who is refused without being known is asked who they are; who is known is told no.
fn status(kind: Kind, caller: Caller) -> StatusCode {
    match kind {
        Kind::BadRequest => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated if caller != Caller::Anonymous => StatusCode::FORBIDDEN,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Kind::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
        Kind::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::UriTooLong => StatusCode::URI_TOO_LONG,
        Kind::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Kind::RangeNotSatisfiable => StatusCode::RANGE_NOT_SATISFIABLE,
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::HeadersTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        Kind::MultipleChoices => StatusCode::MULTIPLE_CHOICES,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Timeout => StatusCode::GATEWAY_TIMEOUT,
    }
}

/// Renders a failure, and tells the log what callers are not told.
pub(crate) fn render(failure: Failure, call: &Call, path: &str) -> Response<Bytes> {
    let Failure { problem, allow, content_range } = failure;
    if let Some(private) = &problem.private {
        tracing::warn!(request_id = %call.request_id, problem = problem.name, private = %private, "a call failed");
    }
    let status = status(problem.kind, call.caller);
    let body = body(&problem, status, call, path);
    let mut response = Response::new(Bytes::from(Value::Object(body).to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"roundtrip\""));
    }
    if let Some(seconds) = problem.retry_after_s {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    for (name, value) in [(header::ALLOW, allow), (header::CONTENT_RANGE, content_range)] {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            headers.insert(name, value);
        }
    }
    response
}

fn body(problem: &Problem, status: StatusCode, call: &Call, path: &str) -> Map<String, Value> {
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| drop(body.insert(name.to_owned(), value));
    put("type", format!("urn:roundtrip:problem:{}", problem.name).into());
    put("title", problem.title.into());
    put("status", status.as_u16().into());
    put("detail", problem.detail.as_deref().unwrap_or(&problem.message).into());
    put("instance", path.into());
    put("code", problem.code.into());
    put("message", problem.message.clone().into());
    put("details", details(problem));
    // Which rule to add, and where, is for the project's own people.
    let advice = problem.advice.as_deref().filter(|_| call.is_local());
    put("hint", advice.or(problem.hint.as_deref()).into());
    if !problem.violations.is_empty() {
        let error = |one: &roundtrip_engine::Violation| json!({ "pointer": one.pointer, "code": one.code, "detail": one.detail });
        put("errors", problem.violations.iter().map(error).collect());
    }
    put("request_id", call.request_id.as_str().into());
    put("trace_id", call.trace.trace_id.to_string().into());
    body
}

/// A sentence, or the list of what could have been meant.
fn details(problem: &Problem) -> Value {
    if problem.candidates.is_empty() {
        return problem.details.clone().into();
    }
    let candidate = |one: &roundtrip_query::error::RelationCandidate| json!({ "cardinality": one.cardinality, "embedding": one.embedding, "relationship": one.relationship });
    problem.candidates.iter().map(candidate).collect()
}
