//! The list of migrations that a database has, in a table of its own.
//!
//! It must not know what the files do.

use roundtrip_migrate::{Applied, Migration};
use roundtrip_store::StoreError;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::error::plain;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS _roundtrip_migrations (\n  \
     number INTEGER PRIMARY KEY,\n  name TEXT NOT NULL,\n  checksum TEXT NOT NULL,\n  \
     applied_at TEXT NOT NULL,\n  done INTEGER NOT NULL,\n  begun INTEGER NOT NULL,\n  \
     finished INTEGER NOT NULL\n)";

/// What the database has, by number; nothing where there is no list.
pub fn applied(connection: &Connection) -> Result<Vec<Applied>, StoreError> {
    read(connection).map_err(|error| plain(&error))
}

fn read(connection: &Connection) -> rusqlite::Result<Vec<Applied>> {
    let table = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_roundtrip_migrations'";
    if connection.query_row(table, [], |_| Ok(())).optional()?.is_none() {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare(
        "SELECT number, name, checksum, applied_at, done, begun, finished FROM _roundtrip_migrations ORDER BY number",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Applied {
            number: row.get(0)?,
            name: row.get(1)?,
            checksum: row.get(2)?,
            applied_at: row.get(3)?,
            done: row.get(4)?,
            begun: row.get(5)?,
            finished: row.get(6)?,
        })
    })?;
    rows.collect()
}

/// Records a file as finished; the transaction is the caller's.
pub(super) fn finish(
    connection: &Connection,
    file: &Migration,
    statements: usize,
) -> rusqlite::Result<Applied> {
    connection.execute(TABLE, [])?;
    let done = u32::try_from(statements).unwrap_or(u32::MAX);
    let applied_at: String = connection.query_row(
        "INSERT INTO _roundtrip_migrations (number, name, checksum, applied_at, done, begun, finished) \
         VALUES (?1, ?2, ?3, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), ?4, ?4, 1) RETURNING applied_at",
        params![file.number, file.name, file.checksum(), done],
        |row| row.get(0),
    )?;
    Ok(Applied {
        number: file.number,
        name: file.name.clone(),
        checksum: file.checksum(),
        applied_at,
        done,
        begun: done,
        finished: true,
    })
}
