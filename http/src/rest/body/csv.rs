//! `text/csv` (RFC 4180): a line of names, then a line for each row. It must not know which fields there are.

use std::collections::HashSet;

use csv::{ReaderBuilder, StringRecord};
use roundtrip_engine::Problem;
use roundtrip_query::operation::{Input, InputRow};

use super::{bad_body, json_text};

/// Stands for null, as PostgREST has it; an empty field is an empty text.
const NULL: &str = "NULL";

/// The rows of a CSV body; one more than `most` is read at most, for whoever refuses it.
pub(super) fn rows(body: &[u8], most: usize) -> Result<Input, Problem> {
    let mut reader = ReaderBuilder::new().from_reader(body);
    let names = reader.headers().map_err(|error| unusable(&error))?.clone();
    if names.is_empty() {
        return Err(bad_body("Empty or invalid json".to_owned())
            .with_detail("the body is empty".to_owned())
            .with_hint("send a line of names and a line for each row".to_owned()));
    }
    let mut known = HashSet::new();
    if let Some(twice) = names.iter().find(|name| !known.insert(*name)) {
        return Err(bad_body(format!("column \"{twice}\" is given twice")));
    }
    let mut rows = Vec::new();
    for record in reader.records().take(most.saturating_add(1)) {
        rows.push(row(&names, &record.map_err(|error| unusable(&error))?));
    }
    Ok(Input { rows, list: true, textual: true, ..Input::default() })
}

fn row(names: &StringRecord, record: &StringRecord) -> InputRow {
    let value = |text: &str| if text == NULL { "null".into() } else { json_text(text) };
    InputRow { members: names.iter().zip(record).map(|(name, text)| (name.into(), value(text))).collect() }
}

fn unusable(error: &csv::Error) -> Problem {
    let message = match error.kind() {
        csv::ErrorKind::UnequalLengths { .. } => "All lines must have same number of fields".to_owned(),
        _ => "the body is not usable CSV".to_owned(),
    };
    bad_body(message).with_detail(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: &str) {
        let found = match rows(body.as_bytes(), 10) {
            Ok(input) => {
                let row = |row: &InputRow| -> Vec<String> {
                    row.members.iter().map(|(name, value)| format!("{name}={value}")).collect()
                };
                input.rows.iter().map(|one| row(one).join(" ")).collect::<Vec<_>>().join("; ")
            }
            Err(problem) => problem.message,
        };
        assert_eq!(found, expected, "{body:?}");
    }

    #[test]
    fn lines_are_rows() {
        check("a,b\n1,2\n3,", "a=\"1\" b=\"2\"; a=\"3\" b=\"\"");
        check("a,b\r\nNULL,\"x, \"\"y\"\"\nz\"\r\n", "a=null b=\"x, \\\"y\\\"\\nz\"");
        check("a\n", "");
        check("", "Empty or invalid json");
        check("a,b\n1", "All lines must have same number of fields");
        check("a,a\n1,2", "column \"a\" is given twice");
    }
}
