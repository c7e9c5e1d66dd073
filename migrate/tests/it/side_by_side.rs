//! The same change on the three databases, one below the other.

use std::fmt::Write as _;

use roundtrip_migrate::{Ddl, Dialect, Extras, Mysql, Postgres, Risk, Sqlite, create, diff, files_for};
use roundtrip_schema::Schema;

use crate::schema;

fn databases() -> [Box<dyn Ddl>; 3] {
    [Box::new(Sqlite::default()), Box::new(Postgres), Box::new(Mysql)]
}

/// The files of a plan, and what no step can do.
fn shown(have: &Schema, want: &Schema) -> String {
    let mut text = String::new();
    for (ddl, dialect) in databases().into_iter().zip([Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql]) {
        let plan = diff(have, want, &*ddl, Extras::DropTables);
        writeln!(text, "==== {} ====", ddl.database()).unwrap();
        for file in files_for(&plan, 7, "change").unwrap() {
            // What we write ourselves is believed.
            let heads =
                |risk: &str| file.text.lines().any(|line| line.starts_with("-- Step") && line.contains(risk));
            assert_eq!(file.risk(dialect) == Risk::Destructive, heads(", destructive: "), "{}", file.text);
            writeln!(text, "{}", file.text).unwrap();
        }
        for line in &plan.obstacles {
            writeln!(text, "cannot: {line}").unwrap();
        }
    }
    text
}

const CUSTOMERS: &str = "[fields]\nemail = { type = \"email\", unique = true, max = 200 }\nname = \"text\"\n";
const ORDERS: &str = "timestamps = true\nindex = [\"status\"]\n[fields]\ncustomer_id = { to = \"customers\" }\n\
    status = { enum = [\"open\", \"paid\"], default = \"open\" }\ntotal = { type = \"decimal(12,2)\", default = \"0.00\" }\n\
    [parts.items]\nid = [\"order_id\", \"line\"]\n[parts.items.fields]\nline = \"integer\"\nwhat = \"text\"\n";

fn shop() -> Schema {
    schema(&[("orders", ORDERS), ("customers", CUSTOMERS)])
}

#[test]
fn every_kind_of_column() {
    let kinds = schema(&[(
        "kinds",
        r#"
            id = "uuid"
            index = ["long"]
            unique = ["short"]
            [fields]
            short = { type = "text", max = 80 }
            long = "text"
            free = "text"
            mail = "email?"
            number = { type = "integer", default = -5 }
            ratio = { type = "float", default = 0.1 }
            price = { type = "decimal(12,2)", default = "12.50" }
            active = { type = "boolean", default = true }
            day = { type = "date", default = "2026-11-21" }
            hour = { type = "time", default = "17:30:00" }
            seen = { type = "datetime", default = "2026-11-21T17:30:00Z" }
            made = { type = "datetime", set = "now" }
            long_time = { type = "duration", default = "PT1H30M" }
            code = "uuid?"
            note = { type = "json", default = { a = [1] } }
            tags = { type = "text[]", default = ["it's", "a\\b"] }
            blob = { type = "bytes", default = "aGk=" }
            state = { enum = ["it's", "größe"], default = "it's" }
            whatever = "any?"
        "#,
    )]);
    insta::assert_snapshot!(shown(&Schema::default(), &kinds));
}

#[test]
fn tables_with_references_in_any_order() {
    insta::assert_snapshot!(shown(&Schema::default(), &shop()));
    let circle = schema(&[
        ("hens", "[fields]\negg_id = { to = \"eggs\", optional = true }\n"),
        ("eggs", "[fields]\nhen_id = { to = \"hens\", on_delete = \"set null\", optional = true }\n"),
    ]);
    insta::assert_snapshot!("circle", shown(&Schema::default(), &circle));
}

