//! The suite that every store passes, with room for everything and with as little as there can be.

use std::sync::Arc;

use roundtrip_schema::Schema;
use roundtrip_store::Store;
use roundtrip_store_postgres::Options;

use crate::fixture::House;

mod narrow {
    use super::{Arc, House, Options, Schema, Store, open};

    /// One connection for everything, one statement at a time, every shape is soon forgotten.
    async fn make(schema: &Schema) -> (Arc<dyn Store>, House) {
        let options = Options { connections: 1, pipeline: 1, shapes: 2, statements: 1, ..Options::default() };
        open(schema, options).await
    }

    roundtrip_store::conformance!(make);
}

async fn make(schema: &Schema) -> (Arc<dyn Store>, House) {
    open(schema, Options::default()).await
}

async fn open(schema: &Schema, options: Options) -> (Arc<dyn Store>, House) {
    let house = House::new().await;
    house.build(schema).await;
    let options =
        Options { schemas: vec![house.name.clone()], wait: std::time::Duration::from_secs(30), ..options };
    (house.store(options).await, house)
}

roundtrip_store::conformance!(make);
