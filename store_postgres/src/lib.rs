//! The store on PostgreSQL: a few connections, each shared by many callers.
//!
//! `address` and `tls` say where the database is, `connect` opens connections and sets them up, `pool`
//! gives them out, `session` sends statements on one. `statement` keeps what shapes compile to, with
//! `placeholder` and `key`; `parameter` and `cell` turn values into bytes and back. `read`, `write` and
//! `load` run plans, with `transaction`, `turns` and `answer`; `introspect` and `structure` see and change the
//! tables; `error` and `constraint` sort what went wrong.
//!
//! Must not know: use cases, HTTP, the environment.

mod address;
mod answer;
mod cell;
mod connect;
mod constraint;
mod error;
pub mod introspect;
mod key;
mod load;
mod options;
mod parameter;
mod placeholder;
mod pool;
mod read;
mod sequence;
mod session;
mod statement;
mod structure;
mod tls;
mod transaction;
mod turns;
mod write;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use roundtrip_journey::Clock;
use roundtrip_migrate::{Applied, Extras, Migration, Plan as Changes};
use roundtrip_policy::Authorized;
use roundtrip_query::{Capabilities, Plan};
use roundtrip_schema::Schema;
use roundtrip_store::{Filling, Health, Load, Migrating, Rows, Store, StoreError, StoreErrorKind, Timing};

use crate::connect::Place;
use crate::error::{Failure, Remedy};
use crate::load::Loader;
use crate::pool::{Lease, Pool};
use crate::read::Need;
use crate::statement::{Prepared, Statements};
use crate::structure::Builder;
use crate::turns::Turns;
use crate::write::FailedAt;

pub use address::{Address, AddressError, Encryption};
pub use options::{Mode, Options};

/// A database of PostgreSQL.
pub struct PostgresStore {
    place: Arc<Place>,
    address: Address,
    capabilities: Capabilities,
    statements: Statements,
    pool: Pool,
    turns: Turns,
    closing: AtomicBool,
}

/// How often a plan is run at most when others were in its way.
const ATTEMPTS: usize = 4;
/// The same where the server ended it for the sake of others. It has a turn then, and its time ends first.
const TURNS: usize = 16;

impl PostgresStore {
    /// Opens the database: one connection, so that who cannot be reached is known at once.
    ///
    /// # Errors
    /// `Unavailable` when the server does not answer, or does not let this user into this database.
    pub async fn open(address: Address, options: Options, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let place = Arc::new(Place::new(&address, options, clock)?);
        let store = Self {
            capabilities: capabilities(place.options.mode),
            statements: Statements::new(place.options.shapes),
            pool: Pool::new(Arc::clone(&place)),
            place,
            address,
            turns: Turns::new(),
            closing: AtomicBool::new(false),
        };
        drop(store.pool.shared().await?);
        Ok(store)
    }

    /// Opens the same database again, after this store was closed or found unavailable.
    ///
    /// # Errors
    /// As [`PostgresStore::open`].
    pub async fn reopen(&self) -> Result<Self, StoreError> {
        let (options, clock) = (self.place.options.clone(), Arc::clone(&self.place.clock));
        Self::open(self.address.clone(), options, clock).await
    }

    /// Reads the structure of one schema of the database.
    ///
    /// # Errors
    /// When there is no such schema, or it cannot be read.
    pub async fn introspect_namespace(&self, namespace: &str) -> Result<Schema, StoreError> {
        self.open_for_work()?;
        // A connection of its own: whoever gives up leaves it in the middle of a transaction.
        let session = self.place.open().await?;
        let limit = self.place.options.patience() * 4;
        match tokio::time::timeout(limit, introspect::introspect(&session.client, namespace)).await {
            Ok(outcome) => outcome.map_err(|error| structure::unreadable(&error.to_string())),
            Err(_elapsed) => {
                let detail = "reading the structure of the database took too long";
                Err(StoreError::new(StoreErrorKind::timeout(limit), detail, ""))
            }
        }
    }

    async fn other_namespaces(&self) -> Result<Vec<Schema>, StoreError> {
        let mut others = Vec::new();
        for namespace in self.place.options.schemas.iter().skip(1) {
            others.push(self.introspect_namespace(namespace).await?);
        }
        Ok(others)
    }

    async fn changes(&self, schema: &Schema, extras: Extras) -> Result<Changes, StoreError> {
        self.open_for_work()?;
        Builder::open(&self.place).await?.changes_to(schema, extras).await
    }

    async fn applied(&self) -> Result<Vec<Applied>, StoreError> {
        self.open_for_work()?;
        let builder = Builder::open(&self.place).await?;
        builder.applied().await.map_err(|error| error::plain(&error))
    }

    fn open_for_building(&self) -> Result<(), StoreError> {
        self.open_for_work()?;
        if self.capabilities.writable { Ok(()) } else { Err(StoreError::read_only()) }
    }

