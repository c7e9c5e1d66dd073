//! The suite that every store passes, with room for everything and with as little as there can be.

use std::sync::Arc;

use roundtrip_journey::SystemClock;
use roundtrip_schema::Schema;
use roundtrip_store::Store;
use roundtrip_store_sqlite::{Durability, Mode, Options, SqliteStore};
use tempfile::TempDir;

mod narrow {
    use super::{Arc, Durability, Options, Schema, Store, TempDir, open};

    /// Every read hops to the one reader, every write commits alone, every shape is soon forgotten.
    async fn make(schema: &Schema) -> (Arc<dyn Store>, TempDir) {
        let options = Options {
            readers: 1,
            inline_readers: 0,
            group_max: 1,
            shapes: 2,
            statements: 1,
            durability: Durability::Normal,
            ..Options::default()
        };
        open(schema, options).await
    }

    roundtrip_store::conformance!(make);
}

async fn make(schema: &Schema) -> (Arc<dyn Store>, TempDir) {
    open(schema, Options::default()).await
}

async fn open(schema: &Schema, options: Options) -> (Arc<dyn Store>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.db");
    let store = SqliteStore::open(&file, Mode::Project, options, Arc::new(SystemClock)).unwrap();
    store.bring_to(schema).await.unwrap();
    (Arc::new(store), folder)
}

roundtrip_store::conformance!(make);
roundtrip_store::migrations_conformance!(make);
