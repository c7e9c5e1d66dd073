//! How much of everything: every queue, cache and wait of this store has its limit here.
//!
//! Must not know: where the numbers come from; the binary fills them in from the settings.

use std::num::NonZeroUsize;
use std::time::Duration;

/// Whether the store may change the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// It may.
    #[default]
    Write,
    /// Every transaction is read-only, and the server sees to it.
    Read,
}

/// The limits of a store. [`Options::default`] is what the settings default to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Whether the store may change the database.
    pub mode: Mode,
    /// Connections; 0 takes two for each core, at least two and at most sixteen.
    pub connections: usize,
    /// Statements that may be on their way on one connection at once.
    pub pipeline: usize,
    /// Callers that may wait for a place on a connection; one more is refused at once.
    pub queue: usize,
    /// How long a caller waits for a place on a connection.
    pub wait: Duration,
    /// How long it may take to open a connection.
    pub connect_timeout: Duration,
    /// How long one plan may run.
    pub statement_timeout: Duration,
    /// How long a load may let its transaction wait for its next batch.
    pub load_pause: Duration,
    /// Shapes of plans whose SQL is kept, for all connections together.
    pub shapes: usize,
    /// Prepared statements that each connection keeps.
    pub statements: usize,
    /// The most bytes of one answer.
    pub answer_bytes: usize,
    /// The schemas of the database that are served, the first one by default; none means `public`.
    pub schemas: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            mode: Mode::Write,
            connections: 0,
            pipeline: 32,
            queue: 4_096,
            wait: Duration::from_secs(2),
            connect_timeout: Duration::from_secs(2),
            statement_timeout: Duration::from_secs(5),
            load_pause: Duration::from_mins(1),
            shapes: 4_096,
            statements: 256,
            answer_bytes: 256 << 20,
            schemas: Vec::new(),
        }
    }
}

/// How much longer than the server a plan is waited for, so that where both could end it the server
/// does: that leaves the connection in a known state.
const GRACE: Duration = Duration::from_millis(250);

impl Options {
    /// After how long nothing more is waited for, whatever the server does.
    pub(crate) fn patience(&self) -> Duration {
        self.statement_timeout + GRACE
    }

    /// How many connections there are at most.
    pub(crate) fn connections(&self) -> usize {
        match self.connections {
            0 => {
                let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
                (cores * 2).clamp(2, 16)
            }
            connections => connections,
        }
    }

    /// The schema whose tables go by their names alone.
    pub(crate) fn schema(&self) -> &str {
        self.schemas.first().map_or("public", String::as_str)
    }
}