    async fn run(&self, plan: Authorized<Plan>) -> Result<Rows, StoreError> {
        self.open_for_work()?;
        let plan = plan.get();
        let prepared = self.statements.of(plan, Prepared::new);
        if !prepared.frame.is_read() && !self.capabilities.writable {
            return Err(StoreError::read_only());
        }
        let begun = self.place.clock.instant();
        let (mut tries, mut reconnected, mut turn) = (1, false, None);
        if prepared.writes_several(plan) && self.turns.are_taken(begun) {
            turn = self.turns.take(self.left(begun) / 2).await;
        }
        loop {
            let (failed, lease) = match self.attempt(plan, &prepared, begun).await {
                Ok(rows) => {
                    if let Some(sql) = prepared.follows.as_ref().filter(|_| rows.written > 0) {
                        self.follow(sql).await;
                    }
                    return Ok(rows);
                }
                Err(failed) => failed,
            };
            // Of those on one connection the server stops the one that runs, whoever was meant.
            let stopped = failed.failure.is_cancelled()
                && lease.as_ref().is_some_and(|lease| lease.session.is_cancelled())
                && self.passed(begun) < self.place.options.statement_timeout;
            // A replacement that lost the race to insert finds the row when it looks again.
            let lost_race = prepared.steps.len() > 1 && failed.failure.is_duplicate();
            match failed.failure.remedy() {
                _ if self.left(begun).is_zero() => return Err(self.sorted(failed, plan)),
                Remedy::Reconnect if !reconnected => reconnected = true,
                Remedy::Renew if !reconnected => {
                    reconnected = true;
                    self.pool.renew();
                }
                Remedy::Forget if tries < ATTEMPTS => {
                    tries += 1;
                    if let Some(lease) = &lease {
                        lease.session.forget(&prepared);
                    }
                }
                Remedy::Again if tries < TURNS => {
                    tries += 1;
                    drop(lease);
                    self.turns.met(self.place.clock.instant());
                    if turn.is_none() && !prepared.frame.is_read() {
                        turn = self.turns.take(self.left(begun) / 2).await;
                    }
                }
                Remedy::None if (lost_race || stopped) && tries < ATTEMPTS => tries += 1,
                Remedy::None if tries < ATTEMPTS && failed.failure.is_duplicate_key(plan) => {
                    // Somebody gave the key that was handed out.
                    let Some(sql) = &prepared.draws else { return Err(self.sorted(failed, plan)) };
                    tries += 1;
                    drop(lease);
                    self.follow(sql).await;
                }
                _ => return Err(self.sorted(failed, plan)),
            }
        }
    }

