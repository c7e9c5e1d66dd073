//! What plans come out, and what is refused: queries against a small shop.

mod aggregates;
mod conditions;
mod embeds;
mod orders;
mod outline;
mod values;
mod writes;

use std::sync::Arc;

use roundtrip_query::operation::{Answer, Delete, Operation, Read, Returning, Target};
use roundtrip_query::plan::{Layout, OrderBy, Output, Plan, Predicate, Scope, Shape};
use roundtrip_query::planner::{self, Context, HiddenFields, Written};
use roundtrip_query::{Capabilities, Limits, QueryError, grammar};
use roundtrip_schema::Schema;
use roundtrip_schema::parse::{SourceFile, parse};

const FILES: [(&str, &str); 8] = [
    ("users", "[fields]\nname = \"text\"\nemail = { type = \"email\", read = \"nobody\" }"),
    ("categories", "[fields]\nname = \"text\"\nparent_id = { to = \"categories\", optional = true }"),
    (
        "products",
        "[fields]\nname = \"text\"\nprice = \"decimal(12,2)\"\nactive = \"boolean\"\nstock = \"integer\"\n\
         about = \"text?\"\ntags = \"text[]\"\ncategory_id = { to = \"categories\" }",
    ),
    ("labels", "[fields]\nname = \"text\""),
    (
        "product_labels",
        "id = [\"product_id\", \"label_id\"]\n[fields]\nproduct_id = { to = \"products\" }\n\
         label_id = { to = \"labels\" }",
    ),
    (
        "stores",
        "[fields]\nname = \"text\"\nabout = \"json?\"\ncode = { type = \"text\", unique = true }\n\
         opened = \"date?\"\nopen_for = \"duration?\"\nmanager_id = { to = \"users\", optional = true }\n\
         pin = { type = \"json?\", read = \"nobody\" }",
    ),
    ("visits", "id = []\n[fields]\nstore_id = { to = \"stores\" }\nseen = \"integer\""),
    (
        "orders",
        "[fields]\nbuyer_id = { to = \"users\" }\nseller_id = { to = \"users\" }\n\
         [parts.items.fields]\nproduct_id = { to = \"products\" }\nquantity = \"integer\"",
    ),
];

fn shop() -> Arc<Schema> {
    let files = FILES
        .map(|(name, text)| SourceFile { path: format!("resources/{name}.toml"), text: text.to_owned() });
    let schema = parse(&files).unwrap_or_else(|mistakes| panic!("{}", mistakes[0]));
    Arc::new(schema)
}

fn planned(operation: &Operation, limits: &Limits) -> Result<Plan, QueryError> {
    planned_as(operation, limits, Written::default())
}

fn planned_as(operation: &Operation, limits: &Limits, written: Written) -> Result<Plan, QueryError> {
    let capabilities = Capabilities {
        database: "SQLite",
        parameters: 100,
        decimal_digits: 15,
        json_depth: Some(6),
        writable: true,
        regular_expressions: true,
        text_search: true,
        ranges: false,
        estimates: false,
        explains: true,
        grouped_embeds: true,
    };
    let schema = shop();
    let context =
        Context { schema: &schema, capabilities: &capabilities, limits, hidden: HiddenFields::Absent };
    planner::plan(context, operation, written)
}

/// `products/42/labels?select=name`: a path below the door and a query.
fn read(call: &str) -> Result<Plan, QueryError> {
    read_within(call, &Limits { page_rows: 50, embed_depth: 3, in_list: 3, ..Limits::default() })
}

fn read_within(call: &str, limits: &Limits) -> Result<Plan, QueryError> {
    let (path, query) = call.split_once('?').unwrap_or((call, ""));
    let mut segments = path.split('/');
    let target = Target {
        profile: None,
        resource: segments.next().unwrap_or_default().to_owned(),
        key: segments.next().map(|key| key.split(',').map(str::to_owned).collect()),
        follow: segments.next().map(str::to_owned),
    };
    let selection = grammar::parse(query, limits)?.selection;
    planned(&Operation::Read(Read::new(target, selection)), limits)
}

