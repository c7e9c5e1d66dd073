//! Group commit: who fails, fails alone.

use std::time::Duration;

use roundtrip_query::plan::Returning;
use roundtrip_store::conformance::Call;
use roundtrip_store::{Rows, StoreError, StoreErrorKind};
use roundtrip_store_sqlite::{Mode, Options};
use serde_json::{Value, json};

use crate::clock::TestClock;
use crate::fixture::Fixture;

fn insert(resource: &str, row: Value) -> Call {
    Call::with("POST", resource, row).returning(Returning::Minimal)
}

/// What came of each call: how many rows, or the kind of error.
fn kinds(outcomes: Vec<Result<Rows, StoreError>>) -> Vec<Result<u64, StoreErrorKind>> {
    outcomes.into_iter().map(|outcome| outcome.map(|rows| rows.written).map_err(|error| error.kind)).collect()
}

#[tokio::test]
async fn a_group_is_one_commit() {
    let fixture = Fixture::new("CREATE TABLE t (id INTEGER PRIMARY KEY, n INT)").await;
    let other = fixture.other();
    let version = || -> i64 { other.query_row("PRAGMA data_version", [], |row| row.get(0)).unwrap() };
    let before = version();
    let calls = (0..100).map(|n| insert("t", json!({ "n": n }))).collect();
    assert!(fixture.together(calls).await.iter().all(Result::is_ok));
    assert_eq!(fixture.number("SELECT count(*) FROM t"), 100);
    // In rollback mode the counter in the file rises by one with every commit.
    assert_eq!(version() - before, 1);
}

#[tokio::test]
async fn an_interrupted_member_fails_alone() {
    let rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)";
    let sql = format!(
        "CREATE TABLE big (id INTEGER PRIMARY KEY, text TEXT, n INT); \
         CREATE TABLE small (id INTEGER PRIMARY KEY, n INT); \
         {rows} INSERT INTO big (text, n) SELECT 'row ' || i, 0 FROM n;"
    );
    let options = Options { statement_timeout: Duration::from_millis(50), ..Options::default() };
    let fixture =
        Fixture::with(&sql, Mode::GuestWrite, options, TestClock::new(Duration::from_millis(1))).await;
    let slow = Call::with("PATCH", "big?text=like.*row*", json!({ "n": 1 })).returning(Returning::Minimal);
    let calls = vec![insert("small", json!({ "n": 1 })), slow, insert("small", json!({ "n": 2 }))];
    let outcomes = kinds(fixture.together(calls).await);
    assert_eq!(outcomes, [Ok(1), Err(StoreErrorKind::Timeout { limit_ms: 50 }), Ok(1)]);
    assert_eq!(fixture.number("SELECT count(*) FROM small"), 2);
    assert_eq!(fixture.number("SELECT sum(n) FROM big"), 0);
}

#[tokio::test]
async fn a_deferred_reference_fails_alone() {
    let fixture = Fixture::new(
        "CREATE TABLE parent (id INTEGER PRIMARY KEY); INSERT INTO parent VALUES (1), (2);
         CREATE TABLE child (id INTEGER PRIMARY KEY,
            parent_id INT REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)",
    )
    .await;
    let child = |parent: i64| insert("child", json!({ "parent_id": parent }));
    let calls = vec![child(1), child(99), child(1), Call::new("DELETE", "parent/1"), child(2)];
    let outcomes = kinds(fixture.together(calls).await);
    let reference = |resource: &str, fields: &[&str], target: &str| StoreErrorKind::Reference {
        resource: resource.to_owned(),
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        target: Some(target.to_owned()),
    };
    let nowhere = reference("child", &["parent_id"], "parent");
    let still = reference("parent", &[], "child");
    assert_eq!(outcomes, [Ok(1), Err(nowhere), Ok(1), Err(still), Ok(1)]);
    assert_eq!(fixture.number("SELECT count(*) FROM child"), 3);
}

#[tokio::test]
async fn a_vanished_transaction_is_run_again() {
    let fixture = Fixture::new(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT UNIQUE ON CONFLICT ROLLBACK);
         INSERT INTO t (code) VALUES ('a')",
    )
    .await;
    let codes = ["b", "a", "c", "c", "d"];
    let calls = codes.iter().map(|code| insert("t", json!({ "code": code }))).collect();
    let taken = || StoreErrorKind::Unique { resource: "t".to_owned(), fields: vec!["code".to_owned()] };
    let outcomes = kinds(fixture.together(calls).await);
    assert_eq!(outcomes, [Ok(1), Err(taken()), Ok(1), Err(taken()), Ok(1)]);
    assert_eq!(fixture.number("SELECT count(*) FROM t"), 4);
}

#[tokio::test]
async fn a_bad_row_undoes_its_own_member_only() {
    let fixture = Fixture::new("CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT UNIQUE)").await;
    let bulk = insert("t", json!([{ "code": "x" }, { "code": "y" }, { "code": "a" }]));
    let calls = vec![insert("t", json!({ "code": "a" })), bulk, insert("t", json!({ "code": "x" }))];
    let outcomes = fixture.together(calls).await;
    assert_eq!(outcomes[1].as_ref().err().and_then(|error| error.row), Some(2));
    assert_eq!(outcomes.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
    assert_eq!(fixture.number("SELECT count(*) FROM t"), 2);
}

#[tokio::test]
async fn a_panic_anywhere_leaves_a_writer_that_works() {
    let clock = TestClock::new(Duration::from_nanos(1));
    let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT)";
    let fixture = Fixture::with(sql, Mode::GuestWrite, Options::default(), clock.clone()).await;
    for questions in 0..12 {
        let before = fixture.number("SELECT count(*) FROM t");
        clock.panic_in(questions);
        let calls = (0..3).map(|n| insert("t", json!({ "n": n }))).collect();
        let outcomes = fixture.together_whatever_happens(calls).await;
        clock.panic_in(-1);
        let saved = fixture.number("SELECT count(*) FROM t") - before;
        let good = i64::try_from(outcomes.iter().filter(|outcome| outcome.is_ok()).count()).unwrap();
        // A panic after the commit may turn a success into an error, never an error into a success.
        assert!(good <= saved, "{questions}: {good} answered, {saved} saved");
        assert!(fixture.shop.run(insert("t", json!({ "n": 9 }))).await.is_ok(), "{questions}");
    }
}
