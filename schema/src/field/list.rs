//! Lists of a kind, kept as compact JSON arrays of the elements' canonical forms.
//!
//! Query text may also be a PostgreSQL array literal, `{a,"b c"}`, as PostgREST's callers send it.

use serde_json::value::RawValue;

use crate::field::{FieldType, Kind, Refusal, json, literal};
use crate::value::Value;

/// Reads a JSON array.
pub(super) fn from_json(kind: &Kind, json: &str) -> Result<Value, Refusal> {
    if literal::json_type(json) != "a list" {
        return Err(literal::wrong_type("a list", json));
    }
    let elements: Vec<&RawValue> =
        serde_json::from_str(json).map_err(|_| literal::wrong_format("a list such as [1, 2]"))?;
    let element_type = FieldType::one(kind.clone());
    let read = |element: &&RawValue| match element.get() {
        "null" => Err(Refusal::new("type", "must not be null")),
        text => element_type.value_from_json(text),
    };
    collect(&element_type, elements.iter().map(read))
}

/// Reads a JSON array or a PostgreSQL array literal.
pub(super) fn from_text(kind: &Kind, text: &str) -> Result<Value, Refusal> {
    let text = text.trim();
    if text.starts_with('[') {
        json::well_formed(text)?;
        return from_json(kind, text);
    }
    let refused = || literal::wrong_format("a list such as [1, 2] or {1,2}");
    let inside = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).ok_or_else(refused)?;
    let elements = split_literal(inside).ok_or_else(refused)?;
    let element_type = FieldType::one(kind.clone());
    let read = |element: &Element| match element {
        Element::Bare(word) if word.eq_ignore_ascii_case("null") => {
            Err(Refusal::new("type", "must not be null"))
        }
        Element::Bare(text) | Element::Quoted(text) => element_type.value_from_text(text),
    };
    collect(&element_type, elements.iter().map(read))
}

/// Puts canonical elements together; a refusal says which element it is about, counted from 0 as
/// in a JSON pointer.
fn collect(
    element_type: &FieldType,
    elements: impl Iterator<Item = Result<Value, Refusal>>,
) -> Result<Value, Refusal> {
    let mut list = String::from("[");
    for (index, element) in elements.enumerate() {
        let value = element
            .map_err(|refusal| Refusal::new(refusal.code, format!("element [{index}] {}", refusal.detail)))?;
        if index > 0 {
            list.push(',');
        }
        list.push_str(&element_type.json_text(&value));
    }
    list.push(']');
    Ok(Value::Json(list.into()))
}

/// An element of an array literal. Quotes make a difference: `NULL` is null, `"NULL"` is a word.
#[derive(Debug, PartialEq, Eq)]
enum Element {
    Bare(String),
    Quoted(String),
}

/// Splits what stands between the braces of a PostgreSQL array literal; `None` if it is none, or
/// has lists inside.
fn split_literal(inside: &str) -> Option<Vec<Element>> {
    let mut elements = Vec::new();
    if inside.trim().is_empty() {
        return Some(elements);
    }
    let mut rest = inside;
    loop {
        rest = rest.trim_start();
        let (element, after) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let (text, after) = unescape_until(quoted, |character| character == '"')?;
                (Element::Quoted(text), after.strip_prefix('"')?.trim_start())
            }
            None => bare(rest)?,
        };
        elements.push(element);
        if after.is_empty() {
            return Some(elements);
        }
        rest = after.strip_prefix(',')?;
    }
}

fn bare(text: &str) -> Option<(Element, &str)> {
    let (word, after) = unescape_until(text, |character| matches!(character, ',' | '"' | '{' | '}'))?;
    let word = word.trim_end();
    (!word.is_empty()).then(|| (Element::Bare(word.to_owned()), after))
}

/// The text before the first character that `ends` it, without its backslashes, and what is left.
fn unescape_until(text: &str, ends: impl Fn(char) -> bool) -> Option<(String, &str)> {
    let mut taken = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => taken.push(characters.next()?.1),
            _ if ends(character) => return Some((taken, &text[at..])),
            _ => taken.push(character),
        }
    }
    Some((taken, ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::table::check;

    fn check_list(kind: Kind, json: &[(&str, &str)], text: &[(&str, &str)]) {
        let list = FieldType::list(kind);
        check(json, |input| list.value_from_json(input));
        check(text, |input| list.value_from_text(input));
    }

    #[test]
    fn of_text() {
        let form = "format: must be a list such as [1, 2] or {1,2}";
        check_list(
            Kind::Text,
            &[
                (r#" [ "a" , "b\u0020c" ] "#, r#"["a","b c"]"#),
                ("[]", "[]"),
                (r#"["a", null]"#, "type: element [1] must not be null"),
                (r#"["a", 1]"#, "type: element [1] must be text, not a number"),
                (r#""a""#, "type: must be a list, not text"),
            ],
            &[
                (r#"["a"]"#, r#"["a"]"#),
                ("{}", "[]"),
                (r#"{a, "b \"c\\", d\,e }"#, r#"["a","b \"c\\","d,e"]"#),
                (r#"{"NULL",""}"#, r#"["NULL",""]"#),
                ("{a,null}", "type: element [1] must not be null"),
                ("{a,}", form),
                ("{{a}}", form),
                (r#"{"a"b}"#, form),
                (r#"{"a}"#, form),
                (r"{a\}", form),
                ("a,b", form),
                ("[a]", "format: must be JSON"),
            ],
        );
    }

    #[test]
    fn elements_are_canonical() {
        check_list(
            Kind::Decimal { precision: 6, scale: 2 },
            &[(r#"[1, "2.5"]"#, "[1.00,2.50]")],
            &[("{1,x}", "format: element [1] must be a decimal number")],
        );
        check_list(Kind::Duration, &[(r#"["PT90M"]"#, r#"["PT1H30M"]"#)], &[("{P1D}", r#"["P1D"]"#)]);
        check_list(Kind::Float, &[("[1, 1e300]", "[1.0,1e+300]")], &[("{-0}", "[-0.0]")]);
        check_list(Kind::Boolean, &[("[true]", "[true]")], &[("{t,f}", "[true,false]")]);
    }
}
