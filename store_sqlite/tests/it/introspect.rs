//! Databases of other people, read as a schema.

use roundtrip_schema::{Rule, Schema};
use roundtrip_store::conformance::{self, Notes, default_of};
use roundtrip_store_sqlite::introspect;
use rusqlite::{Connection, OpenFlags};

pub(crate) fn show(schema: &Schema) -> String {
    let notes = Notes { resource: |_| String::new(), field_type: default_of, field: |_| String::new() };
    conformance::show(schema, notes)
}

fn read(sql: &str) -> String {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(sql).unwrap();
    show(&introspect(&connection).unwrap())
}

#[test]
fn a_music_shop() {
    insta::assert_snapshot!(read(include_str!("music.sql")));
}

#[test]
fn types_by_name() {
    insta::assert_snapshot!(read(
        "CREATE TABLE kinds (untyped, a INT, b BIGINT UNSIGNED, c VARCHAR(80), d nvarchar (10) NOT NULL, e CLOB,
           f DECIMAL(10, 2), g NUMERIC, h DOUBLE PRECISION, i BOOL, j DATE, k TIME, l DATETIME,
           m TIMESTAMP WITH TIME ZONE, n JSONB, o UUID, p BYTEA, q POINT, r text[], s \"DURATION INTEGER\",
           t 'VARCHAR(5)', u DECIMAL(40,2));
         CREATE TABLE strict_kinds (a INT, b ANY, c BLOB, d REAL, e TEXT NOT NULL) STRICT;"
    ));
}

#[test]
fn keys() {
    insta::assert_snapshot!(read(
        "CREATE TABLE alias (id INTEGER PRIMARY KEY, x);
         CREATE TABLE alias_of_constraint (x, id integer, CONSTRAINT pk PRIMARY KEY (id));
         CREATE TABLE automatic (id INTEGER PRIMARY KEY AUTOINCREMENT);
         CREATE TABLE not_alias (id INT PRIMARY KEY);
         CREATE TABLE not_alias_either (id INTEGER PRIMARY KEY DESC);
         CREATE TABLE without_row_id (id INTEGER PRIMARY KEY) WITHOUT ROWID;
         CREATE TABLE words (code TEXT PRIMARY KEY);
         CREATE TABLE pairs (a INT, b TEXT, PRIMARY KEY (b, a));
         CREATE TABLE keyless (a, b);"
    ));
}

#[test]
fn uniques_and_indexes() {
    insta::assert_snapshot!(read(
        "CREATE TABLE t (a UNIQUE, b CONSTRAINT own_name UNIQUE, c, d, UNIQUE (c COLLATE NOCASE DESC, d),
           CONSTRAINT \"two words\" UNIQUE (d, c));
         CREATE UNIQUE INDEX by_statement ON t (a, d);
         CREATE UNIQUE INDEX part ON t (a, c) WHERE d IS NOT NULL;
         CREATE UNIQUE INDEX expression ON t (lower(a));
         CREATE INDEX plain ON t (D, c);
         CREATE INDEX plain_part ON t (d) WHERE a = 1;
         CREATE INDEX plain_expression ON t (d, a || b);
         CREATE TABLE again (a, UNIQUE (a), UNIQUE (a));"
    ));
}

#[test]
fn names_of_foreign_keys() {
    insta::assert_snapshot!(read(
        "CREATE TABLE \"a b\" (id INTEGER PRIMARY KEY, [x y] INT, `z` INT, UNIQUE (\"x y\", z));
         CREATE TABLE refs (
           one INT CONSTRAINT inline_name REFERENCES \"a b\" ON DELETE CASCADE,
           two INT NOT NULL CONSTRAINT check_name CHECK (two > 0 OR 'REFERENCES' = ')') REFERENCES [A B] (ID),
           three INT /* CONSTRAINT no */ REFERENCES missing (id),
           four INT DEFAULT (abs(-1)) -- CONSTRAINT neither, REFERENCES
             REFERENCES 'a b',
           five INT, six INT,
           CONSTRAINT \"it \"\"is\"\"\" FOREIGN KEY (five, SIX) REFERENCES `a b` ([x y], z) ON DELETE SET NULL
             ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED,
           FOREIGN KEY (five) REFERENCES refs (one) ON DELETE SET DEFAULT,
           FOREIGN KEY (five) REFERENCES \"a b\" (id) ON DELETE RESTRICT,
           FOREIGN KEY (six) REFERENCES \"a b\" (no_such_column),
           FOREIGN KEY (one, two) REFERENCES \"a b\"
         );
         ALTER TABLE refs ADD COLUMN later INT CONSTRAINT added REFERENCES \"a b\" (id);
         ALTER TABLE \"a b\" RENAME TO renamed;"
    ));
}

