//! The stage `validate`: the values of a write become typed values, or all that is wrong is listed.
//!
//! The rows that leave this stage are complete: what the caller left out is filled with what the
//! server computes or the field's default, so that all rows of a bulk write have the same columns.

mod replace;
mod row;

use roundtrip_journey::World;
use roundtrip_policy::{Caller, Decision, Refusal, decide};
use roundtrip_query::operation::{Input, InputRow, Missing, Operation, Target};
use roundtrip_query::planner::{self, Written};
use roundtrip_schema::field::SetOn;
use roundtrip_schema::{Action, FieldDefault, FieldId, Resource, Value};

use crate::error::{EngineError, Violation};
use crate::model::Model;
use row::Reader;

/// Reads the values of a write; gives nothing for an operation that writes no values.
///
/// # Errors
/// [`EngineError::Invalid`] with every field that is wrong, [`EngineError::Input`] when the input as
/// a whole cannot be used, [`EngineError::Refused`] when no rule could permit the write at all: who
/// may not write learns nothing about the fields.
pub fn validate(
    model: &Model,
    caller: Caller,
    operation: &Operation,
    world: &World,
) -> Result<Written, EngineError> {
    let (input, action) = match operation {
        Operation::Read(_) | Operation::Delete(_) => return Ok(Written::default()),
        Operation::Create(one) => (&one.input, Action::Create),
        Operation::Update(one) => (&one.input, Action::Update),
        Operation::Replace(one) => (&one.input, Action::Update),
    };
    may_try(model, caller, operation.target(), action)?;
    let id = planner::resource(&model.schema, operation.target())?;
    let resource = model.schema.resource(id);
    let mut reader = Reader::new(resource, caller, world, input, model.limits.coerce);
    let columns = chosen_columns(&reader, input)?;
    let written = match operation {
        // A list without rows changes nothing, as an object without members.
        Operation::Update(_) if input.list && input.rows.is_empty() => {
            update(&mut reader, &InputRow::default(), None)
        }
        Operation::Update(_) => update(&mut reader, one_row(input)?, columns.as_deref()),
        Operation::Replace(one) => {
            let key = planner::replace_key(&model.schema, one)?;
            replace::row(&mut reader, one_row(input)?, one, &key)?
        }
        Operation::Create(one) => {
            let written = create(&mut reader, input, columns.as_deref(), model.limits.bulk_rows)?;
            if one.duplicates.is_some() { given_first(resource, input, written) } else { written }
        }
        Operation::Read(_) | Operation::Delete(_) => Written::default(),
    };
    reader.finish(written)
}

/// Whether a rule could permit the action at all.
///
/// # Errors
/// [`EngineError::Refused`] when none can, [`EngineError::Query`] when there is no such resource.
pub fn may_try(model: &Model, caller: Caller, target: &Target, action: Action) -> Result<(), EngineError> {
    let resource = model.schema.resource(planner::resource(&model.schema, target)?);
    let Decision::Refuse(reason) = decide(resource, action, caller) else { return Ok(()) };
    let (resource, file) = (resource.name.clone(), resource.file.clone());
    let refusal = Refusal { caller, resource, field: None, action, reason, file };
    Err(EngineError::Refused(Box::new(refusal)))
}

fn one_row(input: &Input) -> Result<&InputRow, EngineError> {
    match &input.rows[..] {
        [row] => Ok(row),
        rows => {
            Err(EngineError::Input(format!("this takes exactly one object, the body holds {}", rows.len())))
        }
    }
}

/// The fields named by `columns=`; nothing else of the body is taken.
fn chosen_columns(reader: &Reader<'_>, input: &Input) -> Result<Option<Vec<FieldId>>, EngineError> {
    let resource = reader.resource;
    let Some(names) = &input.columns else { return Ok(None) };
    let mut columns = Vec::with_capacity(names.len());
    for name in names {
        let known =
            || resource.fields.iter().filter(|field| field.is_visible()).map(|field| field.name.as_str());
        let id = resource.field_id(name).filter(|id| reader.may_name(*id)).ok_or_else(|| {
            roundtrip_query::QueryError::UnknownColumn {
                resource: resource.name.clone(),
                field: name.clone(),
                nearest: roundtrip_schema::nearest::nearest(name, known()).map(str::to_owned),
            }
        })?;
        columns.push(id);
    }
    Ok(Some(columns))
}

/// A patch: only what the caller sent, and what the server sets on every write.
fn update(reader: &mut Reader<'_>, row: &InputRow, only: Option<&[FieldId]>) -> Written {
    let mut given = reader.read(0, row, only);
    if given.iter().all(Option::is_none) {
        // An empty patch changes nothing, not even the time of the last change.
        return Written { rows: vec![Vec::new()], ..Written::default() };
    }
    for (id, field) in reader.resource.fields() {
        if let Some((SetOn::Write, value)) = field.set
            && given[id.index()].is_none()
        {
            given[id.index()] = Some(reader.server_value(field, value));
        }
    }
    let mut written = Written::default();
    let mut values = Vec::new();
    for ((id, _), value) in reader.resource.fields().zip(given) {
        if let Some(value) = value {
            written.columns.push(id);
            values.push(value);
        }
    }
    written.updated = written.columns.len();
    written.rows.push(values);
    written
}

