//! Loads that end otherwise than they should.

use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use roundtrip_policy::Authorized;
use roundtrip_query::Plan;
use roundtrip_query::plan::Returning;
use roundtrip_store::conformance::{Call, Shop};
use roundtrip_store::{Load, Store as _, StoreErrorKind};
use roundtrip_store_postgres::Options;
use serde_json::json;

use crate::fixture::{House, client};

const SQL: &str = "CREATE TABLE t (id int PRIMARY KEY, n int)";

fn batch(shop: &Shop, ids: std::ops::Range<i32>) -> Authorized<Plan> {
    let rows = ids.map(|id| json!({ "id": id, "n": 1 })).collect::<Vec<_>>();
    shop.plan(&Call::with("POST", "t", json!(rows)).returning(Returning::Minimal))
}

#[tokio::test]
async fn many_rows_are_loaded() {
    let house = House::new().await;
    let (store, shop) = house.shop(SQL, house.options()).await;
    let batches: Vec<_> = (0..20).map(|number| Ok(batch(&shop, number * 500..(number + 1) * 500))).collect();
    let load = Load { batches: stream::iter(batches).boxed(), keep_good: false };
    assert_eq!(store.load(load).await, Ok(10_000));
    let rows = shop.run(Call::new("GET", "t?limit=0").counted()).await.unwrap();
    assert_eq!(rows.total, Some(10_000));
}

#[tokio::test]
async fn who_stops_sending_is_not_waited_for() {
    let house = House::new().await;
    let options = Options { load_pause: Duration::from_millis(50), ..house.options() };
    let (store, shop) = house.shop(SQL, options).await;
    for keep_good in [false, true] {
        let batches = stream::iter([Ok(batch(&shop, 0..3))]).chain(stream::pending()).boxed();
        let error = store.load(Load { batches, keep_good }).await.unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::Timeout { limit_ms: 50 });
        let found = shop.json(Call::new("GET", "t?select=id")).await;
        assert_eq!(found.as_array().unwrap().len(), if keep_good { 3 } else { 0 });
    }
}

#[tokio::test]
async fn a_load_whose_caller_leaves_leaves_nothing() {
    let house = House::new().await;
    let (store, shop) = house.shop(SQL, house.options()).await;
    let (sent, inserted) = tokio::sync::oneshot::channel();
    let first = stream::iter([Ok(batch(&shop, 0..3))]);
    // Asked for the second batch when the first is in.
    let second = stream::once(async move {
        let _ = sent.send(());
        std::future::pending().await
    });
    let load = store.load(Load { batches: first.chain(second).boxed(), keep_good: true });
    tokio::select! {
        _ = load => panic!("the load has no end"),
        _ = inserted => {}
    }
    shop.check("t", json!([])).await;
    assert_eq!(shop.run(Call::with("POST", "t", json!({ "id": 1 }))).await.unwrap().written, 1);
}

#[tokio::test]
async fn a_load_whose_connection_breaks_is_an_error() {
    let house = House::new().await;
    let (store, shop) = house.shop(SQL, house.options()).await;
    let (other, name) = (client(&house.url).await, house.name.clone());
    let next = batch(&shop, 3..6);
    let second = stream::once(async move {
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name = 'roundtrip' AND position($1 IN query) > 0 AND state = 'idle in transaction'";
        other.execute(end, &[&name]).await.unwrap();
        Ok(next)
    });
    let batches = stream::iter([Ok(batch(&shop, 0..3))]).chain(second).boxed();
    let error = store.load(Load { batches, keep_good: false }).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Unavailable, "{error:?}");
    shop.check("t", json!([])).await;
}
