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
        Err(QueryError::Syntax { parameter, column, details, .. }) => {
            format!("{parameter}:{column} {details}")
        }
        Err(QueryError::NotEmbedded { name, hint }) => format!("{name} not embedded: {hint}"),
        Err(other) => other.to_string(),
    }
}

const OPERATORS: &str = "operators: eq, neq, gt, gte, lt, lte, like, ilike, in, is";

#[test]
fn encoding() {
    check("a=eq.x%FF", "query string:5 unexpected bytes that are not UTF-8, expected percent-encoded UTF-8");
    check(
        "%C3+%28=eq.1",
        "query string:1 unexpected bytes that are not UTF-8, expected percent-encoded UTF-8",
    );
}

#[test]
fn keys() {
    for (query, expected) in [
        ("=eq.1", "tree path:1 unexpected end of text, expected a field name"),
        ("a..b=eq.1", "a not embedded: add a(...) to select"),
        ("select=a(*)&a..b=eq.1", "tree path:3 unexpected \".\", expected a field name"),
        (".order=a", "tree path:1 unexpected \".\", expected a field name"),
        ("a!=eq.1", "tree path:2 unexpected \"!\", expected \".\" or \"=\""),
        ("\"a=eq.1", "tree path:1 a quote that is never closed"),
        ("\"\"=eq.1", "tree path:1 a name in quotes must not be empty"),
        ("\"a%00\"=eq.1", "tree path:1 a name must not hold control characters"),
        ("data->>b=eq.1", "tree path:5 JSON paths (->) are not available yet"),
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
fn filters() {
    for (query, expected) in [
        ("price=20", format!("filter:1 \"20\" is no operator, write price=eq.20; {OPERATORS}")),
        ("price=20.5", format!("filter:1 \"20\" is no operator, write price=eq.20.5; {OPERATORS}")),
        ("price=", format!("filter:1 no operator, write price=eq.; {OPERATORS}")),
        ("price=not.20", format!("filter:5 \"20\" is no operator, write price=eq.20; {OPERATORS}")),
        ("price=eqq.20", format!("filter:1 unknown operator \"eqq\", did you mean \"eq\"? {OPERATORS}")),
        ("price=LIKE.x", format!("filter:1 unknown operator \"LIKE\", did you mean \"like\"? {OPERATORS}")),
        ("name=match.x", format!("filter:1 operator \"match\" is not available yet; {OPERATORS}")),
        ("name=fts(english).x", format!("filter:1 operator \"fts\" is not available yet; {OPERATORS}")),
        ("or=(price.20)", format!("logic tree:8 \"20\" is no operator, write price.eq.20; {OPERATORS}")),
    ] {
        check(query, &expected);
    }
    for (query, expected) in [
        ("price=eq", "filter:3 unexpected end of text, expected \".\" and a value after eq"),
        ("price=in", "filter:3 unexpected end of text, expected \".\" and a value after in"),
        ("a=eq(any).{1,2}", "filter:3 operators over several values (any) are not available yet"),
        ("a=like(all).{1,2}", "filter:5 operators over several values (all) are not available yet"),
        ("a=eq(x).1", "filter:3 unexpected \"(\", expected \".\" and a value after eq"),
        ("a=is.nul", "filter:4 unexpected \"nul\", expected null, not_null, true, false, unknown"),
        ("a=in.1,2", "filter:4 unexpected \"1\", expected \"(\""),
        ("a=in.(1,2", "filter:8 unexpected end of text, expected \",\" or \")\""),
        ("a=in.(1)2", "filter:7 unexpected \"2\", expected the end"),
        ("a=in.(ü,\"1", "filter:9 unexpected end of text, expected \",\" or \")\""),
    ] {
        check(query, expected);
    }
}

#[test]
fn logic() {
    let item = "a field name, and(...), or(...), not.and(...) or not.or(...)";
    for (query, expected) in [
        ("or=", "logic tree:1 unexpected end of text, expected \"(\"".to_owned()),
        ("or=a.eq.1", "logic tree:1 unexpected \"a\", expected \"(\"".to_owned()),
        ("or=()", format!("logic tree:2 unexpected \")\", expected {item}")),
        ("or=(a.eq.1,)", format!("logic tree:9 unexpected \")\", expected {item}")),
        ("or=(a.eq.1", "logic tree:8 unexpected end of text, expected \",\" or \")\"".to_owned()),
        ("or=(a.eq.1)x", "logic tree:9 unexpected \"x\", expected the end".to_owned()),
        ("or=(and(a.eq.1)b)", "logic tree:13 unexpected \"b\", expected \",\" or \")\"".to_owned()),
        (
            "or=(a)",
            "logic tree:3 unexpected \")\", expected \".\" and an operator after the field".to_owned(),
        ),
        ("or=(a->b.eq.1)", "logic tree:3 JSON paths (->) are not available yet".to_owned()),
        ("x.or=(a.eq.1)", "x not embedded: add x(...) to select".to_owned()),
    ] {
        check(query, &expected);
    }
}

#[test]
fn select() {
    for (query, expected) in [
        ("select=a,,b", "3 unexpected \",\", expected a field name, a relation or \"*\""),
        ("select=a,", "3 unexpected end of text, expected a field name, a relation or \"*\""),
        ("select=)", "1 unexpected \")\", expected a field name, a relation or \"*\""),
        ("select=a)", "2 unexpected \")\", expected \",\" or the end"),
        ("select=a(b", "4 unexpected end of text, expected \",\" or \")\""),
        ("select=a(b,)", "5 unexpected \")\", expected a field name, a relation or \"*\""),
        ("select=x:*", "3 unexpected \"*\", expected a field name"),
        ("select=a!inner", "8 unexpected end of text, expected \"(\""),
        ("select=a!(b)", "3 unexpected \"(\", expected inner, left or a hint"),
        ("select=a!x!y(b)", "5 a second hint \"y\", expected one"),
        ("select=a!inner!left(b)", "9 a second join, expected one of !inner and !left"),
        ("select=a.b", "2 unexpected \".\", expected \",\", \":\", \"(\" or the end of the field"),
        ("select=*a", "2 unexpected \"a\", expected \",\" or the end"),
        ("select=\"a", "1 a quote that is never closed"),
        ("select=a&select=b", "1 given twice, expected once"),
        ("select=a()", "3 an embed without fields is not available yet, expected a field name"),
        ("select=a::text", "2 casts (::) are not available yet"),
        ("select=x:a::text", "4 casts (::) are not available yet"),
        ("select=data->a", "5 JSON paths (->) are not available yet"),
        ("select=a.sum()", "2 aggregates (sum) are not available yet"),
        ("select=n:count()", "3 aggregates (count) are not available yet"),
        ("select=...a(b)", "1 spreading a related resource (...) is not available yet"),
    ] {
        check(query, &format!("select parameter:{expected}"));
    }
}

#[test]
fn lists_order_and_page() {
    for (query, expected) in [
        ("columns=", "columns parameter:1 unexpected end of text, expected a column name"),
        ("columns=a b,(", "columns parameter:5 unexpected \"(\", expected a column name"),
        ("columns=a&columns=b", "columns parameter:1 given twice, expected once"),
        ("on_conflict=a;b", "on_conflict parameter:2 unexpected \";\", expected \",\" or the end"),
        ("order=", "order:1 unexpected end of text, expected a field name"),
        ("order=a,", "order:3 unexpected end of text, expected a field name"),
        ("order=a.down", "order:2 unexpected \".\", expected asc, desc, nullsfirst or nullslast after \".\""),
        ("order=a.desc.x", "order:7 unexpected \".\", expected nullsfirst or nullslast after \".\""),
        ("order=a.nullslast.desc", "order:12 unexpected \".\", expected \",\" or the end"),
        ("order=a;b", "order:2 unexpected \";\", expected \",\" or the end"),
        ("order=a(b).desc", "order:2 ordering by a field of a related resource is not available yet"),
        ("order=a->b", "order:2 JSON paths (->) are not available yet"),
        ("limit=-1", "limit must not be negative"),
        ("limit=-99999999999999999999", "limit must not be negative"),
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
    assert_eq!(error.to_string(), "failed to parse select parameter (a,,b) at column 3");
}
