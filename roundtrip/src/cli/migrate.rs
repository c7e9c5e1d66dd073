//! `roundtrip migrate`: what it takes to bring the database to the resource files, as numbered files of
//! SQL; and which of them it has.

mod apply;
mod new;
mod plan;
mod status;

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use roundtrip_journey::World;
use roundtrip_migrate::{Applied, Ddl, Dialect, Migration, Mysql, Plan, Postgres, Sqlite, create};
use roundtrip_schema::Schema;
use roundtrip_store::Store;

use super::target::{SettingArgs, warn};
use super::{Outcome, Process};
use crate::{Error, Project, Site, Source, migrations, stores};

/// Change the database's structure by numbered files of SQL
///
/// The resource files say what the structure shall be. `plan` shows what is missing, `new` writes it to
/// migrations/, where it can be read and changed, `apply` runs what the database does not have yet, and so
/// does serve. What cannot be taken back runs only when you say so.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roundtrip migrate plan\n  roundtrip migrate new add_prices\n  roundtrip migrate apply\n  roundtrip migrate status"
)]
pub(super) struct Migrate {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Plan(plan::Show),
    New(new::New),
    Apply(apply::Apply),
    Status(status::Status),
}

impl Migrate {
    pub(super) async fn run(self, process: &Process) -> Outcome {
        match self.command {
            Command::Plan(command) => command.run(process).await,
            Command::New(command) => command.run(process).await,
            Command::Apply(command) => command.run(process).await,
            Command::Status(command) => command.run(process).await,
        }
    }
}

/// Where the project is.
#[derive(Debug, Args)]
struct Place {
    /// The project folder
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,

    #[command(flatten)]
    settings: SettingArgs,
}

/// What the commands work on.
struct Work {
    folder: PathBuf,
    schema: Arc<Schema>,
    files: Vec<Migration>,
    applied: Vec<Applied>,
    dialect: Dialect,
    /// `None` if the database is a file that does not exist yet.
    store: Option<Arc<dyn Store>>,
}

/// Whether a command changes the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
}

impl Place {
    /// Reads the project, its migrations, and what the database has of them.
    async fn open(&self, process: &Process, access: Access) -> anyhow::Result<Work> {
        let project = Project::read(&self.folder).map_err(Error::from)?;
        let mut site = Site::project(project, &self.settings.given(process)?)?;
        warn(&site);
        let Source::Project { folder, schema, .. } = &site.source else {
            anyhow::bail!("a project was read");
        };
        let (folder, schema) = (folder.clone(), Arc::clone(schema));
        let files = migrations::read(&folder)?;
        let dialect = migrations::dialect(&site);
        let mut work = Work { folder, schema, files, applied: Vec::new(), dialect, store: None };
        if access == Access::Read {
            if site.database.is_missing() {
                return Ok(work);
            }
            site.database.read_only = true;
        }
        let store = stores::open(&site, World::system().clock).await.map_err(Error::Database)?;
        work.applied = store.migrations().await.map_err(Error::Database)?;
        work.store = Some(store);
        Ok(work)
    }
}

impl Work {
    /// The differences of the database from others.
    fn ddl(&self) -> Box<dyn Ddl> {
        match self.dialect {
            Dialect::Sqlite => Box::new(Sqlite::default()),
            Dialect::Postgres => Box::new(Postgres),
            Dialect::Mysql => Box::new(Mysql),
        }
    }

    /// What it takes to bring the database to the resource files.
    async fn plan(&self, extras: roundtrip_migrate::Extras) -> anyhow::Result<Plan> {
        match &self.store {
            Some(store) => Ok(store.changes_to(&self.schema, extras).await.map_err(Error::Database)?),
            None => Ok(create(&self.schema, &*self.ddl())),
        }
    }

    async fn close(self) {
        if let Some(store) = self.store {
            store.close().await;
        }
    }
}

/// What becomes of tables that no resource file describes.
fn extras(drop_tables: bool) -> roundtrip_migrate::Extras {
    if drop_tables { roundtrip_migrate::Extras::DropTables } else { roundtrip_migrate::Extras::DropColumns }
}
