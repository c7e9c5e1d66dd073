//! Runs the files that a database does not have yet, each in a transaction of its own.
//!
//! `BEGIN IMMEDIATE` is the lock: one program at a time is past it, and what is pending is asked again
//! behind it. Foreign keys are off while a file runs, as a copied table needs it, and are checked before
//! the commit.

use roundtrip_migrate::{Applied, Dialect, Migration, Pending, pending};
use roundtrip_store::{Migrating, StoreError, StoreErrorKind};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::keep::Kept;
use super::record;
use crate::error::plain;

/// Applies what is pending of these files; answers what was applied.
pub fn migrate(
    connection: &Connection,
    files: &[Migration],
    how: Migrating,
) -> Result<Vec<Applied>, StoreError> {
    if waiting(connection, files)?.is_empty() {
        return Ok(Vec::new());
    }
    let _unlinked = Unlinked::new(connection).map_err(|error| plain(&error))?;
    all(connection, files, how)
}

/// A connection on which references do not count, until this is dropped, whatever happens meanwhile.
struct Unlinked<'c>(&'c Connection);

impl<'c> Unlinked<'c> {
    fn new(connection: &'c Connection) -> rusqlite::Result<Self> {
        // SQLite ignores this inside a transaction.
        connection.pragma_update(None, "foreign_keys", false)?;
        Ok(Self(connection))
    }
}

impl Drop for Unlinked<'_> {
    fn drop(&mut self) {
        // A statement that failed may have left this on; it hides what views and triggers refer to.
        let legacy = self.0.pragma_update(None, "legacy_alter_table", false);
        let linked = self.0.pragma_update(None, "foreign_keys", true);
        if let Err(error) = legacy.and(linked) {
            tracing::error!(%error, "references of this database are not checked until the next start");
        }
    }
}

fn waiting<'f>(connection: &Connection, files: &'f [Migration]) -> Result<Vec<Pending<'f>>, StoreError> {
    let applied = record::applied(connection)?;
    pending(files, &applied, Dialect::Sqlite).map_err(|trouble| refusal(trouble.to_string(), ""))
}

fn all(connection: &Connection, files: &[Migration], how: Migrating) -> Result<Vec<Applied>, StoreError> {
    let mut done = Vec::new();
    loop {
        let begun = Transaction::new_unchecked(connection, TransactionBehavior::Immediate);
        let transaction = begun.map_err(|error| plain(&error))?;
        // Somebody else may have applied some in the meantime.
        let waiting = waiting(&transaction, files)?;
        let Some(next) = waiting.first() else { return Ok(done) };
        if how == Migrating::Running {
            run(&transaction, next)?;
        }
        let recorded = record::finish(&transaction, next.file, next.statements.len());
        let recorded = recorded.map_err(|error| plain(&error))?;
        transaction.commit().map_err(|error| plain(&error))?;
        done.push(recorded);
    }
}

fn run(connection: &Connection, next: &Pending<'_>) -> Result<(), StoreError> {
    let file = next.file.file();
    let looks = next.statements.iter().any(|statement| may_orphan(statement));
    let before = if looks { orphans(connection)?.1 } else { 0 };
    let mut kept = Kept::of(connection).map_err(|error| plain(&error))?;
    for (index, statement) in next.statements.iter().enumerate() {
        let ran = kept.before(connection, statement).and_then(|()| execute(connection, statement));
        ran.map_err(|error| {
            let line = format!("{file}, statement {}: {error}; nothing of this file was applied", index + 1);
            failed(&error, line)
        })?;
        kept.after(statement);
    }
    kept.put_back(connection).map_err(|(name, error)| {
        let line = format!(
            "{file}: {name} no longer fits: drop it in this file, and make it anew after the change ({error}); nothing of this file was applied"
        );
        failed(&error, line)
    })?;
    if looks {
        let (lines, after) = orphans(connection)?;
        if after > before {
            let line = format!("{file}: {}; nothing of this file was applied", lines.join(", "));
            return Err(refusal(line, ""));
        }
    }
    Ok(())
}

/// Runs one statement, whatever it answers.
fn execute(connection: &Connection, statement: &str) -> rusqlite::Result<()> {
    let mut prepared = connection.prepare(statement)?;
    let mut rows = prepared.query([])?;
    while rows.next()?.is_some() {}
    Ok(())
}

/// Whether a statement could leave a row that refers to nothing. Reading every reference takes long in a
/// large database, and most files only add.
fn may_orphan(statement: &str) -> bool {
    let first = statement.split_whitespace().next().unwrap_or_default();
    !["CREATE", "ALTER", "PRAGMA"].iter().any(|word| first.eq_ignore_ascii_case(word))
}

/// Rows that refer to nothing: in words, by table, and how many there are.
fn orphans(connection: &Connection) -> Result<(Vec<String>, i64), StoreError> {
    let read = || -> rusqlite::Result<(Vec<String>, i64)> {
        let mut statement = connection.prepare(
            "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2 ORDER BY 1, 2",
        )?;
        let mut rows = statement.query([])?;
        let (mut lines, mut total) = (Vec::new(), 0);
        while let Some(row) = rows.next()? {
            let (table, parent, count): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let verb = if count == 1 { "row of {} refers" } else { "rows of {} refer" };
            lines.push(format!("{count} {} to no row of {parent}", verb.replace("{}", &table)));
            total += count;
        }
        Ok((lines, total))
    };
    read().map_err(|error| plain(&error))
}

/// A failure of a statement: what is wrong with the database stays what it is, anything else is said
/// with its place.
fn failed(error: &rusqlite::Error, line: String) -> StoreError {
    let sorted = plain(error);
    match sorted.kind {
        StoreErrorKind::Busy
        | StoreErrorKind::ReadOnly
        | StoreErrorKind::Full
        | StoreErrorKind::Unavailable => sorted,
        _ => refusal(line, &sorted.private),
    }
}

fn refusal(line: String, private: &str) -> StoreError {
    let detail = format!("migrations cannot be applied: {line}");
    StoreError::new(StoreErrorKind::Structure { differences: vec![line] }, detail, private)
}
