//! The time limit of a statement.
//!
//! SQLite asks a progress handler every so many steps of its machine whether to go on. The handler is
//! installed once per connection and looks at a shared moment, because installing one per statement
//! would cost every point read an allocation.
//!
//! Must not know: what runs under the limit.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use roundtrip_journey::Clock;
use rusqlite::Connection;

/// Steps of SQLite's machine between two looks at the clock: some 20 µs.
const STEPS: i32 = 1_000;

/// The moment at which what runs on a connection is interrupted, if any.
#[derive(Debug)]
pub(crate) struct Deadline {
    clock: Arc<dyn Clock>,
    base: Instant,
    /// Nanoseconds after `base`; 0 is none.
    at_ns: AtomicU64,
}

impl Deadline {
    /// A deadline that `connection` will keep, none at first.
    pub(crate) fn install(connection: &mut Connection, clock: Arc<dyn Clock>) -> rusqlite::Result<Arc<Self>> {
        let base = clock.instant();
        let deadline = Arc::new(Self { clock, base, at_ns: AtomicU64::new(0) });
        let asked = Arc::clone(&deadline);
        connection.progress_handler(STEPS, Some(move || asked.is_over()))?;
        Ok(deadline)
    }

    /// From now on for so long; replaces an earlier limit.
    pub(crate) fn start(&self, limit: Duration) {
        let at = self.elapsed_ns().saturating_add(nanoseconds(limit));
        self.at_ns.store(at.max(1), Ordering::Relaxed);
    }

    /// No limit: nothing may interrupt a COMMIT or a ROLLBACK.
    pub(crate) fn clear(&self) {
        self.at_ns.store(0, Ordering::Relaxed);
    }

    fn is_over(&self) -> bool {
        let at = self.at_ns.load(Ordering::Relaxed);
        at != 0 && self.elapsed_ns() >= at
    }

    fn elapsed_ns(&self) -> u64 {
        nanoseconds(self.clock.instant().saturating_duration_since(self.base))
    }
}

/// Nanoseconds in 64 bits: good for 584 years.
pub(crate) fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