fn create(
    reader: &mut Reader<'_>,
    input: &Input,
    only: Option<&[FieldId]>,
    most: usize,
) -> Result<Written, EngineError> {
    if input.rows.len() > most {
        let (given, setting) = (input.rows.len(), "limits.bulk_rows");
        let limit = roundtrip_query::QueryError::Limit { what: "rows in one write", given, most, setting };
        return Err(limit.into());
    }
    let resource = reader.resource;
    let mut rows: Vec<Vec<Option<Value>>> =
        input.rows.iter().enumerate().map(|(index, row)| reader.read(index, row, only)).collect();
    let present: Vec<bool> = resource
        .fields()
        .map(|(id, field)| {
            let computed = field.set.is_some() || matches!(field.default, Some(FieldDefault::Server(_)));
            let nulled = input.missing == Missing::Null && only.is_some_and(|only| only.contains(&id));
            computed || nulled || rows.iter().any(|row| row[id.index()].is_some())
        })
        .collect();
    for (index, row) in rows.iter_mut().enumerate() {
        if input.missing == Missing::Null {
            fill_with_nulls(reader, index, row, only.unwrap_or_default());
        }
        complete(reader, index, row, &present);
    }
    let columns: Vec<FieldId> =
        resource.fields().map(|(id, _)| id).filter(|id| present[id.index()]).collect();
    let keep = |row: Vec<Option<Value>>| {
        row.into_iter()
            .zip(&present)
            .filter(|(_, present)| **present)
            .map(|(value, _)| value.unwrap_or(Value::Null))
    };
    Ok(Written {
        updated: columns.len(),
        columns,
        rows: rows.into_iter().map(|row| keep(row).collect()).collect(),
    })
}

/// A row that lacks a field that was named for all rows gets null there.
fn fill_with_nulls(reader: &mut Reader<'_>, index: usize, row: &mut [Option<Value>], only: &[FieldId]) {
    for id in only {
        let field = reader.resource.field(*id);
        let writable = reader.may_write(field) && !reader.resource.hands_out(*id);
        if field.optional && writable && row[id.index()].is_none() && !reader.was_refused(index, *id) {
            row[id.index()] = Some(Value::Null);
        }
    }
}

/// Puts the columns first that a merge sets in a row that is there already: what the caller gave, and
/// what the server sets on every write. Defaults and the time of creation are for new rows only.
fn given_first(resource: &Resource, input: &Input, written: Written) -> Written {
    let named = |name: &str| match &input.columns {
        Some(columns) => columns.iter().any(|column| column == name),
        None => input.rows.iter().any(|row| row.members.iter().any(|(member, _)| **member == *name)),
    };
    let merged = |id: &FieldId| {
        let field = resource.field(*id);
        named(&field.name) || matches!(field.set, Some((SetOn::Write, _)))
    };
    let (first, rest): (Vec<usize>, Vec<usize>) =
        (0..written.columns.len()).partition(|place| merged(&written.columns[*place]));
    let updated = first.len();
    let order: Vec<usize> = first.into_iter().chain(rest).collect();
    let arrange = |row: Vec<Value>| order.iter().map(|place| row[*place].clone()).collect();
    Written {
        columns: order.iter().map(|place| written.columns[*place]).collect(),
        updated,
        rows: written.rows.into_iter().map(arrange).collect(),
    }
}

/// Fills what a new row does not mention, and lists what it should have mentioned.
fn complete(reader: &mut Reader<'_>, index: usize, row: &mut [Option<Value>], present: &[bool]) {
    let resource = reader.resource;
    for (id, field) in resource.fields() {
        let place = &mut row[id.index()];
        if place.is_some() || reader.was_refused(index, id) {
            continue;
        }
        let own_key = resource.generated_key && resource.primary_key == [id];
        *place = match (&field.set, &field.default) {
            (Some((_, value)), _) | (None, Some(FieldDefault::Server(value))) => {
                Some(reader.server_value(field, *value))
            }
            (None, Some(FieldDefault::Literal(value))) if present[id.index()] => Some(value.clone()),
            // The database knows what comes here; a column that is left out gets it.
            (None, Some(_)) if !present[id.index()] => None,
            _ if own_key || field.generated || field.optional => None,
            _ => {
                reader.violation(index, id, "required", "is required".to_owned());
                None
            }
        };
    }
}

/// Where a value stands in the body (RFC 6901).
fn pointer(list: bool, index: usize, member: &str) -> String {
    let member = member.replace('~', "~0").replace('/', "~1");
    if list { format!("/{index}/{member}") } else { format!("/{member}") }
}

/// What [`Reader::finish`] gives when nothing was wrong.
fn settle(written: Written, violations: Vec<Violation>) -> Result<Written, EngineError> {
    if violations.is_empty() { Ok(written) } else { Err(EngineError::Invalid(violations)) }
}
