//! Opens connections: a project's database, or a guest's, for writing and for reading.
//!
//! A project's database is ours: it is created, kept in WAL mode and synchronised as the settings
//! say. Somebody else's database is a guest's house: reading opens it read-only and changes nothing,
//! writing keeps its journal mode and always waits for the disk.
//!
//! Must not know: plans.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use roundtrip_journey::Clock;
use roundtrip_store::StoreError;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use crate::deadline::Deadline;
use crate::error;
use crate::function;
use crate::options::{Durability, Options};

/// Whose database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A project's own: created where there is none.
    Project,
    /// A guest's, to be read and never changed.
    GuestRead,
    /// A guest's, to be read and written.
    GuestWrite,
}

/// Which database, how, and with which limits.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) path: PathBuf,
    pub(crate) mode: Mode,
    pub(crate) options: Options,
    pub(crate) clock: Arc<dyn Clock>,
}

/// A connection with the limit that interrupts what runs on it.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) connection: Connection,
    pub(crate) deadline: Arc<Deadline>,
}

impl Place {
    /// The connection that writes, watches, and changes the structure; in a guest's database that is
    /// only read, it can do no more than the others.
    pub(crate) fn writer(&self) -> Result<Session, StoreError> {
        let access = match self.mode {
            Mode::Project => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
            Mode::GuestWrite => OpenFlags::SQLITE_OPEN_READ_WRITE,
            Mode::GuestRead => OpenFlags::SQLITE_OPEN_READ_ONLY,
        };
        let open = || -> rusqlite::Result<Session> {
            let session = self.open(access, self.options.busy_timeout)?;
            self.settle(&session.connection)?;
            Ok(session)
        };
        open().map_err(|error| error::unavailable(&error, &self.path))
    }

    /// A connection that cannot write.
    pub(crate) fn reader(&self) -> Result<Session, StoreError> {
        self.reading(self.options.busy_timeout).map_err(|error| error::unavailable(&error, &self.path))
    }

    /// A connection for reads on a caller's thread: it cannot write, and never sleeps for a lock.
    pub(crate) fn inline_reader(&self) -> rusqlite::Result<Session> {
        self.reading(Duration::ZERO)
    }

    fn reading(&self, busy_timeout: Duration) -> rusqlite::Result<Session> {
        let access = match self.mode {
            // Not read-only: who reads a WAL database first after a crash has to recover it.
            Mode::Project | Mode::GuestWrite => OpenFlags::SQLITE_OPEN_READ_WRITE,
            Mode::GuestRead => OpenFlags::SQLITE_OPEN_READ_ONLY,
        };
        let session = self.open(access, busy_timeout)?;
        session.connection.pragma_update(None, "query_only", true)?;
        Ok(session)
    }

    /// What every connection has.
    fn open(&self, access: OpenFlags, busy_timeout: Duration) -> rusqlite::Result<Session> {
        // No URI: a file called `a?b.db` is a file called so. No mutex: a connection has one thread at a time.
        let mut connection =
            Connection::open_with_flags(&self.path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(busy_timeout)?;
        // A hostile file must not reach through its views and triggers for what only we should call.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        // Otherwise SQLite, which looks at bound values to plan, prepares a kept statement anew for each.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.set_limit(
            Limit::SQLITE_LIMIT_LENGTH,
            i32::try_from(self.options.answer_bytes).unwrap_or(i32::MAX),
        )?;
        connection.set_prepared_statement_cache_capacity(self.options.statements);
        connection.pragma_update(None, "cache_size", format!("-{}", self.options.cache_kib_each()))?;
        connection.pragma_update(None, "foreign_keys", true)?;
        function::register(&connection)?;
        let deadline = Deadline::install(&mut connection, Arc::clone(&self.clock))?;
        Ok(Session { connection, deadline })
    }

    /// How a writer is set up, after which the file has been read at least once.
    fn settle(&self, connection: &Connection) -> rusqlite::Result<()> {
        if self.mode == Mode::Project {
            let mode: String =
                connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
            if mode != "wal" {
                tracing::warn!(
                    mode,
                    "the file system does not allow WAL: readers and the writer will wait for each other"
                );
            }
        }
        if self.mode != Mode::GuestRead {
            let synchronous = match (self.mode, self.options.durability) {
                (Mode::Project, Durability::Normal) => "normal",
                _ => "full",
            };
            connection.pragma_update(None, "synchronous", synchronous)?;
        }
        // Opening reads nothing: only this tells whether the file is a database.
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use roundtrip_journey::SystemClock;

    use super::*;

    #[test]
    fn a_connection_is_set_up_for_its_house() {
        let folder = tempfile::tempdir().unwrap();
        let normal = Options { durability: Durability::Normal, ..Options::default() };
        // SQLite's numbers: 1 is NORMAL, 2 is FULL.
        for (name, mode, options, journal, synchronous) in [
            ("full", Mode::Project, Options::default(), "wal", 2),
            ("normal", Mode::Project, normal.clone(), "wal", 1),
            ("guest", Mode::GuestWrite, normal, "delete", 2),
        ] {
            let path = folder.path().join(name);
            if mode != Mode::Project {
                Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (id)").unwrap();
            }
            let place = Place { path, mode, options, clock: Arc::new(SystemClock) };
            let (writer, reader) = (place.writer().unwrap().connection, place.reader().unwrap().connection);
            let text: String = writer.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
            let number = |connection: &Connection, pragma: &str| -> i64 {
                connection.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0)).unwrap()
            };
            assert_eq!((text.as_str(), number(&writer, "synchronous")), (journal, synchronous), "{name}");
            assert_eq!((number(&writer, "foreign_keys"), number(&writer, "trusted_schema")), (1, 0));
            assert_eq!((number(&writer, "query_only"), number(&reader, "query_only")), (0, 1));
            assert!(reader.execute_batch("CREATE TABLE u (id)").is_err());
        }
    }
}
