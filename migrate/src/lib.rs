//! What it takes to bring a database to the structure that resource files describe, and the numbered
//! files in which that is kept.
//!
//! [`diff`] compares two schemas and answers a [`Plan`] of steps, each with its SQL and its risk; what
//! differs between databases stands in [`ddl`], a file for each. [`Migration`] is a numbered file,
//! [`pending`] says which of them a database still needs, and [`split`] cuts one into statements.
//!
//! It only thinks: it must not know how a database is reached, nor where files lie.

mod action;
mod compare;
pub mod ddl;
mod diff;
mod difference;
mod file;
mod harmless;
mod pending;
mod split;
mod step;
mod tokens;

pub use ddl::{Ddl, Mysql, Postgres, Sqlite};
pub use diff::{Extras, create, diff};
pub use file::{MOST_BYTES, Migration, NameError, checksum, file_name, files_for};
pub use pending::{Applied, Pending, Trouble, pending, unfinished};
pub use split::{Dialect, SplitError, split};
pub use step::{Class, Plan, Risk, Step, Transaction};
