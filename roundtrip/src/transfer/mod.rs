//! Rows in and out of a resource as files: CSV, JSON, NDJSON.
//!
//! Reading and writing are streams: memory holds a few batches, whatever the length of a file.
//! It must not know the command line, or how a database stores anything.

pub mod copy;
pub mod export;
pub(crate) mod feed;
pub mod format;
pub mod import;
mod limited;
pub(crate) mod object;
pub(crate) mod pages;
mod read_csv;
mod read_json;
pub(crate) mod row;
mod split;
