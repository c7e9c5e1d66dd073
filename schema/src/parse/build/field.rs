//! One field of the model: what its literals mean, and whether what it says fits its type.

use crate::field::{Field, FieldDefault, FieldType, Kind, Measure, ServerValue, Storage};
use crate::parse::draft::{ByDatabase, DraftField};
use crate::parse::literal::Literal;
use crate::parse::report::{Mistake, Place, Report};
use crate::value::Value;

/// Builds a field of a known type; whatever does not fit it is reported.
pub(super) fn build(draft: &DraftField, ty: FieldType, report: &mut Report) -> Field {
    let mut field = Field {
        column: draft.column().value.clone(),
        optional: draft.optional,
        set: draft.set.as_ref().map(|set| set.value),
        generated: draft.database.as_ref().is_some_and(|by| by.value == ByDatabase::Generated),
        search: draft.search.is_some(),
        read: draft.read.clone(),
        write: draft.write.clone(),
        renamed_from: draft.renamed_from.as_ref().map(|name| name.value.clone()),
        description: draft.description.clone(),
        ..Field::new(draft.name.value.clone(), ty)
    };
    exclusive(draft, report);
    let text = field.ty.storage() == Storage::Text;
    if let Some(place) = draft.search.as_ref().filter(|_| !text) {
        report.add(unfit(place, "search", &field.ty, "only text can be searched"));
    }
    if let Some(set) = draft.set.as_ref().filter(|_| !holds_moment(&field.ty)) {
        report.add(unfit(&set.place, "set = \"now\"", &field.ty, "only a datetime or a date can hold it"));
    }
    if let Some(pattern) = &draft.pattern {
        if field.ty.kind.facts().storage == Storage::Text {
            field.pattern = Some(pattern.value.clone());
        } else {
            report.add(unfit(&pattern.place, "pattern", &field.ty, "only text has patterns"));
        }
    }
    // The least value is checked against the greatest, the default against both.
    field.max = draft.max.as_ref().and_then(|literal| limit(&field, "max", literal, report));
    let min = draft.min.as_ref().and_then(|literal| limit(&field, "min", literal, report));
    if let (Some(literal), Some(min)) = (&draft.min, &min)
        && is_greater(&field, min)
    {
        report.add(Mistake::new(&literal.place, "min is greater than max", "no value can be both"));
    } else {
        field.min = min;
    }
    field.default = default(draft, &field, report);
    field
}

fn exclusive(draft: &DraftField, report: &mut Report) {
    let mut said = [
        ("default", draft.default.as_ref().map(|literal| &literal.place)),
        ("set", draft.set.as_ref().map(|set| &set.place)),
        ("database", draft.database.as_ref().map(|by| &by.place)),
    ]
    .into_iter()
    .filter_map(|(key, place)| Some((key, place?)));
    if let (Some((first, _)), Some((second, place))) = (said.next(), said.next()) {
        let message = format!("{first} and {second} exclude each other");
        report.add(Mistake::new(place, message, "remove one of them"));
    }
}

fn unfit(place: &Place, what: &str, ty: &FieldType, label: &str) -> Mistake {
    Mistake::new(place, format!("{what} does not fit the type {ty}"), label)
}

fn holds_moment(ty: &FieldType) -> bool {
    !ty.list && matches!(ty.kind, Kind::Datetime | Kind::Date)
}

fn limit(field: &Field, key: &str, literal: &Literal, report: &mut Report) -> Option<Value> {
    let found = match field.ty.measure() {
        Measure::Nothing => {
            let message = format!("{key} does not fit the type {}", field.ty);
            report.add(Mistake::new(&literal.place, message, "this type has no limits"));
            return None;
        }
        Measure::Length => {
            literal.length().map(Value::Integer).ok_or_else(|| "must be a length: 0 or more".to_owned())
        }
        Measure::Value => literal.value(&field.ty).map_err(|refusal| refusal.detail),
    };
    found
        .map_err(|detail| report.add(Mistake::new(&literal.place, format!("{key} does not fit"), detail)))
        .ok()
}

/// Whether a `min` is greater than the field's `max`.
fn is_greater(field: &Field, min: &Value) -> bool {
    match field.ty.measure() {
        Measure::Nothing => false,
        Measure::Length => {
            matches!((min, &field.max), (Value::Integer(min), Some(Value::Integer(max))) if min > max)
        }
        Measure::Value => field.check(min).iter().any(|refusal| refusal.code == "max"),
    }
}

fn default(draft: &DraftField, field: &Field, report: &mut Report) -> Option<FieldDefault> {
    if draft.database.as_ref().is_some_and(|by| by.value == ByDatabase::Default) {
        return Some(FieldDefault::Database);
    }
    let literal = draft.default.as_ref()?;
    if literal.is("now") && holds_moment(&field.ty) {
        return Some(FieldDefault::Server(ServerValue::Now));
    }
    if literal.is("uuid") && field.ty == FieldType::one(Kind::Uuid) {
        return Some(FieldDefault::Server(ServerValue::UuidV7));
    }
    let checked = literal.value(&field.ty).and_then(|value| match field.check(&value).into_iter().next() {
        Some(refusal) => Err(refusal),
        None => Ok(FieldDefault::Literal(value)),
    });
    checked
        .map_err(|refusal| {
            let message = format!("the default of {:?} does not fit", field.name);
            report.add(Mistake::new(&literal.place, message, refusal.detail));
        })
        .ok()
}
