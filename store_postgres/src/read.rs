//! Reads: one statement, one way to the server and back.
//!
//! With an exact count there are two statements on one snapshot: a transaction that is sent as a whole,
//! from its beginning to its end, before the first answer is waited for.
//!
//! Must not know: which connection it is, what is tried again.

use std::pin::pin;

use futures_util::TryStreamExt as _;
use roundtrip_query::Plan;
use roundtrip_query::plan::Count;
use roundtrip_store::Rows;
use tokio_postgres::{Row, RowStream};

use crate::answer::{self, Written};
use crate::cell::Malformed;
use crate::error::Failure;
use crate::session::{Sent, Session, Values};
use crate::statement::{Counting, Prepared, Text};

/// Whether a read takes a connection to itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    Place,
    Connection,
}

/// What a read needs.
pub(crate) fn need(prepared: &Prepared) -> Need {
    match &prepared.count {
        Some(Counting { how: Count::Planned, expected: Some(_), .. }) | None => Need::Place,
        Some(_) => Need::Connection,
    }
}

/// Estimates up to here are not believed, but counted: it costs little.
const COUNTED: u64 = 1_000;

/// The rows, and their number in all where the plan asks for it.
pub(crate) async fn read(
    session: &Session,
    plan: &Plan,
    prepared: &Prepared,
    answer_bytes: usize,
) -> Result<Rows, Failure> {
    let run = Run { session, prepared, answer_bytes, values: Values { row: &[], fixed: &plan.params.fixed } };
    match &prepared.count {
        None => run.rows().await,
        Some(Counting { how: Count::Planned, expected: Some(expected), .. }) => {
            let (rows, total) = futures_util::future::try_join(run.rows(), run.expected(expected)).await?;
            Ok(Rows { total: Some(total), ..rows })
        }
        Some(Counting { how: Count::Estimated, expected: Some(expected), exact }) => {
            let total = run.expected(expected).await?;
            if total <= COUNTED {
                return run.counted(exact).await;
            }
            let rows = run.rows().await?;
            Ok(Rows { total: Some(total), ..rows })
        }
        Some(Counting { exact, .. }) => run.counted(exact).await,
    }
}

struct Run<'a> {
    session: &'a Session,
    prepared: &'a Prepared,
    values: Values<'a>,
    answer_bytes: usize,
}

impl Run<'_> {
    async fn rows(&self) -> Result<Rows, Failure> {
        let mut written = Written::new(self.prepared, self.answer_bytes);
        for step in &self.prepared.steps {
            let statement = self.session.prepare(&step.text).await?;
            let stream = self.session.start(&statement, &step.text, self.values).await?;
            written.take(&self.session.kinds, step, stream).await?;
        }
        Ok(written.finish(self.prepared, false)?)
    }

    async fn counted(&self, count: &Text) -> Result<Rows, Failure> {
        let Self { session, prepared, values, answer_bytes } = *self;
        let Some(step) = prepared.steps.first() else {
            return Ok(Written::new(prepared, answer_bytes).finish(prepared, false)?);
        };
        let (first, second) = (session.prepare(&step.text).await?, session.prepare(count).await?);
        let beginning = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let begun = Sent::new(session.client.batch_execute(beginning)).await;
        let rows = Sent::new(session.start(&first, &step.text, values)).await;
        let total = Sent::new(session.start(&second, count, values)).await;
        let ended = Sent::new(session.client.batch_execute("COMMIT")).await;
        begun.answer().await?;
        let mut written = Written::new(prepared, answer_bytes);
        written.take(&session.kinds, step, rows.answer().await?).await?;
        let total = only(total.answer().await?).await?.map_or(Ok(0), |row| answer::number(&row, 0))?;
        ended.answer().await?;
        let rows = written.finish(prepared, false)?;
        Ok(Rows { total: u64::try_from(total).ok(), ..rows })
    }

    /// How many rows the server expects.
    async fn expected(&self, explain: &Text) -> Result<u64, Failure> {
        let statement = self.session.prepare(explain).await?;
        let stream = self.session.start(&statement, explain, self.values).await?;
        let row = only(stream).await?;
        let plan = row.as_ref().and_then(|row| answer::text(row, 0)).unwrap_or_default();
        let unreadable = Malformed::Bytes("a plan of a query that cannot be read");
        let plan: serde_json::Value = serde_json::from_str(plan).map_err(|_| unreadable)?;
        plan.pointer("/0/Plan/Plan Rows").and_then(serde_json::Value::as_u64).ok_or(unreadable.into())
    }
}

/// The one row of an answer, taken to its end.
pub(crate) async fn only(stream: RowStream) -> Result<Option<Row>, tokio_postgres::Error> {
    let mut stream = pin!(stream);
    let first = stream.try_next().await?;
    while stream.try_next().await?.is_some() {}
    Ok(first)
}
