//! Related resources in `select`: `alias:relation!hint!inner(...)` and `...relation!hint!inner(...)`.
//!
//! Whether the relation exists, and to how many rows it leads, is not known here.

use super::budget::Budget;
use super::cursor::Cursor;
use super::name::{self, Name};
use super::select;
use crate::QueryError;
use crate::operation::{EmbedItem, Item, Join, Selection, Shows};

/// What comes before a relation whose members become members of the row around it.
pub(super) const SPREAD: &str = "...";

/// Words for what becomes of rows without a match.
pub(super) const JOINS: [(&str, Join); 2] = [("inner", Join::Inner), ("left", Join::Left)];

/// Reads what follows [`SPREAD`].
pub(super) fn spread(
    cursor: &mut Cursor<'_>,
    depth: usize,
    budget: &mut Budget<'_>,
) -> Result<EmbedItem, QueryError> {
    let name = name::read(cursor, "a relation after \"...\"")?;
    cursor.skip_space();
    if cursor.peek() == Some(':') {
        return Err(cursor.refuse("unexpected \":\" expecting \"(\": what is spread has no alias"));
    }
    read(cursor, &name, None, Shows::Spread, depth, budget)
}

/// Reads what follows the name of a relation that is shown under that name.
pub(super) fn nested(
    cursor: &mut Cursor<'_>,
    name: &Name<'_>,
    alias: Option<String>,
    depth: usize,
    budget: &mut Budget<'_>,
) -> Result<EmbedItem, QueryError> {
    read(cursor, name, alias, Shows::Nested, depth, budget)
}

fn read(
    cursor: &mut Cursor<'_>,
    name: &Name<'_>,
    alias: Option<String>,
    shows: Shows,
    depth: usize,
    budget: &mut Budget<'_>,
) -> Result<EmbedItem, QueryError> {
    let (hint, join) = modifiers(cursor)?;
    cursor.expect("(")?;
    budget.embed(depth)?;
    cursor.skip_space();
    let items = if cursor.peek() == Some(')') {
        Vec::new()
    } else {
        cursor.separated(|cursor| select::item(cursor, depth, budget))?
    };
    if !cursor.eat(")") {
        return Err(cursor.unexpected("\",\" or \")\""));
    }
    // Nothing but empty embeds in it is as empty.
    let shows = if items.iter().all(is_empty) { Shows::Nothing } else { shows };
    let selection = Selection { items, ..Selection::default() };
    Ok(EmbedItem {
        name: name.text.to_string(),
        alias,
        hint,
        join: join.unwrap_or_default(),
        shows,
        selection,
    })
}

fn is_empty(item: &Item) -> bool {
    match item {
        Item::Embed(embed) => embed.shows == Shows::Nothing,
        Item::Star | Item::Field(_) | Item::Count(_) => false,
    }
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
