//! Keys that the database hands out, where callers give keys too.
//!
//! A sequence of PostgreSQL knows nothing of keys that were given: it would hand them out again, to a new
//! row that is then refused. The other databases go on after the greatest key, and so does this store, by
//! moving the sequence.
//!
//! Must not know: connections.

use roundtrip_query::Shape;
use roundtrip_query::plan::InsertShape;
use roundtrip_schema::{Resource, Schema};

/// What has to follow a write of this shape, because it gives a key that is otherwise handed out.
pub(crate) fn follows(schema: &Schema, shape: &Shape) -> Option<String> {
    let InsertShape { resource, columns, .. } = match shape {
        Shape::Insert(insert) => insert,
        Shape::Replace(replace) => replace.insert.as_ref()?,
        Shape::Read(_) | Shape::Update(_) | Shape::Delete(_) => return None,
    };
    let resource = schema.resource(*resource);
    let given = columns.iter().any(|field| resource.hands_out(*field));
    if given { after_the_greatest(schema, resource) } else { None }
}

/// Moves the sequence of a table behind its greatest key, if the table has one and it is not there yet.
pub(crate) fn after_the_greatest(schema: &Schema, resource: &Resource) -> Option<String> {
    let [key] = resource.primary_key[..] else { return None };
    if !resource.hands_out(key) {
        return None;
    }
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let literal = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let table = format!("{}.{}", quoted(schema.namespace().unwrap_or("public")), quoted(&resource.table));
    let column = &resource.field(key).column;
    let (place, name) = (literal(&table), literal(column));
    Some(format!(
        "SELECT setval(keys, greatest) FROM (SELECT pg_get_serial_sequence({place}, {name})::regclass AS keys, \
         (SELECT max({}) FROM {table}) AS greatest) AS found \
         WHERE keys IS NOT NULL AND greatest > coalesce(pg_sequence_last_value(keys), 0)",
        quoted(column)
    ))
}
