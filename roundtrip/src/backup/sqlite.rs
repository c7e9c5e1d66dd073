//! Backups of a file of SQLite: made while others write, checked, and put back.
//!
//! It must not know when they are made.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use roundtrip_store_sqlite::backup as store;

use super::{BackupError, Made, Progress, file, holder, name};

/// What is behind the name of a file that is not finished.
pub(super) const PART: &str = ".part";

/// What restoring did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What the replaced file is called now, if there was one.
    pub kept: Option<PathBuf>,
    /// Whether the replaced file could not be read.
    pub was_damaged: bool,
    /// Rows of the backup that refer to nothing.
    pub orphans: u64,
}

/// Copies the database at `database` into the new file `to`. What is there under that name afterwards
/// is whole and sound. Blocks.
///
/// # Errors
/// [`BackupError`]; then there is no such file.
pub fn backup(database: &Path, to: &Path, progress: Progress<'_>) -> Result<Made, BackupError> {
    if to.symlink_metadata().is_ok() {
        return Err(BackupError::Taken(to.to_owned()));
    }
    let part = with_end(to, PART);
    let begun = fs::File::create_new(&part);
    begun.map_err(|source| taken_or(&part, source))?;
    let made = store::copy(database, &part, progress)
        .map_err(|source| BackupError::Store { path: database.to_owned(), source })
        .and_then(|checked| {
            let named = file::rename_new(&part, to);
            named.map_err(|source| taken_or(to, source)).map(|()| checked)
        });
    match made {
        Ok(store::Checked { bytes, orphans }) => Ok(Made { file: to.to_owned(), bytes, orphans }),
        Err(error) => {
            remove(&part);
            Err(error)
        }
    }
}

/// Puts a backup in the place of `database`, which nobody may have open. What was there is kept beside
/// it. Blocks.
///
/// # Errors
/// [`BackupError`]; then everything is as it was.
pub fn restore(
    backup: &Path,
    database: &Path,
    now: Timestamp,
    progress: Progress<'_>,
) -> Result<Restored, BackupError> {
    let of_backup = |source| BackupError::Store { path: backup.to_owned(), source };
    store::check(backup).map_err(of_backup)?;
    let there = database.symlink_metadata().is_ok();
    let (held, was_damaged) = if there { hold(database)? } else { (None, false) };
    let part = with_end(database, ".restoring");
    let mut put = || -> Result<(Option<PathBuf>, u64), BackupError> {
        fs::File::create_new(&part).map_err(|source| taken_or(&part, source))?;
        let checked = store::copy(backup, &part, progress).map_err(of_backup)?;
        if held.as_ref().is_some_and(store::Held::was_wal) {
            store::to_wal(&part).map_err(of_backup)?;
        }
        let kept = if there { Some(keep(database, now)?) } else { None };
        let failed = |source| BackupError::File { path: database.to_owned(), source };
        fs::rename(&part, database).and_then(|()| file::sync_folder(database)).map_err(failed)?;
        Ok((kept, checked.orphans))
    };
    match put() {
        Ok((kept, orphans)) => Ok(Restored { kept, was_damaged, orphans }),
        Err(error) => {
            remove(&part);
            if let Some(Err(error)) = held.map(store::Held::give_back) {
                tracing::warn!(%error, "the database was not put back into its journal mode");
            }
            Err(error)
        }
    }
}

/// Makes sure that nobody uses the database; a damaged one cannot be held, and need not be.
fn hold(database: &Path) -> Result<(Option<store::Held>, bool), BackupError> {
    let in_use = |pid| BackupError::InUse { path: database.to_owned(), pid };
    // Outside WAL mode a server that is idle has no lock.
    if let Some(pid) = holder::find(database) {
        return Err(in_use(Some(pid)));
    }
    match store::hold(database) {
        Ok(held) => Ok((Some(held), false)),
        Err(store::BackupError::InUse) => Err(in_use(None)),
        Err(store::BackupError::Damaged(_)) => Ok((None, true)),
        Err(source) => Err(BackupError::Store { path: database.to_owned(), source }),
    }
}

/// Gives the present file a second name, and takes what belongs to it along. Its first name goes to the
/// backup in one step, so that there is a database at every moment.
fn keep(database: &Path, now: Timestamp) -> Result<PathBuf, BackupError> {
    let kept = database.with_file_name(name::replaced(database, now));
    let failed = |source| taken_or(&kept, source);
    for end in ["-wal", "-shm", "-journal"] {
        // Left only where the database was damaged: without its log it would be another one.
        let own = with_end(database, end);
        if own.symlink_metadata().is_ok() {
            fs::rename(own, with_end(&kept, end)).map_err(failed)?;
        }
    }
    match fs::hard_link(database, &kept) {
        Ok(()) => Ok(kept),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Err(failed(error)),
        // Some file systems have no second names.
        Err(_) => fs::rename(database, &kept).map_err(failed).map(|()| kept.clone()),
    }
}

pub(super) fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Removes what was begun; a file that cannot be removed has a name that says what it is.
fn remove(part: &Path) {
    for end in ["", "-journal", "-wal", "-shm"] {
        let _left = fs::remove_file(with_end(part, end));
    }
}

pub(super) fn taken_or(path: &Path, source: std::io::Error) -> BackupError {
    if source.kind() == std::io::ErrorKind::AlreadyExists {
        BackupError::Taken(path.to_owned())
    } else {
        BackupError::File { path: path.to_owned(), source }
    }
}
