//! What a call takes from outside the program besides its bytes: the time and randomness.
//!
//! Everything that needs either takes a [`World`], a [`Clock`] or an [`Entropy`] as a parameter,
//! so that a test can hold both still. This is the only module that reads the real ones.
//!
//! Must not know: who asks, and what for.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// The time, as a monotonic instant (to measure) and as a point in history (to store).
pub trait Clock: fmt::Debug + Send + Sync {
    /// A point on the monotonic clock; only differences mean something.
    fn instant(&self) -> Instant;

    /// The date and time, UTC, nanoseconds.
    fn now(&self) -> Timestamp;
}

/// Unpredictable bytes, good enough for tokens and keys.
pub trait Entropy: fmt::Debug + Send + Sync {
    /// Fills all of `bytes`.
    fn fill(&self, bytes: &mut [u8]);

    /// A UUID version 7 (RFC 9562, section 5.7) for the moment `now`.
    ///
    /// The twelve bits after the millisecond hold its fraction (RFC 9562, section 6.2, method 3),
    /// so that ids made one after another sort in that order down to a quarter of a microsecond.
    /// Not a counter: nodes share none, and a shared counter would be a lock. A moment before
    /// 1970 counts as 1970.
    fn uuid_v7(&self, now: Timestamp) -> Uuid {
        let mut random = [0_u8; 10];
        self.fill(&mut random);
        let milliseconds = u64::try_from(now.as_millisecond()).unwrap_or(0);
        let fraction_ns = u64::try_from(now.subsec_nanosecond()).unwrap_or(0) % 1_000_000;
        let [_, _, _, _, _, _, high, low] = (fraction_ns * 4096 / 1_000_000).to_be_bytes();
        random[0] = high;
        random[1] = low;
        uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid()
    }

    /// A UUID version 4 (RFC 9562, section 5.4): random but for its six fixed bits.
    fn uuid_v4(&self) -> Uuid {
        let mut random = [0_u8; 16];
        self.fill(&mut random);
        uuid::Builder::from_random_bytes(random).into_uuid()
    }
}

/// Clock and randomness together; cheap to clone.
#[derive(Debug, Clone)]
pub struct World {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Unpredictable bytes.
    pub entropy: Arc<dyn Entropy>,
}

impl World {
    /// The real world: the machine's clocks and the operating system's randomness.
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy) }
    }

    /// A world for tests: it is 2026-01-01T00:00:00Z until the returned clock is advanced, and
    /// the same `seed` gives the same bytes.
    pub fn fixed(seed: u64) -> (Self, Arc<FixedClock>) {
        let clock = Arc::new(FixedClock::new(Timestamp::constant(1_767_225_600, 0)));
        let world =
            Self { clock: Arc::<FixedClock>::clone(&clock), entropy: Arc::new(SeededEntropy::new(seed)) };
        (world, clock)
    }
}

/// The machine's clocks.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everything else is given")]
    fn instant(&self) -> Instant {
        Instant::now()
    }

    #[expect(clippy::disallowed_methods, reason = "this is the clock that everything else is given")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The operating system's randomness, asked for in blocks.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

/// Randomness that was fetched and not yet given away. `left` counts from the end.
struct Pool {
    bytes: [u8; Self::SIZE],
    left: usize,
}

impl Pool {
    const SIZE: usize = 512;

    const EMPTY: Self = Self { bytes: [0; Self::SIZE], left: 0 };

    /// Moves bytes out, so that none is given twice and none stays in memory. At most
    /// [`Pool::SIZE`] may be asked for.
    fn take(&mut self, wanted: &mut [u8]) {
        if self.left < wanted.len() {
            fill_from_system(&mut self.bytes);
            self.left = Self::SIZE;
        }
        let rest = self.left - wanted.len();
        let given = &mut self.bytes[rest..self.left];
        wanted.copy_from_slice(given);
        given.fill(0);
        self.left = rest;
    }
}

thread_local! {
    static POOL: RefCell<Pool> = const { RefCell::new(Pool::EMPTY) };
}

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        // A system call for every id would be a good part of a fast call's time; one in thirty is not.
        let pooled = bytes.len() <= Pool::SIZE
            && POOL
                .try_with(|pool| pool.try_borrow_mut().map(|mut pool| pool.take(bytes)))
                .is_ok_and(|taken| taken.is_ok());
        if !pooled {
            fill_from_system(bytes);
        }
    }
}

