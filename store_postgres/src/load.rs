//! Imports: many inserts, as they arrive, in one transaction of their own, on a connection of its own.
//!
//! The rows of a batch are sent without waiting for each other. A pause that is longer than the setting
//! ends the load, so that a caller who stops sending does not keep locks and a connection.
//!
//! Must not know: where the batches come from.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::StreamExt as _;
use roundtrip_policy::Authorized;
use roundtrip_query::{Plan, Shape};
use roundtrip_store::{Load, StoreError};

use crate::error::{self, Failure};
use crate::options::Options;
use crate::session::Session;
use crate::statement::{Prepared, Statements};
use crate::transaction::Transaction;
use crate::write::{self, FailedAt};

/// What a load needs beside its connection.
pub(crate) struct Loader<'a> {
    pub(crate) options: &'a Options,
    pub(crate) statements: &'a Statements,
}

impl Loader<'_> {
    /// Runs a load to its end; how many rows it wrote.
    pub(crate) async fn run(&self, session: &Session, load: Load) -> Result<u64, StoreError> {
        let Load { mut batches, keep_good } = load;
        let mut transaction = Transaction::begin(session).await;
        let pause = self.options.load_pause + Duration::from_secs(5);
        let set = format!("SET LOCAL idle_in_transaction_session_timeout = {}", pause.as_millis());
        self.execute(session, &mut transaction, &set).await?;
        let (mut rows, mut last) = (0, None);
        // What moves sequences behind keys that were given, once for each table.
        let mut follows = BTreeSet::new();
        let ended = loop {
            let batch = match tokio::time::timeout(self.options.load_pause, batches.next()).await {
                Ok(Some(Ok(plan))) => plan,
                Ok(Some(Err(error))) => break Err(error),
                Ok(None) => break Ok(()),
                Err(_elapsed) => break Err(StoreError::paused(self.options.load_pause)),
            };
            match self.insert(session, &mut transaction, &batch, keep_good, rows).await {
                Ok(more) => {
                    rows += more;
                    follows.extend(self.statements.of(batch.get(), Prepared::new).follows.clone());
                    last = Some(batch);
                }
                Err(error) => break Err(error),
            }
        };
        if ended.is_ok() || keep_good {
            for sql in &follows {
                self.execute(session, &mut transaction, sql).await?;
            }
            let committed = self.in_time(session, transaction.commit()).await;
            committed.map_err(|failure| self.not_committed(failure, last.as_ref()))?;
        } else {
            // What comes of it is the same: without its end the server takes the transaction back.
            let rolled_back = async {
                transaction.rollback().await;
                Ok(())
            };
            drop(self.in_time(session, rolled_back).await);
        }
        ended.map(|()| rows)
    }

    /// Waits no longer than for any plan.
    async fn in_time<T>(
        &self,
        session: &Session,
        work: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, Failure> {
        match tokio::time::timeout(self.options.patience(), work).await {
            Ok(outcome) => outcome.map_err(Failure::Database),
            Err(_elapsed) => {
                session.retire();
                Err(Failure::Late)
            }
        }
    }

    async fn execute(
        &self,
        session: &Session,
        transaction: &mut Transaction<'_>,
        sql: &str,
    ) -> Result<(), StoreError> {
        let outcome = self.in_time(session, transaction.execute(sql)).await;
        outcome.map_err(|failure| self.not_committed(failure, None))
    }

    /// Why a transaction could not be ended, or gone on with; `last` is the batch that was in it last.
    fn not_committed(&self, failure: Failure, last: Option<&Authorized<Plan>>) -> StoreError {
        match (failure, last) {
            (Failure::Database(error), Some(batch)) if error::is_broken(&error) => {
                error::sort(Failure::Unknown(error), batch.get(), self.options.statement_timeout)
            }
            (failure, Some(batch)) => error::sort(failure, batch.get(), self.options.statement_timeout),
            (Failure::Database(error), None) => error::plain(&error),
            (_, None) => error::silent(self.options.patience()),
        }
    }

    /// Inserts a batch; the row of an error counts from the first row of the load.
    async fn insert(
        &self,
        session: &Session,
        transaction: &mut Transaction<'_>,
        batch: &Authorized<Plan>,
        keep_good: bool,
        before: u64,
    ) -> Result<u64, StoreError> {
        let plan = batch.get();
        if !matches!(*plan.shape, Shape::Insert(_)) {
            return Err(StoreError::internal("a load takes nothing but inserts"));
        }
        if keep_good {
            self.execute(session, transaction, "SAVEPOINT batch").await?;
        }
        let prepared = self.statements.of(plan, Prepared::new);
        let inserting = write::inside(session, transaction, plan, &prepared, self.options.answer_bytes);
        let outcome = match tokio::time::timeout(self.options.patience(), inserting).await {
            Ok(outcome) => outcome,
            Err(_elapsed) => {
                session.retire();
                Err(FailedAt { failure: Failure::Late, row: 0 })
            }
        };
        let ended = if keep_good {
            let end = if outcome.is_ok() { "RELEASE batch" } else { "ROLLBACK TO batch" };
            self.execute(session, transaction, end).await
        } else {
            Ok(())
        };
        let rows = outcome.map_err(|failed| {
            let mut error = error::sort(failed.failure, plan, self.options.statement_timeout);
            let before = usize::try_from(before).unwrap_or(usize::MAX);
            error.row = Some(before.saturating_add(failed.row));
            error
        })?;
        ended.map(|()| rows)
    }
}
