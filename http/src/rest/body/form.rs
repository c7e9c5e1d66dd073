//! `application/x-www-form-urlencoded`: one row of texts. It must not know which fields there are.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use roundtrip_engine::Problem;
use roundtrip_query::operation::{Input, InputRow};

use super::{bad_body, is_new, json_text};

/// The one row of a form.
pub(super) fn row(body: &[u8]) -> Result<Input, Problem> {
    let text = std::str::from_utf8(body).map_err(|_not_utf8| not_utf8())?;
    let mut members = Vec::new();
    let mut many = std::collections::HashSet::new();
    for pair in text.trim().split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decoded(name)?, decoded(value)?);
        if !is_new(&name, &members, &mut many) {
            return Err(bad_body(format!("\"{name}\" is given twice")));
        }
        members.push((name.into(), json_text(&value)));
    }
    Ok(Input { rows: vec![InputRow { members }], textual: true, ..Input::default() })
}

/// `+` is a space, `%C3%A9` is é.
fn decoded(text: &str) -> Result<String, Problem> {
    let spaced: Cow<'_, str> = if text.contains('+') { text.replace('+', " ").into() } else { text.into() };
    percent_decode_str(&spaced).decode_utf8().map(Cow::into_owned).map_err(|_not_utf8| not_utf8())
}

fn not_utf8() -> Problem {
    bad_body("the body is not UTF-8".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_one_row_of_texts() {
        for (body, expected) in [
            ("name=Lamp&price=9", "name=\"Lamp\" price=\"9\""),
            ("a+b=%C3%A9+%26&c", "a b=\"é &\" c=\"\""),
            ("", ""),
            ("a=1&a=2", "\"a\" is given twice"),
            ("a=%FF", "the body is not UTF-8"),
        ] {
            let found = match row(body.as_bytes()) {
                Ok(input) => {
                    let members = &input.rows[0].members;
                    members
                        .iter()
                        .map(|(name, value)| format!("{name}={value}"))
                        .collect::<Vec<_>>()
                        .join(" ")
                }
                Err(problem) => problem.message,
            };
            assert_eq!(found, expected, "{body}");
        }
    }
}
