//! The store on SQLite: one thread that writes and commits in groups, several that read.
//!
//! `connect` opens the database, `statement` keeps what shapes compile to, `run` runs them on a
//! connection. `lane` and `reader` decide where a read runs, `writer` and `group` how writes share a
//! commit, `load` imports, `watch` notices other programs, `error` and `reference` sort what went
//! wrong, `function` holds what our SQL calls.
//!
//! Must not know: use cases, HTTP, the environment.

pub mod backup;
mod connect;
mod deadline;
mod error;
mod fill;
mod function;
mod group;
mod introspect;
mod lane;
mod left_out;
mod load;
mod misfit;
mod options;
mod reader;
mod reference;
mod run;
mod statement;
mod structure;
mod watch;
mod writer;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crossbeam_channel::{Sender, TrySendError};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Either, select};
use roundtrip_journey::Clock;
use roundtrip_migrate::{Applied, Extras, Migration};
use roundtrip_policy::Authorized;
use roundtrip_query::{Capabilities, Plan};
use roundtrip_schema::Schema;
use roundtrip_store::{Filling, Health, Load, Migrating, Rows, Store, StoreError};
use tokio::sync::oneshot;

use crate::connect::{Place, Session};
use crate::group::WriteJob;
use crate::lane::{Lane, Pool};
use crate::load::LoadJob;
use crate::reader::{ReadJob, ReadWork};
use crate::run::Failure;
use crate::statement::{Prepared, Statements};
use crate::watch::Changes;
use crate::writer::Work;

pub use connect::Mode;
pub use introspect::introspect;
pub use left_out::{LeftOut, left_out};
pub use misfit::{Misfit, Misfits, misfits};
pub use options::{Durability, Options};
pub use structure::{applied, bring_to, changes_to, create_sql, migrate};

