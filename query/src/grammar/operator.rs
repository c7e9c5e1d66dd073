//! The word of an operator and what may stand in parentheses after it: `eq`, `like(any)`,
//! `fts(english)`.
//!
//! What follows the dot is `operand`'s.

use roundtrip_schema::nearest::nearest;

use super::cursor::{Cursor, echo};
use super::operand::Place;
use super::{name, print};
use crate::QueryError;
use crate::operation::{FieldPath, Operator, Quantifier};

const EXPECTED: &str = "operator (eq, gt, ...)";

/// An operator as it was written.
pub(super) struct Written {
    pub(super) operator: Operator,
    pub(super) quantifier: Option<Quantifier>,
    pub(super) language: Option<String>,
}

/// Reads an operator and the dot after it.
pub(super) fn read(
    cursor: &mut Cursor<'_>,
    field: &FieldPath,
    place: Place,
    negated: bool,
) -> Result<Written, QueryError> {
    let start = *cursor;
    let word = cursor.take_until(&['.', '(', ',', ')']);
    let Some(operator) = Operator::from_word(word) else {
        let expected = if negated { EXPECTED.to_owned() } else { format!("\"not\" or {EXPECTED}") };
        let advice = advice(start.rest(), word, field, place);
        return Err(start.unexpected_with_advice(&expected, advice));
    };
    let quantifier = if operator.takes_quantifier() { quantifier(cursor) } else { None };
    let language = if is_search(operator) { language(cursor)? } else { None };
    if !cursor.eat(".") {
        return Err(cursor.unexpected(&expected_after(operator)));
    }
    Ok(Written { operator, quantifier, language })
}

/// Says what may come after an operator's word.
#[cold]
fn expected_after(operator: Operator) -> String {
    let more = if operator.takes_quantifier() {
        "(any), (all) or "
    } else if is_search(operator) {
        "a language in parentheses or "
    } else {
        ""
    };
    format!("{more}\".\" and a value after {}", operator.word())
}

fn quantifier(cursor: &mut Cursor<'_>) -> Option<Quantifier> {
    if cursor.eat("(any)") {
        Some(Quantifier::Any)
    } else if cursor.eat("(all)") {
        Some(Quantifier::All)
    } else {
        None
    }
}

fn language(cursor: &mut Cursor<'_>) -> Result<Option<String>, QueryError> {
    if !cursor.eat("(") {
        return Ok(None);
    }
    let language = name::word(cursor, "a language: fts(english)")?;
    cursor.expect(")")?;
    Ok(Some(language.to_owned()))
}

/// Whether an operator may be given a language.
fn is_search(operator: Operator) -> bool {
    matches!(operator, Operator::Fts | Operator::Plfts | Operator::Phfts | Operator::Wfts)
}

/// What to write where no operator stands: the likeliest slip is to have left it out.
#[cold]
fn advice(rest: &str, word: &str, field: &FieldPath, place: Place) -> String {
    let (between, value) = match place {
        Place::Alone => ('=', rest),
        Place::Inside => ('.', rest.split([',', ')']).next().unwrap_or(rest)),
    };
    let words = || Operator::WORDS.iter().map(|(_, word)| *word);
    let known = words().collect::<Vec<_>>().join(", ");
    let dotted = rest.strip_prefix(word).is_some_and(|after| after.starts_with(['.', '(']));
    if dotted && let Some(near) = nearest(word, words()) {
        return format!("\"{}\" is no operator, did you mean \"{near}\"? operators: {known}", echo(word));
    }
    let found =
        if word.is_empty() { "no operator".to_owned() } else { format!("\"{}\" is no operator", echo(word)) };
    format!("{found}, write {}{between}eq.{}; operators: {known}", print::field_path(field), echo(value))
}
