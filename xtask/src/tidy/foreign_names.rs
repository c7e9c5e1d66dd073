//! Files say nothing about the machine that they were written on: no folder of one person's computer, no mirror of a
//! package registry. Whoever builds the project has others. The patterns are split so that this file passes itself.

use super::Problem;
use crate::tree::Text;

/// What no file may contain, and what it gives away.
const FOREIGN: &[(&str, &str)] = &[
    (concat!("/ro", "ot/"), "a folder of one machine's administrator"),
    (concat!("/wo", "rk/"), "a folder of one machine"),
    (concat!("index.", "crates.io"), "the host of a package registry"),
    (concat!("static.", "crates.io"), "the host of a package registry"),
    (concat!("replace-", "with ="), "a mirror of a package registry"),
    (concat!("registry", "=http"), "a mirror of a package registry"),
    (concat!("arti", "factory"), "a mirror of a package registry"),
];

/// How a lock file names where a package comes from, and the only places that everybody can reach.
const LOCKED: &[(&str, &str, &str)] = &[
    ("Cargo.lock", "source = \"", "registry+https://github.com/rust-lang/crates.io-index\""),
    ("package-lock.json", "\"resolved\": \"", concat!("https://registry.", "npmjs.org/")),
];

pub(crate) fn check(text: &Text) -> Vec<Problem> {
    let mut problems = Vec::new();
    let file = text.path.rsplit('/').next().unwrap_or_default();
    for (index, line) in text.text.lines().enumerate() {
        for (pattern, what) in FOREIGN {
            if line.to_ascii_lowercase().contains(pattern) {
                let remedy =
                    "say it relative to the workspace, or leave it to the reader's own configuration";
                problems.push(Problem::new(index + 1, format!("`{pattern}` is {what}"), remedy));
            }
        }
        for (_, key, public) in LOCKED.iter().filter(|(name, ..)| *name == file) {
            let source = line.split_once(key).map(|(_, source)| source);
            if source.is_some_and(|source| !source.starts_with(public)) {
                let remedy = "lock it again from the public registry";
                problems.push(Problem::new(index + 1, "a package from a place of one's own", remedy));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        check(&Text { path: path.into(), text: text.into() }).len()
    }

    #[test]
    fn traces_of_a_machine_are_found() {
        assert_eq!(count("README.md", "GET /rest/v1/works/42, framework/root.rs\n"), 0);
        assert_eq!(count("a.sh", concat!("cd /wo", "rk/main\ncp a /ro", "ot/.cargo\n")), 2);
        assert_eq!(count(".npmrc", concat!("registry", "=https://example.com/\n")), 1);
    }

    #[test]
    fn a_lock_file_names_public_places_only() {
        let public = "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n";
        assert_eq!(count("Cargo.lock", public), 0);
        assert_eq!(count("Cargo.lock", "source = \"registry+https://mirror.example/index\"\n"), 1);
        assert_eq!(count("Cargo.lock", "source = \"git+https://example.com/fork\"\n"), 1);
        let resolved = concat!("\"resolved\": \"https://registry.", "npmjs.org/a.tgz\"");
        assert_eq!(count("console/package-lock.json", resolved), 0);
        assert_eq!(count("console/package-lock.json", "\"resolved\": \"https://mirror.example/a.tgz\""), 1);
    }
}
