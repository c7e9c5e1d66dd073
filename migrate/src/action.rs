//! What `ALTER` does, as far as its form tells whether something can be lost.
//!
//! It must not know other statements.

use crate::harmless::{Cursor, Trust};
use crate::split::Dialect;
use crate::tokens::Token;

/// Words that turn a column into another type without making up values.
const CONVERTS: [&str; 20] = [
    "AT",
    "BIGINT",
    "BOOLEAN",
    "BYTEA",
    "DATE",
    "DOUBLE",
    "INTEGER",
    "JSONB",
    "JSONB_BUILD_ARRAY",
    "NUMERIC",
    "PRECISION",
    "SMALLINT",
    "TEXT",
    "TIME",
    "TIMESTAMP",
    "TIMESTAMPTZ",
    "TO_JSONB",
    "UUID",
    "VARCHAR",
    "ZONE",
];

/// What comes after `ALTER`.
pub(crate) fn alter(mut cursor: Cursor<'_, '_>, dialect: Dialect) -> Trust {
    let index = cursor.word("INDEX");
    // Not IGNORE or ONLINE before it: the one drops rows, and nobody writes the other.
    if !index && !cursor.word("TABLE") {
        return Trust::Never;
    }
    cursor.if_exists();
    let _whole_or_not = dialect == Dialect::Postgres && cursor.word("ONLY");
    if cursor.place().is_none() {
        return Trust::Never;
    }
    if index {
        return if cursor.word("RENAME") { Trust::Harmless } else { Trust::Never };
    }
    actions(cursor.0).into_iter().map(|one| action(Cursor(one), dialect)).max().unwrap_or(Trust::Never)
}

/// What stands between commas outside parentheses.
fn actions<'t, 'a>(tokens: &'t [Token<'a>]) -> Vec<&'t [Token<'a>]> {
    let mut depth = 0_usize;
    let ends = |token: &Token<'_>| {
        match token {
            Token::Symbol('(') => depth += 1,
            Token::Symbol(')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && *token == Token::Symbol(',')
    };
    tokens.split(ends).collect()
}

fn action(mut cursor: Cursor<'_, '_>, dialect: Dialect) -> Trust {
    if cursor.word("ALTER") {
        return column(cursor);
    }
    if cursor.word("MODIFY") {
        return if dialect == Dialect::Mysql && cursor.word("COLUMN") { Trust::Told } else { Trust::Never };
    }
    let harmless = if cursor.word("DROP") {
        // A name that is no reserved word could be that of a column.
        let kinds: &[&str] = match dialect {
            Dialect::Mysql => &["CHECK", "CONSTRAINT", "FOREIGN", "INDEX", "KEY", "PRIMARY"],
            Dialect::Postgres | Dialect::Sqlite => &["CONSTRAINT"],
        };
        kinds.iter().any(|kind| cursor.word(kind))
    } else {
        cursor.word("ADD") || cursor.word("RENAME") || cursor.word("VALIDATE")
    };
    if harmless { Trust::Harmless } else { Trust::Never }
}

/// What comes after `ALTER` inside `ALTER TABLE`.
fn column(mut cursor: Cursor<'_, '_>) -> Trust {
    let _may_be_left_out = cursor.word("COLUMN");
    let Some(name) = cursor.name() else { return Trust::Never };
    if cursor.word("TYPE") {
        return if converts(cursor, name) { Trust::Told } else { Trust::Never };
    }
    let harmless = if cursor.word("SET") {
        cursor.word("NOT") || cursor.word("DEFAULT")
    } else if cursor.word("DROP") {
        ["DEFAULT", "EXPRESSION", "IDENTITY", "NOT"].iter().any(|what| cursor.word(what))
    } else {
        cursor.word("ADD") && cursor.word("GENERATED")
    };
    if harmless { Trust::Harmless } else { Trust::Never }
}

/// Whether the new values are the old ones in another form.
fn converts(cursor: Cursor<'_, '_>, column: &str) -> bool {
    let Some(using) = cursor.0.iter().position(|token| token.is("USING")) else { return true };
    let expression = cursor.0.get(using + 1..).unwrap_or_default();
    let is_column = |token: &Token<'_>| token.name() == Some(column);
    expression.iter().any(is_column)
        && expression.iter().all(|token| {
            is_column(token)
                || match token {
                    Token::Word(word) => {
                        word.starts_with(|one: char| one.is_ascii_digit())
                            || CONVERTS.iter().any(|one| word.eq_ignore_ascii_case(one))
                    }
                    Token::Text(text) => *text == "'UTC'",
                    Token::Symbol(sign) => ":(),".contains(*sign),
                    Token::Name(_) | Token::Hidden => false,
                }
        })
}
