//! Tests of `roundtrip-store_postgres` from outside, on a real server.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests; the lints only spare functions marked #[test]"
)]

mod abandoned;
mod conformance;
mod connect;
mod counts;
mod errors;
mod fixture;
mod introspect;
mod keys;
mod limits;
mod loads;
mod outage;
mod proxy;
mod races;
mod structure;
mod types;
