//! The load: runs `wrk` against an address and reads what it measured. It must not know who is measured.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::tool;

/// Who calls, how many at once, and what they ask (a script of `wrk`).
pub(crate) struct Load {
    pub(crate) address: SocketAddr,
    pub(crate) connections: u32,
    pub(crate) script: PathBuf,
}

/// One measurement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Measure {
    pub(crate) requests_per_second: f64,
    pub(crate) p50_us: f64,
    pub(crate) p99_us: f64,
}

impl Load {
    /// Calls for so many seconds; an answer that is an error fails the whole run.
    pub(crate) fn run(&self, seconds: u32) -> anyhow::Result<Measure> {
        let output = Command::new(tool::WRK.program)
            // A second thread helps only when there are callers to share.
            .arg(format!("--threads={}", self.connections.min(2)))
            .arg(format!("--connections={}", self.connections))
            .arg(format!("--duration={seconds}s"))
            .arg("--timeout=10s")
            .arg("--script")
            .arg(&self.script)
            .arg(format!("http://{}", self.address))
            .output()
            .context("cannot run wrk")?;
        let text = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() {
            bail!("wrk failed:\n{text}{}", String::from_utf8_lossy(&output.stderr));
        }
        read(&text)
    }
}

/// Reads the line that the script prints at the end.
fn read(text: &str) -> anyhow::Result<Measure> {
    let line = text.lines().find_map(|line| line.strip_prefix("measured "));
    let line = line.with_context(|| format!("wrk printed no measurement:\n{text}"))?;
    let number = |name: &str| -> anyhow::Result<f64> {
        let mut words = line.split_whitespace().filter_map(|word| word.split_once('='));
        let (_, number) =
            words.find(|(key, _)| *key == name).with_context(|| format!("no {name} in: {line}"))?;
        Ok(number.parse()?)
    };
    if number("refused")? + number("broken")? > 0.0 {
        bail!("some calls got an error or no answer, so that nothing is measured: {line}");
    }
    Ok(Measure {
        requests_per_second: number("requests")? / (number("duration")? / 1e6),
        p50_us: number("p50")?,
        p99_us: number("p99")?,
    })
}

impl fmt::Display for Measure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { requests_per_second, p50_us, p99_us } = self;
        write!(out, "{requests_per_second:>9.0} req/s  p50 {p50_us:>7.0} us  p99 {p99_us:>7.0} us")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measurement_is_read_and_errors_are_not_measured() {
        let good =
            "Running 2s test\nmeasured requests=5000 duration=2000000 p50=410 p99=1900 refused=0 broken=0\n";
        let measure = read(good).unwrap();
        assert_eq!(measure, Measure { requests_per_second: 2_500.0, p50_us: 410.0, p99_us: 1_900.0 });
        assert!(read(&good.replace("refused=0", "refused=1")).is_err());
        assert!(read(&good.replace("broken=0", "broken=3")).is_err());
        assert!(read("Running 2s test\n").is_err());
    }
}
