//! The store on MariaDB and MySQL.
//!
//! `address` and `connect` open connections, `pool` hands them out, `session` runs one statement on
//! one of them. `statement` keeps what shapes compile to, `text` and `parameter` bind their values,
//! `cell` and `row` decode what comes back, `run` puts these together. `read` and `write` say what becomes of a
//! plan that fails, `load` imports, `error` and `constraint` sort what went wrong, `introspect` reads
//! the structure of a database that exists, `structure` changes ours.
//!
//! Must not know: use cases, HTTP, the environment.

mod address;
mod cell;
mod connect;
mod constraint;
mod error;
mod failure;
pub mod introspect;
mod load;
mod options;
mod parameter;
mod pool;
mod read;
mod row;
mod run;
mod session;
mod statement;
mod structure;
mod text;
mod write;

use std::sync::Arc;
use std::time::Instant;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use roundtrip_journey::Clock;
use roundtrip_migrate::{Applied, Extras, Migration, Plan as Changes};
use roundtrip_policy::Authorized;
use roundtrip_query::{Capabilities, Plan};
use roundtrip_schema::Schema;
use roundtrip_store::{Filling, Health, Load, Migrating, Rows, Store, StoreError, StoreErrorKind, Timing};

use crate::address::Address;
use crate::connect::{Flavor, Place};
use crate::pool::{Need, Pool};
use crate::session::Session;
use crate::statement::{Prepared, Statements};
use crate::write::Turns;

pub use options::{Mode, Options};

/// A database on a server of MariaDB or MySQL.
pub struct MysqlStore {
    place: Arc<Place>,
    capabilities: Capabilities,
    statements: Statements,
    pool: Pool,
    turns: Turns,
}

