//! Callers who want the same rows at once.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use roundtrip_query::plan::{Resolution, Returning};
use roundtrip_store::conformance::Call;
use roundtrip_store_postgres::Options;
use serde_json::json;

use crate::fixture::House;

/// Who loses the race to insert changes the row that the winner made.
#[tokio::test]
async fn one_of_many_replacements_creates_the_row() {
    let house = House::new().await;
    let sql = "CREATE TABLE t (id int PRIMARY KEY, n int)";
    let (_store, shop) = house.shop(sql, house.options()).await;
    for id in 0..10 {
        let put = |n| shop.run(Call::with("PUT", format!("t/{id}"), json!({ "id": id, "n": n })));
        let answers = join_all((0..20).map(put)).await;
        let created = answers.iter().filter(|rows| rows.as_ref().unwrap().created).count();
        assert_eq!(created, 1);
    }
}

/// Transactions that lock the same rows in another order: the server ends one of each pair, and it is
/// run again.
#[tokio::test]
async fn deadlocks_are_run_again() {
    let house = House::new().await;
    let sql = "CREATE TABLE t (id int PRIMARY KEY, n int)";
    // The server looks for deadlocks once in a second, and connections are few.
    let time = Duration::from_secs(30);
    let options = Options { statement_timeout: time, wait: time, ..house.options() };
    let (_store, shop) = house.shop(sql, options).await;
    let rows = |ids: [i32; 2]| json!(ids.map(|id| json!({ "id": id, "n": 1 })));
    let merge = |ids| {
        let call = Call::with("POST", "t", rows(ids)).resolving(Resolution::Merge);
        shop.run(call.returning(Returning::Minimal))
    };
    shop.run(Call::with("POST", "t", rows([1, 2]))).await.unwrap();
    let answers = join_all((0..6).map(|number| merge(if number % 2 == 0 { [1, 2] } else { [2, 1] }))).await;
    for answer in answers {
        assert_eq!(answer.unwrap().written, 2);
    }
}

/// Many who write the same rows in whatever order the server finds them: all are served in time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_deadlocks_passes() {
    let house = House::new().await;
    let sql = "CREATE TABLE t (id int PRIMARY KEY, n int);
        INSERT INTO t SELECT n, 0 FROM generate_series(1, 30) n";
    let (_store, shop) = house.shop(sql, Options { connections: 16, ..house.options() }).await;
    let shop = Arc::new(shop);
    let callers = (0..16).map(|caller| {
        let shop = Arc::clone(&shop);
        tokio::spawn(async move {
            for n in 0..20 {
                let call = Call::with("PATCH", "t?id=lte.30", json!({ "n": caller * 100 + n }));
                shop.run(call.returning(Returning::Minimal)).await.unwrap();
            }
        })
    });
    for caller in join_all(callers).await {
        caller.unwrap();
    }
}

/// A transaction whose caller leaves is rolled back, and its connection serves others.
#[tokio::test]
async fn a_caller_who_leaves_leaves_no_trace() {
    let house = House::new().await;
    let sql = "CREATE TABLE t (id int PRIMARY KEY)";
    let (_store, shop) = house.shop(sql, house.options()).await;
    let rows = |from: i32| json!((from..from + 500).map(|id| json!({ "id": id })).collect::<Vec<_>>());
    for from in (0..20).map(|number| number * 1_000) {
        let mut call = Box::pin(shop.run(Call::with("POST", "t", rows(from))));
        // A few steps on its way, each time some more.
        for _ in 0..from / 1_000 {
            if futures_util::FutureExt::now_or_never(&mut call).is_some() {
                break;
            }
            tokio::task::yield_now().await;
        }
    }
    // Each is there whole or not at all.
    let counted = shop.run(Call::new("GET", "t?limit=0").counted()).await.unwrap().total.unwrap();
    assert_eq!(counted % 500, 0);
    let last = shop.run(Call::with("POST", "t", rows(100_000))).await.unwrap();
    assert_eq!(last.written, 500);
}
