//! How much of everything: every pool, cache and wait of this store has its limit here.
//!
//! Must not know: where the numbers come from; the binary fills them in from the settings.

use std::time::Duration;

/// What may be done with the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Read and write.
    ReadWrite,
    /// Read only: every session is told so, and the server refuses the rest.
    ReadOnly,
}

/// The limits of a store. [`Options::default`] is what the settings default to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Connections to the server, at most.
    pub connections: usize,
    /// Calls that may wait for a connection; one more is refused at once.
    pub waiting: usize,
    /// How long a call may wait for a connection.
    pub wait_timeout: Duration,
    /// How long the server may take to accept a connection and to set it up.
    pub connect_timeout: Duration,
    /// How long one statement may run.
    pub statement_timeout: Duration,
    /// How often a write may lose to others (a deadlock, a lock that did not come) before those give way
    /// to it. It is tried again for as long as a statement may run.
    pub attempts: u32,
    /// How long a load may let its transaction wait for the next batch.
    pub load_pause: Duration,
    /// Shapes of plans whose SQL is kept, for all connections together.
    pub shapes: usize,
    /// Prepared statements that each connection keeps. Never none: the driver would leave every
    /// statement open on the server.
    pub statements: usize,
    /// The most bytes of one answer.
    pub answer_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connections: 16,
            waiting: 4_096,
            wait_timeout: Duration::from_secs(3),
            connect_timeout: Duration::from_secs(2),
            statement_timeout: Duration::from_secs(5),
            attempts: 4,
            load_pause: Duration::from_mins(1),
            shapes: 4_096,
            statements: 256,
            answer_bytes: 256 << 20,
        }
    }
}

impl Options {
    /// Connections that writes may have at once: all but a quarter, and at least two, which are left to
    /// reads.
    pub(crate) fn writing(&self) -> usize {
        let connections = self.connections.clamp(1, tokio::sync::Semaphore::MAX_PERMITS);
        connections.saturating_sub((connections / 4).max(2)).max(1)
    }

    /// The time limit of a statement in whole seconds, for waits that know no fractions.
    pub(crate) fn statement_seconds(&self) -> u64 {
        u64::try_from(self.statement_timeout.as_millis().div_ceil(1_000)).unwrap_or(u64::MAX).max(1)
    }
}
