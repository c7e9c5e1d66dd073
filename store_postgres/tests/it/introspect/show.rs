//! What PostgreSQL knows of a schema beside that which every database knows.

use roundtrip_schema::Schema;
use roundtrip_store::conformance::{self, Notes, default_of};

pub(crate) fn show(schema: &Schema) -> String {
    let notes = Notes {
        resource: |resource| about(resource.description.as_ref()),
        field_type: |field| {
            format!(" [{}]{}", field.column_type.as_deref().unwrap_or("-"), default_of(field))
        },
        field: |field| about(field.description.as_ref()),
    };
    conformance::show(schema, notes)
}

fn about(description: Option<&String>) -> String {
    description.map(|about| format!(" \"{about}\"")).unwrap_or_default()
}
