//! Makes the rows of a seed, always the same ones.
//!
//! Keys that the database would number are given here, so that rows can refer to each other before
//! any of them is written. It must not know where rows go.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use roundtrip_query::operation::InputRow;
use roundtrip_schema::{FieldDefault, FieldId, Kind, Resource, ResourceId, Schema, ServerValue};
use serde_json::Value as Json;

use super::random::Random;
use super::recipe::{Lean, Made, Maker, Piece, Recipe, Rows, Target};
use super::{Section, Seed, Source};

/// Draws for a distinct row before the rest is searched in order.
const DRAWS: usize = 20;

/// The moment from which made UUIDs (version 7) count: 2026-01-01, in milliseconds.
const EPOCH_MS: u64 = 1_767_225_600_000;

/// Makes rows; `first` is the first number for a resource's generated keys where that is not 1.
pub(super) struct Generator<'a> {
    schema: &'a Schema,
    next_key: HashMap<ResourceId, i64>,
    /// The values that other rows refer to or copy, as JSON text, in the order of the rows.
    kept: HashMap<Target, Vec<Box<str>>>,
}

/// A row on its way: one place per field, and which row each reference chose.
struct Draft {
    number: u64,
    values: Vec<Option<Box<str>>>,
    chosen: HashMap<FieldId, usize>,
}

/// The rows that the distinct references of a group have chosen.
type Taken = HashMap<FieldId, HashSet<usize>>;

impl<'a> Generator<'a> {
    pub(super) fn new(schema: &'a Schema, seed: &Seed, first: HashMap<ResourceId, i64>) -> Self {
        let mut kept = HashMap::new();
        for id in seed.resources() {
            for reference in &schema.resource(id).references {
                for field in &reference.target_fields {
                    kept.insert(Target { resource: reference.target, field: *field }, Vec::new());
                }
            }
        }
        for section in &seed.sections {
            if let Source::Recipe(recipe) = &section.source {
                let copies = recipe.fields.iter().filter_map(|made| match &made.by {
                    Maker::Copy { target, .. } => Some(*target),
                    _ => None,
                });
                kept.extend(copies.map(|target| (target, Vec::new())));
            }
        }
        Self { schema, next_key: first, kept }
    }

    /// Makes every row of a section and hands it over, until told to stop.
    pub(super) fn section(
        &mut self,
        section: &Section,
        give: &mut dyn FnMut(InputRow) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        match &section.source {
            Source::Rows(rows) => rows.iter().try_for_each(|row| give(self.listed(section.resource, row))),
            Source::Recipe(recipe) => self.recipe(section.resource, recipe, give),
        }
    }

    fn listed(&mut self, id: ResourceId, row: &InputRow) -> InputRow {
        let resource = self.schema.resource(id);
        let mut values: Vec<Option<Box<str>>> = vec![None; resource.fields.len()];
        for (name, json) in &row.members {
            if let Some(field) = resource.field_id(name) {
                values[field.index()] = Some(json.clone());
            }
        }
        self.complete(id, &mut values, 0);
        self.finish(id, values)
    }

