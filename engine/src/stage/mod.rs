//! The stages of an operation, one function each, named as in the journey.
//!
//! `accept`, `route`, `parse` and `render` stand in the doors; `identify`, `validate`, `plan`,
//! `authorise` stand here; `database` is the store's `execute`. Stages that the journey names and
//! that are not here yet (limits, hooks, events) come with the floors that need them.

mod authorise;
mod identify;
mod plan;
mod validate;

pub use authorise::authorise;
pub use identify::{Credentials, identify};
pub use plan::plan;
pub use validate::{may_try, validate};
