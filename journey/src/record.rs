//! What is kept of a call after it ended, and its JSON form.
//!
//! Must not know: values that a caller sent. The route is a template, the SQL has placeholders.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::{DatabaseTime, Journey, RequestId, Span, TraceId};

/// One call that ended.
#[derive(Debug, Clone)]
pub struct Record {
    /// The call's name.
    pub request_id: RequestId,
    /// The trace that the call belongs to.
    pub trace_id: TraceId,
    /// When the call began.
    pub started_at: Timestamp,
    /// The method of the call.
    pub method: Cow<'static, str>,
    /// The template of the route, such as `/rest/v1/{resource}/{id}`.
    pub route: &'static str,
    /// What kind of caller it was, such as `anonymous` or `user`; never who.
    pub caller: &'static str,
    /// How the time was spent, with the status, the rows and the bytes of the answer.
    pub journey: Journey,
    /// The statement, without values; `None` when the call reached no database.
    pub sql: Option<Arc<str>>,
}

impl Record {
    /// The record as a JSON object; times in microseconds with up to three decimals.
    ///
    /// ```json
    /// {"request_id": "…", "trace_id": "…", "started_at": "2026-01-01T00:00:00Z",
    ///  "method": "GET", "route": "/rest/v1/{resource}", "status": 200, "caller": "anonymous",
    ///  "total_us": 412.5, "rows": 20, "bytes_out": 1834,
    ///  "stages": [{"stage": "accept", "begin_us": 0.0, "duration_us": 3.1}],
    ///  "database": {"wait_us": 1.2, "run_us": 180.0}, "sql": "SELECT …"}
    /// ```
    ///
    /// `database` is `null` when no statement ran.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("keys are text and numbers are finite, so it is JSON")
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let journey = &self.journey;
        let ran = journey.database != DatabaseTime::default();
        let mut object = serializer.serialize_struct("Record", 13)?;
        object.serialize_field("request_id", &self.request_id)?;
        object.serialize_field("trace_id", &self.trace_id)?;
        object.serialize_field("started_at", &Text(self.started_at))?;
        object.serialize_field("method", &self.method)?;
        object.serialize_field("route", self.route)?;
        object.serialize_field("status", &journey.status)?;
        object.serialize_field("caller", self.caller)?;
        object.serialize_field("total_us", &microseconds(journey.total_ns()))?;
        object.serialize_field("rows", &journey.rows)?;
        object.serialize_field("bytes_out", &journey.bytes)?;
        object.serialize_field("stages", &Stages(journey))?;
        object.serialize_field("database", &ran.then_some(journey.database))?;
        object.serialize_field("sql", &self.sql.as_deref())?;
        object.end()
    }
}

/// Serialises as the text that it displays.
struct Text<T>(T);

impl<T: std::fmt::Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Serialises as the list of the stages that were entered.
struct Stages<'a>(&'a Journey);

impl Serialize for Stages<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.spans())
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Span", 3)?;
        object.serialize_field("stage", self.stage.name())?;
        object.serialize_field("begin_us", &microseconds(self.begin_ns))?;
        object.serialize_field("duration_us", &microseconds(self.duration_ns))?;
        object.end()
    }
}

impl Serialize for DatabaseTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("DatabaseTime", 2)?;
        object.serialize_field("wait_us", &microseconds(self.wait_ns))?;
        object.serialize_field("run_us", &microseconds(self.run_ns))?;
        object.end()
    }
}

#[expect(clippy::cast_precision_loss, reason = "exact for the first hundred days of a call")]
fn microseconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{Stage, TraceParent, World};

    #[test]
    fn a_record_is_one_json_object() {
        let (world, clock) = World::fixed(4);
        let started_at = world.clock.now();
        let mut journey = Journey::start(&*world.clock);
        clock.advance(Duration::from_nanos(1_500));
        journey.enter(Stage::Database, &*world.clock);
        clock.advance(Duration::from_millis(2));
        journey.finish(&*world.clock);
        journey.add_database(DatabaseTime { wait_ns: 250, run_ns: 1_000_000 });
        (journey.status, journey.rows, journey.bytes) = (200, 3, 120);
        let mut record = Record {
            request_id: RequestId::parse(b"call-1").expect("a proper name"),
            trace_id: TraceParent::parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .expect("a proper header")
                .trace_id,
            started_at,
            method: Cow::Borrowed("GET"),
            route: "/rest/v1/{resource}",
            caller: "anonymous",
            journey,
            sql: Some(Arc::from("SELECT \"id\" FROM \"users\"")),
        };
        assert_eq!(
            record.to_json(),
            concat!(
                r#"{"request_id":"call-1","trace_id":"0af7651916cd43dd8448eb211c80319c","#,
                r#""started_at":"2026-01-01T00:00:00Z","method":"GET","route":"/rest/v1/{resource}","#,
                r#""status":200,"caller":"anonymous","total_us":2001.5,"rows":3,"bytes_out":120,"#,
                r#""stages":[{"stage":"accept","begin_us":0.0,"duration_us":1.5},"#,
                r#"{"stage":"database","begin_us":1.5,"duration_us":2000.0}],"#,
                r#""database":{"wait_us":0.25,"run_us":1000.0},"sql":"SELECT \"id\" FROM \"users\""}"#,
            )
        );
        record.journey = Journey::start(&*world.clock);
        record.sql = None;
        assert!(record.to_json().ends_with(r#""database":null,"sql":null}"#));
    }
}