    fn recipe(
        &mut self,
        id: ResourceId,
        recipe: &Recipe,
        give: &mut dyn FnMut(InputRow) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut random = Random::new(recipe.number, &self.schema.resource(id).name);
        let mut taken = Taken::new();
        let mut number = 0;
        match &recipe.rows {
            Rows::Count(count) => {
                for _ in 0..*count {
                    number += 1;
                    match self.row(id, recipe, number, None, &mut taken, &mut random) {
                        Some(row) => give(row)?,
                        None => break,
                    }
                }
            }
            Rows::ForEach { field, target, least, most } => {
                for parent in 0..self.kept(*target).len() {
                    taken.clear();
                    let count = least + random.below(most - least + 1);
                    for _ in 0..count {
                        number += 1;
                        let parent = Some((*field, *target, parent));
                        match self.row(id, recipe, number, parent, &mut taken, &mut random) {
                            Some(row) => give(row)?,
                            None => break,
                        }
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn kept(&self, target: Target) -> &[Box<str>] {
        self.kept.get(&target).map_or(&[], |values| values)
    }

    /// One row; `None` when no distinct row is left to refer to.
    fn row(
        &mut self,
        id: ResourceId,
        recipe: &Recipe,
        number: u64,
        parent: Option<(FieldId, Target, usize)>,
        taken: &mut Taken,
        random: &mut Random,
    ) -> Option<InputRow> {
        let resource = self.schema.resource(id);
        let mut draft = Draft { number, values: vec![None; resource.fields.len()], chosen: HashMap::new() };
        if let Some((field, target, index)) = parent {
            draft.values[field.index()] = self.kept(target).get(index).cloned();
            draft.chosen.insert(field, index);
        }
        for made in &recipe.fields {
            let missing = made.missing_per_million > 0 && random.happens(made.missing_per_million);
            let value = if missing { "null".into() } else { self.value(made, &mut draft, taken, random)? };
            draft.values[made.field.index()] = Some(value);
        }
        self.complete(id, &mut draft.values, random.next());
        Some(self.finish(id, draft.values))
    }

    fn value(
        &self,
        made: &Made,
        draft: &mut Draft,
        taken: &mut Taken,
        random: &mut Random,
    ) -> Option<Box<str>> {
        Some(match &made.by {
            Maker::Value(json) => json.clone(),
            Maker::Choose { options, sums } => {
                let draw = random.below(sums.last().copied().unwrap_or(0));
                let index = sums.iter().position(|sum| draw < *sum).unwrap_or(0);
                options.get(index)?.clone()
            }
            Maker::Words { lists, join } => {
                let words: Vec<&str> =
                    lists.iter().map(|list| list[random.position(list.len())].as_str()).collect();
                text(&words.join(join))
            }
            Maker::Text(pieces) => text(&fill(pieces, draft)),
            Maker::Between { span, lean } => {
                span.json(leaning(*lean, random, |random| random.between(span.least, span.most))).into()
            }
            Maker::OneOf { target, distinct, lean } => {
                let count = self.kept(*target).len();
                if count == 0 {
                    // Only the first row of a resource that refers to itself.
                    return Some("null".into());
                }
                let draw = |random: &mut Random| leaning(*lean, random, |random| random.position(count));
                let index = if *distinct {
                    distinct_row(taken.entry(made.field).or_default(), count, || draw(random))?
                } else {
                    draw(random)
                };
                draft.chosen.insert(made.field, index);
                self.kept(*target).get(index)?.clone()
            }
            Maker::SomeOf { options, least, most, join } => {
                let chosen = some_of(options, least + random.below(most - least + 1), random);
                match join {
                    Some(join) => text(&chosen.join(join)),
                    None => Json::from(chosen).to_string().into(),
                }
            }
            Maker::Sequence { first } => {
                let offset = i64::try_from(draft.number - 1).unwrap_or(i64::MAX);
                first.saturating_add(offset).to_string().into()
            }
            Maker::Copy { through, target } => {
                let index = draft.chosen.get(through);
                index.and_then(|index| self.kept(*target).get(*index).cloned()).unwrap_or("null".into())
            }
        })
    }

    /// Gives the row a key where the database or the server would make one up.
    fn complete(&mut self, id: ResourceId, values: &mut [Option<Box<str>>], random: u64) {
        let resource = self.schema.resource(id);
        let [key] = resource.primary_key[..] else { return };
        if resource.generated_key {
            let next = self.next_key.entry(id).or_insert(1);
            let given = values[key.index()].as_ref().and_then(|json| json.parse::<i64>().ok());
            let number = given.unwrap_or(*next);
            *next = (*next).max(number.saturating_add(1));
            values[key.index()] = Some(number.to_string().into());
        } else if makes_uuid(resource, key) && values[key.index()].is_none() {
            let next = self.next_key.entry(id).or_insert(1);
            values[key.index()] = Some(format!("\"{}\"", uuid_v7(next.unsigned_abs(), random)).into());
            *next = next.saturating_add(1);
        }
    }

    /// Remembers what others refer to, and puts the row together.
    fn finish(&mut self, id: ResourceId, values: Vec<Option<Box<str>>>) -> InputRow {
        let resource = self.schema.resource(id);
        let mut members = Vec::with_capacity(values.len());
        for ((field, definition), value) in resource.fields().zip(values) {
            if let Some(kept) = self.kept.get_mut(&Target { resource: id, field }) {
                kept.push(value.clone().unwrap_or_else(|| "null".into()));
            }
            if let Some(value) = value {
                members.push((definition.name.as_str().into(), value));
            }
        }
        InputRow { members }
    }
}

fn makes_uuid(resource: &Resource, key: FieldId) -> bool {
    let field = resource.field(key);
    field.ty.kind == Kind::Uuid && field.default == Some(FieldDefault::Server(ServerValue::UuidV7))
}

/// A UUID of version 7 whose time is the row's number: they sort in the order of the rows.
fn uuid_v7(number: u64, random: u64) -> String {
    let time = EPOCH_MS + number;
    let (low, high) = (random & 0x0FFF, (random >> 12) & 0x3FFF);
    format!("{:08x}-{:04x}-7{low:03x}-{:04x}-{:012x}", time >> 16, time & 0xFFFF, 0x8000 | high, random >> 16)
}

/// The lesser or greater of two draws, where one end is to be drawn more often.
fn leaning<T: Ord>(lean: Lean, random: &mut Random, mut draw: impl FnMut(&mut Random) -> T) -> T {
    let first = draw(random);
    match lean {
        Lean::Even => first,
        Lean::Low => first.min(draw(random)),
        Lean::High => first.max(draw(random)),
    }
}

fn distinct_row(taken: &mut HashSet<usize>, count: usize, mut draw: impl FnMut() -> usize) -> Option<usize> {
    let drawn = (0..DRAWS).map(|_| draw()).find(|index| !taken.contains(index));
    let index = drawn.or_else(|| (0..count).find(|index| !taken.contains(index)))?;
    taken.insert(index);
    Some(index)
}

/// So many of the options, each at most once, in their own order.
fn some_of<'o>(options: &'o [String], count: u64, random: &mut Random) -> Vec<&'o str> {
    let mut wanted = usize::try_from(count).unwrap_or(usize::MAX).min(options.len());
    let mut chosen = Vec::with_capacity(wanted);
    for (index, option) in options.iter().enumerate() {
        // Each of the rest is as likely as any other (Knuth, volume 2, algorithm S).
        if random.position(options.len() - index) < wanted {
            chosen.push(option.as_str());
            wanted -= 1;
        }
    }
    chosen
}

fn text(text: &str) -> Box<str> {
    Json::from(text).to_string().into()
}

fn fill(pieces: &[Piece], draft: &Draft) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Literal(text) => text.clone(),
            Piece::Number => draft.number.to_string(),
            Piece::Field { field, slug } => {
                let json = draft.values[field.index()].as_deref().unwrap_or_default();
                let plain = serde_json::from_str::<String>(json).unwrap_or_else(|_| json.to_owned());
                if *slug { slugged(&plain) } else { plain }
            }
        })
        .collect()
}

