//! Somebody else's database: read without a trace, written as it wants to be written.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use roundtrip_journey::SystemClock;
use roundtrip_query::plan::{Format, Rendering};
use roundtrip_store::conformance::Call;
use roundtrip_store::{Health, Store as _, StoreErrorKind};
use roundtrip_store_sqlite::{Mode, Options, SqliteStore};
use serde_json::json;

use crate::clock::TestClock;
use crate::fixture::Fixture;

const SQL: &str = "CREATE TABLE t (id INTEGER PRIMARY KEY, note, doc JSON);
    INSERT INTO t (note, doc) VALUES ('text', '{\"a\":1}'), (x'00ff', 'not json'), (2.50, NULL), (7, '[1');";

/// Every file of the folder with its bytes.
fn folder(file: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(file.parent().unwrap()).unwrap();
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.unwrap().path();
        (path.display().to_string(), std::fs::read(path).unwrap())
    };
    entries.map(read).collect()
}

async fn guest(sql: &str, mode: Mode) -> Fixture {
    Fixture::with(sql, mode, Options::default(), TestClock::new(Duration::from_nanos(1))).await
}

#[tokio::test]
async fn reading_changes_no_byte() {
    let fixture = guest(SQL, Mode::GuestRead).await;
    let before = folder(&fixture.file);
    assert_eq!(before.len(), 1);
    fixture
        .shop
        .check(
            "t?order=id",
            json!([
                { "id": 1, "note": "text", "doc": { "a": 1 } },
                { "id": 2, "note": "AP8=", "doc": "not json" },
                { "id": 3, "note": 2.5, "doc": null },
                { "id": 4, "note": 7, "doc": "[1" },
            ]),
        )
        .await;
    fixture.shop.check("t/1?select=note", json!({ "note": "text" })).await;
    assert_eq!(fixture.store.health().await, Health::Up);
    assert!(!fixture.store.capabilities().writable);
    let refused = fixture.store.bring_to(&roundtrip_store::conformance::Shop::schema()).await;
    assert_eq!(refused.map_err(|error| error.kind), Err(StoreErrorKind::ReadOnly));
    fixture.store.close().await;
    assert_eq!(folder(&fixture.file), before);
}

#[tokio::test]
async fn reading_a_database_in_wal_mode_changes_no_byte_of_it() {
    let fixture = guest(&format!("PRAGMA journal_mode = wal; {SQL}"), Mode::GuestRead).await;
    let before = std::fs::read(&fixture.file).unwrap();
    fixture.shop.check("t/1?select=note", json!({ "note": "text" })).await;
    // A row that its owner writes meanwhile is seen.
    fixture.other().execute("UPDATE t SET note = 'new' WHERE id = 3", []).unwrap();
    fixture.shop.check("t?select=note&id=eq.3", json!([{ "note": "new" }])).await;
    fixture.store.close().await;
    let after = std::fs::read(&fixture.file).unwrap();
    assert_eq!(before.len(), after.len());
}

#[tokio::test]
async fn a_written_guest_keeps_its_journal() {
    let fixture = guest(SQL, Mode::GuestWrite).await;
    let created = fixture.shop.json(Call::with("POST", "t?select=id", json!({ "note": "more" }))).await;
    assert_eq!(created, json!({ "id": 5 }));
    fixture.store.close().await;
    let mode: String = fixture.other().query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    assert_eq!(mode, "delete");
    assert_eq!(folder(&fixture.file).len(), 1);
}

#[tokio::test]
async fn what_is_no_database_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("page.html");
    std::fs::write(&file, "<html>".repeat(1000)).unwrap();
    for (path, mode) in [
        (file.as_path(), Mode::GuestRead),
        (&folder.path().join("absent.db"), Mode::GuestRead),
        (&folder.path().join("absent.db"), Mode::GuestWrite),
        (&folder.path().join("absent/project.db"), Mode::Project),
        (folder.path(), Mode::Project),
    ] {
        let opened = SqliteStore::open(path, mode, Options::default(), Arc::new(SystemClock));
        let error = opened.err().unwrap();
        assert_eq!(error.kind, StoreErrorKind::Unavailable, "{error:?}");
        assert!(!error.detail.contains('/'), "{}", error.detail);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_view_that_misuses_our_functions_fails_alone() {
    let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY);
        INSERT INTO t VALUES (1);
        CREATE VIEW v AS SELECT rt_row('nonsense', id) AS broken FROM t";
    let fixture = guest(sql, Mode::GuestRead).await;
    let error = fixture.shop.run(Call::new("GET", "v")).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Internal, "{error:?}");
    fixture.shop.check("t", json!([{ "id": 1 }])).await;
}

#[tokio::test]
async fn what_is_stored_against_its_type_is_read_all_the_same() {
    let sql = "CREATE TABLE odd (id INTEGER PRIMARY KEY, doc JSON, at DATETIME, text TEXT);
        INSERT INTO odd (doc, at, text) VALUES
            ('not json', 'yesterday', x'ff00'), (x'7b', 1700000000, CAST(x'c328' AS TEXT)), (2.50, x'00', 7),
            ('{\"a\":[1,{\"b\":null}]}', '2026-11-21 17:30', '{\"a\"');";
    let fixture = guest(sql, Mode::GuestRead).await;
    let nothing = || json!([{ "a": null }, { "a": null }, { "a": null }]);
    let with = |last: serde_json::Value| {
        let mut rows = nothing();
        rows.as_array_mut().unwrap().push(json!({ "a": last }));
        rows
    };
    let found = with(json!([1, { "b": null }]));
    fixture.shop.check("odd?select=doc->a&order=id", found).await;
    fixture.shop.check("odd?select=doc->>a&order=id", with(json!(r#"[1,{"b":null}]"#))).await;
    for (filter, ids) in [
        ("doc=eq.2.5", vec![3]),
        ("doc->a=cs.[1]", vec![4]),
        ("doc=cs.{}", vec![4]),
        ("doc=fts.anything", vec![]),
        ("text=match.a", vec![4]),
        ("text=wfts.a", vec![]),
        ("text=ilike.*a*", vec![4]),
    ] {
        let expected = ids.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>();
        fixture.shop.check(&format!("odd?select=id&order=id&{filter}"), json!(expected)).await;
    }
    let rendering = Rendering { strip_nulls: true, zone: Some("Asia/Tokyo".into()), ..Rendering::default() };
    let call = Call::new("GET", "odd?select=at,doc&order=id").rendered(rendering);
    let expected = json!([
        { "at": "yesterday", "doc": "not json" },
        { "at": 1_700_000_000, "doc": "ew==" },
        { "at": "AA==", "doc": 2.5 },
        { "at": "2026-11-22T02:30:00+09:00", "doc": { "a": [1, {}] } },
    ]);
    assert_eq!(fixture.shop.json(call).await, expected);
    let lines = Rendering { format: Format::Csv, ..Rendering::default() };
    let rows = fixture.shop.run(Call::new("GET", "odd?order=id").rendered(lines)).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&rows.body).lines().count(), 5);
}
