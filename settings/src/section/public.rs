//! `[public]`: what everybody may do with a database that is served without a project.
//!
//! Must not know: which address the server listens on; whoever composes the server turns "not
//! set" into `read` on loopback and `none` elsewhere.

use crate::choice::choice;
use crate::key::optional;
use crate::section::section;

section! {
    /// What everybody may do with a database that is served without a project.
    "public" => Public {
        /// What a caller may do without signing in; unless given, `read` on loopback and `none` elsewhere.
        "access" access: Option<PublicAccess> = optional(PublicAccess::NAMES);
    }
}

choice! {
    /// What a caller may do without signing in.
    pub enum PublicAccess {
        /// Nothing.
        None = "none",
        /// Read every row.
        Read = "read",
        /// Read and write every row.
        Write = "write",
    }
}
