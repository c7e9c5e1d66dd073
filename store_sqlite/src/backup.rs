//! Copies a database as it is at one moment, while others go on writing to it; checks copies; and takes
//! hold of a database that is to be replaced.
//!
//! SQLite's backup interface rather than `VACUUM INTO`: it copies pages as they are, several times as
//! fast, and keeps the row ids of tables without an integer key. A read transaction is held around all
//! of its steps. In a project's database (WAL) that hinders no writer, the steps show how far the copy
//! is, and none of them begins again when somebody writes, as they would without it. In any other
//! journal mode writers wait until the copy is done.
//!
//! Must not know: where copies are kept, and when they are made.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use thiserror::Error;

/// Pages that are copied between two looks at the progress: 4 MiB of the usual size.
const STEP_PAGES: i32 = 1024;

/// How long to wait for somebody else's lock.
const PATIENCE: Duration = Duration::from_secs(10);

/// So many findings of a check are told.
const MOST_TOLD: usize = 10;

/// Why there is no copy, or why a file cannot be used.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The database or the copy cannot be opened, read or written.
    #[error("{0}")]
    Database(#[from] rusqlite::Error),
    /// The copy cannot be brought to the disk.
    #[error("the copy cannot be brought to the disk: {0}")]
    Disk(#[from] std::io::Error),
    /// `PRAGMA integrity_check` found something.
    #[error("the file is damaged: {}", .0.join("; "))]
    Damaged(Vec<String>),
    /// Somebody has the database open.
    #[error("another program has it open")]
    InUse,
}

/// What is known of a sound file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    /// How large it is.
    pub bytes: u64,
    /// Rows that refer to a row that is not there. SQLite checks references only for programs that ask
    /// for it, so a database may hold such rows, and a copy of it holds the same.
    pub orphans: u64,
}

/// Copies the database at `from` into the new file `to`, checks the copy and brings it to the disk.
/// `progress` is told pages copied and pages in all.
///
/// # Errors
/// [`BackupError`]; then `to` may hold part of a copy.
pub fn copy(from: &Path, to: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<Checked, BackupError> {
    let source = open_to_read(from)?;
    let mut copy =
        Connection::open_with_flags(to, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    // The moment of the copy: whatever is committed from here on is not in it.
    source.execute_batch("BEGIN")?;
    source.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    {
        let backup = Backup::new(&source, &mut copy)?;
        loop {
            let step = backup.step(STEP_PAGES)?;
            let pages = backup.progress();
            let count = |pages: i32| u64::try_from(pages).unwrap_or_default();
            progress(count(pages.pagecount - pages.remaining), count(pages.pagecount));
            match step {
                StepResult::Done => break,
                StepResult::More => {}
                // The read transaction keeps every lock that a step needs; nobody else knows the copy.
                StepResult::Busy | StepResult::Locked | _ => return Err(BackupError::InUse),
            }
        }
    }
    source.execute_batch("ROLLBACK")?;
    // One file that can be read from any disk, rather than one that wants a log beside it.
    copy.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(()))?;
    let orphans = check_open(&copy)?;
    copy.close().map_err(|(_, error)| error)?;
    let file = File::open(to)?;
    file.sync_all()?;
    Ok(Checked { bytes: file.metadata()?.len(), orphans })
}

/// Whether a file is a sound database.
///
/// # Errors
/// [`BackupError::Damaged`] with the first findings, [`BackupError::Database`] when it is none.
pub fn check(path: &Path) -> Result<Checked, BackupError> {
    let orphans = check_open(&open_to_read(path)?)?;
    Ok(Checked { bytes: std::fs::metadata(path)?.len(), orphans })
}

/// A database that nobody else has open, and that nobody can open until this is dropped.
#[derive(Debug)]
pub struct Held {
    connection: Connection,
    wal: bool,
}

/// Takes hold of a database that is to be replaced. Its write-ahead log is folded back first, so that
/// the file alone is the whole database.
///
/// # Errors
/// [`BackupError::InUse`] while any program has it open in WAL mode, or has a lock on it in another
/// mode; [`BackupError::Damaged`] when it cannot be read at all.
pub fn hold(path: &Path) -> Result<Held, BackupError> {
    let held = || -> rusqlite::Result<Held> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        distrust(&connection)?;
        let mode: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
        let wal = mode == "wal";
        if wal {
            // Only who is alone may leave WAL mode: a server that is idle has no lock, but is not gone.
            connection.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(()))?;
        }
        connection.execute_batch("BEGIN EXCLUSIVE")?;
        Ok(Held { connection, wal })
    };
    held().map_err(|error| match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => BackupError::InUse,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            BackupError::Damaged(vec![error.to_string()])
        }
        _ => BackupError::Database(error),
    })
}

impl Held {
    /// Whether it was in WAL mode, and gives it back as it was found, in that mode.
    ///
    /// # Errors
    /// [`BackupError::Database`] when the mode cannot be set again.
    pub fn give_back(self) -> Result<(), BackupError> {
        self.connection.execute_batch("ROLLBACK")?;
        if self.wal {
            self.connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
        }
        Ok(())
    }

    /// Whether it was in WAL mode.
    pub fn was_wal(&self) -> bool {
        self.wal
    }
}

/// Puts a file that nobody uses yet into WAL mode.
///
/// # Errors
/// [`BackupError::Database`] when that is not possible.
pub fn to_wal(path: &Path) -> Result<(), BackupError> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    Ok(connection.close().map_err(|(_, error)| error)?)
}

fn open_to_read(path: &Path) -> rusqlite::Result<Connection> {
    let open = |access| -> rusqlite::Result<Connection> {
        let connection = Connection::open_with_flags(path, access)?;
        connection.busy_timeout(PATIENCE)?;
        distrust(&connection)?;
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(connection)
    };
    open(OpenFlags::SQLITE_OPEN_READ_ONLY).or_else(|error| match error.sqlite_error_code() {
        // After a crash the log has to be read back first, which takes the right to write.
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen) if path.exists() => {
            open(OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(|_second| error)
        }
        _ => Err(error),
    })
}

/// A file of unknown origin must not reach through its views and triggers for more than SQL.
fn distrust(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true).map(drop)
}

/// Checks every page and every index; counts rows that refer to nothing.
fn check_open(connection: &Connection) -> Result<u64, BackupError> {
    crate::function::register(connection)?;
    let findings: Vec<String> = {
        let mut statement = connection.prepare(&format!("PRAGMA integrity_check({MOST_TOLD})"))?;
        let rows = statement.query_map([], |row| row.get(0))?;
        rows.collect::<rusqlite::Result<_>>().map_err(|error| match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt) => BackupError::Damaged(vec![error.to_string()]),
            _ => BackupError::Database(error),
        })?
    };
    if findings.len() != 1 || findings.iter().any(|line| line != "ok") {
        return Err(BackupError::Damaged(findings));
    }
    let orphans =
        connection.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get::<_, i64>(0));
    match orphans {
        Ok(count) => Ok(u64::try_from(count).unwrap_or_default()),
        // A reference to a table that was never made: SQLite lets that stand.
        Err(error) if matches!(error.sqlite_error_code(), Some(ErrorCode::Unknown)) => Ok(0),
        Err(error) => Err(error.into()),
    }
}
