//! What a server takes before anybody calls it: size of the file, time from its start to its first answer, memory when
//! idle. It must not put load on it.

use std::fmt;
use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::Context as _;

use super::report::{cell, median};
use super::scenario::Request;
use super::server::{Rival, Server};

/// The word for `--only`.
pub(crate) const NAME: &str = "footprint";

/// The figures of one server.
pub(crate) struct Footprint {
    rival: Rival,
    binary_mb: f64,
    /// One per round.
    first_answer_ms: Vec<f64>,
    /// One per round; none where the system does not tell.
    idle_mb: Vec<f64>,
}

/// Starts the server once per round, waits for one right answer to the request, looks at it, stops it.
pub(crate) fn measure(
    rival: Rival,
    binary: &Path,
    request: Request,
    rounds: u32,
    start: impl Fn() -> anyhow::Result<Server>,
) -> anyhow::Result<Footprint> {
    let binary = fs::metadata(binary).context("the binary has gone")?;
    let mut footprint = Footprint {
        rival,
        binary_mb: megabytes(binary.len()),
        first_answer_ms: Vec::new(),
        idle_mb: Vec::new(),
    };
    for _ in 0..rounds {
        let started = now();
        let server = start()?;
        server.probe(request, 1)?;
        footprint.first_answer_ms.push(started.elapsed().as_secs_f64() * 1_000.0);
        footprint.idle_mb.extend(resident_bytes(server.process()).map(megabytes));
    }
    Ok(footprint)
}

impl fmt::Display for Footprint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let binary = cell(Some(self.binary_mb), 1);
        let first_answer = cell(median(self.first_answer_ms.iter().copied()), 0);
        let idle = cell(median(self.idle_mb.iter().copied()), 1);
        let name = self.rival.name();
        write!(
            out,
            "{name:<10} binary {binary:>6} MB   first answer {first_answer:>5} ms   idle {idle:>6} MB"
        )
    }
}

#[expect(clippy::disallowed_methods, reason = "a chore measures with the real clock; no test depends on it")]
fn now() -> Instant {
    Instant::now()
}

/// Linux tells; elsewhere the table shows a dash.
fn resident_bytes(process: u32) -> Option<u64> {
    resident_in(&fs::read_to_string(format!("/proc/{process}/status")).ok()?)
}

fn resident_in(status: &str) -> Option<u64> {
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = resident.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1_024)
}

#[expect(clippy::cast_precision_loss, reason = "a figure for the eye")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_from_the_status_of_a_process() {
        assert_eq!(resident_in("Name:\tx\nVmPeak:\t  99 kB\nVmRSS:\t   2048 kB\n"), Some(2_048 * 1_024));
        assert_eq!(resident_in("Name:\tx\n"), None);
    }

    #[test]
    fn what_the_system_does_not_tell_is_a_dash() {
        let footprint = Footprint {
            rival: Rival::Baseline,
            binary_mb: 4.25,
            first_answer_ms: vec![9.0, 7.0, 8.0],
            idle_mb: Vec::new(),
        };
        let words: Vec<_> = footprint.to_string().split_whitespace().map(String::from).collect();
        assert_eq!(words.join(" "), "baseline binary 4.2 MB first answer 8 ms idle - MB");
    }
}
