//! Writes: rows that are there already, replacements by a filter, terms, and what reads are told.

use roundtrip_query::operation::{
    Answer, Count, Create, Duplicates, Format, Input, Operation, Read, Rendering, Replace, Resolution,
    Returning, Selection, Target, Terms,
};
use roundtrip_query::plan::{Layout, Output, Shape};
use roundtrip_query::planner::{Written, replace_key};
use roundtrip_query::{Limits, QueryError, grammar};
use roundtrip_schema::{FieldId, Value};

use super::{planned, planned_as, scope, shop};

fn target(resource: &str) -> Target {
    Target::of(resource)
}

/// The fields that tell a row, and those that a merge sets; `-` for a plain insert.
fn conflict(resource: &str, resolution: Resolution, on: Option<&[&str]>, columns: &[&str]) -> String {
    let schema = shop();
    let definition = schema.resource(schema.find(resource).expect("a resource"));
    let columns: Vec<FieldId> =
        columns.iter().map(|name| definition.field_id(name).expect("a field")).collect();
    let fields = on.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
    let create = Create {
        target: target(resource),
        input: Input { list: true, ..Input::default() },
        duplicates: Some(Duplicates { resolution, fields }),
        answer: Answer::new(Returning::Minimal),
    };
    let written = Written { updated: columns.len(), columns, rows: Vec::new() };
    let plan = match planned_as(&Operation::Create(create), &Limits::default(), written) {
        Ok(plan) => plan,
        Err(error) => return error.to_string(),
    };
    let Shape::Insert(insert) = &*plan.shape else { panic!("no insert: {:?}", plan.shape) };
    let names = |fields: &[FieldId]| definition.names(fields).join(",");
    insert.conflict.as_ref().map_or("-".to_owned(), |conflict| {
        format!("{} sets {}", names(&conflict.target), names(&conflict.sets))
    })
}

#[test]
fn a_written_document_is_no_deeper_than_the_database_reads() {
    let about = FieldId::new(2);
    let create = Create {
        target: target("stores"),
        input: Input::default(),
        duplicates: None,
        answer: Answer::new(Returning::Minimal),
    };
    for (json, refused) in [("[[[[[{}]]]]]", false), ("[[[[[[{}]]]]]]", true)] {
        let rows = vec![vec![Value::Json("1".into())], vec![Value::Json(json.into())]];
        let written = Written { updated: 1, columns: vec![about], rows };
        let plan = planned_as(&Operation::Create(create.clone()), &Limits::default(), written);
        assert_eq!(matches!(plan, Err(QueryError::Unsupported { .. })), refused, "{json}");
    }
}

#[test]
fn rows_that_are_there_are_told_by_a_key() {
    let columns = ["id", "name", "code"];
    for (on, expected) in [
        (None, "id sets name,code"),
        (Some(&[][..]), "id sets name,code"),
        (Some(&["code"][..]), "code sets id,name"),
        (Some(&["name"][..]), "stores has no primary key or unique constraint of exactly (name)"),
        (Some(&["cod"][..]), "column stores.cod does not exist"),
        (Some(&["pin"][..]), "column stores.pin does not exist"),
    ] {
        assert_eq!(conflict("stores", Resolution::Merge, on, &columns), expected, "{on:?}");
    }
    assert_eq!(conflict("stores", Resolution::Ignore, None, &columns), "id sets ");
    assert_eq!(conflict("visits", Resolution::Merge, None, &["seen"]), "-");
    let both = ["product_id", "label_id"];
    assert_eq!(conflict("product_labels", Resolution::Merge, None, &both), "product_id,label_id sets ");
}

/// The key of `PUT /products?id=eq.1`, or why it has none.
fn replaced(call: &str) -> Result<Vec<String>, QueryError> {
    let (path, query) = call.split_once('?').unwrap_or((call, ""));
    let (resource, key) = path.split_once('/').map_or((path, None), |(name, key)| (name, Some(key)));
    let mut selection = grammar::parse(query, &Limits::default())?.selection;
    let filter = std::mem::take(&mut selection.filter);
    let key = key.map(|key| key.split(',').map(str::to_owned).collect());
    let target = Target { key, ..target(resource) };
    let answer = Answer { selection, ..Answer::new(Returning::Minimal) };
    replace_key(&shop(), &Replace { target, input: Input::default(), filter, answer })
}

