//! Tables that are made, and changed by files.

use std::sync::Arc;

use futures_util::future::join_all;
use roundtrip_migrate::Migration;
use roundtrip_query::plan::Returning;
use roundtrip_schema::Schema;
use roundtrip_store::conformance::{Call, Shop};
use roundtrip_store::{Filling, Migrating, Store, StoreErrorKind};
use roundtrip_store_postgres::Options;
use serde_json::json;

use crate::fixture::{Town, client};

/// The list of migrations is one for the whole database.
mod suite {
    use super::{Arc, Options, Schema, Store, Town};

    async fn make(schema: &Schema) -> (Arc<dyn Store>, Town) {
        let town = Town::new().await;
        let store = town.store(Options::default()).await;
        store.bring_to(schema).await.unwrap();
        (store, town)
    }

    roundtrip_store::migrations_conformance!(make);
}

#[tokio::test]
async fn one_of_many_programs_makes_the_tables() {
    let town = Town::new().await;
    for schemas in [Vec::new(), vec!["my shop".to_owned()]] {
        let options = Options { schemas, ..Options::default() };
        let stores = join_all((0..10).map(|_| town.store(options.clone()))).await;
        let schema = Shop::schema();
        let made = join_all(stores.iter().map(|store| store.bring_to(&schema))).await;
        let makers = made.iter().filter(|made| !made.as_ref().unwrap().is_empty()).count();
        assert_eq!(makers, 1);
        let shop = Shop::new(Arc::clone(&stores[0]) as _, schema);
        shop.stock().await;
        shop.check("authors?select=name&id=eq.2", json!([{ "name": "Italo" }])).await;
    }
}

#[tokio::test]
async fn what_is_more_than_an_addition_is_refused() {
    let town = Town::new().await;
    let other = client(&town.url).await;
    other.batch_execute("CREATE TABLE authors_table (id text PRIMARY KEY)").await.unwrap();
    let store = town.store(Options::default()).await;
    let error = store.bring_to(&Shop::schema()).await.unwrap_err();
    assert!(matches!(error.kind, StoreErrorKind::Structure { .. }), "{error:?}");
    let found = other.query("SELECT 1 FROM pg_tables WHERE tablename = 'books_table'", &[]).await.unwrap();
    assert!(found.is_empty());
}

/// An index that cannot be built leaves nothing behind that the corrected file would stumble over.
#[tokio::test]
async fn a_file_that_runs_alone_goes_on_where_it_stopped() {
    let town = Town::new().await;
    let store = town.store(Options::default()).await;
    let file = |text: &str| {
        let text = format!("-- Runs statement by statement, not in one transaction.\n{text}");
        [Migration { number: 1, name: "alone".to_owned(), text }]
    };
    let first = "CREATE TABLE t (n int); INSERT INTO t VALUES (1), (1);";
    let index = "CREATE UNIQUE INDEX CONCURRENTLY t_n ON t (n);";
    let error = store.migrate(&file(&format!("{first} {index}")), Migrating::Running).await.unwrap_err();
    let StoreErrorKind::Structure { differences } = &error.kind else { panic!("{error:?}") };
    assert!(differences[0].starts_with("0001_alone.sql, statement 3: "), "{differences:?}");
    assert!(!error.private.is_empty());
    let listed = store.migrations().await.unwrap();
    assert_eq!((listed[0].done, listed[0].begun, listed[0].finished), (2, 2, false));
    let corrected = file(&format!("{first} DELETE FROM t WHERE ctid = '(0,1)'; {index}"));
    let done = store.migrate(&corrected, Migrating::Running).await.unwrap();
    assert!(done[0].finished);
}

