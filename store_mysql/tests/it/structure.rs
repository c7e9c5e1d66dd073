//! Our own tables: made, extended and changed by files, once however many try.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::stream;
use roundtrip_migrate::{Extras, Migration};
use roundtrip_schema::{FieldDefault, Schema, Value};
use roundtrip_store::conformance::{Call, Shop};
use roundtrip_store::{Filling, Load, Migrating, Store, StoreError, StoreErrorKind};
use roundtrip_store_mysql::{MysqlStore, Options};
use serde_json::json;

use crate::database::Database;

fn file(number: u32, text: &str) -> Migration {
    Migration { number, name: "change".to_owned(), text: text.to_owned() }
}

fn line(error: StoreError) -> String {
    let StoreErrorKind::Structure { differences } = error.kind else { panic!("{error:?}") };
    differences.join("\n")
}

#[tokio::test]
async fn an_empty_database_is_brought_to_a_schema_once() {
    let database = Database::new().await;
    let store = database.store(Options::default()).await;
    let made = store.bring_to(&Shop::schema()).await.unwrap();
    assert!(made.iter().any(|statement| statement.contains("CREATE TABLE")), "{made:?}");
    assert!(store.bring_to(&Shop::schema()).await.unwrap().is_empty());
    assert!(store.changes_to(&Shop::schema(), Extras::Keep).await.unwrap().is_empty());
    let shop = Shop::new(Arc::new(store), Shop::schema());
    shop.stock().await;
    shop.check("books?select=id&id=eq.1", json!([{ "id": 1 }])).await;
}

