//! Texts and patterns: `rt_like`, `rt_ilike`, `rt_match`, `rt_imatch`.
//!
//! A regular expression is matched in a time that grows with the text alone, and compiled within a
//! limit of its size, whatever the caller writes.
//!
//! Must not know: how a pattern is matched.

use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use rusqlite::functions::Context;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result};

use super::known::Known;
use super::like::{LetterCase, Pattern};
use super::{COMMON, Refusal, any_null, text};

/// Patterns of each kind that a connection keeps, for those that come out of a list.
const PATTERNS: usize = 64;

/// Bytes that a compiled expression may take. The crate's own limit is 10 MB, of which a caller could
/// ask for one per condition.
const EXPRESSION_BYTES: usize = 1 << 20;

pub(super) fn register(connection: &Connection) -> Result<()> {
    for (name, case) in [("rt_like", LetterCase::Exact), ("rt_ilike", LetterCase::Any)] {
        let known = Known::new(PATTERNS);
        let read = move |pattern: &str| Ok(Pattern::new(pattern, case));
        connection.create_scalar_function(name, 2, COMMON, move |context| {
            matches(context, &known, read, Pattern::matches)
        })?;
    }
    for (name, case) in [("rt_match", LetterCase::Exact), ("rt_imatch", LetterCase::Any)] {
        let known = Known::new(PATTERNS);
        connection.create_scalar_function(name, 2, COMMON, move |context| {
            let finds = |pattern: &Regex, text: &str| Some(pattern.is_match(text));
            matches(context, &known, |pattern| expression(pattern, case), finds)
        })?;
    }
    Ok(())
}

/// 1, 0, or null for a null argument. Numbers and bytes are like no pattern.
fn matches<T: Send + Sync + 'static>(
    context: &Context<'_>,
    known: &Known<T>,
    read: impl FnOnce(&str) -> Result<T>,
    matches: impl FnOnce(&T, &str) -> Option<bool>,
) -> Result<Option<bool>> {
    if any_null(context, 2) {
        return Ok(None);
    }
    let (Some(text), ValueRef::Text(_)) = (text(context, 0), context.get_raw(1)) else {
        return Ok(Some(false));
    };
    let pattern = match context.get_aux::<Arc<T>>(1)? {
        Some(pattern) => pattern,
        None => context.set_aux(1, known.of(&super::text(context, 1).unwrap_or_default(), read)?)?,
    };
    let found = matches(&pattern, &text);
    let too_long = || Refusal::Pattern.error("the text and the pattern are too long to be compared");
    found.map(Some).ok_or_else(too_long)
}

fn expression(pattern: &str, case: LetterCase) -> Result<Regex> {
    RegexBuilder::new(pattern)
        .case_insensitive(case == LetterCase::Any)
        // As in PostgreSQL: a dot stands for the end of a line too.
        .dot_matches_new_line(true)
        .size_limit(EXPRESSION_BYTES)
        .dfa_size_limit(EXPRESSION_BYTES)
        .build()
        .map_err(|error| {
            let why = match error {
                regex::Error::CompiledTooBig(_) => "the regular expression is too large",
                _ => "the regular expression cannot be read",
            };
            Refusal::Pattern.error(why)
        })
}

#[cfg(test)]
mod tests {
    use crate::function::tests::check;

    #[test]
    fn patterns_match_inside_sql() {
        for (sql, expected) in [
            ("rt_like('Anna', 'A%')", Some("1")),
            ("rt_like('anna', 'A%')", Some("0")),
            ("rt_ilike('ÄPFEL', 'äpf%')", Some("1")),
            ("rt_like(null, 'A%')", None),
            ("rt_like('a', null)", None),
            ("rt_like(5, '5')", Some("0")),
            ("sum(rt_like('abc', value)) FROM json_each('[\"a%\",\"%c\",\"b\"]')", Some("2")),
        ] {
            check(&format!("SELECT {sql}"), Ok(expected));
        }
    }

    #[test]
    fn expressions_find_inside_sql() {
        for (sql, expected) in [
            ("rt_match('Anna', 'nn')", Some("1")),
            ("rt_match('Anna', '^nn')", Some("0")),
            ("rt_match('Anna', '^(A|B).*a$')", Some("1")),
            ("rt_match('Anna', 'anna')", Some("0")),
            ("rt_imatch('ÄNNA', '^änna$')", Some("1")),
            (r"rt_match('a b 42', '\d{2}')", Some("1")),
            ("rt_match('a' || char(10) || 'b', 'a.b')", Some("1")),
            ("rt_match(null, 'a')", None),
            ("rt_match('a', null)", None),
            ("rt_match(5, '5')", Some("0")),
            ("sum(rt_imatch('abc', value)) FROM json_each('[\"^A\",\"C$\",\"^b\"]')", Some("2")),
        ] {
            check(&format!("SELECT {sql}"), Ok(expected));
        }
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        for (pattern, why) in [
            ("(", "rt_match: the regular expression cannot be read"),
            ("a{2,1}", "cannot be read"),
            ("(((a{100}){100}){100})", "rt_match: the regular expression is too large"),
        ] {
            check(&format!("SELECT rt_match('a', '{pattern}')"), Err(why));
        }
        // Where backtracking would not end.
        check(&format!("SELECT rt_match('{}', '(a*)*b')", "a".repeat(10_000)), Ok(Some("0")));
    }
}
