//! Which database a URL or a path means.
//!
//! It must not open one.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// A database file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseFile {
    /// Where it is.
    pub path: PathBuf,
    /// Whether the URL forbids writing (`?mode=ro`).
    pub read_only: bool,
}

/// Why a URL names no database that can be served.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum DatabaseUrlError {
    /// A kind of database that comes later.
    #[error("{0} is not available yet: this version serves SQLite\n  Give a file, such as  sqlite:shop.db")]
    NotYet(&'static str),
    /// A kind of database that nobody knows.
    #[error("{0:?} is no kind of database\n  Give a file, such as  sqlite:shop.db")]
    UnknownScheme(String),
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

impl DatabaseFile {
    /// The file that a URL or a path means, relative to `folder`.
    ///
    /// # Errors
    /// [`DatabaseUrlError`] for everything but a file of SQLite.
    pub fn new(url: &str, folder: &Path) -> Result<Self, DatabaseUrlError> {
        if !is_url(url) {
            return Self::at(url, folder, false);
        }
        let (scheme, rest) = url.split_once(':').unwrap_or(("", url));
        match scheme.to_ascii_lowercase().as_str() {
            "sqlite" => {}
            "postgres" | "postgresql" => return Err(DatabaseUrlError::NotYet("PostgreSQL")),
            "mysql" => return Err(DatabaseUrlError::NotYet("MySQL")),
            "mariadb" => return Err(DatabaseUrlError::NotYet("MariaDB")),
            _ => return Err(DatabaseUrlError::UnknownScheme(scheme.to_owned())),
        }
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
        Self::at(path, folder, read_only)
    }

    fn at(path: &str, folder: &Path, read_only: bool) -> Result<Self, DatabaseUrlError> {
        if path.is_empty() || path == ":memory:" {
            return Err(DatabaseUrlError::NoFile);
        }
        // `shop.db` reads better than `./shop.db`, and means the same.
        let path = if folder == Path::new(".") { PathBuf::from(path) } else { folder.join(path) };
        Ok(Self { path, read_only })
    }

    /// The file's own name.
    pub fn name(&self) -> String {
        self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expected: Result<(&str, bool), DatabaseUrlError>) {
        let found = DatabaseFile::new(url, Path::new("shop"));
        let expected =
            expected.map(|(path, read_only)| DatabaseFile { path: PathBuf::from(path), read_only });
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
    fn everything_else_is_refused() {
        check("postgres://db/shop", Err(DatabaseUrlError::NotYet("PostgreSQL")));
        check("mariadb://db/shop", Err(DatabaseUrlError::NotYet("MariaDB")));
        check("oracle://db/shop", Err(DatabaseUrlError::UnknownScheme("oracle".to_owned())));
        check("sqlite::memory:", Err(DatabaseUrlError::NoFile));
        check("sqlite:", Err(DatabaseUrlError::NoFile));
        check("sqlite:a.db?key=1", Err(DatabaseUrlError::UnknownParameter("key=1".to_owned())));
    }
}
