//! Backups while others write, and putting them back.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use roundtrip_testkit::database::Kind;
use roundtrip_testkit::{Folder, Program, TestDatabase};
use rusqlite::Connection;

use crate::{done, fails, program, run};

const ROWS: &str = "[fields]\ntext = \"text\"\n[access]\nread = \"anyone\"\nwrite = \"anyone\"\n";

/// What the program says it wrote.
fn written(said: &str) -> PathBuf {
    PathBuf::from(said.strip_prefix("wrote ").unwrap().split(" (").next().unwrap())
}

fn number(path: &Path, sql: &str) -> i64 {
    Connection::open(path).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn a_backup_is_of_one_moment_while_writes_go_on() {
    let folder = Folder::empty();
    let path = folder.join("bank.db");
    let writer = Connection::open(&path).unwrap();
    writer
        .execute_batch(
            "PRAGMA journal_mode = wal; CREATE TABLE a (v INTEGER, t TEXT); CREATE TABLE b (v INTEGER);
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
             INSERT INTO a SELECT 0, hex(randomblob(200)) FROM n;",
        )
        .unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let writing = std::thread::spawn(move || {
        let mut transactions = 0_i64;
        while !stopped.load(Ordering::Relaxed) {
            let both = format!(
                "BEGIN; INSERT INTO a VALUES ({transactions}, ''); INSERT INTO b VALUES ({transactions}); COMMIT"
            );
            writer.execute_batch(&both).unwrap();
            transactions += 1;
        }
        transactions
    });
    let mut seen = Vec::new();
    for round in 0..4 {
        let to = format!("copies/{round}.db");
        let said = done(&folder, &["backup", "bank.db", "--to", &to]);
        assert_eq!(written(&said), PathBuf::from(&to), "{said}");
        let copy = folder.join(&to);
        let (a, b) =
            (number(&copy, "SELECT sum(v) FROM a"), number(&copy, "SELECT coalesce(sum(v), 0) FROM b"));
        assert_eq!(a, b, "both tables are as they were at one moment");
        assert_eq!(
            number(&copy, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"),
            0
        );
        seen.push(number(&copy, "SELECT count(*) FROM b"));
    }
    stop.store(true, Ordering::Relaxed);
    let transactions = writing.join().unwrap();
    assert!(seen.is_sorted() && seen[0] < seen[3], "writes went on: {seen:?} of {transactions}");
    let names: Vec<_> =
        std::fs::read_dir(folder.join("copies")).unwrap().flatten().map(|one| one.file_name()).collect();
    assert_eq!(names.len(), 4, "nothing half done is left: {names:?}");
}

#[test]
fn what_is_restored_is_what_was_saved_and_what_it_replaces_is_kept() {
    let folder = Folder::with(&[("resources/rows.toml", ROWS)]);
    folder.write("one.ndjson", "{\"text\": \"first\"}\n");
    folder.write("two.ndjson", "{\"text\": \"second\"}\n");
    done(&folder, &["import", "rows", "one.ndjson"]);
    let backup = written(&done(&folder, &["backup"]));
    assert!(backup.starts_with("backups"), "{}", backup.display());
    done(&folder, &["import", "rows", "two.ndjson"]);
    assert_eq!(done(&folder, &["export", "rows"]).lines().count(), 2);
    let said = done(&folder, &["restore", backup.to_str().unwrap()]);
    assert_eq!(done(&folder, &["export", "rows"]), "{\"id\":1,\"text\":\"first\"}\n");
    let kept = said.split("is kept as ").nth(1).unwrap().trim();
    assert!(kept.contains(".replaced-"), "{said}");
    assert_eq!(number(&folder.join(kept), "SELECT count(*) FROM rows"), 2);
}

#[test]
fn a_database_that_is_served_is_not_replaced() {
    let folder = Folder::with(&[("resources/rows.toml", ROWS)]);
    let served = Program::serve(program(), folder.path(), &["serve"]);
    let backup = written(&done(&folder, &["backup"]));
    let said = fails(&folder, &["restore", backup.to_str().unwrap()], 1);
    assert!(said.contains("is open in another program") && said.contains("Stop it"), "{said}");
    if cfg!(target_os = "linux") {
        assert!(said.contains(&format!("(pid {})", served.pid())), "{said}");
    }
    drop(served);
    done(&folder, &["restore", backup.to_str().unwrap()]);
}

#[test]
fn a_lock_tells_what_the_system_does_not() {
    let folder = Folder::empty();
    for mode in ["wal", "delete"] {
        let (path, backup) = (folder.join(&format!("{mode}.db")), format!("{mode}.copy.db"));
        let other = Connection::open(&path).unwrap();
        other
            .execute_batch(&format!("PRAGMA journal_mode = {mode}; CREATE TABLE t (a); BEGIN IMMEDIATE"))
            .unwrap();
        done(&folder, &["backup", &format!("{mode}.db"), "--to", &backup]);
        let said = fails(&folder, &["restore", &backup, &format!("{mode}.db")], 1);
        assert!(said.contains("is open in another program"), "{mode}: {said}");
        other.execute_batch("COMMIT").unwrap();
        assert_eq!(other.query_row("PRAGMA journal_mode", [], |row| row.get::<_, String>(0)).unwrap(), mode);
    }
}

#[test]
fn a_damaged_backup_is_refused_and_a_damaged_database_replaced() {
    let folder = Folder::empty();
    let path = folder.join("a.db");
    let text = "CREATE TABLE t (a TEXT); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
        INSERT INTO t SELECT hex(randomblob(100)) FROM n; CREATE INDEX i ON t (a)";
    Connection::open(&path).unwrap().execute_batch(text).unwrap();
    done(&folder, &["backup", "a.db", "--to", "good.db"]);
    let mut bytes = std::fs::read(folder.join("good.db")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 3_000].fill(0x5a);
    std::fs::write(folder.join("bad.db"), &bytes).unwrap();
    let said = fails(&folder, &["restore", "bad.db", "a.db"], 1);
    assert!(said.contains("bad.db") && said.contains("damaged"), "{said}");
    assert_eq!(number(&path, "SELECT count(*) FROM t"), 500, "and the database is as it was");
    let said = fails(&folder, &["backup", "bad.db", "--to", "worse.db"], 1);
    assert!(said.contains("damaged") && !folder.join("worse.db").exists(), "{said}");
    folder.write("a.db", "SQLite format 3\0 and then nothing of the kind");
    let said = done(&folder, &["restore", "good.db", "a.db"]);
    assert!(said.contains("which is damaged, is kept as a.replaced-"), "{said}");
    assert_eq!(number(&path, "SELECT count(*) FROM t"), 500);
    std::fs::remove_file(&path).unwrap();
    done(&folder, &["restore", "good.db", "a.db"]);
    assert_eq!(number(&path, "SELECT count(*) FROM t"), 500, "also where no database is left");
}

#[test]
fn nothing_is_written_over() {
    let folder = Folder::empty();
    Connection::open(folder.join("a.db")).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    folder.write("taken.db", "mine");
    let said = fails(&folder, &["backup", "a.db", "--to", "taken.db"], 1);
    assert!(said.contains("taken.db is there already") && folder.read("taken.db") == "mine", "{said}");
    assert!(fails(&folder, &["backup", "none.db"], 1).contains("there is no file none.db"));
    assert!(fails(&folder, &["restore", "taken.db", "a.db"], 1).contains("is not a SQLite database"));
}

#[test]
fn a_server_makes_them_by_itself() {
    let folder = Folder::with(&[("resources/rows.toml", ROWS), ("one.ndjson", "{\"text\": \"x\"}\n")]);
    done(&folder, &["import", "rows", "one.ndjson"]);
    let arguments = ["serve", "--set", "backup.every_hours=1", "--set", "backup.folder=kept"];
    let mut served = Program::serve(program(), folder.path(), &arguments);
    served.said("made a backup and checked it");
    let backup = std::fs::read_dir(folder.join("kept")).unwrap().flatten().next().unwrap().path();
    assert!(backup.to_str().unwrap().ends_with("Z.auto.db"), "{}", backup.display());
    assert_eq!(number(&backup, "SELECT count(*) FROM rows"), 1);
}

#[test]
fn a_server_says_when_it_cannot_and_goes_on() {
    let folder = Folder::with(&[
        ("resources/rows.toml", ROWS),
        ("one.ndjson", "{\"text\": \"x\"}\n"),
        ("kept", "a file"),
    ]);
    done(&folder, &["import", "rows", "one.ndjson"]);
    let arguments = ["serve", "--set", "backup.every_hours=1", "--set", "backup.folder=kept"];
    let mut served = Program::serve(program(), folder.path(), &arguments);
    served.said("the backup that is due could not be made");
    assert_eq!(run(&folder, &["export", "rows"]).code, Some(0));
}

/// The tools of a server do it, and a password is not on their command line.
#[tokio::test(flavor = "multi_thread")]
async fn the_tools_of_servers_are_called() {
    for (kind, ending) in [(Kind::Postgres, "dump"), (Kind::Mysql, "sql")] {
        let (from, to) = (TestDatabase::empty(kind).await, TestDatabase::empty(kind).await);
        from.execute("CREATE TABLE rows_ (id integer PRIMARY KEY, text varchar(20))").await;
        from.execute("INSERT INTO rows_ VALUES (1, 'ü'), (2, NULL)").await;
        let folder = Folder::empty();
        let file = format!("copy.{ending}");
        let with_path = |arguments: &[&str]| with_path(&folder, "/usr/local/bin:/usr/bin:/bin", arguments);
        let backup = with_path(&["backup", &from.url, "--to", &file]);
        assert!(backup.1.starts_with(&format!("wrote {file} (")), "{backup:?}");
        let restored = with_path(&["restore", &file, &to.url]);
        assert_eq!(restored.0, Some(0), "{restored:?}");
        let again = with_path(&["restore", &file, &to.url]);
        assert!(again.0 == Some(1) && again.1.contains("has tables already"), "{again:?}");
        let rows = |url: &str| with_path(&["export", "rows_", "--dir", url]).1;
        assert_eq!(rows(&to.url), rows(&from.url));
        assert_eq!(rows(&to.url).lines().count(), 2, "{}", rows(&to.url));
        folder.write("other", "something else");
        let other = with_path(&["restore", "other", &to.url]);
        assert!(other.0 == Some(1) && other.1.contains("is no backup of"), "{other:?}");
        // Without the tools it is said where they come from.
        let none = crate::backup::with_path(&folder, "/nowhere", &["backup", &from.url, "--to", "none"]);
        assert!(none.0 == Some(1) && none.1.contains("is not installed\n  Debian"), "{none:?}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing half done is left");
    }
}

/// Runs the program with a PATH; gives its code and what it said.
fn with_path(folder: &Folder, path: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = std::process::Command::new(program());
    command.args(arguments).current_dir(folder.path()).env_clear().env("PATH", path);
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}
