//! What is served: the schemas and the limits that go with them.

use std::sync::Arc;

use roundtrip_query::Limits;
use roundtrip_schema::Schema;

use crate::error::EngineError;
use crate::key_reads::KeyReads;

/// What is served, swapped as a whole when it changes.
#[derive(Debug, Clone)]
pub struct Model {
    /// The resources.
    pub schema: Arc<Schema>,
    /// How much one call may ask for.
    pub limits: Limits,
    /// What to say while there is no database: `the database is being opened`.
    pub unavailable: String,
    pub(crate) key_reads: KeyReads,
    /// The other schemas of the database, for callers who ask for them by name.
    others: Arc<[Model]>,
}

impl Model {
    /// A model of this schema with these limits.
    pub fn new(schema: Arc<Schema>, limits: Limits) -> Self {
        let key_reads = KeyReads::new(&schema);
        let unavailable = "the database is being opened".to_owned();
        Self { schema, limits, unavailable, key_reads, others: Arc::new([]) }
    }

    /// The same model, with what to say while there is no database.
    #[must_use]
    pub fn unavailable(self, reason: impl Into<String>) -> Self {
        Self { unavailable: reason.into(), ..self }
    }

    /// The same model, beside which these schemas are served to whoever asks for them by name.
    #[must_use]
    pub fn beside(self, others: impl IntoIterator<Item = Arc<Schema>>) -> Self {
        let model = |schema| Self::new(schema, self.limits.clone()).unavailable(self.unavailable.clone());
        let others = others.into_iter().map(model).collect();
        Self { others, ..self }
    }

    /// The part of the model that a caller means: the first schema, or the one called so.
    ///
    /// # Errors
    /// [`EngineError::UnknownProfile`] where no schema is called so.
    pub fn of(&self, profile: Option<&str>) -> Result<&Self, EngineError> {
        let Some(asked) = profile else { return Ok(self) };
        self.all().find(|model| model.schema.profile() == asked).ok_or_else(|| EngineError::UnknownProfile {
            asked: asked.to_owned(),
            known: self.all().map(|model| model.schema.profile().to_owned()).collect(),
        })
    }

    /// Whether there is more than one schema.
    pub fn has_several(&self) -> bool {
        !self.others.is_empty()
    }

    /// All schemas, the first one first.
    pub fn all(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(self.others.iter())
    }
}