    /// Moves a sequence behind keys that were given. The row is written, whatever comes of it.
    async fn follow(&self, sql: &str) {
        let moved = async {
            let mut lease = self.pool.shared().await?;
            lease.begins();
            let outcome = lease.session.client.batch_execute(sql).await;
            lease.ended();
            outcome.map_err(|error| error::plain(&error))
        };
        match tokio::time::timeout(self.place.options.statement_timeout, moved).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(private = error.private, "a sequence of keys was not moved"),
            Err(_elapsed) => tracing::warn!("a sequence of keys was not moved in time"),
        }
    }

    /// Runs a plan once, as far as the time since `begun` goes.
    async fn attempt(
        &self,
        plan: &Plan,
        prepared: &Prepared,
        begun: Instant,
    ) -> Result<Rows, (FailedAt, Option<Lease>)> {
        let queued = self.place.clock.instant();
        let is_read = prepared.frame.is_read();
        let is_guarded = !is_read && prepared.is_guarded(plan);
        let owns = is_guarded || (is_read && read::need(prepared) == Need::Connection);
        let lease = async { if owns { self.pool.own().await } else { self.pool.shared().await } };
        let lease = tokio::time::timeout(self.left(begun), lease).await;
        let lease = lease.unwrap_or_else(|_elapsed| Err(error::waited(self.place.options.patience())));
        let mut lease =
            lease.map_err(|error| (FailedAt { failure: Failure::Sorted(error), row: 0 }, None))?;
        let running = self.place.clock.instant();
        lease.begins();
        let (session, bytes) = (&*lease.session, self.place.options.answer_bytes);
        let may_last = AtomicBool::new(false);
        let at = |failure| FailedAt { failure, row: 0 };
        let run = async {
            if is_read {
                read::read(session, plan, prepared, bytes).await.map_err(at)
            } else if is_guarded {
                write::together(session, plan, prepared, bytes, &may_last).await
            } else {
                write::alone(session, plan, prepared, bytes, &may_last).await.map_err(at)
            }
        };
        let outcome = match tokio::time::timeout(self.left(begun), run).await {
            Ok(outcome) => {
                let told =
                    |failed: &FailedAt| matches!(failed.failure, Failure::Database(_) | Failure::Unknown(_));
                // Where it was us who stopped, the server may still be sending.
                if outcome.as_ref().err().is_none_or(told) {
                    lease.ended();
                }
                outcome
            }
            Err(_elapsed) if may_last.load(Ordering::Relaxed) => Err(at(Failure::Late)),
            Err(_elapsed) => Err(at(Failure::Unsent)),
        };
        match outcome {
            Ok(mut rows) => {
                let ended = self.place.clock.instant();
                rows.timing = Timing {
                    wait_ns: nanoseconds(running.saturating_duration_since(queued)),
                    run_ns: nanoseconds(ended.saturating_duration_since(running)),
                };
                Ok(rows)
            }
            Err(failed) => {
                if failed.failure.spoils_connection() {
                    // Now, and not when the driver notices: the next caller is not to try it too.
                    lease.retire();
                }
                Err((failed, Some(lease)))
            }
        }
    }

    fn sorted(&self, failed: FailedAt, plan: &Plan) -> StoreError {
        let is_about_all = matches!(failed.failure, Failure::Breach(breach) if breach.is_about_all());
        let row = (plan.params.rows.len() > 1 && !is_about_all).then_some(failed.row);
        let mut sorted = error::sort(failed.failure, plan, self.place.options.statement_timeout);
        sorted.row = row;
        sorted
    }

    /// How long a plan may still take that began then.
    fn left(&self, begun: Instant) -> Duration {
        self.place.options.patience().saturating_sub(self.passed(begun))
    }

    fn passed(&self, begun: Instant) -> Duration {
        self.place.clock.instant().saturating_duration_since(begun)
    }

    async fn run_load(&self, load: Load) -> Result<u64, StoreError> {
        self.open_for_building()?;
        let mut lease = self.pool.own().await?;
        lease.begins();
        let loader = Loader { options: &self.place.options, statements: &self.statements };
        let outcome = loader.run(&lease.session, load).await;
        lease.ended();
        outcome
    }

    async fn look(&self) -> Health {
        let asked = async {
            let lease = self.pool.shared().await?;
            // Nothing that runs takes longer: a connection without an answer by then has none to give.
            let limit = self.place.options.patience();
            let answered = tokio::time::timeout(limit, lease.session.client.check_connection()).await;
            if !matches!(answered, Ok(Ok(()))) {
                lease.retire();
            }
            answered.map_err(|_elapsed| error::silent(limit))?.map_err(|error| error::plain(&error))
        };
        match tokio::time::timeout(self.place.options.patience() * 2, asked).await {
            // Where it is busy it answers others.
            Ok(Ok(()) | Err(StoreError { kind: StoreErrorKind::Busy, .. })) => Health::Up,
            Ok(Err(error)) => Health::Down(format!("{}: {}", error.detail, error.private)),
            Err(_elapsed) => Health::Down("the database does not answer".to_owned()),
        }
    }

    fn open_for_work(&self) -> Result<(), StoreError> {
        if self.closing.load(Ordering::Acquire) { Err(StoreError::closed()) } else { Ok(()) }
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// What PostgreSQL can do.
fn capabilities(mode: Mode) -> Capabilities {
    Capabilities {
        database: "PostgreSQL",
        // The driver counts parameters in sixteen bits with a sign.
        parameters: 32_767,
        decimal_digits: 38,
        json_depth: None,
        writable: mode == Mode::Write,
        regular_expressions: true,
        text_search: true,
        ranges: true,
        estimates: true,
        explains: true,
        grouped_embeds: true,
    }
}

impl Store for PostgresStore {
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
        self.introspect_namespace(self.place.options.schema()).boxed()
    }

    fn introspect_others(&self) -> BoxFuture<'_, Result<Vec<Schema>, StoreError>> {
        self.other_namespaces().boxed()
    }

    fn bring_to(&self, schema: &Schema) -> BoxFuture<'_, Result<Vec<String>, StoreError>> {
        let schema = schema.clone();
        let bring = async move {
            self.open_for_building()?;
            Builder::open(&self.place).await?.bring_to(&schema).await
        };
        bring.boxed()
    }

    fn changes_to(&self, schema: &Schema, extras: Extras) -> BoxFuture<'_, Result<Changes, StoreError>> {
        let schema = schema.clone();
        async move { self.changes(&schema, extras).await }.boxed()
    }

    fn migrations(&self) -> BoxFuture<'_, Result<Vec<Applied>, StoreError>> {
        self.applied().boxed()
    }

    fn migrate(
        &self,
        files: &[Migration],
        how: Migrating,
    ) -> BoxFuture<'_, Result<Vec<Applied>, StoreError>> {
        let files = files.to_vec();
        let migrate = async move {
            self.open_for_building()?;
            Builder::open(&self.place).await?.migrate(&files, how).await
        };
        migrate.boxed()
    }

    fn filling(&self, schema: &Schema, stage: Filling) -> BoxFuture<'_, Result<(), StoreError>> {
        let schema = schema.clone();
        let fill = async move {
            self.open_for_building()?;
            Builder::open(&self.place).await?.filling(&schema, stage).await
        };
        fill.boxed()
    }

    fn health(&self) -> BoxFuture<'_, Health> {
        self.look().boxed()
    }

    fn external_changes(&self) -> u64 {
        0
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        self.closing.store(true, Ordering::Release);
        self.pool.close().boxed()
    }
}
