//! Notices what other programs do to the database file.
//!
//! `PRAGMA data_version` changes, as one connection sees it, whenever another connection has changed
//! the file. The writer asks on its own connection, so this program's own writes never count.
//!
//! Must not know: what is done about it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;

/// How often others have changed something, as far as noticed.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    rows: AtomicU64,
    structure: AtomicU64,
}

impl Changes {
    /// Rises with every noticed change.
    pub(crate) fn external(&self) -> u64 {
        self.rows.load(Ordering::Acquire)
    }

    /// Rises with every noticed change that also changed the structure.
    pub(crate) fn structure(&self) -> u64 {
        self.structure.load(Ordering::Acquire)
    }
}

/// What was seen last, and when.
pub(crate) struct Watch {
    changes: Arc<Changes>,
    every: Duration,
    looked: Instant,
    seen: Option<Versions>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Versions {
    data: i64,
    structure: i64,
}

impl Watch {
    /// Takes the first look.
    pub(crate) fn new(connection: &Connection, changes: Arc<Changes>, every: Duration, now: Instant) -> Self {
        Self { changes, every, looked: now, seen: versions(connection).ok() }
    }

    /// How long nothing needs to be looked at.
    pub(crate) fn pause(&self, now: Instant) -> Duration {
        self.every.saturating_sub(now.saturating_duration_since(self.looked))
    }

    /// Looks, if it is time.
    pub(crate) fn look(&mut self, connection: &Connection, now: Instant) {
        if self.pause(now) > Duration::ZERO {
            return;
        }
        self.looked = now;
        // A lock in the way, or a file that is gone for now: the next look will tell.
        let Ok(found) = versions(connection) else { return };
        let before = self.seen.replace(found);
        if before.is_some_and(|before| before.structure != found.structure) {
            self.changes.structure.fetch_add(1, Ordering::AcqRel);
        }
        if before.is_some_and(|before| before.data != found.data) {
            self.changes.rows.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// Takes what this program itself did to the structure as seen.
    pub(crate) fn own_structure(&mut self, connection: &Connection) {
        let Ok(found) = versions(connection) else { return };
        if let Some(seen) = &mut self.seen {
            seen.structure = found.structure;
        }
    }
}

fn versions(connection: &Connection) -> rusqlite::Result<Versions> {
    let number = |pragma| connection.prepare_cached(pragma)?.query_row([], |row| row.get(0));
    Ok(Versions { data: number("PRAGMA data_version")?, structure: number("PRAGMA schema_version")? })
}
