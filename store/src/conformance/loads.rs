//! Loads: many inserts as they arrive.
//!
//! Must not know: files, formats.

use futures_util::StreamExt as _;
use futures_util::stream;
use roundtrip_policy::Authorized;
use roundtrip_query::Plan;
use roundtrip_query::plan::Returning;
use serde_json::json;

use super::{Call, Shop};
use crate::{Load, StoreError, StoreErrorKind};

type Batch = Result<Authorized<Plan>, StoreError>;

/// A batch of authors with these names.
fn batch(shop: &Shop, names: &[&str]) -> Authorized<Plan> {
    let rows = names.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>();
    shop.plan(&Call::with("POST", "authors", json!(rows)).returning(Returning::Minimal))
}

async fn load(shop: &Shop, batches: Vec<Authorized<Plan>>, keep_good: bool) -> Result<u64, StoreError> {
    run(shop, batches.into_iter().map(Ok).collect(), keep_good).await
}

async fn run(shop: &Shop, batches: Vec<Batch>, keep_good: bool) -> Result<u64, StoreError> {
    shop.store.load(Load { batches: stream::iter(batches).boxed(), keep_good }).await
}

async fn check(shop: &Shop, names: &[&str]) {
    let expected = names.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>();
    shop.check("authors?select=name&order=id", json!(expected)).await;
}

/// Nothing stays of a load with one bad row; a good one stays whole, and is counted.
pub async fn a_load_is_all_or_nothing(shop: Shop) {
    let batches = vec![batch(&shop, &["a", "b"]), batch(&shop, &["c", "a"])];
    let error = load(&shop, batches, false).await.err();
    let row = error.as_ref().and_then(|error| error.row);
    assert_eq!(row, Some(3), "{error:?}");
    assert!(matches!(error.map(|error| error.kind), Some(StoreErrorKind::Unique { .. })));
    check(&shop, &[]).await;
    let batches = vec![batch(&shop, &["a", "b"]), batch(&shop, &["c"])];
    assert_eq!(load(&shop, batches, false).await, Ok(3));
    assert_eq!(load(&shop, Vec::new(), false).await, Ok(0));
    check(&shop, &["a", "b", "c"]).await;
}

/// With `keep_good`, what went well before the bad batch stays.
pub async fn good_batches_stay_where_asked(shop: Shop) {
    let batches = vec![batch(&shop, &["a", "b"]), batch(&shop, &["c", "a"]), batch(&shop, &["d"])];
    let error = load(&shop, batches, true).await.err();
    assert_eq!(error.and_then(|error| error.row), Some(3));
    check(&shop, &["a", "b"]).await;
}

/// An error in the stream is what the load answers.
pub async fn a_failing_stream_ends_the_load(shop: Shop) {
    let failure = StoreError::new(StoreErrorKind::Type, "line 3 is no row", "");
    let batches = vec![Ok(batch(&shop, &["a"])), Err(failure.clone()), Ok(batch(&shop, &["b"]))];
    assert_eq!(run(&shop, batches, false).await, Err(failure));
    check(&shop, &[]).await;
}
