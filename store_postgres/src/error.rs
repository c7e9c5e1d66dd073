//! Sorts what goes wrong into the kinds that hold for every database.
//!
//! The server says by a code (SQLSTATE) what went wrong, and names table, column and constraint apart
//! from its sentence. Its sentences are in its own language and may hold values of a request, so they
//! are not read, and those about data are not kept either.
//!
//! Must not know: which statement ran, connections.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use roundtrip_query::Plan;
use roundtrip_store::{Breach, StoreError, StoreErrorKind};
use tokio_postgres::Error;
use tokio_postgres::error::DbError;

use crate::cell::Malformed;
use crate::constraint;

/// Why something could not be run, before it is sorted into the store's kinds.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The driver's or the server's own words.
    Database(Error),
    /// Bytes from the server that make no sense.
    Malformed(Malformed),
    /// What it did is not what it was to do.
    Breach(Breach),
    /// The server did not answer in time.
    Late,
    /// The same, before anything was sent that could last.
    Unsent,
    /// The connection ended after a write was sent and before it was answered.
    Unknown(Error),
    /// Sorted already.
    Sorted(StoreError),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

impl From<Malformed> for Failure {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

impl From<Breach> for Failure {
    fn from(breach: Breach) -> Self {
        Self::Breach(breach)
    }
}

/// What may help against a failure that left no trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Nothing.
    None,
    /// The same again: others were in the way.
    Again,
    /// The same again, prepared anew: the structure has changed.
    Forget,
    /// The same again on another connection.
    Reconnect,
    /// The same again on a connection that is new: all that are open know too little.
    Renew,
}

impl Failure {
    /// What may help.
    pub(crate) fn remedy(&self) -> Remedy {
        match self {
            Self::Database(error) if is_broken(error) => Remedy::Reconnect,
            Self::Database(error) => match code(error) {
                // Serialisation failure, deadlock.
                "40001" | "40P01" => Remedy::Again,
                // "cached plan must not change result type", and a statement that a pooler has lost.
                "0A000" | "26000" => Remedy::Forget,
                _ => Remedy::None,
            },
            // A type that was made after the connection.
            Self::Malformed(Malformed::Type(_)) => Remedy::Renew,
            _ => Remedy::None,
        }
    }

    /// Whether nothing more is to be sent on the connection.
    pub(crate) fn spoils_connection(&self) -> bool {
        matches!(self, Self::Late | Self::Unsent | Self::Unknown(_)) || self.remedy() == Remedy::Reconnect
    }

    /// Whether a row with the same unique values is there.
    pub(crate) fn is_duplicate(&self) -> bool {
        matches!(self, Self::Database(error) if code(error) == "23505")
    }

    /// Whether the server stopped the statement because it was asked to, or because its time was over.
    pub(crate) fn is_cancelled(&self) -> bool {
        matches!(self, Self::Database(error) if code(error) == "57014")
    }

    /// Whether a row with this key is there.
    pub(crate) fn is_duplicate_key(&self, plan: &Plan) -> bool {
        let Self::Database(error) = self else { return false };
        let Some(said) = error.as_db_error().filter(|_| self.is_duplicate()) else { return false };
        let StoreErrorKind::Unique { resource, fields } = constraint::unique(said, Some(plan)) else {
            return false;
        };
        let own = plan.schema.resource(plan.shape.resource());
        resource == own.name && fields == own.names(&own.primary_key)
    }
}

fn code(error: &Error) -> &str {
    error.code().map_or("", |code| code.code())
}

/// Whether the connection, and not the statement, is at fault.
pub(crate) fn is_broken(error: &Error) -> bool {
    match error.as_db_error() {
        Some(said) => ends_connection(said.code().code()),
        None => error.is_closed() || error.source().is_some_and(<dyn std::error::Error>::is::<io::Error>),
    }
}

/// Connection exceptions, and a server that shuts down, crashed or starts.
fn ends_connection(code: &str) -> bool {
    code.starts_with("08") || matches!(code, "57P01" | "57P02" | "57P03" | "57P04" | "57P05" | "25P03")
}

/// A failure of a plan in the store's own terms.
pub(crate) fn sort(failure: Failure, plan: &Plan, limit: Duration) -> StoreError {
    let resource = &plan.schema.resource(plan.shape.resource()).name;
    let is_unsent = matches!(failure, Failure::Unsent);
    match failure {
        Failure::Database(error) => database(&error, Some(plan), limit),
        Failure::Malformed(malformed) => StoreError::internal(sent(malformed)),
        Failure::Breach(breach) => breach.told(resource),
        Failure::Late | Failure::Unsent => {
            let kind = StoreErrorKind::timeout(limit);
            let what =
                if is_unsent || plan.shape.is_read() { "" } else { "; whether it was written is not known" };
            let detail = format!("{}{what}", kind.detail());
            StoreError::new(kind, detail, "the database did not answer, nor say that it gave up")
        }
        Failure::Unknown(error) => {
            let detail = "the connection to the database broke; whether it was written is not known";
            StoreError::new(StoreErrorKind::Unavailable, detail, private(&error))
        }
        Failure::Sorted(error) => error,
    }
}

/// What the server sent that it should not have.
fn sent(malformed: Malformed) -> String {
    match malformed {
        Malformed::Bytes(what) => format!("the server sent {what}"),
        Malformed::Type(id) => {
            format!("the server sent a value of a type that is not known: object id {id}")
        }
    }
}

