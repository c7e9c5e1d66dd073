//! Names of fields, relations and aliases.
//!
//! A name is letters, digits, `_`, `$`, spaces and single `-` between those, or anything in double
//! quotes. Whether it exists is not known here.

use std::borrow::Cow;

use super::cursor::Cursor;
use crate::QueryError;

/// A name as the caller wrote it, without its quotes.
#[derive(Debug, Clone)]
pub(super) struct Name<'a> {
    /// The name.
    pub(super) text: Cow<'a, str>,
    /// Whether it stood in quotes, which makes an ordinary name of a word with a meaning.
    pub(super) quoted: bool,
}

/// Reads a name; `expected` says in an error what should have been named.
pub(super) fn read<'a>(cursor: &mut Cursor<'a>, expected: &str) -> Result<Name<'a>, QueryError> {
    cursor.skip_space();
    if cursor.peek() == Some('"') {
        return quoted(cursor);
    }
    let text = cursor.take(plain_length(cursor.rest())).trim_end();
    if text.is_empty() {
        return Err(cursor.unexpected(expected));
    }
    Ok(Name { text: Cow::Borrowed(text), quoted: false })
}

/// Reads a word that can stand in no quotes: a type, a language. `expected` is as for [`read`].
pub(super) fn word<'a>(cursor: &mut Cursor<'a>, expected: &str) -> Result<&'a str, QueryError> {
    cursor.skip_space();
    let rest = cursor.rest();
    let word = cursor.take(rest.find(|next| !is_letter(next)).unwrap_or(rest.len())).trim_end();
    if word.is_empty() { Err(cursor.unexpected(expected)) } else { Ok(word) }
}

/// Whether a name can be written without quotes.
pub(super) fn is_plain(name: &str) -> bool {
    !name.is_empty() && plain_length(name) == name.len() && name.trim() == name
}

fn quoted<'a>(cursor: &mut Cursor<'a>) -> Result<Name<'a>, QueryError> {
    let start = *cursor;
    let Some(text) = cursor.take_quoted() else {
        return Err(start.refuse("a quote that is never closed"));
    };
    if text.is_empty() {
        return Err(start.refuse("a name in quotes must not be empty"));
    }
    no_control(&start, &text)?;
    Ok(Name { text, quoted: true })
}

/// Refuses control characters: a name may become part of a statement's text, where a NUL would end it.
pub(super) fn no_control(start: &Cursor<'_>, text: &str) -> Result<(), QueryError> {
    if text.contains(char::is_control) {
        return Err(start.refuse("a name must not hold control characters"));
    }
    Ok(())
}

/// How many bytes of `text` an unquoted name takes, spaces after it included.
fn plain_length(text: &str) -> usize {
    let mut inside = false;
    let mut chars = text.char_indices().peekable();
    while let Some((at, character)) = chars.next() {
        // `a-b` is a name; in `a->b` the dash begins a JSON path.
        let dash = character == '-' && inside && chars.peek().is_some_and(|(_, next)| is_letter(*next));
        inside = is_letter(character);
        if !inside && !dash {
            return at;
        }
    }
    text.len()
}

fn is_letter(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$' | ' ')
}
