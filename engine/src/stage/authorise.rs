//! The stage `authorise`: no plan goes on without a decision.

use roundtrip_policy::{Authorized, Caller};
use roundtrip_query::Plan;

use crate::error::EngineError;

/// Decides about a plan; the decision itself is `policy`'s.
pub fn authorise(plan: Plan, caller: Caller) -> Result<Authorized<Plan>, EngineError> {
    roundtrip_policy::authorise(plan, caller).map_err(EngineError::Refused)
}
