//! Names of components: OpenAPI allows fewer characters than a resource or a field may have.

use std::collections::HashSet;

use roundtrip_schema::{FieldId, ResourceId, Schema};

/// A distinct component name for every resource, and one for every field among those of its resource.
pub(super) struct Names {
    resources: Vec<String>,
    fields: Vec<Vec<String>>,
}

impl Names {
    pub(super) fn of(schema: &Schema) -> Self {
        let mut taken = HashSet::from(["Problem".to_owned()]);
        let resources =
            schema.resources().map(|(_, resource)| distinct(&resource.name, &mut taken)).collect();
        let fields = schema.resources().map(|(_, resource)| {
            let mut taken = HashSet::new();
            resource.fields.iter().map(|field| distinct(&field.name, &mut taken)).collect()
        });
        let fields = fields.collect();
        Self { resources, fields }
    }

    /// The component that a resource's rows are described under.
    pub(super) fn component(&self, id: ResourceId) -> &str {
        self.resources.get(id.index()).map_or("", String::as_str)
    }

    /// The component that filters by a field are described under.
    pub(super) fn filter(&self, id: ResourceId, field: FieldId) -> String {
        let field = self.fields.get(id.index()).and_then(|fields| fields.get(field.index()));
        format!("{}.filter.{}", self.component(id), field.map_or("", String::as_str))
    }
}

fn distinct(name: &str, taken: &mut HashSet<String>) -> String {
    let plain: String = name.chars().map(|one| if one.is_ascii_alphanumeric() { one } else { '_' }).collect();
    let mut candidate = plain.clone();
    let mut number = 2;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{plain}_{number}");
        number += 1;
    }
    candidate
}
