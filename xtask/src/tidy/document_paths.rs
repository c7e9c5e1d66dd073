//! Documents name only source files that exist: whoever renames a file finds the sentences that lead to it.
//! Decisions and the change log are history, and may name what is gone.

use std::collections::HashSet;

use super::Problem;
use crate::tree::{Text, extension};

const HISTORY: &[&str] = &["CHANGELOG.md", "docs/adr/"];

pub(crate) fn check(text: &Text, paths: &HashSet<&str>) -> Vec<Problem> {
    if extension(&text.path) != "md" || HISTORY.iter().any(|history| text.path.starts_with(history)) {
        return Vec::new();
    }
    let mut problems = Vec::new();
    for (index, line) in text.text.lines().enumerate() {
        for path in source_paths(line).filter(|path| !paths.contains(path)) {
            let remedy = "name the file that has it now, by its path from the root of the workspace";
            problems.push(Problem::new(index + 1, format!("there is no {path}"), remedy));
        }
    }
    problems
}

/// What stands between backticks and is a Rust file in a folder; `<name>.rs` and `*.rs` are patterns, not files.
fn source_paths(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2).filter(|quoted| {
        let is_plain = quoted.chars().all(|letter| letter.is_alphanumeric() || "/._-".contains(letter));
        is_plain && quoted.contains('/') && extension(quoted) == "rs"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_that_leads_nowhere_is_found() {
        let paths = HashSet::from(["http/src/router.rs"]);
        for (path, line, problems) in [
            ("CONTRIBUTING.md", "add it to `http/src/router.rs`", 0),
            ("CONTRIBUTING.md", "add it to `http/src/routes.rs` and `http/src/router.rs`", 1),
            (
                "CONTRIBUTING.md",
                "a file `schema/src/field/<type>.rs`, or `router.rs`, or http/src/routes.rs",
                0,
            ),
            ("docs/adr/0001-routes.md", "it stood in `http/src/routes.rs`", 0),
            ("CHANGELOG.md", "moved `http/src/routes.rs`", 0),
            ("http/src/lib.rs", "//! see `http/src/routes.rs`", 0),
        ] {
            let text = Text { path: path.into(), text: line.into() };
            assert_eq!(check(&text, &paths).len(), problems, "{path}: {line}");
        }
    }
}
