//! Databases of other people, read as a schema.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests; the lints only spare functions marked #[test]"
)]

mod database;
mod refused;
mod served;
mod show;
mod tables;
mod types;
mod views;
