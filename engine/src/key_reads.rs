//! Reads of one row by its key and nothing else: planned and authorised once per resource.
//!
//! They are most of what servers are asked, and differ only in the key. A plan is kept in the model it
//! was made for, and goes with it; a decision holds for every caller of the same kind.

use std::sync::OnceLock;

use roundtrip_policy::{Authorized, Caller};
use roundtrip_query::operation::Operation;
use roundtrip_query::{Plan, planner};
use roundtrip_schema::{ResourceId, Schema};

use crate::error::EngineError;

/// One plan per resource, made when it is first wanted. Only for the anonymous caller: the operator
/// does not read by key.
#[derive(Debug, Clone)]
pub(crate) struct KeyReads(Box<[OnceLock<Authorized<Plan>>]>);

/// A resource, and where its plan is kept.
type Place<'a> = (ResourceId, &'a OnceLock<Authorized<Plan>>);

impl KeyReads {
    pub(crate) fn new(schema: &Schema) -> Self {
        Self(schema.resources().map(|_| OnceLock::new()).collect())
    }

    /// The authorised plan of an operation, if it is such a read and one was made before.
    pub(crate) fn plan(
        &self,
        schema: &Schema,
        caller: Caller,
        operation: &Operation,
    ) -> Result<Option<Authorized<Plan>>, EngineError> {
        let Some((id, known)) = self.place(schema, caller, operation) else { return Ok(None) };
        let Some(known) = known.get() else { return Ok(None) };
        let values = planner::key_params(schema, id, operation.target())?;
        Ok(Some(known.with_values(values)))
    }

    /// Keeps the plan of such a read for the next one.
    pub(crate) fn keep(
        &self,
        schema: &Schema,
        caller: Caller,
        operation: &Operation,
        plan: &Authorized<Plan>,
    ) {
        if let Some((_, place)) = self.place(schema, caller, operation) {
            // Somebody else may have been quicker, with the same plan.
            let _kept = place.set(plan.clone());
        }
    }

    fn place(&self, schema: &Schema, caller: Caller, operation: &Operation) -> Option<Place<'_>> {
        let Operation::Read(read) = operation else { return None };
        let id = planner::plain_key(schema, read).filter(|_| caller == Caller::Anonymous)?;
        Some((id, self.0.get(id.index())?))
    }
}
