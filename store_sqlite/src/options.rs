//! How much of everything: every queue, cache and wait of this store has its limit here.
//!
//! Must not know: where the numbers come from; the binary fills them in from the settings.

use std::num::NonZeroUsize;
use std::time::Duration;

/// What an acknowledged write survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// A power loss: `synchronous=FULL`.
    #[default]
    Full,
    /// A crash of the program, not of the machine: `synchronous=NORMAL`.
    Normal,
}

/// The limits of a store. [`Options::default`] is what the settings default to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// What an acknowledged write survives. A guest's database is always written with `FULL`.
    pub durability: Durability,
    /// Threads that read; 0 takes as many as the machine has cores.
    pub readers: usize,
    /// Connections for point reads on the caller's own thread; 0 sends every read to a reader thread.
    pub inline_readers: usize,
    /// Reads that may wait; one more is refused at once.
    pub read_queue: usize,
    /// Writes that may wait; one more is refused at once.
    pub write_queue: usize,
    /// Writes that may share one commit.
    pub group_max: usize,
    /// How long one plan may run.
    pub statement_timeout: Duration,
    /// How long a point read may hold the caller's thread before a reader thread does it over.
    pub inline_timeout: Duration,
    /// How long to wait for a lock that another process holds.
    pub busy_timeout: Duration,
    /// How often to look whether another process has written.
    pub external_change_poll: Duration,
    /// How long a load may let the writer wait for its next batch.
    pub load_pause: Duration,
    /// The page caches of all connections together, in MiB.
    pub cache_mb: u32,
    /// Shapes of plans whose SQL is kept, for all connections together.
    pub shapes: usize,
    /// Prepared statements that each connection keeps.
    pub statements: usize,
    /// The most bytes of one answer, and of one value inside SQLite.
    pub answer_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            durability: Durability::Full,
            readers: 0,
            inline_readers: 4,
            read_queue: 4_096,
            write_queue: 4_096,
            group_max: 256,
            statement_timeout: Duration::from_secs(5),
            inline_timeout: Duration::from_millis(20),
            busy_timeout: Duration::from_secs(5),
            external_change_poll: Duration::from_millis(100),
            load_pause: Duration::from_mins(1),
            cache_mb: 64,
            shapes: 4_096,
            statements: 256,
            answer_bytes: 256 << 20,
        }
    }
}

/// What one plan may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) time: Duration,
    pub(crate) bytes: usize,
}

impl Options {
    /// What one plan may take on a thread of the store's own.
    pub(crate) fn limits(&self) -> Limits {
        Limits { time: self.statement_timeout, bytes: self.answer_bytes }
    }

    /// What one plan may take on a caller's thread.
    pub(crate) fn inline_limits(&self) -> Limits {
        Limits { time: self.inline_timeout, bytes: self.answer_bytes }
    }

    /// How many threads read.
    pub(crate) fn reader_threads(&self) -> usize {
        match self.readers {
            0 => std::thread::available_parallelism().map_or(2, NonZeroUsize::get),
            readers => readers,
        }
    }

    /// Each connection's part of the page cache, in KiB.
    pub(crate) fn cache_kib_each(&self) -> u64 {
        let connections = self.reader_threads() + self.inline_readers + 1;
        (u64::from(self.cache_mb) * 1024 / connections as u64).max(256)
    }
}
