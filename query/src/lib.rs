//! What a caller wants, and how that is carried out against the schema.
//!
//! `grammar` reads the query string of the REST door into an [`Operation`]; other doors build one
//! directly. `planner` resolves an operation against a schema and a database's [`Capabilities`] into
//! a typed [`Plan`]. This crate is pure: no async code, no HTTP, no SQL text, no driver.

pub mod capabilities;
pub mod error;
pub mod grammar;
pub mod limits;
pub mod operation;
pub mod plan;
pub mod planner;

pub use capabilities::Capabilities;
pub use error::QueryError;
pub use limits::Limits;
pub use operation::Operation;
pub use plan::{Plan, Shape};