#[test]
fn a_replacement_is_about_exactly_one_key() {
    for (call, expected) in [
        ("products/7", Ok("7")),
        ("products?id=eq.7", Ok("7")),
        ("product_labels?label_id=eq.2&product_id=eq.1", Ok("1,2")),
        ("product_labels/1,2", Ok("1,2")),
        ("products", Err(QueryError::ReplaceFilter)),
        ("products?name=eq.x", Err(QueryError::ReplaceFilter)),
        ("products?id=gt.7", Err(QueryError::ReplaceFilter)),
        ("products?id=not.eq.7", Err(QueryError::ReplaceFilter)),
        ("products?id=eq(any).{7}", Err(QueryError::ReplaceFilter)),
        ("products?id=eq.7&name=eq.x", Err(QueryError::ReplaceFilter)),
        ("products?id=eq.7&id=eq.7", Err(QueryError::ReplaceFilter)),
        ("products?and=(id.eq.7)", Err(QueryError::ReplaceFilter)),
        ("products/7?name=eq.x", Err(QueryError::ReplaceFilter)),
        ("product_labels?product_id=eq.1", Err(QueryError::ReplaceFilter)),
        ("product_labels?product_id=eq.1&product_id=eq.1", Err(QueryError::ReplaceFilter)),
        ("visits?seen=eq.7", Err(QueryError::ReplaceFilter)),
        ("products?id=eq.7&limit=1", Err(QueryError::ReplacePage)),
        ("products?name=eq.7&offset=1", Err(QueryError::ReplacePage)),
    ] {
        assert_eq!(replaced(call).map(|key| key.join(",")), expected.map(str::to_owned), "{call}");
    }
}

#[test]
fn answers_take_their_rendering_to_every_level() {
    let rendering = Rendering { format: Format::Csv, strip_nulls: true, zone: Some("Asia/Tokyo".into()) };
    let selection =
        grammar::parse("select=name,category(name)", &Limits::default()).expect("it can be read").selection;
    let read = Read { rendering: rendering.clone(), ..Read::new(target("products"), selection) };
    let plan = planned(&Operation::Read(read), &Limits::default()).expect("it can be planned");
    assert!(matches!(&*plan.shape, Shape::Read(read) if read.layout == Layout::Csv));
    let outer = scope(&plan);
    let Some(Output::Embed(inner)) = outer.outputs.last() else { panic!("no embed: {outer:?}") };
    assert_eq!([&outer.rendering, &inner.scope.rendering], [&rendering, &rendering]);
}

#[test]
fn a_write_keeps_its_terms_and_groups_nothing() {
    let terms = Terms { exactly_one: true, max_affected: Some(3), rollback: true };
    let delete = |select: &str| {
        let selection = grammar::parse(select, &Limits::default()).expect("it can be read").selection;
        let answer = Answer { selection, terms, ..Answer::new(Returning::Representation) };
        let target = Target { key: Some(vec!["1".to_owned()]), ..target("products") };
        planned(
            &Operation::Delete(roundtrip_query::operation::Delete { target, filter: Vec::new(), answer }),
            &Limits::default(),
        )
    };
    assert_eq!(delete("select=name,category(name,products(count))").expect("it can be planned").terms, terms);
    for select in ["select=count()", "select=...category(count)"] {
        let error = delete(select).map(|plan| plan.shape).expect_err(select);
        assert!(matches!(error, QueryError::NotImplemented { .. }), "{select}: {error}");
    }
}

#[test]
fn a_read_is_counted_and_explained_as_far_as_can_be() {
    let read = |count, explain, limits: &Limits| {
        let read = Read { count, explain, ..Read::new(target("products"), Selection::default()) };
        planned(&Operation::Read(read), limits)
    };
    for (count, expected) in [
        (Count::None, Count::None),
        (Count::Exact, Count::Exact),
        (Count::Planned, Count::Exact),
        (Count::Estimated, Count::Exact),
    ] {
        let plan = read(count, false, &Limits::default()).expect("it can be planned");
        assert!(matches!(&*plan.shape, Shape::Read(read) if read.count == expected), "{count:?}");
    }
    let refused = read(Count::None, true, &Limits::default()).map(|plan| plan.shape);
    assert_eq!(refused, Err(QueryError::ExplainOff));
    let allowed = Limits { explain: true, ..Limits::default() };
    let plan = read(Count::None, true, &allowed).expect("it can be planned");
    assert!(matches!(&*plan.shape, Shape::Read(read) if read.explain));
}
