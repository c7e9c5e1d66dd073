//! Writes: whole or not at all, again where others were in the way, never again where nobody knows
//! whether they were kept.
//!
//! A write that is one statement runs without a transaction of its own, in one round trip: a statement
//! is atomic by itself. Everything else is a transaction. Deadlocks are ordinary: the server ends one
//! of the two, and that one is tried again. Those who try again do so one after the other, so that they
//! are in the way of no more than those who try for the first time; and to one who has lost again and
//! again, those give way too.
//!
//! Must not know: how rows are rendered.

#[cfg(test)]
pub(crate) mod tests;

use std::time::{Duration, Instant};

use roundtrip_query::Plan;
use roundtrip_store::{Rows, StoreError};
use tokio::sync::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio::time::timeout;

use crate::connect::Place;
use crate::error;
use crate::failure::Failure;
use crate::options::Options;
use crate::pool::{Need, Pool};
use crate::run::{self, FailedAt};
use crate::session::Session;
use crate::statement::Prepared;
use crate::timing;

/// Begins a transaction that writes.
pub(crate) const BEGIN: &str = "START TRANSACTION";

/// Who may try again what others were in the way of.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    /// Those who have lost once.
    again: Mutex<()>,
    /// Shared by all who write, save the one who has lost too often to be among others.
    beside: RwLock<()>,
}

/// What a write holds while it tries.
#[derive(Default)]
struct Turn<'t> {
    again: Option<MutexGuard<'t, ()>>,
    beside: Option<RwLockReadGuard<'t, ()>>,
    alone: Option<RwLockWriteGuard<'t, ()>>,
}

/// Whoever waits for a turn for longer than a statement may run tries without it: a write that waits for
/// the lock of another program must not stop every other one.
impl<'t> Turn<'t> {
    /// Waits until nobody else tries again; without a connection, since this may take long.
    async fn queue(&mut self, turns: &'t Turns, tried: &Tried, limit: Duration) {
        if tried.lost > 0 && self.again.is_none() {
            self.again = timeout(limit, turns.again.lock()).await.ok();
        }
    }

    /// Waits until nobody runs a write that must be alone, or for all others if this must be. Those who
    /// wait here have a connection each, so that they are not many.
    async fn join(&mut self, turns: &'t Turns, is_alone: bool, limit: Duration) {
        if !is_alone {
            self.beside = timeout(limit, turns.beside.read()).await.ok();
        } else if self.alone.is_none() {
            self.alone = timeout(limit, turns.beside.write()).await.ok();
        }
    }
}

/// How a try ended that did not succeed.
struct Failed {
    at: FailedAt,
    /// Whether nobody knows what became of it.
    unknown: bool,
}

/// Runs a write.
pub(crate) async fn write(
    pool: &Pool,
    place: &Place,
    turns: &Turns,
    plan: &Plan,
    prepared: &Prepared,
) -> Result<Rows, StoreError> {
    let options = &place.options;
    let (guarded, asked) = (prepared.is_guarded(plan), place.clock.instant());
    let mut tried = Tried::default();
    let mut turn = Turn::default();
    loop {
        turn.queue(turns, &tried, options.statement_timeout).await;
        // A transaction finds out by its first words whether the server is there.
        let mut lease = pool.take_for_writing(if guarded { Need::Repeatable } else { Need::Once }).await?;
        turn.join(turns, tried.must_win(place, asked), options.statement_timeout).await;
        let (begun, session) = (place.clock.instant(), lease.session()?);
        let outcome = if guarded {
            transaction(session, options, plan, prepared).await
        } else {
            alone(session, options, plan, prepared).await
        };
        let Failed { at, unknown } = match outcome {
            Ok(rows) => return Ok(Rows { timing: timing(&*place.clock, asked, begun), ..rows }),
            Err(failed) => failed,
        };
        drop(lease);
        turn.beside = None;
        if at.failure.is_silence() {
            pool.broke();
        }
        if unknown {
            return Err(error::unknown(&at.failure, options));
        }
        if !tried.again(&at.failure, prepared, place, asked) {
            return Err(sorted(&at, plan, options));
        }
    }
}

/// What was tried so far.
#[derive(Default)]
struct Tried {
    /// How often others were in the way.
    lost: u32,
    /// Whether one try ended because the connection broke.
    broken: bool,
    /// Whether one try ended because somebody added the same row.
    duplicate: bool,
}

impl Tried {
    /// Whether others have to give way, since this has lost too often or has little time left.
    fn must_win(&self, place: &Place, asked: Instant) -> bool {
        let passed = place.clock.instant().saturating_duration_since(asked);
        let hurries = passed > place.options.statement_timeout / 2;
        self.lost >= place.options.attempts || (self.lost > 0 && hurries)
    }

    fn again(&mut self, failure: &Failure, prepared: &Prepared, place: &Place, asked: Instant) -> bool {
        let passed = place.clock.instant().saturating_duration_since(asked);
        if passed > place.options.statement_timeout {
            return false;
        }
        // The row was added between the question and the insert, so that it will now be found. A second
        // time it is another constraint that was broken.
        let overtaken = failure.is_duplicate() && prepared.finds_or_adds() && !self.duplicate;
        self.duplicate |= overtaken;
        let broken = failure.is_broken() && !self.broken;
        self.broken |= broken;
        let lost = failure.is_passing();
        self.lost += u32::from(lost);
        overtaken || broken || lost
    }
}

/// One statement by itself.
async fn alone(
    session: &mut Session,
    options: &Options,
    plan: &Plan,
    prepared: &Prepared,
) -> Result<Rows, Failed> {
    let outcome = run::write(session, plan, prepared, options.answer_bytes).await;
    outcome.map_err(|at| Failed { unknown: at.failure.is_silence(), at })
}

async fn transaction(
    session: &mut Session,
    options: &Options,
    plan: &Plan,
    prepared: &Prepared,
) -> Result<Rows, Failed> {
    // Before the commit nothing is kept, whatever breaks.
    let known = |at| Failed { at, unknown: false };
    session.begin(BEGIN).await.map_err(|failure| known(FailedAt { failure, row: 0 }))?;
    let outcome = run::write(session, plan, prepared, options.answer_bytes).await;
    if outcome.is_err() || plan.terms.rollback {
        session.roll_back().await;
        return outcome.map_err(known);
    }
    match session.commit().await {
        Ok(()) => outcome.map_err(known),
        Err(failure) => {
            // The server may have done what it did not answer.
            let unknown = failure.is_silence();
            if !unknown {
                session.roll_back().await;
            }
            Err(Failed { at: FailedAt { failure, row: 0 }, unknown })
        }
    }
}

/// The error of a write, with the row that it is about where there are several.
pub(crate) fn sorted(at: &FailedAt, plan: &Plan, options: &Options) -> StoreError {
    let is_about_all = matches!(at.failure, Failure::Breach(breach) if breach.is_about_all());
    let row = (plan.params.rows.len() > 1 && !is_about_all).then_some(at.row);
    StoreError { row, ..error::sort(&at.failure, plan, options) }
}
