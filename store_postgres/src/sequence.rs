//! Keys that the database hands out, where callers give keys too.
//!
//! A sequence of PostgreSQL knows nothing of keys that were given: it would hand them out again, to a new
//! row that is then refused. The other databases go on after the greatest key, and so does this store, by
//! moving the sequence: behind a write that gave a key, and once more before what was refused is tried
//! again, because others may draw a key in between.
//!
//! A sequence is never moved back. Reading where it is and setting it would do so where others draw keys in
//! between, so it is moved by drawing keys; only a long way is jumped, of which others do not draw as many.
//!
//! Must not know: connections.

use roundtrip_query::Shape;
use roundtrip_query::plan::InsertShape;
use roundtrip_schema::{Resource, Schema};

/// A way of more keys is not gone key by key.
const JUMP: u32 = 10_000;

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

/// What may have to be done before a write of this shape is tried again, because it was handed a key that
/// is there already.
pub(crate) fn draws(schema: &Schema, shape: &Shape) -> Option<String> {
    let Shape::Insert(InsertShape { resource, columns, .. }) = shape else { return None };
    let resource = schema.resource(*resource);
    let given = columns.iter().any(|field| resource.hands_out(*field));
    if given { None } else { after_the_greatest(schema, resource) }
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
    let keys = format!("pg_get_serial_sequence({place}, {name})::regclass");
    // One at a time, so that not each of several draws all the keys. The two statements are one
    // transaction, and the second sees what was there when the first had its turn.
    Some(format!(
        "SELECT pg_advisory_xact_lock(hashtext('roundtrip keys'), ({keys}::oid::bigint % 2147483647)::int); \
         WITH found AS MATERIALIZED (SELECT {keys} AS keys, (SELECT max({}) FROM {table}) AS greatest), \
         way AS MATERIALIZED (SELECT keys, greatest, (greatest - \
         coalesce(pg_sequence_last_value(keys), seqstart - seqincrement)) / seqincrement AS steps \
         FROM found JOIN pg_sequence ON seqrelid = keys WHERE seqincrement > 0) \
         SELECT count(CASE WHEN steps > {JUMP} THEN setval(keys, greatest) ELSE nextval(keys) END) \
         FROM way, generate_series(1, CASE WHEN steps > {JUMP} THEN 1 ELSE steps END)",
        quoted(column)
    ))
}