#[test]
fn additions() {
    let want = schema(&[
        ("orders", &ORDERS.replace("[\"status\"]", "[\"status\", [\"status\", \"total\"]]")),
        (
            "customers",
            &format!(
                "unique = [[\"name\", \"email\"]]\n{CUSTOMERS}nick = \"text?\"\nlevel = {{ enum = [\"low\", \"high\"], default = \"low\" }}\nregion_id = {{ to = \"regions\", optional = true }}\nmust = \"integer\"\n"
            ),
        ),
        ("regions", "[fields]\nname = \"text\"\n"),
    ]);
    insta::assert_snapshot!(shown(&shop(), &want));
}

#[test]
fn removals() {
    let want = schema(&[(
        "orders",
        "[fields]\nstatus = { enum = [\"open\", \"paid\"], default = \"open\" }\ntotal = { type = \"decimal(12,2)\", default = \"0.00\" }\n\
         [parts.items]\nid = [\"order_id\", \"line\"]\n[parts.items.fields]\nline = \"integer\"\nwhat = \"text\"\n",
    )]);
    insta::assert_snapshot!(shown(&shop(), &want));
}

#[test]
fn renames() {
    let orders = ORDERS
        .replace("total = {", "sum = { renamed_from = \"total\", ")
        .replace("to = \"customers\"", "to = \"clients\"");
    let want =
        schema(&[("orders", &orders), ("clients", &format!("renamed_from = \"customers\"\n{CUSTOMERS}"))]);
    insta::assert_snapshot!(shown(&shop(), &want));
}

#[test]
fn columns_that_change() {
    let orders = ORDERS
        .replace("\"paid\"]", "\"paid\", \"lost\"]")
        .replace("decimal(12,2)\", default = \"0.00\"", "decimal(14,3)\"")
        .replace("what = \"text\"", "what = \"text?\"");
    let customers = CUSTOMERS.replace("name = \"text\"", "name = \"integer\"");
    let want = schema(&[("orders", &orders), ("customers", &customers)]);
    insta::assert_snapshot!(shown(&shop(), &want));
    let back = schema(&[
        ("orders", &ORDERS.replace("default = \"open\"", "default = \"paid\"")),
        ("customers", CUSTOMERS),
    ]);
    insta::assert_snapshot!("back", shown(&want, &back));
}

#[test]
fn keys_that_change() {
    let have =
        schema(&[("things", "[fields]\ncode = { type = \"text\", max = 20 }\nnumber = \"integer\"\n")]);
    let want = schema(&[(
        "things",
        "id = \"code\"\n[fields]\nid = \"integer\"\ncode = { type = \"text\", max = 20 }\nnumber = \"integer\"\n",
    )]);
    insta::assert_snapshot!(shown(&have, &want));
    insta::assert_snapshot!("back_to_a_number", shown(&want, &have));
}

#[test]
fn what_a_database_cannot_do() {
    let want = schema(&[(
        "things",
        "index = [\"long\", \"note\"]\n[fields]\nlong = { type = \"text\", max = 1000 }\nnote = \"json\"\nprice = \"decimal(20,2)\"\n\
         other_id = { to = \"things\", on_delete = \"set default\", default = 1 }\nsum = { type = \"integer\", database = \"generated\" }\n",
    )]);
    let mut text = String::new();
    for ddl in databases() {
        let plan = diff(&Schema::default(), &want, &*ddl, Extras::Keep);
        writeln!(text, "{}:\n  {}", ddl.database(), plan.obstacles.join("\n  ")).unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn in_a_schema_of_the_database() {
    let want = shop().in_namespace("shop");
    let statements: Vec<String> = create(&want, &Postgres).statements().map(str::to_owned).collect();
    insta::assert_snapshot!(statements.join(";\n"));
}

#[test]
fn what_is_as_it_should_be_needs_no_step() {
    for ddl in databases() {
        let plan = diff(&shop(), &shop(), &*ddl, Extras::DropTables);
        assert!(plan.is_empty(), "{plan:?}");
    }
}
