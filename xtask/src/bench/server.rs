//! A server under measurement: how each rival is started, where it listens, that it is stopped. It must not measure.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};

use super::database::Database;
use super::scenario::Request;
use crate::child::{first_line, stop};
use crate::tree;

const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
const GREETING: &str = "listening on http://";

/// Who is measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Rival {
    Roundtrip,
    Baseline,
}

/// How the programs are built.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Profile {
    Release,
    Debug,
}

/// A running server; dropping it stops it, and then drops its database.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    child: Child,
    _database: Database,
    /// Kept open: a server that prints into a closed pipe would die.
    _output: ChildStdout,
}

impl Rival {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Roundtrip => "roundtrip",
            Self::Baseline => "baseline",
        }
    }

    pub(crate) fn package(self) -> &'static str {
        match self {
            Self::Roundtrip => "roundtrip",
            Self::Baseline => "roundtrip-bench",
        }
    }

    /// Where cargo puts its program.
    pub(crate) fn binary(self, profile: Profile) -> anyhow::Result<PathBuf> {
        let file = format!("{}{}", self.package(), std::env::consts::EXE_SUFFIX);
        Ok(tree::target()?.join(profile.folder()).join(file))
    }

    fn command(self, profile: Profile, database: &OsStr) -> anyhow::Result<Command> {
        let mut command = Command::new(self.binary(profile)?);
        match self {
            Self::Roundtrip => command.arg("serve").arg(database).args(["--public", "write"]),
            Self::Baseline => command.arg("--db").arg(database),
        };
        command.args(["--port", "0"]);
        Ok(command)
    }
}

impl Profile {
    /// For cargo.
    pub(crate) fn flags(self) -> &'static [&'static str] {
        match self {
            Self::Release => &["--release"],
            Self::Debug => &[],
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Debug => "debug",
        }
    }
}

impl Server {
    /// Starts the rival on its database and waits until it says where it listens.
    pub(crate) fn start(
        rival: Rival,
        profile: Profile,
        database: Database,
        folder: &Path,
    ) -> anyhow::Result<Self> {
        let log = folder.join(format!("{}.log", rival.name()));
        let mut child = rival
            .command(profile, &database.address)?
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            .spawn()
            .with_context(|| format!("cannot start {}", rival.name()))?;
        let listening = child.stdout.take().context("started without an output").and_then(first_line);
        match listening.and_then(|(line, output)| Ok((address_in(&line)?, output))) {
            Ok((address, output)) => Ok(Self { address, child, _database: database, _output: output }),
            Err(error) => {
                stop(&mut child);
                let said = std::fs::read_to_string(&log).unwrap_or_default();
                Err(error.context(format!("{} did not start; it said:\n{said}", rival.name())))
            }
        }
    }

    /// Its process id.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// One request by hand: a fast server that answers something else has won nothing.
    pub(crate) fn probe(&self, request: Request, products: usize) -> anyhow::Result<()> {
        let mut stream = TcpStream::connect_timeout(&self.address, ANSWER_TIMEOUT)?;
        stream.set_read_timeout(Some(ANSWER_TIMEOUT))?;
        stream.write_all(request.head_and_body().as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        judge(&String::from_utf8_lossy(&answer), products)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        stop(&mut self.child);
    }
}

fn address_in(line: &str) -> anyhow::Result<SocketAddr> {
    let address = line.trim().strip_prefix(GREETING).map(str::parse);
    let Some(Ok(address)) = address else { bail!("`{GREETING}ADDRESS` was expected, not {line:?}") };
    Ok(address)
}

fn judge(answer: &str, products: usize) -> anyhow::Result<()> {
    let status = answer.split(' ').nth(1).unwrap_or_default();
    let found = answer.matches("\"id\":").count();
    if !["200", "201"].contains(&status) || found != products {
        bail!("200 or 201 with {products} products was expected, not this:\n{answer}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_from_the_greeting() {
        assert_eq!(address_in("listening on http://127.0.0.1:8360\n").unwrap().port(), 8360);
        assert!(address_in("").is_err());
        assert!(address_in("error: port 8360 is held\n").is_err());
    }

    #[test]
    fn only_the_right_answer_may_be_measured() {
        let answer = "HTTP/1.1 200 OK\r\n\r\n[{\"id\":1},{\"id\":2}]";
        assert!(judge(answer, 2).is_ok());
        assert!(judge(answer, 30).is_err());
        assert!(judge("HTTP/1.1 404 Not Found\r\n\r\n{}", 0).is_err());
        assert!(judge("", 0).is_err());
    }
}
