//! OPTIONS, and the `Allow` of every 405: what can be done here.

use bytes::Bytes;
use http::{HeaderValue, Response, header};
use roundtrip_engine::{EngineError, Kind};
use roundtrip_query::operation::Target;
use roundtrip_query::planner;
use roundtrip_schema::Action;

use crate::app::App;
use crate::problem::Failure;

/// The methods of a target: those of its path, as far as a rule could permit them to somebody.
pub(super) fn allow(app: &App, target: &Target) -> String {
    let model = app.engine.model();
    let model = model.of(target.profile.as_deref()).unwrap_or(&model);
    let resource = planner::resource(&model.schema, target).ok().map(|id| model.schema.resource(id));
    // Without a database nobody knows, which is no reason to say no.
    let read_only = app.engine.store().is_some_and(|store| !store.capabilities().writable);
    let keyed = resource.is_some_and(|resource| !resource.primary_key.is_empty());
    let may = |action| {
        (action == Action::Read || !read_only) && resource.is_some_and(|resource| resource.offers(action))
    };
    let (list, row) = (target.key.is_none(), target.key.is_some() && target.follow.is_none());
    let methods = [
        ("OPTIONS", true),
        ("GET,HEAD", may(Action::Read) && (list || keyed)),
        ("POST", list && may(Action::Create)),
        ("PUT", (list || row) && keyed && may(Action::Update)),
        ("PATCH", (list || row && keyed) && may(Action::Update)),
        ("DELETE", (list || row && keyed) && may(Action::Delete)),
    ];
    methods.into_iter().filter(|(_, may)| *may).map(|(method, _)| method).collect::<Vec<_>>().join(",")
}

/// What the resource cannot do is told together with what it can.
pub(super) fn with_allow(app: &App, target: &Target, error: EngineError) -> Failure {
    let mut failure = Failure::from(error);
    if failure.problem.kind == Kind::MethodNotAllowed {
        failure.allow = Some(allow(app, target));
    }
    failure
}

/// Answers OPTIONS.
pub(super) fn answer(app: &App, target: &Target) -> Result<Response<Bytes>, Failure> {
    let served = app.engine.model();
    planner::resource(&served.of(target.profile.as_deref())?.schema, target)?;
    let mut response = Response::new(Bytes::new());
    if let Ok(allow) = HeaderValue::from_str(&allow(app, target)) {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    Ok(response)
}
