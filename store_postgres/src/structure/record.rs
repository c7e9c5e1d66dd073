//! The list of migrations that a database has: a table in a schema of ours, with the files of every
//! schema that a project is in.
//!
//! It must not know what the files do.

use roundtrip_migrate::{Applied, Migration};
use tokio_postgres::{Error, Row};

use super::Builder;

const MAKE: &str = "CREATE SCHEMA IF NOT EXISTS roundtrip;
CREATE TABLE IF NOT EXISTS roundtrip.migrations (
  namespace text COLLATE \"C\" NOT NULL,
  number bigint NOT NULL,
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at text NOT NULL,
  done bigint NOT NULL,
  begun bigint NOT NULL,
  finished boolean NOT NULL,
  PRIMARY KEY (namespace, number))";

const THERE: &str = "SELECT to_regclass('roundtrip.migrations') IS NOT NULL";

const ALL: &str = "SELECT number, name, checksum, applied_at, done, begun, finished
  FROM roundtrip.migrations WHERE namespace = $1 ORDER BY number";

const WRITE: &str = "INSERT INTO roundtrip.migrations
  (namespace, number, name, checksum, applied_at, done, begun, finished)
  VALUES ($1, $2, $3, $4, to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), $5, $6, $7)
  ON CONFLICT (namespace, number) DO UPDATE SET checksum = excluded.checksum,
  applied_at = excluded.applied_at, done = excluded.done, begun = excluded.begun, finished = excluded.finished";

/// How often the list is tried to be made: where it is missing, programs that work on other schemas of
/// the database may make it at the same time.
const ATTEMPTS: usize = 5;

/// How far a file has come.
pub(super) struct Progress<'a> {
    pub(super) file: &'a Migration,
    /// As [`Applied::checksum`].
    pub(super) checksum: String,
    pub(super) done: usize,
    pub(super) begun: usize,
    pub(super) finished: bool,
}

impl Builder {
    /// What the database has, by number; nothing where there is no list.
    pub(crate) async fn applied(&self) -> Result<Vec<Applied>, Error> {
        let client = &self.session.client;
        if !client.query_one(THERE, &[]).await?.try_get::<_, bool>(0)? {
            return Ok(Vec::new());
        }
        client.query(ALL, &[&self.namespace]).await?.iter().map(one).collect()
    }

    /// Makes the list, if there is none.
    pub(super) async fn make_list(&self) -> Result<(), Error> {
        let mut attempt = 1;
        loop {
            match self.execute(MAKE).await {
                Err(_) if attempt < ATTEMPTS => attempt += 1,
                outcome => return outcome,
            }
        }
    }

    /// Writes how far a file has come.
    pub(super) async fn record(&self, progress: &Progress<'_>) -> Result<(), Error> {
        let Progress { file, checksum, done, begun, finished } = progress;
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let (number, done, begun) = (i64::from(file.number), count(*done), count(*begun));
        self.session
            .client
            .execute(WRITE, &[&self.namespace, &number, &file.name, checksum, &done, &begun, finished])
            .await
            .map(drop)
    }
}

fn one(row: &Row) -> Result<Applied, Error> {
    let number = |column: usize| -> Result<u32, Error> {
        Ok(u32::try_from(row.try_get::<_, i64>(column)?).unwrap_or(u32::MAX))
    };
    Ok(Applied {
        number: number(0)?,
        name: row.try_get(1)?,
        checksum: row.try_get(2)?,
        applied_at: row.try_get(3)?,
        done: number(4)?,
        begun: number(5)?,
        finished: row.try_get(6)?,
    })
}
