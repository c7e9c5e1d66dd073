//! What checks say of columns: that one holds a list of words, or JSON.
//!
//! It recognises `` `status` in ('a','b') ``, `` `status` = 'a' `` and `` json_valid(`about`) ``, alone
//! or as one of several conditions that must all hold. Any other condition is left to the database;
//! guessing wrong would refuse values that the database takes.

use super::token::{Token, group, split, tokens};

/// What a check says of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fact {
    /// It holds one of these words, or null.
    Words(Vec<String>),
    /// It holds JSON.
    Json,
}

/// How deep conditions may nest; recursion needs an end.
const DEEPEST: usize = 16;

/// The columns of which a condition says something.
pub(super) fn facts(condition: &str) -> Vec<(String, Fact)> {
    let mut found = Vec::new();
    conjunction(&tokens(condition), DEEPEST, &mut found);
    found
}

fn conjunction(condition: &[Token<'_>], depth: usize, found: &mut Vec<(String, Fact)>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    if let Some((inner, [])) = group(condition) {
        return conjunction(inner, depth, found);
    }
    // An AND beside one of these is not all there is, or no conjunction.
    let other = ["or", "xor", "case", "between", "not"];
    if split(condition, |token| token.is_word(&other)).len() > 1 {
        return;
    }
    match &split(condition, |token| token.is_word(&["and"]))[..] {
        [one] => found.extend(fact(one)),
        parts => parts.iter().for_each(|part| conjunction(part, depth, found)),
    }
}

fn fact(condition: &[Token<'_>]) -> Option<(String, Fact)> {
    let (column, fact) = match condition {
        [function, rest @ ..] if function.is_word(&["json_valid"]) => match group(rest)? {
            ([Token::Name(column)], []) => (column, Fact::Json),
            _ => return None,
        },
        [Token::Name(column), Token::Symbol('='), Token::Text(word)] => {
            (column, Fact::Words(vec![word.clone()]))
        }
        [Token::Name(column), keyword, list @ ..] if keyword.is_word(&["in"]) => match group(list)? {
            (list, []) => (column, Fact::Words(words(list)?)),
            _ => return None,
        },
        _ => return None,
    };
    Some((column.clone(), fact))
}

fn words(list: &[Token<'_>]) -> Option<Vec<String>> {
    let mut words: Vec<String> = Vec::new();
    for part in split(list, |token| *token == Token::Symbol(',')) {
        let [Token::Text(word)] = part else { return None };
        if !words.contains(word) {
            words.push(word.clone());
        }
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_that_say_something_of_a_column() {
        for (condition, expected) in [
            ("`status` in ('a','b')", "status: a b"),
            ("`status` in ('it\\'s','a','a')", "status: it's a"),
            ("`status` = 'a'", "status: a"),
            ("((`status` in (_utf8mb4'a',_utf8mb4'b')))", "status: a b"),
            ("(`d` <> 'a' or `e` <> 'x') and `e` in ('u','v') and octet_length(`d`) > 0", "e: u v"),
            ("json_valid(`y`)", "y: json"),
            ("json_valid(`y`) and octet_length(`y`) < 100", "y: json"),
            ("json_valid(`y`) or `y` = ''", ""),
            ("json_valid(lcase(`y`))", ""),
            ("`status` = 'a' or `status` = 'b'", ""),
            ("`status` not in ('a')", ""),
            ("!(`status` in ('a'))", ""),
            ("`n` between 1 and `m` in ('a')", ""),
            ("`status` in ('a',1)", ""),
            ("`status` in ('a') is null", ""),
            ("case when `a` and `status` in ('a') then 1 end", ""),
            ("", ""),
        ] {
            let shown: Vec<String> = facts(condition)
                .iter()
                .map(|(column, fact)| match fact {
                    Fact::Words(words) => format!("{column}: {}", words.join(" ")),
                    Fact::Json => format!("{column}: json"),
                })
                .collect();
            assert_eq!(shown.join(", "), expected, "{condition}");
        }
    }

    #[test]
    fn deep_nesting_ends() {
        assert_eq!(facts(&"(`a` = 'a' and ".repeat(10_000)), []);
        assert_eq!(facts(&format!("{}`a` = 'a'{}", "(".repeat(1000), ")".repeat(1000))), []);
    }
}
