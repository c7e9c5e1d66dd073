//! Orders by a value of the one related row.

use roundtrip_query::plan::{Direction, Embed, Expr, Is, Nulls, Order, OrderBy, RelatedOrder, Scope, Slot};
use rusqlite::types::Value;

use crate::data::{rows, shop};
use crate::fixture::{Shop, read, spread, with};
use crate::reads;

/// An order by a value of the row that an embed finds.
pub(crate) fn by_related(embed: &Embed, value: Expr) -> RelatedOrder {
    RelatedOrder {
        link: embed.link.clone(),
        resource: embed.scope.resource,
        value,
        filter: embed.scope.filter.clone(),
        access: embed.scope.access.clone(),
        junction_access: embed.junction_access.clone(),
    }
}

/// Products by the name of their category, and then by their own.
pub(crate) fn by_category(shop: &Shop, embed: Embed, direction: Direction) -> Scope {
    let name = Expr::field(shop.field("categories", "name"));
    let by = OrderBy::Related(Box::new(by_related(&embed, name)));
    let mut scope = with(shop.scope("products", &["id"]), embed);
    let id = shop.order("products", "id", Direction::Descending, Nulls::Last);
    scope.order = vec![Order { by, direction, nulls: Nulls::Last }, id];
    scope
}

pub(crate) fn category(shop: &Shop) -> Embed {
    let mut category = shop.scope("categories", &["name"]);
    category.access = shop.test("categories", "parent_id", Is::NotNull);
    shop.embed("products", "category", category)
}

#[test]
fn by_a_related_row() {
    let shop = Shop::new();
    insta::assert_snapshot!(reads::text(
        &shop,
        &read(by_category(&shop, category(&shop), Direction::Descending))
    ));
}

#[test]
fn a_page_by_a_row_that_is_spread() {
    let shop = Shop::new();
    let mut scope = by_category(&shop, spread(category(&shop)), Direction::Ascending);
    insta::assert_snapshot!("by_a_row_that_is_spread", reads::text(&shop, &read(scope.clone())));
    scope.limit = Some(Slot(0));
    insta::assert_snapshot!(reads::text(&shop, &read(scope)));
}

#[test]
fn every_way_gives_the_same_order() {
    let (shop, connection) = shop();
    connection.execute_batch("UPDATE products SET category_id = 3 WHERE id = 2").unwrap();
    for (direction, expected) in
        [(Direction::Ascending, ["2", "3", "1", "4"]), (Direction::Descending, ["3", "1", "2", "4"])]
    {
        for embed in [category(&shop), spread(category(&shop))] {
            for limit in [None, Some(Slot(0))] {
                let mut scope = by_category(&shop, embed.clone(), direction);
                scope.limit = limit;
                let found = rows(&shop, &connection, &read(scope), &[Value::Integer(9)]);
                let ids: Vec<&str> = found.iter().map(|row| row.split('|').next().unwrap()).collect();
                assert_eq!(ids, expected, "{direction:?} {:?} {limit:?}", embed.shows);
            }
        }
    }
}
