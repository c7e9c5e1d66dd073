//! The shop with something in it, and words to ask for it.

use roundtrip_query::plan::Shape;
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::database::{compiled, open, run};
use crate::fixture::Shop;

const DATA: &str = r#"
    INSERT INTO users VALUES ('u1', 'Ann');
    INSERT INTO categories VALUES (1, 'drinks', NULL), (2, 'tea', 1), (3, 'empty', 1);
    INSERT INTO products (id, name, price, active, about, tags, category_id) VALUES
        (1, 'Earl', 4.5, 1, NULL, '[]', 2), (2, 'Mint', 3, 1, 'b', '[]', 2),
        (3, 'mint', 9, 0, 'a', '[]', 2), (4, 'Cola', 2, 1, NULL, '[]', NULL);
    INSERT INTO labels VALUES (1, 'new'), (2, 'bio'), (3, 'old');
    INSERT INTO product_labels VALUES (1, 1), (1, 2), (1, 3), (2, 3);
    INSERT INTO orders VALUES (1, 'u1'), (2, 'u1');
    INSERT INTO items VALUES (1, 1, 1, 5), (2, 1, 2, 0), (3, 2, 2, 7);
    INSERT INTO T1 VALUES (1, NULL), (2, 1), (3, 1), (4, 2);
    UPDATE products SET details = '{"size": {"cm": [10, 8.5]}, "kind": "cup", "new": true, "x": null}' WHERE id = 1;
    UPDATE products SET details = '{"kind": 10}' WHERE id = 2;
    UPDATE products SET details = '{ "kind" : 9, "size": {"cm": []}}' WHERE id = 3;
    INSERT INTO codes VALUES ('a', 'first'), ('a', 'second'), ('b', 'third');
    INSERT INTO scans VALUES (1, 'a'), (2, 'b'), (3, NULL), (4, 'a');"#;

pub(crate) fn shop() -> (Shop, Connection) {
    let shop = Shop::new();
    let connection = open(&shop.schema);
    connection.execute_batch(DATA).unwrap();
    (shop, connection)
}

/// The rows of the first statement of a shape.
pub(crate) fn rows(shop: &Shop, connection: &Connection, shape: &Shape, values: &[Value]) -> Vec<String> {
    run(connection, &compiled(shop, shape).statements[0], values)
}

pub(crate) fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}
