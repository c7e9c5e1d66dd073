//! `[http]`: what holds for every answer over HTTP.
//!
//! Must not know: the HTTP library.

use crate::key::flag;
use crate::section::section;

section! {
    /// What holds for every answer over HTTP.
    "http" => Http {
        /// Whether answers are compressed for callers who accept it.
        "compression" compression: bool = flag(true);
    }
}
