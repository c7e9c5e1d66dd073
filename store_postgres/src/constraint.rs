//! Which constraint was broken, in the names of resources and fields.
//!
//! The server names table and constraint. A primary key's constraint has no name in a schema, and an
//! index may have been given another since: then the columns tell, which the server lists in its
//! detail between the same parentheses in every language.
//!
//! Must not know: how a failure is told.

use roundtrip_query::plan::{Plan, Shape};
use roundtrip_schema::{FieldId, Reference, Resource, ResourceId};
use roundtrip_store::StoreErrorKind;
use tokio_postgres::error::DbError;

/// The resource of the table that the server names, the plan's own first: triggers and cascades may
/// write others.
fn resource<'a>(said: &DbError, plan: Option<&'a Plan>) -> Option<(ResourceId, &'a Resource)> {
    let (table, plan) = (said.table()?, plan?);
    let own = plan.shape.resource();
    std::iter::once((own, plan.schema.resource(own)))
        .chain(plan.schema.resources())
        .find(|(_, resource)| resource.table == table)
}

/// The plan's own resource, where the server's is not known.
fn own(plan: Option<&Plan>) -> String {
    plan.map(|plan| plan.schema.resource(plan.shape.resource()).name.clone()).unwrap_or_default()
}

/// A unique constraint or the primary key.
pub(crate) fn unique(said: &DbError, plan: Option<&Plan>) -> StoreErrorKind {
    let Some((_, resource)) = resource(said, plan) else {
        return StoreErrorKind::Unique { resource: own(plan), fields: Vec::new() };
    };
    let constraint = said.constraint().unwrap_or_default();
    let by_name = resource.uniques.iter().find(|unique| unique.name == constraint);
    let fields = by_name.map(|unique| &unique.fields).or_else(|| {
        let columns = columns_of(said.detail()?)?;
        let keys = std::iter::once(&resource.primary_key);
        keys.chain(resource.uniques.iter().map(|unique| &unique.fields))
            .find(|fields| columns == listed(resource, fields))
    });
    let names = fields.map(|fields| resource.names(fields)).unwrap_or_default();
    StoreErrorKind::Unique {
        resource: resource.name.clone(),
        fields: names.into_iter().map(str::to_owned).collect(),
    }
}

/// The columns in `Key (a, b)=(1, 2) already exists.`
fn columns_of(detail: &str) -> Option<&str> {
    let (before, _) = detail.split_once(")=(")?;
    before.split_once('(').map(|(_, columns)| columns)
}

/// Columns as the server lists them.
fn listed(resource: &Resource, fields: &[FieldId]) -> String {
    let is_plain = |column: &str| {
        column.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
            && !column.starts_with(|first: char| first.is_ascii_digit())
    };
    let column = |id: &FieldId| {
        let column = &resource.field(*id).column;
        if is_plain(column) { column.clone() } else { format!("\"{}\"", column.replace('"', "\"\"")) }
    };
    fields.iter().map(column).collect::<Vec<_>>().join(", ")
}

/// A value is missing. A domain may ask for it without naming a column.
pub(crate) fn not_null(said: &DbError, plan: Option<&Plan>) -> StoreErrorKind {
    let found = resource(said, plan);
    let column = said.column().unwrap_or_default();
    let field = found.and_then(|(_, one)| one.fields.iter().find(|field| field.column == column));
    StoreErrorKind::NotNull {
        resource: found.map_or_else(|| own(plan), |(_, one)| one.name.clone()),
        field: field.map(|field| field.name.clone()).unwrap_or_default(),
    }
}

/// A foreign key. The server names the table that refers, whichever of the two was written.
pub(crate) fn reference(said: &DbError, plan: Option<&Plan>) -> StoreErrorKind {
    let unknown = || StoreErrorKind::Reference { resource: own(plan), fields: Vec::new(), target: None };
    let (Some(plan), Some((id, referring))) = (plan, resource(said, plan)) else { return unknown() };
    let constraint = said.constraint().unwrap_or_default();
    let by_name = referring.references.iter().find(|one| one.constraint == constraint);
    // A constraint that goes by another name here: the columns before `=(` tell, if it leads nowhere.
    let by_columns = || {
        let columns = said.detail().and_then(columns_of)?;
        referring.references.iter().find(|one| columns == listed(referring, &one.fields))
    };
    let Some(reference) = by_name.or_else(by_columns) else { return unknown() };
    let target = plan.schema.resource(reference.target);
    if is_still_referred_to(said, plan, id, reference) {
        StoreErrorKind::Reference {
            resource: target.name.clone(),
            fields: Vec::new(),
            target: Some(referring.name.clone()),
        }
    } else {
        let names = referring.names(&reference.fields);
        StoreErrorKind::Reference {
            resource: referring.name.clone(),
            fields: names.into_iter().map(str::to_owned).collect(),
            target: Some(target.name.clone()),
        }
    }
}

/// Whether the row that others refer to was written, and not one that refers.
fn is_still_referred_to(said: &DbError, plan: &Plan, referring: ResourceId, reference: &Reference) -> bool {
    match &*plan.shape {
        Shape::Delete(_) => true,
        Shape::Read(_) | Shape::Insert(_) => false,
        Shape::Update(_) | Shape::Replace(_) => {
            let own = plan.shape.resource();
            match (referring == own, reference.target == own) {
                (true, false) => false,
                (false, _) => true,
                // A table that refers to itself: the detail begins with the columns that were looked for.
                (true, true) => {
                    let resource = plan.schema.resource(own);
                    let columns = said.detail().and_then(columns_of);
                    columns.is_some_and(|columns| columns == listed(resource, &reference.target_fields))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_in_any_language() {
        for (detail, expected) in [
            ("Key (a, b)=(1, 2) already exists.", Some("a, b")),
            ("Schlüssel »(a)=(1)« existiert bereits.", Some("a")),
            ("Key (lower(name))=(ann) already exists.", Some("lower(name)")),
            ("nothing", None),
        ] {
            assert_eq!(columns_of(detail), expected);
        }
    }
}
