//! What right files mean.

use roundtrip_schema::field::SetOn;
use roundtrip_schema::{FieldDefault, FieldType, Kind, OnDelete, Resource, Rule, Schema, ServerValue, Value};

use crate::check::{SHOP, schema};

fn resource<'a>(schema: &'a Schema, name: &str) -> &'a Resource {
    schema.resource(schema.find(name).unwrap())
}

/// `name type` of each field, with `?` for optional ones.
fn shape(resource: &Resource) -> Vec<String> {
    let mark = |optional: bool| if optional { "?" } else { "" };
    resource
        .fields
        .iter()
        .map(|field| format!("{} {}{}", field.name, field.ty, mark(field.optional)))
        .collect()
}

#[test]
fn the_shop_of_the_architecture_document() {
    let shop = schema(&SHOP);
    let products = resource(&shop, "products");
    assert_eq!(
        shape(products),
        [
            "id integer",
            "name text",
            "price decimal(12,2)",
            "stock integer",
            "category_id integer",
            "tags text[]",
            "about text?",
        ]
    );
    assert!(products.generated_key);
    assert_eq!(products.file.as_deref(), Some("resources/products.toml"));
    assert_eq!(products.fields[2].min, Some(Value::Decimal("0.00".into())));
    assert_eq!(products.fields[3].default, Some(FieldDefault::Literal(Value::Integer(0))));
    let names: Vec<&str> = products.indexes.iter().map(|index| index.name.as_str()).collect();
    assert_eq!(names, ["products_price_idx", "products_category_id_idx"]);
    assert_eq!(products.references[0].constraint, "products_category_id_fkey");
    assert_eq!(products.access.delete, Some(Rule::Nobody));

    let users = resource(&shop, "users");
    assert!(users.auth && !users.fields[1].is_visible());
    assert_eq!(users.uniques[0].name, "users_email_key");
    assert_eq!((&users.access.create, &users.access.update), (&None, &Some(Rule::Anyone)));
}

#[test]
fn a_part_lives_and_is_ruled_with_its_owner() {
    let shop = schema(&SHOP);
    let items = resource(&shop, "order_items");
    assert_eq!(shape(items), ["id integer", "order_id integer", "product_id integer", "quantity integer"]);
    let owner = &items.references[0];
    assert_eq!((owner.target, owner.on_delete), (shop.find("orders").unwrap(), OnDelete::Cascade));
    assert_eq!(items.part_of, Some((shop.find("orders").unwrap(), "items".to_owned())));
    assert_eq!(items.access.read, Some(Rule::Anyone));
    assert_eq!(items.access.create, Some(Rule::Nobody), "by the owner's update rule");
    let relations = shop.relations(shop.find("orders").unwrap());
    assert!(relations.iter().any(|relation| relation.short.as_deref() == Some("items")));
}

#[test]
fn timestamps_are_set_by_the_server() {
    let shop = schema(&SHOP);
    let orders = resource(&shop, "orders");
    let [created, updated] = &orders.fields[orders.fields.len() - 2..] else { panic!() };
    assert_eq!(created.set, Some((SetOn::Create, ServerValue::Now)));
    assert_eq!(updated.set, Some((SetOn::Write, ServerValue::Now)));
    assert!(!created.is_writable());
}

#[test]
fn keys() {
    for (text, fields, generated, default) in [
        ("[fields]\na = \"text\"", vec!["id"], true, None),
        ("id = \"integer\"\n[fields]\na = \"text\"", vec!["id"], true, None),
        ("id = \"uuid\"", vec!["id"], false, Some(ServerValue::UuidV7)),
        ("[fields]\nid = \"uuid\"", vec!["id"], false, Some(ServerValue::UuidV7)),
        ("[fields]\nid = \"text\"", vec!["id"], false, None),
        ("id = \"code\"\n[fields]\ncode = \"text\"", vec!["code"], false, None),
        ("id = \"code\"\n[fields]\ncode = \"integer\"", vec!["code"], true, None),
        (
            "id = { fields = [\"code\"], generated = false }\n[fields]\ncode = \"integer\"",
            vec!["code"],
            false,
            None,
        ),
        ("id = [\"a\", \"b\"]\n[fields]\na = \"integer\"\nb = \"integer\"", vec!["a", "b"], false, None),
        ("id = []\n[fields]\na = \"text\"", vec![], false, None),
        ("view = true\n[fields]\na = \"text\"", vec![], false, None),
    ] {
        let schema = schema(&[("things", text)]);
        let things = resource(&schema, "things");
        assert_eq!(things.names(&things.primary_key), fields, "{text}");
        assert_eq!(things.generated_key, generated, "{text}");
        let found = things.primary_key.first().and_then(|key| things.field(*key).default.clone());
        assert_eq!(found, default.map(FieldDefault::Server), "{text}");
    }
}

