//! Where a table differs from its resource, in words for the person who has to decide.
//!
//! A difference is what would make the database refuse or keep something else than the resource file
//! says. Tables of somebody else's, pulled into resource files, equal their own files. It must not
//! know SQL.

use roundtrip_schema::{
    Field, FieldDefault, FieldId, FieldType, Kind, OnDelete, Reference, Resource, ResourceKind, Schema, Value,
};

use crate::ddl::Ddl;

/// The field with this column.
pub(crate) fn find(ddl: &dyn Ddl, table: &Resource, column: &str) -> Option<FieldId> {
    table.fields.iter().position(|field| ddl.same_name(&field.column, column)).map(FieldId::new)
}

/// A table where a view is wanted, or the reverse.
pub(crate) fn kind(want: &Resource, have: &Resource) -> Option<String> {
    let name = |kind| match kind {
        ResourceKind::Table => "a table",
        ResourceKind::View => "a view",
    };
    (want.kind != have.kind).then(|| {
        format!("{}: the files say {}, the database has {}", want.table, name(want.kind), name(have.kind))
    })
}

/// Columns that a view lacks. Its types are not compared: they are mostly unknown.
pub(crate) fn missing_columns(ddl: &dyn Ddl, want: &Resource, have: &Resource) -> Vec<String> {
    let missing = want.fields.iter().filter(|field| find(ddl, have, &field.column).is_none());
    missing.map(|field| format!("{}.{}: this column does not exist", want.table, field.column)).collect()
}

/// A column that holds something else.
pub(crate) fn column_type(ddl: &dyn Ddl, want: &Resource, id: FieldId, have: &Field) -> Option<String> {
    let field = want.field(id);
    let place = format!("{}.{}", want.table, field.column);
    if !ddl.same_kind(&field.ty, &have.ty) {
        let files = describe(&ddl.stored(&field.ty), None);
        let database = describe(&have.ty, have.column_type.as_deref());
        return Some(format!("{place}: the files say {files}, the database has {database}"));
    }
    ddl.too_narrow(want, id, have).map(|reason| format!("{place}: {reason}"))
}

/// A column that may be null where it must not, or the reverse.
pub(crate) fn optional(want: &Resource, field: &Field, have: &Field) -> Option<String> {
    let place = format!("{}.{}", want.table, field.column);
    match (field.optional, have.optional) {
        (false, true) => Some(format!("{place}: the files say required, the database lets it be null")),
        (true, false) => Some(format!("{place}: the files say optional, the database requires it")),
        (true, true) | (false, false) => None,
    }
}

/// A computed column where an ordinary one is wanted, or the reverse.
pub(crate) fn generated(want: &Resource, field: &Field, have: &Field) -> Option<String> {
    let line = match (field.generated, have.generated) {
        (false, true) => "the database computes this column, the files let it be written",
        (true, false) => "the files say computed, the database has an ordinary column",
        (true, true) | (false, false) => return None,
    };
    Some(format!("{}.{}: {line}", want.table, field.column))
}

/// A default that is another. Expressions that only the database knows are let be, and so are the
/// defaults that the server gives.
pub(crate) fn default(want: &Resource, field: &Field, have: &Field) -> Option<String> {
    let place = format!("{}.{}", want.table, field.column);
    match (literal(field), literal(have), &have.default) {
        (Some(one), Some(other), _) if same_value(one, other) => None,
        (Some(one), Some(other), _) => {
            Some(format!("{place}: the files say default {one}, the database has {other}"))
        }
        (Some(_), None, Some(FieldDefault::Database)) | (None, None, _) => None,
        (Some(one), None, _) => Some(format!("{place}: the files say default {one}, the database has none")),
        (None, Some(_), _) if field.default == Some(FieldDefault::Database) => None,
        (None, Some(other), _) => {
            Some(format!("{place}: the files say no default, the database has {other}"))
        }
    }
}

/// A default that is written in the database.
pub(crate) fn literal(field: &Field) -> Option<&Value> {
    match &field.default {
        Some(FieldDefault::Literal(value)) if *value != Value::Null => Some(value),
        Some(FieldDefault::Literal(_) | FieldDefault::Server(_) | FieldDefault::Database) | None => None,
    }
}

/// Whether two values are the same, however a database wrote them down.
fn same_value(one: &Value, other: &Value) -> bool {
    one == other || plain(one) == plain(other)
}