/// An index that another program is building is not ours to drop.
#[tokio::test]
async fn a_file_that_fails_leaves_the_indexes_of_others() {
    let town = Town::new().await;
    let store = town.store(Options::default()).await;
    let other = client(&town.url).await;
    let sql = "CREATE TABLE t (n int PRIMARY KEY); INSERT INTO t VALUES (1); CREATE TABLE o (n int)";
    other.batch_execute(sql).await.unwrap();
    other.batch_execute("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let text = "-- Runs statement by statement, not in one transaction.\nINSERT INTO t VALUES (1);";
    let files = [Migration { number: 1, name: "alone".to_owned(), text: text.to_owned() }];
    let builds = async {
        let waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 't'::regclass";
        while other.query_one(waits, &[]).await.unwrap().get::<_, i64>(0) == 0 {}
        let builds = "CREATE INDEX o_n ON o (n);
            UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'o_n'::regclass";
        client(&town.url).await.batch_execute(builds).await.unwrap();
        other.batch_execute("ROLLBACK").await.unwrap();
    };
    let (outcome, ()) = futures_util::future::join(store.migrate(&files, Migrating::Running), builds).await;
    assert!(outcome.is_err());
    let found = other.query("SELECT 1 FROM pg_class WHERE relname = 'o_n'", &[]).await.unwrap();
    assert_eq!(found.len(), 1);
}

/// What a transaction only looks at when it ends undoes its file, too.
#[tokio::test]
async fn a_file_that_fails_at_its_end_leaves_nothing() {
    let town = Town::new().await;
    let store = town.store(Options::default()).await;
    let text = "CREATE TABLE t (id int PRIMARY KEY, up int REFERENCES t DEFERRABLE INITIALLY DEFERRED);
        INSERT INTO t VALUES (1, 9)";
    let files = [Migration { number: 1, name: "late".to_owned(), text: text.to_owned() }];
    let error = store.migrate(&files, Migrating::Running).await.unwrap_err();
    assert!(error.detail.contains("0001_late.sql"), "{error:?}");
    assert!(store.migrations().await.unwrap().is_empty());
    assert!(store.introspect().await.unwrap().find("t").is_none());
}

#[tokio::test]
async fn rows_of_another_database_are_taken_in() {
    let town = Town::new().await;
    let store = town.store(Options::default()).await;
    let schema = Shop::schema();
    store.filling(&schema, Filling::Begins).await.unwrap();
    let shop = Shop::new(Arc::clone(&store) as _, schema.clone());
    let write = |url: &'static str, row| {
        let call = Call::with("POST", url, row).returning(Returning::Minimal);
        let shop = &shop;
        async move { shop.run(call).await.unwrap() }
    };
    // The book comes before its author.
    write("books", json!({ "id": 41, "title": "A", "stock": 1, "author_id": 7 })).await;
    let error = store.filling(&schema, Filling::Ended).await.unwrap_err();
    assert!(matches!(error.kind, StoreErrorKind::Structure { .. }), "{error:?}");
    write("authors", json!({ "id": 7, "name": "B" })).await;
    store.filling(&schema, Filling::Ended).await.unwrap();
    store.filling(&schema, Filling::Verified).await.unwrap();
    let made =
        shop.json(Call::with("POST", "books", json!({ "title": "C", "stock": 1, "author_id": 7 }))).await;
    assert_eq!(made["id"], 42);
    let first = shop.json(Call::with("POST", "authors", json!({ "name": "D" }))).await;
    assert_eq!(first["id"], 8);
    let error = shop.run(Call::new("DELETE", "authors/7")).await.unwrap_err();
    assert!(matches!(error.kind, StoreErrorKind::Reference { .. }), "{error:?}");
}

#[tokio::test]
async fn several_schemas_are_served() {
    let town = Town::new().await;
    let sql = "CREATE SCHEMA one; CREATE SCHEMA two; CREATE TABLE one.t (id int PRIMARY KEY);
        CREATE TABLE two.u (id int PRIMARY KEY); INSERT INTO two.u VALUES (5)";
    client(&town.url).await.batch_execute(sql).await.unwrap();
    let options = Options { schemas: vec!["one".to_owned(), "two".to_owned()], ..Options::default() };
    let store = town.store(options).await;
    let first = store.introspect().await.unwrap();
    assert_eq!((first.namespace(), first.find("t").is_some(), first.find("u")), (Some("one"), true, None));
    let mut others = store.introspect_others().await.unwrap();
    let second = others.remove(0);
    assert!(others.is_empty());
    Shop::new(store, second).check("u", json!([{ "id": 5 }])).await;
}
