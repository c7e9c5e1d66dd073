//! Databases for tests: made with plain SQL, served as a guest's or a project's.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::future::BoxFuture;
use roundtrip_journey::Clock;
use roundtrip_store::conformance::{Call, Shop};
use roundtrip_store::{Load, Rows, Store, StoreError};
use roundtrip_store_sqlite::{Mode, Options, SqliteStore};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::clock::TestClock;

/// A database that some SQL made, and a store over it.
pub(crate) struct Fixture {
    pub(crate) store: Arc<SqliteStore>,
    pub(crate) shop: Shop,
    pub(crate) file: PathBuf,
    _folder: TempDir,
}

impl Fixture {
    /// Serves what `sql` makes, as a guest's that may be written, by a clock that hardly moves.
    pub(crate) async fn new(sql: &str) -> Self {
        Self::with(sql, Mode::GuestWrite, Options::default(), TestClock::new(Duration::from_nanos(1))).await
    }

    pub(crate) async fn with(sql: &str, mode: Mode, options: Options, clock: Arc<dyn Clock>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data?.db");
        Connection::open(&file).unwrap().execute_batch(sql).unwrap();
        let store = Arc::new(SqliteStore::open(&file, mode, options, clock).unwrap());
        let schema = store.introspect().await.unwrap();
        let shop = Shop::new(Arc::clone(&store) as Arc<dyn Store>, schema);
        Self { store, shop, file, _folder: folder }
    }

    /// A connection of another program.
    pub(crate) fn other(&self) -> Connection {
        Connection::open(&self.file).unwrap()
    }

    /// One number that another program reads.
    pub(crate) fn number(&self, sql: &str) -> i64 {
        number(&self.file, sql)
    }

    /// Runs the calls as one group: while they come in, the writer is held back by a load that has no
    /// rows yet.
    pub(crate) async fn together(&self, calls: Vec<Call>) -> Vec<Result<Rows, StoreError>> {
        let outcomes = self.together_whatever_happens(calls).await;
        assert!(!outcomes.is_empty());
        outcomes
    }

    /// As [`Fixture::together`], where the load that holds the writer back may itself be broken.
    pub(crate) async fn together_whatever_happens(&self, calls: Vec<Call>) -> Vec<Result<Rows, StoreError>> {
        let (gate, opened) = tokio::sync::oneshot::channel::<()>();
        let no_rows = futures_util::stream::once(opened);
        let no_rows = futures_util::StreamExt::filter_map(no_rows, |_| std::future::ready(None));
        let load = Load { batches: Box::pin(no_rows), keep_good: false };
        let mut load = self.store.load(load);
        assert!(poll(&mut load).is_pending(), "the load waits for its rows");
        let mut waiting: Vec<_> = calls.iter().map(|call| self.store.execute(self.shop.plan(call))).collect();
        for future in &mut waiting {
            drop(poll(future));
        }
        let _ = gate.send(());
        drop(load.await);
        futures_util::future::join_all(waiting).await
    }
}

/// Starts a future, or looks whether it is done.
pub(crate) fn poll<T>(future: &mut BoxFuture<'_, T>) -> Poll<T> {
    Pin::new(future).as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

pub(crate) fn number(file: &Path, sql: &str) -> i64 {
    Connection::open(file).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
}
