//! `select`: `*`, `alias:field->path::cast.sum()::cast`, `count()`, and what `embed` reads.
//!
//! Whether a name is a field or a relation is told by its parentheses alone.

use super::DEPTH_MAX;
use super::Query;
use super::budget::Budget;
use super::cursor::Cursor;
use super::name::{self, Name};
use super::{embed, field};
use crate::QueryError;
use crate::operation::{Aggregate, AggregateItem, CountItem, FieldItem, FieldPath, Item};

/// What counts rows where parentheses follow it; no relation is called so without quotes.
pub(super) const COUNT: &str = "count";

const EXPECTED: &str = "a field name, a relation or \"*\"";

/// Reads `select=`; an empty one means everything.
pub(super) fn read(query: &mut Query, text: &str, budget: &mut Budget<'_>) -> Result<(), QueryError> {
    let mut cursor = Cursor::new("select parameter", text);
    if !query.selection.items.is_empty() {
        return Err(cursor.refuse("given twice, expected once"));
    }
    if text.trim_start_matches(' ').is_empty() {
        return Ok(());
    }
    query.selection.items = cursor.separated(|cursor| item(cursor, 0, budget))?;
    cursor.end("\",\" or the end")
}

/// Reads one item, `depth` levels below the top.
pub(super) fn item(
    cursor: &mut Cursor<'_>,
    depth: usize,
    budget: &mut Budget<'_>,
) -> Result<Item, QueryError> {
    debug_assert!(depth <= DEPTH_MAX, "Budget::embed bounds the depth");
    budget.select_item()?;
    if cursor.eat("*") {
        return Ok(Item::Star);
    }
    if cursor.eat(embed::SPREAD) {
        return embed::spread(cursor, depth + 1, budget).map(Item::Embed);
    }
    let alias = alias(cursor)?;
    if eat_count(cursor) {
        return Ok(Item::Count(CountItem { alias, cast: cast(cursor)? }));
    }
    if alias.is_some() && cursor.rest().starts_with(embed::SPREAD) {
        return Err(cursor.refuse("unexpected \"...\" expecting a name: what is spread has no alias"));
    }
    let start = *cursor;
    let expected = if alias.is_some() { "a field name or a relation" } else { EXPECTED };
    let name = name::read(cursor, expected)?;
    cursor.skip_space();
    match cursor.peek() {
        Some('!' | '(') if name.text == COUNT && !name.quoted => {
            Err(start.refuse("count is no relation, expecting count() or the count() of a field"))
        }
        Some('!' | '(') => embed::nested(cursor, &name, alias, depth + 1, budget).map(Item::Embed),
        _ => plain(cursor, name, alias).map(Item::Field),
    }
}

/// Takes `alias:`, if that is what comes next.
fn alias(cursor: &mut Cursor<'_>) -> Result<Option<String>, QueryError> {
    let mut ahead = *cursor;
    let name = name::read(&mut ahead, EXPECTED)?;
    ahead.skip_space();
    if ahead.rest().starts_with("::") || !ahead.eat(":") {
        return Ok(None);
    }
    ahead.skip_space();
    *cursor = ahead;
    Ok(Some(name.text.into_owned()))
}

/// Takes `count()`, if that is what comes next.
fn eat_count(cursor: &mut Cursor<'_>) -> bool {
    let mut ahead = *cursor;
    let taken = ahead.eat(COUNT) && eat_parentheses(&mut ahead);
    if taken {
        *cursor = ahead;
    }
    taken
}

fn eat_parentheses(cursor: &mut Cursor<'_>) -> bool {
    cursor.skip_space();
    let opened = cursor.eat("(");
    cursor.skip_space();
    opened && cursor.eat(")")
}

/// Reads what follows the name of a field.
fn plain(cursor: &mut Cursor<'_>, name: Name<'_>, alias: Option<String>) -> Result<FieldItem, QueryError> {
    let field = FieldPath { name: name.text.into_owned(), steps: field::steps(cursor)? };
    let cast = cast(cursor)?;
    let aggregate = aggregate(cursor)?;
    match cursor.peek() {
        Some(',' | ')') | None => Ok(FieldItem { field, alias, cast, aggregate }),
        Some(_) => {
            Err(cursor.unexpected("\",\", \":\", \"::\", \"->\", \".\", \"(\" or the end of the field"))
        }
    }
}

/// Reads `::type`, if there is one.
fn cast(cursor: &mut Cursor<'_>) -> Result<Option<String>, QueryError> {
    cursor.skip_space();
    if !cursor.eat("::") {
        return Ok(None);
    }
    let word = name::word(cursor, "a type: price::text")?;
    Ok(Some(word.to_owned()))
}

/// Reads `.sum()` and its cast, if there is one.
fn aggregate(cursor: &mut Cursor<'_>) -> Result<Option<AggregateItem>, QueryError> {
    cursor.skip_space();
    if !cursor.eat(".") {
        return Ok(None);
    }
    let start = *cursor;
    let function = name::word(cursor, "").ok().and_then(Aggregate::from_word);
    match function.filter(|_| eat_parentheses(cursor)) {
        Some(function) => Ok(Some(AggregateItem { function, cast: cast(cursor)? })),
        None => Err(start.unexpected("sum(), avg(), count(), max() or min()")),
    }
}
