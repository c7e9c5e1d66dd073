//! Which type a schema becomes.
//!
//! It must not know limits or defaults, nor which resources there are.

use std::collections::HashSet;

use roundtrip_schema::{FieldType, Kind};
use serde_json::Value;

use super::document::Document;
use super::node::Node;
use super::number::{self, Step};
use super::own::{ANY_TEXT, SLUG};
use super::shape::Shape;

/// The most words of an enum, as resource files have it.
const MOST_WORDS: usize = 1_000;

/// The most digits that every database keeps.
const MOST_DIGITS: u8 = 15;

/// Formats of numbers that say nothing which the type does not say.
const PLAIN_NUMBERS: [&str; 5] = ["int32", "int64", "float", "double", "number"];

/// A type, and what it does not say of the schema.
#[derive(Debug)]
pub(super) struct Typed {
    pub(super) ty: FieldType,
    /// What the type leaves out, as ends of sentences that begin with the field's name.
    pub(super) remarks: Vec<String>,
    /// Keywords that the type itself says.
    pub(super) said: &'static [&'static str],
}

impl Typed {
    fn new(kind: Kind) -> Self {
        Self { ty: FieldType::one(kind), remarks: Vec::new(), said: &[] }
    }

    fn json(remark: impl Into<String>) -> Self {
        Self { remarks: vec![remark.into()], ..Self::new(Kind::Json) }
    }
}

/// The type of a schema's values.
pub(super) fn typed(document: &Document, shape: &Shape<'_>) -> Typed {
    if !shape.choices.is_empty() {
        return choice(document, shape);
    }
    if let Some(words) = words(shape) {
        return words;
    }
    match shape.types[..] {
        ["string"] => text(shape),
        ["integer"] => formatted(shape, Kind::Integer),
        ["number"] | ["integer", "number"] | ["number", "integer"] => decimal(shape),
        ["boolean"] => Typed::new(Kind::Boolean),
        ["array"] => list(document, shape),
        ["object"] => object(shape),
        [] if shape.is_object() => object(shape),
        [] if shape.items().is_some() => list(document, shape),
        [] if shape.text("format").is_some() || shape.text("pattern").is_some() => text(shape),
        [] => Typed::new(Kind::Json),
        _ => Typed::json(format!("has the types {}: json, which takes any value", shape.types.join(", "))),
    }
}

/// Several choices: a type if all of them have the same, json otherwise.
fn choice(document: &Document, shape: &Shape<'_>) -> Typed {
    let choices = shape.choices.iter().map(|choice| Shape::of(document, std::slice::from_ref(choice)));
    // One level: a choice between choices is json.
    let types: HashSet<FieldType> =
        choices
            .map(|choice| {
                if choice.choices.is_empty() {
                    typed(document, &choice).ty
                } else {
                    FieldType::one(Kind::Json)
                }
            })
            .collect();
    let mut types = types.into_iter();
    match (types.next(), types.next()) {
        (Some(ty), None) if ty.kind != Kind::Json => Typed {
            remarks: vec![format!("is a choice of several schemas: {ty}, without their rules")],
            ..Typed { ty, ..Typed::new(Kind::Json) }
        },
        _ => Typed::json("is a choice of several schemas: json, which takes any value"),
    }
}

/// An enum, if the schema lists its values.
fn words(shape: &Shape<'_>) -> Option<Typed> {
    let one = shape.keyword("const").map(|node| vec![node.value]);
    let listed = || Some(shape.keyword("enum")?.items().map(|node| node.value).collect::<Vec<_>>());
    let values: Vec<&Value> = one.or_else(listed)?.into_iter().filter(|value| !value.is_null()).collect();
    let mut words: Vec<&str> = Vec::with_capacity(values.len());
    for value in &values {
        match value.as_str() {
            Some(word) if words.contains(&word) => {}
            Some(word) => words.push(word),
            // Numbers and booleans have no enum: the type stays, the list does not.
            None => return None,
        }
    }
    let mut remarks = Vec::new();
    if words.contains(&"") {
        words.retain(|word| !word.is_empty());
        remarks.push("has an empty word in its enum, which is left out".to_owned());
    }
    if words.is_empty() {
        return None;
    }
    if words.len() > MOST_WORDS {
        let remark = format!("has more than {MOST_WORDS} words in its enum: text, without them");
        return Some(Typed { remarks: vec![remark], said: &["enum", "const"], ..Typed::new(Kind::Text) });
    }
    let kind = Kind::Enum(words.into_iter().map(Box::from).collect());
    Some(Typed { remarks, said: &["enum", "const"], ..Typed::new(kind) })
}

