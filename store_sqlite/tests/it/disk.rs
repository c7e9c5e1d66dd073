//! A disk that takes no more: nothing is half-written, and nobody is told that it was saved.
//!
//! The test runs itself again in a process whose files may not grow beyond a limit. There the write
//! that crosses it fails in the middle of a COMMIT, as on a full disk.

use std::process::Command;
use std::time::Duration;

use roundtrip_query::plan::Returning;
use roundtrip_store::StoreErrorKind;
use roundtrip_store::conformance::Call;
use roundtrip_store_sqlite::{Mode, Options};
use serde_json::json;

use crate::clock::TestClock;
use crate::fixture::Fixture;

/// Only the limited process finds this file in its folder.
const MARK: &str = "files-are-limited";

#[test]
fn a_disk_that_takes_no_more_saves_nothing_by_halves() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(MARK), "").unwrap();
    let program = std::env::current_exe().unwrap();
    // Without the trap the signal would end the process; with it the write fails.
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 600; exec \"$0\" --exact disk::in_a_limited_process"])
        .arg(program)
        .current_dir(folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[tokio::test]
async fn in_a_limited_process() {
    if !std::path::Path::new(MARK).exists() {
        return;
    }
    let clock = TestClock::new(Duration::from_nanos(1));
    let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)";
    let fixture = Fixture::with(sql, Mode::Project, Options::default(), clock).await;
    let write =
        || Call::with("POST", "t", json!({ "text": "x".repeat(4_000) })).returning(Returning::Minimal);
    let mut saved = 0;
    let mut failed = 0;
    for _ in 0..60 {
        for outcome in fixture.together((0..5).map(|_| write()).collect()).await {
            match outcome {
                Ok(_) => saved += 1,
                Err(error) => {
                    assert!(
                        matches!(error.kind, StoreErrorKind::Internal | StoreErrorKind::Full),
                        "{error:?}"
                    );
                    failed += 1;
                }
            }
        }
        let rows = fixture.shop.run(Call::new("GET", "t?limit=1").counted()).await.unwrap();
        assert_eq!(rows.total, Some(saved), "what was answered with success is what is there");
    }
    assert!(saved > 0 && failed > 0, "{saved} saved, {failed} failed");
    let sound: String = fixture.other().query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
    assert_eq!(u64::try_from(fixture.number("SELECT count(*) FROM t")), Ok(saved));
}
