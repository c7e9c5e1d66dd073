//! The list of migrations that a database has, in a table of its own.
//!
//! It must not know what the files do.

use mysql_async::{Row, Value};
use roundtrip_migrate::{Applied, Migration};

use crate::failure::Failure;
use crate::session::Session;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS `_roundtrip_migrations` (
  number INT UNSIGNED PRIMARY KEY,
  name VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  checksum VARCHAR(100) CHARACTER SET ascii NOT NULL,
  applied_at VARCHAR(30) CHARACTER SET ascii NOT NULL,
  done INT UNSIGNED NOT NULL,
  begun INT UNSIGNED NOT NULL,
  finished BOOLEAN NOT NULL)";

const THERE: &str = "SELECT 1 FROM information_schema.tables \
                     WHERE table_schema = DATABASE() AND table_name = '_roundtrip_migrations'";

const ALL: &str = "SELECT number, name, checksum, applied_at, done, begun, finished \
                   FROM `_roundtrip_migrations` ORDER BY number";

const WRITE: &str = "INSERT INTO `_roundtrip_migrations` \
     (number, name, checksum, applied_at, done, begun, finished) \
     VALUES (?, ?, ?, DATE_FORMAT(UTC_TIMESTAMP(), '%Y-%m-%dT%H:%i:%sZ'), ?, ?, ?) \
     ON DUPLICATE KEY UPDATE checksum = VALUES(checksum), applied_at = VALUES(applied_at), \
     done = VALUES(done), begun = VALUES(begun), finished = VALUES(finished)";

/// What the database has, by number; nothing where there is no list.
pub(crate) async fn applied(session: &mut Session) -> Result<Vec<Applied>, Failure> {
    if session.query(THERE).await?.is_empty() {
        return Ok(Vec::new());
    }
    let unreadable = || Failure::Malformed("the list of migrations cannot be read");
    session.query(ALL).await?.iter().map(|row| one(row).ok_or_else(unreadable)).collect()
}

fn one(row: &Row) -> Option<Applied> {
    let text = |column| match row.as_ref(column)? {
        Value::Bytes(text) => Some(String::from_utf8_lossy(text).into_owned()),
        Value::Int(number) => Some(number.to_string()),
        Value::UInt(number) => Some(number.to_string()),
        _ => None,
    };
    let number = |column| text(column)?.parse().ok();
    Some(Applied {
        number: number(0)?,
        name: text(1)?,
        checksum: text(2)?,
        applied_at: text(3)?,
        done: number(4)?,
        begun: number(5)?,
        finished: text(6)? != "0",
    })
}

/// Makes the list, if there is none.
pub(super) async fn make(session: &mut Session) -> Result<(), Failure> {
    session.command(TABLE).await
}

/// How far a file has come.
pub(super) struct Progress<'a> {
    pub(super) file: &'a Migration,
    /// As [`Applied::checksum`].
    pub(super) checksum: String,
    pub(super) done: usize,
    pub(super) begun: usize,
    pub(super) finished: bool,
}

/// Writes how far a file has come.
pub(super) async fn write(session: &mut Session, progress: &Progress<'_>) -> Result<(), Failure> {
    let Progress { file, checksum, done, begun, finished } = progress;
    let count = |count: usize| Value::UInt(count as u64);
    let values = vec![
        Value::UInt(u64::from(file.number)),
        Value::Bytes(file.name.clone().into_bytes()),
        Value::Bytes(checksum.clone().into_bytes()),
        count(*done),
        count(*begun),
        Value::Int(i64::from(*finished)),
    ];
    session.run(WRITE, values, |_, _| Ok(())).await.map(drop)
}
