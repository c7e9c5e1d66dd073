//! Migrations: each file once, in order, whole or to be gone on with; and what changes, keeps its rows.
//!
//! Must not know: whether the database can take statements about structure back.

use futures_util::future::join_all;
use roundtrip_migrate::{Extras, Migration, Plan, files_for};
use roundtrip_schema::{Field, FieldId, FieldType, Index, Kind, Schema, Unique, Value};
use serde_json::json;

use super::{Call, Shop};
use crate::{Migrating, StoreErrorKind};

fn file(number: u32, text: &str) -> Migration {
    Migration { number, name: "test".to_owned(), text: text.to_owned() }
}

/// The suite's resources with changes: the position of a resource, and what becomes of it.
fn changed(change: impl Fn(&mut Vec<roundtrip_schema::Resource>)) -> Schema {
    let mut resources: Vec<_> = Shop::schema().resources().map(|(_, one)| one.clone()).collect();
    change(&mut resources);
    Schema::new(resources)
}

async fn plan(shop: &Shop, schema: &Schema) -> Plan {
    let plan = shop.store.changes_to(schema, Extras::DropTables).await;
    let plan = plan.unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(plan.obstacles, Vec::<String>::new());
    plan
}

/// Applies files; the numbers of those that were applied, or the lines of the refusal.
async fn migrate(shop: &Shop, files: &[Migration], how: Migrating) -> Result<Vec<u32>, String> {
    match shop.store.migrate(files, how).await {
        Ok(done) => Ok(done.iter().map(|one| one.number).collect()),
        Err(error) => match error.kind {
            StoreErrorKind::Structure { differences } => Err(differences.join("\n")),
            _ => panic!("{error:?}"),
        },
    }
}

async fn run(shop: &Shop, files: &[Migration]) -> Result<Vec<u32>, String> {
    migrate(shop, files, Migrating::Running).await
}

/// Numbers of the files that the database has, and whether they are finished.
async fn listed(shop: &Shop) -> Vec<(u32, bool)> {
    let listed = shop.store.migrations().await.unwrap_or_else(|error| panic!("{error:?}"));
    listed.iter().map(|one| (one.number, one.finished)).collect()
}

/// The files of a plan, from a number on.
fn written(plan: &Plan, number: usize) -> Vec<Migration> {
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    files_for(plan, number, "change").unwrap_or_else(|error| panic!("{error}"))
}

/// Brings the database to a schema by files, after which nothing is left to do.
async fn bring(shop: Shop, schema: Schema) -> Shop {
    let files = written(&plan(&shop, &schema).await, 1);
    assert_eq!(run(&shop, &files).await.map(|done| done.len()), Ok(files.len()));
    assert_eq!(plan(&shop, &schema).await, Plan::default());
    Shop::new(shop.store, schema)
}

/// A database that was made from a schema needs nothing to be what the schema says, every type included.
pub async fn what_was_made_needs_no_change(shop: Shop) {
    assert_eq!(plan(&shop, &Shop::schema()).await, Plan::default());
}

/// Each file is applied once, in the order of numbers, and is listed; the list is no resource.
pub async fn files_are_applied_once(shop: Shop) {
    let files = [
        file(2, "CREATE TABLE second (a integer); INSERT INTO first VALUES (2)"),
        file(1, "-- with; a comment\nCREATE TABLE first (a integer);\nINSERT INTO first VALUES (1);"),
    ];
    assert_eq!(listed(&shop).await, []);
    assert_eq!(run(&shop, &files[1..]).await, Ok(vec![1]));
    assert_eq!(run(&shop, &files).await, Ok(vec![2]));
    assert_eq!(run(&shop, &files).await, Ok(vec![]));
    assert_eq!(listed(&shop).await, [(1, true), (2, true)]);
    let found = shop.store.introspect().await.unwrap_or_else(|error| panic!("{error:?}"));
    assert!(found.find("first").is_some() && found.find("second").is_some());
    assert!(found.resources().all(|(_, one)| !one.table.contains("migrations")));
}

/// Of many programs that begin at once, one applies each file.
pub async fn many_at_once_apply_once(shop: Shop) {
    let files: Vec<Migration> =
        (1..=5).map(|number| file(number, &format!("CREATE TABLE t{number} (a integer)"))).collect();
    let outcomes = join_all((0..10).map(|_| run(&shop, &files))).await;
    let mut applied: Vec<u32> = outcomes.into_iter().flat_map(Result::unwrap_or_default).collect();
    applied.sort_unstable();
    assert_eq!(applied, [1, 2, 3, 4, 5]);
}

