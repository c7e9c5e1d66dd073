//! The engine: everything between a door and a store.
//!
//! A door hands over an `Operation` and a caller, [`Engine::execute`] takes it through the stages
//! (`stage`), and the door renders the [`Outcome`] or the [`Problem`]. Every interface goes through
//! this one function, so a rule, a limit or a validation written once holds everywhere.
//! It must not know HTTP, SQL text or any driver.

mod call;
mod error;
mod key_reads;
mod load;
mod model;
mod outcome;
mod problem;
pub mod stage;

use std::sync::Arc;

use arc_swap::{ArcSwap, ArcSwapOption};
use roundtrip_journey::{DatabaseTime, Journey, Stage, World};
use roundtrip_policy::Caller;
use roundtrip_query::operation::{Operation, Target};
use roundtrip_schema::Action;
use roundtrip_store::{Health, Store};

pub use error::{EngineError, Violation};
pub use load::LoadReport;
pub use model::Model;
pub use outcome::{Outcome, Written};
pub use problem::{Kind, Problem};

/// The one way from a door to a database.
pub struct Engine {
    model: ArcSwap<Model>,
    store: ArcSwapOption<StoreHandle>,
    world: World,
}

/// A store behind a sized pointer, which is what can be swapped atomically.
struct StoreHandle(Arc<dyn Store>);

impl Engine {
    /// An engine without a database; it refuses every operation as unavailable until it gets one.
    pub fn new(model: Model, world: World) -> Self {
        Self { model: ArcSwap::from_pointee(model), store: ArcSwapOption::empty(), world }
    }

    /// What is served now.
    pub fn model(&self) -> Arc<Model> {
        self.model.load_full()
    }

    /// Serves another model from the next operation on; those under way keep the old one.
    pub fn set_model(&self, model: Model) {
        self.model.store(Arc::new(model));
    }

    /// The database, if there is one now.
    pub fn store(&self) -> Option<Arc<dyn Store>> {
        self.store.load().as_ref().map(|handle| handle.0.clone())
    }

    /// Gives the engine its database, or takes it away.
    pub fn set_store(&self, store: Option<Arc<dyn Store>>) {
        self.store.store(store.map(|store| Arc::new(StoreHandle(store))));
    }

    /// Clock and randomness.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Carries out one operation: validate → plan → authorise → database. The journey notes where the
    /// time went.
    ///
    /// # Errors
    /// [`EngineError`] for everything that keeps the operation from being carried out; then nothing
    /// of it has been.
    pub async fn execute(
        &self,
        caller: Caller,
        operation: &Operation,
        journey: &mut Journey,
    ) -> Result<Outcome, EngineError> {
        let served = self.model.load_full();
        let model = served.of(operation.target().profile.as_deref())?;
        let store = self.store().ok_or_else(|| EngineError::Unavailable(model.unavailable.clone()))?;
        let clock = &*self.world.clock;

        journey.enter(Stage::Validate, clock);
        let written = stage::validate(model, caller, operation, &self.world)?;
        journey.enter(Stage::Plan, clock);
        let known = model.key_reads.plan(&model.schema, caller, operation)?;
        let plan = if let Some(authorised) = known {
            journey.enter(Stage::Authorise, clock);
            authorised
        } else {
            let plan = stage::plan(model, &*store, caller, operation, written)?;
            journey.enter(Stage::Authorise, clock);
            let authorised = stage::authorise(plan, caller)?;
            model.key_reads.keep(&model.schema, caller, operation, &authorised);
            authorised
        };
        let answer = call::Answer::of(plan.get());
        journey.enter(Stage::Database, clock);
        let rows = store.execute(plan).await?;
        journey.add_database(DatabaseTime { wait_ns: rows.timing.wait_ns, run_ns: rows.timing.run_ns });
        journey.rows = rows.count;
        if answer.needs_parent(operation, &rows) {
            self.parent_exists(caller, operation, model, &*store).await?;
        }
        journey.enter(Stage::Render, clock);
        answer.outcome(operation, rows)
    }

    /// Whether an operation of this kind could be permitted at all, before it is known in full: who is
    /// refused whatever the row need not send a body, and learns nothing about the fields.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when no rule can permit it, [`EngineError::Query`] when there is no
    /// such resource.
    pub fn may_try(&self, caller: Caller, target: &Target, action: Action) -> Result<(), EngineError> {
        let served = self.model.load();
        stage::may_try(served.of(target.profile.as_deref())?, caller, target, action)
    }

    /// An empty list of what belongs to a row is an answer only if there is such a row.
    async fn parent_exists(
        &self,
        caller: Caller,
        operation: &Operation,
        model: &Model,
        store: &dyn Store,
    ) -> Result<(), EngineError> {
        let Operation::Read(read) = operation else { return Ok(()) };
        let Some(parent) = roundtrip_query::planner::parent_of_follow(read) else { return Ok(()) };
        let parent = Operation::Read(parent);
        let plan = stage::plan(model, store, caller, &parent, roundtrip_query::planner::Written::default())?;
        let rows = store.execute(stage::authorise(plan, caller)?).await?;
        if rows.count == 0 { Err(EngineError::not_found(parent.target())) } else { Ok(()) }
    }

    /// Whether the database answers.
    pub async fn health(&self) -> Health {
        match self.store() {
            Some(store) => store.health().await,
            None => Health::Down(self.model().unavailable.clone()),
        }
    }
}