fn text(shape: &Shape<'_>) -> Typed {
    let kind = match shape.text("format") {
        Some("email" | "idn-email") => Kind::Email,
        Some("uri" | "url" | "iri") => Kind::Url,
        Some("uuid" | "guid") => Kind::Uuid,
        Some("date") => Kind::Date,
        Some("date-time" | "datetime") => Kind::Datetime,
        Some("time" | "time-local" | "partial-time") => Kind::Time,
        Some("duration") => Kind::Duration,
        Some("byte" | "binary" | "base64") => Kind::Bytes,
        None if shape.text("contentEncoding").is_some_and(|encoding| encoding.starts_with("base64")) => {
            Kind::Bytes
        }
        None if shape.text("pattern") == Some(SLUG) => {
            return Typed { said: &["pattern"], ..Typed::new(Kind::Slug) };
        }
        None if shape.text("pattern") == Some(ANY_TEXT) => {
            return Typed { said: &["pattern"], ..Typed::new(Kind::Text) };
        }
        None | Some("password" | "string") => Kind::Text,
        Some(_) => return formatted(shape, Kind::Text),
    };
    Typed { said: &["format", "contentEncoding"], ..Typed::new(kind) }
}

/// A type that does not know the schema's format.
fn formatted(shape: &Shape<'_>, kind: Kind) -> Typed {
    let mut typed = Typed { said: &["format"], ..Typed::new(kind) };
    if let Some(format) = shape.text("format").filter(|format| !PLAIN_NUMBERS.contains(format)) {
        typed.remarks.push(format!("has the format {format:?}, which is not checked: {}", typed.ty));
    }
    typed
}

/// A number: exact if the schema says how many digits it has.
fn decimal(shape: &Shape<'_>) -> Typed {
    let Some(step) = shape.keyword("multipleOf").and_then(|node| number::step(node.value)) else {
        return formatted(shape, Kind::Float);
    };
    let (scale, exact) = match step {
        Step::Whole(1) => return Typed { said: &["multipleOf", "format"], ..Typed::new(Kind::Integer) },
        Step::Whole(_) => return formatted(shape, Kind::Integer),
        Step::Digits { scale, exact } => (scale, exact),
    };
    let limits = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];
    let limits = limits.iter().filter_map(|name| shape.keyword(name)).map(|node| node.value);
    let before = limits.map(number::digits_before_point).fold(10_u8.min(MOST_DIGITS - scale), u8::max);
    let precision = own_precision(shape, scale).unwrap_or(before.saturating_add(scale).min(MOST_DIGITS));
    let kind = Kind::Decimal { precision, scale };
    let said: &[&str] = if exact { &["multipleOf", "format"] } else { &["format"] };
    Typed { said, ..Typed::new(kind) }
}

/// The precision of a decimal whose greatest value is the greatest of so many digits: `999.99`.
fn own_precision(shape: &Shape<'_>, scale: u8) -> Option<u8> {
    let most = shape.keyword("maximum")?.value;
    let digits = number::nines(most, scale)?;
    let least = shape.keyword("minimum")?.value.as_f64()?;
    (least >= -most.as_f64()? && digits <= MOST_DIGITS).then_some(digits)
}

/// A list, if its elements are of a type that has lists.
fn list(document: &Document, shape: &Shape<'_>) -> Typed {
    let Some(items) = shape.items() else {
        return Typed::json("is a list of anything: json");
    };
    let element = Shape::of(document, std::slice::from_ref(items));
    if element.is_object() {
        return Typed::json("is a list of objects: json, whose inside is not checked");
    }
    if element.nullable || element.items().is_some() || !element.choices.is_empty() {
        return Typed::json("is a list of lists, nulls or several types: json, whose inside is not checked");
    }
    let Typed { ty, mut remarks, .. } = typed(document, &element);
    if ty.list || !ty.kind.facts().listable {
        return Typed::json("is a list of anything: json");
    }
    let is_said = |value: &Value| match ty.kind {
        Kind::Decimal { precision, scale } => number::nines(value, scale) == Some(precision),
        _ => false,
    };
    for (word, node) in element.keywords().filter(|(word, node)| is_limit(word) && !is_said(node.value)) {
        remarks.push(format!("has {word} {} for each element, which is not checked", node.value));
    }
    Typed { ty: FieldType::list(ty.kind), remarks, said: &["items"] }
}

/// Limits of an element; a list's own `min` and `max` count its elements.
fn is_limit(word: &str) -> bool {
    ["minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"].contains(&word)
}

fn object(shape: &Shape<'_>) -> Typed {
    if shape.is_object() {
        return Typed::json("is an object: json, whose inside is not checked");
    }
    Typed::new(Kind::Json)
}

