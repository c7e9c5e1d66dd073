//! What is served: the schema and the limits that go with it.

use std::sync::Arc;

use roundtrip_query::Limits;
use roundtrip_schema::Schema;

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
}

impl Model {
    /// A model of this schema with these limits.
    pub fn new(schema: Arc<Schema>, limits: Limits) -> Self {
        let key_reads = KeyReads::new(&schema);
        Self { schema, limits, unavailable: "the database is being opened".to_owned(), key_reads }
    }

    /// The same model, with what to say while there is no database.
    #[must_use]
    pub fn unavailable(self, reason: impl Into<String>) -> Self {
        Self { unavailable: reason.into(), ..self }
    }
}