#[tokio::test]
async fn a_default_that_changed_is_seen() {
    let database = Database::new().await;
    database.run("CREATE TABLE things (id INT AUTO_INCREMENT PRIMARY KEY, n INT NOT NULL DEFAULT 5)").await;
    let store = database.store(Options::default()).await;
    let schema = store.introspect().await.unwrap();
    assert!(store.changes_to(&schema, Extras::DropColumns).await.unwrap().is_empty());
    let mut resources: Vec<_> = schema.resources().map(|(_, one)| one.clone()).collect();
    resources[0].fields[1].default = Some(FieldDefault::Literal(Value::Integer(7)));
    let plan = store.changes_to(&Schema::new(resources), Extras::DropColumns).await.unwrap();
    let statements: Vec<&str> = plan.statements().collect();
    assert!(matches!(statements[..], [one] if one.contains("SET DEFAULT 7")), "{statements:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_who_start_at_once_make_the_tables_once() {
    let database = Database::new().await;
    let stores: Vec<MysqlStore> = join_all((0..8).map(|_| database.store(Options::default()))).await;
    let schema = Shop::schema();
    let outcomes = join_all(stores.iter().map(|store| store.bring_to(&schema))).await;
    let made = outcomes.into_iter().map(Result::unwrap).filter(|statements| !statements.is_empty());
    assert_eq!(made.count(), 1);
}

#[tokio::test]
async fn what_is_more_than_an_addition_is_refused() {
    let database = Database::of(&Shop::schema()).await;
    let store = database.store(Options::default()).await;
    let mut resources: Vec<_> = Shop::schema().resources().map(|(_, one)| one.clone()).collect();
    resources[0].fields[1].optional = true;
    resources[0].uniques.clear();
    let other = Schema::new(resources);
    let refused = line(store.bring_to(&other).await.unwrap_err());
    assert!(refused.contains("authors_table"), "{refused}");
    assert!(!store.changes_to(&other, Extras::Keep).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_who_start_at_once_apply_each_file_once() {
    let database = Database::new().await;
    let files = [
        file(1, "CREATE TABLE a (id INT PRIMARY KEY);\nCREATE TABLE b (id INT PRIMARY KEY);"),
        file(2, "INSERT INTO a VALUES (1);\nINSERT INTO a VALUES (2);"),
    ];
    let stores: Vec<MysqlStore> = join_all((0..10).map(|_| database.store(Options::default()))).await;
    let outcomes = join_all(stores.iter().map(|store| store.migrate(&files, Migrating::Running))).await;
    let numbers: Vec<u32> = outcomes.into_iter().flat_map(Result::unwrap).map(|one| one.number).collect();
    assert_eq!(numbers, [1, 2]);
    assert_eq!(database.number("SELECT count(*) FROM a").await, 2);
    let store = &stores[0];
    let applied = store.migrations().await.unwrap();
    let told: Vec<_> = applied.iter().map(|one| (one.number, one.done, one.begun, one.finished)).collect();
    assert_eq!(told, [(1, 2, 2, true), (2, 2, 2, true)]);
    assert_eq!(applied[0].checksum, files[0].checksum());
    assert!(applied[0].applied_at.ends_with('Z') && applied[0].applied_at.len() == 20);
    assert!(!store.introspect().await.unwrap().resources().any(|(_, one)| one.table.starts_with('_')));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_while_another_is_at_work_waits() {
    let database = Database::new().await;
    let files = [file(1, "CREATE TABLE a (id INT PRIMARY KEY);\nINSERT INTO a SELECT SLEEP(1);")];
    let (first, second) =
        (database.store(Options::default()).await, database.store(Options::default()).await);
    let running = {
        let files = files.clone();
        tokio::spawn(async move { first.migrate(&files, Migrating::Running).await })
    };
    let begun =
        "SELECT count(*) FROM information_schema.processlist WHERE db = database() AND state = 'User sleep'";
    let waiting = async { while database.number(begun).await == 0 {} };
    tokio::time::timeout(Duration::from_secs(5), waiting).await.expect("the file is run");
    assert_eq!(second.migrate(&files, Migrating::Running).await, Ok(Vec::new()));
    assert_eq!(running.await.unwrap().unwrap().len(), 1);
}

#[tokio::test]
async fn a_file_that_fails_goes_on_where_it_stopped() {
    let database = Database::new().await;
    let store = database.store(Options::default()).await;
    let bad = file(
        1,
        "CREATE TABLE a (id INT PRIMARY KEY);\nINSERT INTO a VALUES (1), (1);\nINSERT INTO a VALUES (3)",
    );
    let told = line(store.migrate(std::slice::from_ref(&bad), Migrating::Running).await.unwrap_err());
    assert!(told.starts_with("0001_change.sql, statement 2: Duplicate entry"), "{told}");
    let half = &store.migrations().await.unwrap()[0];
    assert_eq!((half.done, half.begun, half.finished), (1, 1, false));
    let good = file(1, &bad.text.replace("(1), (1)", "(1), (2)"));
    store.migrate(&[good], Migrating::Running).await.unwrap();
    assert_eq!(database.number("SELECT count(*) FROM a").await, 3);
    // A program that died in a statement left it begun.
    database.run("UPDATE _roundtrip_migrations SET finished = 0, done = 1").await;
    let told = line(store.migrate(&[bad], Migrating::Running).await.unwrap_err());
    assert!(told.contains("was interrupted in its statement 3"), "{told}");
}

#[tokio::test]
async fn files_can_be_recorded_without_running_them() {
    let database = Database::new().await;
    let store = database.store(Options::default()).await;
    assert!(store.migrations().await.unwrap().is_empty());
    let files = [file(1, "CREATE TABLE a (id INT, word TEXT DEFAULT 'it''s \\\\')")];
    let recorded = store.migrate(&files, Migrating::Recording).await.unwrap();
    assert!(recorded[0].finished && recorded[0].done == 1);
    assert!(store.introspect().await.unwrap().is_empty());
    let more = file(2, &files[0].text);
    store.migrate(&[files[0].clone(), more], Migrating::Running).await.unwrap();
    // As every client of the server reads it.
    database.run("INSERT INTO a (id) VALUES (1)").await;
    assert_eq!(database.number("SELECT char_length(word) FROM a").await, 6);
}

#[tokio::test]
async fn rows_of_another_database_come_in_any_order() {
    let database = Database::new().await;
    let store: Arc<dyn Store> = Arc::new(database.store(Options::default()).await);
    let schema = Shop::schema();
    let shop = Shop::new(Arc::clone(&store), schema.clone());
    store.filling(&schema, Filling::Begins).await.unwrap();
    let book = json!({ "id": 7, "title": "A", "stock": 1, "author_id": 5 });
    let batch = stream::iter([Ok(shop.plan(&Call::with("POST", "books", book)))]);
    let loaded = store.load(Load { batches: Box::pin(batch), keep_good: false }).await;
    assert_eq!(loaded, Ok(1));
    // Its author is not there.
    let refused = line(store.filling(&schema, Filling::Ended).await.unwrap_err());
    assert!(refused.contains("rows that exist do not allow"), "{refused}");
    let author = Call::with("POST", "authors", json!({ "id": 5, "name": "B" }));
    shop.run(author).await.unwrap();
    store.filling(&schema, Filling::Ended).await.unwrap();
    store.filling(&schema, Filling::Verified).await.unwrap();
    assert!(store.changes_to(&schema, Extras::Keep).await.unwrap().is_empty());
    let next = shop.json(Call::with("POST", "authors?select=id", json!({ "name": "C" }))).await;
    assert_eq!(next, json!({ "id": 6 }));
}
