//! A type of PostgreSQL read as a type of field.
//!
//! Domains are what they are made of; arrays are lists. A type that has no counterpart is shown and
//! taken as the text that PostgreSQL writes for it, and keeps its operators by its name.

use std::collections::HashMap;
use std::sync::Arc;

use roundtrip_schema::{FieldType, Kind};

use super::catalog::{Class, Column, Type};
use super::check;

/// What the type of a column says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "what is known of a type are facts of their own")]
pub(super) struct ColumnType {
    /// What it holds.
    pub(super) ty: FieldType,
    /// The most characters, where the type says so: `varchar(80)`.
    pub(super) longest: Option<i64>,
    /// Whether it has a counterpart, or is text for want of one.
    pub(super) is_known: bool,
    /// Whether text in it is compared exactly, so that its words are words of an enum.
    pub(super) is_exact_text: bool,
    /// Whether blanks fill it up to its length.
    pub(super) is_padded: bool,
    /// Whether a domain forbids null.
    pub(super) not_null: bool,
    /// The text of the default that a domain has.
    pub(super) default: Option<String>,
    /// The type in the database's words: `character varying(80)`, `public.mood`, `text collate "C"`.
    /// What these do not tell of the database's own types stands before them: a domain is
    /// `domain public.email over public.citext`, a range `range public.span`, a type of several members
    /// `composite public.pair`.
    pub(super) words: String,
}

impl ColumnType {
    /// A type that says nothing but what it holds.
    pub(super) fn of(ty: FieldType) -> Self {
        Self {
            ty,
            longest: None,
            is_known: true,
            is_exact_text: false,
            is_padded: false,
            not_null: false,
            default: None,
            words: String::new(),
        }
    }
}

/// How many domains may be made of one another; also ends what could only be a damaged catalogue.
const DEEPEST: usize = 32;

/// The most digits, in all and after the point, that a decimal may declare in a resource file; a number
/// with more is shown as it is.
const MOST_DIGITS: (i32, i32) = (65, 30);

/// Bytes of a header that PostgreSQL counts in what limits a type.
const HEADER: i32 = 4;

/// Reads the type of a column.
pub(super) fn read(types: &HashMap<u32, Type>, of: &Column) -> ColumnType {
    let base = Base::of(types, of.ty, of.modifier);
    let element = base.ty.filter(|ty| ty.element != 0);
    let mut column = match element {
        None => ColumnType::of(FieldType::one(kind(base.ty, base.modifier))),
        Some(array) => {
            let element = Base::of(types, array.element, base.modifier);
            let kind = kind(element.ty, element.modifier);
            // Lists hold no JSON; an array of it is JSON itself.
            let listable = kind.facts().listable;
            let known = is_known(element.ty) && listable;
            let ty = if listable { FieldType::list(kind) } else { FieldType::one(Kind::Json) };
            ColumnType { is_known: known, ..ColumnType::of(ty) }
        }
    };
    if element.is_none() {
        column.is_known = is_known(base.ty);
        column.longest = longest(base.ty, base.modifier);
        column.is_exact_text = is_exact_text(base.ty);
        column.is_padded = base.ty.is_some_and(|ty| ty.name == "bpchar");
    }
    let list =
        base.checks.iter().flat_map(|check| check::word_lists(check)).find(|one| one.column == "VALUE");
    if let Some(list) = list {
        restrict(&mut column, &list.words);
    }
    column.not_null = base.not_null;
    column.default = base.default.cloned();
    column.words = base.in_words(types, &of.words);
    if let Some(collation) = &of.collation {
        column.words.push_str(" collate ");
        column.words.push_str(collation);
    }
    column
}

/// Makes an enum of text that a check restricts to some words.
pub(super) fn restrict(column: &mut ColumnType, words: &[String]) {
    let full =
        |word: &String| Some(word.chars().count()) == column.longest.and_then(|most| most.try_into().ok());
    // Shorter words would come back with blanks behind them.
    if column.is_exact_text && (!column.is_padded || words.iter().all(full)) {
        let words: Arc<[Box<str>]> = words.iter().map(|word| word.as_str().into()).collect();
        column.ty = FieldType::one(Kind::Enum(words));
        column.longest = None;
    }
}

/// What a type is made of when all domains are taken off.
struct Base<'a> {
    ty: Option<&'a Type>,
    modifier: i32,
    /// What the database calls it; `None` if no domain was taken off.
    words: Option<&'a str>,
    not_null: bool,
    default: Option<&'a String>,
    checks: Vec<&'a str>,
}

