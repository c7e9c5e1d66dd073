//! What the statements do: run on a real database, with data.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rusqlite::functions::FunctionFlags;
use rusqlite::types::Value;

use roundtrip_query::plan::{Compare, Direction, Is, Nulls, Predicate, Shape, Slot};

use crate::data::{rows, shop, text};
use crate::database::{compiled, open, run};
use crate::fixture::{Shop, counted, read, with};
use crate::plans::{self, delete, insert, update};

#[test]
fn embeds_hold_the_rows_of_their_own_row() {
    let (shop, connection) = shop();
    assert_eq!(
        rows(&shop, &connection, &read(plans::tree(&shop)), &[Value::Integer(0)]),
        ["drinks|null|[]", "tea|{drinks}|[{Earl,4.5,{tea}},{Mint,3,{tea}}]", "empty|{drinks}|[]"]
    );
    assert_eq!(
        rows(&shop, &connection, &read(plans::tree(&shop)), &[Value::Integer(1)])[1],
        "tea|{drinks}|[{Mint,3,{tea}}]"
    );
}

#[test]
fn a_junction_and_its_rule() {
    let (shop, connection) = shop();
    let shape = read(plans::labelled(&shop));
    assert_eq!(
        rows(&shop, &connection, &shape, &[Value::Integer(9), Value::Integer(1)]),
        ["1|Earl|[{bio},{old}]", "2|Mint|[{old}]", "3|mint|[]", "4|Cola|[]"]
    );
    assert_eq!(
        rows(&shop, &connection, &shape, &[Value::Integer(1), Value::Integer(0)])[0],
        "1|Earl|[{bio}]"
    );
}

#[test]
fn required_rows_drop_rows_and_are_not_counted_without() {
    let (shop, connection) = shop();
    let compiled = compiled(&shop, &counted(plans::ordered(&shop)));
    let count = compiled.count.as_ref().unwrap();
    for (product, expected) in
        [("Earl", vec!["1|[{5,{Earl}}]"]), ("Mint", vec!["2|[{7,{Mint}}]"]), ("Cola", vec![])]
    {
        // The second order line of Mint has a quantity that the rule hides.
        let values = [text(product), Value::Integer(1)];
        assert_eq!(run(&connection, &compiled.statements[0], &values), expected);
        assert_eq!(run(&connection, count, &values), [expected.len().to_string()]);
    }
}

#[test]
fn an_order_without_a_page_is_kept_inside_an_embed() {
    let (shop, connection) = shop();
    for (direction, expected) in
        [(Direction::Ascending, "[{bio},{new},{old}]"), (Direction::Descending, "[{old},{new},{bio}]")]
    {
        let mut labels = shop.scope("labels", &["name"]);
        labels.order = vec![shop.order("labels", "name", direction, Nulls::Last)];
        let mut scope = with(shop.scope("products", &[]), shop.embed("products", "labels", labels));
        scope.limit = Some(Slot(0));
        assert_eq!(rows(&shop, &connection, &read(scope), &[Value::Integer(1)]), [expected]);
    }
}

#[test]
fn a_page_works_out_no_more_embeds_than_it_shows() {
    let (shop, connection) = shop();
    connection
        .execute_batch(
            "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 999)
             INSERT INTO products (id, name, price, active, tags, category_id)
             SELECT i, 'n' || i, i, 1, '[]', 2 FROM n",
        )
        .unwrap();
    let rendered = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&rendered);
    connection
        .create_scalar_function("rt_row", -1, FunctionFlags::SQLITE_UTF8, move |_| {
            Ok(i64::try_from(counter.fetch_add(1, Ordering::Relaxed)).unwrap_or(0))
        })
        .unwrap();
    let mut scope = plans::dearest(&shop);
    assert_eq!(
        rows(&shop, &connection, &read(scope.clone()), &[Value::Integer(2)]),
        ["n999|0|[]", "n998|1|[]"]
    );
    assert_eq!(rendered.swap(0, Ordering::Relaxed), 2);
    scope.order.remove(0);
    assert_eq!(rows(&shop, &connection, &read(scope), &[Value::Integer(1)]), ["Earl|0|[{new},{bio},{old}]"]);
    assert_eq!(rendered.load(Ordering::Relaxed), 1);
}

