//! A package's `Cargo.toml` as the checks need it: who it is, what it depends on, and in which line.
//! Parsed here rather than asked of `cargo metadata`, which needs a tree that resolves and knows no lines.

use toml::de::DeTable;

use super::Problem;

/// One package of the workspace.
#[derive(Debug)]
pub(crate) struct Manifest {
    pub(crate) package: String,
    pub(crate) dependencies: Vec<Dependency>,
    /// Whether `[lints] workspace = true` is said.
    pub(crate) inherits_lints: bool,
}

/// One line of a dependency table.
#[derive(Debug, PartialEq)]
pub(crate) struct Dependency {
    /// The package's own name, not what it may be renamed to.
    pub(crate) package: String,
    pub(crate) line: usize,
    pub(crate) purpose: Purpose,
    /// Whether version and source come from the workspace.
    pub(crate) inherited: bool,
}

/// What a dependency is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Purpose {
    /// It is part of what is shipped, or builds it.
    Product,
    /// Only tests, benches and examples see it.
    Test,
}

const TABLES: &[(&str, Purpose)] = &[
    ("dependencies", Purpose::Product),
    ("build-dependencies", Purpose::Product),
    ("dev-dependencies", Purpose::Test),
];

impl Manifest {
    /// Nothing for a manifest without a package, or with a workspace of its own: neither is a room of this house.
    pub(crate) fn parse(text: &str) -> Result<Option<Self>, Problem> {
        let document = parse_table(text)?;
        let package = document.get("package").and_then(|package| package.get_ref().get("name"));
        let Some(package) = package.and_then(|name| name.get_ref().as_str()) else { return Ok(None) };
        if document.get("workspace").is_some() {
            return Ok(None);
        }
        let mut dependencies = Vec::new();
        collect(&document, text, &mut dependencies);
        if let Some(targets) = table(&document, "target") {
            for target in targets.values().filter_map(|target| target.get_ref().as_table()) {
                collect(target, text, &mut dependencies);
            }
        }
        dependencies.sort_by_key(|dependency| dependency.line);
        let inherits_lints = table(&document, "lints").is_some_and(says_workspace);
        Ok(Some(Self { package: package.into(), dependencies, inherits_lints }))
    }

    /// The folder, and so the room, of the package.
    pub(crate) fn room(&self) -> &str {
        room_of(&self.package).unwrap_or(&self.package)
    }
}

/// The room that a package of this workspace is; nothing for other people's packages.
pub(crate) fn room_of(package: &str) -> Option<&str> {
    match package {
        "roundtrip" | "xtask" => Some(package),
        _ => package.strip_prefix("roundtrip-"),
    }
}

/// A whole document, or the place of the first mistake in it.
pub(crate) fn parse_table(text: &str) -> Result<DeTable<'_>, Problem> {
    DeTable::parse(text).map(toml::Spanned::into_inner).map_err(|error| {
        let line = line_at(text, error.span().map_or(0, |span| span.start));
        Problem::new(line, format!("not TOML: {}", error.message()), "correct the line")
    })
}

/// The line, from 1, of a byte offset.
pub(crate) fn line_at(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

fn table<'doc>(document: &'doc DeTable<'_>, name: &str) -> Option<&'doc DeTable<'doc>> {
    document.get(name)?.get_ref().as_table()
}

fn says_workspace(table: &DeTable<'_>) -> bool {
    table.get("workspace").and_then(|value| value.get_ref().as_bool()) == Some(true)
}

fn collect(document: &DeTable<'_>, text: &str, dependencies: &mut Vec<Dependency>) {
    for (name, purpose) in TABLES {
        for (key, value) in table(document, name).into_iter().flatten() {
            let value = value.get_ref();
            let renamed = value.get("package").and_then(|package| package.get_ref().as_str());
            dependencies.push(Dependency {
                package: renamed.unwrap_or(key.get_ref()).into(),
                line: line_at(text, key.span().start),
                purpose: *purpose,
                inherited: value.as_table().is_some_and(says_workspace),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"[package]
name = "roundtrip-store_sqlite"
[lints]
workspace = true
[dependencies]
roundtrip-store.workspace = true
driver = { package = "rusqlite", version = "1" }
[dependencies.bytes]
workspace = true
[target.'cfg(unix)'.dependencies]
libc = "0.2"
[dev-dependencies]
roundtrip-testkit.workspace = true
"#;

    #[test]
    fn every_dependency_is_found_in_its_line() {
        let manifest = Manifest::parse(MANIFEST).unwrap().unwrap();
        assert_eq!((manifest.room(), manifest.inherits_lints), ("store_sqlite", true));
        let seen: Vec<_> = manifest
            .dependencies
            .iter()
            .map(|found| (found.package.as_str(), found.line, found.purpose, found.inherited))
            .collect();
        let expected = [
            ("roundtrip-store", 6, Purpose::Product, true),
            ("rusqlite", 7, Purpose::Product, false),
            ("bytes", 8, Purpose::Product, true),
            ("libc", 11, Purpose::Product, false),
            ("roundtrip-testkit", 13, Purpose::Test, true),
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn what_is_no_room_is_left_alone_and_a_mistake_has_its_line() {
        assert!(Manifest::parse("[workspace]\n").unwrap().is_none());
        assert!(Manifest::parse("[package]\nname = \"fuzz\"\n[workspace]\n").unwrap().is_none());
        assert_eq!(Manifest::parse("[package]\n\nname = \n").unwrap_err().line, 3);
    }
}
