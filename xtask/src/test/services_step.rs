//! The step that finds the databases that tests run against: named by an environment variable, else on their usual
//! local ports, else servers of our own that live as long as the command. Nothing is skipped: a database that can be had
//! in none of these ways fails the step. It must not know how a server is spoken to: `services_step/` has a file each.

mod address;
mod mariadb;
mod own;
mod postgres;
mod program;
mod redis;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use self::address::Address;
use self::own::Server;
use super::Note;

/// What is to be known about a kind of server.
struct Kind {
    name: &'static str,
    /// What tests find it by: a URL.
    variable: &'static str,
    /// The beginnings of its URLs; ours have the first.
    schemes: &'static [&'static str],
    port: u16,
    /// URLs that usually let tests in on this machine, for a person of this name.
    usual: fn(user: &str) -> Vec<String>,
    /// Logs in and gives name and version. The server has to be there, and ready.
    ask: fn(&Address) -> anyhow::Result<String>,
    /// Debian's package.
    package: &'static str,
    /// The account that the package makes for it.
    account: &'static str,
    /// Where its program is, when it is installed.
    program: fn() -> Option<PathBuf>,
    /// Makes an empty database in a folder, if that is a step of its own.
    prepare: Option<fn(program: &Path, folder: &Path) -> Command>,
    /// Serves the folder, on the loopback address only, and stays in the foreground.
    serve: fn(program: &Path, folder: &Path, port: u16) -> Command,
    /// The signal that stops it without waiting for its callers.
    stop_signal: &'static str,
    /// How tests reach a server of our own.
    url: fn(port: u16) -> String,
}

/// One row per kind of server.
const KINDS: &[Kind] = &[postgres::KIND, mariadb::KIND, redis::KIND];

/// The databases of this run. Dropping it stops those that we have started.
#[derive(Default)]
pub(crate) struct Services {
    found: Vec<Found>,
    /// Held while servers of our own run: two commands would empty each other's folders.
    lock: Option<File>,
}

struct Found {
    variable: &'static str,
    url: String,
    /// Name and version.
    version: String,
    /// Ours; `None` for a server that was there before.
    _server: Option<Server>,
}

/// Where a database is to come from.
#[derive(Debug, PartialEq)]
enum Source {
    /// This URL and no other: who sets it wants to know when it is wrong.
    Named(String),
    /// The usual places, and a server of our own when nobody is there.
    Usual,
    Own,
}

/// Which servers a run uses.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Wanted {
    Any,
    /// Only servers that this command starts, whatever runs.
    Own,
}

impl Services {
    /// Finds or starts every kind of server; when some cannot be had, all of them are named.
    pub(super) fn provide(wanted: Wanted) -> anyhow::Result<Self> {
        let mut services = Self::default();
        let mut missing = Vec::new();
        for kind in KINDS {
            match services.find(kind, source(wanted, variable(kind))) {
                Ok(found) => services.found.push(found),
                Err(error) => missing.push(format!("{}: {error:#}", kind.name)),
            }
        }
        if !missing.is_empty() {
            bail!("not every database is there\n{}", missing.join("\n"));
        }
        Ok(services)
    }

    /// Finds or starts one kind of server alone, for a chore that needs no other: the kind whose URLs begin like this.
    /// Gives the URL.
    pub(crate) fn provide_one(&mut self, scheme: &str) -> anyhow::Result<String> {
        let kind = KINDS.iter().find(|kind| kind.schemes.contains(&scheme));
        let kind = kind.with_context(|| format!("no server is known whose URLs begin with {scheme}://"))?;
        let found = self.find(kind, source(Wanted::Any, variable(kind)))?;
        let url = found.url.clone();
        self.found.push(found);
        Ok(url)
    }

