//! Databases that differ from the schema: extended, tolerated, refused.

use std::collections::BTreeSet;

use roundtrip_schema::{Field, FieldDefault, FieldId, Kind, OnDelete, Resource, ResourceKind, Schema, Value};
use roundtrip_store::StoreErrorKind;
use roundtrip_store_sqlite::{bring_to, introspect};
use rusqlite::{Connection, OpenFlags};

use super::{
    create, decimal, dump, field, index, optional, reference, shop, status, table, unique, with_default,
};
use crate::introspect::show;

/// The differences for which bringing the database there is refused; nothing may have changed.
fn refusals(connection: &Connection, resources: Vec<Resource>) -> String {
    let before = dump(connection);
    let error = bring_to(connection, &Schema::new(resources)).unwrap_err();
    assert_eq!(dump(connection), before);
    let StoreErrorKind::Structure { differences } = error.kind else { panic!("{error:?}") };
    differences.join("\n")
}

#[test]
fn what_can_be_added_is_added() {
    let connection = create(shop());
    connection.pragma_update(None, "foreign_keys", true).unwrap();
    connection.execute("INSERT INTO customers (email) VALUES ('ada@example.com')", []).unwrap();
    let mut resources = shop();
    resources.push(table("regions", vec![field("name", Kind::Text)]));
    let regions = resources.len() - 1;
    let customers = &mut resources[0];
    customers.fields.extend([
        optional("region_id", Kind::Integer),
        with_default("score", Kind::Integer, Value::Integer(0)),
        optional("active", Kind::Boolean),
        Field { name: "level".into(), column: "level".into(), ..status(&["low", "high"]) },
    ]);
    customers.uniques.push(unique("customers_score_email_key", &[4, 1]));
    customers.indexes.push(index("customers_region_id_idx", &[3]));
    customers.references.push(reference("customers_region_id_fkey", &[3], regions, &[0], OnDelete::Cascade));
    let wanted = Schema::new(resources);
    insta::assert_snapshot!(bring_to(&connection, &wanted).unwrap().join(";\n"));
    // The reference of an added column stands before those of the table.
    let lines = |schema: &Schema| -> BTreeSet<String> { show(schema).lines().map(str::to_owned).collect() };
    assert_eq!(lines(&introspect(&connection).unwrap()), lines(&wanted));
    assert_eq!(bring_to(&connection, &wanted).unwrap(), Vec::<String>::new());
    let row: (i64, String) = connection
        .query_row("SELECT score, level FROM customers", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert_eq!(row, (0, "low".to_owned()));
}

#[test]
fn what_the_database_has_beyond_the_files_is_tolerated() {
    let connection = create(shop());
    connection
        .execute_batch(
            "CREATE TABLE extra (a);
             CREATE INDEX extra_index ON orders (status);
             ALTER TABLE orders ADD COLUMN extra TEXT;
             ALTER TABLE orders ADD COLUMN extra_default INT NOT NULL DEFAULT 1;
             ALTER TABLE orders ADD COLUMN extra_id INT REFERENCES customers;
             CREATE UNIQUE INDEX extra_unique ON orders (extra, status);",
        )
        .unwrap();
    assert_eq!(bring_to(&connection, &Schema::new(shop())).unwrap(), Vec::<String>::new());
}

#[test]
fn every_other_difference_is_refused() {
    let connection = Connection::open_in_memory().unwrap();
    connection
        .execute_batch(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, email VARCHAR(80) UNIQUE, age TEXT NOT NULL, must INT NOT NULL,
               region_id INT REFERENCES regions ON DELETE CASCADE, total INT AS (age * 2));
             CREATE TABLE regions (id INT PRIMARY KEY, name TEXT CHECK (name IN ('a', 'b')));
             CREATE TABLE pairs (id INT, a INT, PRIMARY KEY (a, id));
             CREATE TABLE a_table (id INTEGER PRIMARY KEY);
             CREATE VIEW a_view AS SELECT id FROM a_table;
             CREATE INDEX taken ON regions (name);
             CREATE VIRTUAL TABLE search USING fts5 (words);",
        )
        .unwrap();
    let mut customers = table(
        "customers",
        vec![
            field("email", Kind::Email),
            optional("age", Kind::Integer),
            field("region_id", Kind::Integer),
            optional("total", Kind::Integer),
            field("added", Kind::Text),
            with_default("added_id", Kind::Integer, Value::Integer(1)),
        ],
    );
    customers.references = vec![
        reference("one", &[3], 1, &[0], OnDelete::Restrict),
        reference("two", &[6], 1, &[0], OnDelete::Restrict),
    ];
    let regions =
        table("regions", vec![Field { name: "name".into(), column: "name".into(), ..status(&["a", "c"]) }]);
    let mut pairs = table("pairs", vec![field("a", Kind::Integer)]);
    pairs.primary_key = vec![FieldId::new(0), FieldId::new(1)];
    pairs.generated_key = false;
    let a_table = Resource { kind: ResourceKind::View, ..table("a_table", vec![]) };
    let a_view = table("A_View", vec![optional("more", Kind::Text)]);
    let missing = Resource { kind: ResourceKind::View, ..table("missing", vec![]) };
    let mut new = table(
        "new",
        vec![
            field("price", decimal(16, 2)),
            field("PRICE", decimal(2, 1)),
            Field { generated: true, ..field("sum", Kind::Integer) },
            Field { default: Some(FieldDefault::Database), ..field("token", Kind::Text) },
        ],
    );
    new.indexes = vec![index("taken", &[1])];
    let reserved = table("sqlite_mine", vec![]);
    let resources =
        vec![customers, regions, pairs, a_table, a_view, missing, new, reserved, table("search", vec![])];
    insta::assert_snapshot!(refusals(&connection, resources));
}

#[test]
fn rows_in_the_way_of_a_unique_constraint_are_a_difference() {
    let connection = create(vec![table("t", vec![field("name", Kind::Text)])]);
    connection.execute("INSERT INTO t (name) VALUES ('same'), ('same')", []).unwrap();
    let mut wanted = table("t", vec![field("name", Kind::Text)]);
    wanted.uniques = vec![unique("t_name_key", &[1])];
    let line = refusals(&connection, vec![table("before", vec![]), wanted]);
    assert_eq!(line, "rows that exist do not allow: CREATE UNIQUE INDEX \"t_name_key\" ON \"t\" (\"name\")");
}

#[test]
fn a_database_open_for_reading_is_named_as_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("empty.db");
    Connection::open(&file).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    let connection = Connection::open_with_flags(&file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let error = bring_to(&connection, &Schema::new(shop())).unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::ReadOnly);
}
