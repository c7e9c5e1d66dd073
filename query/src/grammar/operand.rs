//! How the right side of each operator is written.
//!
//! An operator that arrives is a row in `read`, and a way of writing that is new is a function
//! beside the others. Types of fields are not known here.

use std::borrow::Cow;

use super::array;
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
        Operator::Like | Operator::Ilike => Ok(Operand::One(pattern(&text(cursor, place)))),
        Operator::In => list(cursor, budget),
        Operator::Is => test(cursor, place),
        Operator::Eq
        | Operator::Neq
        | Operator::Gt
        | Operator::Gte
        | Operator::Lt
        | Operator::Lte
        | Operator::IsDistinct
        | Operator::Match
        | Operator::Imatch
        | Operator::Fts
        | Operator::Plfts
        | Operator::Phfts
        | Operator::Wfts
        | Operator::Cs
        | Operator::Cd
        | Operator::Ov
        | Operator::Sl
        | Operator::Sr
        | Operator::Nxr
        | Operator::Nxl
        | Operator::Adj => Ok(Operand::One(text(cursor, place).into_owned())),
    }
}

/// Reads what an operator with `(any)` or `(all)` is compared with: `{a,b,"c,d"}`.
pub(super) fn list_literal(
    cursor: &mut Cursor<'_>,
    operator: Operator,
    place: Place,
    budget: &Budget<'_>,
) -> Result<Operand, QueryError> {
    let inside_quotes = if place == Place::Inside { quoted(cursor) } else { None };
    let mut items = if let Some(text) = inside_quotes {
        let mut inner = Cursor::new("filter", &text);
        let items = array::read(&mut inner, budget)?;
        inner.end("the end")?;
        items
    } else {
        array::read(cursor, budget)?
    };
    if matches!(operator, Operator::Like | Operator::Ilike) {
        items = items.iter().map(|item| pattern(item)).collect();
    }
    Ok(Operand::List(items))
}

/// A pattern, in which `*` stands for `%` because `%` is awkward in a URL.
fn pattern(text: &str) -> String {
    text.replace('*', "%")
}

/// One of a few words, in any case.
fn test(cursor: &mut Cursor<'_>, place: Place) -> Result<Operand, QueryError> {
    let start = *cursor;
    let word = text(cursor, place);
    match TESTS.iter().find(|test| test.eq_ignore_ascii_case(&word)) {
        Some(test) => Ok(Operand::One((*test).to_owned())),
        None => Err(start.refuse(format!("unexpected \"{}\" expecting {}", echo(&word), TESTS.join(", ")))),
    }
}

/// `(a,"b,c",d)`; `()` is the empty list and `("")` a list of one empty text.
fn list(cursor: &mut Cursor<'_>, budget: &Budget<'_>) -> Result<Operand, QueryError> {
    cursor.expect("(")?;
    let mut values = Vec::new();
    if cursor.eat(")") {
        return Ok(Operand::List(values));
    }
    // Once a quote is never closed no later one is: looking again would cost the square of the length.
    let mut quotes_close = true;
    loop {
        let value = if quotes_close { quoted(cursor) } else { None };
        quotes_close = quotes_close && (value.is_some() || closes(*cursor));
        // Unquoted values are verbatim, spaces included: clients quote only what holds `,` `(` `)`.
        let value = value.unwrap_or_else(|| Cow::Borrowed(cursor.take_until(&ENDS)));
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

/// Whether a quote that comes next is ever closed; there may be none.
fn closes(mut cursor: Cursor<'_>) -> bool {
    cursor.skip_space();
    cursor.peek() != Some('"') || cursor.take_quoted().is_some()
}

/// A text in braces, an array or a JSON object, in which commas do not end the item. As with quotes,
/// the list has to go on or end after it.
fn braced<'a>(cursor: &mut Cursor<'a>) -> Option<&'a str> {
    let mut ahead = *cursor;
    ahead.skip_space();
    let mut start = ahead;
    let mut open = usize::from(ahead.eat("{"));
    // As in `list`.
    let mut quotes_close = true;
    while open > 0 {
        ahead.take_until(&['{', '}', '"']);
        if ahead.eat("{") {
            open += 1;
        } else if ahead.eat("}") {
            open -= 1;
        } else {
            quotes_close = quotes_close && ahead.take_quoted().is_some();
            if !quotes_close && !ahead.eat("\"") {
                return None;
            }
        }
    }
    let text = start.take(start.rest().len() - ahead.rest().len());
    ahead.skip_space();
    (!text.is_empty() && ahead.rest().starts_with(ENDS)).then(|| *cursor = ahead)?;
    Some(text)
}
