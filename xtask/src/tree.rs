//! The files of the workspace as text, read once. It must not judge them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Folders that hold what others made: builds, installed packages, what a running project writes.
const NOT_OURS: &[&str] = &[".git", ".roundtrip", "dist", "node_modules", "target"];

/// One readable file.
pub(crate) struct Text {
    /// From the workspace's root, with `/` on every system.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// What follows the last dot of a path; empty when there is none.
pub(crate) fn extension(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// The folder with the workspace's `Cargo.toml`.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies one folder under the root").to_owned()
}

/// The folder that cargo builds into, wherever the reader's configuration has put it: this program stands in it.
pub(crate) fn target() -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe().context("cannot find this program's own file")?;
    let folder = program.ancestors().nth(2).context("this program stands in no target folder")?;
    Ok(folder.to_owned())
}

/// Every text file under `root`, in a stable order; files that are not UTF-8 are left out.
pub(crate) fn read(root: &Path) -> anyhow::Result<Vec<Text>> {
    let mut texts = Vec::new();
    collect(root, root, &mut texts)?;
    texts.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(texts)
}

// Not `git ls-files`: a release archive has no repository, and a new file counts before it is added.
fn collect(root: &Path, folder: &Path, texts: &mut Vec<Text>) -> anyhow::Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let path = entry.path();
        let kind = entry.file_type()?;
        let name = entry.file_name();
        if kind.is_dir() && !NOT_OURS.iter().any(|not_ours| name == *not_ours) {
            collect(root, &path, texts)?;
        } else if kind.is_file() {
            // A file may vanish between the listing and the reading, an editor's swap file for one.
            let Ok(bytes) = fs::read(&path) else { continue };
            let Ok(text) = String::from_utf8(bytes) else { continue };
            texts.push(Text { path: name_from(root, &path), text });
        }
    }
    Ok(())
}

fn name_from(root: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_read_and_builds_are_not() {
        let texts = read(&root()).unwrap();
        let has = |path: &str| texts.iter().any(|text| text.path == path);
        assert!(has("Cargo.toml") && has("xtask/src/tree.rs") && has(".cargo/config.toml"));
        assert!(!texts.iter().any(|text| text.path.starts_with("target/") || text.path.starts_with(".git/")));
    }
}
