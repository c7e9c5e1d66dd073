//! Writes: POST, PATCH, PUT and DELETE become operations.

use http::Method;
use http::request::Parts;
use roundtrip_query::grammar;
use roundtrip_query::operation::{
    Answer, Create, Delete, Input, Operation, Replace, Returning, Target, Update,
};
use roundtrip_settings::ReturnDefault;

use super::accept::Form;
use super::body::{self, Body};
use super::options;
use super::prefer::Preferences;
use super::render;
use crate::app::App;
use crate::problem::{Failure, method_not_allowed};

/// The operation that a write asks for.
pub(super) async fn operation(
    app: &App,
    parts: &Parts,
    target: Target,
    preferences: Preferences,
    form: Form,
    body: Body,
) -> Result<Operation, Failure> {
    let fits = match parts.method {
        Method::POST => target.key.is_none(),
        Method::PUT => target.key.is_some() && target.follow.is_none(),
        _ => target.follow.is_none(),
    };
    if !fits {
        // What is not there at all is not there with any method.
        roundtrip_query::planner::resource(&app.engine.model().schema, &target)?;
        return Err(method_not_allowed(&parts.method, &options::allow(app, &target)));
    }
    let model = app.engine.model();
    let query = grammar::parse(parts.uri.query().unwrap_or_default(), &model.limits)?;
    let input = if parts.method == Method::DELETE {
        Input::default()
    } else {
        body::check_media_type(&parts.headers)?;
        let body = body.read(app.settings.limits.body_bytes).await?;
        Input { columns: query.columns, ..body::rows(&body, app.settings.limits.json_depth)? }
    };
    if form == Form::Singular && parts.method == Method::POST && input.rows.len() != 1 {
        // Known before anything is written, so that nothing has to be taken back.
        return Err(render::not_one_row(input.rows.len() as u64).into());
    }
    let single = target.key.is_some() || parts.method == Method::POST && !input.list;
    let mut selection = query.selection;
    let filter = std::mem::take(&mut selection.filter);
    let returning = match returning(app, &parts.method, &target, preferences, single) {
        // The store undoes a write whose answer has more rows than the one that was asked for.
        // That holds where nothing is to be answered, too; `render` then leaves the row out.
        _ if form == Form::Singular => Returning::Row,
        other => other,
    };
    let answer = Answer { returning, selection, count: preferences.count };
    Ok(match parts.method {
        Method::POST => Operation::Create(Create { target, input, answer }),
        Method::PATCH => Operation::Update(Update { target, input, filter, answer }),
        Method::PUT => Operation::Replace(Replace { target, input, answer }),
        _ => Operation::Delete(Delete { target, filter, answer }),
    })
}

/// What is answered when the caller said nothing depends on whether there is one row to show; what a
/// representation looks like, on whether PostgREST has such a path.
fn returning(
    app: &App,
    method: &Method,
    target: &Target,
    preferences: Preferences,
    single: bool,
) -> Returning {
    match preferences.returning {
        Some(Returning::Representation) if target.key.is_some() => Returning::Row,
        Some(said) => said,
        // A deleted row is nothing to show unless somebody asks for it.
        None if *method == Method::DELETE || !single => Returning::Minimal,
        None => match app.settings.rest.return_default {
            ReturnDefault::Row => Returning::Row,
            ReturnDefault::Minimal => Returning::Minimal,
        },
    }
}
