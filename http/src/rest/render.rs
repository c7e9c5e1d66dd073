//! The stage `render`: an outcome becomes status, headers and body.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use roundtrip_engine::{Kind, Outcome, Problem, Written};
use roundtrip_query::operation::{Count, Operation, Returning};

use super::accept::Form;
use super::path;
use super::prefer::Preferences;
use crate::answer::JSON;
use crate::problem::Failure;

const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// Renders what an operation came to.
pub(super) fn answer(
    operation: &Operation,
    outcome: Outcome,
    preferences: Preferences,
    form: Form,
) -> Result<Response<Bytes>, Failure> {
    let mut headers = HeaderMap::with_capacity(12);
    let status = match &outcome.written {
        None => read(&outcome, form, &mut headers)?,
        Some(written) => write(operation, &outcome, written, preferences, &mut headers),
    };
    if let Some(applied) = preferences.applied(outcome.written.is_some()) {
        put(&mut headers, PREFERENCE_APPLIED, &applied);
    }
    let silent = outcome.written.is_some() && is_silent(preferences);
    let mut body = if silent { Vec::new() } else { outcome.body };
    if form == Form::Singular {
        match &outcome.written {
            None if !outcome.single => body = the_one(&body, outcome.count)?,
            // Nothing was written. What was written is never refused afterwards: several rows were
            // taken back by the store, and a row that may not be read is simply not shown.
            Some(_) if outcome.count == 0 => return Err(not_one_row(0).into()),
            _ => {}
        }
    }
    if !body.is_empty() {
        headers.insert(header::CONTENT_TYPE, JSON);
    }
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

fn is_silent(preferences: Preferences) -> bool {
    matches!(preferences.returning, Some(Returning::Minimal | Returning::HeadersOnly))
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn read(outcome: &Outcome, form: Form, headers: &mut HeaderMap) -> Result<StatusCode, Failure> {
    if outcome.single {
        return Ok(StatusCode::OK);
    }
    let Outcome { count, total, offset, .. } = *outcome;
    if let Some(total) = total.filter(|total| offset > 0 && offset >= *total) {
        let message = format!("An offset of {offset} was requested, but there are only {total} rows.");
        let title = "Range not satisfiable";
        let problem = Problem::new(Kind::RangeNotSatisfiable, "bad-range", "PGRST103", title, message);
        return Err(Failure { content_range: Some(content_range(0, 0, Some(total))), ..problem.into() });
    }
    put(headers, header::CONTENT_RANGE, &content_range(offset, count, total));
    let partial = total.is_some_and(|total| count < total) && form == Form::Json;
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

fn write(
    operation: &Operation,
    outcome: &Outcome,
    written: &Written,
    preferences: Preferences,
    headers: &mut HeaderMap,
) -> StatusCode {
    let target = operation.target();
    let counted = (preferences.count == Count::Exact).then_some(outcome.count);
    let range = match written {
        Written::Updated if target.key.is_none() => Some(content_range(0, outcome.count, counted)),
        Written::Created { .. } | Written::Deleted if target.key.is_none() => {
            Some(content_range(0, 0, counted))
        }
        _ => None,
    };
    if let Some(range) = range {
        put(headers, header::CONTENT_RANGE, &range);
    }
    if let Written::Created { key: Some(key) } = written {
        put(headers, header::LOCATION, &path::of_row(&target.resource, key));
    }
    match written {
        Written::Created { .. } => StatusCode::CREATED,
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
