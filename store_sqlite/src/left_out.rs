//! What a database has that no schema says, by name, for whoever copies one and has to say what stays
//! behind.
//!
//! Must not know: who asks.

use std::path::Path;

use roundtrip_store::StoreError;
use rusqlite::{Connection, OpenFlags};

use crate::error::{plain, unavailable};

/// Names of what a schema does not say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// Triggers.
    pub triggers: Vec<String>,
    /// Virtual tables, such as those of full-text search.
    pub virtual_tables: Vec<String>,
    /// Indexes over expressions, or over a part of the rows.
    pub indexes: Vec<String>,
}

/// Looks for it.
///
/// # Errors
/// When the database cannot be read.
pub fn left_out(path: &Path) -> Result<LeftOut, StoreError> {
    let access = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, access).map_err(|error| unavailable(&error, path))?;
    let names = |sql: &str| -> Result<Vec<String>, StoreError> {
        let read = || -> rusqlite::Result<Vec<String>> {
            let mut statement = connection.prepare(sql)?;
            let rows = statement.query_map([], |row| row.get(0))?;
            rows.collect()
        };
        read().map_err(|error| plain(&error))
    };
    Ok(LeftOut {
        triggers: names("SELECT name FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid")?,
        virtual_tables: names(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'virtual' ORDER BY name",
        )?,
        indexes: names(
            "SELECT DISTINCT i.name FROM sqlite_schema AS t, pragma_index_list(t.name) AS i \
             WHERE t.type = 'table' AND (i.partial OR EXISTS \
             (SELECT 1 FROM pragma_index_info(i.name) AS c WHERE c.cid < -1)) ORDER BY 1",
        )?,
    })
}