/// What came before the file that failed stays. The file itself leaves nothing, or goes on where it
/// stopped; either way it can be corrected.
pub async fn a_file_that_fails_can_be_corrected(shop: Shop) {
    let first = file(1, "CREATE TABLE first (a integer)");
    let broken = file(2, "CREATE TABLE second (a integer);\nnonsense;");
    let error = run(&shop, &[first.clone(), broken]).await;
    assert!(error.as_ref().is_err_and(|line| line.starts_with("0002_test.sql, statement 2: ")), "{error:?}");
    assert!(matches!(listed(&shop).await[..], [(1, true)] | [(1, true), (2, false)]));
    let corrected = file(2, "CREATE TABLE second (a integer);\nCREATE TABLE third (a integer);");
    assert_eq!(run(&shop, &[first, corrected]).await, Ok(vec![2]));
    let found = shop.store.introspect().await.unwrap_or_else(|error| panic!("{error:?}"));
    assert!(["first", "second", "third"].iter().all(|name| found.find(name).is_some()));
    assert_eq!(listed(&shop).await, [(1, true), (2, true)]);
}

/// Files that do not go together with what the database has are refused, and nothing is run.
pub async fn files_that_do_not_fit_are_refused(shop: Shop) {
    let (first, second) =
        (file(1, "CREATE TABLE first (a integer)"), file(2, "CREATE TABLE second (a integer)"));
    assert_eq!(run(&shop, std::slice::from_ref(&first)).await, Ok(vec![1]));
    for (files, expected) in [
        (vec![file(1, "CREATE TABLE other (a integer)"), second.clone()], "0001_test.sql was changed"),
        (vec![first.clone(), file(3, "CREATE TABLE third (a integer)")], "0002 is missing"),
        (vec![first.clone(), second.clone(), file(2, "")], "have the same number"),
        (vec![first.clone(), file(2, "SELECT 'open")], "0002_test.sql: line 1: a string is not closed"),
        (Vec::new(), "0001_test.sql was applied to this database and is not here"),
    ] {
        let error = run(&shop, &files).await;
        assert!(error.as_ref().is_err_and(|line| line.contains(expected)), "{error:?}");
    }
    assert_eq!(listed(&shop).await, [(1, true)]);
}

/// Recording runs nothing.
pub async fn files_can_be_recorded(shop: Shop) {
    let files = [file(1, "CREATE TABLE first (a integer)")];
    assert_eq!(migrate(&shop, &files, Migrating::Recording).await, Ok(vec![1]));
    assert_eq!(listed(&shop).await, [(1, true)]);
    let found = shop.store.introspect().await.unwrap_or_else(|error| panic!("{error:?}"));
    assert!(found.find("first").is_none());
    assert_eq!(run(&shop, &files).await, Ok(vec![]));
}

/// A column of every type, each with a default where it can have one.
const KINDS: &str = r#"
    id = "uuid"
    index = ["long"]
    unique = [["short", "whole"]]
    [fields]
    short = { type = "text", max = 80, default = "it's \"so\"" }
    long = "text"
    free = { type = "text?", max = 2000 }
    mail = "email?"
    link = { type = "url", max = 300, unique = true }
    whole = { type = "integer", default = 5 }
    ratio = { type = "float", default = 0.1 }
    tiny = { type = "float", default = -1e-30 }
    price = { type = "decimal(12,2)", default = "12.50" }
    active = { type = "boolean", default = true }
    day = { type = "date", default = "2026-11-21" }
    hour = { type = "time", default = "17:30:00" }
    seen = { type = "datetime", default = "2026-11-21T17:30:00Z" }
    made = { type = "datetime", set = "now" }
    lasting = { type = "duration", default = "PT1H30M" }
    code = { type = "uuid?", index = true }
    note = { type = "json", default = { a = [1, "b c"] } }
    tags = { type = "text[]", default = ["it's", "a\\b"] }
    numbers = "integer[]?"
    blob = { type = "bytes", default = "aGk=" }
    state = { enum = ["it's", "größe"], default = "it's" }
    mood = { enum = ["one"], optional = true }
    whatever = "any?"
    parent_id = { to = "kinds", optional = true, on_delete = "set null" }
"#;

