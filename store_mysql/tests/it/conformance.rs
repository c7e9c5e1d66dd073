//! The suite that every store passes, with room for everything and with as little as there can be.
//!
//! Three of its cases need what MariaDB has not, and what the planner therefore refuses by its
//! capabilities, which `life` looks at.

use std::sync::Arc;

use roundtrip_schema::Schema;
use roundtrip_store::Store;
use roundtrip_store_mysql::Options;

use crate::database::Database;

mod narrow {
    use super::{Arc, Database, Options, Schema, Store, open};

    /// One connection for everybody, and every shape and statement is soon forgotten.
    async fn make(schema: &Schema) -> (Arc<dyn Store>, Database) {
        open(schema, Options { connections: 1, shapes: 2, statements: 1, ..Options::default() }).await
    }

    roundtrip_store::core_conformance!(make);
    roundtrip_store::migrations_conformance!(make);
}

async fn make(schema: &Schema) -> (Arc<dyn Store>, Database) {
    open(schema, Options::default()).await
}

async fn open(schema: &Schema, options: Options) -> (Arc<dyn Store>, Database) {
    let database = Database::of(schema).await;
    (Arc::new(database.store(options).await), database)
}

roundtrip_store::core_conformance!(make);
roundtrip_store::migrations_conformance!(make);
