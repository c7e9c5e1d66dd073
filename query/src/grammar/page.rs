//! `limit` and `offset`.
//!
//! How many rows a page may have is the planner's business.

use super::budget::Budget;
use super::cursor::Cursor;
use crate::QueryError;
use crate::operation::Selection;

/// The greatest count: databases count rows in signed 64-bit integers.
const MOST: u64 = i64::MAX.cast_unsigned();

/// Existing clients know these words.
const NEGATIVE_LIMIT: &str = "Limit should be greater than or equal to zero.";

/// Reads `limit=`.
pub(super) fn limit(selection: &mut Selection, text: &str, _: &mut Budget<'_>) -> Result<(), QueryError> {
    match integer(text) {
        Some(Integer::Negative) => Err(QueryError::Range { detail: NEGATIVE_LIMIT.to_owned() }),
        Some(Integer::Count(count)) => put(&mut selection.limit, count, Cursor::new("limit", text)),
        None => Err(no_integer("limit", text)),
    }
}

/// Reads `offset=`. A negative one skips nothing, as in PostgREST.
pub(super) fn offset(selection: &mut Selection, text: &str, _: &mut Budget<'_>) -> Result<(), QueryError> {
    match integer(text) {
        Some(Integer::Count(count)) => put(&mut selection.offset, count, Cursor::new("offset", text)),
        Some(Integer::Negative) => Ok(()),
        None => Err(no_integer("offset", text)),
    }
}

enum Integer {
    Negative,
    Count(u64),
}

/// PostgREST ignores what is no integer, and answers another page than was asked for.
fn no_integer(parameter: &'static str, text: &str) -> QueryError {
    Cursor::new(parameter, text).unexpected("an integer")
}

/// The integer that a text is.
fn integer(text: &str) -> Option<Integer> {
    let text = text.trim();
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count = digits.parse::<u64>().unwrap_or(MOST).min(MOST);
    Some(if negative && count > 0 { Integer::Negative } else { Integer::Count(count) })
}

fn put(place: &mut Option<u64>, count: u64, cursor: Cursor<'_>) -> Result<(), QueryError> {
    if place.is_some() {
        return Err(cursor.refuse("given twice, expected once"));
    }
    *place = Some(count);
    Ok(())
}
