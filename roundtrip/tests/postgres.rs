//! What projects do with their database, on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says why")]

#[path = "it/harness.rs"]
mod harness;
#[path = "it/projects.rs"]
mod projects;
#[path = "it/seeds.rs"]
mod seeds;
#[path = "it/transfer.rs"]
mod transfer;

use harness::{Project, done, fails, program};
