//! The step that runs the tests: passes `cargo test` through to the terminal line by line and counts what it says.
//! A test that is ignored, and a run without a test, fail: neither says anything about the code.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use super::Note;
use super::services_step::Services;
use crate::tree;

/// What all test binaries together reported.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Count {
    binaries: usize,
    passed: usize,
    failed: usize,
    ignored: usize,
}

pub(super) fn run(services: &Services) -> anyhow::Result<Note> {
    // `--no-fail-fast`: a tired person wants the whole list at once.
    let arguments = ["test", "--workspace", "--no-fail-fast"];
    println!("$ cargo {}", arguments.join(" "));
    let mut child = services
        .tell(&mut Command::new("cargo"))
        .args(arguments)
        .current_dir(tree::root())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run cargo: is it in PATH?")?;
    let output = child.stdout.take().context("cargo was started without an output")?;
    let mut count = Count::default();
    for line in BufReader::new(output).split(b'\n') {
        let line = line.context("cannot read what the tests print")?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        count.add(&line);
    }
    let succeeded = child.wait().context("cannot wait for cargo")?.success();
    judge(&count, succeeded)
}

fn judge(count: &Count, succeeded: bool) -> anyhow::Result<Note> {
    let note = format!("{} tests passed in {} binaries", count.passed, count.binaries);
    if count.failed > 0 {
        bail!("{} tests failed, {note}; see above", count.failed);
    }
    if !succeeded {
        bail!("a crate does not build or a test program ended early, see above ({note})");
    }
    if count.ignored > 0 {
        bail!("{} tests are ignored: make them pass or delete them ({note})", count.ignored);
    }
    if count.passed == 0 {
        bail!("not one test ran: something is wrong with the workspace");
    }
    Ok(note)
}

impl Count {
    /// Reads `test result: ok. 3 passed; 0 failed; 0 ignored; ...` and leaves other lines alone.
    fn add(&mut self, line: &str) {
        let Some((_, counts)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        self.binaries += 1;
        for part in counts.split("; ") {
            let Some((number, what)) = part.split_once(' ') else { continue };
            let number: usize = number.parse().unwrap_or(0);
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str = "running 3 tests
test a ... ok
test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.03s
test result: FAILED. 2 passed; 1 failed; 4 ignored; 0 measured; 0 filtered out; finished in 0.00s";

    #[test]
    fn results_are_added_up() {
        let mut count = Count::default();
        LINES.lines().for_each(|line| count.add(line));
        assert_eq!(count, Count { binaries: 2, passed: 5, failed: 1, ignored: 4 });
    }

    #[test]
    fn only_tests_that_ran_and_passed_are_a_pass() {
        let good = Count { binaries: 1, passed: 1, failed: 0, ignored: 0 };
        assert!(judge(&good, true).is_ok());
        assert!(judge(&good, false).is_err());
        assert!(judge(&Count { failed: 1, ..good }, false).is_err());
        assert!(judge(&Count { ignored: 1, ..good }, true).is_err());
        assert!(judge(&Count::default(), true).is_err());
    }
}
