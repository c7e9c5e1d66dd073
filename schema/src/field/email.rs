//! E-mail addresses (RFC 5321): one mailbox, without a display name.
//!
//! The domain's ASCII letters become lower-case, since domains do not know case; the part before
//! the `@` stays as it is, since only its own server may fold it. Space around the address is dropped.

use email_address::{EmailAddress, Options};
use serde_json::json;

use crate::field::{Facts, Measure, Refusal, Storage, literal};
use crate::form::Form;
use crate::value::Value;

const WANTED: &str = "an e-mail address such as anna@example.org";
/// RFC 5321 allows paths of 256 bytes, two of which are the angle brackets.
const MOST_BYTES: usize = 254;

pub(super) static FACTS: Facts = Facts {
    name: "email",
    summary: "an e-mail address",
    storage: Storage::Text,
    measure: Measure::Length,
    listable: true,
    form: |_| Form::Text,
    from_json: |_, json| read(&literal::string(WANTED, json)?),
    from_text: |_, text| read(text),
    json_schema: |_| json!({ "type": "string", "format": "email" }),
    example: |_| json!("anna@example.org"),
};

fn read(text: &str) -> Result<Value, Refusal> {
    let text = literal::storable(text.trim())?;
    if text.len() > MOST_BYTES {
        return Err(Refusal::new("format", format!("must not be longer than {MOST_BYTES} bytes")));
    }
    let options = Options::default().without_display_text().without_domain_literal();
    EmailAddress::parse_with_options(text, options).map_err(|_| literal::wrong_format(WANTED))?;
    // Quoted local parts may hold an `@` of their own: the last one counts.
    let (local, domain) = text.rsplit_once('@').ok_or_else(|| literal::wrong_format(WANTED))?;
    Ok(Value::text(format!("{local}@{}", domain.to_ascii_lowercase())))
}

#[cfg(test)]
mod tests {
    use crate::field::Kind;
    use crate::field::table::{check_json, check_text};

    const REFUSED: &str = "format: must be an e-mail address such as anna@example.org";

    #[test]
    fn json() {
        let long = format!("\"{}@example.org\"", "a".repeat(250));
        check_json(
            &Kind::Email,
            &[
                (r#"" Anna.B+x@Example.ORG ""#, r#""Anna.B+x@example.org""#),
                (r#""root@localhost""#, r#""root@localhost""#),
                (r#""anna""#, REFUSED),
                (r#""anna@""#, REFUSED),
                (r#""@example.org""#, REFUSED),
                (r#""a b@example.org""#, REFUSED),
                (r#""anna@ex ample.org""#, REFUSED),
                (r#""anna@example..org""#, REFUSED),
                (r#""Anna <anna@example.org>""#, REFUSED),
                (r#""\"a\r\nBcc: b\"@example.org""#, REFUSED),
                (r#""\"a@b\"@Example.org""#, r#""\"a@b\"@example.org""#),
                (r#""""#, REFUSED),
                (&long, "format: must not be longer than 254 bytes"),
                ("7", "type: must be an e-mail address such as anna@example.org, not a number"),
            ],
        );
    }

    #[test]
    fn text() {
        check_text(
            &Kind::Email,
            &[("a@B.de", r#""a@b.de""#), ("a@b@c", REFUSED), ("a@b.de\nBcc: c@d.ef", REFUSED)],
        );
    }
}
