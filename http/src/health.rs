//! `/health/live`: the process answers. `/health/ready`: it can do its work.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use roundtrip_store::Health;
use serde_json::json;

use crate::answer;
use crate::app::App;
use crate::call::Call;

/// The process answers; nothing else is asked.
pub(crate) fn live() -> Response<Bytes> {
    answer::json(json!({ "status": "live" }))
}

/// 200 when the database answers, else 503. Why not is told to local callers only.
pub(crate) async fn ready(app: &App, call: &Call) -> Response<Bytes> {
    match app.engine.health().await {
        Health::Up => answer::json(json!({ "status": "ready", "database": "up" })),
        Health::Down(reason) => {
            let reason = call.is_local().then_some(reason);
            let mut response =
                answer::json(json!({ "status": "not ready", "database": "down", "reason": reason }));
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            response
        }
    }
}
