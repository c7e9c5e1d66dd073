//! Inserts of rows that may be there already.

use roundtrip_query::plan::{Conflict, InsertShape, Is, Predicate, Resolution, Shape};
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::data::{rows, shop, text};
use crate::database::compiled;
use crate::fixture::Shop;
use crate::plans::insert;
use crate::reads;

fn conflict(shop: &Shop, resource: &str, target: &[&str], sets: &[&str], resolution: Resolution) -> Conflict {
    Conflict {
        target: shop.fields(resource, target),
        resolution,
        sets: shop.fields(resource, sets),
        access: Predicate::Always,
    }
}

/// Labels by their key, answered with their name.
pub(crate) fn labels(shop: &Shop, resolution: Resolution) -> InsertShape {
    let returning = Some(shop.scope("labels", &["id", "name"]));
    let conflict = Some(conflict(shop, "labels", &["id"], &["name"], resolution));
    InsertShape { conflict, location: false, ..insert(shop, "labels", &["id", "name"], returning) }
}

/// Items by order and product, without an answer.
fn items(shop: &Shop, resolution: Resolution) -> InsertShape {
    let target = conflict(shop, "items", &["order_id", "product_id"], &["quantity"], resolution);
    let columns = ["order_id", "quantity", "product_id"];
    InsertShape { conflict: Some(target), location: false, ..insert(shop, "items", &columns, None) }
}

fn is_there(shop: &Shop, connection: &Connection, shape: &InsertShape, values: &[Value]) -> bool {
    let compiled = compiled(shop, &Shape::Insert(shape.clone()));
    let mut probe = connection.prepare(compiled.probe.as_ref().unwrap()).unwrap();
    let used = probe.parameter_count().min(values.len());
    probe.query_row(rusqlite::params_from_iter(&values[..used]), |row| row.get(0)).unwrap()
}

#[test]
fn merged_and_answered() {
    let shop = Shop::new();
    let mut shape = labels(&shop, Resolution::Merge);
    shape.location = true;
    shape.conflict.as_mut().unwrap().access = shop.test("labels", "name", Is::NotNull);
    shape.check = shop.is("labels", "name", 2);
    insta::assert_snapshot!(reads::text(&shop, &Shape::Insert(shape)));
}

#[test]
fn merged_by_something_else_than_the_key() {
    let shop = Shop::new();
    insta::assert_snapshot!(reads::text(&shop, &Shape::Insert(items(&shop, Resolution::Merge))));
}

#[test]
fn left_as_it_is() {
    let shop = Shop::new();
    insta::assert_snapshot!(reads::text(&shop, &Shape::Insert(labels(&shop, Resolution::Ignore))));
    let silent = Shape::Insert(items(&shop, Resolution::Ignore));
    insta::assert_snapshot!("left_as_it_is_without_an_answer", reads::text(&shop, &silent));
}

#[test]
fn nothing_to_merge() {
    let shop = Shop::new();
    let key = ["product_id", "label_id"];
    let returning = Some(shop.scope("product_labels", &key));
    let conflict = Some(conflict(&shop, "product_labels", &key, &[], Resolution::Merge));
    let shape = InsertShape { conflict, ..insert(&shop, "product_labels", &key, returning) };
    insta::assert_snapshot!(reads::text(&shop, &Shape::Insert(shape.clone())));
    let (shop, connection) = crate::data::shop();
    for label in [1, 2] {
        let values = [Value::Integer(2), Value::Integer(label)];
        let expected = [format!("2|{label}|2|{label}")];
        for _ in 0..2 {
            assert_eq!(rows(&shop, &connection, &Shape::Insert(shape.clone()), &values), expected);
        }
    }
}

#[test]
fn nothing_but_defaults_is_always_new() {
    let shop = Shop::new();
    let conflict = Some(conflict(&shop, "labels", &["id"], &[], Resolution::Merge));
    let shape = InsertShape { conflict, ..insert(&shop, "labels", &[], None) };
    insta::assert_snapshot!(reads::text(&shop, &Shape::Insert(shape)));
}

#[test]
fn a_key_that_the_database_hands_out_is_new() {
    let shop = Shop::new();
    let conflict = Some(conflict(&shop, "labels", &["id"], &["name"], Resolution::Merge));
    let shape = InsertShape { conflict, ..insert(&shop, "labels", &["name"], None) };
    insta::assert_snapshot!(reads::text(&shop, &Shape::Insert(shape)));
}

#[test]
fn a_merge_changes_the_row_that_is_there() {
    let (shop, connection) = shop();
    let shape = labels(&shop, Resolution::Merge);
    for (id, name, there) in [(1, "newer", true), (7, "seventh", false), (7, "still", true)] {
        let values = [Value::Integer(id), text(name)];
        assert_eq!(is_there(&shop, &connection, &shape, &values), there, "{id}");
        let answer = rows(&shop, &connection, &Shape::Insert(shape.clone()), &values);
        assert_eq!(answer, [format!("{id}|{name}")]);
    }
    let shape = items(&shop, Resolution::Merge);
    let values = [1, 50, 2].map(Value::Integer);
    assert!(is_there(&shop, &connection, &shape, &values));
    rows(&shop, &connection, &Shape::Insert(shape), &values);
    let quantity: i64 =
        connection.query_row("SELECT quantity FROM items WHERE id = 2", [], |row| row.get(0)).unwrap();
    assert_eq!(quantity, 50);
}

#[test]
fn a_row_that_may_not_be_changed_is_neither_changed_nor_answered() {
    let (shop, connection) = shop();
    let mut shape = labels(&shop, Resolution::Merge);
    shape.conflict.as_mut().unwrap().access = shop.is("labels", "name", 2);
    for (own, expected) in [("new", vec!["1|mine"]), ("old", vec![])] {
        let values = [Value::Integer(1), text("mine"), text(own)];
        assert_eq!(rows(&shop, &connection, &Shape::Insert(shape.clone()), &values), expected);
    }
}

#[test]
fn what_is_ignored_is_not_answered() {
    let (shop, connection) = shop();
    let shape = Shape::Insert(labels(&shop, Resolution::Ignore));
    let add = |id| rows(&shop, &connection, &shape, &[Value::Integer(id), text("x")]);
    assert_eq!(add(1), Vec::<String>::new());
    assert_eq!(add(9), ["9|x"]);
    assert_eq!(compiled(&shop, &shape).probe, None);
}

#[test]
fn a_table_may_be_called_excluded() {
    let shop = Shop::renamed(|name| if name == "labels" { "excluded".to_owned() } else { name.to_owned() });
    let connection = crate::database::open(&shop.schema);
    let shape = Shape::Insert(labels(&shop, Resolution::Merge));
    for name in ["first", "second"] {
        let values = [Value::Integer(1), text(name)];
        assert_eq!(rows(&shop, &connection, &shape, &values), [format!("1|{name}")]);
    }
}