/// The pattern of a list's elements, which a list's own pattern says.
pub(super) fn element_pattern<'a>(document: &'a Document, shape: &Shape<'a>) -> Option<Node<'a>> {
    let items = shape.items()?;
    let pattern = Shape::of(document, std::slice::from_ref(items)).keyword("pattern").cloned();
    pattern.filter(|pattern| pattern.value.as_str() != Some(ANY_TEXT))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The type with its words, and how many remarks there are.
    fn check(rows: &[(&str, &str, usize)]) {
        for (schema, expected, remarks) in rows {
            let text = format!("openapi: 3.1.0\nschema: {schema}\n");
            let document = Document::read("a.yaml", &text).unwrap();
            let node = document.root().get("schema").unwrap();
            let found = typed(&document, &Shape::of(&document, &[node]));
            let words = match &found.ty.kind {
                Kind::Enum(words) => format!(" {}", words.join(" ")),
                _ => String::new(),
            };
            assert_eq!(format!("{}{words}", found.ty), *expected, "{schema}");
            assert_eq!(found.remarks.len(), *remarks, "{schema}: {:?}", found.remarks);
        }
    }

    #[test]
    fn text_by_its_format() {
        check(&[
            ("{type: string}", "text", 0),
            ("{type: string, format: email}", "email", 0),
            ("{type: string, format: uri}", "url", 0),
            ("{type: string, format: uuid}", "uuid", 0),
            ("{type: string, format: date}", "date", 0),
            ("{type: string, format: date-time}", "datetime", 0),
            ("{type: [string, 'null'], format: time}", "time", 0),
            ("{type: string, format: duration}", "duration", 0),
            ("{type: string, format: byte}", "bytes", 0),
            ("{type: string, contentEncoding: base64}", "bytes", 0),
            ("{type: string, format: password}", "text", 0),
            ("{type: string, format: ipv4}", "text", 1),
            ("{type: string, pattern: '^[a-z0-9]+(-[a-z0-9]+)*$'}", "slug", 0),
            ("{format: email}", "email", 0),
        ]);
    }

    #[test]
    fn numbers_by_their_step() {
        check(&[
            ("{type: integer, format: int32}", "integer", 0),
            ("{type: integer, format: unix-time}", "integer", 1),
            ("{type: number, format: double}", "float", 0),
            ("{type: number, multipleOf: 0.01}", "decimal(12,2)", 0),
            ("{type: number, multipleOf: 0.05}", "decimal(12,2)", 0),
            ("{type: number, multipleOf: 0.000001}", "decimal(15,6)", 0),
            ("{type: number, multipleOf: 0.01, maximum: 1000000000000}", "decimal(15,2)", 0),
            ("{type: number, multipleOf: 0.01, minimum: 0, maximum: 999.99}", "decimal(5,2)", 0),
            (
                "{type: array, items: {type: number, multipleOf: 0.1, minimum: -9.9, maximum: 9.9}}",
                "decimal(2,1)[]",
                0,
            ),
            ("{type: number, multipleOf: 1}", "integer", 0),
            ("{type: number, format: money}", "float", 1),
            ("{type: [integer, number]}", "float", 0),
        ]);
    }

    #[test]
    fn enums_have_words() {
        check(&[
            ("{type: string, enum: [open, paid, open]}", "enum open paid", 0),
            ("{enum: [open, null], nullable: true}", "enum open", 0),
            ("{const: open}", "enum open", 0),
            ("{type: string, enum: ['', open]}", "enum open", 1),
            ("{type: integer, enum: [1, 2]}", "integer", 0),
            ("{type: array, items: {enum: [a, b]}}", "enum[] a b", 0),
        ]);
    }

    #[test]
    fn the_rest_is_a_list_or_json() {
        check(&[
            ("{type: boolean}", "boolean", 0),
            ("{type: array, items: {type: string, maxLength: 3}}", "text[]", 1),
            ("{items: {type: integer}}", "integer[]", 0),
            ("{type: array, items: {type: array, items: {}}}", "json", 1),
            ("{type: array, items: {type: object, properties: {a: {}}}}", "json", 1),
            ("{type: array}", "json", 1),
            ("{type: object}", "json", 0),
            ("{type: object, additionalProperties: {type: string}}", "json", 0),
            ("{properties: {a: {}}}", "json", 1),
            ("{}", "json", 0),
            ("{type: [string, integer]}", "json", 1),
            ("{oneOf: [{type: string, format: date}, {type: string}]}", "json", 1),
            ("{oneOf: [{type: string, minLength: 1}, {type: string}]}", "text", 1),
            ("{anyOf: [{type: string}, {type: 'null'}]}", "text", 0),
        ]);
    }
}
