//! Where a table differs from its resource, in words for the person who has to decide.
//!
//! A difference is what would make the database refuse or keep something else than the resource file
//! says. Columns are compared by what `introspect` makes of their declared types on both sides, so a
//! table of somebody else's, pulled into resource files, equals its own files.

use roundtrip_schema::{
    Field, FieldId, FieldType, Kind, OnDelete, Reference, Resource, ResourceKind, Schema,
};

use super::column::declared_type;
use crate::introspect::column_type;

/// The field with this column.
pub(super) fn find(table: &Resource, column: &str) -> Option<FieldId> {
    table.fields.iter().position(|field| field.column.eq_ignore_ascii_case(column)).map(FieldId::new)
}

/// A table where a view is wanted, or the reverse.
pub(super) fn kind(wanted: &Resource, actual: &Resource) -> Option<String> {
    let name = |kind| match kind {
        ResourceKind::Table => "a table",
        ResourceKind::View => "a view",
    };
    (wanted.kind != actual.kind).then(|| {
        format!(
            "{}: the files say {}, the database has {}",
            wanted.table,
            name(wanted.kind),
            name(actual.kind)
        )
    })
}

/// Columns that a view lacks. Its types are not compared: they are mostly unknown.
pub(super) fn missing_columns(wanted: &Resource, actual: &Resource) -> Vec<String> {
    let missing = wanted.fields.iter().filter(|field| find(actual, &field.column).is_none());
    missing.map(|field| format!("{}.{}: this column does not exist", wanted.table, field.column)).collect()
}

/// Differences between a field and its column.
pub(super) fn column(table: &Resource, wanted: &Field, actual: &Field) -> Vec<String> {
    let place = format!("{}.{}", table.table, wanted.column);
    let mut lines = Vec::new();
    let expected = stored(&wanted.ty);
    if !same_kind(&expected, &actual.ty.kind) {
        let (files, database) = (describe(&expected), describe(&actual.ty.kind));
        lines.push(format!("{place}: the files say {files}, the database has {database}"));
    }
    match (wanted.optional, actual.optional) {
        (false, true) => lines.push(format!("{place}: the files say required, the database lets it be null")),
        (true, false) => lines.push(format!("{place}: the files say optional, the database requires it")),
        (true, true) | (false, false) => {}
    }
    if wanted.generated != actual.generated {
        let line = if actual.generated {
            "the database computes this column, the files let it be written"
        } else {
            "the files say computed, the database has an ordinary column"
        };
        lines.push(format!("{place}: {line}"));
    }
    lines
}

/// What the table has beyond its resource, or has otherwise.
pub(super) fn unexpected(
    schema: &Schema,
    wanted: &Resource,
    existing: &Schema,
    actual: &Resource,
) -> Vec<String> {
    let table = &wanted.table;
    let mut lines = Vec::new();
    for field in &actual.fields {
        let free = field.optional || field.default.is_some() || field.generated;
        if find(wanted, &field.column).is_none() && !free {
            lines
                .push(format!("{table}.{}: the database requires this column, no file has it", field.column));
        }
    }
    let (files, database) = (columns(wanted, &wanted.primary_key), columns(actual, &actual.primary_key));
    if !same_names(&files, &database, Order::Kept) {
        lines.push(format!(
            "{table}: the files say primary key {}, the database has {}",
            key(&files),
            key(&database)
        ));
    } else if wanted.generated_key != actual.generated_key {
        let line = if actual.generated_key {
            "the database gives new rows their key, the files want it from the caller"
        } else {
            "the files want new rows to be given their key, the database gives none"
        };
        lines.push(format!("{table}: {line}"));
    }
    for unique in &actual.uniques {
        let known = columns(actual, &unique.fields);
        if known.iter().all(|column| find(wanted, column).is_some())
            && !has_unique(actual, &unique.fields, wanted)
        {
            lines.push(format!(
                "{table}: the database has a unique constraint on {}, no file has it",
                key(&known)
            ));
        }
    }
    for reference in &actual.references {
        let known = columns(actual, &reference.fields).iter().all(|column| find(wanted, column).is_some());
        if known && !has_reference(existing, actual, reference, schema, wanted) {
            let text = describe_reference(existing, actual, reference);
            lines.push(format!("{table}: the database has the reference {text}, no file has it"));
        }
    }
    lines
}

