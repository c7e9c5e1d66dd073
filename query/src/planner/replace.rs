//! Plans of replacements, and which row a replacement is about.

use roundtrip_schema::{FieldId, Resource, Schema, Value};

use super::draft::Draft;
use super::target::resource;
use super::write::{returning, writable};
use super::{Context, Written};
use crate::error::QueryError;
use crate::operation::{Comparison, Condition, Operand, Operator, Replace};
use crate::plan::{Compare, InsertShape, Plan, Predicate, ReplaceShape, Shape, Slot, UpdateShape};

/// The key of the row that a replacement is about, one text per primary-key field: from its path, or
/// from a filter that says each of them with `eq`, and nothing else.
///
/// # Errors
/// [`QueryError::ReplaceFilter`] when there is no such key, [`QueryError::ReplacePage`] when it has
/// a limit or an offset, [`QueryError::UnknownResource`].
pub fn replace_key(schema: &Schema, replace: &Replace) -> Result<Vec<String>, QueryError> {
    let resource = schema.resource(resource(schema, &replace.target)?);
    let selection = &replace.answer.selection;
    if selection.limit.is_some() || selection.offset.is_some() {
        return Err(QueryError::ReplacePage);
    }
    if let Some(key) = &replace.target.key {
        return if replace.filter.is_empty() { Ok(key.clone()) } else { Err(QueryError::ReplaceFilter) };
    }
    let fields = &resource.primary_key;
    if fields.is_empty() || fields.len() != replace.filter.len() {
        return Err(QueryError::ReplaceFilter);
    }
    let literal = |field: &FieldId| {
        let name = &resource.field(*field).name;
        replace.filter.iter().find_map(|condition| equals(condition, name))
    };
    let key: Option<Vec<String>> = fields.iter().map(|field| literal(field).map(str::to_owned)).collect();
    key.ok_or(QueryError::ReplaceFilter)
}

/// The literal that a condition demands of this field, if it demands nothing else.
fn equals<'a>(condition: &'a Condition, name: &str) -> Option<&'a str> {
    let Condition::Compare(Comparison { field, operator, quantifier: None, operand, .. }) = condition else {
        return None;
    };
    let plain = *operator == Operator::Eq && field.name == name && field.steps.is_empty();
    match operand {
        Operand::One(literal) if plain => Some(literal),
        Operand::One(_) | Operand::List(_) => None,
    }
}

pub(super) fn plan(context: Context<'_>, replace: &Replace, written: Written) -> Result<Plan, QueryError> {
    let id = writable(context, &replace.target)?;
    // The written row holds the key; here only that the address is one row's is asked.
    replace_key(context.schema, replace)?;
    let mut draft = Draft::after(context, &replace.answer.rendering, written.columns.len());
    let (returning, layout) = returning(&mut draft, id, &replace.answer)?;
    let mut key = Predicate::Always;
    for field in &context.schema.resource(id).primary_key {
        key = key.and(Predicate::compare(*field, Compare::Eq, slot_of(&written, *field)?));
    }
    let update = UpdateShape {
        resource: id,
        columns: written.columns[..written.updated].to_vec(),
        filter: key,
        access: Predicate::Never,
        check: Predicate::Never,
        returning: returning.clone(),
        layout,
    };
    let can_be_made = !is_at_the_end(context.schema.resource(id), &written);
    let insert = InsertShape {
        resource: id,
        columns: written.columns,
        check: Predicate::Never,
        conflict: None,
        returning,
        location: true,
        layout,
    };
    let shape = Shape::Replace(ReplaceShape { update, insert: can_be_made.then_some(insert) });
    Ok(draft.finish(shape, written.rows, replace.answer.terms))
}

/// The written row holds its own key, so the update's filter needs no value beside it.
fn slot_of(written: &Written, field: FieldId) -> Result<Slot, QueryError> {
    let place = written.columns.iter().position(|column| *column == field);
    place.and_then(|place| u16::try_from(place).ok()).map(Slot).ok_or_else(|| QueryError::NotAllowed {
        detail: "a replacement needs the whole key of the row".to_owned(),
    })
}

/// Whether the database could hand out no more keys after this row's.
fn is_at_the_end(resource: &Resource, written: &Written) -> bool {
    let [row] = &written.rows[..] else { return false };
    let too_great = |value: &Value| matches!(value, Value::Integer(key) if *key > Resource::GREATEST_KEY);
    written.columns.iter().zip(row).any(|(field, value)| resource.hands_out(*field) && too_great(value))
}
