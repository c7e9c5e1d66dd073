//! Limits, patterns and defaults of a field, and every rule of a schema that a field cannot say.
//!
//! It must not know how the field got its type.

use roundtrip_schema::field::{Measure, Pattern, Storage};
use roundtrip_schema::{Field, FieldDefault, FieldType, Kind, Value};

use super::document::Document;
use super::kind;
use super::node::Node;
use super::number;
use super::own;
use super::property::Property;
use super::shape::{Shape, is_rule};

/// How much of a value a remark quotes, in characters.
const MOST_QUOTED: usize = 60;

/// Puts what the schema says into the field; gives what could not be put there, as ends of sentences
/// that begin with the field's name. `said` are keywords that its type says already.
pub(super) fn carry<'a>(
    document: &'a Document,
    property: &Property<'a>,
    field: &mut Field,
    said: &[&str],
) -> Vec<String> {
    let shape = &property.shape;
    let mut remarks = Vec::new();
    let mut carried: Vec<&str> = said.to_vec();
    let (least, most) = match (field.ty.measure(), field.ty.list) {
        // Text in base64 is longer than its bytes: its limits are others.
        (Measure::Length, false) if field.ty.kind == Kind::Bytes => (None, None),
        (Measure::Length, false) => (length(shape, "minLength"), length(shape, "maxLength")),
        (Measure::Length, true) => (length(shape, "minItems"), length(shape, "maxItems")),
        (Measure::Value, _) => (value(shape, &field.ty, Side::Least), value(shape, &field.ty, Side::Most)),
        (Measure::Nothing, _) => (None, None),
    };
    for (limit, place) in [(least, &mut field.min), (most, &mut field.max)] {
        if let Some((keywords, limit)) = limit {
            carried.extend(keywords);
            *place = limit;
        }
    }
    if let (Some(min), Some(max)) = (&field.min, &field.max)
        && contradict(field, min, max)
    {
        remarks.push(format!("has a least value {min} above its greatest {max}: neither is carried over"));
        (field.min, field.max) = (None, None);
    }
    let listed = if field.ty.list { kind::element_pattern(document, shape) } else { None };
    if let Some(pattern) = listed.or_else(|| shape.keyword("pattern").cloned())
        && !carried.contains(&"pattern")
        && field.ty.kind.facts().storage == Storage::Text
    {
        carried.push("pattern");
        remarks.extend(put_pattern(field, &pattern));
    }
    carried.push("default");
    if let Some(default) = property.default() {
        remarks.extend(put_default(field, default));
    } else if let Some(words) = shape.text("description").and_then(|text| own::description(text).1) {
        field.default = own::default(words, &field.ty).or_else(|| literal(field, words).ok());
    }
    let left = shape.keywords().filter(|(key, _)| is_rule(key) && !carried.contains(key));
    remarks.extend(left.filter_map(|(key, node)| left_out(field, key, node.value)));
    if shape.flag("deprecated") {
        remarks.push("is deprecated, which is not said here".to_owned());
    }
    remarks
}

/// Which limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Least,
    Most,
}

