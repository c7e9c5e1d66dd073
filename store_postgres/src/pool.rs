//! The connections, and who may use which.
//!
//! Each connection has so many places. A statement alone takes one, so that several share a connection;
//! a transaction takes all of them, and has it to itself. Places are given out in the order in which
//! they are asked for, so that neither kind of caller starves the other. One connection is never owned,
//! where there are several, so that transactions never keep everything else waiting. A connection on
//! which nothing ends takes nothing new: who came behind a slow statement would spend its own time on it.
//!
//! Who leaves before the answer leaves a server that is still busy. The place is kept until that is over:
//! by itself soon, or else because the server was asked to stop and the connection is given up.
//!
//! A connection is opened by whoever first needs it, by one task for all who wait for it. What comes of
//! that is everybody's answer: while the server is away each caller learns so within the time that
//! opening may take, and the first after its return opens it again.
//!
//! Must not know: what is sent.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared, select_all};
use roundtrip_store::StoreError;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use crate::connect::Place;
use crate::error;
use crate::session::Session;

/// Connections to one database.
pub(crate) struct Pool {
    place: Arc<Place>,
    slots: Box<[Arc<Slot>]>,
    /// As many as may be owned at once.
    owners: Arc<Semaphore>,
    waiting: AtomicUsize,
    /// When opening a connection last failed.
    failed: Mutex<Option<Instant>>,
    closed: AtomicBool,
}

/// Room for one connection.
struct Slot {
    places: Arc<Semaphore>,
    /// Whether a transaction has it or waits for it.
    claimed: AtomicBool,
    link: Mutex<Link>,
    /// Leases on it.
    running: AtomicUsize,
    /// Something ended on it.
    moved: Notify,
    begun: Instant,
    /// When something last ended on it, or began while nothing was on its way, in milliseconds since it
    /// began.
    moved_ms: AtomicU64,
}

enum Link {
    None,
    Opening(Opening),
    Open(Arc<Session>),
}

type Opening = Shared<BoxFuture<'static, Result<Arc<Session>, StoreError>>>;

/// The use of a connection, until it is dropped.
pub(crate) struct Lease {
    pub(crate) session: Arc<Session>,
    /// Until it is dropped.
    room: Option<Room>,
    /// Whether something was begun that has not ended.
    busy: bool,
}

/// Places on a connection.
struct Room {
    slot: Arc<Slot>,
    place: Arc<Place>,
    _claim: Option<Claim>,
    // Behind the claim: who gets the places next finds the claim gone.
    _places: OwnedSemaphorePermit,
}

struct Claim {
    slot: Arc<Slot>,
    _owner: OwnedSemaphorePermit,
}

/// A connection on which nothing has ended for so long takes nothing new until something does.
const STALL_MS: u64 = 20;
/// For so long a statement whose caller has left may go on.
const SOON: Duration = Duration::from_millis(50);
/// For so long after a failure no further connection is opened as long as another one works.
const PAUSE: Duration = Duration::from_secs(1);

impl Pool {
    /// A pool that opens its connections when they are first wanted.
    pub(crate) fn new(place: Arc<Place>) -> Self {
        let slot = || {
            Arc::new(Slot {
                places: Arc::new(Semaphore::new(places(&place) as usize)),
                claimed: AtomicBool::new(false),
                link: Mutex::new(Link::None),
                running: AtomicUsize::new(0),
                moved: Notify::new(),
                begun: place.clock.instant(),
                moved_ms: AtomicU64::new(0),
            })
        };
        let slots: Box<[_]> = (0..place.options.connections().max(1)).map(|_| slot()).collect();
        Self {
            owners: Arc::new(Semaphore::new((slots.len() - 1).max(1))),
            slots,
            waiting: AtomicUsize::new(0),
            failed: Mutex::new(None),
            closed: AtomicBool::new(false),
            place,
        }
    }

    /// A place on a connection that others use too.
    pub(crate) async fn shared(&self) -> Result<Lease, StoreError> {
        self.check_open()?;
        let room = match self.free_room() {
            Some(room) => room,
            None => self.wait(self.any_room()).await?,
        };
        match self.session(&room.slot).await {
            Ok(session) => Ok(Lease::new(session, room)),
            // Perhaps the server has no more connections to give, but others of ours work.
            Err(error) => self.on_another().ok_or(error),
        }
    }

    /// A connection for the caller alone.
    pub(crate) async fn own(&self) -> Result<Lease, StoreError> {
        self.check_open()?;
        let room = self.wait(self.whole_room()).await?;
        match self.session(&room.slot).await {
            Ok(session) => Ok(Lease::new(session, room)),
            // As above; now that one could not be opened, those that are open come first.
            Err(error) if self.on_another().is_none() => Err(error),
            Err(_) => {
                drop(room);
                let room = self.wait(self.whole_room()).await?;
                Ok(Lease::new(self.session(&room.slot).await?, room))
            }
        }
    }

    /// Takes all connections out of use; what is on its way on them is still answered.
    pub(crate) fn renew(&self) {
        for slot in &self.slots {
            let mut link = slot.link();
            if matches!(&*link, Link::Open(_)) {
                *link = Link::None;
            }
        }
    }

