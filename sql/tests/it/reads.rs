//! The text of reads, as snapshots that the database has accepted.

use roundtrip_query::plan::{
    Compare, Count, Direction, Layout, Nulls, Predicate, ReadShape, Scope, Shape, Slot,
};
use roundtrip_sql::Statement;

use crate::database::compiled;
use crate::fixture::{Shop, counted, inner, read, spread, with};
use crate::plans;

/// Every statement of a shape, as a snapshot shows it.
pub(crate) fn text(shop: &Shop, shape: &Shape) -> String {
    let compiled = compiled(shop, shape);
    let count = compiled.count.iter().map(|count| format!("count: {}\n", count.text));
    let probe = compiled.probe.iter().map(|probe| format!("probe: {probe}\n"));
    compiled.statements.iter().map(describe).chain(count).chain(probe).collect()
}

fn describe(statement: &Statement) -> String {
    let Statement { role, text, lock, read_back, columns, visible, key_columns, checked } = statement;
    let columns: Vec<String> = columns.columns.iter().map(|(key, form)| format!("{key}: {form:?}")).collect();
    let mut more = String::new();
    for (present, word) in [(*visible, " visible"), (*key_columns > 0, " key"), (*checked, " checked")] {
        if present {
            more.push_str(word);
        }
    }
    let then = read_back.as_ref().map_or_else(String::new, |text| format!("\n  then {text}"));
    let first = lock.as_ref().map_or_else(String::new, |text| format!("{text}\n  then "));
    format!("{role:?}: {first}{text}{then}\n  -> {{{}}}{more}\n", columns.join(", "))
}

macro_rules! check {
    ($shop:expr, $shape:expr) => {
        insta::assert_snapshot!(text(&$shop, &$shape))
    };
}

#[test]
fn fields_in_order() {
    let shop = Shop::new();
    let mut scope = shop.scope("products", &["id", "name", "price", "active", "tags", "added"]);
    scope.order = vec![
        shop.order("products", "price", Direction::Descending, Nulls::First),
        shop.order("products", "id", Direction::Ascending, Nulls::Last),
    ];
    scope.limit = Some(Slot(0));
    scope.offset = Some(Slot(1));
    check!(shop, read(scope));
}

#[test]
fn nulls_are_placed_only_where_they_would_stand_elsewhere() {
    let shop = Shop::new();
    let mut scope = shop.scope("products", &["id"]);
    for direction in [Direction::Ascending, Direction::Descending] {
        for nulls in [Nulls::First, Nulls::Last] {
            scope.order.push(shop.order("products", "about", direction, nulls));
            scope.order.push(shop.order("products", "name", direction, nulls));
        }
    }
    check!(shop, read(scope));
}

#[test]
fn an_offset_without_a_limit() {
    let shop = Shop::new();
    let mut scope = shop.scope("products", &["id"]);
    scope.offset = Some(Slot(0));
    check!(shop, read(scope));
}

#[test]
fn what_nobody_may_see() {
    let shop = Shop::new();
    let mut scope = shop.scope("products", &["id"]);
    scope.filter = shop.is("products", "id", 0);
    scope.access = Predicate::Never;
    check!(shop, counted(scope));
}

#[test]
fn no_fields_at_all() {
    let shop = Shop::new();
    let empty = shop.embed("products", "category", shop.scope("categories", &[]));
    let mut ordered = shop.scope("items", &[]);
    ordered.limit = Some(Slot(0));
    let ordered = shop.embed("products", "items", ordered);
    check!(shop, read(with(with(shop.scope("products", &[]), empty), ordered)));
    insta::assert_snapshot!("nothing_but_rows", text(&shop, &read(shop.scope("products", &[]))));
}

#[test]
fn one_object() {
    let shop = Shop::new();
    let mut scope = shop.scope("users", &["id", "name"]);
    scope.filter = shop.is("users", "id", 0);
    check!(shop, Shape::Read(ReadShape { layout: Layout::Object, ..ReadShape::rows(scope) }));
}

#[test]
fn every_predicate() {
    let shop = Shop::new();
    let mut scope = shop.scope("products", &["id"]);
    scope.filter = plans::every_predicate(&shop);
    check!(shop, read(scope));
}

