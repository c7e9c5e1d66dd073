//! House rules that neither the compiler nor clippy knows, each a function from text to problems, all in one table.
//! A check must not read files: it judges what it is given, so that its tests can give it bad input.

mod code;
mod dependency_reasons;
mod document_paths;
mod file_names;
mod file_sizes;
mod foreign_names;
mod inheritance;
mod libraries;
mod lint_exceptions;
mod manifest;
mod module_docs;
mod rooms;
mod test_rules;

use std::collections::HashSet;
use std::fmt;
use std::path::Path;

use anyhow::bail;

use crate::tree::{self, Text};
use code::Source;
use manifest::Manifest;

/// Every check. Another one is a file in `tidy/` and a line here.
const CHECKS: &[(&str, Check)] = &[
    ("module docs", Check::Source(module_docs::check)),
    ("file sizes", Check::Source(file_sizes::check)),
    ("file names", Check::Source(file_names::check)),
    ("lint exceptions", Check::Source(lint_exceptions::check)),
    ("test rules", Check::Source(test_rules::check)),
    ("rooms", Check::Manifest(rooms::check)),
    ("libraries", Check::Manifest(libraries::check)),
    ("inheritance", Check::Manifest(inheritance::check)),
    ("dependency reasons", Check::Root(dependency_reasons::check)),
    ("foreign names", Check::Text(foreign_names::check)),
    ("document paths", Check::TextAmong(document_paths::check)),
];

/// What a check looks at.
enum Check {
    /// Each Rust file.
    Source(fn(&Source) -> Vec<Problem>),
    /// Each `Cargo.toml` of a package.
    Manifest(fn(&Manifest) -> Vec<Problem>),
    /// The `Cargo.toml` of the workspace.
    Root(fn(&str) -> Vec<Problem>),
    /// Each text file.
    Text(fn(&Text) -> Vec<Problem>),
    /// Each text file, with the paths of all.
    TextAmong(fn(&Text, &HashSet<&str>) -> Vec<Problem>),
}

/// One breach of a rule, in the file that was looked at.
#[derive(Debug, PartialEq)]
struct Problem {
    /// From 1.
    line: usize,
    wrong: String,
    remedy: String,
}

impl Problem {
    fn new(line: usize, wrong: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { line, wrong: wrong.into(), remedy: remedy.into() }
    }
}

/// A problem with its place in the tree.
struct Finding {
    path: String,
    problem: Problem,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { line, wrong, remedy } = &self.problem;
        write!(out, "{}:{line}: {wrong}\n    {remedy}", self.path)
    }
}

/// `cargo xtask tidy`: prints every finding and fails when there is one.
pub(crate) fn run() -> anyhow::Result<()> {
    let findings = findings(&tree::root())?;
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => println!("tidy: {} checks, nothing found", CHECKS.len()),
        count => bail!("tidy: {count} to put right, listed above"),
    }
    Ok(())
}

fn findings(root: &Path) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let texts = tree::read(root)?;
    let paths = texts.iter().map(|text| text.path.as_str()).collect();
    for text in &texts {
        let problems = problems_in(text, &paths);
        findings.extend(problems.into_iter().map(|problem| Finding { path: text.path.clone(), problem }));
    }
    Ok(findings)
}

fn problems_in(text: &Text, paths: &HashSet<&str>) -> Vec<Problem> {
    let source = (tree::extension(&text.path) == "rs").then(|| Source::new(&text.path, &text.text));
    let is_root = text.path == "Cargo.toml";
    let manifest = match text.path.ends_with("/Cargo.toml").then(|| Manifest::parse(&text.text)) {
        Some(Ok(manifest)) => manifest,
        Some(Err(problem)) => return vec![problem],
        None => None,
    };
    let mut problems = Vec::new();
    for (_, check) in CHECKS {
        problems.extend(match check {
            Check::Source(check) => source.as_ref().map(check),
            Check::Manifest(check) => manifest.as_ref().map(check),
            Check::Root(check) => is_root.then(|| check(&text.text)),
            Check::Text(check) => Some(check(text)),
            Check::TextAmong(check) => Some(check(text, paths)),
        });
    }
    problems.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_tidy() {
        let findings = findings(&tree::root()).unwrap();
        let lines: Vec<_> = findings.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "the tree is not tidy:\n{}", lines.join("\n"));
    }

    #[test]
    fn a_finding_says_where_what_and_what_to_do() {
        let text = Text { path: "schema/src/utils.rs".into(), text: "fn lost() {}\n".into() };
        let problems = problems_in(&text, &HashSet::new());
        assert_eq!(problems.len(), 2);
        let finding = Finding { path: text.path, problem: problems.into_iter().next().unwrap() };
        assert!(finding.to_string().starts_with("schema/src/utils.rs:1: "), "{finding}");
        assert_eq!(finding.to_string().lines().count(), 2);
    }

    #[test]
    fn a_broken_manifest_is_a_finding() {
        let text = Text { path: "schema/Cargo.toml".into(), text: "[package]\nname = \n".into() };
        assert_eq!(problems_in(&text, &HashSet::new())[0].line, 2);
    }
}