    /// Waits until nobody uses a connection any more and ends all of them.
    pub(crate) async fn close(&self) {
        self.closed.store(true, Ordering::Release);
        let patience = self.place.options.patience() + self.place.options.wait;
        let all = self.slots.iter().map(|slot| slot.places.acquire_many(places(&self.place)));
        let _ = tokio::time::timeout(patience, futures_util::future::join_all(all)).await;
        for slot in &self.slots {
            let link = std::mem::replace(&mut *slot.link(), Link::None);
            let Link::Open(session) = link else { continue };
            // Dropping the client says goodbye; the connection ends when that is said.
            drop(session);
        }
    }

    fn check_open(&self) -> Result<(), StoreError> {
        if self.closed.load(Ordering::Acquire) { Err(StoreError::closed()) } else { Ok(()) }
    }

    /// Waits in a queue of limited length, for a limited time.
    async fn wait<T>(&self, turn: impl Future<Output = Option<T>>) -> Result<T, StoreError> {
        let options = &self.place.options;
        let waiting = Waiting::begin(&self.waiting);
        if waiting.before >= options.queue {
            return Err(error::queue_full(options.queue));
        }
        match tokio::time::timeout(options.wait, turn).await {
            Ok(Some(room)) => Ok(room),
            Ok(None) => Err(StoreError::closed()),
            Err(_elapsed) => Err(error::waited(options.wait)),
        }
    }

    /// The place that promises the quickest answer, if one is free.
    fn free_room(&self) -> Option<Room> {
        let ranked = self.slots.iter().filter_map(|slot| Some((self.rank(slot)?, slot)));
        let (_, slot) = ranked.min_by_key(|(rank, _)| *rank)?;
        let places = Arc::clone(&slot.places).try_acquire_owned().ok()?;
        Some(self.room(slot, places, None))
    }

    /// Lower is better: a connection where nothing is on its way, one that is yet to be opened, one with
    /// little on its way; `None` where there is no place.
    fn rank(&self, slot: &Slot) -> Option<u64> {
        let free = slot.places.available_permits();
        if free == 0 || slot.claimed.load(Ordering::Acquire) || slot.is_stalled(&self.place) {
            return None;
        }
        let used = u64::from(places(&self.place)).saturating_sub(free as u64);
        if !slot.is_open() {
            // Those who wait until it is open count: a burst is to be spread.
            return Some(if self.failed_lately() { u64::MAX } else { 1 + used });
        }
        Some(if used == 0 { 0 } else { 1 + used })
    }

    /// The next place on any connection.
    async fn any_room(&self) -> Option<Room> {
        let next = |slot: &Arc<Slot>| {
            let slot = Arc::clone(slot);
            async move {
                let places = Arc::clone(&slot.places).acquire_owned().await.ok()?;
                // With the place in hand, so that who waits first is served first.
                slot.until_it_moves(&self.place).await;
                Some(self.room(&slot, places, None))
            }
            .boxed()
        };
        let (room, _, _others) = select_all(self.slots.iter().map(next)).await;
        room
    }

    /// All places of a connection.
    async fn whole_room(&self) -> Option<Room> {
        let owner = Arc::clone(&self.owners).acquire_owned().await.ok()?;
        // There are never more owners than connections, so that one is free to be claimed.
        let mut ranked: Vec<_> =
            self.slots.iter().map(|slot| (self.rank(slot).unwrap_or(u64::MAX), slot)).collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        let claim = |slot: &Slot| {
            slot.claimed.compare_exchange(false, true, Ordering::AcqRel, Ordering::Acquire).is_ok()
        };
        let slot = ranked.into_iter().map(|(_, slot)| slot).find(|slot| claim(slot))?;
        let claim = Claim { slot: Arc::clone(slot), _owner: owner };
        let places = Arc::clone(&slot.places).acquire_many_owned(places(&self.place)).await.ok()?;
        Some(self.room(slot, places, Some(claim)))
    }

    fn room(&self, slot: &Arc<Slot>, places: OwnedSemaphorePermit, claim: Option<Claim>) -> Room {
        if slot.running.fetch_add(1, Ordering::AcqRel) == 0 {
            // Who joins others does not make them look quicker.
            slot.touch(&self.place);
        }
        Room { slot: Arc::clone(slot), place: Arc::clone(&self.place), _claim: claim, _places: places }
    }

    /// A place on a connection that is open already.
    fn on_another(&self) -> Option<Lease> {
        let takes_more =
            |slot: &&Arc<Slot>| !slot.claimed.load(Ordering::Acquire) && !slot.is_stalled(&self.place);
        self.slots.iter().filter(takes_more).find_map(|slot| {
            let Link::Open(session) = &*slot.link() else { return None };
            let session = Some(session).filter(|session| session.is_usable())?;
            let places = Arc::clone(&slot.places).try_acquire_owned().ok()?;
            Some(Lease::new(Arc::clone(session), self.room(slot, places, None)))
        })
    }

