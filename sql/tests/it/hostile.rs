//! No name of a table, a column or a key gets out of its quotes.

use proptest::prelude::*;
use roundtrip_query::plan::{Expr, Output, PathKey};
use roundtrip_schema::Layout;
use roundtrip_sql::{Dialect as _, Sqlite, compile};
use serde_json::Value as Json;

use crate::database::{all_texts, open, run};
use crate::fixture::{self, Shop, showing};
use crate::names::{Token, tokens};
use crate::plans;

/// What SQL gives a meaning, and what it does not; no NUL, which no name in a database can hold.
fn hostile() -> impl Strategy<Value = String> {
    let signs: Vec<char> = "\"\"\"''';-/*()?1:$@#[]`\\%.,| \n\tt0Éſ🦀".chars().collect();
    let any = any::<char>().prop_filter("no NUL", |one| *one != '\0');
    let one = prop_oneof![4 => prop::sample::select(signs), 1 => any];
    prop::collection::vec(one, 0..10).prop_map(|signs| signs.into_iter().collect())
}

/// What a way into JSON names, where a literal is one.
fn way(text: &str) -> Option<Vec<Json>> {
    serde_json::from_str(text).ok().filter(|way: &Vec<Json>| !way.is_empty())
}

/// JSON can be written in several ways.
fn read(token: Token) -> Token {
    match token {
        Token::Literal(text) => Token::Literal(way(&text).map_or(text, |way| Json::from(way).to_string())),
        other => other,
    }
}

/// The same text with harmless names, and then these names.
fn renamed(token: Token, rename: &dyn Fn(&str) -> String) -> Token {
    match token {
        Token::Name(name) => Token::Name(rename(&name)),
        Token::Literal(text) => {
            if let Some(mut way) = way(&text) {
                for key in &mut way {
                    if let Json::String(name) = key {
                        *name = rename(name);
                    }
                }
                return Token::Literal(Json::from(way).to_string());
            }
            let Some(mut layout) = Layout::decode(&text).filter(|_| text != "[]") else {
                return Token::Literal(text);
            };
            for (key, _) in &mut layout.columns {
                *key = rename(key).into();
            }
            Token::Literal(layout.encode())
        }
        other => other,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn names_stay_inside_their_quotes(before in hostile(), after in hostile()) {
        let rename = move |name: &str| format!("{before}{name}{after}");
        let (plain, shop) = (Shop::new(), Shop::renamed(rename.clone()));
        let connection = open(&shop.schema);
        for (harmless, shape) in plans::all(&plain).iter().zip(plans::all(&shop)) {
            let harmless = compile(&plain.schema, harmless, &Sqlite);
            let compiled = compile(&shop.schema, &shape, &Sqlite);
            prop_assert_eq!(all_texts(&harmless).count(), all_texts(&compiled).count());
            for (harmless, text) in all_texts(&harmless).zip(all_texts(&compiled)) {
                let expected: Vec<Token> =
                    tokens(harmless).into_iter().map(|token| renamed(token, &rename)).collect();
                let found: Vec<Token> = tokens(text).into_iter().map(read).collect();
                prop_assert_eq!(found, expected);
                let prepared = connection.prepare(text);
                prop_assert!(prepared.is_ok(), "{:?}\n{text}", prepared.err());
            }
        }
    }

    #[test]
    fn a_literal_is_what_it_says(text in prop::collection::vec(prop_oneof![Just('\0'), Just('\''), any::<char>()], 0..8)) {
        let text: String = text.into_iter().collect();
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let query = format!("SELECT CAST({} AS BLOB)", Sqlite.literal(&text));
        let read: Vec<u8> = connection.query_row(&query, [], |row| row.get(0)).unwrap();
        prop_assert_eq!(read, text.into_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// A caller may write anything at all as a path and as a key of the answer, NUL too.
    #[test]
    fn a_path_finds_what_is_under_its_key(
        key in prop::collection::vec(prop_oneof![Just('\0'), Just('"'), Just('\''), Just('\\'), any::<char>()], 0..8),
        found in any::<i64>(),
    ) {
        let key: String = key.into_iter().collect();
        let shop = Shop::new();
        let connection = open(&shop.schema);
        let document = Json::from_iter([(key.clone(), Json::from(found))]).to_string();
        let insert = "INSERT INTO products (id, name, price, active, tags, details) VALUES (1, '', 1, 1, '', ?1)";
        connection.execute(insert, [document]).unwrap();
        let path = vec![PathKey::Member(key.clone())];
        let value = Expr { path, ..Expr::field(shop.field("products", "details")) };
        let inner = showing(shop.scope("products", &[]), [Output::Field { value, key: key.into() }]);
        let compiled = compile(&shop.schema, &fixture::read(inner), &Sqlite);
        prop_assert_eq!(run(&connection, &compiled.statements[0], &[]), [found.to_string()]);
    }
}

#[test]
fn a_name_with_nul_is_an_error_of_the_database() {
    let shop = Shop::renamed(|name| format!("{name}\0\"; DROP TABLE products; --"));
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    for shape in plans::all(&shop) {
        for statement in compile(&shop.schema, &shape, &Sqlite).statements {
            assert!(connection.prepare(&statement.text).is_err(), "{}", statement.text);
        }
    }
}