#[test]
fn nulls_stand_where_they_shall() {
    let (shop, connection) = shop();
    for (direction, nulls, expected) in [
        (Direction::Ascending, Nulls::First, ["1", "4", "3", "2"]),
        (Direction::Ascending, Nulls::Last, ["3", "2", "1", "4"]),
        (Direction::Descending, Nulls::First, ["1", "4", "2", "3"]),
        (Direction::Descending, Nulls::Last, ["2", "3", "1", "4"]),
    ] {
        let mut scope = shop.scope("products", &["id"]);
        let id = shop.order("products", "id", Direction::Ascending, Nulls::Last);
        scope.order = vec![shop.order("products", "about", direction, nulls), id];
        assert_eq!(rows(&shop, &connection, &read(scope), &[]), expected, "{direction:?} {nulls:?}");
    }
}

#[test]
fn a_page_of_no_rows_has_no_related_row() {
    let (shop, connection) = shop();
    let mut customer = shop.scope("users", &["name"]);
    customer.limit = Some(Slot(0));
    let shape = read(with(shop.scope("orders", &["id"]), shop.embed("orders", "customer", customer)));
    assert_eq!(rows(&shop, &connection, &shape, &[Value::Integer(1)]), ["1|{Ann}", "2|{Ann}"]);
    assert_eq!(rows(&shop, &connection, &shape, &[Value::Integer(0)]), ["1|null", "2|null"]);
}

