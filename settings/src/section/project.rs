//! `[project]`: the project itself.
//!
//! Must not know: where the project folder is.

use crate::key::name;
use crate::section::section;

section! {
    /// The project itself.
    "project" => Project {
        /// The project's name, as people see it; the name of its folder unless given.
        "name" name: String = name();
    }
}
