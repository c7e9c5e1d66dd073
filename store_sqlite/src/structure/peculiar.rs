//! What a database has that no schema says: names in use, and clauses that a copy of a table would lose.
//!
//! It must not know what is going to be changed.

use std::collections::{HashMap, HashSet};

use roundtrip_migrate::Sqlite;
use rusqlite::Connection;

use crate::introspect::token::{Token, group, split, tokens};

/// Looks at every name and every table's statement.
pub(super) fn look(connection: &Connection) -> rusqlite::Result<Sqlite> {
    let mut statement = connection.prepare(
        "SELECT type, CAST(name AS BLOB), CAST(coalesce(sql, '') AS BLOB) FROM sqlite_schema WHERE type <> 'trigger'",
    )?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let rows = statement
        .query_map([], |row| Ok((row.get::<_, String>(0)?, text(row.get(1)?), text(row.get(2)?))))?;
    let (mut taken, mut peculiar) = (HashSet::new(), HashMap::new());
    for row in rows {
        let (kind, name, sql) = row?;
        let name = name.to_ascii_lowercase();
        if kind == "table" {
            let clauses = clauses(&sql);
            if !clauses.is_empty() {
                peculiar.insert(name.clone(), clauses);
            }
        }
        taken.insert(name);
    }
    Ok(Sqlite { taken, peculiar })
}

/// The clauses of a `CREATE TABLE` statement that no resource file can say.
fn clauses(sql: &str) -> Vec<String> {
    let all = tokens(sql);
    let mut found: Vec<&str> = Vec::new();
    for (index, token) in all.iter().enumerate() {
        let next = |offset: usize, word: &str| all.get(index + offset).is_some_and(|one| one.is_word(word));
        let rest = all.get(index + 1..).unwrap_or_default();
        let clause = if token.is_word("COLLATE") && !next(1, "BINARY") {
            "collation"
        } else if token.is_word("AS") && group(rest).is_some() {
            "computed column"
        } else if token.is_word("ON") && next(1, "UPDATE") && !(next(2, "NO") || next(2, "RESTRICT")) {
            "ON UPDATE"
        } else if token.is_word("ON") && next(1, "CONFLICT") {
            "ON CONFLICT"
        } else if token.is_word("DEFERRABLE") {
            "deferred reference"
        } else if token.is_word("CHECK") && group(rest).is_some_and(|(condition, _)| !is_known(condition)) {
            "check"
        } else {
            continue;
        };
        found.push(clause);
    }
    if let Some(start) = all.iter().position(|token| *token == Token::Symbol('('))
        && let Some((_, options)) = group(all.get(start..).unwrap_or_default())
        && options.iter().any(|token| token.is_word("STRICT"))
    {
        found.push("STRICT");
    }
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(str::to_owned).collect()
}

/// `column IN ('a', 'b')` and `column IN (0, 1)`, as we write them ourselves.
fn is_known(condition: &[Token<'_>]) -> bool {
    let [column, keyword, list @ ..] = condition else { return false };
    let Some((list, [])) = group(list) else { return false };
    let constant = |part: &&[Token<'_>]| match part {
        [Token::Text(_)] => true,
        [Token::Number(number)] => *number == "0" || *number == "1",
        _ => false,
    };
    column.name().is_some()
        && keyword.is_word("IN")
        && split(list, |token| *token == Token::Symbol(',')).iter().all(constant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_copy_would_lose() {
        for (sql, expected) in [
            ("CREATE TABLE t (a INT DEFAULT 1 CHECK (\"a\" IN (0, 1)), b TEXT CHECK (b IN ('x', 'y')))", ""),
            ("CREATE TABLE t (a TEXT COLLATE BINARY, as_b INT, strict INT) WITHOUT ROWID", ""),
            ("CREATE TABLE t (a TEXT COLLATE NOCASE, b INT CHECK (b > 1)) STRICT", "STRICT check collation"),
            (
                "CREATE TABLE t (a INT GENERATED ALWAYS AS (b * 2), c INT UNIQUE ON CONFLICT IGNORE)",
                "ON CONFLICT computed column",
            ),
            ("CREATE TABLE t (a REFERENCES u ON UPDATE CASCADE DEFERRABLE)", "ON UPDATE deferred reference"),
            ("CREATE TABLE t (a REFERENCES u ON UPDATE NO ACTION)", ""),
            ("CREATE TABLE t (a CHECK (a IN (SELECT 1)))", "check"),
        ] {
            assert_eq!(clauses(sql).join(" "), expected, "{sql}");
        }
    }
}
