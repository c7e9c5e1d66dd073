//! The REST door: PostgREST's grammar, and a path for every row.
//!
//! ```text
//! /rest/v1/products   /rest/v1/products/42   /rest/v1/categories/3/products
//! ```
//!
//! It turns a request into an `Operation` (`path`, `write`, `body`, `prefer`, `accept`, `range`) and an
//! outcome into an answer (`render`, `location`, `explain`). What may be done, and whether, it does not know.

mod accept;
mod body;
mod explain;
mod location;
mod options;
mod path;
mod prefer;
pub(crate) mod profile;
mod range;
mod render;
mod write;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, header};
use roundtrip_journey::Stage;
use roundtrip_query::grammar;
use roundtrip_query::operation::{Operation, Read, Target};
use roundtrip_settings::LocationStyle;

use crate::app::App;
use crate::call::Call;
use crate::problem::{Failure, method_not_allowed};
use accept::{Form, FormKind};
use prefer::Preferences;
use render::Wanted;
use write::Wish;

pub(crate) use body::Body;

/// Answers a call below `/rest/v1/`.
pub(crate) async fn handle(
    app: &App,
    parts: &Parts,
    path: &str,
    body: Body,
    call: &mut Call,
) -> Result<Response<Bytes>, Failure> {
    let profile = profile::asked(&parts.method, &parts.headers);
    let target = Target { profile, ..path::target(path)? };
    call.route = path::template(&target);
    let method = &parts.method;
    if *method == Method::OPTIONS {
        return options::answer(app, &target);
    }
    call.enter(app, Stage::Identify);
    // The caller was told from the head already; this is where a look-up will take its time.
    call.enter(app, Stage::Parse);
    let served = app.engine.model();
    served.of(target.profile.as_deref())?;
    let rest = &app.settings.rest;
    let mut preferences = Preferences::read(&parts.headers)?;
    if !rest.allow_tx_rollback {
        preferences = preferences.without_rollback();
    }
    let form = accept::form(&parts.headers, rest.plan)?;
    let operation = match *method {
        Method::GET | Method::HEAD => read(app, parts, target, &preferences, form)?,
        Method::POST | Method::PATCH | Method::PUT | Method::DELETE => {
            let wish = Wish { caller: call.caller, target, preferences: &preferences, form };
            write::operation(app, parts, wish, body).await?
        }
        _ => return Err(method_not_allowed(method, &options::allow(app, &target))),
    };
    let outcome = app.engine.execute(call.caller, &operation, &mut call.journey).await;
    let outcome = outcome.map_err(|error| options::with_allow(app, operation.target(), error))?;
    call.sql.clone_from(&outcome.sql);
    let wanted = Wanted { operation: &operation, preferences: &preferences, form, locations: rest.locations };
    let mut response = render::answer(&wanted, outcome)?;
    profile::told(&served, operation.target().profile.as_deref(), &mut response);
    if is_list(&operation) {
        content_location(rest.locations, parts, &mut response);
    }
    Ok(response)
}

fn is_list(operation: &Operation) -> bool {
    matches!(operation, Operation::Read(read) if read.target.key.is_none())
}

/// Where the same list is found again, for caches and for logs.
fn content_location(style: LocationStyle, parts: &Parts, response: &mut Response<Bytes>) {
    let path = match style {
        LocationStyle::Path => parts.uri.path(),
        LocationStyle::Query => parts.uri.path().strip_prefix("/rest/v1").unwrap_or_default(),
    };
    let address = location::of_list(path, parts.uri.query());
    if let Ok(address) = HeaderValue::from_str(&address) {
        response.headers_mut().insert(header::CONTENT_LOCATION, address);
    }
}

fn read(
    app: &App,
    parts: &Parts,
    target: Target,
    preferences: &Preferences,
    form: Form,
) -> Result<Operation, Failure> {
    let limits = &app.engine.model().limits;
    let mut selection = grammar::parse(parts.uri.query().unwrap_or_default(), limits)?.selection;
    let to_list = target.key.is_none() || target.follow.is_some();
    if to_list && parts.method == Method::GET {
        range::apply(&parts.headers, &mut selection)?;
    }
    if form.kind == FormKind::Singular && to_list && limits.page_rows > 0 {
        // Two rows are enough to know that it is not one.
        selection.limit = Some(selection.limit.map_or(2, |limit| limit.min(2)));
    }
    let rendering = render::rendering(form, preferences);
    let (count, explain) = (preferences.count(), form.is_plan());
    Ok(Operation::Read(Read { target, selection, count, rendering, explain }))
}

/// All values of a list header, in order.
fn list_header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim).filter(|value| !value.is_empty())
}
