//! PostgreSQL: how it is asked, and how one of our own is made. The protocol is spoken by hand (version 3.0), so that
//! no client program is needed. It must not know what tests do with it.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use super::address::{Address, silence};
use super::{Kind, program};

pub(super) const KIND: Kind = Kind {
    name: "PostgreSQL",
    variable: "ROUNDTRIP_TEST_POSTGRES",
    schemes: &["postgres", "postgresql"],
    port: 5432,
    usual: |user| {
        let mut users = vec!["postgres", "root", user];
        users.retain(|user| !user.is_empty());
        users.dedup();
        users.iter().map(|user| format!("postgres://{user}@127.0.0.1:5432/postgres")).collect()
    },
    ask,
    package: "postgresql",
    account: "postgres",
    program: || program::find("postgres", &[newest(Path::new(DEBIAN))?]),
    prepare: Some(prepare),
    serve,
    // The fast way: its other signal waits until every caller has gone.
    stop_signal: "INT",
    url: |port| format!("postgres://postgres@127.0.0.1:{port}/postgres"),
};

/// Debian keeps each version in a folder of its own, outside of `PATH`.
const DEBIAN: &str = "/usr/lib/postgresql";

/// No message that we wait for is longer.
const MAXIMUM_MESSAGE_BYTES: u32 = 64 * 1024;

const VERSION_3_0: u32 = 3 << 16;

/// Tests make databases; a role that may not is no use to them.
const MAY_MAKE_DATABASES: &str =
    "SELECT 1 FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolcreatedb)\0";

fn ask(address: &Address) -> anyhow::Result<String> {
    let mut stream = address.connect()?;
    let database = if address.database.is_empty() { &address.user } else { &address.database };
    let mut startup = VERSION_3_0.to_be_bytes().to_vec();
    for word in ["user", &address.user, "database", database, ""] {
        startup.extend([word.as_bytes(), b"\0"].concat());
    }
    stream.write_all(&with_length(&startup)?)?;
    let mut version = "PostgreSQL".to_owned();
    let mut asked = false;
    loop {
        let (kind, body) = message(&mut stream)?;
        match kind {
            b'R' if body.starts_with(&[0, 0, 0, 0]) => {}
            b'R' if address.password.is_empty() => bail!("it wants a password from {}", address.user),
            // The ways to prove a password need hashes that are not worth a dependency here: the tests prove it.
            b'R' => return Ok(format!("{version} (password not tried)")),
            b'S' => {
                if let Some(("server_version", number)) = text(&body).split_once('\0') {
                    // `15.8 (Debian 15.8-0+deb12u1)`
                    let number = number.split(['\0', ' ']).next().unwrap_or_default();
                    version = format!("PostgreSQL {number}");
                }
            }
            b'Z' if asked => break,
            b'Z' => {
                asked = true;
                stream.write_all(&[b"Q", &*with_length(MAY_MAKE_DATABASES.as_bytes())?].concat())?;
            }
            b'C' if text(&body).trim_end_matches('\0') != "SELECT 1" => {
                bail!("{} may not create databases there", address.user)
            }
            b'E' => bail!("it says: {}", error_text(&text(&body))),
            _ => {}
        }
    }
    stream.write_all(b"X\0\0\0\x04")?;
    Ok(version)
}

/// The length counts itself.
fn with_length(body: &[u8]) -> anyhow::Result<Vec<u8>> {
    let length = u32::try_from(body.len() + 4)?;
    Ok([&length.to_be_bytes(), body].concat())
}

fn message(stream: &mut impl Read) -> anyhow::Result<(u8, Vec<u8>)> {
    let mut kind = [0];
    let mut length = [0; 4];
    let read = stream.read_exact(&mut kind).and_then(|()| stream.read_exact(&mut length));
    read.map_err(silence)?;
    let length = u32::from_be_bytes(length);
    if !(4..=MAXIMUM_MESSAGE_BYTES).contains(&length) {
        bail!("it does not speak PostgreSQL's protocol");
    }
    let mut body = vec![0; usize::try_from(length - 4)?];
    stream.read_exact(&mut body).context("it stopped in the middle of an answer")?;
    let [kind] = kind;
    Ok((kind, body))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The fields of an error are a letter and a text each; `M` is for people.
fn error_text(fields: &str) -> &str {
    fields.split('\0').find_map(|field| field.strip_prefix('M')).unwrap_or("an error without a text")
}

/// The folder of the newest version that is installed.
fn newest(folder: &Path) -> Option<PathBuf> {
    let versions = fs::read_dir(folder).ok()?.flatten();
    let numbers = versions.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let with_server = |number: &u32| folder.join(number.to_string()).join("bin").join("postgres").exists();
    let number = numbers.filter(with_server).max()?;
    Some(folder.join(number.to_string()).join("bin"))
}

fn prepare(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program.with_file_name("initdb"));
    command.arg("-D").arg(folder).args(["--username=postgres", "--auth=trust", "--no-instructions"]);
    // What the packages' own clusters have; an environment without a language would give ASCII.
    command.args(["--encoding=UTF8", "--locale=C.UTF-8"]);
    command
}

fn serve(program: &Path, folder: &Path, port: u16) -> Command {
    let mut command = Command::new(program);
    command.arg("-D").arg(folder).args(["-p", &port.to_string()]);
    // No socket in the file system: its path has a limit that a folder below `target` may pass.
    command.args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_read_and_other_protocols_refused() {
        let ready = [b"Z".as_slice(), &with_length(b"I").unwrap()].concat();
        assert_eq!(message(&mut ready.as_slice()).unwrap(), (b'Z', b"I".to_vec()));
        for wrong in ["", "Z\0\0", "Z\0\0\0\x09I", "Z\0\0\0\x03", "HTTP/1.1 400 Bad Request\r\n"] {
            assert!(message(&mut wrong.as_bytes()).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn an_error_is_told_in_its_own_words() {
        assert_eq!(error_text("SFATAL\0C28000\0Mno such role\0\0"), "no such role");
    }

    #[test]
    fn each_account_is_tried_once() {
        assert_eq!((KIND.usual)("root").len(), 2);
        assert_eq!((KIND.usual)("").len(), 2);
        assert_eq!((KIND.usual)("ann").len(), 3);
    }
}
