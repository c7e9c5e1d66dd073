//! What is written reads back the same, and what is read is written stably.

use roundtrip_schema::field::{Pattern, SetOn};
use roundtrip_schema::{
    Access, Field, FieldDefault, FieldId, FieldType, Index, Kind, OnDelete, Reference, Resource, ResourceId,
    ResourceKind, Rule, Schema, ServerValue, SourceFile, Unique, Value, file_stem, parse, resource_file,
};

use crate::check::{SHOP, rendered, schema};

/// Writes every file of a schema, as `pull` does.
fn written(schema: &Schema) -> Vec<SourceFile> {
    schema
        .resources()
        .filter(|(_, resource)| resource.part_of.is_none())
        .map(|(id, resource)| SourceFile {
            path: format!("resources/{}.toml", file_stem(&resource.name)),
            text: resource_file(schema, id),
        })
        .collect()
}

fn shown(files: &[SourceFile]) -> String {
    files.iter().map(|file| format!("=== {}\n{}", file.path, file.text)).collect()
}

/// The schema with everything in an order of its own, and ids that were positions as names.
fn comparable(schema: &Schema) -> Vec<String> {
    let mut all: Vec<String> = schema
        .resources()
        .map(|(_, resource)| {
            let mut resource = resource.clone();
            resource.file = None;
            resource.uniques.sort_by(|a, b| a.name.cmp(&b.name));
            resource.indexes.sort_by(|a, b| a.name.cmp(&b.name));
            let target = |id: ResourceId| schema.resource(id).name.clone();
            let mut references: Vec<String> =
                resource.references.iter().map(|one| format!("{one:?} to {}", target(one.target))).collect();
            references.sort();
            // Files are read by name: positions may differ, names may not.
            let owner = resource.part_of.take().map(|(owner, short)| (target(owner), short));
            let references = references.join("\n").replace(|one: char| one.is_ascii_digit(), "");
            resource.references.clear();
            format!("{resource:#?}\n{references}\n{owner:?}")
        })
        .collect();
    all.sort();
    all
}

fn check(schema: &Schema) -> Vec<SourceFile> {
    let files = written(schema);
    let read = parse(&files).unwrap_or_else(|found| panic!("{}\n{}", rendered(&found), shown(&files)));
    let (before, after) = (comparable(schema), comparable(&read));
    for (before, after) in before.iter().zip(&after) {
        assert!(before == after, "{before}\n--- became\n{after}\n--- by\n{}", shown(&files));
    }
    assert_eq!(before.len(), after.len());
    let mut again = written(&read);
    again.sort_by(|a, b| a.path.cmp(&b.path));
    let mut first = files.clone();
    first.sort_by(|a, b| a.path.cmp(&b.path));
    assert_eq!(shown(&first), shown(&again), "writing is stable");
    files
}

#[test]
fn the_shop() {
    let files = check(&schema(&SHOP));
    insta::assert_snapshot!(shown(&files));
}

#[test]
fn everything_that_files_can_say() {
    let everything = schema(&[
        ("users", "id = \"uuid\"\nauth = true\n[fields]\nemail = { type = \"email\", unique = true }\n"),
        (
            "things",
            r#"
                description = "Things, \"quoted\"\nand broken"
                table = "all_things"
                renamed_from = "goods"
                unique = [["word", "size"], { fields = ["size"], name = "one_size" }]
                index = ["price", ["word", "price"], { fields = ["size"], name = "by_size" }]
                timestamps = true
                references = [{ fields = ["part_a", "part_b"], to = "pairs", on_delete = "set null", name = "to_pair" }]
                [fields]
                word = { type = "text", pattern = '\d+[a-z"]*', max = 80, search = true, description = "a word" }
                size = { type = "integer", min = -5, max = 5, default = 1, column = "the size", renamed_from = "width", index = true }
                price = { type = "decimal(30,2)?", min = "1234567890123456789012.50" }
                seen = { type = "datetime", default = "now" }
                made = { type = "date", set = "now" }
                code = { type = "uuid", default = "uuid" }
                long = { type = "duration", default = "PT1H30M", max = "P2D" }
                blob = { type = "bytes", default = "aGk=", max = 10 }
                note = { type = "json", default = { a = [1, 2.5], "b c" = {} } }
                tags = { type = "text[]", default = ["a", "b"], max = 3 }
                day = { type = "time?", min = "08:00:00" }
                state = { enum = ["open", "it's \"so\""], default = "open", write = "nobody" }
                states = { type = "enum[]?", enum = ["a", "b"] }
                owner_id = { to = "users", on_delete = "cascade", constraint = "owned" }
                mail = { to = "users.email", optional = true, on_delete = "set null", index = false }
                parent_id = { to = "things", optional = true }
                part_a = "integer?"
                part_b = "text?"
                "Odd name" = { type = "float", database = "default", read = "nobody" }
                total = { type = "float", database = "generated" }
                [access]
                read = "anyone"
                create = "nobody"
            "#,
        ),
        ("pairs", "id = [\"a\", \"b\"]\n[fields]\na = \"integer\"\nb = \"text\"\n"),
        ("codes", "id = { fields = [\"code\"], generated = false }\n[fields]\ncode = \"integer\"\n"),
        ("keyless", "id = []\n[fields]\nname = \"any?\"\n"),
        ("seen", "view = true\nid = \"number\"\nname = \"Seen by.all\"\n[fields]\nnumber = \"integer\"\n"),
        (
            "profiles",
            "id = \"user_id\"\n[fields]\nuser_id = { to = \"users\" }\n[access]\nread = \"anyone\"\nwrite = \"nobody\"\n",
        ),
        (
            "orders",
            "id = \"uuid\"\ntimestamps = true\nunique = [\"created_at\"]\n[parts.items]\nunique = [\"order_id\"]\nindex = [\"n\"]\n[parts.items.fields]\nn = \"integer\"\n\
             [parts.\"odd part\"]\nid = \"uuid\"\nname = \"odd\"\n[parts.\"odd part\".access]\nread = \"nobody\"\n\
             [access]\nread = \"anyone\"\nwrite = \"anyone\"\n",
        ),
    ]);
    let files = check(&everything);
    insta::assert_snapshot!(shown(&files));
}

