//! `roundtrip restore`: a backup in the place of a database.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use roundtrip_journey::World;

use super::backup::reading;
use super::target::SettingArgs;
use super::{Outcome, Process, progress};
use crate::backup::{BackupError, mysql, postgres, sqlite};
use crate::banner::counted;
use crate::database::{Database, Place};
use crate::{Error, Site, served_database};

/// Put a backup in the place of a database
///
/// The backup is checked first. A SQLite database must not be open in any program; the file that is
/// replaced is kept beside the new one, under a name that says when. A database of PostgreSQL or MariaDB
/// must have no tables.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roundtrip restore backups/shop-2026-11-21T17-30-00Z.db\n  roundtrip restore music.copy.db music.db\n  roundtrip restore shop.dump postgres://shop@db.example/shop"
)]
pub(super) struct Restore {
    /// The backup
    backup: PathBuf,

    /// A project folder, a SQLite file, or a URL such as postgres://user@host/shop
    #[arg(value_name = "DIR or DATABASE", default_value = ".")]
    target: String,

    #[command(flatten)]
    settings: SettingArgs,
}

impl Restore {
    pub(super) async fn run(self, process: &Process) -> Outcome {
        let database = self.database(process)?;
        let shown = database.to_string();
        let backup = self.backup;
        match database.place {
            Place::File(path) => {
                served_database::check(&backup)?;
                let now = World::system().clock.now();
                let restoring = tokio::task::spawn_blocking(move || {
                    let bar = progress::of_pages();
                    let restored = sqlite::restore(&backup, &path, now, &mut |done, total| {
                        bar.set_length(total);
                        bar.set_position(done);
                    });
                    bar.finish_and_clear();
                    restored.map(|restored| (restored, backup))
                });
                let (restored, backup) = restoring.await.map_err(|_gone| BackupError::GivenUp)??;
                println!("{shown} is now what {} holds", backup.display());
                if let Some(kept) = restored.kept {
                    let damaged = if restored.was_damaged { ", which is damaged," } else { "" };
                    println!("  the file before it{damaged} is kept as {}", kept.display());
                }
                if restored.orphans > 0 {
                    let noun = if restored.orphans == 1 { "refers" } else { "refer" };
                    eprintln!("warning: {} of the backup {noun} to no row", counted(restored.orphans, "row"));
                }
            }
            Place::Postgres(url) => {
                let restoring = tokio::task::spawn_blocking(move || postgres::restore(&backup, &url));
                restoring.await.map_err(|_gone| BackupError::GivenUp)??;
                println!("restored {shown}");
            }
            Place::Mysql(url) => {
                let restoring = tokio::task::spawn_blocking(move || mysql::restore(&backup, &url));
                restoring.await.map_err(|_gone| BackupError::GivenUp)??;
                println!("restored {shown}");
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    /// The database; a file need not be there any more.
    fn database(&self, process: &Process) -> Result<Database, Error> {
        if !Path::new(&self.target).is_dir() {
            return Ok(Database::new(&self.target, Path::new(""))?);
        }
        Ok(Site::new(&self.target, &reading(&self.settings, &self.target, process)?)?.database)
    }
}
