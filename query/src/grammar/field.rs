//! A field and the way into its JSON: `name`, `data->address->>city`, `data->0`, `data->-1->"a b"`.
//!
//! Whether the field exists, and holds JSON, is not known here.

use super::cursor::Cursor;
use super::name;
use crate::QueryError;
use crate::operation::{FieldPath, PathKey, PathStep};

/// A way into JSON has no more steps: each is written into a statement.
pub(super) const STEPS_MAX: usize = 32;

/// What ends a key without quotes. A dash does so only before `>`, or where it has nothing to join.
const ENDS: [char; 7] = ['(', '-', ':', '.', ',', '>', ')'];

/// Reads a field; `expected` says in an error what should have been named.
pub(super) fn read(cursor: &mut Cursor<'_>, expected: &str) -> Result<FieldPath, QueryError> {
    let name = name::read(cursor, expected)?.text.into_owned();
    Ok(FieldPath { name, steps: steps(cursor)? })
}

/// Reads the steps that follow a name, if any.
pub(super) fn steps(cursor: &mut Cursor<'_>) -> Result<Vec<PathStep>, QueryError> {
    let mut steps = Vec::new();
    loop {
        cursor.skip_space();
        let start = *cursor;
        let as_text = cursor.eat("->>");
        if !as_text && !cursor.eat("->") {
            return Ok(steps);
        }
        if steps.len() == STEPS_MAX {
            return Err(start.refuse(format!("a JSON path of more than {STEPS_MAX} steps")));
        }
        steps.push(PathStep { key: key(cursor)?, as_text });
    }
}

/// Whether a key can be written without quotes.
pub(super) fn is_plain_key(key: &str) -> bool {
    let special = key.is_empty() || key.starts_with('"') || is_number(key) || key.trim() != key;
    !special && key_length(key) == key.len()
}

fn key(cursor: &mut Cursor<'_>) -> Result<PathKey, QueryError> {
    cursor.skip_space();
    let start = *cursor;
    if cursor.eat("-") {
        let rest = cursor.rest();
        let digits = cursor.take(rest.find(|next: char| !next.is_ascii_digit()).unwrap_or(rest.len()));
        return if digits.is_empty() { Err(cursor.unexpected("digit")) } else { index(&start, digits, -1) };
    }
    let text = if cursor.peek() == Some('"') {
        cursor.take_quoted().ok_or_else(|| start.refuse("a quote that is never closed"))?
    } else {
        let text = cursor.take(key_length(cursor.rest())).trim_end();
        if text.is_empty() {
            return Err(start.unexpected("a key of a JSON object, an index or a key in quotes"));
        }
        if is_number(text) {
            return index(&start, text, 1);
        }
        text.into()
    };
    name::no_control(&start, &text)?;
    Ok(PathKey::Member(text.into_owned()))
}

fn index(start: &Cursor<'_>, digits: &str, sign: i64) -> Result<PathKey, QueryError> {
    match digits.parse::<i64>() {
        Ok(index) => Ok(PathKey::Index(index * sign)),
        Err(_) => Err(start.refuse("an index that no array reaches")),
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// How many bytes of `text` an unquoted key takes, spaces after it included.
fn key_length(text: &str) -> usize {
    let mut inside = false;
    let mut chars = text.char_indices().peekable();
    while let Some((at, character)) = chars.next() {
        let joins = character == '-' && inside && chars.peek().is_some_and(|(_, next)| !ENDS.contains(next));
        inside = !ENDS.contains(&character);
        if !inside && !joins {
            return at;
        }
    }
    text.len()
}
