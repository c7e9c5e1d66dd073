//! Leaves out components that nothing refers to: a reader would look for the operation in vain.

use std::collections::HashSet;

use serde_json::Value;

/// Keeps the components that the paths lead to.
pub(super) fn keep(document: &mut Value) {
    let mut reached = HashSet::new();
    let mut waiting = references(&document["paths"]);
    while let Some(reference) = waiting.pop() {
        let component = reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
        if let Some(component) = component
            && !reached.contains(&reference)
        {
            waiting.extend(references(component));
            reached.insert(reference);
        }
    }
    let kinds = document["components"].as_object_mut().into_iter().flatten();
    for (kind, components) in kinds {
        if let Some(components) = components.as_object_mut() {
            components.retain(|name, _| reached.contains(&format!("#/components/{kind}/{name}")));
        }
    }
}

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(members.values().flat_map(references)).collect()
        }
        Value::Array(elements) => elements.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_reached_stays_even_in_a_circle() {
        let to = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
        let mut document = json!({
            "paths": { "/a": { "get": to("a") } },
            "components": { "schemas": { "a": to("b"), "b": { "items": to("a") }, "c": to("a") } },
        });
        keep(&mut document);
        let left = document["components"]["schemas"].as_object().expect("schemas").keys();
        assert_eq!(left.collect::<Vec<_>>(), ["a", "b"]);
    }
}
