//! What a person sees when the server is up, on standard error; and the one line for programs, on
//! standard output.
//!
//! It must not know how the server was made.

use std::fmt::Write as _;
use std::io::Write;
use std::net::SocketAddr;
use std::time::Duration;

use roundtrip_settings::PublicAccess;

use crate::opening::Opening;
use crate::site::{Site, Source};

/// The banner of a server that is up.
pub fn banner(site: &Site, address: SocketAddr, opening: &Opening, took: Duration) -> String {
    let mut text = String::new();
    let ready = format!("ready in {} ms", took.as_millis());
    let kind = site.database.kind();
    let state = match opening {
        Opening::Open(opened) => {
            let noun = match site.source {
                Source::Project { .. } => "resource",
                Source::Database { .. } => "table",
            };
            format!("{kind}, {}   {ready}", counted(opened.resources as u64, noun))
        }
        Opening::Started => format!("{kind}, being opened   {ready}"),
        Opening::Failed(_) => format!("{kind}, not available   {ready}"),
    };
    let title = &site.title;
    let url = url(address);
    // A `String` never fails to take more text.
    let _never_fails = write!(
        text,
        "  {title}   {state}\n  API      {url}/rest/v1\n  Docs     {url}/docs\n  Access   {}\n",
        access(site, address)
    );
    if let Opening::Open(opened) = opening {
        if opened.created {
            let seeded = match (&opened.seeded, &opened.seed_failed) {
                (Some(planted), _) => format!(", with {} of sample data", counted(planted.rows, "row")),
                (None, Some(reason)) => format!("; {reason}. Correct it, then  roundtrip seed"),
                (None, None) => String::new(),
            };
            let _never_fails = writeln!(text, "  Made     {}{seeded}", site.database);
        } else if !opened.changes.is_empty() {
            let count = counted(opened.changes.len() as u64, "change");
            let _never_fails = writeln!(text, "  Changed  {count} of the database's structure");
        }
    }
    if let Opening::Failed(reason) = opening {
        let _never_fails = write!(
            text,
            "  error: {}\n  Calls are answered with 503 until the database can be used; it is tried again and again.\n",
            reason.replace('\n', "\n  ")
        );
    }
    text
}

/// Says on standard output where the server listens, for programs that started it.
pub fn ready_line(address: SocketAddr) -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "listening on {}", url(address))?;
    output.flush()
}

/// The address to call. An address that means every interface is reached on this machine by its own.
pub fn url(address: SocketAddr) -> String {
    format!("http://{address}")
}

fn access(site: &Site, address: SocketAddr) -> String {
    let place =
        if address.ip().is_loopback() { "this machine" } else { "every machine that reaches this address" };
    match site.source {
        Source::Project { .. } => format!("by the rules in resources/, {place} (--host)"),
        Source::Database { access } => {
            let what = match access {
                PublicAccess::None => "nothing",
                PublicAccess::Read => "read-only",
                PublicAccess::Write => "read and write",
            };
            format!("{what}, {place} (--public, --host)")
        }
    }
}

/// `1 row`, `5,000 rows`.
pub fn counted(count: u64, noun: &str) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    let plural = if count == 1 { "" } else { "s" };
    format!("{text} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_readable() {
        for (count, expected) in [
            (0, "0 rows"),
            (1, "1 row"),
            (999, "999 rows"),
            (1_000, "1,000 rows"),
            (1_234_567, "1,234,567 rows"),
        ] {
            assert_eq!(counted(count, "row"), expected);
        }
    }
}
