//! Text search: `rt_search`.
//!
//! Texts and queries are cut into words by the same rules (`word`), so that both agree whatever the
//! words are; `query` joins them, `parse` reads what callers write.
//!
//! Must not know: columns, indexes.

mod parse;
mod query;
mod word;

use std::sync::Arc;

use rusqlite::functions::Context;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result};

use self::query::Query;
use self::word::Language;
use super::document::Tree;
use super::known::Known;
use super::{COMMON, Refusal, any_null, text};

/// Queries that a connection keeps.
const QUERIES: usize = 64;

/// A query and how it was read.
struct Read {
    query: Query,
    mode: Box<str>,
    language: Box<str>,
}

pub(super) fn register(connection: &Connection) -> Result<()> {
    let known = Known::new(QUERIES);
    connection.create_scalar_function("rt_search", 4, COMMON, move |context| search(context, &known))
}

/// 1, 0, or null for a null argument. Numbers and bytes hold no words; of JSON the texts are searched.
fn search(context: &Context<'_>, known: &Known<Read>) -> Result<Option<bool>> {
    if any_null(context, 4) {
        return Ok(None);
    }
    let mode = text(context, 2).unwrap_or_default();
    let language = text(context, 3).unwrap_or_default();
    let same = |read: &Arc<Read>| *read.mode == *mode && *read.language == *language;
    let read = match context.get_aux::<Arc<Read>>(1)?.filter(|read| same(read)) {
        Some(read) => read,
        None => context.set_aux(1, read(context, known, &mode, &language)?)?,
    };
    let Some(searched) = text(context, 0) else { return Ok(Some(false)) };
    if searched.starts_with(['{', '['])
        && let Some(tree) = Tree::read(&searched)
    {
        let mut texts = Vec::new();
        tree.texts(&mut texts);
        return Ok(Some(read.query.finds(&texts)));
    }
    Ok(Some(read.query.finds(&[&searched])))
}

fn read(context: &Context<'_>, known: &Known<Read>, mode: &str, language: &str) -> Result<Arc<Read>> {
    let written = match context.get_raw(1) {
        ValueRef::Integer(value) => value.to_string().into(),
        _ => text(context, 1).unwrap_or_default(),
    };
    known.of(&format!("{mode}\0{language}\0{written}"), |_| {
        let speaks = Language::named(language);
        let node = match mode {
            "operators" => parse::operators(&written, &speaks),
            "phrase" => Ok(parse::phrase(&written, &speaks)),
            "web" => Ok(parse::web(&written, &speaks)),
            _ => Ok(parse::all(&written, &speaks)),
        };
        let node = node.map_err(|why| Refusal::Search.error(why))?;
        Ok(Read { query: Query::new(node, speaks), mode: mode.into(), language: language.into() })
    })
}

#[cfg(test)]
mod tests {
    use crate::function::tests::check;

    const FABLE: &str = "It''s the fun of the Fat Rats, who were running from 3 cats";

    fn checks(text: &str, language: &str, cases: &[(&str, &str, bool)]) {
        for (mode, query, expected) in cases {
            let query = query.replace('\'', "''");
            let sql = format!("SELECT rt_search('{text}', '{query}', '{mode}', '{language}')");
            check(&sql, Ok(Some(if *expected { "1" } else { "0" })));
        }
    }

    #[test]
    fn all_words_have_to_be_there() {
        checks(
            FABLE,
            "english",
            &[
                ("all", "rat", true),
                ("all", "RAT run", true),
                ("all", "The Fat Rats", true),
                ("all", "fat dog", false),
                ("all", "3", true),
                // Nothing but words that every text has: nothing is asked for, and nothing found.
                ("all", "the", false),
                ("all", "", false),
                ("phrase", "fat rats", true),
                ("phrase", "rats fat", false),
                ("phrase", "fun of the fat", true),
                ("phrase", "fun fat", false),
                ("phrase", "the", false),
            ],
        );
    }

    #[test]
    fn operators_join_words() {
        checks(
            FABLE,
            "english",
            &[
                ("operators", "rat & cat", true),
                ("operators", "rat & dog", false),
                ("operators", "rat | dog", true),
                ("operators", "dog | cow & rat", false),
                ("operators", "(dog | cat) & rat", true),
                ("operators", "!dog", true),
                ("operators", "!rat", false),
                ("operators", "rat & !(dog | cow)", true),
                ("operators", "fat <-> rat", true),
                ("operators", "fat <-> cat", false),
                ("operators", "run <3> cat", true),
                ("operators", "fat <-> (mice | rat)", true),
                ("operators", "fat <-> !rat", false),
                ("operators", "!thin <-> rat", true),
                ("operators", "run:*", true),
                ("operators", "runn:*", false),
                ("operators", "ca:*", true),
                ("operators", "ca", false),
                ("operators", "'fat rats' & cat:AB", true),
                ("operators", "the & rat", true),
                ("operators", "fun <-> of <-> the <-> fat", true),
                ("operators", "the", false),
                ("operators", "", false),
            ],
        );
    }

    #[test]
    fn a_phrase_of_many_choices_ends() {
        let query = vec!["(a | a | a <-> a)"; 50].join(" <-> ");
        checks(&"a ".repeat(500), "simple", &[("operators", &query, true)]);
    }

    #[test]
    fn people_write_as_on_the_web() {
        checks(
            FABLE,
            "english",
            &[
                ("web", "fat rats", true),
                ("web", "\"fat rats\"", true),
                ("web", "\"rats fat\"", false),
                ("web", "dog or rat", true),
                ("web", "dog OR cow", false),
                ("web", "rat -cat", false),
                ("web", "rat -dog", true),
                ("web", "rat -\"fat rats\"", false),
                ("web", "or", false),
                ("web", "rat or", true),
                ("web", "\"fat rats", true),
                ("web", "& | ! (", false),
            ],
        );
    }

    #[test]
    fn each_language_has_its_endings() {
        checks("C''est un peu amusant", "french", &[("all", "amusante", true), ("all", "peu", true)]);
        checks("Die Häuser am See", "german", &[("all", "haus", true), ("all", "HÄUSERN", true)]);
        checks(
            "running rats",
            "simple",
            &[("all", "Running", true), ("all", "run", false), ("all", "the", false)],
        );
        checks("running rats", "klingon", &[("all", "running", true)]);
    }

    #[test]
    fn of_json_the_texts_are_searched() {
        let document = r#"{"name": ["The cats", {"x": "sleep"}], "n": 5}"#;
        checks(document, "english", &[("all", "cat sleeping", true), ("all", "name", false)]);
        // The end of one text and the beginning of the next are no phrase.
        checks(document, "english", &[("phrase", "cats sleep", false)]);
    }

    #[test]
    fn what_is_no_query_is_refused() {
        for query in ["a b", "a &", "& a", "(a", "a)", "a <-> ", "()", "!", "a <0x> b", &"(".repeat(200)] {
            let sql = format!("SELECT rt_search('a', '{query}', 'operators', 'simple')");
            check(&sql, Err("rt_search: the text search cannot be read"));
        }
    }
}
