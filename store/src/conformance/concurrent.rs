//! Many callers at once.
//!
//! Must not know: threads; the callers are futures of one task.

use futures_util::future::join_all;
use roundtrip_query::plan::Returning;
use serde_json::json;

use super::{Call, Shop};

/// 500 writers at once, every third of them with a bad row: each gets its own answer.
pub async fn every_writer_is_answered(shop: Shop) {
    shop.stock().await;
    let call = |number: usize| {
        let author = if number.is_multiple_of(3) { 99 } else { 1 };
        Call::with(
            "POST",
            "books?select=title",
            json!({ "title": format!("t{number}"), "stock": 1, "author_id": author }),
        )
    };
    let answers = join_all((0..500).map(|number| shop.run(call(number)))).await;
    for (number, answer) in answers.iter().enumerate() {
        assert_eq!(answer.is_err(), number.is_multiple_of(3), "{number}: {answer:?}");
        if let Ok(rows) = answer {
            assert_eq!(String::from_utf8_lossy(&rows.body), format!(r#"{{"title":"t{number}"}}"#));
        }
    }
    let good = answers.iter().filter(|answer| answer.is_ok()).count() as u64;
    let rows = shop.run(Call::new("GET", "books?stock=eq.1&limit=0").counted()).await.unwrap_or_default();
    assert_eq!(rows.total, Some(good));
}

/// 100 buyers of one last item: one gets it.
pub async fn one_of_many_gets_the_last_item(shop: Shop) {
    shop.stock().await;
    shop.json(Call::with("PATCH", "books/1", json!({ "stock": 1 }))).await;
    let buy = || {
        let call = Call::with("PATCH", "books?id=eq.1&stock=gte.1", json!({ "stock": 0 }));
        shop.run(call.returning(Returning::Minimal))
    };
    let answers = join_all((0..100).map(|_| buy())).await;
    let sold: u64 = answers.into_iter().map(|answer| answer.unwrap_or_default().written).sum();
    assert_eq!(sold, 1);
}
