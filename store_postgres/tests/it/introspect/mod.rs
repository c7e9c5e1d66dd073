//! Databases of other people, read as a schema.

mod database;
mod refused;
mod served;
mod show;
mod tables;
mod types;
mod views;
