//! Reads: on one snapshot, and once more on another connection where the first one broke.
//!
//! Must not know: how rows are rendered.

use roundtrip_query::Plan;
use roundtrip_store::{Rows, StoreError};

use crate::connect::Place;
use crate::error;
use crate::failure::Failure;
use crate::options::Options;
use crate::pool::{Need, Pool};
use crate::run;
use crate::session::Session;
use crate::statement::Prepared;
use crate::timing;

/// How often a read is tried: a connection that lay idle may have broken meanwhile, and reading twice
/// does no harm.
const TRIES: usize = 2;

/// Sees what was committed when it begins, and keeps seeing that: sessions otherwise look anew for
/// each statement. One round trip.
const SNAPSHOT: &str = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; \
                        START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";

/// Runs a read.
pub(crate) async fn read(
    pool: &Pool,
    place: &Place,
    plan: &Plan,
    prepared: &Prepared,
) -> Result<Rows, StoreError> {
    let (options, asked) = (&place.options, place.clock.instant());
    let mut tries = 1;
    loop {
        let mut lease = pool.take(Need::Repeatable).await?;
        let begun = place.clock.instant();
        let failure = match on(lease.session()?, options, plan, prepared).await {
            Ok(rows) => return Ok(Rows { timing: timing(&*place.clock, asked, begun), ..rows }),
            Err(failure) => failure,
        };
        drop(lease);
        if failure.is_silence() {
            pool.broke();
        }
        if tries >= TRIES || !(failure.is_broken() || failure.is_passing()) {
            return Err(error::sort(&failure, plan, options));
        }
        tries += 1;
    }
}

async fn on(
    session: &mut Session,
    options: &Options,
    plan: &Plan,
    prepared: &Prepared,
) -> Result<Rows, Failure> {
    let Some(count) = &prepared.count else {
        return run::read(session, plan, prepared, options.answer_bytes).await;
    };
    session.begin(SNAPSHOT).await?;
    let outcome = async {
        let rows = run::read(session, plan, prepared, options.answer_bytes).await?;
        let total = run::count(session, plan, count).await?;
        Ok(Rows { total, ..rows })
    };
    let outcome = outcome.await;
    // Nothing was written; this only lets go of the snapshot.
    session.roll_back().await;
    outcome
}
