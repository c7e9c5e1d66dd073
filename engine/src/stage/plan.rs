//! The stage `plan`: an operation becomes a typed plan for this database.

use roundtrip_policy::{Caller, Decision, decide};
use roundtrip_query::operation::{Answer, Operation, Returning};
use roundtrip_query::planner::{self, Context, HiddenFields, Written};
use roundtrip_query::{Plan, QueryError};
use roundtrip_schema::Action;
use roundtrip_schema::field::Zone;
use roundtrip_store::Store;

use crate::error::EngineError;
use crate::model::Model;

/// Resolves an operation against the model and the database's capabilities.
pub fn plan(
    model: &Model,
    store: &dyn Store,
    caller: Caller,
    operation: &Operation,
    written: Written,
) -> Result<Plan, EngineError> {
    let context = Context {
        schema: &model.schema,
        capabilities: store.capabilities(),
        limits: &model.limits,
        hidden: match caller {
            Caller::Operator => HiddenFields::Present,
            Caller::Anonymous => HiddenFields::Absent,
        },
    };
    known_zone(operation)?;
    let plan = match unreadable_row(model, caller, operation)? {
        Some(minimal) => planner::plan(context, &minimal, written)?,
        None => planner::plan(context, operation, written)?,
    };
    Ok(plan)
}

/// The time zone of moments has to be one that there is.
fn known_zone(operation: &Operation) -> Result<(), QueryError> {
    let rendering = match operation {
        Operation::Read(one) => &one.rendering,
        Operation::Create(one) => &one.answer.rendering,
        Operation::Update(one) => &one.answer.rendering,
        Operation::Replace(one) => &one.answer.rendering,
        Operation::Delete(one) => &one.answer.rendering,
    };
    match rendering.zone.as_deref() {
        Some(name) if Zone::named(name).is_none() => Err(QueryError::UnknownZone { name: name.to_owned() }),
        _ => Ok(()),
    }
}

/// A write that would answer with its row, by a caller who may not read it, answers with nothing
/// instead of being refused: the row was not asked for, it is what a write usually answers.
fn unreadable_row(
    model: &Model,
    caller: Caller,
    operation: &Operation,
) -> Result<Option<Operation>, QueryError> {
    let answer = |operation: &Operation| match operation {
        Operation::Read(_) => None,
        Operation::Create(one) => Some(one.answer.returning),
        Operation::Update(one) => Some(one.answer.returning),
        Operation::Replace(one) => Some(one.answer.returning),
        Operation::Delete(one) => Some(one.answer.returning),
    };
    if answer(operation) != Some(Returning::Row) {
        return Ok(None);
    }
    let id = planner::resource(&model.schema, operation.target())?;
    if matches!(decide(model.schema.resource(id), Action::Read, caller), Decision::Permit(_)) {
        return Ok(None);
    }
    let mut minimal = operation.clone();
    let quiet = |answer: &mut Answer| answer.returning = Returning::Minimal;
    match &mut minimal {
        Operation::Read(_) => {}
        Operation::Create(one) => quiet(&mut one.answer),
        Operation::Update(one) => quiet(&mut one.answer),
        Operation::Replace(one) => quiet(&mut one.answer),
        Operation::Delete(one) => quiet(&mut one.answer),
    }
    Ok(Some(minimal))
}
