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

    /// Looks again at what is there, before a statement that may take something with it: a rename has
    /// changed the text of what it concerns.
    pub(super) fn before(&mut self, connection: &Connection, statement: &str) -> rusqlite::Result<()> {
        let all = tokens(statement);
        let [first, second, ..] = &all[..] else { return Ok(()) };
        if first.is_word("DROP") && second.is_word("TABLE") {
            let known = std::mem::replace(&mut self.0, Self::of(connection)?.0);
            let gone: Vec<Object> = known.into_iter().filter(|one| !self.has(&one.key())).collect();
            self.0.extend(gone);
            self.0.sort_by_key(|one| ["index", "view", "trigger"].iter().position(|kind| one.kind == *kind));
        }
        Ok(())
    }

    /// Follows what a statement did: a rename, or something that was dropped by its name.
    pub(super) fn after(&mut self, statement: &str) {
        if let Some(dropped) = dropped(statement) {
            self.0.retain(|one| one.key() != dropped);
        }
        // What is gone already keeps its old text, which then does not fit and says so.
        if let Some((from, to)) = renamed(statement) {
            for one in self.0.iter_mut().filter(|one| one.table.eq_ignore_ascii_case(&from)) {
                one.table.clone_from(&to);
            }
        }
    }

    fn has(&self, key: &(String, String)) -> bool {
        self.0.iter().any(|one| one.key() == *key)
    }

    /// Makes again what went by the way; fails with what no longer fits.
    pub(super) fn put_back(self, connection: &Connection) -> Result<(), (String, rusqlite::Error)> {
        let missing = self.missing(connection).map_err(|error| ("a table".to_owned(), error))?;
        for object in missing {
            connection
                .execute_batch(&object.sql)
                .map_err(|error| (format!("the {} {}", object.kind, object.name), error))?;
        }
        Ok(())
    }

    fn missing(&self, connection: &Connection) -> rusqlite::Result<Vec<&Object>> {
        let mut statement = connection.prepare("SELECT type, lower(name) FROM sqlite_schema")?;
        let names = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let there: HashSet<(String, String)> = names.collect::<rusqlite::Result<_>>()?;
        let is_missing = |object: &&Object| {
            let table = object.table.to_ascii_lowercase();
            let on = |kind: &str| (kind.to_owned(), table.clone());
            // A trigger may be on a view that is itself put back.
            let has_place = object.kind == "view"
                || there.contains(&on("table"))
                || there.contains(&on("view"))
                || self.has(&on("view"));
            !there.contains(&object.key()) && has_place
        };
        Ok(self.0.iter().filter(is_missing).collect())
    }
}

impl Object {
    /// Triggers have a list of names of their own.
    fn key(&self) -> (String, String) {
        (self.kind.clone(), self.name.to_ascii_lowercase())
    }
}

/// The former and the new name that an `ALTER TABLE … RENAME TO` says.
fn renamed(statement: &str) -> Option<(String, String)> {
    let all = tokens(statement);
    let [alter, table, rest @ ..] = &all[..] else { return None };
    let ([_, Token::Symbol('.'), from, rename, to, name] | [from, rename, to, name]) = rest else {
        return None;
    };
    let is = alter.is_word("ALTER") && table.is_word("TABLE") && rename.is_word("RENAME") && to.is_word("TO");
    is.then(|| Some((from.name()?.to_owned(), name.name()?.to_owned())))?
}

/// The kind and the name that a `DROP` of an index, view or trigger says, in lower case.
fn dropped(statement: &str) -> Option<(String, String)> {
    let all = tokens(statement);
    let [drop, kind, rest @ ..] = &all[..] else { return None };
    let kind = ["index", "view", "trigger"].into_iter().find(|word| kind.is_word(word))?;
    if !drop.is_word("DROP") {
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
    Some((kind.to_owned(), name.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dropped_by_name() {
        for (statement, expected) in [
            ("DROP INDEX a", Some(("index", "a"))),
            ("drop trigger if exists main.\"A b\"", Some(("trigger", "a b"))),
            ("DROP VIEW [if]", Some(("view", "if"))),
            ("DROP TABLE a", None),
            ("CREATE INDEX a ON b (c)", None),
            ("DROP INDEX", None),
        ] {
            let expected = expected.map(|(kind, name)| (kind.to_owned(), name.to_owned()));
            assert_eq!(dropped(statement), expected, "{statement}");
        }
    }
}
