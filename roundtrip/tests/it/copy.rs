//! A whole database into another, and everything that keeps a copy from being one.

use roundtrip::database::Database;
use roundtrip::transfer::copy::{Copied, CopyError, Event, copy};
use roundtrip::{Given, Site, World};
use roundtrip_testkit::database::Kind;
use roundtrip_testkit::{Folder, TestDatabase};
use rusqlite::Connection;

use crate::{done, fails};

/// A cycle, references to one's own table, a table without a key, and what cannot be copied.
const ODD: &str = r#"
    PRAGMA foreign_keys = off;
    CREATE TABLE parents (id INTEGER PRIMARY KEY, best INTEGER REFERENCES children (id), name TEXT UNIQUE);
    CREATE TABLE children (id INTEGER PRIMARY KEY AUTOINCREMENT, parent INTEGER NOT NULL REFERENCES parents (id),
        up INTEGER REFERENCES children (id), price DECIMAL(9,2), at DATETIME);
    CREATE TABLE plain (a TEXT, b BLOB, c JSON, d REAL);
    CREATE INDEX children_price ON children (price);
    CREATE INDEX part_of_plain ON plain (a) WHERE a > 'm';
    CREATE VIEW cheap AS SELECT * FROM children WHERE price < 5;
    CREATE TRIGGER watch AFTER INSERT ON parents BEGIN DELETE FROM plain; END;
    INSERT INTO parents VALUES (1, 2, 'x'), (2, 1, 'ü "quoted"');
    INSERT INTO children VALUES (1, 1, 2, 1.50, '2026-01-02 03:04:05'), (2, 2, 1, NULL, NULL);
    INSERT INTO plain VALUES ('a', x'0001', ' {"b": 1.50, "a": 1}', 1e300), ('a', x'0001', ' {"b": 1.50, "a": 1}', 1e300),
        (NULL, NULL, NULL, NULL), ('', x'', '[]', -0.0);
"#;

fn odd() -> Folder {
    let folder = Folder::empty();
    Connection::open(folder.join("odd.db")).unwrap().execute_batch(ODD).unwrap();
    folder
}

