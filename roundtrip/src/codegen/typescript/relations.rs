//! `Relationships`: the references of a resource, from which the client infers what an embed gives.
//!
//! The client knows the names that PostgREST embeds by: the other resource, the constraint, the one
//! column. Our shorter names (`category` for `category_id`) it cannot be told: a second entry for the
//! same reference would make every embed ambiguous to it.

use roundtrip_schema::{FieldId, Reference, Resource, Schema};

use super::names::quoted;
use super::text::Text;

/// Writes the member `Relationships` of a resource.
pub(super) fn write(text: &mut Text, schema: &Schema, resource: &Resource) {
    let shown = |reference: &&Reference| {
        let visible = reference.fields.iter().all(|id| resource.field(*id).is_visible());
        // What leads out of the document leads nowhere.
        visible && schema.resource(reference.target).offers_anything()
    };
    let mut references = resource.references.iter().filter(shown).peekable();
    if references.peek().is_none() {
        return text.line("Relationships: [];");
    }
    text.open("Relationships: [");
    for reference in references {
        let target = schema.resource(reference.target);
        text.open("{");
        text.line(&format!("foreignKeyName: {};", quoted(&reference.constraint)));
        text.line(&format!("columns: {};", tuple(resource, &reference.fields)));
        text.line(&format!("isOneToOne: {};", resource.is_unique(&reference.fields)));
        text.line(&format!("referencedRelation: {};", quoted(&target.name)));
        text.line(&format!("referencedColumns: {};", tuple(target, &reference.target_fields)));
        text.close("},");
    }
    text.close("];");
}

fn tuple(resource: &Resource, fields: &[FieldId]) -> String {
    let names: Vec<String> = resource.names(fields).into_iter().map(quoted).collect();
    format!("[{}]", names.join(", "))
}
