//! A query written back as a query string, in one canonical form.
//!
//! `parse(print(q)) == q` for every query that `parse` gives. A query built by hand may hold what
//! the grammar cannot say (an empty `and`, an embed without items); it is written as the nearest
//! thing that the grammar can. Depth is bounded where queries are made: see [`super::DEPTH_MAX`].

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::embed::{JOINS, SPREAD};
use super::order::{DIRECTIONS, NULLS};
use super::{EMBEDDABLE, Query, WHOLE, array, field, name, path, select};
use crate::operation::{
    Comparison, Condition, EmbedItem, FieldItem, FieldPath, Item, Operand, OrderTerm, PathKey, Quantifier,
    Selection, Shows,
};

/// Encoded in a key or value: all but what RFC 3986 allows in a query and this grammar reads often.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b':')
    .remove(b'/')
    .remove(b'@');

/// Writes a query as a query string, percent-encoded, without `?`.
pub fn print(query: &Query) -> String {
    let mut out = String::new();
    if !query.selection.items.is_empty() {
        parameter(&mut out, "select", &items(&query.selection.items));
    }
    level(&mut out, "", &query.selection);
    for (word, names) in [("columns", &query.columns), ("on_conflict", &query.on_conflict)] {
        if let Some(names) = names.as_deref().filter(|names| !names.is_empty()) {
            parameter(&mut out, word, &joined(names, |name| quoted_name(name)));
        }
    }
    out
}

/// Writes what hangs on one level, then on the embeds below it.
fn level(out: &mut String, path: &str, selection: &Selection) {
    for condition in &selection.filter {
        let (key, value) = filter(condition);
        parameter(out, &format!("{path}{key}"), &value);
    }
    if !selection.order.is_empty() {
        parameter(out, &format!("{path}order"), &joined(&selection.order, order_term));
    }
    for (word, count) in [("limit", selection.limit), ("offset", selection.offset)] {
        if let Some(count) = count {
            parameter(out, &format!("{path}{word}"), &count.to_string());
        }
    }
    for item in &selection.items {
        if let Item::Embed(embed) = item {
            level(out, &format!("{path}{}.", quoted_name(path::key(embed))), &embed.selection);
        }
    }
}

fn parameter(out: &mut String, key: &str, value: &str) {
    if !out.is_empty() {
        out.push('&');
    }
    out.extend(utf8_percent_encode(key, ENCODED));
    out.push('=');
    out.extend(utf8_percent_encode(value, ENCODED));
}

fn items(items: &[Item]) -> String {
    joined(items, |item| match item {
        Item::Star => "*".to_owned(),
        Item::Field(one) => field_item(one),
        Item::Count(one) => {
            format!("{}{}(){}", alias(one.alias.as_deref()), select::COUNT, cast(one.cast.as_deref()))
        }
        Item::Embed(embed) => embedded(embed),
    })
}

fn field_item(one: &FieldItem) -> String {
    let mut text = format!("{}{}", alias(one.alias.as_deref()), field_path(&one.field));
    text.push_str(&cast(one.cast.as_deref()));
    if let Some(aggregate) = &one.aggregate {
        text.push('.');
        text.push_str(aggregate.function.word());
        text.push_str("()");
        text.push_str(&cast(aggregate.cast.as_deref()));
    }
    text
}

/// Writes a field and the way into its JSON.
pub(super) fn field_path(path: &FieldPath) -> String {
    let mut text = quoted_name(&path.name);
    for step in &path.steps {
        text.push_str(if step.as_text { "->>" } else { "->" });
        match &step.key {
            PathKey::Index(index) => text.push_str(&index.to_string()),
            PathKey::Member(key) if field::is_plain_key(key) => text.push_str(key),
            PathKey::Member(key) => text.push_str(&quoted(key)),
        }
    }
    text
}

fn embedded(embed: &EmbedItem) -> String {
    let mut text = match embed.shows {
        Shows::Spread => SPREAD.to_owned(),
        Shows::Nested | Shows::Nothing => alias(embed.alias.as_deref()),
    };
    // Without quotes it would count rows.
    let name = if embed.name == select::COUNT { quoted(&embed.name) } else { quoted_name(&embed.name) };
    text.push_str(&name);
    if let Some(hint) = &embed.hint {
        text.push('!');
        text.push_str(&quoted_name(hint));
    }
    if embed.join != <_>::default() {
        let word = JOINS.iter().find(|(_, join)| *join == embed.join).map_or("", |(word, _)| word);
        text.push('!');
        text.push_str(word);
    }
    let inner = if embed.selection.items.is_empty() && embed.shows != Shows::Nothing {
        "*".to_owned()
    } else {
        items(&embed.selection.items)
    };
    format!("{text}({inner})")
}

