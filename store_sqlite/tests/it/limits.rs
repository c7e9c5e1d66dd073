//! Limits: full queues, slow statements, large answers, slow loads.

use std::time::Duration;

use futures_util::StreamExt as _;
use roundtrip_query::plan::Returning;
use roundtrip_store::conformance::Call;
use roundtrip_store::{Load, Store as _, StoreErrorKind};
use roundtrip_store_sqlite::{Mode, Options};
use serde_json::json;

use crate::clock::TestClock;
use crate::fixture::{Fixture, poll};

const BIG: &str = "CREATE TABLE big (id INTEGER PRIMARY KEY, text TEXT, n INT); \
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) \
    INSERT INTO big (text, n) SELECT 'row ' || i, 0 FROM n;";

fn tick() -> std::sync::Arc<TestClock> {
    TestClock::new(Duration::from_nanos(1))
}

#[tokio::test]
async fn a_full_read_queue_refuses_at_once() {
    let clock = tick();
    let options = Options { readers: 1, read_queue: 1, ..Options::default() };
    let fixture = Fixture::with(BIG, Mode::GuestRead, options, clock.clone()).await;
    let list = Call::new("GET", "big?limit=1");
    let stopped = clock.stop("sqlite-read", 0);
    let mut first = fixture.store.execute(fixture.shop.plan(&list));
    assert!(poll(&mut first).is_pending());
    stopped.wait();
    let mut second = fixture.store.execute(fixture.shop.plan(&list));
    assert!(poll(&mut second).is_pending());
    let third = fixture.shop.run(list).await;
    assert_eq!(third.map_err(|error| error.kind).err(), Some(StoreErrorKind::Busy));
    // A point read needs no place in the queue.
    assert!(fixture.shop.run(Call::new("GET", "big/7")).await.is_ok());
    stopped.release();
    assert!(first.await.is_ok() && second.await.is_ok());
}

#[tokio::test]
async fn a_full_write_queue_refuses_at_once_and_readers_go_on() {
    let clock = tick();
    let options = Options { write_queue: 1, ..Options::default() };
    let fixture = Fixture::with(BIG, Mode::Project, options, clock.clone()).await;
    let write = Call::with("POST", "big", json!({ "n": 1 })).returning(Returning::Minimal);
    // The first question of a turn that found work is asked by the group, the next by its member, in
    // the middle of the transaction.
    let stopped = clock.stop("sqlite-write", 1);
    let mut first = fixture.store.execute(fixture.shop.plan(&write));
    assert!(poll(&mut first).is_pending());
    stopped.wait();
    let mut second = fixture.store.execute(fixture.shop.plan(&write));
    assert!(poll(&mut second).is_pending());
    let third = fixture.shop.run(write).await;
    assert_eq!(third.map_err(|error| error.kind).err(), Some(StoreErrorKind::Busy));
    let list = fixture.shop.run(Call::new("GET", "big?limit=1").counted()).await.unwrap();
    assert_eq!(list.total, Some(20_000));
    assert_eq!(fixture.shop.run(Call::new("GET", "big/7")).await.unwrap().count, 1);
    stopped.release();
    assert!(first.await.is_ok() && second.await.is_ok());
}

#[tokio::test]
async fn a_slow_read_is_interrupted_and_the_reader_goes_on() {
    let options = Options { readers: 1, statement_timeout: Duration::from_millis(30), ..Options::default() };
    let fixture =
        Fixture::with(BIG, Mode::GuestRead, options, TestClock::new(Duration::from_millis(1))).await;
    for call in [
        Call::new("GET", "big?text=ilike.*nothing*"),
        Call::new("GET", "big?limit=1").counted(),
        Call::new("GET", "big?text=ilike.*nothing*").counted(),
    ] {
        let asked = format!("{call:?}");
        let outcome = fixture.shop.run(call).await;
        let kind = outcome.map(|rows| rows.total).map_err(|error| error.kind);
        let timeout = Err(StoreErrorKind::Timeout { limit_ms: 30 });
        assert!(kind == timeout || kind == Ok(Some(20_000)), "{asked}: {kind:?}");
    }
    let slow = fixture.shop.run(Call::new("GET", "big?text=ilike.*nothing*")).await;
    assert_eq!(slow.map_err(|error| error.kind).err(), Some(StoreErrorKind::Timeout { limit_ms: 30 }));
    fixture.shop.check("big?id=lt.3&select=id", json!([{ "id": 1 }, { "id": 2 }])).await;
}

