//! Imports: many inserts, as they arrive, in one transaction of their own.
//!
//! The writer takes the batches one by one while other writers wait; only a few are in
//! memory. A pause that is longer than the setting ends the load, so that a caller who stops sending
//! does not stop everybody.
//!
//! Must not know: where the batches come from.

use std::sync::Arc;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use roundtrip_policy::Authorized;
use roundtrip_query::{Plan, Shape};
use roundtrip_store::StoreError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::connect::{Place, Session};
use crate::error;
use crate::group::{atomic, begin, execute, rollback};
use crate::statement::{Prepared, Statements};

/// Batches in memory at once: one is written, the one before is kept for what may be said about it,
/// one waits.
const BATCHES: usize = 3;

/// A load that waits for the writer, and then is fed by its caller.
pub(crate) struct LoadJob {
    pub(crate) feed: Receiver<Feed>,
    pub(crate) keep_good: bool,
    pub(crate) answer: oneshot::Sender<Result<u64, StoreError>>,
}

/// What the caller of a load sends to the writer.
pub(crate) enum Feed {
    /// Rows.
    Batch(Box<Batch>),
    /// That was all.
    End,
    /// The caller's stream failed.
    Failed(StoreError),
}

/// Rows, and the place in memory that they take.
pub(crate) struct Batch {
    plan: Authorized<Plan>,
    prepared: Arc<Prepared>,
    _place: OwnedSemaphorePermit,
}

/// A way to feed a load. Its channel has room for all that the places allow and for the end, so that
/// sending never blocks an async thread.
pub(crate) fn channel() -> (Sender<Feed>, Receiver<Feed>) {
    crossbeam_channel::bounded(BATCHES + 1)
}

/// Sends every batch to the writer, until there is no more or the writer has given up.
pub(crate) async fn feed(
    mut batches: BoxStream<'static, Result<Authorized<Plan>, StoreError>>,
    sender: Sender<Feed>,
    statements: &Statements,
) {
    let places = Arc::new(Semaphore::new(BATCHES));
    while let Some(batch) = batches.next().await {
        let feed = match batch {
            Ok(plan) if matches!(*plan.get().shape, Shape::Insert(_)) => {
                let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
                let prepared = statements.of(plan.get(), Prepared::new);
                Feed::Batch(Box::new(Batch { plan, prepared, _place: place }))
            }
            Ok(_) => Feed::Failed(StoreError::internal("a load takes nothing but inserts")),
            Err(error) => Feed::Failed(error),
        };
        let is_last = matches!(feed, Feed::Failed(_));
        if sender.send(feed).is_err() || is_last {
            return;
        }
    }
    // Nobody listens any more when the writer has given up.
    drop(sender.send(Feed::End));
}

/// Runs a load to its end and answers it.
pub(crate) fn run(session: &Session, place: &Place, job: LoadJob) {
    let LoadJob { feed, keep_good, answer } = job;
    let outcome = transaction(session, place, &feed, keep_good);
    rollback(session);
    drop(answer.send(outcome));
}

fn transaction(
    session: &Session,
    place: &Place,
    feed: &Receiver<Feed>,
    keep_good: bool,
) -> Result<u64, StoreError> {
    begin(session).map_err(|error| error::plain(&error))?;
    let mut rows = 0;
    let mut last = None;
    let ended = loop {
        match feed.recv_timeout(place.options.load_pause) {
            Ok(Feed::Batch(batch)) => match insert(session, place, &batch, rows) {
                Ok(more) => {
                    rows += more;
                    last = Some(batch);
                }
                Err(error) => break Err(error),
            },
            Ok(Feed::End) => break Ok(()),
            Ok(Feed::Failed(error)) => break Err(error),
            Err(RecvTimeoutError::Timeout) => break Err(StoreError::paused(place.options.load_pause)),
            // Without its end a load is not complete, whatever came before.
            Err(RecvTimeoutError::Disconnected) => break Err(StoreError::internal("the load was given up")),
        }
    };
    if ended.is_ok() || (keep_good && !session.connection.is_autocommit()) {
        execute(session, "COMMIT").map_err(|error| match &last {
            Some(batch) => {
                let failure = crate::run::Failure::Database(error);
                error::sort(&failure, batch.plan.get(), place.options.limits())
            }
            None => error::plain(&error),
        })?;
    }
    ended.map(|()| rows)
}

/// Inserts a batch; the row of an error counts from the first row of the load.
fn insert(session: &Session, place: &Place, batch: &Batch, before: u64) -> Result<u64, StoreError> {
    let limits = place.options.limits();
    let inserted = atomic(session, limits, batch.plan.get(), &batch.prepared, true);
    inserted.map(|rows| rows.written).map_err(|mut error| {
        let before = usize::try_from(before).unwrap_or(usize::MAX);
        error.row = Some(before.saturating_add(error.row.unwrap_or_default()));
        error
    })
}
