//! The text of writes, as snapshots that the database has accepted.

use roundtrip_query::plan::{Is, Predicate, ReplaceShape, Shape};

use crate::fixture::{Shop, with};
use crate::plans::{self, delete, insert, update};
use crate::reads::text;

macro_rules! check {
    ($shop:expr, $shape:expr) => {
        insta::assert_snapshot!(text(&$shop, &$shape))
    };
}

#[test]
fn insert_and_answer() {
    let shop = Shop::new();
    let mut returning = with(
        shop.scope("products", &["id", "name"]),
        shop.embed("products", "category", shop.scope("categories", &["name"])),
    );
    returning.access = shop.test("products", "active", Is::True);
    check!(shop, Shape::Insert(insert(&shop, "products", &["name", "price"], Some(returning))));
}

#[test]
fn insert_nothing_but_defaults() {
    let shop = Shop::new();
    check!(shop, Shape::Insert(insert(&shop, "products", &[], None)));
}

#[test]
fn insert_without_an_answer() {
    let shop = Shop::new();
    let mut shape = insert(&shop, "product_labels", &["product_id", "label_id"], None);
    shape.location = false;
    check!(shop, Shape::Insert(shape));
}

#[test]
fn insert_under_a_rule() {
    let shop = Shop::new();
    let mut hidden = shop.scope("product_labels", &["label_id"]);
    hidden.access = Predicate::Never;
    let mut shape = insert(&shop, "product_labels", &["product_id", "label_id"], Some(hidden));
    shape.check = Predicate::Any(vec![shop.is("product_labels", "label_id", 2), Predicate::Never]);
    check!(shop, Shape::Insert(shape));
}

#[test]
fn a_key_of_bytes_has_no_text() {
    let shop = Shop::new();
    check!(shop, Shape::Insert(insert(&shop, "files", &["hash", "name"], None)));
}

#[test]
fn update_and_answer() {
    let shop = Shop::new();
    let mut shape = update(
        &shop,
        "products",
        &["name", "price"],
        shop.is("products", "id", 2),
        Some(plans::labelled(&shop)),
    );
    shape.access = shop.is("products", "active", 3);
    shape.check = shop.is("products", "active", 3);
    check!(shop, Shape::Update(shape));
}

#[test]
fn update_without_an_answer() {
    let shop = Shop::new();
    let sold = shop.exists("products", "items", Predicate::Always, Predicate::Always);
    check!(
        shop,
        Shape::Update(update(&shop, "products", &["price"], Predicate::Exists(Box::new(sold)), None))
    );
}

#[test]
fn update_of_nothing() {
    let shop = Shop::new();
    let key = shop.is("products", "id", 0);
    let mut returning = shop.scope("products", &["id", "name"]);
    returning.access = shop.is("products", "active", 1);
    check!(shop, Shape::Update(update(&shop, "products", &[], key.clone(), Some(returning))));
    let minimal = update(&shop, "products", &[], key, None);
    insta::assert_snapshot!("update_of_nothing_without_an_answer", text(&shop, &Shape::Update(minimal)));
}

#[test]
fn replace() {
    let shop = Shop::new();
    let returning = || Some(shop.scope("items", &["id", "quantity"]));
    check!(
        shop,
        Shape::Replace(ReplaceShape {
            update: update(
                &shop,
                "items",
                &["quantity", "product_id"],
                shop.is("items", "id", 2),
                returning()
            ),
            insert: Some(insert(&shop, "items", &["quantity", "product_id", "id"], returning())),
        })
    );
}

#[test]
fn replace_a_row_that_is_all_key() {
    let shop = Shop::new();
    let key = Predicate::All(vec![
        shop.is("product_labels", "product_id", 0),
        shop.is("product_labels", "label_id", 1),
    ]);
    check!(
        shop,
        Shape::Replace(ReplaceShape {
            update: update(&shop, "product_labels", &[], key, None),
            insert: Some(insert(&shop, "product_labels", &["product_id", "label_id"], None)),
        })
    );
    let key = shop.is("items", "id", 1);
    let update = update(&shop, "items", &["quantity"], key, None);
    let shape = Shape::Replace(ReplaceShape { update, insert: None });
    insta::assert_snapshot!("replace_what_is_there", text(&shop, &shape));
}

#[test]
fn delete_and_answer() {
    let shop = Shop::new();
    let mut shape = delete(&shop, "orders", shop.is("orders", "id", 0), Some(plans::ordered(&shop)));
    shape.access = shop.is("orders", "customer_id", 1);
    check!(shop, Shape::Delete(shape));
}

#[test]
fn delete_without_an_answer() {
    let shop = Shop::new();
    check!(shop, Shape::Delete(delete(&shop, "orders", Predicate::Always, None)));
    let rows = delete(&shop, "orders", Predicate::Always, Some(shop.scope("orders", &[])));
    insta::assert_snapshot!("delete_and_answer_no_fields", text(&shop, &Shape::Delete(rows)));
}

#[test]
fn a_table_called_like_an_alias() {
    let shop = Shop::new();
    let below = with(
        shop.scope("nodes", &["id"]),
        shop.embed(
            "nodes",
            "nodes",
            with(shop.scope("nodes", &["id"]), shop.embed("nodes", "parent", shop.scope("nodes", &["id"]))),
        ),
    );
    check!(
        shop,
        Shape::Update(update(&shop, "nodes", &["parent_id"], shop.is("nodes", "id", 1), Some(below)))
    );
}
