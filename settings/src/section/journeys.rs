//! `[journeys]`: the record of recent calls.
//!
//! Must not know: what a journey holds.

use crate::key::{flag, integer};
use crate::section::section;

section! {
    /// The record of recent calls, with the time each stage took.
    "journeys" => Journeys {
        /// Whether recent calls are kept for looking up.
        "enabled" enabled: bool = flag(true);
        /// How many recent calls are kept, in memory.
        "ring" ring: usize = integer(1_000, 0, 1_000_000);
    }
}

impl Journeys {
    /// How many calls to keep: 0 when not enabled.
    pub fn capacity(&self) -> usize {
        if self.enabled { self.ring } else { 0 }
    }
}
