//! What the grammar refuses, and what it says.

use roundtrip_query::grammar::{DEPTH_MAX, parse};
use roundtrip_query::{Limits, QueryError};

/// The query is refused as `parameter:column details`, or with the error's own words.
fn check(query: &str, expected: &str) {
    assert_eq!(refusal(query, &Limits::default()), expected, "{query}");
}

fn refusal(query: &str, limits: &Limits) -> String {
    match parse(query, limits) {
        Ok(read) => format!("accepted: {read:?}"),
        Err(QueryError::Syntax { parameter, column, details, advice, .. }) => {
            let advice = advice.map_or(String::new(), |advice| format!("; {advice}"));
            format!("{parameter}:{column} {details}{advice}")
        }
        Err(QueryError::NotEmbedded { name, hint }) => format!("{name} not embedded: {hint}"),
        Err(other) => other.to_string(),
    }
}

const OPERATORS: &str = "operators: eq, neq, gt, gte, lt, lte, like, ilike, in, is, isdistinct, match, imatch, \
    fts, plfts, phfts, wfts, cs, cd, ov, sl, sr, nxr, nxl, adj";

#[test]
fn encoding() {
    check("a=eq.x%FF", "query string:5 unexpected bytes that are not UTF-8 expecting percent-encoded UTF-8");
    check(
        "%C3+%28=eq.1",
        "query string:1 unexpected bytes that are not UTF-8 expecting percent-encoded UTF-8",
    );
}

#[test]
fn keys() {
    for (query, expected) in [
        ("=eq.1", "tree path:1 unexpected end of input expecting a field name"),
        ("a..b=eq.1", "a not embedded: add a(...) to select"),
        ("select=a(*)&a..b=eq.1", "tree path:3 unexpected \".\" expecting a field name"),
        (".order=a", "tree path:1 unexpected \".\" expecting a field name"),
        ("a!=eq.1", "tree path:2 unexpected \"!\" expecting \".\" or \"=\""),
        ("\"a=eq.1", "tree path:1 a quote that is never closed"),
        ("\"\"=eq.1", "tree path:1 a name in quotes must not be empty"),
        ("\"a%00\"=eq.1", "tree path:1 a name must not hold control characters"),
        ("data->>b.c=eq.1", "tree path:9 unexpected \".\" expecting \"->\", \"->>\" or \"=\""),
        ("select=a(*)&a->b.limit=1", "tree path:1 a JSON path names no embed"),
        ("a::text=eq.1", "tree path:2 unexpected \":\" expecting \".\" or \"=\""),
        ("Artist.Name=eq.1", "Artist not embedded: add Artist(...) to select"),
        (
            "select=Artist(*)&Artst.Name=eq.1",
            "Artst not embedded: did you mean \"Artist\"? otherwise add Artst(...) to select",
        ),
        ("select=a(b(*))&a.c.limit=1", "c not embedded: add c(...) to select"),
        ("select=a,b(*)&a.order=x", "a not embedded: add a(...) to select"),
    ] {
        check(query, expected);
    }
}

#[test]
fn json_paths() {
    let key = "a key of a JSON object, an index or a key in quotes";
    for (path, expected) in [
        ("a->", format!("4 unexpected end of input expecting {key}")),
        ("a->>.b", format!("5 unexpected \".\" expecting {key}")),
        ("a->(b", format!("4 unexpected \"(\" expecting {key}")),
        ("a->>--34", "6 unexpected \"-\" expecting digit".to_owned()),
        ("a->-x", "5 unexpected \"x\" expecting digit".to_owned()),
        ("a->\"b", "4 a quote that is never closed".to_owned()),
        ("a->b%00", "4 a name must not hold control characters".to_owned()),
        ("a->\"b%0A\"", "4 a name must not hold control characters".to_owned()),
        ("a->9223372036854775808", "4 an index that no array reaches".to_owned()),
        ("a->-9223372036854775808", "4 an index that no array reaches".to_owned()),
    ] {
        check(&format!("select={path}"), &format!("select parameter:{expected}"));
        check(&format!("order={path}"), &format!("order:{expected}"));
        check(&format!("{path}=eq.1"), &format!("tree path:{expected}"));
    }
    let path = |steps| format!("order=a{}", "->b".repeat(steps));
    assert!(parse(&path(32), &Limits::default()).is_ok());
    check(&path(33), "order:98 a JSON path of more than 32 steps");
}