impl MysqlStore {
    /// Connects once, to learn which database it is; whoever finds it unavailable can try again often.
    /// An address is `mysql://user:password@host:port/database`, or begins with `mariadb://`; behind
    /// it, `?ssl-mode=`, `ssl-ca=` and `socket=` say how to get there.
    ///
    /// # Errors
    /// `Unavailable` when the address is none, the server cannot be reached or does not let us in;
    /// `Busy` when it has no connection left.
    pub async fn open(
        url: &str,
        mode: Mode,
        options: Options,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StoreError> {
        let address = Address::parse(url, options.statements)?;
        Self::open_place(Arc::new(Place::new(address, mode, options, clock))).await
    }

    /// Connects to the same database again, after this store was closed or found unavailable.
    ///
    /// # Errors
    /// As [`MysqlStore::open`].
    pub async fn reopen(&self) -> Result<Self, StoreError> {
        Self::open_place(Arc::clone(&self.place)).await
    }

    async fn open_place(place: Arc<Place>) -> Result<Self, StoreError> {
        let session = place.connect().await?;
        let pool = Pool::new(Arc::clone(&place));
        pool.add(session);
        Ok(Self {
            capabilities: capabilities(place.flavor(), place.mode),
            statements: Statements::new(place.options.shapes),
            pool,
            turns: Turns::default(),
            place,
        })
    }

    async fn run(&self, plan: Authorized<Plan>) -> Result<Rows, StoreError> {
        let plan = plan.get();
        let prepared = self.statements.of(plan, Prepared::new);
        if prepared.frame.is_read() {
            return read::read(&self.pool, &self.place, plan, &prepared).await;
        }
        self.open_for_writing()?;
        write::write(&self.pool, &self.place, &self.turns, plan, &prepared).await
    }

    async fn run_load(&self, load: Load) -> Result<u64, StoreError> {
        self.open_for_writing()?;
        load::load(&self.pool, &self.place.options, &self.statements, load).await
    }

    /// Has a connection of its own do something about the structure; with it goes the lock that it took.
    async fn build<T>(
        &self,
        work: impl for<'s> FnOnce(&'s mut Session, &'s Options) -> BoxFuture<'s, Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let mut session = structure::builder(&self.place).await?;
        let outcome = work(&mut session, &self.place.options).await;
        session.close().await;
        outcome
    }

    async fn read_structure(&self) -> Result<Schema, StoreError> {
        self.build(|session, options| structure::read(session, options).boxed()).await
    }

    async fn change_structure(&self, schema: Schema) -> Result<Vec<String>, StoreError> {
        self.open_for_writing()?;
        self.build(move |session, options| {
            async move { structure::bring_to(session, options, &schema).await }.boxed()
        })
        .await
    }

    async fn changes(&self, schema: Schema, extras: Extras) -> Result<Changes, StoreError> {
        self.build(move |session, options| {
            async move { structure::changes_to(session, options, &schema, extras).await }.boxed()
        })
        .await
    }

    async fn run_files(&self, files: Vec<Migration>, how: Migrating) -> Result<Vec<Applied>, StoreError> {
        self.open_for_writing()?;
        self.build(move |session, options| {
            async move { structure::migrate(session, options, &files, how).await }.boxed()
        })
        .await
    }

    async fn fill(&self, schema: Schema, stage: Filling) -> Result<(), StoreError> {
        self.open_for_writing()?;
        self.build(move |session, options| {
            async move { structure::filling(session, options, &schema, stage).await }.boxed()
        })
        .await
    }

    async fn applied(&self) -> Result<Vec<Applied>, StoreError> {
        let mut lease = self.pool.take(Need::Once).await?;
        let applied = structure::applied(lease.session()?).await;
        applied.map_err(|failure| error::plain(&failure, &self.place.options))
    }

    async fn look(&self) -> Health {
        let down = |error: &StoreError| Health::Down(format!("{}: {}", error.detail, error.private));
        match self.pool.take(Need::Repeatable).await {
            Ok(mut lease) => {
                let Ok(session) = lease.session() else { return Health::Up };
                match session.answers(self.place.options.connect_timeout).await {
                    Ok(()) => return Health::Up,
                    Err(failure) if failure.is_broken() => self.pool.broke(),
                    Err(_) => {}
                }
            }
            // Everybody else keeps it busy, or waits for a server that is gone.
            Err(error) if error.kind == StoreErrorKind::Busy => {}
            Err(error) => return down(&error),
        }
        match self.place.connect().await {
            Ok(session) => {
                session.close().await;
                Health::Up
            }
            Err(error) => down(&error),
        }
    }

    fn open_for_writing(&self) -> Result<(), StoreError> {
        if self.capabilities.writable { Ok(()) } else { Err(StoreError::read_only()) }
    }
}

/// Where the time of a call went.
fn timing(clock: &dyn Clock, asked: Instant, begun: Instant) -> Timing {
    let nanoseconds = |duration: std::time::Duration| u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
    Timing {
        wait_ns: nanoseconds(begun.saturating_duration_since(asked)),
        run_ns: nanoseconds(clock.instant().saturating_duration_since(begun)),
    }
}

/// What MariaDB and MySQL can do.
fn capabilities(flavor: Flavor, mode: Mode) -> Capabilities {
    Capabilities {
        database: flavor.name(),
        // The count of parameters has 16 bits in the protocol.
        parameters: 65_535,
        decimal_digits: 65,
        // The server's parser of JSON and of its paths goes no further.
        json_depth: Some(31),
        writable: mode == Mode::ReadWrite,
        regular_expressions: true,
        text_search: false,
        ranges: false,
        estimates: false,
        explains: true,
        grouped_embeds: false,
    }
}

impl Store for MysqlStore {
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
        self.read_structure().boxed()
    }

    fn bring_to(&self, schema: &Schema) -> BoxFuture<'_, Result<Vec<String>, StoreError>> {
        self.change_structure(schema.clone()).boxed()
    }

    fn changes_to(&self, schema: &Schema, extras: Extras) -> BoxFuture<'_, Result<Changes, StoreError>> {
        self.changes(schema.clone(), extras).boxed()
    }

    fn migrations(&self) -> BoxFuture<'_, Result<Vec<Applied>, StoreError>> {
        self.applied().boxed()
    }

    fn migrate(
        &self,
        files: &[Migration],
        how: Migrating,
    ) -> BoxFuture<'_, Result<Vec<Applied>, StoreError>> {
        self.run_files(files.to_vec(), how).boxed()
    }

    fn filling(&self, schema: &Schema, stage: Filling) -> BoxFuture<'_, Result<(), StoreError>> {
        self.fill(schema.clone(), stage).boxed()
    }

    fn health(&self) -> BoxFuture<'_, Health> {
        self.look().boxed()
    }

    fn external_changes(&self) -> u64 {
        0
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        self.pool.close().boxed()
    }
}
