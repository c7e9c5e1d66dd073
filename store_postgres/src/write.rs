//! Writes. One that needs no look at what it did is one statement, which commits itself: one way to
//! the server and back. Any other is a transaction, whose rows are sent one behind the other without
//! waiting.
//!
//! Must not know: which connection it is, what is tried again.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};

use roundtrip_query::Plan;
use roundtrip_schema::Value;
use roundtrip_store::{Breach, Rows};
use tokio_postgres::{Error, RowStream, Statement};

use crate::answer::{self, Written};
use crate::error::{self, Failure};
use crate::read::only;
use crate::session::{Sent, Session, Values};
use crate::statement::{Merge, Prepared, Step};
use crate::transaction::Transaction;

/// Rows of one transaction that are on their way at once.
const WINDOW: usize = 64;

/// A failure, the row of parameters that it happened with, and whether that left no trace.
#[derive(Debug)]
pub(crate) struct FailedAt {
    pub(crate) failure: Failure,
    pub(crate) row: usize,
}

impl FailedAt {
    fn all(failure: impl Into<Failure>) -> Self {
        Self { failure: failure.into(), row: 0 }
    }
}

/// One row of parameters by statements that commit themselves; `may_last` says that one was sent.
pub(crate) async fn alone(
    session: &Session,
    plan: &Plan,
    prepared: &Prepared,
    answer_bytes: usize,
    may_last: &AtomicBool,
) -> Result<Rows, Failure> {
    let mut written = Written::new(prepared, answer_bytes);
    let Some(row) = plan.params.rows.first() else {
        return Ok(written.finish(prepared, false)?);
    };
    let run =
        Run { session, prepared, statements: prepare(session, prepared).await?, fixed: &plan.params.fixed };
    may_last.store(true, Ordering::Relaxed);
    let created = run.row(row, &mut written).await.map_err(|failure| match failure {
        // It was sent, and may have been committed.
        Failure::Database(error) if error::is_broken(&error) => Failure::Unknown(error),
        // It was committed, and must not be tried again.
        Failure::Malformed(malformed) => Failure::Sorted(error::unshown(malformed)),
        other => other,
    })?;
    Ok(written.finish(prepared, created)?)
}

/// All rows of parameters in one transaction, which lasts if all went well; `may_last` says that its end
/// was sent.
pub(crate) async fn together(
    session: &Session,
    plan: &Plan,
    prepared: &Prepared,
    answer_bytes: usize,
    may_last: &AtomicBool,
) -> Result<Rows, FailedAt> {
    let run = Run {
        session,
        prepared,
        statements: prepare(session, prepared).await.map_err(FailedAt::all)?,
        fixed: &plan.params.fixed,
    };
    let mut transaction = Transaction::begin(session).await;
    let outcome = run.checked(&mut transaction, plan, answer_bytes).await;
    let rows = match outcome {
        Ok(rows) => rows,
        Err(failed) => {
            transaction.rollback().await;
            return Err(failed);
        }
    };
    if plan.terms.rollback {
        // What is only looked at when a transaction ends is looked at all the same.
        let sound = transaction.execute("SET CONSTRAINTS ALL IMMEDIATE").await;
        transaction.rollback().await;
        return sound.map(|()| rows).map_err(FailedAt::all);
    }
    may_last.store(true, Ordering::Relaxed);
    match transaction.commit().await {
        Ok(()) => Ok(rows),
        Err(error) if error::is_broken(&error) => Err(FailedAt::all(Failure::Unknown(error))),
        Err(error) => Err(FailedAt::all(error)),
    }
}

/// All rows of parameters inside a transaction of the caller's; how many were written.
pub(crate) async fn inside(
    session: &Session,
    transaction: &mut Transaction<'_>,
    plan: &Plan,
    prepared: &Prepared,
    answer_bytes: usize,
) -> Result<u64, FailedAt> {
    transaction.begun().await.map_err(FailedAt::all)?;
    let statements = prepare(session, prepared).await.map_err(FailedAt::all)?;
    let run = Run { session, prepared, statements, fixed: &plan.params.fixed };
    run.checked(transaction, plan, answer_bytes).await.map(|rows| rows.written)
}

/// The statements of each step, and behind them that of the probe.
async fn prepare(session: &Session, prepared: &Prepared) -> Result<Statements, Error> {
    let mut steps = Vec::with_capacity(prepared.steps.len());
    for step in &prepared.steps {
        steps.push(session.prepare(&step.text).await?);
    }
    let probe = match &prepared.merge {
        Some(merge) => Some(session.prepare(&merge.probe).await?),
        None => None,
    };
    Ok(Statements { steps, probe })
}

