//! Backups of a database of MariaDB or MySQL, by its own `mariadb-dump` and `mariadb`.
//!
//! It must not know when they are made.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use percent_encoding::percent_decode_str;
use roundtrip_settings::DatabaseUrl;
use url::Url;

use super::tool::Tool;
use super::{BackupError, Made, file};

const PACKAGES: &str = "Debian and Ubuntu have it in mariadb-client, Fedora in mariadb, Homebrew in mariadb";

const DUMP: Tool = Tool { names: &["mariadb-dump", "mysqldump"], packages: PACKAGES };
const CLIENT: Tool = Tool { names: &["mariadb", "mysql"], packages: PACKAGES };

/// What the last line of a dump says; a dump without it was cut off.
const END: &[u8] = b"-- Dump completed";

/// So many bytes at the end of a dump are looked at.
const TAIL: u64 = 1024;

/// Where a tool finds the database, and the password apart from it.
struct Connection {
    options: Vec<String>,
    database: String,
    password: Option<String>,
}

/// Has `mariadb-dump` write a backup into the new file `to`: of one moment, while others write. Blocks.
///
/// # Errors
/// [`BackupError`]; then there is no such file.
pub fn backup(url: &DatabaseUrl, to: &Path) -> Result<Made, BackupError> {
    let connection = connection(url)?;
    file::new_by(to, |part| {
        let mut arguments = connection.options.clone();
        arguments.extend(
            ["--single-transaction", "--quick", "--routines", "--triggers", "--events", "--hex-blob"]
                .map(str::to_owned),
        );
        arguments.push(format!("--result-file={}", part.display()));
        arguments.push("--default-character-set=utf8mb4".to_owned());
        arguments.push("--".to_owned());
        arguments.push(connection.database.clone());
        DUMP.run(&arguments, secret(&connection), None)?;
        check(part)
    })
}

/// Has `mariadb` run a backup in a database without tables. It cannot be taken back: what fails leaves
/// the tables before it. Blocks.
///
/// # Errors
/// [`BackupError`].
pub fn restore(backup: &Path, url: &DatabaseUrl) -> Result<(), BackupError> {
    let connection = connection(url)?;
    check(backup)?;
    let mut count = connection.options.clone();
    count.extend(["--batch".to_owned(), "--skip-column-names".to_owned()]);
    count.push(
        "--execute=SELECT count(*) FROM information_schema.tables WHERE table_schema = database()".to_owned(),
    );
    count.extend(["--".to_owned(), connection.database.clone()]);
    if CLIENT.run(&count, secret(&connection), None)?.trim() != "0" {
        return Err(BackupError::NotEmpty(url.to_string()));
    }
    let mut arguments = connection.options.clone();
    arguments.push("--default-character-set=utf8mb4".to_owned());
    arguments.extend(["--".to_owned(), connection.database.clone()]);
    CLIENT.run(&arguments, secret(&connection), Some(backup)).map(drop)
}

/// Whether a dump was written to its end.
fn check(backup: &Path) -> Result<(), BackupError> {
    let tail = || -> std::io::Result<Vec<u8>> {
        let mut file = File::open(backup)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
        let mut tail = Vec::new();
        file.take(TAIL).read_to_end(&mut tail)?;
        Ok(tail)
    };
    let tail = tail().map_err(|source| BackupError::File { path: backup.to_owned(), source })?;
    if tail.windows(END.len()).any(|window| window == END) {
        return Ok(());
    }
    Err(BackupError::OtherKind { path: backup.to_owned(), kind: "MariaDB that was written to its end" })
}

fn secret(connection: &Connection) -> Option<(&str, &str)> {
    connection.password.as_deref().map(|password| ("MYSQL_PWD", password))
}

fn connection(url: &DatabaseUrl) -> Result<Connection, BackupError> {
    let refused = |reason: &str| BackupError::Address { tool: "mariadb-dump", reason: reason.to_owned() };
    // The parser's own words would repeat parts of the address, and the password may be one.
    let url = Url::parse(url.expose()).map_err(|_| refused("it is no URL"))?;
    let text = |part: &str| -> Result<String, BackupError> {
        let decoded = percent_decode_str(part).decode_utf8();
        Ok(decoded.map_err(|_| refused("a part of it is not UTF-8"))?.into_owned())
    };
    // What a person's own files say may name another server, or a password.
    let mut options = vec!["--no-defaults".to_owned()];
    if let Some(host) = url.host_str().filter(|host| !host.is_empty()) {
        options.push(format!("--host={}", host.trim_matches(['[', ']'])));
        options.push("--protocol=TCP".to_owned());
    }
    options.extend(url.port().map(|port| format!("--port={port}")));
    if !url.username().is_empty() {
        options.push(format!("--user={}", text(url.username())?));
    }
    for (name, value) in url.query_pairs() {
        match (&*name, &*value.to_ascii_lowercase().replace('_', "-")) {
            ("socket", _) => {
                options.retain(|option| option != "--protocol=TCP");
                options.push(format!("--socket={value}"));
            }
            ("ssl-ca" | "ssl_ca", _) => options.push(format!("--ssl-ca={value}")),
            ("ssl-mode" | "ssl_mode" | "sslmode", "disabled" | "disable" | "preferred" | "prefer") => {}
            ("ssl-mode" | "ssl_mode" | "sslmode", "required" | "require") => options.push("--ssl".to_owned()),
            ("ssl-mode" | "ssl_mode" | "sslmode", _) => {
                options.extend(["--ssl".to_owned(), "--ssl-verify-server-cert".to_owned()]);
            }
            _ => return Err(refused("it has a parameter that means nothing to it")),
        }
    }
    let password = url.password().map(text).transpose()?;
    Ok(Connection { options, database: text(url.path().trim_start_matches('/'))?, password })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_becomes_options_and_the_password_is_none_of_them() {
        let found =
            connection(&DatabaseUrl::new("mysql://anna:s%2F3@db:3307/my%20shop?ssl-mode=required")).unwrap();
        assert_eq!(
            found.options,
            ["--no-defaults", "--host=db", "--protocol=TCP", "--port=3307", "--user=anna", "--ssl"]
        );
        assert_eq!((found.database.as_str(), found.password.as_deref()), ("my shop", Some("s/3")));
        assert!(connection(&DatabaseUrl::new("mysql://db/shop?compress=1")).is_err());
    }
}
