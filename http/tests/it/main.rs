//! The HTTP doors over a real socket, a real engine and a real database: one request in, one answer out.
//! Built once for each kind of database; here it is SQLite.
//!
//! `server` starts one and calls it; every other file is about one concern and is mostly data.
#![expect(clippy::panic, reason = "a test that cannot go on says why")]

mod catalog;
mod connections;
mod cors;
mod database;
mod documents;
mod explorer;
mod forms;
mod limits;
mod preferences;
mod problems;
mod profiles;
mod reads;
mod regressions;
mod server;
mod writes;
