//! Callers who leave, and callers who are slow, beside others.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{join, join_all};
use roundtrip_journey::{Clock as _, SystemClock};
use roundtrip_store::conformance::{Call, Shop};
use roundtrip_store::{Health, Store as _, StoreErrorKind};
use roundtrip_store_postgres::Options;
use serde_json::json;
use tokio_postgres::Client;

use crate::fixture::{House, client};

const SQL: &str = "CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 1);
    CREATE TABLE u (id int PRIMARY KEY, n int); INSERT INTO u VALUES (1, 1)";

/// What has to happen does so by then.
const SOON: Duration = Duration::from_secs(2);

/// Another program that keeps everybody from `t`.
async fn locker(house: &House) -> Client {
    let other = house.client().await;
    other.batch_execute("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE").await.unwrap();
    other
}

/// Waits until so many connections wait for a lock; which ones.
async fn waiting(house: &House, count: usize) -> Vec<i32> {
    let other = client(&house.url).await;
    let sql = "SELECT DISTINCT pid FROM pg_locks JOIN pg_class ON pg_class.oid = relation
        JOIN pg_namespace n ON n.oid = relnamespace WHERE NOT granted AND nspname = $1 ORDER BY pid";
    let asked = async {
        loop {
            let rows = other.query(sql, &[&house.name]).await.unwrap();
            if rows.len() == count {
                return rows.iter().map(|row| row.get(0)).collect();
            }
        }
    };
    tokio::time::timeout(SOON, asked).await.unwrap_or_else(|_| panic!("not {count} connections wait"))
}

fn spawn(shop: &Arc<Shop>, call: Call) -> tokio::task::JoinHandle<bool> {
    let shop = Arc::clone(shop);
    tokio::spawn(async move { shop.run(call).await.is_ok() })
}

/// The server is told that nobody waits any more, and the next callers find it free.
#[tokio::test]
async fn who_leaves_leaves_no_busy_connection() {
    let house = House::new().await;
    let options = Options { connections: 3, ..house.options() };
    let (store, shop) = house.shop(SQL, options).await;
    let (shop, other) = (Arc::new(shop), locker(&house).await);
    let slow = [
        Call::new("GET", "t/1"),
        Call::with("PATCH", "t/1", json!({ "n": 2 })),
        Call::with("POST", "t", json!([{ "id": 2 }, { "id": 3 }])),
    ];
    let callers = slow.map(|call| spawn(&shop, call));
    waiting(&house, 3).await;
    for caller in callers {
        caller.abort();
    }
    let begun = SystemClock.instant();
    assert_eq!(store.health().await, Health::Up);
    shop.check("u", json!([{ "id": 1, "n": 1 }])).await;
    shop.run(Call::with("PATCH", "u/1", json!({ "n": 2 }))).await.unwrap();
    shop.run(Call::with("POST", "u", json!([{ "id": 2 }, { "id": 3 }]))).await.unwrap();
    waiting(&house, 0).await;
    assert!(SystemClock.instant().duration_since(begun) < SOON);
    other.batch_execute("ROLLBACK").await.unwrap();
    shop.check("t", json!([{ "id": 1, "n": 1 }])).await;
}

/// Where the server stops somebody else's statement on the same connection, that one is run again.
#[tokio::test]
async fn who_leaves_takes_nobody_along() {
    let house = House::new().await;
    let options = Options { connections: 1, ..house.options() };
    let (_store, shop) = house.shop(SQL, options).await;
    for (number, call) in
        [Call::new("GET", "t/1"), Call::with("POST", "t", json!({ "id": 9 }))].iter().enumerate()
    {
        // Prepared now, so that it is the statement itself that waits.
        shop.run(Call::new("GET", "t/1")).await.unwrap();
        shop.run(Call::with("POST", "t", json!({ "id": 5 + number }))).await.unwrap();
        let other = locker(&house).await;
        let mut stays = Box::pin(shop.run(call.clone()));
        let mut leaves = Box::pin(shop.run(Call::new("GET", "u")));
        assert!(futures_util::FutureExt::now_or_never(&mut stays).is_none());
        assert!(futures_util::FutureExt::now_or_never(&mut leaves).is_none());
        drop(leaves);
        let looks_on = async {
            let [first] = waiting(&house, 1).await[..] else { panic!("one waits") };
            while waiting(&house, 1).await == [first] {}
            other.batch_execute("ROLLBACK").await.unwrap();
        };
        let (stayed, ()) = join(stays, looks_on).await;
        assert!(stayed.is_ok(), "{call:?}: {stayed:?}");
    }
    shop.check("t?select=id&order=id", json!([{ "id": 1 }, { "id": 5 }, { "id": 6 }, { "id": 9 }])).await;
}

/// A quick call does not spend its time on a slow one, and nobody is left in doubt about it.
#[tokio::test]
async fn who_is_slow_is_not_waited_for_on_the_same_connection() {
    let house = House::new().await;
    let options = Options { connections: 1, wait: Duration::from_millis(200), ..house.options() };
    let (store, shop) = house.shop(SQL, options).await;
    let (shop, other) = (Arc::new(shop), locker(&house).await);
    let slow = spawn(&shop, Call::new("GET", "t/1"));
    let begun = SystemClock.instant();
    while SystemClock.instant().duration_since(begun) < Duration::from_millis(100) {
        waiting(&house, 1).await;
    }
    let error = shop.run(Call::with("POST", "u", json!({ "id": 2 }))).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Busy);
    assert_eq!(store.health().await, Health::Up);
    // Who still waits when it ends is served.
    let waits = spawn(&shop, Call::with("POST", "u", json!({ "id": 3 })));
    other.batch_execute("ROLLBACK").await.unwrap();
    assert!(slow.await.unwrap() && waits.await.unwrap());
    shop.check("u?select=id&order=id", json!([{ "id": 1 }, { "id": 3 }])).await;
}

/// Callers who come at once spread over connections that have to be opened first.
#[tokio::test]
async fn a_burst_takes_a_connection_each() {
    let house = House::new().await;
    let options = Options { connections: 4, ..house.options() };
    let (_store, shop) = house.shop(SQL, options).await;
    let (shop, other) = (Arc::new(shop), locker(&house).await);
    let callers = [(); 4].map(|()| spawn(&shop, Call::new("GET", "t/1")));
    waiting(&house, 4).await;
    other.batch_execute("ROLLBACK").await.unwrap();
    assert!(join_all(callers).await.into_iter().all(Result::unwrap));
}