#[test]
fn lists_and_tests() {
    let (shop, connection) = shop();
    let is = |test| shop.test("products", "active", test);
    let list = |name| shop.one_of("products", name, 0);
    let not = |predicate| Predicate::Not(Box::new(predicate));
    for (filter, value, expected) in [
        (list("id"), "[1,3,77]", vec!["1", "3"]),
        (list("name"), r#"["mint","Cola"]"#, vec!["3", "4"]),
        (list("price"), "[4.50,2]", vec!["1", "4"]),
        (list("id"), "[]", vec![]),
        (not(list("id")), "[1,2]", vec!["3", "4"]),
        (not(list("id")), "[1,null]", vec![]),
        (is(Is::True), "", vec!["1", "2", "4"]),
        (not(is(Is::True)), "", vec!["3"]),
        // Unknown stays unknown: products without a text are in neither list.
        (shop.compare("products", "about", Compare::Neq, 0), "a", vec!["2"]),
        (not(shop.compare("products", "about", Compare::Neq, 0)), "a", vec!["3"]),
    ] {
        let mut scope = shop.scope("products", &["id"]);
        scope.filter = filter.clone();
        assert_eq!(rows(&shop, &connection, &read(scope), &[text(value)]), expected, "{filter:?} {value}");
    }
}

#[test]
fn a_written_row_is_answered_as_it_is_now() {
    let (shop, connection) = shop();
    let below = shop.embed("nodes", "nodes", shop.scope("nodes", &["id"]));
    let shape = update(
        &shop,
        "nodes",
        &["parent_id"],
        shop.is("nodes", "id", 1),
        Some(with(shop.scope("nodes", &["parent_id"]), below)),
    );
    let values = [Value::Integer(2), Value::Integer(3)];
    assert_eq!(rows(&shop, &connection, &Shape::Update(shape), &values), ["2|[]"]);
    let below = shop.embed("nodes", "nodes", shop.scope("nodes", &["id"]));
    let shape = update(
        &shop,
        "nodes",
        &["parent_id"],
        shop.is("nodes", "id", 1),
        Some(with(shop.scope("nodes", &["parent_id"]), below)),
    );
    let values = [Value::Null, Value::Integer(2)];
    assert_eq!(rows(&shop, &connection, &Shape::Update(shape), &values), ["null|[{3},{4}]"]);
}

#[test]
fn what_is_unknown_is_neither_shown_nor_permitted() {
    let (shop, connection) = shop();
    let mut returning = shop.scope("products", &["id"]);
    returning.access = shop.is("products", "about", 2);
    let mut shape =
        insert(&shop, "products", &["id", "name", "price", "active", "tags", "about"], Some(returning));
    shape.check = Predicate::Not(Box::new(shop.is("products", "about", 6)));
    for (id, about, expected) in
        [(10, Value::Null, "10|0|10|0"), (11, text("price"), "11|1|11|1"), (12, text("hidden"), "12|0|12|0")]
    {
        // Slot 2 is the written price: any value may be compared with any other.
        let row = [
            Value::Integer(id),
            text("n"),
            text("price"),
            Value::Integer(1),
            text("[]"),
            about,
            text("hidden"),
        ];
        assert_eq!(rows(&shop, &connection, &Shape::Insert(shape.clone()), &row), [expected]);
    }
}

#[test]
fn an_update_of_nothing_finds_rows_and_leaves_them() {
    let (shop, connection) = shop();
    connection
        .execute_batch("CREATE TRIGGER t BEFORE UPDATE ON products BEGIN SELECT raise(ABORT, 'no'); END")
        .unwrap();
    let shape = |returning| {
        Shape::Update(update(&shop, "products", &[], shop.is("products", "category_id", 0), returning))
    };
    let before = connection.total_changes();
    assert_eq!(rows(&shop, &connection, &shape(None), &[Value::Integer(2)]).len(), 3);
    let names = shape(Some(shop.scope("products", &["name"])));
    assert_eq!(rows(&shop, &connection, &names, &[Value::Integer(2)]), ["Earl", "Mint", "mint"]);
    assert_eq!(connection.total_changes(), before);
}

/// SQLite answers a deleted row after its foreign keys have acted. This is written down here because
/// other databases will differ.
#[test]
fn what_a_deletion_took_along_is_not_answered() {
    let (shop, connection) = shop();
    let items = shop.embed("orders", "items", shop.scope("items", &["quantity"]));
    let customer = shop.embed("orders", "customer", shop.scope("users", &["name"]));
    let returning = with(with(shop.scope("orders", &["id"]), customer), items);
    let shape = Shape::Delete(delete(&shop, "orders", Predicate::Always, Some(returning)));
    assert_eq!(rows(&shop, &connection, &shape, &[]), ["1|{Ann}|[]", "2|{Ann}|[]"]);
}

#[test]
fn text_is_compared_byte_by_byte_in_a_foreign_table() {
    let shop = Shop::new();
    let connection = open(&Shop::renamed(|name| format!("other_{name}")).schema);
    connection
        .execute_batch(
            "CREATE TABLE labels (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE);
             INSERT INTO labels VALUES (1, 'a'), (2, 'B'), (3, 'A');",
        )
        .unwrap();
    let order = vec![shop.order("labels", "name", Direction::Ascending, Nulls::Last)];
    let list = shop.one_of("labels", "name", 0);
    for (filter, value, expected) in [
        (shop.is("labels", "name", 0), "a", vec!["1"]),
        (shop.compare("labels", "name", Compare::Gt, 0), "A", vec!["2", "1"]),
        (list, r#"["a"]"#, vec!["1"]),
        (Predicate::Always, "", vec!["3", "2", "1"]),
    ] {
        let mut scope = shop.scope("labels", &["id"]);
        (scope.filter, scope.order) = (filter, order.clone());
        assert_eq!(rows(&shop, &connection, &read(scope), &[text(value)]), expected, "{value}");
    }
}

#[test]
fn an_index_of_ours_serves_a_text_column() {
    let (shop, connection) = shop();
    connection.execute_batch("CREATE INDEX by_name ON products (name)").unwrap();
    let ordered = vec![shop.order("products", "name", Direction::Descending, Nulls::First)];
    let list = shop.one_of("products", "name", 0);
    for (filter, order, expected) in [
        (shop.is("products", "name", 0), vec![], "SEARCH t0 USING COVERING INDEX by_name (name=?)"),
        (
            shop.compare("products", "name", Compare::Gt, 0),
            ordered.clone(),
            "SEARCH t0 USING COVERING INDEX by_name (name>?)",
        ),
        (list, vec![], "SEARCH t0 USING COVERING INDEX by_name (name=?)"),
        (Predicate::Always, ordered, "SCAN t0 USING COVERING INDEX by_name"),
    ] {
        let mut scope = shop.scope("products", &["id"]);
        (scope.filter, scope.order) = (filter, order);
        let query = format!("EXPLAIN QUERY PLAN {}", compiled(&shop, &read(scope)).statements[0].text);
        let values = vec![Value::Null; query.matches("?1").count()];
        let plan: String =
            connection.query_row(&query, rusqlite::params_from_iter(values), |row| row.get(3)).unwrap();
        assert_eq!(plan, expected, "{query}");
    }
}

#[test]
fn names_that_mean_something_to_the_database_are_only_names() {
    let words = ["new", "old", "true", "null", "main", "rowid", "excluded", "value", "c0", "t0"];
    for start in 0..words.len() {
        let plain = [
            "users",
            "categories",
            "products",
            "labels",
            "orders",
            "items",
            "id",
            "name",
            "active",
            "quantity",
        ];
        let shop = Shop::renamed(move |name| match plain.iter().position(|one| *one == name) {
            Some(place) => words[(start + place) % words.len()].to_owned(),
            None => name.to_owned(),
        });
        for shape in plans::all(&shop) {
            compiled(&shop, &shape);
        }
    }
}