/// Keywords that say a limit, and the limit, unless the type has it by itself.
type Limit = Option<(Vec<&'static str>, Option<Value>)>;

fn length(shape: &Shape<'_>, keyword: &'static str) -> Limit {
    let length = number::whole(shape.keyword(keyword)?.value).filter(|length| *length >= 0)?;
    // No least length at all says nothing.
    let says = length > 0 || keyword.starts_with("max");
    says.then(|| (vec![keyword], Some(Value::Integer(length))))
}

/// The least or greatest value, from the inclusive keyword or the exclusive one.
fn value(shape: &Shape<'_>, ty: &FieldType, side: Side) -> Limit {
    let (inclusive, exclusive) = match side {
        Side::Least => ("minimum", "exclusiveMinimum"),
        Side::Most => ("maximum", "exclusiveMaximum"),
    };
    let read = |node: &Node<'_>| ty.value_from_json(&number::plain(node.value)?).ok();
    let limit = shape.keyword(inclusive).and_then(read);
    // 3.0 says `minimum: 0, exclusiveMinimum: true`, 3.1 says `exclusiveMinimum: 0`.
    let beyond = match (&limit, shape.keyword(exclusive)) {
        (Some(limit), Some(node)) if node.value.as_bool() == Some(true) => next(ty, limit, side),
        (None, Some(node)) => read(node).and_then(|limit| next(ty, &limit, side)),
        _ => None,
    };
    match (limit, beyond) {
        (_, Some(beyond)) => Some((vec![inclusive, exclusive], Some(beyond))),
        (Some(limit), None) => {
            Some((vec![inclusive], Some(limit).filter(|limit| !is_bound(ty, limit, side))))
        }
        (None, None) => None,
    }
}

/// Whether a limit is the greatest or least number of its type.
fn is_bound(ty: &FieldType, limit: &Value, side: Side) -> bool {
    let (Value::Decimal(text), Kind::Decimal { precision, .. }) = (limit, &ty.kind) else { return false };
    let digits = text.bytes().filter(u8::is_ascii_digit);
    text.starts_with('-') == (side == Side::Least)
        && digits.clone().count() == usize::from(*precision)
        && digits.clone().all(|digit| digit == b'9')
}

/// The nearest value of the type beyond an exclusive limit, if the type has a nearest one.
fn next(ty: &FieldType, limit: &Value, side: Side) -> Option<Value> {
    let sign = if side == Side::Least { 1 } else { -1 };
    match (limit, &ty.kind) {
        (Value::Integer(whole), Kind::Integer) => Some(Value::Integer(whole.checked_add(sign)?)),
        (Value::Decimal(text), Kind::Decimal { .. }) => {
            // As a whole number of the smallest steps: 0.00 becomes 0.01.
            let digits: i64 = text.replace('.', "").parse().ok()?;
            let scale = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
            let next = digits.checked_add(sign)?;
            let digits = format!("{:0width$}", next.unsigned_abs(), width = scale + 1);
            let (whole, fraction) = digits.split_at(digits.len() - scale);
            let minus = if next < 0 { "-" } else { "" };
            ty.value_from_text(&format!("{minus}{whole}.{fraction}")).ok()
        }
        _ => None,
    }
}

fn contradict(field: &Field, min: &Value, max: &Value) -> bool {
    match field.ty.measure() {
        Measure::Nothing => false,
        Measure::Length => matches!((min, max), (Value::Integer(min), Value::Integer(max)) if min > max),
        Measure::Value => !field.check(min).is_empty(),
    }
}

/// Resource files match whole texts, JSON Schema looks for the pattern anywhere in them.
fn put_pattern(field: &mut Field, node: &Node<'_>) -> Option<String> {
    let Some(source) = node.value.as_str() else {
        return Some(format!("has a pattern that is no text: {}", quoted(node.value)));
    };
    match Pattern::new(&whole_text(source)) {
        Ok(pattern) => {
            field.pattern = Some(pattern);
            None
        }
        Err(error) => {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
            Some(format!("has the pattern {source}, which is not carried over: {reason}"))
        }
    }
}

/// The expression that matches the whole of each text in which this one is found.
fn whole_text(source: &str) -> String {
    let inside = source.strip_prefix('^').and_then(|rest| rest.strip_suffix('$'));
    match inside.filter(|inside| !is_loose(inside)) {
        // `^(?:a|b)$`, as our own documents write it.
        Some(inside) if is_one_group(inside) => inside[3..inside.len() - 1].to_owned(),
        Some(inside) => inside.to_owned(),
        None => format!("(?s:.*)(?:{source})(?s:.*)"),
    }
}

/// Whether an expression that stood between `^` and `$` means something else without them: it has
/// alternatives or anchors of its own, or ends in the middle of an escape.
fn is_loose(inside: &str) -> bool {
    let mut escaped = false;
    let mut class = false;
    let mut depth = 0_usize;
    for one in inside.chars() {
        match one {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ']' => class = false,
            _ if class => {}
            '[' => class = true,
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => return true,
            '^' | '$' => return true,
            _ => {}
        }
    }
    escaped
}

/// Whether the text is one group without a capture, `(?:...)`, with nothing behind it.
fn is_one_group(text: &str) -> bool {
    text.starts_with("(?:") && text.ends_with(')') && Pattern::new(&text[3..text.len() - 1]).is_ok()
}

fn put_default(field: &mut Field, node: &Node<'_>) -> Option<String> {
    if node.value.is_null() {
        return None;
    }
    let text = match node.value {
        // A double that is whole: 0.0 for an integer.
        serde_json::Value::Number(_) => number::plain(node.value)?,
        other => other.to_string(),
    };
    match literal(field, &text) {
        Ok(default) => {
            field.default = Some(default);
            None
        }
        Err(detail) => {
            Some(format!("has the default {}, which {detail}: not carried over", quoted(node.value)))
        }
    }
}

/// A default from its JSON text, if the field takes it.
fn literal(field: &Field, json: &str) -> Result<FieldDefault, String> {
    let value = field.ty.value_from_json(json).map_err(|refusal| refusal.detail)?;
    match field.check(&value).into_iter().next() {
        Some(refusal) => Err(refusal.detail),
        None => Ok(FieldDefault::Literal(value)),
    }
}

/// The remark on a rule that was not carried; `None` for one that rules nothing out.
fn left_out(field: &Field, key: &str, value: &serde_json::Value) -> Option<String> {
    let says_nothing = match key {
        "uniqueItems" | "exclusiveMinimum" | "exclusiveMaximum" => value.as_bool() == Some(false),
        "minLength" | "minItems" | "minProperties" => number::whole(value) == Some(0),
        "multipleOf" => number::whole(value) == Some(1) && field.ty.kind == Kind::Integer,
        // Its remark is the type's, and json takes whatever stands inside.
        "format" | "contentEncoding" | "items" => true,
        _ => false,
    };
    (!says_nothing).then(|| format!("has {key} {}, which {} cannot say", quoted(value), field.ty))
}

fn quoted(value: &serde_json::Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= MOST_QUOTED {
        return text;
    }
    text.chars().take(MOST_QUOTED).chain("...".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::kind::typed;
    use super::*;

    /// The field's limits, pattern and default, and the remarks about it.
    fn carried(schema: &str) -> (String, Vec<String>) {
        let text = format!("openapi: 3.1.0\nschema: {schema}\n");
        let document = Document::read("a.yaml", &text).unwrap();
        let schema = vec![document.root().get("schema").unwrap()];
        let property = Property::sent("f", &document, schema);
        let found = typed(&document, &property.shape);
        let mut field = Field::new("f", found.ty);
        let remarks = carry(&document, &property, &mut field, found.said);
        let show = |value: &Option<Value>| value.as_ref().map_or("-".to_owned(), ToString::to_string);
        let pattern = field.pattern.as_ref().map_or("-", Pattern::source);
        let default = match &field.default {
            Some(FieldDefault::Literal(value)) => value.to_string(),
            _ => "-".to_owned(),
        };
        (format!("{} {} {pattern} {default}", show(&field.min), show(&field.max)), remarks)
    }

    #[test]
    fn what_can_be_said_is_carried() {
        for (schema, expected) in [
            ("{type: string, minLength: 2, maxLength: 80}", "2 80 - -"),
            ("{type: string, minLength: 0}", "- - - -"),
            ("{type: array, items: {type: string}, minItems: 1, maxItems: 9, default: [a]}", "1 9 - [\"a\"]"),
            ("{type: integer, minimum: 0.0, maximum: 10, default: 3.0}", "0 10 - 3"),
            ("{type: integer, minimum: 0, exclusiveMinimum: true}", "1 - - -"),
            ("{type: integer, exclusiveMinimum: 0, exclusiveMaximum: 10}", "1 9 - -"),
            ("{type: number, multipleOf: 0.01, exclusiveMinimum: 0}", "0.01 - - -"),
            ("{type: number, multipleOf: 0.1, exclusiveMaximum: -0.1}", "- -0.2 - -"),
            ("{type: number, minimum: 0, maximum: 0.5}", "0 0.5 - -"),
            ("{type: string, enum: [a, b], default: b}", "- - - \"b\""),
            ("{type: boolean, default: false}", "- - - false"),
            ("{type: string, pattern: '^[^\\u0000]*$'}", "- - - -"),
            ("{type: number, multipleOf: 0.01, minimum: -999.99, maximum: 999.99}", "- - - -"),
            ("{type: number, multipleOf: 0.01, minimum: 0, maximum: 999.99}", "0.00 - - -"),
            ("{type: number, multipleOf: 0.01, maximum: 999.99}", "- 999.99 - -"),
            ("{type: string, nullable: true, default: null}", "- - - -"),
            ("{type: object, default: {a: 1}}", "- - - {\"a\":1}"),
            ("{type: array, items: {type: string, pattern: '^[a-z]$'}}", "- - [a-z] -"),
        ] {
            assert_eq!(carried(schema), (expected.to_owned(), vec![]), "{schema}");
        }
    }

    #[test]
    fn what_cannot_be_said_is_remarked() {
        for (schema, expected, part) in [
            ("{type: string, minLength: 9, maxLength: 2}", "- - - -", "above its greatest"),
            ("{type: integer, minimum: 5, maximum: 2}", "- - - -", "above its greatest"),
            ("{type: number, exclusiveMinimum: 0}", "- - - -", "exclusiveMinimum 0, which float"),
            ("{type: string, format: uuid, minLength: 36}", "- - - -", "minLength 36, which uuid"),
            ("{type: integer, multipleOf: 5}", "- - - -", "multipleOf 5, which integer"),
            ("{type: number, multipleOf: 0.05}", "- - - -", "multipleOf 0.05, which decimal(12,2)"),
            ("{type: integer, default: many}", "- - - -", "must be a whole number"),
            ("{type: string, maxLength: 2, default: abc}", "- 2 - -", "at most 2 characters"),
            ("{type: integer, enum: [1, 2]}", "- - - -", "enum [1,2], which integer"),
            ("{type: array, items: {type: string}, uniqueItems: true}", "- - - -", "uniqueItems true"),
            ("{type: string, pattern: '^(?=a)'}", "- - - -", "look-around"),
            ("{type: string, deprecated: true}", "- - - -", "deprecated"),
            ("{type: object, minProperties: 1, not: {}}", "- - - -", "minProperties 1, which json"),
        ] {
            let (found, remarks) = carried(schema);
            assert_eq!(found, expected, "{schema}");
            assert!(remarks.iter().any(|remark| remark.contains(part)), "{schema}: {remarks:?}");
        }
    }

    #[test]
    fn patterns_match_the_same_texts() {
        for (source, expected, fits, misfits) in [
            ("^[A-Z]{2}$", "[A-Z]{2}", "DE", "DEU"),
            ("^(?:a|b)$", "a|b", "b", "ab"),
            ("^(?:a)(?:b)$", "(?:a)(?:b)", "ab", "a"),
            ("^[^/|]+(a|b)$", "[^/|]+(a|b)", "xa", "/a"),
            ("^a|b$", "(?s:.*)(?:^a|b$)(?s:.*)", "axx", "xax"),
            ("[0-9]", "(?s:.*)(?:[0-9])(?s:.*)", "a\n1", "a"),
            (r"^1\$", r"(?s:.*)(?:^1\$)(?s:.*)", "1$2", "01$"),
        ] {
            let pattern = Pattern::new(&whole_text(source)).unwrap();
            assert_eq!(pattern.source(), expected);
            assert!(pattern.matches(fits) && !pattern.matches(misfits), "{source}");
        }
    }
}
