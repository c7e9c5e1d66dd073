//! The same change on the three databases, one below the other.

use std::fmt::Write as _;

use roundtrip_migrate::{Ddl, Dialect, Extras, Mysql, Plan, Postgres, Risk, Sqlite, create, diff, files_for};
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

#[test]
fn renames_of_which_one_takes_the_name_of_another() {
    let have = schema(&[("things", "[fields]\na = \"text\"\nb = \"text\"\n")]);
    for (fields, expected) in [
        (
            "b = { type = \"text\", renamed_from = \"a\" }\nc = { type = \"text\", renamed_from = \"b\" }\n",
            &["things.c: it is renamed from b, which is another field"][..],
        ),
        (
            "a = { type = \"text\", renamed_from = \"b\" }\nb = { type = \"text\", renamed_from = \"a\" }\n",
            &["things.a: it is renamed from b, which is", "things.b: it is renamed from a, which is"],
        ),
    ] {
        let want = schema(&[("things", &format!("[fields]\n{fields}"))]);
        for ddl in databases() {
            let plan = diff(&have, &want, &*ddl, Extras::DropTables);
            assert!(plan.steps.is_empty(), "{plan:?}");
            assert_eq!(plan.obstacles.len(), expected.len(), "{plan:?}");
            assert!(
                plan.obstacles.iter().zip(expected).all(|(line, start)| line.starts_with(start)),
                "{plan:?}"
            );
        }
    }
    let have = schema(&[("a", "[fields]\nn = \"text\"\n"), ("b", "[fields]\nm = \"text\"\n")]);
    let want = schema(&[
        ("b", "renamed_from = \"a\"\n[fields]\nn = \"text\"\n"),
        ("c", "renamed_from = \"b\"\n[fields]\nm = \"text\"\n"),
    ]);
    for ddl in databases() {
        let plan = diff(&have, &want, &*ddl, Extras::DropTables);
        assert!(plan.steps.is_empty() && plan.obstacles.len() == 1, "{plan:?}");
    }
}

#[test]
fn a_number_becomes_the_key_of_a_table_that_exists() {
    let have = schema(&[("things", "id = \"code\"\n[fields]\ncode = \"text\"\n")]);
    let want = schema(&[("things", "[fields]\ncode = \"text\"\n")]);
    insta::assert_snapshot!(shown(&have, &want));
    let uuids = schema(&[("things", "id = \"uuid\"\n[fields]\ncode = \"text\"\n")]);
    let plan = diff(&uuids, &want, &Postgres, Extras::DropTables);
    assert_eq!(
        plan.obstacles,
        ["things.id: PostgreSQL turns no uuid into integer; change it in a migration written by hand"]
    );
}

/// A table with one column that MariaDB says is of this type, and the plan to another.
fn on_mariadb(kind: &str, own: &str, want: &str) -> Plan {
    let table = |kind: &str| schema(&[("things", &format!("[fields]\na = {kind}\n"))]);
    let mut resources: Vec<_> = table(kind).resources().map(|(_, one)| one.clone()).collect();
    resources[0].fields[1].column_type = Some(own.into());
    resources[0].fields[1].description = Some("it's".to_owned());
    diff(&Schema::new(resources), &table(want), &Mysql, Extras::Keep)
}

#[test]
fn what_a_file_cannot_say_of_a_column_is_kept_or_in_the_way() {
    for (kind, own, want, expected) in [
        (
            "\"integer\"",
            "bigint(20) unsigned",
            "\"integer?\"",
            Some("ALTER TABLE `things` MODIFY COLUMN `a` bigint(20) unsigned NULL COMMENT 'it''s'"),
        ),
        (
            "\"text\"",
            "varchar(9) collate utf8mb4_general_ci",
            "{ type = \"text\", max = 9, optional = true }",
            Some(
                "ALTER TABLE `things` MODIFY COLUMN `a` varchar(9) collate utf8mb4_general_ci NULL COMMENT 'it''s'",
            ),
        ),
        ("\"integer\"", "int(11) unsigned", "\"text\"", None),
        ("\"datetime\"", "timestamp", "\"datetime?\"", None),
    ] {
        let plan = on_mariadb(kind, own, want);
        let statements: Vec<&str> = plan.statements().collect();
        assert_eq!(statements, expected.into_iter().collect::<Vec<_>>(), "{plan:?}");
        assert_eq!(plan.obstacles.is_empty(), expected.is_some(), "{plan:?}");
    }
}

#[test]
fn text_is_neither_json_nor_a_uuid_by_itself() {
    for (own, want, same) in [
        ("longtext collate utf8mb4_nopad_bin", "\"json\"", false),
        ("longtext collate utf8mb4_nopad_bin", "\"text[]\"", false),
        ("longtext collate utf8mb4_nopad_bin", "\"uuid\"", false),
        ("char(36) collate ascii_nopad_bin", "\"uuid\"", true),
    ] {
        let plan = on_mariadb("\"text\"", own, want);
        assert_eq!(plan.is_empty(), same, "{plan:?}");
        assert!(same || plan.risk() == Risk::Destructive, "{plan:?}");
    }
}
