//! Programs that the chores need beside cargo: how each is found, how it is installed, why it is needed.
//! A missing tool is installed where that is safe and otherwise named with the command to type; never skipped.
//! It must not know what the chores do with a tool.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

/// A program and where it comes from. Servers that tests need are not among
/// these but in `test/services_step.rs`, which starts them, too.
#[derive(Debug)]
pub(crate) struct Tool {
    /// The program's file name, found through `PATH`.
    pub(crate) program: &'static str,
    /// How to tell that it is there.
    probe: Probe,
    pub(crate) source: Source,
    /// What for, as the end of a sentence that begins with its name.
    pub(crate) why: &'static str,
}

#[derive(Debug)]
enum Probe {
    /// It can be started; what it answers does not matter.
    Starts,
    /// It succeeds with these words.
    Succeeds(&'static [&'static str]),
}

#[derive(Debug)]
pub(crate) enum Source {
    /// A package of Debian and its relatives.
    Debian { package: &'static str },
    /// A crate with a binary, compiled here.
    Cargo { package: &'static str, version: &'static str },
}

pub(crate) const STRACE: Tool = Tool {
    program: "strace",
    probe: Probe::Starts,
    source: Source::Debian { package: "strace" },
    why: "lets a test see that an acknowledged write reached the disk, by tracing system calls",
};

pub(crate) const CARGO_DENY: Tool = Tool {
    program: "cargo-deny",
    probe: Probe::Starts,
    source: Source::Cargo { package: "cargo-deny", version: "0.20.2" },
    why: "checks the licences and the origin of every dependency",
};

pub(crate) const WRK: Tool = Tool {
    program: "wrk",
    probe: Probe::Starts,
    source: Source::Debian { package: "wrk" },
    why: "makes the load and takes the latencies",
};

pub(crate) const PYTHON: Tool = Tool {
    program: "python3",
    // Debian's python3 comes without what makes environments.
    probe: Probe::Succeeds(&["-c", "import ensurepip, venv"]),
    source: Source::Debian { package: "python3-venv" },
    why: "runs schemathesis, and brings the Node that other people's clients run on",
};

/// The tools of `cargo xtask test`.
pub(crate) const FOR_TESTS: &[&Tool] = &[&STRACE, &CARGO_DENY, &PYTHON];

/// The tools of `cargo xtask bench`.
pub(crate) const FOR_BENCH: &[&Tool] = &[&WRK];

/// What to do about a missing tool.
#[derive(Debug, PartialEq)]
enum Remedy {
    /// Run these, one after the other; the last one has to succeed.
    Run(Vec<Vec<&'static str>>),
    /// Only the person in front can do it, with this command.
    Ask(String),
}

/// Makes sure that every tool is there.
pub(crate) fn provide(tools: &[&Tool]) -> anyhow::Result<()> {
    for tool in tools {
        if is_there(tool) {
            println!("  {} is there", tool.program);
        } else {
            install(tool)?;
        }
    }
    Ok(())
}

fn is_there(tool: &Tool) -> bool {
    let answer = |words: &[&str]| {
        Command::new(tool.program).args(words).stdout(Stdio::null()).stderr(Stdio::null()).status()
    };
    match tool.probe {
        Probe::Starts => answer(&["--version"]).is_ok(),
        Probe::Succeeds(words) => answer(words).is_ok_and(|status| status.success()),
    }
}

fn install(tool: &Tool) -> anyhow::Result<()> {
    match remedy(tool, may_install_packages()) {
        Remedy::Ask(command) => {
            bail!("{} is missing, it {}: install it with `{command}`", tool.program, tool.why)
        }
        Remedy::Run(commands) => {
            let duration = match tool.source {
                Source::Cargo { .. } => ", which compiles for some minutes, once",
                Source::Debian { .. } => "",
            };
            println!("  {} is missing, it {}; installing it{duration}", tool.program, tool.why);
            let mut succeeded = false;
            for words in &commands {
                println!("  $ {}", words.join(" "));
                succeeded = run(words)?;
            }
            if !succeeded || !is_there(tool) {
                bail!("{} could not be installed: see above, install it by hand, try again", tool.program);
            }
            Ok(())
        }
    }
}

fn remedy(tool: &Tool, may_install_packages: bool) -> Remedy {
    match tool.source {
        Source::Cargo { package, version } => {
            Remedy::Run(vec![vec!["cargo", "install", package, "--version", version, "--locked"]])
        }
        // The list is fetched first: on a fresh image there is none, and a stale one names packages that are gone.
        Source::Debian { package } if may_install_packages => Remedy::Run(vec![
            vec!["apt-get", "update"],
            vec!["apt-get", "install", "--yes", "--no-install-recommends", package],
        ]),
        Source::Debian { package } => Remedy::Ask(format!("sudo apt-get install {package}")),
    }
}

/// Root on Debian: everybody else is asked, because a chore should not raise its own rights.
pub(crate) fn may_install_packages() -> bool {
    is_root() && Path::new("/etc/debian_version").exists()
}

pub(crate) fn is_root() -> bool {
    let answer = Command::new("id").arg("-u").output();
    answer.is_ok_and(|answer| String::from_utf8_lossy(&answer.stdout).trim() == "0")
}

fn run(words: &[&str]) -> anyhow::Result<bool> {
    let (program, arguments) = words.split_first().context("a remedy without a command")?;
    let status = Command::new(program)
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .status()
        .with_context(|| format!("cannot run {program}"))?;
    Ok(status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_tool_is_installed_or_named_never_skipped() {
        assert_eq!(remedy(&STRACE, false), Remedy::Ask("sudo apt-get install strace".into()));
        let Remedy::Run(commands) = remedy(&STRACE, true) else { panic!("root is not asked") };
        assert_eq!(commands.last().unwrap().last(), Some(&"strace"));
        let Remedy::Run(commands) = remedy(&CARGO_DENY, false) else { panic!("cargo needs no rights") };
        assert!(commands[0].contains(&"0.20.2"));
    }

    #[test]
    fn a_program_that_does_not_exist_or_does_not_work_is_not_there() {
        let tool = |program, probe| Tool { program, probe, ..STRACE };
        assert!(is_there(&tool("cargo", Probe::Starts)));
        assert!(is_there(&tool("cargo", Probe::Succeeds(&["--version"]))));
        assert!(!is_there(&tool("cargo", Probe::Succeeds(&["no-such-command"]))));
        assert!(!is_there(&tool("a-program-of-this-name", Probe::Starts)));
    }
}