/// Each call gives the plan with this outline.
fn check(rows: &[(&str, &str)]) {
    for (call, expected) in rows {
        let plan = read(call).unwrap_or_else(|error| panic!("{call}: {error}"));
        assert_eq!(outline::outline(&plan), *expected, "{call}");
    }
}

/// Each call is refused with a message that begins so.
fn refused(rows: &[(&str, &str)]) {
    for (call, expected) in rows {
        let error = read(call).map(|plan| outline::outline(&plan)).expect_err(call).to_string();
        assert!(error.starts_with(expected), "{call}\n  {error}\n  {expected}");
    }
}

fn scope(plan: &Plan) -> &Scope {
    match &*plan.shape {
        Shape::Read(read) => &read.scope,
        other => panic!("not a read: {other:?}"),
    }
}

/// The keys of a row, embeds with theirs in brackets.
fn keys(scope: &Scope) -> String {
    let key = |output: &Output| match output {
        Output::Field { key, .. } | Output::Aggregate { key, .. } => key.to_string(),
        Output::Embed(embed) => format!("{}({})", embed.key, keys(&embed.scope)),
    };
    scope.outputs.iter().map(key).collect::<Vec<_>>().join(",")
}

#[test]
fn outputs_come_fields_first_without_hidden_ones() {
    for (call, expected) in [
        ("users", "id,name"),
        ("users?select=*,name", "id,name"),
        ("users?select=who:name,id", "who,id"),
        ("products?select=category(name),name", "name,category(name)"),
        ("products?select=name,category_id(name)", "name,category_id(name)"),
        ("categories?select=name,products(name)", "name,products(name)"),
        ("products?select=labels(name)", "labels(name)"),
        ("orders?select=id,items(quantity,product(name))", "id,items(quantity,product(name))"),
        ("orders?select=id,order_items(quantity)", "id,order_items(quantity)"),
        ("orders?select=buyer(name),seller(name)", "buyer(name),seller(name)"),
        ("orders?select=users!seller_id(name)", "users(name)"),
        // The name of one's own table is the rows that refer here; the column is the row referred to.
        ("categories?select=categories(name),parent(name)", "categories(name),parent(name)"),
        // An embed takes the place of a field with its name.
        ("products?select=name,about:category(name),about", "name,about(name)"),
    ] {
        let plan = read(call).unwrap_or_else(|error| panic!("{call}: {error}"));
        assert_eq!(keys(scope(&plan)), expected, "{call}");
    }
}

#[test]
fn refusals_name_what_is_wrong() {
    for (call, expected) in [
        ("prodcts", "there is no resource called 'prodcts' [products]"),
        ("products?select=nam", "column products.nam does not exist [name]"),
        ("users?select=email", "column users.email does not exist []"),
        ("users?email=eq.a@example.com", "column users.email does not exist []"),
        ("users?order=email", "column users.email does not exist []"),
        (
            "products?select=categry(name)",
            "could not find a relationship between 'products' and 'categry' [category]",
        ),
        (
            "orders?select=users(name)",
            "Could not embed because more than one relationship was found for 'orders' and 'users' \
             [users!orders_buyer_id_fkey users!orders_seller_id_fkey]",
        ),
        ("products?stock=eq.many", "invalid input for stock: "),
        ("products/abc", "invalid input for id: "),
        ("products/1,2", "products has a key of 1 part(s) (id), the path gives 2"),
        ("product_labels/1", "product_labels has a key of 2 part(s) (product_id,label_id), the path gives 1"),
        ("products?stock=like.4*", "like and ilike compare text, stock is integer"),
        ("products?stock=is.true", "is.true asks for a boolean, stock is integer"),
        ("products?id=in.(1,2,3,4)", "values in a list: 4 given, at most 3 allowed (setting limits.in_list)"),
        ("products?select=x:name,x:price", "'x' is selected twice: give one of them an alias, new_name:x"),
        ("products?select=category(name),category(id)", "'category' is selected twice"),
        ("products?select=category(name)&category=eq.4", "Bad operator on the 'category' embedded resource"),
        (
            "categories?select=products(labels(product_labels(products(name))))",
            "levels of embedding: 4 given, at most 3 allowed (setting limits.embed_depth)",
        ),
    ] {
        let error = read(call).map(|plan| keys(scope(&plan))).expect_err(call);
        let more = match &error {
            QueryError::UnknownResource { nearest, .. }
            | QueryError::UnknownField { nearest, .. }
            | QueryError::UnknownRelation { nearest, .. } => {
                format!(" [{}]", nearest.clone().unwrap_or_default())
            }
            QueryError::AmbiguousRelation { candidates, .. } => {
                let choices: Vec<&str> = candidates.iter().map(|one| one.choose.as_str()).collect();
                format!(" [{}]", choices.join(" "))
            }
            _ => String::new(),
        };
        let text = format!("{error}{more}");
        assert!(text.starts_with(expected), "{call}\n  {text}\n  {expected}");
    }
}

