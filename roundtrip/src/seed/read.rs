//! Reads a recipe file; every mistake with its place.
//!
//! It must not know how rows are made: that they can be made is what it sees to.

mod maker;
mod table;

use std::collections::HashSet;
use std::ops::Range;

use roundtrip_schema::{FieldDefault, FieldId, Resource, ResourceId, Schema};
use toml::de::{DeTable, DeValue};

use self::table::{Entry, entries, integer, integers, json, unknown};
use super::mistake::Mistakes;
use super::recipe::{Made, Recipe, Rows, Target};

/// The most rows that a recipe makes, and, with `for_each`, for each row.
const MOST_ROWS: u64 = 1_000_000;

/// What a recipe is read against.
struct Reader<'a, 'm> {
    schema: &'a Schema,
    id: ResourceId,
    resource: &'a Resource,
    /// The resources that have rows when this recipe's turn comes.
    ready: &'a HashSet<ResourceId>,
    report: &'a mut Mistakes<'m>,
    made: Vec<Made>,
    for_each: Option<(FieldId, Target)>,
}

/// Reads one recipe; `None` where not even its outline can be read.
pub(super) fn recipe(
    schema: &Schema,
    id: ResourceId,
    ready: &HashSet<ResourceId>,
    report: &mut Mistakes<'_>,
) -> Option<Recipe> {
    let text = &report.file.text;
    let root = match DeTable::parse(text) {
        Ok(root) => root,
        Err(error) => {
            let end = text.len();
            report.add(error.span().unwrap_or(end..end), error.message().to_owned(), "");
            return None;
        }
    };
    let resource = schema.resource(id);
    let reader = Reader { schema, id, resource, ready, report, made: Vec::new(), for_each: None };
    reader.recipe(&entries(root.get_ref()))
}

const KEYS: [&str; 4] = ["rows", "for_each", "number", "fields"];