#[test]
fn filters() {
    let no = "expecting \"not\" or operator (eq, gt, ...)";
    for (query, expected) in [
        ("price=20", format!("filter:1 unexpected \"2\" {no}; \"20\" is no operator, write price=eq.20")),
        ("price=20.5", format!("filter:1 unexpected \"2\" {no}; \"20\" is no operator, write price=eq.20.5")),
        ("price=", format!("filter:1 unexpected end of input {no}; no operator, write price=eq.")),
        (
            "price=not.20",
            "filter:5 unexpected \"2\" expecting operator (eq, gt, ...); \"20\" is no operator, write price=eq.20"
                .to_owned(),
        ),
        ("price=eqq.20", format!("filter:1 unexpected \"e\" {no}; \"eqq\" is no operator, did you mean \"eq\"?")),
        ("price=LIKE.x", format!("filter:1 unexpected \"L\" {no}; \"LIKE\" is no operator, did you mean \"like\"?")),
        ("d->>\"k l\"=5", format!("filter:1 unexpected \"5\" {no}; \"5\" is no operator, write d->>k l=eq.5")),
        ("or=(price.20)", format!("logic tree:8 unexpected \"2\" {no}; \"20\" is no operator, write price.eq.20")),
    ] {
        let (expected, separator) = (expected.as_str(), if expected.ends_with('?') { " " } else { "; " });
        check(query, &format!("{expected}{separator}{OPERATORS}"));
    }
    for (query, expected) in [
        ("price=eq", "filter:3 unexpected end of input expecting (any), (all) or \".\" and a value after eq"),
        ("price=in", "filter:3 unexpected end of input expecting \".\" and a value after in"),
        ("a=eq(x).1", "filter:3 unexpected \"(\" expecting (any), (all) or \".\" and a value after eq"),
        ("a=eq(any).1", "filter:9 unexpected \"1\" expecting a list in braces: {a,b,\"c,d\"}"),
        ("a=eq(any).{1", "filter:11 unexpected end of input expecting \",\" or \"}\""),
        ("a=eq(any).{1}2", "filter:12 unexpected \"2\" expecting the end"),
        (
            "a=eq(any).{1,}",
            "filter:12 unexpected \"}\" expecting an item of the list, \"\" for an empty text",
        ),
        (
            "a=eq(any).{,1}",
            "filter:10 unexpected \",\" expecting an item of the list, \"\" for an empty text",
        ),
        (
            "a=eq(any).{{1}}",
            "filter:10 unexpected \"{\" expecting an item of the list, \"\" for an empty text",
        ),
        ("a=eq(any).{a\"b\"}", "filter:11 unexpected \"\"\" expecting \",\" or \"}\""),
        ("a=eq(any).{\"b}", "filter:10 a quote that is never closed"),
        ("a=eq(any).{\\", "filter:11 unexpected end of input expecting a character after \"\\\""),
        (
            "a=eq(any).{1,Null}",
            "filter:12 a list cannot hold null; is.null asks for it, \"null\" in quotes is a text",
        ),
        ("or=(a.eq(any).\"{1}2\")", "filter:4 unexpected \"2\" expecting the end"),
        ("a=fts().x", "filter:5 unexpected \")\" expecting a language: fts(english)"),
        ("a=fts(en-us).x", "filter:7 unexpected \"-\" expecting \")\""),
        (
            "a=wfts[x].x",
            "filter:1 unexpected \"w\" expecting \"not\" or operator (eq, gt, ...); \"wfts[x]\" is no operator, did \
             you mean \"wfts\"? operators: eq, neq, gt, gte, lt, lte, like, ilike, in, is, isdistinct, match, imatch, \
             fts, plfts, phfts, wfts, cs, cd, ov, sl, sr, nxr, nxl, adj",
        ),
        (
            "a=wfts",
            "filter:5 unexpected end of input expecting a language in parentheses or \".\" and a value after wfts",
        ),
        ("a=is.nul", "filter:4 unexpected \"nul\" expecting null, not_null, true, false, unknown"),
        ("a=in.1,2", "filter:4 unexpected \"1\" expecting \"(\""),
        ("a=in.(1,2", "filter:8 unexpected end of input expecting \",\" or \")\""),
        ("a=in.(1)2", "filter:7 unexpected \"2\" expecting the end"),
        ("a=in(any).(1)", "filter:3 unexpected \"(\" expecting \".\" and a value after in"),
        ("a=in.(ü,\"1", "filter:9 unexpected end of input expecting \",\" or \")\""),
    ] {
        check(query, expected);
    }
}

#[test]
fn quantifiers_where_there_are_none() {
    for word in "neq is isdistinct cs cd ov sl sr nxr nxl adj".split(' ') {
        let column = word.len() + 1;
        check(
            &format!("a={word}(any).{{1}}"),
            &format!("filter:{column} unexpected \"(\" expecting \".\" and a value after {word}"),
        );
    }
}

