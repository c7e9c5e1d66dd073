//! Checks that restrict a column to a list of words: the enums of databases that have none.
//!
//! It recognises `status IN ('a', 'b')` and `status = 'a' OR status = 'b'`, alone or as one of several
//! conditions that must all hold. Any other condition is left to the database; guessing wrong would
//! refuse values that the database takes.

use super::token::{Token, group, split};

/// A column and the only words that it may hold, null aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WordList {
    /// The column, as written.
    pub(super) column: String,
    /// The words, without repetition.
    pub(super) words: Vec<String>,
}

/// How deep conditions may nest; people write two or three levels, and recursion needs an end.
const DEEPEST: usize = 16;

/// The word lists that a check's condition demands.
pub(super) fn word_lists(condition: &[Token<'_>]) -> Vec<WordList> {
    let mut found = Vec::new();
    conjunction(condition, DEEPEST, &mut found);
    found
}

fn conjunction(condition: &[Token<'_>], depth: usize, found: &mut Vec<WordList>) {
    let condition = without_parentheses(condition);
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
    let condition = without_parentheses(condition);
    let parts = split(condition, |token| token.is_word("OR"));
    if parts.len() == 1 {
        return membership(condition);
    }
    let mut all: Option<WordList> = None;
    for part in parts {
        let one = alternatives(part, depth.checked_sub(1)?)?;
        match &mut all {
            None => all = Some(one),
            Some(list) if list.column.eq_ignore_ascii_case(&one.column) => {
                let new: Vec<String> =
                    one.words.into_iter().filter(|word| !list.words.contains(word)).collect();
                list.words.extend(new);
            }
            Some(_) => return None,
        }
    }
    all
}

/// `column IN ('a', 'b')`, `column = 'a'` or `column IS NULL`.
fn membership(condition: &[Token<'_>]) -> Option<WordList> {
    let (column, rest) = condition.split_first()?;
    let column = match column {
        Token::Word(word) => (*word).to_owned(),
        Token::Name(name) => name.clone(),
        _ => return None,
    };
    let mut words: Vec<String> = Vec::new();
    match rest {
        [Token::Symbol('='), Token::Text(word)]
        | [Token::Symbol('='), Token::Symbol('='), Token::Text(word)] => {
            words.push(word.clone());
        }
        [is, null] if is.is_word("IS") && null.is_word("NULL") => {}
        [keyword, list @ ..] if keyword.is_word("IN") => {
            let (list, after) = group(list)?;
            if !after.is_empty() {
                return None;
            }
            for part in split(list, |token| *token == Token::Symbol(',')) {
                let [Token::Text(word)] = part else { return None };
                if !words.contains(word) {
                    words.push(word.clone());
                }
            }
        }
        _ => return None,
    }
    Some(WordList { column, words })
}

fn without_parentheses<'t, 'a>(mut condition: &'t [Token<'a>]) -> &'t [Token<'a>] {
    // Each pair is a pass over the tokens; the limit keeps hostile text from making it many.
    for _ in 0..DEEPEST {
        match group(condition) {
            Some((inner, [])) => condition = inner,
            _ => break,
        }
    }
    condition
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::*;

    #[test]
    fn conditions_that_list_words() {
        for (condition, expected) in [
            ("status IN ('a','b')", "status: a b"),
            ("(\"status\" in (('a'), 'b'))", ""),
            ("((([status] IN ('a', 'b', 'a'))))", "status: a b"),
            ("status = 'a' OR STATUS == 'b'", "status: a b"),
            ("(status = 'a') OR (status IN ('b', 'c') OR status IS NULL)", "status: a b c"),
            ("status IS NULL OR status IN ('it''s')", "status: it's"),
            ("length(name) > 2 AND (status IN ('a','b')) AND kind = 'x'", "status: a b, kind: x"),
            ("status = 'a' OR kind = 'b'", ""),
            ("status = 'a' OR status = 'b' AND kind = 'c'", ""),
            ("status NOT IN ('a')", ""),
            ("NOT status IN ('a')", ""),
            ("status IN ('a') IS NULL", ""),
            ("status IN ('a', 1)", ""),
            ("status IN (SELECT 'a')", ""),
            ("lower(status) IN ('a')", ""),
            ("CASE WHEN p AND status IN ('a') AND q THEN 1 END", ""),
            ("status IS NULL", ""),
            ("status IN ()", ""),
            ("", ""),
        ] {
            let shown: Vec<String> = word_lists(&tokens(condition))
                .iter()
                .map(|list| format!("{}: {}", list.column, list.words.join(" ")))
                .collect();
            assert_eq!(shown.join(", "), expected, "{condition}");
        }
    }

    #[test]
    fn deep_nesting_ends() {
        let condition = "(a AND ".repeat(100_000) + &"(".repeat(100_000);
        assert_eq!(word_lists(&tokens(&condition)), []);
    }
}
