//! Tests of `roundtrip-store_sqlite` from outside.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests; the lints only spare functions marked #[test]"
)]

mod conformance;
mod introspect;
mod structure;