struct Statements {
    steps: Vec<Statement>,
    probe: Option<Statement>,
}

struct Run<'a> {
    session: &'a Session,
    prepared: &'a Prepared,
    statements: Statements,
    fixed: &'a [Value],
}

type Stream<'a> = Sent<'a, Result<RowStream, Error>>;

/// A row of parameters that was sent.
struct OnItsWay<'a> {
    probe: Option<Stream<'a>>,
    written: Stream<'a>,
}

impl Run<'_> {
    /// All rows, on the terms of the plan.
    async fn checked(
        &self,
        transaction: &mut Transaction<'_>,
        plan: &Plan,
        answer_bytes: usize,
    ) -> Result<Rows, FailedAt> {
        let mut written = Written::new(self.prepared, answer_bytes);
        let rows = &plan.params.rows;
        let created = if let [step] = &*self.prepared.steps {
            self.one_behind_the_other(transaction, step, rows, &mut written).await?
        } else {
            transaction.begun().await.map_err(FailedAt::all)?;
            let mut created = false;
            for (row, values) in rows.iter().enumerate() {
                let outcome = self.row(values, &mut written).await;
                created |= outcome.map_err(|failure| FailedAt { failure, row })?;
            }
            created
        };
        Breach::within(plan.terms, written.rows()).map_err(FailedAt::all)?;
        written.finish(self.prepared, created).map_err(FailedAt::all)
    }

    /// Sends rows while those before are on their way; whether any of them was not there before.
    async fn one_behind_the_other(
        &self,
        transaction: &mut Transaction<'_>,
        step: &Step,
        rows: &[Vec<Value>],
        written: &mut Written,
    ) -> Result<bool, FailedAt> {
        let mut on_their_way = VecDeque::with_capacity(rows.len().min(WINDOW));
        let mut waiting = rows.iter();
        let (mut created, mut row) = (false, 0);
        loop {
            while on_their_way.len() < WINDOW
                && let Some(values) = waiting.next()
            {
                on_their_way.push_back(self.send(step, values).await);
            }
            transaction.begun().await.map_err(FailedAt::all)?;
            let Some(next) = on_their_way.pop_front() else { return Ok(created) };
            let outcome = self.take(step, next, written).await;
            created |= outcome.map_err(|failure| FailedAt { failure, row })?;
            row += 1;
        }
    }

    /// Writes one row of parameters; whether that row was not there before.
    async fn row(&self, row: &[Value], written: &mut Written) -> Result<bool, Failure> {
        if let [step] = &*self.prepared.steps {
            let sent = self.send(step, row).await;
            return self.take(step, sent, written).await;
        }
        let before = written.rows();
        for (number, (step, statement)) in self.prepared.steps.iter().zip(&self.statements.steps).enumerate()
        {
            // The insert of a replacement runs where its update touched nothing.
            if number > 0 && written.rows() > before {
                return Ok(false);
            }
            let stream = self.session.start(statement, &step.text, self.values(row)).await?;
            written.take(&self.session.kinds, step, stream).await?;
        }
        Ok(self.prepared.steps.len() > 1)
    }

    fn values<'a>(&'a self, row: &'a [Value]) -> Values<'a> {
        Values { row, fixed: self.fixed }
    }

    /// Sends the only step, and before it what a merge asks.
    async fn send<'a>(&'a self, step: &'a Step, row: &'a [Value]) -> OnItsWay<'a> {
        let values = self.values(row);
        let probe = match (&self.prepared.merge, &self.statements.probe) {
            (Some(merge), Some(statement)) => {
                Some(Sent::new(self.session.start(statement, &merge.probe, values)).await)
            }
            _ => None,
        };
        let start = async move {
            match self.statements.steps.first() {
                Some(statement) => self.session.start(statement, &step.text, values).await,
                None => {
                    self.session.start(&self.session.prepare(&step.text).await?, &step.text, values).await
                }
            }
        };
        OnItsWay { probe, written: Sent::new(start).await }
    }

    /// Takes the answer of a row that was sent; whether that row was not there before.
    async fn take(&self, step: &Step, sent: OnItsWay<'_>, written: &mut Written) -> Result<bool, Failure> {
        let before = written.rows();
        let is_there = match sent.probe {
            Some(probe) => match only(probe.answer().await?).await? {
                Some(row) => answer::is_true(&row, 0)?,
                None => false,
            },
            None => true,
        };
        let stream = sent.written.answer().await?;
        written.take(&self.session.kinds, step, stream).await?;
        let untouched = written.rows() == before;
        match &self.prepared.merge {
            Some(Merge { may_be_refused: true, .. }) if untouched => Err(Breach::Refused.into()),
            _ => Ok(!is_there && !untouched),
        }
    }
}
