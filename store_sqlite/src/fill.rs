//! Taking in the rows of another database.
//!
//! The tables are made with their references, which SQLite cannot add later without writing a table
//! anew, and the writer does not look at them until every row is there: then all are checked at once.
//! Indexes are made at the end, sorted, instead of being kept up row by row.
//!
//! Must not know: where the rows come from.

use roundtrip_schema::Schema;
use roundtrip_store::{Filling, StoreError, StoreErrorKind, without_indexes};
use rusqlite::Connection;

use crate::error::plain;
use crate::structure::bring_to;

/// So many broken references are told one by one.
const MOST_TOLD: i64 = 20;

/// Does what a stage of a copy needs, on the writer's connection.
pub(crate) fn filling(connection: &Connection, schema: &Schema, stage: Filling) -> Result<(), StoreError> {
    match stage {
        Filling::Begins => {
            bring_to(connection, &without_indexes(schema))?;
            look_at_references(connection, false)
        }
        Filling::Ended => {
            bring_to(connection, schema)?;
            let broken = broken_references(connection)?;
            if broken.is_empty() { look_at_references(connection, true) } else { Err(refused(broken)) }
        }
        // A file that is not complete yet has another name, which says so.
        Filling::Verified => Ok(()),
    }
}

/// Whether the writer refuses rows that refer to nothing. SQLite ignores this inside a transaction;
/// there is none between writes.
fn look_at_references(connection: &Connection, on: bool) -> Result<(), StoreError> {
    connection.pragma_update(None, "foreign_keys", on).map_err(|error| plain(&error))
}

/// A line for each reference that some rows do not keep.
fn broken_references(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let read = || -> rusqlite::Result<Vec<String>> {
        let mut statement = connection.prepare(
            "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2 ORDER BY 1, 2 LIMIT ?1",
        )?;
        let rows = statement.query_map([MOST_TOLD], |row| {
            let (table, parent, count): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let rows = if count == 1 { "row that refers" } else { "rows that refer" };
            Ok(format!("{table} has {count} {rows} to no row of {parent}"))
        })?;
        rows.collect()
    };
    read().map_err(|error| plain(&error))
}

fn refused(broken: Vec<String>) -> StoreError {
    let detail = broken.join("; ");
    StoreError::new(StoreErrorKind::Structure { differences: broken }, detail, "")
}
