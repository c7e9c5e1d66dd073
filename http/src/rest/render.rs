//! The stage `render`: an outcome becomes status, headers and body.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use roundtrip_engine::{Kind, Outcome, Problem, Written};
use roundtrip_query::operation::{Count, Operation, Rendering, Returning};
use roundtrip_settings::LocationStyle;

use super::accept::{Form, FormKind};
use super::location;
use super::prefer::{Applies, Preferences};
use super::{explain, path};
use crate::problem::Failure;

const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// How rows are to be written.
pub(super) fn rendering(form: Form, preferences: &Preferences) -> Rendering {
    let zone = preferences.timezone.as_deref().map(Into::into);
    Rendering { format: form.format(), strip_nulls: form.strip_nulls, zone }
}

/// What decides how an outcome is rendered.
pub(super) struct Wanted<'a> {
    pub(super) operation: &'a Operation,
    pub(super) preferences: &'a Preferences,
    pub(super) form: Form,
    pub(super) locations: LocationStyle,
}

/// Renders what an operation came to.
pub(super) fn answer(wanted: &Wanted<'_>, outcome: Outcome) -> Result<Response<Bytes>, Failure> {
    let Wanted { operation, preferences, form, .. } = *wanted;
    let mut headers = HeaderMap::with_capacity(12);
    let status = match &outcome.written {
        None => read(&outcome, form, &mut headers)?,
        Some(written) => write(wanted, &outcome, written, &mut headers),
    };
    if let Some(applied) = preferences.applied(applies(operation)) {
        put(&mut headers, PREFERENCE_APPLIED, &applied);
    }
    let silent = outcome.written.is_some() && is_silent(preferences);
    let mut body = if silent { Vec::new() } else { outcome.body };
    match form.kind {
        FormKind::Singular if outcome.written.is_none() && !outcome.single => {
            body = the_one(&body, outcome.count)?;
        }
        FormKind::PlanText => body = explain::text(&body),
        _ => {}
    }
    // CSV without rows may be no bytes at all, and still is an answer.
    if !body.is_empty() || outcome.written.is_none() {
        headers.insert(header::CONTENT_TYPE, form.content_type());
    }
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

fn applies(operation: &Operation) -> Applies {
    match operation {
        Operation::Read(_) => Applies::Read,
        Operation::Create(_) => Applies::Create,
        Operation::Update(_) | Operation::Replace(_) | Operation::Delete(_) => Applies::Change,
    }
}

fn is_silent(preferences: &Preferences) -> bool {
    matches!(preferences.returning, Some(Returning::Minimal | Returning::HeadersOnly))
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn read(outcome: &Outcome, form: Form, headers: &mut HeaderMap) -> Result<StatusCode, Failure> {
    if outcome.single || form.is_plan() {
        return Ok(StatusCode::OK);
    }
    let Outcome { count, total, offset, .. } = *outcome;
    if let Some(total) = total.filter(|total| offset > 0 && offset >= *total) {
        let details = format!("An offset of {offset} was requested, but there are only {total} rows.");
        let problem = Problem::new(
            Kind::RangeNotSatisfiable,
            "bad-range",
            "PGRST103",
            "Range not satisfiable",
            "Requested range not satisfiable".to_owned(),
        )
        .with_detail(details.clone())
        .with_details(details);
        return Err(Failure { content_range: Some(content_range(0, 0, Some(total))), ..problem.into() });
    }
    put(headers, header::CONTENT_RANGE, &content_range(offset, count, total));
    let partial = total.is_some_and(|total| count < total) && form.kind != FormKind::Singular;
    Ok(if partial { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK })
}

/// `0-9/100`, `0-9/*`, `*/*`.
fn content_range(offset: u64, count: u64, total: Option<u64>) -> String {
    let total = total.map_or_else(|| "*".to_owned(), |total| total.to_string());
    match count.checked_sub(1) {
        Some(last) => format!("{offset}-{}/{total}", offset + last),
        None => format!("*/{total}"),
    }
}

fn write(wanted: &Wanted<'_>, outcome: &Outcome, written: &Written, headers: &mut HeaderMap) -> StatusCode {
    let Wanted { operation, preferences, locations, .. } = *wanted;
    let target = operation.target();
    let counted = (preferences.count() != Count::None).then_some(outcome.count);
    let range = match (operation, written) {
        _ if target.key.is_some() => None,
        (Operation::Update(_), _) => Some(content_range(0, outcome.count, counted)),
        (Operation::Create(_) | Operation::Delete(_), _) => Some(content_range(0, 0, counted)),
        _ => None,
    };
    if let Some(range) = range {
        put(headers, header::CONTENT_RANGE, &range);
    }
    if let Written::Created { key: Some(key), .. } = written {
        match locations {
            LocationStyle::Path => put(headers, header::LOCATION, &path::of_row(&target.resource, key)),
            LocationStyle::Query if preferences.returning == Some(Returning::HeadersOnly) => {
                put(headers, header::LOCATION, &location::of_row(&target.resource, &outcome.key_fields, key));
            }
            LocationStyle::Query => {}
        }
    }
    match written {
        Written::Created { added: true, .. } => StatusCode::CREATED,
        Written::Created { .. } => StatusCode::OK,
        _ if outcome.body.is_empty() || is_silent(preferences) => StatusCode::NO_CONTENT,
        _ => StatusCode::OK,
    }
}

/// The one row of a list, as an object.
fn the_one(body: &[u8], count: u64) -> Result<Vec<u8>, Problem> {
    let inside = body.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]"));
    match inside {
        Some(row) if count == 1 => Ok(row.to_vec()),
        _ => Err(not_one_row(count)),
    }
}

/// A single object was asked for, and there is not exactly one row.
pub(super) fn not_one_row(count: u64) -> Problem {
    let message = "Cannot coerce the result to a single JSON object".to_owned();
    Problem::new(Kind::NotAcceptable, "several-rows", "PGRST116", "Not exactly one row", message)
        .with_details(format!("The result contains {count} rows"))
}
