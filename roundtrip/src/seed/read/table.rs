//! TOML values as a recipe needs them: in the order of the file, as JSON text, as numbers.
//!
//! It must not know what a recipe means.

use std::ops::Range;

use roundtrip_schema::nearest::nearest;
use serde_json::Value as Json;
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

/// A key and its value.
pub(super) struct Entry<'a> {
    pub(super) key: &'a str,
    pub(super) key_span: Range<usize>,
    pub(super) value: &'a Spanned<DeValue<'a>>,
}

/// The entries of a table in the order of the file; the parser's own order is that of the keys.
pub(super) fn entries<'a>(table: &'a DeTable<'a>) -> Vec<Entry<'a>> {
    let entry = |(key, value): (&'a Spanned<std::borrow::Cow<'a, str>>, _)| Entry {
        key: key.get_ref(),
        key_span: key.span(),
        value,
    };
    let mut entries: Vec<Entry<'a>> = table.iter().map(entry).collect();
    entries.sort_by_key(|entry| entry.key_span.start);
    entries
}

/// What stands under an unknown word.
pub(super) fn unknown(word: &str, known: &[&str]) -> String {
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("did you mean {near:?}?"),
        None => format!("there is {}", known.join(", ")),
    }
}

/// The value as a whole number of 64 bits.
pub(super) fn integer(value: &DeValue<'_>) -> Option<i64> {
    match value {
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    }
}

/// The value as a list of whole numbers.
pub(super) fn integers(value: &DeValue<'_>) -> Option<Vec<i64>> {
    value.as_array()?.iter().map(|item| integer(item.get_ref())).collect()
}

/// The value as a list of texts.
pub(super) fn texts(value: &DeValue<'_>) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect()
}

/// The value as a number from 0 to 1, in millionths.
pub(super) fn millionths(value: &DeValue<'_>) -> Option<u32> {
    let text = match value {
        DeValue::Float(number) => number.as_str(),
        DeValue::Integer(number) => number.as_str(),
        _ => return None,
    };
    let number: f64 = text.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and a million")]
    (0.0..=1.0).contains(&number).then(|| (number * 1_000_000.0).round() as u32)
}

/// The value as JSON text, numbers digit by digit; `None` for what JSON cannot write.
pub(super) fn json(value: &DeValue<'_>) -> Option<String> {
    Some(match value {
        DeValue::String(text) => Json::from(text.as_ref()).to_string(),
        DeValue::Integer(number) => integer_text(number)?,
        DeValue::Float(number) => {
            let text = number.as_str().trim_start_matches('+');
            (!text.contains(['n', 'i'])).then(|| text.to_owned())?
        }
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(moment) => Json::from(moment.to_string()).to_string(),
        DeValue::Array(list) => {
            let items: Option<Vec<String>> = list.iter().map(|item| json(item.get_ref())).collect();
            format!("[{}]", items?.join(","))
        }
        DeValue::Table(table) => {
            let member = |entry: &Entry<'_>| {
                Some(format!("{}:{}", Json::from(entry.key), json(entry.value.get_ref())?))
            };
            let members: Option<Vec<String>> = entries(table).iter().map(member).collect();
            format!("{{{}}}", members?.join(","))
        }
    })
}

fn integer_text(number: &DeInteger<'_>) -> Option<String> {
    if number.radix() == 10 {
        return Some(number.as_str().trim_start_matches('+').to_owned());
    }
    i128::from_str_radix(number.as_str(), number.radix()).ok().map(|value| value.to_string())
}
