//! Puts a seed into a database, through the engine, in one transaction.
//!
//! It must not know why: whether the database is new, or somebody asked for it.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use roundtrip_engine::{Engine, EngineError};
use roundtrip_journey::Journey;
use roundtrip_policy::Caller;
use roundtrip_query::operation::{
    Direction, FieldItem, FieldPath, InputRow, Item, Operation, OrderTerm, Read, Selection, Target,
};
use roundtrip_schema::{Resource, ResourceId};
use roundtrip_store::StoreError;
use thiserror::Error;

use super::Seed;
use super::generate::Generator;
use crate::transfer::feed::{Feed, feed};

/// Rows in one batch; also kept under `limits.bulk_rows`.
const BATCH_ROWS: usize = 1_000;

/// What was put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planted {
    /// Rows in all.
    pub rows: u64,
    /// Rows of each resource, in the order in which they went in.
    pub resources: Vec<(String, u64)>,
}

/// Why a seed could not be put in. Then nothing of it has been.
#[derive(Debug, Error)]
pub enum SeedError {
    /// Rows of a resource were refused for their fields.
    #[error("the sample data of {resource} cannot be put in: {reason}")]
    Refused {
        /// The resource.
        resource: String,
        /// Why.
        reason: String,
    },
    /// The database refused a row; its sentence names the resource where it knows it.
    #[error("the sample data cannot be put in: {0}")]
    Store(StoreError),
    /// The database cannot be asked.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Whether no resource that the seed is for has a row yet.
///
/// # Errors
/// As [`Engine::execute`].
pub async fn is_empty(engine: &Engine, seed: &Seed) -> Result<bool, EngineError> {
    let model = engine.model();
    for id in seed.resources() {
        if read_one(engine, model.schema.resource(id), Selection::default()).await?.is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Puts every row in, or none.
///
/// # Errors
/// [`SeedError`] with the resource whose rows were refused.
pub async fn plant(engine: &Arc<Engine>, seed: &Arc<Seed>) -> Result<Planted, SeedError> {
    let first = first_keys(engine, seed).await?;
    let model = engine.model();
    let (maker, seed) = (Arc::clone(engine), Arc::clone(seed));
    let (loaded, made) = feed(engine, false, move |feed| make(&maker, &seed, first, feed)).await;
    let made = made?;
    loaded.map_err(|error| match error {
        EngineError::Store(error) => SeedError::Store(error),
        other => SeedError::Engine(other),
    })?;
    let name = |(id, rows): (ResourceId, u64)| (model.schema.resource(id).name.clone(), rows);
    let resources: Vec<(String, u64)> = made.into_iter().map(name).collect();
    Ok(Planted { rows: resources.iter().map(|(_, rows)| rows).sum(), resources })
}

/// Makes every row; gives how many for each resource.
fn make(
    engine: &Engine,
    seed: &Seed,
    first: HashMap<ResourceId, i64>,
    feed: &mut Feed,
) -> Result<Vec<(ResourceId, u64)>, SeedError> {
    let model = engine.model();
    let most = BATCH_ROWS.min(model.limits.bulk_rows).max(1);
    let mut generator = Generator::new(&model.schema, seed, first);
    let mut made = Vec::new();
    for section in &seed.sections {
        let name = &model.schema.resource(section.resource).name;
        let (mut batch, mut rows, mut refused) = (Vec::new(), 0, None);
        let mut flush = |batch: &mut Vec<InputRow>| {
            let result = engine.prepare(Caller::Operator, name, std::mem::take(batch));
            match result {
                Ok(plan) => feed.give(plan),
                Err(error) => {
                    refused = Some(reason(&error));
                    ControlFlow::Break(())
                }
            }
        };
        let mut flow = generator.section(section, &mut |row| {
            rows += 1;
            batch.push(row);
            if batch.len() < most { ControlFlow::Continue(()) } else { flush(&mut batch) }
        });
        if flow.is_continue() && !batch.is_empty() {
            flow = flush(&mut batch);
        }
        if let Some(reason) = refused {
            feed.abandon();
            return Err(SeedError::Refused { resource: name.clone(), reason });
        }
        made.push((section.resource, rows));
        if flow.is_break() {
            break;
        }
    }
    Ok(made)
}

fn reason(error: &EngineError) -> String {
    match error {
        EngineError::Invalid(violations) => violations
            .first()
            .map_or_else(String::new, |first| format!("row {}: {}", first.pointer, first.detail)),
        other => other.to_string(),
    }
}

/// For resources that have rows already: the number after their greatest key.
async fn first_keys(engine: &Engine, seed: &Seed) -> Result<HashMap<ResourceId, i64>, EngineError> {
    let model = engine.model();
    let mut first = HashMap::new();
    for id in seed.resources() {
        let resource = model.schema.resource(id);
        let [key] = resource.primary_key[..] else { continue };
        if !resource.generated_key {
            continue;
        }
        let name = &resource.field(key).name;
        let selection = Selection {
            items: vec![Item::Field(FieldItem::named(name.clone()))],
            order: vec![OrderTerm {
                relation: None,
                field: FieldPath::field(name.clone()),
                direction: Direction::Descending,
                nulls: None,
            }],
            ..Selection::default()
        };
        if let Some(row) = read_one(engine, resource, selection).await? {
            let greatest = serde_json::from_slice::<serde_json::Value>(&row)
                .ok()
                .and_then(|rows| rows.get(0)?.get(name)?.as_i64());
            first.insert(id, greatest.unwrap_or(0).saturating_add(1));
        }
    }
    Ok(first)
}

/// The first row of a resource as a list of one, if there is one.
async fn read_one(
    engine: &Engine,
    resource: &Resource,
    selection: Selection,
) -> Result<Option<Vec<u8>>, EngineError> {
    let target = Target::of(resource.name.clone());
    let selection = Selection { limit: Some(1), ..selection };
    let read = Operation::Read(Read::new(target, selection));
    let mut journey = Journey::start(&*engine.world().clock);
    let outcome = engine.execute(Caller::Operator, &read, &mut journey).await?;
    Ok((outcome.count > 0).then_some(outcome.body))
}
