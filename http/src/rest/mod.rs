//! The REST door: PostgREST's grammar, and a path for every row.
//!
//! ```text
//! /rest/v1/products   /rest/v1/products/42   /rest/v1/categories/3/products
//! ```
//!
//! It turns a request into an `Operation` (`path`, `read`, `write`, `body`, `prefer`) and an outcome
//! into an answer (`render`). What may be done, and whether, it does not know.

mod accept;
mod body;
mod options;
mod path;
mod prefer;
mod range;
mod render;
mod write;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method, Response};
use roundtrip_journey::Stage;
use roundtrip_query::grammar;
use roundtrip_query::operation::{Operation, Read, Target};

use crate::app::App;
use crate::call::Call;
use crate::problem::{Failure, method_not_allowed};
use accept::Form;
use prefer::Preferences;

pub(crate) use body::Body;

/// Answers a call below `/rest/v1/`.
pub(crate) async fn handle(
    app: &App,
    parts: &Parts,
    path: &str,
    body: Body,
    call: &mut Call,
) -> Result<Response<Bytes>, Failure> {
    let target = path::target(path)?;
    call.route = path::template(&target);
    let method = &parts.method;
    if *method == Method::OPTIONS {
        return options::answer(app, &target);
    }
    call.enter(app, Stage::Identify);
    // The caller was told from the head already; this is where a look-up will take its time.
    call.enter(app, Stage::Parse);
    let preferences = Preferences::read(&parts.headers)?;
    let form = accept::form(&parts.headers)?;
    let operation = match *method {
        Method::GET | Method::HEAD => read(app, parts, target, preferences, form)?,
        Method::POST | Method::PATCH | Method::PUT | Method::DELETE => {
            write::operation(app, parts, target, preferences, form, body).await?
        }
        _ => return Err(method_not_allowed(method, &options::allow(app, &target))),
    };
    let outcome = app.engine.execute(call.caller, &operation, &mut call.journey).await;
    let outcome = outcome.map_err(|error| with_allow(app, &operation, error))?;
    call.sql.clone_from(&outcome.sql);
    render::answer(&operation, outcome, preferences, form)
}

/// What the resource cannot do is told together with what it can.
fn with_allow(app: &App, operation: &Operation, error: roundtrip_engine::EngineError) -> Failure {
    let mut failure = Failure::from(error);
    if failure.problem.kind == roundtrip_engine::Kind::MethodNotAllowed {
        failure.allow = Some(options::allow(app, operation.target()));
    }
    failure
}

fn read(
    app: &App,
    parts: &Parts,
    target: Target,
    preferences: Preferences,
    form: Form,
) -> Result<Operation, Failure> {
    let limits = &app.engine.model().limits;
    let mut selection = grammar::parse(parts.uri.query().unwrap_or_default(), limits)?.selection;
    let to_list = target.key.is_none() || target.follow.is_some();
    if to_list && parts.method == Method::GET {
        range::apply(&parts.headers, &mut selection)?;
    }
    if form == Form::Singular && to_list {
        // Two rows are enough to know that it is not one.
        selection.limit = Some(selection.limit.map_or(2, |limit| limit.min(2)));
    }
    Ok(Operation::Read(Read { target, selection, count: preferences.count }))
}

/// All values of a list header, in order.
fn list_header<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim).filter(|value| !value.is_empty())
}
