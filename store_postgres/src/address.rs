//! Where a database is: `postgres://user:password@host:port/database?sslmode=require`.
//!
//! Read here and not by the driver, which knows neither `verify-full` nor `sslrootcert`.
//!
//! Must not know: what is done with a connection.

use std::fmt;
use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use thiserror::Error;
use url::Url;

/// Where a database is, and how it is reached.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// A host's name or number, or the folder of a socket, which begins with a slash.
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) user: Option<String>,
    pub(crate) password: Option<String>,
    pub(crate) database: Option<String>,
    pub(crate) encryption: Encryption,
    /// The certificates (PEM) of those who may vouch for the server.
    pub(crate) root_certificates: Option<PathBuf>,
}

/// Whether the connection is encrypted, and who the server has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// `disable`: it is not.
    Off,
    /// `prefer`: where the server offers it; whoever the server is.
    Preferred,
    /// `require`: always; whoever the server is, unless root certificates are given.
    Required,
    /// `verify-full`: always, and the server's certificate has to be for its name and vouched for.
    Verified,
}

/// Why an address cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AddressError {
    /// It is no URL.
    #[error("the address of the database is no URL: {0}")]
    Url(String),
    /// Another kind of database.
    #[error("the address of the database must begin with postgres://, not with {0}://")]
    Scheme(String),
    /// A part of it is no text.
    #[error("the {0} in the address of the database is not UTF-8")]
    Text(&'static str),
    /// A parameter that means nothing here.
    #[error("the address of the database has a parameter that is not known: {0}")]
    Parameter(String),
    /// A parameter with another value than it can have.
    #[error("sslmode is disable, prefer, require or verify-full, not {0}")]
    Encryption(String),
    /// A port that is no number.
    #[error("the port in the address of the database is no port: {0}")]
    Port(String),
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// When it is none, or says something that is not known: a parameter that is misspelt must not be
    /// passed over, it may be the one that asks for encryption.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let url = Url::parse(text).map_err(|error| AddressError::Url(error.to_string()))?;
        if !matches!(url.scheme(), "postgres" | "postgresql") {
            return Err(AddressError::Scheme(url.scheme().to_owned()));
        }
        let given =
            |part: &str, name| Some(part).filter(|part| !part.is_empty()).map(|part| decoded(part, name));
        let mut address = Self {
            host: given(url.host_str().unwrap_or_default(), "host").transpose()?.unwrap_or_default(),
            port: url.port().unwrap_or(5_432),
            user: given(url.username(), "user").transpose()?,
            password: given(url.password().unwrap_or_default(), "password").transpose()?,
            database: given(url.path().trim_start_matches('/'), "database").transpose()?,
            encryption: Encryption::Preferred,
            root_certificates: None,
        };
        for (name, value) in url.query_pairs() {
            address.set(&name, value.into_owned())?;
        }
        if address.host.is_empty() {
            address.host.push_str("localhost");
        }
        // An address of version 6 stands between brackets in a URL, and nowhere else.
        if let Some(number) = address.host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            address.host = number.to_owned();
        }
        Ok(address)
    }

    fn set(&mut self, name: &str, value: String) -> Result<(), AddressError> {
        match name {
            "host" => self.host = value,
            "port" => self.port = value.parse().map_err(|_| AddressError::Port(value))?,
            "user" => self.user = Some(value),
            "password" => self.password = Some(value),
            "dbname" => self.database = Some(value),
            "sslrootcert" => self.root_certificates = Some(value.into()),
            "sslmode" => {
                self.encryption = match value.as_str() {
                    "disable" => Encryption::Off,
                    "prefer" => Encryption::Preferred,
                    "require" => Encryption::Required,
                    "verify-full" => Encryption::Verified,
                    _ => return Err(AddressError::Encryption(value)),
                };
            }
            _ => return Err(AddressError::Parameter(name.to_owned())),
        }
        Ok(())
    }
}

fn decoded(part: &str, name: &'static str) -> Result<String, AddressError> {
    let text = percent_decode_str(part).decode_utf8().map_err(|_| AddressError::Text(name))?;
    Ok(text.into_owned())
}

/// For people and logs: without the password.
impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("postgres://")?;
        if let Some(user) = &self.user {
            write!(formatter, "{user}@")?;
        }
        write!(formatter, "{}:{}", self.host, self.port)?;
        match &self.database {
            Some(database) => write!(formatter, "/{database}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self} ({:?}, {:?})", self.encryption, self.root_certificates)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let full = Address::parse(
            "postgres://ann:p%40ss@db.example:6543/my%20shop?sslmode=verify-full&sslrootcert=/ca.pem",
        )
        .unwrap();
        assert_eq!(full.host, "db.example");
        assert_eq!((full.port, full.encryption), (6_543, Encryption::Verified));
        assert_eq!((full.user.as_deref(), full.password.as_deref()), (Some("ann"), Some("p@ss")));
        assert_eq!(full.database.as_deref(), Some("my shop"));
        assert_eq!(full.root_certificates, Some("/ca.pem".into()));
        let short = Address::parse("postgresql://localhost").unwrap();
        assert_eq!((short.port, short.encryption, &short.database), (5_432, Encryption::Preferred, &None));
        for (text, host) in [
            ("postgres:///shop?host=/var/run/postgresql", "/var/run/postgresql"),
            ("postgres://ann@%2Fvar%2Frun%2Fpostgresql/shop", "/var/run/postgresql"),
            ("postgres://[::1]/shop", "::1"),
            ("postgres:///shop", "localhost"),
        ] {
            assert_eq!(Address::parse(text).unwrap().host, host, "{text}");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let address = Address::parse("postgres://ann:secret@db/shop").unwrap();
        assert_eq!(address.to_string(), "postgres://ann@db:5432/shop");
        assert!(!format!("{address:?}").contains("secret"));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for (text, expected) in [
            ("mysql://db/shop", AddressError::Scheme("mysql".to_owned())),
            ("postgres://db/shop?sslmod=require", AddressError::Parameter("sslmod".to_owned())),
            ("postgres://db/shop?sslmode=maybe", AddressError::Encryption("maybe".to_owned())),
            ("postgres://db/shop?port=x", AddressError::Port("x".to_owned())),
            ("postgres://%ff@db/shop", AddressError::Text("user")),
        ] {
            assert_eq!(Address::parse(text), Err(expected), "{text}");
        }
        assert!(matches!(Address::parse("shop.db"), Err(AddressError::Url(_))));
    }
}
