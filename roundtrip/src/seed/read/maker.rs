//! Reads how one field's value is made: `{ between = [1, 9], lean = "low" }`.
//!
//! It must not know rows. One function per way of making; to add one, add its word to `WAYS`, its
//! arm in `Reader::by`, its variant in `Maker`, and what it does in `generate`.

use roundtrip_schema::{FieldId, Kind};
use toml::Spanned;
use toml::de::DeValue;

use super::Reader;
use super::table::{Entry, integer, integers, json, millionths, texts, unknown};
use crate::seed::recipe::{Lean, Made, Maker, Piece, Target};
use crate::seed::span::Span;

const WAYS: [&str; 9] =
    ["value", "choose", "words", "text", "between", "one_of", "some_of", "sequence", "copy"];
const OPTIONS: [&str; 6] = ["missing", "weights", "join", "lean", "distinct", "count"];

/// The longest lists of a `some_of`.
const MOST_OF: i64 = 1_000;

type Found<'a, 'e> = Option<&'a Entry<'e>>;

impl Reader<'_, '_> {
    pub(super) fn maker(&mut self, field: FieldId, of: &Entry<'_>, table: &[Entry<'_>]) -> Option<Made> {
        let mut known = table.iter().filter(|entry| WAYS.contains(&entry.key));
        let (way, second) = (known.next(), known.next());
        for entry in table.iter().filter(|entry| !WAYS.contains(&entry.key) && !OPTIONS.contains(&entry.key))
        {
            let words: Vec<&str> = WAYS.into_iter().chain(OPTIONS).collect();
            let message = format!("unknown key {:?}", entry.key);
            self.report.add(entry.key_span.clone(), message, unknown(entry.key, &words));
        }
        let Some(way) = way else {
            let label = format!("one of {}", WAYS.join(", "));
            self.report.add(of.value.span(), format!("this does not say how {} is made", of.key), label);
            return None;
        };
        if let Some(second) = second {
            let message = format!("{} is made in two ways", of.key);
            self.report.add(second.key_span.clone(), message, format!("{} stands there already", way.key));
        }
        let get = |key: &str| table.iter().find(|entry| entry.key == key);
        let missing_per_million = self.missing(field, get("missing"));
        let by = self.by(field, way, &get)?;
        Some(Made { field, by, missing_per_million })
    }

    fn by<'t, 'e>(
        &mut self,
        field: FieldId,
        way: &'t Entry<'e>,
        get: &impl Fn(&str) -> Found<'t, 'e>,
    ) -> Option<Maker> {
        match way.key {
            "value" => self.literal(field, way.value).map(Maker::Value),
            "choose" => self.choose(field, way, get("weights")),
            "words" => self.words(field, way, get("join")),
            "text" => self.text(field, way),
            "between" => {
                let lean = self.lean(get("lean"));
                self.between(field, way, lean)
            }
            "one_of" => {
                let lean = self.lean(get("lean"));
                let distinct = get("distinct").is_some_and(|entry| self.flag(entry));
                let target = self.one_of(field, way)?;
                Some(Maker::OneOf { target, distinct, lean })
            }
            "some_of" => self.some_of(field, way, get("count"), get("join")),
            "sequence" => {
                let first = integer(way.value.get_ref());
                if first.is_none() || self.resource.field(field).ty.kind != Kind::Integer {
                    self.wrong(way, "a whole number, for a field of whole numbers");
                }
                first.map(|first| Maker::Sequence { first })
            }
            _ => self.copy(field, way),
        }
    }

    fn missing(&mut self, field: FieldId, entry: Found<'_, '_>) -> u32 {
        let Some(entry) = entry else { return 0 };
        let share = millionths(entry.value.get_ref());
        if share.is_none() {
            self.wrong(entry, "a number from 0 to 1");
        } else if !self.resource.field(field).optional {
            let name = &self.resource.field(field).name;
            self.report.add(
                entry.key_span.clone(),
                format!("{name} cannot be missing"),
                "it is not optional",
            );
        }
        share.unwrap_or(0)
    }

    fn flag(&mut self, entry: &Entry<'_>) -> bool {
        let flag = entry.value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong(entry, "true or false");
        }
        flag.unwrap_or(false)
    }

    fn lean(&mut self, entry: Found<'_, '_>) -> Lean {
        match entry.map(|entry| (entry, entry.value.get_ref().as_str())) {
            None => Lean::Even,
            Some((_, Some("low"))) => Lean::Low,
            Some((_, Some("high"))) => Lean::High,
            Some((entry, _)) => {
                self.wrong(entry, "\"low\" or \"high\"");
                Lean::Even
            }
        }
    }

    fn list<'v>(&mut self, entry: &'v Entry<'_>) -> Option<&'v [Spanned<DeValue<'v>>]> {
        let list = entry.value.get_ref().as_array().filter(|list| !list.is_empty());
        if list.is_none() {
            self.wrong(entry, "a list that is not empty");
        }
        list.map(|list| &list[..])
    }

    fn choose(&mut self, field: FieldId, way: &Entry<'_>, weights: Found<'_, '_>) -> Option<Maker> {
        let list = self.list(way)?;
        let options: Vec<Box<str>> = list.iter().filter_map(|value| self.literal(field, value)).collect();
        let given = weights.map(|entry| (entry, integers(entry.value.get_ref())));
        let weights = match given {
            None => vec![1; options.len()],
            Some((_, Some(weights)))
                if weights.len() == list.len()
                    && weights.iter().all(|weight| (0..=1_000_000).contains(weight))
                    && weights.iter().any(|weight| *weight > 0) =>
            {
                weights
            }
            Some((entry, _)) => {
                self.wrong(entry, "a list of whole numbers, one for each choice");
                return None;
            }
        };
        let mut sum = 0;
        let sums = weights.into_iter().map(|weight| {
            sum += weight.unsigned_abs();
            sum
        });
        Some(Maker::Choose { options, sums: sums.collect() })
    }

    fn words(&mut self, field: FieldId, way: &Entry<'_>, join: Found<'_, '_>) -> Option<Maker> {
        let list = self.list(way)?;
        let lists: Option<Vec<Vec<String>>> =
            list.iter().map(|item| texts(item.get_ref()).filter(|words| !words.is_empty())).collect();
        let Some(lists) = lists else {
            self.wrong(way, "a list of lists of words: [[\"Oak\", \"Steel\"], [\"lamp\", \"chair\"]]");
            return None;
        };
        self.holds_text(field, way)?;
        let join = self.join(join).unwrap_or_else(|| " ".to_owned());
        Some(Maker::Words { lists, join })
    }

    fn join(&mut self, entry: Found<'_, '_>) -> Option<String> {
        let entry = entry?;
        let join = entry.value.get_ref().as_str().map(str::to_owned);
        if join.is_none() {
            self.wrong(entry, "text in quotes");
        }
        join
    }

    fn holds_text(&mut self, field: FieldId, way: &Entry<'_>) -> Option<()> {
        let definition = self.resource.field(field);
        let fits = !definition.ty.list
            && matches!(definition.ty.kind, Kind::Text | Kind::Email | Kind::Url | Kind::Slug | Kind::Any);
        if !fits {
            let message = format!("{} makes text, and {} is {}", way.key, definition.name, definition.ty);
            self.report.add(way.key_span.clone(), message, "");
        }
        fits.then_some(())
    }

    fn text(&mut self, field: FieldId, way: &Entry<'_>) -> Option<Maker> {
        self.holds_text(field, way)?;
        let Some(text) = way.value.get_ref().as_str() else {
            self.wrong(way, "text in quotes");
            return None;
        };
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, hole)) = rest.split_once('{') {
            let Some((name, after)) = hole.split_once('}') else {
                self.wrong(way, "text in which every { has its }");
                return None;
            };
            pieces.push(Piece::Literal(before.to_owned()));
            pieces.push(self.hole(way, name)?);
            rest = after;
        }
        pieces.push(Piece::Literal(rest.to_owned()));
        Some(Maker::Text(pieces))
    }

    fn hole(&mut self, way: &Entry<'_>, name: &str) -> Option<Piece> {
        if name == "n" {
            return Some(Piece::Number);
        }
        let (name, slug) = name.strip_suffix(":slug").map_or((name, false), |name| (name, true));
        let field = self.field_called(name, way.value.span())?;
        self.stands_before(field, way)?;
        Some(Piece::Field { field, slug })
    }

    /// A value can only use values of the same row that are made before it.
    fn stands_before(&mut self, field: FieldId, way: &Entry<'_>) -> Option<()> {
        let made = self.made.iter().any(|made| made.field == field)
            || self.for_each.is_some_and(|(each, _)| each == field);
        if !made {
            let name = &self.resource.field(field).name;
            let message = format!("{name} is not made yet");
            self.report.add(way.value.span(), message, "move its line before this one");
        }
        made.then_some(())
    }

    fn between(&mut self, field: FieldId, way: &Entry<'_>, lean: Lean) -> Option<Maker> {
        let ends = way.value.get_ref().as_array().filter(|list| list.len() == 2);
        let ends = ends.and_then(|list| Some((json(list[0].get_ref())?, json(list[1].get_ref())?)));
        let Some((least, most)) = ends else {
            self.wrong(way, "a list of two: [least, most]");
            return None;
        };
        match Span::new(self.resource.field(field), &least, &most) {
            Ok(span) => Some(Maker::Between { span, lean }),
            Err(reason) => {
                self.report.add(way.value.span(), "there are no values between these", reason);
                None
            }
        }
    }

    fn one_of(&mut self, field: FieldId, way: &Entry<'_>) -> Option<Target> {
        let target = self.reference(field, way.key_span.clone())?;
        let name = &self.schema.resource(target.resource).name;
        if way.value.get_ref().as_str() != Some(name) {
            let message = format!("{} refers to {name}", self.resource.field(field).name);
            self.report.add(way.value.span(), message, format!("write {name:?}"));
            return None;
        }
        Some(target)
    }

    fn some_of(
        &mut self,
        field: FieldId,
        way: &Entry<'_>,
        count: Found<'_, '_>,
        join: Found<'_, '_>,
    ) -> Option<Maker> {
        let Some(options) = texts(way.value.get_ref()).filter(|list| !list.is_empty()) else {
            self.wrong(way, "a list of texts");
            return None;
        };
        let join = self.join(join);
        let definition = self.resource.field(field);
        if join.is_some() {
            self.holds_text(field, way)?;
        } else if !definition.ty.list {
            let message = format!("some_of makes a list, and {} is {}", definition.name, definition.ty);
            self.report.add(way.key_span.clone(), message, "add join = \" \" to make a text");
            return None;
        }
        let range = count.map(|entry| (entry, integers(entry.value.get_ref())));
        let (least, most) = match range {
            None => (1, 1),
            Some((_, Some(list)))
                if list.len() == 2 && 0 <= list[0] && list[0] <= list[1] && list[1] <= MOST_OF =>
            {
                (list[0].unsigned_abs(), list[1].unsigned_abs())
            }
            Some((entry, _)) => {
                self.wrong(entry, "a list of two: [least, most]");
                return None;
            }
        };
        Some(Maker::SomeOf { options, least, most, join })
    }

    fn copy(&mut self, field: FieldId, way: &Entry<'_>) -> Option<Maker> {
        let path = way.value.get_ref().as_str().and_then(|path| path.split_once('.'));
        let Some((through, name)) = path else {
            self.wrong(way, "a field that refers and a field there: \"product_id.price\"");
            return None;
        };
        let through = self.field_called(through, way.value.span())?;
        self.stands_before(through, way)?;
        let target = self.reference(through, way.value.span())?;
        let other = self.schema.resource(target.resource);
        let Some(found) = other.field_id(name) else {
            let names: Vec<&str> = other.fields.iter().map(|field| field.name.as_str()).collect();
            let message = format!("{} has no field {name:?}", other.name);
            self.report.add(way.value.span(), message, unknown(name, &names));
            return None;
        };
        if other.field(found).ty != self.resource.field(field).ty {
            let (from, to) = (&other.field(found).ty, &self.resource.field(field).ty);
            self.report.add(way.value.span(), format!("this is {from}, and the field is {to}"), "");
            return None;
        }
        Some(Maker::Copy { through, target: Target { resource: target.resource, field: found } })
    }
}