    /// The connection of a slot, opened if there is none.
    async fn session(&self, slot: &Arc<Slot>) -> Result<Arc<Session>, StoreError> {
        let opening = match &mut *slot.link() {
            Link::Open(session) if session.is_usable() => return Ok(Arc::clone(session)),
            Link::Opening(opening) => opening.clone(),
            link => {
                let opening = open(&self.place, slot);
                *link = Link::Opening(opening.clone());
                opening
            }
        };
        let outcome = opening.await;
        *self.failed.lock().unwrap_or_else(PoisonError::into_inner) =
            outcome.is_err().then(|| self.place.clock.instant());
        outcome
    }

    fn failed_lately(&self) -> bool {
        let failed = *self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.is_some_and(|at| self.place.clock.instant().saturating_duration_since(at) < PAUSE)
    }
}

/// Opens the connection of a slot in a task of its own: who asked for it may leave, others wait for it.
fn open(place: &Arc<Place>, slot: &Arc<Slot>) -> Opening {
    let (place, slot) = (Arc::clone(place), Arc::clone(slot));
    let task = tokio::spawn(async move {
        let outcome = place.open().await;
        // What waited for that begins now.
        slot.touch(&place);
        *slot.link() = match &outcome {
            Ok(session) => Link::Open(Arc::clone(session)),
            Err(_) => Link::None,
        };
        outcome
    });
    let outcome = async move {
        task.await.unwrap_or_else(|error| Err(StoreError::internal(format!("opening a connection: {error}"))))
    };
    outcome.boxed().shared()
}

impl Slot {
    fn link(&self) -> MutexGuard<'_, Link> {
        // A link is only replaced as a whole, so it is sound whoever panicked.
        self.link.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_open(&self) -> bool {
        matches!(&*self.link(), Link::Open(session) if session.is_usable())
    }

    /// Whether its oldest statement runs for long; one that is being opened has none.
    fn is_stalled(&self, place: &Place) -> bool {
        let silent_ms = self.age_ms(place).saturating_sub(self.moved_ms.load(Ordering::Relaxed));
        silent_ms > STALL_MS && self.running.load(Ordering::Acquire) > 0 && self.is_open()
    }

    async fn until_it_moves(&self, place: &Place) {
        loop {
            let mut moved = std::pin::pin!(self.moved.notified());
            // What ends from here on is noticed.
            moved.as_mut().enable();
            if !self.is_stalled(place) {
                return;
            }
            moved.await;
        }
    }

    fn touch(&self, place: &Place) {
        self.moved_ms.store(self.age_ms(place), Ordering::Relaxed);
    }

    fn age_ms(&self, place: &Place) -> u64 {
        milliseconds(place.clock.instant().saturating_duration_since(self.begun))
    }
}

impl Room {
    /// Takes the connection out of use, for everybody.
    fn retire(&self, session: &Arc<Session>) {
        session.retire();
        let mut link = self.slot.link();
        if matches!(&*link, Link::Open(open) if Arc::ptr_eq(open, session)) {
            *link = Link::None;
        }
        drop(link);
        // Who waits for it to move gets a new one.
        self.slot.moved.notify_waiters();
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.slot.touch(&self.place);
        self.slot.running.fetch_sub(1, Ordering::AcqRel);
        self.slot.moved.notify_waiters();
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.slot.claimed.store(false, Ordering::Release);
    }
}

impl Lease {
    fn new(session: Arc<Session>, room: Room) -> Self {
        Self { session, room: Some(room), busy: false }
    }

    /// Something is sent; until its end is told, whoever drops the lease leaves the server busy.
    pub(crate) fn begins(&mut self) {
        self.busy = true;
    }

    /// What began was answered, or the connection is gone.
    pub(crate) fn ended(&mut self) {
        self.busy = false;
    }

    /// Takes the connection out of use, for everybody.
    pub(crate) fn retire(&self) {
        if let Some(room) = &self.room {
            room.retire(&self.session);
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(room) = self.room.take().filter(|_| self.busy) else { return };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(abandon(Arc::clone(&self.session), room))),
            // The program ends.
            Err(_) => room.retire(&self.session),
        }
    }
}

/// Keeps the room of somebody who left until the server is done with what was asked.
async fn abandon(session: Arc<Session>, room: Room) {
    let over = tokio::time::timeout(SOON, session.client.check_connection()).await;
    if matches!(over, Ok(Ok(()))) {
        return;
    }
    room.retire(&session);
    if !session.client.is_closed() {
        room.place.cancel(&session).await;
    }
}

/// Somebody in the queue.
struct Waiting<'a> {
    count: &'a AtomicUsize,
    before: usize,
}

impl<'a> Waiting<'a> {
    fn begin(count: &'a AtomicUsize) -> Self {
        Self { before: count.fetch_add(1, Ordering::AcqRel), count }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::AcqRel);
    }
}

/// How many places a connection has.
fn places(place: &Place) -> u32 {
    u32::try_from(place.options.pipeline.max(1)).unwrap_or(u32::MAX >> 4)
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
