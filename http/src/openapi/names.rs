//! Names of components: OpenAPI allows fewer characters than a resource may have.

use std::collections::HashSet;

use roundtrip_schema::{ResourceId, Schema};

/// A distinct component name for every resource.
pub(super) struct Names(Vec<String>);

impl Names {
    pub(super) fn of(schema: &Schema) -> Self {
        let mut taken = HashSet::from(["Problem".to_owned()]);
        let names = schema.resources().map(|(_, resource)| distinct(&resource.name, &mut taken)).collect();
        Self(names)
    }

    /// The component that a resource's rows are described under.
    pub(super) fn component(&self, id: ResourceId) -> &str {
        self.0.get(id.index()).map_or("", String::as_str)
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
