//! Tests of the whole: the program as a person runs it, and the library as a program embeds it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says why")]

mod backup;
mod copy;
mod dev;
mod durability;
mod equal;
mod errors;
mod from_openapi;
mod harness;
mod help;
mod migrate;
mod nodes;
mod opening;
mod projects;
mod pull;
mod seeds;
mod shutdown;
mod sync;
mod transfer;

use harness::{Project, done, fails, program, run};
