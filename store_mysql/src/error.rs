//! Sorts what the server and the driver say into the kinds that hold for every database.
//!
//! What a constraint is called stands in words only; `constraint` compares them with what the schema
//! knows.
//!
//! Must not know: which statement ran, connections.

use std::time::Duration;

use mysql_async::{DriverError, Error};
use roundtrip_query::Plan;
use roundtrip_schema::{Resource, Schema};
use roundtrip_store::{StoreError, StoreErrorKind};

use crate::address::Address;
use crate::constraint;
use crate::failure::Failure;
use crate::options::Options;

/// What a failure happened to.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) resource: &'a Resource,
}

/// A failure of a plan in the store's own terms; `options` say what the plan could take.
pub(crate) fn sort(failure: &Failure, plan: &Plan, options: &Options) -> StoreError {
    let resource = plan.schema.resource(plan.shape.resource());
    told(failure, Some(About { schema: &plan.schema, resource }), options)
}

/// A failure that has no plan: to begin, to commit, to look at the database.
pub(crate) fn plain(failure: &Failure, options: &Options) -> StoreError {
    told(failure, None, options)
}

/// A write that broke off when nobody can know whether it was kept.
pub(crate) fn unknown(failure: &Failure, options: &Options) -> StoreError {
    let error = plain(failure, options);
    let detail =
        "the connection to the database broke in the middle of the write; whether it was kept is not known";
    StoreError { detail: detail.to_owned(), ..error }
}

/// The server cannot be reached, or does not let us in.
pub(crate) fn no_connection(error: &Error, address: &Address) -> StoreError {
    let server = address.server();
    match error {
        // Too many connections, of all or of this user.
        Error::Server(error) if matches!(error.code, 1040 | 1203 | 1226) => {
            busy(format!("{server}: {error}"))
        }
        Error::Server(error) => {
            let detail = match error.code {
                1044 | 1045 | 1698 => "the database does not accept the user or the password",
                1049 => "there is no such database on the server",
                _ => "the database cannot be used",
            };
            unavailable(detail, format!("{server}: {error}"))
        }
        Error::Driver(DriverError::NoClientSslFlagFromServer) => {
            unavailable("the database server does not encrypt connections, and ssl-mode asks for it", server)
        }
        error => unavailable("the database cannot be reached", format!("{server}: {error}")),
    }
}

/// The server did not answer while a connection was made.
pub(crate) fn connect_timeout(address: &Address, limit: Duration) -> StoreError {
    let private = format!("{}: no connection within {} ms", address.server(), limit.as_millis());
    unavailable("the database cannot be reached", private)
}

/// The store is closing.
pub(crate) fn closed() -> StoreError {
    unavailable("the database is being closed", "")
}

/// There is more to do than can be done.
pub(crate) fn busy(private: impl Into<String>) -> StoreError {
    StoreError::new(StoreErrorKind::Busy, "the database has more to do than it can take on", private)
}

/// A mistake of ours.
pub(crate) fn internal(private: impl Into<String>) -> StoreError {
    StoreError::new(StoreErrorKind::Internal, "the database could not do this", private)
}

/// The database is only read.
pub(crate) fn read_only() -> StoreError {
    StoreError::new(StoreErrorKind::ReadOnly, "the database is open for reading only", "")
}

/// A time limit struck.
pub(crate) fn timeout(limit: Duration) -> StoreErrorKind {
    StoreErrorKind::Timeout { limit_ms: u64::try_from(limit.as_millis()).unwrap_or(u64::MAX) }
}

fn unavailable(detail: &str, private: impl Into<String>) -> StoreError {
    StoreError::new(StoreErrorKind::Unavailable, detail, private)
}

