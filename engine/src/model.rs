//! What is served: the schema and the limits that go with it.

use std::sync::Arc;

use roundtrip_query::Limits;
use roundtrip_schema::Schema;

/// What is served, swapped as a whole when it changes.
#[derive(Debug, Clone)]
pub struct Model {
    /// The resources.
    pub schema: Arc<Schema>,
    /// How much one call may ask for.
    pub limits: Limits,
    /// What to say while there is no database: `the database is being opened`.
    pub unavailable: String,
}

impl Model {
    /// A model of this schema with default limits.
    pub fn new(schema: Schema) -> Self {
        Self {
            schema: Arc::new(schema),
            limits: Limits::default(),
            unavailable: "the database is being opened".to_owned(),
        }
    }
}
