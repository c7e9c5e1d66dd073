//! `select`: `*`, `alias:field`, `alias:relation!hint!inner(…)`, nested.
//!
//! Whether a name is a field or a relation is told by its parentheses alone.

use super::Query;
use super::budget::Budget;
use super::cursor::Cursor;
use super::name::{self, Name};
use super::{DEPTH_MAX, later};
use crate::QueryError;
use crate::operation::{EmbedItem, FieldItem, Item, Join, Selection};

/// Words for what becomes of rows without a match.
pub(super) const JOINS: [(&str, Join); 2] = [("inner", Join::Inner), ("left", Join::Left)];

const EXPECTED: &str = "a field name";

/// Reads `select=`; an empty one means everything.
pub(super) fn read(query: &mut Query, text: &str, budget: &mut Budget<'_>) -> Result<(), QueryError> {
    let mut cursor = Cursor::new("select parameter", text);
    if !query.selection.items.is_empty() {
        return Err(cursor.refuse("given twice, expected once"));
    }
    if text.trim_start().is_empty() {
        return Ok(());
    }
    query.selection.items = cursor.separated(|cursor| item(cursor, 0, budget))?;
    cursor.end("\",\" or the end")
}

fn item(cursor: &mut Cursor<'_>, depth: usize, budget: &mut Budget<'_>) -> Result<Item, QueryError> {
    debug_assert!(depth <= DEPTH_MAX, "Budget::embed bounds the depth");
    budget.select_item()?;
    later::check(cursor, later::BEFORE_ITEM)?;
    if cursor.eat("*") {
        return Ok(Item::Star);
    }
    let first = name::read(cursor, "a field name, a relation or \"*\"")?;
    cursor.skip_space();
    later::check(cursor, later::AFTER_FIELD)?;
    let (alias, name) = if cursor.eat(":") {
        cursor.skip_space();
        later::check(cursor, later::BEFORE_ITEM)?;
        let name = name::read(cursor, EXPECTED)?;
        cursor.skip_space();
        later::check(cursor, later::AFTER_FIELD)?;
        (Some(first.text.into_owned()), name)
    } else {
        (None, first)
    };
    match cursor.peek() {
        Some('!' | '(') => embed(cursor, &name, alias, depth + 1, budget).map(Item::Embed),
        Some(',' | ')') | None => Ok(Item::Field(FieldItem { name: name.text.into_owned(), alias })),
        Some(_) => Err(cursor.unexpected("\",\", \":\", \"(\" or the end of the field")),
    }
}

fn embed(
    cursor: &mut Cursor<'_>,
    name: &Name<'_>,
    alias: Option<String>,
    depth: usize,
    budget: &mut Budget<'_>,
) -> Result<EmbedItem, QueryError> {
    let (hint, join) = modifiers(cursor)?;
    cursor.expect("(")?;
    budget.embed(depth)?;
    cursor.skip_space();
    if cursor.peek() == Some(')') {
        return Err(cursor.refuse("an embed without fields is not available yet, expected a field name"));
    }
    let items = cursor.separated(|cursor| item(cursor, depth, budget))?;
    if !cursor.eat(")") {
        return Err(cursor.unexpected("\",\" or \")\""));
    }
    let selection = Selection { items, ..Selection::default() };
    Ok(EmbedItem { name: name.text.to_string(), alias, hint, join: join.unwrap_or_default(), selection })
}

/// Reads `!hint`, `!inner`, `!left`: at most one hint and one join, in any order.
fn modifiers(cursor: &mut Cursor<'_>) -> Result<(Option<String>, Option<Join>), QueryError> {
    let (mut hint, mut join) = (None, None);
    loop {
        cursor.skip_space();
        if !cursor.eat("!") {
            return Ok((hint, join));
        }
        let start = *cursor;
        let word = name::read(cursor, "inner, left or a hint")?;
        let meaning = JOINS.iter().find(|(known, _)| !word.quoted && *known == word.text);
        match meaning {
            Some((_, meaning)) if join.is_none() => join = Some(*meaning),
            None if hint.is_none() => hint = Some(word.text.into_owned()),
            Some(_) => return Err(start.refuse("a second join, expected one of !inner and !left")),
            None => return Err(start.refuse(format!("a second hint \"{}\", expected one", word.text))),
        }
    }
}
