//! Whether a condition leaves one row at most.
//!
//! Must not know: what is done with the row.

use roundtrip_query::plan::{Compare, Predicate};
use roundtrip_schema::{FieldId, ResourceId, Schema};

/// Whether each field of the primary key has to equal a value.
pub(crate) fn names_one_row(schema: &Schema, id: ResourceId, filter: &Predicate) -> bool {
    let conditions = match filter {
        Predicate::All(conditions) => &conditions[..],
        one => std::slice::from_ref(one),
    };
    let resource = schema.resource(id);
    let fixed = |wanted: &FieldId| {
        conditions.iter().any(|condition| {
            matches!(condition, Predicate::Compare { value, operator: Compare::Eq, .. }
                if value.as_field() == Some(*wanted))
        })
    };
    // What a view calls its key need not be one.
    let has_key = resource.kind == roundtrip_schema::ResourceKind::Table && !resource.primary_key.is_empty();
    has_key && resource.primary_key.iter().all(fixed)
}
