//! Reads: what rules keep back.

use super::Shop;

/// Whoever could find a row by a hidden field would know the field.
#[tokio::test]
async fn no_relation_goes_by_a_hidden_field() {
    let shop = Shop::open().await;
    shop.say(r#"POST categories {"name":"Light"}"#).await;
    shop.say(r#"POST gifts {"name":"Ring","giver_id":1}"#).await;
    for (call, expected) in [
        ("GET gifts?select=name,giver(name)", "BadRequest PGRST200"),
        ("GET gifts?select=name,giver_id(name)", "BadRequest PGRST200"),
        ("GET gifts?select=name,...categories(name)", "BadRequest PGRST200"),
        ("GET categories?select=name,gifts(name)", "BadRequest PGRST200"),
        ("GET categories?select=name,gifts!giver_id(name)", "BadRequest PGRST200"),
        ("GET gifts/1/giver", "BadRequest PGRST200"),
        ("PATCH gifts/1?select=giver(name) {\"name\":\"Band\"}", "BadRequest PGRST200"),
        ("GET gifts?select=name,giver_id", "BadRequest 42703"),
        ("GET gifts?select=name", r#"1 [{"name":"Ring"}]"#),
    ] {
        assert_eq!(shop.say(call).await, expected, "{call}");
    }
}

/// A limit chooses nothing in a write, and is not passed over.
#[tokio::test]
async fn a_write_has_no_page() {
    let shop = Shop::open().await;
    for name in ["A", "B"] {
        shop.say(&format!("POST categories {{\"name\":\"{name}\"}}")).await;
    }
    shop.check(&[
        ("DELETE categories?id=gt.0&limit=1", "BadRequest PGRST114"),
        (r#"PATCH categories?id=gt.0&offset=1 {"name":"C"}"#, "BadRequest PGRST114"),
        ("GET categories?select=id", r#"2 [{"id":1},{"id":2}]"#),
    ])
    .await;
}
