//! How a database would carry out a read, as text for a person: the steps, indented under each other.
//! It must not know which database it was.

use serde_json::Value;

/// The text of steps that came as a JSON list: of `id`, `parent` and `detail`, or of whatever columns the
/// database has for them, one step in each row.
pub(super) fn text(steps: &[u8]) -> Vec<u8> {
    let steps: Vec<Value> = serde_json::from_slice(steps).unwrap_or_default();
    let number = |step: &Value, name: &str| step.get(name).and_then(Value::as_i64).unwrap_or(0);
    let mut depths: Vec<(i64, usize)> = Vec::with_capacity(steps.len());
    let mut out = String::new();
    for step in &steps {
        let depth = if step.get("parent").is_some() {
            let parent = number(step, "parent");
            let depth = depths.iter().find(|(id, _)| *id == parent).map_or(0, |(_, depth)| depth + 1);
            depths.push((number(step, "id"), depth));
            depth
        } else {
            0
        };
        out.push_str(&"  ".repeat(depth));
        out.push_str(&sentence(step));
        out.push('\n');
    }
    out.into_bytes()
}

/// One step: what it says of itself, or all that is known of it.
fn sentence(step: &Value) -> String {
    let Some(members) = step.as_object() else { return String::new() };
    let told = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if let Some(detail) = members.get("detail") {
        return told(detail);
    }
    let known: Vec<(&String, &Value)> = members.iter().filter(|(_, value)| !value.is_null()).collect();
    match known[..] {
        [(_, alone)] => told(alone),
        _ => {
            known.iter().map(|(name, value)| format!("{name}={}", told(value))).collect::<Vec<_>>().join("  ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_stand_under_what_they_belong_to() {
        let steps = br#"[{"id":2,"parent":0,"detail":"SCAN t"},{"id":9,"parent":0,"detail":"LIST"},
            {"id":12,"parent":9,"detail":"SEARCH u"}]"#;
        assert_eq!(text(steps), b"SCAN t\nLIST\n  SEARCH u\n");
        let lines = br#"[{"QUERY PLAN":"Limit"},{"QUERY PLAN":"  ->  Seq Scan on t"}]"#;
        assert_eq!(text(lines), b"Limit\n  ->  Seq Scan on t\n");
        let columns = br#"[{"id":1,"table":"t","key":null,"rows":"5"}]"#;
        assert_eq!(text(columns), b"id=1  table=t  rows=5\n");
        assert_eq!(text(b"nonsense"), b"");
    }
}
