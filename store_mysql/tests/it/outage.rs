//! The database goes away and comes back.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use roundtrip_journey::{Clock as _, SystemClock};
use roundtrip_query::plan::Returning;
use roundtrip_store::conformance::{Call, Shop};
use roundtrip_store::{Health, Store, StoreError, StoreErrorKind};
use roundtrip_store_mysql::{Mode, MysqlStore, Options};
use serde_json::json;

use crate::database::Database;
use crate::proxy::{Line, Proxy};

/// A shop whose store reaches its database by way of a proxy.
async fn shop(options: Options) -> (Shop, Arc<MysqlStore>, Proxy, Database) {
    let schema = Shop::schema();
    let database = Database::of(&schema).await;
    let proxy = Proxy::of(&database).await;
    let (url, clock) = (proxy.url(&database), Arc::new(SystemClock));
    let store = Arc::new(MysqlStore::open(&url, Mode::ReadWrite, options, clock).await.unwrap());
    let shop = Shop::new(Arc::clone(&store) as Arc<dyn Store>, schema);
    shop.stock().await;
    (shop, store, proxy, database)
}

fn read() -> Call {
    Call::new("GET", "books/1?select=id")
}

fn write(title: &str) -> Call {
    let book = json!({ "title": title, "stock": 1, "author_id": 1 });
    Call::with("POST", "books", book).returning(Returning::Minimal)
}

/// Asks until there is an answer again.
async fn back(shop: &Shop) {
    let again = async {
        while shop.run(read()).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(2), again).await.expect("full service within two seconds");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_under_load_gives_clean_errors_and_loses_nothing() {
    let (shop, _store, proxy, database) = shop(Options::default()).await;
    let shop = Arc::new(shop);
    let (finish, ended) = tokio::sync::watch::channel(false);
    let mut callers = Vec::new();
    for caller in 0..24 {
        let (shop, ended) = (Arc::clone(&shop), ended.clone());
        callers.push(tokio::spawn(async move {
            let (mut kept, mut failed) = (Vec::new(), Vec::new());
            for number in 0.. {
                if *ended.borrow() {
                    break;
                }
                let title = format!("t{caller}-{number}");
                let begun = SystemClock.instant();
                let outcome = match number % 3 {
                    0 => shop.run(read()).await.map(drop),
                    1 => shop.run(write(&title)).await.map(|_| kept.push(title)),
                    // One that is answered takes a transaction.
                    _ => shop.run(write(&title).returning(Returning::Row)).await.map(|_| kept.push(title)),
                };
                assert!(SystemClock.instant() - begun < Duration::from_secs(5));
                failed.extend(outcome.err());
                tokio::task::yield_now().await;
            }
            (kept, failed)
        }));
    }
    for _ in 0..3 {
        back(&shop).await;
        proxy.set(Line::Cut).await;
        let refused = shop.run(read()).await.unwrap_err();
        assert_eq!(refused.kind, StoreErrorKind::Unavailable, "{refused:?}");
        proxy.set(Line::Open).await;
    }
    back(&shop).await;
    finish.send(true).unwrap();
    let outcomes = join_all(callers).await.into_iter().map(Result::unwrap);
    let (kept, failed): (Vec<Vec<String>>, Vec<Vec<StoreError>>) = outcomes.unzip();
    for error in failed.concat() {
        let kind = &error.kind;
        assert!(matches!(kind, StoreErrorKind::Unavailable | StoreErrorKind::Busy), "{error:?}");
    }
    let kept = kept.concat();
    assert!(!kept.is_empty());
    let titles = kept.iter().map(|title| format!("'{title}'")).collect::<Vec<_>>().join(",");
    let there = format!("SELECT count(*) FROM books_table WHERE title_column IN ({titles})");
    assert_eq!(database.number(&there).await, i64::try_from(kept.len()).unwrap());
    // None twice, whatever was tried again.
    let twice = "SELECT count(*) - count(DISTINCT title_column) FROM books_table";
    assert_eq!(database.number(twice).await, 0);
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for() {
    let limit = Duration::from_millis(300);
    let options = Options { statement_timeout: limit, connect_timeout: limit, ..Options::default() };
    let (shop, store, proxy, _database) = shop(options).await;
    proxy.set(Line::Silent).await;
    let begun = SystemClock.instant();
    let error = shop.run(read()).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Timeout { limit_ms: 300 }, "{error:?}");
    let error = shop.run(write("A")).await.unwrap_err();
    assert!(matches!(error.kind, StoreErrorKind::Unavailable | StoreErrorKind::Timeout { .. }), "{error:?}");
    assert!(matches!(store.health().await, Health::Down(_)));
    assert!(SystemClock.instant() - begun < Duration::from_secs(5));
    proxy.set(Line::Open).await;
    back(&shop).await;
    assert_eq!(store.health().await, Health::Up);
}

#[tokio::test]
async fn connections_that_the_server_closed_are_replaced() {
    let (shop, _store, proxy, _database) = shop(Options::default()).await;
    let change = Call::with("PATCH", "books/1", json!({ "stock": 2 })).returning(Returning::Row);
    for call in [read(), change] {
        proxy.set(Line::Cut).await;
        proxy.set(Line::Open).await;
        // Nobody is told: reading again does no harm, and a transaction has not begun.
        shop.run(call).await.unwrap();
    }
}

#[tokio::test]
async fn a_database_that_cannot_be_reached_is_unavailable() {
    let database = Database::new().await;
    let proxy = Proxy::of(&database).await;
    proxy.set(Line::Cut).await;
    let open = |url: String| async move {
        let opened = MysqlStore::open(&url, Mode::ReadWrite, Options::default(), Arc::new(SystemClock)).await;
        opened.err().expect("nobody lets us in")
    };
    let gone = open(proxy.url(&database)).await;
    let stranger = open(database.url().replace("root@", "stranger:sesame@")).await;
    let nowhere = open(format!("{}_not", database.url())).await;
    for (error, words) in
        [(gone, "cannot be reached"), (stranger, "user or the password"), (nowhere, "no such database")]
    {
        assert_eq!(error.kind, StoreErrorKind::Unavailable);
        assert!(error.detail.contains(words), "{error:?}");
        assert!(!format!("{error:?}").contains("sesame"));
    }
}
