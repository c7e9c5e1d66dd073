//! Reads `seed/<resource>.json`: a list of rows as they are.
//!
//! What can be checked without a database is checked here, so that a mistake has its line; the
//! engine validates again when the rows go in.

use roundtrip_query::operation::InputRow;
use roundtrip_schema::nearest::nearest;
use roundtrip_schema::{FieldDefault, Resource};
use serde_json::value::RawValue;

use super::mistake::Mistakes;
use crate::transfer::object::members;

/// The rows of the file; `None` when it cannot be read as a list.
pub(super) fn read(resource: &Resource, report: &mut Mistakes<'_>) -> Option<Vec<InputRow>> {
    let text = report.file.text.as_str();
    let items: Vec<&RawValue> = match serde_json::from_str(text) {
        Ok(items) => items,
        Err(error) => {
            let at = offset(text, error.line(), error.column());
            report.add(at..at + 1, "this is not a JSON list of objects", reason(&error));
            return None;
        }
    };
    Some(items.into_iter().filter_map(|item| row(resource, item.get(), report)).collect())
}

fn row(resource: &Resource, item: &str, report: &mut Mistakes<'_>) -> Option<InputRow> {
    let start = place(&report.file.text, item);
    let Ok(members) = members(item) else {
        report.add(start..start + 1, "a row is an object", "write {\"name\": ...}");
        return None;
    };
    for (name, json) in &members {
        let at = place(&report.file.text, json);
        let span = at..at + json.len();
        let Some(id) = resource.field_id(name) else {
            let known = resource.fields.iter().map(|field| field.name.as_str());
            let label =
                nearest(name, known).map_or_else(String::new, |near| format!("did you mean {near:?}?"));
            report.add(span, format!("{} has no field {name:?}", resource.name), label);
            continue;
        };
        if let Err(refusals) = resource.field(id).accept_json(json) {
            let detail = refusals.into_iter().next().map_or_else(String::new, |refusal| refusal.detail);
            report.add(span, format!("{name} does not accept this"), detail);
        }
    }
    for (id, field) in resource.fields() {
        let by_itself = field.optional
            || field.generated
            || field.set.is_some()
            || matches!(
                field.default,
                Some(FieldDefault::Literal(_) | FieldDefault::Server(_) | FieldDefault::Database)
            )
            || resource.generated_key && resource.primary_key == [id];
        if !by_itself && !members.iter().any(|(name, _)| *name == field.name) {
            report.add(start..start + 1, format!("this row has no {}", field.name), "it is required");
        }
    }
    let members = members.into_iter().map(|(name, json)| (name.into_boxed_str(), json.into())).collect();
    Some(InputRow { members })
}

/// Where a part of a text, borrowed from it, begins.
fn place(text: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize).min(text.len())
}

/// The byte at a line and column, as the JSON parser counts them.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (before + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The parser's sentence without the place, which stands beside it anyway.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split_once(" at line ").map_or(text.clone(), |(reason, _)| reason.to_owned())
}
