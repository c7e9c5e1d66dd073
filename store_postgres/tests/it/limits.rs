//! Nothing is without a limit: time, places, bytes.

use std::time::Duration;

use roundtrip_query::plan::Returning;
use roundtrip_store::StoreErrorKind;
use roundtrip_store::conformance::Call;
use roundtrip_store_postgres::Options;
use serde_json::json;

use crate::fixture::House;

const SQL: &str =
    "CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t SELECT n, n FROM generate_series(1, 100) n";

#[tokio::test]
async fn what_takes_too_long_is_ended() {
    let house = House::new().await;
    let options = Options { statement_timeout: Duration::from_millis(200), ..house.options() };
    let (_store, shop) = house.shop(SQL, options).await;
    let other = house.client().await;
    other.batch_execute("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let rows = json!([{ "id": 201 }, { "id": 202 }]);
    for call in [
        Call::new("GET", "t"),
        Call::new("GET", "t").counted(),
        Call::with("PATCH", "t/1", json!({ "n": 0 })),
        Call::with("POST", "t", rows),
    ] {
        let error = shop.run(call).await.unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::Timeout { limit_ms: 200 }, "{error:?}");
    }
    other.batch_execute("ROLLBACK").await.unwrap();
    shop.check("t/1?select=n", json!({ "n": 1 })).await;
    shop.check("t?id=gt.200", json!([])).await;
}

#[tokio::test]
async fn who_finds_no_place_is_told_soon() {
    let house = House::new().await;
    let wait = Duration::from_millis(100);
    let options = Options { connections: 1, pipeline: 1, queue: 2, wait, ..house.options() };
    let (_store, shop) = house.shop(SQL, options).await;
    let other = house.client().await;
    other.batch_execute("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let calls = [Call::new("GET", "t/1"), Call::new("GET", "t/2"), Call::new("GET", "t?id=lt.3").counted()];
    let [first, second, third] = calls.map(|call| Box::pin(shop.run(call)));
    let mut first = first;
    assert!(futures_util::FutureExt::now_or_never(&mut first).is_none());
    let (second, third) = futures_util::future::join(second, third).await;
    for refused in [second, third] {
        assert_eq!(refused.unwrap_err().kind, StoreErrorKind::Busy);
    }
    other.batch_execute("ROLLBACK").await.unwrap();
    assert!(first.await.is_ok());
}

#[tokio::test]
async fn the_queue_has_an_end() {
    let house = House::new().await;
    let options = Options { connections: 1, pipeline: 1, queue: 1, ..house.options() };
    let (_store, shop) = house.shop(SQL, options).await;
    let other = house.client().await;
    other.batch_execute("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let mut waiting: Vec<_> =
        (1..3).map(|id| Box::pin(shop.run(Call::new("GET", format!("t/{id}"))))).collect();
    for call in &mut waiting {
        assert!(futures_util::FutureExt::now_or_never(call).is_none());
    }
    let error = shop.run(Call::new("GET", "t/3")).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Busy);
    other.batch_execute("ROLLBACK").await.unwrap();
    for call in waiting {
        assert!(call.await.is_ok());
    }
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_refused_and_undone() {
    let house = House::new().await;
    let options = Options { answer_bytes: 200, ..house.options() };
    let (_store, shop) = house.shop(SQL, options).await;
    let large = Some(StoreErrorKind::TooLarge { limit_bytes: 200 });
    let error = shop.run(Call::new("GET", "t")).await.err();
    assert_eq!(error.map(|error| error.kind), large);
    let all = Call::with("PATCH", "t?id=gt.0", json!({ "n": 0 }));
    let error = shop.run(all.clone()).await.err();
    // As an object it would be another mistake.
    assert!(error.is_some());
    let error = shop.run(all.returning(Returning::Representation)).await.err();
    assert_eq!(error.map(|error| error.kind), large);
    shop.check("t?select=id&n=eq.0", json!([])).await;
    shop.check("t/1", json!({ "id": 1, "n": 1 })).await;
}

/// A slow statement does not keep others waiting where there are other connections.
#[tokio::test]
async fn others_go_around_who_is_slow() {
    let house = House::new().await;
    let sql = format!("{SQL}; CREATE TABLE u (id int PRIMARY KEY)");
    let options = Options { connections: 2, ..house.options() };
    let (_store, shop) = house.shop(&sql, options).await;
    shop.check("u", json!([])).await;
    let other = house.client().await;
    other.batch_execute("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let mut slow = Box::pin(shop.run(Call::new("GET", "t/1")));
    assert!(futures_util::FutureExt::now_or_never(&mut slow).is_none());
    for _ in 0..20 {
        shop.check("u", json!([])).await;
        shop.run(Call::new("GET", "u").counted()).await.unwrap();
    }
    other.batch_execute("ROLLBACK").await.unwrap();
    assert!(slow.await.is_ok());
}
