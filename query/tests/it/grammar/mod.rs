//! The query-string grammar.

mod accepts;
mod generate;
mod properties;
mod refuses;
mod show;
