//! Who may do what: callers, decisions, and the stamp that a store demands.
//!
//! A store takes only [`Authorized`] plans, and only [`authorise`] makes them, so no plan reaches a
//! database without a decision about its caller. This crate is pure: no async code, no HTTP, no SQL.

mod authorise;
mod caller;
mod decision;

pub use authorise::{Authorized, authorise};
pub use caller::Caller;
pub use decision::{Decision, Reason, Refusal, decide, may_see};
