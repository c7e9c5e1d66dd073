//! The database that a copy goes into: found empty, filled, compared, and only then called complete.
//!
//! It must not know how rows are read.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use roundtrip_engine::{Engine, Model};
use roundtrip_journey::World;
use roundtrip_migrate::Extras;
use roundtrip_query::Limits;
use roundtrip_schema::Schema;
use roundtrip_store::{Filling, Migrating, Store};

use super::check::Reading;
use super::structure::Tables;
use super::{CopyError, Digest, Event, Watch, fill};
use crate::compose::limits;
use crate::database::{Database, Place};
use crate::seed::Seed;
use crate::site::{Site, Source};
use crate::transfer::pages::{Keyless, Pages};
use crate::{migrations, opening, stores};

/// How long one statement of a copy may take: an index over a large table takes minutes.
pub(super) const PATIENCE: Duration = Duration::from_hours(6);

/// What is behind the name of a file that is not complete.
const INCOMPLETE: &str = ".incomplete";

/// The most digits of a decimal that a database keeps exactly.
pub(super) fn decimal_digits(place: &Place) -> u8 {
    match place {
        Place::File(_) => 15,
        Place::Postgres(_) | Place::Mysql(_) => 65,
    }
}

/// Where a copy goes.
pub(super) struct Target {
    /// The database while it is filled.
    site: Site,
    schema: Arc<Schema>,
    /// The file's name when it is complete.
    complete: Option<PathBuf>,
}

impl Target {
    /// A target that is still as it was.
    ///
    /// # Errors
    /// [`CopyError::Taken`] where a file is there already.
    pub(super) fn find(from: &Site, mut to: Database, schema: Arc<Schema>) -> Result<Self, CopyError> {
        let mut complete = None;
        if let Place::File(path) = &to.place {
            let mut name = path.as_os_str().to_owned();
            name.push(INCOMPLETE);
            let incomplete = PathBuf::from(name);
            free(path, "choose a name that is not taken, or delete it if it is not needed")?;
            free(&incomplete, "an earlier copy was cut off there: delete it, and copy again")?;
            complete = Some(path.clone());
            to.place = Place::File(incomplete);
        }
        let mut loaded = from.loaded.clone();
        loaded.settings.database.statement_timeout = PATIENCE;
        let folder = match &from.source {
            Source::Project { folder, .. } => folder.clone(),
            Source::Database { .. } => PathBuf::new(),
        };
        let source = Source::Project { folder, schema: Arc::clone(&schema), seed: Arc::new(Seed::default()) };
        let title = to.name();
        Ok(Self { site: Site { title, loaded, database: to, source }, schema, complete })
    }

    /// Makes the tables, loads the rows and compares them.
    ///
    /// # Errors
    /// [`CopyError::Begun`] with what is left, where anything is.
    pub(super) async fn fill(
        &self,
        from: &Site,
        source: &Arc<Engine>,
        tables: &Tables,
        checked: &[Digest],
        watch: Watch<'_>,
    ) -> Result<(), CopyError> {
        let world = source.world().clone();
        let store = stores::open(&self.site, Arc::clone(&world.clock)).await?;
        let filled = match self.is_empty(&*store).await {
            Ok(()) => self.fill_open(from, source, &store, tables, checked, world, watch).await,
            Err(error) => Err((Begun::No, error)),
        };
        store.close().await;
        filled.map_err(|(begun, error)| self.clear(begun, error))
    }

