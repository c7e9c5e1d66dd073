//! Values that are more than a field: what is inside JSON, and what is taken as another type.

use roundtrip_query::plan::{
    Cast, Compare, Direction, Expr, Is, Language, Nulls, Order, OrderBy, Predicate, Scope, Search,
    SearchMode, Slot,
};
use rusqlite::types::Value;

use crate::data::{rows, shop, text};
use crate::fixture::{Shop, as_text, cast, read, showing, with};
use crate::reads;

const CASTS: [Cast; 9] = [
    Cast::Text,
    Cast::Integer,
    Cast::Float,
    Cast::Decimal,
    Cast::Boolean,
    Cast::Date,
    Cast::Time,
    Cast::Datetime,
    Cast::Json,
];

fn inside(shop: &Shop, way: &str) -> Expr {
    shop.inside("products", "details", way)
}

/// Products under a condition of every kind on what is more than a field.
pub(crate) fn compared(shop: &Shop) -> Scope {
    let [name, about, tags] = ["name", "about", "tags"].map(|name| Expr::field(shop.field("products", name)));
    let (json, spelled) = (inside(shop, "kind"), as_text(inside(shop, "kind")));
    let search = Compare::Search(Search { mode: SearchMode::Phrase, language: Language::German });
    let values = [
        (&json, Compare::Eq),
        (&json, Compare::Neq),
        (&json, Compare::Gt),
        (&tags, Compare::Eq),
        (&tags, Compare::Lte),
        (&spelled, Compare::Eq),
        (&spelled, Compare::Lt),
        (&json, Compare::Distinct),
        (&about, Compare::Distinct),
        (&spelled, Compare::Like),
        (&name, Compare::Match),
        (&name, Compare::Imatch),
        (&tags, Compare::Contains),
        (&tags, Compare::ContainedBy),
        (&tags, Compare::Overlaps),
        (&about, search),
    ];
    let compare = |(slot, (value, operator)): (u16, (&Expr, Compare))| Predicate::Compare {
        value: value.clone(),
        operator,
        slot: Slot(slot),
    };
    let compares = (0..).zip(values).map(compare);
    let tests =
        [Is::Null, Is::NotNull, Is::True, Is::False].map(|test| Predicate::Is { value: json.clone(), test });
    let truth = Predicate::Is { value: cast(spelled.clone(), Cast::Boolean), test: Is::True };
    let list = Predicate::In { value: json.clone(), slot: Slot(20) };
    let mut scope = shop.scope("products", &["id"]);
    scope.filter = Predicate::All(compares.chain(tests).chain([truth, list]).collect());
    scope
}

#[test]
fn paths_and_casts_in_an_answer() {
    let shop = Shop::new();
    insta::assert_snapshot!(reads::text(&shop, &read(inside_out(&shop))));
}

/// Products with what is inside them, in an order by it.
pub(crate) fn inside_out(shop: &Shop) -> Scope {
    let [price, active] = ["price", "active"].map(|name| Expr::field(shop.field("products", name)));
    let outputs = [
        shop.shown("cm", inside(shop, "size/cm/-1")),
        shop.shown("kind", as_text(inside(shop, "kind"))),
        shop.shown("whole", cast(as_text(inside(shop, "kind")), Cast::Integer)),
        shop.shown("price", cast(price, Cast::Text)),
        shop.shown("active", cast(active, Cast::Text)),
    ];
    showing(shop.scope("products", &["id"]), outputs)
}

#[test]
fn every_cast_of_every_kind() {
    let shop = Shop::new();
    let fields = ["id", "name", "price", "active", "added", "details"];
    let casts = fields.iter().flat_map(|name| {
        let field = Expr::field(shop.field("products", name));
        CASTS.map(|ty| shop.shown(name, cast(field.clone(), ty)))
    });
    insta::assert_snapshot!(reads::text(&shop, &read(showing(shop.scope("products", &[]), casts))));
}

#[test]
fn a_page_is_cut_before_its_json_is_read() {
    let shop = Shop::new();
    let value = inside(&shop, "size/cm");
    let mut scope = showing(shop.scope("products", &[]), [shop.shown("cm", value)]);
    let by = OrderBy::Own(inside(&shop, "kind"));
    scope.order = vec![Order { by, direction: Direction::Descending, nulls: Nulls::Last }];
    scope.limit = Some(Slot(0));
    insta::assert_snapshot!(reads::text(&shop, &read(scope)));
}

