//! Bulk writes: what a row gets that it does not mention, and what becomes of one that is there.

use roundtrip_engine::Written;
use roundtrip_query::operation::{
    Answer, Count, Create, Duplicates, Input, Missing, Operation, Replace, Resolution, Returning, Target,
    Terms,
};
use roundtrip_query::{Limits, grammar};

use super::{Shop, input, told};

fn target(resource: &str) -> Target {
    Target::of(resource)
}

fn selecting(query: &str) -> Answer {
    let selection = grammar::parse(query, &Limits::default()).expect("a query").selection;
    Answer { selection, count: Count::None, ..Answer::new(Returning::Representation) }
}

async fn say(shop: &Shop, operation: Operation) -> String {
    match shop.call(&operation).await {
        Ok(outcome) => {
            let added = match outcome.written {
                Some(Written::Created { added, .. }) => {
                    if added {
                        "added "
                    } else {
                        "found "
                    }
                }
                _ => "",
            };
            format!("{added}{}", String::from_utf8(outcome.body).expect("JSON is UTF-8"))
        }
        Err(error) => told(&error.into()),
    }
}

#[tokio::test]
async fn rows_that_are_there_are_merged_or_left() {
    let shop = Shop::open().await;
    let upsert = |body: &str, resolution, fields: Option<&str>| {
        Operation::Create(Create {
            target: target("categories"),
            input: input(body),
            duplicates: Some(Duplicates { resolution, fields: fields.map(|one| vec![one.to_owned()]) }),
            answer: selecting(""),
        })
    };
    for (body, resolution, fields, expected) in [
        (r#"[{"id":1,"name":"Light"}]"#, Resolution::Merge, None, r#"added [{"id":1,"name":"Light"}]"#),
        (
            r#"[{"id":1,"name":"Lamps"},{"id":2,"name":"Sound"}]"#,
            Resolution::Merge,
            None,
            r#"added [{"id":1,"name":"Lamps"},{"id":2,"name":"Sound"}]"#,
        ),
        (r#"[{"id":2,"name":"Noise"}]"#, Resolution::Merge, None, r#"found [{"id":2,"name":"Noise"}]"#),
        (
            r#"[{"id":2,"name":"Music"},{"id":3,"name":"Art"}]"#,
            Resolution::Ignore,
            None,
            r#"added [{"id":3,"name":"Art"}]"#,
        ),
        (r#"[{"name":"Art"}]"#, Resolution::Ignore, Some("name"), "added []"),
        ("[]", Resolution::Merge, None, "found []"),
        (r#"[{"name":"Art"}]"#, Resolution::Merge, Some("nonsense"), "BadRequest 42703"),
    ] {
        assert_eq!(say(&shop, upsert(body, resolution, fields)).await, expected, "{body}");
    }
}

#[tokio::test]
async fn a_merge_sets_what_was_given_and_not_defaults() {
    let shop = Shop::open().await;
    shop.say(r#"POST categories {"name":"Light"}"#).await;
    shop.say(r#"POST products {"name":"Lamp","price":1,"stock":3,"about":"new","category_id":1}"#).await;
    let merge = Operation::Create(Create {
        target: target("products"),
        input: input(r#"{"id":1,"name":"Lamp","price":2,"category_id":1}"#),
        duplicates: Some(Duplicates { resolution: Resolution::Merge, fields: None }),
        answer: selecting("select=price,stock,about"),
    });
    assert_eq!(say(&shop, merge).await, r#"found [{"price":2.00,"stock":3,"about":"new"}]"#);
}

#[tokio::test]
async fn what_a_row_lacks_is_null_or_its_default() {
    let shop = Shop::open().await;
    shop.say(r#"POST categories {"name":"Light"}"#).await;
    for (missing, body, expected) in [
        (Missing::Default, r#"[{"name":"A"}]"#, r#"added [{"name":"A","stock":7,"about":null}]"#),
        (
            Missing::Default,
            r#"[{"name":"A","stock":1},{"name":"B"}]"#,
            r#"added [{"name":"A","stock":1,"about":null},{"name":"B","stock":7,"about":null}]"#,
        ),
        // What cannot be null has its default all the same.
        (Missing::Null, r#"[{"name":"A"}]"#, r#"added [{"name":"A","stock":7,"about":null}]"#),
    ] {
        let rows = input(body);
        let rows = rows.rows.into_iter().map(|mut row| {
            row.members.extend([("price", "1"), ("category_id", "1")].map(|(a, b)| (a.into(), b.into())));
            row
        });
        let columns = ["name", "price", "stock", "about", "category_id"].map(str::to_owned).to_vec();
        let input =
            Input { rows: rows.collect(), list: true, columns: Some(columns), missing, ..Input::default() };
        let answer = selecting("select=name,stock,about");
        let create = Create { target: target("products"), input, duplicates: None, answer };
        assert_eq!(say(&shop, Operation::Create(create)).await, expected, "{missing:?} {body}");
    }
}

#[tokio::test]
async fn texts_are_read_by_the_type_of_their_field() {
    let shop = Shop::open().await;
    shop.say(r#"POST categories {"name":"Light"}"#).await;
    for (body, expected) in [
        (r#"{"name":"5","price":"1.5","category_id":"1"}"#, r#"added [{"name":"5","price":1.50}]"#),
        (r#"{"name":"5","price":"dear","category_id":"1"}"#, "Invalid 22P02 /price:format"),
        (r#"{"name":null,"price":"1","category_id":"1"}"#, "Invalid 23502 /name:required"),
    ] {
        let input = Input { textual: true, ..input(body) };
        let answer = selecting("select=name,price");
        let create = Create { target: target("products"), input, duplicates: None, answer };
        assert_eq!(say(&shop, Operation::Create(create)).await, expected, "{body}");
    }
}

#[tokio::test]
async fn a_replacement_is_found_by_a_filter_of_its_key() {
    let shop = Shop::open().await;
    for (query, body, expected) in [
        ("id=eq.4", r#"{"id":4,"name":"Light"}"#, r#"added [{"id":4,"name":"Light"}]"#),
        ("id=eq.4", r#"[{"id":4,"name":"Lamps"}]"#, r#"[{"id":4,"name":"Lamps"}]"#),
        ("id=eq.4", r#"{"id":5,"name":"Lamps"}"#, "BadRequest PGRST115"),
        ("id=gt.4", r#"{"id":5,"name":"Lamps"}"#, "MethodNotAllowed PGRST105"),
        ("name=eq.Lamps", r#"{"id":4,"name":"Lamps"}"#, "MethodNotAllowed PGRST105"),
        ("id=eq.4&limit=1", r#"{"id":4,"name":"Lamps"}"#, "BadRequest PGRST114"),
    ] {
        let mut answer = selecting(query);
        let filter = std::mem::take(&mut answer.selection.filter);
        let replace = Replace { target: target("categories"), input: input(body), filter, answer };
        assert_eq!(say(&shop, Operation::Replace(replace)).await, expected, "{query} {body}");
    }
}

#[tokio::test]
async fn a_write_that_breaks_its_terms_leaves_no_trace() {
    let shop = Shop::open().await;
    for name in ["A", "B", "C"] {
        shop.say(&format!(r#"POST categories {{"name":"{name}"}}"#)).await;
    }
    let rollback = Terms { rollback: true, ..Terms::default() };
    let at_most_two = Terms { max_affected: Some(2), ..Terms::default() };
    let one = Terms { exactly_one: true, ..Terms::default() };
    for (query, terms, expected) in [
        ("id=eq.1", rollback, r#"[{"id":1}]"#),
        ("id=lt.9", at_most_two, "BadRequest PGRST124"),
        ("id=lt.9", one, "NotAcceptable PGRST116"),
        ("id=gt.9", one, "NotAcceptable PGRST116"),
        ("id=eq.1", one, r#"[{"id":1}]"#),
        ("id=lt.9", at_most_two, r#"[{"id":2},{"id":3}]"#),
    ] {
        let mut answer = selecting(&format!("select=id&{query}"));
        let filter = std::mem::take(&mut answer.selection.filter);
        let answer = Answer { terms, ..answer };
        let delete = roundtrip_query::operation::Delete { target: target("categories"), filter, answer };
        assert_eq!(say(&shop, Operation::Delete(delete)).await, expected, "{query} {terms:?}");
    }
}

/// A field that a caller may not write is written by no way around: not as the null of `columns`.
#[tokio::test]
async fn columns_write_nothing_that_a_caller_may_not() {
    let shop = Shop::open().await;
    shop.say(r#"POST categories {"name":"Light"}"#).await;
    let create = |column: &str| {
        let columns = ["name", "price", "category_id", column].map(str::to_owned).to_vec();
        let rows = input(r#"{"name":"A","price":1,"category_id":1}"#);
        let answer = selecting("select=name,stock,created_at");
        let input = Input { columns: Some(columns), ..rows };
        Operation::Create(Create { target: target("products"), input, duplicates: None, answer })
    };
    let made = r#"added [{"name":"A","stock":7,"created_at":"2026-01-01T00:00:00+00:00"}]"#;
    for (column, expected) in [("rank", made), ("created_at", made), ("colour", "BadRequest PGRST204")] {
        assert_eq!(say(&shop, create(column)).await, expected, "{column}");
    }
}