#[tokio::test]
async fn a_point_read_that_takes_long_is_done_by_a_reader_thread() {
    let columns: Vec<String> = (0..900).map(|number| format!(", c{number} INT")).collect();
    let columns = columns.concat();
    let sql = format!(
        "CREATE TABLE a (id INTEGER PRIMARY KEY{columns}); INSERT INTO a (id) VALUES (1); \
         CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INT REFERENCES a (id){columns}); \
         INSERT INTO b (id, a_id) VALUES (1, 1)"
    );
    let options = Options { inline_timeout: Duration::ZERO, ..Options::default() };
    let clock = tick();
    let fixture = Fixture::with(&sql, Mode::GuestRead, options, clock.clone()).await;
    let stopped = clock.stop("sqlite-read", 0);
    let mut wide = fixture.store.execute(fixture.shop.plan(&Call::new("GET", "b/1?select=*,a(*)")));
    assert!(poll(&mut wide).is_pending(), "the read is on its way to a reader thread");
    stopped.wait();
    stopped.release();
    assert_eq!(wide.await.unwrap().count, 1);
    let mut short = fixture.store.execute(fixture.shop.plan(&Call::new("GET", "b/1?select=id")));
    assert!(poll(&mut short).is_ready(), "a short read is done where it is asked for");
}

#[tokio::test]
async fn a_large_answer_is_refused() {
    let options = Options { answer_bytes: 10_000, ..Options::default() };
    let fixture = Fixture::with(BIG, Mode::GuestWrite, options, tick()).await;
    let kind =
        |outcome: Result<_, roundtrip_store::StoreError>| outcome.map(drop).map_err(|error| error.kind);
    let too_large = Err(StoreErrorKind::TooLarge { limit_bytes: 10_000 });
    assert_eq!(kind(fixture.shop.run(Call::new("GET", "big")).await), too_large);
    let long = json!({ "text": "x".repeat(20_000) });
    assert_eq!(kind(fixture.shop.run(Call::with("POST", "big", long)).await), too_large);
    assert_eq!(kind(fixture.shop.run(Call::new("GET", "big?limit=9")).await), Ok(()));
}

#[tokio::test]
async fn a_write_whose_answer_is_too_large_leaves_nothing_and_harms_nobody() {
    let options = Options { answer_bytes: 10_000, ..Options::default() };
    let fixture = Fixture::with(BIG, Mode::GuestWrite, options, tick()).await;
    let row = |text: String| Call::with("POST", "big", json!({ "text": text, "n": 1 }));
    // Escaped, the quotes are twice as long: the value fits, its answer does not.
    let calls = vec![row("a".to_owned()), row("\"".repeat(6_000)), row("b".to_owned())];
    let outcomes = fixture.together(calls).await;
    assert!(outcomes[0].is_ok() && outcomes[2].is_ok(), "{outcomes:?}");
    let kind = outcomes[1].as_ref().map(drop).map_err(|error| error.kind.clone());
    assert_eq!(kind, Err(StoreErrorKind::TooLarge { limit_bytes: 10_000 }));
    assert_eq!(fixture.number("SELECT count(*) FROM big WHERE n = 1"), 2);
}

#[tokio::test]
async fn a_load_that_pauses_too_long_is_ended() {
    let options = Options { load_pause: Duration::from_millis(5), ..Options::default() };
    let fixture = Fixture::with(BIG, Mode::GuestWrite, options, tick()).await;
    let (_never, waiting) = tokio::sync::oneshot::channel::<()>();
    let pausing = futures_util::stream::once(waiting).filter_map(|_| std::future::ready(None));
    let rows = Call::with("POST", "big", json!([{ "n": 1 }])).returning(Returning::Minimal);
    let batches = futures_util::stream::iter([Ok(fixture.shop.plan(&rows))]).chain(pausing);
    let outcome = fixture.store.load(Load { batches: batches.boxed(), keep_good: false }).await;
    assert_eq!(outcome.map_err(|error| error.kind), Err(StoreErrorKind::Timeout { limit_ms: 5 }));
    assert_eq!(fixture.number("SELECT count(*) FROM big"), 20_000);
    assert!(fixture.shop.run(rows).await.is_ok());
}

#[tokio::test]
async fn a_load_whose_caller_is_gone_leaves_nothing() {
    let fixture = Fixture::new(BIG).await;
    let (_never, waiting) = tokio::sync::oneshot::channel::<()>();
    let pausing = futures_util::stream::once(waiting).filter_map(|_| std::future::ready(None));
    let rows = Call::with("POST", "big", json!([{ "n": 1 }])).returning(Returning::Minimal);
    let batches = futures_util::stream::iter([Ok(fixture.shop.plan(&rows))]).chain(pausing);
    let mut load = fixture.store.load(Load { batches: batches.boxed(), keep_good: false });
    assert!(poll(&mut load).is_pending());
    drop(load);
    assert!(fixture.shop.run(rows).await.is_ok());
    assert_eq!(fixture.number("SELECT count(*) FROM big"), 20_001);
}
