//! Backups that the server makes by itself, at the times that the settings say.
//!
//! The newest backup in the folder says when the next one is due, so that a server that is restarted
//! every hour makes no backup every hour, and one that was down makes what it missed. Whatever goes
//! wrong is said in the log, and tried again. It must not know how a copy is made.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use roundtrip_journey::World;
use tokio::sync::{oneshot, watch};

use super::name::{self, Asked};
use super::sqlite::{self, PART};
use super::{BackupError, Made};
use crate::database::Database;
use crate::site::{Site, Source};

/// How often to look whether a backup is due.
const LOOK: Duration = Duration::from_secs(30);

/// How long to wait after a failure.
const PAUSE: SignedDuration = SignedDuration::from_mins(10);

/// The most files of a folder that are looked at.
const MOST_FILES: usize = 100_000;

/// Backups of one database, as often as its settings say.
#[derive(Debug)]
pub struct Schedule {
    database: Database,
    folder: PathBuf,
    every: SignedDuration,
    keep: usize,
    not_before: Option<Timestamp>,
}

/// What a look came to.
#[derive(Debug)]
pub enum Looked {
    /// Nothing is due.
    NotDue,
    /// A backup was made, and these files were deleted for it.
    Made(Made, Vec<PathBuf>),
    /// A backup was due, and could not be made.
    Failed(BackupError),
}

/// Begins to make backups in the background, if the settings of a site ask for them, until `stopped`
/// says true or its sender is gone.
pub(crate) fn start(site: &Site, world: &World, mut stopped: watch::Receiver<bool>) {
    let Some(mut schedule) = Schedule::of(site) else { return };
    let world = world.clone();
    tokio::spawn(async move {
        loop {
            let now = world.clock.now();
            let (done, looked) = oneshot::channel();
            // A thread of its own, for which a server that stops does not wait: half a backup has a name
            // that says so, and goes when the next one is made.
            let look = move || {
                let looked = schedule.look(now);
                // Nobody listens when the server has stopped.
                let _gone = done.send((schedule, looked));
            };
            if let Err(error) = std::thread::Builder::new().name("backup".to_owned()).spawn(look) {
                tracing::error!(%error, "no thread for backups; there are none until the next start");
                return;
            }
            let Ok((back, looked)) = looked.await else { return };
            schedule = back;
            tell(&looked);
            if tokio::time::timeout(LOOK, stopped.wait_for(|stop| *stop)).await.is_ok() {
                return;
            }
        }
    });
}

fn tell(looked: &Looked) {
    match looked {
        Looked::NotDue => {}
        Looked::Made(made, gone) => tracing::info!(
            file = %made.file.display(),
            bytes = made.bytes,
            deleted = gone.len(),
            "made a backup and checked it"
        ),
        Looked::Failed(error) => {
            tracing::error!(%error, "the backup that is due could not be made; it is tried again in ten minutes");
        }
    }
}

impl Schedule {
    /// The schedule of a site; none where the settings ask for none. For a server of databases there is
    /// none, and that is said in the log.
    pub fn of(site: &Site) -> Option<Self> {
        let settings = &site.settings().backup;
        if settings.every_hours == 0 {
            return None;
        }
        if site.database.file().is_none() {
            tracing::warn!(
                "backup.every_hours is for SQLite; schedule  roundtrip backup  for this database, or its own tools"
            );
            return None;
        }
        Some(Self {
            database: site.database.clone(),
            folder: folder(site),
            every: SignedDuration::from_hours(i64::from(settings.every_hours)),
            keep: settings.keep.max(1),
            not_before: None,
        })
    }

    /// Makes a backup if one is due now, and deletes the oldest beyond those that are kept. Blocks.
    pub fn look(&mut self, now: Timestamp) -> Looked {
        // A database that is not made yet has nothing to lose.
        if self.not_before.is_some_and(|before| now < before) || self.database.is_missing() {
            return Looked::NotDue;
        }
        match self.look_closer(now) {
            Ok(Some((made, gone))) => {
                self.not_before = None;
                Looked::Made(made, gone)
            }
            Ok(None) => Looked::NotDue,
            Err(error) => {
                self.not_before = now.checked_add(PAUSE).ok();
                Looked::Failed(error)
            }
        }
    }

    fn look_closer(&self, now: Timestamp) -> Result<Option<(Made, Vec<PathBuf>)>, BackupError> {
        let Some(file) = self.database.file() else { return Ok(None) };
        fs::create_dir_all(&self.folder).map_err(|source| self.failed(source))?;
        let backups = self.backups()?;
        if let Some((newest, _)) = backups.last() {
            let due = newest.checked_add(self.every).unwrap_or(Timestamp::MAX);
            // A clock that was set back must not end the backups for as long.
            if now < due && *newest <= now {
                return Ok(None);
            }
        }
        self.remove_parts()?;
        let to = self.folder.join(name::of(&self.database, now, Asked::BySchedule));
        let made = sqlite::backup(file, &to, &mut |_, _| {})?;
        Ok(Some((made, self.delete_oldest()?)))
    }

    /// The backups that the server made by itself, the oldest first.
    fn backups(&self) -> Result<Vec<(Timestamp, PathBuf)>, BackupError> {
        let of = |name: &str| name::made_at(&self.database, name);
        let mut found: Vec<_> =
            self.names()?.into_iter().filter_map(|name| Some((of(&name)?, self.folder.join(name)))).collect();
        found.sort();
        Ok(found)
    }

