//! The tests of the crate: its text as snapshots, the same text in a real database, hostile names.

mod database;
mod fixture;
mod hostile;
mod names;
mod plans;
mod reads;
mod semantics;
mod writes;
