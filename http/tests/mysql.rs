//! The tests of the HTTP doors, on MariaDB.

#[path = "it/main.rs"]
mod it;
