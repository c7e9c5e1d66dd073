//! Checks that restrict a column to a list of words, which is how many write an enum.
//!
//! It recognises what PostgreSQL makes of `status IN ('a', 'b')` and `status = 'a' OR status = 'b'`,
//! alone or as one of several conditions that must all hold. Any other condition is left to the
//! database; guessing wrong would refuse values that the database takes.

use super::token::{Token, bare, group, split, tokens, uncast};

/// A column and the only words that it may hold, null aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WordList {
    /// The column; `VALUE` in a check of a domain.
    pub(super) column: String,
    /// The words, without repetition.
    pub(super) words: Vec<String>,
}

/// How deep conditions may nest; people write two or three levels, and recursion needs an end.
const DEEPEST: usize = 16;

/// The word lists that a check's condition demands.
pub(super) fn word_lists(condition: &str) -> Vec<WordList> {
    let mut found = Vec::new();
    conjunction(&tokens(condition), DEEPEST, &mut found);
    found
}

fn conjunction(condition: &[Token<'_>], depth: usize, found: &mut Vec<WordList>) {
    let condition = bare(condition);
    // An AND inside these two is not a conjunction.
    if depth == 0 || condition.iter().any(|token| token.is_word("CASE") || token.is_word("BETWEEN")) {
        return;
    }
    // OR binds less tightly than AND, so it decides first what the condition is.
    let parts = split(condition, |token| token.is_word("AND"));
    let is_disjunction = split(condition, |token| token.is_word("OR")).len() > 1;
    if is_disjunction || parts.len() == 1 {
        found.extend(alternatives(condition, depth).filter(|list| !list.words.is_empty()));
    } else {
        for part in parts {
            conjunction(part, depth - 1, found);
        }
    }
}

/// The words of alternatives that are all about one column.
fn alternatives(condition: &[Token<'_>], depth: usize) -> Option<WordList> {
    let condition = bare(condition);
    let parts = split(condition, |token| token.is_word("OR"));
    if parts.len() == 1 {
        return membership(condition);
    }
    let mut all: Option<WordList> = None;
    for part in parts {
        let one = alternatives(part, depth.checked_sub(1)?)?;
        match &mut all {
            None => all = Some(one),
            Some(list) if list.column == one.column => {
                let new: Vec<String> =
                    one.words.into_iter().filter(|word| !list.words.contains(word)).collect();
                list.words.extend(new);
            }
            Some(_) => return None,
        }
    }
    all
}

/// `column = ANY (ARRAY['a', 'b'])`, `column = 'a'` or `column IS NULL`.
fn membership(condition: &[Token<'_>]) -> Option<WordList> {
    if let [column, is, null] = condition
        && is.is_word("IS")
        && null.is_word("NULL")
    {
        return Some(WordList { column: column.name()?.to_owned(), words: Vec::new() });
    }
    let sides = split(condition, |token| *token == Token::Symbol('='));
    let [left, right] = sides[..] else { return None };
    let [column] = uncast(left) else { return None };
    let mut words: Vec<String> = Vec::new();
    for element in elements(right)? {
        let [Token::Text(word)] = uncast(element) else { return None };
        if !words.contains(word) {
            words.push(word.clone());
        }
    }
    Some(WordList { column: column.name()?.to_owned(), words })
}

/// The values that the left side may be equal to.
fn elements<'t, 'a>(right: &'t [Token<'a>]) -> Option<Vec<&'t [Token<'a>]>> {
    let [any, list @ ..] = right else { return None };
    if !any.is_word("ANY") {
        return Some(vec![right]);
    }
    let [array, brackets @ ..] = uncast(list) else { return None };
    let (inside, after) = group(brackets)?;
    let is_array = array.is_word("ARRAY") && brackets.first() == Some(&Token::Symbol('['));
    (is_array && after.is_empty()).then(|| split(inside, |token| *token == Token::Symbol(',')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_that_list_words() {
        for (condition, expected) in [
            ("(status = ANY (ARRAY['a'::text, 'b'::text]))", "status: a b"),
            (
                "((status)::text = ANY ((ARRAY['a'::character varying, 'it''s'::character varying])::text[]))",
                "status: a it's",
            ),
            ("((VALUE)::text = ANY (ARRAY[('a'::character varying)::text, 'a'::text]))", "VALUE: a"),
            ("(status = 'a'::text)", "status: a"),
            ("((\"the status\" = 'a'::text) OR (\"the status\" = 'b'::text))", "the status: a b"),
            ("((status IS NULL) OR (status = ANY (ARRAY['a'::text])))", "status: a"),
            (
                "((length(name) > 2) AND (status = ANY (ARRAY['a'::text])) AND (kind = 'x'::bpchar))",
                "status: a, kind: x",
            ),
            ("((status = 'a'::text) OR (kind = 'b'::text))", ""),
            ("(status <> ALL (ARRAY['a'::text]))", ""),
            ("(status <> 'a'::text)", ""),
            ("(NOT (status = 'a'::text))", ""),
            ("(lower(status) = 'a'::text)", ""),
            ("(status >= 'a'::text)", ""),
            ("(status = lower('a'::text))", ""),
            ("(status = ANY (ARRAY['a'::text, other]))", ""),
            ("(status = ANY (words('a'::text)))", ""),
            ("CASE WHEN (p AND (status = 'a'::text)) THEN q ELSE r END", ""),
            ("((status = 'a'::text) IS NOT FALSE)", ""),
            ("(status IS NULL)", ""),
            ("", ""),
        ] {
            let shown: Vec<String> = word_lists(condition)
                .iter()
                .map(|list| format!("{}: {}", list.column, list.words.join(" ")))
                .collect();
            assert_eq!(shown.join(", "), expected, "{condition}");
        }
    }

    #[test]
    fn deep_nesting_ends() {
        let condition = "(a AND ".repeat(100_000) + &"(".repeat(100_000);
        assert_eq!(word_lists(&condition), []);
    }
}
