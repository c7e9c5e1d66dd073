//! Every wait and every size has its limit.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt as _, join_all};
use futures_util::stream;
use roundtrip_journey::SystemClock;
use roundtrip_query::plan::Returning;
use roundtrip_store::conformance::{Call, Shop};
use roundtrip_store::{Load, Rows, Store, StoreError, StoreErrorKind};
use roundtrip_store_mysql::{Mode, MysqlStore, Options};
use serde_json::json;

use crate::database::Database;

/// A table with a few long texts, and a view that takes its time.
async fn database() -> Database {
    let database = Database::new().await;
    for statement in [
        "CREATE TABLE boxes (id INT PRIMARY KEY, label VARCHAR(20))",
        "CREATE TABLE things (id INT PRIMARY KEY AUTO_INCREMENT, box_id INT NOT NULL, body LONGTEXT,
            FOREIGN KEY (box_id) REFERENCES boxes (id))",
        "INSERT INTO boxes VALUES (1, 'one'), (2, 'two')",
        "CREATE VIEW slow AS SELECT id, SLEEP(20) AS seconds FROM boxes",
    ] {
        database.run(statement).await;
    }
    database
}

fn slow() -> Call {
    Call::new("GET", "slow?select=seconds")
}

fn kind(outcome: Result<Rows, StoreError>) -> StoreErrorKind {
    outcome.unwrap_err().kind
}

/// Begins a call, without waiting for it.
fn begun<'a>(shop: &'a Shop, call: &Call) -> BoxFuture<'a, Result<Rows, StoreError>> {
    shop.store.execute(shop.plan(call))
}

#[tokio::test]
async fn a_statement_has_its_time() {
    let database = database().await;
    let limit = Duration::from_millis(200);
    let shop =
        database.shop(Options { statement_timeout: limit, connections: 1, ..Options::default() }).await;
    assert_eq!(kind(shop.run(slow()).await), StoreErrorKind::Timeout { limit_ms: 200 });
    // The connection was not lost over it.
    shop.check("boxes?select=id&id=eq.1", json!([{ "id": 1 }])).await;
}

#[tokio::test]
async fn a_lock_that_does_not_come_is_waited_for_no_longer_than_a_statement() {
    let database = database().await;
    let options = Options { statement_timeout: Duration::from_millis(300), ..Options::default() };
    let shop = database.shop(options).await;
    let mut other = database.other().await;
    for words in ["START TRANSACTION", "UPDATE boxes SET label = 'mine' WHERE id = 1"] {
        mysql_async::prelude::Queryable::query_drop(&mut other, words).await.unwrap();
    }
    for returning in [Returning::Minimal, Returning::Row] {
        let change = Call::with("PATCH", "boxes?id=eq.1", json!({ "label": "ours" })).returning(returning);
        let kind = kind(shop.run(change).await);
        assert!(matches!(kind, StoreErrorKind::Timeout { .. } | StoreErrorKind::Busy), "{kind:?}");
    }
    other.disconnect().await.unwrap();
    let change = Call::with("PATCH", "boxes?id=eq.1", json!({ "label": "ours" }));
    assert_eq!(shop.json(change).await["label"], "ours");
}

#[tokio::test]
async fn callers_wait_for_a_connection_in_bounds() {
    let database = database().await;
    let wait_timeout = Duration::from_millis(500);
    let narrow = Options { connections: 1, waiting: 1, wait_timeout, ..Options::default() };
    let shop = database.shop(narrow).await;
    let mut first = begun(&shop, &slow());
    assert!((&mut first).now_or_never().is_none(), "it takes its time");
    let others = join_all([begun(&shop, &slow()), begun(&shop, &slow())]).await;
    for other in others {
        assert_eq!(kind(other), StoreErrorKind::Busy);
    }
    // Who hangs up leaves a connection in the middle of an answer; the next gets another one.
    drop(first);
    shop.check("boxes?select=label&id=eq.2", json!([{ "label": "two" }])).await;
}

#[tokio::test]
async fn writes_that_wait_for_a_lock_leave_connections_to_reads() {
    let database = database().await;
    let wait_timeout = Duration::from_millis(500);
    let shop = database.shop(Options { connections: 4, wait_timeout, ..Options::default() }).await;
    let mut other = database.other().await;
    for words in ["START TRANSACTION", "UPDATE boxes SET label = 'mine' WHERE id = 1"] {
        mysql_async::prelude::Queryable::query_drop(&mut other, words).await.unwrap();
    }
    for returning in [Returning::Minimal, Returning::Row] {
        let change = Call::with("PATCH", "boxes?id=eq.1", json!({ "label": "ours" })).returning(returning);
        let mut changes: Vec<_> = (0..8).map(|_| begun(&shop, &change)).collect();
        for change in &mut changes {
            assert!(change.now_or_never().is_none(), "it waits");
        }
        shop.check("things?select=id", json!([])).await;
    }
    other.disconnect().await.unwrap();
    let change = Call::with("PATCH", "boxes?id=eq.1", json!({ "label": "ours" }));
    assert_eq!(shop.json(change).await["label"], "ours");
}

