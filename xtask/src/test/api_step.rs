//! The step that checks the API from outside: two linters read `/openapi.json`, and schemathesis makes calls from it and
//! judges the answers. It must not know the server's code: what the document does not say is not there.

use std::process::Command;

use anyhow::{Context as _, bail};

use super::Note;
use super::packages::{Packages, told};
use super::project::{self, Project};
use super::services_step::Services;

/// The project whose API is checked.
const PROJECT: &str = "examples/shop";

/// A checker, the words that it is started with, and how many it takes.
struct Checker {
    name: &'static str,
    command: Command,
}

pub(super) fn run(services: &Services, examples: u32) -> anyhow::Result<Note> {
    let packages = Packages::provide()?;
    project::build()?;
    let server = Project::serve(PROJECT, &[])?;
    let mut failed = Vec::new();
    for mut checker in checkers(&packages, &server.url, examples)? {
        println!("$ {}", told(&checker.command));
        let status = services
            .tell(&mut checker.command)
            .status()
            .with_context(|| format!("cannot start {}", checker.name))?;
        if !status.success() {
            failed.push(checker.name);
        }
    }
    if !failed.is_empty() {
        bail!("{} found something, see above", failed.join(", "));
    }
    Ok(format!("up to {examples} calls of each kind per operation"))
}

fn checkers(packages: &Packages, url: &str, examples: u32) -> anyhow::Result<[Checker; 3]> {
    let document = format!("{url}/openapi.json");
    let mut redocly = packages.node("node_modules/@redocly/cli/bin/cli.js")?;
    redocly.args(["lint", &document, "--config", "redocly.yaml"]);
    let mut spectral = packages.node("node_modules/@stoplight/spectral-cli/dist/index.js")?;
    spectral.args(["lint", &document, "--ruleset", "spectral.yaml", "--fail-severity", "hint"]);
    let mut schemathesis = packages.command("schemathesis")?;
    schemathesis.args(["--config-file", "schemathesis.toml", "run", &document]);
    // Deterministic, so that a second run finds what the first has found; warnings are about the data that it got.
    schemathesis.args(["--checks", "all", "--generation-deterministic", "--continue-on-failure"]);
    schemathesis.args(["--warnings", "off", "--no-color", "--max-examples", &examples.to_string()]);
    Ok([
        Checker { name: "redocly", command: redocly },
        Checker { name: "spectral", command: spectral },
        Checker { name: "schemathesis", command: schemathesis },
    ])
}
