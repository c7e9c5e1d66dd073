//! Redis: how it is asked, and how one of our own is made. The protocol is spoken by hand (RESP), so that no client
//! program is needed. It must not know what tests do with it.

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::iter;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail};

use super::address::{Address, silence};
use super::{Kind, program};

pub(super) const KIND: Kind = Kind {
    name: "Redis",
    variable: "ROUNDTRIP_TEST_REDIS",
    schemes: &["redis"],
    port: 6379,
    usual: |_| vec!["redis://127.0.0.1:6379".to_owned()],
    ask,
    package: "redis-server",
    account: "redis",
    program: || program::find("redis-server", &[]),
    // It makes what it needs when it starts.
    prepare: None,
    serve,
    stop_signal: "TERM",
    url: |port| format!("redis://127.0.0.1:{port}"),
};

/// No line that we wait for is longer.
const MAXIMUM_LINE_BYTES: u64 = 4 * 1024;
/// The part of `INFO` that we ask for has some thirty.
const MAXIMUM_LINES: usize = 200;

fn ask(address: &Address) -> anyhow::Result<String> {
    let mut reader = BufReader::new(address.connect()?);
    if !address.password.is_empty() {
        let mut login = vec!["AUTH", &address.user, &address.password];
        login.retain(|word| !word.is_empty());
        expect(&mut reader, &login, "+OK")?;
    }
    expect(&mut reader, &["PING"], "+PONG")?;
    reader.get_mut().write_all(&command(&["INFO", "server"]))?;
    for _ in 0..MAXIMUM_LINES {
        if let Some(number) = line(&mut reader)?.strip_prefix("redis_version:") {
            return Ok(format!("Redis {number}"));
        }
    }
    bail!("it does not tell its version")
}

fn expect(reader: &mut BufReader<TcpStream>, words: &[&str], expected: &str) -> anyhow::Result<()> {
    reader.get_mut().write_all(&command(words))?;
    let answer = line(reader)?;
    if answer != expected {
        bail!("it says: {}", answer.trim_start_matches('-'));
    }
    Ok(())
}

/// A list of texts, each with its length.
fn command(words: &[&str]) -> Vec<u8> {
    let count = format!("*{}", words.len());
    let texts = words.iter().flat_map(|word| [format!("${}", word.len()), (*word).to_owned()]);
    let lines: Vec<_> = iter::once(count).chain(texts).chain([String::new()]).collect();
    lines.join("\r\n").into_bytes()
}

fn line(reader: &mut impl BufRead) -> anyhow::Result<String> {
    let mut line = String::new();
    reader.take(MAXIMUM_LINE_BYTES).read_line(&mut line).map_err(silence)?;
    let line = line.strip_suffix("\r\n").context("it does not speak Redis's protocol")?;
    Ok(line.to_owned())
}

fn serve(program: &Path, folder: &Path, port: u16) -> Command {
    let mut command = Command::new(program);
    command.args(["--bind", "127.0.0.1", "--port", &port.to_string()]);
    // Nothing on the disk.
    command.args(["--save", "", "--appendonly", "no", "--dir"]).arg(folder);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_lists_of_texts() {
        assert_eq!(command(&["AUTH", "a\r\nb"]), b"*2\r\n$4\r\nAUTH\r\n$4\r\na\r\nb\r\n");
    }

    #[test]
    fn a_line_has_an_end() {
        assert_eq!(line(&mut "+PONG\r\n+OK\r\n".as_bytes()).unwrap(), "+PONG");
        assert!(line(&mut "".as_bytes()).is_err());
        assert!(line(&mut "+PONG".as_bytes()).is_err());
        assert!(line(&mut "x".repeat(5000).as_bytes()).is_err());
    }
}