#[tokio::test]
async fn statements_of_callers_who_hang_up_are_stopped() {
    let database = database().await;
    let shop = database.shop(Options::default()).await;
    let mut calls: Vec<_> = (0..5).map(|_| begun(&shop, &slow())).collect();
    let asleep = "SELECT count(*) FROM information_schema.processlist WHERE db = database() AND info LIKE '%slow%' AND id <> connection_id()";
    let until = async |wanted: i64, calls: &mut Vec<BoxFuture<'_, _>>| {
        let reached = async {
            while database.number(asleep).await != wanted {
                for call in &mut *calls {
                    assert!(call.now_or_never().is_none(), "it takes its time");
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(3), reached).await.expect("before its time is over");
    };
    until(5, &mut calls).await;
    drop(calls);
    until(0, &mut Vec::new()).await;
}

#[tokio::test]
async fn long_texts_are_sorted_beyond_their_beginning() {
    let database = database().await;
    // By its first 1,024 bytes the server would sort on its own: 255 letters.
    let things =
        "INSERT INTO things (box_id, body) SELECT 1, concat(repeat('x', 4000), 9 - seq) FROM seq_1_to_5";
    database.run(things).await;
    let shop = database.shop(Options::default()).await;
    shop.check("things?select=id&order=body&limit=2", json!([{ "id": 5 }, { "id": 4 }])).await;
}

#[tokio::test]
async fn an_answer_has_its_size() {
    let database = database().await;
    let things = "INSERT INTO things (box_id, body) SELECT 1, repeat('x', 400) FROM seq_1_to_50";
    database.run(things).await;
    let shop = database.shop(Options { answer_bytes: 10_000, connections: 1, ..Options::default() }).await;
    for url in ["things", "boxes?select=id,things(body)"] {
        let too_large = StoreErrorKind::TooLarge { limit_bytes: 10_000 };
        assert_eq!(kind(shop.run(Call::new("GET", url)).await), too_large, "{url}");
    }
    shop.check("boxes?select=id&id=eq.1", json!([{ "id": 1 }])).await;
}

#[tokio::test]
async fn rows_that_the_server_cuts_off_are_no_answer() {
    let database = database().await;
    // More than one packet of the server, which is 16 MiB unless somebody set it.
    let things = "INSERT INTO things (box_id, body) SELECT 1, repeat('x', 1000000) FROM seq_1_to_20";
    database.run(things).await;
    let shop = database.shop(Options::default()).await;
    let error = shop.run(Call::new("GET", "boxes?select=id,things(body)&id=eq.1")).await.unwrap_err();
    assert!(matches!(error.kind, StoreErrorKind::TooLarge { .. }), "{error:?}");
    assert!(error.detail.contains("larger than the database server allows"), "{error:?}");
    shop.check("boxes?select=id,things(id)&id=eq.2", json!([{ "id": 2, "things": [] }])).await;
}

#[tokio::test]
async fn a_value_that_the_server_does_not_take_is_too_large() {
    let database = database().await;
    let shop = database.shop(Options { connections: 1, ..Options::default() }).await;
    for returning in [Returning::Minimal, Returning::Row] {
        let thing = json!({ "box_id": 1, "body": "x".repeat(17 << 20) });
        let kind = kind(shop.run(Call::with("POST", "things", thing).returning(returning)).await);
        assert!(matches!(kind, StoreErrorKind::TooLarge { .. }), "{kind:?}");
    }
    let thing = json!({ "box_id": 1, "body": "x" });
    assert_eq!(shop.json(Call::with("POST", "things?select=body", thing)).await, json!({ "body": "x" }));
    assert_eq!(database.number("SELECT count(*) FROM things").await, 1);
}

#[tokio::test]
async fn a_store_that_only_reads_writes_nothing() {
    let database = database().await;
    let clock = Arc::new(SystemClock);
    let store = MysqlStore::open(&database.url(), Mode::ReadOnly, Options::default(), clock).await.unwrap();
    assert!(!store.capabilities().writable);
    let schema = store.introspect().await.unwrap();
    let reader = Shop::new(Arc::new(store), schema);
    reader.check("boxes?select=id&order=id", json!([{ "id": 1 }, { "id": 2 }])).await;
    let writer = database.shop(Options::default()).await;
    let plan = writer.plan(&Call::new("DELETE", "boxes?id=eq.2"));
    assert_eq!(kind(reader.store.execute(plan).await), StoreErrorKind::ReadOnly);
    let plan = writer.plan(&Call::with("POST", "boxes", json!({ "id": 3 })));
    let load = Load { batches: Box::pin(stream::iter([Ok(plan)])), keep_good: false };
    assert_eq!(reader.store.load(load).await.unwrap_err().kind, StoreErrorKind::ReadOnly);
}

#[tokio::test]
async fn a_load_is_not_waited_for_for_ever() {
    let database = database().await;
    let load_pause = Duration::from_millis(50);
    let shop = database.shop(Options { load_pause, connections: 1, ..Options::default() }).await;
    for (keep_good, kept) in [(false, 2), (true, 3)] {
        let first = stream::iter([Ok(shop.plan(&Call::with("POST", "boxes", json!({ "id": 3 }))))]);
        let batches = Box::pin(futures_util::StreamExt::chain(first, stream::pending()));
        let error = shop.store.load(Load { batches, keep_good }).await.unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::Timeout { limit_ms: 50 });
        assert_eq!(database.number("SELECT count(*) FROM boxes").await, kept);
    }
}