fn fill_from_system(bytes: &mut [u8]) {
    // Going on without randomness would make guessable tokens, which is worse than stopping.
    getrandom::fill(bytes).expect("the operating system gives randomness once it has started");
}

/// A clock that stands still until it is told to advance. Never goes back.
#[derive(Debug)]
pub struct FixedClock {
    base: Instant,
    epoch: Timestamp,
    elapsed_ns: AtomicU64,
}

impl FixedClock {
    /// A clock that shows `epoch`.
    #[expect(
        clippy::disallowed_methods,
        reason = "an Instant can be made in no other way; only differences count"
    )]
    pub fn new(epoch: Timestamp) -> Self {
        Self { base: Instant::now(), epoch, elapsed_ns: AtomicU64::new(0) }
    }

    /// Moves both the instant and the date forward.
    pub fn advance(&self, by: Duration) {
        let nanoseconds = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
        self.elapsed_ns.fetch_add(nanoseconds, Ordering::SeqCst);
    }

    fn elapsed(&self) -> Duration {
        Duration::from_nanos(self.elapsed_ns.load(Ordering::SeqCst))
    }
}

impl Clock for FixedClock {
    fn instant(&self) -> Instant {
        self.base.checked_add(self.elapsed()).unwrap_or(self.base)
    }

    fn now(&self) -> Timestamp {
        SignedDuration::try_from(self.elapsed())
            .ok()
            .and_then(|elapsed| self.epoch.checked_add(elapsed).ok())
            .unwrap_or(Timestamp::MAX)
    }
}

/// Bytes that look random and are the same in every run. For tests only: anyone can predict them.
#[derive(Debug)]
pub struct SeededEntropy {
    state: AtomicU64,
}

impl SeededEntropy {
    /// The sequence that belongs to `seed`.
    pub fn new(seed: u64) -> Self {
        Self { state: AtomicU64::new(seed) }
    }

    /// The next number of SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number
    /// Generators", 2014).
    fn next(&self) -> u64 {
        const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
        let mut mixed = self.state.fetch_add(GOLDEN, Ordering::SeqCst).wrapping_add(GOLDEN);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_fixed_world_is_the_same_in_every_run() {
        let ids = |seed| {
            let (world, clock) = World::fixed(seed);
            clock.advance(Duration::from_millis(1500));
            (world.entropy.uuid_v7(world.clock.now()), world.entropy.uuid_v4())
        };
        assert_eq!(ids(7), ids(7));
        assert_ne!(ids(7), ids(8));
    }

    #[test]
    fn the_fixed_clock_advances_both_times_alike() {
        let (world, clock) = World::fixed(0);
        let (instant, now) = (world.clock.instant(), world.clock.now());
        assert_eq!(now.to_string(), "2026-01-01T00:00:00Z");
        clock.advance(Duration::from_millis(2_500));
        assert_eq!(world.clock.instant() - instant, Duration::from_millis(2_500));
        assert_eq!(world.clock.now().to_string(), "2026-01-01T00:00:02.5Z");
        clock.advance(Duration::MAX);
        let _far = (world.clock.instant(), world.clock.now());
    }

    #[test]
    fn uuids_carry_their_version_and_sort_by_time() {
        let (world, clock) = World::fixed(1);
        assert_eq!(world.entropy.uuid_v4().get_version_num(), 4);
        let mut before = world.entropy.uuid_v7(world.clock.now());
        for step_ns in [1_000, 250, 999_000, 1_000_000, 5_000_000_000] {
            clock.advance(Duration::from_nanos(step_ns));
            let next = world.entropy.uuid_v7(world.clock.now());
            assert_eq!(next.get_version_num(), 7);
            assert_eq!(next.get_variant(), uuid::Variant::RFC4122);
            assert!(before < next, "{before} {next} after {step_ns} ns");
            before = next;
        }
        assert_eq!(world.entropy.uuid_v7(Timestamp::MIN).as_bytes()[..6], [0; 6]);
    }

    #[test]
    fn the_systems_randomness_never_repeats_and_fills_every_length() {
        let mut seen = HashSet::new();
        for _ in 0..10_000 {
            assert!(seen.insert(SystemEntropy.uuid_v4()));
        }
        for length in [0, 1, 511, 512, 513, 5_000] {
            let mut bytes = vec![0; length];
            SystemEntropy.fill(&mut bytes);
            assert!(length < 16 || bytes.iter().any(|byte| *byte != 0), "{length}");
        }
    }
}
