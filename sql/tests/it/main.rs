//! The tests of the crate: its text as snapshots, the same text in a real database, hostile names.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says why")]

mod aggregates;
mod conflicts;
mod data;
mod database;
mod dialects;
mod expressions;
mod fixture;
mod functions;
mod hostile;
mod names;
mod orders;
mod plans;
mod reads;
mod semantics;
mod spreads;
mod writes;
