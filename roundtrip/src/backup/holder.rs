//! Who has a file open: the process id, where the system tells.
//!
//! Linux shows it in `/proc`; elsewhere, and for processes of other users, nothing is known, and locks
//! have to tell. It must not know what the file is.

use std::fs;
use std::path::Path;

/// Another process that has the file open.
pub(super) fn find(file: &Path) -> Option<u32> {
    let wanted = fs::canonicalize(file).ok()?;
    let own = std::process::id();
    fs::read_dir("/proc").ok()?.flatten().find_map(|process| {
        let pid: u32 = process.file_name().to_str()?.parse().ok()?;
        let mut open = fs::read_dir(process.path().join("fd")).ok()?.flatten();
        let holds = pid != own && open.any(|entry| fs::read_link(entry.path()).is_ok_and(|to| to == wanted));
        holds.then_some(pid)
    })
}
