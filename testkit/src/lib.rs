//! What tests of the whole need: a server in this process, the real program beside it, projects in
//! temporary folders.
//!
//! Everything is waited for by its event, within a time limit; nothing is waited for by the clock.
//! It panics where a test would: a helper that cannot help fails the test that called it.

pub mod binary;
pub mod database;
pub mod folder;
pub mod server;

pub use binary::{Finished, Program, run};
pub use database::TestDatabase;
pub use folder::Folder;
pub use server::Server;

use std::time::Duration;

/// How long anything that a test waits for may take, on a slow machine in a debug build.
pub const PATIENCE: Duration = Duration::from_mins(1);
