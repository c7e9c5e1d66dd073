//! Whether statements can lose rows or values, judged by their form alone.
//!
//! A file may have been written or changed by hand, so what its head says is believed only of forms that
//! are known: a list of what is dangerous would never be complete. It must not know what a head says.

use crate::action;
use crate::split::Dialect;
use crate::tokens::{Token, tokens};

/// How far a head is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trust {
    /// Nothing can be lost, whatever the head says.
    Harmless,
    /// It depends on what there was before, which only whoever wrote the head knew.
    Told,
    /// It may lose rows or values, or is of a form that nobody knows.
    Never,
}

/// Functions and keywords that may stand before a parenthesis where rows are read.
const KNOWN: [&str; 47] = [
    "ABS",
    "AND",
    "AS",
    "CAST",
    "COALESCE",
    "CONCAT",
    "COUNT",
    "DATE",
    "DATETIME",
    "DECIMAL",
    "EXISTS",
    "FROM",
    "GEN_RANDOM_UUID",
    "IFNULL",
    "IN",
    "JOIN",
    "JSON",
    "JSONB_BUILD_ARRAY",
    "JSON_QUOTE",
    "JSON_TYPE",
    "JSON_VALID",
    "LENGTH",
    "LOWER",
    "MAX",
    "MIN",
    "NOT",
    "NOW",
    "NULLIF",
    "NUMERIC",
    "ON",
    "OR",
    "PG_GET_SERIAL_SEQUENCE",
    "REPLACE",
    "ROUND",
    "SELECT",
    "SETVAL",
    "SUBSTR",
    "SUBSTRING",
    "SUM",
    "TIME",
    "TO_JSONB",
    "TRIM",
    "TYPEOF",
    "UPPER",
    "UUID",
    "VALUES",
    "WHEN",
];

/// Words by which a statement that reads or inserts does something else as well.
const WRITES: [&str; 6] = ["DELETE", "MERGE", "TRUNCATE", "UPDATE", "WITH", "CALL"];

/// How the statements of a file are to be trusted.
pub(crate) fn trust(statements: &[&str], dialect: Dialect) -> Trust {
    let mut all = Vec::new();
    for statement in statements {
        match tokens(statement, dialect) {
            Ok(tokens) if !tokens.contains(&Token::Hidden) => all.push(tokens),
            Ok(_) | Err(_) => return Trust::Never,
        }
    }
    let each = all.iter().enumerate().map(|(at, statement)| {
        let (before, after) = all.split_at_checked(at).unwrap_or_default();
        one(statement, before, after, dialect)
    });
    each.max().unwrap_or(Trust::Harmless)
}

