//! Files that change a database: what a copied table keeps, what is refused, and that nothing of a file
//! that failed stays.

use roundtrip_migrate::{Extras, Migration, Risk, files_for};
use roundtrip_schema::{Field, FieldId, Kind, OnDelete, Resource, Schema, Value};
use roundtrip_store::{Migrating, StoreErrorKind};
use roundtrip_store_sqlite::{applied, bring_to, changes_to, introspect, migrate};
use rusqlite::Connection;

use super::{
    create, decimal, dump, field, index, optional, reference, shop, status, table, unique, with_default,
};

/// A connection as the store's, where references count.
fn connect(resources: Vec<Resource>) -> Connection {
    let connection = create(resources);
    connection.pragma_update(None, "foreign_keys", true).unwrap();
    connection
}

/// Brings a database to a schema by a file; answers the plan's sentences and risks.
pub(super) fn change(connection: &Connection, schema: &Schema) -> Result<String, String> {
    let plan = changes_to(connection, schema, Extras::DropTables).unwrap();
    assert_eq!(plan.obstacles, Vec::<String>::new());
    let number = applied(connection).unwrap().len() + 1;
    let files = files_for(&plan, u32::try_from(number).unwrap(), "change").unwrap();
    let mut all = earlier(connection);
    all.extend(files);
    run(connection, &all)?;
    let again = changes_to(connection, schema, Extras::DropTables).unwrap();
    assert!(again.is_empty(), "{again:#?}");
    let lines: Vec<String> =
        plan.steps.iter().map(|step| format!("{} ({})", step.sentence, step.risk)).collect();
    Ok(lines.join("\n"))
}

/// Files that were applied before; their texts do not matter here.
fn earlier(connection: &Connection) -> Vec<Migration> {
    let known = applied(connection).unwrap();
    for one in &known {
        let checksum = roundtrip_migrate::checksum("");
        connection
            .execute(
                "UPDATE _roundtrip_migrations SET checksum = ?1 WHERE number = ?2",
                (checksum, one.number),
            )
            .unwrap();
    }
    known
        .into_iter()
        .map(|one| Migration { number: one.number, name: one.name, text: String::new() })
        .collect()
}

fn run(connection: &Connection, files: &[Migration]) -> Result<Vec<String>, String> {
    match migrate(connection, files, Migrating::Running) {
        Ok(done) => Ok(done.iter().map(|one| format!("{:04}_{}.sql", one.number, one.name)).collect()),
        Err(error) => {
            let StoreErrorKind::Structure { differences } = error.kind else { panic!("{error:?}") };
            Err(differences.join("\n"))
        }
    }
}

fn file(number: u32, text: &str) -> Migration {
    Migration { number, name: "test".to_owned(), text: text.to_owned() }
}

fn text(connection: &Connection, sql: &str) -> String {
    connection.query_row(&format!("SELECT CAST(({sql}) AS TEXT)"), [], |row| row.get(0)).unwrap()
}

