//! Opens the database, at once and then again until it succeeds.
//!
//! The server does not wait for it: calls are answered with 503 and health says why. It must not
//! know HTTP.

use std::sync::Arc;
use std::time::Duration;

use roundtrip_engine::{Engine, Model};
use roundtrip_schema::Schema;
use roundtrip_store::{Store, StoreError, StoreErrorKind};
use tokio::sync::watch;

use crate::compose::limits;
use crate::migrations;
use crate::seed::{Planted, SeedError, plant};
use crate::served_database;
use crate::site::{Site, Source};
use crate::stores;

/// How long to wait before the database is tried again: first, and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How far opening has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// The first attempt is under way.
    Started,
    /// The database is open.
    Open(Opened),
    /// The last attempt failed; the next follows.
    Failed(String),
}

/// What opening did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Opened {
    /// How many resources are served.
    pub resources: usize,
    /// Changes of structure that were made.
    pub changes: Vec<String>,
    /// Whether the file was made just now.
    pub created: bool,
    /// The sample data that was put in, if it was.
    pub seeded: Option<Planted>,
    /// Why the sample data could not be put in.
    pub seed_failed: Option<String>,
}

/// What happens to the sample data when the database is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleData {
    /// It is put in, as `serve` and `dev` do.
    PutIn,
    /// It is left out: whoever imports their own rows does not want ours beside them.
    LeaveOut,
}

/// Opens the database once and gives it to the engine.
///
/// # Errors
/// [`StoreError`] when it cannot be opened or does not fit; then the engine says so to callers.
pub async fn open(site: &Site, engine: &Arc<Engine>, sample: SampleData) -> Result<Opened, StoreError> {
    let result = attempt(site, engine, sample).await;
    if let Err(error) = &result {
        let mut model = Model::clone(&engine.model());
        model.unavailable = public_reason(error);
        engine.set_model(model);
    }
    result
}

/// Opens the database; when that fails, tries again until it succeeds. Ends when it is open.
pub(crate) async fn keep_trying(
    mut newest: watch::Receiver<Arc<Site>>,
    engine: Arc<Engine>,
    state: watch::Sender<Opening>,
) {
    let mut pause = FIRST_PAUSE;
    loop {
        let site = newest.borrow_and_update().clone();
        match open(&site, &engine, SampleData::PutIn).await {
            Ok(opened) => {
                if *state.borrow() != Opening::Started {
                    tracing::info!(resources = opened.resources, "the database is open now");
                }
                state.send_replace(Opening::Open(opened));
                return;
            }
            Err(error) => {
                let reason = operator_reason(&error);
                let news = *state.borrow() != Opening::Failed(reason.clone());
                // Once per reason: a log that repeats itself every few seconds hides what else it says.
                if news {
                    tracing::error!("{reason}; trying again until it works");
                    state.send_replace(Opening::Failed(reason));
                }
            }
        }
        // Changed files may be what was missing.
        if let Ok(Err(_gone)) = tokio::time::timeout(pause, newest.changed()).await {
            // The server was dropped: nobody waits for a database any more.
            return;
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn attempt(site: &Site, engine: &Arc<Engine>, sample: SampleData) -> Result<Opened, StoreError> {
    let store = stores::open(site, Arc::clone(&engine.world().clock)).await?;
    let was_empty = is_new(site, &*store).await?;
    let mut opened = Opened::default();
    let mut others = Vec::new();
    let schema = match &site.source {
        Source::Project { schema, .. } => {
            let settled = migrations::settle(site, &*store, was_empty).await?;
            opened.changes = settled.changes;
            // Of several servers that start at once on an empty database, one makes the tables.
            opened.created = was_empty && settled.began;
            fitted(&*store, schema).await?
        }
        Source::Database { access } => {
            let served = |schema| served_database::with_access(&schema, *access);
            others = store.introspect_others().await?.into_iter().map(|one| Arc::new(served(one))).collect();
            Arc::new(site.database.placed(served(store.introspect().await?), site.settings()))
        }
    };
    opened.resources = schema.len();
    let model = Model::new(schema, limits(site.settings())).beside(others);
    if let Source::Project { seed, .. } = &site.source
        && opened.created
        && sample == SampleData::PutIn
        && site.is_writable()
        && !seed.is_empty()
    {
        // Into an engine of its own, so that no caller sees the shop half full.
        let private = Arc::new(Engine::new(model.clone(), engine.world().clone()));
        private.set_store(Some(Arc::clone(&store)));
        match plant(&private, seed).await {
            Ok(planted) => opened.seeded = Some(planted),
            Err(error) => opened.seed_failed = Some(seed_failed(&error)),
        }
    }
    engine.set_model(model);
    engine.set_store(Some(store));
    Ok(opened)
}

/// The schema of resource files with what only the database knows of its columns.
pub(crate) async fn fitted(store: &dyn Store, schema: &Schema) -> Result<Arc<Schema>, StoreError> {
    Ok(Arc::new(schema.with_column_types(&store.introspect().await?)))
}

/// Whether nobody has put anything into the database yet.
async fn is_new(site: &Site, store: &dyn Store) -> Result<bool, StoreError> {
    match &site.source {
        Source::Project { .. } if site.is_writable() => Ok(store.introspect().await?.is_empty()),
        _ => Ok(false),
    }
}

fn seed_failed(error: &SeedError) -> String {
    tracing::error!(%error, "the sample data was not put in");
    error.to_string()
}

/// What callers are told: nothing about files or tables.
fn public_reason(error: &StoreError) -> String {
    match error.kind {
        StoreErrorKind::Structure { .. } => {
            "the database does not have the structure that the resources describe".to_owned()
        }
        _ => "the database cannot be opened".to_owned(),
    }
}

/// What the operator is told: everything.
pub(crate) fn operator_reason(error: &StoreError) -> String {
    match &error.kind {
        StoreErrorKind::Structure { differences } => {
            format!("the database does not fit the resource files:\n  {}", differences.join("\n  "))
        }
        _ if error.private.is_empty() => error.detail.clone(),
        _ => format!("{}: {}", error.detail, error.private),
    }
}
