//! The connections that are open, and who may have one.
//!
//! The driver's own pool was looked at and not taken: it has no limit to the waiting, resets a
//! connection each time it is given back (a round trip, and every prepared statement is gone), and
//! gives out what broke while it lay idle. Here a connection goes back as it is, if it is sound. One
//! that was given up in the middle of something keeps its place until the server was told to stop, so
//! that callers who hang up leave no crowd of statements behind. One that breaks takes along all that were opened before, since they most likely lost the same server;
//! and after a connection that could not be made, nobody waits for another one for a moment. Writes never
//! have all of the connections: those that wait for a lock of somebody else would keep every read waiting.
//!
//! Must not know: plans.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use roundtrip_store::{StoreError, StoreErrorKind};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

use crate::connect::Place;
use crate::session::Session;

/// How long nobody tries to connect after a try has failed.
const OUTAGE: Duration = Duration::from_millis(250);

/// How long a connection may lie idle and still be written on without a question.
const FRESH: Duration = Duration::from_secs(1);

/// Connections, at most as many as the options say.
pub(crate) struct Pool {
    place: Arc<Place>,
    permits: Arc<Semaphore>,
    /// Of these, as many as writes may have at once.
    writing: Arc<Semaphore>,
    waiting: AtomicUsize,
    idle: Mutex<Vec<Session>>,
    /// How many times a connection was seen to break.
    generation: AtomicU64,
    outage: Mutex<Option<(Instant, StoreError)>>,
    closing: AtomicBool,
}

/// What a connection is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Something that can be done again on another one.
    Repeatable,
    /// Something that cannot: the server is asked first whether it is there, unless it just was.
    Once,
}

/// A connection that somebody has; it goes back when this is dropped, if it is sound.
pub(crate) struct Lease<'p> {
    session: Option<Session>,
    pool: &'p Pool,
    permit: Option<Permit>,
}

/// The right to a connection.
struct Permit {
    _connection: OwnedSemaphorePermit,
    _writing: Option<OwnedSemaphorePermit>,
}

