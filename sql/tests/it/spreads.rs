//! Members of related rows as members of the row around them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use roundtrip_query::plan::{Direction, Is, Nulls, Predicate, Scope, Shape, Slot};
use rusqlite::functions::FunctionFlags;
use rusqlite::types::Value;

use crate::data::{rows, shop, text};
use crate::database::{compiled, run};
use crate::fixture::{Shop, counted, inner, read, silent, spread, with};
use crate::plans::{insert, update};
use crate::reads;

/// Items with their product and the category of that, all in one row.
pub(crate) fn flat(shop: &Shop) -> Scope {
    let category = spread(shop.embed("products", "category", shop.scope("categories", &["name"])));
    let mut product = with(shop.scope("products", &["name", "price"]), category);
    product.access = shop.test("products", "active", Is::True);
    with(shop.scope("items", &["id"]), spread(shop.embed("items", "product", product)))
}

/// Categories with lists of what their products are, and lists of lists.
pub(crate) fn lists(shop: &Shop) -> Scope {
    let mut names = shop.scope("labels", &["name"]);
    names.order = vec![shop.order("labels", "name", Direction::Ascending, Nulls::Last)];
    let labels = spread(shop.embed("products", "labels", names));
    let items = shop.embed("products", "items", shop.scope("items", &["quantity"]));
    let above = spread(shop.embed("products", "category", shop.scope("categories", &["id"])));
    let products = with(with(with(shop.scope("products", &["name", "about"]), labels), items), above);
    with(shop.scope("categories", &["name"]), spread(shop.embed("categories", "products", products)))
}

#[test]
fn one_related_row_is_joined() {
    let shop = Shop::new();
    insta::assert_snapshot!(reads::text(&shop, &counted(flat(&shop))));
}

#[test]
fn a_page_is_cut_before_rows_are_joined_to_it() {
    let shop = Shop::new();
    let mut scope = flat(&shop);
    scope.order = vec![shop.order("items", "quantity", Direction::Descending, Nulls::Last)];
    scope.limit = Some(Slot(0));
    insta::assert_snapshot!(reads::text(&shop, &read(scope)));
}

#[test]
fn several_related_rows_are_lists() {
    let shop = Shop::new();
    insta::assert_snapshot!(reads::text(&shop, &read(lists(&shop))));
}

#[test]
fn a_row_that_may_be_several_is_not_joined() {
    let shop = Shop::new();
    let codes = spread(shop.embed("scans", "code", shop.scope("codes", &["code", "meaning"])));
    insta::assert_snapshot!(reads::text(&shop, &read(with(shop.scope("scans", &["id"]), codes))));
}

#[test]
fn what_is_shown_of_a_row_that_is_not_there() {
    let shop = Shop::new();
    let below = shop.embed("categories", "categories", shop.scope("categories", &["name"]));
    let products = spread(shop.embed("categories", "products", shop.scope("products", &["id"])));
    let category = with(with(shop.scope("categories", &["name"]), below), products);
    let scope = with(shop.scope("products", &["name"]), spread(shop.embed("products", "category", category)));
    insta::assert_snapshot!(reads::text(&shop, &read(scope.clone())));
    let (shop, connection) = crate::data::shop();
    assert_eq!(
        rows(&shop, &connection, &read(scope), &[]),
        ["Earl|tea|[]|[1,2,3]", "Mint|tea|[]|[1,2,3]", "mint|tea|[]|[1,2,3]", "Cola|null|null|null"]
    );
}

