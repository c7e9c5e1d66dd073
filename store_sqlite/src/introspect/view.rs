//! What a view shows: which of its columns are columns of a table, passed on as they are.
//!
//! SQLite knows it of any statement (`sqlite3_column_origin_name`), through views of views and
//! subqueries; that a view shows all rows of one table, its text tells. It must not read a row.

use roundtrip_schema::{FieldId, ResourceId, Views};
use rusqlite::{Connection, Result};

use super::resource::Draft;
use super::token::{Token, split, tokens};

/// What every view shows. A view that cannot be asked shows nothing that is known.
pub(super) fn views(connection: &Connection, drafts: &[Draft]) -> Views {
    // The driver panics at names that are not UTF-8; a database that has any goes without.
    if drafts.iter().any(has_broken_name) {
        return Views::default();
    }
    let views = || drafts.iter().enumerate().filter(|(_, draft)| draft.entry.is_view);
    Views {
        origins: views()
            .filter_map(|(index, view)| Some((index, of_view(connection, view, drafts).ok()?)))
            .collect(),
        plain: views()
            .filter(|(_, view)| is_plain(&tokens(&view.entry.sql), drafts))
            .filter(|(_, view)| matches!(has_trigger(connection, &view.entry.name), Ok(false)))
            .map(|(index, _)| index)
            .collect(),
    }
}

/// Whether writing to the view means what its author says, and not what its table would do.
fn has_trigger(connection: &Connection, view: &str) -> Result<bool> {
    let sql =
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE)";
    connection.query_row(sql, [view], |row| row.get(0))
}

/// Whether it is `CREATE VIEW name AS SELECT column, … FROM table`, and nothing more.
fn is_plain(sql: &[Token<'_>], drafts: &[Draft]) -> bool {
    // In front of `AS SELECT` there may be a list of names, which the columns' origins do not mind.
    let Some(begin) = sql.windows(2).position(|two| two[0].is_word("AS") && two[1].is_word("SELECT")) else {
        return false;
    };
    let Some((columns, from)) = split_once(sql.get(begin + 2..).unwrap_or_default(), "FROM") else {
        return false;
    };
    let from = from.strip_suffix(&[Token::Symbol(';')]).unwrap_or(from);
    let table = match from {
        [table] | [table, _] => table,
        [table, word, _] if word.is_word("AS") => table,
        _ => return false,
    };
    let is_table = |name: &str| {
        drafts.iter().any(|draft| !draft.entry.is_view && draft.entry.name.eq_ignore_ascii_case(name))
    };
    let named = table.name().is_some_and(is_table) && from.last().is_some_and(|last| last.name().is_some());
    named && split(columns, |token| *token == Token::Symbol(',')).iter().all(|column| is_column(column))
}

/// `column`, `table.column`, either perhaps `AS name`.
fn is_column(tokens: &[Token<'_>]) -> bool {
    let column = match tokens {
        [column @ .., word, name] if word.is_word("AS") && name.name().is_some() => column,
        column => column,
    };
    match column {
        [name] => name.name().is_some() && !name.is_word("NULL"),
        [table, Token::Symbol('.'), name] => table.name().is_some() && name.name().is_some(),
        _ => false,
    }
}

fn split_once<'t, 'a>(tokens: &'t [Token<'a>], word: &str) -> Option<(&'t [Token<'a>], &'t [Token<'a>])> {
    let at = tokens.iter().position(|token| token.is_word(word))?;
    Some((tokens.get(..at)?, tokens.get(at + 1..)?))
}

/// What was not UTF-8 was read with this sign in its place.
fn has_broken_name(draft: &Draft) -> bool {
    let broken = |name: &str| name.contains(char::REPLACEMENT_CHARACTER);
    broken(&draft.entry.name) || draft.columns.iter().any(|column| broken(&column.name))
}

fn of_view(
    connection: &Connection,
    view: &Draft,
    drafts: &[Draft],
) -> Result<Vec<Option<(ResourceId, FieldId)>>> {
    let name = view.entry.name.replace('"', "\"\"");
    let statement = connection.prepare(&format!("SELECT * FROM main.\"{name}\""))?;
    let columns = statement.columns_with_metadata();
    Ok(columns.map(|column| place(column.table_name()?, column.origin_name()?, drafts)).collect())
}

fn place(table: &str, column: &str, drafts: &[Draft]) -> Option<(ResourceId, FieldId)> {
    let is_table = |draft: &&Draft| !draft.entry.is_view && draft.entry.name.eq_ignore_ascii_case(table);
    let index = drafts.iter().position(|draft| is_table(&draft))?;
    let column = drafts[index].columns.iter().position(|one| one.name.eq_ignore_ascii_case(column))?;
    Some((ResourceId::new(index), FieldId::new(column)))
}