/// Every type, default, key and reference is read back as it was made, so that only what changes is
/// planned.
pub async fn every_type_is_read_as_it_was_made(shop: Shop) {
    let with = |text: &str| {
        let file = roundtrip_schema::SourceFile { path: "kinds.toml".to_owned(), text: text.to_owned() };
        let parsed = roundtrip_schema::parse(&[file]).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        let own = parsed.resources().next().map(|(_, one)| one.clone());
        let own = own.unwrap_or_else(|| panic!("there is a resource"));
        changed(|resources| {
            // Its reference leads to itself, wherever it stands.
            let here = roundtrip_schema::ResourceId::new(resources.len());
            let mut own = own.clone();
            for reference in &mut own.references {
                reference.target = here;
            }
            resources.push(own);
        })
    };
    let mut files = written(&plan(&shop, &with(KINDS)).await, 1);
    assert_eq!(run(&shop, &files).await.map(|done| done.len()), Ok(files.len()));
    assert_eq!(plan(&shop, &with(KINDS)).await, Plan::default());
    let other = KINDS
        .replace("\"größe\"]", "\"größe\", \"third\"]")
        .replace("whatever = \"any?\"", "whatever = { type = \"any?\", index = true }")
        .replace("on_delete = \"set null\"", "on_delete = \"cascade\"")
        .replace("\"text?\", max = 2000", "\"text?\", max = 20");
    let change = plan(&shop, &with(&other)).await;
    let sentences: Vec<&str> = change.steps.iter().map(|step| step.sentence.as_str()).collect();
    let told = sentences.join("\n");
    for part in ["kinds.state", "cascade", "kinds_whatever_idx"] {
        assert!(told.contains(part), "{told}");
    }
    let rest = ["kinds.seen", "kinds.tags", "kinds.note", "kinds.price", "kinds.ratio", "kinds.free"];
    assert!(rest.iter().all(|part| !told.contains(part)), "{told}");
    files.extend(written(&change, files.len() + 1));
    assert!(run(&shop, &files).await.is_ok_and(|done| !done.is_empty()));
    assert_eq!(plan(&shop, &with(&other)).await, Plan::default());
}

/// Columns, keys and a table are added; rows that are there have the default.
pub async fn additions_keep_rows(shop: Shop) {
    shop.stock().await;
    let schema = changed(|resources| {
        let authors = &mut resources[0];
        let at = authors.fields.len();
        authors.fields.push(Field {
            default: Some(roundtrip_schema::FieldDefault::Literal(Value::Integer(3))),
            ..Field::new("rank", FieldType::one(Kind::Integer))
        });
        let words = ["low", "high"].map(Box::from);
        authors.fields.push(Field {
            default: Some(roundtrip_schema::FieldDefault::Literal(Value::text("low"))),
            ..Field::new("level", FieldType::one(Kind::Enum(words.to_vec().into())))
        });
        let name = authors.field_id("name").unwrap_or(FieldId::new(0));
        authors.uniques.push(Unique { name: "rank_name".to_owned(), fields: vec![FieldId::new(at), name] });
        authors.indexes.push(Index { name: "by_level".to_owned(), fields: vec![FieldId::new(at + 1)] });
    });
    let shop = bring(shop, schema).await;
    let expected =
        json!([{"name": "Ursula", "rank": 3, "level": "low"}, {"name": "Italo", "rank": 3, "level": "low"}]);
    shop.check("authors?select=name,rank,level&order=id", expected).await;
    let refused = shop.run(Call::with("POST", "authors", json!({"name": "Ursula"}))).await;
    assert!(matches!(refused.map_err(|error| error.kind), Err(StoreErrorKind::Unique { .. })));
}

/// What only adds is made without files too: tables, columns with references, indexes, keys.
pub async fn additions_are_made_at_once(shop: Shop) {
    shop.stock().await;
    let schema = changed(|resources| {
        let more = resources.len();
        let authors = &mut resources[0];
        let at = authors.fields.len();
        authors.fields.push(Field { optional: true, ..Field::new("home_id", FieldType::one(Kind::Integer)) });
        authors.indexes.push(Index { name: "by_home".to_owned(), fields: vec![FieldId::new(at)] });
        authors
            .uniques
            .push(Unique { name: "one_home".to_owned(), fields: vec![FieldId::new(at), FieldId::new(1)] });
        authors.references.push(roundtrip_schema::Reference {
            constraint: "authors_home".to_owned(),
            fields: vec![FieldId::new(at)],
            target: roundtrip_schema::ResourceId::new(more),
            target_fields: vec![FieldId::new(0)],
            on_delete: roundtrip_schema::OnDelete::SetNull,
        });
        let mut homes = resources[0].clone();
        (homes.name, homes.table) = ("homes".to_owned(), "homes".to_owned());
        homes.fields.truncate(1);
        (homes.uniques, homes.indexes, homes.references) = Default::default();
        resources.push(homes);
    });
    for _ in 0..2 {
        let made = shop.store.bring_to(&schema).await;
        assert!(made.is_ok(), "{made:?}");
    }
    assert_eq!(plan(&shop, &schema).await, Plan::default());
}