impl<'a> Base<'a> {
    fn of(types: &'a HashMap<u32, Type>, id: u32, modifier: i32) -> Self {
        let mut base = Self {
            ty: types.get(&id),
            modifier,
            words: None,
            not_null: false,
            default: None,
            checks: Vec::new(),
        };
        for _ in 0..DEEPEST {
            let Some(domain) = base.ty.filter(|ty| ty.base != 0) else { break };
            base.not_null |= domain.not_null;
            base.default = base.default.or(domain.default.as_ref());
            base.checks.extend(domain.checks.iter().map(String::as_str));
            base.modifier = domain.base_modifier;
            base.words = Some(&domain.base_words);
            base.ty = types.get(&domain.base);
        }
        base
    }
}

impl Base<'_> {
    /// The type, of which the database says `words`.
    fn in_words(&self, types: &HashMap<u32, Type>, words: &str) -> String {
        let element = self.ty.filter(|ty| ty.element != 0).map(|array| Base::of(types, array.element, -1));
        let of_element = element.and_then(|element| element.words).map(|words| format!("{words}[]"));
        let made_of = of_element.or(self.words.map(str::to_owned));
        let word = match self.ty.map(|ty| ty.class) {
            Some(Class::Range) => "range ",
            Some(Class::Composite) => "composite ",
            Some(Class::Other) | None => "",
        };
        match made_of {
            Some(made_of) => format!("domain {words} over {word}{made_of}"),
            None => format!("{word}{words}"),
        }
    }
}

fn kind(ty: Option<&Type>, modifier: i32) -> Kind {
    let Some(ty) = ty else { return Kind::Text };
    if !ty.labels.is_empty() {
        return Kind::Enum(ty.labels.iter().map(|label| label.as_str().into()).collect());
    }
    if !ty.is_own {
        return Kind::Text;
    }
    match ty.name.as_str() {
        "int2" | "int4" | "int8" => Kind::Integer,
        "float4" | "float8" => Kind::Float,
        "numeric" => decimal(modifier),
        "bool" => Kind::Boolean,
        "date" => Kind::Date,
        "time" => Kind::Time,
        "timestamp" | "timestamptz" => Kind::Datetime,
        "interval" => Kind::Duration,
        "uuid" => Kind::Uuid,
        "json" | "jsonb" => Kind::Json,
        "bytea" => Kind::Bytes,
        _ => Kind::Text,
    }
}

/// Whether it holds what its kind says, rather than being text for want of a kind.
fn is_known(ty: Option<&Type>) -> bool {
    let is_text = |ty: &Type| match ty.name.as_str() {
        "text" | "varchar" | "bpchar" | "name" => ty.is_own,
        name => name == "citext",
    };
    ty.is_some_and(|ty| is_text(ty) || kind(Some(ty), -1) != Kind::Text)
}

fn is_exact_text(ty: Option<&Type>) -> bool {
    ty.is_some_and(|ty| ty.is_own && matches!(ty.name.as_str(), "text" | "varchar" | "bpchar"))
}

fn longest(ty: Option<&Type>, modifier: i32) -> Option<i64> {
    let ty =
        ty.filter(|ty| ty.is_own && matches!(ty.name.as_str(), "varchar" | "bpchar") && modifier > HEADER);
    ty.map(|_| i64::from(modifier - HEADER))
}

/// Without limits, or with stranger ones than a resource file may declare, it is a number.
fn decimal(modifier: i32) -> Kind {
    let (precision, scale) = ((modifier - HEADER) >> 16, (modifier - HEADER) & 0xffff);
    let fits =
        modifier > HEADER && precision <= MOST_DIGITS.0 && scale <= MOST_DIGITS.1 && scale <= precision;
    match (fits, u8::try_from(precision), u8::try_from(scale)) {
        (true, Ok(precision), Ok(scale)) => Kind::Decimal { precision, scale },
        _ => Kind::Float,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_decimals() {
        let modifier = |precision: i32, scale: i32| ((precision << 16) | (scale & 0x7ff)) + HEADER;
        assert_eq!(decimal(modifier(10, 2)), Kind::Decimal { precision: 10, scale: 2 });
        assert_eq!(decimal(modifier(65, 0)), Kind::Decimal { precision: 65, scale: 0 });
        for (precision, scale) in [(66, 2), (1000, 1000), (3, 5), (3, -2)] {
            assert_eq!(decimal(modifier(precision, scale)), Kind::Float, "{precision},{scale}");
        }
        assert_eq!(decimal(-1), Kind::Float);
    }
}
