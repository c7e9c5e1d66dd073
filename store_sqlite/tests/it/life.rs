//! A store's life: noticing others, closing, opening again.

use std::time::Duration;

use roundtrip_query::plan::Returning;
use roundtrip_store::conformance::Call;
use roundtrip_store::{Health, Store as _, StoreErrorKind};
use roundtrip_store_sqlite::{Mode, Options};
use serde_json::json;

use crate::clock::TestClock;
use crate::fixture::{Fixture, number, poll};

const SQL: &str = "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT)";

fn insert() -> Call {
    Call::with("POST", "t", json!({ "n": 1 })).returning(Returning::Minimal)
}

#[tokio::test]
async fn what_others_write_is_noticed_and_our_own_is_not() {
    for mode in [Mode::Project, Mode::GuestWrite] {
        let options = Options { external_change_poll: Duration::from_millis(1), ..Options::default() };
        let fixture = Fixture::with(SQL, mode, options, TestClock::new(Duration::from_millis(1))).await;
        // The writer looks before it waits for work, so after two writes it has looked since before
        // the first of them.
        let wait = async || {
            for _ in 0..2 {
                fixture.shop.run(insert()).await.unwrap();
            }
            (fixture.store.external_changes(), fixture.store.structure_changes())
        };
        assert_eq!(wait().await, (0, 0), "{mode:?}");
        fixture.other().execute("INSERT INTO t (n) VALUES (7)", []).unwrap();
        assert_eq!(wait().await, (1, 0), "{mode:?}");
        fixture.other().execute("ALTER TABLE t ADD COLUMN more", []).unwrap();
        assert_eq!(wait().await, (2, 1), "{mode:?}");
        fixture.store.bring_to(&fixture.store.introspect().await.unwrap()).await.unwrap();
        assert_eq!(wait().await, (2, 1), "{mode:?}");
    }
}

#[tokio::test]
async fn a_closing_store_answers_what_it_accepted() {
    let clock = TestClock::new(Duration::from_nanos(1));
    let fixture = Fixture::with(SQL, Mode::Project, Options::default(), clock.clone()).await;
    let stopped = clock.stop("sqlite-write", 1);
    let mut accepted: Vec<_> = (0..20).map(|_| fixture.store.execute(fixture.shop.plan(&insert()))).collect();
    assert!(accepted.iter_mut().all(|future| poll(future).is_pending()));
    stopped.wait();
    let mut close = fixture.store.close();
    assert!(poll(&mut close).is_pending());
    let late = fixture.shop.run(insert()).await;
    assert_eq!(late.map_err(|error| error.kind).err(), Some(StoreErrorKind::Unavailable));
    let late = fixture.shop.run(Call::new("GET", "t/1")).await;
    assert_eq!(late.map_err(|error| error.kind).err(), Some(StoreErrorKind::Unavailable));
    stopped.release();
    close.await;
    for future in accepted {
        assert!(future.await.is_ok());
    }
    assert!(matches!(fixture.store.health().await, Health::Down(_)));
    // Everything is in the one file.
    assert_eq!(std::fs::read_dir(fixture.file.parent().unwrap()).unwrap().count(), 1);
    assert_eq!(number(&fixture.file, "SELECT count(*) FROM t"), 20);
    fixture.store.close().await;
    let again = fixture.store.reopen().unwrap();
    assert_eq!(again.health().await, Health::Up);
    again.close().await;
}

#[tokio::test]
async fn a_file_that_is_gone_is_told() {
    let fixture = Fixture::new(SQL).await;
    assert_eq!(fixture.store.health().await, Health::Up);
    std::fs::remove_file(&fixture.file).unwrap();
    assert!(matches!(fixture.store.health().await, Health::Down(_)));
}

#[tokio::test]
async fn times_are_told() {
    let fixture =
        Fixture::with(SQL, Mode::Project, Options::default(), TestClock::new(Duration::from_micros(1))).await;
    for call in [insert(), Call::new("GET", "t"), Call::new("GET", "t/1")] {
        let rows = fixture.shop.run(call.clone()).await.unwrap();
        assert!(rows.timing.run_ns > 0 && rows.timing.wait_ns > 0, "{call:?}: {:?}", rows.timing);
        assert!(rows.sql.is_some_and(|sql| sql.contains("\"t\"")), "{call:?}");
    }
}