#[test]
fn a_copied_table_keeps_everything() {
    let connection = connect(shop());
    connection
        .execute_batch(
            "INSERT INTO customers (id, email) VALUES (1, 'ada@example.com'), (2, 'bob@example.com'), (7, 'gone');
             DELETE FROM customers WHERE id = 7;
             INSERT INTO orders (customer_id, status) VALUES (1, 'open'), (2, 'paid');
             CREATE TABLE log (line TEXT);
             CREATE TRIGGER noted AFTER UPDATE ON orders BEGIN INSERT INTO log VALUES ('order ' || new.id); END;
             CREATE TRIGGER greeted AFTER INSERT ON customers BEGIN INSERT INTO log VALUES (new.email); END;
             CREATE VIEW open_orders AS SELECT o.id, c.email FROM orders o JOIN customers c ON c.id = o.customer_id;
             CREATE TRIGGER closed INSTEAD OF DELETE ON open_orders BEGIN UPDATE orders SET status = 'paid' WHERE id = old.id; END;
             CREATE INDEX part ON customers (email) WHERE referrer_id IS NULL;
             CREATE INDEX folded ON customers (lower(email));",
        )
        .unwrap();
    let mut resources = shop();
    // An optional e-mail, another default, and new words: SQLite can only copy for each of them.
    resources[0].fields[1].optional = true;
    resources[1].fields[2] = status(&["paid", "open", "lost"]);
    let mut log = table("log", vec![optional("line", Kind::Text)]);
    log.fields.remove(0);
    (log.primary_key, log.generated_key) = (Vec::new(), false);
    resources.push(log);
    let said = change(&connection, &Schema::new(resources)).unwrap();
    insta::assert_snapshot!(said, @r#"
    copy the table customers: change column customers.email: may be null (slow)
    copy the table orders: change column orders.status: one of open, paid becomes one of paid, open, lost, default "paid" (slow)
    "#);
    assert_eq!(
        text(&connection, "SELECT group_concat(id || email) FROM customers"),
        "1ada@example.com,2bob@example.com"
    );
    assert_eq!(
        text(&connection, "SELECT group_concat(email) FROM open_orders"),
        "ada@example.com,bob@example.com"
    );
    // Triggers of tables and views, and those on tables that others refer to.
    connection
        .execute_batch("DELETE FROM open_orders WHERE id = 1; INSERT INTO customers (email) VALUES ('cy')")
        .unwrap();
    assert_eq!(text(&connection, "SELECT group_concat(line) FROM log"), "order 1,cy");
    // A key that was given once is not given again.
    assert_eq!(text(&connection, "SELECT max(id) FROM customers"), "8");
    let indexes = "SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1)";
    assert_eq!(
        text(&connection, indexes),
        "folded,orders_customer_id_idx,orders_status_customer_id_idx,part"
    );
    assert!(connection.execute("DELETE FROM customers WHERE id = 1", []).is_err(), "an order refers to it");
    assert!(connection.execute("INSERT INTO customers (email) VALUES ('cy')", []).is_err(), "it is unique");
    assert!(connection.execute("INSERT INTO orders (customer_id) VALUES (99)", []).is_err());
}

#[test]
fn renames_keep_what_refers_to_them() {
    let connection = connect(shop());
    connection
        .execute_batch(
            "INSERT INTO customers (email) VALUES ('ada@example.com');
             INSERT INTO orders (customer_id) VALUES (1);
             CREATE VIEW seen AS SELECT email FROM customers;",
        )
        .unwrap();
    let mut resources = shop();
    resources[0].table = "clients".to_owned();
    resources[0].renamed_from = Some("customers".to_owned());
    resources[0].fields[1].column = "mail".to_owned();
    resources[0].fields[1].renamed_from = Some("email".to_owned());
    let schema = Schema::new(resources);
    insta::assert_snapshot!(change(&connection, &schema).unwrap(), @r"
    rename table customers to clients (safe)
    rename column clients.email to mail (safe)
    ");
    assert_eq!(text(&connection, "SELECT mail FROM clients"), "ada@example.com");
    assert_eq!(text(&connection, "SELECT mail FROM seen"), "ada@example.com");
    assert!(connection.execute("DELETE FROM clients", []).is_err(), "an order refers to it");
    // The old names are gone, so the renames are done.
    assert!(bring_to(&connection, &schema).unwrap().is_empty());
}

#[test]
fn a_rename_and_a_copy_in_one_file_keep_triggers_and_indexes() {
    let log = || table("log", vec![optional("line", Kind::Text)]);
    let rows = table("t", vec![optional("old", Kind::Text), optional("n", Kind::Integer)]);
    let connection = connect(vec![rows, log()]);
    connection
        .execute_batch(
            "INSERT INTO t (old, n) VALUES ('a', 1);
             CREATE TRIGGER half AFTER UPDATE ON t BEGIN INSERT INTO log (line) VALUES (new.old); END;
             CREATE INDEX half ON t (old) WHERE n = 1",
        )
        .unwrap();
    let new = Field { renamed_from: Some("old".to_owned()), ..field("new", Kind::Text) };
    let mut wanted = table("u", vec![new, optional("n", Kind::Integer)]);
    wanted.renamed_from = Some("t".to_owned());
    change(&connection, &Schema::new(vec![wanted, log()])).unwrap();
    connection.execute("UPDATE u SET n = 2", []).unwrap();
    assert_eq!(text(&connection, "SELECT line FROM log"), "a");
    let made = text(&connection, "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = 'half'");
    assert_eq!(made, "CREATE INDEX half ON \"u\" (\"new\") WHERE n = 1");
}

#[test]
fn a_declared_rename_is_not_an_empty_column() {
    let connection = connect(vec![table("t", vec![optional("old", Kind::Text)])]);
    connection.execute("INSERT INTO t (old) VALUES ('kept')", []).unwrap();
    let new = Field { renamed_from: Some("old".to_owned()), ..optional("new", Kind::Text) };
    let statements = bring_to(&connection, &Schema::new(vec![table("t", vec![new])])).unwrap();
    assert_eq!(statements, ["ALTER TABLE \"t\" RENAME COLUMN \"old\" TO \"new\""]);
    assert_eq!(text(&connection, "SELECT new FROM t"), "kept");
}

#[test]
fn values_follow_their_column() {
    let connection = connect(vec![table(
        "t",
        vec![
            optional("a", Kind::Datetime),
            optional("b", Kind::Date),
            optional("c", Kind::Float),
            optional("d", Kind::Text),
        ],
    )]);
    connection
        .execute("INSERT INTO t (a, b, c) VALUES ('2026-11-21T17:30:00+00:00', '2026-11-21', 2.6)", [])
        .unwrap();
    let wanted = table(
        "t",
        vec![
            optional("a", Kind::Date),
            optional("b", Kind::Datetime),
            optional("c", Kind::Integer),
            with_default("d", Kind::Text, Value::text("none")),
        ],
    );
    let plan = changes_to(&connection, &Schema::new(vec![wanted.clone()]), Extras::DropTables).unwrap();
    assert_eq!(plan.risk(), Risk::Destructive);
    assert_eq!(plan.steps[0].note.as_deref(), Some("values of a, c are lost or changed"));
    change(&connection, &Schema::new(vec![wanted])).unwrap();
    let row = text(&connection, "SELECT a || ' ' || b || ' ' || c || ' ' || d FROM t");
    assert_eq!(row, "2026-11-21 2026-11-21T00:00:00+00:00 3 none");
}

#[test]
fn a_value_that_does_not_fit_its_new_kind_is_refused() {
    for (from, value, to, kept) in [
        (Kind::Text, "'zz'", Kind::Integer, None),
        (Kind::Text, "'12'", Kind::Integer, Some("12 integer")),
        (Kind::Text, "NULL", Kind::Integer, Some("")),
        (Kind::Text, "'1e2'", Kind::Float, Some("100.0 real")),
        (Kind::Text, "'zz'", Kind::Float, None),
        (decimal(12, 2), "1234567.25", decimal(6, 2), None),
        (decimal(12, 2), "12.25", decimal(6, 1), Some("12.3 real")),
        (Kind::Text, "'zz'", Kind::Date, None),
        (Kind::Text, "'zz'", Kind::Uuid, None),
        (Kind::Text, "'z\"z'", Kind::Json, Some("\"z\\\"z\" text")),
        (Kind::Text, "'{}'", Kind::Json, Some("{} text")),
        (Kind::Any, "x'00'", Kind::Text, None),
    ] {
        let connection = connect(vec![table("t", vec![optional("a", from.clone())])]);
        connection.execute(&format!("INSERT INTO t (a) VALUES ({value})"), []).unwrap();
        let wanted = Schema::new(vec![table("t", vec![optional("a", to.clone())])]);
        let outcome = change(&connection, &wanted);
        assert_eq!(outcome.is_ok(), kept.is_some(), "{from:?} {value} to {to:?}: {outcome:?}");
        if let Some(kept) = kept {
            assert_eq!(text(&connection, "SELECT coalesce(a || ' ' || typeof(a), '') FROM t"), kept);
        }
    }
}

#[test]
fn a_copy_that_would_lose_an_index_or_a_default_is_refused() {
    for (made, risk) in [
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, n INT); CREATE INDEX i ON t (a COLLATE NOCASE)",
            None,
        ),
        ("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, n INT); CREATE INDEX i ON t (a DESC)", None),
        ("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT DEFAULT (lower('X')), n INT)", None),
        ("CREATE TABLE t (id INTEGER PRIMARY KEY, a STRING, n INT)", Some(Risk::Destructive)),
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR, n INT); CREATE INDEX i ON t (a)",
            Some(Risk::Slow),
        ),
    ] {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(made).unwrap();
        let mut wanted = table("t", vec![optional("a", Kind::Text), field("n", Kind::Integer)]);
        wanted.generated_key = introspect(&connection).unwrap().resources().all(|(_, one)| one.generated_key);
        let plan = changes_to(&connection, &Schema::new(vec![wanted]), Extras::Keep).unwrap();
        assert_eq!(plan.obstacles.is_empty(), risk.is_some(), "{made}: {:?}", plan.obstacles);
        assert_eq!(risk.unwrap_or(Risk::Safe), plan.risk(), "{made}: {plan:?}");
    }
}

