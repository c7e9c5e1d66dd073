//! An existing SQLite database read as a schema.
//!
//! It only reads, on one snapshot, and asks nothing of the database but that it can be opened. It
//! must not know who may do what: every access rule is absent. The parts: `catalog` asks SQLite,
//! `create_table` (with `token` and `check`) reads what only the statements hold, `column_type` and
//! `default` translate, `view` and `select_list` find what views show, `resource` puts it together.

mod catalog;
mod check;
mod column_type;
mod create_table;
mod default;
mod resource;
mod select_list;
pub(crate) mod token;
mod view;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use roundtrip_schema::Schema;
use roundtrip_schema::schema::MOST_RESOURCES;
use roundtrip_store::{StoreError, StoreErrorKind};

use crate::error::plain;
use resource::Draft;

/// Reads the structure of a database. A view that cannot be read is left out, with a warning in the
/// log; so is a foreign key that refers to nothing.
pub fn introspect(connection: &Connection) -> Result<Schema, StoreError> {
    // All questions are asked of one snapshot. A caller that has a transaction open has one already.
    let _snapshot = if connection.is_autocommit() {
        let begun = Transaction::new_unchecked(connection, TransactionBehavior::Deferred);
        Some(begun.map_err(|error| plain(&error))?)
    } else {
        None
    };
    let drafts = drafts(connection).map_err(|error| plain(&error))?;
    if drafts.len() > MOST_RESOURCES {
        let line = format!(
            "{} tables and views are more than the {MOST_RESOURCES} that can be served",
            drafts.len()
        );
        let kind = StoreErrorKind::Structure { differences: vec![line] };
        return Err(StoreError::new(kind, "the database has too many tables", ""));
    }
    Ok(Schema::with_views(resource::assemble(&drafts), view::views(connection, &drafts)))
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
