//! The schema crate from outside: what resource files mean, what is said about broken ones, and that
//! written files read back the same.

mod broken;
mod check;
mod editor;
mod fuzz;
mod good;
mod round_trip;