#[test]
fn a_shape_holds_no_value() {
    for (one, other) in [
        ("products?price=lt.20&limit=5", "products?price=lt.3000&limit=7"),
        ("products?id=in.(1)", "products?id=in.(1, 2,3)"),
        ("products/1", "products/99"),
        ("products?name=like.A*&offset=1", "products?name=like.B*&offset=10"),
    ] {
        let plans = [one, other].map(|call| read(call).unwrap_or_else(|error| panic!("{call}: {error}")));
        assert_eq!(plans[0].shape, plans[1].shape, "{one}");
        assert_ne!(plans[0].params, plans[1].params, "{one}");
    }
}

#[test]
fn pages_are_capped_and_totally_ordered() {
    let terms = |call: &str| -> Vec<usize> {
        let plan = read(call).unwrap_or_else(|error| panic!("{call}: {error}"));
        scope(&plan)
            .order
            .iter()
            .map(|order| match &order.by {
                OrderBy::Own(value) => value.field.index(),
                OrderBy::Related(_) => usize::MAX,
            })
            .collect()
    };
    assert_eq!(terms("products"), [0]);
    assert_eq!(terms("products?order=price.desc"), [2, 0]);
    assert_eq!(terms("products?order=id.desc"), [0]);
    assert_eq!(terms("products/7"), [0_usize; 0]);
    for (call, values) in [
        ("products", "[Integer(50)]"),
        ("products?limit=5", "[Integer(5)]"),
        ("products?limit=500", "[Integer(50)]"),
        // Both levels share the cap's one value.
        ("categories?select=products(name)", "[Integer(50)]"),
        ("categories?select=products(name)&products.limit=3", "[Integer(3), Integer(50)]"),
        ("products?limit=5&offset=0", "[Integer(5)]"),
    ] {
        let plan = read(call).unwrap_or_else(|error| panic!("{call}: {error}"));
        assert_eq!(format!("{:?}", plan.params.fixed), values, "{call}");
    }
}

#[test]
fn a_followed_relation_filters_directly_and_asks_about_the_parent() {
    let plan = read("categories/3/products?price=lt.20").expect("it can be planned");
    let Predicate::All(all) = &scope(&plan).filter else { panic!("{:?}", scope(&plan).filter) };
    assert!(matches!(all[0], Predicate::Compare { .. }), "the referring column: {all:?}");
    assert!(matches!(&all[1], Predicate::Exists(exists) if exists.access == Predicate::Never), "{all:?}");
    assert_eq!(all.len(), 3, "{all:?}");
    let to_one = read("products/3/category").expect("it can be planned");
    assert!(matches!(&*to_one.shape, Shape::Read(read) if read.layout == Layout::Object));
    assert!(read("products/3/labels").is_ok());
}

#[test]
fn a_filterless_write_needs_a_setting() {
    let operation = |key: Option<Vec<String>>| {
        let answer = Answer::new(Returning::Minimal);
        let target = Target { key, ..Target::of("products") };
        Operation::Delete(Delete { target, filter: Vec::new(), answer })
    };
    let error = planned(&operation(None), &Limits::default()).expect_err("no filter");
    assert_eq!(error.to_string(), "delete without a filter would touch every row of products");
    assert!(planned(&operation(Some(vec!["1".to_owned()])), &Limits::default()).is_ok());
    assert!(planned(&operation(None), &Limits { filterless_writes: true, ..Limits::default() }).is_ok());
}
