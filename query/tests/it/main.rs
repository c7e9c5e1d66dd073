//! Tests of `roundtrip-query` from outside.
#![expect(clippy::panic, reason = "a test that cannot go on says why")]

mod grammar;
mod planner;
