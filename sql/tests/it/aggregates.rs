//! What is worked out over several rows, and the groups that are answered instead of rows.

use roundtrip_query::plan::{Aggregate, Cast, Direction, Expr, Nulls, Order, OrderBy, Output, Scope, Slot};
use rusqlite::types::Value;

use crate::data::{rows, shop};
use crate::database::{compiled, run};
use crate::fixture::{Shop, counted, inner, read, showing, silent, spread, with};
use crate::reads;

fn field(shop: &Shop, resource: &str, name: &str) -> Expr {
    Expr::field(shop.field(resource, name))
}

/// Products in groups of their category, with each function over their price.
pub(crate) fn prices(shop: &Shop, fields: &[&str]) -> Scope {
    let price = || Some(field(shop, "products", "price"));
    let functions = [Aggregate::Sum, Aggregate::Avg, Aggregate::Count, Aggregate::Max, Aggregate::Min];
    showing(shop.scope("products", fields), functions.map(|function| shop.over(function, price())))
}

/// Items in groups of the kind of product, with what is counted of the products' categories.
pub(crate) fn by_kind(shop: &Shop) -> Scope {
    let count = shop.over(Aggregate::Count, None);
    let category =
        spread(shop.embed("products", "category", showing(shop.scope("categories", &["name"]), [count])));
    let sum = shop.over(Aggregate::Sum, Some(field(shop, "products", "price")));
    let product =
        spread(shop.embed("items", "product", with(showing(shop.scope("products", &[]), [sum]), category)));
    with(shop.scope("items", &["order_id"]), product)
}

#[test]
fn groups_of_everything_else_that_is_shown() {
    let shop = Shop::new();
    let mut scope = with(
        prices(&shop, &["active", "about"]),
        shop.embed("products", "category", shop.scope("categories", &["name"])),
    );
    scope.filter = shop.is("products", "active", 0);
    scope.order = vec![shop.order("products", "about", Direction::Descending, Nulls::First)];
    scope.limit = Some(Slot(1));
    insta::assert_snapshot!(reads::text(&shop, &counted(scope)));
}

#[test]
fn only_aggregates() {
    let shop = Shop::new();
    let counts = [shop.over(Aggregate::Count, None)];
    insta::assert_snapshot!(reads::text(&shop, &counted(showing(shop.scope("products", &[]), counts))));
}

#[test]
fn aggregates_in_embeds() {
    let shop = Shop::new();
    let mut grouped = prices(&shop, &["active"]);
    grouped.order = vec![shop.order("products", "active", Direction::Ascending, Nulls::Last)];
    let alone = showing(shop.scope("categories", &["id"]), [shop.over(Aggregate::Count, None)]);
    let scope = with(shop.scope("categories", &["name"]), shop.embed("categories", "products", grouped));
    insta::assert_snapshot!(reads::text(
        &shop,
        &read(with(scope, shop.embed("categories", "parent", alone)))
    ));
}

#[test]
fn aggregates_in_spreads() {
    let shop = Shop::new();
    insta::assert_snapshot!(reads::text(&shop, &counted(by_kind(&shop))));
}

#[test]
fn a_cast_before_and_after() {
    let (shop, connection) = shop();
    let output = |function, before: Option<Cast>, after| Output::Aggregate {
        function,
        of: Some(Expr { cast: before, ..field(&shop, "products", "price") }),
        cast: after,
        key: "n".into(),
    };
    let outputs = [
        output(Aggregate::Sum, Some(Cast::Integer), None),
        output(Aggregate::Avg, None, Some(Cast::Integer)),
        output(Aggregate::Max, Some(Cast::Text), None),
        output(Aggregate::Avg, None, Some(Cast::Text)),
    ];
    let scope = showing(shop.scope("products", &[]), outputs);
    insta::assert_snapshot!(reads::text(&shop, &read(scope.clone())));
    assert_eq!(rows(&shop, &connection, &read(scope), &[]), ["19|5|9.00|4.625"]);
}

#[test]
fn rows_become_groups_and_are_counted_as_such() {
    let (shop, connection) = shop();
    let category = shop.embed("products", "category", shop.scope("categories", &["name"]));
    let by_category =
        with(showing(shop.scope("products", &[]), [shop.over(Aggregate::Count, None)]), category);
    let mut none = prices(&shop, &[]);
    none.filter = shop.is("products", "name", 0);
    let mut no_group = prices(&shop, &["active"]);
    no_group.filter = none.filter.clone();
    let mut page = prices(&shop, &["active"]);
    (page.limit, page.offset) = (Some(Slot(1)), Some(Slot(1)));
    page.order = vec![shop.order("products", "active", Direction::Descending, Nulls::Last)];
    for (scope, expected, count) in [
        (prices(&shop, &[]), vec!["18.5|4.625|4|9|2"], "1"),
        (prices(&shop, &["active"]), vec!["0|9|9|1|9|9", "1|9.5|3.1666666666666665|3|4.5|2"], "2"),
        (page, vec!["0|9|9|1|9|9"], "2"),
        (by_category, vec!["1|null", "3|{tea}"], "2"),
        (none, vec!["null|null|0|null|null"], "1"),
        (no_group, vec![], "0"),
    ] {
        let compiled = compiled(&shop, &counted(scope));
        let values = [Value::Text("nothing".to_owned()), Value::Integer(1)];
        assert_eq!(run(&connection, &compiled.statements[0], &values), expected);
        assert_eq!(run(&connection, compiled.count.as_ref().unwrap(), &values), [count]);
    }
}

