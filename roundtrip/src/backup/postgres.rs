//! Backups of a database of PostgreSQL, by its own `pg_dump` and `pg_restore`.
//!
//! It must not know when they are made.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use percent_encoding::percent_decode_str;
use roundtrip_settings::DatabaseUrl;
use url::Url;

use super::tool::Tool;
use super::{BackupError, Made, file};

const PACKAGES: &str = "Debian and Ubuntu have it in postgresql-client, Fedora in postgresql, Homebrew in libpq; it must not be older than the server";

const DUMP: Tool = Tool { names: &["pg_dump"], packages: PACKAGES };
const RESTORE: Tool = Tool { names: &["pg_restore"], packages: PACKAGES };
const QUERY: Tool = Tool { names: &["psql"], packages: PACKAGES };

/// How a file of `pg_dump --format=custom` begins.
const MAGIC: &[u8; 5] = b"PGDMP";

/// What counts as something in a database that should be empty.
const RELATIONS: &str = "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'";

/// Where a tool finds the database, and the password apart from it.
struct Connection {
    url: String,
    password: Option<String>,
}

/// Has `pg_dump` write a backup into the new file `to`, and `pg_restore` read it. Blocks.
///
/// # Errors
/// [`BackupError`]; then there is no such file.
pub fn backup(url: &DatabaseUrl, to: &Path) -> Result<Made, BackupError> {
    let connection = connection(url)?;
    file::new_by(to, |part| {
        let arguments = [
            "--format=custom".to_owned(),
            "--no-password".to_owned(),
            format!("--file={}", part.display()),
            format!("--dbname={}", connection.url),
        ];
        DUMP.run(&arguments, secret(&connection), None)?;
        // A file whose list can be read to its end was written to its end.
        RESTORE.run(&["--list".to_owned(), part.display().to_string()], None, None).map(drop)
    })
}

/// Has `pg_restore` put a backup into a database without tables, all of it or nothing. Owners and rights
/// are not restored: the tables belong to the user of the URL. Blocks.
///
/// # Errors
/// [`BackupError`]; then the database is as it was.
pub fn restore(backup: &Path, url: &DatabaseUrl) -> Result<(), BackupError> {
    let connection = connection(url)?;
    check(backup)?;
    RESTORE.run(&["--list".to_owned(), backup.display().to_string()], None, None)?;
    let count = [
        "--no-psqlrc".to_owned(),
        "--no-password".to_owned(),
        "--tuples-only".to_owned(),
        "--no-align".to_owned(),
        format!("--command={RELATIONS}"),
        format!("--dbname={}", connection.url),
    ];
    if QUERY.run(&count, secret(&connection), None)?.trim() != "0" {
        return Err(BackupError::NotEmpty(url.to_string()));
    }
    let arguments = [
        "--exit-on-error".to_owned(),
        "--single-transaction".to_owned(),
        "--no-owner".to_owned(),
        "--no-privileges".to_owned(),
        "--no-password".to_owned(),
        format!("--dbname={}", connection.url),
        backup.display().to_string(),
    ];
    RESTORE.run(&arguments, secret(&connection), None).map(drop)
}

fn check(backup: &Path) -> Result<(), BackupError> {
    let mut start = Vec::new();
    let read = File::open(backup).and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut start));
    read.map_err(|source| BackupError::File { path: backup.to_owned(), source })?;
    if start == MAGIC {
        return Ok(());
    }
    Err(BackupError::OtherKind { path: backup.to_owned(), kind: "PostgreSQL (pg_dump --format=custom)" })
}

fn secret(connection: &Connection) -> Option<(&str, &str)> {
    connection.password.as_deref().map(|password| ("PGPASSWORD", password))
}

fn connection(url: &DatabaseUrl) -> Result<Connection, BackupError> {
    let refused = |reason: &str| BackupError::Address { tool: "pg_dump", reason: reason.to_owned() };
    // The parser's own words would repeat parts of the address, and the password may be one.
    let mut url = Url::parse(url.expose()).map_err(|_| refused("it is no URL"))?;
    let password = match url.password() {
        Some(password) => {
            let decoded = percent_decode_str(password).decode_utf8();
            Some(decoded.map_err(|_| refused("the password is not UTF-8"))?.into_owned())
        }
        None => None,
    };
    if url.query_pairs().any(|(name, _)| name == "password") {
        return Err(refused("the password stands behind the question mark; write it behind the user"));
    }
    if password.is_some() {
        url.set_password(None).map_err(|()| refused("it names no host"))?;
    }
    Ok(Connection { url: url.into(), password })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_does_not_stay_in_the_address() {
        for (url, bare, password) in [
            (
                "postgres://anna:s%2F3@db:5432/shop?sslmode=require",
                "postgres://anna@db:5432/shop?sslmode=require",
                Some("s/3"),
            ),
            ("postgres://db/shop", "postgres://db/shop", None),
        ] {
            let found = connection(&DatabaseUrl::new(url)).unwrap();
            assert_eq!((found.url.as_str(), found.password.as_deref()), (bare, password));
        }
        assert!(connection(&DatabaseUrl::new("postgres://db/shop?password=x")).is_err());
    }
}