fn plain(value: &Value) -> String {
    match value {
        Value::Boolean(flag) => i64::from(*flag).to_string(),
        Value::Decimal(digits) if digits.contains('.') => {
            digits.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        Value::Float(number) => format!("{number}"),
        Value::Json(text) => text.split_whitespace().collect(),
        Value::Bytes(bytes) => format!("{bytes:?}"),
        Value::Null | Value::Integer(_) | Value::Decimal(_) | Value::Text(_) => value.to_string(),
    }
}

/// Whether these fields of `table` are unique in `other` too. The order of an index matters to
/// speed alone, so it is not compared.
pub(crate) fn has_unique(ddl: &dyn Ddl, table: &Resource, fields: &[FieldId], other: &Resource) -> bool {
    let uniques = other.uniques.iter().map(|unique| &unique.fields);
    let mut keys = uniques.chain(std::iter::once(&other.primary_key));
    keys.any(|own| same_names(ddl, &columns(table, fields), &columns(other, own), Order::Any))
}

/// Whether `other` has an index over these fields of `table`, unique or not.
pub(crate) fn has_index(ddl: &dyn Ddl, table: &Resource, fields: &[FieldId], other: &Resource) -> bool {
    let indexes = other.indexes.iter().map(|index| &index.fields);
    let mut keys = indexes.chain(other.uniques.iter().map(|unique| &unique.fields));
    keys.any(|own| same_names(ddl, &columns(table, fields), &columns(other, own), Order::Kept))
}

/// A table in its schema, for questions about references.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) table: &'a Resource,
}

/// Whether `other` has the same reference as `own`, whatever its name.
pub(crate) fn has_reference(ddl: &dyn Ddl, own: Side<'_>, reference: &Reference, other: Side<'_>) -> bool {
    let target = own.schema.resource(reference.target);
    other.table.references.iter().any(|one| {
        let other_target = other.schema.resource(one.target);
        one.on_delete == reference.on_delete
            && ddl.same_name(&other_target.table, &target.table)
            && one.fields.len() == reference.fields.len()
            // In whatever order the pairs are listed, they say the same.
            && pairs(own.table, target, reference).all(|(field, key)| {
                pairs(other.table, other_target, one)
                    .any(|(other, there)| ddl.same_name(other, field) && ddl.same_name(there, key))
            })
    })
}

/// The columns of a reference, each with the one that it refers to.
fn pairs<'a>(
    table: &'a Resource,
    target: &'a Resource,
    reference: &'a Reference,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let own = reference.fields.iter().map(|field| table.field(*field).column.as_str());
    own.zip(reference.target_fields.iter().map(|field| target.field(*field).column.as_str()))
}

/// `(customer_id) to customers (id), on delete cascade`.
pub(crate) fn describe_reference(schema: &Schema, table: &Resource, reference: &Reference) -> String {
    let target = schema.resource(reference.target);
    let action = match reference.on_delete {
        OnDelete::Restrict => "restrict",
        OnDelete::Cascade => "cascade",
        OnDelete::SetNull => "set null",
        OnDelete::SetDefault => "set default",
    };
    let own = key(&columns(table, &reference.fields));
    let there = key(&columns(target, &reference.target_fields));
    format!("{own} to {} {there}, on delete {action}", target.table)
}

/// A primary key of other columns, or one that is made by somebody else.
pub(crate) fn primary_key(ddl: &dyn Ddl, want: &Resource, have: &Resource) -> Option<String> {
    let table = &want.table;
    let (files, database) = (columns(want, &want.primary_key), columns(have, &have.primary_key));
    if !same_names(ddl, &files, &database, Order::Kept) {
        let (files, database) = (key(&files), key(&database));
        return Some(format!("{table}: the files say primary key {files}, the database has {database}"));
    }
    let line = match (want.generated_key, have.generated_key) {
        (false, true) => "the database gives new rows their key, the files want it from the caller",
        (true, false) => "the files want new rows to be given their key, the database gives none",
        (true, true) | (false, false) => return None,
    };
    Some(format!("{table}: {line}"))
}

/// Whether two kinds are the same; the order of an enum's words is the files' affair.
pub(crate) fn same_words(one: &FieldType, other: &FieldType) -> bool {
    match (&one.kind, &other.kind) {
        (Kind::Enum(one_words), Kind::Enum(words)) if one.list == other.list => {
            one_words.iter().all(|word| words.contains(word))
                && words.iter().all(|word| one_words.contains(word))
        }
        _ => one == other,
    }
}

/// A type in words; a database's own where it has them.
pub(crate) fn describe(ty: &FieldType, column_type: Option<&str>) -> String {
    match (&ty.kind, column_type) {
        (Kind::Enum(words), _) if !ty.list => format!("one of {}", words.join(", ")),
        (_, Some(own)) => own.to_owned(),
        (_, None) => ty.to_string(),
    }
}

/// The columns of fields, in order.
pub(crate) fn columns<'a>(table: &'a Resource, fields: &[FieldId]) -> Vec<&'a str> {
    fields.iter().map(|id| table.field(*id).column.as_str()).collect()
}

/// `(a, b)`, or `none`.
pub(crate) fn key(columns: &[&str]) -> String {
    if columns.is_empty() { "none".to_owned() } else { format!("({})", columns.join(", ")) }
}

/// Whether the order of columns counts.
#[derive(Clone, Copy)]
pub(crate) enum Order {
    Kept,
    Any,
}

pub(crate) fn same_names(ddl: &dyn Ddl, one: &[&str], other: &[&str], order: Order) -> bool {
    one.len() == other.len()
        && match order {
            Order::Kept => one.iter().zip(other).all(|(left, right)| ddl.same_name(left, right)),
            Order::Any => one.iter().all(|left| other.iter().any(|right| ddl.same_name(left, right))),
        }
}
