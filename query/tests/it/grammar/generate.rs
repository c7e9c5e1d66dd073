//! Queries of every form that the grammar can say, made up at random.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use roundtrip_query::grammar::Query;
use roundtrip_query::operation::{
    Aggregate, AggregateItem, Comparison, Condition, CountItem, Direction, EmbedItem, FieldItem, FieldPath,
    Item, Join, Nulls, Operand, Operator, OrderTerm, PathKey, PathStep, Quantifier, Selection, Shows,
};

/// Words with a meaning, and texts that look like other pieces of the grammar.
const WORDS: [&str; 24] = [
    "select", "order", "limit", "offset", "and", "or", "not", "columns", "count", "sum", "inner", "left",
    "null", "eq", "a.b", "a->b", "...", "a::b", "-1", "0", "a-", "\"", "\\", "(any)",
];

/// Any query that a text can mean.
pub(crate) fn query() -> impl Strategy<Value = Query> {
    let names = || option::of(vec(name(), 1..4));
    (with(prop_oneof![1 => Just(Vec::new()), 4 => items()]), names(), names())
        .prop_map(|(selection, columns, on_conflict)| Query { selection, columns, on_conflict })
}

fn word() -> impl Strategy<Value = String> {
    proptest::sample::select(WORDS.as_slice()).prop_map(str::to_owned)
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[a-zA-Z_$ü][a-z0-9_$ü]{0,5}(-[a-z0-9]{1,3})?",
        1 => word(),
        1 => "[^\\p{C}]{1,6}",
    ]
}

fn literal() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[a-z0-9 ]{0,8}", 1 => "[,()\\\\\"{}.:& +%*a]{0,6}", 1 => ".{0,6}", 1 => word()]
}

fn field() -> impl Strategy<Value = FieldPath> {
    let key = prop_oneof![
        4 => name().prop_map(PathKey::Member),
        1 => "[^\\p{Cc}]{0,6}".prop_map(PathKey::Member),
        2 => (-i64::MAX..=i64::MAX).prop_map(PathKey::Index),
        1 => (-3_i64..3).prop_map(PathKey::Index),
    ];
    let step = (key, any::<bool>()).prop_map(|(key, as_text)| PathStep { key, as_text });
    let steps = prop_oneof![3 => Just(Vec::new()), 1 => vec(step, 1..4)];
    (name(), steps).prop_map(|(name, steps)| FieldPath { name, steps })
}

/// A type or a language: words that never stand in quotes.
fn plain() -> impl Strategy<Value = String> {
    "[a-z0-9_$ü]{1,6}( [a-z]{1,6})?"
}

/// A pattern as it is after reading, where `*` has become `%`.
fn pattern() -> impl Strategy<Value = String> {
    literal().prop_map(|text| text.replace('*', "%"))
}

fn comparison() -> impl Strategy<Value = Condition> {
    use Operator::{
        Adj, Cd, Cs, Eq, Fts, Gt, Gte, Ilike, Imatch, In, Is, IsDistinct, Like, Lt, Lte, Match, Neq, Nxl,
        Nxr, Ov, Phfts, Plfts, Sl, Sr, Wfts,
    };
    let one_of = |list: &[Operator]| proptest::sample::select(list.to_vec());
    let list = || vec(literal(), 0..4).prop_map(Operand::List);
    let quantifier = || option::of(any::<bool>()).prop_map(|any| any.map(quantifier_of));
    let compare = |operator, operand| Comparison::new("", operator, operand);
    let search = (one_of(&[Fts, Plfts, Phfts, Wfts]), option::of(plain()), literal());
    let comparable = (one_of(&[Eq, Gt, Gte, Lt, Lte, Match, Imatch]), literal(), list(), quantifier());
    let patterns =
        (one_of(&[Like, Ilike]), pattern(), vec(pattern(), 0..4).prop_map(Operand::List), quantifier());
    let with_quantifier = |(operator, one, list, quantifier): (_, String, _, Option<Quantifier>)| {
        let operand = if quantifier.is_some() { list } else { Operand::One(one) };
        Comparison { quantifier, ..Comparison::new("", operator, operand) }
    };
    let one = prop_oneof![
        3 => comparable.prop_map(with_quantifier),
        1 => patterns.prop_map(with_quantifier),
        3 => (one_of(&[Neq, IsDistinct, Cs, Cd, Ov, Sl, Sr, Nxr, Nxl, Adj]), literal())
            .prop_map(move |(operator, text)| compare(operator, Operand::One(text))),
        1 => list().prop_map(move |list| compare(In, list)),
        1 => proptest::sample::select(vec!["null", "not_null", "true", "false", "unknown"])
            .prop_map(move |word| compare(Is, Operand::One(word.to_owned()))),
        1 => search.prop_map(|(operator, language, text)| Comparison {
            language,
            ..Comparison::new("", operator, Operand::One(text))
        }),
    ];
    (field(), one, any::<bool>()).prop_map(|(field, one, negated)| {
        let compare = Condition::Compare(Comparison { field, ..one });
        if negated { Condition::Not(Box::new(compare)) } else { compare }
    })
}

fn quantifier_of(any: bool) -> Quantifier {
    if any { Quantifier::Any } else { Quantifier::All }
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
    let relation = prop_oneof![3 => Just(None), 1 => name().prop_map(Some)];
    (relation, field(), any::<bool>(), option::of(any::<bool>())).prop_map(
        |(relation, field, descending, first)| OrderTerm {
            relation,
            field,
            direction: if descending { Direction::Descending } else { Direction::Ascending },
            nulls: first.map(|first| if first { Nulls::First } else { Nulls::Last }),
        },
    )
}

fn plain_item() -> impl Strategy<Value = Item> {
    let cast = || prop_oneof![3 => Just(None), 1 => plain().prop_map(Some)];
    let functions = Aggregate::WORDS.map(|(function, _)| function);
    let aggregate = (proptest::sample::select(functions.to_vec()), cast())
        .prop_map(|(function, cast)| Some(AggregateItem { function, cast }));
    let field = (field(), option::of(name()), cast(), prop_oneof![2 => Just(None), 1 => aggregate]);
    prop_oneof![
        1 => Just(Item::Star),
        1 => (option::of(name()), cast()).prop_map(|(alias, cast)| Item::Count(CountItem { alias, cast })),
        4 => field.prop_map(|(field, alias, cast, aggregate)| {
            Item::Field(FieldItem { field, alias, cast, aggregate })
        }),
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
    vec(plain_item(), 1..4).prop_recursive(2, 12, 3, |inner| {
        let inner = prop_oneof![1 => Just(Vec::new()), 5 => inner];
        let embed =
            (name(), option::of(name()), option::of(name()), any::<bool>(), any::<bool>(), with(inner));
        vec(prop_oneof![plain_item(), embed.prop_map(embedded)], 1..4)
    })
}

type Embed = (String, Option<String>, Option<String>, bool, bool, Selection);

fn embedded((name, alias, hint, inner, spread, selection): Embed) -> Item {
    let join = if inner { Join::Inner } else { Join::Left };
    let empty = |item: &Item| matches!(item, Item::Embed(embed) if embed.shows == Shows::Nothing);
    let (alias, shows) = if selection.items.iter().all(empty) {
        (alias, Shows::Nothing)
    } else if spread {
        (None, Shows::Spread)
    } else {
        (alias, Shows::Nested)
    };
    Item::Embed(EmbedItem { name, alias, hint, join, shows, selection })
}
