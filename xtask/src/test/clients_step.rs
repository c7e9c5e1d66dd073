//! The step that runs other people's clients: each of them against a fresh copy of the project that it is written for.
//! All of them run, so that one look says what works; it must not know what they check.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use super::Note;
use super::packages::{Packages, told};
use super::project::{self, Project};
use super::services_step::Services;

/// A client's script and the server that it wants.
struct Client {
    script: &'static str,
    project: &'static str,
    flags: &'static [&'static str],
}

const CLIENTS: &[Client] = &[
    Client { script: "postgrest-js.mjs", project: "examples/shop", flags: &["--compat", "postgrest"] },
    Client {
        script: "playlists.mjs",
        project: "examples/clients/playlists",
        flags: &["--compat", "postgrest"],
    },
    Client { script: "ra-data-postgrest.mjs", project: "examples/shop", flags: &[] },
    Client { script: "openapi-fetch/run.mjs", project: "examples/shop", flags: &[] },
];

pub(super) fn run(services: &Services) -> anyhow::Result<Note> {
    let packages = Packages::provide()?;
    project::build()?;
    let (mut notes, mut failed) = (Vec::new(), Vec::new());
    for client in CLIENTS {
        let server = Project::serve(client.project, client.flags)?;
        let mut command = packages.node(client.script)?;
        command.arg(&server.url);
        match passed_through(services.tell(&mut command))? {
            Some(note) => notes.push(note),
            None => failed.push(client.script),
        }
    }
    if !failed.is_empty() {
        bail!("{} failed, see above", failed.join(", "));
    }
    Ok(notes.join("; "))
}

/// Prints what the client says, and gives its last line; `None` when it failed.
fn passed_through(command: &mut Command) -> anyhow::Result<Option<String>> {
    println!("$ {}", told(command));
    let mut child = command.stdout(Stdio::piped()).spawn().context("cannot start node")?;
    let output = child.stdout.take().context("node was started without an output")?;
    let mut last = String::new();
    for line in BufReader::new(output).lines() {
        let line = line.context("cannot read what the client prints")?;
        println!("{line}");
        last = line;
    }
    let succeeded = child.wait().context("cannot wait for node")?.success();
    // A client that ends well without its last line has checked nothing.
    Ok(Some(last).filter(|last| succeeded && last.ends_with(" checks passed")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree;

    #[test]
    fn every_client_and_its_project_are_there() {
        for client in CLIENTS {
            assert!(tree::root().join("examples/clients").join(client.script).is_file(), "{}", client.script);
            let project = tree::root().join(client.project).join("roundtrip.toml");
            assert!(project.is_file(), "{}", project.display());
        }
    }
}
