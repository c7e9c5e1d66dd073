//! `[database]`: which database, how durable, how many at once.
//!
//! Must not know: drivers.

use std::fmt;
use std::time::Duration;

use crate::choice::choice;
use crate::key::{Value, integer, milliseconds, names, one_of, url};
use crate::section::section;
use crate::typed::Typed;

section! {
    /// Which database holds the data, and how it is used.
    "database" => Database {
        /// Where the data is: `sqlite:shop.db` (relative to the project folder), `postgres://…`, `mysql://…`; `sqlite:` and the project's name unless given.
        "url" url: DatabaseUrl = url("").also("DATABASE_URL");
        /// The schemas of the database that are served, the first one to whoever names none (`Accept-Profile`); a database without schemas answers to the first name.
        "schemas" schemas: Names = names("public");
        /// What an acknowledged write survives: `full` a power loss, `normal` only a crash of the program.
        "durability" durability: Durability = one_of(Durability::NAMES, "full");
        /// How many readers work at once; 0 takes as many as the machine has cores.
        "readers" readers: usize = integer(0, 0, 256);
        /// How long one statement may run.
        "statement_timeout_ms" statement_timeout: Duration = milliseconds(5_000, 1, 600_000);
        /// How many connections to a database server are kept; 0 takes four for each core of the machine, 16 at least and 32 at most.
        "connections" connections: usize = integer(0, 0, 1_000);
        /// How long a connection to a database server may take to be made.
        "connect_timeout_ms" connect_timeout: Duration = milliseconds(2_000, 1, 60_000);
        /// How long a call may wait for a free connection; then it is refused with 503.
        "connection_wait_ms" connection_wait: Duration = milliseconds(3_000, 1, 60_000);
        /// How many writes may wait; one more is refused with 503.
        "write_queue" write_queue: usize = integer(4_096, 1, 1_000_000);
        /// How many reads may wait; one more is refused with 503.
        "read_queue" read_queue: usize = integer(4_096, 1, 1_000_000);
        /// How many writes may share one commit.
        "group_commit_max" group_commit_max: usize = integer(256, 1, 10_000);
        /// The page caches of all connections together.
        "cache_mb" cache_mb: u32 = integer(64, 1, 65_536).unit("MiB");
        /// How long to wait for a lock that another process holds.
        "busy_timeout_ms" busy_timeout: Duration = milliseconds(5_000, 0, 600_000);
        /// How often to look whether another process has written.
        "external_change_poll_ms" external_change_poll: Duration = milliseconds(100, 10, 60_000);
    }
}

/// A few names, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names(Vec<String>);

impl Names {
    /// All of them.
    pub fn all(&self) -> &[String] {
        &self.0
    }
}

impl Typed for Names {
    fn typed(value: &Value) -> Option<Self> {
        String::typed(value).map(|text| Self(text.split(", ").map(str::to_owned).collect()))
    }
}

choice! {
    /// What an acknowledged write survives.
    pub enum Durability {
        /// A power loss: every commit is forced to the disk.
        Full = "full",
        /// A crash of the program, not of the machine.
        Normal = "normal",
    }
}

/// Where the data is. Printing it hides the password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// A URL that was given otherwise than in the settings.
    pub fn new(url: impl Into<String>) -> Self {
        Self(url.into())
    }

    /// The URL with its password: to connect, never to print.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Typed for DatabaseUrl {
    fn typed(value: &Value) -> Option<Self> {
        String::typed(value).map(Self)
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&without_password(&self.0))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DatabaseUrl({self})")
    }
}

/// The URL with `***` for what may be a password. When in doubt it hides too much: a password
/// may hold any character, also those that end the host.
pub(crate) fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return without_secret_parameters(url);
    };
    let rest = match rest.rsplit_once('@') {
        Some((user, host)) => match user.split_once(':') {
            Some((user, _password)) => format!("{user}:***@{host}"),
            None => rest.to_owned(),
        },
        None => rest.to_owned(),
    };
    format!("{scheme}://{}", without_secret_parameters(&rest))
}

fn without_secret_parameters(url: &str) -> String {
    let Some((path, query)) = url.split_once('?') else {
        return url.to_owned();
    };
    let shown: Vec<_> = query
        .split('&')
        .map(|parameter| match parameter.split_once('=') {
            Some((name, _)) if is_secret(name) => format!("{name}=***"),
            _ => parameter.to_owned(),
        })
        .collect();
    format!("{path}?{}", shown.join("&"))
}

fn is_secret(parameter: &str) -> bool {
    let parameter = parameter.to_ascii_lowercase();
    ["pass", "pwd", "secret", "token", "key"].iter().any(|word| parameter.contains(word))
}

/// A text that may hold URLs, with stars over what may be passwords; as long as before, so that
/// places in it stay right.
pub(crate) fn with_passwords_masked(text: &str) -> String {
    text.split_inclusive('\n').map(line_masked).collect()
}

fn line_masked(line: &str) -> String {
    let Some(start) = line.find("://").map(|at| at + 3) else {
        return line.to_owned();
    };
    let mut masked = line.to_owned();
    if let (Some(colon), Some(at)) = (line[start..].find(':'), line[start..].rfind('@'))
        && colon < at
    {
        cover(&mut masked, start + colon + 1, start + at);
    }
    if let Some(equals) = masked.to_ascii_lowercase().find("password=").map(|at| at + "password=".len()) {
        let end =
            masked[equals..].find(['&', '\'', '"', '\r', '\n']).map_or(masked.len(), |end| equals + end);
        cover(&mut masked, equals, end);
    }
    masked
}

fn cover(text: &mut String, start: usize, end: usize) {
    text.replace_range(start..end, &"*".repeat(end - start));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, shown: &str) {
        let url = DatabaseUrl(url.to_owned());
        assert_eq!(url.to_string(), shown);
        assert_eq!(format!("{url:?}"), format!("DatabaseUrl({shown})"));
    }

    #[test]
    fn passwords_in_a_file_are_covered_in_place() {
        for (text, masked) in [
            ("a = 1\nurl = 'sqlite:x'\n", "a = 1\nurl = 'sqlite:x'\n"),
            ("url = 'postgres://a:pä@b'\r\nb = 2", "url = 'postgres://a:***@b'\r\nb = 2"),
            ("url = 'postgres://b:1/c'", "url = 'postgres://b:1/c'"),
            ("url = 'mysql://b/?Password=xy&c=d'", "url = 'mysql://b/?Password=**&c=d'"),
        ] {
            assert_eq!(with_passwords_masked(text), masked);
            assert_eq!(masked.len(), text.len());
        }
    }

    #[test]
    fn a_password_is_never_printed() {
        check("sqlite:shop.db", "sqlite:shop.db");
        check("sqlite:shop.db?key=s3cret&mode=ro", "sqlite:shop.db?key=***&mode=ro");
        check("postgres://db.example/shop", "postgres://db.example/shop");
        check("postgres://anna@db.example/shop", "postgres://anna@db.example/shop");
        check("postgres://anna:s3cret@db.example/shop", "postgres://anna:***@db.example/shop");
        check("postgres://anna:s/3?c@r#et@db.example/shop", "postgres://anna:***@db.example/shop");
        check("postgres://db/shop?user=a&PassWord=s3cret", "postgres://db/shop?user=a&PassWord=***");
        check("mysql://anna:@db", "mysql://anna:***@db");
    }
}
