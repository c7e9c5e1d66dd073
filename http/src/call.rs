//! One call, while it is under way: its journey, its ids, and what the log will say of it.

use std::sync::Arc;

use http::HeaderName;
use http::request::Parts;
use roundtrip_engine::stage::{Credentials, identify};
use roundtrip_journey::{Journey, RequestId, Stage, TraceParent};
use roundtrip_policy::Caller;

use crate::app::App;
use crate::locality::Locality;

/// How a caller names a call, and is told its name.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// One call, while it is under way.
pub(crate) struct Call {
    pub(crate) journey: Journey,
    pub(crate) request_id: RequestId,
    pub(crate) trace: TraceParent,
    pub(crate) locality: Locality,
    /// The template of the route: never the path itself, which may hold what is private.
    pub(crate) route: &'static str,
    pub(crate) caller: Caller,
    /// The SQL text without values.
    pub(crate) sql: Option<Arc<str>>,
}

impl Call {
    /// Begins a call: continues the caller's trace and request id, or starts its own.
    pub(crate) fn begin(app: &App, parts: &Parts, locality: Locality) -> Self {
        let world = app.engine.world();
        let header = |name: HeaderName| parts.headers.get(name);
        let trace = header(TRACEPARENT).and_then(|value| value.to_str().ok());
        Self {
            journey: Journey::start(&*world.clock),
            request_id: RequestId::parse_or_make(header(REQUEST_ID).map(http::HeaderValue::as_bytes), world),
            trace: TraceParent::continue_or_start(trace, &*world.entropy),
            locality,
            route: "unknown",
            caller: identify(Credentials),
            sql: None,
        }
    }

    /// Enters a stage that a door owns.
    pub(crate) fn enter(&mut self, app: &App, stage: Stage) {
        self.journey.enter(stage, &*app.engine.world().clock);
    }

    pub(crate) fn is_local(&self) -> bool {
        self.locality == Locality::Local
    }
}
