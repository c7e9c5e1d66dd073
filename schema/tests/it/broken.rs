//! What is said about broken files: each snapshot is what a person sees.

use crate::check::{read, rendered};

fn check(name: &str, files: &[(&str, &str)]) {
    let found = read(files).expect_err(name);
    assert!(!found.is_empty(), "{name}");
    insta::with_settings!({ snapshot_path => "snapshots/broken", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, rendered(&found));
    });
}

const USERS: (&str, &str) = ("users", "[fields]\nemail = \"email\"\n");

#[test]
fn toml() {
    check("toml_unclosed_string", &[("users", "[fields]\nemail = \"email\nname = \"text\"\n")]);
    check("toml_missing_equals", &[("users", "[fields]\nemail \"email\"\n")]);
    check(
        "toml_duplicate_column",
        &[("users", "[fields]\nemail = \"email\"\nname = \"text\"\nemail = \"text\"\n")],
    );
    check("toml_bare_value", &[("users", "[fields]\nemail = email\n")]);
    check(
        "toml_two_places",
        &[("users", "description = \n[fields]\nname = \"text\"\nage = { type \"integer\" }\n")],
    );
    check(
        "toml_hides_no_other_file",
        &[("users", "[fields"), ("notes", "[fields]\nuser_id = { to = \"users\" }\ntext = \"string\"\n")],
    );
}

#[test]
fn keys_of_tables() {
    check("unknown_resource_key", &[("users", "descripton = \"people\"\n[fields]\nname = \"text\"\n")]);
    check("field_outside_fields", &[("users", "email = \"email\"\n")]);
    check(
        "unknown_field_key",
        &[("users", "[fields]\nname = { type = \"text\", maximum = 80, required = true }\n")],
    );
    check(
        "wrong_value_types",
        &[(
            "users",
            "description = 5\nauth = \"yes\"\nindex = \"name\"\n[fields]\nname = 80\nage = { type = [\"integer\"] }\n[access]\nread = true\n",
        )],
    );
    check(
        "not_available_yet",
        &[(
            "users",
            "history = true\n[fields]\nname = { type = \"text\", compute = \"title\" }\n[let]\nme = \"id == auth.id\"\n",
        )],
    );
    check("parts_of_parts", &[("orders", "[parts.items.parts.notes.fields]\ntext = \"text\"\n")]);
}

#[test]
fn types() {
    check(
        "unknown_type",
        &[(
            "products",
            "[fields]\nname = \"string\"\nprice = { type = \"money\" }\nwhen = \"timestamptz?\"\nsize = \"varchar(80)\"\nowner = \"zebra\"\n",
        )],
    );
    check("enum_without_words", &[("tasks", "[fields]\nstate = \"enum\"\nother = { type = \"enum?\" }\n")]);
    check(
        "enum_words",
        &[(
            "tasks",
            "[fields]\na = { enum = [] }\nb = { enum = [\"x\", \"y\", \"x\"] }\nc = { enum = [1] }\nd = { type = \"text\", enum = [\"a\"] }\n",
        )],
    );
    check("no_type", &[("tasks", "[fields]\ntitle = { max = 80 }\n")]);
    check("optional_twice", &[("tasks", "[fields]\ntitle = { type = \"text?\", optional = false }\n")]);
}

#[test]
fn literals() {
    check(
        "default_does_not_fit",
        &[(
            "products",
            "[fields]\nstock = { type = \"integer\", default = \"many\" }\nstate = { enum = [\"open\"], default = \"opne\" }\nprice = { type = \"decimal(5,2)\", min = 1, default = 0 }\nrate = { type = \"float\", default = nan }\n",
        )],
    );
    check(
        "limits",
        &[(
            "products",
            "[fields]\na = { type = \"integer\", min = 9, max = 3 }\nb = { type = \"text\", max = -1 }\nc = { type = \"boolean\", min = 0 }\nd = { type = \"date\", min = \"soon\" }\n",
        )],
    );
    check(
        "pattern",
        &[(
            "products",
            "[fields]\ncode = { type = \"text\", pattern = \"[a-z\" }\nsize = { type = \"integer\", pattern = \"a\" }\n",
        )],
    );
    check(
        "set",
        &[(
            "products",
            "[fields]\na = { type = \"integer\", set = \"auth.id\" }\nb = { type = \"text\", set = \"now\" }\nc = { type = \"datetime\", set = \"now\", default = \"now\" }\nd = { type = \"json\", search = true }\n",
        )],
    );
}