/// A row was written, and its answer makes no sense.
pub(crate) fn unshown(malformed: Malformed) -> StoreError {
    let detail = "the row was written, and cannot be shown";
    StoreError::new(StoreErrorKind::Internal, detail, sent(malformed))
}

/// A failure that has no plan.
pub(crate) fn plain(error: &Error) -> StoreError {
    database(error, None, Duration::ZERO)
}

/// No connection can be opened.
pub(crate) fn unreachable(error: &Error) -> StoreError {
    let code = code(error);
    let (kind, detail) = match code {
        "53300" => (StoreErrorKind::Busy, "the database has no connections left"),
        "28P01" | "28000" => (StoreErrorKind::Unavailable, "the database does not let this user in"),
        "3D000" => (StoreErrorKind::Unavailable, "there is no such database"),
        _ => (StoreErrorKind::Unavailable, "the database cannot be reached"),
    };
    StoreError::new(kind, detail, private(error))
}

/// Opening a connection took too long.
pub(crate) fn silent(limit: Duration) -> StoreError {
    let private = format!("no connection after {} ms", limit.as_millis());
    StoreError::new(StoreErrorKind::Unavailable, "the database cannot be reached", private)
}

/// The queue is full.
pub(crate) fn queue_full(places: usize) -> StoreError {
    let private = format!("all {places} places of the queue for connections are taken");
    StoreError::busy(private)
}

/// Nobody gave up a connection in time.
pub(crate) fn waited(limit: Duration) -> StoreError {
    let private = format!("no connection was free for {} ms", limit.as_millis());
    StoreError::busy(private)
}

fn database(error: &Error, plan: Option<&Plan>, limit: Duration) -> StoreError {
    let private = private(error);
    let Some(said) = error.as_db_error() else {
        let kind = if is_broken(error) {
            StoreErrorKind::Unavailable
        } else if error.source().is_some_and(<dyn std::error::Error>::is::<serde_json::Error>) {
            // A list that could not be bound as one.
            StoreErrorKind::Type
        } else {
            StoreErrorKind::Internal
        };
        let detail = kind.detail();
        return StoreError::new(kind, detail, private);
    };
    let kind = kind(said, plan, limit);
    let detail = match said.code().code() {
        "42501" => "the user of the database may not do this".to_owned(),
        // What a function or trigger says with RAISE was written for people to read.
        "P0001" => said.message().to_owned(),
        _ if kind == StoreErrorKind::Busy => return StoreError::busy(private),
        _ => kind.detail(),
    };
    StoreError::new(kind, detail, private)
}

fn kind(said: &DbError, plan: Option<&Plan>, limit: Duration) -> StoreErrorKind {
    let code = said.code().code();
    let constraint = || said.constraint().unwrap_or_default().to_owned();
    match code {
        "23505" => constraint::unique(said, plan),
        "23503" => constraint::reference(said, plan),
        "23502" => constraint::not_null(said, plan),
        "23514" | "23P01" | "44000" => StoreErrorKind::Check { constraint: constraint() },
        "P0001" => StoreErrorKind::Check { constraint: said.message().to_owned() },
        "2201B" => StoreErrorKind::Pattern,
        "57014" => StoreErrorKind::timeout(limit),
        "25006" => StoreErrorKind::ReadOnly,
        "53100" => StoreErrorKind::Full,
        // Others were in the way again and again; no connection is left; a lock did not come free.
        "40001" | "40P01" | "53300" | "55P03" => StoreErrorKind::Busy,
        "42P01" | "42703" | "42P10" | "42704" | "42883" | "3F000" => {
            StoreErrorKind::Structure { differences: vec![said.message().to_owned()] }
        }
        "0A000" | "42501" => StoreErrorKind::Unsupported,
        // A value for a column that the server computes itself.
        "428C9" => StoreErrorKind::Type,
        // The query of a text search is read by one file of the server; its code is that of any syntax.
        "42601" if said.file().is_some_and(|file| file.ends_with("tsquery.c")) => StoreErrorKind::Search,
        _ if ends_connection(code) => StoreErrorKind::Unavailable,
        // Data exceptions; limits of the server, such as the length of a value in an index.
        _ if code.starts_with("22") || code.starts_with("54") => StoreErrorKind::Type,
        _ => StoreErrorKind::Internal,
    }
}

/// What goes to the log: no value of a request, which the server's sentences about data hold.
fn private(error: &Error) -> String {
    let Some(said) = error.as_db_error() else {
        // The driver's own words, and those of the system below it.
        return match error.source() {
            Some(source) if source.is::<io::Error>() => format!("{error}: {source}"),
            _ => error.to_string(),
        };
    };
    let code = said.code().code();
    let names = [("table", said.table()), ("column", said.column()), ("constraint", said.constraint())];
    let names = names.iter().filter_map(|(what, name)| Some(format!("{what} {}", (*name)?)));
    let is_about_data = ["22", "23", "54", "P0"].iter().any(|class| code.starts_with(class));
    let words = Some(said.message().to_owned()).filter(|_| !is_about_data);
    let parts: Vec<String> = std::iter::once(format!("SQLSTATE {code}")).chain(words).chain(names).collect();
    parts.join(", ")
}