#[test]
fn a_reference_has_the_type_of_what_it_leads_to() {
    let schema = schema(&[
        ("users", "id = \"uuid\"\n[fields]\nemail = { type = \"email\", unique = true }"),
        ("profiles", "id = \"user_id\"\n[fields]\nuser_id = { to = \"users\", on_delete = \"cascade\" }"),
        (
            "notes",
            "[fields]\nprofile_id = { to = \"profiles\", optional = true }\nby = { to = \"users.email\" }",
        ),
    ]);
    assert_eq!(shape(resource(&schema, "profiles")), ["user_id uuid"]);
    assert_eq!(shape(resource(&schema, "notes")), ["id integer", "profile_id uuid?", "by email"]);
    let profiles = resource(&schema, "profiles");
    assert!(profiles.indexes.is_empty(), "the primary key serves");
    assert_eq!(profiles.fields[0].default, None, "a key that refers is not made up");
}

#[test]
fn literals_become_values() {
    for (field, expected) in [
        ("{ type = \"text\", default = \"now\" }", FieldDefault::Literal(Value::text("now"))),
        ("{ type = \"datetime\", default = \"now\" }", FieldDefault::Server(ServerValue::Now)),
        ("{ type = \"uuid\", default = \"uuid\" }", FieldDefault::Server(ServerValue::UuidV7)),
        ("{ type = \"date\", default = 2026-11-21 }", FieldDefault::Literal(Value::text("2026-11-21"))),
        ("{ type = \"decimal(9,2)\", default = 9.9 }", FieldDefault::Literal(Value::Decimal("9.90".into()))),
        (
            "{ type = \"decimal(9,2)\", default = \"9.90\" }",
            FieldDefault::Literal(Value::Decimal("9.90".into())),
        ),
        ("{ type = \"integer\", default = 0x10 }", FieldDefault::Literal(Value::Integer(16))),
        ("{ type = \"integer\", default = +1_000 }", FieldDefault::Literal(Value::Integer(1_000))),
        ("{ type = \"float\", default = +2.5 }", FieldDefault::Literal(Value::Float(2.5))),
        ("{ type = \"duration\", default = \"PT1S\" }", FieldDefault::Literal(Value::Integer(1_000_000))),
        ("{ type = \"text[]\", default = [\"a\"] }", FieldDefault::Literal(Value::Json("[\"a\"]".into()))),
        (
            "{ type = \"json\", default = { b = 1, a = [] } }",
            FieldDefault::Literal(Value::Json(r#"{"b":1,"a":[]}"#.into())),
        ),
        ("{ type = \"integer\", database = \"default\" }", FieldDefault::Database),
    ] {
        let schema = schema(&[("things", &format!("[fields]\nit = {field}"))]);
        assert_eq!(resource(&schema, "things").fields[1].default, Some(expected), "{field}");
    }
}

#[test]
fn lists_of_words() {
    let schema = schema(&[("things", "[fields]\nit = { type = \"enum[]?\", enum = [\"a\", \"b\"] }")]);
    let field = &resource(&schema, "things").fields[1];
    assert!(field.optional);
    assert_eq!(field.ty, FieldType::list(Kind::Enum(["a".into(), "b".into()].into())));
}

#[test]
fn a_name_in_the_file_wins_over_the_files_name() {
    let schema =
        schema(&[("order-details", "name = \"Order Details\"\n[fields]\n\"Unit Price\" = \"float\"")]);
    let details = resource(&schema, "Order Details");
    assert_eq!((details.table.as_str(), details.fields[1].column.as_str()), ("Order Details", "Unit Price"));
}
