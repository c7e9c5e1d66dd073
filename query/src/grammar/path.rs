//! The dotted key of a parameter: which embed of the selection it is about.
//!
//! A path names embeds by alias, or by relation name as older clients do. Whether the relation
//! exists is not known here.

use roundtrip_schema::nearest::nearest;

use super::cursor::Cursor;
use super::{field, name};
use crate::QueryError;
use crate::operation::{EmbedItem, FieldPath, Item, Selection};

/// What errors call a key.
const PARAMETER: &str = "tree path";

const EXPECTED: &str = "a field name";

/// The path before `word`, if a key ends with it as a segment of its own. Raw text is compared,
/// quotes included: `"limit"` is a field.
pub(super) fn before<'k>(key: &'k str, word: &str) -> Option<&'k str> {
    let path = key.strip_suffix(word)?;
    if path.is_empty() { Some(path) } else { path.strip_suffix('.').filter(|path| !path.is_empty()) }
}

/// The embed that a path names; the selection itself for an empty path.
pub(super) fn embed<'s>(root: &'s mut Selection, path: &str) -> Result<&'s mut Selection, QueryError> {
    if path.is_empty() {
        return Ok(root);
    }
    let (selection, last) = field(root, path)?;
    if !last.steps.is_empty() {
        return Err(Cursor::new(PARAMETER, path).refuse("a JSON path names no embed"));
    }
    descend(selection, &last.name)
}

/// The embed that a key's path names, and the field that stands at its end.
pub(super) fn field<'s>(
    root: &'s mut Selection,
    key: &str,
) -> Result<(&'s mut Selection, FieldPath), QueryError> {
    let mut cursor = Cursor::new(PARAMETER, key);
    let mut selection = root;
    loop {
        let name = name::read(&mut cursor, EXPECTED)?.text;
        let steps = field::steps(&mut cursor)?;
        if !steps.is_empty() || !cursor.eat(".") {
            let expected = if steps.is_empty() { "\".\" or \"=\"" } else { "\"->\", \"->>\" or \"=\"" };
            cursor.end(expected)?;
            return Ok((selection, FieldPath { name: name.into_owned(), steps }));
        }
        selection = descend(selection, &name)?;
    }
}

fn descend<'s>(selection: &'s mut Selection, name: &str) -> Result<&'s mut Selection, QueryError> {
    // An alias goes first: `a:x(*),x:y(*)` with `x.id` means the second.
    let Some(nth) = embeds(selection)
        .position(|embed| key(embed) == name)
        .or_else(|| embeds(selection).position(|embed| embed.name == name))
    else {
        return Err(not_embedded(selection, name));
    };
    let mut embeds = selection.items.iter_mut().filter_map(|item| match item {
        Item::Embed(embed) => Some(embed),
        Item::Star | Item::Field(_) | Item::Count(_) => None,
    });
    Ok(&mut embeds.nth(nth).expect("embeds() counts the same items").selection)
}

fn embeds(selection: &Selection) -> impl Iterator<Item = &EmbedItem> {
    selection.items.iter().filter_map(|item| match item {
        Item::Embed(embed) => Some(embed),
        Item::Star | Item::Field(_) | Item::Count(_) => None,
    })
}

/// What a path calls an embed.
pub(super) fn key(embed: &EmbedItem) -> &str {
    embed.alias.as_deref().unwrap_or(&embed.name)
}

#[cold]
fn not_embedded(selection: &Selection, name: &str) -> QueryError {
    let hint = match nearest(name, embeds(selection).map(key)) {
        Some(near) => format!("did you mean \"{near}\"? otherwise add {name}(...) to select"),
        None => format!("add {name}(...) to select"),
    };
    QueryError::NotEmbedded { name: name.to_owned(), hint }
}