#[test]
fn nothing_of_a_file_that_fails_stays() {
    let connection = connect(vec![table("t", vec![field("name", Kind::Text)])]);
    connection.execute("INSERT INTO t (name) VALUES ('same'), ('same')", []).unwrap();
    let before = dump(&connection);
    for (text, expected) in [
        (
            "CREATE TABLE more (a);\nCREATE UNIQUE INDEX u ON t (name);",
            "0001_test.sql, statement 2: UNIQUE constraint failed: t.name; nothing of this file was applied",
        ),
        ("CREATE TABLE more (a); nonsense", "0001_test.sql, statement 2: near \"nonsense\": syntax error"),
        ("CREATE TABLE more (a); COMMIT", "0001_test.sql: line 1: COMMIT is not allowed here"),
        (
            "CREATE TABLE c (t_id INT REFERENCES t); INSERT INTO c VALUES (1), (7)",
            "0001_test.sql: 1 row of c refers to no row of t",
        ),
    ] {
        let error = run(&connection, &[file(1, text)]).unwrap_err();
        assert!(error.starts_with(expected), "{error}");
        assert_eq!(dump(&connection), before);
        assert!(connection.is_autocommit());
    }
    let on: bool = connection.query_row("PRAGMA foreign_keys", [], |row| row.get(0)).unwrap();
    assert!(on, "references count again");
    // What came before the file that failed stays.
    let files = [file(1, "CREATE TABLE c (t_id INT REFERENCES t)"), file(2, "nonsense")];
    run(&connection, &files).unwrap_err();
    assert_eq!(applied(&connection).unwrap().len(), 1);
}