/// One line for each row, in an order of its own.
fn rows(folder: &Folder, file: &str, table: &str) -> Vec<String> {
    let exported = done(folder, &["export", table, "--dir", file]);
    let mut lines: Vec<String> = exported.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

#[test]
fn a_project_moves_with_every_row_and_runs_there_by_one_line() {
    let folder = Folder::shop();
    done(&folder, &["seed"]);
    let said = done(&folder, &["copy", ".", "moved.db"]);
    assert!(said.contains("copied 24,332 rows of 8 tables to sqlite:"), "{said}");
    assert!(said.contains("  orders: 5,000 rows, checksum "), "{said}");
    let line = said.lines().find(|line| line.trim_start().starts_with("url = ")).unwrap().trim().to_owned();
    let before = done(&folder, &["export", "order_items"]);
    let project = folder.read("roundtrip.toml").replace("# url = \"sqlite:data.db\"", &line);
    assert!(project.contains(&line));
    folder.write("roundtrip.toml", &project);
    assert!(done(&folder, &["export", "order_items"]) == before, "the same rows in the same order");
    folder.write("one.ndjson", "{\"name\": \"After the move\", \"slug\": \"after\"}\n");
    done(&folder, &["import", "categories", "one.ndjson"]);
    assert!(
        done(&folder, &["export", "categories"]).contains("{\"id\":21,"),
        "keys go on after the greatest"
    );
}

#[test]
fn cycles_and_tables_without_keys_arrive_and_what_stays_behind_is_named() {
    let folder = odd();
    let said = done(&folder, &["copy", "odd.db", "new.db"]);
    for part in [
        "  parents: 2 rows, checksum ",
        "  plain: 4 rows, checksum ",
        "copied 8 rows of 3 tables",
        "not copied: views: cheap",
        "not copied: triggers: watch",
        "not copied: indexes over expressions or over a part of the rows: part_of_plain",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(rows(&folder, "new.db", "parents"), rows(&folder, "odd.db", "parents"));
    assert_eq!(
        rows(&folder, "new.db", "children")[0],
        r#"{"id":1,"parent":1,"up":2,"price":1.50,"at":"2026-01-02T03:04:05+00:00"}"#
    );
    assert!(!folder.join("new.db.incomplete").exists());
    let new = Connection::open(folder.join("new.db")).unwrap();
    let keys: i64 = new
        .query_row("SELECT count(*) FROM pragma_foreign_key_list('children')", [], |row| row.get(0))
        .unwrap();
    let indexes: i64 = new
        .query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'children_price'", [], |row| row.get(0))
        .unwrap();
    assert_eq!((keys, indexes), (2, 1));
}

#[test]
fn values_that_do_not_fit_are_named_and_nothing_is_written() {
    for (change, expected) in [
        (
            "UPDATE children SET price = 0.1 + 0.2 WHERE id = 2",
            "children 2: price has 17 digits after the point",
        ),
        ("UPDATE children SET price = 'cheap' WHERE id = 1", "children 1: price "),
        ("UPDATE children SET at = 'yesterday' WHERE id = 1", "children 1: at must be a date and time"),
        (
            "UPDATE children SET at = '2026-01-02T03:04:05.1234567Z' WHERE id = 1",
            "children 1: at has digits beyond the microsecond",
        ),
        ("UPDATE parents SET name = x'ff' WHERE id = 2", "parents 2: name holds bytes"),
        (
            "UPDATE parents SET name = CAST(x'ff' AS TEXT) WHERE id = 2",
            "parents 2: name holds text that is not UTF-8",
        ),
        (
            "UPDATE parents SET name = 'a' || char(0) WHERE id = 2",
            "parents 2: name must not hold the character NUL",
        ),
        ("UPDATE plain SET d = 9e999 WHERE a = ''", "plain the 4. row: d holds an infinite number"),
        ("UPDATE plain SET c = '{no json' WHERE a = ''", "plain the 4. row: c holds text that is not JSON"),
    ] {
        let folder = odd();
        Connection::open(folder.join("odd.db")).unwrap().execute_batch(change).unwrap();
        let said = fails(&folder, &["copy", "odd.db", "new.db"], 1);
        assert!(said.contains(expected) && said.contains("nothing was written"), "{change}: {said}");
        assert!(!folder.join("new.db").exists() && !folder.join("new.db.incomplete").exists(), "{change}");
    }
}

#[test]
fn rows_that_refer_to_nothing_keep_a_copy_from_being_complete() {
    let folder = odd();
    let orphan = "PRAGMA foreign_keys = off; UPDATE children SET parent = 77 WHERE id = 2";
    Connection::open(folder.join("odd.db")).unwrap().execute_batch(orphan).unwrap();
    let said = fails(&folder, &["copy", "odd.db", "new.db"], 1);
    assert!(said.contains("children has 1 row that refers to no row of parents"), "{said}");
    assert!(!folder.join("new.db").exists() && !folder.join("new.db.incomplete").exists());
}

#[test]
fn a_place_that_is_taken_is_left_alone() {
    let folder = odd();
    folder.write("taken.db", "something");
    let said = fails(&folder, &["copy", "odd.db", "taken.db"], 1);
    assert!(said.contains("taken.db is there already"), "{said}");
    assert_eq!(folder.read("taken.db"), "something");
    folder.write("cut.db.incomplete", "");
    assert!(fails(&folder, &["copy", "odd.db", "cut.db"], 1).contains("an earlier copy was cut off there"));
    assert!(fails(&folder, &["copy", "odd.db", "sqlite:odd.db"], 1).contains("both are the same database"));
    assert!(fails(&folder, &["copy", "none.db", "new.db"], 1).contains("there is no file none.db"));
    assert!(fails(&folder, &["copy", "odd.db", "oracle://x/y"], 1).contains("is no kind of database"));
    assert!(!folder.join("new.db").exists());
}

#[test]
fn a_project_without_a_database_says_how_to_get_one() {
    let folder = Folder::shop();
    let said = fails(&folder, &["copy", ".", "new.db"], 1);
    assert!(said.contains("there is no file") && said.contains("roundtrip serve ."), "{said}");
}

/// Every type of field, references in a circle, and generated keys.
const TYPES: &str = r#"
index = [["day", "t"]]
[fields]
t = { type = "text", unique = true }
e = "email?"
u = "url?"
s = "slug?"
i = "integer?"
f = "float?"
d = "decimal(12,2)?"
b = { type = "boolean", default = false }
day = "date?"
time = "time?"
at = "datetime?"
long = "duration?"
id2 = "uuid?"
j = "json?"
raw = "bytes?"
word = { enum = ["a", "b c"], optional = true }
tags = { type = "text[]", default = [] }
next = { to = "types", optional = true }
"#;

const TYPE_ROWS: &str = r#"{"id":5,"t":"ü ' \" \\ \n end ","e":"a@example.org","u":"https://example.org/x?y=1","s":"a-b","i":-9223372036854775808,"f":0.1,"d":-1234567890.12,"b":true,"day":"0001-01-01","time":"23:59:59.999999","at":"2026-01-02T03:04:05.123456+00:00","long":"PT1H30M0.5S","id2":"0190a0a0-0000-7000-8000-000000000001","j":{"b":1.50,"a":[null,true,"x"]},"raw":"AAH/","word":"b c","tags":["x,y","{z}"],"next":5}
{"id":7,"t":"","f":1e300,"i":9223372036854775807,"d":0,"day":"9999-12-31","at":"0001-01-01T00:00:00+00:00","j":null,"raw":"","next":5}
{"id":9,"t":"Ü","f":-2.5e-300,"j":[],"next":9}
{"id":4000000000,"t":"z  "}
"#;

#[tokio::test(flavor = "multi_thread")]
async fn every_type_goes_from_each_database_to_each_other() {
    let folder = Folder::with(&[("resources/types.toml", TYPES), ("rows.ndjson", TYPE_ROWS)]);
    let (postgres, mysql) =
        (TestDatabase::empty(Kind::Postgres).await, TestDatabase::empty(Kind::Mysql).await);
    done(&folder, &["import", "types", "rows.ndjson", "--set", "database.url=sqlite:first.db"]);
    // Forward, too, which an import cannot do.
    let first = Connection::open(folder.join("first.db")).unwrap();
    assert_eq!(first.execute("UPDATE types SET next = 7 WHERE id = 5", []).unwrap(), 1);
    drop(first);
    let mut from = "sqlite:first.db".to_owned();
    let mut checksums = Vec::new();
    let last = format!("sqlite:{}", folder.join("last.db").display());
    for to in [&postgres.url, &mysql.url, &last] {
        let said = done(&folder, &["copy", ".", to, "--set", &format!("database.url={from}")]);
        checksums.push(said.lines().next().unwrap().to_owned());
        from.clone_from(to);
    }
    assert!(checksums[0].starts_with("  types: 4 rows, checksum "), "{checksums:?}");
    assert!(checksums.iter().all(|one| *one == checksums[0]), "{checksums:?}");
    let rows = |url: &str| done(&folder, &["export", "types", "--set", &format!("database.url={url}")]);
    // PostgreSQL puts the members of JSON objects into an order of its own; they say the same.
    let documents = |text: String| -> Vec<serde_json::Value> {
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    assert_eq!(documents(rows(&last)), documents(rows("sqlite:first.db")));
    // Keys go on after the greatest.
    folder.write("more.ndjson", "{\"t\": \"more\"}\n");
    for url in [&postgres.url, &mysql.url, &last] {
        let setting = format!("database.url={url}");
        done(&folder, &["import", "types", "more.ndjson", "--set", &setting]);
        assert!(rows(url).contains("\"id\":4000000001,"), "{url}: {}", rows(url));
        // And it is served from there, with every constraint.
        folder.write("bad.ndjson", "{\"t\": \"other\", \"next\": 12345}\n");
        let refused = fails(&folder, &["import", "types", "bad.ndjson", "--set", &setting], 1);
        assert!(refused.contains("types"), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_with_tables_is_not_copied_into_and_what_does_not_fit_is_said_first() {
    let folder = odd();
    for kind in [Kind::Postgres, Kind::Mysql] {
        let database = TestDatabase::empty(kind).await;
        database.execute("CREATE TABLE mine (id integer PRIMARY KEY)").await;
        let said = fails(&folder, &["copy", "odd.db", &database.url], 1);
        assert!(said.contains("has tables already, such as mine"), "{said}");
        let empty = TestDatabase::empty(kind).await;
        let untyped = "CREATE TABLE untyped (id INTEGER PRIMARY KEY, what)";
        Connection::open(folder.join("untyped.db"))
            .unwrap()
            .execute_batch(&untyped.replace("TABLE", "TABLE IF NOT EXISTS"))
            .unwrap();
        let said = fails(&folder, &["copy", "untyped.db", &empty.url], 1);
        assert!(said.contains("untyped.what has no type, which only SQLite allows"), "{said}");
    }
    let mysql = TestDatabase::empty(Kind::Mysql).await;
    let long = "UPDATE parents SET name = printf('%.*c', 300, 'x') WHERE id = 2";
    Connection::open(folder.join("odd.db")).unwrap().execute_batch(long).unwrap();
    let said = fails(&folder, &["copy", "odd.db", &mysql.url], 1);
    assert!(said.contains("parents 2: name has more than 255 characters"), "{said}");
    // Nothing was begun there, so the next one succeeds.
    Connection::open(folder.join("odd.db"))
        .unwrap()
        .execute_batch("UPDATE parents SET name = 'y' WHERE id = 2")
        .unwrap();
    assert!(done(&folder, &["copy", "odd.db", &mysql.url]).contains("copied 8 rows of 3 tables"));
}

/// Copies in this process, and does something when a part of the copy begins.
fn copied_while(folder: &Folder, part: &'static str, change: impl Fn() + Sync) -> Result<Copied, CopyError> {
    let given = Given::default();
    let from = Site::database(folder.join("odd.db").to_str().unwrap(), &given).unwrap();
    let to = Database::new("new.db", folder.path()).unwrap();
    let watch = |event| {
        if matches!(event, Event::Begins(what, _) if what == part) {
            change();
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(copy(&from, to, &World::system(), &watch))
}

#[test]
fn a_source_that_is_written_to_meanwhile_is_noticed() {
    for (part, is_noticed) in [("checking", false), ("copying", true), ("comparing", false)] {
        let folder = odd();
        let write = || {
            let source = Connection::open(folder.join("odd.db")).unwrap();
            source.execute("INSERT INTO plain VALUES ('late', NULL, NULL, NULL)", []).unwrap();
        };
        let copied = copied_while(&folder, part, write);
        match copied {
            Err(CopyError::Changed(_)) => assert!(is_noticed, "{part}"),
            // Before the first reading, or after the last, it is simply a database before or after.
            Ok(copied) => assert!(!is_noticed && copied.tables.len() == 3, "{part}"),
            Err(error) => panic!("{part}: {error}"),
        }
        assert_eq!(folder.join("new.db").exists(), !is_noticed, "{part}");
        assert!(!folder.join("new.db.incomplete").exists(), "{part}");
    }
}

#[test]
fn a_target_that_holds_something_else_is_not_called_complete() {
    for (change, expected) in [
        ("UPDATE plain SET d = 1 WHERE a = ''", "rows of plain differ"),
        ("UPDATE parents SET name = 'X' WHERE id = 1", "rows of parents differ"),
        ("DELETE FROM plain WHERE rowid = 1", "plain has 3 rows there instead of 4"),
        ("UPDATE plain SET a = NULL WHERE a = ''", "rows of plain differ"),
    ] {
        let folder = odd();
        let tamper = || {
            let target = Connection::open(folder.join("new.db.incomplete")).unwrap();
            target.execute(change, []).unwrap();
        };
        let error = copied_while(&folder, "comparing", tamper).unwrap_err().to_string();
        assert!(error.contains(expected), "{change}: {error}");
        assert!(!folder.join("new.db").exists() && !folder.join("new.db.incomplete").exists(), "{change}");
    }
}