fn cast(cast: Option<&str>) -> String {
    cast.map_or_else(String::new, |cast| format!("::{cast}"))
}

fn alias(alias: Option<&str>) -> String {
    alias.map_or_else(String::new, |alias| format!("{}:", quoted_name(alias)))
}

fn order_term(term: &OrderTerm) -> String {
    let field = field_path(&term.field);
    let mut text = match &term.relation {
        Some(relation) => format!("{}({field})", quoted_name(relation)),
        None => field,
    };
    if term.direction != <_>::default() {
        let word = DIRECTIONS
            .iter()
            .find(|(_, direction)| *direction == term.direction)
            .map_or("", |(word, _)| word);
        text.push('.');
        text.push_str(word);
    }
    if let Some(nulls) = term.nulls {
        let word = NULLS.iter().find(|(_, known)| *known == nulls).map_or("", |(word, _)| word);
        text.push('.');
        text.push_str(word);
    }
    text
}

/// A condition as the key and the value of a parameter.
fn filter(condition: &Condition) -> (String, String) {
    match condition {
        Condition::Compare(one) => (field_path(&one.field), comparison(one, ToOwned::to_owned)),
        Condition::Not(inner) => match inner.as_ref() {
            Condition::Compare(one) => {
                (field_path(&one.field), format!("not.{}", comparison(one, ToOwned::to_owned)))
            }
            other => {
                let (word, list) = group(other);
                (format!("not.{word}"), list)
            }
        },
        Condition::And(_) | Condition::Or(_) => {
            let (word, list) = group(condition);
            (word.to_owned(), list)
        }
    }
}

/// A condition as an item of `and`/`or`.
fn nested(condition: &Condition) -> String {
    match condition {
        Condition::Compare(one) => format!("{}.{}", field_path(&one.field), comparison(one, quoted_value)),
        Condition::Not(inner) => match inner.as_ref() {
            Condition::Compare(one) => {
                format!("{}.not.{}", field_path(&one.field), comparison(one, quoted_value))
            }
            other => {
                let (word, list) = group(other);
                format!("not.{word}{list}")
            }
        },
        Condition::And(_) | Condition::Or(_) => {
            let (word, list) = group(condition);
            format!("{word}{list}")
        }
    }
}

/// A condition as a group: what is none becomes an `and` of one.
fn group(condition: &Condition) -> (&'static str, String) {
    let (word, list) = match condition {
        Condition::And(list) => ("and", list.as_slice()),
        Condition::Or(list) => ("or", list.as_slice()),
        Condition::Compare(_) | Condition::Not(_) => ("and", std::slice::from_ref(condition)),
    };
    (word, format!("({})", joined(list, nested)))
}

fn comparison(one: &Comparison, literal: fn(&str) -> String) -> String {
    let word = one.operator.word();
    let quantifier = one.quantifier.map_or("", |quantifier| match quantifier {
        Quantifier::Any => "(any)",
        Quantifier::All => "(all)",
    });
    let language = one.language.as_ref().map_or_else(String::new, |language| format!("({language})"));
    let operand = match &one.operand {
        Operand::One(value) => literal(value),
        Operand::List(values) if one.quantifier.is_some() => array::print(values, quoted),
        Operand::List(values) => format!("({})", joined(values, |value| quoted_value(value))),
    };
    format!("{word}{quantifier}{language}.{operand}")
}

/// A name, in quotes where it holds what a name does not, or is a word with a meaning.
fn quoted_name(name: &str) -> String {
    let reserved = WHOLE.iter().any(|(word, _)| *word == name)
        || EMBEDDABLE.iter().any(|(word, _)| *word == name)
        || JOINS.iter().any(|(word, _)| *word == name);
    if name::is_plain(name) && !reserved && name != "not" { name.to_owned() } else { quoted(name) }
}

/// A literal of a list, in quotes where it would end too early or lose its spaces.
fn quoted_value(value: &str) -> String {
    let special = value.contains([',', '(', ')', '"', '\\', '{', '}']);
    if value.is_empty() || special || value.trim() != value { quoted(value) } else { value.to_owned() }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn joined<T>(list: &[T], one: impl Fn(&T) -> String) -> String {
    list.iter().map(one).collect::<Vec<_>>().join(",")
}
