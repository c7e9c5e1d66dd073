//! What is to be served: a project folder, or a database without one, with its settings.
//!
//! Everything that can be wrong before a socket or a database is opened is found here.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use roundtrip_schema::{Schema, parse};
use roundtrip_settings::{Environment, Flag, Loaded, Preset, PublicAccess, Settings, Sources, load};

use crate::database::{Database, is_url};
use crate::error::Error;
use crate::project::Project;
use crate::seed::{self, Seed};
use crate::served_database;

/// What the command line and the environment say.
#[derive(Debug, Default, Clone)]
pub struct Given {
    /// The variables of the process.
    pub environment: Environment,
    /// `--compat`.
    pub preset: Option<&'static Preset>,
    /// `--set`, without the `--set`.
    pub set: Vec<String>,
    /// Dedicated flags: name, key, value.
    pub flags: Vec<(&'static str, &'static str, String)>,
    /// `--yes-public-write`.
    pub yes_public_write: bool,
}

/// Something that can be served.
#[derive(Debug, Clone)]
pub struct Site {
    /// What it is called in messages: the project's name, or the file's.
    pub title: String,
    /// Settings and where each came from.
    pub loaded: Loaded,
    /// The database.
    pub database: Database,
    /// Where its resources come from.
    pub source: Source,
}

/// Where resources come from.
#[derive(Debug, Clone)]
pub enum Source {
    /// Resource files.
    Project {
        /// The folder.
        folder: PathBuf,
        /// What the files say.
        schema: Arc<Schema>,
        /// Sample data for an empty database.
        seed: Arc<Seed>,
    },
    /// The database itself; everybody may do the same with every table.
    Database {
        /// What everybody may do.
        access: PublicAccess,
    },
}

impl Site {
    /// What a `DIR or DATABASE` argument means.
    ///
    /// # Errors
    /// [`Error`] when it is neither, or what it is has mistakes; all of them.
    pub fn new(target: &str, given: &Given) -> Result<Self, Error> {
        let path = Path::new(target);
        if is_url(target) || path.is_file() {
            return Self::database(target, given);
        }
        if path.is_dir() {
            return Self::project(Project::read(path)?, given);
        }
        Err(served_database::missing(path))
    }

    /// A project that was read.
    ///
    /// # Errors
    /// [`Error::Settings`], or [`Error::Mistakes`] with everything that is wrong in resource files,
    /// or, when those are right, in the sample data.
    pub fn project(project: Project, given: &Given) -> Result<Self, Error> {
        if given.flags.iter().any(|(name, ..)| *name == "--public") {
            return Err(Error::PublicOfProject);
        }
        let loaded = given.load(&project.name, Some(&project))?;
        let schema = parse(&project.resources).map_err(Error::Mistakes)?;
        let seed = seed::parse(&project.seed, &schema).map_err(Error::Mistakes)?;
        let database = Database::new(loaded.settings.database.url.expose(), &project.folder)?;
        let schema = database.placed(schema, &loaded.settings);
        let source =
            Source::Project { folder: project.folder, schema: Arc::new(schema), seed: Arc::new(seed) };
        Ok(Self { title: loaded.settings.project.name.clone(), loaded, database, source })
    }

    /// A database without a project. A file has to be there, and to be a database.
    ///
    /// # Errors
    /// [`Error`] for anything else, and for writing by everybody off this machine.
    pub fn database(url: &str, given: &Given) -> Result<Self, Error> {
        let database = Database::new(url, Path::new(""))?;
        if let Some(path) = database.file() {
            served_database::check(path)?;
        }
        // The environment's DATABASE_URL is about a project; what was typed says what is served.
        let mut given = given.clone();
        given.flags.push(("DATABASE", "database.url", url.to_owned()));
        let loaded = given.load(&database.name(), None)?;
        let access = served_database::access(&loaded.settings, given.yes_public_write)?;
        Ok(Self { title: database.name(), loaded, database, source: Source::Database { access } })
    }

    /// The settings in force.
    pub fn settings(&self) -> &Settings {
        &self.loaded.settings
    }

    /// Whether the database may be written to.
    pub fn is_writable(&self) -> bool {
        !self.database.read_only
            && match self.source {
                Source::Project { .. } => true,
                Source::Database { access } => access == PublicAccess::Write,
            }
    }
}

impl Given {
    fn load(&self, folder: &str, project: Option<&Project>) -> Result<Loaded, Error> {
        let flags: Vec<Flag<'_>> =
            self.flags.iter().map(|(name, key, value)| Flag { name, key, value: value.clone() }).collect();
        let sources = Sources {
            folder,
            file: project.and_then(|project| project.settings.as_ref()),
            environment: self.environment.clone(),
            preset: self.preset,
            set: &self.set,
            flags: &flags,
        };
        Ok(load(&sources)?)
    }
}
