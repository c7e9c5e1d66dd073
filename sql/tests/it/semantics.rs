//! What the statements do: run on a real database, with data.

use rusqlite::Connection;
use rusqlite::types::Value;

use roundtrip_query::plan::{Compare, Direction, Is, Nulls, Predicate, Shape, Slot};

use crate::database::{compiled, open, run};
use crate::fixture::{Shop, counted, read, with};
use crate::plans::{self, delete, insert, update};

const DATA: &str = "
    INSERT INTO users VALUES ('u1', 'Ann');
    INSERT INTO categories VALUES (1, 'drinks', NULL), (2, 'tea', 1), (3, 'empty', 1);
    INSERT INTO products (id, name, price, active, about, tags, category_id) VALUES
        (1, 'Earl', 4.5, 1, NULL, '[]', 2), (2, 'Mint', 3, 1, 'b', '[]', 2),
        (3, 'mint', 9, 0, 'a', '[]', 2), (4, 'Cola', 2, 1, NULL, '[]', NULL);
    INSERT INTO labels VALUES (1, 'new'), (2, 'bio'), (3, 'old');
    INSERT INTO product_labels VALUES (1, 1), (1, 2), (1, 3), (2, 3);
    INSERT INTO orders VALUES (1, 'u1'), (2, 'u1');
    INSERT INTO items VALUES (1, 1, 1, 5), (2, 1, 2, 0), (3, 2, 2, 7);
    INSERT INTO T1 VALUES (1, NULL), (2, 1), (3, 1), (4, 2);";

fn shop() -> (Shop, Connection) {
    let shop = Shop::new();
    let connection = open(&shop.schema);
    connection.execute_batch(DATA).unwrap();
    (shop, connection)
}

/// The rows of the first statement of a shape.
fn rows(shop: &Shop, connection: &Connection, shape: &Shape, values: &[Value]) -> Vec<String> {
    run(connection, &compiled(shop, shape).statements[0], values)
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

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
    assert_eq!(rows(&shop, &connection, &shape, &[Value::Integer(1), Value::Integer(0)])[0], "1|Earl|[{bio}]");
}

#[test]
fn required_rows_drop_rows_and_are_not_counted() {
    let (shop, connection) = shop();
    let shape = counted(plans::ordered(&shop));
    let compiled = compiled(&shop, &shape);
    for (product, expected) in [("Earl", vec!["1|[{5,{Earl}}]"]), ("Mint", vec!["2|[{7,{Mint}}]"]), ("Cola", vec![])] {
        let values = [text(product), Value::Integer(1)];
        // The rule of items is part of the scope, and its parameter is the same slot.
        assert_eq!(rows_of_items(&shop, &connection, product), expected);
        let count = compiled.count.as_ref().unwrap();
        assert_eq!(run(&connection, count, &values).len(), 1);
    }
}

/// Orders with an item of this product whose quantity is at least one.
fn rows_of_items(shop: &Shop, connection: &Connection, product: &str) -> Vec<String> {
    rows(shop, connection, &read(plans::ordered(shop)), &[text(product), Value::Integer(1)])
}
