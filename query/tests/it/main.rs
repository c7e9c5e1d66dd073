//! Tests of `roundtrip-query` from outside.

mod grammar;
mod planner;
