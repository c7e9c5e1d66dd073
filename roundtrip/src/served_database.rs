//! A database that is served without a project: somebody else's, so nothing in it is changed.
//!
//! It must not open the database; it looks at the file.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use roundtrip_schema::nearest::nearest;
use roundtrip_schema::{Access, Action, Resource, Rule, Schema};
use roundtrip_settings::{PublicAccess, Settings};

use crate::error::Error;

/// How every SQLite database begins.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// The usual endings of database files.
const ENDINGS: [&str; 5] = ["db", "sqlite", "sqlite3", "db3", "s3db"];

/// So many names of a folder are looked at for one that may have been meant.
const MOST_NAMES: usize = 10_000;

/// So many of them are listed.
const MOST_LISTED: usize = 5;

/// Whether the file is there and begins like a database.
///
/// # Errors
/// [`Error::NoFile`], [`Error::NotADatabase`], [`Error::Read`].
pub fn check(path: &Path) -> Result<(), Error> {
    let mut start = Vec::with_capacity(MAGIC.len());
    match File::open(path).and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut start)) {
        // A file without a byte is a database without a table: that is how SQLite makes them.
        Ok(0) => Ok(()),
        Ok(_) if start == MAGIC => Ok(()),
        Ok(_) => Err(Error::NotADatabase(path.to_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(missing(path)),
        Err(source) => Err(Error::Read { path: path.to_owned(), source }),
    }
}

/// What is said about a path where nothing is.
pub fn missing(path: &Path) -> Error {
    Error::NoFile { path: path.to_owned(), near: near(path) }
}

/// What may have been meant by the name of a file that is not there.
fn near(path: &Path) -> Option<String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Some(format!("There is no folder {} either", folder.display()));
    };
    let mut names: Vec<String> = entries
        .take(MOST_NAMES)
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .collect();
    names.sort();
    let typed = path.file_name()?.to_string_lossy();
    if let Some(near) = nearest(&typed, names.iter().map(String::as_str)) {
        return Some(format!("Did you mean {}?", path.with_file_name(near).display()));
    }
    let is_database = |name: &&String| {
        Path::new(name).extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known))
    };
    let databases: Vec<&str> =
        names.iter().filter(is_database).take(MOST_LISTED).map(String::as_str).collect();
    if databases.is_empty() {
        Some(format!("To start a new project, type  roundtrip init {}", path.with_extension("").display()))
    } else {
        Some(format!("Databases in that folder: {}", databases.join(", ")))
    }
}

/// What everybody may do: as given, or reading on loopback and nothing elsewhere.
///
/// # Errors
/// [`Error::PublicWrite`] when everybody could write from elsewhere and nobody said yes to that.
pub fn access(settings: &Settings, yes_public_write: bool) -> Result<PublicAccess, Error> {
    let host = settings.server.host;
    let usual = if host.is_loopback() { PublicAccess::Read } else { PublicAccess::None };
    let access = settings.public.access.unwrap_or(usual);
    if access == PublicAccess::Write && !host.is_loopback() && !yes_public_write {
        return Err(Error::PublicWrite(host));
    }
    Ok(access)
}

/// The tables of a served database with what everybody may do.
pub fn with_access(schema: &Schema, access: PublicAccess) -> Schema {
    let actions: &[Action] = match access {
        PublicAccess::None => &[],
        PublicAccess::Read => &[Action::Read],
        PublicAccess::Write => &Action::ALL,
    };
    schema.with_plain_views_as_tables().with_access(|_: &Resource| {
        let mut rules = Access::default();
        for action in actions {
            rules.set(*action, Rule::Anyone);
        }
        rules
    })
}
