//! The tests of the HTTP doors, on PostgreSQL.

#[path = "it/main.rs"]
mod it;
