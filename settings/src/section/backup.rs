//! `[backup]`: copies of a SQLite database that the server makes by itself.
//!
//! Must not know: how a copy is made.

use crate::key::{folder, integer};
use crate::section::section;

section! {
    /// Copies of a SQLite database that `serve` makes while it runs; servers of databases have tools of their own.
    "backup" => Backup {
        /// Hours between two backups; 0 makes none. What was due while the server was down is made when it starts.
        "every_hours" every_hours: u32 = integer(0, 0, 8_760).unit("hours");
        /// How many of these backups are kept; the oldest goes when a newer one has been checked.
        "keep" keep: usize = integer(7, 1, 10_000);
        /// Where backups are kept, seen from the project's folder; best on another disk.
        "folder" folder: String = folder("backups");
    }
}
