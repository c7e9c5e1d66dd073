//! Sorts what the server and the driver say into the kinds that hold for every database.
//!
//! The server's sentences may hold values of a row, which no log may: only those pass that cannot.
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
            StoreError::busy(format!("{server}: {error}"))
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
        Failure::Database(error) => StoreError::internal(error.to_string()),
        Failure::Deadline => {
            let kind = StoreErrorKind::timeout(options.statement_timeout);
            let detail = kind.detail();
            StoreError::new(kind, detail, "the server did not answer in time")
        }
        Failure::Breach(breach) => breach.told(name),
        Failure::Cut => cut(options, "max_allowed_packet"),
        Failure::Malformed(why) => StoreError::internal(*why),
        Failure::Lost => said(
            StoreErrorKind::Unsupported,
            format!("a row of {name} cannot be found again once it is written, since its key is not known"),
        ),
        Failure::Overtaken => StoreError::busy("others changed the same rows again and again"),
    }
}

/// The server itself takes or gives less than our setting allows.
fn cut(options: &Options, private: &str) -> StoreError {
    let detail = "a row with all that is embedded in it is larger than the database server allows";
    let kind = StoreErrorKind::TooLarge { limit_bytes: options.answer_bytes as u64 };
    StoreError::new(kind, detail, private)
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
        1969 | 3024 | 1907 => StoreErrorKind::timeout(options.statement_timeout),
        1020 | 1040 | 1203 | 1205 | 1213 | 1226 | 1412 | 1461 | 1615 => StoreErrorKind::Busy,
        1021 | 1041 | 1114 => StoreErrorKind::Full,
        1290 | 1792 | 1836 | 3906 => StoreErrorKind::ReadOnly,
        1049 | 1054 | 1146 | 1305 | 1356 => StoreErrorKind::Structure { differences: vec![words.to_owned()] },
        // What is not allowed, and what broke.
        1044 | 1045 | 1142 | 1143 | 1227 | 1370 | 1053 | 1079 | 1152 | 1317 | 1927 | 4031 => {
            StoreErrorKind::Unavailable
        }
        1153 | 1260 | 1301 => return cut(options, &private(code, words)),
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
            _ => kind.detail(),
        },
    };
    StoreError::new(kind, detail, private(code, words))
}

/// Codes whose sentences hold names and numbers of the server alone, and texts of statements, in which
/// no value is. Whether any other one does is not asked: what a later server adds stays unsaid too.
const WITHOUT_VALUES: [u16; 69] = [
    1005, 1020, 1021, 1025, 1038, 1040, 1041, 1048, 1049, 1050, 1052, 1053, 1054, 1055, 1060, 1061, 1064,
    1067, 1068, 1071, 1072, 1075, 1079, 1091, 1101, 1114, 1118, 1142, 1143, 1146, 1153, 1169, 1170, 1203,
    1205, 1213, 1215, 1216, 1217, 1226, 1227, 1260, 1264, 1265, 1290, 1301, 1305, 1356, 1364, 1370, 1406,
    1412, 1451, 1452, 1461, 1553, 1615, 1792, 1826, 1832, 1833, 1836, 1907, 1927, 1969, 3024, 3819, 4025,
    4031,
];

/// What of the server's sentence the log may have.
fn private(code: u16, words: &str) -> String {
    match code {
        // The entry stands before the name, and may hold the same words.
        1062 | 1586 => {
            let key = words.rsplit_once(" for key ").map(|(_, key)| key).unwrap_or_default();
            format!("a duplicate for key {key} (code {code})")
        }
        _ if WITHOUT_VALUES.contains(&code) => format!("{words} (code {code})"),
        _ => format!("code {code}"),
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
            (1412, StoreErrorKind::Busy),
            (1114, StoreErrorKind::Full),
            (1792, StoreErrorKind::ReadOnly),
            (1927, StoreErrorKind::Unavailable),
            (1146, StoreErrorKind::Structure { differences: vec!["the words".to_owned()] }),
            (1644, StoreErrorKind::Check { constraint: "the words".to_owned() }),
            (1062, StoreErrorKind::Unique { resource: String::new(), fields: Vec::new() }),
            (1064, StoreErrorKind::Internal),
        ] {
            let error = server(code, "the words", None, &options);
            assert!(error.private.contains(&format!("code {code}")), "{code}: {}", error.private);
            assert_eq!(error.kind, expected, "{code}");
            assert_eq!(error.detail.contains("the words"), code == 1644, "{code}: {}", error.detail);
        }
    }

    #[test]
    fn no_value_of_a_row_is_in_the_log() {
        for (code, words, told) in [
            (1062, "Duplicate entry 'SECRET for key 'x'' for key 'name_key'", Some("name_key")),
            (1062, "Duplicate entry 'SECRET", None),
            (1366, "Incorrect integer value: 'SECRET' for column `shop`.`books`.`n` at row 1", None),
            (1292, "Truncated incorrect DOUBLE value: 'SECRET'", None),
            (1644, "SECRET is taken", None),
            (9999, "SECRET", None),
            (1054, "Unknown column 'n' in 'SELECT'", Some("column 'n'")),
            (1452, "fails (`a`.`b`, CONSTRAINT `key` FOREIGN KEY", Some("`key`")),
        ] {
            let private = server(code, words, None, &Options::default()).private;
            assert!(!private.contains("SECRET"), "{private}");
            assert!(private.contains(told.unwrap_or("code")), "{private}");
        }
    }
}
