//! One comparison: `[not.]operator.operand`, after `field=` or, inside `and`/`or`, after `field.`.
//!
//! Operators are `operator`'s, how an operand is written is `operand`'s; whether it fits the field is
//! the planner's.

use super::budget::Budget;
use super::cursor::Cursor;
use super::operand::{self, Place};
use super::operator::{self, Written};
use crate::QueryError;
use crate::operation::{Comparison, Condition, FieldPath, Selection};

/// Reads the value of a filter parameter.
pub(super) fn read(
    selection: &mut Selection,
    field: FieldPath,
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
    field: FieldPath,
    place: Place,
    budget: &mut Budget<'_>,
) -> Result<Condition, QueryError> {
    budget.filter()?;
    let negated = cursor.eat("not.");
    let Written { operator, quantifier, language } = operator::read(cursor, &field, place, negated)?;
    let operand = match quantifier {
        Some(_) => operand::list_literal(cursor, operator, place, budget)?,
        None => operand::read(cursor, operator, place, budget)?,
    };
    let comparison = Condition::Compare(Comparison { field, operator, quantifier, language, operand });
    Ok(if negated { Condition::Not(Box::new(comparison)) } else { comparison })
}
