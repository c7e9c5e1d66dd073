//! The server goes away while there is work, and comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use roundtrip_journey::{Clock as _, SystemClock};
use roundtrip_query::plan::Returning;
use roundtrip_store::conformance::{Call, Shop};
use roundtrip_store::{Health, Store as _, StoreErrorKind};
use roundtrip_store_postgres::{Options, PostgresStore};
use serde_json::json;
use tokio::sync::watch;

use crate::fixture::{House, client};
use crate::proxy::{Proxy, Way};

const SQL: &str = "CREATE TABLE t (id bigint PRIMARY KEY, n int); INSERT INTO t VALUES (0, 0)";

/// No call takes longer, whatever happens.
const PATIENCE: Duration = Duration::from_secs(5);
/// After so long everything works again.
const RETURN: Duration = Duration::from_secs(2);

async fn shop_behind(house: &House, options: Options) -> (Proxy, Arc<PostgresStore>, Shop) {
    let (_store, direct) = house.shop(SQL, house.options()).await;
    drop(direct);
    let (proxy, url) = Proxy::new(&house.url).await;
    let store = house.store_at(&url, options).await;
    let schema = store.introspect().await.unwrap();
    let shop = Shop::new(Arc::clone(&store) as _, schema);
    (proxy, store, shop)
}

/// Callers who write and read without a pause, and remember what they were told.
struct Load {
    shop: Shop,
    next: AtomicI64,
    stop: AtomicBool,
    good: watch::Sender<usize>,
    bad: watch::Sender<usize>,
    longest_ms: AtomicUsize,
    written: std::sync::Mutex<Vec<i64>>,
}

impl Load {
    fn new(shop: Shop) -> Arc<Self> {
        Arc::new(Self {
            shop,
            next: AtomicI64::new(1),
            stop: AtomicBool::new(false),
            good: watch::Sender::new(0),
            bad: watch::Sender::new(0),
            longest_ms: AtomicUsize::new(0),
            written: std::sync::Mutex::default(),
        })
    }

    async fn caller(self: Arc<Self>, number: i64) {
        while !self.stop.load(Ordering::SeqCst) {
            let id = self.next.fetch_add(2, Ordering::SeqCst);
            let one = json!({ "id": id, "n": number });
            let (call, ids) = match number % 4 {
                0 => (Call::new("GET", "t?id=eq.0"), vec![]),
                1 => (Call::new("GET", "t?id=eq.0").counted(), vec![]),
                2 => (Call::with("POST", "t", one), vec![id]),
                _ => (Call::with("POST", "t", json!([one, { "id": id + 1, "n": number }])), vec![id, id + 1]),
            };
            let begun = SystemClock.instant();
            let outcome = self.shop.run(call.returning(Returning::Minimal)).await;
            let took = SystemClock.instant().duration_since(begun);
            self.longest_ms.fetch_max(usize::try_from(took.as_millis()).unwrap(), Ordering::SeqCst);
            match outcome {
                Ok(_) => {
                    self.written.lock().unwrap().extend(ids);
                    self.good.send_modify(|count| *count += 1);
                }
                Err(error) => {
                    let clean = matches!(
                        error.kind,
                        StoreErrorKind::Unavailable | StoreErrorKind::Busy | StoreErrorKind::Timeout { .. }
                    );
                    assert!(clean, "{error:?}");
                    self.bad.send_modify(|count| *count += 1);
                }
            }
            tokio::task::yield_now().await;
        }
    }

