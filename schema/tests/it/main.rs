//! The schema crate from outside: what resource files mean, what is said about broken ones, and that
//! written files read back the same.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::format_collect,
    reason = "helpers of tests are tests; the lints only spare functions marked #[test]"
)]

mod broken;
mod check;
mod editor;
mod fuzz;
mod good;
mod round_trip;