#[test]
fn a_trigger_that_no_longer_fits_is_named() {
    let connection = connect(vec![table("t", vec![optional("a", Kind::Text), optional("b", Kind::Text)])]);
    connection
        .execute_batch("CREATE TRIGGER noted AFTER UPDATE OF b ON t BEGIN SELECT new.b; END; CREATE INDEX half ON t (b) WHERE a = 'x'")
        .unwrap();
    let before = dump(&connection);
    let wanted = Schema::new(vec![table("t", vec![field("a", Kind::Text)])]);
    let error = change(&connection, &wanted).unwrap_err();
    assert!(
        error.starts_with("0001_change.sql: the index half no longer fits: drop it in this file"),
        "{error}"
    );
    assert_eq!(dump(&connection), before);
}

#[test]
fn rows_that_refer_to_nothing_are_found() {
    let resources = || {
        let parents = table("parents", vec![]);
        let children = table("children", vec![field("parent_id", Kind::Integer)]);
        vec![parents, children]
    };
    let connection = connect(resources());
    connection.execute("INSERT INTO children (parent_id) VALUES (1), (2)", []).unwrap();
    let mut wanted = resources();
    wanted[1].references = vec![reference("children_parent_id_fkey", &[1], 0, &[0], OnDelete::Cascade)];
    let wanted = Schema::new(wanted);
    let error = change(&connection, &wanted).unwrap_err();
    assert_eq!(
        error,
        "0001_change.sql: 2 rows of children refer to no row of parents; nothing of this file was applied"
    );
    connection.execute("INSERT INTO parents (id) VALUES (1), (2)", []).unwrap();
    change(&connection, &wanted).unwrap();
    assert_eq!(connection.execute("DELETE FROM parents WHERE id = 1", []).unwrap(), 1);
    assert_eq!(text(&connection, "SELECT count(*) FROM children"), "1");
}

