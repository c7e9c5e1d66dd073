//! Texts compared with patterns, expressions and words.
//!
//! Must not know: how a store finds them.

use serde_json::json;

use super::{Call, Shop};
use crate::StoreErrorKind;

async fn check(shop: &Shop, cases: &[(&str, &[i64])]) {
    for (filter, ids) in cases {
        let expected = ids.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>();
        shop.check(&format!("books?select=id&order=id&{filter}"), json!(expected)).await;
    }
}

/// Regular expressions find a part of a text, with or without regard to case.
pub async fn expressions_find_texts(shop: Shop) {
    shop.stock().await;
    check(
        &shop,
        &[
            ("title=match.^The", &[1]),
            ("title=imatch.^the", &[1, 3]),
            ("title=match.Cities$", &[2]),
            ("title=match.[aeiou]{2}", &[2]),
            ("title=match.x|y", &[]),
            ("title=match.(ss|ll)", &[1, 3]),
            ("title=not.imatch.the", &[2]),
            ("price=isdistinct.12.5", &[2, 3]),
            ("price=not.isdistinct.12.5", &[1]),
        ],
    )
    .await;
}

/// `any` and `all` take a list.
pub async fn one_of_several_or_all_must_fit(shop: Shop) {
    shop.stock().await;
    check(
        &shop,
        &[
            ("title=like(any).{The*,Inv*}", &[1, 2]),
            ("title=ilike(all).{the*,*ell*}", &[3]),
            ("title=match(any).{ss,ll}", &[1, 3]),
            ("stock=eq(any).{0,7}", &[2, 3]),
            ("stock=gt(all).{0,3}", &[3]),
            ("stock=gte(any).{3,7}", &[1, 3]),
        ],
    )
    .await;
}

/// Words are found in any case and with other endings; operators, phrases and people's own writing.
pub async fn texts_are_searched_for_words(shop: Shop) {
    shop.stock().await;
    check(
        &shop,
        &[
            ("title=fts(english).telling", &[3]),
            ("title=fts(english).city", &[2]),
            ("title=fts(simple).city", &[]),
            ("title=fts(english).city|telling", &[2, 3]),
            ("title=fts(english).!city", &[1, 3]),
            ("title=fts(english).dispos:*", &[1]),
            ("title=plfts(english).visible%20cities", &[]),
            ("title=plfts(english).cities%20invisible", &[2]),
            ("title=phfts(english).invisible%20cities", &[2]),
            ("title=phfts(english).cities%20invisible", &[]),
            ("title=wfts(english).cities%20or%20telling", &[2, 3]),
            ("title=wfts(english).cities%20-invisible", &[]),
            ("title=not.fts(english).city", &[1, 3]),
        ],
    )
    .await;
}

/// A query that is none is the caller's mistake. (What is no regular expression makes no plan.)
pub async fn queries_that_are_none_are_refused(shop: Shop) {
    shop.stock().await;
    for query in ["two%20words", "city%20%26", "(city"] {
        let call = Call::new("GET", format!("books?title=fts(english).{query}"));
        let error = shop.run(call).await.err();
        assert_eq!(error.map(|error| error.kind), Some(StoreErrorKind::Search), "{query}");
    }
}
