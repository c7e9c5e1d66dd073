//! Tables of our own: made, read back, extended, refused.

use std::collections::BTreeSet;
use std::sync::Arc;

use roundtrip_schema::{
    Access, Field, FieldDefault, FieldId, FieldType, Index, Kind, OnDelete, Reference, Resource, ResourceId,
    ResourceKind, Schema, Unique, Value,
};
use roundtrip_store::StoreErrorKind;
use roundtrip_store_sqlite::{bring_to, create_sql, introspect};
use rusqlite::{Connection, OpenFlags};

use crate::introspect::show;

/// A table with an integer key that the database gives, and these fields.
fn table(name: &str, fields: Vec<Field>) -> Resource {
    let mut all = vec![Field::new("id", FieldType::one(Kind::Integer))];
    all.extend(fields);
    Resource {
        name: name.to_owned(),
        table: name.to_owned(),
        kind: ResourceKind::Table,
        description: None,
        file: None,
        fields: all,
        primary_key: vec![FieldId::new(0)],
        generated_key: true,
        uniques: Vec::new(),
        indexes: Vec::new(),
        references: Vec::new(),
        part_of: None,
        auth: false,
        access: Access::default(),
    }
}

fn field(name: &str, kind: Kind) -> Field {
    Field::new(name, FieldType::one(kind))
}

fn optional(name: &str, kind: Kind) -> Field {
    Field { optional: true, ..field(name, kind) }
}

fn with_default(name: &str, kind: Kind, value: Value) -> Field {
    Field { default: Some(FieldDefault::Literal(value)), ..field(name, kind) }
}

fn status(words: &[&str]) -> Field {
    let kind = Kind::Enum(words.iter().map(|word| (*word).into()).collect::<Arc<[Box<str>]>>());
    with_default("status", kind, Value::text(words[0]))
}

fn unique(name: &str, fields: &[usize]) -> Unique {
    Unique { name: name.to_owned(), fields: fields.iter().copied().map(FieldId::new).collect() }
}

fn index(name: &str, fields: &[usize]) -> Index {
    Index { name: name.to_owned(), fields: fields.iter().copied().map(FieldId::new).collect() }
}

fn reference(constraint: &str, from: &[usize], target: usize, to: &[usize], on_delete: OnDelete) -> Reference {
    Reference {
        constraint: constraint.to_owned(),
        fields: from.iter().copied().map(FieldId::new).collect(),
        target: ResourceId::new(target),
        target_fields: to.iter().copied().map(FieldId::new).collect(),
        on_delete,
    }
}

fn decimal(precision: u8, scale: u8) -> Kind {
    Kind::Decimal { precision, scale }
}

/// Kinds that SQLite keeps apart. The rest (`email`, lists) read back as what they are stored as.
fn every_kind() -> Vec<Field> {
    vec![
        field("text", Kind::Text),
        optional("integer", Kind::Integer),
        field("float", Kind::Float),
        field("decimal", decimal(15, 2)),
        field("boolean", Kind::Boolean),
        field("date", Kind::Date),
        field("time", Kind::Time),
        field("datetime", Kind::Datetime),
        field("duration", Kind::Duration),
        field("uuid", Kind::Uuid),
        field("json", Kind::Json),
        field("bytes", Kind::Bytes),
        field("any", Kind::Any),
        status(&["open", "it's \"paid\"", "größe"]),
    ]
}

fn every_default() -> Vec<Field> {
    vec![
        with_default("text", Kind::Text, Value::text("it's")),
        with_default("integer", Kind::Integer, Value::Integer(i64::MIN)),
        with_default("float", Kind::Float, Value::Float(0.1)),
        with_default("tiny", Kind::Float, Value::Float(-1e-300)),
        with_default("decimal", decimal(12, 2), Value::Decimal("12.50".into())),
        with_default("boolean", Kind::Boolean, Value::Boolean(true)),
        with_default("date", Kind::Date, Value::text("2026-11-21")),
        with_default("json", Kind::Json, Value::Json("{\"a\":[1]}".into())),
        with_default("bytes", Kind::Bytes, Value::Bytes([0, 255].into())),
    ]
}

