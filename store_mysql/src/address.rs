//! Where the database is: `mysql://user:password@host:port/database?ssl-mode=required`.
//!
//! | parameter | values |
//! |---|---|
//! | `ssl-mode` | `disabled` (the default), `preferred`, `required`, `verify-ca`, `verify-identity`, as the tools of MySQL have them: the first three look at no certificate |
//! | `ssl-ca` | a file of certificates to trust besides those that the web trusts |
//! | `socket` | a Unix socket in place of host and port |
//!
//! Must not know: what is asked of the database. No text from here holds the password.

use std::fmt;
use std::path::PathBuf;

use mysql_async::{Opts, OptsBuilder, SslOpts};
use roundtrip_store::{StoreError, StoreErrorKind};

/// A server and a database on it.
#[derive(Clone)]
pub(crate) struct Address {
    plain: Opts,
    /// With encryption; tried first.
    encrypted: Option<Opts>,
    /// Whether a server that does not encrypt will do.
    may_be_plain: bool,
}

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encryption {
    Disabled,
    Preferred,
    Required,
    VerifyCa,
    VerifyIdentity,
}

/// The driver's options would show the password.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.server())
    }
}

impl Address {
    /// Reads an address. Each connection keeps so many prepared statements.
    pub(crate) fn parse(url: &str, statements: usize) -> Result<Self, StoreError> {
        let (base, parameters) = url.split_once('?').unwrap_or((url, ""));
        let rest = ["mysql://", "mariadb://"].iter().find_map(|scheme| base.strip_prefix(scheme));
        let rest = rest.ok_or_else(|| refused("it must begin with mysql:// or mariadb://"))?;
        // The driver's own words would repeat parts of the address, and the password may be one.
        let base = Opts::from_url(&format!("mysql://{rest}"))
            .map_err(|_| refused("it must be mysql://user:password@host:port/database"))?;
        if base.db_name().is_none_or(str::is_empty) {
            return Err(refused("it must name a database: mysql://host/database"));
        }
        let mut builder = OptsBuilder::from_opts(base)
            // A proxy on this machine may stand for a server on another.
            .prefer_socket(false)
            // A row that an update leaves as it is counts as found, as in every other database.
            .client_found_rows(true)
            .stmt_cache_size(statements.max(1));
        let (mut encryption, mut authorities) = (Encryption::Disabled, None);
        for (name, value) in pairs(parameters) {
            match name {
                "ssl-mode" | "ssl_mode" | "sslmode" => encryption = Encryption::parse(&value)?,
                "ssl-ca" | "ssl_ca" => authorities = Some(PathBuf::from(value)),
                "socket" => builder = builder.socket(Some(value)),
                other => return Err(refused(&format!("it has no parameter {other}"))),
            }
        }
        let with = |options: SslOpts| Opts::from(builder.clone().ssl_opts(options));
        let encrypted = encryption.options(authorities).map(with);
        let may_be_plain = matches!(encryption, Encryption::Disabled | Encryption::Preferred);
        Ok(Self { plain: builder.into(), encrypted, may_be_plain })
    }

    /// The ways to connect, in the order in which they are tried; another one is tried only where the
    /// server does not encrypt at all.
    pub(crate) fn ways(&self) -> impl Iterator<Item = &Opts> {
        self.encrypted.iter().chain(self.may_be_plain.then_some(&self.plain))
    }

    /// Host and port or the socket, for the log.
    pub(crate) fn server(&self) -> String {
        match self.plain.socket() {
            Some(path) => path.to_owned(),
            None => format!("{}:{}", self.plain.ip_or_hostname(), self.plain.tcp_port()),
        }
    }
}

