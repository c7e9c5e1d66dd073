//! `limit` and `offset`.
//!
//! How many rows a page may have is the planner's business.

use super::budget::Budget;
use super::cursor::Cursor;
use crate::QueryError;
use crate::operation::Selection;

/// The greatest count: databases count rows in signed 64-bit integers.
const MOST: u64 = i64::MAX.cast_unsigned();

/// Reads `limit=`.
pub(super) fn limit(selection: &mut Selection, text: &str, _: &mut Budget<'_>) -> Result<(), QueryError> {
    read(&mut selection.limit, "limit", text)
}

/// Reads `offset=`.
pub(super) fn offset(selection: &mut Selection, text: &str, _: &mut Budget<'_>) -> Result<(), QueryError> {
    read(&mut selection.offset, "offset", text)
}

fn read(place: &mut Option<u64>, parameter: &'static str, text: &str) -> Result<(), QueryError> {
    let trimmed = text.trim();
    let (negative, digits) = match trimmed.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, trimmed),
    };
    // The contract ignores what is no integer; only a repeated or an impossible one is refused.
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    let count = digits.parse::<u64>().unwrap_or(MOST).min(MOST);
    if negative && count > 0 {
        return Err(QueryError::Range { detail: format!("{parameter} must not be negative") });
    }
    if place.is_some() {
        return Err(Cursor::new(parameter, text).refuse("given twice, expected once"));
    }
    *place = Some(count);
    Ok(())
}
