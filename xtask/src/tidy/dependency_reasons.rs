//! Every dependency of the workspace says why it is there, in a comment over it. It must not judge the reason.

use toml::de::DeTable;

use super::Problem;
use super::manifest::{line_at, parse_table};

/// One comment may cover the few lines under it, and no more.
const MOST_COVERED: usize = 8;

const REMEDY: &str = "write a comment over it: what is it for, and why not do without";

pub(crate) fn check(text: &str) -> Vec<Problem> {
    let document = match parse_table(text) {
        Ok(document) => document,
        Err(problem) => return vec![problem],
    };
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    let keys = dependency_lines(&document, text);
    let mut problems = Vec::new();
    for (name, line) in &keys {
        match comment_over(&lines, *line) {
            None => problems.push(Problem::new(*line, format!("`{name}` has no reason"), REMEDY)),
            Some(comment) => {
                let covered = keys.iter().filter(|(_, other)| (comment..=*line).contains(other)).count();
                if covered > MOST_COVERED {
                    let wrong = format!("`{name}` is too far under its reason");
                    problems.push(Problem::new(*line, wrong, REMEDY));
                }
            }
        }
    }
    problems
}

/// The dependencies that are not ours, with their lines, from the top.
fn dependency_lines<'doc>(document: &'doc DeTable<'_>, text: &str) -> Vec<(&'doc str, usize)> {
    let dependencies = document
        .get("workspace")
        .and_then(|workspace| workspace.get_ref().get("dependencies"))
        .and_then(|dependencies| dependencies.get_ref().as_table());
    let mut lines: Vec<_> = dependencies
        .into_iter()
        .flatten()
        .filter(|(_, value)| value.get_ref().get("path").is_none())
        .map(|(key, _)| (key.get_ref().as_ref(), line_at(text, key.span().start)))
        .collect();
    lines.sort_by_key(|(_, line)| *line);
    lines
}

/// The line of the nearest comment above, in the same paragraph.
fn comment_over(lines: &[&str], line: usize) -> Option<usize> {
    let above = lines[..line - 1].iter().enumerate().rev();
    let (index, _) = above
        .take_while(|(_, text)| !text.is_empty() && !text.starts_with('['))
        .find(|(_, text)| text.starts_with('#'))?;
    Some(index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        check(&format!("[workspace.dependencies]\n{text}")).iter().map(|problem| problem.line).collect()
    }

    #[test]
    fn a_dependency_without_its_reason_is_found() {
        assert!(
            lines("ours = { path = \"ours\" }\n# Errors.\na = \"1\"\nb = { version = \"1\" }\n").is_empty()
        );
        assert_eq!(lines("a = \"1\"\n"), [2]);
        assert_eq!(lines("# Errors.\na = \"1\"\n\nb = \"1\"\n"), [5]);
        assert!(lines("# Errors.\na = { version = \"1\", features = [\n  \"x\",\n] }\n").is_empty());
    }

    #[test]
    fn one_reason_does_not_cover_a_page() {
        let many = |count: usize| {
            let dependencies: Vec<_> = (0..count).map(|index| format!("a{index} = \"1\"")).collect();
            lines(&format!("# All of it.\n{}\n", dependencies.join("\n")))
        };
        assert!(many(MOST_COVERED).is_empty());
        assert_eq!(many(MOST_COVERED + 1), [2 + MOST_COVERED + 1]);
    }

    #[test]
    fn a_broken_root_is_a_problem() {
        assert_eq!(check("[workspace.dependencies]\na = \n")[0].line, 2);
    }
}
