//! `roundtrip backup`: a copy of a database that is kept.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use roundtrip_journey::World;

use super::target::SettingArgs;
use super::{Outcome, Process, progress};
use crate::backup::name::{self, Asked};
use crate::backup::{BackupError, Made, mysql, postgres, schedule, sqlite};
use crate::banner::counted;
use crate::database::{Database, Place};
use crate::{Error, Site, served_database};

/// Make a backup of a database, while it is used
///
/// A SQLite database is copied as it is at one moment, while a server goes on writing to it; the copy is
/// checked, and only then gets its name. For PostgreSQL and MariaDB their own pg_dump and mariadb-dump are
/// called. Nothing is ever written over.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roundtrip backup                             into the project's folder backups\n  roundtrip backup shop --to /mnt/backups/     a folder: the name says when\n  roundtrip backup music.db --to music.copy.db\n  roundtrip backup postgres://shop@db.example/shop --to shop.dump\n\nA server makes them by itself with, in roundtrip.toml:\n  [backup]\n  every_hours = 6"
)]
pub(super) struct Backup {
    /// A project folder, a SQLite file, or a URL such as postgres://user@host/shop
    #[arg(value_name = "DIR or DATABASE", default_value = ".")]
    target: String,

    /// Where to write it [usual: the folder that backup.folder names]
    #[arg(long, value_name = "FILE or FOLDER")]
    to: Option<PathBuf>,

    #[command(flatten)]
    settings: SettingArgs,
}

impl Backup {
    pub(super) async fn run(self, process: &Process) -> Outcome {
        let (database, usual) = self.database(process)?;
        let now = World::system().clock.now();
        let to = place(self.to.as_deref(), &usual, &name::of(&database, now, Asked::ByHand));
        if let Some(folder) = to.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        }
        let made = tokio::task::spawn_blocking(move || make(&database, &to)).await;
        let made = made.map_err(|_gone| BackupError::GivenUp)??;
        println!("wrote {} ({} bytes), checked", made.file.display(), made.bytes);
        if made.orphans > 0 {
            eprintln!(
                "warning: {} of the database {} to no row, and so in the backup",
                counted(made.orphans, "row"),
                if made.orphans == 1 { "refers" } else { "refer" }
            );
        }
        Ok(ExitCode::SUCCESS)
    }

    /// The database, and where its backups are kept.
    fn database(&self, process: &Process) -> anyhow::Result<(Database, PathBuf)> {
        let site = Site::new(&self.target, &reading(&self.settings, &self.target, process)?)?;
        if let Some(path) = site.database.file() {
            served_database::check(path)?;
        }
        let folder = schedule::folder(&site);
        Ok((site.database, folder))
    }
}

/// What is given for a target that is not going to be served.
pub(super) fn reading(
    settings: &SettingArgs,
    target: &str,
    process: &Process,
) -> Result<crate::Given, Error> {
    let mut given = settings.given(process)?;
    if !Path::new(target).is_dir() {
        given.flags.push(("backup", "public.access", "none".to_owned()));
    }
    Ok(given)
}

fn place(to: Option<&Path>, usual: &Path, name: &str) -> PathBuf {
    let is_folder = |path: &Path| path.is_dir() || path.as_os_str().as_encoded_bytes().ends_with(b"/");
    match to {
        Some(path) if is_folder(path) => path.join(name),
        Some(path) => path.to_owned(),
        None => usual.join(name),
    }
}

fn make(database: &Database, to: &Path) -> Result<Made, BackupError> {
    match &database.place {
        Place::File(path) => {
            let bar = progress::of_pages();
            let made = sqlite::backup(path, to, &mut |done, total| {
                bar.set_length(total);
                bar.set_position(done);
            });
            bar.finish_and_clear();
            made
        }
        Place::Postgres(url) => postgres::backup(url, to),
        Place::Mysql(url) => mysql::backup(url, to),
    }
}