    /// Removes what a program that was killed left half done.
    fn remove_parts(&self) -> Result<(), BackupError> {
        let is_ours = |name: &String| {
            name.strip_suffix(PART).is_some_and(|name| name::made_at(&self.database, name).is_some())
        };
        for name in self.names()?.iter().filter(|name| is_ours(name)) {
            fs::remove_file(self.folder.join(name)).map_err(|source| self.failed(source))?;
        }
        Ok(())
    }

    /// Called only when a newer one is there and was found sound.
    fn delete_oldest(&self) -> Result<Vec<PathBuf>, BackupError> {
        let backups = self.backups()?;
        let most = backups.len().saturating_sub(self.keep);
        let mut gone = Vec::new();
        for (_, path) in backups.into_iter().take(most) {
            fs::remove_file(&path).map_err(|source| BackupError::File { path: path.clone(), source })?;
            gone.push(path);
        }
        Ok(gone)
    }

    fn names(&self) -> Result<Vec<String>, BackupError> {
        let entries = fs::read_dir(&self.folder).map_err(|source| self.failed(source))?;
        let name = |entry: std::io::Result<fs::DirEntry>| entry.ok()?.file_name().into_string().ok();
        Ok(entries.take(MOST_FILES).filter_map(name).collect())
    }

    fn failed(&self, source: std::io::Error) -> BackupError {
        BackupError::File { path: self.folder.clone(), source }
    }
}

/// Where the backups of a site are kept.
pub(crate) fn folder(site: &Site) -> PathBuf {
    let base = match &site.source {
        // `backups` reads better than `./backups`, and means the same.
        Source::Project { folder, .. } if folder != Path::new(".") => folder.as_path(),
        Source::Project { .. } | Source::Database { .. } => Path::new(""),
    };
    base.join(&site.settings().backup.folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(folder: &Path, keep: usize) -> Schedule {
        let database = Database::new("shop.db", folder).unwrap();
        Schedule {
            database,
            folder: folder.join("backups"),
            every: SignedDuration::from_hours(6),
            keep,
            not_before: None,
        }
    }

    /// A database; an empty file is one.
    fn database(folder: &Path) {
        fs::write(folder.join("shop.db"), "").unwrap();
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder.join("backups")).unwrap().flatten();
        let mut names: Vec<String> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn backups_are_made_when_they_are_due_and_the_oldest_go() {
        let folder = tempfile::tempdir().unwrap();
        let (world, clock) = World::fixed(1);
        let mut looking = schedule(folder.path(), 2);
        assert!(matches!(looking.look(world.clock.now()), Looked::NotDue), "there is no database yet");
        database(folder.path());
        let mut made = Vec::new();
        for _ in 0..20 {
            // As after a restart: what was made says what is due.
            let mut looking = schedule(folder.path(), 2);
            match looking.look(world.clock.now()) {
                Looked::Made(one, gone) => made.push((one.file, gone)),
                Looked::NotDue => {}
                Looked::Failed(error) => panic!("{error}"),
            }
            clock.advance(Duration::from_hours(1));
        }
        assert_eq!(made.len(), 4, "at 0, 6, 12 and 18 hours: {made:?}");
        let name = |hour| format!("shop-2026-01-01T{hour}-00-00Z.auto.db");
        assert_eq!(names(folder.path()), [name("12"), name("18")]);
        assert_eq!(made[3].1, [folder.path().join("backups").join(name("06"))]);
    }

    #[test]
    fn what_a_person_made_is_left_alone_and_what_was_cut_off_goes() {
        let folder = tempfile::tempdir().unwrap();
        let world = World::fixed(1).0;
        database(folder.path());
        let others = ["shop-2020-01-01T00-00-00Z.db", "other-2020-01-01T00-00-00Z.auto.db", "notes.txt"];
        fs::create_dir(folder.path().join("backups")).unwrap();
        for name in others.iter().chain(&["shop-2020-01-01T00-00-00Z.auto.db.part"]) {
            fs::write(folder.path().join("backups").join(name), "mine").unwrap();
        }
        assert!(matches!(schedule(folder.path(), 1).look(world.clock.now()), Looked::Made(..)));
        let found = names(folder.path());
        assert_eq!(found.len(), 4, "{found:?}");
        assert!(others.iter().all(|name| found.iter().any(|one| one == name)), "{found:?}");
    }

    #[test]
    fn a_failure_deletes_nothing_and_is_tried_again_later() {
        let folder = tempfile::tempdir().unwrap();
        let (world, clock) = World::fixed(1);
        database(folder.path());
        let mut looking = schedule(folder.path(), 1);
        assert!(matches!(looking.look(world.clock.now()), Looked::Made(..)));
        clock.advance(Duration::from_hours(7));
        fs::write(folder.path().join("shop.db"), "this is no database, whatever its name says").unwrap();
        assert!(matches!(looking.look(world.clock.now()), Looked::Failed(_)));
        assert_eq!(names(folder.path()), ["shop-2026-01-01T00-00-00Z.auto.db"]);
        database(folder.path());
        assert!(matches!(looking.look(world.clock.now()), Looked::NotDue), "not at once");
        clock.advance(Duration::from_mins(11));
        assert!(matches!(looking.look(world.clock.now()), Looked::Made(..)));
        assert_eq!(names(folder.path()), ["shop-2026-01-01T07-11-00Z.auto.db"]);
    }
}
