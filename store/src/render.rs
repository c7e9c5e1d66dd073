//! Renders result rows as JSON (or as lines of values), straight from a driver's buffers into the answer's bytes.
//!
//! A [`RowWriter`] is made once per layout and appends one object per row; a [`Body`] joins the
//! objects to an answer. No tree of values is built in between: for a page of a hundred rows that
//! tree costs more than the query. The same writer serves the top of an answer and the functions
//! that render embedded rows inside a database.
//!
//! Must not know: any driver, SQL, where the bytes go.

mod body;
mod cell;
mod csv;
mod number;
mod row;
mod string;
mod strip;

#[cfg(test)]
mod properties;

pub use body::{Body, Several};
pub use cell::Cell;
pub use row::RowWriter;
