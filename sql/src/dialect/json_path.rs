//! A path into JSON as text: a JSON array of its keys, `["a",0,-1]`. Must not know a database.

use roundtrip_query::plan::PathKey;

/// The keys of a path as one JSON array. Whatever a key holds, the text holds no control characters.
pub(super) fn json(path: &[PathKey]) -> String {
    let mut text = String::from("[");
    for (index, key) in path.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        match key {
            PathKey::Member(name) => string(&mut text, name),
            PathKey::Index(index) => text.push_str(&index.to_string()),
        }
    }
    text.push(']');
    text
}

fn string(out: &mut String, text: &str) {
    out.push('"');
    for one in text.chars() {
        match one {
            '"' | '\\' => {
                out.push('\\');
                out.push(one);
            }
            control if control < ' ' => out.extend(["\\u", &format!("{:04x}", u32::from(control))]),
            other => out.push(other),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_json_array() {
        let member = |name: &str| PathKey::Member(name.to_owned());
        for (path, expected) in [
            (vec![member("a"), PathKey::Index(0), PathKey::Index(-1)], r#"["a",0,-1]"#),
            (vec![member("a\"b\\c'd"), member("")], r#"["a\"b\\c'd",""]"#),
            (vec![member("\0\n\u{1f}é🦀")], r#"["\u0000\u000a\u001fé🦀"]"#),
        ] {
            assert_eq!(json(&path), expected);
        }
    }
}