#[test]
fn logic() {
    let item = "a field name, and(...), or(...), not.and(...) or not.or(...)";
    for (query, expected) in [
        ("or=", "logic tree:1 unexpected end of input expecting \"(\"".to_owned()),
        ("or=a.eq.1", "logic tree:1 unexpected \"a\" expecting \"(\"".to_owned()),
        ("or=()", format!("logic tree:2 unexpected \")\" expecting {item}")),
        ("or=(a.eq.1,)", format!("logic tree:9 unexpected \")\" expecting {item}")),
        ("or=(a.eq.1", "logic tree:8 unexpected end of input expecting \",\" or \")\"".to_owned()),
        ("or=(a.eq.1)x", "logic tree:9 unexpected \"x\" expecting the end".to_owned()),
        ("or=(and(a.eq.1)b)", "logic tree:13 unexpected \"b\" expecting \",\" or \")\"".to_owned()),
        (
            "or=(a)",
            "logic tree:3 unexpected \")\" expecting \".\" and an operator after the field".to_owned(),
        ),
        (
            "or=(a->b)",
            "logic tree:6 unexpected \")\" expecting \".\" and an operator after the field".to_owned(),
        ),
        (
            "or=(a.cs.{1,2}x)",
            "logic tree:11 unexpected \"}\" expecting \".\" and an operator after the field".to_owned(),
        ),
        ("x.or=(a.eq.1)", "x not embedded: add x(...) to select".to_owned()),
    ] {
        check(query, &expected);
    }
}

#[test]
fn select() {
    for (query, expected) in [
        ("select=a,,b", "3 unexpected \",\" expecting a field name, a relation or \"*\""),
        ("select=a,", "3 unexpected end of input expecting a field name, a relation or \"*\""),
        ("select=)", "1 unexpected \")\" expecting a field name, a relation or \"*\""),
        ("select=a)", "2 unexpected \")\" expecting \",\" or the end"),
        ("select=a(b", "4 unexpected end of input expecting \",\" or \")\""),
        ("select=a(b,)", "5 unexpected \")\" expecting a field name, a relation or \"*\""),
        ("select=x:*", "3 unexpected \"*\" expecting a field name or a relation"),
        ("select=a!inner", "8 unexpected end of input expecting \"(\""),
        ("select=a!(b)", "3 unexpected \"(\" expecting inner, left or a hint"),
        ("select=a!x!y(b)", "5 a second hint \"y\", expected one"),
        ("select=a!inner!left(b)", "9 a second join, expected one of !inner and !left"),
        ("select=a.b", "3 unexpected \"b\" expecting sum(), avg(), count(), max() or min()"),
        ("select=*a", "2 unexpected \"a\" expecting \",\" or the end"),
        ("select=\"a", "1 a quote that is never closed"),
        ("select=a&select=b", "1 given twice, expected once"),
        ("select=a::", "4 unexpected end of input expecting a type: price::text"),
        (
            "select=a::num(1)",
            "7 unexpected \"(\" expecting \",\", \":\", \"::\", \"->\", \".\", \"(\" or the end of the field",
        ),
        (
            "select=a::text::int",
            "8 unexpected \":\" expecting \",\", \":\", \"::\", \"->\", \".\", \"(\" or the end of the field",
        ),
        (
            "select=a.sum()::int::int",
            "13 unexpected \":\" expecting \",\", \":\", \"::\", \"->\", \".\", \"(\" or the end of the field",
        ),
        ("select=a.sum", "3 unexpected \"s\" expecting sum(), avg(), count(), max() or min()"),
        ("select=a.median()", "3 unexpected \"m\" expecting sum(), avg(), count(), max() or min()"),
        ("select=a.sum(b)", "3 unexpected \"s\" expecting sum(), avg(), count(), max() or min()"),
        ("select=*.count()", "2 unexpected \".\" expecting \",\" or the end"),
        ("select=count()x", "8 unexpected \"x\" expecting \",\" or the end"),
        ("select=count(a)", "1 count is no relation, expecting count() or the count() of a field"),
        ("select=x:count!y()", "3 count is no relation, expecting count() or the count() of a field"),
        (
            "select=data->a(b)",
            "8 unexpected \"(\" expecting \",\", \":\", \"::\", \"->\", \".\", \"(\" or the end of the field",
        ),
        ("select=x:...a(b)", "3 unexpected \"...\" expecting a name: what is spread has no alias"),
        ("select=...x:a(b)", "5 unexpected \":\" expecting \"(\": what is spread has no alias"),
        ("select=...a", "5 unexpected end of input expecting \"(\""),
        ("select=...(b)", "4 unexpected \"(\" expecting a relation after \"...\""),
        ("select=.a", "1 unexpected \".\" expecting a field name, a relation or \"*\""),
    ] {
        check(query, &format!("select parameter:{expected}"));
    }
}

