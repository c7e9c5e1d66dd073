//! Bulk loading: rows of any number in one transaction, through the same stages as any write.

use futures_util::stream::{BoxStream, StreamExt as _};
use roundtrip_policy::{Authorized, Caller};
use roundtrip_query::Plan;
use roundtrip_query::operation::{Answer, Create, Input, InputRow, Operation, Returning, Target};
use roundtrip_store::{Load, StoreError, StoreErrorKind};

use crate::error::EngineError;
use crate::{Engine, stage};

/// What a load came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadReport {
    /// Rows that are in the database now.
    pub rows: u64,
}

impl Engine {
    /// Validates one batch of rows for [`Engine::load`].
    ///
    /// # Errors
    /// As [`Engine::execute`]; pointers count rows from the beginning of the batch.
    pub fn prepare(
        &self,
        caller: Caller,
        resource: &str,
        rows: Vec<InputRow>,
    ) -> Result<Authorized<Plan>, EngineError> {
        let model = self.model();
        let store = self.store().ok_or_else(|| EngineError::Unavailable(model.unavailable.clone()))?;
        let target = Target::of(resource);
        let input = Input { rows, list: true, ..Input::default() };
        let answer = Answer::new(Returning::Minimal);
        let operation = Operation::Create(Create { target, input, duplicates: None, answer });
        let written = stage::validate(&model, caller, &operation, self.world())?;
        stage::authorise(stage::plan(&model, &*store, caller, &operation, written)?, caller)
    }

    /// Writes prepared batches in one transaction, as they arrive.
    ///
    /// # Errors
    /// [`EngineError::Store`] when a batch failed; then nothing stays, unless `keep_good` is set.
    pub async fn load(
        &self,
        batches: BoxStream<'static, Result<Authorized<Plan>, EngineError>>,
        keep_good: bool,
    ) -> Result<LoadReport, EngineError> {
        let store = self.store().ok_or_else(|| EngineError::Unavailable(self.model().unavailable.clone()))?;
        let batches = batches.map(|batch| batch.map_err(as_store_error)).boxed();
        let rows = store.load(Load { batches, keep_good }).await?;
        Ok(LoadReport { rows })
    }
}

/// A batch that could not be made ends the load; its own error has been told where it was made.
fn as_store_error(error: EngineError) -> StoreError {
    match error {
        EngineError::Store(error) => error,
        other => StoreError::new(StoreErrorKind::Type, other.to_string(), String::new()),
    }
}
