//! Who holds a port: the process id of the program that listens there, where the system tells.
//!
//! Linux shows it in `/proc`; elsewhere, and for processes of other users, nothing is known. It
//! must not fail: not knowing is an answer.

use std::fs;
use std::path::Path;

/// The state `LISTEN` in `/proc/net/tcp`.
const LISTENING: &str = "0A";

/// The process that listens on a port of this machine.
pub fn find(port: u16) -> Option<u32> {
    let inode = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .find_map(|table| listener(&fs::read_to_string(table).ok()?, port).map(str::to_owned))?;
    let wanted = format!("socket:[{inode}]");
    fs::read_dir("/proc").ok()?.flatten().find_map(|process| {
        let pid: u32 = process.file_name().to_str()?.parse().ok()?;
        holds(&process.path().join("fd"), &wanted).then_some(pid)
    })
}

/// The inode of the socket that listens on a port, from a table of sockets.
fn listener(table: &str, port: u16) -> Option<&str> {
    table.lines().skip(1).find_map(|line| {
        let columns: Vec<&str> = line.split_ascii_whitespace().collect();
        let (_, local) = columns.get(1)?.rsplit_once(':')?;
        let here = u16::from_str_radix(local, 16).ok()? == port && columns.get(3) == Some(&LISTENING);
        here.then(|| columns.get(9).copied()).flatten()
    })
}

fn holds(descriptors: &Path, wanted: &str) -> bool {
    let Ok(entries) = fs::read_dir(descriptors) else { return false };
    entries.flatten().any(|entry| fs::read_link(entry.path()).is_ok_and(|link| link.as_os_str() == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:20A8 00000000:0000 01 00000000:00000000 00:00000000 00000000     0        0 111 1
   1: 0100007F:20A8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 222 1
";

    #[test]
    fn the_listener_is_found_among_other_sockets() {
        assert_eq!(listener(TABLE, 8360), Some("222"));
        assert_eq!(listener(TABLE, 80), None);
        assert_eq!(listener("", 80), None);
    }
}