/// A table as introspection finds it.
fn table(name: &str, fields: Vec<Field>, primary_key: &[usize]) -> Resource {
    Resource {
        name: name.to_owned(),
        table: name.to_owned(),
        kind: ResourceKind::Table,
        description: None,
        file: None,
        fields,
        primary_key: ids(primary_key),
        generated_key: false,
        uniques: Vec::new(),
        indexes: Vec::new(),
        references: Vec::new(),
        part_of: None,
        renamed_from: None,
        auth: false,
        access: Access { read: Some(Rule::Anyone), ..Access::default() },
    }
}

fn ids(positions: &[usize]) -> Vec<FieldId> {
    positions.iter().map(|position| FieldId::new(*position)).collect()
}

fn field(name: &str, kind: Kind) -> Field {
    Field::new(name, FieldType::one(kind))
}

fn reference(constraint: &str, fields: &[usize], target: usize, ends: &[usize]) -> Reference {
    Reference {
        constraint: constraint.to_owned(),
        fields: ids(fields),
        target: ResourceId::new(target),
        target_fields: ids(ends),
        on_delete: OnDelete::Restrict,
    }
}

#[test]
fn an_existing_database() {
    let mut artists =
        table("Artist", vec![field("ArtistId", Kind::Integer), field("Name", Kind::Text)], &[0]);
    artists.generated_key = true;
    artists.fields[1].optional = true;
    let mut details = table(
        "Order Details",
        vec![field("OrderID", Kind::Integer), field("Unit Price", Kind::Float), field("id", Kind::Integer)],
        &[0, 2],
    );
    details.references = vec![
        // Without the index that a project would have.
        reference("Order Details_OrderID_fkey", &[0], 0, &[0]),
        reference("fk_two", &[2], 3, &[1]),
        reference("again", &[2], 0, &[0]),
    ];
    details.fields[1].default = Some(FieldDefault::Database);
    details.uniques = vec![Unique { name: "sqlite_autoindex_1".to_owned(), fields: ids(&[1, 0]) }];
    details.indexes = vec![Index { name: "Order Details_id_idx".to_owned(), fields: ids(&[2]) }];
    let mut view = table("Top.List", vec![field("Name", Kind::Any)], &[]);
    view.kind = ResourceKind::View;
    let mut dotted =
        table("dot.ted", vec![field("key", Kind::Uuid), field("other.key", Kind::Integer)], &[0]);
    dotted.uniques = vec![Unique { name: "dot.ted_other.key_key".to_owned(), fields: ids(&[1]) }];
    dotted.generated_key = false;
    let mut pairs = table("pairs", vec![field("a", Kind::Integer), field("b", Kind::Integer)], &[0, 1]);
    pairs.references =
        vec![reference("pairs_a_b_fkey", &[0, 1], 4, &[0, 1]), reference("pairs_b_fkey", &[1], 0, &[0])];
    let schema = Schema::new(vec![artists, details, view, dotted, pairs]);
    insta::assert_snapshot!(shown(&check(&schema)));
}

#[test]
fn keys_that_refer_to_one_another() {
    let mut a = table("a", vec![field("id", Kind::Integer)], &[0]);
    let mut b = table("b", vec![field("id", Kind::Integer)], &[0]);
    a.references = vec![reference("a_id_fkey", &[0], 1, &[0])];
    b.references = vec![reference("b_id_fkey", &[0], 0, &[0])];
    check(&Schema::new(vec![a, b]));
}

#[test]
fn what_cannot_be_said_is_a_comment() {
    let mut odd = table(
        "odd",
        vec![
            field("id", Kind::Integer),
            Field { set: Some((SetOn::Write, ServerValue::Now)), ..field("changed", Kind::Datetime) },
            Field {
                default: Some(FieldDefault::Literal(Value::Json(r#"{"a":null}"#.into()))),
                ..field("note", Kind::Json)
            },
            Field { min: Some(Value::Integer(1)), ..field("flag", Kind::Boolean) },
            Field { pattern: Some(Pattern::new("a|b").unwrap()), ..field("word", Kind::Text) },
        ],
        &[0],
    );
    odd.generated_key = true;
    odd.references = vec![
        reference("to_word", &[4], 0, &[4]),
        Reference { on_delete: OnDelete::SetNull, ..reference("odd_flag_fkey", &[3], 0, &[0]) },
    ];
    let files = written(&Schema::new(vec![odd]));
    parse(&files).unwrap_or_else(|found| panic!("{}\n{}", rendered(&found), shown(&files)));
    insta::assert_snapshot!(shown(&files));
}
