//! `order`: `age.desc.nullslast,data->>name,client(name)`.
//!
//! Where nulls stand when nothing is said is not decided here.

use super::budget::Budget;
use super::cursor::Cursor;
use super::{field, name};
use crate::QueryError;
use crate::operation::{Direction, FieldPath, Nulls, OrderTerm, Selection};

/// Words for the direction of a term.
pub(super) const DIRECTIONS: [(&str, Direction); 2] =
    [("asc", Direction::Ascending), ("desc", Direction::Descending)];

/// Words for the place of nulls.
pub(super) const NULLS: [(&str, Nulls); 2] = [("nullsfirst", Nulls::First), ("nullslast", Nulls::Last)];

/// Reads `order=`; the terms go behind those of an earlier one.
pub(super) fn read(selection: &mut Selection, text: &str, budget: &mut Budget<'_>) -> Result<(), QueryError> {
    let mut cursor = Cursor::new("order", text);
    let terms = cursor.separated(|cursor| term(cursor, budget))?;
    cursor.end("\",\" or the end")?;
    if selection.order.is_empty() {
        selection.order = terms;
    } else {
        selection.order.extend(terms);
    }
    Ok(())
}

fn term(cursor: &mut Cursor<'_>, budget: &mut Budget<'_>) -> Result<OrderTerm, QueryError> {
    budget.order_term()?;
    let name = name::read(cursor, "a field name")?.text.into_owned();
    cursor.skip_space();
    let (relation, field) = if cursor.eat("(") {
        let field = field::read(cursor, "a field name")?;
        cursor.expect(")")?;
        cursor.skip_space();
        (Some(name), field)
    } else {
        (None, FieldPath { name, steps: field::steps(cursor)? })
    };
    let direction = word(cursor, &DIRECTIONS);
    let nulls = word(cursor, &NULLS);
    if cursor.peek() == Some('.') {
        let expected = match (direction, nulls) {
            (None, None) => "asc, desc, nullsfirst or nullslast after \".\"",
            (Some(_), None) => "nullsfirst or nullslast after \".\"",
            (_, Some(_)) => "\",\" or the end",
        };
        return Err(cursor.unexpected(expected));
    }
    Ok(OrderTerm { relation, field, direction: direction.unwrap_or_default(), nulls })
}

/// Takes `.word` if it is one of `words`.
fn word<T: Copy>(cursor: &mut Cursor<'_>, words: &[(&str, T)]) -> Option<T> {
    let mut ahead = *cursor;
    if !ahead.eat(".") {
        return None;
    }
    let found = ahead.take_until(&['.', ',']).trim_end();
    let (_, meaning) = words.iter().find(|(word, _)| *word == found)?;
    *cursor = ahead;
    Some(*meaning)
}
