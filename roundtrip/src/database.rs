//! Which database a URL or a path means.
//!
//! It must not open one.

use std::fmt;
use std::path::{Path, PathBuf};

use roundtrip_schema::Schema;
use roundtrip_settings::{DatabaseUrl, Settings};
use thiserror::Error;

/// A database, by what its URL says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    /// Where it is.
    pub place: Place,
    /// Whether it is not to be written to.
    pub read_only: bool,
}

/// Where a database is. Printing it hides a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A file of SQLite.
    File(PathBuf),
    /// A server that speaks PostgreSQL's protocol.
    Postgres(DatabaseUrl),
    /// A server that speaks MySQL's protocol: MariaDB, or MySQL itself.
    Mysql(DatabaseUrl),
}

/// Why a URL names no database that can be served.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum DatabaseUrlError {
    /// A kind of database that nobody knows.
    #[error(
        "{0:?} is no kind of database\n  Give a file, such as  sqlite:shop.db, or a server: postgres://user@host/shop, mysql://user@host/shop"
    )]
    UnknownScheme(String),
    /// A server is named, and no database on it.
    #[error("the URL names no database\n  Add its name at the end, such as  {0}://user@host/shop")]
    NoName(String),
    /// No file is named, or one in memory.
    #[error("a database has to be a file, such as  sqlite:shop.db")]
    NoFile,
    /// A parameter that means nothing.
    #[error("{0:?} means nothing in a sqlite: URL\n  The one parameter is  mode=ro")]
    UnknownParameter(String),
}

/// Whether a text looks like a URL of a database rather than a path.
pub fn is_url(text: &str) -> bool {
    // A drive letter is one letter; a scheme has more.
    text.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.len() > 1
            && scheme.chars().all(|character| character.is_ascii_alphanumeric() || character == '+')
            && (rest.starts_with("//") || scheme.eq_ignore_ascii_case("sqlite"))
    })
}

impl Database {
    /// The database that a URL or a path means; a path is relative to `folder`.
    ///
    /// # Errors
    /// [`DatabaseUrlError`] for what is no database that can be served.
    pub fn new(url: &str, folder: &Path) -> Result<Self, DatabaseUrlError> {
        if !is_url(url) {
            return Self::file_at(url, folder, false);
        }
        let (scheme, rest) = url.split_once(':').unwrap_or(("", url));
        match scheme.to_ascii_lowercase().as_str() {
            "sqlite" => Self::sqlite(rest, folder),
            "postgres" | "postgresql" => Self::server(url, scheme, Place::Postgres),
            "mysql" | "mariadb" => Self::server(url, scheme, Place::Mysql),
            _ => Err(DatabaseUrlError::UnknownScheme(scheme.to_owned())),
        }
    }

    fn sqlite(rest: &str, folder: &Path) -> Result<Self, DatabaseUrlError> {
        // `sqlite:a.db`, `sqlite://a.db` and `sqlite:///a.db` are all in use.
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        let (path, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        let mut read_only = false;
        for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter {
                "mode=ro" => read_only = true,
                "mode=rw" | "mode=rwc" => {}
                other => return Err(DatabaseUrlError::UnknownParameter(other.to_owned())),
            }
        }
        Self::file_at(path, folder, read_only)
    }

    fn file_at(path: &str, folder: &Path, read_only: bool) -> Result<Self, DatabaseUrlError> {
        if path.is_empty() || path == ":memory:" {
            return Err(DatabaseUrlError::NoFile);
        }
        // `shop.db` reads better than `./shop.db`, and means the same.
        let path = if folder == Path::new(".") { PathBuf::from(path) } else { folder.join(path) };
        Ok(Self { place: Place::File(path), read_only })
    }

    fn server(
        url: &str,
        scheme: &str,
        place: impl FnOnce(DatabaseUrl) -> Place,
    ) -> Result<Self, DatabaseUrlError> {
        if database_name(url).is_none_or(str::is_empty) {
            return Err(DatabaseUrlError::NoName(scheme.to_owned()));
        }
        Ok(Self { place: place(DatabaseUrl::new(url)), read_only: false })
    }

