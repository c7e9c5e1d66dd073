//! `/admin/v1/journeys`: recent calls, for callers on the same machine.

use bytes::Bytes;
use http::Response;
use http::request::Parts;
use roundtrip_engine::{Kind, Problem};
use roundtrip_journey::RequestId;

use crate::answer;
use crate::app::App;
use crate::call::Call;
use crate::problem::{Failure, no_such_path};

/// So many are listed when nobody says how many.
const USUAL: usize = 50;

/// Recent calls, newest first.
pub(crate) fn list(app: &App, parts: &Parts, call: &Call) -> Result<Response<Bytes>, Failure> {
    local_only(call)?;
    let asked =
        parts.uri.query().and_then(|query| query.split('&').find_map(|one| one.strip_prefix("limit=")));
    let limit = match asked.map(str::parse) {
        None => USUAL,
        Some(Ok(limit)) => limit,
        Some(Err(_)) => {
            let message = "limit is not a number of calls".to_owned();
            return Err(Problem::new(
                Kind::BadRequest,
                "query-syntax",
                "PGRST100",
                "The query cannot be read",
                message,
            )
            .into());
        }
    };
    let records: Vec<String> =
        app.ring.recent(limit).iter().map(roundtrip_journey::Record::to_json).collect();
    Ok(answer::text(format!("[{}]", records.join(",\n"))))
}

/// One call, by its request id.
pub(crate) fn one(app: &App, path: &str, call: &Call) -> Result<Response<Bytes>, Failure> {
    local_only(call)?;
    let id = path.rsplit('/').next().unwrap_or_default();
    let record = RequestId::parse(id.as_bytes()).and_then(|id| app.ring.find(&id)).ok_or_else(|| {
        let message = format!("no journey of a call '{id}' is kept");
        Problem::new(Kind::NotFound, "no-such-journey", "PGRST125", "No such journey", message)
            .with_hint(format!("the last {} calls are kept (setting journeys.ring)", app.ring.capacity()))
    })?;
    Ok(answer::text(record.to_json()))
}

/// To everybody else these pages do not exist.
fn local_only(call: &Call) -> Result<(), Failure> {
    if call.is_local() {
        Ok(())
    } else {
        Err(no_such_path("this is only for callers on the same machine").into())
    }
}