#[test]
fn constants_inside_predicates_disappear() {
    let shop = Shop::new();
    let one = || shop.is("products", "id", 0);
    for (predicate, expected) in [
        (Predicate::All(vec![]), ""),
        (Predicate::Any(vec![]), " WHERE 0"),
        (Predicate::All(vec![Predicate::Always, one()]), r#" WHERE t0."id" = ?1"#),
        (Predicate::All(vec![Predicate::Never, one()]), " WHERE 0"),
        (Predicate::Any(vec![Predicate::Always, one()]), ""),
        (Predicate::Any(vec![Predicate::Never, one()]), r#" WHERE t0."id" = ?1"#),
        (Predicate::Not(Box::new(Predicate::Never)), ""),
        (Predicate::Not(Box::new(Predicate::All(vec![]))), " WHERE 0"),
        (Predicate::Not(Box::new(Predicate::Not(Box::new(one())))), r#" WHERE NOT (NOT (t0."id" = ?1))"#),
    ] {
        let mut scope = shop.scope("products", &["id"]);
        scope.filter = predicate;
        let expected = format!(r#"SELECT t0."id" FROM "products" AS t0{expected}"#);
        assert_eq!(compiled(&shop, &read(scope)).statements[0].text, expected);
    }
}

#[test]
fn filter_and_access_are_both_kept() {
    let shop = Shop::new();
    let mut scope = shop.scope("products", &["id"]);
    scope.filter =
        Predicate::Any(vec![shop.is("products", "id", 0), shop.compare("products", "id", Compare::Gt, 1)]);
    scope.access = Predicate::Any(vec![shop.is("products", "name", 2), shop.is("products", "active", 3)]);
    scope.limit = Some(Slot(4));
    check!(shop, counted(scope));
}

#[test]
fn related_rows_without_order() {
    let shop = Shop::new();
    let mut products = shop.scope("products", &["name"]);
    products.filter = shop.is("products", "name", 0);
    products.access = shop.is("products", "active", 1);
    check!(
        shop,
        read(with(shop.scope("categories", &["id"]), shop.embed("categories", "products", products)))
    );
}

#[test]
fn related_rows_of_related_rows() {
    let shop = Shop::new();
    check!(shop, read(plans::tree(&shop)));
}

#[test]
fn a_page_is_cut_before_its_embeds() {
    let shop = Shop::new();
    check!(shop, counted(plans::dearest(&shop)));
}

#[test]
fn a_page_in_the_order_of_the_key() {
    let shop = Shop::new();
    let mut scope = plans::dearest(&shop);
    scope.order.remove(0);
    check!(shop, read(scope));
}

#[test]
fn a_related_row_and_its_page() {
    let shop = Shop::new();
    let mut category = shop.scope("categories", &["name"]);
    category.limit = Some(Slot(0));
    category.order = vec![shop.order("categories", "name", Direction::Ascending, Nulls::Last)];
    check!(shop, read(with(shop.scope("products", &["id"]), shop.embed("products", "category", category))));
}

#[test]
fn through_a_junction() {
    let shop = Shop::new();
    check!(shop, read(plans::labelled(&shop)));
}

#[test]
fn required_related_rows() {
    let shop = Shop::new();
    check!(shop, counted(plans::ordered(&shop)));
}

#[test]
fn required_through_a_junction() {
    let shop = Shop::new();
    let mut embed = inner(shop.embed("products", "labels", shop.scope("labels", &["name"])));
    embed.junction_access = Predicate::Never;
    check!(shop, counted(with(shop.scope("products", &["id"]), embed)));
}

#[test]
fn how_a_read_would_be_carried_out() {
    let shop = Shop::new();
    let shape = Shape::Read(ReadShape {
        explain: true,
        count: Count::Exact,
        ..ReadShape::rows(plans::labelled(&shop))
    });
    check!(shop, shape);
}

#[test]
fn how_rows_are_written_is_said_at_every_level() {
    let shop = Shop::new();
    let rendered = |mut scope: Scope| {
        (scope.rendering.strip_nulls, scope.rendering.zone) = (true, Some("Asia/Tokyo".into()));
        scope
    };
    let products = spread(shop.embed("categories", "products", rendered(shop.scope("products", &["added"]))));
    let above = shop.embed("categories", "parent", rendered(shop.scope("categories", &["name"])));
    let shape = read(rendered(with(with(shop.scope("categories", &["id"]), products), above)));
    check!(shop, shape);
    let layout = &compiled(&shop, &shape).statements[0].columns;
    assert!(layout.strip_nulls);
    assert_eq!(layout.zone.as_deref(), Some("Asia/Tokyo"));
}

#[test]
fn what_our_functions_rendered_is_said_by_its_place() {
    let shop = Shop::new();
    let category = with(
        shop.scope("categories", &["id", "name"]),
        shop.embed("categories", "parent", shop.scope("categories", &["id"])),
    );
    let category = spread(shop.embed("products", "category", category));
    let labels = spread(shop.embed("products", "labels", shop.scope("labels", &["id"])));
    let scope = with(with(shop.scope("products", &["tags"]), category), labels);
    let nested: Vec<bool> = compiled(&shop, &read(scope)).nested.iter().map(Option::is_some).collect();
    assert_eq!(nested, [false, false, false, true, true]);
}
