//! How the right side of each operator is written.
//!
//! An operator that arrives is a row in `read`, and a way of writing that is new is a function
//! beside the others. Types of fields are not known here.

use std::borrow::Cow;

use super::budget::Budget;
use super::cursor::{Cursor, echo};
use crate::QueryError;
use crate::operation::{Operand, Operator};

/// Where a comparison stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// It is the whole value of a parameter: a literal runs to the end, whatever it holds.
    Alone,
    /// It is an item of `and`/`or`: a literal ends at `,` or `)` unless it is quoted.
    Inside,
}

/// What `is.` tests for.
const TESTS: [&str; 5] = ["null", "not_null", "true", "false", "unknown"];

/// Where an unquoted literal ends in a list.
const ENDS: [char; 2] = [',', ')'];

/// Reads the operand of `operator`.
pub(super) fn read(
    cursor: &mut Cursor<'_>,
    operator: Operator,
    place: Place,
    budget: &Budget<'_>,
) -> Result<Operand, QueryError> {
    match operator {
        Operator::Eq | Operator::Neq | Operator::Gt | Operator::Gte | Operator::Lt | Operator::Lte => {
            Ok(Operand::One(text(cursor, place).into_owned()))
        }
        Operator::Like | Operator::Ilike => Ok(Operand::One(pattern(cursor, place))),
        Operator::In => list(cursor, budget),
        Operator::Is => test(cursor, place),
    }
}

/// A pattern, in which `*` stands for `%` because `%` is awkward in a URL.
fn pattern(cursor: &mut Cursor<'_>, place: Place) -> String {
    text(cursor, place).replace('*', "%")
}

/// One of a few words, in any case.
fn test(cursor: &mut Cursor<'_>, place: Place) -> Result<Operand, QueryError> {
    let start = *cursor;
    let word = text(cursor, place);
    match TESTS.iter().find(|test| test.eq_ignore_ascii_case(&word)) {
        Some(test) => Ok(Operand::One((*test).to_owned())),
        None => Err(start.refuse(format!("unexpected \"{}\", expected {}", echo(&word), TESTS.join(", ")))),
    }
}

/// `(a,"b,c",d)`; `()` is the empty list and `("")` a list of one empty text.
fn list(cursor: &mut Cursor<'_>, budget: &Budget<'_>) -> Result<Operand, QueryError> {
    cursor.expect("(")?;
    let mut values = Vec::new();
    if cursor.eat(")") {
        return Ok(Operand::List(values));
    }
    loop {
        // Unquoted values are verbatim, spaces included: clients quote only what holds `,` `(` `)`.
        let value = quoted(cursor).unwrap_or_else(|| Cow::Borrowed(cursor.take_until(&ENDS)));
        values.push(value.into_owned());
        budget.list(values.len())?;
        if cursor.eat(")") {
            return Ok(Operand::List(values));
        }
        if !cursor.eat(",") {
            return Err(cursor.unexpected("\",\" or \")\""));
        }
    }
}

fn text<'a>(cursor: &mut Cursor<'a>, place: Place) -> Cow<'a, str> {
    match place {
        Place::Alone => Cow::Borrowed(cursor.take_rest()),
        Place::Inside => quoted(cursor)
            .or_else(|| braced(cursor).map(Cow::Borrowed))
            .unwrap_or_else(|| Cow::Borrowed(cursor.take_until(&ENDS).trim())),
    }
}

/// A text in quotes after which the list goes on or ends. Otherwise the quotes are part of the text,
/// because existing clients do not escape them: `in.("a" b,c)`.
fn quoted<'a>(cursor: &mut Cursor<'a>) -> Option<Cow<'a, str>> {
    let mut ahead = *cursor;
    ahead.skip_space();
    let text = ahead.take_quoted()?;
    ahead.skip_space();
    ahead.rest().starts_with(ENDS).then(|| *cursor = ahead)?;
    Some(text)
}

/// A text in braces, the array literal of PostgreSQL, in which commas do not end the item.
fn braced<'a>(cursor: &mut Cursor<'a>) -> Option<&'a str> {
    let inner = cursor.rest().strip_prefix('{')?;
    let end =
        inner.find(['{', '}']).filter(|end| inner.get(*end..).is_some_and(|end| end.starts_with('}')))?;
    // The two braces are one byte each.
    Some(cursor.take(end + 2))
}
