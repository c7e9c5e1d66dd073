//! Writes: what is checked, what is filled in, what is answered.

use super::Shop;

const LAMP: &str = r#"{"name":"Lamp","price":19.9,"category_id":1}"#;

#[tokio::test]
async fn a_new_row_is_completed_and_answered() {
    let shop = Shop::open().await;
    shop.check(&[
        (r#"POST categories {"name":"Light"}"#, r#"1 {"id":1,"name":"Light"}"#),
        (
            &format!("POST products?select=id,name,price,stock,about,created_at,category(name) {LAMP}"),
            r#"1 {"id":1,"name":"Lamp","price":19.90,"stock":7,"about":null,"created_at":"2026-01-01T00:00:00+00:00","category":{"name":"Light"}}"#,
        ),
        // A null key means: give me one.
        (r#"POST categories {"id":null,"name":"Sound"}"#, r#"1 {"id":2,"name":"Sound"}"#),
        ("GET categories/1/products?select=name", r#"1 [{"name":"Lamp"}]"#),
        ("GET categories/2/products?select=name", "0 []"),
        ("GET categories/3/products?select=name", "NotFound PGRST116"),
        ("GET products/1/category", r#"1 {"id":1,"name":"Light"}"#),
    ])
    .await;
}

#[tokio::test]
async fn everything_that_is_wrong_is_listed_at_once() {
    let shop = Shop::open().await;
    shop.check(&[
        (
            r#"POST products {"name":"a name of more than twenty characters","price":-1,"colour":"red","rank":1}"#,
            "Invalid 22001 /name:max_length /price:min /colour:unknown /rank:read_only /category_id:required",
        ),
        (
            r#"POST products [{"name":"A","price":1,"category_id":1},{"name":null,"price":"many","created_at":"2020-01-01"}]"#,
            "Invalid 23502 /1/name:required /1/price:format /1/created_at:read_only /1/category_id:required",
        ),
        (r#"PATCH products/1 {"id":"one"}"#, "Invalid 22P02 /id:type"),
        (r#"PUT products/1 {"id":2,"name":"A"}"#, "Invalid 22023 /id:key /price:required /category_id:required"),
    ])
    .await;
}

#[tokio::test]
async fn the_database_names_the_field_it_refuses() {
    let shop = Shop::open().await;
    shop.check(&[
        (r#"POST categories {"name":"Light"}"#, r#"1 {"id":1,"name":"Light"}"#),
        (r#"POST categories {"name":"Light"}"#, "Conflict 23505 /name:unique"),
        (r#"POST products {"name":"A","price":1,"category_id":9}"#, "Conflict 23503 /category_id:reference"),
        (&format!("POST products?select=id {LAMP}"), r#"1 {"id":1}"#),
        ("DELETE categories/1", "Conflict 23503"),
        ("DELETE products/1?select=id", r#"1 {"id":1}"#),
        ("DELETE products/1", "NotFound PGRST116"),
        ("DELETE categories/1", r#"1 {"id":1,"name":"Light"}"#),
    ])
    .await;
}

#[tokio::test]
async fn a_patch_touches_what_it_names_and_a_replacement_everything() {
    let shop = Shop::open().await;
    let fields = "select=name,price,stock,about";
    shop.check(&[
        (r#"POST categories {"name":"Light"}"#, r#"1 {"id":1,"name":"Light"}"#),
        (r#"PUT products/5?select=id,stock {"name":"Lamp","price":5,"category_id":1,"stock":1,"about":"x"}"#, r#"1 {"id":5,"stock":1}"#),
        (&format!(r#"PATCH products/5?{fields} {{"price":"7.5"}}"#), r#"1 {"name":"Lamp","price":7.50,"stock":1,"about":"x"}"#),
        (&format!("PATCH products/5?{fields} {{}}"), r#"1 {"name":"Lamp","price":7.50,"stock":1,"about":"x"}"#),
        (
            &format!(r#"PUT products/5?{fields} {{"name":"Torch","price":2,"category_id":1}}"#),
            r#"1 {"name":"Torch","price":2.00,"stock":7,"about":null}"#,
        ),
        (r#"PATCH products/6 {"price":1}"#, "NotFound PGRST116"),
    ])
    .await;
}

#[tokio::test]
async fn who_may_not_read_gets_nothing_back_and_who_may_not_write_learns_nothing() {
    let shop = Shop::open().await;
    shop.check(&[
        (r#"POST drafts {"title":"First"}"#, "1"),
        ("GET drafts", "Unauthenticated 42501"),
        (r#"PATCH drafts/1 {"titel":"Second"}"#, "MethodNotAllowed 42501"),
        ("DELETE drafts/1", "MethodNotAllowed 42501"),
    ])
    .await;
}

#[tokio::test]
async fn a_hidden_field_can_be_written_and_never_read() {
    let shop = Shop::open().await;
    shop.check(&[
        (r#"POST categories {"name":"Light"}"#, r#"1 {"id":1,"name":"Light"}"#),
        (
            r#"POST products?select=id {"name":"A","price":1,"category_id":1,"secret":"s3cret"}"#,
            r#"1 {"id":1}"#,
        ),
        ("GET products/1?select=secret", "BadRequest 42703"),
        ("GET products?secret=eq.s3cret", "BadRequest 42703"),
        ("GET products?order=secret", "BadRequest 42703"),
    ])
    .await;
    let row = shop.say("GET products/1").await;
    assert!(!row.contains("secret"), "{row}");
}

#[tokio::test]
async fn a_list_is_written_whole_or_not_at_all() {
    let shop = Shop::open().await;
    shop.check(&[
        (r#"POST categories [{"name":"A"},{"name":"B"},{"name":"A"}]"#, "Conflict 23505 /2/name:unique"),
        ("GET categories", "0 []"),
    ])
    .await;
}

/// The database hands out keys after the greatest there is; after the greatest of all it could not.
#[tokio::test]
async fn nobody_takes_the_last_keys() {
    let shop = Shop::open().await;
    shop.check(&[
        (r#"POST categories {"id":9007199254740992,"name":"Last"}"#, "Invalid 23514 /id:max"),
        (r#"PUT categories/9223372036854775807 {"name":"Last"}"#, "NotFound PGRST116"),
        (
            r#"POST categories {"id":9007199254740991,"name":"Late"}"#,
            r#"1 {"id":9007199254740991,"name":"Late"}"#,
        ),
        (r#"POST categories {"name":"Later"}"#, r#"1 {"id":9007199254740992,"name":"Later"}"#),
        (
            r#"PUT categories/9007199254740992 {"name":"Latest"}"#,
            r#"1 {"id":9007199254740992,"name":"Latest"}"#,
        ),
    ])
    .await;
}