/// A database in one SQLite file.
pub struct SqliteStore {
    place: Arc<Place>,
    capabilities: Capabilities,
    statements: Arc<Statements>,
    pool: Pool,
    reads: Sender<ReadWork>,
    writes: Sender<Work>,
    changes: Arc<Changes>,
    closing: AtomicBool,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl SqliteStore {
    /// Opens the database and starts the store's threads. Takes a few milliseconds, so that whoever
    /// finds the database unavailable can try again often.
    ///
    /// # Errors
    /// `Unavailable` when there is no such file, it is no database, or a thread cannot be started.
    pub fn open(
        path: &Path,
        mode: Mode,
        options: Options,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StoreError> {
        Self::open_place(Arc::new(Place { path: path.to_owned(), mode, options, clock }))
    }

    /// Opens the same database again, after this store was closed or found unavailable.
    ///
    /// # Errors
    /// As [`SqliteStore::open`].
    pub fn reopen(&self) -> Result<Self, StoreError> {
        Self::open_place(Arc::clone(&self.place))
    }

    fn open_place(place: Arc<Place>) -> Result<Self, StoreError> {
        let session = place.writer()?;
        let (reads, read_queue) = crossbeam_channel::bounded(place.options.read_queue);
        let (writes, write_queue) = crossbeam_channel::bounded(place.options.write_queue);
        let changes = Arc::new(Changes::default());
        let no_thread =
            |error: std::io::Error| StoreError::internal(format!("no thread for the database: {error}"));
        let first = writer::start(Arc::clone(&place), session, Arc::clone(&changes), write_queue);
        let mut threads = vec![first.map_err(no_thread)?];
        for number in 0..place.options.reader_threads() {
            threads.push(reader::start(Arc::clone(&place), read_queue.clone(), number).map_err(no_thread)?);
        }
        Ok(Self {
            capabilities: capabilities(place.mode),
            statements: Arc::new(Statements::new(place.options.shapes)),
            pool: Pool::new(Arc::clone(&place)),
            place,
            reads,
            writes,
            changes,
            closing: AtomicBool::new(false),
            threads: Mutex::new(threads),
        })
    }

    /// A number that rises whenever another program changed the structure, as far as noticed.
    pub fn structure_changes(&self) -> u64 {
        self.changes.structure()
    }

    async fn run(&self, plan: Authorized<Plan>) -> Result<Rows, StoreError> {
        self.open_for_work()?;
        let prepared = self.statements.of(plan.get(), Prepared::new);
        if prepared.frame.is_read() {
            self.read(plan, prepared).await
        } else {
            self.write(plan, prepared).await
        }
    }

    async fn read(&self, plan: Authorized<Plan>, prepared: Arc<Prepared>) -> Result<Rows, StoreError> {
        if prepared.lane == Lane::Inline
            && let Some(outcome) = self.read_inline(plan.get(), &prepared)
        {
            return outcome;
        }
        let (answer, waiting) = oneshot::channel();
        let queued = self.place.clock.instant();
        self.send_read(ReadWork::Read(Box::new(ReadJob { plan, prepared, answer, queued })))?;
        waiting.await.unwrap_or_else(|_gone| Err(self.unanswered()))
    }

    /// Runs a read on this very thread; `None` where a reader thread has to do it.
    fn read_inline(&self, plan: &Plan, prepared: &Prepared) -> Option<Result<Rows, StoreError>> {
        let queued = self.place.clock.instant();
        let taken = self.pool.take()?;
        let session = taken.session()?;
        let limits = self.place.options.inline_limits();
        let read = || {
            reader::timed(&self.place, session, limits, queued, |session| {
                run::read(&session.connection, plan, prepared, limits.bytes)
            })
        };
        match catch_unwind(AssertUnwindSafe(read)) {
            Ok(Ok(rows)) => Some(Ok(rows)),
            // A lock in the way, or not so cheap after all: a reader thread may wait, this one may not.
            Ok(Err(Failure::Database(error))) if error::is_busy(&error) || error::is_interrupt(&error) => {
                None
            }
            Ok(Err(failure)) => Some(Err(error::sort(&failure, plan, limits))),
            Err(_panic) => {
                taken.discard();
                Some(Err(StoreError::internal("a panic while a read ran")))
            }
        }
    }

    async fn write(&self, plan: Authorized<Plan>, prepared: Arc<Prepared>) -> Result<Rows, StoreError> {
        self.open_for_writing()?;
        let (answer, waiting) = oneshot::channel();
        let queued = self.place.clock.instant();
        self.send_write(Work::Write(Box::new(WriteJob { plan, prepared, answer, queued })))?;
        waiting.await.unwrap_or_else(|_gone| Err(self.unanswered()))
    }

    async fn run_load(&self, load: Load) -> Result<u64, StoreError> {
        self.open_for_work()?;
        self.open_for_writing()?;
        let (sender, feed) = load::channel();
        let (answer, waiting) = oneshot::channel();
        self.send_write(Work::Load(LoadJob { feed, keep_good: load.keep_good, answer }))?;
        let feeding = std::pin::pin!(load::feed(load.batches, sender, &self.statements));
        // The writer may give up while the caller's stream says nothing.
        let outcome = match select(waiting, feeding).await {
            Either::Left((outcome, _feeding)) => outcome,
            Either::Right(((), waiting)) => waiting.await,
        };
        outcome.unwrap_or_else(|_gone| Err(self.unanswered()))
    }

    /// Asks a reader thread something that is not a plan.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Session) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.open_for_work()?;
        let (answer, waiting) = oneshot::channel();
        let task = move |session: Result<&Session, StoreError>| drop(answer.send(session.and_then(question)));
        self.send_read(ReadWork::Task(Box::new(task)))?;
        waiting.await.unwrap_or_else(|_gone| Err(self.unanswered()))
    }

    /// Has the writer do something to the structure, between writes.
    async fn change_structure<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Session) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.open_for_work()?;
        self.open_for_writing()?;
        let (answer, waiting) = oneshot::channel();
        let task = move |session: &Session| drop(answer.send(change(session)));
        self.send_write(Work::Task(Box::new(task)))?;
        waiting.await.unwrap_or_else(|_gone| Err(self.unanswered()))
    }

    async fn look(&self) -> Health {
        // A file that was deleted still answers to those who hold it open, and loses what they write.
        if !self.place.path.exists() {
            return Health::Down(format!("{} is gone", self.place.path.display()));
        }
        let answers = |session: &Session| {
            let read = session.connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()));
            read.map_err(|error| error::plain(&error))
        };
        match self.ask(answers).await {
            Ok(()) => Health::Up,
            Err(error) => Health::Down(format!("{}: {}", error.detail, error.private)),
        }
    }

    async fn shut(&self) {
        if self.closing.swap(true, Ordering::AcqRel) {
            return;
        }
        self.pool.close();
        let mut threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        let (reads, writes) = (self.reads.clone(), self.writes.clone());
        let (done, waiting) = oneshot::channel();
        // Joining blocks, so it has a thread of its own. The words to close stand behind whatever was
        // accepted, so all of that is answered first.
        let close = move || {
            for _ in 1..threads.len() {
                drop(reads.send(ReadWork::Close));
            }
            // The writer is the first thread and ends last, so that its checkpoint finds no reader in
            // its way.
            let readers = threads.split_off(threads.len().min(1));
            for thread in readers {
                drop(thread.join());
            }
            drop(writes.send(Work::Close));
            for thread in threads {
                drop(thread.join());
            }
            // Nobody waits when the future of `close` was dropped.
            let _ = done.send(());
        };
        if let Err(error) = std::thread::Builder::new().name("sqlite-close".to_owned()).spawn(close) {
            tracing::error!(%error, "no thread to close the database; its file is sound all the same");
        }
        drop(waiting.await);
    }

    fn open_for_work(&self) -> Result<(), StoreError> {
        if self.closing.load(Ordering::Acquire) { Err(StoreError::closed()) } else { Ok(()) }
    }

    fn open_for_writing(&self) -> Result<(), StoreError> {
        if self.capabilities.writable { Ok(()) } else { Err(StoreError::read_only()) }
    }

    fn send_read(&self, work: ReadWork) -> Result<(), StoreError> {
        let places = self.place.options.read_queue;
        self.reads.try_send(work).map_err(|error| refused(&error, "read", places))
    }

    fn send_write(&self, work: Work) -> Result<(), StoreError> {
        let places = self.place.options.write_queue;
        self.writes.try_send(work).map_err(|error| refused(&error, "write", places))
    }

    /// Why an accepted call got no answer.
    fn unanswered(&self) -> StoreError {
        if self.closing.load(Ordering::Acquire) {
            StoreError::closed()
        } else {
            StoreError::internal("a panic in a thread of the store")
        }
    }
}