fn one(
    statement: &[Token<'_>],
    before: &[Vec<Token<'_>>],
    after: &[Vec<Token<'_>>],
    dialect: Dialect,
) -> Trust {
    let mut cursor = Cursor(statement);
    if cursor.word("ALTER") {
        return action::alter(cursor, dialect);
    }
    let harmless = if cursor.word("CREATE") {
        create(cursor, after)
    } else if cursor.word("DROP") {
        drop(cursor, before, after)
    } else if cursor.word("INSERT") {
        return insert(cursor);
    } else if cursor.word("UPDATE") {
        update(cursor) || is_sequence(statement)
    } else if cursor.word("SELECT") {
        !cursor.has("INTO") && only_reads(cursor)
    } else if cursor.word("RENAME") {
        dialect == Dialect::Mysql && cursor.word("TABLE")
    } else if cursor.word("PRAGMA") {
        cursor.word("legacy_alter_table") && cursor.symbol('=') && (cursor.word("ON") || cursor.word("OFF"))
    } else if cursor.word("COMMENT") {
        dialect == Dialect::Postgres && cursor.word("ON")
    } else if cursor.word("DO") {
        dialect == Dialect::Postgres && matches!(cursor.0, [Token::Text(body)] if drops_constraints(body))
    } else {
        false
    };
    if harmless { Trust::Harmless } else { Trust::Never }
}

/// What is not read yet of a statement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor<'t, 'a>(pub(crate) &'t [Token<'a>]);

impl<'t> Cursor<'t, '_> {
    /// Passes this keyword, if it is next.
    pub(crate) fn word(&mut self, keyword: &str) -> bool {
        let found = self.0.first().is_some_and(|token| token.is(keyword));
        self.0 = self.0.get(usize::from(found)..).unwrap_or_default();
        found
    }

    /// Passes this sign, if it is next.
    pub(crate) fn symbol(&mut self, sign: char) -> bool {
        let found = self.0.first() == Some(&Token::Symbol(sign));
        self.0 = self.0.get(usize::from(found)..).unwrap_or_default();
        found
    }

    /// Passes a name.
    pub(crate) fn name(&mut self) -> Option<&'t str> {
        let (first, rest) = self.0.split_first()?;
        let name = first.name()?;
        self.0 = rest;
        Some(name)
    }

    /// Passes `table` or `schema.table` and answers its last part in lower case.
    pub(crate) fn place(&mut self) -> Option<String> {
        let mut name = self.name()?;
        while self.symbol('.') {
            name = self.name()?;
        }
        Some(name.to_ascii_lowercase())
    }

    /// Passes `IF EXISTS`, if it is next.
    pub(crate) fn if_exists(&mut self) {
        let _there_or_not = self.word("IF") && self.word("EXISTS");
    }

    /// Whether this keyword is anywhere in what follows.
    pub(crate) fn has(&self, keyword: &str) -> bool {
        self.0.iter().any(|token| token.is(keyword))
    }
}

fn create(mut cursor: Cursor<'_, '_>, after: &[Vec<Token<'_>>]) -> bool {
    // Rows that are written afterwards go through what is made here.
    let writes = |statement: &Vec<Token<'_>>| {
        statement.first().is_some_and(|first| first.is("INSERT") || first.is("UPDATE"))
    };
    if cursor.word("TABLE") || cursor.word("UNLOGGED") && cursor.word("TABLE") {
        return !cursor.has("SELECT") && !cursor.has("EXECUTE");
    }
    if ["TRIGGER", "FUNCTION", "PROCEDURE", "CONSTRAINT", "DEFINER"].iter().any(|kind| cursor.word(kind)) {
        return !cursor.has("EVENT") && !after.iter().any(writes);
    }
    let _any_kind = cursor.word("UNIQUE") || cursor.word("FULLTEXT") || cursor.word("SPATIAL");
    ["INDEX", "VIEW", "SCHEMA", "SEQUENCE", "TYPE", "DOMAIN", "EXTENSION"]
        .iter()
        .any(|kind| cursor.word(kind))
}

fn drop(mut cursor: Cursor<'_, '_>, before: &[Vec<Token<'_>>], after: &[Vec<Token<'_>>]) -> bool {
    if !cursor.word("TABLE") {
        let kinds = ["INDEX", "VIEW", "TRIGGER", "FUNCTION", "PROCEDURE", "TYPE"];
        return !cursor.has("CASCADE") && kinds.iter().any(|kind| cursor.word(kind));
    }
    // The old form of a table that was copied.
    let Some(table) = cursor.place().filter(|_| cursor.0.is_empty()) else { return false };
    let copy = format!("_roundtrip_new_{table}");
    before.iter().any(|statement| fills(statement, &copy, &table))
        && after.iter().any(|statement| becomes(statement, &copy, &table))
}

/// `INSERT INTO copy (…) SELECT … FROM table`, of every row.
fn fills(statement: &[Token<'_>], copy: &str, table: &str) -> bool {
    let mut cursor = Cursor(statement);
    if !(cursor.word("INSERT") && cursor.word("INTO") && cursor.place().as_deref() == Some(copy)) {
        return false;
    }
    let selects = cursor.0.iter().filter(|token| token.is("SELECT") || token.is("VALUES")).count() == 1;
    let Some(from) = cursor.0.iter().position(|token| token.is("FROM")) else { return false };
    let mut rest = Cursor(cursor.0.get(from + 1..).unwrap_or_default());
    selects && rest.place().as_deref() == Some(table) && rest.0.is_empty()
}

/// `ALTER TABLE copy RENAME TO table`.
fn becomes(statement: &[Token<'_>], copy: &str, table: &str) -> bool {
    let mut cursor = Cursor(statement);
    cursor.word("ALTER")
        && cursor.word("TABLE")
        && cursor.place().as_deref() == Some(copy)
        && cursor.word("RENAME")
        && cursor.word("TO")
        && cursor.place().as_deref() == Some(table)
        && cursor.0.is_empty()
}

fn insert(mut cursor: Cursor<'_, '_>) -> Trust {
    if !cursor.word("INTO") {
        return Trust::Never;
    }
    let Some(table) = cursor.place() else { return Trust::Never };
    if !only_reads(cursor) {
        return Trust::Never;
    }
    // What a copy makes of values is known to whoever wrote it.
    if table.starts_with("_roundtrip_new_") { Trust::Told } else { Trust::Harmless }
}

/// Whether this reads rows with functions that do nothing else.
fn only_reads(cursor: Cursor<'_, '_>) -> bool {
    let calls = cursor.0.windows(2).all(|pair| match pair {
        [Token::Word(word), Token::Symbol('(')] => KNOWN.iter().any(|one| word.eq_ignore_ascii_case(one)),
        [Token::Name(_), Token::Symbol('(')] => false,
        _ => true,
    });
    calls && !WRITES.iter().any(|word| cursor.has(word))
}

/// `UPDATE table SET column = literal WHERE column IS NULL`.
fn update(mut cursor: Cursor<'_, '_>) -> bool {
    if cursor.place().is_none() || !cursor.word("SET") {
        return false;
    }
    let Some(column) = cursor.name().filter(|_| cursor.symbol('=')) else { return false };
    let Some(end) = cursor.0.iter().position(|token| token.is("WHERE")) else { return false };
    let (value, condition) = cursor.0.split_at_checked(end).unwrap_or_default();
    let constant = |token: &Token<'_>| match token {
        Token::Text(_) => true,
        Token::Symbol(sign) => "-+.()".contains(*sign),
        Token::Word(word) => {
            word.starts_with(|one: char| one.is_ascii_digit())
                || ["AS", "CAST", "FALSE", "TEXT", "TRUE", "X"]
                    .iter()
                    .any(|one| word.eq_ignore_ascii_case(one))
        }
        Token::Name(_) | Token::Hidden => false,
    };
    value.iter().all(constant)
        && matches!(condition, [_, name, is, null]
            if name.name() == Some(column) && is.is("IS") && null.is("NULL"))
}

/// A generated key that goes on where that of the copied table was.
fn is_sequence(statement: &[Token<'_>]) -> bool {
    const RAISED: &str = "UPDATE sqlite_sequence SET seq = max(seq, coalesce((SELECT seq FROM sqlite_sequence WHERE name = ''), 0)) WHERE name = ''";
    is_like(statement, RAISED, Dialect::Sqlite)
}

/// A block that drops constraints whose names only the database knows.
fn drops_constraints(body: &str) -> bool {
    const CHECKS: &str = "DECLARE found record; BEGIN FOR found IN SELECT conname FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum] WHERE c.conrelid = ''::regclass AND a.attname = '' AND c.contype = '' AND (c.conname = '' OR pg_get_constraintdef(c.oid) LIKE '') LOOP EXECUTE format('', found.conname); END LOOP; END";
    const KEY: &str = "DECLARE found record; BEGIN FOR found IN SELECT conname FROM pg_constraint WHERE conrelid = ''::regclass AND contype = '' LOOP EXECUTE format('', found.conname); END LOOP; END";
    let inside = body.strip_prefix("$roundtrip$").and_then(|rest| rest.strip_suffix("$roundtrip$"));
    let Some(Ok(found)) = inside.map(|inside| tokens(inside, Dialect::Postgres)) else { return false };
    let like = is_like(&found, CHECKS, Dialect::Postgres) || is_like(&found, KEY, Dialect::Postgres);
    let run = found.windows(3).find_map(|three| match three {
        [format, Token::Symbol('('), Token::Text(text)] if format.is("format") => Some(*text),
        _ => None,
    });
    like && run.is_some_and(|text| {
        let text = text.trim_matches('\'').replace("''", "'");
        let Ok(found) = tokens(&text, Dialect::Postgres) else { return false };
        let mut cursor = Cursor(&found);
        let names = cursor.word("ALTER") && cursor.word("TABLE") && cursor.place().is_some();
        names
            && cursor.word("DROP")
            && cursor.word("CONSTRAINT")
            && cursor.symbol('%')
            && cursor.word("I")
            && cursor.0.is_empty()
    })
}

/// Whether a statement is the same as this one except for its strings.
fn is_like(statement: &[Token<'_>], other: &str, dialect: Dialect) -> bool {
    let Ok(other) = tokens(other, dialect) else { return false };
    statement.len() == other.len()
        && statement.iter().zip(&other).all(|pair| match pair {
            (Token::Text(_), Token::Text(_)) => true,
            (Token::Word(one), Token::Word(two)) => one.eq_ignore_ascii_case(two),
            (one, two) => one == two,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::split::split;

    #[track_caller]
    fn check(dialect: Dialect, text: &str, expected: Trust) {
        assert_eq!(trust(&split(text, dialect).unwrap(), dialect), expected, "{text}");
    }

    #[test]
    fn what_loses_something_is_never_believed() {
        for text in [
            "DROP/**/TABLE t",
            "DROP TABLE t, u",
            "UPDATE t SET a = NULL",
            "UPDATE t SET a = 1, b = 2 WHERE a IS NULL",
            "UPDATE t SET a = 1 WHERE b IS NULL",
            "UPDATE t SET a = 1 WHERE a IS NULL OR true",
            "REPLACE INTO t SELECT 1",
            "WITH x AS (SELECT 1) DELETE FROM t",
            "ALTER TABLE t ADD b int, DROP COLUMN a",
            "INSERT INTO t SELECT lose(a) FROM u",
            "INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 1",
            "SELECT lose()",
            "CREATE TABLE t AS SELECT lose()",
            "CREATE TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM u; END; INSERT INTO t VALUES (1)",
            "CREATE TABLE _roundtrip_new_t (a int); DROP TABLE t; ALTER TABLE _roundtrip_new_t RENAME TO t",
            "INSERT INTO _roundtrip_new_t SELECT * FROM t WHERE a = 1; DROP TABLE t; ALTER TABLE _roundtrip_new_t RENAME TO t",
            "INSERT INTO _roundtrip_new_t SELECT * FROM u; DROP TABLE t; ALTER TABLE _roundtrip_new_t RENAME TO t",
            "INSERT INTO _roundtrip_new_t SELECT * FROM t; DROP TABLE t",
        ] {
            check(Dialect::Sqlite, text, Trust::Never);
        }
        for text in [
            "ALTER TABLE t DROP`a`",
            "ALTER TABLE t DROP/**/COLUMN a",
            "/*!50000 DROP TABLE t */",
            "ALTER TABLE t ADD b int /*!50000 , DROP COLUMN a */",
            "ALTER IGNORE TABLE t ADD b int",
            "ALTER ONLINE TABLE t DROP COLUMN a",
            "CREATE OR REPLACE TABLE t (id int)",
            "EXECUTE IMMEDIATE 'DROP TABLE t'",
            "ALTER TABLE t MODIFY a tinyint",
            "ALTER TABLE t CHANGE a a int",
            "ALTER TABLE t TRUNCATE PARTITION p",
            "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t",
        ] {
            check(Dialect::Mysql, text, Trust::Never);
        }
        for text in [
            "ALTER TABLE t DROP\"a\"",
            "ALTER TABLE t DROP identity",
            "DO $$ BEGIN DROP TABLE t; END $$",
            "DROP TYPE x CASCADE",
            "DROP OWNED BY CURRENT_USER",
            "ALTER TABLE t ALTER a TYPE text USING NULL",
            "ALTER TABLE t ALTER a TYPE text USING coalesce(NULL, 'a')",
            "MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE",
            "DO $roundtrip$ DECLARE found record; BEGIN FOR found IN SELECT conname FROM pg_constraint WHERE conrelid = 't'::regclass AND contype = 'p' LOOP EXECUTE format('DROP TABLE t', found.conname); END LOOP; END $roundtrip$",
        ] {
            check(Dialect::Postgres, text, Trust::Never);
        }
    }

    #[test]
    fn known_forms_are_believed() {
        for (dialect, text, expected) in [
            (Dialect::Sqlite, "INSERT INTO t (a) VALUES ('DELETE'), (lower('b'))", Trust::Harmless),
            (Dialect::Sqlite, "INSERT INTO t SELECT 1 ON CONFLICT DO NOTHING", Trust::Harmless),
            (Dialect::Sqlite, "CREATE TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM u; END", Trust::Harmless),
            (Dialect::Sqlite, "UPDATE t SET \"a\" = -1.50 WHERE \"a\" IS NULL", Trust::Harmless),
            (
                Dialect::Sqlite,
                "INSERT INTO \"_roundtrip_new_T\" (a) SELECT coalesce(a, 0) FROM \"t\"; DROP TABLE \"t\"; ALTER TABLE \"_roundtrip_new_t\" RENAME TO \"t\"",
                Trust::Told,
            ),
            (
                Dialect::Mysql,
                "ALTER TABLE t DROP FOREIGN KEY x, DROP PRIMARY KEY, ADD COLUMN (a int, b int)",
                Trust::Harmless,
            ),
            (Dialect::Mysql, "ALTER TABLE t MODIFY COLUMN a varchar(5)", Trust::Told),
            (
                Dialect::Postgres,
                "ALTER TABLE ONLY s.t ALTER a SET NOT NULL, VALIDATE CONSTRAINT b",
                Trust::Harmless,
            ),
            (
                Dialect::Postgres,
                "ALTER TABLE t ALTER COLUMN a TYPE date USING (\"a\" AT TIME ZONE 'UTC')::date",
                Trust::Told,
            ),
            (
                Dialect::Postgres,
                "CREATE UNIQUE INDEX CONCURRENTLY a ON t (lower(b)); DROP INDEX c",
                Trust::Harmless,
            ),
        ] {
            check(dialect, text, expected);
        }
    }
}
