//! Why something could not be composed, in words for whoever typed the command.
//!
//! It must not know callers: what they are told is the engine's and the doors' business.

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use roundtrip_schema::Diagnostic;
use roundtrip_schema::diagnostic::Colour;
use roundtrip_settings::{Origin, Problem, SettingsError};
use roundtrip_store::StoreError;
use thiserror::Error;

use crate::database::DatabaseUrlError;
use crate::project::ProjectError;

/// Why there is no server, or no project.
#[derive(Debug, Error)]
pub enum Error {
    /// The project folder cannot be read.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// Settings are not allowed.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A flag is not allowed.
    #[error("{}", .0.render(Colour::No).trim_start_matches("error: "))]
    Flag(Problem),
    /// Mistakes in resource files or sample data; all of them.
    #[error("{}", rendered(.0, Colour::No))]
    Mistakes(Vec<Diagnostic>),
    /// The URL of the database means nothing that can be served.
    #[error(transparent)]
    DatabaseUrl(#[from] DatabaseUrlError),
    /// There is no such file.
    #[error("there is no file {}{}", path.display(), near.as_ref().map_or(String::new(), |near| format!("\n  {near}")))]
    NoFile {
        /// The file.
        path: PathBuf,
        /// What may have been meant.
        near: Option<String>,
    },
    /// A file that is something else.
    #[error(
        "{} is not a SQLite database: its first bytes are not those of one\n  It may be encrypted, or a text file such as a dump, which  sqlite3 new.db < dump.sql  turns into one",
        .0.display()
    )]
    NotADatabase(PathBuf),
    /// A file that cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Writing for everybody on an address that others can reach.
    #[error(
        "--public write on {0} would let everybody who reaches this machine change and delete every row\n  Serve it on this machine alone (leave out --host), or say that you mean it: --yes-public-write"
    )]
    PublicWrite(IpAddr),
    /// `--public` for a project.
    #[error(
        "--public is for a database that is served without a project\n  In a project, each resource file says who may do what, under [access]"
    )]
    PublicOfProject,
    /// Another program listens there.
    #[error("port {} is held by another program{}. Try --port 0.", address.port(), pid.map_or(String::new(), |pid| format!(" (pid {pid})")))]
    PortTaken {
        /// Where.
        address: SocketAddr,
        /// The other program's process id, where it could be found.
        pid: Option<u32>,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}\n  Try another --host or --port")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The database cannot be opened, for a command that needs it at once.
    #[error("{}{}", .0.detail, private(.0))]
    Database(StoreError),
    /// The server stopped with an error.
    #[error("the server stopped: {0}")]
    Serving(String),
}

impl Error {
    /// Whether the command itself was wrong, rather than what it met.
    pub fn is_usage(&self) -> bool {
        match self {
            Self::Flag(_) | Self::PublicWrite(_) | Self::PublicOfProject => true,
            Self::Settings(SettingsError::Invalid(problems)) => problems
                .iter()
                .all(|problem| matches!(problem, Problem::Given { origin: Origin::Flag(_), .. })),
            _ => false,
        }
    }

    /// The error as it is printed: each mistake with its place, coloured for a terminal if asked.
    pub fn render(&self, colour: Colour) -> String {
        match self {
            Self::Mistakes(mistakes) => rendered(mistakes, colour),
            Self::Settings(SettingsError::Invalid(problems))
            | Self::Project(ProjectError::Settings(SettingsError::Invalid(problems))) => {
                let lines: Vec<String> = problems.iter().map(|problem| problem.render(colour)).collect();
                lines.join("\n")
            }
            other => format!("error: {other}"),
        }
    }
}

fn private(error: &StoreError) -> String {
    if error.private.is_empty() { String::new() } else { format!("\n  {}", error.private) }
}

/// Diagnostics one under the other, and how many there are.
fn rendered(mistakes: &[Diagnostic], colour: Colour) -> String {
    let mut text = String::new();
    for mistake in mistakes {
        // A `String` never fails to take more text.
        let _never_fails = writeln!(text, "{}\n", mistake.render(colour));
    }
    let count = mistakes.len();
    let noun = if count == 1 { "mistake" } else { "mistakes" };
    let _never_fails = write!(text, "{count} {noun} in the project's files");
    text
}