#[test]
fn lists_order_and_page() {
    for (query, expected) in [
        ("columns=", "columns parameter:1 unexpected end of input expecting a column name"),
        ("columns=a b,(", "columns parameter:5 unexpected \"(\" expecting a column name"),
        ("columns=a&columns=b", "columns parameter:1 given twice, expected once"),
        ("on_conflict=a;b", "on_conflict parameter:2 unexpected \";\" expecting \",\" or the end"),
        ("order=", "order:1 unexpected end of input expecting a field name"),
        ("order=a,", "order:3 unexpected end of input expecting a field name"),
        ("order=a.down", "order:2 unexpected \".\" expecting asc, desc, nullsfirst or nullslast after \".\""),
        ("order=a.desc.x", "order:7 unexpected \".\" expecting nullsfirst or nullslast after \".\""),
        ("order=a.nullslast.desc", "order:12 unexpected \".\" expecting \",\" or the end"),
        ("order=a;b", "order:2 unexpected \";\" expecting \",\" or the end"),
        ("order=a(b", "order:4 unexpected end of input expecting \")\""),
        ("order=a(b,c)", "order:4 unexpected \",\" expecting \")\""),
        ("order=a()", "order:3 unexpected \")\" expecting a field name"),
        ("order=a(b(c))", "order:4 unexpected \"(\" expecting \")\""),
        ("order=a->b(c)", "order:5 unexpected \"(\" expecting \",\" or the end"),
        (
            "order=a->b.down",
            "order:5 unexpected \".\" expecting asc, desc, nullsfirst or nullslast after \".\"",
        ),
        ("limit=-1", "Limit should be greater than or equal to zero."),
        ("limit=-99999999999999999999", "Limit should be greater than or equal to zero."),
        ("limit=abc", "limit:1 unexpected \"a\" expecting an integer"),
        ("offset=", "offset:1 unexpected end of input expecting an integer"),
        ("limit=1&limit=2", "limit:1 given twice, expected once"),
        ("offset=1&offset=1", "offset:1 given twice, expected once"),
    ] {
        check(query, expected);
    }
}

#[test]
fn limits() {
    let limits = Limits { embed_depth: 2, filters: 2, select_items: 3, in_list: 2, ..Limits::default() };
    for (query, expected) in [
        ("a=eq.1&or=(b.eq.2,c.eq.3)", "filters: 3 given, at most 2 allowed (setting limits.filters)"),
        ("select=a,b(c,d)", "select items: 4 given, at most 3 allowed (setting limits.select_items)"),
        ("order=a,b,c,d", "order terms: 4 given, at most 3 allowed (setting limits.select_items)"),
        (
            "columns=a,b&on_conflict=c,d",
            "column names: 4 given, at most 3 allowed (setting limits.select_items)",
        ),
        ("a=in.(1,2,3)", "values in a list: 3 given, at most 2 allowed (setting limits.in_list)"),
        ("a=eq(any).{1,2,3}", "values in a list: 3 given, at most 2 allowed (setting limits.in_list)"),
        (
            "select=...a(b(c()))",
            "levels of embedding: 3 given, at most 2 allowed (setting limits.embed_depth)",
        ),
        ("select=a(b(c(d)))", "levels of embedding: 3 given, at most 2 allowed (setting limits.embed_depth)"),
    ] {
        assert_eq!(refusal(query, &limits), expected, "{query}");
    }
    assert!(parse("select=a(b(c))&a.b.x=eq.1&y=in.(1,2)", &limits).is_ok());
}

#[test]
fn depth_is_bounded_whatever_the_settings() {
    let limits = Limits { embed_depth: usize::MAX, select_items: usize::MAX, ..Limits::default() };
    let groups = |depth: usize| format!("or={}(a.eq.1{}", "(and".repeat(depth - 1), ")".repeat(depth));
    let embeds = |depth: usize| format!("select={}*{}", "a(".repeat(depth), ")".repeat(depth));
    assert!(parse(&groups(DEPTH_MAX), &limits).is_ok());
    assert!(parse(&embeds(DEPTH_MAX), &limits).is_ok());
    for depth in [DEPTH_MAX + 1, 100_000] {
        assert_eq!(refusal(&groups(depth), &limits), "logic tree:129 and/or nested more than 32 deep");
        assert!(refusal(&embeds(depth), &limits).starts_with("levels of embedding: 33 given, at most 32"));
    }
}

#[test]
fn errors_quote_the_text_that_was_read() {
    let error = parse("select=a,,b", &Limits::default()).unwrap_err();
    assert_eq!(error.to_string(), "\"failed to parse select parameter (a,,b)\" (line 1, column 3)");
}
