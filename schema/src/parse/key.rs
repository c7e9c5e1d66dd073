//! Reads what names fields of its own resource: `id`, `unique`, `index`.
//!
//! Whether the fields exist is seen in `resolve`.

use super::draft::{DraftId, DraftKey};
use super::report::{At, Mistake, Report};
use super::table::{Item, Keys};

pub(crate) const KEY_KEYS: Keys = Keys {
    of: "a key",
    known: &["fields", "name"],
    later: &[],
    hint: "it is written { fields = [\"a\", \"b\"], name = \"its_name_in_the_database\" }",
};

pub(crate) const ID_KEYS: Keys = Keys {
    of: "id",
    known: &["fields", "generated"],
    later: &[],
    hint: "it is written { fields = [\"code\"], generated = false }",
};

/// The most unique constraints, and the most indexes, of one resource.
const MOST_KEYS: usize = 1_000;

/// What `id = ...` says.
pub(super) enum Id {
    /// `"integer"`: a field `id` that the database numbers.
    Integer,
    /// `"uuid"`: a field `id` that the server fills.
    Uuid,
    /// Declared fields.
    Declared(DraftId),
}

/// Reads `id`: a type for the field `id`, a field's name, or a list of names.
pub(super) fn id(item: Item<'_>, report: &mut Report) -> Option<Id> {
    if let Some(text) = item.as_text() {
        return Some(match text {
            "integer" => Id::Integer,
            "uuid" => Id::Uuid,
            name => fields(vec![At::new(name.to_owned(), item.place())], None),
        });
    }
    if let Some(table) = item.as_closed_table(&ID_KEYS, report) {
        let generated = table.flag("generated", report);
        let Some(list) = table.get("fields") else {
            report.add(Mistake::new(&item.place(), "id does not say its fields", "add fields = [\"...\"]"));
            return None;
        };
        return Some(fields(list.texts("a list of field names", report)?, generated));
    }
    let expected = "\"integer\", \"uuid\", a field's name or a list of names";
    Some(fields(item.texts(expected, report)?, None))
}

fn fields(fields: Vec<At<String>>, generated: Option<At<bool>>) -> Id {
    Id::Declared(if fields.is_empty() { DraftId::None } else { DraftId::Fields { fields, generated } })
}

/// Reads `unique` or `index`: a list whose items are each one key, a name or a list of names.
pub(super) fn list(item: Item<'_>, report: &mut Report) -> Vec<DraftKey> {
    let mut items = item.list("a list of field names or of lists of them", report).unwrap_or_default();
    if items.len() > MOST_KEYS {
        let message = format!("{} has at most {MOST_KEYS} items", item.key());
        report.add(Mistake::new(&item.place(), message, "too many"));
        items.truncate(MOST_KEYS);
    }
    items.into_iter().filter_map(|item| one(item, report)).collect()
}

fn one(item: Item<'_>, report: &mut Report) -> Option<DraftKey> {
    let place = item.place();
    if let Some(table) = item.as_closed_table(&KEY_KEYS, report) {
        let Some(fields) = table.get("fields") else {
            report.add(Mistake::new(
                &place,
                format!("{} needs fields", item.key()),
                "add fields = [\"...\"]",
            ));
            return None;
        };
        let fields = fields.texts("a list of field names", report)?;
        let name = table.text("name", report).map(|name| name.value);
        return not_empty(DraftKey { name, fields, place }, item, report);
    }
    let fields = match item.as_text() {
        Some(_) => vec![item.text(report)?],
        None => item.texts("a list of field names or of lists of them", report)?,
    };
    not_empty(DraftKey { name: None, fields, place }, item, report)
}

fn not_empty(key: DraftKey, item: Item<'_>, report: &mut Report) -> Option<DraftKey> {
    if key.fields.is_empty() {
        let message = format!("{} names no field", item.key());
        report.add(Mistake::new(&key.place, message, "this list is empty"));
        return None;
    }
    Some(key)
}
