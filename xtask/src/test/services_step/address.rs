//! Where a server is and who asks, read from a URL, and the way there. A password stays in here: no text that is
//! printed holds it. It must not know what is spoken at the other end.

use std::fmt;
use std::io::{self, ErrorKind};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// `scheme://user:password@host:port/database?parameters`, where only the host has to be there.
#[derive(PartialEq)]
pub(super) struct Address {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) user: String,
    pub(super) password: String,
    pub(super) database: String,
}

/// What stands before and after the first `mark`; all of it before when there is none.
fn split<'a>(text: &'a str, mark: &str) -> (&'a str, &'a str) {
    text.split_once(mark).unwrap_or((text, ""))
}

impl Address {
    pub(super) fn parse(url: &str, schemes: &[&str], usual_port: u16) -> anyhow::Result<Self> {
        let (scheme, rest) = split(url, "://");
        if !schemes.contains(&scheme) {
            bail!("its URL has to begin with {}://", schemes.join(":// or "));
        }
        let (rest, _parameters) = split(rest, "?");
        let (authority, database) = split(rest, "/");
        let (login, place) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = split(login, ":");
        let (host, port) = match place.strip_prefix('[').and_then(|place| place.split_once(']')) {
            Some((host, port)) => (host, port.strip_prefix(':').unwrap_or_default()),
            None => split(place, ":"),
        };
        if host.is_empty() || host.contains([',', '%']) {
            bail!("its URL has to name one host, not a socket or several hosts");
        }
        let port = match port {
            "" => usual_port,
            port => port.parse().context("the port in its URL is no number from 0 to 65535")?,
        };
        Ok(Self {
            host: host.to_owned(),
            port,
            user: decoded(user)?,
            password: decoded(password)?,
            database: decoded(database)?,
        })
    }

    /// Connects, with a limit on every wait.
    pub(super) fn connect(&self) -> anyhow::Result<TcpStream> {
        let addresses =
            (self.host.as_str(), self.port).to_socket_addrs().context("the host has no address")?;
        let mut last = None;
        for address in addresses {
            match TcpStream::connect_timeout(&address, CONNECT_TIMEOUT) {
                Ok(stream) => {
                    stream.set_read_timeout(Some(ANSWER_TIMEOUT))?;
                    stream.set_write_timeout(Some(ANSWER_TIMEOUT))?;
                    return Ok(stream);
                }
                Err(error) => last = Some(error),
            }
        }
        match last {
            Some(error) if error.kind() == ErrorKind::ConnectionRefused => bail!("nobody listens there"),
            Some(error) => Err(error.into()),
            None => bail!("the host has no address"),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.user.is_empty() {
            write!(formatter, "{}@", self.user)?;
        }
        // An address of the sixth version has colons of its own.
        if self.host.contains(':') {
            write!(formatter, "[{}]:{}", self.host, self.port)
        } else {
            write!(formatter, "{}:{}", self.host, self.port)
        }
    }
}

/// Why nothing could be read.
pub(super) fn silence(error: io::Error) -> anyhow::Error {
    match error.kind() {
        // Which of the two it is depends on the system.
        ErrorKind::WouldBlock | ErrorKind::TimedOut => {
            anyhow!("it did not answer within {} s", ANSWER_TIMEOUT.as_secs())
        }
        _ => anyhow!(error).context("it does not answer"),
    }
}

/// Takes `%40` for `@`.
fn decoded(text: &str) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        let (Some(high), Some(low)) = (digit(rest.next()), digit(rest.next())) else {
            bail!("a percent sign in its URL is not followed by two hexadecimal digits");
        };
        bytes.push(u8::try_from(high * 16 + low)?);
    }
    String::from_utf8(bytes).context("its URL is not UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(url: &str) -> anyhow::Result<Address> {
        Address::parse(url, &["postgres", "postgresql"], 5432)
    }

    #[test]
    fn urls_are_taken_apart() {
        for (url, expected) in [
            ("postgres://ann@127.0.0.1:54/shop", ("ann", "", "127.0.0.1", 54, "shop")),
            ("postgresql://db.example?sslmode=disable", ("", "", "db.example", 5432, "")),
            ("postgres://a%40b:p%2Fa:s@host/x%20y?a=b/c@d", ("a@b", "p/a:s", "host", 5432, "x y")),
            ("postgres://[::1]:7/", ("", "", "::1", 7, "")),
            ("postgres://[::1]", ("", "", "::1", 5432, "")),
        ] {
            let address = parsed(url).unwrap();
            let Address { host, port, user, password, database } = &address;
            assert_eq!((&**user, &**password, &**host, *port, &**database), expected, "{url}");
        }
    }

    #[test]
    fn what_leads_nowhere_is_refused_without_its_password() {
        for url in [
            "",
            "ann:s3cret@host",
            "mysql://ann:s3cret@host",
            "postgres://ann:s3cret@",
            "postgres://ann:s3cret@host:x",
            "postgres://ann:s3cret@host:65536",
            "postgres://ann:s3cret%4@host",
            "postgres://ann:s3cret%ff@host",
            "postgres://ann:s3cret@one,two/shop",
            "postgres://ann:s3cret@%2Frun%2Fpostgresql/shop",
        ] {
            let error = parsed(url).err().unwrap_or_else(|| panic!("{url} was taken"));
            assert!(!format!("{error:#}").contains("s3cret"), "{url}");
        }
    }

    #[test]
    fn an_address_is_shown_without_its_password() {
        assert_eq!(parsed("postgres://ann:s3cret@[::1]/shop").unwrap().to_string(), "ann@[::1]:5432");
        assert_eq!(parsed("postgres://localhost").unwrap().to_string(), "localhost:5432");
    }
}
