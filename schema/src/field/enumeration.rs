//! One of a list of words, which compare exactly.

use serde_json::json;

use crate::field::{Facts, Kind, Measure, Refusal, Storage, literal};
use crate::form::Form;
use crate::nearest::nearest;
use crate::value::Value;

/// How many words a refusal lists: a sentence, not a catalogue.
const MOST_LISTED: usize = 20;

pub(super) static FACTS: Facts = Facts {
    name: "enum",
    summary: "one of a list of words",
    storage: Storage::Text,
    measure: Measure::Nothing,
    listable: true,
    form: |_| Form::Text,
    from_json: |kind, json| read(kind, &literal::string("text", json)?),
    from_text: read,
    json_schema: |kind| json!({ "type": "string", "enum": words(kind) }),
    example: |kind| words(kind).first().map_or(serde_json::Value::Null, |word| json!(word)),
};

fn words(kind: &Kind) -> &[Box<str>] {
    match kind {
        Kind::Enum(words) => words,
        _ => &[],
    }
}

fn read(kind: &Kind, text: &str) -> Result<Value, Refusal> {
    let words = words(kind);
    if let Some(word) = words.iter().find(|word| &***word == text) {
        return Ok(Value::Text(word.clone()));
    }
    let listed = words[..words.len().min(MOST_LISTED)].join(", ");
    let more = if words.len() > MOST_LISTED { ", ..." } else { "" };
    let meant = match nearest(text, words.iter().map(|word| &**word)) {
        Some(word) => format!("; did you mean \"{word}\"?"),
        None => String::new(),
    };
    Err(Refusal::new("enum", format!("must be one of {listed}{more}{meant}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::table::{check_json, check_text};

    #[test]
    fn json_and_text() {
        let status = Kind::Enum(["open", "paid", "shipped"].map(Box::from).into());
        check_json(
            &status,
            &[
                (r#""open""#, r#""open""#),
                (r#""shiped""#, r#"enum: must be one of open, paid, shipped; did you mean "shipped"?"#),
                (r#""Open""#, r#"enum: must be one of open, paid, shipped; did you mean "open"?"#),
                (r#""zebra""#, "enum: must be one of open, paid, shipped"),
                ("1", "type: must be text, not a number"),
            ],
        );
        check_text(&status, &[("paid", r#""paid""#), ("", "enum: must be one of open, paid, shipped")]);
    }

    #[test]
    fn a_long_list_is_cut_short() {
        let words: Vec<Box<str>> = (0..30).map(|number| format!("w{number}").into()).collect();
        let refusal = read(&Kind::Enum(words.into()), "zebra").unwrap_err();
        assert!(refusal.detail.ends_with("w18, w19, ..."), "{}", refusal.detail);
    }
}
