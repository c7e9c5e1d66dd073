//! Where the server's programs are, and how they are installed where that is possible: on Debian and its relatives, by
//! root or by who may become root without a password. Everybody else is told what to do. It must not start a server.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::bail;

use super::Kind;
use crate::test::packages::run;
use crate::tool;

/// The words that a command of root begins with.
type Prefix = &'static [&'static str];

/// The program, installed if it has to be.
pub(super) fn provide(kind: &Kind) -> anyhow::Result<PathBuf> {
    if let Some(program) = (kind.program)() {
        return Ok(program);
    }
    let Some(prefix) = prefix() else { bail!("{}", remedy(kind)) };
    // The list is fetched first: on a fresh image there is none. That it is not whole is no reason to stop.
    for words in [&["update"] as &[&str], &["install", "--yes", "--no-install-recommends", kind.package]] {
        let all = [prefix, &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"], words].concat();
        let Some((program, arguments)) = all.split_first() else { continue };
        if let Err(error) = run(Command::new(program).args(arguments)) {
            println!("  {error:#}");
        }
    }
    match (kind.program)() {
        Some(program) => Ok(program),
        None => bail!("installing {} did not bring the server, see above; {}", kind.package, remedy(kind)),
    }
}

/// What a person has to do.
fn remedy(kind: &Kind) -> String {
    let Kind { name, variable, package, .. } = kind;
    let url = (kind.url)(kind.port);
    format!(
        "{name} is not installed; set {variable} to the URL of a server for tests, such as {url}, \
         or install it with `sudo apt-get install {package}`"
    )
}

/// How packages are installed here; `None` when only the person in front can do it.
fn prefix() -> Option<Prefix> {
    find("apt-get", &[])?;
    if tool::may_install_packages() {
        return Some(&[]);
    }
    let sudo = Command::new("sudo").args(["-n", "true"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let may = Path::new("/etc/debian_version").exists() && sudo.is_ok_and(|status| status.success());
    may.then_some(&["sudo", "-n"])
}

/// A program in these folders, else in those of `PATH`.
#[expect(clippy::disallowed_methods, reason = "a chore looks for programs where a shell would")]
pub(super) fn find(program: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(std::env::split_paths(&path));
    let file = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    all.map(|folder| folder.join(&file)).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test::services_step::KINDS;

    #[test]
    fn programs_are_found_where_a_shell_finds_them() {
        assert!(find("cargo", &[]).is_some());
        assert!(find("a-program-of-this-name", &[]).is_none());
    }

    #[test]
    fn a_missing_server_is_told_with_both_ways_out() {
        for kind in KINDS {
            let text = remedy(kind);
            assert!(text.contains(kind.variable) && text.contains(kind.package), "{text}");
        }
    }
}