/// Lower case, words joined by hyphens: for a slug, or an e-mail address before its @.
fn slugged(text: &str) -> String {
    let kept = |character: char| if character.is_ascii_alphanumeric() { character } else { ' ' };
    let words: String = text.to_ascii_lowercase().chars().map(kept).collect();
    words.split_whitespace().collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_of_takes_as_many_as_wanted_in_their_order() {
        let options: Vec<String> = ["a", "b", "c", "d"].map(str::to_owned).into();
        let mut random = Random::new(3, "tags");
        for count in 0..6 {
            let chosen = some_of(&options, count, &mut random);
            assert_eq!(chosen.len(), usize::try_from(count).unwrap().min(4));
            assert!(chosen.is_sorted());
        }
    }

    #[test]
    fn distinct_rows_run_out() {
        let mut taken = HashSet::new();
        let chosen: Vec<_> = (0..4).map(|_| distinct_row(&mut taken, 3, || 1)).collect();
        assert_eq!(chosen, [Some(1), Some(0), Some(2), None]);
    }

    #[test]
    fn made_uuids_have_their_version_and_sort() {
        let (first, second) = (uuid_v7(1, u64::MAX), uuid_v7(2, 0));
        assert_eq!(second, "019b7654-4002-7000-8000-000000000000".replace("019b7654-4002", &second[..13]));
        assert_eq!((&first[14..15], &first[19..20]), ("7", "b"));
        assert!(first < second);
        assert_eq!(first.len(), 36);
    }
}