#[test]
fn names() {
    check(
        "file_name",
        &[("Order Details", "[fields]\nname = \"text\"\n"), ("sqlite_stat", "[fields]\na = \"text\"\n")],
    );
    check(
        "reserved_names",
        &[
            ("a", "name = \"_roundtrip_events\"\n[fields]\na = \"text\"\n"),
            ("b", "table = \"sqlite_master\"\n"),
        ],
    );
    check("field_names", &[("users", "[fields]\nfirst-name = \"text\"\n\"\" = \"text\"\n")]);
    check(
        "one_column_twice",
        &[("users", "[fields]\nemail = \"email\"\nmail = { type = \"email\", column = \"Email\" }\n")],
    );
    check(
        "one_table_twice",
        &[("users", "[fields]\na = \"text\"\n"), ("people", "table = \"users\"\n[fields]\na = \"text\"\n")],
    );
    check(
        "one_name_twice",
        &[USERS, ("people", "name = \"users\"\ntable = \"people\"\n[fields]\na = \"text\"\n")],
    );
    check(
        "part_is_a_file",
        &[
            ("orders", "[fields]\nnote = \"text\"\n[parts.items.fields]\nname = \"text\"\n"),
            ("order_items", "[fields]\nname = \"text\"\n"),
        ],
    );
    check(
        "part_names",
        &[("orders", "[fields]\nitems = \"text\"\n[parts.items.fields]\norder_id = \"integer\"\n")],
    );
    check(
        "added_fields",
        &[(
            "users",
            "id = \"uuid\"\ntimestamps = true\n[fields]\nid = \"text\"\ncreated_at = \"datetime\"\n",
        )],
    );
    check("two_auth", &[("a", "auth = true\n"), ("b", "auth = true\n")]);
}

#[test]
fn references() {
    check(
        "unknown_resource",
        &[
            USERS,
            (
                "notes",
                "[fields]\na = { to = \"user\" }\nb = { to = \"zebras\" }\nc = { to = \"users.emial\" }\n",
            ),
        ],
    );
    check("reference_to_no_key", &[USERS, ("notes", "[fields]\na = { to = \"users.email\" }\n")]);
    check(
        "reference_to_two_fields",
        &[
            ("lines", "id = [\"a\", \"b\"]\n[fields]\na = \"integer\"\nb = \"integer\"\n"),
            ("notes", "[fields]\nline_id = { to = \"lines\" }\n"),
        ],
    );
    check(
        "on_delete",
        &[
            USERS,
            (
                "notes",
                "[fields]\na = { to = \"users\", on_delete = \"set null\" }\nb = { to = \"users\", on_delete = \"set default\" }\nc = { to = \"users\", on_delete = \"casacde\" }\nd = { type = \"text\", on_delete = \"cascade\" }\n",
            ),
        ],
    );
    check(
        "circle",
        &[
            ("a", "id = \"b_id\"\n[fields]\nb_id = { to = \"b\" }\n"),
            ("b", "id = \"a_id\"\n[fields]\na_id = { to = \"a\" }\n"),
        ],
    );
}

#[test]
fn keys() {
    check(
        "key_fields",
        &[(
            "products",
            "index = [\"prise\", [\"name\", \"name\"], []]\nunique = [[\"name\", \"zebra\"], { name = \"x\" }]\n[fields]\nname = \"text\"\nprice = \"float\"\n",
        )],
    );
    check(
        "key_twice",
        &[(
            "products",
            "unique = [\"name\"]\nindex = [\"name\", \"name\"]\n[fields]\nname = { type = \"text\", unique = true }\n",
        )],
    );
    check(
        "id",
        &[
            ("a", "id = \"text\"\n[fields]\nname = \"text\"\n"),
            ("b", "id = \"nmae\"\n[fields]\nname = \"text\"\n"),
            ("c", "id = 5\n"),
            ("d", "id = { fields = [\"name\"], generated = true }\n[fields]\nname = \"text\"\n"),
            ("e", "id = \"name\"\n[fields]\nname = \"text?\"\n"),
            ("f", "id = []\n"),
        ],
    );
}

#[test]
fn access() {
    check(
        "rules",
        &[(
            "users",
            "[fields]\nname = { type = \"text\", read = \"admin\" }\n[access]\nread = \"everyone\"\nwrite = \"signed_in\"\nupdate = \"id == auth.id\"\nremove = \"nobody\"\n",
        )],
    );
}

#[test]
fn limits() {
    let many: String = (0..120).map(|index| format!("f{index} = \"string\"\n")).collect();
    let found = read(&[("users", &format!("[fields]\n{many}"))]).unwrap_err();
    assert_eq!(found.len(), 100);
    assert_eq!(found[99].help.as_deref(), Some("20 more mistakes are not shown"));

    let many: String = (0..1_001).map(|index| format!("f{index} = \"text\"\n")).collect();
    let found = read(&[("users", &format!("[fields]\n{many}"))]).unwrap_err();
    assert_eq!(found[0].message, "a resource has at most 1000 fields");

    let large = format!("# {}\n", "x".repeat(1 << 20));
    check("large_file", &[("users", &large)]);
}
