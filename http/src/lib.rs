//! The HTTP server and its doors.
//!
//! A door turns bytes into an `Operation`, calls the engine, and renders what comes back. It decides
//! nothing: no rule, no limit of the data, no validation, no SQL. This is the only crate that knows
//! hyper and tower; it must not know any database driver.

mod admin;
mod answer;
mod app;
mod call;
mod catalog;
mod compression;
mod cors;
mod docs;
mod health;
mod locality;
mod middleware;
mod openapi;
mod problem;
mod rest;
mod router;
mod serve;

pub use app::{App, Listening};
pub use openapi::document as openapi_document;
pub use serve::serve;
