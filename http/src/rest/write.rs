//! Writes: POST, PATCH, PUT and DELETE become operations.

use http::Method;
use http::request::Parts;
use roundtrip_policy::Caller;
use roundtrip_query::grammar::{self, Query};
use roundtrip_query::operation::{
    Answer, Create, Delete, Duplicates, Input, Operation, Replace, Returning, Target, Terms, Update,
};
use roundtrip_schema::Action;
use roundtrip_settings::ReturnDefault;

use super::accept::{Form, FormKind};
use super::body::{self, Body};
use super::prefer::Preferences;
use super::{options, render};
use crate::app::App;
use crate::problem::{Failure, method_not_allowed};

/// What a caller said about a write besides its body.
pub(super) struct Wish<'a> {
    pub(super) caller: Caller,
    pub(super) target: Target,
    pub(super) preferences: &'a Preferences,
    pub(super) form: Form,
}

/// The operation that a write asks for.
pub(super) async fn operation(
    app: &App,
    parts: &Parts,
    wish: Wish<'_>,
    body: Body,
) -> Result<Operation, Failure> {
    let Wish { caller, target, preferences, form } = wish;
    check_method(app, &parts.method, &target)?;
    // Whoever may not write here need not send a body.
    let refused = app.engine.may_try(caller, &target, action(&parts.method));
    refused.map_err(|error| options::with_allow(app, &target, error))?;
    let model = app.engine.model();
    let mut query = grammar::parse(parts.uri.query().unwrap_or_default(), &model.limits)?;
    let input = if parts.method == Method::DELETE {
        Input::default()
    } else {
        let media = body::media_type(&parts.headers)?;
        let limits = &app.settings.limits;
        let rows = body::rows(media, &body.read(limits.body_bytes).await?, limits)?;
        let missing = preferences.missing.unwrap_or_default();
        Input { columns: query.columns.take(), missing, ..rows }
    };
    let single = target.key.is_some() || parts.method == Method::POST && !input.list;
    let returning = match returning(app, &parts.method, &target, preferences, single) {
        Returning::Representation if form.kind == FormKind::Singular => Returning::Row,
        Returning::Row if form.kind == FormKind::Csv => Returning::Representation,
        other => other,
    };
    let Query { mut selection, columns: _, on_conflict } = query;
    let filter = std::mem::take(&mut selection.filter);
    let terms = Terms {
        exactly_one: form.kind == FormKind::Singular,
        max_affected: preferences.max_affected(),
        rollback: preferences.rollback == Some(true),
    };
    let answer = Answer {
        returning,
        selection,
        count: preferences.count(),
        rendering: render::rendering(form, preferences),
        terms,
    };
    Ok(match parts.method {
        Method::POST => {
            let resolution = preferences.resolution;
            let duplicates = resolution.map(|resolution| Duplicates { resolution, fields: on_conflict });
            Operation::Create(Create { target, input, duplicates, answer })
        }
        Method::PATCH => Operation::Update(Update { target, input, filter, answer }),
        Method::PUT => Operation::Replace(Replace { target, input, filter, answer }),
        _ => Operation::Delete(Delete { target, filter, answer }),
    })
}

fn action(method: &Method) -> Action {
    match *method {
        Method::POST => Action::Create,
        Method::DELETE => Action::Delete,
        _ => Action::Update,
    }
}

fn check_method(app: &App, method: &Method, target: &Target) -> Result<(), Failure> {
    let fits = match *method {
        Method::POST => target.key.is_none(),
        _ => target.follow.is_none(),
    };
    if fits {
        return Ok(());
    }
    // What is not there at all is not there with any method.
    let served = app.engine.model();
    roundtrip_query::planner::resource(&served.of(target.profile.as_deref())?.schema, target)?;
    Err(method_not_allowed(method, &options::allow(app, target)))
}

/// What is answered when the caller said nothing depends on whether there is one row to show; what a
/// representation looks like, on whether PostgREST has such a path.
fn returning(
    app: &App,
    method: &Method,
    target: &Target,
    preferences: &Preferences,
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
