//! Scripts that Postman runs before and after a request.
//!
//! It must not know what the request does, only what is to be remembered of it.

use serde_json::{Value, json};

use super::expectation::Expectation;

/// Leaves the request out while one of these variables is empty.
pub(super) fn before(needed: &[String]) -> Vec<String> {
    vec![
        format!("const empty = {}.filter((name) => !pm.variables.get(name));", list(needed)),
        "if (empty.length > 0) {".to_owned(),
        "    console.log(`Left out: ${empty.join(\", \")} is empty. List or create rows of it first.`);"
            .to_owned(),
        "    pm.execution.skipRequest();".to_owned(),
        "}".to_owned(),
    ]
}

/// Says whether the answer is as expected.
pub(super) fn expect(expectation: &Expectation) -> String {
    match expectation {
        Expectation::OneOf(statuses) => {
            let texts: Vec<String> = statuses.iter().map(u16::to_string).collect();
            let (told, listed) = (texts.join(" or "), texts.join(", "));
            format!("pm.test(\"answers {told}\", () => pm.expect(pm.response.code).to.be.oneOf([{listed}]));")
        }
        Expectation::NoServerError => {
            "pm.test(\"is no server error\", () => pm.expect(pm.response.code).to.be.below(500));".to_owned()
        }
    }
}

/// A row, as scripts remember it.
pub(super) struct Remembered {
    /// The variable of its key, and the fields that the key consists of; `None` without a key.
    pub(super) key: Option<(String, Vec<String>)>,
    /// The variable of the key of a row that the run made.
    pub(super) made: String,
    /// Variables of fields, and the fields.
    pub(super) values: Vec<(String, String)>,
}

/// Remembers the row that was created, from where the answer says that it is.
pub(super) fn remember_created(row: &Remembered) -> Vec<String> {
    let Some((variable, parts)) = &row.key else { return Vec::new() };
    let mut lines = vec![
        "const place = pm.response.headers.get(\"Location\");".to_owned(),
        "if (pm.response.code === 201 && place) {".to_owned(),
        "    const key = place.split(\"/\").pop();".to_owned(),
        format!("    pm.collectionVariables.set({}, key);", quoted(&row.made)),
        format!("    pm.collectionVariables.set({}, key);", quoted(variable)),
    ];
    let in_key = |field: &str| parts.iter().position(|part| part == field);
    let known: Vec<(usize, &String)> =
        row.values.iter().filter_map(|(variable, field)| Some((in_key(field)?, variable))).collect();
    if !known.is_empty() {
        lines.push("    const parts = key.split(\",\").map(decodeURIComponent);".to_owned());
    }
    for (part, variable) in known {
        // As it stands in a body, between quotes or without.
        let text = format!("JSON.stringify(parts[{part}]).slice(1, -1)");
        lines.push(format!("    pm.collectionVariables.set({}, {text});", quoted(variable)));
    }
    lines.push("}".to_owned());
    lines
}

/// Remembers the first row of a list, unless a row that was made is remembered.
pub(super) fn remember_listed(row: &Remembered) -> Vec<String> {
    let mut lines = vec![
        "const row = pm.response.code < 300 && pm.response.json()[0];".to_owned(),
        format!("if (row && !pm.collectionVariables.get({})) {{", quoted(&row.made)),
    ];
    let before = lines.len();
    if let Some((variable, parts)) = &row.key {
        let key = format!("{}.map((part) => encodeURIComponent(row[part])).join(\",\")", list(parts));
        lines.push(format!("    pm.collectionVariables.set({}, {key});", quoted(variable)));
    }
    for (variable, field) in &row.values {
        let text = format!("JSON.stringify(row[{}] ?? \"\").replace(/^\"|\"$/g, \"\")", quoted(field));
        lines.push(format!("    pm.collectionVariables.set({}, {text});", quoted(variable)));
    }
    if lines.len() == before {
        return Vec::new();
    }
    lines.push("}".to_owned());
    lines
}

/// Forgets the row that was removed.
pub(super) fn forget(row: &Remembered) -> Vec<String> {
    let key = row.key.iter().map(|(variable, _)| variable);
    let values = row.values.iter().map(|(variable, _)| variable);
    let names: Vec<String> = key.chain([&row.made]).chain(values).cloned().collect();
    vec![
        "if (pm.response.code < 300) {".to_owned(),
        format!("    {}.forEach((name) => pm.collectionVariables.set(name, \"\"));", list(&names)),
        "}".to_owned(),
    ]
}

/// An event of a request, if there is anything to run.
pub(super) fn event(listen: &str, lines: Vec<String>) -> Option<Value> {
    let script = |lines: Vec<String>| json!({ "type": "text/javascript", "exec": lines });
    (!lines.is_empty()).then(|| json!({ "listen": listen, "script": script(lines) }))
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", texts.join(", "))
}
