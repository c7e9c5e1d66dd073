//! `cargo xtask test`: the one command that has to pass before a change is taken. The steps stand in one table, cheap
//! ones first; the command stops at the first that fails. It must not hold a rule itself: rules live in the steps.

mod api_step;
mod clients_step;
mod packages;
mod project;
pub(crate) mod services_step;
mod tests_step;

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use clap::Args;

use self::services_step::{Services, Wanted};
use crate::{tidy, tool, tree};

/// One step.
struct Step {
    name: &'static str,
    what: &'static str,
    run: fn(&Options, &mut Services) -> anyhow::Result<Note>,
}

/// What the summary says about a step that passed; empty when its passing says enough.
type Note = String;

/// The order: what may be missing first, then what answers soonest, then the tests, other people's programs last.
/// No step sets RUSTFLAGS: cargo would build everything again for the next one.
const STEPS: &[Step] = &[
    Step {
        name: SERVICES,
        what: "the databases that tests run against",
        run: |options, services| {
            *services = Services::provide(options.wanted())?;
            Ok(services.note())
        },
    },
    Step { name: "tools", what: "the programs that the other steps need", run: |_, _| tools() },
    Step { name: "fmt", what: "formatting", run: |_, _| cargo(&["fmt", "--all", "--check"]) },
    Step { name: "tidy", what: "house rules", run: |_, _| tidy::run().map(|()| Note::new()) },
    Step {
        name: "deny",
        what: "licences and origin of dependencies",
        run: |_, _| {
            cargo(&["deny", "--workspace", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"])
        },
    },
    Step {
        name: "clippy",
        what: "lints, warnings are errors",
        run: |_, _| cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
    },
    Step {
        name: "test",
        what: "unit, integration and documentation tests",
        run: |_, services| tests_step::run(services),
    },
    Step {
        name: "clients",
        what: "other people's clients against the examples",
        run: |_, services| clients_step::run(services),
    },
    Step {
        name: "api",
        what: "linters of the OpenAPI document, and calls made from it",
        run: |options, services| api_step::run(services, options.examples),
    },
];

/// The step that also runs when one of these is asked for alone.
const SERVICES: &str = "services";
const WITH_SERVICES: &[&str] = &["test", "clients", "api"];

/// Flags of `cargo xtask test`.
#[derive(Args)]
pub(crate) struct Options {
    /// Run one step only
    #[arg(long, value_name = "STEP", value_parser = step_names())]
    only: Option<String>,
    /// How many calls the step `api` makes up for each operation and kind of check; more take longer
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    examples: u32,
    /// Start databases for this run, whatever runs already and whatever variables name
    #[arg(long)]
    own_services: bool,
}

impl Options {
    fn wanted(&self) -> Wanted {
        if self.own_services { Wanted::Own } else { Wanted::Any }
    }

    fn chooses(&self, step: &str) -> bool {
        self.only
            .as_deref()
            .is_none_or(|only| only == step || (step == SERVICES && WITH_SERVICES.contains(&only)))
    }
}

fn step_names() -> Vec<&'static str> {
    STEPS.iter().map(|step| step.name).collect()
}

/// Runs the steps in order, up to the first that fails.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let chosen: Vec<_> = STEPS.iter().filter(|step| options.chooses(step.name)).collect();
    // Dropped on every way out of here, and the servers in it are stopped.
    let mut services = Services::default();
    let mut passed = Vec::new();
    for step in &chosen {
        println!("\n== {}: {}", step.name, step.what);
        let started = now();
        let result = (step.run)(options, &mut services);
        let took = started.elapsed();
        match result {
            Ok(note) => {
                println!("== {} passed in {}", step.name, seconds(took));
                passed.push((step.name, took, note));
            }
            Err(error) => bail!(
                "step {} failed after {}: {error:#}\nrun it alone: cargo xtask test --only {}",
                step.name,
                seconds(took),
                step.name
            ),
        }
    }
    println!("\n{}", summary(&passed, chosen.len() == STEPS.len()));
    Ok(())
}

fn summary(passed: &[(&str, Duration, Note)], whole: bool) -> String {
    let mut lines: Vec<_> = passed
        .iter()
        .map(|(name, took, note)| format!("{name:<8}{:>9}  {note}", seconds(*took)).trim_end().to_owned())
        .collect();
    let (count, all) = (passed.len(), STEPS.len());
    let total = seconds(passed.iter().map(|(_, took, _)| *took).sum());
    lines.push(if whole {
        format!("all {count} steps passed in {total}")
    } else {
        format!("{count} of {all} steps passed in {total}; the others were not run")
    });
    lines.join("\n")
}

#[expect(clippy::disallowed_methods, reason = "a chore measures itself; no test depends on this clock")]
fn now() -> Instant {
    Instant::now()
}

fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}

fn tools() -> anyhow::Result<Note> {
    tool::provide(tool::FOR_TESTS).map(|()| Note::new())
}

fn cargo(arguments: &[&str]) -> anyhow::Result<Note> {
    println!("$ cargo {}", arguments.join(" "));
    let status = Command::new("cargo")
        .args(arguments)
        .current_dir(tree::root())
        .status()
        .context("cannot run cargo: is it in PATH?")?;
    if !status.success() {
        bail!("`cargo {}` found something, see above", arguments.join(" "));
    }
    Ok(Note::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_says_what_was_not_run() {
        let passed = [("fmt", Duration::from_millis(1_250), Note::new())];
        let text = summary(&passed, false);
        assert!(text.contains("fmt") && text.contains("1.2 s") && text.contains("1 of 9 steps"), "{text}");
        assert!(summary(&passed, true).contains("all 1 steps passed"));
    }

    #[test]
    fn a_step_alone_brings_the_databases_that_it_needs() {
        let names = step_names();
        assert!(WITH_SERVICES.iter().all(|name| names.contains(name)));
        for (only, expected) in
            [(None, STEPS.len()), (Some("fmt"), 1), (Some("services"), 1), (Some("test"), 2)]
        {
            let options = Options { only: only.map(str::to_owned), examples: 1, own_services: false };
            assert_eq!(names.iter().filter(|name| options.chooses(name)).count(), expected, "{only:?}");
        }
    }

    #[test]
    fn steps_have_names_of_their_own() {
        let mut names = step_names();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), STEPS.len());
    }
}
