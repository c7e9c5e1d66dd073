//! MariaDB, and MySQL where somebody names one: how it is asked, and how one of our own is made. The protocol is spoken
//! by hand (handshake version 10), so that no client program is needed. It must not know what tests do with it.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail};

use super::address::{Address, silence};
use super::{Kind, program};

pub(super) const KIND: Kind = Kind {
    name: "MariaDB",
    variable: "ROUNDTRIP_TEST_MYSQL",
    schemes: &["mysql", "mariadb"],
    port: 3306,
    usual: |_| vec!["mysql://root@127.0.0.1:3306".to_owned()],
    ask,
    package: "mariadb-server",
    account: "mysql",
    // Not every PATH has the folder of programs for administrators.
    program: || program::find("mariadbd", &["/usr/sbin".into()]),
    prepare: Some(prepare),
    serve,
    stop_signal: "TERM",
    url: |port| format!("mysql://root@127.0.0.1:{port}"),
};

/// No packet that we wait for is longer.
const MAXIMUM_PACKET_BYTES: usize = 64 * 1024;

/// LONG_PASSWORD, PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH.
const CAPABILITIES: u32 = 0x1 | 0x200 | 0x8000 | 0x8_0000;
const UTF8MB4: u8 = 45;
const QUIT: &[u8] = &[1];

fn ask(address: &Address) -> anyhow::Result<String> {
    let mut stream = address.connect()?;
    let (number, greeting) = packet(&mut stream)?;
    let version = version(&greeting)?;
    if !address.password.is_empty() {
        // To prove it needs hashes that are not worth a dependency here: the tests prove it.
        return Ok(format!("{version} (password not tried)"));
    }
    let mut login = CAPABILITIES.to_le_bytes().to_vec();
    login.extend(u32::try_from(MAXIMUM_PACKET_BYTES)?.to_le_bytes());
    login.push(UTF8MB4);
    login.extend([0; 23]);
    // The zero after the name ends it; the second one is the length of what proves an empty password.
    login.extend([address.user.as_bytes(), b"\0\0", b"mysql_native_password\0"].concat());
    stream.write_all(&framed(number.wrapping_add(1), &login)?)?;
    loop {
        let (number, answer) = packet(&mut stream)?;
        match answer.split_first() {
            Some((0x00, _)) => break,
            // It wants another plugin; to all of them an empty password is an empty packet.
            Some((0xfe, _)) => stream.write_all(&framed(number.wrapping_add(1), &[])?)?,
            // More about how it is proven; the verdict follows.
            Some((0x01, _)) => {}
            Some((0xff, error)) => bail!("it says: {}", error_text(error)),
            _ => bail!("it does not speak MySQL's protocol"),
        }
    }
    // It counts callers who leave without a word.
    stream.write_all(&framed(0, QUIT)?)?;
    Ok(version)
}

/// Three bytes of length, one of its number in the exchange.
fn framed(number: u8, body: &[u8]) -> anyhow::Result<Vec<u8>> {
    let [low, middle, high, _] = u32::try_from(body.len())?.to_le_bytes();
    Ok([&[low, middle, high, number], body].concat())
}

fn packet(stream: &mut impl Read) -> anyhow::Result<(u8, Vec<u8>)> {
    let mut head = [0; 4];
    stream.read_exact(&mut head).map_err(silence)?;
    let [low, middle, high, number] = head;
    let length = usize::try_from(u32::from_le_bytes([low, middle, high, 0]))?;
    if length > MAXIMUM_PACKET_BYTES {
        bail!("it does not speak MySQL's protocol");
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).context("it stopped in the middle of an answer")?;
    Ok((number, body))
}

/// Name and version from the greeting: `5.5.5-10.11.6-MariaDB-0+deb12u1` up to a zero, or an error.
fn version(greeting: &[u8]) -> anyhow::Result<String> {
    match greeting.split_first() {
        Some((10, rest)) => {
            let bytes = rest.split(|byte| *byte == 0).next().unwrap_or_default();
            let text = String::from_utf8_lossy(bytes);
            let name = if text.contains("MariaDB") { "MariaDB" } else { "MySQL" };
            // What old clients want to see in front of it.
            let number = text.strip_prefix("5.5.5-").unwrap_or(&text);
            Ok(format!("{name} {}", number.split('-').next().unwrap_or_default()))
        }
        Some((0xff, error)) => bail!("it says: {}", error_text(error)),
        _ => bail!("it does not speak MySQL's protocol"),
    }
}

/// A code of two bytes, a state of six when it begins with `#`, a text.
fn error_text(error: &[u8]) -> String {
    let text = String::from_utf8_lossy(error.get(2..).unwrap_or_default()).into_owned();
    if text.starts_with('#') { text.chars().skip(6).collect() } else { text }
}

fn prepare(_program: &Path, folder: &Path) -> Command {
    let mut command = Command::new("mariadb-install-db");
    // Without the normal method, root would be let in through the socket only.
    command.args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"]);
    command.arg(data_in(folder));
    command
}

/// One word: of two, the script takes no notice, and goes to the folder of the machine's own server.
fn data_in(folder: &Path) -> OsString {
    let mut word = OsString::from("--datadir=");
    word.push(folder);
    word
}

fn serve(program: &Path, folder: &Path, port: u16) -> Command {
    let mut command = Command::new(program);
    command.args(["--no-defaults", "--bind-address=127.0.0.1", &format!("--port={port}")]);
    // Relative to the folder of the data: the whole path may be longer than the name of a socket can be.
    command.args(["--socket=own.sock", "--pid-file=own.pid"]);
    command.arg(data_in(folder));
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greetings_tell_who_is_there() {
        let named = |text: &str| version(&[&[10], text.as_bytes(), &[0, 1, 2]].concat()).ok();
        assert_eq!(named("5.5.5-10.11.6-MariaDB-0+deb12u1").as_deref(), Some("MariaDB 10.11.6"));
        assert_eq!(named("11.4.2-MariaDB").as_deref(), Some("MariaDB 11.4.2"));
        assert_eq!(named("8.4.0").as_deref(), Some("MySQL 8.4.0"));
        let refused = version(b"\xff\x6a\x04Host is not allowed").unwrap_err().to_string();
        assert_eq!(refused, "it says: Host is not allowed");
        assert!(version(b"").is_err() && version(b"HTTP/1.1 400").is_err());
    }

    #[test]
    fn packets_are_read_and_other_protocols_refused() {
        let bytes = framed(7, b"abc").unwrap();
        assert_eq!(packet(&mut bytes.as_slice()).unwrap(), (7, b"abc".to_vec()));
        for wrong in ["", "\x03\0\0\0ab", "HTTP/1.1 400 Bad Request\r\n"] {
            assert!(packet(&mut wrong.as_bytes()).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn the_folder_is_ours_and_not_the_default() {
        let folder = Path::new("services/mysql");
        let program = Path::new("mariadbd");
        for command in [prepare(program, folder), serve(program, folder, 1)] {
            assert!(command.get_args().any(|word| word == "--datadir=services/mysql"), "{command:?}");
        }
    }

    #[test]
    fn an_error_is_told_in_its_own_words() {
        assert_eq!(error_text(b"\x15\x04#28000Access denied"), "Access denied");
        assert_eq!(error_text(b""), "");
    }
}
