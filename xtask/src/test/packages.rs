//! Other people's programs, installed from the lists in `examples/clients`: Python's and Node's, each in a folder of
//! its own below `target/`, named after what its list says. A list that has not changed is not installed again.
//! It must not know what the programs do.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::{tool, tree};

/// The file in a folder that says that its installation came to its end.
const DONE: &str = "installed";

/// Where the programs are.
pub(super) struct Packages {
    /// The folder with Python's programs, among them `node`.
    python: PathBuf,
    /// A copy of `examples/clients`, beside the packages that it needs.
    pub(super) clients: PathBuf,
}

impl Packages {
    /// Installs what is not there yet.
    pub(super) fn provide() -> anyhow::Result<Self> {
        tool::provide(&[&tool::PYTHON])?;
        let source = source();
        let environment = installed("python", &[source.join("requirements.txt")], |folder| {
            run(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
            let pip = programs(folder).join("pip");
            let list = source.join("requirements.txt");
            run(Command::new(pip).args(["install", "--disable-pip-version-check", "--quiet", "-r"]).arg(list))
        })?;
        let packages = Self { python: programs(&environment), clients: PathBuf::new() };
        let lists = ["package.json", "package-lock.json"].map(|name| source.join(name));
        let clients = installed("node", &lists, |folder| {
            for list in &lists {
                fs::copy(list, folder.join(list.file_name().unwrap_or_default()))?;
            }
            // No scripts of packages: what they do while they are installed is not what we came for.
            let words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"];
            run(packages.command("npm")?.args(words).current_dir(folder))
        })?;
        copy(&source, &clients)?;
        Ok(Self { clients, ..packages })
    }

    /// A program that a list has brought: `node`, `npm`, `schemathesis`. It stands in the copied folder.
    pub(super) fn command(&self, program: &str) -> anyhow::Result<Command> {
        let mut command = Command::new(self.python.join(program));
        command.env("PATH", self.path()?);
        if self.clients.exists() {
            command.current_dir(&self.clients);
        }
        // Nothing but the server on this machine is called, and nobody is told about it.
        for (name, value) in [
            ("NO_PROXY", "127.0.0.1,localhost"),
            ("REDOCLY_TELEMETRY", "off"),
            ("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true"),
            ("SCARF_ANALYTICS", "false"),
            ("DO_NOT_TRACK", "1"),
        ] {
            command.env(name, value);
        }
        Ok(command)
    }

    /// A program of a Node package.
    pub(super) fn node(&self, script: &str) -> anyhow::Result<Command> {
        let mut command = self.command("node")?;
        command.arg(script);
        Ok(command)
    }

    /// Programs start each other by name: npm looks for `node`.
    #[expect(clippy::disallowed_methods, reason = "a chore hands its own PATH on")]
    fn path(&self) -> anyhow::Result<std::ffi::OsString> {
        let rest = std::env::var_os("PATH").unwrap_or_default();
        let all = std::iter::once(self.python.clone()).chain(std::env::split_paths(&rest));
        std::env::join_paths(all).context("a folder of PATH cannot be in a PATH")
    }
}

/// The folder below `target/` that everything of these steps stands in.
pub(super) fn scratch() -> anyhow::Result<PathBuf> {
    Ok(tree::target()?.join("clients"))
}

fn source() -> PathBuf {
    tree::root().join("examples").join("clients")
}

fn programs(environment: &Path) -> PathBuf {
    environment.join(if cfg!(windows) { "Scripts" } else { "bin" })
}

/// A folder whose name follows from the lists. When it is not there, it is made, and those of other lists go.
fn installed(
    kind: &str,
    lists: &[PathBuf],
    install: impl Fn(&Path) -> anyhow::Result<()>,
) -> anyhow::Result<PathBuf> {
    let mut hasher = DefaultHasher::new();
    for list in lists {
        fs::read(list).with_context(|| format!("cannot read {}", list.display()))?.hash(&mut hasher);
    }
    let scratch = scratch()?;
    fs::create_dir_all(&scratch)?;
    let name = format!("{kind}-{:016x}", hasher.finish());
    let folder = scratch.join(&name);
    if folder.join(DONE).exists() {
        println!("  {kind}: installed already");
        return Ok(folder);
    }
    for entry in fs::read_dir(&scratch)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&format!("{kind}-")) {
            fs::remove_dir_all(entry.path())?;
        }
    }
    fs::create_dir_all(&folder)?;
    install(&folder).with_context(|| {
        let names: Vec<_> = lists.iter().map(|list| list.display().to_string()).collect();
        format!(
            "what {} names could not be installed; try again when the registry can be reached",
            names.join(", ")
        )
    })?;
    fs::write(folder.join(DONE), "")?;
    Ok(folder)
}

/// Copies a folder with everything in it except what was installed or made there.
pub(super) fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot list {}", from.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        let target = to.join(&name);
        let name = name.to_string_lossy();
        let made = ["node_modules", "generated", ".roundtrip"].contains(&&*name) || name.contains(".db");
        if made {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

/// Runs a command to its end; what it prints goes to the terminal.
pub(super) fn run(command: &mut Command) -> anyhow::Result<()> {
    let words = told(command);
    println!("$ {words}");
    let status = command.status().with_context(|| format!("cannot start {words}"))?;
    if !status.success() {
        bail!("`{words}` failed, see above");
    }
    Ok(())
}

/// A command as a person would type it, without the folders that its program and its files stand in.
pub(super) fn told(command: &Command) -> String {
    let word = |word: &std::ffi::OsStr| {
        let word = word.to_string_lossy();
        let is_path = Path::new(&*word).is_absolute();
        let last = word.rsplit(std::path::MAIN_SEPARATOR).next().unwrap_or_default().to_owned();
        if is_path { last } else { word.into_owned() }
    };
    let words: Vec<_> = std::iter::once(command.get_program()).chain(command.get_args()).map(word).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_without_folders() {
        let mut command = Command::new(Path::new(std::path::MAIN_SEPARATOR_STR).join("bin").join("node"));
        command.args(["a/b.mjs", "http://127.0.0.1:1"]);
        assert_eq!(told(&command), "node a/b.mjs http://127.0.0.1:1");
    }
}
