//! The same shapes in the words of every database, side by side.

use roundtrip_query::plan::{
    Aggregate, Compare, Direction, Expr, Nulls, Predicate, Range, ReadShape, ReplaceShape, Resolution, Shape,
    Slot,
};
use roundtrip_schema::{Field, Schema};
use roundtrip_sql::{Compiled, Dialect, MySql, Postgres, Sqlite, compile};

use crate::fixture::{Shop, counted, read, with};
use crate::plans::{self, delete, insert, update};
use crate::{aggregates, conflicts, expressions, orders, spreads};

fn side_by_side(shop: &Shop, shape: &Shape) -> String {
    let dialects: [(&str, &dyn Dialect); 3] =
        [("SQLite", &Sqlite), ("PostgreSQL", &Postgres), ("MariaDB", &MySql)];
    let texts = dialects
        .map(|(name, dialect)| format!("-- {name}\n{}", statements(&compile(&shop.schema, shape, dialect))));
    texts.join("\n")
}

fn statements(compiled: &Compiled) -> String {
    let mut lines = Vec::new();
    for statement in &compiled.statements {
        lines.extend(statement.lock.iter().map(|text| format!("lock: {text}")));
        lines.push(format!("{:?}: {}", statement.role, statement.text));
        lines.extend(statement.read_back.iter().map(|text| format!("then: {text}")));
    }
    lines.extend(compiled.count.iter().map(|count| format!("count: {}", count.text)));
    lines.extend(compiled.probe.iter().map(|probe| format!("probe: {probe}")));
    lines.join("\n") + "\n"
}

macro_rules! check {
    ($name:ident, $shape:expr) => {
        #[test]
        fn $name() {
            let shop = Shop::new();
            let shape: fn(&Shop) -> Shape = $shape;
            insta::assert_snapshot!(side_by_side(&shop, &shape(&shop)));
        }
    };
}

check!(every_comparison, |shop| read(expressions::compared(shop)));
check!(every_predicate, |shop| {
    let mut scope = shop.scope("products", &["name"]);
    scope.filter = plans::every_predicate(shop);
    counted(scope)
});
check!(inside_documents, |shop| read(expressions::inside_out(shop)));
check!(groups, |shop| counted(aggregates::by_kind(shop)));
check!(spread_rows, |shop| read(spreads::flat(shop)));
check!(spread_lists, |shop| read(spreads::lists(shop)));
check!(ordered_by_a_related_row, |shop| {
    read(orders::by_category(shop, orders::category(shop), Direction::Ascending))
});
check!(a_tree, |shop| read(plans::tree(shop)));
check!(a_page_with_what_belongs_to_it, |shop| counted(plans::dearest(shop)));
check!(through_a_junction, |shop| read(plans::labelled(shop)));
check!(explained, |shop| {
    Shape::Read(ReadShape { explain: true, ..ReadShape::rows(plans::ordered(shop)) })
});
check!(inserted_under_a_rule, |shop| {
    let mut shape = insert(shop, "categories", &["name"], Some(shop.scope("categories", &["id", "name"])));
    shape.check = shop.is("categories", "name", 0);
    Shape::Insert(shape)
});
check!(inserted_defaults, |shop| {
    Shape::Insert(insert(shop, "labels", &[], Some(shop.scope("labels", &["id"]))))
});
check!(a_key_of_bytes, |shop| Shape::Insert(insert(shop, "files", &["hash", "name"], None)));
check!(merged, |shop| Shape::Insert(conflicts::labels(shop, Resolution::Merge)));
check!(ignored, |shop| Shape::Insert(conflicts::labels(shop, Resolution::Ignore)));
check!(updated, |shop| {
    let filter = shop.is("products", "id", 1);
    Shape::Update(update(shop, "products", &["name"], filter, Some(plans::labelled(shop))))
});
check!(replaced, |shop| {
    let key = Predicate::All(vec![shop.is("items", "id", 1)]);
    Shape::Replace(ReplaceShape {
        update: update(shop, "items", &["quantity"], key, None),
        insert: Some(insert(shop, "items", &["quantity", "id"], None)),
    })
});
check!(deleted, |shop| {
    let filter = shop.is("orders", "customer_id", 0);
    Shape::Delete(delete(shop, "orders", filter, Some(shop.scope("orders", &["id"]))))
});

/// A table of somebody else's, in a namespace, with a column of each sort that PostgreSQL compares in a
/// way of its own.
fn native() -> (Schema, Shop) {
    let shop = Shop::new();
    let types = [
        ("name", "character varying(80)"),
        ("about", "public.citext"),
        ("tags", "text[]"),
        ("details", "json"),
        ("added", "timestamp without time zone"),
        ("id", "integer"),
    ];
    let mut resources: Vec<_> = shop.schema.resources().map(|(_, resource)| resource.clone()).collect();
    let set = |field: &mut Field| {
        let found = types.iter().find(|(name, _)| *name == field.name);
        field.column_type = found.map(|(_, words)| (*words).into());
    };
    resources.iter_mut().flat_map(|resource| &mut resource.fields).for_each(set);
    (Schema::new(resources).in_namespace("The \"shop\""), shop)
}

fn in_postgres(schema: &Schema, shape: &Shape) -> String {
    statements(&compile(schema, shape, &Postgres))
}

#[test]
fn types_of_postgresql_are_compared_in_their_own_way() {
    let (schema, shop) = native();
    let mut scope = shop.scope("products", &["name", "about", "tags", "details"]);
    let operators = [
        Compare::Eq,
        Compare::Gt,
        Compare::Distinct,
        Compare::Like,
        Compare::Ilike,
        Compare::Match,
        Compare::Contains,
        Compare::ContainedBy,
        Compare::Overlaps,
        Compare::Range(Range::NotLeft),
    ];
    let mut all = Vec::new();
    for name in ["id", "name", "about", "tags", "details"] {
        let of = |(slot, operator): (u16, &Compare)| shop.compare("products", name, *operator, slot);
        all.push(Predicate::Any((0..).zip(&operators).map(of).collect()));
        all.push(shop.one_of("products", name, 20));
    }
    scope.filter = Predicate::All(all);
    let order = |name| shop.order("products", name, Direction::Descending, Nulls::Last);
    scope.order = ["name", "about", "tags", "details", "added"].map(order).into();
    scope.limit = Some(Slot(30));
    insta::assert_snapshot!(in_postgres(&schema, &read(scope)));
}

#[test]
fn types_of_postgresql_are_worked_out_in_their_own_way() {
    let (schema, shop) = native();
    let mut scope = shop.scope("products", &[]);
    for name in ["id", "name", "about", "price"] {
        for function in [Aggregate::Max, Aggregate::Min, Aggregate::Sum, Aggregate::Avg, Aggregate::Count] {
            let adds_up = matches!(name, "id" | "price");
            if adds_up || !matches!(function, Aggregate::Sum | Aggregate::Avg) {
                scope.outputs.push(shop.over(function, Some(Expr::field(shop.field("products", name)))));
            }
        }
    }
    insta::assert_snapshot!(in_postgres(&schema, &read(scope)));
}

#[test]
fn written_rows_of_a_namespace() {
    let (schema, shop) = native();
    let answer = with(
        shop.scope("products", &["id", "about"]),
        shop.embed("products", "category", shop.scope("categories", &["name"])),
    );
    let shape = Shape::Insert(insert(&shop, "products", &["name", "tags"], Some(answer)));
    insta::assert_snapshot!(in_postgres(&schema, &shape));
}