    async fn is_empty(&self, store: &dyn Store) -> Result<(), CopyError> {
        let there = store.introspect().await?;
        let mut names = there.resources().map(|(_, one)| one.table.clone());
        match names.next() {
            None => Ok(()),
            Some(first) => Err(CopyError::Taken(format!(
                "{} has tables already, such as {first}\n  Copy into a database without tables: make a new one, or drop them",
                self.site.database
            ))),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the two sides of a copy, and what is known of them")]
    async fn fill_open(
        &self,
        from: &Site,
        source: &Arc<Engine>,
        store: &Arc<dyn Store>,
        tables: &Tables,
        checked: &[Digest],
        world: World,
        watch: Watch<'_>,
    ) -> Result<(), (Begun, CopyError)> {
        let begun = |error: CopyError| (Begun::Yes, error);
        store.filling(&self.schema, Filling::Begins).await.map_err(|error| begun(error.into()))?;
        let engine = self.engine(store, world).await.map_err(begun)?;
        self.load(from, source, &engine, tables, checked, watch).await.map_err(begun)?;
        self.settle(&**store, from).await.map_err(begun)?;
        compare(&engine, tables, checked, watch).await.map_err(begun)?;
        store.filling(&self.schema, Filling::Verified).await.map_err(|error| begun(error.into()))
    }

    /// An engine over the tables that were made.
    async fn engine(&self, store: &Arc<dyn Store>, world: World) -> Result<Arc<Engine>, CopyError> {
        let schema = opening::fitted(&**store, &self.schema).await?;
        let limits = Limits { page_rows: 0, bulk_rows: usize::MAX, ..limits(self.site.settings()) };
        let engine = Arc::new(Engine::new(Model::new(schema, limits), world));
        engine.set_store(Some(Arc::clone(store)));
        Ok(engine)
    }

    async fn load(
        &self,
        from: &Site,
        source: &Arc<Engine>,
        engine: &Arc<Engine>,
        tables: &Tables,
        checked: &[Digest],
        watch: Watch<'_>,
    ) -> Result<(), CopyError> {
        watch(Event::Begins("copying", checked.iter().map(|one| one.rows).sum()));
        for (table, checked) in tables.iter().zip(checked) {
            let read = fill::fill(source, engine, tables, table, watch).await?;
            if read != *checked {
                return Err(CopyError::Changed(from.database.to_string()));
            }
        }
        Ok(())
    }

    /// Indexes, references, the next generated keys; and the list of migrations that the tables have.
    async fn settle(&self, store: &dyn Store, from: &Site) -> Result<(), CopyError> {
        store.filling(&self.schema, Filling::Ended).await?;
        if let Source::Project { folder, .. } = &from.source {
            let files = migrations::read(folder).map_err(|error| CopyError::Taken(error.to_string()))?;
            if !files.is_empty() {
                store.migrate(&files, Migrating::Recording).await?;
            }
        }
        let differences = store.changes_to(&self.schema, Extras::Keep).await?.differences();
        if differences.is_empty() { Ok(()) } else { Err(CopyError::Differs(differences)) }
    }

    /// Gives a file its name.
    pub(super) fn finish(&self) -> Result<(), CopyError> {
        let (Some(complete), Some(file)) = (&self.complete, self.site.database.file()) else { return Ok(()) };
        let failed = |source| CopyError::File { path: complete.display().to_string(), source };
        File::open(file).and_then(|file| file.sync_all()).map_err(failed)?;
        crate::backup::file::rename_new(file, complete).map_err(failed)
    }

    /// Takes back what was begun where that is ours alone, and says what is left elsewhere.
    fn clear(&self, begun: Begun, error: CopyError) -> CopyError {
        if let Some(file) = self.site.database.file() {
            for end in ["", "-wal", "-shm", "-journal"] {
                let mut name = file.as_os_str().to_owned();
                name.push(end);
                // What is not there need not go; what cannot go has a name that says what it is.
                let _left = std::fs::remove_file(PathBuf::from(name));
            }
            return error;
        }
        match begun {
            Begun::No => error,
            Begun::Yes => CopyError::Begun {
                error: Box::new(error),
                left: format!(
                    "{} is incomplete now: drop it and make it anew before you copy again. The source is as it was",
                    self.site.database
                ),
            },
        }
    }
}

/// Whether anything was written.
#[derive(Debug, Clone, Copy)]
enum Begun {
    No,
    Yes,
}

fn free(path: &Path, advice: &str) -> Result<(), CopyError> {
    if path.symlink_metadata().is_err() {
        return Ok(());
    }
    Err(CopyError::Taken(format!("{} is there already\n  {advice}", path.display())))
}

/// Reads the target, which has to give the checksums of the source.
async fn compare(
    engine: &Engine,
    tables: &Tables,
    checked: &[Digest],
    watch: Watch<'_>,
) -> Result<(), CopyError> {
    watch(Event::Begins("comparing", checked.iter().map(|one| one.rows).sum()));
    let mut differences = Vec::new();
    for (table, expected) in tables.iter().zip(checked) {
        let mut reading = Reading::new(table, Pages::new(table.wanted.clone(), 0, Keyless::ByAllFields));
        while let Some(page) = reading.next(engine).await? {
            watch(Event::Rows(page.rows));
        }
        let found = reading.digest;
        if found.rows != expected.rows {
            differences.push(format!(
                "{} has {} rows there instead of {}",
                table.name(),
                found.rows,
                expected.rows
            ));
        } else if found != *expected {
            differences.push(format!(
                "rows of {} differ: checksum {found} there instead of {expected}",
                table.name()
            ));
        }
    }
    if differences.is_empty() { Ok(()) } else { Err(CopyError::Differs(differences)) }
}
