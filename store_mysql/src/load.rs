//! Imports: many inserts, as they arrive, in one transaction of their own.
//!
//! A load has a connection for as long as it lasts. A pause that is longer than the setting ends it, so
//! that a caller who stops sending does not keep rows locked.
//!
//! Must not know: where the batches come from.

use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use roundtrip_policy::Authorized;
use roundtrip_query::{Plan, Shape};
use roundtrip_store::{Load, StoreError};

use crate::error;
use crate::options::Options;
use crate::pool::{Need, Pool};
use crate::run;
use crate::session::Session;
use crate::statement::{Prepared, Statements};
use crate::write::{BEGIN, sorted};

/// Runs a load to its end; how many rows it wrote.
pub(crate) async fn load(
    pool: &Pool,
    options: &Options,
    statements: &Statements,
    load: Load,
) -> Result<u64, StoreError> {
    let Load { batches, keep_good } = load;
    let mut lease = pool.take_for_writing(Need::Once).await?;
    let session = lease.session()?;
    session.begin(BEGIN).await.map_err(|failure| error::plain(&failure, options))?;
    let ended = transaction(session, options, statements, batches, keep_good).await;
    let outcome = match ended {
        Ended { outcome: Err(error), whole } if !(keep_good && whole) => {
            session.roll_back().await;
            Err(error)
        }
        Ended { outcome, .. } => match session.commit().await {
            Ok(()) => outcome,
            Err(failure) if failure.is_silence() => Err(error::unknown(&failure, options)),
            Err(failure) => Err(error::plain(&failure, options)),
        },
    };
    let sound = session.is_sound();
    drop(lease);
    if !sound {
        pool.broke();
    }
    outcome
}

/// How the batches came to their end.
struct Ended {
    outcome: Result<u64, StoreError>,
    /// Whether the transaction holds just the batches that went well.
    whole: bool,
}

async fn transaction(
    session: &mut Session,
    options: &Options,
    statements: &Statements,
    mut batches: BoxStream<'static, Result<Authorized<Plan>, StoreError>>,
    keep_good: bool,
) -> Ended {
    let mut rows = 0;
    let failed = |error, whole| Ended { outcome: Err(error), whole };
    loop {
        let batch = match tokio::time::timeout(options.load_pause, batches.next()).await {
            Ok(Some(Ok(batch))) if matches!(*batch.get().shape, Shape::Insert(_)) => batch,
            Ok(Some(Ok(_))) => return failed(StoreError::internal("a load takes nothing but inserts"), true),
            Ok(Some(Err(error))) => return failed(error, true),
            Ok(None) => return Ended { outcome: Ok(rows), whole: true },
            Err(_elapsed) => return failed(StoreError::paused(options.load_pause), true),
        };
        match insert(session, options, statements, batch.get(), rows, keep_good).await {
            Ok(more) => rows += more,
            Err((error, whole)) => return failed(error, whole),
        }
    }
}

/// Inserts a batch; the row of an error counts from the first row of the load. With the error comes
/// whether the transaction is as it was before the batch.
async fn insert(
    session: &mut Session,
    options: &Options,
    statements: &Statements,
    plan: &Plan,
    before: u64,
    keep_good: bool,
) -> Result<u64, (StoreError, bool)> {
    if keep_good {
        // Otherwise the whole transaction goes with the first error.
        let marked = session.command("SAVEPOINT batch").await;
        marked.map_err(|failure| (error::plain(&failure, options), false))?;
    }
    let prepared = statements.of(plan, Prepared::new);
    match run::write(session, plan, &prepared, options.answer_bytes).await {
        Ok(written) => Ok(written.written),
        Err(at) => {
            // A deadlock takes the whole transaction along, and then there is no such savepoint.
            let whole = keep_good && session.command("ROLLBACK TO SAVEPOINT batch").await.is_ok();
            let mut error = sorted(&at, plan, options);
            let before = usize::try_from(before).unwrap_or(usize::MAX);
            error.row = Some(before.saturating_add(error.row.unwrap_or_default()));
            Err((error, whole))
        }
    }
}