    /// Tells a command where the databases are.
    pub(super) fn tell<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.envs(self.found.iter().map(|found| (found.variable, &found.url)))
    }

    /// For the summary.
    pub(super) fn note(&self) -> Note {
        let versions: Vec<_> = self.found.iter().map(|found| found.version.as_str()).collect();
        versions.join(", ")
    }

    fn find(&mut self, kind: &Kind, source: Source) -> anyhow::Result<Found> {
        match source {
            Source::Named(url) => ask(kind, url, kind.variable)
                .with_context(|| format!("what {} names is not there", kind.variable)),
            Source::Own => self.start(kind),
            Source::Usual => {
                let mut refusals = Vec::new();
                for url in (kind.usual)(&user()) {
                    match ask(kind, url, "its usual port") {
                        Ok(found) => return Ok(found),
                        Err(refusal) => refusals.push(format!("{refusal:#}")),
                    }
                }
                refusals.dedup();
                println!(
                    "  {} is not on its usual port ({}); one of our own is needed",
                    kind.name,
                    refusals.join("; ")
                );
                self.start(kind)
            }
        }
    }

    fn start(&mut self, kind: &Kind) -> anyhow::Result<Found> {
        let program = program::provide(kind)?;
        if self.lock.is_none() {
            self.lock = Some(own::lock()?);
        }
        let (server, version) = Server::start(kind, &program)?;
        println!("  {version} at {}, started for this run", server.address);
        Ok(Found { variable: kind.variable, url: server.url.clone(), version, _server: Some(server) })
    }
}

fn source(wanted: Wanted, variable: Option<String>) -> Source {
    match (wanted, variable) {
        (Wanted::Own, _) => Source::Own,
        // An empty variable is how a shell unsets one for a single command.
        (Wanted::Any, Some(url)) if !url.is_empty() => Source::Named(url),
        (Wanted::Any, _) => Source::Usual,
    }
}

fn ask(kind: &Kind, url: String, origin: &str) -> anyhow::Result<Found> {
    let address = Address::parse(&url, kind.schemes, kind.port)?;
    let version = (kind.ask)(&address).with_context(|| address.to_string())?;
    println!("  {version} at {address}, found by {origin}");
    Ok(Found { variable: kind.variable, url, version, _server: None })
}

#[expect(clippy::disallowed_methods, reason = "a chore hands these variables on to the tests")]
fn variable(kind: &Kind) -> Option<String> {
    std::env::var(kind.variable).ok()
}

/// The name of the person who runs this; empty where the system does not tell.
fn user() -> String {
    let answer = Command::new("id").arg("-un").output();
    answer.map(|answer| String::from_utf8_lossy(&answer.stdout).trim().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_the_only_source_unless_own_servers_are_wanted() {
        let set = || Some("redis://a".to_owned());
        assert_eq!(source(Wanted::Any, set()), Source::Named("redis://a".into()));
        assert_eq!(source(Wanted::Any, None), Source::Usual);
        assert_eq!(source(Wanted::Any, Some(String::new())), Source::Usual);
        assert_eq!(source(Wanted::Own, set()), Source::Own);
        assert_eq!(source(Wanted::Own, None), Source::Own);
    }

    #[test]
    fn every_usual_and_every_own_address_can_be_read() {
        for kind in KINDS {
            let own = (kind.url)(54_321);
            assert_eq!(Address::parse(&own, kind.schemes, kind.port).unwrap().port, 54_321);
            for url in (kind.usual)("ann") {
                let address = Address::parse(&url, kind.schemes, kind.port).unwrap();
                assert_eq!((address.host.as_str(), address.port), ("127.0.0.1", kind.port), "{url}");
            }
        }
    }

    #[test]
    fn a_variable_that_leads_nowhere_fails_and_hides_its_password() {
        // Port 1 is nobody's.
        for kind in KINDS {
            let url = format!("{}://ann:s3cret@127.0.0.1:1/shop", kind.schemes[0]);
            let error = Services::default().find(kind, Source::Named(url)).err().unwrap();
            let text = format!("{error:#}");
            assert!(text.contains(kind.variable) && text.contains("ann@127.0.0.1:1"), "{text}");
            assert!(!text.contains("s3cret"), "{text}");
        }
    }
}
