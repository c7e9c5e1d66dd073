//! The tests of the crate: its text as snapshots, the same text in a real database, hostile names.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says why")]

mod database;
mod fixture;
mod hostile;
mod names;
mod plans;
mod reads;
mod semantics;
mod writes;
