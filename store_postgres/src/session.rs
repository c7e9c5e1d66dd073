//! One connection: its prepared statements, and statements on their way.
//!
//! Several callers may use a connection at once. What they send stands behind each other on the wire
//! and is answered in that order; nobody waits for the answers of those before.
//!
//! Must not know: which callers there are, transactions.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::Poll;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use roundtrip_schema::Value;
use rustc_hash::FxHashMap;
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Error, RowStream, Statement};

use crate::cell::Kinds;
use crate::parameter::Parameter;
use crate::statement::{Prepared, Text};

/// The values of one run: slot `n` is the `n`-th of both.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Values<'a> {
    pub(crate) row: &'a [Value],
    pub(crate) fixed: &'a [Value],
}

/// What nobody gave.
static NULL: Value = Value::Null;

impl<'a> Values<'a> {
    fn get(self, slot: u16) -> &'a Value {
        let slot = usize::from(slot);
        let fixed = || self.fixed.get(slot.checked_sub(self.row.len())?);
        self.row.get(slot).or_else(fixed).unwrap_or(&NULL)
    }
}

/// A connection.
pub(crate) struct Session {
    pub(crate) client: Client,
    /// The types of the database.
    pub(crate) kinds: Kinds,
    statements: Mutex<Known>,
    /// Whether nothing new is to be sent: it did not answer in time.
    retired: AtomicBool,
    /// Whether the server was asked to stop what it does, which may be somebody else's statement.
    cancelled: AtomicBool,
    driver: JoinHandle<()>,
}

/// Prepared statements by the numbers of their texts, in two generations: a full young one becomes the
/// old one, and what is asked for again moves back. Those that are dropped are closed on the server.
struct Known {
    young: FxHashMap<u64, Statement>,
    old: FxHashMap<u64, Statement>,
    capacity: usize,
}

/// A statement that was sent, and whose answer may be waited for later.
pub(crate) enum Sent<'a, T> {
    Done(T),
    Waiting(BoxFuture<'a, T>),
}

impl<'a, T> Sent<'a, T> {
    /// Sends what `future` has to send, which futures of the driver do before they first wait.
    pub(crate) async fn new(future: impl Future<Output = T> + Send + 'a) -> Self {
        let mut future = future.boxed();
        let first = std::future::poll_fn(|context| Poll::Ready(future.poll_unpin(context))).await;
        match first {
            Poll::Ready(done) => Self::Done(done),
            Poll::Pending => Self::Waiting(future),
        }
    }

    pub(crate) async fn answer(self) -> T {
        match self {
            Self::Done(done) => done,
            Self::Waiting(future) => future.await,
        }
    }
}

impl Session {
    pub(crate) fn new(client: Client, driver: JoinHandle<()>, kinds: Kinds, statements: usize) -> Self {
        let capacity = (statements / 2).max(1);
        let statements =
            Mutex::new(Known { young: FxHashMap::default(), old: FxHashMap::default(), capacity });
        let (retired, cancelled) = (AtomicBool::new(false), AtomicBool::new(false));
        Self { client, kinds, statements, retired, cancelled, driver }
    }

    /// Whether something new can be sent, as far as is known.
    pub(crate) fn is_usable(&self) -> bool {
        !self.client.is_closed() && !self.retired.load(Ordering::Acquire)
    }

    /// Takes the connection out of use; what is on its way on it may still be answered.
    pub(crate) fn retire(&self) {
        self.retired.store(true, Ordering::Release);
    }

    /// The server is about to be asked to stop what it does.
    pub(crate) fn note_cancel(&self) {
        self.cancelled.store(true, Ordering::Release);
    }

    /// Whether it was.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Acquire)
    }

    /// The prepared statement of a text.
    pub(crate) async fn prepare(&self, text: &Text) -> Result<Statement, Error> {
        if let Some(known) = self.known(text.id) {
            return Ok(known);
        }
        let statement = self.client.prepare(&text.sql).await?;
        let aged = self.keep(text.id, &statement);
        // Closing statements is sent from here, and not under the lock.
        drop(aged);
        Ok(statement)
    }

    /// Sends a statement; its rows come as they are asked for. It is done when they have ended, and
    /// not before: a write is committed behind its last row.
    pub(crate) async fn start(
        &self,
        statement: &Statement,
        text: &Text,
        values: Values<'_>,
    ) -> Result<RowStream, Error> {
        let parameters = text.slots.iter().map(|slot| Parameter(values.get(*slot)));
        self.client.query_raw(statement, parameters).await
    }

    /// Forgets what a shape was prepared as: the structure has changed under it.
    pub(crate) fn forget(&self, prepared: &Prepared) {
        let mut known = self.statements.lock().unwrap_or_else(PoisonError::into_inner);
        let forgotten: Vec<Statement> = prepared
            .texts()
            .flat_map(|text| [known.young.remove(&text.id), known.old.remove(&text.id)])
            .flatten()
            .collect();
        drop(known);
        drop(forgotten);
    }

    /// Sends the end of a transaction whose caller is gone; nobody waits for the answer.
    pub(crate) fn abandon_transaction(&self) {
        let _ = self.client.batch_execute("ROLLBACK").now_or_never();
    }

    fn known(&self, id: u64) -> Option<Statement> {
        let known = self.statements.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(statement) = known.young.get(&id) {
            return Some(statement.clone());
        }
        let statement = known.old.get(&id).cloned()?;
        drop(known);
        drop(self.keep(id, &statement));
        Some(statement)
    }

    /// Keeps a statement, and gives those that are no longer kept.
    fn keep(&self, id: u64, statement: &Statement) -> FxHashMap<u64, Statement> {
        let mut known = self.statements.lock().unwrap_or_else(PoisonError::into_inner);
        let mut dropped = FxHashMap::default();
        if known.young.len() >= known.capacity {
            let young = std::mem::take(&mut known.young);
            dropped = std::mem::replace(&mut known.old, young);
        }
        known.young.insert(id, statement.clone());
        dropped
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // A connection in order says goodbye to the server by itself; one that does not answer would
        // wait for that.
        if self.retired.load(Ordering::Acquire) {
            self.driver.abort();
        }
    }
}
