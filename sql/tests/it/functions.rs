//! Stand-ins for the functions that a store registers: as little as the tests need to see what came
//! where. What they are worth is the store's to prove.

use roundtrip_schema::Layout;
use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Error, Result};
use serde_json::Value as Json;

const FLAGS: FunctionFlags = FunctionFlags::SQLITE_UTF8.union(FunctionFlags::SQLITE_DETERMINISTIC);

pub(crate) fn register(connection: &Connection) {
    connection.create_scalar_function("rt_row", -1, FLAGS, |context| Ok(object(context))).unwrap();
    let objects = Collect(object);
    connection.create_aggregate_function("rt_rows", -1, FLAGS, objects).unwrap();
    let values = Collect(|context| show(context.get_raw(1)));
    connection.create_aggregate_function("rt_values", 2, FLAGS, values).unwrap();
    for name in ["rt_like", "rt_ilike", "rt_match", "rt_imatch", "rt_contains"] {
        answer(connection, name, 2, |parts| Some(Value::from(parts[0].contains(&parts[1]))));
    }
    answer(connection, "rt_overlaps", 2, |parts| {
        let [one, other] = [&parts[0], &parts[1]].map(|text| array(text));
        Some(Value::from(one.iter().any(|item| other.contains(item))))
    });
    // The mode and the language are seen in the answer: it holds for `query` in `web`, `english`.
    answer(connection, "rt_search", 4, |parts| {
        let found = parts[0].contains(&parts[1]);
        Some(Value::from(found && parts[2] == "web" && parts[3] == "english"))
    });
    answer(connection, "rt_json", 2, |parts| Some(Value::from(found(parts)?.to_string())));
    answer(connection, "rt_text", 2, |parts| match found(parts)? {
        Json::Null => None,
        Json::String(text) => Some(Value::from(text)),
        other => Some(Value::from(other.to_string())),
    });
    answer(connection, "rt_canonical", 1, |parts| {
        let read = serde_json::from_str(&parts[0]).unwrap_or_else(|_| Json::String(parts[0].clone()));
        Some(Value::from(read.to_string()))
    });
    connection
        .create_scalar_function("rt_cast", 2, FLAGS, |context| {
            cast(&context.get::<Value>(0)?, &context.get::<String>(1)?)
        })
        .unwrap();
}

/// A function that is null for a null argument, and gets its arguments as text.
fn answer(connection: &Connection, name: &str, count: i32, answer: fn(&[String]) -> Option<Value>) {
    connection
        .create_scalar_function(name, count, FLAGS, move |context| {
            let parts: Vec<String> = (0..context.len()).map(|index| show(context.get_raw(index))).collect();
            let is_null = (0..context.len()).any(|index| context.get_raw(index) == ValueRef::Null);
            Ok(if is_null { None } else { answer(&parts) })
        })
        .unwrap();
}

fn array(text: &str) -> Vec<Json> {
    serde_json::from_str(text).unwrap_or_default()
}

/// What a path, the second part, finds in a document, the first.
fn found(parts: &[String]) -> Option<Json> {
    let mut here: Json = serde_json::from_str(&parts[0]).ok()?;
    for key in array(&parts[1]) {
        here = match key {
            Json::String(name) => here.get_mut(&name)?.take(),
            key => {
                let (list, index) = (here.as_array_mut()?, key.as_i64()?);
                let index = if index < 0 { i64::try_from(list.len()).ok()? + index } else { index };
                list.get_mut(usize::try_from(index).ok()?)?.take()
            }
        };
    }
    Some(here)
}

fn cast(value: &Value, ty: &str) -> Result<Value> {
    let text = match value {
        Value::Null => return Ok(Value::Null),
        other => show(ValueRef::from(other)),
    };
    let refused = || Error::UserFunctionError(format!("{text} is no {ty}").into());
    Ok(match ty {
        "integer" => Value::Real(text.parse::<f64>().map_err(|_| refused())?.round()),
        "float" | "decimal" => Value::Real(text.parse().map_err(|_| refused())?),
        "boolean" => Value::from(text == "true" || text == "1"),
        "text" | "date" | "time" | "datetime" | "json" => Value::Text(text),
        _ => return Err(refused()),
    })
}

pub(crate) fn show(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "null".to_owned(),
        ValueRef::Integer(value) => value.to_string(),
        ValueRef::Real(value) => value.to_string(),
        ValueRef::Text(value) => String::from_utf8_lossy(value).into_owned(),
        ValueRef::Blob(value) => format!("{value:x?}"),
    }
}

/// The cells without their layout: `{1,Tea}`.
fn object(context: &Context<'_>) -> String {
    let layout = context.get_raw(0).as_str().ok().and_then(Layout::decode).unwrap();
    assert_eq!(layout.columns.len() + 1, context.len(), "a cell for each column");
    let cells: Vec<String> = (1..context.len()).map(|index| show(context.get_raw(index))).collect();
    format!("{{{}}}", cells.join(","))
}

struct Collect(fn(&Context<'_>) -> String);

impl Aggregate<Vec<String>, Option<String>> for Collect {
    fn init(&self, _: &mut Context<'_>) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    fn step(&self, context: &mut Context<'_>, parts: &mut Vec<String>) -> Result<()> {
        parts.push((self.0)(context));
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, parts: Option<Vec<String>>) -> Result<Option<String>> {
        Ok(parts.map(|parts| format!("[{}]", parts.join(","))))
    }
}
