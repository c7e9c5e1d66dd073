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
use roundtrip_store::{StoreError, StoreErrorKind};
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
    /// So many rows where one was asked for.
    NotOne(u64),
    /// More rows touched than were to be touched.
    TooMany {
        /// How many were.
        affected: u64,
        /// How many might have been.
        most: u64,
    },
    /// A written row that the caller may not write.
    Refused,
    /// An answer over the limit of so many bytes.
    TooLarge(usize),
    /// The server did not answer in time.
    Late,
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
        matches!(self, Self::Late | Self::Unknown(_)) || self.remedy() == Remedy::Reconnect
    }

    /// Whether a row with the same unique values is there.
    pub(crate) fn is_duplicate(&self) -> bool {
        matches!(self, Self::Database(error) if code(error) == "23505")
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
    match failure {
        Failure::Database(error) => database(&error, Some(plan), limit),
        Failure::Malformed(malformed) => internal(sent(malformed)),
        Failure::NotOne(rows) => {
            let detail = format!("{rows} rows of {resource} match, and one was asked for");
            StoreError::new(StoreErrorKind::NotOne { rows }, detail, "")
        }
        Failure::TooMany { affected, most } => {
            let detail =
                format!("{affected} rows of {resource} match, and at most {most} were to be touched");
            StoreError::new(StoreErrorKind::TooMany { affected }, detail, "")
        }
        Failure::Refused => StoreError::new(
            StoreErrorKind::Refused { resource: resource.clone() },
            format!("the rules of {resource} do not allow such a row"),
            "",
        ),
        Failure::TooLarge(bytes) => {
            let limit_bytes = bytes as u64;
            let detail = format!("the answer is larger than {limit_bytes} bytes");
            StoreError::new(StoreErrorKind::TooLarge { limit_bytes }, detail, "")
        }
        Failure::Late => {
            let kind = timeout(limit);
            let what = if plan.shape.is_read() { "" } else { "; whether it was written is not known" };
            let detail = format!("{}{what}", detail(&kind));
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

/// The store is closing.
pub(crate) fn closed() -> StoreError {
    StoreError::new(StoreErrorKind::Unavailable, "the database is being closed", "")
}

/// The queue is full.
pub(crate) fn queue_full(places: usize) -> StoreError {
    let private = format!("all {places} places of the queue for connections are taken");
    StoreError::new(StoreErrorKind::Busy, BUSY, private)
}

/// Nobody gave up a connection in time.
pub(crate) fn waited(limit: Duration) -> StoreError {
    let private = format!("no connection was free for {} ms", limit.as_millis());
    StoreError::new(StoreErrorKind::Busy, BUSY, private)
}

const BUSY: &str = "the database has more to do than it can take on";

/// A mistake of ours.
pub(crate) fn internal(private: impl Into<String>) -> StoreError {
    StoreError::new(StoreErrorKind::Internal, "the database could not do this", private)
}

/// The database is only read.
pub(crate) fn read_only() -> StoreError {
    StoreError::new(StoreErrorKind::ReadOnly, "the database is open for reading only", "")
}

/// The time limit struck.
pub(crate) fn timeout(limit: Duration) -> StoreErrorKind {
    StoreErrorKind::Timeout { limit_ms: u64::try_from(limit.as_millis()).unwrap_or(u64::MAX) }
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
        let detail = detail(&kind);
        return StoreError::new(kind, detail, private);
    };
    let kind = kind(said, plan, limit);
    let detail = match said.code().code() {
        "2201B" => "the regular expression cannot be read".to_owned(),
        "42501" => "the user of the database may not do this".to_owned(),
        // What a function or trigger says with RAISE was written for people to read.
        "P0001" => said.message().to_owned(),
        _ => detail(&kind),
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
        "57014" => timeout(limit),
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

/// What the caller is told: no SQL, no path, no version.
pub(crate) fn detail(kind: &StoreErrorKind) -> String {
    match kind {
        StoreErrorKind::Unique { resource, fields } if fields.is_empty() => {
            format!("a row of {resource} with these values exists already")
        }
        StoreErrorKind::Unique { resource, fields } => {
            format!("a row of {resource} with this {} exists already", fields.join(" and "))
        }
        StoreErrorKind::NotNull { field, .. } => format!("{field} is missing"),
        StoreErrorKind::Check { constraint } => format!("the check {constraint} does not hold"),
        StoreErrorKind::Reference { resource, fields, target } => match (&fields[..], target) {
            ([], Some(target)) => format!("rows of {target} still refer to this row of {resource}"),
            ([], None) => {
                format!("a reference of {resource} leads nowhere, or others still refer to the row")
            }
            (fields, Some(target)) => {
                format!("{} names a row of {target} that does not exist", fields.join(" and "))
            }
            (fields, None) => format!("{} names a row that does not exist", fields.join(" and ")),
        },
        StoreErrorKind::Type => "a value does not fit its column".to_owned(),
        StoreErrorKind::ReadOnly => "the database is open for reading only".to_owned(),
        StoreErrorKind::Timeout { limit_ms } => format!("it took longer than {limit_ms} ms"),
        StoreErrorKind::Busy => BUSY.to_owned(),
        StoreErrorKind::Unavailable => "the database cannot be reached".to_owned(),
        StoreErrorKind::Full => "the disk is full".to_owned(),
        StoreErrorKind::TooLarge { .. } => "a value or an answer is too large".to_owned(),
        StoreErrorKind::Structure { .. } => "the database is not as the schema says".to_owned(),
        StoreErrorKind::Search => "the query of the text search cannot be read".to_owned(),
        StoreErrorKind::Pattern => "the regular expression cannot be read".to_owned(),
        StoreErrorKind::Unsupported => "this database cannot do that".to_owned(),
        StoreErrorKind::NotOne { .. }
        | StoreErrorKind::TooMany { .. }
        | StoreErrorKind::Refused { .. }
        | StoreErrorKind::Internal => "the database could not do this".to_owned(),
    }
}
