//! Copies of a database that are kept, and put back: by a command, and by the server at set times.
//!
//! A file of SQLite is copied by the store, while others write. For a server its own tools are called,
//! which know everything that such a database can hold. It must not know the command line.

pub(crate) mod file;
mod holder;
pub mod mysql;
pub mod name;
pub mod postgres;
pub mod schedule;
pub mod sqlite;
mod tool;

use std::path::PathBuf;

use roundtrip_store_sqlite::backup as store;
use thiserror::Error;

/// A backup that was made and found sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Where it is.
    pub file: PathBuf,
    /// How large it is.
    pub bytes: u64,
    /// Rows that refer to nothing, in the database as in the backup; known for SQLite alone.
    pub orphans: u64,
}

/// Why there is no backup, or why one was not put back.
#[derive(Debug, Error)]
pub enum BackupError {
    /// Something has the name already.
    #[error("{} is there already, and nothing is written over it", .0.display())]
    Taken(PathBuf),
    /// A file or folder cannot be used.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// SQLite could not do it.
    #[error("{}: {source}", path.display())]
    Store {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: store::BackupError,
    },
    /// Somebody uses the database that is to be replaced.
    #[error(
        "{} is open in another program{}\n  Stop it, then restore again",
        path.display(),
        pid.map_or(String::new(), |pid| format!(" (pid {pid})"))
    )]
    InUse {
        /// Which file.
        path: PathBuf,
        /// The program, where the system tells.
        pid: Option<u32>,
    },
    /// It is a backup of something else.
    #[error("{} is no backup of {kind}", path.display())]
    OtherKind {
        /// Which file.
        path: PathBuf,
        /// Of what it should be one.
        kind: &'static str,
    },
    /// The database that is to be filled has something in it.
    #[error(
        "{0} has tables already, and nothing is written over them\n  Restore into a database without tables: make a new one, or drop them"
    )]
    NotEmpty(String),
    /// The address says something that a tool cannot be told.
    #[error("the address of the database cannot be handed to {tool}: {reason}")]
    Address {
        /// Which tool.
        tool: &'static str,
        /// Why.
        reason: String,
    },
    /// A tool is missing.
    #[error("{tool} is not installed\n  {packages}")]
    NoTool {
        /// Which.
        tool: &'static str,
        /// Where it comes from.
        packages: &'static str,
    },
    /// A tool failed.
    #[error("{tool} failed: {said}")]
    Tool {
        /// Which.
        tool: &'static str,
        /// Its own words.
        said: String,
    },
    /// A task of ours ended early.
    #[error("the backup was given up")]
    GivenUp,
}

/// Told as pages are copied: done, and in all.
pub type Progress<'a> = &'a mut (dyn FnMut(u64, u64) + Send);
