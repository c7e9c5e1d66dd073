//! An existing SQLite database read as a schema.
//!
//! It only reads, on one snapshot, and asks nothing of the database but that it can be opened. It
//! must not know who may do what: every access rule is absent. The parts: `catalog` asks SQLite,
//! `create_table` (with `token` and `check`) reads what only the statements hold, `column_type` and
//! `default` translate, `resource` puts it together.

mod catalog;
mod check;
pub(crate) mod column_type;
mod create_table;
mod default;
mod resource;
mod token;

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use roundtrip_schema::Schema;
use roundtrip_schema::schema::MOST_RESOURCES;
use roundtrip_store::{StoreError, StoreErrorKind};

pub(crate) use catalog::is_system;
use resource::Draft;

/// Reads the structure of a database. A view that cannot be read is left out, with a warning in the
/// log; so is a foreign key that refers to nothing.
pub fn introspect(connection: &Connection) -> Result<Schema, StoreError> {
    // All questions are asked of one snapshot. A caller that has a transaction open has one already.
    let _snapshot = if connection.is_autocommit() {
        let begun = Transaction::new_unchecked(connection, TransactionBehavior::Deferred);
        Some(begun.map_err(|error| failure(&error))?)
    } else {
        None
    };
    let drafts = drafts(connection).map_err(|error| failure(&error))?;
    if drafts.len() > MOST_RESOURCES {
        let line = format!("{} tables and views are more than the {MOST_RESOURCES} that can be served", drafts.len());
        let kind = StoreErrorKind::Structure { differences: vec![line] };
        return Err(StoreError::new(kind, "the database has too many tables", ""));
    }
    Ok(Schema::new(resource::assemble(drafts)))
}

fn drafts(connection: &Connection) -> rusqlite::Result<Vec<Draft>> {
    let mut drafts = Vec::new();
    for entry in catalog::entries(connection)? {
        let columns = match catalog::columns(connection, &entry.name) {
            Ok(columns) => columns,
            Err(error) if entry.is_view => {
                tracing::warn!(view = entry.name, %error, "left out a view that cannot be read");
                continue;
            }
            Err(error) => return Err(error),
        };
        if columns.is_empty() {
            tracing::warn!(table = entry.name, "left out a table without readable columns");
            continue;
        }
        let (indexes, foreign_keys) = if entry.is_view {
            (Vec::new(), Vec::new())
        } else {
            (catalog::indexes(connection, &entry.name)?, catalog::foreign_keys(connection, &entry.name)?)
        };
        drafts.push(Draft { entry, columns, indexes, foreign_keys });
    }
    Ok(drafts)
}

/// A failure while reading or changing the structure.
pub(crate) fn failure(error: &rusqlite::Error) -> StoreError {
    let (kind, detail) = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (StoreErrorKind::Busy, "the database is busy"),
        Some(ErrorCode::ReadOnly) => (StoreErrorKind::ReadOnly, "the database is open for reading only"),
        Some(ErrorCode::DiskFull) => (StoreErrorKind::Full, "no room is left on the disk"),
        Some(ErrorCode::CannotOpen | ErrorCode::NotADatabase) => {
            (StoreErrorKind::Unavailable, "the database cannot be opened")
        }
        _ => (StoreErrorKind::Internal, "the structure of the database could not be read or changed"),
    };
    StoreError::new(kind, detail, error.to_string())
}