/// Declared renames keep values.
pub async fn renames_keep_rows(shop: Shop) {
    shop.stock().await;
    let schema = changed(|resources| {
        let authors = &mut resources[0];
        authors.renamed_from = Some(std::mem::replace(&mut authors.table, "writers".to_owned()));
        let id = authors.field_id("name").map_or(0, FieldId::index);
        let name = &mut authors.fields[id];
        name.renamed_from = Some(std::mem::replace(&mut name.column, "called".to_owned()));
    });
    let shop = bring(shop, schema).await;
    shop.check("authors?select=name&order=id", json!([{"name": "Ursula"}, {"name": "Italo"}])).await;
    shop.check("books?select=authors(name)&id=eq.2", json!([{"authors": {"name": "Italo"}}])).await;
}

/// What is optional becomes required, and the reverse; a decimal gets more digits.
pub async fn columns_that_change_keep_rows(shop: Shop) {
    shop.stock().await;
    let schema = changed(|resources| {
        let books = &mut resources[1];
        for field in &mut books.fields {
            match field.name.as_str() {
                "price" => field.ty = FieldType::one(Kind::Decimal { precision: 14, scale: 3 }),
                "title" => field.optional = true,
                "sold" => {
                    field.optional = false;
                    field.default = Some(roundtrip_schema::FieldDefault::Literal(Value::Boolean(false)));
                }
                _ => {}
            }
        }
    });
    let shop = bring(shop, schema).await;
    let expected = json!([
        {"title": "The Dispossessed", "price": 12.5, "sold": true},
        {"title": "Invisible Cities", "price": null, "sold": false},
        {"title": "the Telling", "price": 9.0, "sold": false},
    ]);
    let found = shop.json(Call::new("GET", "books?select=title,price,sold&order=id")).await;
    let plain = |json: &serde_json::Value| {
        json.to_string().replace(".500", ".5").replace(":9,", ":9.0,").replace("9.000", "9.0")
    };
    assert_eq!(plain(&found), plain(&expected));
}

/// Columns, keys, references and tables go, whatever belongs to them.
pub async fn what_is_removed_is_gone(shop: Shop) {
    shop.stock().await;
    let schema = Schema::new(
        changed(|resources| {
            resources[0].uniques.clear();
            let books = &mut resources[1];
            books.fields.retain(|field| !["author_id", "tags", "sold"].contains(&field.name.as_str()));
            books.references.clear();
        })
        .resources()
        .map(|(_, one)| one.clone())
        .take(2)
        .collect(),
    );
    let shop = bring(shop, schema).await;
    let found = shop.store.introspect().await.unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(found.len(), 2);
    shop.check("books?select=title,stock&id=eq.1", json!([{"title": "The Dispossessed", "stock": 3}])).await;
    let again = shop.run(Call::with("POST", "authors", json!({"name": "Ursula"}))).await;
    assert!(again.is_ok(), "{:?}", again.err());
}

/// Types change with their values, and keys with their columns.
pub async fn types_and_keys_change(shop: Shop) {
    shop.stock().await;
    let schema = changed(|resources| {
        let books = &mut resources[1];
        for field in &mut books.fields {
            match field.name.as_str() {
                "stock" => (field.ty, field.default) = (FieldType::one(Kind::Text), None),
                "sold" => field.ty = FieldType::one(Kind::Integer),
                "printed" => field.ty = FieldType::one(Kind::Date),
                _ => {}
            }
        }
        // The caller gives the keys of authors from now on.
        resources[0].generated_key = false;
        let placements = &mut resources[3];
        placements.fields[2].optional = false;
        placements.fields[2].default = Some(roundtrip_schema::FieldDefault::Literal(Value::text("none")));
        placements
            .uniques
            .push(Unique { name: "one_place".to_owned(), fields: vec![FieldId::new(0), FieldId::new(1)] });
        placements.indexes.push(Index { name: "by_note".to_owned(), fields: vec![FieldId::new(2)] });
    });
    let shop = bring(shop, schema).await;
    let expected =
        json!([{"stock": "3", "sold": 1}, {"stock": "0", "sold": 0}, {"stock": "7", "sold": null}]);
    shop.check("books?select=stock,sold&order=id", expected).await;
    shop.check("placements?select=note&note=eq.none&limit=1", json!([{"note": "none"}])).await;
}
