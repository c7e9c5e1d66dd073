//! PostgreSQL's array literal, one level deep: `{a,b,"c,d"}`.
//!
//! What its items have to fit is not known here.

use super::budget::Budget;
use super::cursor::Cursor;
use crate::QueryError;

/// Reads a literal from brace to brace.
pub(super) fn read(cursor: &mut Cursor<'_>, budget: &Budget<'_>) -> Result<Vec<String>, QueryError> {
    cursor.skip_space();
    if !cursor.eat("{") {
        return Err(cursor.unexpected("a list in braces: {a,b,\"c,d\"}"));
    }
    let mut items = Vec::new();
    cursor.skip_space();
    if cursor.eat("}") {
        return Ok(items);
    }
    loop {
        cursor.skip_space();
        items.push(item(cursor)?);
        budget.list(items.len())?;
        cursor.skip_space();
        if cursor.eat("}") {
            return Ok(items);
        }
        if !cursor.eat(",") {
            return Err(cursor.unexpected("\",\" or \"}\""));
        }
    }
}

/// Writes a literal that [`read`] reads back.
pub(super) fn print(items: &[String], quoted: fn(&str) -> String) -> String {
    let item = |item: &String| if is_plain(item) { item.clone() } else { quoted(item) };
    format!("{{{}}}", items.iter().map(item).collect::<Vec<_>>().join(","))
}

fn is_plain(item: &str) -> bool {
    let special = item.contains(['{', '}', ',', '"', '\\']) || is_null(item);
    !item.is_empty() && !special && item.trim() == item
}

fn item(cursor: &mut Cursor<'_>) -> Result<String, QueryError> {
    let start = *cursor;
    if cursor.peek() == Some('"') {
        let quoted = cursor.take_quoted();
        return quoted.map(Into::into).ok_or_else(|| start.refuse("a quote that is never closed"));
    }
    let item = unquoted(cursor)?;
    if item.is_empty() {
        return Err(cursor.unexpected("an item of the list, \"\" for an empty text"));
    }
    if is_null(&item) {
        return Err(
            start.refuse("a list cannot hold null; is.null asks for it, \"null\" in quotes is a text")
        );
    }
    Ok(item)
}

/// An item up to what ends it. `\` keeps the next character as it is, even a space at the end.
fn unquoted(cursor: &mut Cursor<'_>) -> Result<String, QueryError> {
    let (mut item, mut kept) = (String::new(), 0);
    loop {
        item.push_str(cursor.take_until(&['{', '}', ',', '"', '\\']));
        kept = item.trim_end().len().max(kept);
        if !cursor.eat("\\") {
            item.truncate(kept);
            return Ok(item);
        }
        let Some(escaped) = cursor.peek() else {
            return Err(cursor.unexpected("a character after \"\\\""));
        };
        cursor.take(escaped.len_utf8());
        item.push(escaped);
        kept = item.len();
    }
}

fn is_null(item: &str) -> bool {
    item.eq_ignore_ascii_case("null")
}