#[test]
fn a_written_row_is_answered_with_what_is_spread_into_it() {
    let (shop, connection) = shop();
    let shape = || {
        let set = shop.is("items", "id", 1);
        Shape::Update(update(&shop, "items", &["product_id"], set, Some(flat(&shop))))
    };
    insta::assert_snapshot!(reads::text(&shop, &shape()));
    let change = |product| rows(&shop, &connection, &shape(), &[Value::Integer(product), Value::Integer(2)]);
    assert_eq!(change(4), ["2|Cola|2|null"]);
    assert_eq!(change(2), ["2|Mint|3|tea"]);
    // Product 3 may not be read.
    assert_eq!(change(3), ["2|null|null|null"]);
    let labels = spread(shop.embed("orders", "items", shop.scope("items", &["id"])));
    let returning = with(shop.scope("orders", &["id"]), labels);
    let shape = Shape::Insert(insert(&shop, "orders", &["id", "customer_id"], Some(returning)));
    insta::assert_snapshot!("an_inserted_row_with_lists", reads::text(&shop, &shape));
    assert_eq!(rows(&shop, &connection, &shape, &[Value::Integer(9), text("u1")]), ["9|[]|9"]);
}

#[test]
fn one_row_lifts_its_values_and_none_is_null() {
    let (shop, connection) = shop();
    connection.execute_batch("INSERT INTO items VALUES (4, 2, 4, 1), (5, 2, 3, 1)").unwrap();
    let mut scope = flat(&shop);
    scope.order = vec![shop.order("items", "id", Direction::Ascending, Nulls::Last)];
    assert_eq!(
        rows(&shop, &connection, &read(scope), &[]),
        ["1|Earl|4.5|tea", "2|Mint|3|tea", "3|Mint|3|tea", "4|Cola|2|null", "5|null|null|null"]
    );
    let mut required = flat(&shop);
    required.outputs = required
        .outputs
        .into_iter()
        .map(|output| match output {
            roundtrip_query::plan::Output::Embed(embed) => roundtrip_query::plan::Output::Embed(inner(embed)),
            other => other,
        })
        .collect();
    let compiled = compiled(&shop, &counted(required));
    assert_eq!(run(&connection, &compiled.statements[0], &[]).len(), 4);
    assert_eq!(run(&connection, compiled.count.as_ref().unwrap(), &[]), ["4"]);
}

#[test]
fn lists_are_in_one_order_whatever_index_serves_them() {
    let (shop, connection) = shop();
    // Each list alone would be read from an index of its own, in the order of that.
    connection
        .execute_batch(
            "CREATE INDEX a ON products (category_id, about); CREATE INDEX n ON products (category_id, name DESC);
             CREATE INDEX i ON items (product_id, quantity DESC);",
        )
        .unwrap();
    assert_eq!(
        rows(&shop, &connection, &read(lists(&shop)), &[]),
        [
            "drinks|[]|[]|[]|[]|[]",
            "tea|[Earl,Mint,mint]|[null,b,a]|[[bio,new,old],[old],[]]|[[{5}],[{7},{0}],[]]|[2,2,2]",
            "empty|[]|[]|[]|[]|[]",
        ]
    );
}

#[test]
fn lists_have_an_order_and_a_page() {
    let (shop, connection) = shop();
    let mut products = shop.scope("products", &["name", "about"]);
    products.order = vec![shop.order("products", "about", Direction::Ascending, Nulls::Last)];
    (products.limit, products.offset) = (Some(Slot(0)), Some(Slot(1)));
    let scope =
        with(shop.scope("categories", &["id"]), spread(shop.embed("categories", "products", products)));
    insta::assert_snapshot!(reads::text(&shop, &read(scope.clone())));
    for (limit, offset, expected) in
        [(9, 0, "2|[mint,Mint,Earl]|[a,b,null]"), (1, 1, "2|[Mint]|[b]"), (0, 0, "2|[]|[]")]
    {
        let values = [Value::Integer(limit), Value::Integer(offset)];
        assert_eq!(rows(&shop, &connection, &read(scope.clone()), &values)[1], expected);
    }
}