#[test]
fn each_row_has_its_own_groups() {
    let (shop, connection) = shop();
    let mut grouped = showing(shop.scope("products", &["active"]), [shop.over(Aggregate::Count, None)]);
    grouped.order = vec![shop.order("products", "active", Direction::Descending, Nulls::Last)];
    let mut cut = grouped.clone();
    cut.limit = Some(Slot(0));
    let total = showing(
        shop.scope("products", &[]),
        [shop.over(Aggregate::Sum, Some(field(&shop, "products", "price")))],
    );
    let above = showing(shop.scope("categories", &["name"]), [shop.over(Aggregate::Count, None)]);
    let embeds = [
        shop.embed("categories", "products", grouped),
        shop.embed("categories", "products", cut),
        shop.embed("categories", "products", total),
        shop.embed("categories", "parent", above),
    ];
    let scope = embeds.into_iter().fold(shop.scope("categories", &["name"]), with);
    assert_eq!(
        rows(&shop, &connection, &read(scope), &[Value::Integer(1)]),
        [
            "drinks|[]|[]|[{null}]|null",
            "tea|[{1,2},{0,1}]|[{1,2}]|[{16.5}]|{drinks,1}",
            "empty|[]|[]|[{null}]|{drinks,1}",
        ]
    );
}

#[test]
fn what_a_spread_works_out_is_of_the_rows_around_it() {
    let (shop, connection) = shop();
    connection.execute_batch("INSERT INTO items VALUES (4, 2, 4, 1)").unwrap();
    let mut scope = by_kind(&shop);
    scope.order = vec![shop.order("items", "order_id", Direction::Ascending, Nulls::Last)];
    // Item 4 is of a product without a category: there is none to count.
    assert_eq!(rows(&shop, &connection, &read(scope), &[]), ["1|7.5|tea|2", "2|2|null|0", "2|3|tea|1"]);
}

#[test]
fn groups_of_a_row_that_cannot_be_joined() {
    let (shop, connection) = shop();
    let count = shop.over(Aggregate::Count, None);
    let meaning = showing(shop.scope("codes", &["code"]), [count]);
    let scope = with(shop.scope("scans", &[]), spread(shop.embed("scans", "code", meaning)));
    insta::assert_snapshot!(reads::text(&shop, &read(scope.clone())));
    assert_eq!(rows(&shop, &connection, &read(scope), &[]), ["null|0", "a|2", "b|1"]);
}

#[test]
fn text_in_either_case_is_two_groups_in_a_foreign_table() {
    let shop = Shop::new();
    let connection = crate::database::open(&Shop::renamed(|name| format!("other_{name}")).schema);
    connection
        .execute_batch(
            "CREATE TABLE labels (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE);
             INSERT INTO labels VALUES (1, 'a'), (2, 'B'), (3, 'A');",
        )
        .unwrap();
    let functions = [Aggregate::Count, Aggregate::Max];
    let outputs = functions.map(|function| shop.over(function, Some(field(&shop, "labels", "name"))));
    let all = showing(shop.scope("labels", &[]), outputs.clone());
    assert_eq!(rows(&shop, &connection, &read(all), &[]), ["3|a"]);
    let groups = showing(shop.scope("labels", &["name"]), outputs);
    assert_eq!(rows(&shop, &connection, &read(groups), &[]), ["A|1|A", "B|1|B", "a|1|a"]);
}

#[test]
fn groups_are_ordered_by_the_row_that_is_spread_into_them() {
    let (shop, connection) = shop();
    let product = spread(shop.embed(
        "items",
        "product",
        showing(shop.scope("products", &["name"]), [shop.over(Aggregate::Count, None)]),
    ));
    for (direction, expected) in
        [(Direction::Ascending, ["Earl|1", "Mint|2"]), (Direction::Descending, ["Mint|2", "Earl|1"])]
    {
        let by = crate::orders::by_related(&product, field(&shop, "products", "name"));
        let order = Order { by: OrderBy::Related(Box::new(by)), direction, nulls: Nulls::Last };
        let mut scope = with(shop.scope("items", &[]), product.clone());
        scope.order = vec![order];
        assert_eq!(rows(&shop, &connection, &read(scope), &[]), expected);
    }
}

#[test]
fn groups_of_rows_that_must_have_related_ones() {
    let (shop, connection) = shop();
    let sold = silent(inner(shop.embed("products", "items", shop.scope("items", &["id"]))));
    let scope = with(showing(shop.scope("products", &[]), [shop.over(Aggregate::Count, None)]), sold);
    assert_eq!(rows(&shop, &connection, &read(scope), &[]), ["2"]);
}
