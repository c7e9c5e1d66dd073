//! Turns of writes that are in each other's way.
//!
//! The server needs a while to see a deadlock, and ends one of those in it. Where many write the same
//! rows at once, those that try again meet the next ones, until nobody's time is enough. So whoever tries
//! again has a turn, and for a while after a deadlock whoever writes several rows has one, too.
//!
//! Must not know: what is written.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// For so long after a deadlock writes of several rows take turns.
const CALM: Duration = Duration::from_secs(10);

/// Held by whoever has the turn.
pub(crate) type Turn<'a> = tokio::sync::MutexGuard<'a, ()>;

/// Who may write next.
pub(crate) struct Turns {
    turn: tokio::sync::Mutex<()>,
    deadlock: Mutex<Option<Instant>>,
}

impl Turns {
    pub(crate) fn new() -> Self {
        Self { turn: tokio::sync::Mutex::new(()), deadlock: Mutex::new(None) }
    }

    /// Writes were in each other's way.
    pub(crate) fn met(&self, now: Instant) {
        *self.deadlock.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    }

    /// Whether they were lately.
    pub(crate) fn are_taken(&self, now: Instant) -> bool {
        let deadlock = *self.deadlock.lock().unwrap_or_else(PoisonError::into_inner);
        deadlock.is_some_and(|at| now.saturating_duration_since(at) < CALM)
    }

    /// The turn, in the order in which it is asked for. Who waits for longer goes without it.
    pub(crate) async fn take(&self, limit: Duration) -> Option<Turn<'_>> {
        tokio::time::timeout(limit, self.turn.lock()).await.ok()
    }
}
