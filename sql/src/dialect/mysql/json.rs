//! JSON: paths, the one form of equal documents, and a value by which they are ordered.

use roundtrip_query::plan::PathKey;

use super::text::told;

/// The greatest number, either way, that is ordered exactly; beyond it all are alike.
const GREATEST: &str = "10000000000000000000000000000000000";

/// What a path finds in a document: JSON, or text. `literal` quotes a text.
pub(super) fn path(
    document: &str,
    path: &[PathKey],
    as_text: bool,
    literal: impl Fn(&str) -> String,
) -> String {
    let mut place = Place { pieces: Vec::new(), words: String::from("$") };
    let mut arrays = Vec::new();
    for key in path {
        match key {
            PathKey::Member(name) => {
                place.words.push('.');
                key_name(&mut place.words, name);
            }
            PathKey::Index(index) => {
                // The server takes a value that is no array for an array of one.
                let here = place.sql(&literal);
                let kind = format!("JSON_TYPE(JSON_EXTRACT({document}, {here}))");
                arrays.push(format!("{kind} = 'ARRAY'"));
                if *index < 0 {
                    // It counts places from the end once, in the first row that it sees, and keeps that.
                    let (length, back) = (format!("JSON_LENGTH({document}, {here})"), index.unsigned_abs());
                    arrays.push(format!("{length} >= {back}"));
                    place.worked_out(&format!("{length} - {back}"), &literal);
                } else {
                    place.words.extend(["[", &index.to_string(), "]"]);
                }
            }
        }
    }
    let found = format!("JSON_EXTRACT({document}, {})", place.sql(&literal));
    let found = if as_text { as_bare_text(&found) } else { found };
    if arrays.is_empty() { found } else { format!("CASE WHEN {} THEN {found} END", arrays.join(" AND ")) }
}

/// A path as SQL: what is known of it, and what only a row knows.
struct Place {
    /// Done, as SQL.
    pieces: Vec<String>,
    /// What follows, as words of the path.
    words: String,
}

impl Place {
    fn sql(&self, literal: &impl Fn(&str) -> String) -> String {
        if self.pieces.is_empty() {
            return literal(&self.words);
        }
        let mut pieces = self.pieces.clone();
        pieces.push(literal(&self.words));
        format!("CONCAT({})", pieces.join(", "))
    }

    /// A place in an array that is worked out for each row.
    fn worked_out(&mut self, number: &str, literal: &impl Fn(&str) -> String) {
        self.words.push('[');
        self.pieces.push(literal(&self.words));
        self.pieces.push(number.to_owned());
        self.words = String::from("]");
    }
}

/// The name of a member. The server compares it with what is written in the document, so it is escaped
/// as nearly everybody escapes it there.
fn key_name(words: &mut String, name: &str) {
    words.push('"');
    for one in name.chars() {
        match one {
            '"' | '\\' => words.extend(['\\', one]),
            '\n' => words.push_str("\\n"),
            '\r' => words.push_str("\\r"),
            '\t' => words.push_str("\\t"),
            '\u{8}' => words.push_str("\\b"),
            '\u{c}' => words.push_str("\\f"),
            control if control < ' ' => words.extend(["\\u", &format!("{:04x}", u32::from(control))]),
            other => words.push(other),
        }
    }
    words.push('"');
}

/// What JSON says, as text; null is nothing.
fn as_bare_text(json: &str) -> String {
    format!(
        "CASE JSON_TYPE({json}) WHEN 'NULL' THEN NULL WHEN 'OBJECT' THEN JSON_COMPACT({json}) \
         WHEN 'ARRAY' THEN JSON_COMPACT({json}) ELSE JSON_UNQUOTE({json}) END"
    )
}

/// Equal documents have one text. What claims to be JSON and is none is compared as a string.
pub(super) fn canonical(document: &str) -> String {
    told(&format!("COALESCE(JSON_NORMALIZE({document}), JSON_NORMALIZE(JSON_QUOTE({document})))"))
}

/// Texts that are in the order of what documents say: numbers and booleans by their value, then
/// texts. Each number is written with as many digits as any other.
pub(super) fn order(document: &str) -> String {
    let number = |value: &str| format!("CONCAT('0', LPAD({value} + {GREATEST}, 67, '0'))");
    let digits = format!("LEAST(GREATEST(CAST({document} AS DECIMAL(65,30)), -{GREATEST}), {GREATEST})");
    let (of_number, of_true, of_false) =
        (number(&digits), number("CAST(1 AS DECIMAL(65,30))"), number("CAST(0 AS DECIMAL(65,30))"));
    let text = told(&format!("JSON_UNQUOTE({document})"));
    told(&format!(
        "CASE JSON_TYPE({document}) WHEN 'INTEGER' THEN {of_number} \
         WHEN 'DOUBLE' THEN {of_number} \
         WHEN 'BOOLEAN' THEN IF({document} = 'true', {of_true}, {of_false}) \
         WHEN 'STRING' THEN CONCAT('1', {text}) END"
    ))
}
