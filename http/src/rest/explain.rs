//! How a database would carry out a read, as text for a person: the steps, indented under each other.
//! It must not know which database it was.

use serde_json::Value;

/// The text of steps that came as a JSON list of `id`, `parent` and `detail`.
pub(super) fn text(steps: &[u8]) -> Vec<u8> {
    let steps: Vec<Value> = serde_json::from_slice(steps).unwrap_or_default();
    let number = |step: &Value, name: &str| step.get(name).and_then(Value::as_i64).unwrap_or(0);
    let mut depths: Vec<(i64, usize)> = Vec::with_capacity(steps.len());
    let mut out = String::new();
    for step in &steps {
        let parent = number(step, "parent");
        let depth = depths.iter().find(|(id, _)| *id == parent).map_or(0, |(_, depth)| depth + 1);
        depths.push((number(step, "id"), depth));
        out.push_str(&"  ".repeat(depth));
        out.push_str(step.get("detail").and_then(Value::as_str).unwrap_or_default());
        out.push('\n');
    }
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_stand_under_what_they_belong_to() {
        let steps = br#"[{"id":2,"parent":0,"detail":"SCAN t"},{"id":9,"parent":0,"detail":"LIST"},
            {"id":12,"parent":9,"detail":"SEARCH u"}]"#;
        assert_eq!(text(steps), b"SCAN t\nLIST\n  SEARCH u\n");
        assert_eq!(text(b"nonsense"), b"");
    }
}