#[test]
fn keys_change() {
    let connection = connect(vec![table("t", vec![field("code", Kind::Text), field("n", Kind::Integer)])]);
    connection.execute("INSERT INTO t (code, n) VALUES ('a', 1), ('b', 2)", []).unwrap();
    let mut wanted = table("t", vec![field("code", Kind::Text), field("n", Kind::Integer)]);
    wanted.primary_key = vec![FieldId::new(1)];
    wanted.generated_key = false;
    wanted.uniques = vec![unique("t_n_key", &[2])];
    wanted.indexes = vec![index("t_code_n_idx", &[1, 2])];
    change(&connection, &Schema::new(vec![wanted])).unwrap();
    assert_eq!(text(&connection, "SELECT group_concat(id || code || n) FROM t"), "1a1,2b2");
    assert!(connection.execute("INSERT INTO t VALUES (3, 'a', 3)", []).is_err());
    // And back, without the unique constraint.
    change(
        &connection,
        &Schema::new(vec![table("t", vec![field("code", Kind::Text), field("n", Kind::Integer)])]),
    )
    .unwrap();
    connection.execute("INSERT INTO t (code, n) VALUES ('a', 1)", []).unwrap();
    assert_eq!(text(&connection, "SELECT max(id) FROM t"), "3");
}

#[test]
fn tables_that_no_file_describes_are_kept_unless_asked() {
    let mut orders = table("orders", vec![field("customer_id", Kind::Integer)]);
    let customers = table("customers", vec![]);
    orders.references = vec![reference("orders_customer_id_fkey", &[1], 1, &[0], OnDelete::Restrict)];
    let connection = connect(vec![orders, customers]);
    connection.execute_batch("INSERT INTO customers VALUES (1); INSERT INTO orders VALUES (1, 1)").unwrap();
    let wanted = Schema::new(vec![table("new", vec![])]);
    let plan = changes_to(&connection, &wanted, Extras::DropColumns).unwrap();
    assert_eq!(plan.kept, ["orders", "customers"]);
    insta::assert_snapshot!(change(&connection, &wanted).unwrap(), @r"
    create table new (safe)
    drop table orders (destructive)
    drop table customers (destructive)
    ");
}

#[test]
fn the_list_of_migrations_is_nobodys_table() {
    let connection = connect(shop());
    run(&connection, &[file(1, "CREATE TABLE more (a)")]).unwrap();
    let found = introspect(&connection).unwrap();
    assert!(found.resources().all(|(_, one)| !one.table.starts_with("_roundtrip")));
}
