//! Tests of `roundtrip-store_sqlite` from outside.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests; the lints only spare functions marked #[test]"
)]

mod clock;
mod conformance;
mod disk;
mod errors;
mod fixture;
mod group;
mod guest;
mod introspect;
mod introspect_views;
mod life;
mod limits;
mod structure;
