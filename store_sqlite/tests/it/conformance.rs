//! The suite that every store passes.

use std::sync::Arc;

use roundtrip_journey::SystemClock;
use roundtrip_schema::Schema;
use roundtrip_store::Store;
use roundtrip_store_sqlite::{Mode, Options, SqliteStore};
use tempfile::TempDir;

async fn make(schema: &Schema) -> (Arc<dyn Store>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.db");
    let store = SqliteStore::open(&file, Mode::Project, Options::default(), Arc::new(SystemClock)).unwrap();
    store.bring_to(schema).await.unwrap();
    (Arc::new(store), folder)
}

roundtrip_store::conformance!(make);