impl Encryption {
    fn parse(text: &str) -> Result<Self, StoreError> {
        Ok(match text.to_ascii_lowercase().replace('_', "-").as_str() {
            "disabled" | "disable" => Self::Disabled,
            "preferred" | "prefer" => Self::Preferred,
            "required" | "require" => Self::Required,
            "verify-ca" => Self::VerifyCa,
            "verify-identity" | "verify-full" => Self::VerifyIdentity,
            _ => {
                return Err(refused(
                    "ssl-mode must be disabled, preferred, required, verify-ca or verify-identity",
                ));
            }
        })
    }

    fn options(self, authorities: Option<PathBuf>) -> Option<SslOpts> {
        let unseen = matches!(self, Self::Preferred | Self::Required);
        let authorities = authorities.map(Into::into).into_iter().collect();
        (self != Self::Disabled).then(|| {
            SslOpts::default()
                .with_root_certs(authorities)
                .with_danger_accept_invalid_certs(unseen)
                .with_danger_skip_domain_validation(self != Self::VerifyIdentity)
        })
    }
}

/// The parameters of an address, decoded.
fn pairs(parameters: &str) -> impl Iterator<Item = (&str, String)> {
    parameters.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (name, percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned())
    })
}

fn refused(why: &str) -> StoreError {
    let detail = format!("the address of the database cannot be used: {why}");
    StoreError::new(StoreErrorKind::Unavailable, detail, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let address =
            Address::parse("mariadb://me:s%40crit@db.example:3307/shop?ssl-mode=REQUIRED", 0).unwrap();
        let ways: Vec<&Opts> = address.ways().collect();
        assert_eq!((ways.len(), ways[0].ip_or_hostname(), ways[0].tcp_port()), (1, "db.example", 3307));
        assert_eq!(format!("{address:?}"), "db.example:3307");
        assert_eq!((ways[0].user(), ways[0].pass()), (Some("me"), Some("s@crit")));
        assert_eq!((ways[0].stmt_cache_size(), ways[0].db_name()), (1, Some("shop")));
        assert!(ways[0].ssl_opts().unwrap().accept_invalid_certs() && ways[0].client_found_rows());
        for (mode, ways, unseen, any_name) in [
            ("preferred", 2, true, true),
            ("verify_ca", 1, false, true),
            ("verify-identity", 1, false, false),
        ] {
            let url = format!("mysql://db/shop?ssl-mode={mode}&ssl-ca=/etc/ca.pem");
            let address = Address::parse(&url, 9).unwrap();
            assert_eq!(address.ways().count(), ways, "{mode}");
            let options = address.encrypted.unwrap();
            let options = options.ssl_opts().unwrap();
            let found = (options.accept_invalid_certs(), options.skip_domain_validation());
            assert_eq!((found, options.root_certs().len()), ((unseen, any_name), 1), "{mode}");
        }
        let plain = Address::parse("mysql://root@127.0.0.1/shop?socket=%2Frun%2Fdb.sock", 9).unwrap();
        assert_eq!((plain.ways().count(), plain.server()), (1, "/run/db.sock".to_owned()));
        let plain = Address::parse("mysql://root@127.0.0.1/shop", 9).unwrap();
        assert_eq!((plain.ways().count(), plain.server()), (1, "127.0.0.1:3306".to_owned()));
        assert!(plain.ways().all(|way| way.ssl_opts().is_none()));
    }

    #[test]
    fn what_is_no_address_is_refused_without_the_password() {
        for (url, why) in [
            ("postgres://me:secret@db/shop", "begin with mysql://"),
            ("mysql://me:secret@db:port/shop", "mysql://user:password@host"),
            ("mysql://me:secret@db", "name a database"),
            ("mysql://me:secret@db/", "name a database"),
            ("mysql://me:secret@db/shop?ssl-mode=maybe", "ssl-mode must be"),
            ("mysql://me:secret@db/shop?ssl=1", "no parameter ssl"),
        ] {
            let error = Address::parse(url, 9).unwrap_err();
            assert!(error.detail.contains(why), "{url}: {}", error.detail);
            assert!(!format!("{error:?}").contains("secret"), "{url}");
        }
    }
}
