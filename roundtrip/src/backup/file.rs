//! Files that appear whole or not at all, and never over another.
//!
//! It must not know what is in them.

use std::fs::{self, File};
use std::io::{self, Error, ErrorKind};
use std::path::Path;

use super::sqlite::{PART, taken_or, with_end};
use super::{BackupError, Made};

/// Gives a finished file its name, unless something has that name; then brings the name to the disk.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`], or why it could not be renamed; then it is still called as before.
pub(crate) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    // A second name is refused where one is, in one step; renaming would replace it.
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from)?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(error),
        // Some file systems have no second names. Nobody but us makes files called so.
        Err(_) if to.symlink_metadata().is_err() => fs::rename(from, to)?,
        Err(_) => return Err(Error::from(ErrorKind::AlreadyExists)),
    }
    sync_folder(to)
}

/// Has `write` fill the new file `to`, which gets its name when it is written and on the disk.
///
/// # Errors
/// [`BackupError`]; then there is no such file.
pub(super) fn new_by(
    to: &Path,
    write: impl FnOnce(&Path) -> Result<(), BackupError>,
) -> Result<Made, BackupError> {
    if to.symlink_metadata().is_ok() {
        return Err(BackupError::Taken(to.to_owned()));
    }
    let part = with_end(to, PART);
    let failed = |source: Error| taken_or(to, source);
    // A tool opens it by name: made here, so that nobody's file is written over.
    File::create_new(&part).map_err(|source| taken_or(&part, source))?;
    let made = write(&part).and_then(|()| {
        let file = File::open(&part).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        let bytes = file.metadata().map_err(failed)?.len();
        rename_new(&part, to).map_err(failed)?;
        Ok(Made { file: to.to_owned(), bytes, orphans: 0 })
    });
    if made.is_err() {
        let _left = fs::remove_file(&part);
    }
    made
}

/// Brings the names in a file's folder to the disk.
pub(crate) fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        // Where a folder cannot be opened like a file, the system keeps its names by itself.
        Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::InvalidInput) => Ok(()),
        synced => synced,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_never_takes_a_name_that_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let (new, old) = (folder.path().join("new"), folder.path().join("old"));
        fs::write(&new, "new").unwrap();
        fs::write(&old, "old").unwrap();
        assert_eq!(rename_new(&new, &old).unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&old).unwrap(), "old");
        rename_new(&new, &folder.path().join("other")).unwrap();
        assert!(!new.exists() && folder.path().join("other").exists());
    }
}