/// Customers, orders, their items, tags (a junction) and settings: every kind of key and constraint.
fn shop() -> Vec<Resource> {
    let mut customers = table("customers", vec![field("email", Kind::Text), optional("referrer_id", Kind::Integer)]);
    customers.uniques = vec![unique("customers_email_key", &[1])];
    customers.references = vec![reference("customers_referrer_id_fkey", &[2], 0, &[0], OnDelete::SetNull)];
    let mut orders = table("orders", vec![field("customer_id", Kind::Integer), status(&["open", "paid"])]);
    orders.indexes = vec![index("orders_customer_id_idx", &[1]), index("orders_status_customer_id_idx", &[2, 1])];
    orders.references = vec![reference("orders_customer_id_fkey", &[1], 0, &[0], OnDelete::Restrict)];
    let mut items = table("order_items", vec![field("order_id", Kind::Integer), field("price", decimal(12, 2))]);
    items.primary_key = vec![FieldId::new(1), FieldId::new(0)];
    items.generated_key = false;
    items.references = vec![reference("whose item?", &[1], 1, &[0], OnDelete::Cascade)];
    let mut notes = table("notes", vec![field("order_id", Kind::Integer), field("item_id", Kind::Integer)]);
    notes.fields[0] = field("id", Kind::Uuid);
    notes.generated_key = false;
    notes.references = vec![reference("notes_item_fkey", &[1, 2], 2, &[1, 0], OnDelete::Cascade)];
    let mut settings = table("settings \"odd\"", every_kind());
    settings.generated_key = false;
    vec![customers, orders, items, notes, settings, table("defaults", every_default())]
}

fn create(resources: Vec<Resource>) -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    bring_to(&connection, &Schema::new(resources)).unwrap();
    connection
}

/// The differences for which bringing the database there is refused; nothing may have changed.
fn refusals(connection: &Connection, resources: Vec<Resource>) -> String {
    let before = dump(connection);
    let error = bring_to(connection, &Schema::new(resources)).unwrap_err();
    assert_eq!(dump(connection), before);
    let StoreErrorKind::Structure { differences } = error.kind else { panic!("{error:?}") };
    differences.join("\n")
}

