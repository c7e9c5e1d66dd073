//! What holds for every text and every query.

use proptest::collection::vec;
use proptest::prelude::*;
use roundtrip_query::Limits;
use roundtrip_query::grammar::{parse, print};

use super::generate;

/// Pieces that the grammar gives a meaning to.
const TOKENS: [&str; 64] = [
    "select",
    "order",
    "limit",
    "offset",
    "and",
    "or",
    "not",
    "columns",
    "on_conflict",
    "=",
    "=",
    "&",
    "&",
    ".",
    ".",
    ",",
    "(",
    "(",
    ")",
    ")",
    "\"",
    "\\",
    "*",
    ":",
    "!",
    "->",
    "->>",
    "::",
    "...",
    "eq",
    "in",
    "is",
    "like",
    "null",
    "desc",
    "nullslast",
    "inner",
    "a",
    "b",
    "1",
    "-",
    "+",
    "%22",
    "%FF",
    "ü",
    "{",
    "}",
    "(any)",
    "(all)",
    "fts",
    "(english)",
    "cs",
    "isdistinct",
    "match",
    "count()",
    ".sum()",
    "count",
    "a=eq.",
    "select=",
    "a(*)",
    "&a.",
    "or=(",
    "order=",
    "{a,b}",
];

/// Queries that use everything, for mutation.
const QUERIES: [&str; 6] = [
    "select=id,n:count(),x:a::int.sum()::text,data->a->>-1,rel!fk!inner(*,other()),...s(b)&rel.a=eq.1&limit=5",
    "or=(a.lt.18,not.and(b.eq(any).{1,\"2,3\"},c->d.not.in.(x,\"y)\")),e.cs.{\"k\":{\"l\":1}})&order=a.desc.nullslast",
    "a=fts(english).x&b=is.not_null&c=like(all).{a*,*b}&data->>\"k.l\"=isdistinct.x&d=in.(1,2)&offset=3",
    "select=a(b(c))&a.b.order=c.asc,data->0.nullsfirst&a.limit=2&order=a(b->>c).desc&a=not.is.null",
    "columns=\"a\",\"b c\"&on_conflict=a,b&\"limit\"=eq.x+y&n%61me=ilike.*%25&a=not.match.%5Ea%24",
    "a=eq(any).{\"x\\\\\\\"y\",z\\,w}&or=(a.in.(\"\\\"\",\\),b.ov.{[x},c.adj.\"(1,2)\")&not.or=( a.eq.1 , b.eq.{} )",
];

/// So many cases at least; `PROPTEST_CASES` has the last word when it asks for more.
fn cases(least: u32) -> ProptestConfig {
    let asked = ProptestConfig::default();
    ProptestConfig { cases: asked.cases.max(least), failure_persistence: None, ..asked }
}

/// What is accepted means the same after printing.
fn holds(query: &str) {
    if let Ok(read) = parse(query, &Limits::default()) {
        let printed = print(&read);
        assert_eq!(parse(&printed, &Limits::default()).as_ref(), Ok(&read), "{query} printed as {printed}");
        assert_eq!(print(&read), printed);
    }
}

/// The piece that a byte stands for.
fn token(byte: u8) -> &'static str {
    TOKENS[usize::from(byte) % TOKENS.len()]
}

/// A text in which some bytes gave way to pieces; three bytes say where, how many, to which.
fn changed(text: &str, changes: &[u8]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for change in changes.chunks_exact(3) {
        let start = usize::from(change[0]) * (bytes.len() + 1) / 256;
        let end = bytes.len().min(start + usize::from(change[1] % 4));
        bytes.splice(start..end, token(change[2]).bytes());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A text of one of the kinds that a parser trips over. All are made from the same bytes, because a
/// strategy for each piece of each kind takes longer than the parser.
fn text() -> impl Strategy<Value = String> {
    (0_usize..12, 1_usize..=24, any::<[u64; 3]>()).prop_map(|(kind, length, random)| {
        let bytes = random.map(u64::to_le_bytes).concat();
        let bytes = &bytes[..length];
        match kind {
            0 => String::from_utf8_lossy(bytes).into_owned(),
            1..=4 => bytes.iter().map(|byte| token(*byte)).collect(),
            5 => format!("{}={}", token(bytes[0]), String::from_utf8_lossy(bytes)),
            _ => changed(QUERIES[kind % QUERIES.len()], &bytes[..length.min(9)]),
        }
    })
}

#[test]
fn the_queries_that_are_mutated_are_valid() {
    for query in QUERIES {
        assert!(parse(query, &Limits::default()).is_ok(), "{query}: {:?}", parse(query, &Limits::default()));
        holds(query);
    }
}

proptest! {
    #![proptest_config(cases(100_000))]

    #[test]
    fn any_text_is_answered(text in text()) {
        holds(&text);
    }
}

proptest! {
    #![proptest_config(cases(1_000))]

    #[test]
    fn printed_queries_read_back(query in generate::query(), changes in vec(any::<u8>(), 36)) {
        let limits = Limits { filters: usize::MAX, ..Limits::default() };
        let printed = print(&query);
        prop_assert!(printed.is_ascii());
        prop_assert_eq!(parse(&printed, &limits), Ok(query), "{}", printed);
        for changes in changes.chunks(6) {
            holds(&changed(&printed, changes));
        }
    }

    #[test]
    fn limits_hold_for_any_text(text in text(), most in 0_usize..4, deepest in 0_usize..3) {
        let limits = Limits {
            filters: most,
            select_items: most,
            in_list: most,
            embed_depth: deepest,
            ..Limits::default()
        };
        if let Ok(read) = parse(&text, &limits) {
            prop_assert!(read.selection.items.len() <= most && read.selection.filter.len() <= most);
            prop_assert_eq!(Ok(read), parse(&text, &Limits::default()));
        }
    }
}
