//! What goes with a table when it is copied, and is put back: triggers, views, and indexes that a schema
//! does not know.
//!
//! A file that drops something by name means it; everything else that is gone while its table is still
//! there went by the way. It must not know which statements copy a table.

use std::collections::HashSet;

use rusqlite::Connection;

use crate::introspect::token::{Token, tokens};

/// A trigger, view or index, with the statement that made it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Object {
    kind: String,
    name: String,
    table: String,
    sql: String,
}

/// Everything that is kept.
#[derive(Debug)]
pub(super) struct Kept(Vec<Object>);

impl Kept {
    /// What there is now.
    pub(super) fn of(connection: &Connection) -> rusqlite::Result<Self> {
        // Views before triggers, which may be on them.
        let mut statement = connection.prepare(
            "SELECT type, name, tbl_name, sql FROM sqlite_schema \
             WHERE type IN ('index', 'view', 'trigger') AND sql IS NOT NULL \
             ORDER BY CASE type WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 END, rowid",
        )?;
        let objects = statement.query_map([], |row| {
            Ok(Object { kind: row.get(0)?, name: row.get(1)?, table: row.get(2)?, sql: row.get(3)? })
        })?;
        objects.collect::<rusqlite::Result<_>>().map(Self)
    }

    /// Makes again what these statements took with them; fails with what no longer fits.
    pub(super) fn put_back(
        self,
        connection: &Connection,
        statements: &[&str],
    ) -> Result<(), (String, rusqlite::Error)> {
        let missing = self.missing(connection, statements).map_err(|error| ("a table".to_owned(), error))?;
        for object in missing {
            connection
                .execute_batch(&object.sql)
                .map_err(|error| (format!("the {} {}", object.kind, object.name), error))?;
        }
        Ok(())
    }

    fn missing(self, connection: &Connection, statements: &[&str]) -> rusqlite::Result<Vec<Object>> {
        let mut statement = connection.prepare("SELECT lower(name) FROM sqlite_schema")?;
        let names = statement.query_map([], |row| row.get(0))?;
        let there: HashSet<String> = names.collect::<rusqlite::Result<_>>()?;
        let dropped: Vec<String> = statements.iter().filter_map(|statement| dropped(statement)).collect();
        let is_missing = |object: &Object| {
            let name = object.name.to_ascii_lowercase();
            // A trigger may be on a view that is itself put back.
            let table = object.table.to_ascii_lowercase();
            let has_place = object.kind == "view"
                || there.contains(&table)
                || self.0.iter().any(|view| {
                    view.kind == "view" && view.name.eq_ignore_ascii_case(&table) && !dropped.contains(&table)
                });
            !there.contains(&name) && !dropped.contains(&name) && has_place
        };
        Ok(self.0.iter().filter(|object| is_missing(object)).cloned().collect())
    }
}

/// The name that a `DROP` of an index, view or trigger says, in lower case.
fn dropped(statement: &str) -> Option<String> {
    let all = tokens(statement);
    let [drop, kind, rest @ ..] = &all[..] else { return None };
    if !drop.is_word("DROP") || !["INDEX", "VIEW", "TRIGGER"].iter().any(|word| kind.is_word(word)) {
        return None;
    }
    let rest = match rest {
        [first, second, rest @ ..] if first.is_word("IF") && second.is_word("EXISTS") => rest,
        rest => rest,
    };
    let name = match rest {
        [_, Token::Symbol('.'), name, ..] | [name, ..] => name.name()?,
        [] => return None,
    };
    Some(name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dropped_by_name() {
        for (statement, expected) in [
            ("DROP INDEX a", Some("a")),
            ("drop trigger if exists main.\"A b\"", Some("a b")),
            ("DROP VIEW [if]", Some("if")),
            ("DROP TABLE a", None),
            ("CREATE INDEX a ON b (c)", None),
            ("DROP INDEX", None),
        ] {
            assert_eq!(dropped(statement).as_deref(), expected, "{statement}");
        }
    }
}
