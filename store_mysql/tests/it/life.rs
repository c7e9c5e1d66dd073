//! How a store begins, what a call costs it, and how it ends.

use std::sync::Arc;
use std::time::Duration;

use mysql_async::prelude::Queryable as _;
use roundtrip_journey::{SystemClock, World};
use roundtrip_query::plan::Returning;
use roundtrip_store::conformance::{Call, Shop};
use roundtrip_store::{Health, Store, StoreErrorKind};
use roundtrip_store_mysql::{Mode, MysqlStore, Options};
use serde_json::json;

use crate::database::Database;
use crate::proxy::{Line, Proxy};

#[tokio::test]
async fn a_read_is_one_round_trip() {
    let schema = Shop::schema();
    let database = Database::of(&schema).await;
    let proxy = Proxy::of(&database).await;
    let (url, clock) = (proxy.url(&database), Arc::new(SystemClock));
    let store = MysqlStore::open(&url, Mode::ReadWrite, Options::default(), clock).await.unwrap();
    let shop = Shop::new(Arc::new(store), schema);
    shop.stock().await;
    for (call, round_trips) in [
        (Call::new("GET", "books/1"), 1),
        (Call::new("GET", "authors?select=name,books(title)"), 1),
        // Where the new row is, the server says by itself.
        (
            Call::with("POST", "books", json!({ "title": "A", "author_id": 1 }))
                .returning(Returning::HeadersOnly),
            1,
        ),
        (Call::with("POST", "books?select=title", json!({ "title": "A", "author_id": 1 })), 1),
        // To begin, to write, to read back with what is inside, to end.
        (Call::with("POST", "books?select=title,author(name)", json!({ "title": "A", "author_id": 1 })), 4),
        // To begin, to read, to count, to end.
        (Call::new("GET", "books?limit=2").counted(), 4),
        (Call::with("PATCH", "books?id=eq.1", json!({ "stock": 3 })).returning(Returning::Minimal), 1),
    ] {
        shop.run(call.clone()).await.unwrap();
        let before = proxy.requests();
        for _ in 0..5 {
            shop.run(call.clone()).await.unwrap();
        }
        assert_eq!(proxy.requests() - before, 5 * round_trips, "{call:?}");
    }
}

#[tokio::test]
async fn a_connection_that_lay_idle_is_asked_before_it_writes() {
    let schema = Shop::schema();
    let database = Database::of(&schema).await;
    let proxy = Proxy::of(&database).await;
    let (world, clock) = World::fixed(7);
    let url = proxy.url(&database);
    let store = MysqlStore::open(&url, Mode::ReadWrite, Options::default(), world.clock).await.unwrap();
    let shop = Shop::new(Arc::new(store), schema);
    shop.stock().await;
    let write = || {
        let change = json!({ "born": "1929-10-21" });
        shop.run(Call::with("PATCH", "authors?id=eq.1", change).returning(Returning::Minimal))
    };
    write().await.unwrap();
    let before = proxy.requests();
    write().await.unwrap();
    assert_eq!(proxy.requests() - before, 1, "it was used just now");
    clock.advance(Duration::from_secs(2));
    write().await.unwrap();
    assert_eq!(proxy.requests() - before, 3, "it was asked");
    proxy.set(Line::Cut).await;
    proxy.set(Line::Open).await;
    clock.advance(Duration::from_secs(2));
    write().await.unwrap();
}

#[tokio::test]
async fn a_store_says_what_it_is_and_how_it_is() {
    let database = Database::new().await;
    let store = database.store(Options::default()).await;
    assert_eq!(store.capabilities().database, "MariaDB");
    assert!(store.capabilities().writable);
    // Without these, three cases of the suite are the planner's to refuse.
    assert!(!store.capabilities().grouped_embeds && !store.capabilities().text_search);
    assert_eq!(store.health().await, Health::Up);
    assert_eq!(store.external_changes(), 0);
    assert!(store.introspect().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_closed_store_does_nothing_and_can_be_opened_again() {
    let schema = Shop::schema();
    let database = Database::of(&schema).await;
    let store = Arc::new(database.store(Options::default()).await);
    let shop = Shop::new(Arc::clone(&store) as Arc<dyn Store>, schema);
    shop.stock().await;
    store.close().await;
    store.close().await;
    let error = shop.run(Call::new("GET", "books/1")).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Unavailable);
    assert!(matches!(store.health().await, Health::Down(_)));
    let mine =
        "SELECT count(*) FROM information_schema.processlist WHERE db = database() AND id <> connection_id()";
    // The server sees the goodbyes in its own time.
    let gone = async { while database.number(mine).await > 0 {} };
    tokio::time::timeout(Duration::from_secs(3), gone).await.expect("every connection is closed");
    let again = store.reopen().await.unwrap();
    assert_eq!(again.health().await, Health::Up);
}

#[tokio::test]
async fn a_server_is_reached_by_its_socket() {
    let database = Database::new().await;
    let mut other = database.other().await;
    let path: String = other.query_first("SELECT @@socket").await.unwrap().unwrap();
    other.disconnect().await.unwrap();
    let url = format!("{}?socket={}", database.url(), path.replace('/', "%2F"));
    let clock = Arc::new(SystemClock);
    let store = MysqlStore::open(&url, Mode::ReadWrite, Options::default(), clock).await.unwrap();
    assert_eq!(store.health().await, Health::Up);
}
