//! A project folder: finding it and reading its files.
//!
//! It must not know what the files mean; `settings`, `schema` and `seed` read them.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use roundtrip_schema::SourceFile;
use roundtrip_settings::{SettingsError, SettingsFile};
use thiserror::Error;

/// The longest resource file that is read.
const MOST_RESOURCE_BYTES: u64 = 1 << 20;

/// The longest file of sample data that is read.
const MOST_SEED_BYTES: u64 = 64 << 20;

/// The most files in one of the folders.
const MOST_FILES: usize = 5_000;

/// The folder of resource files.
pub const RESOURCES: &str = "resources";

/// The folder of sample data.
pub const SEED: &str = "seed";

/// The folder of migrations.
pub const MIGRATIONS: &str = "migrations";

/// The files of a project, as they were when they were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Where it is.
    pub folder: PathBuf,
    /// The folder's own name.
    pub name: String,
    /// `roundtrip.toml`, if there is one.
    pub settings: Option<SettingsFile>,
    /// `resources/*.toml`, sorted by name.
    pub resources: Vec<SourceFile>,
    /// `seed/*.json` and `seed/*.toml`, sorted by name.
    pub seed: Vec<SourceFile>,
}

/// Why there is no project.
#[derive(Debug, Error)]
pub enum ProjectError {
    /// The folder is none of ours.
    #[error(
        "{} is not a project: it has neither roundtrip.toml nor a folder resources\n  Make one with  roundtrip init{}",
        .0.display(),
        argument(.0)
    )]
    NoProject(PathBuf),
    /// A file or folder cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not text.
    #[error("{} is not UTF-8: byte {at} is wrong\n  Save it as UTF-8, which every editor can", path.display())]
    NotText {
        /// Which.
        path: PathBuf,
        /// The first byte that is wrong, from 0.
        at: usize,
    },
    /// A file is too long.
    #[error("{} is too long: at most {most} bytes", path.display())]
    TooLong {
        /// Which.
        path: PathBuf,
        /// The most bytes.
        most: u64,
    },
    /// A folder holds too many files.
    #[error("{} holds too many files: at most {MOST_FILES}", .0.display())]
    TooMany(PathBuf),
    /// `roundtrip.toml` cannot be read.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

fn argument(folder: &Path) -> String {
    if folder == Path::new(".") { String::new() } else { format!(" {}", folder.display()) }
}

impl Project {
    /// Reads a project folder.
    ///
    /// # Errors
    /// [`ProjectError`] when it is none, or one of its files cannot be read as text.
    pub fn read(folder: &Path) -> Result<Self, ProjectError> {
        let settings = SettingsFile::read(folder)?;
        let resources = folder.join(RESOURCES);
        if settings.is_none() && !resources.is_dir() {
            return Err(ProjectError::NoProject(folder.to_owned()));
        }
        Ok(Self {
            folder: folder.to_owned(),
            name: name(folder),
            settings,
            resources: files(folder, RESOURCES, &["toml"], MOST_RESOURCE_BYTES)?,
            seed: files(folder, SEED, &["json", "toml"], MOST_SEED_BYTES)?,
        })
    }
}

/// The folder's own name, also for `.` and `..`.
fn name(folder: &Path) -> String {
    let whole = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    whole.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The files of one of its folders that have these endings; none where there is no such folder.
pub(crate) fn files(
    folder: &Path,
    part: &str,
    endings: &[&str],
    most: u64,
) -> Result<Vec<SourceFile>, ProjectError> {
    let path = folder.join(part);
    let failed = |source| ProjectError::Read { path: path.clone(), source };
    let entries = match std::fs::read_dir(&path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        let wanted = path.extension().is_some_and(|ending| endings.iter().any(|one| ending == *one));
        // Editors keep their half-written copies beside the file, hidden.
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if wanted && !hidden {
            found.push(path);
        }
    }
    if found.len() > MOST_FILES {
        return Err(ProjectError::TooMany(path));
    }
    found.sort();
    found.iter().map(|path| file(path, part, most)).collect()
}

fn file(path: &Path, part: &str, most: u64) -> Result<SourceFile, ProjectError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes));
    read.map_err(|source| ProjectError::Read { path: path.to_owned(), source })?;
    if bytes.len() as u64 > most {
        return Err(ProjectError::TooLong { path: path.to_owned(), most });
    }
    let text = String::from_utf8(bytes).map_err(|error| ProjectError::NotText {
        path: path.to_owned(),
        at: error.utf8_error().valid_up_to(),
    })?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(SourceFile { path: format!("{part}/{name}"), text })
}
