//! Shapes that several tests look at: one of every kind.

use roundtrip_query::plan::{
    Compare, DeleteShape, Direction, InsertShape, Is, Layout, Nulls, Predicate, ReadShape, ReplaceShape,
    Resolution, Scope, Shape, Slot, UpdateShape,
};

use crate::fixture::{Shop, counted, inner, read, with};
use crate::{aggregates, conflicts, expressions, orders, spreads};

pub(crate) fn insert(shop: &Shop, resource: &str, columns: &[&str], returning: Option<Scope>) -> InsertShape {
    InsertShape {
        resource: shop.id(resource),
        columns: shop.fields(resource, columns),
        check: Predicate::Always,
        conflict: None,
        returning,
        location: true,
        layout: Layout::Object,
    }
}

pub(crate) fn update(
    shop: &Shop,
    resource: &str,
    columns: &[&str],
    filter: Predicate,
    returning: Option<Scope>,
) -> UpdateShape {
    UpdateShape {
        resource: shop.id(resource),
        columns: shop.fields(resource, columns),
        filter,
        access: Predicate::Always,
        check: Predicate::Always,
        returning,
        layout: Layout::Array,
    }
}

pub(crate) fn delete(
    shop: &Shop,
    resource: &str,
    filter: Predicate,
    returning: Option<Scope>,
) -> DeleteShape {
    DeleteShape {
        resource: shop.id(resource),
        filter,
        access: Predicate::Always,
        returning,
        layout: Layout::Array,
    }
}

/// Products with the names of their labels, best label first.
pub(crate) fn labelled(shop: &Shop) -> Scope {
    let mut labels = shop.scope("labels", &["name"]);
    labels.order = vec![shop.order("labels", "name", Direction::Ascending, Nulls::Last)];
    labels.limit = Some(Slot(0));
    let mut embed = shop.embed("products", "labels", labels);
    embed.junction_access = shop.compare("product_labels", "label_id", Compare::Gt, 1);
    with(shop.scope("products", &["id", "name"]), embed)
}

/// Orders that hold an item of a product, nested twice.
pub(crate) fn ordered(shop: &Shop) -> Scope {
    let mut product = shop.scope("products", &["name"]);
    product.filter = shop.is("products", "name", 0);
    let product = inner(shop.embed("items", "product", product));
    let mut items = with(shop.scope("items", &["quantity"]), product);
    items.access = shop.compare("items", "quantity", Compare::Gte, 1);
    with(shop.scope("orders", &["id"]), inner(shop.embed("orders", "items", items)))
}

/// Categories with the category above them and the products in them, three levels deep.
pub(crate) fn tree(shop: &Shop) -> Scope {
    let mut products = with(
        shop.scope("products", &["name", "price"]),
        shop.embed("products", "category", shop.scope("categories", &["name"])),
    );
    products.order = vec![
        shop.order("products", "price", Direction::Descending, Nulls::First),
        shop.order("products", "about", Direction::Ascending, Nulls::Last),
    ];
    products.offset = Some(Slot(0));
    products.access = shop.test("products", "active", Is::True);
    let above = shop.embed("categories", "parent", shop.scope("categories", &["name"]));
    with(with(shop.scope("categories", &["name"]), above), shop.embed("categories", "products", products))
}

/// The page of the most expensive products, with what belongs to them.
pub(crate) fn dearest(shop: &Shop) -> Scope {
    let category = shop.embed("products", "category", shop.scope("categories", &["name"]));
    let labels = shop.embed("products", "labels", shop.scope("labels", &["name"]));
    let mut scope = with(with(shop.scope("products", &["name"]), inner(category)), labels);
    scope.access = shop.test("products", "active", Is::True);
    scope.order = vec![
        shop.order("products", "price", Direction::Descending, Nulls::First),
        shop.order("products", "id", Direction::Ascending, Nulls::Last),
    ];
    scope.limit = Some(Slot(0));
    scope
}

/// A condition of every kind on products.
pub(crate) fn every_predicate(shop: &Shop) -> Predicate {
    let compare = |name, operator, slot| shop.compare("products", name, operator, slot);
    let is = |name, test| shop.test("products", name, test);
    let labelled = shop.exists("products", "labels", shop.is("labels", "name", 9), Predicate::Always);
    let sold = shop.exists("products", "items", Predicate::Always, shop.is("items", "quantity", 10));
    Predicate::All(vec![
        Predicate::Any(vec![
            compare("price", Compare::Lt, 0),
            compare("price", Compare::Gte, 1),
            Predicate::All(vec![compare("name", Compare::Neq, 2), compare("added", Compare::Gt, 3)]),
        ]),
        Predicate::Not(Box::new(Predicate::Any(vec![
            compare("name", Compare::Like, 4),
            compare("about", Compare::Ilike, 5),
        ]))),
        shop.one_of("products", "id", 6),
        shop.one_of("products", "name", 7),
        compare("id", Compare::Lte, 8),
        is("about", Is::Null),
        is("tags", Is::NotNull),
        is("active", Is::True),
        Predicate::Not(Box::new(is("active", Is::False))),
        is("active", Is::Unknown),
        Predicate::Exists(Box::new(labelled)),
        Predicate::Not(Box::new(Predicate::Exists(Box::new(sold)))),
    ])
}

/// One shape of every kind, for tests that hold for all.
pub(crate) fn all(shop: &Shop) -> Vec<Shape> {
    let mut filtered = shop.scope("products", &["name"]);
    filtered.filter = every_predicate(shop);
    let mut visible = tree(shop);
    visible.access = shop.is("categories", "name", 1);
    let mut checked = insert(shop, "categories", &["name"], Some(visible));
    checked.check = shop.is("categories", "name", 0);
    let key = Predicate::All(vec![shop.is("items", "id", 1)]);
    let by_category = orders::by_category(shop, orders::category(shop), Direction::Ascending);
    let mut spelled = expressions::inside_out(shop);
    (spelled.rendering.strip_nulls, spelled.rendering.zone) = (true, Some("Europe/Berlin".into()));
    let update_lists = update(shop, "categories", &["name"], Predicate::Always, Some(spreads::lists(shop)));
    vec![
        read(expressions::compared(shop)),
        read(spelled),
        counted(aggregates::by_kind(shop)),
        read(with(
            shop.scope("categories", &[]),
            shop.embed("categories", "products", aggregates::prices(shop, &["name"])),
        )),
        read(spreads::flat(shop)),
        read(spreads::lists(shop)),
        read(by_category),
        Shape::Read(ReadShape { explain: true, ..ReadShape::rows(ordered(shop)) }),
        Shape::Insert(conflicts::labels(shop, Resolution::Merge)),
        Shape::Insert(conflicts::labels(shop, Resolution::Ignore)),
        Shape::Update(update_lists),
        read(filtered),
        counted(ordered(shop)),
        read(labelled(shop)),
        read(tree(shop)),
        counted(dearest(shop)),
        Shape::Insert(checked),
        Shape::Update(update(shop, "products", &["name"], every_predicate(shop), Some(labelled(shop)))),
        Shape::Update(update(shop, "products", &[], every_predicate(shop), Some(labelled(shop)))),
        Shape::Replace(ReplaceShape {
            update: update(shop, "items", &["quantity"], key, None),
            insert: Some(insert(shop, "items", &["quantity", "id"], None)),
        }),
        Shape::Delete(delete(shop, "orders", shop.is("orders", "customer_id", 0), Some(ordered(shop)))),
    ]
}
