//! Finds values whose JSON would not say what they are: SQLite keeps whatever it is given, whatever the
//! column's type, and what is copied by way of JSON would silently become something else.
//!
//! Text that is not UTF-8, infinite numbers, bytes where no bytes belong, text where bytes belong, and
//! JSON that is none, and digits of a second that are read away. Everything else that does not fit its type can be told from its JSON.
//!
//! Must not know: who asks, and what is done about it.

use std::path::Path;

use roundtrip_schema::field::Storage;
use roundtrip_schema::{Field, FieldId, Resource, ResourceKind, Schema};
use roundtrip_store::StoreError;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};

use crate::error::{plain, unavailable};

/// Digits of a second that are kept.
const SECOND_DIGITS: usize = 6;

/// A value that cannot be copied as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// The resource.
    pub resource: String,
    /// Which row: its key, or its row id.
    pub row: String,
    /// The field.
    pub field: String,
    /// What is wrong: `holds bytes, and the column is for text`.
    pub reason: &'static str,
}

/// What a look at all rows came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Misfits {
    /// The first ones, as many as were asked for.
    pub told: Vec<Misfit>,
    /// How many there are.
    pub count: u64,
}

/// Looks at every value of every table of `schema`, and tells the first `most` that do not fit.
///
/// # Errors
/// When the database cannot be read.
pub fn misfits(path: &Path, schema: &Schema, most: usize) -> Result<Misfits, StoreError> {
    let access = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, access).map_err(|error| unavailable(&error, path))?;
    let mut found = Misfits::default();
    for (_, resource) in schema.resources().filter(|(_, one)| one.kind == ResourceKind::Table) {
        look(&connection, resource, most, &mut found).map_err(|error| plain(&error))?;
    }
    Ok(found)
}

fn look(
    connection: &Connection,
    resource: &Resource,
    most: usize,
    found: &mut Misfits,
) -> rusqlite::Result<()> {
    let columns: Vec<String> = resource.fields.iter().map(|field| quoted(&field.column)).collect();
    let sql = format!("SELECT {} FROM {}", columns.join(", "), quoted(&resource.table));
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([])?;
    let mut number = 0_u64;
    while let Some(row) = rows.next()? {
        number += 1;
        for (id, field) in resource.fields() {
            let Some(reason) = reason(field, row.get_ref(id.index())?) else { continue };
            found.count += 1;
            if found.told.len() < most {
                let (resource, row) = (resource, key(resource, row, number)?);
                found.told.push(Misfit {
                    resource: resource.name.clone(),
                    row,
                    field: field.name.clone(),
                    reason,
                });
            }
        }
    }
    Ok(())
}

fn reason(field: &Field, value: ValueRef<'_>) -> Option<&'static str> {
    let storage = field.ty.storage();
    match value {
        ValueRef::Null | ValueRef::Integer(_) => None,
        ValueRef::Real(number) => (!number.is_finite()).then_some("holds an infinite number"),
        ValueRef::Blob(_) if storage == Storage::Bytes => None,
        ValueRef::Blob(_) => Some("holds bytes, and its column is for something else"),
        ValueRef::Text(_) if storage == Storage::Bytes => Some("holds text, and its column is for bytes"),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Err(_) => Some("holds text that is not UTF-8"),
            Ok(text) if storage == Storage::Json && !is_json(text) => Some("holds text that is not JSON"),
            Ok(text) if matches!(storage, Storage::Datetime | Storage::Time) && is_too_fine(text) => {
                Some("has digits beyond the microsecond, which are not kept")
            }
            Ok(_) => None,
        },
    }
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok()
}

/// Whether a moment says more about its second than is kept.
fn is_too_fine(text: &str) -> bool {
    let Some((_, rest)) = text.split_once('.') else { return false };
    let digits = rest.split(|one: char| !one.is_ascii_digit()).next().unwrap_or_default();
    digits.trim_end_matches('0').len() > SECOND_DIGITS
}

/// How a row is called: its key, or where it stands.
fn key(resource: &Resource, row: &Row<'_>, number: u64) -> rusqlite::Result<String> {
    if resource.primary_key.is_empty() {
        return Ok(format!("the {number}. row"));
    }
    let part = |id: &FieldId| -> rusqlite::Result<String> {
        Ok(match row.get_ref(id.index())? {
            ValueRef::Null => "null".to_owned(),
            ValueRef::Integer(value) => value.to_string(),
            ValueRef::Real(value) => value.to_string(),
            ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
            ValueRef::Blob(bytes) => format!("{} bytes", bytes.len()),
        })
    };
    let parts: Vec<String> = resource.primary_key.iter().map(part).collect::<rusqlite::Result<_>>()?;
    Ok(parts.join(","))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use roundtrip_journey::SystemClock;
    use roundtrip_store::Store as _;

    use super::*;
    use crate::{Mode, Options, SqliteStore};

    #[test]
    fn what_json_would_hide_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("odd.db");
        let odd = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b REAL, c BLOB, d JSON, e TIMESTAMP);
            INSERT INTO t VALUES (1, 'plain', 1.5, x'00', '{\"a\": 1}', '2026-01-01 00:00:00.1000000'),
                (2, x'00', 9e999, 'text', 'no {json', '2026-01-01 00:00:00.1234567Z'),
                (3, CAST(x'ff' AS TEXT), 1, NULL, NULL, NULL);
            CREATE TABLE k (a TEXT, b TEXT, PRIMARY KEY (a, b));
            INSERT INTO k VALUES ('x', x'00');";
        Connection::open(&path).unwrap().execute_batch(odd).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let schema = runtime.block_on(async {
            let store = SqliteStore::open(
                &path,
                Mode::GuestRead,
                Options::default(),
                std::sync::Arc::new(SystemClock),
            );
            let store = store.unwrap();
            let schema = store.introspect().await.unwrap();
            store.close().await;
            schema
        });
        let found = misfits(&path, &schema, 6).unwrap();
        assert_eq!(found.count, 7);
        let told: Vec<String> = found
            .told
            .iter()
            .map(|one| format!("{} {} {}: {}", one.resource, one.row, one.field, one.reason))
            .collect();
        assert_eq!(
            told,
            [
                "t 2 a: holds bytes, and its column is for something else",
                "t 2 b: holds an infinite number",
                "t 2 c: holds text, and its column is for bytes",
                "t 2 d: holds text that is not JSON",
                "t 2 e: has digits beyond the microsecond, which are not kept",
                "t 3 a: holds text that is not UTF-8",
            ]
        );
    }
}
