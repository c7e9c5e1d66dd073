//! The query-string grammar.

mod accepts;
mod properties;
mod refuses;
mod show;
