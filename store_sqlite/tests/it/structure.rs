//! Tables of our own: made, read back, extended, refused.

mod difference;
mod migrate;
mod pairs;

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use roundtrip_schema::{
    Access, Field, FieldDefault, FieldId, FieldType, Index, Kind, OnDelete, Reference, Resource, ResourceId,
    ResourceKind, Schema, Unique, Value,
};
use roundtrip_store_sqlite::{bring_to, create_sql, introspect};
use rusqlite::Connection;

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
        renamed_from: None,
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

fn reference(
    constraint: &str,
    from: &[usize],
    target: usize,
    to: &[usize],
    on_delete: OnDelete,
) -> Reference {
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
        with_default("time", Kind::Time, Value::text("17:30:00")),
        with_default("datetime", Kind::Datetime, Value::text("2026-11-21T17:30:00+00:00")),
        with_default("duration", Kind::Duration, Value::Integer(5_400_000_000)),
        with_default("any_number", Kind::Any, Value::Integer(5)),
        with_default("any_text", Kind::Any, Value::text("5")),
        with_default("bytes", Kind::Bytes, Value::Bytes([0, 255].into())),
    ]
}

/// Customers, orders, their items, tags (a junction) and settings: every kind of key and constraint.
fn shop() -> Vec<Resource> {
    let mut customers =
        table("customers", vec![field("email", Kind::Text), optional("referrer_id", Kind::Integer)]);
    customers.uniques = vec![unique("customers_email_key", &[1])];
    customers.references = vec![reference("customers_referrer_id_fkey", &[2], 0, &[0], OnDelete::SetNull)];
    let mut orders = table("orders", vec![field("customer_id", Kind::Integer), status(&["open", "paid"])]);
    orders.indexes =
        vec![index("orders_customer_id_idx", &[1]), index("orders_status_customer_id_idx", &[2, 1])];
    orders.references = vec![reference("orders_customer_id_fkey", &[1], 0, &[0], OnDelete::Restrict)];
    let mut items =
        table("order_items", vec![field("order_id", Kind::Integer), field("price", decimal(12, 2))]);
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

/// A field with any name that SQLite can hold.
fn any_field() -> impl Strategy<Value = Field> {
    let kinds: Vec<Kind> = every_kind().into_iter().map(|field| field.ty.kind).collect();
    let words = proptest::collection::btree_set("\\PC{0,6}", 1..4);
    let word_list =
        words.prop_map(|words| Kind::Enum(words.iter().map(|word| word.as_str().into()).collect()));
    let kind = prop_oneof![proptest::sample::select(kinds), word_list];
    ("\\PC{1,12}", kind, any::<bool>())
        .prop_map(|(name, kind, optional)| Field { optional, ..field(&name, kind) })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_schema_is_read_back(
        name in "[^\\x00-\\x1f]{1,12}",
        fields in proptest::collection::vec(any_field(), 1..6),
        constraint in "\\PC{1,12}",
        on_delete in proptest::sample::select(vec![OnDelete::Restrict, OnDelete::Cascade, OnDelete::SetNull]),
    ) {
        // SQLite folds the case of ASCII letters in names.
        let mut names = BTreeSet::from(["id".to_owned()]);
        prop_assume!(fields.iter().all(|field| names.insert(field.name.to_ascii_lowercase())));
        prop_assume!(!name.to_ascii_lowercase().starts_with("_roundtrip") && !name.to_ascii_lowercase().starts_with("sqlite_"));
        let mut resource = table(&name, fields);
        resource.uniques = vec![unique(&format!("{constraint}1"), &[1])];
        resource.references = vec![reference(&constraint, &[1], 0, &[0], on_delete)];
        let wanted = Schema::new(vec![resource.clone()]);
        let connection = create(vec![resource]);
        prop_assert_eq!(show(&introspect(&connection).unwrap()), show(&wanted));
        prop_assert_eq!(bring_to(&connection, &wanted).unwrap(), Vec::<String>::new());
    }
}

#[test]
fn thousands_of_tables_are_read_in_one_go() {
    let connection = Connection::open_in_memory().unwrap();
    for number in 0..3_000 {
        connection
            .execute_batch(&format!("CREATE TABLE t{number} (id INTEGER PRIMARY KEY, a UNIQUE)"))
            .unwrap();
    }
    assert_eq!(introspect(&connection).unwrap().len(), 3_000);
}
