//! Where a server is, and what happens when it does not let us in.

use std::sync::Arc;

use roundtrip_journey::SystemClock;
use roundtrip_store::conformance::{Call, Shop};
use roundtrip_store::{Health, Store as _, StoreError, StoreErrorKind};
use roundtrip_store_postgres::{Address, Mode, Options, PostgresStore};
use serde_json::json;

use crate::fixture::{House, client, server};

async fn open(url: &str) -> Result<PostgresStore, StoreError> {
    PostgresStore::open(Address::parse(url).unwrap(), Options::default(), Arc::new(SystemClock)).await
}

fn changed(url: &str, change: impl FnOnce(&mut url::Url)) -> String {
    let mut url = url::Url::parse(url).unwrap();
    change(&mut url);
    url.into()
}

#[tokio::test]
async fn a_store_opens_when_the_server_answers() {
    let url = server().await;
    let store = open(&url).await.unwrap();
    assert_eq!(store.health().await, Health::Up);
    for (wrong, expected) in [
        (changed(&url, |url| url.set_path("/no_such_database")), "there is no such database"),
        (changed(&url, |url| url.set_port(Some(1)).unwrap()), "the database cannot be reached"),
        (
            changed(&url, |url| url.set_host(Some("no-such-host.invalid")).unwrap()),
            "the database cannot be reached",
        ),
    ] {
        let error = open(&wrong).await.err().unwrap();
        assert_eq!((error.kind, error.detail.as_str()), (StoreErrorKind::Unavailable, expected), "{wrong}");
        assert!(!error.private.is_empty());
    }
}

/// The tests' server need not offer encryption; then asking for it is refused, and not forgotten.
#[tokio::test]
async fn encryption_that_is_asked_for_is_not_forgotten() {
    let url = server().await;
    let rows = client(&url).await.query_one("SELECT current_setting('ssl') = 'on'", &[]).await.unwrap();
    let offered: bool = rows.get(0);
    for (mode, works) in [("disable", true), ("prefer", true), ("require", offered), ("verify-full", false)] {
        let asked = changed(&url, |url| {
            url.query_pairs_mut().append_pair("sslmode", mode);
        });
        assert_eq!(open(&asked).await.is_ok(), works, "{mode}");
    }
    let file = "postgres://127.0.0.1/x?sslmode=verify-full&sslrootcert=/no/such/file.pem";
    assert_eq!(open(file).await.err().unwrap().detail, "the root certificates cannot be read");
}

#[tokio::test]
async fn sessions_are_set_up() {
    let house = House::new().await;
    let sql = "CREATE VIEW settings AS SELECT name AS id, setting FROM pg_settings";
    let (_store, shop) = house.shop(sql, house.options()).await;
    for (name, expected) in [
        ("application_name", "roundtrip"),
        ("TimeZone", "UTC"),
        ("default_transaction_isolation", "read committed"),
        ("default_transaction_read_only", "off"),
        ("statement_timeout", "5000"),
        ("idle_in_transaction_session_timeout", "10500"),
        ("standard_conforming_strings", "on"),
    ] {
        shop.check(&format!("settings?select=setting&id=eq.{name}"), json!([{ "setting": expected }])).await;
    }
}

#[tokio::test]
async fn a_store_that_only_reads_writes_nothing() {
    let house = House::new().await;
    let (_store, shop) = house.shop("CREATE TABLE t (id int PRIMARY KEY)", house.options()).await;
    shop.run(Call::with("POST", "t", json!({ "id": 1 }))).await.unwrap();
    let store = house.store(Options { mode: Mode::Read, ..house.options() }).await;
    let schema = store.introspect().await.unwrap();
    assert!(!store.capabilities().writable);
    let reader = Shop::new(store, schema);
    reader.check("t", json!([{ "id": 1 }])).await;
    let error = reader.store.execute(shop.plan(&Call::new("DELETE", "t/1"))).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::ReadOnly);
}

#[tokio::test]
async fn what_was_accepted_is_finished_before_closing() {
    let house = House::new().await;
    let (store, shop) = house.shop("CREATE TABLE t (id int PRIMARY KEY)", house.options()).await;
    let writes = (0..50).map(|id| shop.run(Call::with("POST", "t", json!({ "id": id }))));
    let mut writes = Box::pin(futures_util::future::join_all(writes));
    assert!(futures_util::FutureExt::now_or_never(&mut writes).is_none());
    let (written, ()) = futures_util::future::join(writes, store.close()).await;
    assert!(written.iter().all(Result::is_ok), "{written:?}");
    let error = shop.run(Call::new("GET", "t")).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Unavailable);
    assert!(matches!(store.health().await, Health::Down(_)));
    let again = store.reopen().await.unwrap();
    assert_eq!(again.health().await, Health::Up);
}
