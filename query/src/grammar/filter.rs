//! One comparison: `[not.]operator.operand`, after `field=` or, inside `and`/`or`, after `field.`.
//!
//! How an operator's operand is written is `operand`'s; whether it fits the field is the planner's.

use std::borrow::Cow;

use roundtrip_schema::nearest::nearest;

use super::budget::Budget;
use super::cursor::{Cursor, echo};
use super::later;
use super::operand::{self, Place};
use crate::QueryError;
use crate::operation::{Comparison, Condition, Operator, Selection};

/// Reads the value of a filter parameter.
pub(super) fn read(
    selection: &mut Selection,
    field: Cow<'_, str>,
    text: &str,
    budget: &mut Budget<'_>,
) -> Result<(), QueryError> {
    let mut cursor = Cursor::new("filter", text);
    let condition = condition(&mut cursor, field, Place::Alone, budget)?;
    cursor.end("the end")?;
    selection.filter.push(condition);
    Ok(())
}

/// Reads a comparison of `field`.
pub(super) fn condition(
    cursor: &mut Cursor<'_>,
    field: Cow<'_, str>,
    place: Place,
    budget: &mut Budget<'_>,
) -> Result<Condition, QueryError> {
    budget.filter()?;
    let negated = cursor.eat("not.");
    let operator = operator(cursor, &field, place)?;
    let operand = operand::read(cursor, operator, place, budget)?;
    let comparison = Condition::Compare(Comparison { field: field.into_owned(), operator, operand });
    Ok(if negated { Condition::Not(Box::new(comparison)) } else { comparison })
}

/// Reads an operator and the dot after it.
fn operator(cursor: &mut Cursor<'_>, field: &str, place: Place) -> Result<Operator, QueryError> {
    let start = *cursor;
    let word = cursor.take_until(&['.', '(', ',', ')']);
    let Some(operator) = Operator::from_word(word) else {
        return Err(start.refuse(no_operator(start.rest(), word, field, place)));
    };
    later::check(cursor, later::AFTER_OPERATOR)?;
    if !cursor.eat(".") {
        return Err(cursor.unexpected(&format!("\".\" and a value after {word}")));
    }
    Ok(operator)
}

/// Says what to write where no operator stands: the likeliest slip is to have left it out.
#[cold]
fn no_operator(rest: &str, word: &str, field: &str, place: Place) -> String {
    let (between, value) = match place {
        Place::Alone => ('=', rest),
        Place::Inside => ('.', rest.split([',', ')']).next().unwrap_or(rest)),
    };
    let words = || Operator::WORDS.iter().map(|(_, word)| *word);
    let known = words().collect::<Vec<_>>().join(", ");
    let dotted = rest.strip_prefix(word).is_some_and(|after| after.starts_with(['.', '(']));
    if dotted && later::is_operator(word) {
        return format!("operator \"{word}\" is not available yet; operators: {known}");
    }
    if dotted && let Some(near) = nearest(word, words()) {
        return format!("unknown operator \"{}\", did you mean \"{near}\"? operators: {known}", echo(word));
    }
    let found =
        if word.is_empty() { "no operator".to_owned() } else { format!("\"{}\" is no operator", echo(word)) };
    format!("{found}, write {field}{between}eq.{}; operators: {known}", echo(value))
}
