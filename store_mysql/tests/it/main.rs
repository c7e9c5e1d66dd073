//! Tests of `roundtrip-store_mysql` from outside, against a server (see `database`).
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests; the lints only spare functions marked #[test]"
)]

mod concurrent;
mod conformance;
mod database;
mod errors;
mod introspect;
mod life;
mod limits;
mod outage;
mod proxy;
mod structure;
mod types;
mod writes;
