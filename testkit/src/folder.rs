//! Temporary folders with files in them.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A folder that is removed with the value.
#[derive(Debug)]
pub struct Folder(TempDir);

impl Folder {
    /// An empty folder.
    ///
    /// # Panics
    /// When the system gives none.
    pub fn empty() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// A folder with files: paths and texts.
    ///
    /// # Panics
    /// When a file cannot be written.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self::empty();
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    /// A copy of the example shop, without its database.
    ///
    /// # Panics
    /// When the example is not where it should be.
    pub fn shop() -> Self {
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/shop");
        let folder = Self::empty();
        for part in ["", "resources", "seed"] {
            for entry in fs::read_dir(example.join(part)).expect("the example").flatten() {
                let path = entry.path();
                if path.extension().is_some_and(|ending| ending == "toml" || ending == "json") {
                    let name = Path::new(part).join(entry.file_name());
                    folder.write(
                        name.to_str().expect("a plain name"),
                        &fs::read_to_string(&path).expect("text"),
                    );
                }
            }
        }
        folder
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Where something in it is.
    pub fn join(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    /// Writes a file, and the folders on its way.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.join(path);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// The text of a file.
    ///
    /// # Panics
    /// When it cannot be read.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.join(path)).expect("a file of text")
    }
}