impl Pool {
    pub(crate) fn new(place: Arc<Place>) -> Self {
        let connections = place.options.connections.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            permits: Arc::new(Semaphore::new(connections)),
            writing: Arc::new(Semaphore::new(place.options.writing())),
            place,
            waiting: AtomicUsize::new(0),
            idle: Mutex::default(),
            generation: AtomicU64::new(0),
            outage: Mutex::default(),
            closing: AtomicBool::new(false),
        }
    }

    /// A connection for a read: one that lies idle, or a new one.
    pub(crate) async fn take(&self, need: Need) -> Result<Lease<'_>, StoreError> {
        let connection = self.connection();
        self.lease(need, async { Ok(Permit { _connection: connection.await?, _writing: None }) }).await
    }

    /// A connection for a write, which may have to wait although there are some.
    pub(crate) async fn take_for_writing(&self, need: Need) -> Result<Lease<'_>, StoreError> {
        let permit = async {
            let writing = Arc::clone(&self.writing).acquire_owned().await?;
            Ok(Permit { _connection: self.connection().await?, _writing: Some(writing) })
        };
        self.lease(need, permit).await
    }

    async fn lease(
        &self,
        need: Need,
        permit: impl Future<Output = Result<Permit, AcquireError>>,
    ) -> Result<Lease<'_>, StoreError> {
        let permit = self.permit(permit).await?;
        if self.closing.load(Ordering::Acquire) {
            return Err(StoreError::closed());
        }
        let mut lease = Lease { session: None, pool: self, permit: Some(permit) };
        while let Some(mut session) = self.newest() {
            let old = session.generation != self.generation.load(Ordering::Acquire);
            let stale = || self.place.clock.instant().saturating_duration_since(session.used) > FRESH;
            if old || (need == Need::Once && stale() && !self.answers(&mut session).await) {
                drop(session);
                continue;
            }
            lease.session = Some(session);
            return Ok(lease);
        }
        lease.session = Some(self.connect().await?);
        Ok(lease)
    }

    /// A connection broke: those that lie idle are given up.
    pub(crate) fn broke(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
        self.idle().clear();
    }

    /// Keeps a connection that was made before there was a pool.
    pub(crate) fn add(&self, session: Session) {
        self.idle().push(session);
    }

    /// Waits for what is under way, and closes every connection.
    pub(crate) async fn close(&self) {
        if self.closing.swap(true, Ordering::AcqRel) {
            return;
        }
        let all = u32::try_from(self.place.options.connections).unwrap_or(u32::MAX);
        // Whoever is still at it when no statement may run any more has lost.
        let limit = self.place.options.statement_timeout * 2;
        drop(tokio::time::timeout(limit, self.permits.acquire_many(all)).await);
        self.permits.close();
        self.writing.close();
        let idle = std::mem::take(&mut *self.idle());
        futures_util::future::join_all(idle.into_iter().map(Session::close)).await;
    }

    async fn connection(&self) -> Result<OwnedSemaphorePermit, AcquireError> {
        Arc::clone(&self.permits).acquire_owned().await
    }

    /// Waits within the limits for what there may be at once.
    async fn permit(
        &self,
        permit: impl Future<Output = Result<Permit, AcquireError>>,
    ) -> Result<Permit, StoreError> {
        let mut permit = pin!(permit);
        if let Some(at_once) = permit.as_mut().now_or_never() {
            return at_once.map_err(|_closed| StoreError::closed());
        }
        let _place = Waiting::new(self)?;
        let limit = self.place.options.wait_timeout;
        match tokio::time::timeout(limit, permit).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_closed)) => Err(StoreError::closed()),
            Err(_elapsed) => {
                Err(StoreError::busy(format!("no connection became free within {} ms", limit.as_millis())))
            }
        }
    }

    async fn answers(&self, session: &mut Session) -> bool {
        let answered = session.answers(self.place.options.connect_timeout).await;
        if answered.is_err() {
            self.broke();
        }
        answered.is_ok()
    }

    async fn connect(&self) -> Result<Session, StoreError> {
        if let Some((until, error)) = &*lock(&self.outage)
            && self.place.clock.instant() < *until
        {
            return Err(error.clone());
        }
        let generation = self.generation.load(Ordering::Acquire);
        let outcome = self.place.connect().await;
        let gone = outcome.as_ref().err().filter(|error| error.kind == StoreErrorKind::Unavailable);
        *lock(&self.outage) = gone.map(|error| (self.place.clock.instant() + OUTAGE, error.clone()));
        outcome.map(|mut session| {
            session.generation = generation;
            session
        })
    }

    fn newest(&self) -> Option<Session> {
        self.idle().pop()
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Session>> {
        lock(&self.idle)
    }
}

/// Entries are only added or taken as a whole, so the value is sound whoever panicked.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A place among those who wait.
struct Waiting<'p>(&'p Pool);

impl<'p> Waiting<'p> {
    fn new(pool: &'p Pool) -> Result<Self, StoreError> {
        let places = pool.place.options.waiting;
        let place = Self(pool);
        if pool.waiting.fetch_add(1, Ordering::AcqRel) < places {
            return Ok(place);
        }
        Err(StoreError::busy(format!("all {places} places among those who wait are taken")))
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Lease<'_> {
    /// The connection.
    ///
    /// # Errors
    /// Never while the lease lives; a mistake of ours otherwise.
    pub(crate) fn session(&mut self) -> Result<&mut Session, StoreError> {
        self.session.as_mut().ok_or_else(|| StoreError::internal("a lease without its connection"))
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let Some(mut session) = self.session.take() else { return };
        if !session.is_sound() {
            if let Some(permit) = self.permit.take().filter(|_| session.is_busy()) {
                give_up(session, permit, Arc::clone(&self.pool.place));
            }
            return;
        }
        let current = self.pool.generation.load(Ordering::Acquire) == session.generation;
        if current && !self.pool.closing.load(Ordering::Acquire) {
            session.used = self.pool.place.clock.instant();
            self.pool.idle().push(session);
        }
    }
}

/// Tells the server to stop what a connection is in the middle of: it would notice that nobody listens
/// only when it is done. The connection's place becomes free after that.
fn give_up(session: Session, permit: Permit, place: Arc<Place>) {
    // Without a runtime the program ends, and with it every connection.
    let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
    runtime.spawn(async move {
        let number = session.number();
        drop(session);
        if let Ok(mut other) = place.connect().await {
            // It may have ended by itself meanwhile.
            drop(other.kill(&number).await);
            other.close().await;
        }
        drop(permit);
    });
}
