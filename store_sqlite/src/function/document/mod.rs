//! Documents of JSON: what a path finds in them, and whether one contains another.
//!
//! `scan` walks the text, `tree` is what is compared. Numbers keep all their digits, which no double
//! would.
//!
//! Must not know: SQL.

mod number;
mod scan;
mod tree;

pub(super) use scan::{compact, find, is_document, string};
pub(super) use tree::Tree;
