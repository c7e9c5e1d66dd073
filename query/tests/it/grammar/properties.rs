//! What holds for every text and every query.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use roundtrip_query::Limits;
use roundtrip_query::grammar::{Query, parse, print};
use roundtrip_query::operation::{
    Comparison, Condition, Direction, EmbedItem, FieldItem, Item, Join, Nulls, Operand, Operator, OrderTerm,
    Selection,
};

/// Pieces that the grammar gives a meaning to.
const TOKENS: [&str; 44] = [
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
];

/// More cases than the library's 256; `PROPTEST_CASES` still has the last word when it asks for more.
fn config() -> ProptestConfig {
    let asked = ProptestConfig::default();
    ProptestConfig { cases: asked.cases.max(2_000), failure_persistence: None, ..asked }
}

/// What is accepted means the same after printing.
fn holds(query: &str) {
    if let Ok(read) = parse(query, &Limits::default()) {
        let printed = print(&read);
        assert_eq!(parse(&printed, &Limits::default()).as_ref(), Ok(&read), "{query} printed as {printed}");
        assert_eq!(print(&read), printed);
    }
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[a-zA-Z_$ü][a-z0-9_$ü]{0,5}(-[a-z0-9]{1,3})?",
        1 => proptest::sample::select(TOKENS.as_slice()).prop_map(str::to_owned),
        1 => "[^\\p{C}]{1,6}",
    ]
}

fn literal() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[a-z0-9 ]{0,8}", 1 => "[,()\\\\\"{}.:& +%*a]{0,6}", 1 => ".{0,6}"]
}

fn comparison() -> impl Strategy<Value = Condition> {
    use Operator::{Eq, Gt, Gte, Ilike, In, Is, Like, Lt, Lte, Neq};
    let operand = prop_oneof![
        4 => (proptest::sample::select(vec![Eq, Neq, Gt, Gte, Lt, Lte]), literal())
            .prop_map(|(operator, text)| (operator, Operand::One(text))),
        1 => (proptest::sample::select(vec![Like, Ilike]), literal())
            .prop_map(|(operator, text)| (operator, Operand::One(text.replace('*', "%")))),
        1 => vec(literal(), 0..4).prop_map(|texts| (In, Operand::List(texts))),
        1 => proptest::sample::select(vec!["null", "not_null", "true", "false", "unknown"])
            .prop_map(|word| (Is, Operand::One(word.to_owned()))),
    ];
    (name(), operand, any::<bool>()).prop_map(|(field, (operator, operand), negated)| {
        let compare = Condition::Compare(Comparison { field, operator, operand });
        if negated { Condition::Not(Box::new(compare)) } else { compare }
    })
}

fn condition() -> impl Strategy<Value = Condition> {
    comparison().prop_recursive(3, 12, 3, |inner| {
        (vec(inner, 1..4), any::<bool>(), any::<bool>()).prop_map(|(list, all, negated)| {
            let group = if all { Condition::And(list) } else { Condition::Or(list) };
            if negated { Condition::Not(Box::new(group)) } else { group }
        })
    })
}

fn order_term() -> impl Strategy<Value = OrderTerm> {
    (name(), any::<bool>(), option::of(any::<bool>())).prop_map(|(field, descending, first)| OrderTerm {
        field,
        direction: if descending { Direction::Descending } else { Direction::Ascending },
        nulls: first.map(|first| if first { Nulls::First } else { Nulls::Last }),
    })
}

fn field() -> impl Strategy<Value = Item> {
    prop_oneof![
        1 => Just(Item::Star),
        3 => (name(), option::of(name())).prop_map(|(name, alias)| Item::Field(FieldItem { name, alias })),
    ]
}

fn with(items: impl Strategy<Value = Vec<Item>>) -> impl Strategy<Value = Selection> {
    let count = || option::of(0..=i64::MAX.cast_unsigned());
    (items, vec(condition(), 0..3), vec(order_term(), 0..3), count(), count()).prop_map(
        |(mut items, filter, order, limit, offset)| {
            // Two embeds of one key are one to a path.
            for (at, item) in items.iter_mut().enumerate() {
                if let Item::Embed(embed) = item {
                    embed.alias = embed.alias.take().map(|alias| format!("{alias}{at}"));
                    embed.name = format!("{}{at}", embed.name);
                }
            }
            Selection { items, filter, order, limit, offset }
        },
    )
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    vec(field(), 1..4).prop_recursive(2, 12, 3, |inner| {
        let embed = (name(), option::of(name()), option::of(name()), any::<bool>(), with(inner)).prop_map(
            |(name, alias, hint, inner, selection)| {
                let join = if inner { Join::Inner } else { Join::Left };
                Item::Embed(EmbedItem { name, alias, hint, join, selection })
            },
        );
        vec(prop_oneof![field(), embed], 1..4)
    })
}

fn query() -> impl Strategy<Value = Query> {
    let names = || option::of(vec(name(), 1..4));
    (with(prop_oneof![1 => Just(Vec::new()), 4 => items()]), names(), names())
        .prop_map(|(selection, columns, on_conflict)| Query { selection, columns, on_conflict })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_text_is_answered(text in ".{0,60}") {
        holds(&text);
    }

    #[test]
    fn any_value_is_answered(key in proptest::sample::select(TOKENS.as_slice()), value in ".{0,40}") {
        holds(&format!("{key}={value}"));
    }

    #[test]
    fn any_run_of_tokens_is_answered(tokens in vec(proptest::sample::select(TOKENS.as_slice()), 0..40)) {
        holds(&tokens.concat());
    }

    #[test]
    fn printed_queries_read_back(query in query()) {
        let limits = Limits { filters: usize::MAX, ..Limits::default() };
        let printed = print(&query);
        prop_assert!(printed.is_ascii());
        prop_assert_eq!(parse(&printed, &limits), Ok(query), "{}", printed);
    }
}
