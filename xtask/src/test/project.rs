//! A project of ours on a free port: a copy of its folder, served by the binary that cargo has just built.
//! Dropping it stops the server, by its own process id. It must not know who calls it.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, bail};

use super::packages::{copy, run, scratch};
use crate::child::{START_TIMEOUT, first_line, stop};
use crate::tree;

const PAUSE: Duration = Duration::from_millis(50);
const GREETING: &str = "listening on ";

/// A running server.
pub(super) struct Project {
    /// `http://127.0.0.1:54321`
    pub(super) url: String,
    child: Child,
    /// Kept open: a server that prints into a closed pipe would die.
    _output: ChildStdout,
}

/// Builds the binary, so that what is tested is what stands in the tree.
pub(super) fn build() -> anyhow::Result<()> {
    run(Command::new("cargo").args(["build", "--quiet", "--package", "roundtrip"]).current_dir(tree::root()))
}

impl Project {
    /// Serves a fresh copy of the folder, with its sample data, and waits until it is ready.
    pub(super) fn serve(folder: &str, flags: &[&str]) -> anyhow::Result<Self> {
        let name = folder.rsplit('/').next().unwrap_or(folder);
        let home = scratch()?.join("projects").join(name);
        if home.exists() {
            fs::remove_dir_all(&home).with_context(|| format!("cannot empty {}", home.display()))?;
        }
        copy(&tree::root().join(folder), &home)?;
        let log = scratch()?.join("projects").join(format!("{name}.log"));
        let binary = tree::target()?.join("debug").join(format!("roundtrip{}", std::env::consts::EXE_SUFFIX));
        let mut child = Command::new(binary)
            .arg("serve")
            .arg(&home)
            .args(["--port", "0"])
            .args(flags)
            // What a person has set for servers of their own is not for this one.
            .env_remove("DATABASE_URL")
            .env_remove("PORT")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            .spawn()
            .context("cannot start the server")?;
        let started = child.stdout.take().context("started without an output").and_then(first_line).and_then(
            |(line, output)| {
                let url = url_in(&line)?;
                wait_until_ready(&url)?;
                Ok((url, output))
            },
        );
        match started {
            Ok((url, output)) => Ok(Self { url, child, _output: output }),
            Err(error) => {
                stop(&mut child);
                let said = fs::read_to_string(&log).unwrap_or_default();
                Err(error.context(format!("{folder} could not be served; the server said:\n{said}")))
            }
        }
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        stop(&mut self.child);
    }
}

fn url_in(line: &str) -> anyhow::Result<String> {
    let url = line.trim().strip_prefix(GREETING).filter(|url| url.starts_with("http://"));
    let Some(url) = url else { bail!("`{GREETING}http://ADDRESS` was expected, not {line:?}") };
    Ok(url.to_owned())
}

/// Asks `/health/ready`, which is 503 while the database is made and filled.
#[expect(
    clippy::disallowed_methods,
    reason = "a server tells that it is ready to those who ask again, not by an event"
)]
fn wait_until_ready(url: &str) -> anyhow::Result<()> {
    let address = url.strip_prefix("http://").unwrap_or(url);
    let address: SocketAddr = address.parse().with_context(|| format!("{address:?} is no address"))?;
    let tries = START_TIMEOUT.as_millis() / PAUSE.as_millis();
    let mut last = String::new();
    for _ in 0..tries {
        let mut stream = TcpStream::connect_timeout(&address, START_TIMEOUT)?;
        stream.set_read_timeout(Some(START_TIMEOUT))?;
        write!(stream, "GET /health/ready HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
        last.clear();
        stream.read_to_string(&mut last)?;
        if last.starts_with("HTTP/1.1 200 ") {
            return Ok(());
        }
        thread::sleep(PAUSE);
    }
    bail!("it was not ready within {} s; the last answer was:\n{last}", START_TIMEOUT.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_from_the_greeting() {
        assert_eq!(url_in("listening on http://127.0.0.1:8360\n").unwrap(), "http://127.0.0.1:8360");
        assert!(url_in("").is_err());
        assert!(url_in("error: port 8360 is held\n").is_err());
    }
}