#[test]
fn rows_are_never_multiplied() {
    let (shop, connection) = shop();
    let codes = spread(shop.embed("scans", "code", shop.scope("codes", &["code", "meaning"])));
    let scope = with(shop.scope("scans", &["id"]), codes);
    assert_eq!(
        rows(&shop, &connection, &read(scope), &[]),
        ["1|a|first", "2|b|third", "3|null|null", "4|a|first"]
    );
}

#[test]
fn more_spreads_than_tables_can_be_joined() {
    let (shop, connection) = shop();
    let category = || {
        let above = spread(shop.embed("categories", "parent", shop.scope("categories", &["name"])));
        spread(shop.embed("products", "category", with(shop.scope("categories", &["id"]), above)))
    };
    let scope = (0..70).map(|_| category()).fold(shop.scope("products", &["id"]), with);
    let text = &compiled(&shop, &read(scope.clone())).statements[0].text;
    assert!(text.matches(" LEFT JOIN ").count() > 20, "some are joined");
    let cells = "|2|drinks".repeat(70);
    assert_eq!(rows(&shop, &connection, &read(scope), &[])[0], format!("1{cells}"));
}

#[test]
fn what_shows_nothing_still_asks() {
    let (shop, connection) = shop();
    let mut items = shop.scope("items", &["id"]);
    items.filter = shop.is("items", "quantity", 0);
    let embed = silent(inner(shop.embed("products", "items", items)));
    let mut scope = with(shop.scope("products", &["name"]), embed);
    scope.order = vec![shop.order("products", "name", Direction::Ascending, Nulls::Last)];
    scope.limit = Some(Slot(1));
    insta::assert_snapshot!(reads::text(&shop, &read(scope.clone())));
    assert_eq!(rows(&shop, &connection, &read(scope), &[Value::Integer(7), Value::Integer(5)]), ["Mint"]);
}

#[test]
fn a_nested_requirement_holds_inside_a_spread() {
    let (shop, connection) = shop();
    let mut labels = shop.scope("labels", &["name"]);
    labels.filter = shop.is("labels", "name", 0);
    let product = with(shop.scope("products", &["name"]), inner(shop.embed("products", "labels", labels)));
    let scope = with(shop.scope("items", &["id"]), spread(shop.embed("items", "product", product)));
    assert_eq!(
        rows(&shop, &connection, &read(scope), &[text("bio")]),
        ["1|Earl|[{bio}]", "2|null|null", "3|null|null"]
    );
}

#[test]
fn a_page_joins_no_more_rows_than_it_shows() {
    let (shop, connection) = shop();
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    connection
        .create_scalar_function("rt_match", 2, FunctionFlags::SQLITE_UTF8, move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
            Ok(true)
        })
        .unwrap();
    connection
        .execute_batch(
            "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 999)
             INSERT INTO items SELECT i, i, 1, i FROM n",
        )
        .unwrap_err();
    connection
        .execute_batch(
            "PRAGMA foreign_keys = OFF;
             WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 999)
             INSERT INTO items SELECT i, i, 1, i FROM n",
        )
        .unwrap();
    let mut product = shop.scope("products", &["name"]);
    product.filter = shop.compare("products", "name", roundtrip_query::plan::Compare::Match, 1);
    let mut scope = with(shop.scope("items", &["id"]), spread(shop.embed("items", "product", product)));
    scope.order = vec![shop.order("items", "quantity", Direction::Descending, Nulls::Last)];
    scope.limit = Some(Slot(0));
    let values = [Value::Integer(2), text("x")];
    assert_eq!(rows(&shop, &connection, &read(scope), &values), ["999|Earl", "998|Earl"]);
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[test]
fn nobody_sees_what_is_spread_without_permission() {
    let (shop, connection) = shop();
    let mut product = shop.scope("products", &["name"]);
    product.access = Predicate::Never;
    let scope = with(shop.scope("items", &["id"]), spread(shop.embed("items", "product", product)));
    assert_eq!(rows(&shop, &connection, &read(scope), &[]), ["1|null", "2|null", "3|null"]);
}