#[test]
fn every_comparison() {
    let shop = Shop::new();
    insta::assert_snapshot!(reads::text(&shop, &read(compared(&shop))));
}

#[test]
fn what_is_found_inside_json() {
    let (shop, connection) = shop();
    let mut scope = shop.scope("products", &[]);
    let ways = ["size/cm", "size/cm/0", "size/cm/-1", "size/cm/-3", "kind", "x", "new"];
    for way in ways {
        scope =
            showing(scope, [inside(&shop, way), as_text(inside(&shop, way))].map(|one| shop.shown(way, one)));
    }
    assert_eq!(
        rows(&shop, &connection, &read(scope), &[]),
        [
            r#"[10,8.5]|[10,8.5]|10|10|8.5|8.5|null|null|"cup"|cup|null|null|true|true"#,
            "null|null|null|null|null|null|null|null|10|10|null|null|null|null",
            "[]|[]|null|null|null|null|null|null|9|9|null|null|null|null",
            &["null"; 14].join("|"),
        ]
    );
}

#[test]
fn json_equals_what_says_the_same_and_numbers_are_in_order() {
    let (shop, connection) = shop();
    let json = || inside(&shop, "kind");
    let whole = || Expr::field(shop.field("products", "details"));
    let compare = |value, operator| Predicate::Compare { value, operator, slot: Slot(0) };
    for (filter, value, expected) in [
        (compare(json(), Compare::Eq), "10", vec!["2"]),
        (compare(json(), Compare::Eq), r#""cup""#, vec!["1"]),
        (compare(json(), Compare::Gt), "9", vec!["1", "2"]),
        (compare(json(), Compare::Lte), "9", vec!["3"]),
        (compare(as_text(json()), Compare::Eq), "cup", vec!["1"]),
        (compare(cast(as_text(inside(&shop, "size/cm/0")), Cast::Integer), Compare::Eq), "10", vec![]),
        (compare(whole(), Compare::Eq), r#"{"kind":10}"#, vec!["2"]),
        (compare(whole(), Compare::Eq), r#"{"kind":9,"size":{"cm":[]}}"#, vec!["3"]),
        (compare(json(), Compare::Distinct), "10", vec!["1", "3", "4"]),
        (compare(Expr::field(shop.field("products", "about")), Compare::Distinct), "a", vec!["1", "2", "4"]),
        (Predicate::In { value: json(), slot: Slot(0) }, r#"["cup",9]"#, vec!["1", "3"]),
        (Predicate::In { value: as_text(json()), slot: Slot(0) }, r#"["cup","9"]"#, vec!["1", "3"]),
        (Predicate::Is { value: inside(&shop, "new"), test: Is::True }, "", vec!["1"]),
        (Predicate::Is { value: as_text(inside(&shop, "new")), test: Is::False }, "", vec![]),
        (Predicate::Is { value: json(), test: Is::Null }, "", vec!["4"]),
    ] {
        let mut scope = shop.scope("products", &["id"]);
        scope.filter = filter.clone();
        assert_eq!(rows(&shop, &connection, &read(scope), &[text(value)]), expected, "{filter:?} {value}");
    }
}

#[test]
fn an_order_by_what_is_inside_json() {
    let (shop, connection) = shop();
    for (value, expected) in [
        (inside(&shop, "kind"), ["3", "2", "1", "4"]),
        (as_text(inside(&shop, "kind")), ["2", "3", "1", "4"]),
    ] {
        for limit in [None, Some(Slot(0))] {
            let mut scope = with(
                shop.scope("products", &["id"]),
                shop.embed("products", "category", shop.scope("categories", &[])),
            );
            let by = OrderBy::Own(value.clone());
            scope.order = vec![Order { by, direction: Direction::Ascending, nulls: Nulls::Last }];
            scope.limit = limit;
            let found = rows(&shop, &connection, &read(scope), &[Value::Integer(9)]);
            let ids: Vec<&str> = found.iter().map(|row| row.split('|').next().unwrap()).collect();
            assert_eq!(ids, expected, "{value:?} {limit:?}");
        }
    }
}

#[test]
fn a_cast_to_text_spells_booleans_and_fills_decimals_up() {
    let (shop, connection) = shop();
    let text = |name| shop.shown(name, cast(Expr::field(shop.field("products", name)), Cast::Text));
    let scope = showing(shop.scope("products", &[]), ["price", "active"].map(text));
    assert_eq!(
        rows(&shop, &connection, &read(scope), &[]),
        ["4.50|true", "3.00|true", "9.00|false", "2.00|true"]
    );
}
