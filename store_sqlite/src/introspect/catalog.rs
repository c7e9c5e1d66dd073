//! What SQLite's own pragmas say about tables, columns, indexes and foreign keys.
//!
//! This is the only place that asks the connection. It must not know the schema's model; it sorts
//! out what is nobody's business: SQLite's tables, our system tables, virtual tables and their shadows.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result, Row};

/// A table or view.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) is_view: bool,
    /// The statement that made it.
    pub(super) sql: String,
}

/// A column of a table or view.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) declared: String,
    pub(super) not_null: bool,
    /// The text of its default.
    pub(super) default: Option<String>,
    /// Its place in the primary key, from 1; 0 for other columns.
    pub(super) key_position: u32,
    /// Whether it is computed from other columns.
    pub(super) generated: bool,
}

/// Where an index comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// `CREATE INDEX`.
    Statement,
    /// A unique constraint.
    Unique,
    /// The primary key.
    PrimaryKey,
}

/// An index over whole columns of every row.
#[derive(Debug)]
pub(super) struct Index {
    pub(super) name: String,
    pub(super) unique: bool,
    pub(super) origin: Origin,
    /// The columns; `None` if it is over part of the rows, or over expressions.
    pub(super) columns: Option<Vec<String>>,
}

/// A foreign key.
#[derive(Debug)]
pub(super) struct ForeignKey {
    pub(super) columns: Vec<String>,
    pub(super) target: String,
    /// `None` where the statement names none, which means the primary key.
    pub(super) target_columns: Option<Vec<String>>,
    pub(super) on_delete: String,
}

/// Tables and views, in the order in which they were made.
///
/// Virtual tables are left out. They cannot be read like tables: most answer only to arguments or
/// `MATCH`, one whose module is not loaded cannot be opened at all, and reading runs the module's
/// code. Whoever wants to offer one puts a view over it.
pub(super) fn entries(connection: &Connection) -> Result<Vec<Entry>> {
    let mut statement = connection.prepare(
        // Materialised: every look into the pragma's list makes the whole list.
        "WITH l AS MATERIALIZED (SELECT name, type FROM pragma_table_list WHERE schema = 'main') \
         SELECT s.name, s.type = 'view', s.sql, l.type FROM sqlite_schema AS s LEFT JOIN l USING (name) \
         WHERE s.type IN ('table', 'view') ORDER BY s.rowid",
    )?;
    let mut rows = statement.query([])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        let kind = text(row, 3)?;
        let entry = Entry { name: text(row, 0)?, is_view: row.get(1)?, sql: text(row, 2)? };
        if !is_system(&entry.name) && kind != "virtual" && kind != "shadow" {
            entries.push(entry);
        }
    }
    Ok(entries)
}

/// Whether a name belongs to SQLite or to our own bookkeeping.
fn is_system(name: &str) -> bool {
    ["sqlite_", "_roundtrip"]
        .iter()
        .any(|prefix| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)))
}

/// The columns of a table or view. Fails for a view that cannot be read.
pub(super) fn columns(connection: &Connection, table: &str) -> Result<Vec<Column>> {
    // Hidden: 0 is an ordinary column, 2 and 3 are computed ones, 1 exists only in virtual tables.
    let mut statement = connection.prepare_cached(
        "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?1, 'main') \
         WHERE hidden <> 1 ORDER BY cid",
    )?;
    let rows = statement.query_map([table], |row| {
        Ok(Column {
            name: text(row, 0)?,
            declared: text(row, 1)?,
            not_null: row.get(2)?,
            default: optional_text(row, 3)?,
            key_position: row.get(4)?,
            generated: row.get::<_, i64>(5)? != 0,
        })
    })?;
    rows.collect()
}

/// The indexes of a table, in the order in which they were made.
pub(super) fn indexes(connection: &Connection, table: &str) -> Result<Vec<Index>> {
    // SQLite lists the newest first.
    let mut statement = connection.prepare_cached(
        "SELECT name, \"unique\", origin, partial FROM pragma_index_list(?1, 'main') ORDER BY seq DESC",
    )?;
    let mut rows = statement.query([table])?;
    let mut indexes = Vec::new();
    while let Some(row) = rows.next()? {
        let name = text(row, 0)?;
        let origin = match text(row, 2)?.as_str() {
            "u" => Origin::Unique,
            "pk" => Origin::PrimaryKey,
            _ => Origin::Statement,
        };
        let is_partial: bool = row.get(3)?;
        let columns = if is_partial { None } else { index_columns(connection, &name)? };
        indexes.push(Index { name, unique: row.get(1)?, origin, columns });
    }
    Ok(indexes)
}

fn index_columns(connection: &Connection, index: &str) -> Result<Option<Vec<String>>> {
    let mut statement = connection.prepare_cached(
        "SELECT cid >= 0, name FROM pragma_index_xinfo(?1, 'main') WHERE key ORDER BY seqno",
    )?;
    let rows = statement.query_map([index], |row| {
        let is_column: bool = row.get(0)?;
        if is_column { text(row, 1).map(Some) } else { Ok(None) }
    })?;
    rows.collect()
}

/// The foreign keys of a table, in the order of its statement.
pub(super) fn foreign_keys(connection: &Connection, table: &str) -> Result<Vec<ForeignKey>> {
    // SQLite numbers them from the last one back.
    let mut statement = connection.prepare_cached(
        "SELECT id, \"table\", \"from\", \"to\", on_delete FROM pragma_foreign_key_list(?1, 'main') \
         ORDER BY id DESC, seq",
    )?;
    let mut rows = statement.query([table])?;
    let mut keys: Vec<(i64, ForeignKey)> = Vec::new();
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let (column, target_column) = (text(row, 2)?, optional_text(row, 3)?);
        match keys.last_mut() {
            Some((last, key)) if *last == id => {
                key.columns.push(column);
                if let (Some(columns), Some(column)) = (&mut key.target_columns, target_column) {
                    columns.push(column);
                }
            }
            _ => keys.push((
                id,
                ForeignKey {
                    columns: vec![column],
                    target: text(row, 1)?,
                    target_columns: target_column.map(|column| vec![column]),
                    on_delete: text(row, 4)?,
                },
            )),
        }
    }
    Ok(keys.into_iter().map(|(_, key)| key).collect())
}

/// Text that other programs wrote. It may be in another encoding, in a comment for example, which
/// must not keep the whole database from being read.
fn optional_text(row: &Row<'_>, index: usize) -> Result<Option<String>> {
    Ok(match row.get_ref(index)? {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => None,
    })
}

fn text(row: &Row<'_>, index: usize) -> Result<String> {
    Ok(optional_text(row, index)?.unwrap_or_default())
}
