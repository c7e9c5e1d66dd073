//! Writes on tables that others made: without keys, with keys that nobody knows, that hang on each other.

use std::sync::Arc;
use std::time::Duration;

use mysql_async::prelude::Queryable as _;
use roundtrip_query::plan::{Resolution, Returning};
use roundtrip_store::StoreErrorKind;
use roundtrip_store::conformance::{Call, Shop};
use roundtrip_store_mysql::Options;
use serde_json::json;

use crate::database::Database;

async fn shop(statements: &[&str]) -> (Arc<Shop>, Database) {
    let database = Database::new().await;
    for statement in statements {
        database.run(statement).await;
    }
    (Arc::new(database.shop(Options::default()).await), database)
}

#[tokio::test]
async fn rows_that_go_with_others_are_answered_all_the_same() {
    let (shop, database) = shop(&[
        "CREATE TABLE folders (id INT PRIMARY KEY, parent_id INT, FOREIGN KEY (parent_id) REFERENCES folders (id) ON DELETE CASCADE)",
        "INSERT INTO folders VALUES (1, NULL), (2, 1), (3, 2), (4, NULL)",
    ])
    .await;
    let call =
        Call::new("DELETE", "folders?select=id&id=lte.3&order=id").returning(Returning::Representation);
    let rows = shop.run(call).await.unwrap();
    let body: serde_json::Value = serde_json::from_slice(&rows.body).unwrap();
    assert_eq!(body, json!([{ "id": 1 }, { "id": 2 }, { "id": 3 }]));
    assert_eq!(database.number("SELECT count(*) FROM folders").await, 1);
}

/// A row comes in between the lock and the change: it is changed too, and so it has to be answered.
#[tokio::test]
async fn a_row_that_comes_in_between_is_answered_too() {
    let (shop, database) =
        shop(&["CREATE TABLE things (id INT PRIMARY KEY AUTO_INCREMENT, kind INT, word VARCHAR(9))"]).await;
    database.run("INSERT INTO things (kind) VALUES (1)").await;
    let mut other = database.other().await;
    let name: String = other.query_first("SELECT database()").await.unwrap().unwrap();
    other.query_drop(format!("DO GET_LOCK('{name}', 0)")).await.unwrap();
    let held = format!(
        "CREATE TRIGGER held BEFORE UPDATE ON things FOR EACH ROW SET NEW.kind = NEW.kind * GET_LOCK('{name}', 4)"
    );
    database.run(&held).await;
    let change = {
        let shop = Arc::clone(&shop);
        let call = Call::with("PATCH", "things?kind=eq.1&select=id&order=id", json!({ "word": "a" }));
        tokio::spawn(async move { shop.run(call.returning(Returning::Representation)).await })
    };
    let waits =
        "SELECT count(*) FROM information_schema.processlist WHERE db = database() AND state = 'User lock'";
    let waiting = async { while database.number(waits).await == 0 {} };
    tokio::time::timeout(Duration::from_secs(3), waiting).await.expect("the change waits in its trigger");
    other.query_drop("INSERT INTO things (kind) VALUES (1)").await.unwrap();
    other.query_drop(format!("DO RELEASE_LOCK('{name}')")).await.unwrap();
    let rows = change.await.unwrap().unwrap();
    assert_eq!((&rows.body[..], rows.written), (&b"[{\"id\":1},{\"id\":2}]"[..], 2));
    other.disconnect().await.unwrap();
}

#[tokio::test]
async fn a_row_that_cannot_be_found_again_is_not_changed() {
    let (shop, database) = shop(&["CREATE TABLE notes (word VARCHAR(9))"]).await;
    shop.run(Call::with("POST", "notes", json!({ "word": "a" }))).await.unwrap();
    let change = Call::with("PATCH", "notes?word=eq.a", json!({ "word": "b" }));
    let error = shop.run(change.clone().returning(Returning::Representation)).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Unsupported, "{error:?}");
    assert_eq!(database.number("SELECT count(*) FROM notes WHERE word = 'a'").await, 1);
    shop.run(change.returning(Returning::Minimal)).await.unwrap();
    assert_eq!(database.number("SELECT count(*) FROM notes WHERE word = 'b'").await, 1);
}

#[tokio::test]
async fn keys_of_every_kind_are_found_again() {
    let (shop, _database) = shop(&[
        "CREATE TABLE zeros (id INT PRIMARY KEY AUTO_INCREMENT, word VARCHAR(9))",
        "CREATE TABLE moments (at DATETIME(6) PRIMARY KEY, word VARCHAR(9))",
        "CREATE TABLE raws (raw VARBINARY(9) PRIMARY KEY, word VARCHAR(9))",
        "CREATE TABLE words (word VARCHAR(9) COLLATE utf8mb4_general_ci PRIMARY KEY, more VARCHAR(9))",
    ])
    .await;
    for (table, row, filter) in [
        ("zeros", json!({ "id": 0, "word": "a" }), "id=eq.0"),
        ("zeros", json!({ "id": -5, "word": "a" }), "id=eq.-5"),
        (
            "moments",
            json!({ "at": "2026-11-21T17:30:00.000001+00:00", "word": "a" }),
            "at=eq.2026-11-21T17:30:00.000001Z",
        ),
        ("raws", json!({ "raw": "AP+A", "word": "a" }), "word=eq.a"),
        ("words", json!({ "word": "Größe", "more": "a" }), "word=eq.Gr%C3%B6%C3%9Fe"),
    ] {
        assert_eq!(shop.json(Call::with("POST", table, row.clone())).await, row, "{table}");
        let again = row.clone();
        let merged = Call::with("POST", table, again).resolving(Resolution::Merge);
        assert_eq!(shop.json(merged).await, row, "{table}");
        let change = if table == "words" { json!({ "more": "b" }) } else { json!({ "word": "a" }) };
        let changed = shop.json(Call::with("PATCH", format!("{table}?{filter}"), change)).await;
        assert!(changed.is_object(), "{table}: {changed}");
    }
    // A key that an update itself changes.
    let call = Call::with("PATCH", "zeros?id=eq.0&select=id", json!({ "id": 77 }));
    assert_eq!(shop.json(call).await, json!({ "id": 77 }));
}

/// The server hands out no number where a trigger sets the key; the last that it did is another row's.
#[tokio::test]
async fn a_row_whose_key_a_trigger_sets_is_answered_itself() {
    let (shop, _database) = shop(&[
        "CREATE TABLE boxes (id INT PRIMARY KEY AUTO_INCREMENT, label VARCHAR(9))",
        "CREATE TABLE things (id INT PRIMARY KEY AUTO_INCREMENT, box_id INT, word VARCHAR(9), FOREIGN KEY (box_id) REFERENCES boxes (id))",
        "INSERT INTO things VALUES (1, NULL, 'other')",
        "CREATE TRIGGER numbered BEFORE INSERT ON things FOR EACH ROW SET NEW.id = (SELECT max(id) + 100 FROM things)",
    ])
    .await;
    shop.run(Call::with("POST", "boxes", json!({ "label": "one" }))).await.unwrap();
    for id in [101, 201] {
        let thing = json!({ "box_id": 1, "word": "mine" });
        let call = Call::with("POST", "things?select=id,word,box(label)", thing);
        let expected = json!({ "id": id, "word": "mine", "box": { "label": "one" } });
        assert_eq!(shop.json(call).await, expected);
    }
}
