//! `and=(…)`, `or=(…)` and their negations, nested.
//!
//! The comparisons inside are `filter`'s.

use super::budget::{Budget, DEPTH_MAX};
use super::cursor::Cursor;
use super::operand::Place;
use super::{field, filter};
use crate::QueryError;
use crate::operation::{Condition, Selection};

/// Makes one condition of several.
type Join = fn(Vec<Condition>) -> Condition;

/// What opens a group inside another.
const OPENINGS: [(&str, Join); 4] =
    [("and", Condition::And), ("or", Condition::Or), ("not.and", not_and), ("not.or", not_or)];

/// Not all must hold.
pub(super) fn not_and(conditions: Vec<Condition>) -> Condition {
    Condition::Not(Box::new(Condition::And(conditions)))
}

/// None must hold.
pub(super) fn not_or(conditions: Vec<Condition>) -> Condition {
    Condition::Not(Box::new(Condition::Or(conditions)))
}

/// Reads the value of `and`, `or`, `not.and` or `not.or`.
pub(super) fn read(
    selection: &mut Selection,
    text: &str,
    budget: &mut Budget<'_>,
    join: Join,
) -> Result<(), QueryError> {
    let mut cursor = Cursor::new("logic tree", text);
    cursor.skip_space();
    let condition = group(&mut cursor, join, 1, budget)?;
    cursor.skip_space();
    cursor.end("the end")?;
    selection.filter.push(condition);
    Ok(())
}

fn group(
    cursor: &mut Cursor<'_>,
    join: Join,
    depth: usize,
    budget: &mut Budget<'_>,
) -> Result<Condition, QueryError> {
    if depth > DEPTH_MAX {
        return Err(cursor.refuse(format!("and/or nested more than {DEPTH_MAX} deep")));
    }
    cursor.expect("(")?;
    let conditions = cursor.separated(|cursor| item(cursor, depth, budget))?;
    if !cursor.eat(")") {
        return Err(cursor.unexpected("\",\" or \")\""));
    }
    Ok(join(conditions))
}

fn item(cursor: &mut Cursor<'_>, depth: usize, budget: &mut Budget<'_>) -> Result<Condition, QueryError> {
    if let Some(join) = opening(cursor) {
        return group(cursor, join, depth + 1, budget);
    }
    let field = field::read(cursor, "a field name, and(...), or(...), not.and(...) or not.or(...)")?;
    if !cursor.eat(".") {
        return Err(cursor.unexpected("\".\" and an operator after the field"));
    }
    filter::condition(cursor, field, Place::Inside, budget)
}

/// Takes a word that opens a group, up to its parenthesis. Without one it is a field's name:
/// `and.eq.1`, `android.eq.1`.
fn opening(cursor: &mut Cursor<'_>) -> Option<Join> {
    OPENINGS.iter().find_map(|(word, join)| {
        let mut ahead = *cursor;
        if !ahead.eat(word) {
            return None;
        }
        ahead.skip_space();
        (ahead.peek() == Some('(')).then(|| {
            *cursor = ahead;
            *join
        })
    })
}
