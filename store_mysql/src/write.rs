//! Writes: whole or not at all, again where others were in the way, never again where nobody knows
//! whether they were kept.
//!
//! A write that is one statement runs without a transaction of its own, in one round trip: a statement
//! is atomic by itself. Everything else is a transaction. Deadlocks are ordinary: the server ends one
//! of the two, and that one is tried again. Those who try again do so one after the other, so that they
//! are in the way of no more than those who try for the first time.
//!
//! Must not know: how rows are rendered.

#[cfg(test)]
mod tests;

use std::time::Instant;

use roundtrip_query::Plan;
use roundtrip_store::{Rows, StoreError};

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
pub(crate) type Turns = tokio::sync::Mutex<()>;

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
    let mut tried = Tried { times: 1, duplicate: false };
    let mut turn = None;
    loop {
        // A transaction finds out by its first words whether the server is there.
        let mut lease = pool.take(if guarded { Need::Repeatable } else { Need::Once }).await?;
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
        if at.failure.is_silence() {
            pool.broke();
        }
        if unknown {
            return Err(error::unknown(&at.failure, options));
        }
        if !tried.again(&at.failure, prepared, place, asked) {
            return Err(sorted(&at, plan, options));
        }
        if turn.is_none() && at.failure.is_passing() {
            // Whoever waits for longer than a statement may run tries without it.
            turn = tokio::time::timeout(options.statement_timeout, turns.lock()).await.ok();
        }
    }
}

/// What was tried so far.
struct Tried {
    times: u32,
    /// Whether one try ended because somebody added the same row.
    duplicate: bool,
}

impl Tried {
    fn again(&mut self, failure: &Failure, prepared: &Prepared, place: &Place, asked: Instant) -> bool {
        self.times += 1;
        let passed = place.clock.instant().saturating_duration_since(asked);
        if self.times > place.options.attempts || passed > place.options.statement_timeout {
            return false;
        }
        // The row was added between the question and the insert, so that it will now be found. A second
        // time it is another constraint that was broken.
        let overtaken = failure.is_duplicate() && prepared.finds_or_adds() && !self.duplicate;
        self.duplicate |= overtaken;
        let broken = failure.is_broken() && self.times == 2;
        overtaken || broken || failure.is_passing()
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
    let is_about_all = matches!(at.failure, Failure::NotOne(_) | Failure::TooMany { .. });
    let row = (plan.params.rows.len() > 1 && !is_about_all).then_some(at.row);
    StoreError { row, ..error::sort(&at.failure, plan, options) }
}