/// Whether these fields of `table` are unique in `other` too. The order of an index matters to
/// queries, not to what is unique.
pub(super) fn has_unique(table: &Resource, fields: &[FieldId], other: &Resource) -> bool {
    let keys = other.uniques.iter().map(|unique| &unique.fields).chain(std::iter::once(&other.primary_key));
    keys.into_iter().any(|own| same_names(&columns(table, fields), &columns(other, own), Order::Any))
}

/// Whether `other` has an index over these fields of `table`, unique or not.
pub(super) fn has_index(table: &Resource, fields: &[FieldId], other: &Resource) -> bool {
    let indexes = other.indexes.iter().map(|index| &index.fields);
    let mut keys = indexes.chain(other.uniques.iter().map(|unique| &unique.fields));
    keys.any(|own| same_names(&columns(table, fields), &columns(other, own), Order::Kept))
}

/// Whether `other` has the same reference as `table`, whatever its name.
pub(super) fn has_reference(
    schema: &Schema,
    table: &Resource,
    reference: &Reference,
    other_schema: &Schema,
    other: &Resource,
) -> bool {
    let target = schema.resource(reference.target);
    other.references.iter().any(|one| {
        let other_target = other_schema.resource(one.target);
        one.on_delete == reference.on_delete
            && other_target.table.eq_ignore_ascii_case(&target.table)
            && same_names(&columns(table, &reference.fields), &columns(other, &one.fields), Order::Kept)
            && same_names(
                &columns(target, &reference.target_fields),
                &columns(other_target, &one.target_fields),
                Order::Kept,
            )
    })
}

/// `(customer_id) to customers (id), on delete cascade`.
pub(super) fn describe_reference(schema: &Schema, table: &Resource, reference: &Reference) -> String {
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

/// What introspection would see of a field: an e-mail address is text to SQLite.
fn stored(ty: &FieldType) -> Kind {
    match &ty.kind {
        Kind::Enum(words) if !ty.list => Kind::Enum(words.clone()),
        _ => column_type::read(&declared_type(ty)).kind,
    }
}

/// The order of an enum's words is the files' affair.
fn same_kind(one: &Kind, other: &Kind) -> bool {
    match (one, other) {
        (Kind::Enum(one), Kind::Enum(other)) => {
            one.iter().all(|word| other.contains(word)) && other.iter().all(|word| one.contains(word))
        }
        _ => one == other,
    }
}

fn describe(kind: &Kind) -> String {
    match kind {
        Kind::Enum(words) => format!("one of {}", words.join(", ")),
        _ => FieldType::one(kind.clone()).to_string(),
    }
}

fn columns<'a>(table: &'a Resource, fields: &[FieldId]) -> Vec<&'a str> {
    fields.iter().map(|id| table.field(*id).column.as_str()).collect()
}

fn key(columns: &[&str]) -> String {
    if columns.is_empty() { "none".to_owned() } else { format!("({})", columns.join(", ")) }
}

/// Whether the order of columns counts.
#[derive(Clone, Copy)]
enum Order {
    Kept,
    Any,
}

fn same_names(one: &[&str], other: &[&str], order: Order) -> bool {
    let same = |pair: (&&str, &&str)| pair.0.eq_ignore_ascii_case(pair.1);
    one.len() == other.len()
        && match order {
            Order::Kept => one.iter().zip(other).all(same),
            Order::Any => one.iter().all(|left| other.iter().any(|right| same((left, right)))),
        }
}
