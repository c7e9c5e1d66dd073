//! No name of a table, a column or a key gets out of its quotes.

use proptest::prelude::*;
use roundtrip_schema::Layout;
use roundtrip_sql::{Dialect as _, Sqlite, compile};

use crate::database::{open, texts};
use crate::fixture::Shop;
use crate::names::{Token, tokens};
use crate::plans;

/// What SQL gives a meaning, and what it does not; no NUL, which no name in a database can hold.
fn hostile() -> impl Strategy<Value = String> {
    let signs: Vec<char> = "\"\"\"''';-/*()?1:$@#[]`\\%.,| \n\tt0Éſ🦀".chars().collect();
    let any = any::<char>().prop_filter("no NUL", |one| *one != '\0');
    let one = prop_oneof![4 => prop::sample::select(signs), 1 => any];
    prop::collection::vec(one, 0..10).prop_map(|signs| signs.into_iter().collect())
}

/// The same text with harmless names, and then these names.
fn renamed(token: Token, rename: &dyn Fn(&str) -> String) -> Token {
    match token {
        Token::Name(name) => Token::Name(rename(&name)),
        Token::Literal(text) => {
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
            let pairs = harmless.statements.iter().zip(&compiled.statements);
            for (harmless, statement) in pairs.chain(harmless.count.iter().zip(&compiled.count)) {
                prop_assert_eq!(harmless.read_back.is_some(), statement.read_back.is_some());
                for (harmless, text) in texts(harmless).zip(texts(statement)) {
                    let expected: Vec<Token> =
                        tokens(harmless).into_iter().map(|token| renamed(token, &rename)).collect();
                    prop_assert_eq!(tokens(text), expected);
                    let prepared = connection.prepare(text);
                    prop_assert!(prepared.is_ok(), "{:?}\n{text}", prepared.err());
                }
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
