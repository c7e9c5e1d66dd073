//! OPTIONS, and the `Allow` of every 405: what can be done here.

use bytes::Bytes;
use http::{HeaderValue, Response, header};
use roundtrip_query::operation::Target;
use roundtrip_query::planner;
use roundtrip_schema::ResourceKind;

use crate::app::App;
use crate::problem::Failure;

/// The methods of a target.
pub(super) fn allow(app: &App, target: &Target) -> String {
    let model = app.engine.model();
    let resource = planner::resource(&model.schema, target).ok().map(|id| model.schema.resource(id));
    let is_view = resource.is_none_or(|resource| resource.kind == ResourceKind::View);
    // Without a database nobody knows, which is no reason to say no.
    let read_only = app.engine.store().is_some_and(|store| !store.capabilities().writable);
    let keyless = resource.is_none_or(|resource| resource.primary_key.is_empty());
    let methods = match (&target.key, &target.follow) {
        _ if is_view || read_only => "OPTIONS,GET,HEAD",
        (_, Some(_)) => "OPTIONS,GET,HEAD",
        (Some(_), None) if keyless => "OPTIONS",
        (Some(_), None) => "OPTIONS,GET,HEAD,PUT,PATCH,DELETE",
        (None, None) => "OPTIONS,GET,HEAD,POST,PATCH,DELETE",
    };
    methods.to_owned()
}

/// Answers OPTIONS.
pub(super) fn answer(app: &App, target: &Target) -> Result<Response<Bytes>, Failure> {
    planner::resource(&app.engine.model().schema, target)?;
    let mut response = Response::new(Bytes::new());
    if let Ok(allow) = HeaderValue::from_str(&allow(app, target)) {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    Ok(response)
}
