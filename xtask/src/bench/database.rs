//! A database for each contestant alone, with the same rows in all of them, gone when the contestant is. It must not
//! know how a database is spoken to: the hand-written server makes and drops them.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use clap::ValueEnum;

use super::server::Rival;
use crate::test::services_step::Services;

/// Which database.
#[derive(Clone, Copy, Debug, Default, PartialEq, ValueEnum)]
pub(crate) enum Kind {
    /// A file, and no server of its own
    #[default]
    Sqlite,
    /// PostgreSQL
    Postgres,
    /// MariaDB, or MySQL
    Mysql,
}

/// Where databases come from.
pub(crate) struct Source {
    /// Name, version, and how durable its commits are.
    pub(crate) version: String,
    /// The program that makes and drops them.
    maker: PathBuf,
    place: Place,
}

enum Place {
    /// Copies of the file stand beside it.
    File(PathBuf),
    Server {
        url: String,
        /// One that was started for this run lives in here.
        _services: Services,
    },
}

/// A contestant's own database. Dropping the value drops a server's database; a file stays for whoever wants to look
/// at it, and the next one takes its place.
pub(crate) struct Database {
    /// As both servers take it.
    pub(crate) address: OsString,
    /// Who drops it.
    dropper: Option<PathBuf>,
}

impl Kind {
    /// What the hand-written server calls it with.
    pub(crate) fn driver(self) -> &'static str {
        match self {
            Self::Sqlite => "rusqlite",
            Self::Postgres => "tokio-postgres with deadpool-postgres",
            Self::Mysql => "mysql_async with its own pool",
        }
    }
}

impl Source {
    /// Finds the server, or makes the file that is copied.
    pub(crate) fn prepare(kind: Kind, maker: PathBuf, folder: &Path) -> anyhow::Result<Self> {
        let place = match kind {
            Kind::Sqlite => {
                let fixture = folder.join("fixture.db");
                ask(&maker, "fixture", fixture.as_os_str())?;
                Place::File(fixture)
            }
            Kind::Postgres => server("postgres")?,
            Kind::Mysql => server("mysql")?,
        };
        let version = match &place {
            Place::File(fixture) => ask(&maker, "version", fixture.as_os_str()),
            Place::Server { url, .. } => ask(&maker, "version", OsStr::new(url)),
        }?;
        Ok(Self { version: version.trim().to_owned(), maker, place })
    }

    /// A new database with the rows.
    pub(crate) fn fresh(&self, rival: Rival) -> anyhow::Result<Database> {
        match &self.place {
            Place::File(fixture) => copy(fixture, rival),
            Place::Server { url, .. } => {
                let address = OsString::from(with_database(url, &unique_name(rival))?);
                // The value comes first: it drops a database whose rows could not be made.
                let database = Database { address, dropper: Some(self.maker.clone()) };
                ask(&self.maker, "fixture", &database.address)?;
                Ok(database)
            }
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some(dropper) = &self.dropper else { return };
        // What goes on may be a failure already, which says more than this would.
        if let Err(error) = ask(dropper, "drop", &self.address) {
            eprintln!(
                "warning: a database whose name begins with roundtrip_bench_ was not dropped: {error:#}"
            );
        }
    }
}

fn server(scheme: &str) -> anyhow::Result<Place> {
    let mut services = Services::default();
    let url = services.provide_one(scheme)?;
    Ok(Place::Server { url, _services: services })
}

fn copy(fixture: &Path, rival: Rival) -> anyhow::Result<Database> {
    let file = fixture.with_file_name(format!("{}.db", rival.name()));
    for suffix in ["", "-wal", "-shm"] {
        let mut old = file.clone().into_os_string();
        old.push(suffix);
        if Path::new(&old).exists() {
            fs::remove_file(&old)?;
        }
    }
    fs::copy(fixture, &file)?;
    Ok(Database { address: file.into_os_string(), dropper: None })
}

/// Lets the hand-written server's program do something with a database, and gives what it printed. What it complains
/// about is for the eye at once.
fn ask(program: &Path, word: &str, database: &OsStr) -> anyhow::Result<String> {
    let output = Command::new(program)
        .arg(word)
        .arg(database)
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot run {}", program.display()))?;
    if !output.status.success() {
        // Without the address: a password may be in it.
        bail!("the hand-written server's `{word}` failed, see above");
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Unlike that of any other run, also one on another machine with the same server.
fn unique_name(rival: Rival) -> String {
    // Keys of hash maps are random; nothing else in here is.
    format!("roundtrip_bench_{}_{:016x}", rival.name(), RandomState::new().build_hasher().finish())
}

/// The URL, with another database in it.
fn with_database(url: &str, name: &str) -> anyhow::Result<String> {
    let (scheme, rest) = url.split_once("://").context("the server's URL has no scheme")?;
    let (rest, parameters) = match rest.split_once('?') {
        Some((rest, parameters)) => (rest, format!("?{parameters}")),
        None => (rest, String::new()),
    };
    let authority = rest.split('/').next().unwrap_or_default();
    Ok(format!("{scheme}://{authority}/{name}{parameters}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_keeps_everything_but_its_database() {
        for (url, expected) in [
            ("postgres://ann:s3cret@host:54/shop?a=b/c", "postgres://ann:s3cret@host:54/own?a=b/c"),
            ("mysql://root@[::1]:3306", "mysql://root@[::1]:3306/own"),
            ("mysql://host/?a=b", "mysql://host/own?a=b"),
            ("mysql://host?a=b", "mysql://host/own?a=b"),
        ] {
            assert_eq!(with_database(url, "own").unwrap(), expected, "{url}");
        }
        assert!(with_database("host/shop", "own").is_err());
    }

    #[test]
    fn names_are_unique_and_fit_into_every_server() {
        let (one, other) = (unique_name(Rival::Roundtrip), unique_name(Rival::Roundtrip));
        assert_ne!(one, other);
        assert!(one.starts_with("roundtrip_bench_roundtrip_") && one.len() < 63, "{one}");
    }
}