#[test]
fn enums_and_defaults() {
    insta::assert_snapshot!(read(
        "CREATE TABLE t (
           status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'it''s paid')),
           kind VARCHAR(9) CHECK ((\"kind\" = 'a' OR [KIND] = 'b') OR kind IS NULL),
           size, level TEXT, number INT CHECK (number IN (1, 2)),
           a TEXT DEFAULT \"double\", b INT DEFAULT -1, c REAL DEFAULT +1.5, d BOOLEAN DEFAULT TRUE,
           e TEXT DEFAULT CURRENT_TIMESTAMP, f BLOB DEFAULT x'00ff', g TEXT DEFAULT (lower('X')), h TEXT DEFAULT NULL,
           i DATETIME DEFAULT '2026-11-21 17:30:00', j JSON DEFAULT '{}', k INT DEFAULT 'word', l DEFAULT 3,
           m TEXT GENERATED ALWAYS AS (a || 'CHECK (a IN (''b''))') VIRTUAL, n INT NOT NULL AS (b + 1) STORED,
           o TEXT DEFAULT 'shut' CHECK (o IN ('x')),
           CHECK (size IN ('s', 'm') AND level IN ('low', 'high'))
         );"
    ));
}

#[test]
fn views_virtual_tables_and_system_tables() {
    insta::assert_snapshot!(read(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, data BLOB, price DECIMAL(10,2));
         CREATE VIEW readable AS SELECT id, price, price * 2 AS twice, count(*) OVER () AS n, data AS \"the data\",
           CASE WHEN id THEN 'a' END FROM t;
         CREATE VIEW broken AS SELECT * FROM missing;
         CREATE VIEW broken_too AS SELECT no_such_column FROM t;
         CREATE VIEW over_broken AS SELECT * FROM broken;
         CREATE VIRTUAL TABLE search USING fts5 (words);
         CREATE VIRTUAL TABLE boxes USING rtree (id, x0, x1);
         CREATE TABLE _roundtrip_events (id INTEGER PRIMARY KEY);
         CREATE TABLE search_history (id INTEGER PRIMARY KEY);
         CREATE VIEW found AS SELECT rowid AS id, words FROM search;"
    ));
}

#[test]
fn a_virtual_table_without_its_module_and_a_comment_in_another_encoding() {
    let connection = Connection::open_in_memory().unwrap();
    connection
        .execute_batch(
            "PRAGMA writable_schema = on;
             INSERT INTO sqlite_schema VALUES ('table', 'strange', 'strange', 0, 'CREATE VIRTUAL TABLE strange USING nobody (a)');
             INSERT INTO sqlite_schema VALUES ('view', 'latin', 'latin', 0,
               CAST('CREATE VIEW latin AS SELECT 1 AS a /* ' || CAST(x'e9' AS TEXT) || ' */' AS TEXT));
             PRAGMA writable_schema = reset;",
        )
        .unwrap();
    assert_eq!(show(&introspect(&connection).unwrap()), "view latin ()\n  a: any?\n");
}

#[test]
fn a_database_open_for_reading_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("music.db");
    Connection::open(&file).unwrap().execute_batch(include_str!("music.sql")).unwrap();
    let before = std::fs::read(&file).unwrap();
    let connection = Connection::open_with_flags(&file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    connection.pragma_update(None, "query_only", true).unwrap();
    let schema = introspect(&connection).unwrap();
    assert!(connection.is_autocommit());
    // Inside a transaction of the caller's, which stays open.
    connection.execute_batch("BEGIN").unwrap();
    assert_eq!(show(&introspect(&connection).unwrap()), show(&schema));
    assert!(!connection.is_autocommit());
    drop(connection);
    assert_eq!(std::fs::read(&file).unwrap(), before);
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(files.len(), 1);
}

#[test]
fn nobody_may_do_anything_until_somebody_says_so() {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(include_str!("music.sql")).unwrap();
    for (_, resource) in introspect(&connection).unwrap().resources() {
        let rules: [Option<&Rule>; 4] =
            roundtrip_schema::Action::ALL.map(|action| resource.access.rule(action));
        assert_eq!(rules, [None; 4], "{}", resource.name);
    }
}

#[test]
fn an_empty_database() {
    assert_eq!(read(""), "");
}