fn told(failure: &Failure, about: Option<About<'_>>, options: &Options) -> StoreError {
    let name = about.map_or("the database", |about| about.resource.name.as_str());
    let said = |kind, detail: String| StoreError::new(kind, detail, "");
    match failure {
        Failure::Database(Error::Server(error)) => server(error.code, &error.message, about, options),
        Failure::Database(Error::Driver(DriverError::PacketTooLarge)) => {
            cut(options, "a packet is too large")
        }
        Failure::Database(error) if failure.is_broken() => {
            unavailable("the connection to the database broke", error.to_string())
        }
        Failure::Database(error) => internal(error.to_string()),
        Failure::Deadline => {
            let kind = timeout(options.statement_timeout);
            StoreError::new(kind.clone(), detail(&kind), "the server did not answer in time")
        }
        Failure::NotOne(rows) => said(
            StoreErrorKind::NotOne { rows: *rows },
            format!("{rows} rows of {name} match, and one was asked for"),
        ),
        Failure::TooMany { affected, most } => said(
            StoreErrorKind::TooMany { affected: *affected },
            format!("{affected} rows of {name} match, and at most {most} were to be touched"),
        ),
        Failure::Refused => said(
            StoreErrorKind::Refused { resource: name.to_owned() },
            format!("the rules of {name} do not allow such a row"),
        ),
        Failure::TooLarge => too_large(options, ""),
        Failure::Cut => cut(options, "max_allowed_packet"),
        Failure::Malformed(why) => internal(*why),
        Failure::Lost => said(
            StoreErrorKind::Unsupported,
            format!("a row of {name} cannot be found again once it is written, since its key is not known"),
        ),
        Failure::Overtaken => busy("others changed the same rows again and again"),
    }
}

fn too_large(options: &Options, private: &str) -> StoreError {
    let limit_bytes = options.answer_bytes as u64;
    let detail = format!("the answer is larger than {limit_bytes} bytes");
    StoreError::new(StoreErrorKind::TooLarge { limit_bytes }, detail, private)
}

/// The server itself takes or gives less than our setting allows.
fn cut(options: &Options, private: &str) -> StoreError {
    let detail = "a row with all that is embedded in it is larger than the database server allows";
    StoreError { detail: detail.to_owned(), ..too_large(options, private) }
}

/// The server's own error, by its number; those of MariaDB and of MySQL are the same up to 1900.
fn server(code: u16, words: &str, about: Option<About<'_>>, options: &Options) -> StoreError {
    let resource = || about.map(|about| about.resource.name.clone()).unwrap_or_default();
    let kind = match code {
        1062 | 1169 | 1586 => {
            let found = about.and_then(|about| constraint::unique(about, words));
            let (resource, fields) = found.unwrap_or_else(|| (resource(), Vec::new()));
            StoreErrorKind::Unique { resource, fields }
        }
        1216 | 1217 | 1451 | 1452 => {
            let parent = matches!(code, 1217 | 1451);
            let found = about.and_then(|about| constraint::reference(about, words, parent));
            let none =
                || StoreErrorKind::Reference { resource: resource(), fields: Vec::new(), target: None };
            found.unwrap_or_else(none)
        }
        1048 | 1364 | 1263 => {
            let field = about.and_then(|about| constraint::column(about, words)).unwrap_or_default();
            StoreErrorKind::NotNull { resource: resource(), field }
        }
        4025 | 3819 => StoreErrorKind::Check { constraint: constraint::check(about, words) },
        // What a trigger or a routine says with SIGNAL was written for people to read.
        1643 | 1644 => StoreErrorKind::Check { constraint: words.to_owned() },
        // 1690 is a number too great, which is also how a cast of ours fails.
        1264 | 1265 | 1292 | 1366 | 1367 | 1406 | 1411 | 1525 | 1690 | 3140 | 3141 | 3903 | 4037 | 4038 => {
            StoreErrorKind::Type
        }
        1139 | 3685..=3700 => StoreErrorKind::Pattern,
        1969 | 3024 | 1907 => timeout(options.statement_timeout),
        1020 | 1040 | 1203 | 1205 | 1213 | 1226 | 1461 | 1615 => StoreErrorKind::Busy,
        1021 | 1041 | 1114 => StoreErrorKind::Full,
        1290 | 1792 | 1836 | 3906 => StoreErrorKind::ReadOnly,
        1049 | 1054 | 1146 | 1305 | 1356 => StoreErrorKind::Structure { differences: vec![words.to_owned()] },
        // What is not allowed, and what broke.
        1044 | 1045 | 1142 | 1143 | 1227 | 1370 | 1053 | 1079 | 1152 | 1317 | 1927 | 4031 => {
            StoreErrorKind::Unavailable
        }
        1153 | 1260 | 1301 => return cut(options, words),
        _ => StoreErrorKind::Internal,
    };
    let detail = match code {
        1044 | 1045 | 1142 | 1143 | 1227 | 1370 => {
            "the database does not allow its user to do this".to_owned()
        }
        1053 | 1079 | 1152 | 1317 | 1927 | 4031 => "the connection to the database broke".to_owned(),
        1690 => "a value is too great, or cannot be read as the type that is asked for".to_owned(),
        _ => match about.and_then(|about| constraint::unfit(about, words)) {
            Some(field) if kind == StoreErrorKind::Type => {
                format!("the value of {field} does not fit its column")
            }
            _ => detail(&kind),
        },
    };
    StoreError::new(kind, detail, format!("{words} (code {code})"))
}