fn refused<T>(error: &TrySendError<T>, queue: &str, places: usize) -> StoreError {
    match error {
        TrySendError::Full(_) => error::queue_full(queue, places),
        TrySendError::Disconnected(_) => StoreError::closed(),
    }
}

/// What SQLite can do.
fn capabilities(mode: Mode) -> Capabilities {
    Capabilities {
        database: "SQLite",
        // SQLITE_MAX_VARIABLE_NUMBER as it is compiled in.
        parameters: 32_766,
        // A double keeps every decimal of so many digits.
        decimal_digits: 15,
        json_depth: None,
        writable: mode != Mode::GuestRead,
        regular_expressions: true,
        text_search: true,
        ranges: false,
        estimates: false,
        explains: true,
        grouped_embeds: true,
    }
}

impl Store for SqliteStore {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn execute(&self, plan: Authorized<Plan>) -> BoxFuture<'_, Result<Rows, StoreError>> {
        self.run(plan).boxed()
    }

    fn load(&self, load: Load) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.run_load(load).boxed()
    }

    fn introspect(&self) -> BoxFuture<'_, Result<Schema, StoreError>> {
        self.ask(|session| introspect(&session.connection)).boxed()
    }

    fn bring_to(&self, schema: &Schema) -> BoxFuture<'_, Result<Vec<String>, StoreError>> {
        let schema = schema.clone();
        self.change_structure(move |session| bring_to(&session.connection, &schema)).boxed()
    }

    fn changes_to(
        &self,
        schema: &Schema,
        extras: Extras,
    ) -> BoxFuture<'_, Result<roundtrip_migrate::Plan, StoreError>> {
        let schema = schema.clone();
        self.ask(move |session| changes_to(&session.connection, &schema, extras)).boxed()
    }

    fn migrations(&self) -> BoxFuture<'_, Result<Vec<Applied>, StoreError>> {
        self.ask(|session| applied(&session.connection)).boxed()
    }

    fn migrate(
        &self,
        files: &[Migration],
        how: Migrating,
    ) -> BoxFuture<'_, Result<Vec<Applied>, StoreError>> {
        let files = files.to_vec();
        self.change_structure(move |session| migrate(&session.connection, &files, how)).boxed()
    }

    fn filling(&self, schema: &Schema, stage: Filling) -> BoxFuture<'_, Result<(), StoreError>> {
        let schema = schema.clone();
        self.change_structure(move |session| fill::filling(&session.connection, &schema, stage)).boxed()
    }

    fn health(&self) -> BoxFuture<'_, Health> {
        self.look().boxed()
    }

    fn external_changes(&self) -> u64 {
        self.changes.external()
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        self.shut().boxed()
    }
}