fn dump(connection: &Connection) -> Vec<Option<String>> {
    let mut statement = connection.prepare("SELECT sql FROM sqlite_schema ORDER BY rowid").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn statements() {
    insta::assert_snapshot!(create_sql(&Schema::new(shop())).join(";\n"));
}

#[test]
fn what_was_made_is_read_back() {
    let wanted = Schema::new(shop());
    let connection = create(shop());
    let found = introspect(&connection).unwrap();
    assert_eq!(show(&found), show(&wanted));
    for ((_, found), (_, wanted)) in found.resources().zip(wanted.resources()) {
        assert_eq!(found, wanted);
    }
}

#[test]
fn the_second_time_changes_nothing() {
    let mut resources = shop();
    // Kinds that read back as others.
    resources.push(table(
        "mixed",
        vec![
            field("email", Kind::Email),
            field("url", Kind::Url),
            field("slug", Kind::Slug),
            Field::new("tags", FieldType::list(Kind::Text)),
            Field::new("flags", FieldType::list(Kind::Boolean)),
            Field { max: Some(Value::Integer(80)), ..field("text", Kind::Text) },
        ],
    ));
    let connection = create(resources.clone());
    let before = dump(&connection);
    assert_eq!(bring_to(&connection, &Schema::new(resources.clone())).unwrap(), Vec::<String>::new());
    assert_eq!(dump(&connection), before);
    // Not even a lock is taken, so a node may start that can only read.
    connection.pragma_update(None, "query_only", true).unwrap();
    assert_eq!(bring_to(&connection, &Schema::new(resources)).unwrap(), Vec::<String>::new());
}

#[test]
fn a_database_of_others_equals_its_own_schema() {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(include_str!("music.sql")).unwrap();
    let schema = introspect(&connection).unwrap();
    assert_eq!(bring_to(&connection, &schema).unwrap(), Vec::<String>::new());
}

#[test]
fn columns_keep_what_they_are_given() {
    let mut fields = every_kind();
    fields.push(Field::new("list", FieldType::list(Kind::Integer)));
    for one in &mut fields {
        one.optional = true;
    }
    let connection = create(vec![table("t", fields)]);
    let check = |column: &str, value: &dyn rusqlite::ToSql, kind: &str| {
        connection.execute(&format!("INSERT INTO t (\"{column}\") VALUES (?1)"), [value]).unwrap();
        let sql = format!("SELECT typeof(\"{column}\") FROM t ORDER BY id DESC LIMIT 1");
        let found: String = connection.query_row(&sql, [], |row| row.get(0)).unwrap();
        assert_eq!(found, kind, "{column}");
    };
    // Texts that look like numbers stay texts, and the reverse.
    for column in ["text", "date", "time", "datetime", "uuid", "json", "list", "any"] {
        check(column, &"12", "text");
        check(column, &"1e5", "text");
    }
    for column in ["integer", "duration", "decimal", "boolean"] {
        check(column, &1_i64, "integer");
    }
    check("any", &1_i64, "integer");
    check("any", &1.5, "real");
    check("any", &vec![1_u8], "blob");
    check("float", &1_i64, "real");
    check("decimal", &"12.50", "real");
    check("decimal", &"1234567890123.45", "real");
    check("bytes", &vec![1_u8], "blob");
    check("bytes", &"12", "text");
    check("status", &"größe", "text");
    let refused = connection.execute("INSERT INTO t (status) VALUES ('other')", []);
    assert!(refused.unwrap_err().to_string().contains("CHECK"));
    assert!(connection.execute("INSERT INTO t (boolean) VALUES (2)", []).is_err());
}

#[test]
fn fifteen_digits_survive() {
    let connection = create(vec![table("t", vec![field("n", decimal(15, 2))])]);
    for number in ["9999999999999.99", "-1234567890123.45", "0.01", "8388608.30"] {
        connection.execute("INSERT INTO t (n) VALUES (?1)", [number]).unwrap();
        let sql = "SELECT printf('%.2f', n) FROM t ORDER BY id DESC LIMIT 1";
        let found: String = connection.query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(found, number);
    }
}

#[test]
fn an_id_is_never_given_twice() {
    let connection = create(vec![table("t", vec![])]);
    let insert = || -> i64 {
        connection.query_row("INSERT INTO t DEFAULT VALUES RETURNING id", [], |row| row.get(0)).unwrap()
    };
    assert_eq!((insert(), insert()), (1, 2));
    connection.execute("DELETE FROM t WHERE id = 2", []).unwrap();
    assert_eq!(insert(), 3);
}

#[test]
fn a_row_and_those_that_refer_to_it_can_go_together() {
    let mut people = table("people", vec![optional("boss_id", Kind::Integer)]);
    people.references = vec![reference("people_boss_id_fkey", &[1], 0, &[0], OnDelete::Restrict)];
    let connection = create(vec![people]);
    connection.pragma_update(None, "foreign_keys", true).unwrap();
    connection.execute("INSERT INTO people VALUES (1, NULL), (2, 1), (3, 2)", []).unwrap();
    assert!(connection.execute("DELETE FROM people WHERE id = 1", []).is_err());
    assert_eq!(connection.execute("DELETE FROM people", []).unwrap(), 3);
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
    let row: (i64, String) =
        connection.query_row("SELECT score, level FROM customers", [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
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
    let regions = table("regions", vec![Field { name: "name".into(), column: "name".into(), ..status(&["a", "c"]) }]);
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
    let resources = vec![customers, regions, pairs, a_table, a_view, missing, new, reserved, table("search", vec![])];
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