/// What the caller is told: no SQL, no server, no version.
fn detail(kind: &StoreErrorKind) -> String {
    match kind {
        StoreErrorKind::Unique { resource, fields } if fields.is_empty() => {
            format!("a row of {resource} with these values exists already")
        }
        StoreErrorKind::Unique { resource, fields } => {
            format!("a row of {resource} with this {} exists already", fields.join(" and "))
        }
        StoreErrorKind::NotNull { field, .. } if field.is_empty() => "a value is missing".to_owned(),
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
        StoreErrorKind::Pattern => "the regular expression cannot be read".to_owned(),
        StoreErrorKind::ReadOnly => "the database is open for reading only".to_owned(),
        StoreErrorKind::Timeout { limit_ms } => format!("it took longer than {limit_ms} ms"),
        StoreErrorKind::Busy => "the database is busy".to_owned(),
        StoreErrorKind::Unavailable => "the database cannot be reached".to_owned(),
        StoreErrorKind::Full => "the disk is full".to_owned(),
        StoreErrorKind::TooLarge { .. } => "a value or an answer is too large".to_owned(),
        StoreErrorKind::Structure { .. } => "the database is not as the schema says".to_owned(),
        StoreErrorKind::NotOne { .. }
        | StoreErrorKind::TooMany { .. }
        | StoreErrorKind::Search
        | StoreErrorKind::Refused { .. }
        | StoreErrorKind::Unsupported
        | StoreErrorKind::Internal => "the database could not do this".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_their_kinds() {
        let options = Options::default();
        for (code, expected) in [
            (1264, StoreErrorKind::Type),
            (1139, StoreErrorKind::Pattern),
            (1969, StoreErrorKind::Timeout { limit_ms: 5_000 }),
            (1213, StoreErrorKind::Busy),
            (1114, StoreErrorKind::Full),
            (1792, StoreErrorKind::ReadOnly),
            (1927, StoreErrorKind::Unavailable),
            (1146, StoreErrorKind::Structure { differences: vec!["the words".to_owned()] }),
            (1644, StoreErrorKind::Check { constraint: "the words".to_owned() }),
            (1062, StoreErrorKind::Unique { resource: String::new(), fields: Vec::new() }),
            (1064, StoreErrorKind::Internal),
        ] {
            let error = server(code, "the words", None, &options);
            assert_eq!(error.kind, expected, "{code}");
            assert_eq!(error.detail.contains("the words"), code == 1644, "{code}: {}", error.detail);
        }
    }
}
