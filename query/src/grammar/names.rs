//! `columns` and `on_conflict`: plain lists of names.
//!
//! What the names are used for is the door's and the planner's business.

use super::Query;
use super::budget::Budget;
use super::cursor::Cursor;
use super::name;
use crate::QueryError;

/// Reads `columns=`.
pub(super) fn columns(query: &mut Query, text: &str, budget: &mut Budget<'_>) -> Result<(), QueryError> {
    read(&mut query.columns, Cursor::new("columns parameter", text), budget)
}

/// Reads `on_conflict=`.
pub(super) fn on_conflict(query: &mut Query, text: &str, budget: &mut Budget<'_>) -> Result<(), QueryError> {
    read(&mut query.on_conflict, Cursor::new("on_conflict parameter", text), budget)
}

fn read(
    list: &mut Option<Vec<String>>,
    mut cursor: Cursor<'_>,
    budget: &mut Budget<'_>,
) -> Result<(), QueryError> {
    if list.is_some() {
        return Err(cursor.refuse("given twice, expected once"));
    }
    let names = cursor.separated(|cursor| {
        budget.name()?;
        Ok(name::read(cursor, "a column name")?.text.into_owned())
    })?;
    cursor.end("\",\" or the end")?;
    *list = Some(names);
    Ok(())
}