    /// Waits for so many more calls that go well, or do not.
    async fn more(count: &watch::Sender<usize>, more: usize) -> Instant {
        let before = *count.borrow();
        let mut seen = count.subscribe();
        let waited = tokio::time::timeout(PATIENCE * 2, seen.wait_for(|now| *now >= before + more)).await;
        assert!(waited.is_ok(), "calls go on");
        SystemClock.instant()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_under_load_gives_clean_errors_and_loses_nothing() {
    let house = House::new().await;
    let (proxy, _store, shop) = shop_behind(&house, house.options()).await;
    let load = Load::new(shop);
    let callers: Vec<_> = (0..16).map(|number| tokio::spawn(Arc::clone(&load).caller(number))).collect();
    for _ in 0..3 {
        Load::more(&load.good, 100).await;
        proxy.set(Way::Cut).await;
        Load::more(&load.bad, 100).await;
        let back = SystemClock.instant();
        proxy.set(Way::Open).await;
        let working = Load::more(&load.good, 100).await;
        assert!(working.duration_since(back) < RETURN);
    }
    // The server ends our connections itself.
    let other = client(&house.url).await;
    for _ in 0..3 {
        Load::more(&load.good, 50).await;
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name = 'roundtrip' AND position($1 IN query) > 0";
        other.execute(end, &[&house.name]).await.unwrap();
        Load::more(&load.good, 50).await;
    }
    load.stop.store(true, Ordering::SeqCst);
    for caller in callers {
        caller.await.unwrap();
    }
    assert!(load.longest_ms.load(Ordering::SeqCst) < 5_000);
    let written = load.written.lock().unwrap().clone();
    let here = house.client().await;
    let found = here.query_one("SELECT count(*) FROM t WHERE id = ANY($1)", &[&written]).await.unwrap();
    assert_eq!(found.get::<_, i64>(0), i64::try_from(written.len()).unwrap());
    // Of two rows that belong together none is there alone.
    let odd = "SELECT count(*) FROM t WHERE n % 4 = 3 GROUP BY (id - 1) / 2 HAVING count(*) <> 2";
    assert!(here.query(odd, &[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for() {
    let house = House::new().await;
    let time = Duration::from_millis(300);
    let options = Options { statement_timeout: time, connect_timeout: time, wait: time, ..house.options() };
    let (proxy, store, shop) = shop_behind(&house, options).await;
    proxy.set(Way::Silent).await;
    for call in [
        Call::new("GET", "t/0"),
        Call::new("GET", "t").counted(),
        Call::with("POST", "t", json!({ "id": 1 })),
        Call::with("POST", "t", json!([{ "id": 2 }, { "id": 3 }])),
    ] {
        let begun = SystemClock.instant();
        let error = shop.run(call).await.unwrap_err();
        let took = SystemClock.instant().duration_since(begun);
        let clean = matches!(error.kind, StoreErrorKind::Unavailable | StoreErrorKind::Timeout { .. });
        assert!(clean, "{error:?}");
        assert!(took < Duration::from_secs(2), "{took:?}");
    }
    assert!(matches!(store.health().await, Health::Down(_)));
    proxy.set(Way::Open).await;
    shop.check("t/0?select=n", json!({ "n": 0 })).await;
    assert_eq!(store.health().await, Health::Up);
}

/// The process id of the connection of ours that waits for a lock, which is another one than before.
async fn waiting(house: &House, before: i32) -> i32 {
    let other = client(&house.url).await;
    let sql = "SELECT pid FROM pg_locks JOIN pg_class ON pg_class.oid = relation
        JOIN pg_namespace n ON n.oid = relnamespace WHERE NOT granted AND nspname = $1 AND pid <> $2";
    loop {
        if let Some(row) = other.query_opt(sql, &[&house.name, &before]).await.unwrap() {
            return row.get(0);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_that_broke_is_tried_again_and_a_write_is_not() {
    let house = House::new().await;
    let (_store, shop) = house.shop(SQL, house.options()).await;
    let shop = Arc::new(shop);
    let (locker, killer) = (house.client().await, client(&house.url).await);
    for (call, is_tried_again) in [
        (Call::new("GET", "t/0?select=n"), true),
        (Call::new("GET", "t").counted(), true),
        (Call::with("POST", "t", json!({ "id": 7, "n": 7 })), false),
        // Inside a transaction nothing can have lasted before it ends.
        (Call::with("POST", "t", json!([{ "id": 8 }, { "id": 9 }])), true),
    ] {
        if !is_tried_again {
            // Prepared now, so that it is the write itself that waits.
            shop.run(Call::with("POST", "t", json!({ "id": 6, "n": 6 }))).await.unwrap();
        }
        locker.batch_execute("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE").await.unwrap();
        let caller = Arc::clone(&shop);
        let asked = format!("{call:?}");
        let mut running = tokio::spawn(async move { caller.run(call).await });
        let pid = waiting(&house, 0).await;
        killer.execute("SELECT pg_terminate_backend($1)", &[&pid]).await.unwrap();
        if is_tried_again {
            tokio::select! {
                _ = waiting(&house, pid) => {}
                outcome = &mut running => panic!("{asked} is not tried again: {outcome:?}"),
            }
        }
        let outcome = if is_tried_again {
            locker.batch_execute("ROLLBACK").await.unwrap();
            running.await.unwrap()
        } else {
            let outcome = running.await.unwrap();
            locker.batch_execute("ROLLBACK").await.unwrap();
            outcome
        };
        assert_eq!(outcome.is_ok(), is_tried_again, "{asked}: {outcome:?}");
        if let Err(error) = outcome {
            assert_eq!(error.kind, StoreErrorKind::Unavailable);
            assert!(error.detail.contains("not known"), "{error:?}");
        }
    }
    shop.check("t?select=id&order=id", json!([{ "id": 0 }, { "id": 6 }, { "id": 8 }, { "id": 9 }])).await;
}
