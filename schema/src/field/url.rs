//! Absolute http and https URLs, kept in the form of the WHATWG URL Standard: the scheme and host
//! in lower case, default ports dropped, forbidden characters percent-encoded.

use serde_json::json;

use crate::field::{Facts, Measure, Refusal, Storage, literal};
use crate::form::Form;
use crate::value::Value;

const WANTED: &str = "an http or https URL such as https://example.org/about";

pub(super) static FACTS: Facts = Facts {
    name: "url",
    summary: "an absolute http or https URL",
    storage: Storage::Text,
    measure: Measure::Length,
    listable: true,
    form: |_| Form::Text,
    from_json: |_, json| read(&literal::string(WANTED, json)?),
    from_text: |_, text| read(text),
    json_schema: |_| json!({ "type": "string", "format": "uri" }),
    example: |_| json!("https://example.org/about"),
};

fn read(text: &str) -> Result<Value, Refusal> {
    let text = literal::storable(text.trim())?;
    // The standard, made for browsers, would also read `https:example.org` and drop line breaks.
    let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    let is_web = matches!(scheme.as_deref(), Some("http" | "https"));
    if !is_web || text.contains(['\t', '\n', '\r']) {
        return Err(literal::wrong_format(WANTED));
    }
    match url::Url::parse(text) {
        Ok(url) => Ok(Value::text(String::from(url))),
        Err(_) => Err(literal::wrong_format(WANTED)),
    }
}

#[cfg(test)]
mod tests {
    use crate::field::Kind;
    use crate::field::table::{check_json, check_text};

    const REFUSED: &str = "format: must be an http or https URL such as https://example.org/about";

    #[test]
    fn json() {
        check_json(
            &Kind::Url,
            &[
                (r#""https://example.org/a?b=c#d""#, r#""https://example.org/a?b=c#d""#),
                (r#"" HTTP://Example.ORG:80 ""#, r#""http://example.org/""#),
                (r#""https://example.org/a b""#, r#""https://example.org/a%20b""#),
                (r#""ftp://example.org""#, REFUSED),
                (r#""javascript:alert(1)""#, REFUSED),
                (r#""/about""#, REFUSED),
                (r#""example.org""#, REFUSED),
                (r#""https:example.org""#, REFUSED),
                (r#""https://""#, REFUSED),
                (r#""https://exam\nple.org""#, REFUSED),
                ("[]", "type: must be an http or https URL such as https://example.org/about, not a list"),
            ],
        );
    }

    #[test]
    fn text() {
        check_text(&Kind::Url, &[("https://example.org", r#""https://example.org/""#), ("", REFUSED)]);
    }
}
