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
    for table in indexed_otherwise(connection)? {
        peculiar.entry(table).or_insert_with(Vec::new).push("index with an order or a collation".to_owned());
    }
    Ok(Sqlite { taken, peculiar, declared: declared(connection)? })
}

/// The declared type of every column, by table and column in lower case.
fn declared(connection: &Connection) -> rusqlite::Result<HashMap<(String, String), String>> {
    let mut statement = connection.prepare(
        "SELECT lower(t.name), lower(c.name), c.type FROM sqlite_schema t, pragma_table_info(t.name, 'main') c WHERE t.type = 'table'",
    )?;
    let rows = statement.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
    rows.collect()
}

/// Tables with an index over whole columns that is not in their plain order. One that covers a part of
/// the rows, or expressions, is put back as it was, because no schema knows it.
fn indexed_otherwise(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(
        "SELECT DISTINCT lower(t.name) FROM sqlite_schema t, pragma_index_list(t.name, 'main') i \
         WHERE t.type = 'table' AND NOT i.partial \
         AND EXISTS (SELECT 1 FROM pragma_index_xinfo(i.name, 'main') c WHERE c.key AND (c.desc OR c.coll <> 'BINARY')) \
         AND NOT EXISTS (SELECT 1 FROM pragma_index_xinfo(i.name, 'main') c WHERE c.key AND c.cid = -2)",
    )?;
    statement.query_map([], |row| row.get(0))?.collect()
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
        } else if token.is_word("DEFAULT") && is_computed(rest) {
            "default"
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

/// Whether a default is more than one constant.
fn is_computed(rest: &[Token<'_>]) -> bool {
    let constant = |token: &Token<'_>| match token {
        Token::Text(_) | Token::Number(_) | Token::Blob(_) => true,
        Token::Word(word) => ["NULL", "TRUE", "FALSE"].iter().any(|one| word.eq_ignore_ascii_case(one)),
        Token::Name(_) | Token::Symbol(_) => false,
    };
    match (group(rest), rest) {
        (Some(([one] | [Token::Symbol('-' | '+'), one], _)), _) => !constant(one),
        // A text that holds a NUL, as we write it ourselves.
        (Some(([cast, Token::Symbol('('), Token::Blob(_), ..], _)), _) => !cast.is_word("CAST"),
        (Some(_), _) => true,
        // Words may stand for texts.
        (None, [Token::Word(word), ..]) => ["CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP"]
            .iter()
            .any(|one| word.eq_ignore_ascii_case(one)),
        (None, _) => false,
    }
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
            (
                "CREATE TABLE t (a DEFAULT 'x', b DEFAULT -1.5, c DEFAULT (2), d DEFAULT (-3), e DEFAULT NULL)",
                "",
            ),
            ("CREATE TABLE t (a DEFAULT CURRENT_TIMESTAMP)", "default"),
            ("CREATE TABLE t (a DEFAULT (lower('x')))", "default"),
        ] {
            assert_eq!(clauses(sql).join(" "), expected, "{sql}");
        }
    }
}