impl Reader<'_, '_> {
    fn recipe(mut self, root: &[Entry<'_>]) -> Option<Recipe> {
        for entry in root.iter().filter(|entry| !KEYS.contains(&entry.key)) {
            self.report.add(
                entry.key_span.clone(),
                format!("unknown key {:?}", entry.key),
                unknown(entry.key, &KEYS),
            );
        }
        let get = |key: &str| root.iter().find(|entry| entry.key == key);
        self.for_each = get("for_each").and_then(|entry| self.read_for_each(entry));
        let rows = self.read_rows(get("rows"), get("for_each").is_some());
        let number = get("number").and_then(|entry| {
            let number = integer(entry.value.get_ref()).and_then(|number| u64::try_from(number).ok());
            if number.is_none() {
                self.wrong(entry, "a whole number from 0");
            }
            number
        });
        match get("fields").map(|entry| (entry, entry.value.get_ref())) {
            Some((_, DeValue::Table(table))) => entries(table).iter().for_each(|entry| self.field(entry)),
            Some((entry, _)) => self.wrong(entry, "a table"),
            None => {}
        }
        self.all_required_are_made();
        Some(Recipe { rows: rows?, number: number.unwrap_or(0), fields: self.made })
    }

    fn wrong(&mut self, entry: &Entry<'_>, expected: &str) {
        self.report.add(entry.value.span(), format!("{} must be {expected}", entry.key), "");
    }

    fn read_for_each(&mut self, entry: &Entry<'_>) -> Option<(FieldId, Target)> {
        let Some(name) = entry.value.get_ref().as_str() else {
            self.wrong(entry, "the name of a field that refers to another resource");
            return None;
        };
        let field = self.field_called(name, entry.value.span())?;
        let target = self.reference(field, entry.value.span())?;
        Some((field, target))
    }

    fn read_rows(&mut self, entry: Option<&Entry<'_>>, for_each: bool) -> Option<Rows> {
        let Some(entry) = entry else {
            let example = if for_each { "rows = [1, 5]" } else { "rows = 100" };
            self.report.add(0..0, "a recipe says how many rows it makes", format!("add {example}"));
            return None;
        };
        let value = entry.value.get_ref();
        let count = |number: i64| u64::try_from(number).ok().filter(|number| *number <= MOST_ROWS);
        let one = integer(value).and_then(count).map(|count| (count, count));
        let pair = integers(value).and_then(|list| match list[..] {
            [least, most] if least <= most => Some((count(least)?, count(most)?)),
            _ => None,
        });
        match (one.or(pair), for_each) {
            (Some((least, most)), true) => {
                self.for_each.map(|(field, target)| Rows::ForEach { field, target, least, most })
            }
            (Some((least, most)), false) if least == most => Some(Rows::Count(least)),
            (Some(_), false) => {
                self.report.add(entry.value.span(), "a range of rows needs for_each", "write one number");
                None
            }
            (None, _) => {
                self.wrong(entry, &format!("a number up to {MOST_ROWS}, or [least, most] with for_each"));
                None
            }
        }
    }

    /// The field of the resource with this name.
    fn field_called(&mut self, name: &str, span: Range<usize>) -> Option<FieldId> {
        let found = self.resource.field_id(name);
        if found.is_none() {
            let names: Vec<&str> = self.resource.fields.iter().map(|field| field.name.as_str()).collect();
            let message = format!("{} has no field {name:?}", self.resource.name);
            self.report.add(span, message, unknown(name, &names));
        }
        found
    }

    /// What a field refers to, if it does and if there are rows to refer to.
    fn reference(&mut self, field: FieldId, span: Range<usize>) -> Option<Target> {
        let name = &self.resource.field(field).name;
        let found = self.resource.references.iter().find(|reference| reference.fields == [field]);
        let target = found.and_then(|found| {
            Some(Target { resource: found.target, field: found.target_fields.first().copied()? })
        });
        let Some(target) = target else {
            self.report.add(span, format!("{name} refers to no other resource"), "");
            return None;
        };
        if target.resource != self.id && !self.ready.contains(&target.resource) {
            let other = &self.schema.resource(target.resource).name;
            let message = format!("{name} refers to {other}, which has no seed before this");
            self.report.add(span, message, format!("add seed/{other}.toml or seed/{other}.json"));
            return None;
        }
        Some(target)
    }

    fn field(&mut self, entry: &Entry<'_>) {
        let Some(field) = self.field_called(entry.key, entry.key_span.clone()) else { return };
        if self.for_each.is_some_and(|(each, _)| each == field) {
            self.report.add(entry.key_span.clone(), "for_each already gives this field", "remove this line");
            return;
        }
        let definition = self.resource.field(field);
        if definition.generated {
            self.report.add(entry.key_span.clone(), "the database computes this field", "remove this line");
            return;
        }
        match entry.value.get_ref() {
            DeValue::Table(table) if entry.value.span().len() > 1 => {
                if let Some(made) = self.maker(field, entry, &entries(table)) {
                    self.made.push(made);
                }
            }
            _ => {
                if let Some(json) = self.literal(field, entry.value) {
                    let by = super::recipe::Maker::Value(json);
                    self.made.push(Made { field, by, missing_per_million: 0 });
                }
            }
        }
    }

    /// A literal that the field accepts, as JSON text.
    fn literal(&mut self, field: FieldId, value: &toml::Spanned<DeValue<'_>>) -> Option<Box<str>> {
        let definition = self.resource.field(field);
        let Some(json) = json(value.get_ref()) else {
            self.report.add(value.span(), "this is no ordinary number", "");
            return None;
        };
        match definition.accept_json(&json) {
            Ok(_) => Some(json.into()),
            Err(refusals) => {
                let detail = refusals.into_iter().next().map_or_else(String::new, |refusal| refusal.detail);
                self.report.add(value.span(), format!("{} does not accept this", definition.name), detail);
                None
            }
        }
    }

    fn all_required_are_made(&mut self) {
        let own_key = |id| self.resource.generated_key && self.resource.primary_key == [id];
        let missing: Vec<&str> = self
            .resource
            .fields()
            .filter(|(id, field)| {
                let by_itself = field.optional
                    || field.generated
                    || field.set.is_some()
                    || matches!(field.default, Some(FieldDefault::Literal(_) | FieldDefault::Database))
                    || matches!(field.default, Some(FieldDefault::Server(_)));
                let made = self.made.iter().any(|made| made.field == *id);
                let each = self.for_each.is_some_and(|(each, _)| each == *id);
                !(by_itself || made || each || own_key(*id))
            })
            .map(|(_, field)| field.name.as_str())
            .collect();
        if !missing.is_empty() && self.report.found.is_empty() {
            let message = format!("{} needs {}", self.resource.name, missing.join(", "));
            self.report.add(0..0, message, "this recipe does not make it");
        }
    }
}
