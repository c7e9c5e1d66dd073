//! Every package takes its lints and the versions of its dependencies from the workspace, so that both are chosen once.

use super::Problem;
use super::manifest::Manifest;

pub(crate) fn check(manifest: &Manifest) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !manifest.inherits_lints {
        let remedy = "add a table `[lints]` with `workspace = true`";
        problems.push(Problem::new(1, "the package does not take the workspace's lints", remedy));
    }
    for dependency in manifest.dependencies.iter().filter(|dependency| !dependency.inherited) {
        problems.push(Problem::new(
            dependency.line,
            format!("`{}` has a version of its own", dependency.package),
            "put it with its reason into [workspace.dependencies] of the root and write `workspace = true` here",
        ));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_lints_and_own_versions_are_found() {
        for (text, lines) in [
            ("[lints]\nworkspace = true\n[dependencies]\nserde.workspace = true\n", vec![]),
            ("[lints]\nworkspace = true\n[dependencies]\nserde = \"1\"\n", vec![6]),
            ("[dependencies]\nserde = { workspace = true, features = [\"rc\"] }\n", vec![1]),
            (
                "[lints.rust]\nunsafe_code = \"allow\"\n[dev-dependencies]\ninsta = { path = \"x\" }\n",
                vec![1, 6],
            ),
        ] {
            let text = format!("[package]\nname = \"roundtrip-schema\"\n{text}");
            let found: Vec<_> =
                check(&Manifest::parse(&text).unwrap().unwrap()).iter().map(|problem| problem.line).collect();
            assert_eq!(found, lines, "{text}");
        }
    }
}