    /// A schema as this database has it: in the first of the schemas that are served, or only called so
    /// where the database has none.
    pub fn placed(&self, schema: Schema, settings: &Settings) -> Schema {
        let Some(first) = settings.database.schemas.all().first() else { return schema };
        match self.place {
            Place::Postgres(_) => schema.in_namespace(first.as_str()),
            Place::File(_) | Place::Mysql(_) => schema.called(first.as_str()),
        }
    }

    /// Which kind of database it is, for people.
    pub fn kind(&self) -> &'static str {
        match self.place {
            Place::File(_) => "SQLite",
            Place::Postgres(_) => "PostgreSQL",
            Place::Mysql(_) => "MariaDB",
        }
    }

    /// The file, where it is one.
    pub fn file(&self) -> Option<&Path> {
        match &self.place {
            Place::File(path) => Some(path),
            Place::Postgres(_) | Place::Mysql(_) => None,
        }
    }

    /// The file's own name, or the database's name on its server.
    pub fn name(&self) -> String {
        match &self.place {
            Place::File(path) => {
                path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
            }
            Place::Postgres(url) | Place::Mysql(url) => {
                database_name(url.expose()).unwrap_or_default().to_owned()
            }
        }
    }

    /// Whether it is a file that is not there yet.
    pub fn is_missing(&self) -> bool {
        self.file().is_some_and(|path| !path.exists())
    }
}

/// Where it is, without a password.
impl fmt::Display for Database {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::File(path) => path.display().fmt(formatter),
            Place::Postgres(url) | Place::Mysql(url) => url.fmt(formatter),
        }
    }
}

/// What stands behind the host of a URL.
fn database_name(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let rest = rest.split(['?', '#']).next()?;
    // A password may hold any character, also a slash.
    let behind_user = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    behind_user.split_once('/').map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expected: Result<(&str, bool), DatabaseUrlError>) {
        let found = Database::new(url, Path::new("shop"));
        let expected =
            expected.map(|(path, read_only)| Database { place: Place::File(path.into()), read_only });
        assert_eq!(found, expected, "{url}");
    }

    #[test]
    fn files() {
        check("sqlite:a.db", Ok(("shop/a.db", false)));
        check("sqlite://a.db", Ok(("shop/a.db", false)));
        check("sqlite:///data/a.db", Ok(("/data/a.db", false)));
        check("a b.db", Ok(("shop/a b.db", false)));
        check("sqlite:a.db?mode=ro", Ok(("shop/a.db", true)));
    }

    #[test]
    fn servers() {
        for (url, name, shown) in [
            ("postgres://db/shop", "shop", "postgres://db/shop"),
            (
                "PostgreSQL://anna:s/3@db:5432/shop?sslmode=require",
                "shop",
                "PostgreSQL://anna:***@db:5432/shop?sslmode=require",
            ),
            ("mysql://root@localhost/shop", "shop", "mysql://root@localhost/shop"),
            ("mariadb://db/a%20b", "a%20b", "mariadb://db/a%20b"),
        ] {
            let found = Database::new(url, Path::new("shop")).expect(url);
            assert_eq!((found.name().as_str(), found.to_string().as_str()), (name, shown));
            assert!(found.file().is_none() && !found.is_missing());
        }
    }

    #[test]
    fn everything_else_is_refused() {
        check("postgres://db", Err(DatabaseUrlError::NoName("postgres".to_owned())));
        check("mysql://db/?ssl-mode=required", Err(DatabaseUrlError::NoName("mysql".to_owned())));
        check("oracle://db/shop", Err(DatabaseUrlError::UnknownScheme("oracle".to_owned())));
        check("sqlite::memory:", Err(DatabaseUrlError::NoFile));
        check("sqlite:", Err(DatabaseUrlError::NoFile));
        check("sqlite:a.db?key=1", Err(DatabaseUrlError::UnknownParameter("key=1".to_owned())));
    }
}
